//! The parsed, resolved case: what the rest of the house works with.
//!
//! Everything here is plain data. Names are resolved to indexes into
//! [`Case::parties`] and [`Case::issues`], options to indexes into
//! [`Issue::options`]; what could not be resolved never gets here, it is a
//! diagnostic.

use crate::formula::Formula;
use crate::rational::Rational;
use crate::span::Span;
use jiff::civil::Date;

/// One negotiation: parties, issues, and what is known about preferences.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The title shown on every page.
    pub title: String,
    /// The date the case speaks of; statements uttered later do not count.
    pub as_of: Option<Date>,
    /// A sentence that every matrix repeats, such as "nothing is agreed until everything is agreed".
    pub caveat: Option<String>,
    /// The overlay this case was read with, if any.
    pub scenario: Option<Scenario>,
    /// The parties, in order of declaration.
    pub parties: Vec<Party>,
    /// The issues, in order of declaration; the first varies fastest in the order of outcomes.
    pub issues: Vec<Issue>,
    /// What no outcome may violate.
    pub constraints: Vec<Constraint>,
    /// Classes of outcomes that count once.
    pub same: Vec<Same>,
    /// Proposals on the table.
    pub packages: Vec<Package>,
    /// States and moves given one by one, for models published that way.
    pub explicit: Option<Explicit>,
}

/// A named overlay on a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The file's stem, which names the scenario on the command line.
    pub name: String,
    /// A title for people.
    pub title: String,
    /// What the scenario assumes, in a sentence or two.
    pub note: Option<String>,
}

/// Someone whose moves or consent matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Party {
    /// The key in `case.toml`, kebab-case.
    pub id: String,
    /// The name shown to people.
    pub name: String,
    /// Whether any deal needs this party's agreement.
    pub consents: bool,
    /// What the party can have without a deal; `None` means the status quo.
    pub walk_away: Option<WalkAway>,
    /// Other names that reports use for the party.
    pub also_called: Vec<String>,
    /// People who speak for the party.
    pub people: Vec<String>,
    /// What the party will not see broken in any package.
    pub red_lines: Vec<RedLine>,
    /// What the party would rather have.
    pub preferences: Preferences,
    /// Where the party is declared.
    pub span: Span,
}

/// A party's disagreement point, when it is not the status quo.
#[derive(Debug, Clone, PartialEq)]
pub enum WalkAway {
    /// The best outcome for the party, by its own ranking, in which the formula holds.
    Formula {
        /// The formula.
        that: Formula,
        /// Its words in the file.
        text: String,
    },
    /// One outcome: an option index for every issue (in the explicit form, one state index).
    Outcome(Vec<usize>),
    /// A utility that a package must reach (weights only).
    Utility(Rational),
}

/// What a statement in the model rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Grounds {
    /// Stated, inferred or assumed.
    pub basis: Basis,
    /// Identifiers of the ledger's statements, or prefixes of them.
    pub because: Vec<String>,
    /// A remark, such as the law that a red line restates.
    pub note: Option<String>,
    /// Where it stands in the file.
    pub span: Span,
}

/// How a preference is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The party said so, in a confirmed statement of its own.
    Stated,
    /// An analyst concluded it from what is on record.
    Inferred,
    /// Nobody said so; it is assumed to see what follows.
    Assumed,
}

/// A formula that no analysis trades away.
#[derive(Debug, Clone, PartialEq)]
pub struct RedLine {
    /// What has to hold in every package.
    pub that: Formula,
    /// Its words in the file.
    pub text: String,
    /// What it rests on.
    pub grounds: Grounds,
}

/// One thing that is being negotiated.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// The key in `case.toml`, kebab-case.
    pub id: String,
    /// The title shown to people.
    pub title: String,
    /// Two or more options; no name holds a slash.
    pub options: Vec<String>,
    /// Whether the options are exactly `["no", "yes"]`, so that the bare issue is a formula.
    pub binary: bool,
    /// The option in force now; given for all issues or for none.
    pub status_quo: Option<usize>,
    /// Indexes of the parties that can change it alone; empty: only by agreement.
    pub moved_by: Vec<usize>,
    /// In which direction it can change.
    pub changes: Direction,
    /// How reports speak of it.
    pub words: Vec<String>,
    /// Numbers of the draft points that the issue stands for, as written in the case.
    pub points: Vec<String>,
    /// A remark shown with the issue.
    pub note: Option<String>,
    /// Where the issue is declared.
    pub span: Span,
}

/// In which direction an issue's option can change, for every mover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To any other option.
    Any,
    /// Only to options declared later.
    Up,
    /// Only to options declared earlier.
    Down,
}

/// A rule that every outcome obeys.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// What holds in every feasible outcome (`never = "x"` is stored as `not x`).
    pub always: Formula,
    /// The words in the file, with `never` or `always` in front.
    pub text: String,
    /// Why.
    pub because: Option<String>,
    /// Where it stands in the file.
    pub span: Span,
}

