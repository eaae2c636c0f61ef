//! The brief as one self-contained HTML file.
//!
//! The file needs no script and loads nothing. All text that comes from a case or a report is escaped by
//! the template engine, and stands in elements that isolate its direction.

mod drafts;

pub use drafts::drafts;

use std::collections::BTreeMap;
use std::fmt;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::ground::{OptionGround, common_ground};
use crate::sentences;
use crate::svg;
use crate::text::{capitalised, count_words, date_words, letter, list_words, thousands};
use crate::view::{
    Brief, Cell, Deals, FragmentKind, FrontierKey, NotOnRecord, OutcomeDetail, OutcomeList, Party, Position,
    Preference, PreferenceList, RestsOn, Scenario, Stability, Statement, StatementStatus, concept_name,
    concept_sentence,
};

/// The most parties that stand side by side in one table; more are split into tables of equal width.
const PARTIES_ABREAST: usize = 6;

/// The brief could not be rendered.
///
/// The templates are part of the crate, so this does not depend on the text of a case or a report.
#[derive(Debug)]
pub struct RenderError(minijinja::Error);

impl fmt::Display for RenderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the brief's template failed: {}", self.0)
    }
}

impl std::error::Error for RenderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Renders `brief` as one HTML file.
///
/// The same brief gives the same bytes. Time and size are linear in the brief.
///
/// # Errors
/// When a template fails, which would be a fault of this crate and not of the brief.
pub fn render(brief: &Brief) -> Result<String, RenderError> {
    let environment = environment()?;
    let page = Value::from(Serde(Page::new(brief, None)));
    let text = environment
        .get_template("brief.html")
        .and_then(|template| template.render(page))
        .map_err(RenderError)?;
    Ok(visible(text))
}

/// A part of the brief on a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Where they stand.
    Stand,
    /// Common ground and clash.
    Ground,
    /// What could be agreed.
    Agree,
    /// What would change that.
    Change,
    /// What would hold.
    Hold,
    /// How sure.
    Sure,
    /// The drafts; empty without any.
    Drafts,
    /// The red lines and preferences that were given.
    Given,
}

impl Part {
    /// The name of its block in the template.
    fn block(self) -> &'static str {
        match self {
            Self::Stand => "stand",
            Self::Ground => "ground",
            Self::Agree => "agree",
            Self::Change => "change",
            Self::Hold => "hold",
            Self::Sure => "sure",
            Self::Drafts => "drafts",
            Self::Given => "given",
        }
    }
}

/// Renders one part of `brief` as it stands in the whole, for a page that brings [`style_sheet`] and
/// [`symbols`] along. `statements` is the address that a statement's identifier is appended to: the words
/// stand elsewhere there, so that `brief` needs to hold none of them.
///
/// # Errors
/// As for [`render`].
pub fn part(brief: &Brief, part: Part, statements: &str) -> Result<String, RenderError> {
    let environment = environment()?;
    let page = Value::from(Serde(Page::new(brief, Some(statements))));
    let text = environment
        .get_template("brief.html")
        .and_then(|template| {
            template.render_captured(page)?.with_state_mut(|state| state.render_block(part.block()))
        })
        .map_err(RenderError)?;
    Ok(visible(text))
}

/// The style sheet of the brief and of everything that looks like it.
#[must_use]
pub fn style_sheet() -> String {
    css()
}

/// The signs of the positions as SVG symbols, `p-accepts` and so on, for `<use>`.
#[must_use]
pub fn symbols() -> String {
    Position::ALL
        .into_iter()
        .map(|position| {
            let (key, shape) = (position.key(), svg::position_shape(position));
            format!("<symbol id=\"p-{key}\" viewBox=\"0 0 16 16\">{shape}</symbol>\n")
        })
        .collect()
}

/// What a position means, in a few words for a legend.
#[must_use]
pub fn meaning_of(position: Position) -> &'static str {
    meaning(position)
}

/// Control characters of a report are no part of a page, and steer a terminal that the page is printed to:
/// each but the end of a line and the tabulator shows as a replacement character.
pub fn visible(text: String) -> String {
    let steers = |c: char| c.is_control() && c != '\n' && c != '\t';
    if !text.contains(steers) {
        return text;
    }
    let text = text.replace("\r\n", "\n");
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// The brief's templates, with everything escaped and nothing undefined; other pages add theirs and share
/// `macros.html`.
///
/// # Errors
/// As for [`render`].
pub fn environment() -> Result<Environment<'static>, RenderError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax =
        SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(RenderError)?;
    environment.set_syntax(syntax);
    for (name, text) in [
        ("macros.html", include_str!("../templates/macros.html")),
        ("drafts.html", include_str!("../templates/drafts.html")),
        ("drafts_page.html", include_str!("../templates/drafts_page.html")),
        ("brief.html", include_str!("../templates/brief.html")),
    ] {
        environment.add_template(name, text).map_err(RenderError)?;
    }
    drafts::add_functions(&mut environment);
    Ok(environment)
}

/// The style sheet.
fn css() -> String {
    concat!(include_str!("../templates/brief.css"), include_str!("../templates/drafts.css")).to_owned()
}

/// A link target made of `prefix` and any identifier: letters, digits and hyphens stay, the rest is
/// written as its code point, so that different identifiers never meet.
fn anchor(prefix: &str, id: &str) -> String {
    let mut out = format!("{prefix}-");
    for character in id.chars() {
        if character.is_ascii_alphanumeric() || character == '-' {
            out.push(character);
        } else {
            out.push_str(&format!("_{:x}_", character as u32));
        }
    }
    out
}

/// A CSS string: everything but plain letters, digits and spaces is written as an escape.
fn css_string(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || character == ' ' {
            out.push(character);
        } else {
            out.push_str(&format!("\\{:x} ", character as u32));
        }
    }
    out.push('"');
    out
}

/// An address that may be linked to: http or https, without anything that could end the attribute.
fn linkable(address: &str) -> bool {
    let lower = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    (lower.starts_with("https://") || lower.starts_with("http://"))
        && !address.chars().any(|character| character.is_whitespace() || character.is_control())
}

#[derive(Serialize)]
struct Page {
    css: String,
    running_left: String,
    running_right: String,
    document_title: String,
    title: String,
    as_of: String,
    audience: String,
    summary: String,
    version: String,
    caveat: Option<String>,
    facts: Vec<Fact>,
    shapes: Vec<Shape>,
    sections: Vec<Section>,
    matrix: MatrixPage,
    ground: GroundPage,
    runs: Vec<RunPage>,
    compare: Vec<CompareRow>,
    unlock: Vec<String>,
    holds: Vec<HoldPage>,
    sure: Vec<SurePage>,
    drafts: Option<drafts::DraftsPart>,
    preferences: Vec<PreferencePage>,
    sources: Vec<SourcePage>,
    not_read: Vec<String>,
    left_out: Vec<String>,
    receipt: Option<crate::view::Receipt>,
    statement_count: String,
    proposed_count: usize,
}

#[derive(Serialize)]
struct Fact {
    label: String,
    text: String,
    href: &'static str,
}

