//! Joining two ledgers of one case: everything lands once, and nothing silently wins.
//!
//! A merge is one entry that names the other journal's head and every entry of
//! it in its own order, followed by those entries that this journal did not
//! have yet. Entries keep their ids, seals, authors and times; only their place
//! in the chain is new. So this journal's chain covers the other's entries, and
//! the other's own chain can be walked again from the order that was noted.
//!
//! What both sides decided differently without knowing of each other is a
//! conflict. Until a person decides after the merge, a statement under conflict
//! counts as proposed, a position set by hand on both sides as not set, a
//! ruling given on both sides as not given, and a source described differently
//! is handled as the stricter side says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use serde::Serialize;

use crate::derive::{self, Cache, read_entry};
use crate::error::{Error, Result};
use crate::journal::{self, Entry, Happened, chain, hex};
use crate::jsonl;
use crate::ledger::{Ledger, append, check_author, head, insert_entry, located, store_content};
use crate::model::Stamp;
use crate::query::Receipt;

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MergeReport {
    /// The receipt of the journal that was merged in.
    pub other: Receipt,
    /// How many entries were new here.
    pub new_entries: u64,
    /// How many of its entries were here already.
    pub known_entries: u64,
    /// How many entries were shredded here because the other side shredded them.
    pub shredded: u64,
    /// Everything that waits for a decision, conflicts of earlier merges included.
    pub conflicts: Vec<Conflict>,
}

/// Something that two sides decided differently without knowing of each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Conflict {
    /// What kind of thing it is about, and how to decide it.
    pub kind: ConflictKind,
    /// What it is about: a statement's or source's id, a party and an issue, statements' ids.
    pub about: String,
    /// The decisions that stand against each other.
    pub sides: Vec<Side>,
}

/// What kind of decision is in conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictKind {
    /// Verdicts on a statement: confirm, correct, reject or withdraw it again to decide.
    Statement,
    /// Verdicts on an event: confirm or reject it again to decide.
    Event,
    /// What is known about a source: describe it again to decide.
    Source,
    /// Positions set by hand: set or clear the position again to decide.
    Position,
    /// Rulings on a contradiction: rule again to decide.
    Ruling,
}

/// One of the decisions in a conflict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Side {
    /// When it was made.
    pub time: Timestamp,
    /// By whom.
    pub author: String,
    /// What was decided.
    pub decision: journal::EntryKind,
    /// The entry.
    pub entry: String,
}

impl Side {
    pub(crate) fn of(entry: &Entry) -> Side {
        Side { entry: entry.id.clone(), decision: entry.kind, author: entry.author.clone(), time: entry.time }
    }
}

/// Who knew what when they decided: the orders in which the joined journals hold their entries.
///
/// Whoever wrote an entry had before them everything that precedes it in the
/// journal it was written in. Every journal that holds the entry holds all of
/// that before it, too, so the shortest of all beginnings that end in the
/// entry is the one that its author saw.
#[derive(Default)]
pub(crate) struct Merges {
    orders: Vec<Order>,
    /// Position of the last merge that is taken into account.
    last: i64,
}

struct Order {
    /// Position of the merge's own entry in this journal.
    at: i64,
    /// How many entries the merge brought, if it was made in this journal.
    brought: i64,
    /// When the merge was made.
    time: Timestamp,
    /// Place of every entry in the other journal.
    places: HashMap<String, i64>,
}

/// The beginning of a journal: which journal (the first is this one), and how many entries of it.
#[derive(Clone, Copy)]
struct Beginning {
    order: usize,
    length: i64,
}

