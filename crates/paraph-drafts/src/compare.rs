//! Several drafts side by side: one row a point through all drafts, one column a draft.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::align::{Alignment, RelationKind, align};
use crate::bracket::{BracketCount, BurnDown, burn_down};
use crate::change::{Change, DiffPart, PartyWords, changes};
use crate::error::Error;
use crate::links::Link;
use crate::read::{Draft, PointKind};

/// One draft of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub draft: String,
    /// Its title, or its name.
    pub title: String,
    /// Who put it forward.
    pub by: Option<String>,
    /// Its date.
    pub date: Option<String>,
    /// Column that its changes are told against; `None` for the first draft.
    pub base: Option<usize>,
}

/// What one draft says in one row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Indices of the draft's points; empty where it says nothing.
    pub points: Vec<usize>,
    /// Their addresses.
    pub addresses: Vec<String>,
    /// Their words with headings and nested points, one string a point.
    pub words: Vec<String>,
    /// What became of the base's points, as [`Relation::headline`](crate::Relation::headline)
    /// says it, or `restored` where only an older draft has them; `None` in the first
    /// draft, and where neither this draft nor its base has the row.
    pub became: Option<String>,
    /// Whether the point left its place in the order of the base.
    pub moved: bool,
    /// Whether it has another number than in the base.
    pub renumbered: bool,
    /// Likeness to the base.
    pub score: f64,
    /// Why the points belong together.
    pub reason: String,
    /// Typed changes against the base.
    pub changes: Vec<Change>,
    /// Word by word against the base.
    pub diff: Vec<DiffPart>,
    /// What is open in the points.
    pub open: BracketCount,
}

/// One point, or group of points, through all drafts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// One cell a draft.
    pub cells: Vec<Cell>,
    /// Whether it is text without a number in every draft that has it.
    pub unnumbered: bool,
}

/// Drafts side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The drafts in the order given.
    pub columns: Vec<Column>,
    /// The alignment of each draft but the first with its base.
    pub alignments: Vec<Alignment>,
    /// Rows in the order of the first draft; points that came later stand behind
    /// the point that they follow in their own draft.
    pub rows: Vec<Row>,
    /// How much is open in each draft.
    pub burn_down: Vec<BurnDown>,
}

