//! Drafts: their points, what changed, what they mean for each party, and the work on the text.
//!
//! No field is left out of the JSON: what is not known is `null` or empty.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ByParty, Difference, Issue, Package, Party, RestsOn, StatementStatus};

/// How much of a text is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OpenCount {
    /// Pairs of square brackets of every kind, nested ones too.
    pub brackets: u64,
    /// Placeholders among them.
    pub placeholders: u64,
    /// Named options and alternatives parted by slashes.
    pub options: u64,
    /// Passages struck out.
    pub struck: u64,
    /// Footnotes that reserve a position.
    pub reservations: u64,
    /// Characters inside any bracket, each counted once.
    pub bracketed_characters: u64,
    /// Deepest nesting of square brackets.
    pub deepest: u64,
}

impl OpenCount {
    /// Whether nothing is open.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.brackets == 0 && self.options == 0 && self.struck == 0 && self.reservations == 0
    }
}

/// Something odd about a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftRemark {
    /// How serious it is: `note`, `warning` or `error`.
    pub severity: String,
    /// A stable name, such as `missing-number`.
    pub id: String,
    /// One sentence.
    pub message: String,
    /// The line of the draft, from 1.
    pub line: u64,
    /// What would repair it.
    pub hint: Option<String>,
}

/// One draft of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftSummary {
    /// The file's name without its ending.
    pub name: String,
    /// Its title, or its name.
    pub title: String,
    /// Who put it forward.
    pub by: Option<String>,
    /// Its date, as written.
    pub date: Option<String>,
    /// The draft it was made from.
    pub based_on: Option<String>,
    /// Number of outermost numbered points.
    pub points: u64,
    /// How much is open.
    pub open: OpenCount,
    /// What is odd about it.
    pub remarks: Vec<DraftRemark>,
}

/// A file in `drafts/` that could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftNotRead {
    /// The file's name.
    pub file: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// The answer of `paraph drafts list --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftList {
    /// The drafts by date, each behind the one it is based on.
    pub drafts: Vec<DraftSummary>,
    /// Files that could not be read.
    pub not_read: Vec<DraftNotRead>,
}

/// How it is known that a point is about an issue, or a statement about a draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LinkBasis {
    /// A person wrote it down.
    Confirmed,
    /// A person wrote it down for another draft, and the alignment carries it over.
    Carried,
    /// Proposed from words; nobody has confirmed it.
    #[default]
    Proposed,
}

impl LinkBasis {
    /// The word itself.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Carried => "carried over",
            Self::Proposed => "proposed",
        }
    }
}

/// A link between a point and an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PointIssue {
    /// The point's address.
    pub point: String,
    /// The issue's identifier.
    pub issue: String,
    /// How it is known.
    pub basis: LinkBasis,
    /// Why, in words.
    pub reason: String,
}

/// A statement that names a draft, or that a person linked to one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SaidOfDraft {
    /// The statement's identifier.
    pub statement: String,
    /// The draft.
    pub draft: String,
    /// The point, where one is named.
    pub point: Option<String>,
    /// How it is known.
    pub basis: LinkBasis,
    /// The words that name the draft, or that a person linked it.
    pub reason: String,
    /// The speaker's party.
    pub party: Option<String>,
    /// The speaker.
    pub speaker: Option<String>,
    /// The speech act.
    pub act: Option<String>,
    /// The words.
    pub words: String,
    /// When it was said.
    pub date: Option<String>,
    /// Whether a person has confirmed that the words say so.
    pub status: StatementStatus,
}

/// A point of a draft with its nested points.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftPiece {
    /// Its address: `7`, `7(a)`, `preamble`.
    pub address: String,
    /// The label as written; empty without one.
    pub label: String,
    /// How many numbered points stand around it.
    pub depth: u64,
    /// The heading's words; empty without one.
    pub heading: String,
    /// Its own words.
    pub words: String,
    /// First character and one past the last, in characters of the draft's text.
    pub span: (u64, u64),
    /// How much of the point with all that is nested in it is open; zeros for nested points.
    pub open: OpenCount,
    /// Issues it is linked to.
    pub issues: Vec<PointIssue>,
}

/// The answer of `paraph drafts show --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftText {
    /// The draft.
    pub draft: DraftSummary,
    /// Its pieces in the order of the text; one point with its nested points when one was asked for.
    pub pieces: Vec<DraftPiece>,
    /// Statements that name it.
    pub said: Vec<SaidOfDraft>,
}

