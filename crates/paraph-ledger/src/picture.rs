//! The matrix worked out rule by rule from every confirmed statement: slow, and the measure of `cells.rs`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use paraph_reading::record::{Act, Statement};

use crate::decisions::Hand;
use crate::derive;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::matrix::{
    Beside, BesideKind, Cell, CellStatus, Contested, Contradiction, HistoryItem, Key, MOST_BESIDE, Matrix,
    reading, readings,
};
use crate::merge;
use crate::model::{Relation, Roster, Setting, SourceMeta, Stance, Verdict, View};
use crate::position::{
    Candidate, DateRange, Judged, Standing, decide, named_options, ruling_on, speaker, stance_of, standing,
};
use crate::query::parse_record;
use crate::text::Words;

/// A confirmed statement with everything the rules look at.
struct Sighting {
    id: String,
    record: Statement,
    words: Words,
    accepts: Option<bool>,
    setting: Setting,
    range: DateRange,
    links: Vec<(Relation, String)>,
    group: Option<usize>,
}

impl Sighting {
    fn about(&self) -> impl Iterator<Item = &str> {
        self.record.about.iter().map(String::as_str).chain(
            self.links
                .iter()
                .filter(|(relation, _)| *relation == Relation::Issue)
                .map(|(_, target)| target.as_str()),
        )
    }

    /// The party in whose row it stands when it is not that party's own word.
    fn concerns(&self) -> Option<&str> {
        self.links
            .iter()
            .rev()
            .find(|(relation, _)| *relation == Relation::AboutParty)
            .map(|(_, target)| target.as_str())
            .or(self.record.party.as_deref())
    }
}

/// What a statement is to a cell.
enum Part {
    Own(Candidate),
    Aside(Beside),
}

/// Everything of one view, loaded once.
struct Picture {
    sightings: Vec<Sighting>,
    hands: Vec<Hand>,
    hand_conflicts: BTreeMap<Key, BTreeSet<String>>,
    rulings: Vec<Judged>,
    contested: Vec<Contested>,
    awaiting: BTreeMap<(String, String, Setting), usize>,
    sources: usize,
}

impl Ledger {
    /// The same matrix as [`Ledger::positions`], worked out rule by rule from every confirmed statement.
    ///
    /// Slow, and the measure of the fast way: tests compare the two.
    ///
    /// # Errors
    /// As for [`Ledger::positions`].
    pub fn positions_rule_by_rule(&self, roster: &Roster, view: &View) -> Result<Matrix> {
        if let Some(known_at) = view.known_at {
            let then = self.as_known_at(known_at)?;
            let mut matrix = then.positions_rule_by_rule(roster, &View { known_at: None, ..*view })?;
            matrix.known_at = Some(known_at);
            return Ok(matrix);
        }
        let picture = self.picture(view)?;
        let mut parts = parts(&picture.sightings, roster);
        let mut cells = Vec::new();
        for issue in &roster.issues {
            for party in &roster.parties {
                for setting in [Setting::Public, Setting::Private] {
                    let key = (party.id.clone(), issue.id.clone(), setting);
                    let (candidates, beside) = parts.remove(&key).unwrap_or_default();
                    let hand = picture.hand(&key, view.as_of);
                    if setting == Setting::Private
                        && candidates.is_empty()
                        && beside.is_empty()
                        && hand.is_none()
                    {
                        continue;
                    }
                    cells.push(picture.cell(key, candidates, beside, hand));
                }
            }
        }
        self.store.still_the_same()?;
        Ok(Matrix {
            as_of: view.as_of,
            known_at: None,
            audience: view.audience,
            sources: picture.sources,
            cells,
        })
    }

    /// The contradictions that wait for a ruling: the queue of a reviewer.
    ///
    /// # Errors
    /// As for [`Ledger::positions`].
    pub fn contradictions(&self, roster: &Roster, view: &View) -> Result<Vec<Contradiction>> {
        Ok(Contradiction::of(self.positions(roster, view)?))
    }

    /// Every claim that another party denies, claim and denial side by side.
    ///
    /// Both must be confirmed and visible. Says nothing about who is right. A
    /// pair that was ruled compatible is listed, and marks no cell.
    ///
    /// # Errors
    /// As for [`Ledger::positions`].
    pub fn contested(&self, view: &View) -> Result<Vec<Contested>> {
        match view.known_at {
            Some(known_at) => self.as_known_at(known_at)?.contested(&View { known_at: None, ..*view }),
            None => {
                let mut contested = self.picture(view)?.contested;
                contested.sort();
                Ok(contested)
            }
        }
    }