impl Merges {
    pub(crate) fn load(connection: &Connection) -> Result<Merges> {
        let mut query = connection.prepare_cached(
            "SELECT journal.position, id, action, kind, author, time, payload, salt, digest, hash
             FROM merge JOIN journal ON journal.position = merge.position ORDER BY merge.position",
        )?;
        let mut rows = query.query([])?;
        let mut merges = Merges::default();
        let mut brought_up_to = 0;
        while let Some(row) = rows.next()? {
            let (position, entry) = read_entry(row)?;
            merges.last = position;
            if let Some(Happened::Merged(merged)) = entry.event()? {
                // A merge that a merge brought was made in another journal; what it brought there lies elsewhere here.
                let own = position > brought_up_to;
                let brought = if own { i64::try_from(merged.new).unwrap_or(0) } else { 0 };
                brought_up_to = brought_up_to.max(position.saturating_add(brought));
                let places = (0..).zip(merged.entries).map(|(place, id)| (id, place)).collect();
                merges.orders.push(Order { at: position, brought, time: entry.time, places });
            }
        }
        Ok(merges)
    }

    /// The position of the last merge in a journal, to see whether what was loaded is still all there is.
    pub(crate) fn last(connection: &Connection) -> Result<i64> {
        Ok(connection
            .prepare_cached("SELECT coalesce(max(position), 0) FROM merge")?
            .query_row([], |row| row.get(0))?)
    }

    /// Whether this is everything there is up to that merge.
    pub(crate) fn is_up_to(&self, last: i64) -> bool {
        self.last == last
    }

    /// When the entry at a position came to be known in this journal by a merge, if it came by one.
    pub(crate) fn brought_at(&self, position: i64) -> Option<Timestamp> {
        self.orders
            .iter()
            .find(|order| position > order.at && position <= order.at.saturating_add(order.brought))
            .map(|order| order.time)
    }

    /// The beginning of a journal that the author of an entry had before them.
    fn seen(&self, position: i64, id: &str) -> Beginning {
        let mut seen = Beginning { order: 0, length: position - 1 };
        for (number, order) in self.orders.iter().enumerate() {
            if let Some(&place) = order.places.get(id)
                && place < seen.length
            {
                seen = Beginning { order: number + 1, length: place };
            }
        }
        seen
    }

    fn place(&self, order: usize, position: i64, id: &str) -> Option<i64> {
        match order.checked_sub(1) {
            None => Some(position - 1),
            Some(number) => self.orders.get(number)?.places.get(id).copied(),
        }
    }
}

/// What the decisions about one thing come to.
pub(crate) struct Resolved<State> {
    /// The state that counts.
    pub(crate) state: State,
    /// The states that stand against each other; empty without a conflict.
    pub(crate) against: Vec<State>,
    /// The decisions that stand against each other; empty without a conflict.
    pub(crate) sides: Vec<Side>,
}

/// An entry about a thing, with its position and what it says.
pub(crate) type Decision = (i64, Entry, Happened);

/// A walk through the decisions of one journal.
struct Walk {
    /// Place and index of every decision, in the journal's order.
    held: Vec<(i64, usize)>,
    /// How far the walk has come.
    next: usize,
    /// The decisions so far that nobody has decided upon.
    latest: Vec<usize>,
}

