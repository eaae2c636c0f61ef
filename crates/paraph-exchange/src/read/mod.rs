//! One reader per format. Each builds a [`Draft`](crate::draft::Draft) and says what it did.

pub(crate) mod genius;
pub(crate) mod geniusweb;
pub(crate) mod graph_model;
pub(crate) mod ktab;
pub(crate) mod negmas;
pub(crate) mod negolog;
pub(crate) mod states;

use crate::draft::MOST_OPTIONS;
use crate::number;
use paraph_case::Rational;

/// Values of a range, both ends included, as few as a case's issue may have.
///
/// Gives the values and, when not every step of the range is among them, the step that was taken.
pub(crate) fn whole_range(low: i128, high: i128) -> Option<(Vec<Rational>, Option<i128>)> {
    let span = high.checked_sub(low).filter(|span| *span >= 0)?;
    let most = MOST_OPTIONS as i128 - 1;
    let step = (span / most + i128::from(span % most != 0)).max(1);
    let mut values: Vec<Rational> = (0..=span / step).map(|at| number::whole(low + at * step)).collect();
    if span % step != 0 {
        values.push(number::whole(high));
        if values.len() > MOST_OPTIONS {
            values.remove(MOST_OPTIONS - 1);
        }
    }
    Some((values, (step > 1).then_some(step)))
}

/// A range of real numbers as so many values at equal distance, both ends included.
pub(crate) fn real_range(low: Rational, high: Rational, levels: usize) -> Option<Vec<Rational>> {
    let span = number::subtract(high, low).filter(|span| *span >= Rational::ZERO)?;
    if span == Rational::ZERO {
        return Some(vec![low]);
    }
    let last = levels as i128 - 1;
    (0..=last).map(|at| number::add(low, number::multiply(span, Rational::new(at, last)?)?)).collect()
}

/// A number for an option's name: a decimal, rounded to six places when it is none.
pub(crate) fn name(value: Rational) -> String {
    let text = value.to_string();
    if text.contains('/') || text.len() > 24 {
        return number::round(value, 6).map_or(text, |rounded| rounded.to_string());
    }
    text
}
