//! Tables and sentences for a terminal.
//!
//! Everything fits the given width, reads the same without colour, and no symbol or colour is ever the
//! only sign. Text from cases and reports cannot steer the terminal.

mod drafts;
mod frontier;
mod reading;
mod record;

pub use drafts::{
    draft_alignments, draft_assessments, draft_brackets, draft_cleaned, draft_columns, draft_diff,
    draft_list, draft_register, draft_text,
};
pub use frontier::frontier;
pub use record::{cell_history, matrix_changes, network, queue, search, timeline};

pub use reading::{actors, coverage};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::sentences;
use crate::text::{count_words, list_words, printable, thousands};
use crate::view::{
    Cell as PositionCell, Check, Deals, Explanation, Matrix, OutcomeDetail, OutcomeList, Position, RestsOn,
    Severity, Stability, Statements, concept_name, concept_order,
};

/// How to write: the caller knows the terminal and `NO_COLOR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns to use; less than 40 counts as 40.
    pub width: usize,
    /// Whether to colour.
    pub color: bool,
}

impl Default for Style {
    /// 80 columns, no colour.
    fn default() -> Self {
        Self { width: 80, color: false }
    }
}

impl Style {
    fn columns(self) -> usize {
        self.width.max(40)
    }

    fn paint(self, paint: Paint, text: &str) -> String {
        let code = match paint {
            Paint::None => "",
            Paint::Bold => "1",
            Paint::Dim => "2",
            Paint::Blue => "34",
            Paint::Yellow => "33",
            Paint::Red => "31",
            Paint::Magenta => "35",
        };
        if self.color && !code.is_empty() && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn heading(self, out: &mut String, text: &str) {
        if !out.is_empty() {
            out.push('\n');
        }
        for line in wrap(&printable(text), self.columns()) {
            out.push_str(&self.paint(Paint::Bold, &line));
            out.push('\n');
        }
    }

    fn paragraph(self, out: &mut String, indent: usize, text: &str) {
        let indent = indent.min(8);
        for line in wrap(&printable(text), self.columns() - indent) {
            out.push_str(&" ".repeat(indent));
            out.push_str(&line);
            out.push('\n');
        }
    }

    /// A list item: the first line behind a dash, the others below its text.
    fn item(self, out: &mut String, indent: usize, text: &str) {
        let indent = indent.min(8);
        for (at, line) in wrap(&printable(text), self.columns() - indent - 2).iter().enumerate() {
            out.push_str(&" ".repeat(indent));
            out.push_str(if at == 0 { "- " } else { "  " });
            out.push_str(line);
            out.push('\n');
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Paint {
    None,
    Bold,
    Dim,
    Blue,
    Yellow,
    Red,
    Magenta,
}

/// Text on one line that cannot steer the terminal.
#[must_use]
pub fn plain(text: &str) -> String {
    printable(text)
}

/// Breaks `text` at white space into lines of at most `width` columns; longer words are cut between
/// grapheme clusters. There is always at least one line. Linear in the text.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let wide = word.width();
        if used > 0 && used + 1 + wide > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        if wide <= width {
            line.push_str(word);
            used += wide;
            continue;
        }
        for cluster in word.graphemes(true) {
            let wide = cluster.width();
            if used > 0 && used + wide > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(cluster);
            used += wide;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[derive(Clone)]
struct Cell {
    lines: Vec<String>,
    paint: Paint,
}

impl Cell {
    fn new(text: &str) -> Self {
        Self { lines: vec![printable(text)], paint: Paint::None }
    }

    fn of(lines: Vec<String>, paint: Paint) -> Self {
        Self { lines: lines.iter().map(|line| printable(line)).collect(), paint }
    }

    fn natural(&self) -> usize {
        self.lines.iter().map(|line| line.width()).max().unwrap_or(0)
    }
}

/// Lays out a table: natural widths where they fit, else the widest columns give way.
fn table(style: Style, header: &[String], rows: &[Vec<Cell>]) -> String {
    const GAP: usize = 2;
    let columns = header.len();
    let mut widths: Vec<usize> = header.iter().map(|text| printable(text).width().max(1)).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.natural());
        }
    }
    let room = style.columns().saturating_sub(GAP * columns.saturating_sub(1)).max(columns);
    // A column keeps its longest word whole while others can still give way.
    let whole: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column)).flat_map(|cell| &cell.lines);
            let words = cells.flat_map(|line| line.split_whitespace()).map(|word| word.width());
            let head = header[column].split_whitespace().map(|word| word.width());
            words.chain(head).max().unwrap_or(1).clamp(1, room / 2 + 1)
        })
        .collect();
    let mut floors = whole;
    if floors.iter().sum::<usize>() > room {
        floors = vec![1; columns];
    }
    // The widest columns are levelled down together until the table fits.
    while widths.iter().sum::<usize>() > room {
        let can_give = |column: usize, widths: &[usize]| widths[column] > floors[column];
        let Some(widest) = (0..columns).filter(|&at| can_give(at, &widths)).map(|at| widths[at]).max() else {
            break;
        };
        let level: Vec<usize> =
            (0..columns).filter(|&at| can_give(at, &widths) && widths[at] == widest).collect();
        let next = (0..columns)
            .filter(|&at| can_give(at, &widths) && widths[at] < widest)
            .map(|at| widths[at])
            .max()
            .unwrap_or(0);
        let excess = widths.iter().sum::<usize>() - room;
        let down = excess.div_ceil(level.len()).min(widest - next).max(1);
        for at in level {
            widths[at] = widths[at].saturating_sub(down).max(floors[at]);
        }
    }
    let mut out = String::new();
    let mut line_of = |cells: &[(Vec<String>, Paint)]| {
        let height = cells.iter().map(|(lines, _)| lines.len()).max().unwrap_or(0);
        for at in 0..height {
            let mut line = String::new();
            let mut pending = 0;
            for ((lines, paint), width) in cells.iter().zip(&widths) {
                let text = lines.get(at).map_or("", String::as_str);
                if !text.is_empty() {
                    line.push_str(&" ".repeat(pending));
                    pending = 0;
                    line.push_str(&style.paint(*paint, text));
                }
                pending += width.saturating_sub(text.width()) + GAP;
            }
            out.push_str(&line);
            out.push('\n');
        }
    };
    let head: Vec<(Vec<String>, Paint)> = header
        .iter()
        .zip(&widths)
        .map(|(text, width)| (wrap(&printable(text), *width), Paint::Bold))
        .collect();
    line_of(&head);
    let rule: Vec<(Vec<String>, Paint)> =
        widths.iter().map(|width| (vec!["─".repeat(*width)], Paint::Dim)).collect();
    line_of(&rule);
    for row in rows {
        let cells: Vec<(Vec<String>, Paint)> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| {
                (cell.lines.iter().flat_map(|line| wrap(line, *width)).collect::<Vec<_>>(), cell.paint)
            })
            .collect();
        line_of(&cells);
    }
    out
}

