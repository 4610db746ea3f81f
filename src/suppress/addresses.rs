//! The addresses that an entry of the configuration is about: written out, or as globs.

use super::globs;
use globset::GlobSet;

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
        let is_glob = |address: &String| address.contains(['*', '?', '{', '}', '\\']);
        (!self.is_empty() && !self.written.iter().any(is_glob)).then_some(&self.written)
    }
}
