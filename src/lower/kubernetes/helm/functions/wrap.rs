//! Lines of a width: `wrap` and `wrapWith` of sprig, which count bytes.

use crate::lower::kubernetes::helm::value::lossy;

/// Returns `text` with line breaks at the blanks before each column `width`. `breaks_words` also breaks words that
/// are longer.
pub fn wrap(text: &str, width: i64, line_break: &str, breaks_words: bool) -> String {
    let width = usize::try_from(width).unwrap_or(0).max(1);
    let line_break = if line_break.is_empty() { "\n" } else { line_break };
    let bytes = text.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = bytes;
    while rest.len() > width {
        if let Some(after) = rest.strip_prefix(b" ") {
            rest = after;
            continue;
        }
        let blank_within = rest.iter().take(width + 1).rposition(|byte| *byte == b' ');
        let end = match blank_within {
            Some(at) => Some((at, at + 1)),
            None if breaks_words => Some((width, width)),
            None => rest.iter().skip(width).position(|byte| *byte == b' ').map(|at| (at + width, at + width + 1)),
        };
        let Some((end, next)) = end else { break };
        out.extend_from_slice(rest.get(..end).unwrap_or_default());
        out.extend_from_slice(line_break.as_bytes());
        rest = rest.get(next..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    lossy(&out)
}
