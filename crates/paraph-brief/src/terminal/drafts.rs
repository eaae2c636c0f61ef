//! Drafts for a terminal.

use super::{Cell, Paint, Style, table};
use crate::text::{capitalised, count_words, list_words, printable};
use crate::view::{
    Agreement, DiffRun, DraftAlignments, DraftAssessments, DraftBrackets, DraftCell, DraftCleaned,
    DraftColumns, DraftDiff, DraftList, DraftRegister, DraftRemark, DraftText, OpenCount, PointRelation,
    RunKind, SaidOfDraft, change_sign,
};
use crate::word_diff::trimmed;

/// What is open, in words; "nothing open" for a clean text.
fn open_words(open: &OpenCount) -> String {
    if open.is_clean() {
        return "nothing open".into();
    }
    let mut parts = Vec::new();
    let mut add = |count: u64, one: &str, many: &str| {
        if count > 0 {
            parts.push(count_words(count, one, many));
        }
    };
    add(open.brackets, "bracket", "brackets");
    add(open.placeholders, "placeholder", "placeholders");
    add(open.options, "option", "options");
    add(open.struck, "passage struck", "passages struck");
    add(open.reservations, "reservation", "reservations");
    parts.join(", ")
}

fn head(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn remarks(out: &mut String, style: Style, name: &str, list: &[DraftRemark]) {
    for remark in list {
        let mut text = format!("{name}, line {}: {}: {}", remark.line, remark.severity, remark.message);
        if let Some(hint) = &remark.hint {
            text.push_str(&format!(" ({hint})"));
        }
        style.item(out, 2, &text);
    }
}

/// The drafts of a case.
#[must_use]
pub fn draft_list(list: &DraftList, style: Style) -> String {
    let mut out = String::new();
    if list.drafts.is_empty() {
        style.paragraph(&mut out, 0, "No drafts. Put them into drafts/ as .md, .txt or .docx.");
    } else {
        let rows: Vec<Vec<Cell>> = list
            .drafts
            .iter()
            .map(|draft| {
                vec![
                    Cell::of(vec![draft.name.clone()], Paint::Bold),
                    Cell::new(draft.date.as_deref().unwrap_or("no date")),
                    Cell::new(draft.by.as_deref().unwrap_or("")),
                    Cell::new(draft.based_on.as_deref().unwrap_or("")),
                    Cell::new(&draft.points.to_string()),
                    Cell::new(&open_words(&draft.open)),
                    Cell::new(&draft.title),
                ]
            })
            .collect();
        out.push_str(&table(
            style,
            &head(&["draft", "date", "by", "based on", "points", "open", "title"]),
            &rows,
        ));
    }
    let odd = list.drafts.iter().any(|draft| !draft.remarks.is_empty());
    if odd {
        style.heading(&mut out, "What is odd");
        for draft in &list.drafts {
            remarks(&mut out, style, &draft.name, &draft.remarks);
        }
    }
    if !list.not_read.is_empty() {
        style.heading(&mut out, "Not read");
        for file in &list.not_read {
            style.item(&mut out, 2, &format!("{}: {}", file.file, file.reason));
        }
    }
    out
}

fn said(out: &mut String, style: Style, list: &[SaidOfDraft]) {
    for statement in list {
        let who = match (&statement.party, &statement.speaker) {
            (Some(party), Some(speaker)) => format!("{speaker} ({party})"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => "speaker not determined".into(),
        };
        let point = statement.point.as_ref().map(|point| format!(", point {point}")).unwrap_or_default();
        style.item(
            out,
            2,
            &format!(
                "{} {} on {}{point}: “{}” ({}: {}; statement {})",
                statement.statement,
                who,
                statement.draft,
                statement.words,
                statement.basis.word(),
                statement.reason,
                statement.status.word(),
            ),
        );
    }
}

/// One draft, or one point of it.
#[must_use]
pub fn draft_text(text: &DraftText, style: Style) -> String {
    let mut out = String::new();
    style.heading(&mut out, &text.draft.title);
    let mut facts = vec![text.draft.name.clone()];
    facts.extend(text.draft.by.clone().map(|by| format!("by {by}")));
    facts.extend(text.draft.date.clone());
    facts.extend(text.draft.based_on.clone().map(|base| format!("based on {base}")));
    facts.push(open_words(&text.draft.open));
    style.paragraph(&mut out, 0, &facts.join(" · "));
    for piece in &text.pieces {
        if piece.label.is_empty() && piece.words.is_empty() && piece.heading.is_empty() {
            continue;
        }
        out.push('\n');
        let indent = usize::try_from(piece.depth).unwrap_or(usize::MAX).min(3) * 3;
        let line: Vec<&str> = [&piece.label, &piece.heading, &piece.words]
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        style.paragraph(&mut out, indent, &line.join(" "));
        if !piece.open.is_clean() {
            style.paragraph(&mut out, indent + 2, &format!("open: {}", open_words(&piece.open)));
        }
        for link in &piece.issues {
            let text = format!("issue {} ({}: {})", link.issue, link.basis.word(), link.reason);
            style.paragraph(&mut out, indent + 2, &text);
        }
    }
    if !text.draft.remarks.is_empty() {
        style.heading(&mut out, "What is odd");
        remarks(&mut out, style, &text.draft.name, &text.draft.remarks);
    }
    if !text.said.is_empty() {
        style.heading(&mut out, "Statements that name it");
        said(&mut out, style, &text.said);
    }
    out
}

/// The sign of a fate, readable without colour.
fn sign(became: &str) -> (&'static str, Paint) {
    let sign = change_sign(became);
    let paint = match sign {
        "+" => Paint::Blue,
        "−" => Paint::Red,
        "=" | "↷" => Paint::Dim,
        "±" => Paint::Magenta,
        _ => Paint::Yellow,
    };
    (sign, paint)
}

fn relation_row(relation: &PointRelation) -> Vec<Cell> {
    let (sign, paint) = sign(&relation.became);
    let mut became = format!("{sign} {}", relation.became);
    let mut marks = Vec::new();
    if relation.moved && relation.became != "moved" {
        marks.push("moved");
    }
    if relation.renumbered && relation.became != "renumbered" {
        marks.push("renumbered");
    }
    if relation.by_hand {
        marks.push("by hand");
    }
    if !marks.is_empty() {
        became.push_str(&format!(" ({})", marks.join(", ")));
    }
    let score = if relation.old.is_empty() || relation.new.is_empty() {
        String::new()
    } else {
        format!("{}%", relation.score)
    };
    vec![
        Cell::new(&relation.old.join(", ")),
        Cell::new(&relation.new.join(", ")),
        Cell::of(vec![became], paint),
        Cell::new(&score),
        Cell::new(&relation.reason),
    ]
}

fn counts(list: &std::collections::BTreeMap<String, u64>) -> String {
    let parts: Vec<String> = list.iter().map(|(became, count)| format!("{count} {became}")).collect();
    if parts.is_empty() { "no points".into() } else { parts.join(", ") }
}

/// What became of every point.
#[must_use]
pub fn draft_alignments(all: &DraftAlignments, style: Style) -> String {
    let mut out = String::new();
    if all.alignments.is_empty() {
        style.paragraph(&mut out, 0, "Fewer than two drafts: nothing to align.");
    }
    for alignment in &all.alignments {
        style.heading(
            &mut out,
            &format!("{} → {}: {}", alignment.old, alignment.new, counts(&alignment.counts)),
        );
        let rows: Vec<Vec<Cell>> = alignment.relations.iter().map(relation_row).collect();
        out.push_str(&table(style, &head(&["old", "new", "became", "likeness", "why"]), &rows));
    }
    out
}

/// Runs of words with signs: `[−old−]` and `[+new+]`.
fn runs(diff: &[DiffRun]) -> String {
    let mut out = String::new();
    for run in diff {
        let (lead, words, trail) = trimmed(&run.words);
        match run.kind {
            RunKind::Same => out.push_str(&run.words),
            // A space that goes or comes alone is no news.
            _ if words.is_empty() => out.push_str(&run.words),
            RunKind::Old => out.push_str(&format!("{lead}[−{words}−]{trail}")),
            RunKind::New => {
                let gap = if out.ends_with("−]") { " " } else { "" };
                out.push_str(&format!("{gap}{lead}[+{words}+]{trail}"));
            }
        }
    }
    out
}

fn pieces(list: &[crate::view::DraftPiece]) -> String {
    let parts: Vec<String> = list
        .iter()
        .flat_map(|piece| [&piece.label, &piece.heading, &piece.words])
        .filter(|part| !part.is_empty())
        .cloned()
        .collect();
    parts.join(" ")
}

/// What changed between two drafts.
#[must_use]
pub fn draft_diff(diff: &DraftDiff, style: Style) -> String {
    let mut out = String::new();
    style.heading(&mut out, &format!("{} → {}: {}", diff.old.name, diff.new.name, counts(&diff.counts)));
    style.paragraph(&mut out, 0, "Typed changes say what changed, not who gains.");
    let quiet = |became: &str| matches!(became, "kept" | "renumbered" | "moved");
    for point in &diff.points {
        let relation = &point.relation;
        if quiet(&relation.became) {
            continue;
        }
        let (sign, paint) = sign(&relation.became);
        let place = match (&relation.old[..], &relation.new[..]) {
            ([], new) => list_words(new),
            (old, []) => list_words(old),
            (old, new) if old == new => list_words(old),
            (old, new) => format!("{} → {}", list_words(old), list_words(new)),
        };
        out.push('\n');
        out.push_str(&style.paint(paint, &printable(&format!("{sign} {place} {}", relation.became))));
        out.push('\n');
        for change in &point.changes {
            style.item(&mut out, 4, &change.sentence);
        }
        if point.diff.is_empty() {
            let words = if relation.new.is_empty() { pieces(&point.old) } else { pieces(&point.new) };
            style.paragraph(&mut out, 4, &words);
        } else {
            style.paragraph(&mut out, 4, &runs(&point.diff));
        }
        if point.coarse {
            style.paragraph(&mut out, 4, "Too long to be compared word by word throughout.");
        }
    }
    let left: Vec<String> = diff
        .points
        .iter()
        .filter(|point| quiet(&point.relation.became))
        .map(|point| {
            let relation = &point.relation;
            if relation.old == relation.new {
                relation.old.join(", ")
            } else {
                format!("{} → {}", relation.old.join(", "), relation.new.join(", "))
            }
        })
        .collect();
    if !left.is_empty() {
        style.heading(&mut out, "Same words");
        style.paragraph(&mut out, 2, &left.join("; "));
    }
    out
}

fn column_cell(cell: &DraftCell) -> Cell {
    let Some(became) = &cell.became else {
        let place = cell.points.join(", ");
        return Cell::of(
            if place.is_empty() { vec!["·".into()] } else { vec![place, cell.words.join(" ")] },
            Paint::None,
        );
    };
    let (sign, paint) = sign(became);
    let mut lines = vec![format!("{sign} {} {became}", cell.points.join(", "))];
    if cell.diff.is_empty() {
        if !matches!(became.as_str(), "kept" | "renumbered" | "moved" | "deleted") {
            lines.push(cell.words.join(" "));
        }
    } else {
        lines.push(runs(&cell.diff));
    }
    Cell::of(lines, paint)
}

/// Drafts side by side; those that do not fit stand in further tables under the first draft's addresses.
#[must_use]
pub fn draft_columns(columns: &DraftColumns, style: Style) -> String {
    let mut out = String::new();
    let abreast = (style.columns().saturating_sub(16) / 28).max(1);
    let order: Vec<usize> = (0..columns.columns.len()).collect();
    for part in order.chunks(abreast) {
        let mut header: Vec<String> = part.iter().map(|&at| columns.columns[at].draft.clone()).collect();
        header.push("compromise".into());
        header.push("status".into());
        style.heading(&mut out, &format!("{}: drafts side by side", columns.title));
        let rows: Vec<Vec<Cell>> = columns
            .rows
            .iter()
            .map(|row| {
                let mut cells: Vec<Cell> = part.iter().map(|&at| column_cell(&row.cells[at])).collect();
                cells.push(Cell::new(&row.compromise));
                cells.push(Cell::new(row.agreement.word()));
                cells
            })
            .collect();
        out.push_str(&table(style, &header, &rows));
    }
    style.paragraph(&mut out, 0, "= kept, ~ changed, + added, − deleted, ± replaced, ↷ moved or renumbered");
    out
}

/// How much is open in each draft.
#[must_use]
pub fn draft_brackets(brackets: &DraftBrackets, style: Style) -> String {
    let mut out = String::new();
    let rows: Vec<Vec<Cell>> = brackets
        .drafts
        .iter()
        .map(|draft| {
            let bar = "█".repeat(usize::try_from(draft.total.brackets.min(30)).unwrap_or(0));
            vec![
                Cell::of(vec![draft.draft.clone()], Paint::Bold),
                Cell::new(draft.date.as_deref().unwrap_or("no date")),
                Cell::new(&draft.total.brackets.to_string()),
                Cell::new(&draft.total.options.to_string()),
                Cell::new(&draft.total.placeholders.to_string()),
                Cell::new(&draft.total.struck.to_string()),
                Cell::new(&draft.total.reservations.to_string()),
                Cell::new(&format!("{} of {}", draft.clean_points, draft.points)),
                Cell::new(&bar),
            ]
        })
        .collect();
    out.push_str(&table(
        style,
        &head(&[
            "draft",
            "date",
            "brackets",
            "options",
            "placeholders",
            "struck",
            "reserved",
            "clean points",
            "",
        ]),
        &rows,
    ));
    for draft in &brackets.drafts {
        if draft.by_point.is_empty() && draft.by_party.is_empty() && draft.errors.is_empty() {
            continue;
        }
        style.heading(&mut out, &draft.draft);
        for point in &draft.by_point {
            style.item(&mut out, 2, &format!("point {}: {}", point.of, open_words(&point.open)));
        }
        for party in &draft.by_party {
            style.item(&mut out, 2, &format!("wanted by {}: {}", party.of, open_words(&party.open)));
        }
        remarks(&mut out, style, &draft.draft, &draft.errors);
    }
    out
}

/// A draft after choices: what each choice settled; the text itself is written apart.
#[must_use]
pub fn draft_cleaned(cleaned: &DraftCleaned, style: Style) -> String {
    let mut out = String::new();
    for choice in &cleaned.choices {
        let settled = if choice.settled == 0 {
            "found nothing to settle".to_owned()
        } else {
            format!("settled {}", count_words(choice.settled, "mark", "marks"))
        };
        style.item(&mut out, 0, &format!("{}: {settled}", choice.choice));
    }
    style.paragraph(
        &mut out,
        0,
        &format!("open before: {}; after: {}", open_words(&cleaned.before), open_words(&cleaned.after)),
    );
    out
}

/// What the drafts mean for each party.
#[must_use]
pub fn draft_assessments(all: &DraftAssessments, style: Style) -> String {
    let mut out = String::new();
    for draft in &all.drafts {
        style.heading(&mut out, &format!("{}: {}", draft.draft, draft.title));
        style.paragraph(&mut out, 0, &draft.verdict);
        let rows: Vec<Vec<Cell>> = draft
            .choices
            .iter()
            .map(|choice| {
                let points: Vec<String> = choice
                    .points
                    .iter()
                    .map(|link| match link.basis {
                        crate::view::LinkBasis::Proposed => format!("{}?", link.point),
                        _ => link.point.clone(),
                    })
                    .collect();
                let mut basis = if choice.confirmed {
                    "set by a person".to_owned()
                } else {
                    "proposed from words".into()
                };
                if matches!(choice.stance, crate::view::DraftStance::Silent) {
                    basis = "no point".into();
                }
                let mut lines = vec![basis];
                lines.extend(choice.words_say.as_ref().map(|words| format!("(words alone: {words})")));
                vec![
                    Cell::new(&choice.issue),
                    Cell::new(&points.join(", ")),
                    Cell::new(choice.stance.word()),
                    Cell::new(&choice.options.join(" / ")),
                    Cell::of(lines, Paint::Dim),
                ]
            })
            .collect();
        out.push_str(&table(style, &head(&["issue", "points", "draft", "option", "basis"]), &rows));
        for package in &draft.listed {
            let verdict = match &package.package.infeasible {
                Some(reason) => format!("no outcome: {reason}"),
                None if package.deal => "a deal".into(),
                None if package.acceptable => "accepted by every consenting party, and none gains".into(),
                None => "not accepted".into(),
            };
            style.item(&mut out, 2, &format!("{}: {verdict}", package.package.package));
            for refusal in &package.package.not_accepted_by {
                let mut why: Vec<String> = refusal
                    .red_lines_broken
                    .iter()
                    .map(|line| format!("red line “{}” ({})", line.that, line.basis.word()))
                    .collect();
                why.extend(
                    refusal
                        .preference
                        .as_ref()
                        .map(|broken| format!("preference “{}” ({})", broken.that, broken.basis.word())),
                );
                why.extend(refusal.weights.clone());
                let words = if refusal.because.is_empty() {
                    "no words cited".to_owned()
                } else {
                    format!("on {}", refusal.because.join(", "))
                };
                style.item(
                    &mut out,
                    4,
                    &format!("{} does not accept it: {}; {words}", refusal.party, why.join("; ")),
                );
            }
        }
        let more = draft.looked_at.saturating_sub(draft.listed.len() as u64);
        if more > 0 {
            style.paragraph(&mut out, 2, &format!("{} not listed", count_words(more, "package", "packages")));
        }
    }
    if !all.orders.is_empty() {
        style.heading(&mut out, "How each party orders them");
        for order in &all.orders {
            let groups: Vec<String> = order
                .order
                .iter()
                .map(|group| format!("{} (place {})", list_words(&group.what), group.place))
                .collect();
            let mut text = format!("{}: {}", order.party, groups.join(" > "));
            if let Some(note) = &order.note {
                text.push_str(if order.order.is_empty() { "" } else { "; " });
                text.push_str(note);
            }
            style.item(&mut out, 2, &text);
        }
    }
    for effects in &all.effects {
        style.heading(&mut out, &format!("What each change does, {} → {}", effects.old, effects.new));
        for issue in &effects.issues {
            style.item(
                &mut out,
                2,
                &format!(
                    "{} (points {} → {}): {} → {}",
                    issue.issue,
                    or_none(&issue.old_points),
                    or_none(&issue.new_points),
                    issue.from.join(" / "),
                    issue.to.join(" / ")
                ),
            );
            for (party, effect) in &issue.by_party {
                style.paragraph(&mut out, 6, &format!("{party}: {}", effect.words()));
            }
            if let Some(note) = &issue.note {
                style.paragraph(&mut out, 6, note);
            }
        }
        if !effects.same_option.is_empty() {
            style.item(
                &mut out,
                2,
                &format!("words changed, no option did: points {}", effects.same_option.join(", ")),
            );
        }
        if !effects.unlinked.is_empty() {
            style.item(
                &mut out,
                2,
                &format!("changed, and linked to no issue: points {}", effects.unlinked.join(", ")),
            );
        }
    }
    if !all.said.is_empty() || !all.said_of_no_draft.is_empty() {
        style.heading(&mut out, "Who spoke of which draft");
        said(&mut out, style, &all.said);
        if !all.said_of_no_draft.is_empty() {
            style.item(
                &mut out,
                2,
                &format!(
                    "about the whole, naming no draft (which version was meant stays blank): {}",
                    all.said_of_no_draft.join(", ")
                ),
            );
        }
    }
    if !all.not_determined.is_empty() {
        style.heading(&mut out, "Not determined");
        for sentence in &all.not_determined {
            style.item(&mut out, 2, sentence);
        }
    }
    if !all.rests_on.is_empty() {
        out.push('\n');
        style.paragraph(&mut out, 0, &format!("Verdicts rest on preferences: {}.", all.rests_on.words()));
    }
    out
}

fn or_none(points: &[String]) -> String {
    if points.is_empty() { "none".into() } else { points.join(", ") }
}

/// The work on the text.
#[must_use]
pub fn draft_register(register: &DraftRegister, style: Style) -> String {
    let mut out = String::new();
    style.heading(
        &mut out,
        &format!(
            "Register of points{}",
            register.latest.as_ref().map(|latest| format!(", latest draft {latest}")).unwrap_or_default()
        ),
    );
    let rows: Vec<Vec<Cell>> = register
        .points
        .iter()
        .map(|point| {
            let places: Vec<String> = point
                .places
                .iter()
                .filter(|place| !place.points.is_empty())
                .map(|place| format!("{} {}", place.draft, place.points.join(", ")))
                .collect();
            let mut status = vec![point.status.clone()];
            if point.words_changed_since {
                status.push("(words changed since)".into());
            }
            let mut beside: Vec<String> = point
                .concerns
                .iter()
                .map(|concern| format!("concern of {}: {}", concern.party, concern.text))
                .collect();
            for initials in &point.initials {
                let covers = if initials.covers { "initialled by" } else { "initials no longer cover it:" };
                beside.push(format!("{covers} {} ({} {})", initials.party, initials.draft, initials.point));
            }
            if !point.next_action.is_empty() {
                beside.push(format!("next: {}", point.next_action));
            }
            if !point.compromise.is_empty() {
                beside.push(format!("compromise: {}", point.compromise));
            }
            vec![
                Cell::of(places, Paint::None),
                Cell::of(status, Paint::Bold),
                Cell::new(&point.owner),
                Cell::of(if beside.is_empty() { vec![point.words.clone()] } else { beside }, Paint::None),
            ]
        })
        .collect();
    out.push_str(&table(style, &head(&["point", "status", "owner", "on record"]), &rows));
    if !register.contributions.is_empty() {
        style.heading(&mut out, "What each party put in, side by side and never netted");
        for party in &register.parties {
            let own: Vec<_> = register.contributions.iter().filter(|put| put.party == party.id).collect();
            if own.is_empty() {
                continue;
            }
            style.item(&mut out, 2, &party.name);
            for put in own {
                let place = match (&put.draft, &put.point) {
                    (Some(draft), Some(point)) => format!(" on {point} of {draft}"),
                    _ => String::new(),
                };
                let when = put.date.as_ref().map(|date| format!(", {date}")).unwrap_or_default();
                let source = put.source.as_ref().map(|source| format!(", {source}")).unwrap_or_default();
                let mut fate = put.fate.clone();
                fate.extend(put.fate_date.iter().map(|date| format!(" {date}")));
                fate.extend(put.fate_source.iter().map(|source| format!(" ({source})")));
                style.item(
                    &mut out,
                    4,
                    &format!(
                        "{} {}{place}: {}{when}{source}: {fate}",
                        put.entry,
                        capitalised(&put.kind),
                        put.text
                    ),
                );
            }
        }
    }
    for sentence in &register.lost {
        style.item(&mut out, 0, sentence);
    }
    let agreed =
        register.points.iter().filter(|point| Agreement::of(&point.status) == Agreement::Agreed).count();
    style.paragraph(&mut out, 0, &format!("{agreed} of {} points agreed.", register.points.len()));
    out
}
