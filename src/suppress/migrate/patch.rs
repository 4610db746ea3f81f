//! Changes to one file, as its new text and as a unified diff.

use std::fmt::Write as _;
use std::ops::Range;

/// Lines around a change that a diff shows.
const CONTEXT: usize = 3;

/// What is changed in one file.
#[derive(Clone, Debug)]
pub struct Patch {
    /// Path from the root.
    pub path: String,
    /// The text before.
    pub before: String,
    edits: Vec<Edit>,
}

/// A text in place of some bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edit {
    start: usize,
    end: usize,
    text: String,
}

impl Patch {
    /// A file without changes yet.
    pub fn new(path: impl Into<String>, before: impl Into<String>) -> Self {
        Self { path: path.into(), before: before.into(), edits: Vec::new() }
    }

    /// Puts `text` in place of some bytes, with line ends as the file has them; changes in the same place follow
    /// each other.
    pub fn replace(&mut self, range: Range<u32>, text: impl Into<String>) {
        let text: String = text.into();
        let text = if self.before.contains("\r\n") { text.replace('\n', "\r\n") } else { text };
        let edit = Edit { start: range.start as usize, end: range.end as usize, text };
        if !self.edits.contains(&edit) || edit.start == edit.end {
            self.edits.push(edit);
        }
    }

    /// Whether nothing is changed.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The text with all changes.
    pub fn after(&self) -> String {
        let mut edits: Vec<&Edit> = self.edits.iter().collect();
        edits.sort_by_key(|edit| (edit.start, edit.end));
        let (mut out, mut at) = (String::new(), 0);
        for edit in edits {
            out.push_str(self.before.get(at..edit.start.max(at)).unwrap_or_default());
            out.push_str(&edit.text);
            at = at.max(edit.end);
        }
        out.push_str(self.before.get(at..).unwrap_or_default());
        out
    }

    /// The changes as `patch` takes them.
    pub fn diff(&self) -> String {
        let after = self.after();
        let (old, new): (Vec<&str>, Vec<&str>) =
            (self.before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
        let mut out = format!("--- a/{0}\n+++ b/{0}\n", self.path);
        for hunk in hunks(&changes(&old, &new)) {
            let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
            let before = first.0.start.saturating_sub(CONTEXT);
            let lead = first.0.start - before;
            let tail = CONTEXT.min(old.len() - last.0.end);
            let (old_count, new_count) = (last.0.end + tail - before, last.1.end + tail - (first.1.start - lead));
            let start = |at: usize, count: usize| if count == 0 { at } else { at + 1 };
            let _ = writeln!(
                out,
                "@@ -{},{old_count} +{},{new_count} @@",
                start(before, old_count),
                start(first.1.start - lead, new_count)
            );
            let mut at = before;
            for (removed, added) in hunk {
                lines(&mut out, ' ', old.get(at..removed.start));
                lines(&mut out, '-', old.get(removed.clone()));
                lines(&mut out, '+', new.get(added.clone()));
                at = removed.end;
            }
            lines(&mut out, ' ', old.get(at..last.0.end + tail));
        }
        out
    }
}

fn lines(out: &mut String, mark: char, lines: Option<&[&str]>) {
    for line in lines.unwrap_or_default() {
        let _ = writeln!(out, "{mark}{}", line.trim_end_matches('\n'));
        if !line.ends_with('\n') {
            out.push_str("\\ No newline at end of file\n");
        }
    }
}

/// A stretch of old lines and what took its place.
type Change = (Range<usize>, Range<usize>);

/// What differs: at each difference the shortest way on to lines that are equal again.
fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let (mut changes, mut a, mut b) = (Vec::new(), 0, 0);
    while a < old.len() || b < new.len() {
        if a < old.len() && b < new.len() && old.get(a) == new.get(b) {
            (a, b) = (a + 1, b + 1);
            continue;
        }
        let (rest_old, rest_new) = (old.len() - a, new.len() - b);
        let meets = (1..=rest_old + rest_new).find_map(|distance| {
            (0..=distance.min(rest_old)).rev().map(|gone| (gone, distance - gone)).find(|(gone, come)| {
                let (x, y) = (a + gone, b + come);
                let ends = x == old.len() && y == new.len();
                *come <= rest_new && (ends || x < old.len() && y < new.len() && old.get(x) == new.get(y))
            })
        });
        let (gone, come) = meets.unwrap_or((rest_old, rest_new));
        changes.push((a..a + gone, b..b + come));
        (a, b) = (a + gone, b + come);
    }
    changes
}

/// The changes that stand so near that their contexts meet.
fn hunks(changes: &[Change]) -> Vec<&[Change]> {
    changes.chunk_by(|one, next| next.0.start - one.0.end <= 2 * CONTEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::Patch;

    #[test]
    fn a_diff_shows_three_lines_around() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16";
        let mut patch = Patch::new("a", before);
        patch.replace(6..7, "four");
        patch.replace(0..0, "0\n");
        patch.replace(before.len() as u32 - 2..before.len() as u32, "sixteen\n");
        assert_eq!(
            patch.diff(),
            "--- a/a\n+++ b/a\n@@ -1,7 +1,8 @@\n+0\n 1\n 2\n 3\n-4\n+four\n 5\n 6\n 7\n@@ -13,4 +14,4 @@\n 13\n 14\n 15\n-16\n\\ No newline at end of file\n+sixteen\n"
        );
    }
}
