//! Texts for people: the one convention that messages follow, counts of things, and beginnings of what is long.

/// `text` as a sentence: with a capital, if it begins with a plain word, and with a full stop, if it has no mark.
pub fn sentence(text: &str) -> String {
    let text = capitalised(text.trim());
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text } else { text + "." }
}

/// `text` with a capital, if it begins with a plain word: names of files, fields and programs stay as they are.
pub fn capitalised(text: &str) -> String {
    let word = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.')).next().unwrap_or_default();
    let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    // `main.tf` begins with no word.
    let is_name = text.get(word.len()..).is_some_and(|rest| rest.starts_with('.') && rest.len() > 1);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if is_plain && !is_name => first.to_uppercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// "1 file", "2 files".
pub fn count(number: usize, noun: &str) -> String {
    let plural = match noun {
        noun if number == 1 || noun == "inconclusive" => "",
        _ => "s",
    };
    format!("{number} {noun}{plural}")
}

/// The part of a text with its first bytes, as many as there is room for, in whole characters.
pub fn beginning(text: &str, most_bytes: usize) -> &str {
    let end = (0..=most_bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{beginning, sentence};

    #[test]
    fn a_beginning_has_whole_characters() {
        assert_eq!(beginning("añb", 2), "a");
        assert_eq!(beginning("añb", 3), "añ");
        assert_eq!(beginning("añb", 9), "añb");
        assert_eq!(beginning("ñ", 0), "");
    }

    #[test]
    fn sentences_begin_with_a_capital_unless_they_begin_with_a_name() {
        let cases = [
            ("did not find an end", "Did not find an end."),
            ("`x` is unknown", "`x` is unknown."),
            ("main.tf is empty", "main.tf is empty."),
            ("apiVersion is missing", "apiVersion is missing."),
            ("Did you mean `x`?", "Did you mean `x`?"),
        ];
        for (text, expected) in cases {
            assert_eq!(sentence(text), expected);
        }
    }
}
