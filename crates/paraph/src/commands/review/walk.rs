//! The walk itself: what each key does, and what is shown. Knows no terminal.

use crate::commands::statements::shown;
use paraph_brief::terminal::plain;
use paraph_brief::view::{self, FragmentKind};
use paraph_case::Case;
use paraph_ledger::{Anchor, Audience, Correction, Ledger, Stamp, Status, StoredStatement};
use paraph_reading::record::TextSpan;
use paraph_reading::{Act, SpeakerKind};
use paraph_workbench::statements::{Shelf, word};
use paraph_workbench::{Outcome, stamp};

/// The keys, in one line.
const KEYS: &str = "c confirm  s speaker  w words  a act  i issue  r reject  n skip  u undo  ? keys  q leave";

/// What the next key means.
enum Asking {
    /// What to do with the statement.
    Decision,
    /// Which party speaks.
    Party,
    /// Which act it is.
    Act,
    /// Which issue it is about.
    Issue,
    /// Which option of an issue.
    Option(usize),
    /// Which words are meant.
    Words(Trimming),
}

/// The words of a content with those that were taken away in front and behind.
struct Trimming {
    words: Vec<TextSpan>,
    front: usize,
    back: usize,
}

/// What a key did.
#[derive(Default)]
pub(super) struct Step {
    /// What was decided, for a program: `ID confirmed`.
    pub(super) decided: Vec<String>,
    /// What to say about it.
    pub(super) told: String,
    /// Whether to show the statement (again).
    pub(super) show: bool,
    /// Whether the walk is over.
    pub(super) over: bool,
}

impl Step {
    fn told(told: impl Into<String>) -> Self {
        Step { told: told.into(), ..Step::default() }
    }
}

/// A decision that can be undone.
struct Done {
    action: String,
    at: usize,
    what: Decision,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Decision {
    Confirmed,
    Corrected,
    Rejected,
}

/// One walk through a queue of statements.
pub(super) struct Walk<'a> {
    case: &'a Case,
    ledger: Ledger,
    author: Option<String>,
    queue: Vec<String>,
    at: usize,
    asking: Asking,
    done: Vec<Done>,
    colour: bool,
}

impl<'a> Walk<'a> {
    /// Begins at the first of the queue, which is not empty.
    pub(super) fn begin(
        case: &'a Case,
        ledger: Ledger,
        queue: Vec<String>,
        author: Option<&str>,
        colour: bool,
    ) -> Outcome<Self> {
        let author = author.map(str::to_owned);
        let walk =
            Walk { case, ledger, author, queue, at: 0, asking: Asking::Decision, done: Vec::new(), colour };
        // An author that cannot be is told before the first key.
        walk.stamp()?;
        Ok(walk)
    }

    /// Who decides, and when: now.
    fn stamp(&self) -> Outcome<Stamp> {
        stamp(self.author.as_deref())
    }

    fn current(&self) -> Outcome<StoredStatement> {
        Ok(self.ledger.statement(&self.queue[self.at])?)
    }

    /// The statement that is decided about, with its words in their context, and the keys.
    pub(super) fn screen(&self) -> Outcome<String> {
        let stored = self.current()?;
        let confidence = stored.record.confidence;
        let shelf = Shelf::with(&self.ledger, vec![stored], Audience::Restricted)?;
        let statements = shelf.statements(Some(self.case));
        let mut text = format!("\n{} of {}", self.at + 1, self.queue.len());
        if let Some(confidence) = confidence {
            text.push_str(&format!("  (the reader's confidence: {confidence:.2})"));
        }
        text.push('\n');
        for statement in &statements {
            let marked = self.context(statement);
            let mut facts = statement.clone();
            if !marked.is_empty() {
                facts.context = view::Context::default();
            }
            text.push_str(&shown(&facts, &shelf.sources(), None));
            text.push_str(&marked);
        }
        text.push_str(KEYS);
        Ok(text)
    }

