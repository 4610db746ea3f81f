//! Semantic versions as github.com/Masterminds/semver reads them: parts may be missing, and a `v` may stand in front.

use ecow::EcoString;
use std::cmp::Ordering;
use std::fmt;

/// A semantic version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Major, minor and patch number.
    pub numbers: [u64; 3],
    /// What stands behind the dash.
    pub prerelease: EcoString,
    /// What stands behind the plus.
    pub metadata: EcoString,
    /// The version as it is written.
    pub original: EcoString,
}

impl Version {
    /// Reads a version.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 256 {
            return None;
        }
        let bare = text.strip_prefix('v').unwrap_or(text);
        let (rest, metadata) = bare.split_once('+').map_or((bare, None), |(rest, metadata)| (rest, Some(metadata)));
        let (rest, prerelease) = rest.split_once('-').map_or((rest, None), |(rest, pre)| (rest, Some(pre)));
        let valid = |part: Option<&str>, is_prerelease: bool| match part {
            None => Some(EcoString::new()),
            Some(part) => part.split('.').all(|id| is_identifier(id, is_prerelease)).then(|| part.into()),
        };
        let (prerelease, metadata) = (valid(prerelease, true)?, valid(metadata, false)?);
        let parts: Vec<&str> = rest.split('.').collect();
        let mut numbers = [0; 3];
        if parts.len() > numbers.len() {
            return None;
        }
        for (number, part) in numbers.iter_mut().zip(&parts) {
            *number = part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok()).flatten()?;
        }
        Some(Self { numbers, prerelease, metadata, original: text.into() })
    }

    /// The next patch version; of a prerelease, its release.
    #[must_use]
    pub fn next_patch(&self) -> Self {
        let [major, minor, patch] = self.numbers;
        let numbers = if self.prerelease.is_empty() { [major, minor, patch + 1] } else { self.numbers };
        self.of(numbers)
    }

    /// The version with other numbers, and nothing behind them.
    #[must_use]
    pub fn of(&self, numbers: [u64; 3]) -> Self {
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        let [major, minor, patch] = numbers;
        let original = format!("{prefix}{major}.{minor}.{patch}").into();
        Self { numbers, prerelease: EcoString::new(), metadata: EcoString::new(), original }
    }

    /// The order of two versions; what stands behind the plus does not count.
    pub fn compare(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| compare_prerelease(&self.prerelease, &other.prerelease))
    }
}

/// Whether `id` may stand between the dots of a prerelease or of metadata.
fn is_identifier(id: &str, is_prerelease: bool) -> bool {
    let is_number = id.bytes().all(|byte| byte.is_ascii_digit());
    !id.is_empty()
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !(is_prerelease && is_number && id.len() > 1 && id.starts_with('0'))
}

/// The order of prereleases: a release stands behind all of them.
fn compare_prerelease(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}
