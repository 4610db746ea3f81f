//! The layout of a template of a Helm chart: what its lines would be as YAML, by their indentation.
//!
//! Nothing is rendered: an action counts as text of its line, and a line of nothing but actions as none.

use super::{Construct, Part};
use std::ops::Range;

/// The comments and the constructs of a file.
pub(super) fn read(text: &str) -> (Vec<Range<u32>>, Vec<Construct>) {
    let (masked, mut comments) = without_actions(text);
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    for line in masked.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        let (code, comment) = split_comment(line);
        comments.extend(comment.map(|comment| (start + comment) as u32..(start + trimmed(line)) as u32));
        let Some(first) = code.iter().position(|byte| !byte.is_ascii_whitespace()) else { continue };
        lines.push(Line { start: start + first, end: start + trimmed(code), column: first, text: code.to_vec() });
    }
    comments.sort_by_key(|comment| comment.start);
    let constructs = constructs(&lines, text.len());
    (comments, constructs)
}

/// A line that is no comment and no action.
struct Line {
    start: usize,
    end: usize,
    column: usize,
    text: Vec<u8>,
}

impl Line {
    fn is_separator(&self) -> bool {
        self.text.starts_with(b"---")
    }

    fn is_element(&self) -> bool {
        self.text.get(self.column..).is_some_and(|text| text.starts_with(b"- "))
    }
}

/// Each line with all deeper ones behind it, and the documents. An entry of a mapping also holds the elements of a list
/// right below its key.
fn constructs(lines: &[Line], length: usize) -> Vec<Construct> {
    let mut constructs = Vec::new();
    let mut open: Vec<(usize, bool, usize)> = Vec::new();
    let mut document = 0;
    let mut last = 0;
    let item = |start: usize, end: usize| Construct { range: start as u32..end as u32, part: Part::Item };
    for line in lines {
        while let Some((column, is_element, start)) = open.last().copied() {
            let goes_on = line.column > column || line.column == column && line.is_element() && !is_element;
            if goes_on && !line.is_separator() {
                break;
            }
            open.pop();
            constructs.push(item(start, last));
        }
        if line.is_separator() {
            constructs.push(Construct { range: document as u32..line.start as u32, part: Part::Document });
            document = line.end;
            continue;
        }
        open.push((line.column, line.is_element(), line.start));
        last = line.end;
    }
    constructs.extend(open.into_iter().map(|(.., start)| item(start, last)));
    constructs.push(Construct { range: document as u32..length as u32, part: Part::Document });
    constructs
}

/// The length of a line without blanks at its end.
fn trimmed(line: &[u8]) -> usize {
    line.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |last| last + 1)
}

/// A line before its comment, and where that begins.
fn split_comment(line: &[u8]) -> (&[u8], Option<usize>) {
    let mut quote = None;
    for (at, byte) in line.iter().enumerate() {
        let follows_blank = at == 0 || line.get(at - 1).is_some_and(u8::is_ascii_whitespace);
        match (quote, byte) {
            (None, b'#') if follows_blank => return (line.get(..at).unwrap_or_default(), Some(at)),
            (None, b'"' | b'\'')
                if line.get(at.wrapping_sub(1)).is_none_or(|before| !before.is_ascii_alphanumeric()) =>
            {
                quote = Some(*byte);
            }
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    (line, None)
}

/// The text with `x` for each byte of an action, blank where nothing but actions stands in the line, and the comments
/// among the actions.
fn without_actions(text: &str) -> (Vec<u8>, Vec<Range<u32>>) {
    let mut masked = text.as_bytes().to_vec();
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("{{")) {
        let start = at + found;
        let inside = text.get(start + 2..).unwrap_or_default();
        let content = inside.trim_start_matches('-').trim_start();
        let begin = start + 2 + (inside.len() - content.len());
        let is_comment = content.starts_with("/*");
        let end = if is_comment {
            content.find("*/").and_then(|end| Some(begin + end + content.get(end..)?.find("}}")? + 2))
        } else {
            end_of_action(content).map(|end| begin + end)
        };
        let end = end.unwrap_or(text.len());
        if is_comment {
            comments.push(start as u32..end as u32);
        }
        for byte in masked.get_mut(start..end).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = if is_comment { b' ' } else { 0 };
            }
        }
        at = end;
    }
    let mut start = 0;
    while start < masked.len() {
        let rest = masked.get(start..).unwrap_or_default();
        let end = start + rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        let line = masked.get_mut(start..end).unwrap_or_default();
        let is_code = line.iter().any(|byte| *byte != 0 && !byte.is_ascii_whitespace());
        line.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = if is_code { b'x' } else { b' ' });
        start = end;
    }
    (masked, comments)
}

/// Where an action ends, strings passed over.
fn end_of_action(content: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in content.char_indices() {
        match quote {
            Some('"') if c == '\\' && !escaped => {
                escaped = true;
                continue;
            }
            Some(open) if c == open && !escaped => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '`') => quote = Some(c),
            None if content.get(at..).is_some_and(|rest| rest.starts_with("}}")) => return Some(at + 2),
            None => {}
        }
        escaped = false;
    }
    None
}
