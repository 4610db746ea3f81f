//! Version constraints as github.com/Masterminds/semver reads them: `>=1.2 <2 || ^3.1-0`.

use crate::limits::charts::{CONSTRAINT_ALTERNATIVES, CONSTRAINT_BYTES};
use crate::lower::kubernetes::helm::value::Version;
use std::cmp::Ordering;

/// Alternatives, each of several bounds.
#[derive(Clone, Debug)]
pub struct Constraint {
    alternatives: Vec<Vec<Bound>>,
}

/// One bound.
#[derive(Clone, Debug)]
struct Bound {
    operator: Operator,
    version: Version,
    /// How many of the three numbers are given; the others may be anything.
    given: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    AtLeast,
    AtMost,
    Tilde,
    Caret,
}

impl Constraint {
    /// Reads a constraint.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > CONSTRAINT_BYTES {
            return None;
        }
        let alternatives: Vec<&str> = text.split("||").collect();
        if alternatives.len() > CONSTRAINT_ALTERNATIVES {
            return None;
        }
        let alternatives = alternatives.into_iter().map(alternative).collect::<Option<_>>()?;
        Some(Self { alternatives })
    }

    /// Whether a version meets all bounds of some alternative.
    pub fn allows(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|bounds| {
            // A prerelease is only meant where a bound names one.
            let names_prerelease = bounds.iter().any(|bound| !bound.version.prerelease.is_empty());
            (version.prerelease.is_empty() || names_prerelease) && bounds.iter().all(|bound| bound.allows(version))
        })
    }
}

/// Whether a version meets a constraint; a broken one is met by none.
pub fn is_compatible(constraint: &str, version: &str) -> bool {
    match (Constraint::parse(constraint), Version::parse(version)) {
        (Some(constraint), Some(version)) => constraint.allows(&version),
        _ => false,
    }
}

/// Bounds with blanks or commas between them, or a range `1.2 - 1.4`.
fn alternative(text: &str) -> Option<Vec<Bound>> {
    let mut bounds = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (operator, after) = operator(rest);
        let after = after.trim_start();
        let length = after.find(|c: char| !(c.is_ascii_alphanumeric() || ".*-+|".contains(c))).unwrap_or(after.len());
        let (version, after) = after.split_at(length);
        let mut bound = Bound::parse(operator, version)?;
        let mut next = after.trim_start();
        if let Some(upper) = next.strip_prefix('-').filter(|upper| upper.starts_with(char::is_whitespace)) {
            let upper = upper.trim_start();
            let length = upper.find([' ', ',', '\t']).unwrap_or(upper.len());
            let (version, after) = upper.split_at(length);
            bound.operator = if operator == Operator::Equal { Operator::AtLeast } else { operator };
            bounds.push(bound);
            bound = Bound::parse(Operator::AtMost, version)?;
            next = after.trim_start();
        }
        bounds.push(bound);
        let separated = next.strip_prefix(',').map(str::trim_start);
        rest = separated.unwrap_or(next);
        if separated.is_some() && rest.is_empty() {
            return None;
        }
    }
    (!bounds.is_empty()).then_some(bounds)
}

fn operator(text: &str) -> (Operator, &str) {
    const OPERATORS: [(&str, Operator); 12] = [
        (">=", Operator::AtLeast),
        ("=>", Operator::AtLeast),
        ("<=", Operator::AtMost),
        ("=<", Operator::AtMost),
        ("!=", Operator::NotEqual),
        ("~>", Operator::Tilde),
        ("~", Operator::Tilde),
        ("^", Operator::Caret),
        (">", Operator::Greater),
        ("<", Operator::Less),
        ("=", Operator::Equal),
        ("", Operator::Equal),
    ];
    let found = OPERATORS.into_iter().find_map(|(sign, operator)| Some((operator, text.strip_prefix(sign)?)));
    found.unwrap_or((Operator::Equal, text))
}

impl Bound {
    fn parse(operator: Operator, text: &str) -> Option<Self> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let end = bare.find(['-', '+']).unwrap_or(bare.len());
        let (numbers, suffix) = bare.split_at(end);
        let is_any = |part: &str| matches!(part, "x" | "X" | "*");
        let parts: Vec<&str> = numbers.split('.').collect();
        if parts.len() > 3 || parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let given = parts.iter().position(|part| is_any(part)).unwrap_or(parts.len());
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !parts.iter().all(|part| is_any(part) || is_number(part)) {
            return None;
        }
        let mut known: Vec<&str> = parts.into_iter().take(given).collect();
        known.resize(3, "0");
        // Metadata of an incomplete version is dropped, its prerelease stays.
        let suffix = if given < 3 { suffix.split('+').next().unwrap_or_default() } else { suffix };
        let version = Version::parse(&format!("{}{suffix}", known.join(".")))?;
        Some(Self { operator, version, given })
    }

    fn allows(&self, version: &Version) -> bool {
        let order = version.compare(&self.version);
        let [major, minor, patch] = version.numbers;
        let [own_major, own_minor, own_patch] = self.version.numbers;
        match self.operator {
            Operator::Less => order == Ordering::Less,
            Operator::AtLeast => order != Ordering::Less,
            Operator::Equal if self.given == 3 => order == Ordering::Equal,
            Operator::Equal | Operator::Tilde => self.tilde(version, order),
            Operator::NotEqual => match self.given {
                // Nothing but an equal major number is excluded by `!=*`.
                0 => major != own_major || minor != own_minor || order != Ordering::Equal,
                1 => major != own_major,
                2 => {
                    major != own_major
                        || minor != own_minor
                        || !(version.prerelease.is_empty() && self.version.prerelease.is_empty())
                            && version.prerelease != self.version.prerelease
                }
                _ => order != Ordering::Equal,
            },
            Operator::Greater => match self.given {
                1 => major > own_major,
                2 => (major, minor) > (own_major, own_minor),
                _ => order == Ordering::Greater,
            },
            Operator::AtMost => match self.given {
                3 => order != Ordering::Greater,
                1 => major <= own_major,
                _ => (major, minor) <= (own_major, own_minor),
            },
            Operator::Caret => {
                if order == Ordering::Less {
                    return false;
                }
                match () {
                    () if own_major > 0 || self.given == 1 => major == own_major,
                    () if major > 0 => false,
                    () if own_minor > 0 || self.given == 2 => minor == own_minor,
                    () => minor == 0 && patch == own_patch,
                }
            }
        }
    }

    /// At least the version, with the same major number and, where it is given, the same minor one.
    fn tilde(&self, version: &Version, order: Ordering) -> bool {
        if order == Ordering::Less {
            return false;
        }
        let is_any = self.version.numbers == [0, 0, 0] && !matches!(self.given, 1 | 2);
        let [major, minor, _] = version.numbers;
        let [own_major, own_minor, _] = self.version.numbers;
        is_any || major == own_major && (minor == own_minor || self.given == 1)
    }
}
