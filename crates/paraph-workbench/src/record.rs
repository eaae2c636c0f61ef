//! What the ledger holds besides the matrix: searches, the timeline, what changed, what waits for a person,
//! who talks to whom. Every function returns a view whose JSON is the documented interface.

use crate::desk::Desk;
use crate::failure::{Failure, Outcome};
use crate::matrix::{self, corrected};
use crate::names;
use crate::statements::{Shelf, word};
use jiff::civil::Date;
use paraph_brief::view;
use paraph_case::Case;
use paraph_ledger::{
    Audience, BesideKind, ConflictKind, Found, Ledger, Receipt, Roster, RosterParty, RulingLine, Stance,
    StoredStatement, TimelineFilter, TimelineItem, TimelineKind, Verdict, View,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Statements and sources whose words a search finds, the latest first, at most `most` of them.
///
/// # Errors
/// A ledger that cannot be read.
pub fn search(ledger: &Ledger, words: &str, audience: Audience, most: usize) -> Outcome<view::Search> {
    // One more than is shown tells whether there are more.
    let found = ledger.search(words, audience, most.saturating_add(1))?;
    let truncated = found.len() > most;
    let titles: BTreeMap<String, paraph_ledger::Source> =
        ledger.sources(audience)?.into_iter().map(|source| (source.id.clone(), source)).collect();
    let title = |id: &str| {
        let title = titles.get(id).and_then(|source| source.meta.title.clone());
        title.unwrap_or_else(|| "untitled".to_owned())
    };
    let published =
        |id: &str| titles.get(id).and_then(|source| source.meta.published).map(|date| date.to_string());
    let mut hits = Vec::new();
    for hit in found.into_iter().take(most) {
        hits.push(match hit {
            Found::Statement { id, source, words } => {
                let statement = ledger.statement(&id)?;
                view::SearchHit {
                    kind: "statement".to_owned(),
                    title: title(&source),
                    party: statement.record.party.clone(),
                    status: Some(statement.status.to_string()),
                    date: crate::statements::date(&statement.record, titles.get(&source)),
                    id,
                    words,
                }
            }
            Found::Source { id, words, .. } => view::SearchHit {
                kind: "source".to_owned(),
                title: title(&id),
                date: published(&id),
                id,
                words,
                ..view::SearchHit::default()
            },
        });
    }
    Ok(view::Search { query: words.to_owned(), audience: audience.to_string(), found: hits, truncated })
}

/// Which lines of a timeline are wanted. What is `None` or empty selects all.
#[derive(Debug, Clone, Default)]
pub struct TimelineWanted {
    /// Only this party, by its identifier.
    pub party: Option<String>,
    /// Only this issue, by its identifier.
    pub issue: Option<String>,
    /// Only these kinds: statement, event, source, draft, ruling, position.
    pub kinds: Vec<String>,
    /// Only events at a place whose words contain this.
    pub place: Option<String>,
    /// Only from this day on.
    pub since: Option<Date>,
    /// Also what nobody has confirmed yet.
    pub proposed: bool,
}

/// What a timeline lists, and the ledger's own items behind it (for a calendar).
pub struct TimelineFound {
    /// The view.
    pub view: view::Timeline,
    /// The ledger's items of the same lines, without drafts.
    pub items: Vec<TimelineItem>,
}

/// What was said, done, received, drafted and decided, the oldest first, undated things last.
///
/// A draft stands at the day of its front matter; one dated by a month or a
/// year stands at its last day.
///
/// # Errors
/// A party, an issue or a kind that is not known; a folder that cannot be read.
pub fn timeline(
    place: &Path,
    case: &Case,
    ledger: &Ledger,
    asked: &View,
    wanted: &TimelineWanted,
) -> Outcome<TimelineFound> {
    const KINDS: [(&str, Option<TimelineKind>); 6] = [
        ("statement", Some(TimelineKind::Statement)),
        ("event", Some(TimelineKind::Event)),
        ("source", Some(TimelineKind::Source)),
        ("draft", None),
        ("ruling", Some(TimelineKind::Ruling)),
        ("position", Some(TimelineKind::Position)),
    ];
    known(case, wanted.party.as_deref(), wanted.issue.as_deref())?;
    for kind in &wanted.kinds {
        if !KINDS.iter().any(|(name, _)| name == kind) {
            let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
            return Err(Failure::new(format!("no kind `{kind}`"))
                .hint(format!("a timeline holds: {}", names.join(", "))));
        }
    }
    let wants = |kind: &str| wanted.kinds.is_empty() || wanted.kinds.iter().any(|known| known == kind);
    let filter = TimelineFilter {
        party: wanted.party.as_ref().and_then(|id| people(case).into_iter().find(|party| party.id == *id)),
        issue: wanted.issue.clone(),
        kinds: KINDS.iter().filter(|(name, _)| wants(name)).filter_map(|(_, kind)| *kind).collect(),
        place: wanted.place.clone(),
        since: wanted.since,
        with_proposed: true,
    };
    // Drafts alone are no kind of the ledger's: an empty list would select all.
    let all = if filter.kinds.is_empty() { Vec::new() } else { ledger.timeline(asked, &filter)? };
    let before = all.len();
    let items: Vec<TimelineItem> = all.into_iter().filter(|item| wanted.proposed || item.confirmed).collect();
    let proposed_left_out = (before - items.len()) as u64;
    let mut lines: Vec<view::TimelineLine> = items.iter().map(line).collect();
    let about_drafts = wanted.party.is_none() && wanted.issue.is_none() && wanted.place.is_none();
    if wants("draft") && about_drafts {
        for draft in &Desk::read(place)?.drafts {
            let summary = crate::drafts::summary(draft);
            let (date, until) = days(summary.date.as_deref());
            let hidden = wanted.since.is_some_and(|since| until.is_none_or(|until| until < since))
                || asked.as_of.is_some_and(|as_of| until.is_some_and(|until| until > as_of));
            if hidden {
                continue;
            }
            lines.push(view::TimelineLine {
                date: date.map(|date| date.to_string()),
                until: until.map(|date| date.to_string()),
                dated_by: if until.is_some() { "draft" } else { "nothing" }.to_owned(),
                kind: "draft".to_owned(),
                label: summary.by.clone().map_or_else(|| "draft".to_owned(), |by| format!("by {by}")),
                id: summary.name.clone(),
                confirmed: true,
                text: summary.title.clone(),
                ..view::TimelineLine::default()
            });
        }
        lines.sort_by(|one, other| {
            let key =
                |line: &view::TimelineLine| (line.until.is_none(), line.until.clone(), line.date.clone());
            key(one).cmp(&key(other))
        });
    }
    let view = view::Timeline {
        as_of: asked.as_of.map(|date| date.to_string()),
        audience: asked.audience.to_string(),
        lines,
        proposed_left_out,
    };
    Ok(TimelineFound { view, items })
}

fn line(item: &TimelineItem) -> view::TimelineLine {
    view::TimelineLine {
        date: item.date.map(|date| date.to_string()),
        until: item.until.map(|date| date.to_string()),
        dated_by: word(item.dated_by),
        kind: word(item.kind),
        label: item.label.clone(),
        standing: item.standing.map(word),
        id: item.id.clone(),
        parties: item.parties.clone(),
        participants: item.participants.clone(),
        issues: item.issues.clone(),
        places: item.places.clone(),
        source: item.source.clone(),
        confirmed: item.confirmed,
        text: item.text.clone(),
    }
}

/// The first and the last day of a date written as a day, a month or a year.
fn days(date: Option<&str>) -> (Option<Date>, Option<Date>) {
    let Some(date) = date else { return (None, None) };
    if let Ok(day) = date.parse::<Date>() {
        return (Some(day), Some(day));
    }
    let of = |text: String| text.parse::<Date>().ok();
    match date.len() {
        7 => {
            let first = of(format!("{date}-01"));
            (first, first.map(Date::last_of_month))
        }
        4 => (of(format!("{date}-01-01")), of(format!("{date}-12-31"))),
        _ => (None, None),
    }
}

/// A party and an issue have to be in the case.
fn known(case: &Case, party: Option<&str>, issue: Option<&str>) -> Outcome<()> {
    let missing = |what: &str, name: &str, names: Vec<&str>| {
        Failure::new(format!("no {what} `{name}`")).hint(format!("the case has: {}", names.join(", ")))
    };
    if let Some(party) = party
        && !case.parties.iter().any(|known| known.id == party)
    {
        let names = case.parties.iter().map(|party| party.id.as_str()).collect();
        return Err(missing("party", party, names));
    }
    if let Some(issue) = issue
        && case.issue(issue).is_none()
    {
        let names = case.issues.iter().map(|issue| issue.id.as_str()).collect();
        return Err(missing("issue", issue, names));
    }
    Ok(())
}

/// The parties with everything that the case calls them, their people included.
fn people(case: &Case) -> Vec<RosterParty> {
    let mut parties = names::for_positions(case).parties;
    for (party, known) in parties.iter_mut().zip(&case.parties) {
        party.names.extend(known.people.iter().cloned());
    }
    parties
}

/// With what a matrix is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// With itself as of an earlier day.
    Day(Date),
    /// With what the ledger said when a receipt was written, and what that was.
    Receipt(Receipt, String),
}

