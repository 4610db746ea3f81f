//! JSON strings: where they end, and what their escapes stand for. Half of a surrogate pair alone is U+FFFD,
//! as for Go.

use super::{Error, Read};
use crate::source::Derived;
use ecow::EcoString;
use std::ops::Range;

/// Returns one past the closing quote of the string whose opening quote is at `start`.
pub(super) fn end(text: &str, start: usize) -> Read<usize> {
    let mut at = start + 1;
    while let Some(&byte) = text.as_bytes().get(at) {
        match byte {
            b'"' => return Ok(at + 1),
            b'\\' => at += 2,
            0..=0x1f => break,
            _ => at += 1,
        }
    }
    let message = "This string is not closed on its line.".to_owned();
    Err(Error { message, at: start..at.min(text.len()) })
}

/// Resolves the escapes of `content`, which is what stands between the quotes. The error is the place of a wrong
/// escape in it.
pub(super) fn resolve(content: &str) -> Result<EcoString, Range<usize>> {
    let mut text = EcoString::with_capacity(content.len());
    let mut rest = content;
    while let Some((before, escaped)) = rest.split_once('\\') {
        text.push_str(before);
        let at = content.len() - escaped.len() - 1;
        let (character, length) = escape(escaped).ok_or(at..at + 1)?;
        text.push(character);
        rest = escaped.get(length..).unwrap_or_default();
    }
    text.push_str(rest);
    Ok(text)
}

/// Returns the text of the string at `at`, quotes included, with the place of each byte.
pub fn decode(text: &Derived<'_>, at: Range<usize>) -> Derived<'static> {
    let content = at.start + 1..at.end.saturating_sub(1).max(at.start + 1);
    let written = text.text().get(content.clone()).unwrap_or_default();
    if !written.contains('\\') {
        return text.slice(content);
    }
    let span = text.span(content.start..content.start);
    let mut decoded = Derived::empty(span.source, span.start as usize);
    let mut rest = written;
    while let Some((before, escaped)) = rest.split_once('\\') {
        let start = content.end - rest.len();
        decoded.push_all(&text.slice(start..start + before.len()));
        let (character, length) = escape(escaped).unwrap_or(('\\', 0));
        let start = start + before.len();
        decoded.push_replacement(character.encode_utf8(&mut [0; 4]), text.span(start..start + 1 + length), None);
        rest = escaped.get(length..).unwrap_or_default();
    }
    decoded.push_all(&text.slice(content.end - rest.len()..content.end));
    decoded
}

/// Returns the character that an escape stands for, and its length without the backslash.
fn escape(escaped: &str) -> Option<(char, usize)> {
    let simple = match escaped.as_bytes().first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = unit(escaped.get(1..5)?)?;
            if let 0xd800..0xdc00 = first
                && let Some(second) = escaped.get(5..11).and_then(|low| low.strip_prefix("\\u")).and_then(unit)
                && let 0xdc00..0xe000 = second
            {
                let scalar = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Some((char::from_u32(scalar)?, 11));
            }
            return Some((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 5));
        }
        _ => return None,
    };
    Some((simple, 1))
}

fn unit(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}