/// What became of a point, or of several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PointRelation {
    /// `kept`, `renumbered`, `moved`, `changed`, `split`, `merged`, `replaced`, `deleted` or `added`.
    pub became: String,
    /// Addresses in the old draft; empty for an added point.
    pub old: Vec<String>,
    /// Addresses in the new draft; empty for a deleted point.
    pub new: Vec<String>,
    /// Whether it has another number than before.
    pub renumbered: bool,
    /// Whether it left its place in the order.
    pub moved: bool,
    /// Whether a person linked it in `drafts/links.toml`.
    pub by_hand: bool,
    /// Likeness of the words in per cent; 0 for what has no counterpart.
    pub score: u64,
    /// Why, in one sentence.
    pub reason: String,
}

/// What became of every point from one draft to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftAlignment {
    /// The old draft's name.
    pub old: String,
    /// The new draft's name.
    pub new: String,
    /// How many points met each fate.
    pub counts: BTreeMap<String, u64>,
    /// Every point of both drafts once, in the order of the new one.
    pub relations: Vec<PointRelation>,
}

/// The answer of `paraph drafts align --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftAlignments {
    /// One alignment for two drafts, or each draft against the one it is told against.
    pub alignments: Vec<DraftAlignment>,
}

/// One change of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TypedChange {
    /// `clause`, `condition`, `date`, `number`, `modal`, `negation`, `party`, `qualifier` or `wording`.
    pub kind: String,
    /// `gained`, `lost` or `changed`; it says nothing about who gains.
    pub direction: String,
    /// The old words.
    pub old: Option<String>,
    /// The new words.
    pub new: Option<String>,
    /// In words: `number: 600,000 personnel → 800,000 personnel`.
    pub sentence: String,
}

/// Which version has words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RunKind {
    /// Both.
    #[default]
    Same,
    /// Only the old one.
    Old,
    /// Only the new one.
    New,
}

/// A run of words of one kind, with the white space around them: written one behind the other, the runs
/// that are not `new` give the old words and those that are not `old` the new ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DiffRun {
    /// Which version has it.
    pub kind: RunKind,
    /// The words.
    pub words: String,
}

/// One point in both drafts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PointDiff {
    /// What became of it.
    pub relation: PointRelation,
    /// The old points' pieces.
    pub old: Vec<DraftPiece>,
    /// The new points' pieces.
    pub new: Vec<DraftPiece>,
    /// Typed changes; none for points that were deleted or added, all of whose words are others, and for
    /// those that were replaced only where clauses correspond.
    pub changes: Vec<TypedChange>,
    /// Word by word; empty for points that were kept, deleted or added.
    pub diff: Vec<DiffRun>,
    /// Whether the point was too long to be compared word by word throughout.
    pub coarse: bool,
}

/// The answer of `paraph drafts diff --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftDiff {
    /// The old draft.
    pub old: DraftSummary,
    /// The new draft.
    pub new: DraftSummary,
    /// How many points met each fate.
    pub counts: BTreeMap<String, u64>,
    /// Every point of both drafts once, in the order of the new one.
    pub points: Vec<PointDiff>,
}

/// How far a row of the document is agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// Nothing is agreed.
    #[default]
    Open,
    /// What the point shall reach is agreed, its words are not.
    ObjectiveAgreed,
    /// Agreed.
    Agreed,
}

impl Agreement {
    /// How far a status of the register counts as agreed.
    #[must_use]
    pub fn of(status: &str) -> Self {
        match status {
            "agreed" | "initialled" | "agreed-by-negotiators" => Self::Agreed,
            "objective-agreed" => Self::ObjectiveAgreed,
            _ => Self::Open,
        }
    }

    /// The words themselves.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ObjectiveAgreed => "objective agreed",
            Self::Agreed => "agreed",
        }
    }
}

/// One column of drafts side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftColumn {
    /// The draft's name.
    pub draft: String,
    /// Its title.
    pub title: String,
    /// Who put it forward.
    pub by: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// The name of the draft that its changes are told against; absent for the first.
    pub base: Option<String>,
}

/// What one draft says in one row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftCell {
    /// The points' addresses; empty where the draft says nothing.
    pub points: Vec<String>,
    /// Their words, one string a point.
    pub words: Vec<String>,
    /// What became of the base's points; `restored` where only an older draft has them.
    pub became: Option<String>,
    /// Typed changes against the base.
    pub changes: Vec<TypedChange>,
    /// Word by word against the base.
    pub diff: Vec<DiffRun>,
    /// How much is open.
    pub open: OpenCount,
}