pub(crate) fn symbol(position: Position) -> &'static str {
    match position {
        Position::Accepts => "●",
        Position::AcceptsIf => "◐",
        Position::Offers => "▸",
        Position::WillDiscuss => "…",
        Position::Demands => "■",
        Position::Reserved => "△",
        Position::Rejects => "✗",
        Position::NoComment => "–",
        Position::NoRecord => "·",
    }
}

fn position_paint(position: Position) -> Paint {
    match position {
        Position::Accepts | Position::AcceptsIf | Position::Offers => Paint::Blue,
        Position::Demands => Paint::Yellow,
        Position::Reserved | Position::Rejects => Paint::Red,
        Position::WillDiscuss => Paint::Magenta,
        Position::NoComment | Position::NoRecord => Paint::Dim,
    }
}

fn position_cell(cell: Option<&PositionCell>) -> Cell {
    let Some(cell) = cell else {
        return Cell::of(vec![format!("{} no record", symbol(Position::NoRecord))], Paint::Dim);
    };
    let mut lines = vec![format!("{} {}", symbol(cell.position), cell.position.word())];
    if !cell.options.is_empty() {
        lines.push(list_words(&cell.options));
    } else if cell.position.is_for() || cell.position.is_against() {
        lines.push("option not stated".into());
    }
    lines.extend(cell.condition.as_ref().map(|condition| format!("if {}", sentences::quoted(condition))));
    if cell.contradiction {
        lines.push("(contradiction)".into());
    }
    if cell.contested {
        lines.push("(contested)".into());
    }
    if !cell.statements.is_empty() {
        lines.push(format!("[{}]", cell.statements.join(" ")));
    }
    for beside in &cell.beside {
        lines.push(format!("beside: {} [{}]", beside.kind.word(), beside.statement));
    }
    if cell.beside_more > 0 {
        lines.push(format!("beside: {} more", cell.beside_more));
    }
    Cell::of(lines, position_paint(cell.position))
}