#[derive(Serialize)]
struct Section {
    number: &'static str,
    id: &'static str,
    title: &'static str,
}

#[derive(Serialize)]
struct Shape {
    key: &'static str,
    word: &'static str,
    meaning: &'static str,
    shape: &'static str,
}

#[derive(Clone, Serialize)]
struct Link {
    text: String,
    /// The link's target; absent where the statement is not in the brief.
    href: Option<String>,
}

#[derive(Serialize)]
struct MatrixPage {
    intro: String,
    tables: Vec<MatrixTable>,
    contested: Vec<ContestedPage>,
    silences: Vec<SilencePage>,
    timeline: Option<String>,
    undated: usize,
}

#[derive(Serialize)]
struct MatrixTable {
    caption: String,
    parties: Vec<Party>,
    rows: Vec<MatrixRow>,
}

#[derive(Serialize)]
struct MatrixRow {
    anchor: Option<String>,
    title: String,
    status_quo: Option<String>,
    options: String,
    cells: Vec<CellPage>,
}

#[derive(Serialize)]
struct CellPage {
    party: String,
    key: &'static str,
    word: &'static str,
    options: String,
    condition: Option<String>,
    href: Option<String>,
    more: Vec<Link>,
    flags: Vec<&'static str>,
    by_hand: Option<String>,
    date: Option<String>,
    beside: Vec<BesidePage>,
    beside_more: u64,
    empty: bool,
}

#[derive(Serialize)]
struct BesidePage {
    word: &'static str,
    note: String,
    href: Option<String>,
}

#[derive(Serialize)]
struct ContestedPage {
    claim: QuotePage,
    denials: Vec<QuotePage>,
}

#[derive(Serialize)]
struct QuotePage {
    who: String,
    words: String,
    href: Option<String>,
    date: Option<String>,
}

#[derive(Serialize)]
struct SilencePage {
    party: String,
    text: String,
}

#[derive(Serialize)]
struct GroundPage {
    nobody_rejects: Vec<GroundRow>,
    somebody_rejects: Vec<GroundRow>,
    apart: Vec<ApartPage>,
    not_determined: Vec<String>,
}

#[derive(Serialize)]
struct ApartPage {
    title: String,
    stances: Vec<StancePage>,
}

#[derive(Serialize)]
struct GroundRow {
    title: String,
    option: String,
    stated: bool,
    status_quo: bool,
    taken_by: Vec<StancePage>,
    refused_by: Vec<StancePage>,
    silent: String,
}

#[derive(Serialize)]
struct StancePage {
    party: String,
    key: &'static str,
    word: &'static str,
    options: String,
    href: Option<String>,
}

#[derive(Clone, Serialize)]
struct OutcomePage {
    letter: String,
    code: String,
    name: String,
    differs: Vec<DifferencePage>,
    /// "the status quo", or a note that no differences are known.
    note: String,
    holds: Vec<String>,
    untested: String,
    asks: Vec<AskPage>,
    needs: Vec<String>,
    by_agreement: String,
}

#[derive(Clone, Serialize)]
struct DifferencePage {
    title: String,
    to: String,
    from: Option<String>,
}

#[derive(Clone, Serialize)]
struct AskPage {
    party: String,
    what: Vec<String>,
}

#[derive(Serialize)]
struct CompareRow {
    label: String,
    cells: Vec<String>,
}

#[derive(Serialize)]
struct RunPage {
    id: String,
    title: String,
    point: String,
    note: String,
    consenting: String,
    not_on_record: Vec<SilencePage>,
    not_on_record_count: usize,
    verdict: String,
    rests_on: String,
    list_title: &'static str,
    list: Vec<OutcomePage>,
    list_more: String,
    picks: Vec<PickPage>,
    packages: Vec<PackagePage>,
    picture: Option<String>,
    frontier: Option<String>,
    picture_key: Vec<PictureKey>,
    not_determined: Vec<String>,
}

#[derive(Serialize)]
struct PictureKey {
    letter: String,
    code: String,
    name: String,
}

#[derive(Serialize)]
struct PickPage {
    rule: String,
    formula: String,
    sentence: String,
    outcomes: Vec<OutcomePage>,
    tied: String,
    depths: Vec<(String, String)>,
    left_out: String,
}

#[derive(Serialize)]
struct PackagePage {
    outcome: OutcomePage,
    title: String,
    accepted: bool,
    against: String,
    infeasible: Option<String>,
    rests_on: String,
    refusals: Vec<RefusalPage>,
}

#[derive(Serialize)]
struct RefusalPage {
    text: String,
    because: Vec<Link>,
}

#[derive(Serialize)]
struct HoldPage {
    id: String,
    title: String,
    counts: String,
    rests_on: String,
    concepts: Vec<ConceptPage>,
    parties: Vec<String>,
    picture: Option<String>,
    outcomes: Vec<OutcomePage>,
    columns: Vec<String>,
    dots: Vec<Vec<bool>>,
    more: String,
    explanations: Vec<ExplanationPage>,
    not_determined: Vec<String>,
}

#[derive(Serialize)]
struct ConceptPage {
    name: String,
    sentence: &'static str,
    computed: bool,
    reason: String,
    equilibria: String,
    stable: Vec<String>,
}

#[derive(Serialize)]
struct ExplanationPage {
    outcome: OutcomePage,
    title: String,
    rows: Vec<ExplainedPage>,
}

#[derive(Serialize)]
struct ExplainedPage {
    stable: bool,
    text: String,
}

#[derive(Serialize)]
struct SurePage {
    title: String,
    swaps: String,
    left_out: Option<String>,
    not_determined: Vec<String>,
    conclusions: Vec<ConclusionPage>,
    unknowns: Vec<String>,
    questions: Vec<crate::view::Question>,
}

#[derive(Serialize)]
struct ConclusionPage {
    text: String,
    survives: bool,
    overturned_by: Vec<String>,
    more: String,
    rests_on: String,
}

#[derive(Serialize)]
struct PreferencePage {
    title: String,
    /// What the scenario takes over unchanged; empty for the first.
    same: String,
    parties: Vec<PartyPreferencesPage>,
}

#[derive(Serialize)]
struct PartyPreferencesPage {
    party: String,
    red_lines: Vec<FormulaPage>,
    preferences: Vec<FormulaPage>,
}

#[derive(Serialize)]
struct FormulaPage {
    that: String,
    basis: &'static str,
    note: Option<String>,
    because: Vec<Link>,
}

#[derive(Serialize)]
struct SourcePage {
    id: String,
    title: String,
    address: Option<String>,
    address_text: Option<String>,
    facts: Vec<String>,
    hash: String,
    statements: Vec<StatementPage>,
}

#[derive(Serialize)]
struct StatementPage {
    anchor: String,
    id: String,
    fragments: Vec<FragmentPage>,
    cut_before: bool,
    cut_after: bool,
    speaker: String,
    act: String,
    status: &'static str,
    proposed: bool,
    facts: Vec<String>,
    about: Vec<Link>,
    contests: Option<Link>,
    contested_by: Vec<Link>,
    orphan: bool,
    negated: bool,
}

