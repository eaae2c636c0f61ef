//! The few lines about itself that a report may begin with.
//!
//! ```
//! let report = "---\npublisher: Harbour Gazette\ndate: 2025-11-20\n---\nNorth rejects joint patrols.\n";
//! let split = paraph_ledger::front_matter::split(report);
//! assert_eq!(split.meta.publisher.as_deref(), Some("Harbour Gazette"));
//! assert_eq!(split.meta.published, Some(jiff::civil::date(2025, 11, 20)));
//! // Spans count from the beginning of the stored text; the report itself begins here:
//! assert_eq!(split.meta.body_start, 52);
//! assert!(split.problems.is_empty());
//! ```

use crate::model::SourceMeta;

/// The keys that are understood.
pub const KEYS: [&str; 10] = [
    "title",
    "publisher",
    "date",
    "retrieved",
    "language",
    "translator",
    "setting",
    "handling",
    "address",
    "grade",
];

/// What a report says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// What was understood; [`SourceMeta::body_start`] is where the report itself begins, in scalar values.
    pub meta: SourceMeta,
    /// What was not, by line.
    pub problems: Vec<Problem>,
}

/// A line of front matter that was not understood, and was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it, as a sentence.
    pub message: String,
}

/// Splits front matter from the report behind it.
///
/// Front matter stands between a first line `---` and the next line `---`,
/// one `key: value` on a line; values may be quoted. A text that begins
/// otherwise, or whose second `---` is missing, has none and is left alone.
/// Never fails: lines that are not understood are listed. Takes time linear
/// in the front matter.
pub fn split(text: &str) -> Split {
    let none = Split { meta: SourceMeta::default(), problems: Vec::new() };
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = body.split_inclusive('\n');
    match lines.next() {
        Some(first) if first.trim_end() == "---" => {}
        _ => return none,
    }
    let mut split = none.clone();
    let mut seen: Vec<String> = Vec::new();
    let mut length = text.chars().take_while(|character| *character == '\u{feff}').count().min(1);
    length +=
        body.lines().next().map_or(0, |_| body.split_inclusive('\n').next().unwrap_or("").chars().count());
    for (index, line) in lines.enumerate() {
        length += line.chars().count();
        let number = index + 2;
        let line = line.trim();
        if line == "---" {
            split.meta.body_start = u32::try_from(length).unwrap_or(u32::MAX);
            return split;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let problem = match line.split_once(':') {
            None => Some("this line is no `key: value`".to_owned()),
            Some((key, value)) => {
                let key = key.trim().to_ascii_lowercase();
                if seen.contains(&key) {
                    Some(format!("`{key}` is given twice; the first counts"))
                } else {
                    let problem = set(&mut split.meta, &key, unquoted(value.trim())).err();
                    seen.push(key);
                    problem
                }
            }
        };
        if let Some(message) = problem {
            split.problems.push(Problem { line: number, message });
        }
    }
    none
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

fn set(meta: &mut SourceMeta, key: &str, value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("`{key}` has no value"));
    }
    let date = |text: &str| {
        text.parse::<jiff::civil::Date>()
            .map(Some)
            .map_err(|_| format!("`{key}: {text}` is no date; write it as 2025-11-22"))
    };
    let in_words = |error: crate::Error| error.to_string();
    match key {
        "title" => meta.title = Some(value.to_owned()),
        "publisher" => meta.publisher = Some(value.to_owned()),
        "address" => meta.address = Some(value.to_owned()),
        "language" => meta.language = Some(value.to_owned()),
        "translator" => meta.translator = Some(value.to_owned()),
        "date" => meta.published = date(value)?,
        "retrieved" => meta.retrieved = date(value)?,
        "setting" => meta.setting = value.parse().map_err(in_words)?,
        "handling" => meta.handling = value.parse().map_err(in_words)?,
        "grade" => meta.grade = Some(value.parse().map_err(in_words)?),
        _ => return Err(format!("`{key}` is not known here; the keys are {}", KEYS.join(", "))),
    }
    Ok(())
}

/// The report itself, without its front matter; linear in the latter.
pub fn body(text: &str) -> &str {
    let start = split(text).meta.body_start as usize;
    text.char_indices().nth(start).map_or("", |(at, _)| &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Handling, Setting};

    #[test]
    fn everything_is_understood_or_listed() {
        let text = "\u{feff}---\r\ntitle: \"Talks: day two\"\r\nsetting: private\r\nhandling: secret\r\ncolour: red\r\ntitle: x\r\n\
                    nonsense\r\ndate: 22 November\r\n---\r\nBody.";
        let split = split(text);
        assert_eq!(split.meta.title.as_deref(), Some("Talks: day two"));
        assert_eq!(split.meta.setting, Setting::Private);
        assert_eq!(split.meta.handling, Handling::Team);
        assert_eq!(split.problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [4, 5, 6, 7, 8]);
        let body: String = text.chars().skip(split.meta.body_start as usize).collect();
        assert_eq!(body, "Body.");
    }

    #[test]
    fn the_body_is_what_follows() {
        assert_eq!(body("---\ntitle: É\nhandling: public\n---\nNorth said no."), "North said no.");
        assert_eq!(body("---\ntitle: É\n---\n"), "");
        assert_eq!(body("North said no."), "North said no.");
        assert_eq!(body(""), "");
    }

    #[test]
    fn a_text_without_it_is_left_alone() {
        for text in [
            "",
            "---",
            "---\n",
            "---\ntitle: x\n",
            "North said no.\n---\ntitle: x\n---\n",
            "--- \u{a0}x\n---\n",
        ] {
            assert_eq!(split(text).meta, SourceMeta::default(), "{text:?}");
        }
    }
}