/// The matrix of positions; parties that do not fit side by side go into further tables.
#[must_use]
pub fn matrix(matrix: &Matrix, style: Style) -> String {
    let mut out = String::new();
    let as_of = matrix.as_of.as_deref().unwrap_or("no date");
    let audience =
        if matrix.audience.is_empty() { String::new() } else { format!(", for {}", matrix.audience) };
    let known = matrix.known_at.as_deref().map_or_else(String::new, |time| format!(", as known at {time}"));
    style.heading(&mut out, &format!("Positions as of {as_of}{known}{audience}"));
    // Sixteen columns are enough for the longest position word and its symbol.
    let abreast = (style.columns().saturating_sub(20) / 18).max(1);
    let index: std::collections::BTreeMap<(&str, &str), &PositionCell> =
        matrix.cells.iter().map(|cell| ((cell.party.as_str(), cell.issue.as_str()), cell)).collect();
    for parties in matrix.parties.chunks(abreast) {
        out.push('\n');
        let mut header = vec!["Issue".to_owned()];
        header.extend(parties.iter().map(|party| {
            if party.consents { party.name.clone() } else { format!("{} (no veto)", party.name) }
        }));
        let rows: Vec<Vec<Cell>> =
            matrix
                .issues
                .iter()
                .map(|issue| {
                    let mut lines = vec![issue.title.clone()];
                    lines.extend(issue.status_quo.as_ref().map(|now| format!("now: {now}")));
                    let mut row = vec![Cell::of(lines, Paint::None)];
                    row.extend(parties.iter().map(|party| {
                        position_cell(index.get(&(party.id.as_str(), issue.id.as_str())).copied())
                    }));
                    row
                })
                .collect();
        out.push_str(&table(style, &header, &rows));
    }
    out.push('\n');
    style.paragraph(
        &mut out,
        0,
        &format!(
            "{} of {} on record, from {} in {}.",
            thousands(matrix.on_record()),
            count_words(
                (matrix.parties.len() as u64).saturating_mul(matrix.issues.len() as u64),
                "position",
                "positions"
            ),
            count_words(matrix.statements, "statement", "statements"),
            count_words(matrix.sources, "source", "sources"),
        ),
    );
    if let Some(caveat) = &matrix.caveat {
        style.paragraph(&mut out, 0, caveat);
    }
    not_read(&mut out, style, &matrix.not_read);
    out
}

fn not_read(out: &mut String, style: Style, names: &[String]) {
    if !names.is_empty() {
        style.paragraph(out, 0, &format!("Reports that nobody has read in yet: {}.", list_words(names)));
    }
}

fn differences(detail: Option<&OutcomeDetail>, is_status_quo: bool) -> Vec<String> {
    match detail {
        _ if is_status_quo => vec!["the status quo".into()],
        None => vec!["differences not determined".into()],
        Some(detail) if detail.differs.is_empty() => vec!["no difference from the status quo".into()],
        Some(detail) => detail.differs.iter().map(|difference| difference.words()).collect(),
    }
}

fn holds(detail: Option<&OutcomeDetail>) -> String {
    let under: Vec<&str> = detail
        .map(|detail| detail.equilibrium_under.iter().map(|concept| concept_name(concept)).collect())
        .unwrap_or_default();
    if under.is_empty() { "–".into() } else { under.join(", ") }
}

/// The outcomes of a list with what they change, or without a status quo what they are, and, where that
/// was worked out, under which concepts they hold.
fn outcome_table(style: Style, list: &OutcomeList, deals: &Deals, holding: bool) -> String {
    let status_quo = deals.status_quo.as_deref();
    let differs = if status_quo.is_some() { "Differences from the status quo" } else { "Options" };
    let mut header = vec!["Outcome".to_owned(), differs.to_owned()];
    header.extend(holding.then(|| "Holds under".to_owned()));
    let rows: Vec<Vec<Cell>> = list
        .listed
        .iter()
        .map(|code| {
            let detail = deals.details.get(code);
            let untested = detail.is_some_and(|detail| !detail.untested.is_empty());
            let mut lines = vec![code.clone()];
            if untested {
                lines.push("(untested)".into());
            }
            let mut row = vec![
                Cell::of(lines, Paint::Bold),
                Cell::of(differences(detail, status_quo == Some(code)), Paint::None),
            ];
            row.extend(holding.then(|| Cell::new(&holds(detail))));
            row
        })
        .collect();
    let mut out = table(style, &header, &rows);
    if list.truncated {
        style.paragraph(
            &mut out,
            0,
            &format!("{} in all, the first {} listed.", thousands(list.count), list.listed.len()),
        );
    }
    out
}

