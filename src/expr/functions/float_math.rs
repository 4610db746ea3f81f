//! Logarithm and power of 64-bit floats by the algorithms of Go's `math` package (those of FreeBSD's
//! libm), so that their last digit is Terraform's, and the same on every platform.
#![expect(
    clippy::excessive_precision,
    clippy::float_cmp,
    clippy::many_single_char_names,
    reason = "constants, special cases and names are those of the algorithms' description"
)]

const LN_2_HIGH: f64 = 6.931_471_803_691_238_16e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_70e-10;

/// The natural logarithm; not a number below zero.
pub fn ln(x: f64) -> f64 {
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    // x = fraction * 2^exponent with the fraction between sqrt(1/2) and sqrt(2).
    let (mut fraction, mut exponent) = split(x);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        fraction *= 2.0;
        exponent -= 1;
    }
    let f = fraction - 1.0;
    let k = f64::from(exponent);
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let odd = s2
        * (6.666_666_666_666_735_130e-1
            + s4 * (2.857_142_874_366_239_149e-1
                + s4 * (1.818_357_216_161_805_012e-1 + s4 * 1.479_819_860_511_658_591e-1)));
    let even =
        s4 * (3.999_999_999_940_941_908e-1 + s4 * (2.222_219_843_214_978_396e-1 + s4 * 1.531_383_769_920_937_332e-1));
    let r = odd + even;
    let half_square = 0.5 * f * f;
    k * LN_2_HIGH - ((half_square - (s * (half_square + r) + k * LN_2_LOW)) - f)
}

/// `x` to the power of `y`, with the special cases of C99; not a number for a fractional power of a
/// negative number.
pub fn power(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 {
        return 1.0;
    }
    if y == 1.0 || x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    if x == 0.0 || x.is_infinite() || y.is_infinite() {
        // No rounding takes place here, so every implementation agrees.
        return x.powf(y);
    }
    if y == 0.5 {
        return x.sqrt();
    }
    if y == -0.5 {
        return 1.0 / x.sqrt();
    }
    let mut whole = y.abs().trunc();
    let mut fraction = y.abs() - whole;
    if fraction != 0.0 && x < 0.0 {
        return f64::NAN;
    }
    if whole >= 9.223_372_036_854_775_808e18 {
        let shrinks = (x.abs() < 1.0) == (y > 0.0);
        return if x == -1.0 {
            1.0
        } else if shrinks {
            0.0
        } else {
            f64::INFINITY
        };
    }
    let mut result = 1.0;
    let mut result_exponent = 0_i64;
    if fraction != 0.0 {
        if fraction > 0.5 {
            fraction -= 1.0;
            whole += 1.0;
        }
        result = exp(fraction * ln(x));
    }
    let (mut base, exponent) = split(x);
    let mut base_exponent = i64::from(exponent);
    let mut remaining = whole as i64;
    while remaining != 0 {
        if !(-4096..=4096).contains(&base_exponent) {
            result_exponent += base_exponent;
            break;
        }
        if remaining & 1 == 1 {
            result *= base;
            result_exponent += base_exponent;
        }
        base *= base;
        base_exponent *= 2;
        if base < 0.5 {
            base += base;
            base_exponent -= 1;
        }
        remaining >>= 1;
    }
    if y < 0.0 {
        result = 1.0 / result;
        result_exponent = -result_exponent;
    }
    scaled(result, result_exponent)
}

/// The exponential of a number between -746 and 710.
fn exp(x: f64) -> f64 {
    let k = if x < 0.0 {
        (std::f64::consts::LOG2_E * x - 0.5).trunc()
    } else {
        (std::f64::consts::LOG2_E * x + 0.5).trunc()
    };
    let high = x - k * LN_2_HIGH;
    let low = k * LN_2_LOW;
    let r = high - low;
    let t = r * r;
    let c = r - t
        * (1.666_666_666_666_666_57e-1
            + t * (-2.777_777_777_701_559_34e-3
                + t * (6.613_756_321_437_934_36e-5
                    + t * (-1.653_390_220_546_525_15e-6 + t * 4.138_136_797_057_238_46e-8))));
    scaled(1.0 - ((low - (r * c) / (2.0 - c)) - high), k as i64)
}

/// A finite number that is not zero as `fraction * 2^exponent` with the fraction in [1/2, 1).
fn split(x: f64) -> (f64, i32) {
    // Subnormal numbers are made normal first.
    let (x, offset) = if x.is_subnormal() { (x * 2_f64.powi(52), -52) } else { (x, 0) };
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i32 - 1022;
    (f64::from_bits(bits & !(0x7FF << 52) | 1022 << 52), exponent + offset)
}

/// `x * 2^exponent`, rounded once.
fn scaled(x: f64, exponent: i64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let (fraction, own) = split(x);
    let exponent = exponent + i64::from(own);
    if exponent > 1024 {
        return f64::INFINITY.copysign(x);
    }
    if exponent < -1075 {
        return 0_f64.copysign(x);
    }
    let half = (exponent / 2) as i32;
    let rest = exponent as i32 - half;
    // The fraction has at most 53 bits: only the second product can round.
    fraction * 2_f64.powi(half) * 2_f64.powi(rest)
}

#[cfg(test)]
mod tests {
    use super::{ln, power};

    /// Results that Terraform 1.11.4 printed.
    #[test]
    fn last_digits_are_those_of_terraform() {
        assert_eq!(ln(1000.0) / ln(10.0), 2.999_999_999_999_999_6);
        assert_eq!(ln(50.0) / ln(10.0), 1.698_970_004_336_018_5);
        assert_eq!(ln(8.0) / ln(1.5), 5.128_533_874_054_364);
        assert_eq!(power(2.0, 64.0), 18_446_744_073_709_552_000.0);
        assert_eq!(power(10.0, -3.0), 0.001);
        assert_eq!(power(9.0, 0.5), 3.0);
        assert_eq!(power(10.0, 400.0), f64::INFINITY);
        assert_eq!(power(2.0, -1074.0), 5e-324);
    }
}