    /// The context with the marks of speaker, cue and content, where colours show them.
    fn context(&self, statement: &view::Statement) -> String {
        if !self.colour || statement.context.fragments.is_empty() {
            return String::new();
        }
        let mut text = String::from("  in: ");
        for fragment in &statement.context.fragments {
            let words = plain(&fragment.text);
            text.push_str(&match fragment.kind {
                FragmentKind::Plain => format!("\u{1b}[2m{words}\u{1b}[0m"),
                FragmentKind::Speaker => format!("\u{1b}[4m{words}\u{1b}[0m"),
                FragmentKind::Cue => format!("\u{1b}[3m{words}\u{1b}[0m"),
                FragmentKind::Content => format!("\u{1b}[1m{words}\u{1b}[0m"),
            });
        }
        text.push('\n');
        text
    }

    /// Does what a key means. What it decides is on disk when this returns.
    pub(super) fn key(&mut self, key: char) -> Outcome<Step> {
        match std::mem::replace(&mut self.asking, Asking::Decision) {
            Asking::Decision => self.decide(key),
            Asking::Party => self.speaker(key),
            Asking::Act => self.act(key),
            Asking::Issue => self.issue(key),
            Asking::Option(issue) => self.option(issue, key),
            Asking::Words(trimming) => self.trim(trimming, key),
        }
    }

    fn decide(&mut self, key: char) -> Outcome<Step> {
        match key {
            'c' | 'y' => self.confirm(),
            'r' => self.reject(),
            'n' | ' ' => Ok(self.onwards(Step::default())),
            'u' => self.undo(),
            'q' | '\u{1b}' => Ok(Step { over: true, ..Step::default() }),
            's' => {
                let parties: Vec<String> = self.case.parties.iter().map(|party| party.id.clone()).collect();
                self.asking = Asking::Party;
                Ok(Step::told(choices("Whose words are these?", &parties, Some("- nobody's"))))
            }
            'a' => {
                let acts: Vec<String> = Act::ALL.iter().map(|act| word(*act)).collect();
                self.asking = Asking::Act;
                Ok(Step::told(choices("Which act is it?", &acts, None)))
            }
            'i' => {
                let issues: Vec<String> = self.case.issues.iter().map(|issue| issue.id.clone()).collect();
                self.asking = Asking::Issue;
                Ok(Step::told(choices("Which issue is it about?", &issues, None)))
            }
            'w' => self.begin_trimming(),
            '?' => Ok(Step::told(KEYS)),
            '\n' | '\r' => Ok(Step::default()),
            other => Ok(Step::told(format!("`{}` means nothing here. {KEYS}", plain(&other.to_string())))),
        }
    }

    /// Goes on to the next statement, or ends.
    fn onwards(&mut self, step: Step) -> Step {
        if self.at + 1 == self.queue.len() {
            return Step { over: true, ..step };
        }
        self.at += 1;
        Step { show: true, ..step }
    }

    fn remember(&mut self, what: Decision) {
        if let Some(action) = self.ledger.last_action() {
            self.done.push(Done { action: action.to_owned(), at: self.at, what });
        }
    }

    fn confirm(&mut self) -> Outcome<Step> {
        // Corrected words are confirmed already; a second entry would say nothing.
        if self.current()?.status == Status::Corrected {
            return Ok(self.onwards(Step::default()));
        }
        let id = self.queue[self.at].clone();
        self.ledger.confirm(&self.stamp()?, &[&id])?;
        self.remember(Decision::Confirmed);
        Ok(self.onwards(Step {
            decided: vec![format!("{id} confirmed")],
            told: "confirmed".to_owned(),
            ..Step::default()
        }))
    }

    fn reject(&mut self) -> Outcome<Step> {
        let id = self.queue[self.at].clone();
        self.ledger.reject(&self.stamp()?, &[&id], None)?;
        self.remember(Decision::Rejected);
        Ok(self.onwards(Step {
            decided: vec![format!("{id} rejected")],
            told: "rejected".to_owned(),
            ..Step::default()
        }))
    }

    fn undo(&mut self) -> Outcome<Step> {
        let Some(done) = self.done.pop() else {
            return Ok(Step::told(
                "This walk has decided nothing yet; `paraph undo` takes back what was decided before.",
            ));
        };
        self.ledger.undo(&self.stamp()?, Some(&done.action))?;
        self.at = done.at;
        let id = &self.queue[self.at];
        Ok(Step { decided: vec![format!("{id} undone")], told: "undone".to_owned(), show: true, over: false })
    }

