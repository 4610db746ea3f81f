//! The identity of a finding over time.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Sixteen hex digits of what a finding is about: never its line, so that it survives edits around it.
pub fn fingerprint(check: &str, unit: &str, address: &str, path: &str) -> String {
    let mut hash = Sha256::new();
    for part in [check, unit, address, path] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