impl Since {
    /// Reads `2031-05-06`, `last-brief`, a receipt `12:9f86d0…`, or the path of a brief (HTML or JSON).
    ///
    /// `last-brief` is the file that `paraph brief` writes for this case where
    /// nothing else is said: `NAME-brief.html` here, else beside or in the case's folder.
    ///
    /// # Errors
    /// When it is none of these, or the brief cannot be read or holds no receipt.
    pub fn read(text: &str, place: &Path) -> Outcome<Since> {
        if let Ok(day) = text.parse::<Date>() {
            return Ok(Since::Day(day));
        }
        if let Ok(receipt) = text.parse::<Receipt>() {
            let told = format!("receipt {}:{}…", receipt.count, &receipt.head[..8]);
            return Ok(Since::Receipt(receipt, told));
        }
        let path = if text == "last-brief" { last_brief(place)? } else { PathBuf::from(text) };
        let bytes = std::fs::read_to_string(&path).map_err(|error| {
            Failure::new(format!("`{}` cannot be read: {error}", path.display()))
                .hint("give a day (2031-05-06), `last-brief`, a receipt (12:9f86d0…) or the file of a brief")
        })?;
        let receipt = receipt_in(&bytes).ok_or_else(|| {
            Failure::new(format!("`{}` holds no receipt of a ledger", path.display())).hint(
                "a brief for the audience `public` carries none; give a day or a receipt from `paraph verify`",
            )
        })?;
        let name =
            path.file_name().map_or_else(|| text.to_owned(), |name| name.to_string_lossy().into_owned());
        Ok(Since::Receipt(receipt, name))
    }

