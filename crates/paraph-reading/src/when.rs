//! Time phrases, and the days they stand for when the date of the source is known.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::token::Token;

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A time phrase in a row of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) interval: Option<(String, String)>,
}

/// The first time phrase, and the days it names relative to the date of the source.
///
/// Weekdays are read as the last such day on or before the source's date ("met on Thursday"), and as
/// the next one on or after it behind "next", "will", "would", "expected" and the like. Vague phrases ("in the coming days") get no interval.
pub(crate) fn find(tokens: &[Token<'_>], source: Option<Date>) -> Option<Found> {
    (0..tokens.len()).find_map(|at| at_token(tokens, at, source))
}

fn at_token(tokens: &[Token<'_>], at: usize, source: Option<Date>) -> Option<Found> {
    let token = &tokens[at];
    let word = &*token.lower;
    let previous = |back: usize| at.checked_sub(back).map_or("", |at| &*tokens[at].lower);
    let next = |ahead: usize| tokens.get(at + ahead).map_or("", |token| &*token.lower);
    let day = |date: Option<Date>| date.map(|date| (date.to_string(), date.to_string()));
    let found =
        |start: usize, end: usize, interval: Option<(String, String)>| Some(Found { start, end, interval });
    if let Some(weekday) = WEEKDAYS.iter().position(|name| *name == word && token.capital) {
        let weekday = Weekday::from_monday_zero_offset(i8::try_from(weekday).ok()?).ok()?;
        let with_on = usize::from(matches!(previous(1), "on" | "next" | "last" | "this"));
        let ahead = tokens[at.saturating_sub(12)..at].iter().any(|token| {
            token.any(&[
                "will",
                "would",
                "shall",
                "expected",
                "planned",
                "scheduled",
                "due",
                "until",
                "by",
                "to",
            ])
        });
        let interval = source.and_then(|date| match previous(1) {
            "next" => date.nth_weekday(1, weekday).ok(),
            "last" => date.nth_weekday(-1, weekday).ok(),
            _ if date.weekday() == weekday => Some(date),
            _ if ahead => date.nth_weekday(1, weekday).ok(),
            _ => date.nth_weekday(-1, weekday).ok(),
        });
        return found(at - with_on, at + 1, day(interval));
    }
    if let Some(month) = MONTHS.iter().position(|name| *name == word && token.capital) {
        let month = i8::try_from(month + 1).ok()?;
        let number = |text: &str| text.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']).parse::<i16>().ok();
        let (before, after) = (number(previous(1)), number(next(1)));
        let in_range = |day: Option<i16>| day.filter(|day| (1..=31).contains(day));
        let (day_of_month, mut start, mut end) = match (in_range(before), in_range(after)) {
            (Some(day), _) => (day, at - 1, at + 1),
            (None, Some(day)) => (day, at, at + 2),
            _ => {
                let year = after.filter(|year| (1900..2200).contains(year))?;
                let first = Date::new(year, month, 1).ok()?;
                return found(at, at + 2, Some((first.to_string(), first.last_of_month().to_string())));
            }
        };
        let year_at = if tokens.get(end).is_some_and(|token| token.text == ",") { end + 1 } else { end };
        let year = tokens
            .get(year_at)
            .and_then(|token| token.text.parse::<i16>().ok())
            .filter(|year| (1900..2200).contains(year));
        if year.is_some() {
            end = year_at + 1;
        }
        if start > 0 && tokens[start - 1].any(&["on", "of"]) {
            start -= 1;
        }
        let day_of_month = i8::try_from(day_of_month).ok()?;
        // Without a year: the one of the source's year, and nothing when there is no date.
        let date = year.or(source.map(Date::year)).and_then(|year| Date::new(year, month, day_of_month).ok());
        return found(start, end, day(date));
    }
    if token.text.len() == 10
        && token.text.is_ascii()
        && let Ok(date) = token.text.parse::<Date>()
    {
        return found(at, at + 1, day(Some(date)));
    }
    let shifted = |days: i64| source.and_then(|date| date.checked_add(days.days()).ok());
    match word {
        "today" | "tonight" => found(at, at + 1, day(source)),
        "yesterday" => found(at, at + 1, day(shifted(-1))),
        "tomorrow" => found(at, at + 1, day(shifted(1))),
        "week" | "month" if matches!(previous(1), "last" | "next" | "this") => {
            let interval = source.and_then(|date| {
                let move_by = match previous(1) {
                    "last" => -1,
                    "next" => 1,
                    _ => 0,
                };
                if word == "week" {
                    let monday =
                        date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).ok()?;
                    let monday = monday.checked_add((7 * move_by).days()).ok()?;
                    Some((monday, monday.checked_add(6.days()).ok()?))
                } else {
                    let first = date.first_of_month().checked_add(move_by.months()).ok()?;
                    Some((first, first.last_of_month()))
                }
            });
            found(at - 1, at + 1, interval.map(|(first, last)| (first.to_string(), last.to_string())))
        }
        // "in the coming days", "over the past month": no days are named.
        "days" | "weeks" | "months" | "day" | "week" | "month" | "year" | "years"
            if matches!(previous(1), "coming" | "past" | "next" | "recent" | "last" | "few") =>
        {
            let back = (1..=4).take_while(|&back| {
                matches!(
                    previous(back),
                    "coming"
                        | "past"
                        | "next"
                        | "recent"
                        | "last"
                        | "few"
                        | "the"
                        | "in"
                        | "over"
                        | "within"
                        | "for"
                        | "during"
                )
            });
            let start = at - back.count();
            found(start, at + 1, None)
        }
        _ => None,
    }
}