fn given(rests_on: RestsOn) -> String {
    if rests_on.is_empty() {
        "Exact, given the preferences written down.".into()
    } else {
        format!("Exact, given {}.", rests_on.words())
    }
}

/// What could be agreed: who is not on record first, then counts, picks, deals and packages.
#[must_use]
pub fn deals(deals: &Deals, style: Style) -> String {
    let mut out = String::new();
    let scenario = deals.scenario.as_ref().map(|name| format!(", scenario {name}")).unwrap_or_default();
    style.heading(&mut out, &format!("What could be agreed{scenario}"));
    let consenting: Vec<&str> =
        deals.parties.iter().filter(|party| party.consents).map(|party| party.name.as_str()).collect();
    let consenting = if consenting.is_empty() { "nobody".into() } else { list_words(&consenting) };
    style.paragraph(&mut out, 0, &format!("Must consent: {consenting}."));
    style.paragraph(&mut out, 0, &format!("Without a deal: {}.", sentences::disagreement(deals)));
    if !deals.not_on_record.is_empty() {
        style.heading(&mut out, "Not on record: what depends on these is untested");
        let mut seen: Vec<&str> = Vec::new();
        for pair in &deals.not_on_record {
            if seen.contains(&pair.party.as_str()) {
                continue;
            }
            seen.push(&pair.party);
            let issues: Vec<&str> = deals
                .not_on_record
                .iter()
                .filter(|other| other.party == pair.party)
                .map(|other| other.issue.as_str())
                .collect();
            let name = sentences::party_name(&deals.parties, &pair.party);
            style.item(&mut out, 0, &format!("{name}: {}", list_words(&issues)));
        }
    }
    style.heading(&mut out, "Counts");
    for (label, list) in [
        ("acceptable to all who must consent", &deals.acceptable),
        ("… and better than no deal for one of them", &deals.gains),
        ("efficient", &deals.efficient),
        ("efficient and acceptable", &deals.efficient_deals),
    ] {
        let points = match list.points {
            Some(points) if u128::from(points) != list.count => {
                format!(", at {}", count_words(points, "point", "points"))
            }
            _ => String::new(),
        };
        let count = if list.not_computed { "not worked out".to_owned() } else { thousands(list.count) };
        style.item(&mut out, 0, &format!("{label}: {count}{points}"));
    }
    // A note says all there is to say where stability was not worked out.
    let holding = deals.holding_note.is_none();
    if holding && !deals.holding.is_empty() {
        let mut holding: Vec<(&String, &u128)> = deals.holding.iter().collect();
        holding.sort_by_key(|(concept, _)| concept_order(concept));
        let holding: Vec<String> = holding
            .into_iter()
            .map(|(concept, count)| format!("{} {}", concept_name(concept), thousands(*count)))
            .collect();
        style.item(&mut out, 0, &format!("deals that hold: {}", holding.join(", ")));
    }
    if let Some(note) = &deals.holding_note {
        style.paragraph(&mut out, 0, note);
    }
    if !deals.deal_exists {
        style.paragraph(
            &mut out,
            0,
            "No package is better than no deal for somebody and worse for nobody who must consent.",
        );
    }
    for pick in &deals.picks {
        style.heading(&mut out, &format!("{} picks", sentences::rule_name(&pick.rule)));
        for text in [&pick.sentence, &pick.formula] {
            if !text.is_empty() {
                style.paragraph(&mut out, 2, text);
            }
        }
        for code in &pick.outcomes {
            let detail = deals.details.get(code);
            style.item(&mut out, 0, code);
            for difference in differences(detail, deals.status_quo.as_ref() == Some(code)) {
                style.item(&mut out, 2, &difference);
            }
            for ask in detail.map(|detail| &detail.asks[..]).unwrap_or_default() {
                let name = sentences::party_name(&deals.parties, &ask.party);
                style.paragraph(&mut out, 2, &format!("asks of {name}: {}", ask.what.join("; ")));
            }
            if holding {
                style.paragraph(&mut out, 2, &format!("holds under: {}", holds(detail)));
            }
            if detail.is_some_and(|detail| !detail.untested.is_empty()) {
                style.paragraph(&mut out, 2, "untested: depends on pairs not on record");
            }
        }
        if pick.ties > 1 {
            style.paragraph(&mut out, 2, &sentences::ties(pick));
        }
        let each = sentences::worth(pick, &deals.parties);
        if !each.is_empty() {
            let each: Vec<String> = each.into_iter().map(|(name, worth)| format!("{name} {worth}")).collect();
            style.paragraph(&mut out, 2, &each.join(", "));
        }
        if !pick.left_out.is_empty() {
            let names: Vec<&str> =
                pick.left_out.iter().map(|party| sentences::party_name(&deals.parties, party)).collect();
            let text = format!("No deal gains anything for {}; left out of the formula.", list_words(&names));
            style.paragraph(&mut out, 2, &text);
        }
    }
    if !deals.packages.is_empty() {
        style.heading(&mut out, "Packages on the table");
        for package in &deals.packages {
            let title = if package.title.is_empty() { &package.name } else { &package.title };
            style.item(&mut out, 0, &format!("{title} ({})", package.package));
            if let Some(reason) = &package.infeasible {
                style.paragraph(&mut out, 2, &format!("excluded by a constraint: {reason}"));
                continue;
            }
            let detail = deals.details.get(&package.package);
            let status_quo = deals.status_quo.as_ref() == Some(&package.package);
            for difference in differences(detail, status_quo) {
                style.item(&mut out, 2, &difference);
            }
            if package.not_accepted_by.is_empty() {
                style.paragraph(&mut out, 2, "acceptable to all who must consent");
            }
            for reason in &package.not_accepted_by {
                let words = if reason.because.is_empty() {
                    "No words on record are cited.".to_owned()
                } else {
                    format!("On the words of {}.", reason.because.join(", "))
                };
                style.paragraph(
                    &mut out,
                    2,
                    &format!("{} {words}", sentences::not_accepted(reason, &deals.parties)),
                );
            }
        }
    }
    let (title, list) = if deals.efficient_deals.count > 0 {
        ("Efficient deals", &deals.efficient_deals)
    } else {
        ("Acceptable packages", &deals.acceptable)
    };
    if !list.listed.is_empty() {
        style.heading(&mut out, title);
        out.push_str(&outcome_table(style, list, deals, holding));
    }
    out.push('\n');
    style.paragraph(&mut out, 0, &given(deals.rests_on));
    out
}

