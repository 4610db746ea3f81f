//! Floating-point numbers as Go's `strconv.FormatFloat` writes them.

/// The forms of `strconv.FormatFloat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatForm {
    /// `e`: with an exponent.
    Exponent,
    /// `f`: without one.
    Plain,
    /// `g`: whichever is shorter.
    General,
    /// `b`: a whole mantissa and a binary exponent.
    Binary,
    /// `x`: a hexadecimal mantissa and a binary exponent.
    Hexadecimal,
}

/// The digits of a number, and where its decimal point stands among them.
struct Digits {
    digits: String,
    point: i32,
}

/// Returns the text of `value`. Without `precision`, as many digits as are needed to read it back.
pub fn float_text(value: f64, form: FloatForm, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".into() } else { "-Inf".into() };
    }
    let magnitude = value.abs();
    let text = match (form, precision) {
        (FloatForm::Binary, _) => binary(magnitude),
        (FloatForm::Hexadecimal, _) => hexadecimal(magnitude, precision),
        (FloatForm::Plain, Some(precision)) => format!("{magnitude:.precision$}"),
        (FloatForm::Plain, None) => format!("{magnitude}"),
        (FloatForm::Exponent, Some(precision)) => exponent_text(&digits(magnitude, Some(precision + 1)), precision + 1),
        (FloatForm::Exponent, None) => {
            let digits = digits(magnitude, None);
            exponent_text(&digits, digits.digits.len())
        }
        (FloatForm::General, precision) => general(magnitude, precision),
    };
    format!("{sign}{text}")
}

/// Rounds to `count` digits, or to as few as identify the number.
fn digits(magnitude: f64, count: Option<usize>) -> Digits {
    let text = match count {
        Some(count) => format!("{magnitude:.*e}", count.saturating_sub(1)),
        None => format!("{magnitude:e}"),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    Digits { digits: mantissa.replace('.', ""), point: exponent + 1 }
}

/// `count` digits with an exponent of at least two digits.
fn exponent_text(digits: &Digits, count: usize) -> String {
    let (first, rest) = digits.digits.split_at(1);
    let mut text = first.to_owned();
    if count > 1 {
        text.push('.');
        text.push_str(rest);
        text.extend(std::iter::repeat_n('0', (count - 1).saturating_sub(rest.len())));
    }
    let is_zero = digits.digits.bytes().all(|digit| digit == b'0');
    let exponent = if is_zero { 0 } else { digits.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    text.extend([format!("e{sign}{:02}", exponent.abs())]);
    text
}

fn general(magnitude: f64, precision: Option<usize>) -> String {
    let wanted = precision.map(|precision| precision.max(1));
    let mut digits = digits(magnitude, wanted);
    let kept = digits.digits.trim_end_matches('0').len().max(1);
    digits.digits.truncate(kept);
    if digits.digits == "0" {
        return "0".into();
    }
    let count = digits.digits.len() as i32;
    // The exponent form is used from here on: 6 where the digits are as few as possible.
    let limit = match wanted {
        None => 6,
        Some(wanted) if wanted as i32 > count && count >= digits.point => count,
        Some(wanted) => wanted as i32,
    };
    let exponent = digits.point - 1;
    if exponent < -4 || exponent >= limit {
        return exponent_text(&digits, digits.digits.len());
    }
    if digits.point <= 0 {
        return format!("0.{}{}", "0".repeat(-digits.point as usize), digits.digits);
    }
    let point = digits.point as usize;
    if point >= digits.digits.len() {
        return format!("{}{}", digits.digits, "0".repeat(point - digits.digits.len()));
    }
    let (whole, fraction) = digits.digits.split_at(point);
    format!("{whole}.{fraction}")
}

/// Mantissa of 53 bits and exponent of two, whose product is the number.
fn parts(magnitude: f64) -> (u64, i32) {
    let bits = magnitude.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

fn binary(magnitude: f64) -> String {
    let (mantissa, exponent) = parts(magnitude);
    format!("{mantissa}p{}{}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

fn hexadecimal(magnitude: f64, precision: Option<usize>) -> String {
    let (mut mantissa, mut exponent) = parts(magnitude);
    if mantissa == 0 {
        let zeros = precision.unwrap_or(0);
        let fraction = if zeros > 0 { format!(".{}", "0".repeat(zeros)) } else { String::new() };
        return format!("0x0{fraction}p+00");
    }
    while mantissa & 1 << 52 == 0 {
        mantissa <<= 1;
        exponent -= 1;
    }
    exponent += 52;
    if let Some(precision) = precision.filter(|precision| *precision < 13) {
        let dropped = 52 - 4 * precision as u32;
        let (kept, rest) = (mantissa >> dropped, mantissa & ((1 << dropped) - 1));
        let half = 1_u64 << (dropped - 1);
        let up = rest > half || rest == half && kept & 1 == 1;
        mantissa = (kept + u64::from(up)) << dropped;
        if mantissa & 1 << 53 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let mut fraction = format!("{:013x}", mantissa & ((1 << 52) - 1));
    match precision {
        None => fraction.truncate(fraction.trim_end_matches('0').len()),
        Some(precision) if precision <= 13 => fraction.truncate(precision),
        Some(precision) => fraction.push_str(&"0".repeat(precision - 13)),
    }
    let point = if fraction.is_empty() { "" } else { "." };
    format!("0x1{point}{fraction}p{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}