    /// What it is, in words.
    pub fn words(&self) -> String {
        match self {
            Since::Day(day) => day.to_string(),
            Since::Receipt(_, told) => told.clone(),
        }
    }
}

/// The name of the file that `paraph brief` writes for a case, after its folder.
pub fn brief_name(place: &Path, ending: &str) -> String {
    let whole = place.canonicalize().unwrap_or_else(|_| place.to_path_buf());
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned());
    format!("{}-brief.{ending}", name.unwrap_or_else(|| "case".to_owned()))
}

/// The latest brief of a case: here, in the folder, or beside it.
fn last_brief(place: &Path) -> Outcome<PathBuf> {
    let whole = place.canonicalize().unwrap_or_else(|_| place.to_path_buf());
    let folders = [Some(PathBuf::from(".")), Some(whole.clone()), whole.parent().map(Path::to_path_buf)];
    let mut found: Vec<(std::time::SystemTime, PathBuf)> = Vec::new();
    for folder in folders.into_iter().flatten() {
        for ending in ["html", "json"] {
            let path = folder.join(brief_name(place, ending));
            if let Ok(changed) = std::fs::metadata(&path).and_then(|about| about.modified()) {
                found.push((changed, path));
            }
        }
    }
    // The first of equally old ones: here comes before elsewhere.
    found
        .into_iter()
        .reduce(|latest, next| if next.0 > latest.0 { next } else { latest })
        .map(|(_, path)| path)
        .ok_or_else(|| {
            Failure::new(format!("there is no `{}`", brief_name(place, "html")))
                .hint("write one with `paraph brief`, or name the file, a day, or a receipt")
        })
}

