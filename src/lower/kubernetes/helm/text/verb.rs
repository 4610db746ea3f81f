//! Numbers and bytes by the verbs of `fmt`: `%x`, `%08.3f`, `%+d`.

use super::float::{FloatForm, float_text};
use super::quote::{is_printable, quote_rune};
use crate::lower::kubernetes::helm::value::Integer;

/// Flags, width and precision of a verb.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "they are the five flags of the format language")]
pub struct Spec {
    /// `+`
    pub plus: bool,
    /// `-`
    pub minus: bool,
    /// `#`
    pub sharp: bool,
    /// A blank.
    pub space: bool,
    /// `0`
    pub zero: bool,
    /// `%+v`
    pub plus_v: bool,
    /// `%#v`
    pub sharp_v: bool,
    /// The least number of characters.
    pub width: Option<usize>,
    /// Digits, or the most characters.
    pub precision: Option<usize>,
}

/// An integer with sign, prefix and leading zeros. `None` for a verb that it does not have.
pub fn integer_text(integer: Integer, verb: char, spec: Spec) -> Option<String> {
    let value = integer.value;
    let character = || u32::try_from(value).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
    let (radix, upper) = match verb {
        'v' if spec.sharp_v && integer.kind.is_unsigned() => {
            return Some(format!("0x{value:x}"));
        }
        'v' | 'd' => (10, false),
        'b' => (2, false),
        'o' | 'O' => (8, false),
        'x' => (16, false),
        'X' => (16, true),
        'c' => return Some(character().into()),
        'q' => return Some(quote_rune(character(), spec.plus)),
        'U' => {
            let width = spec.precision.unwrap_or(4).max(4);
            let code = (value as i64) as u64;
            let shown = if spec.sharp && value >= 0 && is_printable(character()) {
                format!(" '{}'", character())
            } else {
                String::new()
            };
            return Some(format!("U+{code:0width$X}{shown}"));
        }
        _ => return None,
    };
    let magnitude = value.unsigned_abs();
    let digits = match radix {
        2 => format!("{magnitude:b}"),
        8 => format!("{magnitude:o}"),
        16 if upper => format!("{magnitude:X}"),
        16 => format!("{magnitude:x}"),
        _ => magnitude.to_string(),
    };
    if spec.precision == Some(0) && value == 0 {
        return Some(String::new());
    }
    let sign = match () {
        () if value < 0 => "-",
        () if spec.plus => "+",
        () if spec.space => " ",
        () => "",
    };
    let least = match (spec.precision, spec.width) {
        (Some(precision), _) => precision,
        (None, Some(width)) if spec.zero && !spec.minus => width.saturating_sub(sign.len()),
        _ => 0,
    };
    let zeros = "0".repeat(least.saturating_sub(digits.len()));
    let prefix = match (verb, spec.sharp) {
        ('O', true) if !zeros.starts_with('0') && !digits.starts_with('0') => "0o0",
        ('O', _) => "0o",
        ('b', true) => "0b",
        ('o', true) if !format!("{zeros}{digits}").starts_with('0') => "0",
        ('x', true) => "0x",
        ('X', true) => "0X",
        _ => "",
    };
    Some(format!("{sign}{prefix}{zeros}{digits}"))
}

/// A float with its sign. `None` for a verb that it does not have.
pub fn float(value: f64, verb: char, spec: Spec) -> Option<String> {
    let (form, default) = match verb {
        'v' | 'g' | 'G' => (FloatForm::General, None),
        'b' => (FloatForm::Binary, None),
        'x' | 'X' => (FloatForm::Hexadecimal, None),
        'e' | 'E' => (FloatForm::Exponent, Some(6)),
        'f' | 'F' => (FloatForm::Plain, Some(6)),
        _ => return None,
    };
    let mut text = float_text(value, form, spec.precision.or(default));
    if matches!(verb, 'G' | 'E' | 'X') && value.is_finite() {
        text = text.to_uppercase();
    }
    if spec.sharp && verb != 'b' && value.is_finite() {
        text = sharp(&text, verb, spec);
    }
    let is_signed = text.starts_with(['-', '+']);
    let text = text.strip_prefix('+').map_or(text.clone(), str::to_owned);
    Some(match () {
        () if value.is_infinite() && value > 0.0 && (spec.plus || !spec.space) => format!("+{text}"),
        () if value.is_infinite() && value > 0.0 => format!(" {text}"),
        () if is_signed => text,
        () if spec.plus => format!("+{text}"),
        () if spec.space => format!(" {text}"),
        () => text,
    })
}

/// With a decimal point always, and for `g` with the zeros at the end.
fn sharp(text: &str, verb: char, spec: Spec) -> String {
    let digits = match verb {
        'v' | 'g' | 'G' | 'x' | 'X' => spec.precision.unwrap_or(6),
        _ => 0,
    };
    let tail_at = text.find(if matches!(verb, 'x' | 'X') { ['p', 'P'] } else { ['e', 'E'] }).unwrap_or(text.len());
    let (number, tail) = text.split_at(tail_at);
    let mut number = number.to_owned();
    let has_point = number.contains('.');
    let mut counted = number.chars().filter(char::is_ascii_digit).count();
    if matches!(verb, 'x' | 'X') {
        // Go counts the letter of the prefix for the zero before it.
        counted = number.chars().filter(|c| *c != '.' && *c != '-').count() - 1;
    }
    let magnitude = number.trim_start_matches('-');
    if matches!(verb, 'v' | 'g' | 'G') && magnitude.starts_with('0') && magnitude.len() > 1 {
        // Zeros in front are no digits of the precision.
        counted = magnitude.chars().filter(char::is_ascii_digit).skip_while(|c| *c == '0').count();
    }
    if !has_point {
        number.push('.');
    }
    number.extend(std::iter::repeat_n('0', digits.saturating_sub(counted)));
    format!("{number}{tail}")
}

/// The bytes of a string in hexadecimal.
pub fn hexadecimal(bytes: &[u8], verb: char, spec: Spec) -> String {
    let bytes = bytes.get(..spec.precision.unwrap_or(bytes.len()).min(bytes.len())).unwrap_or_default();
    let prefix = if verb == 'X' { "0X" } else { "0x" };
    let mut out = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if spec.space && at > 0 {
            out.push(' ');
        }
        if spec.sharp && (spec.space || at == 0) {
            out.push_str(prefix);
        }
        out.extend([if verb == 'X' { format!("{byte:02X}") } else { format!("{byte:02x}") }]);
    }
    out
}
