//! Versions and version constraints as Terraform writes them: `>= 1.2, < 2.0`, `~> 1.4`.
//!
//! Source: "Version Constraints" of the Terraform documentation. Knows no block that holds one, and no release.

use semver::Version;
use std::cmp::Ordering;

/// A part of a version that no release reaches.
const FAR: u64 = 1_000_000;

/// Constraints on one version, all of which must hold.
#[derive(Clone, Debug, Default)]
pub struct VersionConstraints(Vec<VersionConstraint>);

#[derive(Clone, Debug)]
struct VersionConstraint {
    operator: Operator,
    version: Version,
    /// How many parts of the version are written.
    parts: usize,
}

#[derive(Clone, Copy, Debug)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Pessimistic,
}

/// Reads a version of one to three parts, with or without `v` before it.
pub fn read_version(text: &str) -> Option<Version> {
    read_parts(text).map(|(version, _)| version)
}

/// Returns a version, and how many parts of it are written.
fn read_parts(text: &str) -> Option<(Version, usize)> {
    let text = text.trim();
    let text = text.strip_prefix('v').unwrap_or(text);
    let (core, rest) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
    let parts = core.matches('.').count() + 1;
    let missing = 3_usize.checked_sub(parts)?;
    Some((Version::parse(&format!("{core}{}{rest}", ".0".repeat(missing))).ok()?, parts))
}

impl VersionConstraints {
    /// Reads constraints with commas between them. `None` where one of them is invalid.
    pub fn read(text: &str) -> Option<Self> {
        text.split(',').map(VersionConstraint::read).collect::<Option<_>>().map(Self)
    }

    /// Adds further constraints, which must hold too.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether one of them names a prerelease, which only that release fits.
    pub fn name_prerelease(&self) -> bool {
        self.0.iter().any(|constraint| !constraint.version.pre.is_empty())
    }

    /// Whether a version fits.
    pub fn admit(&self, version: &Version) -> bool {
        self.0.iter().all(|constraint| constraint.admits(version))
    }

    /// Whether some release of a major version fits, or of one of its minor versions.
    pub fn admit_some(&self, major: u64, minor: Option<u64>) -> bool {
        let version = |minor: u64, patch: u64| Version::new(major, minor, patch);
        let mut bounds = vec![version(minor.unwrap_or(0), 0), version(minor.unwrap_or(FAR), FAR)];
        // Between two neighbours of these, no constraint changes its mind.
        for Version { minor, patch, .. } in self.0.iter().map(|constraint| &constraint.version) {
            bounds.extend([
                version(*minor, *patch),
                version(*minor, patch.saturating_add(1)),
                version(minor.saturating_add(1), 0),
            ]);
            bounds.extend(patch.checked_sub(1).map(|patch| version(*minor, patch)));
            bounds.extend(minor.checked_sub(1).map(|minor| version(minor, FAR)));
        }
        bounds.extend(
            self.0.iter().map(|constraint| constraint.version.clone()).filter(|version| version.major == major),
        );
        let is_asked = |version: &&Version| minor.is_none_or(|minor| version.minor == minor);
        bounds.iter().filter(is_asked).any(|version| self.admit(version))
    }
}

impl VersionConstraint {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let at = text.find(|c: char| c.is_ascii_digit() || c == 'v')?;
        let (operator, version) = text.split_at(at);
        let operator = match operator.trim() {
            "" | "=" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            "~>" => Operator::Pessimistic,
            _ => return None,
        };
        let (version, parts) = read_parts(version)?;
        Some(Self { operator, version, parts })
    }

    fn admits(&self, version: &Version) -> bool {
        let order = version.cmp(&self.version);
        match self.operator {
            Operator::Equal => order == Ordering::Equal,
            Operator::NotEqual => order != Ordering::Equal,
            Operator::Less => order == Ordering::Less,
            Operator::LessOrEqual => order != Ordering::Greater,
            Operator::Greater => order == Ordering::Greater,
            Operator::GreaterOrEqual => order != Ordering::Less,
            // All parts but the last one written stay what they are.
            Operator::Pessimistic => {
                let parts = |version: &Version| [version.major, version.minor, version.patch];
                let kept = self.parts.saturating_sub(1);
                order != Ordering::Less
                    && parts(version).iter().zip(parts(&self.version)).take(kept).all(|(a, b)| *a == b)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{VersionConstraints, read_version};

    fn constraints(text: &str) -> VersionConstraints {
        VersionConstraints::read(text).unwrap_or_else(|| panic!("{text} is not read"))
    }

    #[test]
    fn a_version_fits_or_not() {
        let rows = [
            ("~> 1.4", true),
            ("~> 1.3.0", false),
            ("~> 1", true),
            ("~> 0", true),
            ("~> 1.4.7", true),
            (">= 1.5", false),
            ("= v1.4.7", true),
            ("!=1.4.7", false),
            (">= 1.2, < 2.0", true),
            ("> 1.4.7-beta1", true),
        ];
        let version = read_version("1.4.7").unwrap();
        for (text, fits) in rows {
            assert_eq!(constraints(text).admit(&version), fits, "{text}");
        }
        let invalid = ["", "latest", "?", ">= 1.2.3.4", "== 1.0", "1.x"];
        assert!(invalid.into_iter().all(|text| VersionConstraints::read(text).is_none()));
        assert!(constraints("1.9.0-beta1").name_prerelease());
    }

    #[test]
    fn some_release_of_a_major_or_minor_version_fits() {
        let majors: [(&str, &[u64]); 11] = [
            ("~> 5.0", &[5]),
            ("~> 5", &[5, 6, 7]),
            (">= 5.31", &[5, 6, 7]),
            ("< 6.0.0", &[4, 5]),
            ("< 6.1", &[4, 5, 6]),
            ("5.31.0", &[5]),
            ("= 3.1", &[]),
            ("!= 5.0", &[4, 5, 6, 7]),
            ("<= 6", &[4, 5, 6]),
            ("> 5.1.2, < 5.1.4", &[5]),
            ("> 5.1.2, < 5.1.3", &[]),
        ];
        for (text, expected) in majors {
            let admitted: Vec<u64> = (4..8).filter(|major| constraints(text).admit_some(*major, None)).collect();
            assert_eq!(admitted, expected, "{text}");
        }
        assert!(constraints("~> 1.12.3").admit_some(1, Some(12)));
        assert!(!constraints("~> 1.12.3").admit_some(1, Some(13)));
        assert!(!constraints("> 1.12.9, < 1.13").admit_some(1, Some(13)));
        assert!(constraints("5.0.0-beta1").admit_some(5, None));
        assert!(!constraints("> 1.2.18446744073709551615").admit_some(1, Some(2)));
    }
}
