//! Drafts for a sheet.

use super::record;
use crate::view::{
    DraftAlignments, DraftAssessments, DraftBrackets, DraftColumns, DraftDiff, DraftList, DraftRegister,
    OpenCount,
};

fn open(count: &OpenCount) -> [String; 6] {
    [
        count.brackets.to_string(),
        count.placeholders.to_string(),
        count.options.to_string(),
        count.struck.to_string(),
        count.reservations.to_string(),
        count.bracketed_characters.to_string(),
    ]
}

const OPEN: [&str; 6] =
    ["brackets", "placeholders", "options", "struck", "reservations", "bracketed_characters"];

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

/// The drafts, one record each.
#[must_use]
pub fn draft_list(list: &DraftList) -> String {
    let mut out = String::new();
    record(&mut out, ["draft", "title", "by", "date", "based_on", "points"].into_iter().chain(OPEN));
    for draft in &list.drafts {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        record(
            &mut out,
            [
                draft.name.clone(),
                draft.title.clone(),
                text(&draft.by),
                text(&draft.date),
                text(&draft.based_on),
                draft.points.to_string(),
            ]
            .into_iter()
            .chain(open(&draft.open)),
        );
    }
    out
}

/// What became of every point, one record each.
#[must_use]
pub fn draft_alignments(all: &DraftAlignments) -> String {
    let mut out = String::new();
    record(
        &mut out,
        [
            "old_draft",
            "new_draft",
            "old_points",
            "new_points",
            "became",
            "renumbered",
            "moved",
            "by_hand",
            "likeness_percent",
            "reason",
        ],
    );
    for alignment in &all.alignments {
        for relation in &alignment.relations {
            record(
                &mut out,
                [
                    alignment.old.clone(),
                    alignment.new.clone(),
                    relation.old.join(" "),
                    relation.new.join(" "),
                    relation.became.clone(),
                    yes(relation.renumbered),
                    yes(relation.moved),
                    yes(relation.by_hand),
                    relation.score.to_string(),
                    relation.reason.clone(),
                ],
            );
        }
    }
    out
}

/// What changed, one record a typed change; points without typed changes have one record.
#[must_use]
pub fn draft_diff(diff: &DraftDiff) -> String {
    let mut out = String::new();
    record(
        &mut out,
        [
            "old_draft",
            "new_draft",
            "old_points",
            "new_points",
            "became",
            "kind",
            "direction",
            "old_words",
            "new_words",
            "sentence",
        ],
    );
    for point in &diff.points {
        let head = [
            diff.old.name.clone(),
            diff.new.name.clone(),
            point.relation.old.join(" "),
            point.relation.new.join(" "),
            point.relation.became.clone(),
        ];
        if point.changes.is_empty() {
            let whole = |pieces: &[crate::view::DraftPiece]| {
                pieces.iter().map(|piece| piece.words.clone()).collect::<Vec<_>>().join(" ")
            };
            let kept = matches!(point.relation.became.as_str(), "kept" | "renumbered" | "moved");
            let words =
                if kept { [String::new(), String::new()] } else { [whole(&point.old), whole(&point.new)] };
            record(
                &mut out,
                head.into_iter().chain([String::new(), String::new()]).chain(words).chain([String::new()]),
            );
            continue;
        }
        for change in &point.changes {
            record(
                &mut out,
                head.clone().into_iter().chain([
                    change.kind.clone(),
                    change.direction.clone(),
                    change.old.clone().unwrap_or_default(),
                    change.new.clone().unwrap_or_default(),
                    change.sentence.clone(),
                ]),
            );
        }
    }
    out
}

/// Drafts side by side: for each draft its points, what became of them, and their words.
#[must_use]
pub fn draft_columns(columns: &DraftColumns) -> String {
    let mut out = String::new();
    let mut head = Vec::new();
    for column in &columns.columns {
        for what in ["points", "became", "words"] {
            head.push(format!("{} {what}", column.draft));
        }
    }
    head.extend(["compromise", "agreement", "status"].map(str::to_owned));
    record(&mut out, head);
    for row in &columns.rows {
        let mut cells = Vec::new();
        for cell in &row.cells {
            cells.push(cell.points.join(" "));
            cells.push(cell.became.clone().unwrap_or_default());
            cells.push(cell.words.join("\n"));
        }
        cells.extend([row.compromise.clone(), row.agreement.word().to_owned(), row.status.clone()]);
        record(&mut out, cells);
    }
    out
}