/// The stable outcomes under each concept, with the listed equilibria in words.
#[must_use]
pub fn stability(stability: &Stability, style: Style) -> String {
    let mut out = String::new();
    let scenario = stability.scenario.as_ref().map(|name| format!(", scenario {name}")).unwrap_or_default();
    style.heading(&mut out, &format!("What would hold{scenario}"));
    style.paragraph(
        &mut out,
        0,
        &format!(
            "{}, {} feasible.",
            count_words(stability.outcomes.all, "outcome", "outcomes"),
            thousands(stability.outcomes.feasible)
        ),
    );
    if stability.method.is_some() {
        let how =
            "Too many for tables: worked out on decision diagrams, which give exact counts and no places.";
        style.paragraph(&mut out, 0, how);
    }
    if stability.settings > 1 {
        style.paragraph(
            &mut out,
            0,
            &format!(
                "Issues that nobody moves alone have {}; outcomes are compared within one of them, counts cover all.",
                count_words(stability.settings, "setting", "settings")
            ),
        );
    }
    out.push('\n');
    let mut header = vec!["Concept".to_owned(), "Equilibria".to_owned()];
    header.extend(stability.parties.iter().map(|party| format!("Stable for {}", party.name)));
    let rows: Vec<Vec<Cell>> = stability
        .concepts
        .iter()
        .map(|concept| {
            let mut row = vec![Cell::new(concept_name(&concept.concept))];
            match &concept.equilibria {
                Some(list) => row.push(Cell::of(vec![thousands(list.count)], Paint::Bold)),
                None => row.push(Cell::of(vec!["not computed".into()], Paint::Dim)),
            }
            row.extend(stability.parties.iter().map(|party| {
                let count = concept.stable.as_ref().and_then(|stable| stable.get(&party.id));
                Cell::new(&count.map_or_else(|| "–".into(), |count| thousands(*count)))
            }));
            row
        })
        .collect();
    out.push_str(&table(style, &header, &rows));
    for concept in stability.concepts.iter().filter(|concept| !concept.computed) {
        let reason = concept.reason.as_deref().unwrap_or("no reason given");
        style.paragraph(&mut out, 0, &format!("{} not computed: {reason}.", concept_name(&concept.concept)));
    }
    for concept in stability.concepts.iter().filter(|concept| !concept.asked.is_empty()) {
        let of = |wanted: bool| {
            let codes = concept.asked.iter().filter(|(_, stable)| **stable == wanted);
            let codes: Vec<&str> = codes.map(|(code, _)| code.as_str()).collect();
            if codes.is_empty() { "none".to_owned() } else { list_words(&codes) }
        };
        let name = concept_name(&concept.concept);
        let text =
            format!("{name} on the outcomes looked at: holds: {}; does not hold: {}.", of(true), of(false));
        style.paragraph(&mut out, 0, &text);
    }
    if let Some(filter) = &stability.filter {
        style.paragraph(&mut out, 0, &format!("Counted and listed: only outcomes in which {filter}."));
    }
    for concept in &stability.concepts {
        if let Some(summary) = &concept.summary {
            summarised(&mut out, style, stability, &concept.concept, summary);
        }
    }
    if let Some(reach) = &stability.reach {
        style.heading(&mut out, "From the status quo");
        for (way, counts) in [("moves", &reach.moves), ("improvements alone", &reach.improvements)] {
            let steps: Vec<String> = counts
                .iter()
                .enumerate()
                .skip(1)
                .map(|(step, count)| format!("{} after {step}", thousands(*count)))
                .collect();
            let total = counts.iter().sum::<u64>();
            let detail = if steps.is_empty() { String::new() } else { format!(" ({})", steps.join(", ")) };
            let words = count_words(total, "outcome", "outcomes");
            style.paragraph(
                &mut out,
                0,
                &format!("By {way} {words} can come about, itself included{detail}."),
            );
        }
    }
    let mut listed: Vec<String> = Vec::new();
    let mut truncated = false;
    for list in stability.concepts.iter().filter_map(|concept| concept.equilibria.as_ref()) {
        truncated |= list.truncated;
        for code in &list.listed {
            if !listed.contains(code) {
                listed.push(code.clone());
            }
        }
    }
    if !listed.is_empty() {
        style.heading(&mut out, "Outcomes that hold under some concept");
        let header = ["Outcome", "Differences from the status quo", "Holds under"].map(String::from);
        let rows: Vec<Vec<Cell>> = listed
            .iter()
            .map(|code| {
                let mut lines =
                    differences(stability.details.get(code), stability.status_quo.as_ref() == Some(code));
                if let Some(needs) = stability.by_agreement.get(code) {
                    let needs: Vec<String> = needs.iter().map(|change| change.words()).collect();
                    lines.push(format!("by agreement: {}", needs.join("; ")));
                }
                let under: Vec<&str> = stability
                    .concepts
                    .iter()
                    .filter(|concept| {
                        concept.equilibria.as_ref().is_some_and(|list| list.listed.contains(code))
                            || stability
                                .details
                                .get(code)
                                .is_some_and(|detail| detail.equilibrium_under.contains(&concept.concept))
                    })
                    .map(|concept| concept_name(&concept.concept))
                    .collect();
                vec![
                    Cell::of(vec![code.clone()], Paint::Bold),
                    Cell::of(lines, Paint::None),
                    Cell::new(&under.join(", ")),
                ]
            })
            .collect();
        out.push_str(&table(style, &header, &rows));
        if truncated {
            style.paragraph(&mut out, 0, "Not every equilibrium is listed; the counts cover all of them.");
        }
    }
    out.push('\n');
    style.paragraph(&mut out, 0, &given(stability.rests_on));
    out
}

