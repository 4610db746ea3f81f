//! Bytes to tokens, one at a time and on demand.
//!
//! A quoted string or heredoc is only announced by its opening token: what stands in it is read by
//! `template`, because where it ends depends on the expressions within. Whether a line end is a
//! token is the parser's to say, since it matters in bodies and objects and nowhere else.

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Ident,
    Number,
    /// The `"` that opens a string.
    Quote,
    /// `<<EOT` or `<<-EOT` with its line end.
    Heredoc,
    OpenBrace,
    CloseBrace,
    /// `~}`
    TrimBrace,
    OpenBracket,
    CloseBracket,
    OpenParen,
    CloseParen,
    Dot,
    Ellipsis,
    Comma,
    Colon,
    DoubleColon,
    Question,
    Assign,
    FatArrow,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    And,
    Or,
    Not,
    Newline,
    /// `/*` without `*/`.
    OpenComment,
    /// A character that begins no token.
    Invalid,
    End,
}

/// A token and the bytes it stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// The token at or after byte `at`, a character boundary. Line ends are tokens if `newlines`.
pub(super) fn token(text: &str, at: usize, newlines: bool) -> Token {
    let bytes = text.as_bytes();
    let mut at = at;
    loop {
        let Some(&byte) = bytes.get(at) else {
            return Token { kind: TokenKind::End, start: bytes.len(), end: bytes.len() };
        };
        match byte {
            b'\n' if newlines => return Token { kind: TokenKind::Newline, start: at, end: at + 1 },
            b' ' | b'\t' | b'\n' => at += 1,
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => at += 1,
            b'#' => at = line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'/') => at = line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => match comment_end(text, at) {
                Some(end) => at = end,
                None => return Token { kind: TokenKind::OpenComment, start: at, end: at + 2 },
            },
            _ => return solid(text, at, byte),
        }
    }
}

/// The line end at or after `at`, or the end of the text.
pub(super) fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).position(|byte| *byte == b'\n').map_or(bytes.len(), |found| at + found)
}

/// Where the `/*` comment that begins at `at` ends.
pub(super) fn comment_end(text: &str, at: usize) -> Option<usize> {
    text.get(at + 2..)?.find("*/").map(|found| at + 2 + found + 2)
}

/// The token that begins with `byte` at `at`, which is neither space nor comment.
fn solid(text: &str, at: usize, byte: u8) -> Token {
    use TokenKind as K;
    let bytes = text.as_bytes();
    let next = bytes.get(at + 1).copied().unwrap_or(0);
    let (kind, length) = match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => (K::Ident, ident_length(text, at)),
        b'0'..=b'9' => (K::Number, number_length(bytes, at)),
        b'"' => (K::Quote, 1),
        b'{' => (K::OpenBrace, 1),
        b'}' => (K::CloseBrace, 1),
        b'~' if next == b'}' => (K::TrimBrace, 2),
        b'[' => (K::OpenBracket, 1),
        b']' => (K::CloseBracket, 1),
        b'(' => (K::OpenParen, 1),
        b')' => (K::CloseParen, 1),
        b'.' if next == b'.' && bytes.get(at + 2) == Some(&b'.') => (K::Ellipsis, 3),
        b'.' => (K::Dot, 1),
        b',' => (K::Comma, 1),
        b':' if next == b':' => (K::DoubleColon, 2),
        b':' => (K::Colon, 1),
        b'?' => (K::Question, 1),
        b'=' if next == b'=' => (K::Equal, 2),
        b'=' if next == b'>' => (K::FatArrow, 2),
        b'=' => (K::Assign, 1),
        b'!' if next == b'=' => (K::NotEqual, 2),
        b'!' => (K::Not, 1),
        b'<' if next == b'=' => (K::LessOrEqual, 2),
        b'<' if next == b'<' => match heredoc_length(text, at) {
            Some(length) => (K::Heredoc, length),
            None => (K::Less, 1),
        },
        b'<' => (K::Less, 1),
        b'>' if next == b'=' => (K::GreaterOrEqual, 2),
        b'>' => (K::Greater, 1),
        b'+' => (K::Plus, 1),
        b'-' => (K::Minus, 1),
        b'*' => (K::Star, 1),
        b'/' => (K::Slash, 1),
        b'%' => (K::Percent, 1),
        b'&' if next == b'&' => (K::And, 2),
        b'|' if next == b'|' => (K::Or, 2),
        _ => match ident_length(text, at) {
            0 => (K::Invalid, char_at(text, at).map_or(1, char::len_utf8)),
            length => (K::Ident, length),
        },
    };
    Token { kind, start: at, end: at + length }
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// How many bytes of identifier stand at `at`: UAX #31, with `_` in front and `-` within.
pub(super) fn ident_length(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => end += 1,
            b'0'..=b'9' | b'-' if end > at => end += 1,
            0x80.. => match char_at(text, end) {
                Some(c) if unicode_ident::is_xid_start(c) || (end > at && unicode_ident::is_xid_continue(c)) => {
                    end += c.len_utf8();
                }
                _ => break,
            },
            _ => break,
        }
    }
    end - at
}

/// How many bytes of number stand at `at`. As in the reference scanner, `1.2.3` is one (wrong) number,
/// and a last `.` is not part of it.
fn number_length(bytes: &[u8], at: usize) -> usize {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let (mut here, mut end) = (at, at);
    while let Some(&byte) = bytes.get(here) {
        match byte {
            b'0'..=b'9' => here += 1,
            b'.' => {
                here += 1;
                continue;
            }
            b'e' | b'E' if digit(here + 1) => here += 2,
            b'e' | b'E' if matches!(bytes.get(here + 1), Some(b'+' | b'-')) && digit(here + 2) => here += 3,
            _ => break,
        }
        end = here;
    }
    end - at
}

/// How many bytes `<<MARKER` with its line end takes, if that is what stands at `at`.
fn heredoc_length(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let name = if bytes.get(at + 2) == Some(&b'-') { at + 3 } else { at + 2 };
    let length = ident_length(text, name);
    let end = name + length;
    let line_end = if bytes.get(end) == Some(&b'\r') { end + 1 } else { end };
    (length > 0 && bytes.get(line_end) == Some(&b'\n')).then_some(line_end + 1 - at)
}