#[derive(Serialize)]
struct FragmentPage {
    kind: &'static str,
    text: String,
}

const SECTIONS: [Section; 6] = [
    Section { number: "1", id: "stand", title: "Where they stand" },
    Section { number: "2", id: "ground", title: "Common ground and clash" },
    Section { number: "3", id: "agree", title: "What could be agreed" },
    Section { number: "4", id: "change", title: "What would change that" },
    Section { number: "5", id: "hold", title: "What would hold" },
    Section { number: "6", id: "sure", title: "How sure" },
];

fn meaning(position: Position) -> &'static str {
    match position {
        Position::Accepts => "takes a named option",
        Position::AcceptsIf => "takes a named option on a condition",
        Position::Offers => "offers or concedes an option",
        Position::WillDiscuss => "commits to talks; not acceptance",
        Position::Demands => "asks for an option or sets a condition",
        Position::Reserved => "voices concern without rejecting",
        Position::Rejects => "does not take the option",
        Position::NoComment => "declined to comment",
        Position::NoRecord => "nothing in the sources",
    }
}

/// What the parts of the page look things up in.
struct Reader<'a> {
    brief: &'a Brief,
    statements: BTreeMap<&'a str, &'a Statement>,
    contested: BTreeMap<&'a str, Vec<&'a Statement>>,
    /// Where the words stand when not in the brief itself.
    elsewhere: Option<&'a str>,
}

impl<'a> Reader<'a> {
    fn new(brief: &'a Brief, elsewhere: Option<&'a str>) -> Self {
        let statements: BTreeMap<_, _> =
            brief.statements.iter().map(|statement| (statement.id.as_str(), statement)).collect();
        let mut contested: BTreeMap<&str, Vec<&Statement>> = BTreeMap::new();
        for statement in &brief.statements {
            if let Some(claim) = &statement.contests {
                contested.entry(claim).or_default().push(statement);
            }
        }
        for statement in &brief.statements {
            for denial in &statement.contested_by {
                if let Some(&denial) = statements.get(denial.as_str()) {
                    let denials = contested.entry(&statement.id).or_default();
                    if !denials.iter().any(|known| known.id == denial.id) {
                        denials.push(denial);
                    }
                }
            }
        }
        Self { brief, statements, contested, elsewhere }
    }

    fn href(&self, id: &str) -> Option<String> {
        match self.elsewhere {
            Some(address) => Some(format!("{address}{id}")),
            None => self.statements.contains_key(id).then(|| format!("#{}", anchor("s", id))),
        }
    }

    fn link(&self, id: &str) -> Link {
        Link { text: id.to_owned(), href: self.href(id) }
    }

    fn party(&self, id: &str) -> String {
        self.brief.matrix.party_name(id).to_owned()
    }

    fn issue(&self, id: &str) -> String {
        let issue = self.brief.matrix.issues.iter().find(|issue| issue.id == id);
        issue.map_or_else(|| id.to_owned(), |issue| issue.title.clone())
    }

    fn speaker(&self, statement: &Statement) -> String {
        match (&statement.speaker, &statement.party) {
            (Some(speaker), Some(party)) => {
                let party = self.party(party);
                if *speaker == party { party } else { format!("{speaker} ({party})") }
            }
            (Some(speaker), None) => speaker.clone(),
            (None, Some(party)) => self.party(party),
            (None, None) => "speaker not determined".into(),
        }
    }

    fn cell(&self, party: &Party, cell: Option<&Cell>) -> CellPage {
        let blank = Cell::default();
        let cell = cell.unwrap_or(&blank);
        let mut flags = Vec::new();
        if cell.contradiction {
            flags.push("contradiction");
        }
        if cell.contested {
            flags.push("contested");
        }
        let holds = cell.position.is_for() || cell.position.is_against();
        let options = match (&cell.options[..], holds) {
            ([], true) => "option not stated".to_owned(),
            (options, _) => list_words(options),
        };
        let by_hand = (cell.status == crate::view::CellStatus::ByHand)
            .then(|| cell.reason.clone().unwrap_or_else(|| "no reason given".into()));
        CellPage {
            party: party.name.clone(),
            key: cell.position.key(),
            word: cell.position.word(),
            options,
            condition: cell.condition.as_deref().map(sentences::quoted),
            href: cell.statements.first().and_then(|id| self.href(id)),
            more: cell.statements.iter().skip(1).map(|id| self.link(id)).collect(),
            flags,
            by_hand,
            date: cell.date.as_deref().map(date_words),
            beside: cell
                .beside
                .iter()
                .map(|beside| BesidePage {
                    word: beside.kind.word(),
                    note: beside.note.clone(),
                    href: self.href(&beside.statement),
                })
                .collect(),
            beside_more: cell.beside_more,
            empty: cell.position == Position::NoRecord && cell.beside.is_empty(),
        }
    }

    fn matrix(&self) -> MatrixPage {
        let matrix = &self.brief.matrix;
        let cells: BTreeMap<(&str, &str), &Cell> =
            matrix.cells.iter().map(|cell| ((cell.party.as_str(), cell.issue.as_str()), cell)).collect();
        let groups = matrix.parties.len().div_ceil(PARTIES_ABREAST).max(1);
        let abreast = matrix.parties.len().div_ceil(groups).max(1);
        let tables: Vec<MatrixTable> = matrix
            .parties
            .chunks(abreast)
            .enumerate()
            .map(|(at, parties)| MatrixTable {
                caption: if groups == 1 {
                    "Positions, issue by party".into()
                } else {
                    format!("Positions, issue by party: table {} of {groups}", at + 1)
                },
                parties: parties.to_vec(),
                rows: matrix
                    .issues
                    .iter()
                    .map(|issue| MatrixRow {
                        anchor: (at == 0).then(|| anchor("issue", &issue.id)),
                        title: issue.title.clone(),
                        status_quo: issue.status_quo.clone(),
                        options: issue.options.join(" · "),
                        cells: parties
                            .iter()
                            .map(|party| {
                                let cell = cells.get(&(party.id.as_str(), issue.id.as_str())).copied();
                                self.cell(party, cell)
                            })
                            .collect(),
                    })
                    .collect(),
            })
            .collect();
        let pairs = (matrix.parties.len() as u64).saturating_mul(matrix.issues.len() as u64);
        let intro = format!(
            "{} of {} are on record, from {} in {}.",
            thousands(matrix.on_record()),
            count_words(pairs, "position", "positions"),
            count_words(matrix.statements, "statement", "statements"),
            count_words(matrix.sources, "source", "sources"),
        );
        let (timeline, undated) = self.timeline();
        MatrixPage {
            intro,
            tables,
            contested: self.contested(),
            silences: self.silences(),
            timeline,
            undated,
        }
    }

    fn quote(&self, statement: &Statement) -> QuotePage {
        QuotePage {
            who: self.speaker(statement),
            words: statement.words.clone(),
            href: self.href(&statement.id),
            date: statement.date.as_deref().map(date_words),
        }
    }

