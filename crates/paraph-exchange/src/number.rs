//! Exact numbers: sums and products of fractions that say when they overflow, and decimals as other
//! tools print them.

use paraph_case::Rational;

/// One.
pub(crate) fn one() -> Rational {
    whole(1)
}

/// A whole number.
pub(crate) fn whole(number: i128) -> Rational {
    // A denominator of one is in lowest terms; only `i128::MIN` has no magnitude, and nobody asks for it.
    Rational::new(number, 1).unwrap_or(Rational::ZERO)
}

pub(crate) fn add(a: Rational, b: Rational) -> Option<Rational> {
    let shared = gcd(a.denominator(), b.denominator());
    let (left, right) = (b.denominator() / shared, a.denominator() / shared);
    let above = a.numerator().checked_mul(left)?.checked_add(b.numerator().checked_mul(right)?)?;
    Rational::new(above, a.denominator().checked_mul(left)?)
}

pub(crate) fn subtract(a: Rational, b: Rational) -> Option<Rational> {
    add(a, Rational::new(b.numerator().checked_neg()?, b.denominator())?)
}

pub(crate) fn multiply(a: Rational, b: Rational) -> Option<Rational> {
    // Reducing crosswise first keeps the products as small as the result allows.
    let (left, right) = (gcd(a.numerator(), b.denominator()), gcd(b.numerator(), a.denominator()));
    let above = (a.numerator() / left).checked_mul(b.numerator() / right)?;
    let below = (a.denominator() / right).checked_mul(b.denominator() / left)?;
    Rational::new(above, below)
}

pub(crate) fn divide(a: Rational, b: Rational) -> Option<Rational> {
    multiply(a, Rational::new(b.denominator(), b.numerator())?)
}

pub(crate) fn sum(numbers: impl IntoIterator<Item = Rational>) -> Option<Rational> {
    numbers.into_iter().try_fold(Rational::ZERO, add)
}

/// The nearest multiple of `10^-decimals`, halves away from zero.
pub(crate) fn round(number: Rational, decimals: u32) -> Option<Rational> {
    let grid = 10i128.checked_pow(decimals)?;
    // Whole part and fraction apart, so that a long fraction does not overflow for its digits.
    let whole = number.numerator().div_euclid(number.denominator());
    let rest = number.numerator().rem_euclid(number.denominator());
    let scaled = match rest.checked_mul(grid) {
        Some(scaled) => {
            let (down, left) = (scaled / number.denominator(), scaled % number.denominator());
            down + i128::from(left >= number.denominator() - left)
        }
        // A denominator of more than 38 digits less the grid's: its leading digits decide.
        None => (rest / grid.max(1)).checked_mul(grid)? / (number.denominator() / grid).max(1),
    };
    Rational::new(whole.checked_mul(grid)?.checked_add(scaled)?, grid)
}

/// A bound on the magnitude that adds up without long denominators: thousandths, upwards.
pub(crate) fn round_up(number: Rational) -> Rational {
    let size = number.numerator().unsigned_abs() / number.denominator().unsigned_abs().max(1);
    let size = i128::try_from(size).unwrap_or(i128::MAX / 4096);
    let above = number.numerator() % number.denominator() != 0;
    if !above {
        return whole(size);
    }
    // The fraction, in thousandths, rounded up.
    let rest = (number.numerator() % number.denominator()).unsigned_abs();
    let thousandths = (1000.0 * rest as f64 / number.denominator() as f64).ceil() as i128 + 1;
    Rational::new(size.saturating_mul(1000).saturating_add(thousandths), 1000).unwrap_or(whole(size))
}

/// The least common multiple, or `None` from 2^bits on.
pub(crate) fn common(a: i128, b: i128, bits: u32) -> Option<i128> {
    (a / gcd(a, b)).checked_mul(b).filter(|&multiple| multiple < 1i128 << bits)
}

/// The greatest common divisor of the magnitudes, at least one.
pub(crate) fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a).unwrap_or(1).max(1)
}

/// A number as a file writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) value: Rational,
    /// The digits were those of a binary fraction nearest to a simple one, which was taken.
    pub(crate) simplified: bool,
}

