//! Where to go on after a syntax error.

use super::lexer::ident_length;
use super::outline::{Mark, Outline};

/// Where the next item of a file begins.
pub(super) struct Next {
    /// The byte to go on at.
    pub at: usize,
    /// How far the text was looked at.
    pub scanned: usize,
    /// The innermost bracket that is still open there.
    pub open: Option<usize>,
}

/// Where the item after the broken one at `start` begins: on the line after its brackets are closed.
/// When a bracket is missing, that is too late; in a file that is indented, a line that begins at the
/// margin as an item does is then the better guess.
pub(super) fn next_item(text: &str, start: usize) -> Next {
    let mut outline = Outline::new(text, start);
    let (mut open, mut indented, mut guess) = (Vec::new(), None, None);
    while let Some(mark) = outline.next() {
        match mark {
            Mark::Open(at) => open.push(at as u32),
            Mark::Close => drop(open.pop()),
            Mark::Comment(_) => {}
            Mark::Line(at) => {
                let line = text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
                let scanned = if outline.unclosed_heredoc { text.len() } else { outline.position() };
                let next = Next { at, scanned, open: open.last().map(|at| *at as usize) };
                if open.is_empty() && !outline.unclosed_heredoc {
                    if !line.trim_start().starts_with('{') {
                        return next;
                    }
                } else if begins_item(line) {
                    if indented == Some(true) || outline.unclosed_heredoc {
                        return next;
                    }
                    guess = guess.or(Some(next));
                }
                if indented.is_none() && !line.trim().is_empty() && !line.starts_with(['}', ']', ')', '#', '/']) {
                    indented = Some(line.starts_with([' ', '\t']));
                }
            }
        }
    }
    let end = Next { at: text.len(), scanned: text.len(), open: open.last().map(|at| *at as usize) };
    Next { scanned: text.len(), ..guess.unwrap_or(end) }
}

/// Whether a line begins at the margin as an attribute or a block does.
fn begins_item(line: &str) -> bool {
    let length = ident_length(line, 0);
    let rest = line.get(length..).unwrap_or_default().trim();
    let is_attribute = rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>");
    let is_block = rest.starts_with(['"', '{']) || (rest.ends_with('{') && !rest.contains(['=', '(', '.']));
    length > 0 && (is_attribute || is_block)
}
