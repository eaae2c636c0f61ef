//! The matrix from the derived parts: the fast way to what `picture.rs` works out rule by rule.
//!
//! A cell needs, of every part, its latest days; from these follows which
//! parts can hold a statement that still stands, and only those are read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use crate::decisions::Hand;
use crate::derive;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::matrix::{Beside, BesideKind, Cell, CellStatus, Key, MOST_BESIDE, Matrix, reading, readings};
use crate::merge;
use crate::model::{Audience, Relation, Roster, RosterIssue, RosterParty, Setting, Stance, Verdict, View};
use crate::position::{Candidate, DateRange, Judged, Speaker, decide, differ, ruling_on, speaker_of};
use crate::query::parse_record;
use crate::text::Words;
use crate::voice::{self, Kind, Look, NO_FIRST, SourceFacts};

/// A part with its latest days, as of the day of the view.
struct Part {
    id: voice::PartId,
    look: Rc<Look>,
    count: i64,
    latest: i64,
    last: i64,
    /// Holds statements that a ruling or a link of sameness speaks of: their days settle nothing for others.
    special: bool,
    /// Holds words of which no first day is known, and which so belong to every day's picture, later than that of
    /// the view.
    undated: bool,
}

/// One row of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    last: i64,
    first: i64,
    statement: i64,
}

impl Row {
    fn range(&self) -> DateRange {
        DateRange { first: voice::date(self.first), last: voice::date(self.last) }
    }
}

/// An own part with what its roster makes of it.
struct OwnPart<'a> {
    part: &'a Part,
    stance: Stance,
    options: BTreeSet<String>,
    speaker: Option<Speaker>,
}

/// Everything that is the same for all cells of one view.
struct Desk<'a> {
    ledger: &'a Ledger,
    as_of: i64,
    rulings: Vec<Judged>,
    ruled: BTreeSet<String>,
    groups: Arc<BTreeMap<String, usize>>,
    /// Claim and denial, for cells that show either; pairs that were ruled compatible are left out.
    contested: Vec<(String, String)>,
    /// Statements of contested pairs that stand beside a cell.
    contested_beside: BTreeMap<Key, BTreeSet<String>>,
}

/// Every claim with what denies it, by the records and by links.
fn denials(connection: &Connection) -> Result<BTreeSet<(String, String)>> {
    let mut pairs = BTreeSet::new();
    let mut query = connection.prepare_cached(
        // The index of those that contest something, not the one of all that were confirmed.
        "SELECT contests, id FROM statement INDEXED BY statement_contests
         WHERE contests IS NOT NULL AND status IN ('confirmed', 'corrected')",
    )?;
    for pair in query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        pairs.insert(pair?);
    }
    let mut query = connection.prepare_cached("SELECT target, statement FROM link WHERE relation = ?1")?;
    for pair in query.query_map([Relation::Contests.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))? {
        pairs.insert(pair?);
    }
    Ok(pairs)
}

