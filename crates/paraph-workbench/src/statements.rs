//! Statements with their words, and the sources they stand in.

use crate::failure::Outcome;
use paraph_brief::view::{self, Context, FragmentKind};
use paraph_case::Case;
use paraph_ledger::{Anchor, Audience, Ledger, Setting, StatementFilter, Status, StoredStatement};
use paraph_reading::record::TextSpan;
use std::collections::{BTreeMap, BTreeSet};

/// How many scalar values of context stand on either side of a statement.
const AROUND: usize = 240;

/// The statements and sources that an audience may see.
pub struct Shelf {
    statements: Vec<StoredStatement>,
    sources: Vec<paraph_ledger::Source>,
    texts: BTreeMap<String, String>,
    same: BTreeMap<String, Vec<view::SameStatement>>,
}

impl Shelf {
    /// Takes what a filter selects, with the texts it stands in.
    pub fn take(ledger: &Ledger, filter: &StatementFilter) -> Outcome<Self> {
        let statements = ledger.statements(filter)?;
        Self::with(ledger, statements, filter.audience)
    }

    /// These statements, with the texts they stand in.
    pub fn with(ledger: &Ledger, statements: Vec<StoredStatement>, audience: Audience) -> Outcome<Self> {
        let sources = ledger.sources(audience)?;
        let read: BTreeSet<&str> = statements.iter().map(|statement| statement.source_id.as_str()).collect();
        let mut texts = BTreeMap::new();
        for source in sources.iter().filter(|source| read.contains(source.id.as_str())) {
            texts.insert(source.id.clone(), ledger.source_text(&source.id)?);
        }
        let same = same(ledger, &statements, &sources)?;
        Ok(Shelf { statements, sources, texts, same })
    }

    /// The views of the statements, in the order of sources and words.
    pub fn statements(&self, case: Option<&Case>) -> Vec<view::Statement> {
        let mut denied: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for statement in self.statements.iter().filter(|statement| statement.status != Status::Rejected) {
            if let Some(claim) = &statement.record.contests {
                denied.entry(claim).or_default().push(statement.id().to_owned());
            }
        }
        let mut ordered: Vec<&StoredStatement> = self.statements.iter().collect();
        let sources: BTreeMap<&str, usize> =
            self.sources.iter().enumerate().map(|(at, source)| (source.id.as_str(), at)).collect();
        let place = |statement: &StoredStatement| {
            let source = sources.get(statement.source_id.as_str());
            let first =
                statement.record.cue.iter().chain(&statement.record.content).map(|span| span.start).min();
            (source, first, statement.record.id.clone())
        };
        ordered.sort_by_cached_key(|statement| place(statement));
        ordered
            .into_iter()
            .map(|statement| self.statement(statement, case, denied.get(statement.id()).cloned()))
            .collect()
    }

    /// The views of the sources that are not withdrawn.
    pub fn sources(&self) -> Vec<view::Source> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for statement in self.statements.iter().filter(|statement| statement.status != Status::Rejected) {
            *counts.entry(&statement.source_id).or_default() += 1;
        }
        self.sources
            .iter()
            .filter(|source| !source.withdrawn)
            .map(|source| view::Source {
                id: source.id.clone(),
                title: source.meta.title.clone().unwrap_or_else(|| "untitled".to_owned()),
                publisher: source.meta.publisher.clone(),
                date: source.meta.published.map(|date| date.to_string()),
                address: source.meta.address.clone(),
                hash: source.hash.clone(),
                grade: source.meta.grade.map(|grade| grade.to_string()),
                translated: source.meta.translator.as_ref().map(|translator| {
                    let language = source.meta.language.as_deref().unwrap_or("another language");
                    format!("from {language} by {translator}")
                }),
                setting: Some(source.meta.setting.as_str().to_owned()),
                statements: counts.get(source.id.as_str()).copied().unwrap_or_default(),
            })
            .collect()
    }

    fn statement(
        &self,
        statement: &StoredStatement,
        case: Option<&Case>,
        contested_by: Option<Vec<String>>,
    ) -> view::Statement {
        let record = &statement.record;
        let source = self.sources.iter().find(|source| source.id == statement.source_id);
        let text = self.texts.get(&statement.source_id).map(String::as_str).unwrap_or_default();
        let orphan = statement.anchor == Anchor::Orphan;
        let mark = |spans: &[TextSpan], kind: FragmentKind| {
            spans.iter().map(move |span| (span.start as usize, span.end as usize, kind)).collect::<Vec<_>>()
        };
        let context = if orphan {
            Context::default()
        } else {
            let mut marks = mark(&record.source, FragmentKind::Speaker);
            marks.extend(mark(&record.cue, FragmentKind::Cue));
            marks.extend(mark(&record.content, FragmentKind::Content));
            // What the source says of itself is no context of a statement.
            let body = source.map_or(0, |source| source.meta.body_start as usize);
            within(text, body, &marks)
        };
        let first = record.cue.iter().chain(&record.content).map(|span| span.start).min();
        let (about, options) = about(record, case);
        view::Statement {
            id: record.id.clone(),
            source: statement.source_id.clone(),
            speaker: record.speaker.clone(),
            party: record.party.clone(),
            act: record.act.map(crate::statements::word),
            status: match statement.status {
                Status::Proposed => view::StatementStatus::Proposed,
                Status::Confirmed => view::StatementStatus::Confirmed,
                Status::Corrected => view::StatementStatus::Corrected,
                Status::Rejected | Status::Withdrawn => view::StatementStatus::Rejected,
            },
            words: statement.words.content_line(),
            matched: matched(record),
            about,
            options,
            chain: record.chain.iter().map(|hop| hop.name.clone()).collect(),
            channel: record.channel.clone(),
            date: date(record, source),
            contests: record.contests.clone(),
            contested_by: contested_by.unwrap_or_default(),
            negated: !record.negated.is_none(),
            reader: record.reader.clone(),
            author: Some(statement.author.clone()).filter(|_| statement.status != Status::Proposed),
            context,
            place: first.filter(|_| !orphan).map(|first| format!("line {}", line(text, first as usize))),
            orphan,
            setting: source
                .filter(|source| source.meta.setting == Setting::Private)
                .map(|source| source.meta.setting.as_str().to_owned()),
            same: self.same.get(&record.id).cloned().unwrap_or_default(),
        }
    }
}