/// Sets drafts side by side, each told against the draft that its front matter names
/// (`based-on`) when that comes before it, otherwise against the one before it.
///
/// Points that a draft adds to its base are looked for in the older drafts too, so
/// that a point that was deleted and comes back stays in its row. Time is that of
/// [`align`] for each neighbouring pair, and for each pair of drafts where points come back.
///
/// # Errors
/// Those of [`align`].
pub fn compare(drafts: &[Draft], links: &[Link], parties: &[PartyWords]) -> Result<Comparison, Error> {
    let mut columns = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let named = draft
            .front()
            .based_on
            .as_deref()
            .and_then(|base| drafts[..index].iter().position(|other| other.name() == base));
        columns.push(Column {
            draft: draft.name().to_owned(),
            title: draft.title().to_owned(),
            by: draft.front().by.clone(),
            date: draft.front().date.clone(),
            base: named.or(index.checked_sub(1)),
        });
    }
    // Every unit of every draft gets a place; related ones are joined into one row.
    let units: Vec<Vec<usize>> = drafts.iter().map(Draft::units).collect();
    let mut place = BTreeMap::new();
    for (draft, units) in units.iter().enumerate() {
        for unit in units {
            let count = place.len();
            place.insert((draft, *unit), count);
        }
    }
    let mut rows = Rows { root: (0..place.len()).collect() };
    let mut alignments = Vec::new();
    let mut restored: BTreeMap<(usize, usize), (f64, String)> = BTreeMap::new();
    for index in 1..drafts.len() {
        let base = columns[index].base.unwrap_or(0);
        let alignment = align(&drafts[base], &drafts[index], links)?;
        let mut added: Vec<usize> = Vec::new();
        for relation in &alignment.relations {
            rows.join(
                relation
                    .old
                    .iter()
                    .map(|unit| place[&(base, *unit)])
                    .chain(relation.new.iter().map(|unit| place[&(index, *unit)])),
            );
            if relation.kind == RelationKind::Added && !relation.manual {
                added.extend(&relation.new);
            }
        }
        for older in (0..index).rev().filter(|older| *older != base) {
            if added.is_empty() {
                break;
            }
            let gone = units[older].iter().any(|unit| {
                let row = rows.find(place[&(older, *unit)]);
                units[base].iter().all(|other| rows.find(place[&(base, *other)]) != row)
            });
            if !gone {
                continue;
            }
            for relation in align(&drafts[older], &drafts[index], links)?.relations {
                let (&[old], &[new]) = (&relation.old[..], &relation.new[..]) else { continue };
                if !added.contains(&new) || relation.kind == RelationKind::Replaced {
                    continue;
                }
                let row = rows.find(place[&(older, old)]);
                let base_has = units[base].iter().any(|unit| rows.find(place[&(base, *unit)]) == row);
                if !base_has {
                    rows.join([place[&(older, old)], place[&(index, new)]]);
                    added.retain(|unit| *unit != new);
                    let reason = format!("as in {}: {}", drafts[older].name(), relation.reason);
                    restored.insert((index, new), (relation.score, reason));
                }
            }
        }
        alignments.push(alignment);
    }
    let order = order_rows(&units, &place, &mut rows);
    let slot: BTreeMap<usize, usize> = order.iter().enumerate().map(|(at, row)| (*row, at)).collect();
    let mut table: Vec<Row> =
        order.iter().map(|_| Row { cells: vec![Cell::default(); drafts.len()], unnumbered: true }).collect();
    let open: Vec<BTreeMap<String, BracketCount>> =
        drafts.iter().map(|draft| draft.bracket_counts().by_point.into_iter().collect()).collect();
    for (index, draft) in drafts.iter().enumerate() {
        for unit in &units[index] {
            let row = &mut table[slot[&rows.find(place[&(index, *unit)])]];
            let point = &draft.points()[*unit];
            row.unnumbered &= point.kind != PointKind::Numbered;
            let cell = &mut row.cells[index];
            cell.points.push(*unit);
            cell.addresses.push(point.address.clone());
            cell.words.push(draft.wording(*unit));
            if let Some(count) = open[index].get(&point.address) {
                crate::bracket::add(&mut cell.open, count);
            }
        }
    }
    for (at, alignment) in alignments.iter().enumerate() {
        let index = at + 1;
        let base = columns[index].base.unwrap_or(0);
        let mut told: BTreeMap<usize, crate::change::PointChanges> =
            changes(&drafts[base], &drafts[index], alignment, parties)
                .into_iter()
                .map(|change| (change.relation, change))
                .collect();
        for (number, relation) in alignment.relations.iter().enumerate() {
            let first = relation
                .new
                .first()
                .map(|unit| place[&(index, *unit)])
                .or_else(|| relation.old.first().map(|unit| place[&(base, *unit)]));
            let Some(first) = first else { continue };
            let cell = &mut table[slot[&rows.find(first)]].cells[index];
            let back = relation.new.first().and_then(|unit| restored.get(&(index, *unit)));
            if cell.became.is_some() && relation.new.is_empty() {
                continue;
            }
            cell.became = Some(if back.is_some() { "restored" } else { relation.headline() }.to_owned());
            cell.moved = relation.moved;
            cell.renumbered = relation.renumbered;
            (cell.score, cell.reason) = back.cloned().unwrap_or((relation.score, relation.reason.clone()));
            if let Some(change) = told.remove(&number) {
                cell.changes.extend(change.changes);
                cell.diff.extend(change.diff);
            }
        }
    }
    Ok(Comparison { columns, alignments, rows: table, burn_down: burn_down(drafts) })
}

struct Rows {
    root: Vec<usize>,
}

impl Rows {
    fn find(&mut self, mut at: usize) -> usize {
        while self.root[at] != at {
            self.root[at] = self.root[self.root[at]];
            at = self.root[at];
        }
        at
    }

    fn join(&mut self, places: impl IntoIterator<Item = usize>) {
        let mut first = None;
        for at in places {
            let at = self.find(at);
            match first {
                None => first = Some(at),
                Some(one) => {
                    let (low, high) = (at.min(one), at.max(one));
                    self.root[high] = low;
                    first = Some(low);
                }
            }
        }
    }
}

fn order_rows(units: &[Vec<usize>], place: &BTreeMap<(usize, usize), usize>, rows: &mut Rows) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    for (draft, units) in units.iter().enumerate() {
        let mut slots: BTreeMap<usize, usize> =
            order.iter().enumerate().map(|(at, row)| (*row, at)).collect();
        let mut fresh: Vec<(usize, usize)> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut last = 0;
        for unit in units {
            let row = rows.find(place[&(draft, *unit)]);
            match slots.get(&row) {
                Some(slot) => last = slot + 1,
                None => {
                    if seen.insert(row) {
                        fresh.push((last, row));
                    }
                }
            }
        }
        slots.clear();
        fresh.sort_by_key(|(at, _)| *at);
        let mut merged = Vec::with_capacity(order.len() + fresh.len());
        let mut waiting = fresh.into_iter().peekable();
        for at in 0..=order.len() {
            while let Some((_, row)) = waiting.next_if(|(before, _)| *before <= at) {
                merged.push(row);
            }
            if at < order.len() {
                merged.push(order[at]);
            }
        }
        order = merged;
    }
    order
}
