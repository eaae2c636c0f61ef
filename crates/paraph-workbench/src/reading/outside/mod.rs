//! Readers from outside: a command, or a server of a language model. What they return is proposed only as
//! far as its words stand in the report.
//!
//! A command is asked with one JSON object a line, and answers each with one line; a server is asked over the
//! chat-completions protocol. Both see a [`Question`] and give an answer of this shape:
//!
//! ```json
//! {"statements": [{"speaker": "Ana Brandt", "cue": "said", "content": "that no ship comes in",
//!                  "party": "north", "act": "reject", "about": ["port = open"]}]}
//! ```
//!
//! `speaker`, `cue` and `content` are quoted word for word, or given as lists of `[start, end]` in Unicode scalar
//! values; `content` may be a list of pieces. Words that do not stand in the report are never repaired: the
//! statement is dropped and counted.

mod anchor;
mod command;
mod server;

use super::report::{Report, body};
use crate::failure::{Failure, Outcome};
use anchor::{Anchored, Text};
use paraph_reading::{Act, Hop, Names, Negation, Reading, SpeakerKind, Statement};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// The largest report that an outside reader is shown, in bytes of text.
const LARGEST_TEXT: usize = 1 << 20;
/// The largest answer that is looked at, in bytes.
pub(crate) const LARGEST_ANSWER: u64 = 8 << 20;
/// The most statements of one answer that are looked at.
const MOST_STATEMENTS: usize = 1000;

/// After so many questions without an answer in a row, no more are asked.
const PATIENT: u32 = 3;

/// Which outside reader to ask, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// A command with its arguments, or `openai:URL`.
    pub reader: String,
    /// The model that a server is asked for.
    pub model: Option<String>,
    /// A server may stand elsewhere than on this machine.
    pub allow_remote: bool,
    /// How long one report may take.
    pub patience: Duration,
}

/// An outside reader, ready to be asked.
#[derive(Debug)]
pub struct OutsideReader {
    name: String,
    ask: Ask,
    names: Names,
    /// How many questions in a row had no answer.
    silent: u32,
}

#[derive(Debug)]
enum Ask {
    Command(command::Command),
    Server(server::Server),
}

/// What an outside reader is told.
#[derive(Debug, Serialize)]
pub struct Question<'a> {
    /// The name of the report.
    pub id: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Its day, if it is known (ISO 8601).
    pub date: Option<String>,
    /// The parties of the case, as `{"id", "names", "people"}`.
    pub parties: Vec<Value>,
    /// Its issues, as `{"id", "title", "words", "options"}`.
    pub issues: Vec<Value>,
}

/// What became of an answer.
#[derive(Debug, Default)]
pub struct Answered {
    /// The statements whose words stand in the report.
    pub reading: Reading,
    /// How many were dropped because their words do not stand there.
    pub dropped: usize,
    /// How many were dropped because they are no statements at all.
    pub malformed: usize,
}

impl Answered {
    /// What of an answer was not proposed, in a sentence.
    #[must_use]
    pub fn remark(&self, report: &str, reader: &str) -> Option<String> {
        let mut parts = Vec::new();
        if self.dropped > 0 {
            parts.push(format!("{} dropped, as their words do not stand in the report", self.dropped));
        }
        if self.malformed > 0 {
            parts.push(format!("{} not understood", self.malformed));
        }
        (!parts.is_empty())
            .then(|| format!("{report}: of the statements of {reader}, {}", parts.join(" and ")))
    }
}

impl OutsideReader {
    /// Gets an outside reader ready; the parties and issues are what it is told of the case.
    ///
    /// # Errors
    /// When the command cannot be started, or the address is none that may be asked: a server stands on this
    /// machine unless `allow_remote` is set, and `https` is not spoken.
    pub fn new(outside: &Outside, names: &Names) -> Outcome<Self> {
        let (ask, name) = match outside.reader.strip_prefix("openai:") {
            Some(url) => {
                let server = server::Server::new(url, outside)?;
                let name = format!("{} at {}", server.model(), server.host());
                (Ask::Server(server), name)
            }
            None => {
                let command = command::Command::new(&outside.reader, outside.patience)?;
                (Ask::Command(command), format!("command {}", outside.reader))
            }
        };
        let name: String =
            name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(80).collect();
        Ok(OutsideReader { name, ask, names: names.clone(), silent: 0 })
    }