/// Feasible outcomes that count once, under one name.
#[derive(Debug, Clone, PartialEq)]
pub struct Same {
    /// The code of the class.
    pub name: String,
    /// Which outcomes belong to it.
    pub that: Formula,
    /// Its words in the file.
    pub text: String,
    /// Where it stands in the file.
    pub span: Span,
}

/// A proposal on the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// Its short name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// An option index for every issue; issues it does not name stay at the status quo.
    pub outcome: Vec<usize>,
    /// Indexes of the issues that it names.
    pub named: Vec<usize>,
    /// Where it stands in the file.
    pub span: Span,
}

/// States and moves given one by one.
#[derive(Debug, Clone, PartialEq)]
pub struct Explicit {
    /// The states' names, in order.
    pub states: Vec<String>,
    /// The state in force now.
    pub status_quo: Option<usize>,
    /// For each party, its moves as pairs of state indexes.
    pub moves: Vec<Vec<(usize, usize)>>,
    /// For each state its options, one per issue, `None` for "either"; needed by SIM alone.
    pub codes: Option<Vec<Vec<Option<usize>>>>,
}

/// What a party would rather have.
#[derive(Debug, Clone, PartialEq)]
pub enum Preferences {
    /// Nothing is on record: every outcome ties.
    None,
    /// Formulas in order of priority: outcomes compare by their truth vectors, the first weighing most.
    Priorities(Vec<Priority>),
    /// Additive utilities.
    Weights(Weights),
    /// Every feasible outcome once, best first.
    Ranking(Ranking),
}

/// One formula of a list of priorities.
#[derive(Debug, Clone, PartialEq)]
pub struct Priority {
    /// What the party would rather see hold.
    pub that: Formula,
    /// Its words in the file.
    pub text: String,
    /// What it rests on.
    pub grounds: Grounds,
}

/// Additive utilities: the sum over issues of the chosen option's weight, plus the weights of the
/// formulas that hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// For each issue, a weight per option; all zero for an issue that is not named.
    pub options: Vec<Vec<Rational>>,
    /// Formulas with a weight.
    pub formulas: Vec<Weighted>,
    /// What the option weights rest on.
    pub grounds: Grounds,
}

/// A formula with a weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted {
    /// What has to hold for the weight to count.
    pub that: Formula,
    /// Its words in the file.
    pub text: String,
    /// The weight; negative for what the party would rather not see.
    pub weight: Rational,
    /// What it rests on.
    pub grounds: Grounds,
}

/// A ranking of outcomes, best first; the outcomes of one group tie.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Groups of ties, best first.
    pub groups: Vec<Vec<Ranked>>,
    /// What the ranking rests on.
    pub grounds: Grounds,
}

/// One entry of a ranking.
#[derive(Debug, Clone, PartialEq)]
pub enum Ranked {
    /// One outcome: an option index for every issue.
    Outcome(Vec<usize>),
    /// A merged class, as an index into [`Case::same`].
    Class(usize),
    /// A state of the explicit form, as an index into [`Explicit::states`].
    State(usize),
}

impl Case {
    /// Every issue is no / yes, so that outcomes are written as strings of N and Y.
    pub fn is_binary(&self) -> bool {
        self.issues.iter().all(|issue| issue.binary)
    }

    /// The product of the numbers of options, or `None` above 2⁶⁴ − 1; one for a case without issues.
    pub fn all_outcomes(&self) -> Option<u64> {
        self.issues.iter().try_fold(1u64, |n, issue| n.checked_mul(issue.options.len() as u64))
    }

    /// The status quo as an option index for every issue.
    pub fn status_quo(&self) -> Option<Vec<usize>> {
        if self.issues.is_empty() {
            return None;
        }
        self.issues.iter().map(|issue| issue.status_quo).collect()
    }

    /// The index of a party by its identifier.
    pub fn party(&self, id: &str) -> Option<usize> {
        self.parties.iter().position(|party| party.id == id)
    }

    /// The index of an issue by its identifier.
    pub fn issue(&self, id: &str) -> Option<usize> {
        self.issues.iter().position(|issue| issue.id == id)
    }

    /// The code of an outcome: "NYNY" when every issue is no / yes, else the options' names joined by `/`.
    /// A merged class is not looked up here; see `paraph_analysis`.
    pub fn code(&self, outcome: &[usize]) -> String {
        if self.is_binary() {
            outcome.iter().map(|&option| if option == 1 { 'Y' } else { 'N' }).collect()
        } else {
            let names: Vec<&str> = self
                .issues
                .iter()
                .zip(outcome)
                .map(|(issue, &option)| issue.options[option].as_str())
                .collect();
            names.join("/")
        }
    }
}

impl Basis {
    /// The word used in files and output.
    pub fn word(self) -> &'static str {
        match self {
            Basis::Stated => "stated",
            Basis::Inferred => "inferred",
            Basis::Assumed => "assumed",
        }
    }
}