/// The receipt that a brief carries in its footer, or its JSON in `receipt`.
fn receipt_in(brief: &str) -> Option<Receipt> {
    if let Ok(value) = serde_json::from_str::<serde_json::Value>(brief) {
        let receipt = value.get("receipt")?;
        let (records, head) = (receipt.get("records")?.as_u64()?, receipt.get("head")?.as_str()?);
        return format!("{records}:{head}").parse().ok();
    }
    // The last place: a report that is quoted above may say the same words.
    let (_, rest) = brief.rsplit_once("Ledger: ")?;
    let (records, rest) = rest.split_once(' ')?;
    let (_, rest) = rest.split_once("<code>")?;
    let (head, _) = rest.split_once("</code>")?;
    format!("{records}:{head}").parse().ok()
}

/// What the matrix shows differently than at an earlier day, or when a brief was written.
///
/// # Errors
/// A receipt that is of no state of this ledger; a ledger that cannot be read.
pub fn changes(
    case: &Case,
    ledger: &Ledger,
    since: &Since,
    day: Option<Date>,
    audience: Audience,
) -> Outcome<view::MatrixChanges> {
    let as_of = day.or(case.as_of);
    let roster = names::for_positions(case);
    let asked = View { as_of, known_at: None, audience };
    let now = ledger.positions(&roster, &asked)?;
    let (before, known) = match since {
        Since::Day(day) => (ledger.positions(&roster, &View { as_of: Some(*day), ..asked })?, None),
        Since::Receipt(receipt, _) => {
            let then = ledger.as_of_receipt(receipt)?;
            (then.positions(&roster, &asked)?, Some(then))
        }
    };
    let corrected = corrected(ledger, audience)?;
    let shown = |cell: &paraph_ledger::Cell| matrix::cell(cell, None, &corrected);
    let changes = now
        .changes_since(&before)
        .iter()
        .map(|change| view::MatrixChange {
            party: change.party.clone(),
            issue: change.issue.clone(),
            setting: change.setting.to_string(),
            kinds: change.kinds.iter().map(word).collect(),
            before: change.before.as_ref().map(shown),
            after: change.after.as_ref().map(shown),
        })
        .collect();
    let held = |ledger: &Ledger| -> Outcome<BTreeSet<String>> {
        Ok(ledger.sources(audience)?.into_iter().map(|source| source.id).collect())
    };
    let before_ids = known.as_ref().map(held).transpose()?;
    let new_sources = ledger
        .sources(audience)?
        .into_iter()
        .filter(|source| match (&before_ids, since) {
            (Some(known), _) => !known.contains(&source.id),
            (None, Since::Day(day)) => source
                .meta
                .published
                .is_some_and(|published| published > *day && as_of.is_none_or(|as_of| published <= as_of)),
            (None, Since::Receipt(..)) => false,
        })
        .map(|source| {
            let mut facts = vec![source.meta.title.unwrap_or_else(|| "untitled".to_owned())];
            facts.extend(source.meta.publisher);
            facts.extend(source.meta.published.map(|date| date.to_string()));
            facts.join(", ")
        })
        .collect();
    Ok(view::MatrixChanges {
        since: since.words(),
        as_of: as_of.map(|date| date.to_string()),
        audience: audience.to_string(),
        parties: names::parties(case),
        issues: names::issues(case),
        changes,
        new_sources,
    })
}