    /// Everything on record about one pair, oldest first, undated words last.
    ///
    /// Looks at the statements about the issue, by the party or linked to one.
    ///
    /// # Errors
    /// `is_not_found` when the roster has no such party or issue; else as for [`Ledger::positions`].
    pub fn history(
        &self,
        roster: &Roster,
        party: &str,
        issue: &str,
        view: &View,
    ) -> Result<Vec<HistoryItem>> {
        self.history_among(Some((party, issue)), roster, party, issue, view)
    }

    /// The same history as [`Ledger::history`], out of every confirmed statement.
    ///
    /// Slow, and the measure of the fast way: tests compare the two.
    ///
    /// # Errors
    /// As for [`Ledger::history`].
    pub fn history_rule_by_rule(
        &self,
        roster: &Roster,
        party: &str,
        issue: &str,
        view: &View,
    ) -> Result<Vec<HistoryItem>> {
        self.history_among(None, roster, party, issue, view)
    }

    fn history_among(
        &self,
        only: Option<(&str, &str)>,
        roster: &Roster,
        party: &str,
        issue: &str,
        view: &View,
    ) -> Result<Vec<HistoryItem>> {
        if let Some(known_at) = view.known_at {
            let view = View { known_at: None, ..*view };
            return self.as_known_at(known_at)?.history_among(only, roster, party, issue, &view);
        }
        let pair = Roster {
            parties: roster.parties.iter().filter(|known| known.id == party).cloned().collect(),
            issues: roster.issues.iter().filter(|known| known.id == issue).cloned().collect(),
        };
        if pair.parties.is_empty() || pair.issues.is_empty() {
            let missing = if pair.parties.is_empty() { ("party", party) } else { ("issue", issue) };
            return Err(Error::not_found(format!("there is no {} `{}`", missing.0, missing.1)));
        }
        let (sightings, _) = self.sightings(view, only)?;
        let ranges: BTreeMap<&str, DateRange> =
            sightings.iter().map(|sighting| (sighting.id.as_str(), sighting.range)).collect();
        let mut items = Vec::new();
        for ((_, _, setting), (candidates, beside)) in parts(&sightings, &pair) {
            for candidate in candidates {
                items.push(HistoryItem {
                    date: candidate.range.last,
                    setting,
                    stance: Some(candidate.stance),
                    options: candidate.options.into_iter().collect(),
                    beside: None,
                    by_hand: None,
                    statement: Some(candidate.id),
                });
            }
            for aside in beside {
                items.push(HistoryItem {
                    date: ranges.get(aside.statement.as_str()).and_then(|range| range.last),
                    setting,
                    stance: aside.stance,
                    options: Vec::new(),
                    beside: Some(aside.kind),
                    by_hand: None,
                    statement: Some(aside.statement),
                });
            }
        }
        let hands = self.hands(view, &BTreeMap::new())?;
        for hand in hands.iter().filter(|hand| hand.party == party && hand.issue == issue) {
            items.push(HistoryItem {
                date: Some(hand.mark.date),
                setting: hand.setting,
                stance: hand.record.as_ref().map(|record| record.stance),
                options: hand.record.as_ref().map(|record| record.options.clone()).unwrap_or_default(),
                beside: None,
                by_hand: Some(hand.mark.clone()),
                statement: None,
            });
        }
        items.sort_by(|one, other| {
            (one.date.is_none(), one.date, &one.statement).cmp(&(
                other.date.is_none(),
                other.date,
                &other.statement,
            ))
        });
        Ok(items)
    }