/// A statement that is the same as others, with its report's day and place among the sources.
struct Member {
    day: Option<jiff::civil::Date>,
    place: usize,
    statement: StoredStatement,
}

/// For each of some statements, the same one in other reports that are in sight: the first of a group has all
/// others, each of the others has the first.
fn same(
    ledger: &Ledger,
    wanted: &[StoredStatement],
    sources: &[paraph_ledger::Source],
) -> Outcome<BTreeMap<String, Vec<view::SameStatement>>> {
    let groups = ledger.same_groups()?;
    let mut found = BTreeMap::new();
    if groups.is_empty() {
        return Ok(found);
    }
    let places: BTreeMap<&str, usize> = sources
        .iter()
        .enumerate()
        .filter(|(_, source)| !source.withdrawn)
        .map(|(place, source)| (source.id.as_str(), place))
        .collect();
    let touched: BTreeSet<usize> =
        wanted.iter().filter_map(|statement| groups.get(statement.id()).copied()).collect();
    let mut members: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
    for (id, group) in groups.iter().filter(|(_, group)| touched.contains(group)) {
        let statement = ledger.statement(id)?;
        let decided = matches!(statement.status, Status::Rejected | Status::Withdrawn);
        if let Some(&place) = places.get(statement.source_id.as_str()).filter(|_| !decided) {
            let day = sources[place].meta.published;
            members.entry(*group).or_default().push(Member { day, place, statement });
        }
    }
    for group in members.values_mut() {
        // The first to say it comes first; who says no day, last.
        group.sort_by_key(|member| (member.day.is_none(), member.day, member.place));
        let told = |at: usize, from: usize| {
            let Member { day, place, statement } = &group[at];
            let (words, other) = (statement.words.content_line(), group[from].statement.words.content_line());
            view::SameStatement {
                id: statement.record.id.clone(),
                title: sources[*place].meta.title.clone().unwrap_or_else(|| "untitled".to_owned()),
                date: day.map(|day| day.to_string()),
                first: at == 0,
                words: (words != other).then_some(words),
            }
        };
        for (at, member) in group.iter().enumerate().skip(1) {
            found.insert(member.statement.record.id.clone(), vec![told(0, at)]);
        }
        if group.len() > 1 {
            let others = (1..group.len()).map(|at| told(at, 0)).collect();
            found.insert(group[0].statement.record.id.clone(), others);
        }
    }
    Ok(found)
}

/// The word that a value has in files.
pub fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The context of marks in the part of a text that begins at a scalar position.
fn within(text: &str, from: usize, marks: &[(usize, usize, FragmentKind)]) -> Context {
    if marks.iter().any(|mark| mark.0 < from) {
        return Context::around(text, marks, AROUND);
    }
    let body: String = text.chars().skip(from).collect();
    let moved: Vec<_> = marks.iter().map(|&(start, end, kind)| (start - from, end - from, kind)).collect();
    Context::around(&body, &moved, AROUND)
}

fn line(text: &str, scalar: usize) -> usize {
    1 + text.chars().take(scalar).filter(|&character| character == '\n').count()
}

/// The issues a statement is about, and the options it names as "issue = option".
fn about(record: &paraph_reading::Statement, case: Option<&Case>) -> (Vec<String>, Vec<String>) {
    let (mut issues, mut options) = (Vec::new(), Vec::new());
    for entry in &record.about {
        let (issue, option) = match entry.split_once('=') {
            Some((issue, option)) => (issue.trim(), Some(option.trim())),
            None => (entry.trim(), None),
        };
        if !issues.iter().any(|known| known == issue) {
            issues.push(issue.to_owned());
        }
        if let Some(option) = option {
            options.push(format!("{issue} = {option}"));
        }
    }
    if let Some(case) = case {
        // In the case's order; `process`, `plan` and the like behind.
        issues.sort_by_key(|issue| case.issue(issue).unwrap_or(usize::MAX));
    }
    (issues, options)
}

/// What the reader gave for each entry that still stands.
fn matched(record: &paraph_reading::Statement) -> Vec<view::MatchedTopic> {
    let stands = |about: &String| record.about.contains(about);
    let kept = record.matched.iter().filter(|matched| stands(&matched.about));
    kept.map(|matched| view::MatchedTopic { about: matched.about.clone(), words: matched.words.clone() })
        .collect()
}

/// When it was said: the day or interval of its words, else the day of publication.
pub(crate) fn date(
    record: &paraph_reading::Statement,
    source: Option<&paraph_ledger::Source>,
) -> Option<String> {
    let published = source.and_then(|source| source.meta.published).map(|date| date.to_string());
    match record.when.as_ref().and_then(|when| when.interval.as_ref()) {
        // Words about a day to come were not said on it.
        Some((first, _)) if published.as_ref().is_some_and(|published| first > published) => published,
        Some((first, last)) if first == last => Some(first.clone()),
        Some((first, last)) => Some(format!("{first} to {last}")),
        None => published,
    }
}