/// Everything on record about one pair of party and issue, the oldest first.
///
/// # Errors
/// A party or an issue that the case does not have; a ledger that cannot be read.
pub fn history(
    case: &Case,
    ledger: &Ledger,
    party: &str,
    issue: &str,
    asked: &View,
) -> Outcome<view::CellHistory> {
    known(case, Some(party), Some(issue))?;
    let items = ledger.history(&names::for_positions(case), party, issue, asked)?;
    let ids: BTreeSet<String> = items.iter().filter_map(|item| item.statement.clone()).collect();
    let steps = items
        .into_iter()
        .map(|item| view::CellStep {
            date: item.date.map(|date| date.to_string()),
            setting: item.setting.to_string(),
            position: match item.stance {
                Some(stance) => position_words(stance, &item.options),
                None if item.by_hand.is_some() => "cleared".to_owned(),
                None => String::new(),
            },
            beside: item.beside.map(beside_words),
            statement: item.statement,
            by_hand: item.by_hand.map(|mark| format!("{} ({})", mark.reason, mark.author)),
        })
        .collect();
    Ok(view::CellHistory {
        party: party.to_owned(),
        issue: issue.to_owned(),
        steps,
        statements: quoted(case, ledger, &ids, asked.audience)?,
    })
}

/// The stance with its options, in words.
fn position_words(stance: Stance, options: &[String]) -> String {
    let unsaid = matches!(stance, Stance::WillDiscuss | Stance::NoComment | Stance::NoRecord);
    match options {
        [] if unsaid => stance.to_string(),
        [] => format!("{stance} (option not stated)"),
        options => format!("{stance} {}", options.join(" or ")),
    }
}

fn beside_words(kind: BesideKind) -> String {
    word(kind).replace('-', " ")
}

/// The views of some statements, those that the audience may see.
fn quoted(
    case: &Case,
    ledger: &Ledger,
    ids: &BTreeSet<String>,
    audience: Audience,
) -> Outcome<Vec<view::Statement>> {
    let seen: BTreeSet<String> = ledger.sources(audience)?.into_iter().map(|source| source.id).collect();
    let mut chosen: Vec<StoredStatement> = Vec::new();
    for id in ids {
        let statement = ledger.statement(id)?;
        if seen.contains(&statement.source_id) {
            chosen.push(statement);
        }
    }
    Ok(Shelf::with(ledger, chosen, audience)?.statements(Some(case)))
}

/// What waits for a person's decision, with the words it is about.
///
/// # Errors
/// A ledger that cannot be read.
pub fn queue(case: &Case, ledger: &Ledger, asked: &View) -> Outcome<view::Queue> {
    let roster: Roster = names::for_positions(case);
    let found = ledger.queues(&roster, asked)?;
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for contradiction in &found.contradictions {
        ids.extend(contradiction.readings.iter().flat_map(|reading| reading.statements.iter().cloned()));
    }
    for contested in &found.contested {
        ids.extend([contested.pair.claim.clone(), contested.pair.denial.clone()]);
    }
    let name_of = |id: &str| {
        let party = case.parties.iter().find(|party| party.id == id);
        party.map_or_else(|| id.to_owned(), |party| party.name.clone())
    };
    let title_of = |id: &str| match case.issue(id) {
        Some(at) => case.issues[at].title.clone(),
        None => id.to_owned(),
    };
    Ok(view::Queue {
        audience: asked.audience.to_string(),
        proposed: found.proposed as u64,
        contradictions: found
            .contradictions
            .into_iter()
            .map(|contradiction| view::QueueContradiction {
                party: contradiction.party,
                issue: contradiction.issue,
                setting: contradiction.setting.to_string(),
                readings: contradiction
                    .readings
                    .into_iter()
                    .map(|reading| view::QueueReading {
                        position: position_words(reading.stance, &reading.options),
                        date: reading.date.map(|date| date.to_string()),
                        statements: reading.statements,
                    })
                    .collect(),
            })
            .collect(),
        contested: found
            .contested
            .into_iter()
            .map(|contested| view::QueueContested {
                claim: contested.pair.claim,
                claimed_by: contested.pair.claimed_by,
                denial: contested.pair.denial,
                denied_by: contested.pair.denied_by,
                ruling: contested.ruling.map(ruling),
            })
            .collect(),
        conflicts: found.conflicts.iter().map(conflict).collect(),
        rulings: found.rulings.into_iter().map(ruling).collect(),
        silences: found
            .silences
            .into_iter()
            .map(|silence| view::QueueSilence {
                name: name_of(&silence.party),
                title: title_of(&silence.issue),
                party: silence.party,
                issue: silence.issue,
                sources: silence.sources as u64,
            })
            .collect(),
        statements: quoted(case, ledger, &ids, asked.audience)?,
    })
}