/// One point, or group of points, through all drafts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftRow {
    /// One cell a draft.
    pub cells: Vec<DraftCell>,
    /// The compromise text, where one is on record.
    pub compromise: String,
    /// Which words these are: `recorded`, or the name of the draft that was agreed; empty without any.
    pub compromise_from: String,
    /// How far it is agreed.
    pub agreement: Agreement,
    /// The status in the register.
    pub status: String,
    /// Whether it is text without a number in every draft that has it.
    pub unnumbered: bool,
}

/// The answer of `paraph drafts columns --format json`: drafts side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftColumns {
    /// The case's title.
    pub title: String,
    /// The drafts.
    pub columns: Vec<DraftColumn>,
    /// The points, in the order of the first draft.
    pub rows: Vec<DraftRow>,
}

/// A name with what is open under it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OpenOf {
    /// A point's address or a party's name.
    pub of: String,
    /// How much is open.
    pub open: OpenCount,
}

/// What is open in one draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftOpen {
    /// The draft's name.
    pub draft: String,
    /// Its date.
    pub date: Option<String>,
    /// Number of points (units of comparison).
    pub points: u64,
    /// How many of them have nothing open.
    pub clean_points: u64,
    /// The whole draft.
    pub total: OpenCount,
    /// Points with something open.
    pub by_point: Vec<OpenOf>,
    /// What each party wants.
    pub by_party: Vec<OpenOf>,
    /// Brackets that do not balance, and the like.
    pub errors: Vec<DraftRemark>,
}

/// The answer of `paraph drafts brackets --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftBrackets {
    /// The drafts by date.
    pub drafts: Vec<DraftOpen>,
}

/// A choice that was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TakenChoice {
    /// As it was given.
    pub choice: String,
    /// How many marks it settled.
    pub settled: u64,
}

/// The answer of `paraph drafts clean --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftCleaned {
    /// The draft's name.
    pub draft: String,
    /// The choices in their order.
    pub choices: Vec<TakenChoice>,
    /// The text after all choices.
    pub text: String,
    /// How much is open before.
    pub before: OpenCount,
    /// How much is open after.
    pub after: OpenCount,
}

/// How a draft settles an issue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DraftStance {
    /// It chooses one option.
    Chooses,
    /// It chooses one option in part.
    Partly,
    /// It chooses one option under a condition.
    Conditionally,
    /// Options stand in brackets, or side by side.
    Open,
    /// Points are linked to the issue, but which option they choose is not determined.
    #[default]
    Unclear,
    /// No point is linked to the issue: the status quo stands.
    Silent,
}

impl DraftStance {
    /// The word itself.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Chooses => "chooses",
            Self::Partly => "partly",
            Self::Conditionally => "conditionally",
            Self::Open => "open",
            Self::Unclear => "not determined",
            Self::Silent => "silent",
        }
    }
}

/// What a draft says on one issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftChoice {
    /// The issue's identifier.
    pub issue: String,
    /// Its title.
    pub title: String,
    /// How it is settled.
    pub stance: DraftStance,
    /// The options its words or its package name; empty where it is silent or nothing is determined.
    pub options: Vec<String>,
    /// The options that stand in its packages, the status quo included where it may stand.
    pub possible: Vec<String>,
    /// Whether a person wrote the options down (`[[package]]` in case.toml, or `drafts/issues.toml`).
    pub confirmed: bool,
    /// The points and how they are linked.
    pub points: Vec<PointIssue>,
    /// In words.
    pub reason: String,
    /// The words of the draft it rests on.
    pub evidence: Vec<String>,
    /// What the words alone would have said, where a person wrote something else.
    pub words_say: Option<String>,
}

/// One of the packages that a draft amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftPackage {
    /// The package, who does not accept it and on whose words.
    pub package: Package,
    /// Whether every consenting party accepts it.
    pub acceptable: bool,
    /// Whether it is a deal: acceptable, and somebody gains.
    pub deal: bool,
    /// What it changes against the status quo.
    pub differs: Vec<Difference>,
    /// 1 + the number of feasible outcomes that the party strictly prefers.
    pub places: ByParty<u64>,
}

