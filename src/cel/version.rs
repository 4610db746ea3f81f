//! Semantic versions as Kubernetes' `semver()` reads them.

use std::cmp::Ordering;

/// A version.
#[derive(Clone, Debug)]
pub struct Version(semver::Version);

impl Version {
    /// Reads a version; with `normalize`, `v1.02` is `1.2.0`.
    pub fn parse(text: &str, normalize: bool) -> Result<Self, String> {
        let normalized = if normalize { normalized(text) } else { text.to_owned() };
        let (core, _) = split_core(&normalized);
        if core.split('.').count() != 3 {
            return Err("No Major.Minor.Patch elements found".into());
        }
        semver::Version::parse(&normalized).map(Self).map_err(|error| error.to_string())
    }

    /// Returns major, minor and patch.
    pub fn numbers(&self) -> [u64; 3] {
        [self.0.major, self.0.minor, self.0.patch]
    }

    /// Orders by precedence: what was built makes no difference.
    pub fn compare(&self, other: &Self) -> Ordering {
        self.0.cmp_precedence(&other.0)
    }

    /// Returns the text.
    pub fn text(&self) -> String {
        self.0.to_string()
    }
}

/// The numbers of a version, and what follows them.
fn split_core(text: &str) -> (&str, &str) {
    text.split_at(text.find(['-', '+']).unwrap_or(text.len()))
}

/// A version without `v`, with three numbers that begin with no zero. A pre-release of a short version is no version.
fn normalized(text: &str) -> String {
    let text = text.strip_prefix('v').unwrap_or(text);
    let mut parts: Vec<String> = text.splitn(3, '.').map(str::to_owned).collect();
    for part in parts.iter_mut().filter(|part| part.len() > 1) {
        let trimmed = part.trim_start_matches('0');
        let is_number = trimmed.starts_with(|next: char| next.is_ascii_digit());
        *part = if is_number { trimmed.to_owned() } else { format!("0{trimmed}") };
    }
    if parts.len() < 3 && parts.last().is_some_and(|last| last.contains(['+', '-'])) {
        return text.to_owned();
    }
    while parts.len() < 3 {
        parts.push("0".to_owned());
    }
    parts.join(".")
}
