//! Digests of contents: equal digests are taken for equal contents.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

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

/// Returns the SHA-256 of some bytes as 64 lower-case hex digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns the `dirHash` of files, given by path and content in the order of their paths' bytes: the SHA-256 of the
/// lines that `sha256sum` prints for them (in-toto, digest sets).
pub fn dir_hash<'a>(files: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> String {
    let lines = files.into_iter().fold(String::new(), |mut lines, (path, content)| {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{}  {path}", sha256_hex(&content));
        lines
    });
    sha256_hex(lines.as_bytes())
}
