//! Names that `case.toml` takes, made from any names.

use std::collections::BTreeSet;

/// Words of the formula language, which cannot name an issue.
const WORDS: [&str; 7] = ["not", "and", "or", "if", "iff", "true", "false"];

/// Keys for tables: small letters and digits with single hyphens between, each once.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    taken: BTreeSet<String>,
}

impl Keys {
    /// A key that resembles the name and is not taken yet; `kind` names what has no usable letter.
    pub(crate) fn key(&mut self, name: &str, kind: &str) -> String {
        let lower = name.to_lowercase();
        let parts: Vec<&str> = lower
            .split(|letter: char| !letter.is_alphanumeric() || letter.is_uppercase())
            .filter(|part| !part.is_empty())
            .collect();
        let mut base: String = parts.join("-").chars().take(60).collect();
        while base.ends_with('-') {
            base.pop();
        }
        if base.is_empty() || WORDS.contains(&base.as_str()) {
            base = if base.is_empty() { kind.to_owned() } else { format!("{kind}-{base}") };
        }
        self.free(&base, |number| format!("{base}-{number}"))
    }

    fn free(&mut self, base: &str, numbered: impl Fn(usize) -> String) -> String {
        let mut key = base.to_owned();
        let mut number = 2;
        while !self.taken.insert(key.clone()) {
            key = numbered(number);
            number += 1;
        }
        key
    }
}

/// Options' names that `case.toml` takes, each once: no slash, no blanks around, no control
/// characters, not empty, not a lone hyphen.
pub(crate) fn options(names: &[String]) -> Vec<String> {
    let mut keys = Keys::default();
    names
        .iter()
        .map(|name| {
            let clean: String = name
                .chars()
                .map(|letter| match letter {
                    '/' => '-',
                    letter if letter.is_control() => ' ',
                    letter => letter,
                })
                .collect();
            let clean = match clean.trim() {
                "" => "unnamed",
                "-" => "hyphen",
                clean => clean,
            };
            keys.free(clean, |number| format!("{clean} ({number})"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_every_name_usable_and_different() {
        let mut keys = Keys::default();
        let made: Vec<String> =
            ["0:00-2:59 prices [cents/kWh]", "If", "if", "Ünïted", "  ", "𝐀", "a b", "A-B"]
                .iter()
                .map(|name| keys.key(name, "issue"))
                .collect();
        assert_eq!(
            made,
            [
                "0-00-2-59-prices-cents-kwh",
                "issue-if",
                "issue-if-2",
                "ünïted",
                "issue",
                "issue-2",
                "a-b",
                "a-b-2"
            ]
        );
        let names: Vec<String> = ["a/b", "a-b", "", "-", " x ", "no"].map(str::to_owned).to_vec();
        assert_eq!(options(&names), ["a-b", "a-b (2)", "unnamed", "hyphen", "x", "no"]);
    }
}
