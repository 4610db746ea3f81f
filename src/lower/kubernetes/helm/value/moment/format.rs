//! Moments to text by Go's layouts, which show how the reference moment `Mon Jan 2 15:04:05 MST 2006` looks.

use super::Moment;
use crate::model::calendar::{MONTHS, WEEKDAYS};

/// A part of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text that stands for itself.
    Literal(&'a str),
    /// A field, by how the reference moment is written in it.
    Field(&'a str),
    /// A fraction of a second: its sign, and its digits; whether zeros at the end are left out.
    Fraction(&'a str, usize, bool),
}

/// The fields, longest first where one begins another.
const FIELDS: [&str; 34] = [
    "January",
    "Jan",
    "Monday",
    "Mon",
    "MST",
    "2006",
    "002",
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "15",
    "PM",
    "pm",
    "-07:00:00",
    "-070000",
    "-07:00",
    "-0700",
    "-07",
    "Z07:00:00",
    "Z070000",
    "Z07:00",
    "Z0700",
    "Z07",
    "__2",
    "_2006",
    "_2",
    "1",
    "2",
    "3",
    "4",
    "5",
];

/// Cuts a layout into parts.
pub fn parts(layout: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut begin, mut at) = (0, 0);
    while at < layout.len() {
        let rest = layout.get(at..).unwrap_or_default();
        let part = field(rest).map(|name| (Part::Field(name), name.len())).or_else(|| fraction(rest));
        let Some((part, length)) = part else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        // An underscore in front of a year is a literal.
        let skipped = usize::from(part == Part::Field("_2006"));
        if at + skipped > begin {
            parts.push(Part::Literal(layout.get(begin..at + skipped).unwrap_or_default()));
        }
        parts.push(if skipped == 1 { Part::Field("2006") } else { part });
        at += length;
        begin = at;
    }
    if begin < layout.len() {
        parts.push(Part::Literal(layout.get(begin..).unwrap_or_default()));
    }
    parts
}

fn field(rest: &str) -> Option<&'static str> {
    let found = FIELDS.into_iter().find(|name| rest.starts_with(name))?;
    // `Jan` and `Mon` are no parts of longer words in small letters.
    let follows_small =
        |length: usize| rest.get(length..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
    (!(matches!(found, "Jan" | "Mon") && follows_small(3))).then_some(found)
}

fn fraction(rest: &str) -> Option<(Part<'_>, usize)> {
    let sign = rest.get(..1).filter(|sign| matches!(*sign, "." | ","))?;
    let digits = rest.get(1..)?;
    let digit = digits.chars().next().filter(|digit| matches!(digit, '0' | '9'))?;
    let count = digits.chars().take_while(|c| *c == digit).count();
    if digits.chars().nth(count).is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    Some((Part::Fraction(sign, count, digit == '9'), count + 1))
}

/// Returns a moment as `layout` shows it.
pub fn format(layout: &str, moment: &Moment) -> String {
    let civil = moment.civil();
    let mut out = String::new();
    for part in parts(layout) {
        let text = match part {
            Part::Literal(text) => text.to_owned(),
            Part::Fraction(sign, count, trims) => {
                let digits = format!("{:09}", moment.nanoseconds);
                let digits = digits.get(..count.min(9)).unwrap_or_default();
                let digits = if trims { digits.trim_end_matches('0') } else { digits };
                if digits.is_empty() { String::new() } else { format!("{sign}{digits}") }
            }
            Part::Field(name) => {
                let hour_of_12 = if civil.hour.is_multiple_of(12) { 12 } else { civil.hour % 12 };
                let month = usize::from(civil.month) - 1;
                let of = |names: &[&'static str], at: usize| names.get(at).copied().unwrap_or_default();
                match name {
                    "2006" => format!("{:04}", civil.year),
                    "06" => format!("{:02}", civil.year.rem_euclid(100)),
                    "January" => of(&MONTHS, month).into(),
                    "Jan" => of(&MONTHS, month).get(..3).unwrap_or_default().into(),
                    "1" => civil.month.to_string(),
                    "01" => format!("{:02}", civil.month),
                    "Monday" => of(&WEEKDAYS, usize::from(civil.weekday)).into(),
                    "Mon" => of(&WEEKDAYS, usize::from(civil.weekday)).get(..3).unwrap_or_default().into(),
                    "2" => civil.day.to_string(),
                    "_2" => format!("{:>2}", civil.day),
                    "02" => format!("{:02}", civil.day),
                    "002" => format!("{:03}", civil.year_day),
                    "__2" => format!("{:>3}", civil.year_day),
                    "15" => format!("{:02}", civil.hour),
                    "3" => hour_of_12.to_string(),
                    "03" => format!("{hour_of_12:02}"),
                    "4" => civil.minute.to_string(),
                    "04" => format!("{:02}", civil.minute),
                    "5" => civil.second.to_string(),
                    "05" => format!("{:02}", civil.second),
                    "PM" => if civil.hour >= 12 { "PM" } else { "AM" }.into(),
                    "pm" => if civil.hour >= 12 { "pm" } else { "am" }.into(),
                    "MST" => moment.zone.to_string(),
                    zone => offset(zone, moment.offset),
                }
            }
        };
        out.push_str(&text);
    }
    out
}

/// The offset of a zone, as in `-07:00`; `Z` for none where the field begins with it.
fn offset(field: &str, offset: i32) -> String {
    if field.starts_with('Z') && offset == 0 {
        return "Z".into();
    }
    let sign = if offset < 0 { '-' } else { '+' };
    let seconds = offset.unsigned_abs();
    let colon = if field.contains(':') { ":" } else { "" };
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match field.chars().filter(char::is_ascii_digit).count() {
        2 => format!("{sign}{hours:02}"),
        4 => format!("{sign}{hours:02}{colon}{minutes:02}"),
        _ => format!("{sign}{hours:02}{colon}{minutes:02}{colon}{seconds:02}"),
    }
}
