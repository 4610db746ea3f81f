//! Numeric constants, with what each of them may be taken for.

#![allow(clippy::float_cmp, reason = "a constant is an integer only where it equals one exactly")]

/// A constant. It may be of several kinds at once: `3.0` is an integer where one is wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Number {
    /// Its value as an integer.
    pub integer: Option<i64>,
    /// Its value as an unsigned integer.
    pub unsigned: Option<u64>,
    /// Its value as a floating-point number.
    pub float: Option<f64>,
    /// Real and imaginary part.
    pub complex: Option<(f64, f64)>,
    /// The kind that it has where none is wanted.
    pub ideal: Ideal,
}

/// The kind of a constant by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ideal {
    /// `int`
    #[default]
    Integer,
    /// `float64`
    Float,
    /// `complex128`
    Complex,
    /// Too large for an `int`: it is an error where it is used.
    Overflow,
}

impl Number {
    /// The number of a character.
    pub fn of_character(code: u32) -> Self {
        let (integer, float) = (Some(i64::from(code)), Some(f64::from(code)));
        Self { integer, unsigned: Some(u64::from(code)), float, complex: None, ideal: Ideal::Integer }
    }

    /// Reads a constant in any of Go's forms.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(imaginary) = text.strip_suffix('i') {
            return complex(imaginary).ok_or_else(|| format!("`{text}` is not a number"));
        }
        let mut number = Self { integer: integer(text), ..Self::default() };
        number.unsigned = unsigned(text).or(number.integer.filter(|value| *value == 0).map(|_| 0));
        if let Some(value) = number.integer {
            number.float = Some(value as f64);
        } else if let Some(value) = number.unsigned {
            number.float = Some(value as f64);
        } else if let Some(value) = float(text) {
            if !text.contains(['.', 'e', 'E', 'p', 'P']) {
                return Err(format!("`{text}` is larger than any integer"));
            }
            number.take_float(value);
        }
        let is_hexadecimal =
            text.len() > 2 && text.starts_with("0x") | text.starts_with("0X") && !text.contains(['p', 'P']);
        number.ideal = match () {
            () if number.float.is_some() && !is_hexadecimal && text.contains(['.', 'e', 'E', 'p', 'P']) => Ideal::Float,
            () if number.integer.is_some() => Ideal::Integer,
            () if number.unsigned.is_some() => Ideal::Overflow,
            () => return Err(format!("`{text}` is not a number")),
        };
        Ok(number)
    }

    /// Takes a floating-point value, and the integers that it equals.
    fn take_float(&mut self, value: f64) {
        self.float = Some(value);
        if value.fract() == 0.0 {
            self.integer = self.integer.or(((value as i64) as f64 == value).then_some(value as i64));
            self.unsigned = self.unsigned.or(((value as u64) as f64 == value).then_some(value as u64));
        }
    }
}

/// `1+2i` or `2i`, without the `i`.
fn complex(text: &str) -> Option<Number> {
    let sign = text.char_indices().skip(1).filter(|(at, c)| {
        matches!(c, '+' | '-') && !text.get(..*at).is_some_and(|before| before.ends_with(['e', 'E', 'p', 'P']))
    });
    let (real, imaginary) = match sign.last() {
        Some((at, _)) => (float(text.get(..at)?)?, float(text.get(at..)?)?),
        None => (0.0, float(text)?),
    };
    let mut number = Number { complex: Some((real, imaginary)), ideal: Ideal::Complex, ..Number::default() };
    if imaginary == 0.0 {
        number.take_float(real);
    }
    Some(number)
}

/// Digits without the underscores between them; `None` where one stands elsewhere.
fn digits(text: &str, prefixed: bool) -> Option<String> {
    if !text.contains('_') {
        return Some(text.to_owned());
    }
    let between = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let after = text.as_bytes().get(at + 1);
        (before.is_some_and(u8::is_ascii_hexdigit) || at == 0 && prefixed) && after.is_some_and(u8::is_ascii_hexdigit)
    };
    text.match_indices('_').all(|(at, _)| between(at)).then(|| text.replace('_', ""))
}

/// `strconv.ParseUint` with base 0.
fn unsigned(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (radix, rest) = match lower.get(..2) {
        Some("0x") => (16, lower.get(2..)?),
        Some("0o") => (8, lower.get(2..)?),
        Some("0b") => (2, lower.get(2..)?),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, lower.get(1..)?),
        _ => (10, lower.as_str()),
    };
    let digits = digits(rest, radix != 10)?;
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(&digits, radix).ok()
}

/// `strconv.ParseInt` with base 0.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let magnitude = unsigned(magnitude)?;
    if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// `strconv.ParseFloat`, hexadecimal forms included.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.trim_start_matches(['+', '-']);
    let lower = unsigned.to_ascii_lowercase();
    if let Some(hexadecimal) = lower.strip_prefix("0x") {
        let value = hexadecimal_float(hexadecimal)?;
        return Some(if text.starts_with('-') { -value } else { value });
    }
    let text = digits(text, false)?;
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `1.8p3` behind the `0x`.
fn hexadecimal_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let exponent: i32 = exponent.parse().ok()?;
    let mantissa = digits(mantissa, true)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((&mantissa, ""));
    let joined = format!("{whole}{fraction}");
    let value = u64::from_str_radix(&joined, 16).ok()? as f64;
    let scale = exponent.checked_sub(i32::try_from(fraction.len()).ok()?.checked_mul(4)?)?;
    let value = value * 2_f64.powi(scale);
    value.is_finite().then_some(value)
}
