//! A case while it is being read, and the `case.toml` it becomes.

use crate::error::Error;
use crate::names;
use crate::number::add;
use crate::{Dropped, Format};
use paraph_case::Rational;
use std::fmt::Write;

/// What `case.toml` holds at most; see `paraph_case::read`.
const MOST_PARTIES: usize = 256;
const MOST_ISSUES: usize = 1024;
pub(crate) const MOST_OPTIONS: usize = 256;
const MOST_OPTIONS_IN_ALL: usize = 4096;
/// Remarks of each kind that are kept; what is beyond is counted.
const MOST_REMARKS: usize = 400;

/// A case as far as it has been read, with the names of its file.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) format: Format,
    pub(crate) title: String,
    /// Names of the files it came from.
    pub(crate) files: Vec<String>,
    pub(crate) parties: Vec<Party>,
    pub(crate) issues: Vec<Issue>,
    /// What every outcome obeys.
    pub(crate) always: Vec<Rule>,
    /// Patterns that no outcome has: an option per issue, `None` for any.
    pub(crate) never: Vec<Vec<Option<usize>>>,
    /// Merged outcomes: a name and the patterns that belong to it.
    pub(crate) same: Vec<(String, Vec<Option<usize>>)>,
    pub(crate) explicit: Option<Explicit>,
    pub(crate) approximated: Vec<String>,
    pub(crate) dropped: Vec<Dropped>,
    pub(crate) notes: Vec<String>,
    /// Remarks beyond what is kept of each kind.
    pub(crate) more: usize,
}

/// Outcomes that are the feasible ones, listed.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// One of these outcomes.
    pub(crate) one_of: Vec<Vec<Option<usize>>>,
    pub(crate) because: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Party {
    pub(crate) name: String,
    pub(crate) consents: bool,
    /// The utility of no deal.
    pub(crate) walk_away: Option<Rational>,
    pub(crate) preferences: Preferences,
    /// What the preferences were read from and how.
    pub(crate) note: String,
    /// How the scale came about, for the report.
    pub(crate) scale: String,
}

