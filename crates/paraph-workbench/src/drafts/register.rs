//! The register of points: status, owner, concerns, initials, and what each party put in.

use crate::desk::{Desk, unit_of};
use crate::names;
use paraph_brief::view;
use paraph_case::Case;
use paraph_drafts::{Comparison, Draft};
use paraph_ledger::{DraftPoint, PointStatus, Work, WorkEntry};

/// How many characters of a point's words the register shows.
const SHOWN: usize = 90;

/// What the register says of one row of the drafts side by side.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// The status; empty where nothing is recorded and the row has no number.
    pub status: String,
    /// Words for a compromise.
    pub compromise: String,
    /// `recorded`, or the draft they are taken from.
    pub compromise_from: String,
}

/// The hash of words, white space made single: what initials cover.
pub fn hash(words: &str) -> String {
    blake3::hash(super::squeezed(words).as_bytes()).to_hex().to_string()
}

/// Whether words that were recorded by their hash are still those of the latest draft, and why.
fn covers(side: &Comparison, desk: &Desk, at: &DraftPoint, words: &str) -> Result<String, String> {
    let Some(draft) = desk.drafts.iter().position(|draft| draft.name() == at.draft) else {
        return Err(format!("there is no draft {} any more", at.draft));
    };
    let Some(point) = desk.drafts[draft].find(&at.point) else {
        return Err(format!("draft {} has no point {} any more", at.draft, at.point));
    };
    if hash(&desk.drafts[draft].wording(point)) != words {
        return Err(format!("the words of point {} in {} were changed since", at.point, at.draft));
    }
    let last = desk.drafts.len() - 1;
    let latest = &desk.drafts[last];
    if draft == last {
        return Ok(format!("as it stands in {}", at.draft));
    }
    let Some(row) = super::row_of(side, desk, draft, point) else {
        return Err(format!("point {} of {} is aligned with nothing", at.point, at.draft));
    };
    let now = &side.rows[row].cells[last];
    if now.points.is_empty() {
        return Err(format!("{} has no such point", latest.name()));
    }
    let unit = unit_of(&desk.drafts[draft], point);
    let same = |other: usize| hash(&latest.wording(other)) == words;
    let stays = if unit == Some(point) {
        now.points.iter().any(|other| same(*other))
    } else {
        now.points.iter().flat_map(|unit| super::whole(latest, *unit)).any(same)
    };
    if stays {
        Ok(format!("the same words stand in {}", latest.name()))
    } else {
        Err(format!("{} has other words in point {}", latest.name(), now.addresses.join(", ")))
    }
}