    fn contested(&self) -> Vec<ContestedPage> {
        self.brief
            .statements
            .iter()
            .filter_map(|claim| {
                let denials = self.contested.get(claim.id.as_str())?;
                Some(ContestedPage {
                    claim: self.quote(claim),
                    denials: denials.iter().map(|denial| self.quote(denial)).collect(),
                })
            })
            .collect()
    }

    fn silences(&self) -> Vec<SilencePage> {
        let matrix = &self.brief.matrix;
        matrix
            .parties
            .iter()
            .filter_map(|party| {
                let of = |position: Position| {
                    matrix
                        .cells
                        .iter()
                        .filter(|cell| cell.party == party.id && cell.position == position)
                        .map(|cell| self.issue(&cell.issue))
                        .collect::<Vec<_>>()
                };
                let held = matrix
                    .cells
                    .iter()
                    .filter(|cell| cell.party == party.id && cell.position != Position::NoRecord)
                    .count();
                let silent = matrix.issues.len().saturating_sub(held);
                let mut parts = Vec::new();
                let declined = of(Position::NoComment);
                if !declined.is_empty() {
                    parts.push(format!("declined to comment on {}", list_words(&declined)));
                }
                if silent > 0 && silent == matrix.issues.len() {
                    parts.push("no record on any issue".to_owned());
                } else if silent > 0 {
                    parts.push(format!(
                        "no record on {silent} of {}",
                        count_words(matrix.issues.len() as u64, "issue", "issues")
                    ));
                }
                (!parts.is_empty()).then(|| SilencePage { party: party.name.clone(), text: parts.join("; ") })
            })
            .collect()
    }

    /// The timeline of dated statements by parties, and how many statements it leaves out.
    fn timeline(&self) -> (Option<String>, usize) {
        let mut marks: Vec<(usize, svg::TimelineMark)> = Vec::new();
        for statement in &self.brief.statements {
            let Some((day, date)) =
                statement.date.as_deref().and_then(|date| Some((day_number(date)?, date)))
            else {
                continue;
            };
            let order = statement
                .party
                .as_ref()
                .and_then(|id| self.brief.matrix.parties.iter().position(|party| party.id == *id));
            let row = match order {
                Some(at) => self.brief.matrix.parties[at].name.clone(),
                None => "Others and unresolved".into(),
            };
            marks.push((
                order.unwrap_or(usize::MAX),
                svg::TimelineMark {
                    row,
                    day,
                    date: date_words(date),
                    label: statement.act.clone().unwrap_or_else(|| "statement".into()),
                    confirmed: matches!(
                        statement.status,
                        StatementStatus::Confirmed | StatementStatus::Corrected
                    ),
                },
            ));
        }
        let undated = self.brief.statements.len() - marks.len();
        if marks.len() < 2 {
            return (None, undated);
        }
        marks.sort_by_key(|(order, mark)| (*order, mark.day));
        let marks: Vec<_> = marks.into_iter().map(|(_, mark)| mark).collect();
        (Some(svg::timeline("Statements over time", &marks)), undated)
    }

    fn stances(&self, issue: &str, stances: &[(String, Position)]) -> Vec<StancePage> {
        stances
            .iter()
            .map(|(party, position)| {
                let cell = self.brief.matrix.cell(party, issue);
                StancePage {
                    party: self.party(party),
                    key: position.key(),
                    word: position.word(),
                    options: cell.map(|cell| list_words(&cell.options)).unwrap_or_default(),
                    href: cell.and_then(|cell| cell.statements.first()).and_then(|id| self.href(id)),
                }
            })
            .collect()
    }

    fn ground(&self) -> GroundPage {
        let matrix = &self.brief.matrix;
        let ground = common_ground(matrix);
        let row = |option: &OptionGround| {
            let issue = matrix.issues.iter().find(|issue| issue.id == option.issue);
            let silent: Vec<String> = option.silent.iter().map(|id| self.party(id)).collect();
            GroundRow {
                title: self.issue(&option.issue),
                option: option.option.clone().unwrap_or_else(|| "option not stated".into()),
                stated: option.option.is_some(),
                status_quo: option.option.is_some()
                    && issue.is_some_and(|issue| issue.status_quo == option.option),
                taken_by: self.stances(&option.issue, &option.taken_by),
                refused_by: self.stances(&option.issue, &option.refused_by),
                silent: list_words(&silent),
            }
        };
        GroundPage {
            nobody_rejects: ground.nobody_rejects.iter().map(row).collect(),
            somebody_rejects: ground.somebody_rejects.iter().map(row).collect(),
            apart: ground
                .apart
                .iter()
                .map(|issue| {
                    let stances: Vec<(String, Position)> = matrix
                        .cells
                        .iter()
                        .filter(|cell| {
                            cell.issue == *issue && cell.position.is_for() && !cell.options.is_empty()
                        })
                        .map(|cell| (cell.party.clone(), cell.position))
                        .collect();
                    ApartPage { title: self.issue(issue), stances: self.stances(issue, &stances) }
                })
                .collect(),
            not_determined: ground.not_determined.iter().map(|issue| self.issue(issue)).collect(),
        }
    }

    fn outcome(
        &self,
        code: &str,
        details: &BTreeMap<String, OutcomeDetail>,
        status_quo: Option<&str>,
        letter: String,
    ) -> OutcomePage {
        let detail = details.get(code);
        let is_status_quo = status_quo == Some(code);
        let note = match detail {
            _ if is_status_quo => "The status quo.".to_owned(),
            None => "Differences from the status quo: not determined.".to_owned(),
            Some(detail) if detail.differs.is_empty() => "No difference from the status quo.".to_owned(),
            Some(_) => String::new(),
        };
        let blank = OutcomeDetail::default();
        let detail = detail.unwrap_or(&blank);
        OutcomePage {
            letter,
            code: code.to_owned(),
            name: String::new(),
            differs: detail
                .differs
                .iter()
                .map(|difference| DifferencePage {
                    title: difference.title.clone(),
                    to: difference.to.clone(),
                    from: difference.from.clone(),
                })
                .collect(),
            note,
            holds: detail.equilibrium_under.iter().map(|concept| concept_name(concept).to_owned()).collect(),
            untested: self.pairs(&detail.untested),
            asks: detail
                .asks
                .iter()
                .map(|ask| AskPage { party: self.party(&ask.party), what: ask.what.clone() })
                .collect(),
            needs: detail
                .needs
                .iter()
                .map(|need| {
                    let likes = match need.likes {
                        Some(true) => "which likes it at least as well as the status quo",
                        Some(false) => "which likes it less than the status quo",
                        None => "whose preference is not determined",
                    };
                    format!("needs {}, {likes}", self.party(&need.party))
                })
                .collect(),
            by_agreement: String::new(),
        }
    }

    /// "North on fees and patrols; South on fees".
    fn pairs(&self, pairs: &[NotOnRecord]) -> String {
        let told: Vec<String> = self
            .by_party(pairs)
            .into_iter()
            .map(|(party, issues)| format!("{party} on {}", list_words(&issues)))
            .collect();
        told.join("; ")
    }

