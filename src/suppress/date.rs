//! Days of the calendar, for dates up to which a suppression holds. Knows no clock.

use crate::model::calendar::{civil, days_since_1970};
use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
}

impl Date {
    /// The day that begins or goes on at that many seconds after 1970-01-01, in UTC.
    pub fn of_unix_time(seconds: i64) -> Self {
        Self { days: seconds.div_euclid(24 * 60 * 60) }
    }

    /// The day before.
    #[must_use]
    pub fn before(self) -> Self {
        Self { days: self.days - 1 }
    }

    /// How many days `other` lies behind this one; negative when it comes first.
    pub fn days_until(self, other: Self) -> i64 {
        other.days - self.days
    }
}

impl FromStr for Date {
    type Err = String;

    /// Reads `YYYY-MM-DD`, a day that exists.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a date: write it as YYYY-MM-DD");
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(wrong()) };
        let number = |part: &str, digits: usize| -> Option<i64> {
            let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse().ok()).flatten()
        };
        let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
            return Err(wrong());
        };
        if !(1..=12).contains(&month) || day < 1 {
            return Err(wrong());
        }
        let days = days_since_1970(year, month, day);
        if civil(days) == (year, month, day) { Ok(Self { days }) } else { Err(format!("there is no day {text}")) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.days);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn reads_days_that_exist() {
        for text in ["1970-01-01", "2024-02-29", "1999-12-31", "2400-02-29", "0001-01-01"] {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()).as_deref(), Ok(text));
        }
        for text in ["2023-02-29", "2100-02-29", "2024-13-01", "2024-00-10", "2024-1-01", "24-01-01", "2024-01-00", "x"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn counts_days() {
        let date = |text: &str| text.parse::<Date>().expect("a date");
        assert_eq!(date("2024-03-01").before(), date("2024-02-29"));
        assert_eq!(date("2024-01-01").days_until(date("2025-01-01")), 366);
        // `date -u -d @1764000000` says 2025-11-24.
        assert_eq!(Date::of_unix_time(1_764_000_000), date("2025-11-24"));
        assert_eq!(Date::of_unix_time(-1), date("1969-12-31"));
    }
}