#[derive(Debug, Clone)]
pub(crate) enum Preferences {
    None,
    /// In order of priority: each holds when one of its patterns does.
    Priorities(Vec<Vec<Vec<Option<usize>>>>),
    Weights {
        options: Vec<Vec<Rational>>,
        constant: Rational,
    },
    /// Best first; the entries of a group tie. Entries are outcomes' codes or states' names.
    Ranking(Vec<Vec<Ranked>>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ranked {
    Outcome(Vec<usize>),
    Name(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Issue {
    pub(crate) name: String,
    pub(crate) options: Vec<String>,
    pub(crate) moved_by: Vec<usize>,
    pub(crate) changes: &'static str,
    pub(crate) status_quo: Option<usize>,
    pub(crate) note: Option<String>,
}

impl Issue {
    pub(crate) fn new(name: impl Into<String>, options: Vec<String>) -> Issue {
        Issue {
            name: name.into(),
            options,
            moved_by: Vec::new(),
            changes: "any",
            status_quo: None,
            note: None,
        }
    }

    /// A yes-or-no issue.
    pub(crate) fn binary(name: impl Into<String>) -> Issue {
        Issue::new(name, vec!["no".to_owned(), "yes".to_owned()])
    }

    fn is_binary(&self) -> bool {
        self.options == ["no", "yes"]
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Explicit {
    pub(crate) states: Vec<String>,
    pub(crate) status_quo: Option<usize>,
    pub(crate) moves: Vec<Vec<(usize, usize)>>,
    pub(crate) codes: Vec<Vec<Option<usize>>>,
}

/// Names as they stand in `case.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    pub(crate) parties: Vec<String>,
    pub(crate) issues: Vec<String>,
    pub(crate) options: Vec<Vec<String>>,
}

impl Draft {
    pub(crate) fn new(format: Format, title: impl Into<String>) -> Draft {
        Draft {
            format,
            title: title.into(),
            files: Vec::new(),
            parties: Vec::new(),
            issues: Vec::new(),
            always: Vec::new(),
            never: Vec::new(),
            same: Vec::new(),
            explicit: None,
            approximated: Vec::new(),
            dropped: Vec::new(),
            notes: Vec::new(),
            more: 0,
        }
    }

    pub(crate) fn drop(&mut self, what: impl Into<String>, why: impl Into<String>) {
        let dropped = Dropped { what: what.into(), why: why.into() };
        if self.dropped.len() == MOST_REMARKS {
            self.more += 1;
        } else if !self.dropped.contains(&dropped) {
            self.dropped.push(dropped);
        }
    }

    pub(crate) fn approximate(&mut self, what: impl Into<String>) {
        let what = what.into();
        if self.approximated.len() == MOST_REMARKS {
            self.more += 1;
        } else if !self.approximated.contains(&what) {
            self.approximated.push(what);
        }
    }

    pub(crate) fn note(&mut self, what: impl Into<String>) {
        let what = what.into();
        if self.notes.len() == MOST_REMARKS {
            self.more += 1;
        } else if !self.notes.contains(&what) {
            self.notes.push(what);
        }
    }

    /// Whether the case fits into `case.toml`.
    pub(crate) fn check_limits(&self) -> Result<(), Error> {
        if self.parties.len() > MOST_PARTIES {
            return Err(Error::too_large(format!(
                "a case has at most {MOST_PARTIES} parties, not {}",
                self.parties.len()
            )));
        }
        if self.issues.len() > MOST_ISSUES {
            return Err(Error::too_large(format!(
                "a case has at most {MOST_ISSUES} issues, not {}",
                self.issues.len()
            )));
        }
        if let Some(issue) = self.issues.iter().find(|issue| issue.options.len() > MOST_OPTIONS) {
            let message = format!(
                "an issue has at most {MOST_OPTIONS} options, but `{}` has {}",
                crate::error::shown(&issue.name),
                issue.options.len()
            );
            return Err(Error::too_large(message));
        }
        let all: usize = self.issues.iter().map(|issue| issue.options.len()).sum();
        if all > MOST_OPTIONS_IN_ALL {
            return Err(Error::too_large(format!(
                "a case has at most {MOST_OPTIONS_IN_ALL} options in all, not {all}"
            )));
        }
        Ok(())
    }

    /// Takes out issues with a single option: nothing is decided there. What such an option is worth
    /// stays in each party's utility.
    pub(crate) fn settle_constants(&mut self) -> Result<(), Error> {
        for at in (0..self.issues.len()).rev() {
            if self.issues[at].options.len() > 1 {
                continue;
            }
            let issue = self.issues.remove(at);
            for party in &mut self.parties {
                if let Preferences::Weights { options, constant } = &mut party.preferences {
                    let worth = options.remove(at).first().copied().unwrap_or(Rational::ZERO);
                    *constant = add(*constant, worth).ok_or_else(|| {
                        Error::too_large("the weights have too many digits to be added exactly")
                    })?;
                }
            }
            let only = issue.options.first().map_or("none", String::as_str);
            self.note(format!(
                "the issue \"{}\" has one option, \"{only}\": nothing is decided there; what it is worth is kept as a constant",
                issue.name
            ));
        }
        Ok(())
    }

    /// The names that the case will have.
    pub(crate) fn keys(&self) -> Keys {
        let (mut parties, mut issues) = (names::Keys::default(), names::Keys::default());
        Keys {
            parties: self.parties.iter().map(|party| parties.key(&party.name, "party")).collect(),
            issues: self.issues.iter().map(|issue| issues.key(&issue.name, "issue")).collect(),
            options: self.issues.iter().map(|issue| names::options(&issue.options)).collect(),
        }
    }

    /// The outcome's code, as `case.toml` writes it.
    fn code(&self, keys: &Keys, outcome: &[usize]) -> String {
        if self.issues.iter().all(Issue::is_binary) {
            return outcome.iter().map(|&option| if option == 1 { 'Y' } else { 'N' }).collect();
        }
        let names: Vec<&str> =
            keys.options.iter().zip(outcome).map(|(options, &option)| options[option].as_str()).collect();
        names.join("/")
    }

    fn pattern_code(&self, keys: &Keys, pattern: &[Option<usize>]) -> String {
        if self.issues.iter().all(Issue::is_binary) {
            return pattern
                .iter()
                .map(|option| match option {
                    Some(1) => 'Y',
                    Some(_) => 'N',
                    None => '-',
                })
                .collect();
        }
        let names: Vec<&str> = keys
            .options
            .iter()
            .zip(pattern)
            .map(|(options, option)| option.map_or("-", |option| options[option].as_str()))
            .collect();
        names.join("/")
    }

    /// A formula that holds where the pattern does.
    fn conjunction(&self, keys: &Keys, pattern: &[Option<usize>]) -> String {
        let parts: Vec<String> = pattern
            .iter()
            .enumerate()
            .filter_map(|(issue, option)| option.map(|option| (issue, option)))
            .map(|(issue, option)| {
                let id = &keys.issues[issue];
                match (self.issues[issue].is_binary(), option) {
                    (true, 1) => id.clone(),
                    (true, _) => format!("not {id}"),
                    (false, option) => {
                        format!("{id} = '{}'", keys.options[issue][option].replace('\'', "''"))
                    }
                }
            })
            .collect();
        if parts.is_empty() { "true".to_owned() } else { parts.join(" and ") }
    }

    pub(crate) fn disjunction(&self, keys: &Keys, patterns: &[Vec<Option<usize>>]) -> String {
        match patterns {
            [] => "false".to_owned(),
            [only] => self.conjunction(keys, only),
            several => {
                let parts = several.iter().map(|pattern| format!("({})", self.conjunction(keys, pattern)));
                parts.collect::<Vec<_>>().join(" or ")
            }
        }
    }

    /// The text of `case.toml`.
    pub(crate) fn write(&self, keys: &Keys) -> String {
        let mut text = String::new();
        for line in self.preamble() {
            comment(&mut text, &line);
        }
        let _ = write!(text, "\n[case]\ntitle = {}\n", string(&self.title));
        let explicit = self.explicit.as_ref();
        for (party, key) in self.parties.iter().zip(&keys.parties) {
            self.write_party(&mut text, keys, party, key);
        }
        for (at, issue) in self.issues.iter().enumerate() {
            self.write_issue(&mut text, keys, at, issue);
        }
        for rule in &self.always {
            let always = self.disjunction(keys, &rule.one_of);
            let _ = write!(
                text,
                "\n[[constraint]]\nalways = {}\nbecause = {}\n",
                string(&always),
                string(&rule.because)
            );
        }
        for pattern in &self.never {
            let never = self.conjunction(keys, pattern);
            let _ = write!(
                text,
                "\n[[constraint]]\nnever = {}\nbecause = \"ruled out in the imported model\"\n",
                string(&never)
            );
        }
        for (name, pattern) in &self.same {
            let that = self.conjunction(keys, pattern);
            let _ = write!(text, "\n[[same]]\nname = {}\nthat = {}\n", string(name), string(&that));
        }
        if let Some(explicit) = explicit {
            self.write_explicit(&mut text, keys, explicit);
        }
        text
    }

    /// The comment at the top: where the case came from, and what was changed on the way.
    fn preamble(&self) -> Vec<String> {
        let mut lines = vec![format!("Imported from {}: {}.", self.format.name(), self.files.join(", "))];
        let mut section = |heading: &str, items: Vec<String>| {
            if !items.is_empty() {
                lines.push(String::new());
                lines.push(heading.to_owned());
                lines.extend(items.into_iter().map(|item| format!("- {item}")));
            }
        };
        section("Read as follows:", self.notes.clone());
        section("Approximated:", self.approximated.clone());
        section(
            "Dropped, as a case cannot hold it:",
            self.dropped.iter().map(|dropped| format!("{}: {}", dropped.what, dropped.why)).collect(),
        );
        if self.more > 0 {
            lines.push(format!("and {} more remarks of these kinds.", self.more));
        }
        lines
    }

    fn write_party(&self, text: &mut String, keys: &Keys, party: &Party, key: &str) {
        let key = bare(key);
        let _ = write!(text, "\n[party.{key}]\nname = {}\n", string(&party.name));
        if !party.consents {
            text.push_str("consents = false\n");
        }
        if let Some(utility) = party.walk_away {
            let _ = writeln!(text, "walk-away = {}", number(utility));
        }
        let grounds = format!("{{ basis = \"assumed\", note = {} }}", string(&party.note));
        match &party.preferences {
            Preferences::None => {}
            Preferences::Priorities(list) => {
                for patterns in list {
                    let that = self.disjunction(keys, patterns);
                    let _ = write!(
                        text,
                        "\n[[party.{key}.prefers]]\nthat = {}\nbasis = \"assumed\"\nnote = {}\n",
                        string(&that),
                        string(&party.note)
                    );
                }
            }
            Preferences::Weights { options, constant } => {
                let _ = writeln!(text, "weights-rest-on = {grounds}");
                let _ = write!(text, "\n[party.{key}.weights]\n");
                for (issue, weights) in options.iter().enumerate() {
                    let cells = keys.options[issue]
                        .iter()
                        .zip(weights)
                        .map(|(option, &weight)| format!("{} = {}", bare(option), number(weight)));
                    let _ = writeln!(
                        text,
                        "{} = {{ {} }}",
                        bare(&keys.issues[issue]),
                        cells.collect::<Vec<_>>().join(", ")
                    );
                }
                if *constant != Rational::ZERO {
                    let _ = write!(
                        text,
                        "\n[[party.{key}.weighs]]\nthat = \"true\"\nweight = {}\nbasis = \"assumed\"\nnote = \"a constant of the imported utility\"\n",
                        number(*constant)
                    );
                }
            }
            Preferences::Ranking(groups) => {
                let _ = writeln!(text, "ranking-rests-on = {grounds}");
                text.push_str("ranking = [\n");
                for group in groups {
                    let names: Vec<String> =
                        group.iter().map(|entry| string(&self.ranked(keys, entry))).collect();
                    match names.as_slice() {
                        [only] => {
                            let _ = writeln!(text, "    {only},");
                        }
                        several => {
                            let _ = writeln!(text, "    [{}],", several.join(", "));
                        }
                    }
                }
                text.push_str("]\n");
            }
        }
    }

    fn ranked(&self, keys: &Keys, entry: &Ranked) -> String {
        match entry {
            Ranked::Outcome(outcome) => self.code(keys, outcome),
            Ranked::Name(name) => name.clone(),
        }
    }

    fn write_issue(&self, text: &mut String, keys: &Keys, at: usize, issue: &Issue) {
        let _ =
            write!(text, "\n[issue.{}]\ntitle = {}\n", bare(&keys.issues[at]), string(&title(&issue.name)));
        let options = &keys.options[at];
        for (kept, given) in options.iter().zip(&issue.options).filter(|(kept, given)| kept != given) {
            comment(text, &format!("the option \"{given}\" of the file is written \"{kept}\""));
        }
        if !issue.is_binary() {
            let names: Vec<String> = options.iter().map(|option| string(option)).collect();
            let _ = writeln!(text, "options = [{}]", names.join(", "));
        }
        if let Some(option) = issue.status_quo {
            let _ = writeln!(text, "status-quo = {}", string(&options[option]));
        }
        if !issue.moved_by.is_empty() {
            let movers: Vec<String> =
                issue.moved_by.iter().map(|&party| string(&keys.parties[party])).collect();
            let _ = writeln!(text, "moved-by = [{}]", movers.join(", "));
        }
        if issue.changes != "any" {
            let _ = writeln!(text, "changes = \"{}\"", issue.changes);
        }
        if let Some(note) = &issue.note {
            let _ = writeln!(text, "note = {}", string(note));
        }
    }

    fn write_explicit(&self, text: &mut String, keys: &Keys, explicit: &Explicit) {
        let names: Vec<String> = explicit.states.iter().map(|state| string(state)).collect();
        let _ = write!(text, "\n[explicit]\nstates = [{}]\n", names.join(", "));
        if let Some(state) = explicit.status_quo {
            let _ = writeln!(text, "status-quo = {}", names[state]);
        }
        text.push_str("\n[explicit.moves]\n");
        for (key, moves) in keys.parties.iter().zip(&explicit.moves) {
            let pairs: Vec<String> =
                moves.iter().map(|&(from, to)| format!("[{}, {}]", names[from], names[to])).collect();
            let _ = writeln!(text, "{} = [{}]", bare(key), pairs.join(", "));
        }
        if !explicit.codes.is_empty() {
            text.push_str("\n[explicit.codes]\n");
            for (state, code) in explicit.states.iter().zip(&explicit.codes) {
                let _ = writeln!(text, "{} = {}", bare(state), string(&self.pattern_code(keys, code)));
            }
        }
    }
}

/// A title is never empty.
fn title(name: &str) -> String {
    if name.trim().is_empty() { "(unnamed)".to_owned() } else { name.to_owned() }
}

/// A comment line; what could end the line or is not allowed in TOML becomes a blank.
fn comment(text: &mut String, line: &str) {
    let clean: String = line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    text.push_str(if clean.is_empty() { "#" } else { "# " });
    text.push_str(&clean);
    text.push('\n');
}

/// A basic string of TOML.
fn string(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            letter if letter.is_control() => {
                let _ = write!(text, "\\u{:04X}", u32::from(letter));
            }
            letter => text.push(letter),
        }
    }
    text.push('"');
    text
}

/// A key of TOML: bare where it may be.
fn bare(key: &str) -> String {
    let plain = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if plain { key.to_owned() } else { string(key) }
}

/// A decimal as a number, any other fraction in quotes.
fn number(number: Rational) -> String {
    let text = number.to_string();
    if text.contains('/') {
        return format!("\"{text}\"");
    }
    // TOML's integers have 64 bits.
    if !text.contains('.') && text.trim_start_matches('-').len() > 18 { format!("\"{text}\"") } else { text }
}
