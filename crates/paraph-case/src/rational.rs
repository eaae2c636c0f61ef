//! Exact fractions, so that comparing utilities never rounds.

use std::cmp::Ordering;
use std::fmt;

/// A fraction in lowest terms with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rational {
    numerator: i128,
    denominator: i128,
}

impl Rational {
    /// Zero.
    pub const ZERO: Rational = Rational { numerator: 0, denominator: 1 };

    /// A fraction in lowest terms, or `None` for a zero denominator or overflow.
    pub fn new(numerator: i128, denominator: i128) -> Option<Rational> {
        if denominator == 0 {
            return None;
        }
        let sign = if denominator < 0 { -1 } else { 1 };
        let divisor = i128::try_from(gcd(numerator.unsigned_abs(), denominator.unsigned_abs())).ok()?.max(1);
        Some(Rational {
            numerator: (numerator / divisor).checked_mul(sign)?,
            denominator: (denominator / divisor).checked_mul(sign)?,
        })
    }

    /// Reads `-3`, `0.25`, `2.5e-3` or `3/7`, exactly. `None` when it is none of these or too long.
    pub fn parse(text: &str) -> Option<Rational> {
        let text: String = text.trim().chars().filter(|&c| c != '_').collect();
        if let Some((above, below)) = text.split_once('/') {
            return Rational::new(above.trim().parse().ok()?, below.trim().parse().ok()?);
        }
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
        if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: i128 = digits.parse().ok()?;
        let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        let power = 10i128.checked_pow(shift.unsigned_abs())?;
        if shift >= 0 { Rational::new(number.checked_mul(power)?, 1) } else { Rational::new(number, power) }
    }

    /// The numerator, in lowest terms.
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The denominator, in lowest terms; positive.
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// The nearest float, for printing only.
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    /// Compares by continued fractions, so that no product can overflow.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (self.numerator, self.denominator);
        let (mut c, mut d) = (other.numerator, other.denominator);
        loop {
            let (p, q) = (a.div_euclid(b), c.div_euclid(d));
            if p != q {
                return p.cmp(&q);
            }
            let (r, s) = (a.rem_euclid(b), c.rem_euclid(d));
            match (r, s) {
                (0, 0) => return Ordering::Equal,
                (0, _) => return Ordering::Less,
                (_, 0) => return Ordering::Greater,
                // r/b against s/d is d/s against b/r.
                _ => (a, b, c, d) = (d, s, b, r),
            }
        }
    }
}

impl fmt::Display for Rational {
    /// A decimal when the fraction is one, else `numerator/denominator`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut rest, mut power, mut places) = (self.denominator, 1i128, 0usize);
        while rest != 1 {
            let factor = if rest % 10 == 0 {
                10
            } else if rest % 5 == 0 {
                5
            } else if rest % 2 == 0 {
                2
            } else {
                return write!(f, "{}/{}", self.numerator, self.denominator);
            };
            rest /= factor;
            let Some(next) = power.checked_mul(10) else {
                return write!(f, "{}/{}", self.numerator, self.denominator);
            };
            power = next;
            places += 1;
        }
        if places == 0 {
            return write!(f, "{}", self.numerator);
        }
        let Some(scaled) =
            self.numerator.unsigned_abs().checked_mul(power.unsigned_abs() / self.denominator.unsigned_abs())
        else {
            return write!(f, "{}/{}", self.numerator, self.denominator);
        };
        let power = power.unsigned_abs();
        let sign = if self.numerator < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:0places$}", scaled / power, scaled % power)
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_exactly() {
        for (text, shown) in [
            ("0.1", "0.1"),
            ("3/7", "3/7"),
            ("-2.50", "-2.5"),
            ("1e3", "1000"),
            ("2.5e-3", "0.0025"),
            ("-0.0", "0"),
            ("1_000", "1000"),
        ] {
            assert_eq!(Rational::parse(text).map(|r| r.to_string()).as_deref(), Some(shown), "{text}");
        }
        for text in ["", "-", "1/0", "nan", "0x10", "1.2.3", "1e400"] {
            assert_eq!(Rational::parse(text), None, "{text}");
        }
    }

    #[test]
    fn compares_without_overflow() {
        let big = i128::MAX / 2;
        let a = Rational::new(big, big - 1).unwrap();
        let b = Rational::new(big - 1, big - 2).unwrap();
        assert!(a < b);
        assert!(Rational::parse("-1/3") < Rational::parse("-3/10"));
        assert_eq!(Rational::parse("0.3").unwrap().cmp(&Rational::parse("3/10").unwrap()), Ordering::Equal);
    }
}