    fn by_party(&self, pairs: &[NotOnRecord]) -> Vec<(String, Vec<String>)> {
        let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
        for pair in pairs {
            let issue = self.issue(&pair.issue);
            match groups.iter_mut().find(|(party, _)| *party == pair.party) {
                Some((_, issues)) => issues.push(issue),
                None => groups.push((&pair.party, vec![issue])),
            }
        }
        groups.into_iter().map(|(party, issues)| (self.party(party), issues)).collect()
    }

    fn run(&self, at: usize, scenario: &Scenario, deals: Option<&Deals>) -> RunPage {
        let id = format!("run-{}", at + 1);
        let title = scenario_title(scenario);
        let Some(deals) = deals else {
            return RunPage {
                id,
                title,
                point: String::new(),
                note: scenario.note.clone(),
                consenting: String::new(),
                not_on_record: Vec::new(),
                not_on_record_count: 0,
                verdict: "What could be agreed here is not determined.".into(),
                rests_on: String::new(),
                list_title: "",
                list: Vec::new(),
                list_more: String::new(),
                picks: Vec::new(),
                packages: Vec::new(),
                picture: None,
                frontier: None,
                picture_key: Vec::new(),
                not_determined: scenario.not_determined.clone(),
            };
        };
        let status_quo = deals.status_quo.as_deref();
        // The outcomes shown by letter: what is on the table first, then the picks.
        let mut shown: Vec<(&str, String)> = Vec::new();
        for package in deals.packages.iter().filter(|package| package.infeasible.is_none()) {
            match shown.iter_mut().find(|(code, _)| *code == package.package) {
                Some((_, names)) => *names = format!("{names}; {}", package_title(package)),
                None => shown.push((&package.package, package_title(package))),
            }
        }
        for pick in &deals.picks {
            for code in &pick.outcomes {
                let name = sentences::rule_name(&pick.rule).to_owned();
                match shown.iter_mut().find(|(known, _)| known == code) {
                    Some((_, names)) if names.contains(&name) => {}
                    Some((_, names)) => *names = format!("{names}; {name}"),
                    None => shown.push((code, name)),
                }
            }
        }
        let letter_of =
            |code: &str| shown.iter().position(|(known, _)| *known == code).map(letter).unwrap_or_default();
        let outcome = |code: &str| self.outcome(code, &deals.details, status_quo, letter_of(code));
        let (picture, picture_key) = self.ranks(deals, &shown);
        let frontier = deals.frontier.as_ref().map(|frontier| {
            let key: Vec<FrontierKey> = shown
                .iter()
                .map(|(code, name)| FrontierKey {
                    letter: letter_of(code),
                    outcome: (*code).to_owned(),
                    name: name.clone(),
                })
                .collect();
            svg::frontier("Where the frontier lies", frontier, &key, false)
        });
        let (list_title, list) = if deals.efficient_deals.count > 0 {
            ("Efficient deals", &deals.efficient_deals)
        } else {
            ("Acceptable packages", &deals.acceptable)
        };
        let consenting: Vec<&str> =
            deals.parties.iter().filter(|party| party.consents).map(|party| party.name.as_str()).collect();
        RunPage {
            id,
            title,
            point: sentences::disagreement(deals),
            note: scenario.note.clone(),
            consenting: if consenting.is_empty() { "nobody".into() } else { list_words(&consenting) },
            not_on_record: self
                .by_party(&deals.not_on_record)
                .into_iter()
                .map(|(party, issues)| SilencePage { party, text: list_words(&issues) })
                .collect(),
            not_on_record_count: deals.not_on_record.len(),
            verdict: sentences::verdict(deals),
            rests_on: rests_on(deals.rests_on),
            list_title,
            list: list.listed.iter().map(|code| outcome(code)).collect(),
            list_more: more(list),
            picks: deals
                .picks
                .iter()
                .map(|pick| PickPage {
                    rule: sentences::rule_name(&pick.rule).to_owned(),
                    formula: pick.formula.clone(),
                    sentence: pick.sentence.clone(),
                    outcomes: pick.outcomes.iter().map(|code| outcome(code)).collect(),
                    tied: if pick.ties > 1 { sentences::ties(pick) } else { String::new() },
                    depths: sentences::worth(pick, &deals.parties),
                    left_out: list_words(
                        &pick.left_out.iter().map(|party| self.party(party)).collect::<Vec<_>>(),
                    ),
                })
                .collect(),
            packages: deals
                .packages
                .iter()
                .map(|package| PackagePage {
                    outcome: outcome(&package.package),
                    title: package_title(package),
                    accepted: package.not_accepted_by.is_empty() && package.infeasible.is_none(),
                    against: list_words(
                        &package
                            .not_accepted_by
                            .iter()
                            .map(|reason| self.party(&reason.party))
                            .collect::<Vec<_>>(),
                    ),
                    infeasible: package.infeasible.clone(),
                    rests_on: rests_on(package.rests_on),
                    refusals: package
                        .not_accepted_by
                        .iter()
                        .map(|reason| RefusalPage {
                            text: sentences::not_accepted(reason, &deals.parties),
                            because: reason.because.iter().map(|id| self.link(id)).collect(),
                        })
                        .collect(),
                })
                .collect(),
            picture,
            frontier,
            picture_key,
            not_determined: Vec::new(),
        }
    }

    fn ranks(&self, deals: &Deals, shown: &[(&str, String)]) -> (Option<String>, Vec<PictureKey>) {
        let known: Vec<(usize, &str, &OutcomeDetail)> = shown
            .iter()
            .enumerate()
            .filter_map(|(at, (code, _))| Some((at, *code, deals.details.get(*code)?)))
            .filter(|(_, _, detail)| !detail.ranks.is_empty())
            .collect();
        if known.is_empty() {
            return (None, Vec::new());
        }
        let rows: Vec<svg::RankRow> = deals
            .parties
            .iter()
            .filter_map(|party| {
                let marks: Vec<(String, u64)> = known
                    .iter()
                    .filter_map(|(at, _, detail)| Some((letter(*at), *detail.ranks.get(&party.id)?)))
                    .collect();
                let without_deal = deals
                    .disagreement
                    .iter()
                    .find(|point| point.party == party.id)
                    .and_then(|point| point.rank);
                (!marks.is_empty()).then(|| svg::RankRow { party: party.name.clone(), marks, without_deal })
            })
            .collect();
        let key = known
            .iter()
            .map(|(at, code, _)| PictureKey {
                letter: letter(*at),
                code: (*code).to_owned(),
                name: shown[*at].1.clone(),
            })
            .collect();
        (
            Some(svg::ranks(
                "Who prefers what",
                &rows,
                u64::try_from(deals.outcomes.feasible).unwrap_or(u64::MAX),
            )),
            key,
        )
    }