/// What is open, one record for each draft, point and party.
#[must_use]
pub fn draft_brackets(brackets: &DraftBrackets) -> String {
    let mut out = String::new();
    record(&mut out, ["draft", "date", "scope", "of"].into_iter().chain(OPEN));
    for draft in &brackets.drafts {
        let date = draft.date.clone().unwrap_or_default();
        let mut line = |scope: &str, of: &str, count: &OpenCount| {
            record(
                &mut out,
                [draft.draft.clone(), date.clone(), scope.to_owned(), of.to_owned()]
                    .into_iter()
                    .chain(open(count)),
            );
        };
        line("draft", "", &draft.total);
        for point in &draft.by_point {
            line("point", &point.of, &point.open);
        }
        for party in &draft.by_party {
            line("party", &party.of, &party.open);
        }
    }
    out
}

/// What each draft says on each issue.
#[must_use]
pub fn draft_assessments(all: &DraftAssessments) -> String {
    let mut out = String::new();
    record(
        &mut out,
        [
            "draft",
            "issue",
            "issue_title",
            "stance",
            "options",
            "points",
            "links",
            "basis",
            "words_alone",
            "reason",
        ],
    );
    for draft in &all.drafts {
        for choice in &draft.choices {
            let points: Vec<&str> = choice.points.iter().map(|link| link.point.as_str()).collect();
            let links: Vec<&str> = choice.points.iter().map(|link| link.basis.word()).collect();
            record(
                &mut out,
                [
                    draft.draft.clone(),
                    choice.issue.clone(),
                    choice.title.clone(),
                    choice.stance.word().to_owned(),
                    choice.options.join("; "),
                    points.join(" "),
                    links.join("; "),
                    if choice.confirmed { "set by a person" } else { "proposed from words" }.to_owned(),
                    choice.words_say.clone().unwrap_or_default(),
                    choice.reason.clone(),
                ],
            );
        }
    }
    out
}

/// The register, one record for each point, concern, initials and contribution.
#[must_use]
pub fn draft_register(register: &DraftRegister) -> String {
    let mut out = String::new();
    record(
        &mut out,
        [
            "record",
            "entry",
            "places",
            "party",
            "status",
            "owner",
            "text",
            "next_action",
            "date",
            "source",
            "covers",
        ],
    );
    for point in &register.points {
        let places: Vec<String> = point
            .places
            .iter()
            .filter(|place| !place.points.is_empty())
            .map(|place| format!("{} {}", place.draft, place.points.join(" ")))
            .collect();
        let places = places.join("; ");
        let blank = String::new;
        record(
            &mut out,
            [
                "point".to_owned(),
                blank(),
                places.clone(),
                blank(),
                point.status.clone(),
                point.owner.clone(),
                point.words.clone(),
                point.next_action.clone(),
                point.status_date.clone().unwrap_or_default(),
                point.status_source.clone().unwrap_or_default(),
                blank(),
            ],
        );
        for concern in &point.concerns {
            record(
                &mut out,
                [
                    "concern".to_owned(),
                    concern.entry.clone(),
                    places.clone(),
                    concern.party.clone(),
                    blank(),
                    blank(),
                    concern.text.clone(),
                    blank(),
                    concern.date.clone().unwrap_or_default(),
                    concern.source.clone().unwrap_or_default(),
                    blank(),
                ],
            );
        }
        for initials in &point.initials {
            record(
                &mut out,
                [
                    "initials".to_owned(),
                    initials.entry.clone(),
                    format!("{} {}", initials.draft, initials.point),
                    initials.party.clone(),
                    blank(),
                    blank(),
                    initials.reason.clone(),
                    blank(),
                    initials.date.clone().unwrap_or_default(),
                    initials.source.clone().unwrap_or_default(),
                    yes(initials.covers),
                ],
            );
        }
    }
    for put in &register.contributions {
        let place = match (&put.draft, &put.point) {
            (Some(draft), Some(point)) => format!("{draft} {point}"),
            _ => String::new(),
        };
        record(
            &mut out,
            [
                put.kind.clone(),
                put.entry.clone(),
                place,
                put.party.clone(),
                put.fate.clone(),
                String::new(),
                put.text.clone(),
                String::new(),
                put.date.clone().unwrap_or_default(),
                put.source.clone().unwrap_or_default(),
                String::new(),
            ],
        );
    }
    out
}