    /// The confirmed statements in sight, in the order they came in, and how many sources are; of a party and an
    /// issue, only those that may concern them.
    fn sightings(&self, view: &View, pair: Option<(&str, &str)>) -> Result<(Vec<Sighting>, usize)> {
        let level = derive::level(view.audience);
        let links = self.links()?;
        let groups = self.same_groups()?;
        let mut sources: BTreeMap<String, (DateRange, Setting)> = BTreeMap::new();
        let mut counted = 0;
        {
            let mut query = self
                .connection()
                .prepare_cached("SELECT id, meta FROM source WHERE handling <= ?1 AND NOT withdrawn")?;
            let mut rows = query.query([level])?;
            while let Some(row) = rows.next()? {
                let (id, meta): (String, String) = (row.get(0)?, row.get(1)?);
                let meta: SourceMeta = serde_json::from_str(&meta).map_err(|error| {
                    Error::corrupt(format!("the description of source {id} cannot be read")).because(error)
                })?;
                let range = DateRange::of(None, meta.published, meta.retrieved);
                counted += usize::from(range.by(view.as_of));
                sources.insert(id, (range, meta.setting));
            }
        }
        // A statement concerns a party that spoke, or that a link names; its issues stand in it, or links name them.
        let concerned = match pair {
            None => "",
            Some(_) => {
                "AND position IN (
                     SELECT statement FROM about WHERE issue = ?2
                     UNION SELECT position FROM statement
                     WHERE id IN (SELECT statement FROM link WHERE relation = 'issue'))
                 AND (party = ?1 OR id IN (SELECT statement FROM link WHERE relation = 'about-party'))"
            }
        };
        let mut query = self.connection().prepare_cached(&format!(
            "SELECT id, source, record, words, accepts FROM statement
             WHERE status IN ('confirmed', 'corrected') {concerned} ORDER BY position"
        ))?;
        let mut rows = match pair {
            None => query.query([])?,
            Some((party, issue)) => query.query([party, issue])?,
        };
        let mut sightings = Vec::new();
        while let Some(row) = rows.next()? {
            let source: String = row.get(1)?;
            let Some((source_range, setting)) = sources.get(&source) else { continue };
            let id: String = row.get(0)?;
            let record: String = row.get(2)?;
            let record = parse_record(&id, &record)?;
            let publication = source_range.first.and(source_range.last);
            let retrieved = if publication.is_none() { source_range.last } else { None };
            let range = DateRange::of(record.when.as_ref(), publication, retrieved);
            if !range.by(view.as_of) {
                continue;
            }
            let words: String = row.get(3)?;
            sightings.push(Sighting {
                words: serde_json::from_str(&words).map_err(|error| {
                    Error::corrupt(format!("the words of statement {id} cannot be read")).because(error)
                })?,
                record,
                accepts: row.get(4)?,
                setting: *setting,
                range,
                links: links.get(&id).cloned().unwrap_or_default(),
                group: groups.get(&id).copied(),
                id,
            });
        }
        Ok((sightings, counted))
    }

    fn picture(&self, view: &View) -> Result<Picture> {
        let awaiting = self.awaiting(derive::level(view.audience))?;
        let (sightings, sources) = self.sightings(view, None)?;
        let visible: BTreeMap<String, Option<String>> =
            sightings.iter().map(|sighting| (sighting.id.clone(), sighting.record.party.clone())).collect();
        let mut contested = Vec::new();
        for denial in &sightings {
            let claims = denial.record.contests.iter().chain(
                denial.links.iter().filter(|(relation, _)| *relation == Relation::Contests).map(|(_, id)| id),
            );
            let mut claims: Vec<&String> = claims.collect();
            claims.sort();
            claims.dedup();
            for claim in claims {
                let claimed_by = visible.get(claim).and_then(Option::as_ref);
                if let (Some(claimed_by), Some(denied_by)) = (claimed_by, &denial.record.party)
                    && claimed_by != denied_by
                {
                    contested.push(Contested {
                        claim: claim.clone(),
                        claimed_by: claimed_by.clone(),
                        denial: denial.id.clone(),
                        denied_by: denied_by.clone(),
                    });
                }
            }
        }
        let hands = self.hands(view, &visible)?;
        let merges = merge::Merges::load(self.connection())?;
        let hand_conflicts = merge::hand_conflicts(self.connection(), &merges)?
            .into_iter()
            .map(|(key, sides)| (key, sides.into_iter().map(|side| side.entry).collect()))
            .collect();
        let rulings = self.judged(&merges)?;
        Ok(Picture { sightings, hands, hand_conflicts, rulings, contested, awaiting, sources })
    }

    /// How many proposed statements wait for review, by cell.
    fn awaiting(&self, level: i64) -> Result<BTreeMap<Key, usize>> {
        let mut query = self.connection().prepare_cached(
            "SELECT party, issue, private, count(DISTINCT statement.position)
             FROM statement
             JOIN source ON source.id = statement.source
             JOIN about ON about.statement = statement.position
             WHERE status = 'proposed' AND party IS NOT NULL AND handling <= ?1 AND NOT withdrawn
             GROUP BY party, issue, private",
        )?;
        let mut rows = query.query([level])?;
        let mut awaiting = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let setting = if row.get(2)? { Setting::Private } else { Setting::Public };
            let count: i64 = row.get(3)?;
            awaiting.insert((row.get(0)?, row.get(1)?, setting), usize::try_from(count).unwrap_or_default());
        }
        Ok(awaiting)
    }
}