/// Plays decisions one after the other, each on top of what its author saw.
///
/// Decisions that were made without knowing of each other and come to the same
/// are one; else they are in conflict, and the state is `base` until somebody
/// who has them all before them decides. The result depends on who knew what,
/// not on the order of this journal, so that both sides of a merge come to the
/// same. Takes time linear in decisions times merges.
pub(crate) fn resolve<State: Clone>(
    merges: &Merges,
    decisions: &[&Decision],
    base: State,
    step: impl Fn(&mut State, &Decision),
    same: impl Fn(&State, &State) -> bool,
) -> Resolved<State> {
    if merges.orders.is_empty() || decisions.len() < 2 {
        let mut state = base;
        for decision in decisions {
            step(&mut state, decision);
        }
        return Resolved { state, against: Vec::new(), sides: Vec::new() };
    }
    let seen: Vec<Beginning> =
        decisions.iter().map(|(position, entry, _)| merges.seen(*position, &entry.id)).collect();
    let known_to = |one: usize, other: usize| -> bool {
        let (position, entry, _) = decisions[one];
        merges.place(seen[other].order, *position, &entry.id).is_some_and(|place| place < seen[other].length)
    };
    // For every journal, its decisions in its order, and those of them that nobody has decided upon yet.
    let mut journals: Vec<Walk> = (0..=merges.orders.len())
        .map(|order| {
            let mut held: Vec<(i64, usize)> = decisions
                .iter()
                .enumerate()
                .filter_map(|(index, (position, entry, _))| {
                    Some((merges.place(order, *position, &entry.id)?, index))
                })
                .collect();
            held.sort_unstable();
            Walk { held, next: 0, latest: Vec::new() }
        })
        .collect();
    let mut states: Vec<State> = Vec::with_capacity(decisions.len());
    let advance = |walk: &mut Walk, length: i64, done: usize| {
        let Walk { held, next, latest } = walk;
        while let Some(&(place, index)) = held.get(*next)
            && place < length
        {
            *next += 1;
            // In a journal that contradicts itself a decision may seem to come before what it rests on.
            if index < done && !latest.iter().any(|&later| known_to(index, later)) {
                latest.retain(|&earlier| !known_to(earlier, index));
                latest.push(index);
            }
        }
    };
    let join = |latest: &[usize], states: &[State]| -> (State, bool) {
        let Some(&first) = latest.first() else { return (base.clone(), false) };
        if latest.iter().any(|&other| !same(&states[first], &states[other])) {
            return (base.clone(), true);
        }
        // All the same but for who said it: the earliest did.
        let earliest =
            latest.iter().copied().min_by_key(|&index| (decisions[index].1.time, &decisions[index].1.id));
        (states[earliest.unwrap_or(first)].clone(), false)
    };
    for (index, decision) in decisions.iter().enumerate() {
        let Beginning { order, length } = seen[index];
        advance(&mut journals[order], length, index);
        let (mut state, _) = join(&journals[order].latest, &states);
        step(&mut state, decision);
        states.push(state);
    }
    advance(&mut journals[0], i64::MAX, decisions.len());
    let latest = &journals[0].latest;
    let (state, in_conflict) = join(latest, &states);
    let mut resolved = Resolved { state, against: Vec::new(), sides: Vec::new() };
    if in_conflict {
        resolved.against = latest.iter().map(|&index| states[index].clone()).collect();
        resolved.sides = latest.iter().map(|&index| Side::of(&decisions[index].1)).collect();
        resolved.sides.sort();
    }
    resolved
}

impl Ledger {
    /// Joins another ledger of the same case into this one, in one transaction.
    ///
    /// `journal` is the other's portable journal ([`Ledger::export_journal`]);
    /// its chain is checked first. Every entry lands once, so merging the same
    /// journal again changes nothing, and merging a later state of it brings
    /// what is new. Entries that the other side shredded are shredded here.
    ///
    /// # Errors
    /// `is_corrupt` with the line when the journal is not as it was written;
    /// `is_newer_version`; `is_conflict` when an entry here has the id of
    /// another one there; else as for every action.
    pub fn merge(&mut self, stamp: &Stamp, journal: &[u8]) -> Result<MergeReport> {
        check_author(&stamp.author)?;
        self.writable()?;
        let place = self.store.place.clone();
        let report = self.merge_here(stamp, journal).map_err(|error| located(error, &place))?;
        if report.shredded > 0 {
            self.purge()?;
        }
        Ok(report)
    }

