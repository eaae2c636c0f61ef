//! What can be wrong with a case, in one type.
//!
//! A [`Diagnostic`] is plain data: an identifier, a severity, one sentence, the places it speaks of
//! and hints. How it looks is the business of [`crate::render`]. [`ALL`] lists every identifier with
//! an explanation; no diagnostic with another identifier is ever made.

use crate::span::Span;
use std::collections::BTreeSet;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Probably not what the author means, or resting on less than it claims.
    Warning,
    /// The case cannot be analysed as written.
    Error,
}

impl Severity {
    /// The word used in output: `error`, `warning` or `note`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place that a diagnostic speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, in a few words; may be empty.
    pub text: String,
}

/// One thing that is wrong, doubtful or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kebab-case identifier, one of [`ALL`].
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence without a full stop.
    pub message: String,
    /// The places; the first is where the carets go, the others are context. Empty when the
    /// diagnostic speaks of a file or folder as a whole.
    pub labels: Vec<Label>,
    /// What to do about it, each one sentence.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic at a place, with the severity that [`ALL`] gives its identifier.
    pub(crate) fn new(id: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        let mut diagnostic = Diagnostic::without_place(id, message);
        diagnostic.labels.push(Label { span, text: String::new() });
        diagnostic
    }

    /// A diagnostic about a file or folder as a whole.
    pub(crate) fn without_place(id: &'static str, message: impl Into<String>) -> Diagnostic {
        let severity = explanation(id).map_or(Severity::Error, |known| known.severity);
        debug_assert!(explanation(id).is_some(), "{id} is missing from the table of diagnostics");
        Diagnostic { id, severity, message: message.into(), labels: Vec::new(), hints: Vec::new() }
    }

    /// With words under the carets.
    pub(crate) fn label(mut self, text: impl Into<String>) -> Diagnostic {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// With another place as context.
    pub(crate) fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// With a hint.
    pub(crate) fn hint(mut self, text: impl Into<String>) -> Diagnostic {
        self.hints.push(text.into());
        self
    }

    /// With a hint, if there is one.
    pub(crate) fn maybe_hint(mut self, text: Option<String>) -> Diagnostic {
        self.hints.extend(text);
        self
    }

    /// Where the carets go.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }

    /// Whether the case cannot be analysed as written.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// What a diagnostic's identifier stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The identifier.
    pub id: &'static str,
    /// The severity that its diagnostics have.
    pub severity: Severity,
    /// What it means and what to do, in a sentence or two.
    pub text: &'static str,
}

/// The explanation of an identifier.
pub fn explanation(id: &str) -> Option<&'static Explanation> {
    ALL.iter().find(|known| known.id == id)
}

/// Collects diagnostics up to a limit, so that a hostile file cannot make millions; what is left out
/// is counted and said.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    kept: Vec<Diagnostic>,
    dropped: usize,
}

/// How many diagnostics one reading keeps.
const LIMIT: usize = 500;

impl Sink {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.kept.len() < LIMIT {
            self.kept.push(diagnostic);
        } else {
            self.dropped += 1;
        }
    }

    /// Whether further diagnostics are only counted; then hints need not be computed.
    pub(crate) fn full(&self) -> bool {
        self.kept.len() >= LIMIT
    }

    /// Everything that was reported so far, kept or not.
    pub(crate) fn count(&self) -> usize {
        self.kept.len() + self.dropped
    }

    /// The diagnostics in order of their places.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        in_order(&mut self.kept);
        // What stands where the file is no TOML was made up by the parser to go on.
        let broken: BTreeSet<(u32, u32)> = self
            .kept
            .iter()
            .filter(|diagnostic| diagnostic.id == "syntax")
            .filter_map(|diagnostic| diagnostic.span().map(|span| (span.file, span.start)))
            .collect();
        self.kept.retain(|diagnostic| {
            diagnostic.id == "syntax"
                || diagnostic.span().is_none_or(|span| !broken.contains(&(span.file, span.start)))
        });
        if self.dropped > 0 {
            let message = format!("{} more problems are not shown", self.dropped);
            self.kept.push(Diagnostic::without_place("too-many", message));
        }
        self.kept
    }
}

/// Sorts by file and place; those of one place keep the order in which they were found, those without
/// a place come first.
pub(crate) fn in_order(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|diagnostic| diagnostic.span().map(|span| (span.file, span.start)));
}

macro_rules! explanations {
    ($($severity:ident $id:literal $text:literal)*) => {
        /// Every identifier, its severity and its explanation, in the order of the documentation.
        pub const ALL: &[Explanation] = &[$(
            Explanation { id: $id, severity: Severity::$severity, text: $text },
        )*];
    };
}

