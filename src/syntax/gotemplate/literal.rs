//! Strings and characters as Go writes them (`strconv.Unquote`).

/// Returns the content of a string in double quotes.
pub fn unquote(quoted: &str) -> Option<String> {
    let mut rest = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let mut bytes = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (unit, after) = unit(rest, '"')?;
        match unit {
            Unit::Char(c) => bytes.extend(c.encode_utf8(&mut [0; 4]).bytes()),
            Unit::Byte(byte) => bytes.push(byte),
        }
        rest = after;
    }
    Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Returns the number of a character in single quotes.
pub fn character(quoted: &str) -> Option<u32> {
    let inner = quoted.strip_prefix('\'')?;
    let (unit, rest) = unit(inner, '\'')?;
    (rest == "'").then_some(match unit {
        Unit::Char(c) => u32::from(c),
        Unit::Byte(byte) => u32::from(byte),
    })
}

enum Unit {
    Char(char),
    Byte(u8),
}

/// Reads one character or escape, and returns it with what follows.
fn unit(text: &str, quote: char) -> Option<(Unit, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first == quote {
        return None;
    }
    if first != '\\' {
        return Some((Unit::Char(first), chars.as_str()));
    }
    let escape = chars.next()?;
    let rest = chars.as_str();
    let number = |digits: usize, radix: u32, rest| {
        let digits: &str = str::get(rest, ..digits)?;
        digits.bytes().all(|byte| char::from(byte).is_digit(radix)).then_some(())?;
        Some((u32::from_str_radix(digits, radix).ok()?, str::get(rest, digits.len()..)?))
    };
    let simple = match escape {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        '\'' | '"' if escape == quote => escape,
        'x' => {
            let (code, rest) = number(2, 16, rest)?;
            return Some((Unit::Byte(u8::try_from(code).ok()?), rest));
        }
        'u' | 'U' => {
            let (code, rest) = number(if escape == 'u' { 4 } else { 8 }, 16, rest)?;
            return Some((Unit::Char(char::from_u32(code)?), rest));
        }
        '0'..='7' => {
            let (code, rest) = number(3, 8, text.get(1..)?)?;
            return Some((Unit::Byte(u8::try_from(code).ok()?), rest));
        }
        _ => return None,
    };
    Some((Unit::Char(simple), rest))
}