/// What too many equilibria to read have in common.
fn summarised(
    out: &mut String,
    style: Style,
    stability: &Stability,
    concept: &str,
    summary: &crate::view::EquilibriaSummary,
) {
    style.heading(out, &format!("What the equilibria under {} have in common", concept_name(concept)));
    let mut always: Vec<String> = Vec::new();
    let mut header = vec!["Issue".to_owned(), "Option".to_owned(), "In how many".to_owned()];
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for issue in &summary.options {
        let total: u64 = issue.counts.iter().sum();
        for (option, &count) in issue.options.iter().zip(&issue.counts) {
            if count == total && total > 0 {
                always.push(format!("{} = {option}", issue.issue));
            } else if count > 0 {
                let share = 100.0 * count as f64 / total as f64;
                rows.push(vec![
                    Cell::new(&issue.issue),
                    Cell::new(option),
                    Cell::new(&format!("{} ({share:.1} %)", thousands(count))),
                ]);
            }
        }
    }
    let line = if always.is_empty() {
        "No issue is the same in all of them.".to_owned()
    } else {
        format!("The same in all of them: {}.", always.join(", "))
    };
    style.paragraph(out, 0, &line);
    if !rows.is_empty() {
        out.push_str(&table(style, &std::mem::take(&mut header), &rows));
    }
    for party in &stability.parties {
        if let Some(best) = summary.best_for.get(&party.id) {
            let ties = if best.ties > 1 {
                format!(", with {} more", thousands(best.ties - 1))
            } else {
                String::new()
            };
            style.paragraph(out, 0, &format!("Ranked highest by {}: {}{ties}.", party.name, best.outcome));
        }
        if let Some(counts) = summary.histograms.get(&party.id) {
            let most = counts.iter().copied().max().unwrap_or(0).max(1);
            let bars: String = counts
                .iter()
                .map(|&count| match (count * 8).div_ceil(most) {
                    0 => '·',
                    height => char::from_u32(0x2580 + height as u32).unwrap_or('█'),
                })
                .collect();
            style.paragraph(out, 2, &format!("its ranks, worst to highest, by twentieths: {bars}"));
        }
    }
    for near in summary.nearest_status_quo.iter().chain(&summary.nearest_packages) {
        let issues = count_words(near.differs_in as u64, "issue", "issues");
        let to = if near.to == "status-quo" { "the status quo" } else { near.to.as_str() };
        style.paragraph(out, 0, &format!("Nearest to {to}: {}, which differs in {issues}.", near.outcome));
    }
}