    /// The name that its proposals bear wherever they are shown.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks about one report.
    ///
    /// # Errors
    /// When the report is longer than one mebibyte, and when no answer comes in time, or none that can be read.
    pub fn read(&mut self, id: &str, report: &Report) -> Outcome<Answered> {
        if report.text.len() > LARGEST_TEXT {
            return Err(Failure::new(format!(
                "`{id}` is too long for {}: it has more than 1 MiB of text",
                self.name
            )));
        }
        if self.silent >= PATIENT {
            return Err(Failure::new(format!(
                "{} was not asked: it gave no answer {PATIENT} times in a row",
                self.name
            )));
        }
        let text = body(&report.text, &report.meta);
        let question = Question {
            id,
            text: &text,
            date: report.meta.published.map(|day| day.to_string()),
            parties: self
                .names
                .parties
                .iter()
                .map(
                    |party| serde_json::json!({"id": party.id, "names": party.names, "people": party.people}),
                )
                .collect(),
            issues: self
                .names
                .issues
                .iter()
                .map(|issue| {
                    serde_json::json!({
                        "id": issue.id, "title": issue.title, "words": issue.words, "options": issue.options,
                    })
                })
                .collect(),
        };
        let answer = match &mut self.ask {
            Ask::Command(command) => command.ask(&question),
            Ask::Server(server) => server.ask(&question),
        };
        match answer {
            Ok(answer) => {
                self.silent = 0;
                Ok(self.anchored(&text, answer))
            }
            Err(why) => {
                self.silent += 1;
                Err(Failure::new(format!("{} gave no answer: {why}", self.name)))
            }
        }
    }

    fn anchored(&self, text: &str, answer: Answer) -> Answered {
        let mut answered = Answered::default();
        answered.malformed += answer.statements.len().saturating_sub(MOST_STATEMENTS);
        let text = Text::new(text);
        for said in answer.statements.into_iter().take(MOST_STATEMENTS) {
            let Ok(said) = serde_json::from_value::<Said>(said) else {
                answered.malformed += 1;
                continue;
            };
            let Some(places) = text.anchor(&said) else {
                answered.dropped += 1;
                continue;
            };
            let statement = self.statement(&text, said, places);
            if answered.reading.statements.iter().all(|known| known.id != statement.id) {
                answered.reading.statements.push(statement);
            }
        }
        answered.reading.statements.sort_by(|one, other| (&one.cue, &one.id).cmp(&(&other.cue, &other.id)));
        answered
    }

    fn statement(&self, text: &Text<'_>, said: Said, places: Anchored) -> Statement {
        let party = said.party.filter(|party| self.names.parties.iter().any(|known| known.id == *party));
        let speaker = (!places.speaker.is_empty()).then(|| text.words(&places.speaker));
        let kind = match (&speaker, said.kind) {
            (None, _) => SpeakerKind::Anonymous,
            (_, Some(kind)) if kind != SpeakerKind::Reporter => kind,
            // Who it is was not said: nothing may rest on it as on somebody named.
            _ => SpeakerKind::Anonymous,
        };
        let reporter = Hop { name: "reporter".to_owned(), kind: SpeakerKind::Reporter, party: None };
        let hop =
            Hop { name: speaker.clone().unwrap_or_else(|| "unnamed".to_owned()), kind, party: party.clone() };
        Statement {
            id: crate::quote::id(text.all(), &places.cue, &places.content),
            direct_quote: text.quoted(&places.content),
            source: places.speaker,
            cue: places.cue,
            content: places.content,
            speaker,
            stands_for: None,
            party,
            chain: vec![reporter, hop],
            act: said.act,
            negated: said.negated.unwrap_or_default(),
            channel: said.channel.filter(|channel| text.has(channel)),
            when: None,
            about: said.about.into_iter().filter(|topic| self.is_topic(topic)).collect(),
            matched: Vec::new(),
            contests: None,
            confidence: said.confidence.filter(|confidence| (0.0..=1.0).contains(confidence)),
            reader: self.name.clone(),
        }
    }

    /// An issue of the case, one of its options, or what every case knows.
    fn is_topic(&self, topic: &str) -> bool {
        let (issue, option) = match topic.split_once(" = ") {
            Some((issue, option)) => (issue, Some(option)),
            None => (topic, None),
        };
        match self.names.issues.iter().find(|known| known.id == issue) {
            Some(known) => option.is_none_or(|option| known.options.iter().any(|other| other == option)),
            None => option.is_none() && matches!(topic, "process" | "plan" | "unmapped"),
        }
    }
}

/// An answer before its words were looked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    /// Which question it answers, if it says so.
    #[serde(default)]
    pub(crate) id: Option<String>,
    statements: Vec<Value>,
}

impl Answer {
    /// Reads an answer in JSON.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        serde_json::from_str(text).map_err(|error| {
            format!("it is no JSON object with `statements` ({})", brief(&error.to_string()))
        })
    }
}

/// The beginning of a message, on one line and without control characters.
pub(crate) fn brief(message: &str) -> String {
    message.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(160).collect()
}

