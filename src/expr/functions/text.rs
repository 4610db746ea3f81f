//! Letters and characters as Terraform counts and changes them.
//!
//! A character is a grapheme cluster. Case is changed code point by code point, each to one other
//! (Unicode's simple mappings): `ß` has no upper case. Knows no values.

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// The characters. By Unicode 15, as Terraform: a consonant after a mark begins one, also in the conjuncts
/// of Indic scripts that later versions take for one character.
pub fn characters(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.graphemes(true).flat_map(|cluster| {
        let mut rest = Vec::new();
        let mut end = cluster.len();
        if cluster.len() > 3 {
            let pairs = cluster.char_indices().zip(cluster.chars().skip(1));
            let begins = pairs.filter(|((_, previous), next)| begins_syllable(*previous, *next));
            let starts: Vec<usize> = begins.map(|((at, previous), _)| at + previous.len_utf8()).collect();
            for start in starts.into_iter().rev() {
                rest.insert(0, cluster.get(start..end).unwrap_or_default());
                end = start;
            }
        }
        std::iter::once(cluster.get(..end).unwrap_or_default()).chain(rest)
    })
}

/// Whether `next` is a letter of an Indic script after a mark or a joiner.
fn begins_syllable(previous: char, next: char) -> bool {
    let is_indic = matches!(next, '\u{900}'..='\u{1CFF}' | '\u{A800}'..='\u{ABFF}' | '\u{11000}'..='\u{11FFF}');
    let is_mark = previous == '\u{200D}' || is_combining_mark(previous);
    is_indic && is_mark && next.is_alphabetic() && !is_combining_mark(next)
}

/// The number of characters.
pub fn length(text: &str) -> usize {
    if text.is_ascii() && !text.contains('\r') { text.len() } else { characters(text).count() }
}

/// The upper case.
pub fn upper(text: &str) -> String {
    text.chars().map(upper_character).collect()
}

/// The lower case.
pub fn lower(text: &str) -> String {
    text.chars().map(lower_character).collect()
}

/// Every letter that begins a word in title case. Words are separated by anything but letters, digits
/// and `_`, so `it's` becomes `It'S`; non-ASCII characters separate only when they are blank.
pub fn title(text: &str) -> String {
    let mut previous = ' ';
    text.chars()
        .map(|next| {
            let begins = if previous.is_ascii() {
                !previous.is_ascii_alphanumeric() && previous != '_'
            } else {
                previous.is_whitespace()
            };
            previous = next;
            if begins { title_character(next) } else { next }
        })
        .collect()
}

fn upper_character(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        // These expand in full case mapping, but have a simple mapping too: Greek with iota subscript.
        _ => match u32::from(character) {
            code @ (0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7) => char::from_u32(code + 8),
            code @ (0x1FB3 | 0x1FC3 | 0x1FF3) => char::from_u32(code + 9),
            _ => None,
        }
        .unwrap_or(character),
    }
}

fn lower_character(character: char) -> char {
    // Only this one expands: to `i` with a combining dot, of which the simple mapping keeps the `i`.
    if character == 'İ' { 'i' } else { character.to_lowercase().next().unwrap_or(character) }
}

fn title_character(character: char) -> char {
    match character {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian has an upper case, but no title case.
        'ა'..='ჿ' => character,
        _ => upper_character(character),
    }
}

#[cfg(test)]
mod tests {
    use super::{lower, title, upper};

    /// Expected values: UnicodeData.txt, columns 12 to 14.
    #[test]
    fn case_is_mapped_one_to_one() {
        assert_eq!(upper("ßŉﬁᾀᾳ"), "ßŉﬁᾈᾼ");
        assert_eq!(lower("İΣ"), "iσ");
        assert_eq!(title("ǆ it's a_b აბ"), "ǅ It'S A_b აბ");
    }
}
