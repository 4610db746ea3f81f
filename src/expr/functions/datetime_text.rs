//! Timestamps as RFC 3339 has them, and the verbs of `formatdate`.
//!
//! Knows no clock and no values.

use crate::model::calendar::{MONTHS, WEEKDAYS, civil, days_since_1970};
use std::fmt::Write;

const SECONDS_PER_DAY: i64 = 86_400;
const NANOSECONDS: i128 = 1_000_000_000;

/// An instant with the offset it was written with.
#[derive(Clone, Copy, Debug)]
pub struct Timestamp {
    /// Nanoseconds since the beginning of 1970, UTC.
    pub instant: i128,
    /// Seconds that local time is ahead of UTC.
    offset: i64,
}

/// The fields of a timestamp in its own offset.
struct Fields {
    year: i64,
    month: i64,
    day: i64,
    weekday: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Timestamp {
    /// Midnight UTC of a day, or `None` when there is no such day.
    pub fn date(year: i64, month: i64, day: i64) -> Option<Self> {
        let valid = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        valid.then(|| Self {
            instant: i128::from(days_since_1970(year, month, day) * SECONDS_PER_DAY) * NANOSECONDS,
            offset: 0,
        })
    }

    /// The same day at a time of day, in an offset (all in seconds, and nanoseconds of the last one).
    pub fn at(self, seconds: i64, nanoseconds: i64, offset: i64) -> Self {
        let instant = self.instant + i128::from(seconds - offset) * NANOSECONDS + i128::from(nanoseconds);
        Self { instant, offset }
    }

    /// Reads RFC 3339: two digits in every field but the year, an upper case `T` and `Z`, any number of
    /// digits of the second.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text)
            .ok_or_else(|| format!("`{text}` is not a timestamp as RFC 3339 has them, like `2006-01-02T15:04:05Z`."))
    }

    fn read(text: &str) -> Option<Self> {
        let mut rest = Reader(text);
        let year = rest.digits(4)?;
        rest.literal('-')?;
        let month = rest.digits(2)?;
        rest.literal('-')?;
        let date = Self::date(year, month, rest.digits(2)?)?;
        rest.literal('T')?;
        let hour = rest.digits(2).filter(|hour| *hour < 24)?;
        rest.literal(':')?;
        let minute = rest.digits(2).filter(|minute| *minute < 60)?;
        rest.literal(':')?;
        let second = rest.digits(2).filter(|second| *second < 60)?;
        let nanoseconds = rest.fraction()?;
        let offset = rest.offset()?;
        rest.0.is_empty().then(|| date.at(hour * 3600 + minute * 60 + second, nanoseconds, offset))
    }

    /// The timestamp `nanoseconds` later.
    pub fn plus(self, nanoseconds: i64) -> Self {
        Self { instant: self.instant + i128::from(nanoseconds), ..self }
    }

    /// RFC 3339 without fractions of the second.
    pub fn to_rfc3339(self) -> String {
        let fields = self.fields();
        let zone = if self.offset == 0 { "Z".to_owned() } else { self.zone(true) };
        format!(
            "{}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}",
            padded_year(fields.year),
            fields.month,
            fields.day,
            fields.hour,
            fields.minute,
            fields.second
        )
    }