    /// Stores a correction; the statement is shown again.
    fn correct(&mut self, patch: &Correction, told: String) -> Outcome<Step> {
        let id = self.queue[self.at].clone();
        self.ledger.correct(&self.stamp()?, &id, patch, None)?;
        self.remember(Decision::Corrected);
        Ok(Step { decided: vec![format!("{id} corrected")], told, show: true, over: false })
    }

    fn speaker(&mut self, key: char) -> Outcome<Step> {
        let party = match (key, chosen(key, self.case.parties.len())) {
            ('-', _) => None,
            (_, Some(at)) => Some(self.case.parties[at].id.clone()),
            _ => return Ok(Step::told("no party has that letter; nothing was changed")),
        };
        let mut chain = self.current()?.record.chain;
        if let Some(hop) = chain.iter_mut().rev().find(|hop| hop.kind != SpeakerKind::Reporter) {
            hop.party.clone_from(&party);
        }
        let told = format!("speaker: {}", party.as_deref().unwrap_or("nobody's"));
        let patch = Correction::new().party(party.as_deref());
        let patch = if chain.is_empty() { patch } else { patch.chain(&chain) };
        self.correct(&patch, told)
    }

    fn act(&mut self, key: char) -> Outcome<Step> {
        let Some(at) = chosen(key, Act::ALL.len()) else {
            return Ok(Step::told("no act has that letter; nothing was changed"));
        };
        self.correct(&Correction::new().act(Some(Act::ALL[at])), format!("act: {}", word(Act::ALL[at])))
    }

    fn issue(&mut self, key: char) -> Outcome<Step> {
        let Some(at) = chosen(key, self.case.issues.len()) else {
            return Ok(Step::told("no issue has that letter; nothing was changed"));
        };
        self.asking = Asking::Option(at);
        let issue = &self.case.issues[at];
        Ok(Step::told(choices(
            &format!("Which option of `{}`?", issue.id),
            &issue.options,
            Some("- none is named"),
        )))
    }

    fn option(&mut self, issue: usize, key: char) -> Outcome<Step> {
        let issue = &self.case.issues[issue];
        let topic = match (key, chosen(key, issue.options.len())) {
            ('-', _) => issue.id.clone(),
            (_, Some(at)) => format!("{} = {}", issue.id, issue.options[at]),
            _ => return Ok(Step::told("no option has that letter; nothing was changed")),
        };
        let mut about = self.current()?.record.about;
        // A topic that says more takes the place of one that says less; `unmapped` says nothing.
        about.retain(|known| known != "unmapped" && *known != topic && *known != issue.id);
        about.push(topic.clone());
        self.correct(&Correction::new().about(&about), format!("about: {topic}"))
    }

    fn begin_trimming(&mut self) -> Outcome<Step> {
        let stored = self.current()?;
        if stored.anchor == Anchor::Orphan {
            return Ok(Step::told(
                "its words are not where it says; `paraph statements correct --content` can set them",
            ));
        }
        let text = self.ledger.source_text(&stored.source_id)?;
        let words = words_of(&text, &stored.record.content);
        let trimming = Trimming { words, front: 0, back: 0 };
        let told = format!(
            "[ and ] take a word away in front and behind, {{ and }} give it back; Enter or . keeps what is left, Esc or x leaves it\n{}",
            self.left(&trimming)?
        );
        self.asking = Asking::Words(trimming);
        Ok(Step::told(told))
    }

    /// The words that are left, for people.
    fn left(&self, trimming: &Trimming) -> Outcome<String> {
        let text = self.ledger.source_text(&self.current()?.source_id)?;
        let letters: Vec<char> = text.chars().collect();
        let kept: Vec<String> = trimming
            .kept()
            .iter()
            .map(|span| letters[span.start as usize..span.end as usize].iter().collect())
            .collect();
        Ok(format!("  “{}”", plain(&kept.join(" "))))
    }