/// Significant digits from which a decimal is taken for a printed binary fraction.
const PRINTED: usize = 15;
/// Denominators up to which such a number is taken for a fraction.
const SIMPLE: i128 = 10_000;

/// Reads a decimal exactly, with one exception: a number of fifteen or more significant digits whose
/// nearest binary fraction is that of a fraction with a denominator of at most 10,000 is that
/// fraction. Other tools print one ninth as 0.1111111111111111, and a package that is exactly as good
/// as another must not come out better for a printed rounding. By chance this happens to fewer than
/// one number in ten million.
pub(crate) fn read(text: &str) -> Option<Read> {
    let text = text.trim();
    if text.len() > 400 || text.contains(['/', '_']) {
        return None;
    }
    let exact = match Rational::parse(text) {
        Some(exact) => exact,
        None => {
            // Digits or exponents beyond what is kept exactly: the nearest binary fraction to 30 decimals.
            let float: f64 = text.parse().ok().filter(|float: &f64| float.is_finite())?;
            if float.abs() >= 1e18 {
                return None;
            }
            Rational::parse(&format!("{float:.30}")).or_else(|| Rational::parse(&format!("{float:.15}")))?
        }
    };
    let digits = significant(text);
    if digits < PRINTED {
        return Some(Read { value: exact, simplified: false });
    }
    let simple = text.parse().ok().and_then(|float| simplest(exact, float));
    Some(match simple {
        Some(value) if value != exact => Read { value, simplified: true },
        _ => Read { value: exact, simplified: false },
    })
}

/// Digits of the mantissa without leading zeros.
fn significant(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    mantissa.chars().filter(char::is_ascii_digit).skip_while(|&digit| digit == '0').count()
}

/// The first convergent of the continued fraction whose quotient rounds to the float.
fn simplest(exact: Rational, float: f64) -> Option<Rational> {
    let (mut above, mut below) = (exact.numerator(), exact.denominator());
    let (mut p, mut q) = ((1i128, 0i128), (0i128, 1i128));
    loop {
        let term = above.div_euclid(below);
        p = (term.checked_mul(p.0)?.checked_add(p.1)?, p.0);
        q = (term.checked_mul(q.0)?.checked_add(q.1)?, q.0);
        if q.0 > SIMPLE || p.0.unsigned_abs() > 1 << 53 {
            return None;
        }
        // Both are below 2^53, so the quotient is the float nearest to the fraction.
        if p.0 as f64 / q.0 as f64 == float {
            return Rational::new(p.0, q.0);
        }
        let rest = above.rem_euclid(below);
        if rest == 0 {
            return None;
        }
        (above, below) = (below, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rational(text: &str) -> Rational {
        Rational::parse(text).unwrap()
    }

    #[test]
    fn takes_printed_binary_fractions_for_the_fractions_they_print() {
        for (text, value) in [
            ("0.1111111111111111", "1/9"),
            ("-0.044444444444444446", "-2/45"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("0.333333333333", "0.333333333333"),
            ("0.16011376837688", "0.16011376837688"),
            ("0.9999999999999999", "0.9999999999999999"),
            ("7.49776291571514E-5", "0.0000749776291571514"),
            ("044", "44"),
            ("0.1500000000000000", "0.15"),
        ] {
            assert_eq!(read(text).map(|read| read.value), Some(rational(value)), "{text}");
        }
        for text in ["", "x", "1/2", "nan", "inf", "1e300", "1_0"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("1e-200").map(|read| read.value), Some(Rational::ZERO));
    }

    #[test]
    fn says_when_it_overflows() {
        let big = Rational::new(1, i128::MAX / 2).unwrap();
        assert_eq!(multiply(big, big), None);
        assert_eq!(add(rational("1/3"), rational("1/6")), Some(rational("1/2")));
        assert_eq!(divide(rational("2/3"), rational("0")), None);
        assert_eq!(round(rational("2/3"), 3), Some(rational("0.667")));
        assert_eq!(round(rational("-2/3"), 3), Some(rational("-0.667")));
        assert_eq!(round(rational("0.0005"), 3), Some(rational("0.001")));
    }
}
