//! Editions: which checks there were at a time.

use std::fmt;
use std::str::FromStr;

/// A month of the library of checks. A configuration that pins one is not judged by checks that came later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edition {
    year: u16,
    month: u8,
}

impl Edition {
    /// The first one: that of every check whose page names none.
    pub const FIRST: Self = Self { year: 2026, month: 11 };
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.year, self.month)
    }
}

impl FromStr for Edition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (year, month) = text.split_once('.').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
            let edition = Self { year: year.parse().ok()?, month: month.parse().ok()? };
            ((1..=12).contains(&edition.month) && edition >= Self::FIRST).then_some(edition)
        };
        read()
            .ok_or_else(|| format!("`{text}` is not an edition: expected a year and a month from `{}` on", Self::FIRST))
    }
}

#[cfg(test)]
mod tests {
    use super::Edition;

    #[test]
    fn an_edition_is_a_year_and_a_month() {
        let read = |text: &str| text.parse::<Edition>().ok();
        assert_eq!(read("2026.11"), Some(Edition::FIRST));
        assert!(read("2027.02") > read("2026.12"));
        for wrong in ["2026.1", "2026.13", "2026-11", "2026.10", "latest", "2026.11.1"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