    /// The timestamp by a `formatdate` layout: runs of one letter are verbs, `'…'` is literal.
    pub fn format(self, layout: &str) -> Result<String, String> {
        let fields = self.fields();
        let mut text = String::new();
        let mut rest = layout;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '\'' => quoted_length(rest)
                    .ok_or_else(|| "A quote in the layout is not closed; end the literal text with `'`.".to_owned())?,
                _ if first.is_ascii_alphabetic() => rest.find(|next| next != first).unwrap_or(rest.len()),
                _ => rest.find(|next: char| next == '\'' || next.is_ascii_alphabetic()).unwrap_or(rest.len()),
            };
            let (token, after) = rest.split_at(length);
            rest = after;
            match first {
                '\'' if length == 2 => text.push('\''),
                '\'' => text.push_str(&token.get(1..length - 1).unwrap_or_default().replace("''", "'")),
                _ if first.is_ascii_alphabetic() => self.verb(&fields, first, length, &mut text)?,
                _ => text.push_str(token),
            }
        }
        Ok(text)
    }

    /// Writes the field that a run of `count` times `letter` stands for.
    fn verb(self, fields: &Fields, letter: char, count: usize, text: &mut String) -> Result<(), String> {
        let hour_of_12 = if fields.hour % 12 == 0 { 12 } else { fields.hour % 12 };
        let number = match letter {
            'M' => fields.month,
            'D' => fields.day,
            'h' => fields.hour,
            'H' => hour_of_12,
            'm' => fields.minute,
            's' => fields.second,
            _ => 0,
        };
        let month = usize::try_from(fields.month - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default();
        let weekday = usize::try_from(fields.weekday).ok().and_then(|at| WEEKDAYS.get(at)).copied().unwrap_or_default();
        let half = if fields.hour < 12 { "am" } else { "pm" };
        let written = match (letter, count) {
            ('Y', 2) => write!(text, "{:02}", fields.year.rem_euclid(100)),
            ('Y', 4) => write!(text, "{}", padded_year(fields.year)),
            ('M', 3) => write!(text, "{month:.3}"),
            ('M', 4) => write!(text, "{month}"),
            ('E', 3) => write!(text, "{weekday:.3}"),
            ('E', 4) => write!(text, "{weekday}"),
            ('A', 2) => write!(text, "{}", half.to_ascii_uppercase()),
            ('a', 2) => write!(text, "{half}"),
            ('Z', 1) if self.offset == 0 => write!(text, "Z"),
            ('Z', 3) if self.offset == 0 => write!(text, "UTC"),
            ('Z', 1 | 5) => write!(text, "{}", self.zone(true)),
            ('Z', 3 | 4) => write!(text, "{}", self.zone(false)),
            ('M' | 'D' | 'h' | 'H' | 'm' | 's', 1) => write!(text, "{number}"),
            ('M' | 'D' | 'h' | 'H' | 'm' | 's', 2) => write!(text, "{number:02}"),
            _ => {
                return Err(format!(
                    "`{}` is no verb of a date layout; put literal text in single quotes.",
                    letter.to_string().repeat(count.min(16))
                ));
            }
        };
        written.map_err(|_| "The text could not be written.".to_owned())
    }

    /// The offset as `-0800`, or with a colon as `-08:00`.
    fn zone(self, colon: bool) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        let colon = if colon { ":" } else { "" };
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    fn fields(self) -> Fields {
        let seconds = self.instant.div_euclid(NANOSECONDS) as i64 + self.offset;
        let days = seconds.div_euclid(SECONDS_PER_DAY);
        let second = seconds.rem_euclid(SECONDS_PER_DAY);
        let (year, month, day) = civil(days);
        Fields {
            year,
            month,
            day,
            // The first day of 1970 was a Thursday.
            weekday: (days + 4).rem_euclid(7),
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }
}

/// Four digits, and a sign before the year zero, as Go prints it.
fn padded_year(year: i64) -> String {
    if year < 0 { format!("-{:04}", -year) } else { format!("{year:04}") }
}

/// Bytes of the quoted text that `text` begins with, quotes included.
fn quoted_length(text: &str) -> Option<usize> {
    let mut quotes = text.char_indices().skip(1).filter(|(_, next)| *next == '\'').map(|(at, _)| at).peekable();
    // `''` at the beginning is one quote, not an empty text.
    if quotes.peek() == Some(&1) {
        return Some(2);
    }
    while let Some(at) = quotes.next() {
        if quotes.next_if_eq(&(at + 1)).is_none() {
            return Some(at + 1);
        }
    }
    None
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a timestamp from the left.
pub struct Reader<'a>(pub &'a str);

impl Reader<'_> {
    /// Exactly `count` digits.
    pub fn digits(&mut self, count: usize) -> Option<i64> {
        self.digits_between(count, count)
    }

    /// At least `least` digits and as many as there are up to `most`.
    pub fn digits_between(&mut self, least: usize, most: usize) -> Option<i64> {
        let count = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(count).filter(|_| count >= least)?;
        self.0 = rest;
        digits.parse().ok()
    }

    /// One character.
    pub fn literal(&mut self, wanted: char) -> Option<()> {
        self.0 = self.0.strip_prefix(wanted)?;
        Some(())
    }

    /// `.` and digits, in nanoseconds; nothing is zero.
    pub fn fraction(&mut self) -> Option<i64> {
        if self.literal('.').is_none() {
            return Some(0);
        }
        let count = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at_checked(count).filter(|_| count > 0)?;
        self.0 = rest;
        format!("{digits:0<9.9}").parse().ok()
    }

    /// `Z`, or `+hh:mm`, in seconds. Hours up to 24 and minutes up to 60 pass, as in Go.
    pub fn offset(&mut self) -> Option<i64> {
        if self.literal('Z').is_some() {
            return Some(0);
        }
        let sign = if self.literal('-').is_some() { -1 } else { self.literal('+').map(|()| 1)? };
        let hours = self.digits(2).filter(|hours| *hours <= 24)?;
        self.literal(':')?;
        let minutes = self.digits(2).filter(|minutes| *minutes <= 60)?;
        Some(sign * (hours * 3600 + minutes * 60))
    }
}