/// The register, and for every row of the comparison what it says.
pub fn view(
    desk: &Desk,
    side: &Comparison,
    case: Option<&Case>,
    work: &[WorkEntry],
) -> (view::DraftRegister, Vec<Note>) {
    let mut points: Vec<view::RegisterPoint> = side
        .rows
        .iter()
        .map(|row| {
            let words = row.cells.iter().rev().find(|cell| !cell.words.is_empty());
            view::RegisterPoint {
                places: side
                    .columns
                    .iter()
                    .zip(&row.cells)
                    .map(|(column, cell)| view::RegisterPlace {
                        draft: column.draft.clone(),
                        points: cell.addresses.clone(),
                    })
                    .collect(),
                words: words.map(|cell| shortened(&cell.words.join(" "))).unwrap_or_default(),
                status: PointStatus::Open.as_str().to_owned(),
                ..view::RegisterPoint::default()
            }
        })
        .collect();
    let mut set: Vec<Option<(DraftPoint, Option<String>)>> = vec![None; points.len()];
    let mut contributions: Vec<view::RegisterContribution> = Vec::new();
    let mut lost = Vec::new();
    let row = |at: &DraftPoint| {
        let draft = desk.drafts.iter().position(|draft| draft.name() == at.draft)?;
        super::row_of(side, desk, draft, desk.drafts[draft].find(&at.point)?)
    };
    let text = |date: &Option<jiff::civil::Date>| date.map(|date| date.to_string());
    for entry in work {
        let place = match &entry.work {
            Work::Point(note) => Some(&note.at),
            Work::Concern(concern) => Some(&concern.at),
            Work::Initials(initials) => Some(&initials.at),
            Work::Contribution(_) | Work::Settlement(_) | Work::Names(_) => None,
        };
        let at = place.and_then(row);
        if let (Some(place), None) = (place, at) {
            lost.push(format!(
                "{}: point {} of {} is not there any more",
                entry.id, place.point, place.draft
            ));
            continue;
        }
        let point = at.map(|at| &mut points[at]);
        match (&entry.work, point) {
            (Work::Point(note), Some(point)) => {
                if let Some(status) = note.status {
                    point.status = status.as_str().to_owned();
                    point.status_date = text(&note.date);
                    point.status_source = note.source.clone();
                    if let Some(at) = at {
                        set[at] = Some((note.at.clone(), note.words.clone()));
                    }
                }
                for (field, said) in [
                    (&mut point.owner, &note.owner),
                    (&mut point.next_action, &note.next_action),
                    (&mut point.compromise, &note.compromise),
                ] {
                    if let Some(said) = said {
                        field.clone_from(said);
                    }
                }
            }
            (Work::Concern(concern), Some(point)) => point.concerns.push(view::RegisterConcern {
                entry: entry.id.clone(),
                party: concern.party.clone(),
                text: concern.text.clone(),
                date: text(&concern.date),
                source: concern.source.clone(),
            }),
            (Work::Initials(initials), Some(point)) => {
                let (covers, reason) = match covers(side, desk, &initials.at, &initials.words) {
                    Ok(reason) => (true, reason),
                    Err(reason) => (false, reason),
                };
                point.initials.push(view::RegisterInitials {
                    entry: entry.id.clone(),
                    party: initials.party.clone(),
                    draft: initials.at.draft.clone(),
                    point: initials.at.point.clone(),
                    words: initials.words.clone(),
                    date: text(&initials.date),
                    source: initials.source.clone(),
                    author: entry.author.clone(),
                    covers,
                    reason,
                });
            }
            (Work::Contribution(put), _) => contributions.push(view::RegisterContribution {
                entry: entry.id.clone(),
                party: put.party.clone(),
                kind: put.kind.as_str().to_owned(),
                text: put.text.clone(),
                draft: put.at.as_ref().map(|at| at.draft.clone()),
                point: put.at.as_ref().map(|at| at.point.clone()),
                date: text(&put.date),
                source: put.source.clone(),
                fate: paraph_ledger::Fate::PutIn.as_str().to_owned(),
                fate_date: None,
                fate_source: None,
            }),
            (Work::Settlement(settled), _) => {
                let found = contributions.iter_mut().find(|put| put.entry == settled.contribution);
                match found {
                    Some(put) => {
                        put.fate = settled.fate.as_str().to_owned();
                        put.fate_date = text(&settled.date);
                        put.fate_source = settled.source.clone();
                    }
                    None => lost.push(format!("{}: what it settles was undone", entry.id)),
                }
            }
            _ => {}
        }
    }
    let consenting: Vec<&str> = case
        .into_iter()
        .flat_map(|case| &case.parties)
        .filter(|party| party.consents)
        .map(|party| party.id.as_str())
        .collect();
    let mut notes = Vec::with_capacity(points.len());
    for (at, point) in points.iter_mut().enumerate() {
        let initialled = !consenting.is_empty()
            && consenting.iter().all(|party| {
                point.initials.iter().any(|initials| initials.covers && initials.party == **party)
            });
        if initialled {
            point.status = PointStatus::Initialled.as_str().to_owned();
        }
        let mut note = Note { status: point.status.clone(), ..Note::default() };
        if let Some((place, words)) = &set[at] {
            let firm = view::Agreement::of(&point.status) == view::Agreement::Agreed && !initialled;
            let stands = words.as_ref().map(|words| covers(side, desk, place, words));
            point.words_changed_since = firm && matches!(stands, Some(Err(_)));
            if firm
                && let Some(Ok(_)) = stands
                && let Some(words) = wording(desk, place)
            {
                note.compromise = words;
                note.compromise_from = place.draft.clone();
            }
        }
        if let Some(initials) = point.initials.iter().find(|initials| initialled && initials.covers)
            && let Some(words) =
                wording(desk, &DraftPoint { draft: initials.draft.clone(), point: initials.point.clone() })
        {
            note.compromise = words;
            note.compromise_from = initials.draft.clone();
        }
        if !point.compromise.is_empty() {
            note.compromise = point.compromise.clone();
            note.compromise_from = "recorded".to_owned();
        }
        notes.push(note);
    }
    let numbered = side.rows.iter().map(|row| !row.unnumbered);
    let kept: Vec<view::RegisterPoint> = points
        .into_iter()
        .zip(numbered)
        .filter(|(point, numbered)| {
            let open = point.status == PointStatus::Open.as_str();
            *numbered
                || !open
                || !point.concerns.is_empty()
                || !point.initials.is_empty()
                || !point.owner.is_empty()
        })
        .map(|(point, _)| point)
        .collect();
    let register = view::DraftRegister {
        parties: case.map(names::parties).unwrap_or_default(),
        latest: desk.drafts.last().map(|draft| draft.name().to_owned()),
        points: kept,
        contributions,
        lost,
    };
    (register, notes)
}

fn wording(desk: &Desk, at: &DraftPoint) -> Option<String> {
    let draft: &Draft = desk.drafts.iter().find(|draft| draft.name() == at.draft)?;
    Some(draft.wording(draft.find(&at.point)?))
}

fn shortened(words: &str) -> String {
    if words.chars().count() <= SHOWN {
        return words.to_owned();
    }
    let mut short: String = words.chars().take(SHOWN).collect();
    if let Some(at) = short.rfind(' ') {
        short.truncate(at);
    }
    short.push_str(" …");
    short
}