explanations! {
    // Files.
    Error "missing-file" "The folder has no case.toml, so it is no case."
    Error "unknown-scenario" "The folder scenarios/ holds no file of that name."
    Error "unreadable-file" "The operating system would not let the file be read."
    Error "not-utf8" "TOML files are UTF-8; this one holds other bytes, at the place shown."
    Error "too-large" "The file, or the number of parties, issues, options or packages, is beyond what is supported."
    Error "too-many" "There are more problems than are worth listing; mend the first ones and check again."
    // TOML and its tables.
    Error "syntax" "The file is not TOML."
    Error "unknown-key" "The key means nothing here. It is an error, because a misspelt key would silently have no effect."
    Error "missing-key" "The table needs this key."
    Error "wrong-type" "The value is of another kind than the key expects."
    Error "invalid-value" "The value is of the right kind, but not one of those allowed."
    Error "invalid-name" "Parties and issues are named in kebab-case (letters, digits, hyphens between), and not like a word of the formula language."
    Error "invalid-option" "An option's name is a non-empty line without a slash, without blanks around it, and not a lone hyphen; each name occurs once, and there are at least two."
    Error "duplicate-name" "Two packages, states or merged classes bear one name."
    // Names.
    Error "unknown-issue" "No issue of that name is declared."
    Error "unknown-option" "The issue has no option of that name."
    Error "unknown-party" "No party of that name is declared."
    Error "unknown-state" "No state of that name is listed in the explicit form."
    // Formulas.
    Error "formula-syntax" "The formula cannot be read at the place shown."
    Error "formula-too-deep" "The formula nests deeper than 128 levels."
    Error "bare-issue" "An issue alone is a formula only when its options are no and yes; otherwise the formula has to say which option."
    Error "chained-conditional" "Two `if`s (or two `iff`s) in a row can be read in two ways; parentheses say which is meant."
    // Outcomes.
    Error "invalid-code" "The text is not the code of an outcome: a string of N and Y when every issue is no / yes, otherwise the options' names joined by a slash, in the order of declaration."
    Error "partial-status-quo" "The status quo has to be known for all issues or for none."
    Error "missing-status-quo" "Issues that a package leaves out stay at the status quo, so there has to be one."
    Error "missing-walk-away" "Without a status quo every consenting party needs a walk-away, as its deals are measured against it."
    Error "walk-away-kind" "A number as walk-away needs weights; a formula needs preferences of any kind."
    // Preferences.
    Error "mixed-preferences" "A party's preferences are priorities, weights or a ranking; not two of them at once."
    Error "grounds-without-preference" "The table says what weights or a ranking rest on, but the party has none."
    Error "repeated-rank" "A ranking names every feasible outcome once."
    Warning "missing-basis" "A preference or red line does not say whether it is stated, inferred or assumed; it counts as assumed."
    Warning "stated-without-statement" "A stated preference or red line has to cite a statement of the party, by the identifier it has in the ledger."
    // Merged outcomes and the explicit form.
    Error "class-named-like-an-outcome" "The name of a merged class is also the code of an outcome, so that it would be unclear which is meant."
    Error "invalid-move" "A move is a pair of two different states."
    Error "missing-code" "When codes are given, every state needs one, and the case needs issues."
    // Contradictions, found by looking at the outcomes.
    Error "no-feasible-outcome" "The constraints leave no outcome at all."
    Error "status-quo-excluded" "A constraint forbids the status quo, although it is what is in force."
    Error "overlapping-classes" "One outcome would belong to two merged classes."
    Error "infeasible-package" "A constraint forbids a package on the table."
    Error "infeasible-outcome" "A constraint forbids an outcome that a ranking or a walk-away names."
    Error "empty-walk-away" "No feasible outcome satisfies the walk-away, so that the deal has nothing to be measured against."
    Error "incomplete-ranking" "A ranking names every feasible outcome once; some are missing."
    Warning "empty-class" "No feasible outcome belongs to the merged class."
    Warning "idle-constraint" "The constraint removes no outcome that the others leave."
    Warning "red-lines-exclude-all" "The red lines of the consenting parties leave no feasible outcome, so that no deal can exist."
    Warning "stuck-issue" "Nobody can move the issue, and every outcome that constraints, directions and the consenting parties' red lines leave gives it the same option: it is settled before anybody talks."
    Warning "constant-preference" "The preference or red line holds in every feasible outcome, or in none, so that it tells no two of them apart."
    Warning "idle-preference" "Outcomes that agree on all earlier priorities agree on this one too, so that it never decides."
    Note "not-enumerated" "There are too many outcomes, or formulas, to look for contradictions among all of them; that check was skipped."
    // Parties.
    Warning "ambiguous-name" "Reports that use this name could mean either party."
    Warning "idle-party" "The party moves nothing, need not consent and prefers nothing, so that it has no influence on any result."
    Note "not-on-record" "The preferences of a consenting party say nothing about these issues: deals that depend on them are untested."
    // Evidence.
    Warning "evidence-missing" "The ledger has no statement with this identifier."
    Warning "evidence-ambiguous" "Several statements' identifiers begin like this; more letters say which is meant."
    Warning "evidence-unconfirmed" "The statement was proposed but nobody has confirmed it."
    Warning "evidence-rejected" "The statement was rejected by whoever checked it."
    Warning "evidence-contested" "Another party denies what the statement claims."
    Warning "evidence-of-another-party" "The statement was not made by the party whose preference cites it."
    Warning "evidence-too-late" "The statement was made after the date that the case speaks of."
    Warning "contradicts-position" "What the preference or red line says and the party's recorded position cannot both be meant."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_kebab_case_unique_and_explained() {
        for (index, known) in ALL.iter().enumerate() {
            assert!(known.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            assert!(known.text.ends_with('.'), "{}", known.id);
            assert!(ALL[..index].iter().all(|other| other.id != known.id), "{} occurs twice", known.id);
        }
    }

    #[test]
    fn what_the_sink_drops_is_counted() {
        let mut sink = Sink::default();
        for _ in 0..LIMIT + 3 {
            sink.push(Diagnostic::without_place("syntax", "x"));
        }
        let all = sink.finish();
        assert_eq!(all.len(), LIMIT + 1);
        assert_eq!(all[LIMIT].message, "3 more problems are not shown");
    }
}