/// The literature's table: states as rows, the concepts by party as columns, `s` where the state is stable
/// for the party and `E` where it is an equilibrium. Empty when the view holds no table.
#[must_use]
pub fn stability_table(stability: &Stability, style: Style) -> String {
    let mut out = String::new();
    let Some(states) = &stability.table else {
        return out;
    };
    let concepts: Vec<&str> = stability
        .concepts
        .iter()
        .filter(|concept| concept.computed)
        .map(|concept| concept.concept.as_str())
        .collect();
    let code_width = states.rows.iter().map(|row| row.outcome.width()).max().unwrap_or(5).clamp(5, 30);
    // A block for one concept: every party's column, two more for the gap, and the one for equilibria.
    let block: usize =
        stability.parties.iter().map(|party| party.name.width().clamp(1, 12) + 2).sum::<usize>() + 3;
    let abreast = (style.columns().saturating_sub(code_width) / block.max(1)).max(1);
    for group in concepts.chunks(abreast) {
        let names: Vec<&str> = group.iter().map(|concept| concept_name(concept)).collect();
        style.heading(&mut out, &names.join(" | "));
        let mut header = vec!["State".to_owned()];
        for _ in group {
            header.extend(stability.parties.iter().map(|party| party.name.clone()));
            header.push("E".into());
        }
        let rows: Vec<Vec<Cell>> = states
            .rows
            .iter()
            .map(|state| {
                let mut row = vec![Cell::new(&state.outcome)];
                for concept in group {
                    for party in &stability.parties {
                        let stable = state
                            .stable
                            .get(&party.id)
                            .is_some_and(|under| under.iter().any(|name| name == concept));
                        row.push(Cell::new(if stable { "s" } else { "." }));
                    }
                    let equilibrium = state.equilibrium.iter().any(|name| name == concept);
                    row.push(Cell::of(vec![if equilibrium { "E" } else { "." }.into()], Paint::Bold));
                }
                row
            })
            .collect();
        out.push_str(&table(style, &header, &rows));
    }
    style.paragraph(
        &mut out,
        0,
        "s: stable for the party; E: equilibrium, stable for every party; a dot: not.",
    );
    if states.truncated {
        style.paragraph(&mut out, 0, "Not every state is listed.");
    }
    out
}