/// What a draft amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftAssessment {
    /// The draft's name.
    pub draft: String,
    /// Its title.
    pub title: String,
    /// One choice an issue.
    pub choices: Vec<DraftChoice>,
    /// How many packages it leaves possible; `null` above 2⁶⁴ − 1.
    pub packages: Option<u64>,
    /// How many of them were looked at; the counts below are among these.
    pub looked_at: u64,
    /// How many the constraints allow.
    pub feasible: u64,
    /// How many every consenting party accepts.
    pub acceptable: u64,
    /// How many are deals.
    pub deals: u64,
    /// The first of them.
    pub listed: Vec<DraftPackage>,
    /// In one sentence.
    pub verdict: String,
}

/// Drafts and the status quo that one party ranks alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RankedTogether {
    /// The place among all feasible outcomes, 1 being what it likes most.
    pub place: u64,
    /// What stands there: `status quo`, a draft's name, or a draft's name with "at best" or "at worst".
    pub what: Vec<String>,
}

/// How one party orders the drafts and the status quo.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartyOrder {
    /// The party's identifier.
    pub party: String,
    /// Best first; empty where no preference is on record.
    pub order: Vec<RankedTogether>,
    /// Why nothing is determined, or what was left out.
    pub note: Option<String>,
}

/// Which way a change moves a package for a party.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EffectDirection {
    /// It ranks the changed package higher.
    Higher,
    /// It ranks it lower.
    Lower,
    /// It ranks both alike.
    Same,
    /// That depends on what the draft leaves open elsewhere.
    Depends,
    /// No preference is on record, or the change alone makes no feasible package.
    #[default]
    NotDetermined,
}

/// What a change does to one party's rank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Effect {
    /// Which way.
    pub direction: EffectDirection,
    /// The place before, where the old draft is one package.
    pub before: Option<u64>,
    /// The place after.
    pub after: Option<u64>,
}

impl Effect {
    /// In words, with a sign: "▲ ranks it higher (7 → 3)".
    #[must_use]
    pub fn words(&self) -> String {
        let places = match (self.before, self.after) {
            (Some(before), Some(after)) if before != after => format!(" ({before} → {after})"),
            (Some(before), Some(_)) => format!(" ({before})"),
            _ => String::new(),
        };
        let word = match self.direction {
            EffectDirection::Higher => "▲ ranks it higher",
            EffectDirection::Lower => "▼ ranks it lower",
            EffectDirection::Same => "= ranks it alike",
            EffectDirection::Depends => "? depends on what is open",
            EffectDirection::NotDetermined => "· not determined",
        };
        format!("{word}{places}")
    }
}

/// The sign of what became of a point, so that colour is never the only one.
#[must_use]
pub fn change_sign(became: &str) -> &'static str {
    match became {
        "" => "",
        "added" | "restored" => "+",
        "deleted" => "−",
        "kept" => "=",
        "renumbered" | "moved" => "↷",
        "replaced" => "±",
        _ => "~",
    }
}

/// One issue on which two drafts differ, changed alone in the older one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct IssueEffect {
    /// The issue's identifier.
    pub issue: String,
    /// Its title.
    pub title: String,
    /// The options the old draft leaves.
    pub from: Vec<String>,
    /// The options the new draft leaves.
    pub to: Vec<String>,
    /// The old draft's points on it.
    pub old_points: Vec<String>,
    /// The new draft's points on it.
    pub new_points: Vec<String>,
    /// What that does to each party's rank.
    pub by_party: ByParty<Effect>,
    /// Why nothing is determined.
    pub note: Option<String>,
}

/// What the changes between two drafts do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftEffects {
    /// The old draft.
    pub old: String,
    /// The new draft.
    pub new: String,
    /// Issues on which they differ.
    pub issues: Vec<IssueEffect>,
    /// Addresses in the new (or, if deleted, old) draft of changed points that no issue is linked to.
    pub unlinked: Vec<String>,
    /// Changed points linked to issues whose option is the same in both drafts: words changed, no option did.
    pub same_option: Vec<String>,
}