    fn merge_here(&mut self, stamp: &Stamp, bytes: &[u8]) -> Result<MergeReport> {
        let cache = self.cache.get_mut();
        *cache = Cache::default();
        let transaction = self.store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // First walk: everything is checked before anything is stored.
        let mut order = Vec::new();
        let mut new = 0_u64;
        let other = jsonl::walk(bytes, |imported| {
            if !same_entry(&transaction, &imported.entry)? {
                new += 1;
            }
            order.push(imported.entry.id);
            Ok(())
        })?;
        let known = other.count - new;
        let mut shredded = 0;
        if new > 0 {
            let merged = journal::Merged { head: other.head.clone(), new, entries: order };
            append(&transaction, cache, stamp, vec![Happened::Merged(merged)])?;
            let (mut position, mut head) = head(&transaction)?;
            let mut objects = BTreeSet::new();
            let mut destroyed = Vec::new();
            let mut undone = false;
            jsonl::walk(bytes, |imported| {
                if same_entry(&transaction, &imported.entry)? {
                    return Ok(());
                }
                position += 1;
                let mut entry = imported.entry;
                head = chain(
                    &head,
                    entry.action.as_deref(),
                    entry.kind,
                    &entry.author,
                    &entry.time.to_string(),
                    &entry.digest,
                );
                entry.hash = head;
                for (hash, bytes) in &imported.contents {
                    store_content(&transaction, hash, bytes)?;
                }
                insert_entry(&transaction, position, &entry)?;
                match &imported.event {
                    None => {}
                    Some(Happened::Merged(_)) => derive::note_merge(&transaction, position)?,
                    Some(Happened::Undone(_)) => undone = true,
                    Some(Happened::Shredded(detail)) => {
                        for id in &detail.entries {
                            let held: Option<bool> = transaction
                                .prepare_cached("SELECT payload IS NOT NULL FROM journal WHERE id = ?1")?
                                .query_row([id], |row| row.get(0))
                                .optional()?;
                            if held == Some(true) {
                                destroyed.push(id.clone());
                            }
                        }
                    }
                    Some(event) => objects.extend(derive::touch(&transaction, position, &entry, event)?),
                }
                Ok(())
            })?;
            shredded = destroyed.len() as u64;
            if !destroyed.is_empty() {
                crate::shred::destroy(&transaction, &destroyed)?;
                derive::rebuild(&transaction)?;
            } else {
                if undone {
                    derive::derive_undone(&transaction, cache)?;
                }
                for object in &objects {
                    derive::derive(&transaction, cache, object)?;
                }
            }
        }
        let conflicts = conflicts(&transaction)?;
        transaction.commit()?;
        *cache = Cache::default();
        Ok(MergeReport { other, new_entries: new, known_entries: known, shredded, conflicts })
    }

    /// Everything that two sides of a merge decided differently and nobody has decided since.
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn conflicts(&self) -> Result<Vec<Conflict>> {
        let conflicts = conflicts(self.connection())?;
        self.store.still_the_same()?;
        Ok(conflicts)
    }
}

/// Whether this very entry is here already; another one with its id is an error.
fn same_entry(connection: &Connection, entry: &Entry) -> Result<bool> {
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT digest FROM journal WHERE id = ?1")?
        .query_row([&entry.id], |row| row.get(0))
        .optional()?;
    match found {
        None => Ok(false),
        Some(digest) if digest == entry.digest => Ok(true),
        Some(digest) => Err(Error::conflict(format!(
            "entry {} is one thing here ({}) and another there ({})",
            entry.id,
            hex(&digest),
            hex(&entry.digest)
        ))),
    }
}

