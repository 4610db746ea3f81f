//! The parts of moments and of lengths of time.

use super::super::function::{Answer, Failure, Row, no_overload};
use super::super::value::{CelData, CelValue};
use CelData::{Duration, Int, String, Timestamp};
use jiff::Zoned;
use jiff::tz::{Offset, TimeZone};

pub const ROWS: &[Row] = &[
    Row("getFullYear", "timestamp.() int", |args| part(args, |time| time.year().into())),
    Row("getFullYear", "timestamp.(string) int", |args| part(args, |time| time.year().into())),
    Row("getMonth", "timestamp.() int", |args| part(args, |time| i64::from(time.month()) - 1)),
    Row("getMonth", "timestamp.(string) int", |args| part(args, |time| i64::from(time.month()) - 1)),
    Row("getDayOfYear", "timestamp.() int", |args| part(args, |time| i64::from(time.day_of_year()) - 1)),
    Row("getDayOfYear", "timestamp.(string) int", |args| part(args, |time| i64::from(time.day_of_year()) - 1)),
    Row("getDayOfMonth", "timestamp.() int", |args| part(args, |time| i64::from(time.day()) - 1)),
    Row("getDayOfMonth", "timestamp.(string) int", |args| part(args, |time| i64::from(time.day()) - 1)),
    Row("getDate", "timestamp.() int", |args| part(args, |time| time.day().into())),
    Row("getDate", "timestamp.(string) int", |args| part(args, |time| time.day().into())),
    Row("getDayOfWeek", "timestamp.() int", |args| part(args, day_of_week)),
    Row("getDayOfWeek", "timestamp.(string) int", |args| part(args, day_of_week)),
    Row("getHours", "timestamp.() int", |args| part(args, |time| time.hour().into())),
    Row("getHours", "timestamp.(string) int", |args| part(args, |time| time.hour().into())),
    Row("getHours", "duration.() int", |args| count(args, 3_600_000_000_000)),
    Row("getMinutes", "timestamp.() int", |args| part(args, |time| time.minute().into())),
    Row("getMinutes", "timestamp.(string) int", |args| part(args, |time| time.minute().into())),
    Row("getMinutes", "duration.() int", |args| count(args, 60_000_000_000)),
    Row("getSeconds", "timestamp.() int", |args| part(args, |time| time.second().into())),
    Row("getSeconds", "timestamp.(string) int", |args| part(args, |time| time.second().into())),
    Row("getSeconds", "duration.() int", |args| count(args, 1_000_000_000)),
    Row("getMilliseconds", "timestamp.() int", |args| part(args, |time| time.millisecond().into())),
    Row("getMilliseconds", "timestamp.(string) int", |args| part(args, |time| time.millisecond().into())),
    Row("getMilliseconds", "duration.() int", |args| count(args, 1_000_000)),
];

fn day_of_week(time: &Zoned) -> i64 {
    time.weekday().to_sunday_zero_offset().into()
}

fn part(args: &[CelValue], part: fn(&Zoned) -> i64) -> Answer {
    let Some(Timestamp(moment)) = args.first().map(|arg| &arg.data) else { return Err(no_overload()) };
    let zone = match args.get(1).map(|arg| &arg.data) {
        None => TimeZone::UTC,
        Some(String(name)) => zone(name)?,
        Some(_) => return Err(no_overload()),
    };
    Int(part(&moment.to_zoned(zone))).into()
}

/// A time zone by its name, or by its distance from UTC: `-03:30`.
fn zone(name: &str) -> Result<TimeZone, Failure> {
    let Some((hours, minutes)) = name.split_once(':') else {
        return match name {
            "" | "UTC" => Ok(TimeZone::UTC),
            _ => TimeZone::get(name).map_err(|_| format!("unknown time zone {name}").into()),
        };
    };
    let unreadable = || Failure::from(format!("{name} is no distance from UTC"));
    let (hours, minutes): (i32, i32) =
        (hours.parse().map_err(|_| unreadable())?, minutes.parse().map_err(|_| unreadable())?);
    let minutes = if name.starts_with('-') { -minutes } else { minutes };
    let seconds = hours.checked_mul(3600).and_then(|hours| hours.checked_add(minutes * 60)).ok_or_else(unreadable)?;
    Offset::from_seconds(seconds).map(TimeZone::fixed).map_err(|_| unreadable())
}

fn count(args: &[CelValue], unit: i64) -> Answer {
    match args.first().map(|arg| &arg.data) {
        Some(Duration(nanoseconds)) => Int(nanoseconds / unit).into(),
        _ => Err(no_overload()),
    }
}
