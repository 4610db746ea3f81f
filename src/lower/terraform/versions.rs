//! `required_version`: which versions of the language a module may be run with.
//!
//! Knows the syntax of version constraints and the releases whose language is read here. Knows no blocks.

/// Minor releases of Terraform whose language is read here: 0.12 to 0.15, and those of 1. OpenTofu's 1.6 and later are
/// among them.
const OLDEST: [u32; 4] = [12, 13, 14, 15];
const NEWEST: u32 = 16;
/// More patch releases than any minor release has had.
const PATCHES: u32 = 50;

/// The first minor release of Terraform 1 in which one side of `&&` and `||` decides alone.
const SHORT_CIRCUITS: u32 = 12;

type Version = [u32; 3];

/// The constraints of one `required_version`, all of which must hold.
pub(super) struct Constraints(Vec<Constraint>);

struct Constraint {
    operator: Operator,
    version: Version,
    /// How many parts of the version are written.
    parts: usize,
}

#[derive(Clone, Copy)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Pessimistic,
}

impl Constraints {
    /// Reads constraints such as `>= 1.5, < 2.0`. `None` for what is none, and where a prerelease is named, which only
    /// that release fits.
    pub fn read(text: &str) -> Option<Self> {
        text.split(',').map(Constraint::read).collect::<Option<_>>().map(Self)
    }

    /// Whether a release whose language is read here fits.
    pub fn admit_known(&self) -> bool {
        let old = OLDEST.into_iter().map(|minor| (0, minor));
        old.chain((0..=NEWEST).map(|minor| (1, minor))).any(|(major, minor)| self.admit_minor(major, minor))
    }

    /// Whether a release fits in which one side of `&&` and `||` may decide alone.
    pub fn admit_short_circuits(&self) -> bool {
        (SHORT_CIRCUITS..=NEWEST).any(|minor| self.admit_minor(1, minor)) || self.admits([2, 0, 0])
    }

    fn admit_minor(&self, major: u32, minor: u32) -> bool {
        (0..PATCHES).any(|patch| self.admits([major, minor, patch]))
    }

    fn admits(&self, version: Version) -> bool {
        self.0.iter().all(|constraint| constraint.admits(version))
    }
}

impl Constraint {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let at = text.find(|c: char| c.is_ascii_digit() || c == 'v').unwrap_or(text.len());
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
        let written: Vec<u32> =
            version.trim_start_matches('v').split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
        let mut version = [0; 3];
        if written.len() > version.len() {
            return None;
        }
        version.iter_mut().zip(&written).for_each(|(part, written)| *part = *written);
        Some(Self { operator, version, parts: written.len() })
    }

    fn admits(&self, version: Version) -> bool {
        match self.operator {
            Operator::Equal => version == self.version,
            Operator::NotEqual => version != self.version,
            Operator::Less => version < self.version,
            Operator::LessOrEqual => version <= self.version,
            Operator::Greater => version > self.version,
            Operator::GreaterOrEqual => version >= self.version,
            // All parts but the last one written stay what they are.
            Operator::Pessimistic => {
                let kept = self.parts.saturating_sub(1);
                version >= self.version && version.iter().zip(&self.version).take(kept).all(|(a, b)| a == b)
            }
        }
    }
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