/// The view of a conflict, with the command that decides it.
pub fn conflict(conflict: &paraph_ledger::Conflict) -> view::QueueConflict {
    let about = &conflict.about;
    view::QueueConflict {
        kind: word(conflict.kind),
        about: about.clone(),
        sides: conflict.sides.iter().map(|side| format!("{} by {}", side.decision, side.author)).collect(),
        decide: match conflict.kind {
            ConflictKind::Statement => format!("paraph statements confirm|correct|reject {about}"),
            ConflictKind::Event => format!("paraph events confirm|reject {about}"),
            ConflictKind::Source => format!("paraph sources describe {about} …"),
            ConflictKind::Position => "paraph positions set|clear …".to_owned(),
            ConflictKind::Ruling => {
                format!("paraph statements rule {} … --reason …", about.replace(", ", " "))
            }
        },
    }
}

fn ruling(line: RulingLine) -> view::QueueRuling {
    view::QueueRuling {
        statements: line.statements,
        verdict: match line.verdict {
            Verdict::Prevails(id) => format!("{id} prevails"),
            Verdict::Compatible => "compatible".to_owned(),
            Verdict::StaysContested => "stays contested".to_owned(),
        },
        reason: line.reason,
        author: line.author,
        time: line.time.to_string(),
    }
}

/// Who is on record as talking to whom, and as speaking about whom.
///
/// People are behind the parties that the case lists them under: only parties are shown.
///
/// # Errors
/// A ledger that cannot be read.
pub fn network(
    case: &Case,
    ledger: &Ledger,
    asked: &View,
) -> Outcome<(view::Network, paraph_ledger::Network)> {
    let found = ledger.network(&people(case), asked)?;
    let ties = found
        .edges
        .iter()
        .map(|edge| view::Tie {
            from: edge.from.clone(),
            to: edge.to.clone(),
            kind: edge.kind.word().to_owned(),
            anonymous: edge.anonymous,
            standing: edge.standing.map(word),
            evidence: edge.statements.iter().chain(&edge.events).cloned().collect(),
        })
        .collect();
    let view = view::Network {
        parties: names::parties(case),
        ties,
        events_left_out: found.events_left_out.clone(),
        as_of: asked.as_of.map(|date| date.to_string()),
        audience: asked.audience.to_string(),
    };
    Ok((view, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_from_a_brief() {
        let head = "ab".repeat(32);
        let page = format!(
            "<q>Ledger: 9 records, head <code>no</code></q><p>Ledger: 12 records, head <code>{head}</code>. Written</p>"
        );
        let receipt = receipt_in(&page).unwrap();
        assert_eq!((receipt.count, receipt.head.as_str()), (12, head.as_str()));
        let json = format!(r#"{{"receipt": {{"head": "{head}", "records": 7}}}}"#);
        assert_eq!(receipt_in(&json).unwrap().count, 7);
        assert_eq!(receipt_in("<p>No ledger.</p>"), None);
        assert_eq!(receipt_in("{}"), None);
    }

    #[test]
    fn dates_of_drafts_may_be_rough() {
        let day = |text: &str| text.parse::<Date>().ok();
        assert_eq!(days(Some("2024-02")), (day("2024-02-01"), day("2024-02-29")));
        assert_eq!(days(Some("2024")), (day("2024-01-01"), day("2024-12-31")));
        assert_eq!(days(Some("2024-02-03")), (day("2024-02-03"), day("2024-02-03")));
        assert_eq!(days(Some("soon")), (None, None));
        assert_eq!(days(Some("äöü")), (None, None));
    }
}
