//! The normal form of texts: all strings of the language are in it.

use crate::model::Text;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Returns the text in Unicode normal form C.
pub fn normalized(text: &str) -> Text {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.into();
    }
    text.nfc().collect::<String>().into()
}
