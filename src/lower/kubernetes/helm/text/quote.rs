//! Strings and characters in Go's quotes (`strconv.Quote`).

/// Returns `text` in double quotes. `ascii` escapes every other character.
pub fn quote(text: &str, ascii: bool) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    text.chars().for_each(|c| push_escaped(&mut quoted, c, '"', ascii));
    quoted.push('"');
    quoted
}

/// Returns a character in single quotes.
pub fn quote_rune(c: char, ascii: bool) -> String {
    let mut quoted = String::from("'");
    push_escaped(&mut quoted, c, '\'', ascii);
    quoted.push('\'');
    quoted
}

/// Adds a character as it stands between quotes.
pub(super) fn push_escaped(out: &mut String, c: char, quote: char, ascii: bool) {
    if c == quote || c == '\\' {
        out.push('\\');
        out.push(c);
        return;
    }
    if c.is_ascii() && !c.is_ascii_control() || !c.is_ascii() && !ascii && is_printable(c) {
        out.push(c);
        return;
    }
    let short = match c {
        '\x07' => 'a',
        '\x08' => 'b',
        '\x0c' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\x0b' => 'v',
        _ => {
            let code = u32::from(c);
            out.extend([match code {
                0..0x80 => format!("\\x{code:02x}"),
                0x80..0x1_0000 => format!("\\u{code:04x}"),
                _ => format!("\\U{code:08x}"),
            }]);
            return;
        }
    };
    out.push('\\');
    out.push(short);
}

/// Whether Go prints the character as it is: letters, marks, numbers, punctuation, symbols and the blank.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    // Controls, format characters, surrogates, private use and all blanks but one are escaped. Rust escapes the
    // same ones, and combining marks, which are printed.
    let is_mark = matches!(u32::from(c), 0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x64b..=0x65f | 0x1ab0..=0x1aff
        | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f);
    is_mark || !c.is_whitespace() && c.escape_debug().next() != Some('\\')
}
