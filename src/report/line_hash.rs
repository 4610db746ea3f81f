//! GitHub's `primaryLocationLineHash`: how code scanning knows an alert again after the file has changed.
//!
//! The algorithm is that of the upload action (github/codeql-action, `fingerprints.ts`), bit for bit: a
//! rolling hash over 100 UTF-16 code units without spaces and tabs, CR LF and CR read as LF. The hash of a
//! line begins at its first unit that counts; equal hashes in a file are told apart by a count.

use std::collections::HashMap;

/// Units in the window.
const WINDOW: usize = 100;
const FACTOR: u64 = 37;
/// Stands for the end of the file.
const END: u16 = u16::MAX;

/// The hash of each line of `text`, the first line first.
pub fn line_hashes(text: &str) -> Vec<String> {
    let mut hasher = Hasher::new();
    for unit in text.encode_utf16() {
        hasher.unit(unit);
    }
    hasher.unit(END);
    hasher.flush();
    hasher.hashes
}

struct Hasher {
    window: [u16; WINDOW],
    /// Whether a line whose hash is not out yet begins at that place of the window.
    begins: [bool; WINDOW],
    at: usize,
    hash: u64,
    /// `FACTOR` to the power of `WINDOW`: the weight of the unit that leaves the window.
    outgoing: u64,
    at_line_start: bool,
    after_cr: bool,
    counts: HashMap<u64, u32>,
    hashes: Vec<String>,
}

impl Hasher {
    fn new() -> Self {
        Self {
            window: [0; WINDOW],
            begins: [false; WINDOW],
            at: 0,
            hash: 0,
            outgoing: (0..WINDOW).fold(1, |power: u64, _| power.wrapping_mul(FACTOR)),
            at_line_start: true,
            after_cr: false,
            counts: HashMap::new(),
            hashes: Vec::new(),
        }
    }

    fn unit(&mut self, unit: u16) {
        const LF: u16 = 10;
        let is_skipped = unit == 32 || unit == 9 || (self.after_cr && unit == LF);
        let is_cr = unit == 13;
        self.after_cr = is_cr;
        if is_skipped {
            return;
        }
        let unit = if is_cr { LF } else { unit };
        self.emit();
        self.begins[self.at] = std::mem::replace(&mut self.at_line_start, unit == LF);
        self.roll(unit);
    }

    /// Hands out the hash of the line that began a whole window ago, if one did.
    fn emit(&mut self) {
        if std::mem::take(&mut self.begins[self.at]) {
            let count = self.counts.entry(self.hash).or_insert(0);
            *count += 1;
            self.hashes.push(format!("{:x}:{count}", self.hash));
        }
    }

    fn roll(&mut self, unit: u16) {
        let leaving = u64::from(std::mem::replace(&mut self.window[self.at], unit));
        let grown = FACTOR.wrapping_mul(self.hash).wrapping_add(u64::from(unit));
        self.hash = grown.wrapping_sub(self.outgoing.wrapping_mul(leaving));
        self.at = (self.at + 1) % WINDOW;
    }

    fn flush(&mut self) {
        for _ in 0..WINDOW {
            self.emit();
            self.roll(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::line_hashes;

    /// Facts: what the upload action's own tests expect.
    #[test]
    fn r_sarif_30_published_vectors() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        let mixed = ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        assert_eq!(line_hashes(" a\nb\n  \t\tc\n d"), mixed);
        let lorem = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        for (line, hash) in lorem.iter().take(6).enumerate() {
            assert_eq!(*hash, format!("a7f2ff13bc495cf2:{}", line + 1));
        }
        assert_eq!(lorem.get(6).map(String::as_str), Some("a7f2ff1481e87703:1"));
    }

    #[test]
    fn line_ends_do_not_count() {
        let unix = line_hashes("a\nb\n\nc");
        assert_eq!(line_hashes("a\r\nb\r\n\r\nc"), unix);
        assert_eq!(line_hashes("a\rb\r\rc"), unix);
    }
}