/// One statement as an outside reader gives it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Said {
    #[serde(default)]
    pub(crate) speaker: Option<Quoted>,
    pub(crate) cue: Quoted,
    #[serde(default)]
    pub(crate) content: Option<Quoted>,
    #[serde(default)]
    kind: Option<SpeakerKind>,
    #[serde(default)]
    party: Option<String>,
    #[serde(default)]
    act: Option<Act>,
    #[serde(default)]
    negated: Option<Negation>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    about: Vec<String>,
    #[serde(default)]
    confidence: Option<f32>,
}

/// Words of a report, quoted or by their places.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Quoted {
    /// Word for word.
    Words(String),
    /// Several pieces, word for word, in the order of the text.
    Pieces(Vec<String>),
    /// Places.
    Spans(Vec<(u32, u32)>),
}

impl Default for Quoted {
    fn default() -> Self {
        Quoted::Pieces(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paraph_ledger::{Extractor, SourceMeta};
    use paraph_reading::{Party, SpanIndex};

    fn reader() -> OutsideReader {
        let names = Names {
            parties: vec![Party { id: "north".to_owned(), ..Party::default() }],
            issues: vec![paraph_reading::Issue {
                id: "port".to_owned(),
                options: vec!["open".to_owned()],
                ..paraph_reading::Issue::default()
            }],
        };
        let outside = Outside {
            reader: "openai:http://127.0.0.1:9/v1".to_owned(),
            model: Some("small".to_owned()),
            allow_remote: false,
            patience: Duration::from_secs(1),
        };
        OutsideReader::new(&outside, &names).unwrap()
    }

    const TEXT: &str =
        "“No,” Ana said. Later Ana Brandt said that no ship comes in. “No,” she added on the radio.";

    #[test]
    fn what_stands_there_is_anchored_and_what_does_not_is_dropped() {
        let answer = Answer::parse(
            "{\"statements\": [
              {\"speaker\": \"she\", \"cue\": \"added\", \"content\": \"“No,”\", \"party\": \"north\", \"kind\": \"named\",
               \"act\": \"reject\", \"about\": [\"port = open\", \"port = ajar\", \"weather\"], \"channel\": \"on the radio\"},
              {\"speaker\": \"Ana Brandt\", \"cue\": \"said\", \"content\": \"that no ships come in\"},
              {\"cue\": [[44, 48]], \"content\": [[49, 63]], \"party\": \"south\", \"channel\": \"on Mars\"},
              {\"cue\": [[4, 4000]], \"content\": [[49, 63]]},
              {\"cue\": \"said\", \"content\": \"\"},
              {\"cue\": \"said\", \"content\": \"“No,”\", \"act\": \"shout\"},
              7]}"
            .as_bytes(),
        )
        .unwrap();
        let reader = reader();
        assert_eq!(reader.name(), "small at 127.0.0.1:9");
        let answered = reader.anchored(TEXT, answer);
        assert_eq!((answered.dropped, answered.malformed), (3, 2));
        let index = SpanIndex::new(TEXT);
        let [one, two] = &answered.reading.statements[..] else { panic!("{answered:?}") };
        assert_eq!((one.party.as_deref(), one.channel.as_deref()), (None, None));
        assert_eq!(index.join(&two.content).unwrap(), "“No,”");
        assert!(two.content[0].start > 50, "the second “No,” stands next to the cue");
        assert_eq!(two.about, ["port = open"]);
        assert_eq!((two.party.as_deref(), two.channel.as_deref()), (Some("north"), Some("on the radio")));
        assert_eq!(two.reader, "small at 127.0.0.1:9");
    }

    #[test]
    fn a_flood_of_statements_takes_linear_time() {
        // Every letter stands everywhere: places are bounded, not multiplied.
        let text = "a ".repeat(200_000);
        let statement = serde_json::json!({"speaker": "a", "cue": "a", "content": "a a"});
        let answer = Answer { id: None, statements: vec![statement; 1200] };
        let answered = reader().anchored(&text, answer);
        assert_eq!(
            (answered.dropped, answered.malformed),
            (1000, 200),
            "words that stand everywhere name no place"
        );
    }

    #[test]
    fn long_reports_and_front_matter_stay_at_home() {
        let report = |text: String, body_start| Report {
            text,
            meta: SourceMeta { body_start, ..SourceMeta::default() },
            extractor: Extractor::plain_text(),
            remarks: Vec::new(),
        };
        assert!(
            reader()
                .read("long", &report("x".repeat(LARGEST_TEXT + 1), 0))
                .unwrap_err()
                .to_string()
                .contains("long")
        );
        assert_eq!(body("head\nNo.", &report(String::new(), 5).meta), "    \nNo.");
    }
}
