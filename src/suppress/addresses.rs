//! The addresses that an entry of the configuration is about: written out, or as globs.

use super::globs;
use globset::GlobSet;

/// What makes an address a glob.
const SPECIAL: [char; 5] = ['*', '?', '{', '}', '\\'];

/// Addresses and globs of addresses.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    globs: GlobSet,
    written: Vec<String>,
}

impl Addresses {
    /// The set of `written`; the error says what is wrong with one of them.
    pub fn new(written: Vec<String>) -> Result<Self, String> {
        Ok(Self { globs: globs(written.iter().map(String::as_str))?, written })
    }

    /// Whether there is no address and no glob.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty()
    }

    /// Whether one of them fits `address`.
    pub fn matches(&self, address: &str) -> bool {
        self.globs.is_match(address)
    }

    /// The addresses, where there are some and no globs beside them.
    pub fn exact(&self) -> Option<&[String]> {
        (!self.is_empty() && !self.written.iter().any(|address| address.contains(SPECIAL))).then_some(&self.written)
    }

    /// What the addresses begin with that fit, for each address and glob; `None` where one of them may begin with
    /// anything.
    pub fn beginnings(&self) -> Option<Vec<&str>> {
        let beginning = |address: &String| address.find(SPECIAL).unwrap_or(address.len());
        let all = self.written.iter().map(|address| address.get(..beginning(address)).filter(|text| !text.is_empty()));
        if self.is_empty() { None } else { all.collect() }
    }
}
