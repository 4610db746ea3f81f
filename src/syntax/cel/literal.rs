//! Strings and bytes: prefixes, quotes, escapes.

use super::tree::Literal;

/// How a string begins.
pub struct Quote {
    /// Bytes of the prefix and the opening quote.
    pub length: usize,
    /// What ends it.
    pub delimiter: &'static str,
    is_raw: bool,
    is_bytes: bool,
}

/// Returns how the string that `text` begins with does so; `None` where it begins with none.
pub fn quote(text: &str) -> Option<Quote> {
    let prefix = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (is_raw, is_bytes) = match text.get(..prefix)? {
        "" => (false, false),
        "r" | "R" => (true, false),
        "b" | "B" => (false, true),
        "br" | "bR" | "Br" | "BR" | "rb" | "rB" | "Rb" | "RB" => (true, true),
        _ => return None,
    };
    let rest = text.get(prefix..)?;
    let delimiter = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote))?;
    Some(Quote { length: prefix + delimiter.len(), delimiter, is_raw, is_bytes })
}

impl Quote {
    /// Returns how many bytes of `body` stand before the closing quote.
    pub fn end(&self, body: &str) -> Option<usize> {
        let mut at = 0;
        while let Some(rest) = body.get(at..) {
            if rest.starts_with(self.delimiter) {
                return Some(at);
            }
            let next = rest.chars().next()?;
            if self.delimiter.len() == 1 && matches!(next, '\n' | '\r') {
                return None;
            }
            at += next.len_utf8();
            if next == '\\' && !self.is_raw {
                at += body.get(at..)?.chars().next()?.len_utf8();
            }
        }
        None
    }

    /// Returns the literal whose text between the quotes is `body`.
    pub fn value(&self, body: &str) -> Result<Literal, String> {
        let mut bytes = Vec::with_capacity(body.len());
        let mut rest = body;
        while let Some(next) = rest.chars().next() {
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
            match next {
                '\\' if !self.is_raw => rest = self.escape(rest, &mut bytes)?,
                // Line ends are read as `\n`, whatever the file has.
                '\r' => {
                    rest = rest.strip_prefix('\n').unwrap_or(rest);
                    bytes.push(b'\n');
                }
                _ => bytes.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        if self.is_bytes {
            return Ok(Literal::Bytes(bytes));
        }
        String::from_utf8(bytes).map(Literal::String).map_err(|_| "the string is not UTF-8".into())
    }

    /// Reads an escape, without its backslash, and returns what follows it.
    fn escape<'t>(&self, text: &'t str, out: &mut Vec<u8>) -> Result<&'t str, String> {
        let kind = text.chars().next().ok_or("the string ends within an escape")?;
        let rest = text.get(kind.len_utf8()..).unwrap_or_default();
        let simple = match kind {
            'a' => Some(7),
            'b' => Some(8),
            'f' => Some(12),
            'n' => Some(b'\n'),
            'r' => Some(b'\r'),
            't' => Some(b'\t'),
            'v' => Some(11),
            '\\' | '?' | '"' | '\'' | '`' => Some(kind as u8),
            _ => None,
        };
        if let Some(byte) = simple {
            out.push(byte);
            return Ok(rest);
        }
        let (digits, radix, from) = match kind {
            'x' | 'X' => (2, 16, rest),
            'u' if !self.is_bytes => (4, 16, rest),
            'U' if !self.is_bytes => (8, 16, rest),
            '0'..='3' => (3, 8, text),
            _ => return Err(format!("`\\{kind}` is no escape")),
        };
        let unreadable = || format!("`\\{kind}` needs {digits} digits of base {radix}");
        let number = from.get(..digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let number = number.and_then(|text| u32::from_str_radix(text, radix).ok()).ok_or_else(unreadable)?;
        match u8::try_from(number) {
            Ok(byte) if self.is_bytes => out.push(byte),
            _ => {
                let character = char::from_u32(number).ok_or_else(|| format!("U+{number:04X} is no character"))?;
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        Ok(from.get(digits..).unwrap_or_default())
    }
}