/// Sorts every statement into the cells it concerns.
fn parts(sightings: &[Sighting], roster: &Roster) -> BTreeMap<Key, (Vec<Candidate>, Vec<Beside>)> {
    let mut parts: BTreeMap<Key, (Vec<Candidate>, Vec<Beside>)> = BTreeMap::new();
    let parties: BTreeMap<&str, _> = roster.parties.iter().map(|party| (party.id.as_str(), party)).collect();
    for sighting in sightings {
        for issue in &roster.issues {
            let Some(named) = named_options(sighting.about(), issue) else { continue };
            let standing = standing(&sighting.record);
            let (stance, options) = stance_of(&sighting.record, &sighting.words, sighting.accepts, &named);
            let own_party = sighting.record.party.as_deref().and_then(|party| parties.get(party));
            let part = match (&standing, sighting.record.act) {
                (_, Some(Act::PredictAcceptance)) => {
                    let by = match &standing {
                        Standing::Relayed(by) => by.clone(),
                        _ => sighting.record.party.clone(),
                    };
                    Part::Aside(Beside {
                        statement: sighting.id.clone(),
                        kind: BesideKind::Forecast,
                        by,
                        stance: None,
                    })
                }
                (Standing::Own, act) => match (stance, own_party) {
                    (Some(stance), Some(party)) => Part::Own(Candidate {
                        id: sighting.id.clone(),
                        condition: (stance == Stance::AcceptsIf || act == Some(Act::Condition))
                            .then(|| sighting.words.content_line()),
                        stance,
                        options,
                        range: sighting.range,
                        speaker: speaker(&sighting.record, &sighting.words, party),
                        group: sighting.group,
                    }),
                    _ => {
                        let kind =
                            if act == Some(Act::Deny) { BesideKind::Denial } else { BesideKind::Mention };
                        Part::Aside(Beside { statement: sighting.id.clone(), kind, by: None, stance: None })
                    }
                },
                (Standing::Relayed(by), _) => Part::Aside(Beside {
                    statement: sighting.id.clone(),
                    kind: BesideKind::Relayed,
                    by: by.clone(),
                    stance,
                }),
                (Standing::Anonymous, _) => Part::Aside(Beside {
                    statement: sighting.id.clone(),
                    kind: BesideKind::Anonymous,
                    by: None,
                    stance,
                }),
                (Standing::Unattributed, _) => continue,
            };
            let party = match &part {
                Part::Own(_) => sighting.record.party.as_deref(),
                Part::Aside(_) => sighting.concerns(),
            };
            let Some(party) = party.filter(|party| parties.contains_key(party)) else { continue };
            let key = (party.to_owned(), issue.id.clone(), sighting.setting);
            let place = parts.entry(key).or_default();
            match part {
                Part::Own(candidate) => place.0.push(candidate),
                Part::Aside(beside) => place.1.push(beside),
            }
        }
    }
    parts
}

impl Picture {
    /// The last position that a person set by that day, unless it was cleared since.
    fn hand(&self, key: &Key, as_of: Option<Date>) -> Option<&Hand> {
        if self.hand_conflicts.contains_key(key) {
            return None;
        }
        let (party, issue, setting) = key;
        self.hands
            .iter()
            .rev()
            .find(|hand| {
                hand.party == *party
                    && hand.issue == *issue
                    && hand.setting == *setting
                    && as_of.is_none_or(|as_of| hand.mark.date <= as_of)
            })
            .filter(|hand| hand.record.is_some())
    }

