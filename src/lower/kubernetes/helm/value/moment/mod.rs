//! Moments: Go's `time.Time`, in the zone that it is shown in.

mod format;
mod parse;

pub use format::format;
pub use parse::parse;

use crate::model::calendar::{civil, days_since_1970};
use ecow::EcoString;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fmt;

/// Seconds from the first day of year 1, where Go's clock begins, to 1970.
const ZERO_SECONDS: i64 = -62_135_596_800;

/// A moment with the offset of its zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Nanoseconds on top.
    pub nanoseconds: u32,
    /// Seconds that the zone is ahead of UTC.
    pub offset: i32,
    /// The short name of the zone.
    pub zone: EcoString,
}

/// A moment as clocks and calendars show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i64,
    /// Month, from 1.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
    /// Hour.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
    /// Second.
    pub second: u8,
    /// Day of the week, from 0 for Sunday.
    pub weekday: u8,
    /// Day of the year, from 1.
    pub year_day: u16,
}

impl Moment {
    /// A moment in UTC.
    pub fn utc(seconds: i64) -> Self {
        Self { seconds, nanoseconds: 0, offset: 0, zone: "UTC".into() }
    }

    /// The zero value of `time.Time`.
    pub fn zero() -> Self {
        Self::utc(ZERO_SECONDS)
    }

    /// The same moment in another zone. A zone that does not exist is UTC; so is the local one.
    #[must_use]
    pub fn within(&self, zone: &str) -> Self {
        let known = (!matches!(zone, "" | "UTC" | "Local")).then(|| TimeZone::get(zone).ok()).flatten();
        let Some((zone, timestamp)) = known.zip(Timestamp::from_second(self.seconds).ok()) else {
            return Self { nanoseconds: self.nanoseconds, ..Self::utc(self.seconds) };
        };
        let info = zone.to_offset_info(timestamp);
        Self {
            seconds: self.seconds,
            nanoseconds: self.nanoseconds,
            offset: info.offset().seconds(),
            zone: info.abbreviation().into(),
        }
    }

    /// The moment some nanoseconds later.
    #[must_use]
    pub fn plus(&self, nanoseconds: i64) -> Self {
        let total = i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanoseconds) + i128::from(nanoseconds);
        let seconds = total.div_euclid(1_000_000_000) as i64;
        Self { seconds, nanoseconds: total.rem_euclid(1_000_000_000) as u32, ..self.clone() }
    }

    /// What a clock and a calendar in its zone show.
    pub fn civil(&self) -> Civil {
        let local = self.seconds + i64::from(self.offset);
        let (days, second_of_day) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        Civil {
            year,
            month: month as u8,
            day: day as u8,
            hour: (second_of_day / 3600) as u8,
            minute: (second_of_day / 60 % 60) as u8,
            second: (second_of_day % 60) as u8,
            weekday: (days + 4).rem_euclid(7) as u8,
            year_day: (days - days_since_1970(year, 1, 1) + 1) as u16,
        }
    }

    /// As JSON has it.
    pub fn rfc3339(&self) -> String {
        format("2006-01-02T15:04:05.999999999Z07:00", self)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format("2006-01-02 15:04:05.999999999 -0700 MST", self))
    }
}