    fn hold(&self, at: usize, scenario: &Scenario) -> HoldPage {
        let blank = Stability::default();
        let stability = scenario.stability.as_ref().unwrap_or(&blank);
        let status_quo = stability.status_quo.as_deref();
        let computed: Vec<_> = stability
            .concepts
            .iter()
            .filter_map(|concept| Some((concept, concept.equilibria.as_ref()?)))
            .collect();
        // Every outcome that is listed under some concept, those that hold under most concepts first.
        let mut codes: Vec<&str> = Vec::new();
        for (_, equilibria) in &computed {
            for code in &equilibria.listed {
                if !codes.contains(&code.as_str()) {
                    codes.push(code);
                }
            }
        }
        let holds = |code: &str| -> Vec<bool> {
            computed
                .iter()
                .map(|(concept, equilibria)| {
                    equilibria.listed.iter().any(|listed| listed == code)
                        || stability
                            .details
                            .get(code)
                            .is_some_and(|detail| detail.equilibrium_under.contains(&concept.concept))
                })
                .collect()
        };
        let mut rows: Vec<(&str, Vec<bool>)> = codes.into_iter().map(|code| (code, holds(code))).collect();
        rows.sort_by_key(|(_, holds)| std::cmp::Reverse(holds.iter().filter(|holds| **holds).count()));
        let all = rows.len();
        rows.truncate(24);
        let truncated = all > rows.len() || computed.iter().any(|(_, equilibria)| equilibria.truncated);
        let columns: Vec<String> =
            computed.iter().map(|(concept, _)| concept_name(&concept.concept).to_owned()).collect();
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let marks: Vec<(String, Vec<bool>)> =
            rows.iter().enumerate().map(|(at, (_, holds))| (letter(at), holds.clone())).collect();
        let picture =
            (marks.len() > 1).then(|| svg::concept_dots("Which concepts hold where", &names, &marks));
        HoldPage {
            id: format!("hold-{}", at + 1),
            title: scenario_title(scenario),
            counts: if scenario.stability.is_some() {
                let settings = if stability.settings > 1 {
                    format!(
                        " Issues that nobody moves alone have {}; outcomes are compared within one setting of \
                         them, and the counts cover all.",
                        count_words(stability.settings, "setting", "settings")
                    )
                } else {
                    String::new()
                };
                format!(
                    "{}, {} of them feasible.{settings}",
                    count_words(stability.outcomes.all, "outcome", "outcomes"),
                    thousands(stability.outcomes.feasible)
                )
            } else {
                "What would hold here is not determined.".into()
            },
            rests_on: rests_on(stability.rests_on),
            concepts: stability
                .concepts
                .iter()
                .map(|concept| ConceptPage {
                    name: concept_name(&concept.concept).to_owned(),
                    sentence: concept_sentence(&concept.concept),
                    computed: concept.computed,
                    reason: concept.reason.clone().unwrap_or_default(),
                    equilibria: concept
                        .equilibria
                        .as_ref()
                        .map_or_else(|| "–".into(), |list| thousands(list.count)),
                    stable: stability
                        .parties
                        .iter()
                        .map(|party| {
                            let count = concept.stable.as_ref().and_then(|stable| stable.get(&party.id));
                            count.map_or_else(|| "–".into(), |count| thousands(*count))
                        })
                        .collect(),
                })
                .collect(),
            parties: stability.parties.iter().map(|party| party.name.clone()).collect(),
            picture,
            outcomes: rows
                .iter()
                .enumerate()
                .map(|(at, (code, _))| {
                    let mut page = self.outcome(code, &stability.details, status_quo, letter(at));
                    if let Some(needs) = stability.by_agreement.get(*code) {
                        let needs: Vec<String> = needs.iter().map(|change| change.words()).collect();
                        page.by_agreement = needs.join("; ");
                    }
                    page
                })
                .collect(),
            columns,
            dots: rows.into_iter().map(|(_, holds)| holds).collect(),
            more: if truncated {
                "Not every equilibrium is listed; the counts above cover all of them.".into()
            } else {
                String::new()
            },
            explanations: scenario
                .explanations
                .iter()
                .map(|explanation| {
                    let details = if explanation.details.is_empty() {
                        &stability.details
                    } else {
                        &explanation.details
                    };
                    ExplanationPage {
                        outcome: self.outcome(&explanation.outcome, details, status_quo, String::new()),
                        title: explanation.title.clone().unwrap_or_default(),
                        rows: sentences::explanation_told(explanation)
                            .into_iter()
                            .map(|told| ExplainedPage { stable: told.stable, text: told.text })
                            .collect(),
                    }
                })
                .collect(),
            not_determined: if scenario.stability.is_some() {
                Vec::new()
            } else {
                scenario.not_determined.clone()
            },
        }
    }

    fn sure(&self, scenario: &Scenario) -> SurePage {
        let blank = crate::view::Robustness::default();
        let robustness = scenario.robustness.as_ref().unwrap_or(&blank);
        SurePage {
            title: scenario_title(scenario),
            swaps: match (&scenario.robustness, robustness.swaps) {
                (None, _) => "How far the conclusions hold here is not determined.".into(),
                (_, 0) => "No party has two adjacent priorities to exchange.".into(),
                (_, swaps) => format!(
                    "{} tried: every two adjacent priorities of every party exchanged, one pair at a time.",
                    count_words(swaps, "exchange", "exchanges")
                ),
            },
            left_out: robustness.left_out.clone(),
            not_determined: scenario.not_determined.clone(),
            conclusions: robustness
                .conclusions
                .iter()
                .map(|conclusion| {
                    let shown = 3;
                    let hidden = conclusion.overturned_by.len().saturating_sub(shown);
                    ConclusionPage {
                        text: conclusion.text.clone(),
                        survives: conclusion.survives,
                        overturned_by: conclusion
                            .overturned_by
                            .iter()
                            .take(shown)
                            .map(|swap| sentences::swap(swap, &self.brief.matrix.parties))
                            .collect(),
                        more: if hidden == 0 { String::new() } else { format!("and {hidden} more") },
                        rests_on: rests_on(conclusion.rests_on),
                    }
                })
                .collect(),
            unknowns: robustness.unknowns.clone(),
            questions: robustness.questions.clone(),
        }
    }

    fn formula(&self, preference: &Preference) -> FormulaPage {
        FormulaPage {
            that: preference.that.clone(),
            basis: preference.basis.word(),
            note: preference.note.clone(),
            because: preference.because.iter().map(|id| self.link(id)).collect(),
        }
    }

    /// The preferences of every scenario; what a later one takes over from the first is named, not repeated.
    fn preferences(&self) -> Vec<PreferencePage> {
        let mut scenarios =
            self.brief.scenarios.iter().filter(|scenario| !scenario.preferences.is_empty()).peekable();
        let first = scenarios.peek().copied();
        scenarios
            .map(|scenario| {
                let known = first.filter(|first| !std::ptr::eq(*first, scenario));
                let taken_over =
                    |list: &PreferenceList| known.is_some_and(|first| first.preferences.contains(list));
                let same: Vec<String> = scenario
                    .preferences
                    .iter()
                    .filter(|list| taken_over(list))
                    .map(|list| self.party(&list.party))
                    .collect();
                PreferencePage {
                    title: scenario_title(scenario),
                    same: match known {
                        Some(first) if !same.is_empty() => format!(
                            "As under “{}”: what is written down of {}.",
                            scenario_title(first),
                            list_words(&same)
                        ),
                        _ => String::new(),
                    },
                    parties: scenario
                        .preferences
                        .iter()
                        .filter(|list| !taken_over(list))
                        .map(|list| PartyPreferencesPage {
                            party: self.party(&list.party),
                            red_lines: list.red_lines.iter().map(|line| self.formula(line)).collect(),
                            preferences: list.preferences.iter().map(|line| self.formula(line)).collect(),
                        })
                        .collect(),
                }
            })
            .collect()
    }