    fn cell(
        &self,
        key: Key,
        candidates: Vec<Candidate>,
        mut beside: Vec<Beside>,
        hand: Option<&Hand>,
    ) -> Cell {
        let awaiting = self.awaiting.get(&key).copied().unwrap_or_default();
        let hands_in_conflict = self.hand_conflicts.get(&key).map_or_else(Vec::new, |entries| {
            let marks = self.hands.iter().map(|hand| &hand.mark);
            marks.filter(|mark| entries.contains(&mark.entry)).cloned().collect()
        });
        let (party, issue, setting) = key;
        let (no_comments, setters): (Vec<Candidate>, Vec<Candidate>) =
            candidates.into_iter().partition(|candidate| candidate.stance == Stance::NoComment);
        let mut cell = Cell { awaiting, hands_in_conflict, ..Cell::empty(&party, &issue, setting) };
        let mut shown_range: Option<DateRange> = None;
        if let Some((hand, record)) = hand.and_then(|hand| Some((hand, hand.record.as_ref()?))) {
            cell.status = CellStatus::SetByHand;
            cell.stance = record.stance;
            cell.options.clone_from(&record.options);
            cell.condition.clone_from(&record.condition);
            cell.draft.clone_from(&record.draft);
            cell.statements.clone_from(&record.evidence);
            cell.set_by_hand = Some(hand.mark.clone());
            let range = DateRange { first: Some(hand.mark.date), last: Some(hand.mark.date) };
            shown_range = Some(range);
            for candidate in &setters {
                let same = candidate.stance == record.stance
                    && candidate.options.iter().eq(record.options.iter().collect::<BTreeSet<_>>());
                if !same && !candidate.range.before(&range) && !record.evidence.contains(&candidate.id) {
                    beside.push(Beside {
                        statement: candidate.id.clone(),
                        kind: BesideKind::AfterHand,
                        by: None,
                        stance: Some(candidate.stance),
                    });
                }
            }
        } else {
            let comments_speak = setters.is_empty();
            let spoken = if comments_speak { &no_comments } else { &setters };
            let outcome = decide(spoken, &self.rulings);
            if let Some(&shown) = outcome.standing.first() {
                let shown = &spoken[shown];
                shown_range = Some(shown.range);
                cell.status = CellStatus::Confirmed;
                cell.undated = shown.range.undated();
                cell.readings = readings(spoken, &outcome);
                let first = cell.readings.first();
                cell.stance = shown.stance;
                cell.options = shown.options.iter().cloned().collect();
                cell.condition = first.and_then(|reading| reading.condition.clone());
                cell.statements =
                    cell.readings.iter().flat_map(|reading| reading.statements.iter().cloned()).collect();
                // A no-comment beside another one is not a contradiction.
                cell.contradiction = outcome.contradiction && !comments_speak;
                if let Some(previous) = outcome.previous.filter(|_| !comments_speak) {
                    cell.changed = true;
                    cell.previous = Some(reading(&[&spoken[previous]]));
                }
            }
        }
        if !setters.is_empty() || cell.set_by_hand.is_some() {
            for comment in &no_comments {
                if !shown_range.is_some_and(|shown| comment.range.before(&shown)) {
                    beside.push(Beside {
                        statement: comment.id.clone(),
                        kind: BesideKind::NoComment,
                        by: None,
                        stance: Some(Stance::NoComment),
                    });
                }
            }
        }
        beside.sort();
        let shown: BTreeSet<&str> = cell
            .statements
            .iter()
            .map(String::as_str)
            .chain(beside.iter().map(|beside| beside.statement.as_str()))
            .collect();
        let denials: BTreeSet<&String> = self
            .contested
            .iter()
            .filter(|contested| {
                shown.contains(contested.claim.as_str()) || shown.contains(contested.denial.as_str())
            })
            // A person found that claim and denial are not about the same thing.
            .filter(|contested| {
                ruling_on(&self.rulings, &contested.claim, &contested.denial) != Some(&Verdict::Compatible)
            })
            .map(|contested| &contested.denial)
            .collect();
        cell.contested_by = denials.into_iter().cloned().collect();
        cell.contested = !cell.contested_by.is_empty();
        let before = beside.len();
        cell.beside = self.latest_of_each_kind(beside);
        cell.beside_more = before - cell.beside.len();
        cell
    }

    /// At most [`MOST_BESIDE`] of each kind, the latest; order as it was.
    fn latest_of_each_kind(&self, beside: Vec<Beside>) -> Vec<Beside> {
        let ranges: BTreeMap<&str, DateRange> =
            self.sightings.iter().map(|sighting| (sighting.id.as_str(), sighting.range)).collect();
        let mut latest: Vec<&Beside> = beside.iter().collect();
        latest.sort_by_key(|beside| {
            let range = ranges.get(beside.statement.as_str()).copied().unwrap_or_default();
            std::cmp::Reverse((
                range.last.is_none(),
                range.last,
                range.first,
                std::cmp::Reverse(&beside.statement),
            ))
        });
        let mut counts: BTreeMap<BesideKind, usize> = BTreeMap::new();
        let mut kept: BTreeSet<&Beside> = BTreeSet::new();
        for beside in latest {
            let count = counts.entry(beside.kind).or_default();
            if matches!(beside.kind, BesideKind::NoComment | BesideKind::AfterHand) || *count < MOST_BESIDE {
                *count += 1;
                kept.insert(beside);
            }
        }
        beside.iter().filter(|beside| kept.contains(beside)).cloned().collect()
    }
}
