//! Small helpers that turn identifiers, dates and counts into words.

/// `2025-11-22` as "22 November 2025"; anything else unchanged.
pub(crate) fn date_words(date: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let parts: Vec<&str> = date.split('-').collect();
    if let [year, month, day] = parts[..]
        && year.len() == 4
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(month) = month.parse::<usize>()
        && let Ok(day) = day.parse::<u8>()
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
    {
        return format!("{day} {} {year}", MONTHS[month - 1]);
    }
    date.to_owned()
}

/// "a", "a and b", "a, b and c".
pub(crate) fn list_words<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// "1 statement", "2 statements", with thousands separated: "65,536 outcomes".
pub(crate) fn count_words(count: impl Into<u128>, singular: &str, plural: &str) -> String {
    let count = count.into();
    format!("{} {}", thousands(count), if count == 1 { singular } else { plural })
}

/// `65536` as "65,536".
pub(crate) fn thousands(count: impl Into<u128>) -> String {
    let digits = count.into().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with at most six decimals and no trailing zeros, the same on every machine; beyond that it is
/// rounded, which only people see.
pub(crate) fn decimal(value: f64) -> String {
    let text = format!("{value:.6}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The letter an outcome is shown under in pictures: A to Z, then AA, AB and so on.
pub(crate) fn letter(at: usize) -> String {
    let mut at = at;
    let mut out = String::new();
    loop {
        out.insert(0, char::from(b'A' + (at % 26) as u8));
        if at < 26 {
            return out;
        }
        at = at / 26 - 1;
    }
}

/// The first letter in upper case.
pub(crate) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// The text without characters that steer a terminal or the direction of text around it.
///
/// Control characters become U+FFFD, line ends become spaces, and the explicit
/// directional marks are dropped, so that no report can move the cursor or turn its neighbours round.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .filter(|&character| {
            !matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
        })
        .map(|character| match character {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            character if character.is_control() => '\u{FFFD}',
            character => character,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(letter(0), "A");
        assert_eq!(letter(25), "Z");
        assert_eq!(letter(26), "AA");
        assert_eq!(letter(701), "ZZ");
        assert_eq!(letter(702), "AAA");
    }

    #[test]
    fn dates_become_words_and_other_text_stays() {
        assert_eq!(date_words("2025-11-02"), "2 November 2025");
        assert_eq!(date_words("2025-13-02"), "2025-13-02");
        assert_eq!(date_words("soon"), "soon");
    }

    #[test]
    fn lists_and_counts() {
        assert_eq!(list_words(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list_words::<&str>(&[]), "");
        assert_eq!(count_words(1u64, "deal", "deals"), "1 deal");
        assert_eq!(count_words(1_234_567u64, "deal", "deals"), "1,234,567 deals");
        assert_eq!(thousands(100u64), "100");
    }

    #[test]
    fn nothing_printable_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\nc\u{202E}d"), "a\u{FFFD}[31mb cd");
    }
}
