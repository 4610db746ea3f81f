//! Digests of contents: equal digests are taken for equal contents.

use sha2::{Digest as _, Sha256};

/// The first sixteen bytes of a SHA-256.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 16]);

impl Digest {
    /// Returns the digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::default().and(bytes)
    }

    /// Returns the digest of what this one is of, followed by `bytes`.
    #[must_use]
    pub fn and(self, bytes: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(self.0).chain_update(bytes).finalize();
        let mut first = [0; 16];
        first.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self(first)
    }
}