    fn trim(&mut self, mut trimming: Trimming, key: char) -> Outcome<Step> {
        let spare = trimming.kept().len() > 1;
        match key {
            '[' if spare => trimming.front += 1,
            ']' if spare => trimming.back += 1,
            '{' => trimming.front = trimming.front.saturating_sub(1),
            '}' => trimming.back = trimming.back.saturating_sub(1),
            '\n' | '\r' | '.' if trimming.front + trimming.back > 0 => {
                let content = self.current()?.record.content;
                let kept = within(&content, trimming.kept());
                return self.correct(&Correction::new().content(&kept), "words trimmed".to_owned());
            }
            '\n' | '\r' | '.' | '\u{1b}' | 'x' => return Ok(Step::told("the words stay as they were")),
            _ => {}
        }
        let told = self.left(&trimming)?;
        self.asking = Asking::Words(trimming);
        Ok(Step::told(told))
    }

    /// What the walk came to.
    pub(super) fn summary(&self) -> String {
        let count = |what: Decision| self.done.iter().filter(|done| done.what == what).count();
        let waiting = self
            .queue
            .iter()
            .filter(|id| self.ledger.statement(id).is_ok_and(|found| found.status == Status::Proposed))
            .count();
        format!(
            "{} confirmed, {} corrections, {} rejected; {waiting} of these {} still wait.",
            count(Decision::Confirmed),
            count(Decision::Corrected),
            count(Decision::Rejected),
            self.queue.len()
        )
    }
}

impl Trimming {
    fn kept(&self) -> &[TextSpan] {
        &self.words[self.front..self.words.len() - self.back]
    }
}

/// Letters for a list: a to z, then A to Z.
fn letter(at: usize) -> Option<char> {
    ('a'..='z').chain('A'..='Z').nth(at)
}

/// The place in a list of so many that a letter means.
fn chosen(key: char, many: usize) -> Option<usize> {
    (0..many).find(|at| letter(*at) == Some(key))
}

/// A question with its lettered answers.
fn choices(question: &str, names: &[String], other: Option<&str>) -> String {
    let mut text = question.to_owned();
    for (at, name) in names.iter().enumerate() {
        if let Some(letter) = letter(at) {
            text.push_str(&format!("  {letter} {}", plain(name)));
        }
    }
    if let Some(other) = other {
        text.push_str(&format!("  {other}"));
    }
    if names.len() > 52 {
        text.push_str("  (further ones: `paraph statements correct`)");
    }
    text
}

/// The words of some spans of a text, one span each.
fn words_of(text: &str, spans: &[TextSpan]) -> Vec<TextSpan> {
    let letters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    for span in spans {
        let mut start: Option<u32> = None;
        for at in span.start..span.end.min(letters.len() as u32) {
            let space = letters[at as usize].is_whitespace();
            match (space, start) {
                (false, None) => start = Some(at),
                (true, Some(begun)) => {
                    words.push(TextSpan { start: begun, end: at });
                    start = None;
                }
                _ => {}
            }
        }
        if let Some(begun) = start {
            words.push(TextSpan { start: begun, end: span.end.min(letters.len() as u32) });
        }
    }
    words
}

/// The parts of spans that reach from the first to the last kept word of each.
fn within(spans: &[TextSpan], kept: &[TextSpan]) -> Vec<TextSpan> {
    spans
        .iter()
        .filter_map(|span| {
            let mut inside = kept.iter().filter(|word| word.start >= span.start && word.end <= span.end);
            let first = inside.next()?;
            let last = inside.next_back().unwrap_or(first);
            Some(TextSpan { start: first.start, end: last.end })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_trimmed_within_their_spans() {
        let text = "North said  that it, “never” would; later yes.";
        let spans = [TextSpan { start: 12, end: 34 }, TextSpan { start: 42, end: 45 }];
        let words = words_of(text, &spans);
        assert_eq!(words.len(), 5);
        assert_eq!(within(&spans, &words), spans, "nothing trimmed, nothing changed");
        assert_eq!(
            within(&spans, &words[1..4]),
            [TextSpan { start: 17, end: 34 }],
            "a span without a word left is gone"
        );
        assert!(words_of(text, &[TextSpan { start: 3, end: 900 }]).len() > 5, "a span too long is cut");
    }

    #[test]
    fn letters_choose() {
        assert_eq!(
            (chosen('a', 3), chosen('c', 3), chosen('d', 3), chosen('-', 3)),
            (Some(0), Some(2), None, None)
        );
        assert_eq!(letter(26), Some('A'));
    }
}