/// A statement that a person confirmed or corrected, with what is known about its source.
fn confirmed(connection: &Connection, id: &str) -> Result<Option<(paraph_reading::Statement, SourceFacts)>> {
    let row: Option<(String, String)> = connection
        .prepare_cached(
            "SELECT source, record FROM statement WHERE id = ?1 AND status IN ('confirmed', 'corrected')",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((source, record)) = row else { return Ok(None) };
    let record = parse_record(id, &record)?;
    Ok(SourceFacts::load(connection, &source)?.map(|facts| (record, facts)))
}

impl Ledger {
    /// The days on which a matrix may change, in ascending order: those from which words about an issue count that
    /// nobody rejected or has still to look at, and those from which a position was set by hand.
    ///
    /// Between two of them every matrix of this audience shows the same. Linear in the statements about issues, with a
    /// small constant.
    ///
    /// # Errors
    /// As for [`Ledger::positions`].
    pub fn days(&self, audience: Audience) -> Result<BTreeSet<Date>> {
        let mut query = self.connection().prepare_cached(
            "SELECT DISTINCT voice.last FROM voice WHERE part IN
             (SELECT id FROM part WHERE level <= ?1 AND json_extract(look, '$.kind') <> 'awaiting')",
        )?;
        let mut rows = query.query([derive::level(audience)])?;
        let mut days = BTreeSet::new();
        while let Some(row) = rows.next()? {
            days.extend(voice::date(row.get(0)?));
        }
        let view = View { as_of: None, known_at: None, audience };
        days.extend(self.hands(&view, &BTreeMap::new())?.into_iter().map(|hand| hand.mark.date));
        // A claim is contested from the day on which claim and denial are both heard, about an issue or not.
        for id in denials(self.connection())?.into_iter().flat_map(|(claim, denial)| [claim, denial]) {
            if let Some((record, facts)) = confirmed(self.connection(), &id)?
                && facts.counts(&record, &view)
            {
                days.extend(facts.range(&record).last);
            }
        }
        self.store.still_the_same()?;
        Ok(days)
    }

    /// The matrix of positions for a roster of parties and issues.
    ///
    /// Reads the derived parts: time is linear in the number of speakers, acts
    /// and options that were ever heard of in each cell, and in what stands,
    /// not in the number of statements (as of a day: linear in those up to it,
    /// with a small constant).
    ///
    /// # Errors
    /// `is_corrupt`, `is_busy`, `is_storage`.
    pub fn positions(&self, roster: &Roster, view: &View) -> Result<Matrix> {
        if let Some(known_at) = view.known_at {
            let then = self.as_known_at(known_at)?;
            let mut matrix = then.positions(roster, &View { known_at: None, ..*view })?;
            matrix.known_at = Some(known_at);
            return Ok(matrix);
        }
        // One state for all questions, and the file is locked once.
        let _state = self.connection().unchecked_transaction()?;
        let desk = Desk::new(self, view)?;
        let merges = merge::Merges::load(self.connection())?;
        let conflicts: BTreeMap<Key, BTreeSet<String>> = merge::hand_conflicts(self.connection(), &merges)?
            .into_iter()
            .map(|(key, sides)| (key, sides.into_iter().map(|side| side.entry).collect()))
            .collect();
        let hands = self.hands(view, &BTreeMap::new())?;
        let parts = desk.parts(roster, view)?;
        // Two cells a pair, public before private, in the order of the loops below.
        let mut parts = parts.into_iter();
        let mut cells = Vec::new();
        for issue in &roster.issues {
            for party in &roster.parties {
                for setting in [Setting::Public, Setting::Private] {
                    let key = (party.id.clone(), issue.id.clone(), setting);
                    let found = parts.next().unwrap_or_default();
                    let in_conflict = conflicts.get(&key);
                    let hand = hands.iter().rev().find(|hand| {
                        (&hand.party, &hand.issue, hand.setting) == (&party.id, &issue.id, setting)
                            && view.as_of.is_none_or(|as_of| hand.mark.date <= as_of)
                    });
                    let hand = hand.filter(|hand| hand.record.is_some() && in_conflict.is_none());
                    let silent = found.iter().all(|part| part.look.kind == Kind::Awaiting);
                    if setting == Setting::Private && silent && hand.is_none() {
                        continue;
                    }
                    let mut cell = desk.cell(issue, party, setting, &found, hand)?;
                    if let Some(entries) = in_conflict {
                        let marks = hands.iter().map(|hand| &hand.mark);
                        cell.hands_in_conflict =
                            marks.filter(|mark| entries.contains(&mark.entry)).cloned().collect();
                    }
                    cells.push(cell);
                }
            }
        }
        let as_of = view.as_of.map(|date| date.to_string());
        let sources: i64 = self
            .connection()
            .prepare_cached(
                "SELECT count(*) FROM source WHERE NOT withdrawn AND handling <= ?1
                   AND (?2 IS NULL OR published IS NULL OR published <= ?2)",
            )?
            .query_row(params![derive::level(view.audience), as_of], |row| row.get(0))?;
        self.store.still_the_same()?;
        Ok(Matrix {
            as_of: view.as_of,
            known_at: None,
            audience: view.audience,
            sources: usize::try_from(sources).unwrap_or_default(),
            cells,
        })
    }
}

impl<'a> Desk<'a> {
    fn new(ledger: &'a Ledger, view: &View) -> Result<Desk<'a>> {
        let merges = merge::Merges::load(ledger.connection())?;
        let rulings = ledger.judged(&merges)?;
        let ruled = rulings.iter().flat_map(|ruling| ruling.statements.iter().cloned()).collect();
        let mut desk = Desk {
            ledger,
            as_of: view.as_of.map_or(i64::MAX, voice::day),
            rulings,
            ruled,
            groups: ledger.same_groups()?,
            contested: Vec::new(),
            contested_beside: BTreeMap::new(),
        };
        desk.contest(view)?;
        Ok(desk)
    }

    /// The parts of every cell of the roster, as of the view's day: by issue, party and setting.
    fn parts(&self, roster: &Roster, view: &View) -> Result<Vec<Vec<Part>>> {
        let connection = self.ledger.connection();
        // A name that stands twice means its first place, as in the rules.
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, party) in roster.parties.iter().enumerate() {
            known.entry(&party.id).or_insert(at);
        }
        let mut issues: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, issue) in roster.issues.iter().enumerate() {
            issues.entry(&issue.id).or_insert(at);
        }
        let special = self.special_parts()?;
        let undated = self.undated_later()?;
        let mut query = connection.prepare_cached(
            "SELECT id, issue, party, private, look, count, latest, last FROM part WHERE level <= ?1",
        )?;
        let mut rows = query.query([derive::level(view.audience)])?;
        // The same looks come again in every cell.
        let mut looks: HashMap<String, Rc<Look>> = HashMap::new();
        let mut parts: Vec<Vec<Part>> = Vec::new();
        parts.resize_with(roster.issues.len() * roster.parties.len() * 2, Vec::new);
        while let Some(row) = rows.next()? {
            let text = |column: usize| {
                row.get_ref(column)?.as_str().map_err(|error| {
                    Error::corrupt("a derived row cannot be read; rebuild the ledger").because(error)
                })
            };
            let (issue, party) = (text(1)?, text(2)?);
            let (Some(issue), Some(party)) = (issues.get(issue), known.get(party)) else { continue };
            let private: bool = row.get(3)?;
            let place = (issue * roster.parties.len() + party) * 2 + usize::from(private);
            let look = match looks.get(text(4)?) {
                Some(look) => Rc::clone(look),
                None => {
                    let look: Look = serde_json::from_str(text(4)?).map_err(|error| {
                        Error::corrupt("a derived row cannot be read; rebuild the ledger").because(error)
                    })?;
                    let look = Rc::new(look);
                    looks.insert(text(4)?.to_owned(), Rc::clone(&look));
                    look
                }
            };
            if look.kind == Kind::Elsewhere && look.by.as_deref().is_some_and(|by| known.contains_key(by)) {
                continue;
            }
            let id: voice::PartId = row.get(0)?;
            let mut part = Part {
                special: special.contains(&id),
                undated: false,
                count: row.get(5)?,
                latest: row.get(6)?,
                last: row.get(7)?,
                look,
                id,
            };
            // What waits for review is counted of whatever day, and so is what is all of earlier days.
            if part.last > self.as_of && part.look.kind != Kind::Awaiting {
                self.turn_back(&mut part, undated.get(&id).copied())?;
                if part.count == 0 {
                    continue;
                }
            }
            parts[place].push(part);
        }
        Ok(parts)
    }

    /// Of every part, how many words without a first day lie later than the view's, and their last day.
    fn undated_later(&self) -> Result<HashMap<voice::PartId, (i64, i64)>> {
        if self.as_of == i64::MAX {
            return Ok(HashMap::new());
        }
        let mut query = self.ledger.connection().prepare_cached(&format!(
            "SELECT part, count(*), max(last) FROM voice INDEXED BY voice_undated
             WHERE first = {NO_FIRST} AND last > ?1 GROUP BY part"
        ))?;
        let rows = query.query_map([self.as_of], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Makes number and latest days of a part those of the view's day; `undated` are its words without a first day
    /// that lie later.
    fn turn_back(&self, part: &mut Part, undated: Option<(i64, i64)>) -> Result<()> {
        let connection = self.ledger.connection();
        let (count, last) = undated.unwrap_or((0, NO_FIRST));
        part.undated = undated.is_some();
        (part.count, part.latest, part.last) = (count, NO_FIRST, last);
        let mut query = connection.prepare_cached(
            "SELECT last, first FROM voice WHERE part = ?1 AND last <= ?2 ORDER BY last DESC, first DESC",
        )?;
        let mut rows = query.query(params![part.id, self.as_of])?;
        // Whatever comes further back begins no later than it ends.
        let mut found = false;
        while let Some(row) = rows.next()? {
            let (last, first): (i64, i64) = (row.get(0)?, row.get(1)?);
            if found && last <= part.latest {
                break;
            }
            found = true;
            part.last = part.last.max(last);
            part.latest = part.latest.max(first);
        }
        if !found {
            return Ok(());
        }
        // Of a party's own words it is enough to know that there are some.
        part.count += if part.look.kind == Kind::Own {
            1
        } else {
            connection
                .prepare_cached("SELECT count(*) FROM voice WHERE part = ?1 AND last <= ?2")?
                .query_row(params![part.id, self.as_of], |row| row.get::<_, i64>(0))?
        };
        Ok(())
    }

    /// The parts that hold statements which a ruling or a link of sameness speaks of.
    fn special_parts(&self) -> Result<BTreeSet<voice::PartId>> {
        let mut found = BTreeSet::new();
        let mut query = self.ledger.connection().prepare_cached(
            "SELECT part FROM voice WHERE statement = (SELECT position FROM statement WHERE id = ?1)",
        )?;
        for id in self.ruled.iter().chain(self.groups.keys()) {
            for part in query.query_map([id], |row| row.get(0))? {
                found.insert(part?);
            }
        }
        Ok(found)
    }

    /// Which claims are denied, and in which cells claim or denial stand beside.
    fn contest(&mut self, view: &View) -> Result<()> {
        let connection = self.ledger.connection();
        // The party of a statement that counts in this view; nothing when it does not.
        let party = |id: &str| -> Result<Option<String>> {
            let Some((record, facts)) = confirmed(connection, id)? else { return Ok(None) };
            let counts = facts.counts(&record, view);
            Ok(record.party.filter(|_| counts))
        };
        let mut contested = Vec::new();
        for (claim, denial) in denials(connection)? {
            let (Some(claimed_by), Some(denied_by)) = (party(&claim)?, party(&denial)?) else { continue };
            let compatible = ruling_on(&self.rulings, &claim, &denial) == Some(&Verdict::Compatible);
            if claimed_by != denied_by && !compatible {
                contested.push((claim, denial));
            }
        }
        let mut query = connection.prepare_cached(
            "SELECT part.party, part.issue, part.private, part.look FROM voice JOIN part ON part.id = voice.part
             WHERE voice.statement = (SELECT position FROM statement WHERE id = ?1)",
        )?;
        let mut beside: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
        for id in contested.iter().flat_map(|(claim, denial)| [claim, denial]) {
            let mut rows = query.query([id])?;
            while let Some(row) = rows.next()? {
                let look: String = row.get(3)?;
                let look: Look = serde_json::from_str(&look).map_err(|error| {
                    Error::corrupt("a derived row cannot be read; rebuild the ledger").because(error)
                })?;
                if !matches!(look.kind, Kind::Own | Kind::Awaiting | Kind::Elsewhere) {
                    let setting = if row.get(2)? { Setting::Private } else { Setting::Public };
                    beside.entry((row.get(0)?, row.get(1)?, setting)).or_default().insert(id.clone());
                }
            }
        }
        (self.contested, self.contested_beside) = (contested, beside);
        Ok(())
    }

    /// Rows of a part, the latest first, while `wanted` says so.
    fn rows(&self, part: &Part, mut wanted: impl FnMut(&Row, usize) -> bool) -> Result<Vec<Row>> {
        let mut found = Vec::new();
        let mut take = |query: &str| -> Result<bool> {
            let mut query = self.ledger.connection().prepare_cached(query)?;
            let mut rows = query.query(params![part.id, self.as_of])?;
            while let Some(row) = rows.next()? {
                let row = Row { last: row.get(0)?, first: row.get(1)?, statement: row.get(2)? };
                if !wanted(&row, found.len()) {
                    return Ok(false);
                }
                found.push(row);
            }
            Ok(true)
        };
        // Words of a later day are not in the picture; undated ones always are.
        let more = !part.undated
            || take(
                "SELECT last, first, statement FROM voice INDEXED BY voice_undated
                 WHERE part = ?1 AND last > ?2 AND first = -9223372036854775808 ORDER BY last DESC",
            )?;
        if more {
            take(
                "SELECT last, first, statement FROM voice WHERE part = ?1 AND last <= ?2
                 ORDER BY last DESC, first DESC",
            )?;
        }
        Ok(found)
    }

    fn id_of(&self, statement: i64) -> Result<String> {
        Ok(self
            .ledger
            .connection()
            .prepare_cached("SELECT id FROM statement WHERE position = ?1")?
            .query_row([statement], |row| row.get(0))?)
    }

    fn candidate(&self, own: &OwnPart<'_>, row: &Row) -> Result<Candidate> {
        let id = self.id_of(row.statement)?;
        let conditional = own.stance == Stance::AcceptsIf || own.part.look.conditional();
        let condition = if conditional {
            let words: String = self
                .ledger
                .connection()
                .prepare_cached("SELECT words FROM statement WHERE position = ?1")?
                .query_row([row.statement], |row| row.get(0))?;
            let words: Words = serde_json::from_str(&words).map_err(|error| {
                Error::corrupt(format!("the words of statement {id} cannot be read")).because(error)
            })?;
            Some(words.content_line())
        } else {
            None
        };
        Ok(Candidate {
            stance: own.stance,
            options: own.options.clone(),
            condition,
            range: row.range(),
            speaker: own.speaker.clone(),
            group: self.groups.get(&id).copied(),
            id,
        })
    }

    fn candidates(&self, own: &OwnPart<'_>, rows: &[Row]) -> Result<Vec<Candidate>> {
        rows.iter().map(|row| self.candidate(own, row)).collect()
    }

    /// The statements of some parts that can still stand, each with the threshold below which its part was left.
    fn standing(&self, own: &[&OwnPart<'_>]) -> Result<(Vec<Candidate>, Vec<i64>)> {
        // The days of special parts are looked at one by one: what a ruling speaks of settles nothing for others.
        let mut whole: Vec<Option<Vec<Candidate>>> = Vec::with_capacity(own.len());
        let mut by_position: BTreeMap<(Stance, &BTreeSet<String>), i64> = BTreeMap::new();
        let mut by_speaker: BTreeMap<&str, i64> = BTreeMap::new();
        for part in own {
            let mut latest = part.part.latest;
            let rows = if part.part.special {
                let rows = self.rows(part.part, |_, _| true)?;
                let candidates = self.candidates(part, &rows)?;
                let free = rows.iter().zip(&candidates).filter(|(_, known)| !self.ruled.contains(&known.id));
                latest = free.map(|(row, _)| row.first).max().unwrap_or(NO_FIRST);
                Some(candidates)
            } else {
                None
            };
            whole.push(rows);
            let known = by_position.entry((part.stance, &part.options)).or_insert(NO_FIRST);
            *known = latest.max(*known);
            if let Some(speaker) = &part.speaker {
                let known = by_speaker.entry(&speaker.key).or_insert(NO_FIRST);
                *known = latest.max(*known);
            }
        }
        let mut found = Vec::new();
        let mut thresholds = Vec::with_capacity(own.len());
        for (part, whole) in own.iter().zip(whole) {
            let position = by_position.get(&(part.stance, &part.options)).copied().unwrap_or(NO_FIRST);
            let speaker = part.speaker.as_ref().and_then(|speaker| by_speaker.get(speaker.key.as_str()));
            let threshold = position.max(speaker.copied().unwrap_or(NO_FIRST));
            match whole {
                // Nothing of it was left out.
                Some(candidates) => {
                    thresholds.push(i64::MIN);
                    found.extend(candidates);
                }
                None => {
                    thresholds.push(threshold);
                    if part.part.last >= threshold {
                        let rows = self.rows(part.part, |row, _| row.last >= threshold)?;
                        found.extend(self.candidates(part, &rows)?);
                    }
                }
            }
        }
        Ok((found, thresholds))
    }

    /// The latest statement that gave way to the shown one: the better of `known` and those that were left out.
    fn previous(
        &self,
        own: &[&OwnPart<'_>],
        thresholds: &[i64],
        shown: &Candidate,
        known: Option<Candidate>,
    ) -> Result<Option<Candidate>> {
        let key = |candidate: &Candidate| {
            let (last, first) = (candidate.range.last, candidate.range.first);
            (last, first, std::cmp::Reverse(candidate.id.clone()))
        };
        let mut best = known;
        let mut order: Vec<(i64, usize)> = own
            .iter()
            .zip(thresholds)
            .enumerate()
            // Only what lies before its threshold was left out.
            .filter(|(_, (_, threshold))| **threshold > NO_FIRST)
            .map(|(at, (part, threshold))| (part.part.last.min(threshold - 1), at))
            .collect();
        order.sort_unstable_by(|one, other| other.cmp(one));
        for (bound, at) in order {
            if best.as_ref().is_some_and(|best| best.range.last.map_or(NO_FIRST, voice::day) > bound) {
                break;
            }
            let (part, threshold) = (own[at], thresholds[at]);
            let like = Candidate {
                id: String::new(),
                stance: part.stance,
                options: part.options.clone(),
                condition: None,
                range: DateRange::default(),
                speaker: None,
                group: None,
            };
            if !differ(shown, &like) {
                continue;
            }
            let mut top: Option<Row> = None;
            let rows = self.rows(part.part, |row, _| {
                if row.last >= threshold {
                    return true;
                }
                let first = *top.get_or_insert(*row);
                (first.last, first.first) == (row.last, row.first)
            })?;
            for row in rows.iter().filter(|row| row.last < threshold) {
                let candidate = self.candidate(part, row)?;
                if best.as_ref().is_none_or(|best| key(&candidate) > key(best)) {
                    best = Some(candidate);
                }
            }
        }
        Ok(best)
    }

    /// The latest of each kind that stands beside a cell, and how many more there are.
    fn beside(&self, issue: &RosterIssue, parts: &[Part]) -> Result<(Vec<Beside>, usize)> {
        let mut kinds: BTreeMap<BesideKind, Vec<&Part>> = BTreeMap::new();
        let mut all = 0;
        for part in parts {
            let kind = match part.look.kind {
                Kind::Relayed => BesideKind::Relayed,
                Kind::Anonymous => BesideKind::Anonymous,
                Kind::Forecast => BesideKind::Forecast,
                Kind::Denial => BesideKind::Denial,
                Kind::Mention | Kind::Elsewhere => BesideKind::Mention,
                Kind::Own | Kind::Awaiting => continue,
            };
            all += usize::try_from(part.count).unwrap_or_default();
            kinds.entry(kind).or_default().push(part);
        }
        let mut listed = Vec::new();
        for (kind, mut parts) in kinds {
            parts.sort_by_key(|part| std::cmp::Reverse(part.last));
            let mut found: Vec<(Row, &Part)> = Vec::new();
            for part in parts {
                let days = |row: &Row| (row.last, row.first);
                // The day that a row has to reach to be among the latest.
                let bound = (found.len() >= MOST_BESIDE).then(|| days(&found[MOST_BESIDE - 1].0));
                if bound.is_some_and(|bound| part.last < bound.0) {
                    break;
                }
                let mut at_most: Option<(i64, i64)> = None;
                let rows = self.rows(part, |row, number| {
                    if bound.is_some_and(|bound| days(row) < bound) {
                        return false;
                    }
                    if number + 1 == MOST_BESIDE {
                        at_most = Some(days(row));
                    }
                    // Of equal days, all: ids decide between them.
                    number < MOST_BESIDE || at_most == Some(days(row))
                })?;
                found.extend(rows.into_iter().map(|row| (row, part)));
                found.sort_by_key(|(row, _)| std::cmp::Reverse(days(row)));
            }
            let mut named = Vec::with_capacity(found.len());
            for (row, part) in found {
                named.push((row, self.id_of(row.statement)?, part));
            }
            named.sort_by(|(one, one_id, _), (other, other_id, _)| {
                (other.last, other.first).cmp(&(one.last, one.first)).then_with(|| one_id.cmp(other_id))
            });
            listed.extend(named.into_iter().take(MOST_BESIDE).map(|(_, statement, part)| {
                let relayed = matches!(part.look.kind, Kind::Relayed | Kind::Anonymous);
                Beside {
                    statement,
                    kind,
                    by: part.look.by.clone().filter(|_| part.look.kind != Kind::Elsewhere),
                    stance: if relayed { part.look.stance(issue).0 } else { None },
                }
            }));
        }
        let more = all - listed.len();
        Ok((listed, more))
    }

    fn cell(
        &self,
        issue: &RosterIssue,
        party: &RosterParty,
        setting: Setting,
        parts: &[Part],
        hand: Option<&Hand>,
    ) -> Result<Cell> {
        let awaiting = parts.iter().filter(|part| part.look.kind == Kind::Awaiting).map(|part| part.count);
        let awaiting = usize::try_from(awaiting.sum::<i64>()).unwrap_or_default();
        let mut cell = Cell { awaiting, ..Cell::empty(&party.id, &issue.id, setting) };
        let own: Vec<OwnPart<'_>> = parts
            .iter()
            .filter(|part| part.look.kind == Kind::Own)
            .filter_map(|part| {
                let (stance, options) = part.look.stance(issue);
                let speaker = part.look.speaker.as_ref().map(|(name, named)| speaker_of(name, *named, party));
                Some(OwnPart { part, stance: stance?, options, speaker })
            })
            .collect();
        let (comments, setters): (Vec<&OwnPart<'_>>, Vec<&OwnPart<'_>>) =
            own.iter().partition(|part| part.stance == Stance::NoComment);
        let (mut beside, more) = self.beside(issue, parts)?;
        cell.beside_more = more;
        let mut shown_range: Option<DateRange> = None;
        if let Some((hand, record)) = hand.and_then(|hand| Some((hand, hand.record.as_ref()?))) {
            cell.status = CellStatus::SetByHand;
            cell.stance = record.stance;
            cell.options.clone_from(&record.options);
            cell.condition.clone_from(&record.condition);
            cell.draft.clone_from(&record.draft);
            cell.statements.clone_from(&record.evidence);
            cell.set_by_hand = Some(hand.mark.clone());
            let since = voice::day(hand.mark.date);
            shown_range = Some(DateRange { first: Some(hand.mark.date), last: Some(hand.mark.date) });
            let held: BTreeSet<&String> = record.options.iter().collect();
            for part in &setters {
                if part.stance == record.stance && part.options.iter().eq(held.iter().copied()) {
                    continue;
                }
                for row in self.rows(part.part, |row, _| row.last >= since)? {
                    let statement = self.id_of(row.statement)?;
                    if !record.evidence.contains(&statement) {
                        let stance = Some(part.stance);
                        beside.push(Beside { statement, kind: BesideKind::AfterHand, by: None, stance });
                    }
                }
            }
        } else {
            let comments_speak = setters.is_empty();
            let spoken = if comments_speak { &comments } else { &setters };
            let (candidates, thresholds) = self.standing(spoken)?;
            let outcome = decide(&candidates, &self.rulings);
            if let Some(&shown) = outcome.standing.first() {
                let shown = &candidates[shown];
                shown_range = Some(shown.range);
                cell.status = CellStatus::Confirmed;
                cell.undated = shown.range.undated();
                cell.readings = readings(&candidates, &outcome);
                cell.stance = shown.stance;
                cell.options = shown.options.iter().cloned().collect();
                cell.condition = cell.readings.first().and_then(|reading| reading.condition.clone());
                cell.statements =
                    cell.readings.iter().flat_map(|reading| reading.statements.iter().cloned()).collect();
                cell.contradiction = outcome.contradiction && !comments_speak;
                if !comments_speak {
                    let known = outcome.previous.map(|at| candidates[at].clone());
                    let previous = self.previous(spoken, &thresholds, shown, known)?;
                    cell.changed = previous.is_some();
                    cell.previous = previous.map(|previous| reading(&[&previous]));
                }
            }
        }
        if !setters.is_empty() || cell.set_by_hand.is_some() {
            let since = shown_range.and_then(|range| range.first).map_or(NO_FIRST, voice::day);
            for part in comments {
                for row in self.rows(part.part, |row, _| row.last >= since)? {
                    let (kind, stance) = (BesideKind::NoComment, Some(Stance::NoComment));
                    beside.push(Beside { statement: self.id_of(row.statement)?, kind, by: None, stance });
                }
            }
        }
        beside.sort();
        let aside = self.contested_beside.get(&(party.id.clone(), issue.id.clone(), setting));
        let shown = |id: &String| {
            cell.statements.contains(id)
                || beside.iter().any(|beside| beside.statement == *id)
                || aside.is_some_and(|aside| aside.contains(id))
        };
        let denials: BTreeSet<&String> = self
            .contested
            .iter()
            .filter(|(claim, denial)| shown(claim) || shown(denial))
            .map(|(_, denial)| denial)
            .collect();
        cell.contested_by = denials.into_iter().cloned().collect();
        cell.contested = !cell.contested_by.is_empty();
        cell.beside = beside;
        Ok(cell)
    }
}