/// The answer of `paraph drafts assess --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftAssessments {
    /// The parties of the case.
    pub parties: Vec<Party>,
    /// The issues of the case.
    pub issues: Vec<Issue>,
    /// The status quo's code.
    pub status_quo: Option<String>,
    /// The scenario, when one was laid over the case.
    pub scenario: Option<String>,
    /// One assessment a draft.
    pub drafts: Vec<DraftAssessment>,
    /// How each party orders them.
    pub orders: Vec<PartyOrder>,
    /// What the changes do, for each draft against the one it is told against.
    pub effects: Vec<DraftEffects>,
    /// Statements that name a draft.
    pub said: Vec<SaidOfDraft>,
    /// Statements about the plan or the talks as a whole that name no draft: which version was meant stays blank.
    pub said_of_no_draft: Vec<String>,
    /// What could not be determined, one sentence each.
    pub not_determined: Vec<String>,
    /// What the verdicts rest on.
    pub rests_on: RestsOn,
}

/// Where a point stands in one draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegisterPlace {
    /// The draft's name.
    pub draft: String,
    /// The addresses; empty where it says nothing.
    pub points: Vec<String>,
}

/// A concern on record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegisterConcern {
    /// The entry of the journal.
    pub entry: String,
    /// The party's identifier.
    pub party: String,
    /// In a sentence.
    pub text: String,
    /// When it was raised.
    pub date: Option<String>,
    /// Where it was said.
    pub source: Option<String>,
}

/// Initials under a version of a point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegisterInitials {
    /// The entry of the journal.
    pub entry: String,
    /// The party's identifier.
    pub party: String,
    /// The draft whose words were initialled.
    pub draft: String,
    /// The point's address in it.
    pub point: String,
    /// BLAKE3 of the words, white space made single, in hexadecimal.
    pub words: String,
    /// When.
    pub date: Option<String>,
    /// Where it was said.
    pub source: Option<String>,
    /// Who recorded it.
    pub author: String,
    /// Whether the words that were initialled are those of the latest draft.
    pub covers: bool,
    /// In a sentence.
    pub reason: String,
}

/// A point in the register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegisterPoint {
    /// Where it stands in each draft.
    pub places: Vec<RegisterPlace>,
    /// The first words of its latest version.
    pub words: String,
    /// Its status.
    pub status: String,
    /// Since when.
    pub status_date: Option<String>,
    /// Where that was said.
    pub status_source: Option<String>,
    /// Whether the words changed since the status was set.
    pub words_changed_since: bool,
    /// Who looks after it.
    pub owner: String,
    /// What is to be done next.
    pub next_action: String,
    /// Words for a compromise.
    pub compromise: String,
    /// Concerns.
    pub concerns: Vec<RegisterConcern>,
    /// Initials.
    pub initials: Vec<RegisterInitials>,
}

/// What a party put in, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RegisterContribution {
    /// The entry of the journal, which names it.
    pub entry: String,
    /// The party's identifier.
    pub party: String,
    /// `idea`, `amendment`, `ask`, `offer` or `concession`.
    pub kind: String,
    /// In words.
    pub text: String,
    /// The draft it is about, if any.
    pub draft: Option<String>,
    /// The point it is about, if any.
    pub point: Option<String>,
    /// When it was put in.
    pub date: Option<String>,
    /// Where it was said.
    pub source: Option<String>,
    /// `put-in`, `taken-up`, `merged`, `rejected` or `withdrawn`.
    pub fate: String,
    /// When that happened.
    pub fate_date: Option<String>,
    /// Where that was said.
    pub fate_source: Option<String>,
}

/// The answer of `paraph drafts register --format json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DraftRegister {
    /// The parties of the case.
    pub parties: Vec<Party>,
    /// The latest draft: initials are measured against its words.
    pub latest: Option<String>,
    /// The points through all drafts.
    pub points: Vec<RegisterPoint>,
    /// Everything that was put in, in the order in which it was recorded; never netted.
    pub contributions: Vec<RegisterContribution>,
    /// Records whose draft or point is not there any more, one sentence each.
    pub lost: Vec<String>,
}

/// Everything about the drafts of a case, for one page; parts may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Drafts {
    /// The case's title.
    pub title: String,
    /// The version of the program.
    pub version: String,
    /// The drafts.
    pub list: Option<DraftList>,
    /// One draft.
    pub text: Option<DraftText>,
    /// Drafts side by side.
    pub columns: Option<DraftColumns>,
    /// What became of points.
    pub alignments: Option<DraftAlignments>,
    /// What changed.
    pub diff: Option<DraftDiff>,
    /// What is open.
    pub brackets: Option<DraftBrackets>,
    /// What the drafts mean for each party.
    pub assessments: Option<DraftAssessments>,
    /// The work on the text.
    pub register: Option<DraftRegister>,
}
