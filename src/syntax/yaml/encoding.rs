//! From bytes to text.

use encoding_rs::{UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// As UTF-8. A UTF-8 byte order mark is kept, so that offsets are those of the file; what is no
    /// text is U+FFFD.
    pub text: String,
    /// Whether something was no text: `kubectl` goes on, Kustomize refuses.
    pub lossy: bool,
}

/// Decodes as both loaders do: UTF-16 where its byte order mark says so, else UTF-8.
pub fn decode(bytes: &[u8]) -> Decoded {
    let utf16 = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((UTF_16LE, rest)),
        [0xfe, 0xff, rest @ ..] => Some((UTF_16BE, rest)),
        _ => None,
    };
    if let Some((encoding, rest)) = utf16 {
        let (text, lossy) = encoding.decode_without_bom_handling(rest);
        return Decoded { text: text.into_owned(), lossy };
    }
    let text = String::from_utf8_lossy(bytes);
    Decoded { lossy: matches!(text, Cow::Owned(_)), text: text.into_owned() }
}

/// UTF-8 with one U+FFFD for each byte that is no part of a character, as Go's strings have it.
pub(super) fn replace_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('\u{fffd}', chunk.invalid().len()));
    }
    text
}