    fn statement(&self, statement: &Statement) -> StatementPage {
        let mut facts = Vec::new();
        facts.extend(statement.date.as_deref().map(date_words));
        facts.extend(statement.channel.clone());
        if !statement.chain.is_empty() {
            facts.push(format!("reported by {}", statement.chain.join(" → ")));
        }
        facts.extend(statement.setting.clone());
        facts.extend(statement.place.clone());
        if !statement.reader.is_empty() {
            facts.push(format!("read by {}", statement.reader));
        }
        match &statement.same[..] {
            [] => {}
            [first] if first.first => facts.push(format!("first reported in {}", first.title)),
            others => facts.push(format!(
                "also in {}",
                count_words(others.len() as u64, "other report", "other reports")
            )),
        }
        if let Some(author) = &statement.author {
            facts.push(format!("{} by {author}", statement.status.word()));
        }
        let fragments = if statement.context.fragments.is_empty() {
            vec![FragmentPage { kind: "content", text: statement.words.clone() }]
        } else {
            statement
                .context
                .fragments
                .iter()
                .map(|fragment| FragmentPage {
                    kind: match fragment.kind {
                        FragmentKind::Plain => "plain",
                        FragmentKind::Speaker => "speaker",
                        FragmentKind::Cue => "cue",
                        FragmentKind::Content => "content",
                    },
                    text: fragment.text.clone(),
                })
                .collect()
        };
        let issues = &self.brief.matrix.issues;
        StatementPage {
            anchor: anchor("s", &statement.id),
            id: statement.id.clone(),
            fragments,
            cut_before: statement.context.cut_before,
            cut_after: statement.context.cut_after,
            speaker: self.speaker(statement),
            act: statement.act.clone().unwrap_or_else(|| "act not determined".into()),
            status: statement.status.word(),
            proposed: statement.status == StatementStatus::Proposed,
            facts,
            about: statement
                .about
                .iter()
                .map(|id| Link {
                    text: self.issue(id),
                    href: issues
                        .iter()
                        .any(|issue| issue.id == *id)
                        .then(|| format!("#{}", anchor("issue", id))),
                })
                .collect(),
            contests: statement.contests.as_deref().map(|id| self.link(id)),
            contested_by: self
                .contested
                .get(statement.id.as_str())
                .map(|denials| denials.iter().map(|denial| self.link(&denial.id)).collect())
                .unwrap_or_default(),
            orphan: statement.orphan,
            negated: statement.negated,
        }
    }

    fn sources(&self) -> Vec<SourcePage> {
        let mut pages: Vec<SourcePage> = self
            .brief
            .sources
            .iter()
            .map(|source| {
                let mut facts = Vec::new();
                facts.push(source.publisher.clone().unwrap_or_else(|| "publisher not known".into()));
                facts.push(source.date.as_deref().map_or_else(|| "date not known".into(), date_words));
                facts.extend(source.grade.as_ref().map(|grade| format!("grade {grade}")));
                facts.extend(source.translated.as_ref().map(|how| format!("translated: {how}")));
                facts.extend(source.setting.clone());
                facts.push(count_words(source.statements, "statement", "statements"));
                SourcePage {
                    id: anchor("source", &source.id),
                    title: source.title.clone(),
                    address: source.address.clone().filter(|address| linkable(address)),
                    address_text: source.address.clone(),
                    facts,
                    hash: source.hash.clone(),
                    statements: self
                        .brief
                        .statements
                        .iter()
                        .filter(|statement| statement.source == source.id)
                        .map(|statement| self.statement(statement))
                        .collect(),
                }
            })
            .collect();
        let lost: Vec<StatementPage> = self
            .brief
            .statements
            .iter()
            .filter(|statement| !self.brief.sources.iter().any(|source| source.id == statement.source))
            .map(|statement| self.statement(statement))
            .collect();
        if !lost.is_empty() {
            pages.push(SourcePage {
                id: "source-none".into(),
                title: "Source not shown".into(),
                address: None,
                address_text: None,
                facts: vec![count_words(lost.len() as u64, "statement", "statements")],
                hash: String::new(),
                statements: lost,
            });
        }
        pages
    }
}

/// Days since 1 March of year 0 in the Gregorian calendar, or nothing when `date` is no `YYYY-MM-DD`.
fn day_number(date: &str) -> Option<i64> {
    let mut parts = date.get(..10)?.split('-');
    let year: i64 = parts.next()?.parse().ok()?;
    let month: i64 = parts.next()?.parse().ok()?;
    let day: i64 = parts.next()?.parse().ok()?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month < 3 { year - 1 } else { year };
    let month = (month + 9) % 12;
    Some(
        365 * year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (153 * month + 2) / 5
            + day,
    )
}

fn scenario_title(scenario: &Scenario) -> String {
    if !scenario.title.is_empty() {
        scenario.title.clone()
    } else if scenario.name.is_empty() {
        "The case as written".into()
    } else {
        scenario.name.clone()
    }
}

fn package_title(package: &crate::view::Package) -> String {
    if package.title.is_empty() { package.name.clone() } else { package.title.clone() }
}

fn rests_on(rests_on: RestsOn) -> String {
    if rests_on.is_empty() { String::new() } else { format!("exact, given {}", rests_on.words()) }
}

fn more(list: &OutcomeList) -> String {
    if list.truncated {
        format!("{} in all, the first {} listed", thousands(list.count), list.listed.len())
    } else {
        String::new()
    }
}

fn compare(runs: &[RunPage], brief: &Brief) -> Vec<CompareRow> {
    let pairs: Vec<(&Scenario, Option<&Deals>)> = runs_of(brief);
    if pairs.is_empty() {
        return Vec::new();
    }
    let of = |label: &str, cell: &dyn Fn(&Deals) -> String| CompareRow {
        label: label.to_owned(),
        cells: pairs
            .iter()
            .map(|(_, deals)| deals.map_or_else(|| "not determined".to_owned(), cell))
            .collect(),
    };
    let mut rows = vec![
        CompareRow {
            label: "Must consent".into(),
            cells: runs.iter().map(|run| run.consenting.clone()).collect(),
        },
        of("Without a deal", &sentences::disagreement),
        of("Acceptable packages", &|deals| thousands(deals.acceptable.count)),
        of("… that someone strictly prefers", &|deals| {
            if deals.deal_exists { thousands(deals.gains.count.max(1)) } else { "none".into() }
        }),
        of("Efficient deals", &|deals| match deals.efficient_deals.not_computed {
            true => "not worked out".to_owned(),
            false => thousands(deals.efficient_deals.count),
        }),
        of("Deals that hold under SEQ", &|deals| {
            deals.holding.get("seq").map_or_else(|| "not determined".into(), |count| thousands(*count))
        }),
    ];
    let mut names: Vec<(&str, String)> = Vec::new();
    for (_, deals) in &pairs {
        for package in deals.iter().flat_map(|deals| &deals.packages) {
            if !names.iter().any(|(name, _)| *name == package.name) {
                names.push((&package.name, package_title(package)));
            }
        }
    }
    for (name, title) in names {
        rows.push(of(&title, &|deals| {
            let Some(package) = deals.packages.iter().find(|package| package.name == name) else {
                return "not on the table".into();
            };
            if package.infeasible.is_some() {
                return "excluded by a constraint".into();
            }
            let against: Vec<&str> = package
                .not_accepted_by
                .iter()
                .map(|reason| sentences::party_name(&deals.parties, &reason.party))
                .collect();
            if against.is_empty() {
                "accepted by all who must consent".into()
            } else {
                format!("not accepted by {}", list_words(&against))
            }
        }));
    }
    rows.push(of("Not on record", &|deals| count_words(deals.not_on_record.len() as u64, "pair", "pairs")));
    rows.push(of("Exact, given", &|deals| deals.rests_on.words()));
    rows
}