fn conflicts(connection: &Connection) -> Result<Vec<Conflict>> {
    let merges = Merges::load(connection)?;
    if merges.orders.is_empty() {
        return Ok(Vec::new());
    }
    // Only what came in with a merge can be in conflict.
    let mut objects = BTreeSet::new();
    let mut query =
        connection.prepare("SELECT DISTINCT object FROM touch WHERE position > ?1 AND position <= ?2")?;
    for order in merges.orders.iter().filter(|order| order.brought > 0) {
        let keys: Vec<String> = query
            .query_map([order.at, order.at.saturating_add(order.brought)], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        objects.extend(keys.iter().filter_map(|key| derive::Object::parse(key)));
    }
    let mut conflicts = Vec::new();
    for object in objects {
        if let Some((kind, about, sides)) = derive::object_conflict(connection, &merges, &object)? {
            conflicts.push(Conflict { kind, about, sides });
        }
    }
    for ((party, issue, setting), sides) in hand_conflicts(connection, &merges)? {
        let about = format!("{party} on {issue}, {setting}");
        conflicts.push(Conflict { kind: ConflictKind::Position, about, sides });
    }
    for (statements, sides) in ruling_conflicts(connection, &merges)? {
        conflicts.push(Conflict { kind: ConflictKind::Ruling, about: statements.join(", "), sides });
    }
    conflicts.sort();
    Ok(conflicts)
}

/// A cell: party, issue, setting.
pub(crate) type CellKey = (String, String, crate::model::Setting);

/// Entries of some kinds that are not undone, with their events.
fn effective(connection: &Connection, kinds: &str) -> Result<Vec<Decision>> {
    let mut query = connection.prepare(&format!(
        "SELECT {} FROM journal WHERE kind IN ({kinds}) AND payload IS NOT NULL
           AND coalesce(action, id) NOT IN (SELECT action FROM undone) ORDER BY position",
        derive::ENTRY_COLUMNS
    ))?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (position, entry) = read_entry(row)?;
        if let Some(event) = entry.event()? {
            found.push((position, entry, event));
        }
    }
    Ok(found)
}

/// The cells for which positions were set by hand, differently, by people who did not know of each other.
pub(crate) fn hand_conflicts(
    connection: &Connection,
    merges: &Merges,
) -> Result<BTreeMap<CellKey, Vec<Side>>> {
    if merges.orders.is_empty() {
        return Ok(BTreeMap::new());
    }
    let decisions = effective(connection, "'position-set', 'position-cleared'")?;
    let mut cells: BTreeMap<CellKey, Vec<&Decision>> = BTreeMap::new();
    for decision in &decisions {
        let key = match &decision.2 {
            Happened::PositionSet(hand) => (hand.party.clone(), hand.issue.clone(), hand.setting),
            Happened::PositionCleared(cleared) => {
                (cleared.party.clone(), cleared.issue.clone(), cleared.setting)
            }
            _ => continue,
        };
        cells.entry(key).or_default().push(decision);
    }
    Ok(cells
        .into_iter()
        .filter_map(|(key, decisions)| {
            let resolved = resolve(
                merges,
                &decisions,
                None,
                |state, (_, _, event)| {
                    *state = match event {
                        Happened::PositionSet(hand) => {
                            Some((hand.stance, hand.options.clone(), hand.condition.clone(), hand.date))
                        }
                        _ => None,
                    };
                },
                |one, other| one == other,
            );
            (!resolved.sides.is_empty()).then_some((key, resolved.sides))
        })
        .collect())
}

/// The sets of statements that were ruled on, differently, by people who did not know of each other.
pub(crate) fn ruling_conflicts(
    connection: &Connection,
    merges: &Merges,
) -> Result<BTreeMap<Vec<String>, Vec<Side>>> {
    if merges.orders.is_empty() {
        return Ok(BTreeMap::new());
    }
    let decisions = effective(connection, "'contradiction-judged'")?;
    let mut judged: BTreeMap<Vec<String>, Vec<&Decision>> = BTreeMap::new();
    for decision in &decisions {
        if let Happened::ContradictionJudged(ruling) = &decision.2 {
            judged.entry(ruling.statements.clone()).or_default().push(decision);
        }
    }
    Ok(judged
        .into_iter()
        .filter_map(|(statements, decisions)| {
            let resolved = resolve(
                merges,
                &decisions,
                None,
                |state, (_, _, event)| {
                    if let Happened::ContradictionJudged(ruling) = event {
                        *state = Some(ruling.verdict.clone());
                    }
                },
                |one, other| one == other,
            );
            (!resolved.sides.is_empty()).then_some((statements, resolved.sides))
        })
        .collect())
}
