//! `required_version`: which versions of the language a module may be run with.
//!
//! Knows the releases whose language is read here. Knows no blocks.

use crate::expr::VersionConstraints;
use regex::Regex;
use std::sync::LazyLock;

/// Minor releases of Terraform whose language is read here: 0.12 to 0.15, and those of 1. OpenTofu's 1.6 and later are
/// among them.
const OLDEST: [u64; 4] = [12, 13, 14, 15];
const NEWEST: u64 = 16;

/// The first minor release of Terraform 1 in which one side of `&&` and `||` decides alone.
const SHORT_CIRCUITS: u64 = 12;

/// The constraints of one `required_version`, all of which must hold.
pub(super) struct Constraints(VersionConstraints);

impl Constraints {
    /// Reads constraints such as `>= 1.5, < 2.0`. `None` for what is none, and where a prerelease is named, which only
    /// that release fits.
    pub fn read(text: &str) -> Option<Self> {
        VersionConstraints::read(text).filter(|constraints| !constraints.name_prerelease()).map(Self)
    }

    /// Whether a release whose language is read here fits.
    pub fn admit_known(&self) -> bool {
        let old = OLDEST.into_iter().map(|minor| (0, minor));
        old.chain((0..=NEWEST).map(|minor| (1, minor))).any(|(major, minor)| self.0.admit_some(major, Some(minor)))
    }

    /// Whether a release fits in which one side of `&&` and `||` may decide alone.
    pub fn admit_short_circuits(&self) -> bool {
        (SHORT_CIRCUITS..=NEWEST).any(|minor| self.0.admit_some(1, Some(minor))) || self.0.admit_some(2, Some(0))
    }
}

/// Whether a text has the form of version constraints.
pub(super) fn is_constraint(text: &str) -> bool {
    const FORM: &str = r"^\s*(=|!=|>=|<=|~>|>|<)?\s*v?[0-9]+(\.[0-9]+)*(-[0-9A-Za-z.~-]+)?(\+[0-9A-Za-z.~-]+)?\s*$";
    static IS_ONE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(FORM).ok());
    text.split(',').all(|one| IS_ONE.as_ref().is_none_or(|form| form.is_match(one)))
}

#[cfg(test)]
mod tests {
    use super::Constraints;

    /// The constraints, whether a known release fits, and whether one of 1.12 or later does.
    #[test]
    fn constraints_choose_releases() {
        let rows = [
            ("< 0.11.0", false, false),
            ("~> 0.11.0", false, false),
            ("~> 0.11", true, false),
            ("~> 0.12", true, false),
            ("0.13.7", true, false),
            (">= 1.3", true, true),
            ("~> 1.3", true, true),
            ("~> 1.11.0", true, false),
            ("~>1.12.0", true, true),
            (">= 1.5, < 1.12", true, false),
            (">= 1.5, != 1.6.0, < 2.0.0", true, true),
            ("> 99", false, false),
            ("= v1.13.1", true, true),
        ];
        for (text, known, early) in rows {
            let constraints = Constraints::read(text).unwrap_or_else(|| panic!("{text} is not read"));
            assert_eq!((constraints.admit_known(), constraints.admit_short_circuits()), (known, early), "{text}");
        }
        assert!(["", "1.9.0-beta1", "latest", ">= 1.2.3.4"].into_iter().all(|text| Constraints::read(text).is_none()));
    }
}