fn runs_of(brief: &Brief) -> Vec<(&Scenario, Option<&Deals>)> {
    brief
        .scenarios
        .iter()
        .flat_map(|scenario| {
            let deals: Vec<Option<&Deals>> = if scenario.deals.is_empty() {
                vec![None]
            } else {
                scenario.deals.iter().map(Some).collect()
            };
            deals.into_iter().map(move |deals| (scenario, deals))
        })
        .collect()
}

impl Page {
    fn new(brief: &Brief, statements: Option<&str>) -> Self {
        let reader = Reader::new(brief, statements);
        let mut as_of = brief.as_of.as_deref().map_or_else(|| "date not set".to_owned(), date_words);
        if let Some(time) = &brief.matrix.known_at {
            as_of.push_str(&format!(", as known at {time}"));
        }
        let audience =
            if brief.audience.is_empty() { "not named".to_owned() } else { brief.audience.clone() };
        let runs: Vec<RunPage> = runs_of(brief)
            .into_iter()
            .enumerate()
            .map(|(at, (scenario, deals))| reader.run(at, scenario, deals))
            .collect();
        let ground = reader.ground();
        let compare = compare(&runs, brief);
        let proposed_count =
            brief.statements.iter().filter(|statement| statement.status == StatementStatus::Proposed).count();
        let matrix = reader.matrix();
        let facts = facts(brief, &matrix, &ground);
        Self {
            css: css(),
            running_left: css_string(&brief.title),
            running_right: css_string(&format!("For: {audience}   ·   as of {as_of}")),
            document_title: format!("{} – brief as of {as_of}, for {audience}", brief.title),
            title: brief.title.clone(),
            as_of,
            audience,
            summary: brief.summary.clone(),
            version: brief.version.clone(),
            caveat: brief.matrix.caveat.clone(),
            facts,
            shapes: Position::ALL
                .into_iter()
                .map(|position| Shape {
                    key: position.key(),
                    word: position.word(),
                    meaning: meaning(position),
                    shape: svg::position_shape(position),
                })
                .collect(),
            sections: SECTIONS
                .into_iter()
                .chain(brief.drafts.as_ref().map(|_| Section {
                    number: "7",
                    id: "drafts",
                    title: "The drafts",
                }))
                .collect(),
            matrix,
            ground,
            compare,
            unlock: brief.unlock.clone(),
            holds: brief
                .scenarios
                .iter()
                .enumerate()
                .map(|(at, scenario)| reader.hold(at, scenario))
                .collect(),
            sure: brief.scenarios.iter().map(|scenario| reader.sure(scenario)).collect(),
            drafts: brief.drafts.as_ref().map(|view| {
                let links = brief
                    .statements
                    .iter()
                    .map(|statement| (statement.id.clone(), format!("#{}", anchor("s", &statement.id))));
                drafts::DraftsPart::new(view, links.collect())
            }),
            preferences: reader.preferences(),
            sources: reader.sources(),
            not_read: brief.not_read.clone(),
            left_out: brief.left_out.clone(),
            receipt: brief.receipt.clone(),
            statement_count: count_words(brief.statements.len() as u64, "statement", "statements"),
            proposed_count,
            runs,
        }
    }
}

/// The few sentences at the top, each with the section it comes from.
fn facts(brief: &Brief, matrix: &MatrixPage, ground: &GroundPage) -> Vec<Fact> {
    let mut facts = vec![Fact { label: "On record".into(), text: matrix.intro.clone(), href: "#stand" }];
    facts.push(Fact {
        label: "Common ground".into(),
        text: format!(
            "{} that somebody takes and nobody rejects; {} that somebody rejects or is reserved on; on {} nothing is determined.",
            capitalised(&count_words(ground.nobody_rejects.len() as u64, "option", "options")),
            ground.somebody_rejects.len(),
            count_words(ground.not_determined.len() as u64, "issue", "issues"),
        ),
        href: "#ground",
    });
    for (scenario, deals) in runs_of(brief) {
        let (title, several) = (scenario_title(scenario), scenario.deals.len() > 1);
        let label = match deals {
            Some(deals) if several => format!("{title}, against {}", sentences::disagreement(deals)),
            _ => title,
        };
        let text = match deals {
            Some(deals) => {
                let basis = rests_on(deals.rests_on);
                let basis = if basis.is_empty() { String::new() } else { format!(" ({basis})") };
                format!("{}{basis}", sentences::verdict(deals))
            }
            None => "What could be agreed is not determined.".into(),
        };
        facts.push(Fact { label, text, href: "#agree" });
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_identifiers_never_share_an_anchor() {
        assert_eq!(anchor("s", "m2c7"), "s-m2c7");
        assert_ne!(anchor("s", "a b"), anchor("s", "a_b"));
        assert_ne!(anchor("s", "a_20_b"), anchor("s", "a b"));
        assert!(!anchor("s", "\"><script>").contains(['"', '<', '>']));
    }

    #[test]
    fn a_css_string_cannot_be_left() {
        let string = css_string("a\"; } </style><script>\n");
        assert!(!string[1..string.len() - 1].contains(['"', '<', '>', ';', '}', '\n']), "{string}");
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert!(linkable("https://example.org/a"));
        assert!(linkable("HTTP://example.org"));
        for bad in ["javascript:alert(1)", "data:text/html,x", "//example.org", "https://a b", "ftp://x", ""]
        {
            assert!(!linkable(bad), "{bad}");
        }
    }

    #[test]
    fn days_follow_the_calendar() {
        let day = |date| day_number(date).expect("a date");
        assert_eq!(day("2024-03-01") - day("2024-02-28"), 2);
        assert_eq!(day("2025-03-01") - day("2025-02-28"), 1);
        assert_eq!(day("2000-01-01") - day("1900-01-01"), 36_524);
        assert_eq!(day_number("not a date"), None);
        assert_eq!(day_number("2025-11"), None);
    }
}
