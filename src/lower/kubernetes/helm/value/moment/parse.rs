//! Text to moments by Go's layouts (`time.Parse` in UTC).

use super::Moment;
use super::format::{Part, parts};
use crate::model::calendar::{MONTHS, WEEKDAYS, days_since_1970};

/// What was read so far.
#[derive(Debug)]
struct Read {
    year: i64,
    month: u8,
    day: u8,
    year_day: Option<u16>,
    hour: u8,
    minute: u8,
    second: u8,
    nanoseconds: u32,
    afternoon: Option<bool>,
    offset: i32,
    zone: String,
}

/// Reads a moment. `None` where the text is not as the layout says, or is no date.
pub fn parse(layout: &str, text: &str) -> Option<Moment> {
    let mut read = Read {
        year: 0,
        month: 1,
        day: 1,
        year_day: None,
        hour: 0,
        minute: 0,
        second: 0,
        nanoseconds: 0,
        afternoon: None,
        offset: 0,
        zone: "UTC".into(),
    };
    let mut rest = text;
    for part in parts(layout) {
        rest = match part {
            Part::Literal(literal) => rest.strip_prefix(literal)?,
            Part::Fraction(_, count, trims) => {
                let digits = rest.strip_prefix(['.', ','])?;
                let length = digits.bytes().take_while(u8::is_ascii_digit).count();
                if !trims && length != count {
                    return None;
                }
                read.fraction(digits.get(..length)?)?;
                digits.get(length..)?
            }
            Part::Field(field) => read.field(field, rest)?,
        };
    }
    rest.is_empty().then(|| read.finish()).flatten()
}

/// A number of `least` to `most` digits, and what follows.
fn number(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    (length >= least).then_some(())?;
    Some((text.get(..length)?.parse().ok()?, text.get(length..)?))
}

/// The place in `names` of the name that `text` begins with, whatever the case of its letters.
fn name<'a>(text: &'a str, names: &[&str], length: Option<usize>) -> Option<(usize, &'a str)> {
    names.iter().enumerate().find_map(|(at, name)| {
        let name = name.get(..length.unwrap_or(name.len()))?;
        let head = text.get(..name.len())?;
        head.eq_ignore_ascii_case(name).then(|| Some((at, text.get(name.len()..)?))).flatten()
    })
}

impl Read {
    fn fraction(&mut self, digits: &str) -> Option<()> {
        let digits = digits.get(..digits.len().min(9))?;
        self.nanoseconds = format!("{digits:0<9}").parse().ok()?;
        Some(())
    }

    fn field<'a>(&mut self, field: &str, text: &'a str) -> Option<&'a str> {
        let blanks = text.trim_start_matches(' ');
        let (value, rest) = match field {
            "2006" => number(text, 4, 4)?,
            "06" | "01" | "02" | "03" | "04" | "05" => number(text, 2, 2)?,
            "1" | "2" | "3" | "4" | "5" | "15" => number(text, 1, 2)?,
            "_2" => number(blanks, 1, 2)?,
            "002" => number(text, 3, 3)?,
            "__2" => number(blanks, 1, 3)?,
            "January" => name(text, &MONTHS, None).map(|(at, rest)| (at as i64 + 1, rest))?,
            "Jan" => name(text, &MONTHS, Some(3)).map(|(at, rest)| (at as i64 + 1, rest))?,
            "Monday" => name(text, &WEEKDAYS, None).map(|(at, rest)| (at as i64, rest))?,
            "Mon" => name(text, &WEEKDAYS, Some(3)).map(|(at, rest)| (at as i64, rest))?,
            "PM" | "pm" => name(text, &["am", "pm"], None).map(|(at, rest)| (at as i64, rest))?,
            "MST" => {
                let length = text.bytes().take_while(u8::is_ascii_uppercase).count();
                (3..=5).contains(&length).then_some(())?;
                self.zone = text.get(..length)?.into();
                return text.get(length..);
            }
            zone => return self.offset(zone, text),
        };
        let within = |low: i64, high: i64| (low..=high).contains(&value).then_some(());
        match field {
            "2006" => self.year = value,
            "06" => self.year = if value >= 69 { 1900 + value } else { 2000 + value },
            "01" | "1" | "January" | "Jan" => {
                within(1, 12)?;
                self.month = value as u8;
            }
            "02" | "2" | "_2" => self.day = value as u8,
            "002" | "__2" => self.year_day = Some(value as u16),
            "15" => {
                within(0, 23)?;
                self.hour = value as u8;
            }
            "03" | "3" => {
                within(0, 12)?;
                self.hour = value as u8;
            }
            "04" | "4" => {
                within(0, 59)?;
                self.minute = value as u8;
            }
            "05" | "5" => {
                within(0, 59)?;
                self.second = value as u8;
                // A fraction may follow though the layout shows none.
                if let Some(digits) = rest.strip_prefix(['.', ',']) {
                    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
                    if length > 0 {
                        self.fraction(digits.get(..length)?)?;
                        return digits.get(length..);
                    }
                }
            }
            "PM" | "pm" => self.afternoon = Some(value == 1),
            _ => {}
        }
        Some(rest)
    }

    fn offset<'a>(&mut self, field: &str, text: &'a str) -> Option<&'a str> {
        if let Some(rest) = text.strip_prefix('Z').filter(|_| field.starts_with('Z')) {
            return Some(rest);
        }
        let sign = match text.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let mut rest = text.get(1..)?;
        let mut parts = [0_i64; 3];
        let count = field.chars().filter(char::is_ascii_digit).count() / 2;
        for (at, part) in parts.iter_mut().take(count).enumerate() {
            if at > 0 && field.contains(':') {
                rest = rest.strip_prefix(':')?;
            }
            (*part, rest) = number(rest, 2, 2)?;
        }
        let [hours, minutes, seconds] = parts;
        self.offset = sign * (hours * 3600 + minutes * 60 + seconds) as i32;
        self.zone = if self.offset == 0 { "UTC".into() } else { text.get(..text.len() - rest.len())?.replace(':', "") };
        Some(rest)
    }

    fn finish(mut self) -> Option<Moment> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let is_leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let length = match self.month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if self.day < 1 || self.day > length {
            return None;
        }
        let days = match self.year_day {
            Some(day) => days_since_1970(self.year, 1, 1) + i64::from(day) - 1,
            None => days_since_1970(self.year, self.month.into(), self.day.into()),
        };
        let clock = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        let seconds = days * 86_400 + clock - i64::from(self.offset);
        Some(Moment { seconds, nanoseconds: self.nanoseconds, offset: self.offset, zone: self.zone.into() })
    }
}