/// The statements, and the reports that nobody has read in.
#[must_use]
pub fn statements(statements: &Statements, style: Style) -> String {
    let header = ["Id", "Status", "Who", "Act", "About", "Words"].map(String::from);
    let rows: Vec<Vec<Cell>> = statements
        .statements
        .iter()
        .map(|statement| {
            let who = match (&statement.party, &statement.speaker) {
                (Some(party), Some(speaker)) => format!("{speaker} ({party})"),
                (Some(party), None) => party.clone(),
                (None, Some(speaker)) => speaker.clone(),
                (None, None) => "not determined".into(),
            };
            let mut about = statement.about.clone();
            about.extend(statement.contests.as_ref().map(|claim| format!("denies {claim}")));
            vec![
                Cell::of(vec![statement.id.clone()], Paint::Bold),
                Cell::new(statement.status.word()),
                Cell::new(&who),
                Cell::new(statement.act.as_deref().unwrap_or("–")),
                Cell::of(about, Paint::None),
                Cell::new(&statement.words),
            ]
        })
        .collect();
    let mut out = table(style, &header, &rows);
    out.push('\n');
    style.paragraph(
        &mut out,
        0,
        &format!(
            "{} in {}.",
            count_words(statements.statements.len() as u64, "statement", "statements"),
            count_words(statements.sources.len() as u64, "source", "sources")
        ),
    );
    not_read(&mut out, style, &statements.not_read);
    out
}

/// Why an outcome is or is not stable, in sentences.
#[must_use]
pub fn explanation(explanation: &Explanation, style: Style) -> String {
    let mut out = String::new();
    let title = explanation.title.as_ref().map(|title| format!(" ({title})")).unwrap_or_default();
    style.heading(&mut out, &format!("{}{title}", explanation.outcome));
    for difference in differences(explanation.details.get(&explanation.outcome), false) {
        style.item(&mut out, 0, &difference);
    }
    out.push('\n');
    for told in sentences::explanation_told(explanation) {
        let word = if told.stable { "stays:  " } else { "leaves: " };
        style.item(&mut out, 0, &format!("{word}{}", told.text));
    }
    out.push('\n');
    style.paragraph(&mut out, 0, &given(explanation.rests_on));
    out
}

/// What `check` found, one finding after the other, with a last line of counts.
#[must_use]
pub fn check(check: &Check, style: Style) -> String {
    let mut out = String::new();
    for diagnostic in &check.diagnostics {
        let paint = match diagnostic.severity {
            Severity::Error => Paint::Red,
            Severity::Warning => Paint::Yellow,
            Severity::Note => Paint::Bold,
        };
        let mut place = diagnostic.file.clone().unwrap_or_default();
        for number in [diagnostic.line, diagnostic.column].into_iter().flatten() {
            place = format!("{place}:{number}");
        }
        if !place.is_empty() {
            place.push_str(": ");
        }
        out.push_str(&style.paint(paint, diagnostic.severity.word()));
        out.push_str(": ");
        out.push_str(&printable(&format!("{place}{} [{}]", diagnostic.message, diagnostic.id)));
        out.push('\n');
        for hint in &diagnostic.hints {
            style.paragraph(&mut out, 2, &format!("hint: {hint}"));
        }
    }
    style.paragraph(
        &mut out,
        0,
        &format!(
            "{}, {}.",
            count_words(check.errors, "error", "errors"),
            count_words(check.warnings, "warning", "warnings")
        ),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_never_wider_than_asked() {
        for width in 1..20 {
            for line in wrap("an extraordinarily-long-word 港湾 交渉の記録 and more e\u{301}", width) {
                assert!(line.width() <= width.max(2), "{width}: {line:?}");
            }
        }
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
    }

    #[test]
    fn tables_fit_and_columns_line_up() {
        let rows = vec![vec![Cell::new("港湾"), Cell::new(&"word ".repeat(60)), Cell::new("end")]];
        let style = Style { width: 50, color: false };
        let text = table(style, &["One", "Two", "Three"].map(String::from), &rows);
        assert!(text.lines().all(|line| line.width() <= 50), "{text}");
        let third = text.lines().next().and_then(|line| line.find("Three")).expect("a header");
        let row = text.lines().nth(2).expect("a row");
        assert_eq!(row[..row.find("end").expect("the cell")].width(), third);
    }

    #[test]
    fn colour_adds_only_colour() {
        let rows = vec![vec![Cell::of(vec!["● accepts".into()], Paint::Blue)]];
        let header = ["Who".to_owned()];
        let plain = table(Style { width: 60, color: false }, &header, &rows);
        let coloured = table(Style { width: 60, color: true }, &header, &rows);
        assert_ne!(plain, coloured);
        let mut stripped = String::new();
        let mut inside = false;
        for character in coloured.chars() {
            match character {
                '\u{1b}' => inside = true,
                'm' if inside => inside = false,
                character if !inside => stripped.push(character),
                _ => {}
            }
        }
        assert_eq!(plain, stripped);
    }
}
