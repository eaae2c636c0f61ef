//! `paraph statements`

use super::Ending;
use crate::cli::{
    Fields, Format, ListFormat, StatementAdd, StatementCommand, StatementConfirm, StatementCorrect,
    StatementList, StatementReject, StatementRule, StatementSame, StatementShow, Statements,
};
use crate::output;
use paraph_brief::{csv, terminal, view};
use paraph_ledger::{Audience, Ledger, Link, Relation, Ruling, StatementFilter, Status, Verdict};
use paraph_workbench::correction;
use paraph_workbench::folder;
use paraph_workbench::folder::not_read;
use paraph_workbench::stamp;
use paraph_workbench::statements::{Shelf, word};
use paraph_workbench::{Failure, Outcome};
use std::path::Path;

/// Runs one of the commands about statements.
pub(super) fn run(arguments: Statements) -> Outcome<Ending> {
    match arguments.command.unwrap_or(StatementCommand::List(arguments.list)) {
        StatementCommand::List(arguments) => list(&arguments),
        StatementCommand::Show(arguments) => show(&arguments),
        StatementCommand::Confirm(arguments) => confirm(&arguments),
        StatementCommand::Correct(arguments) => correct(&arguments),
        StatementCommand::Reject(arguments) => reject(&arguments),
        StatementCommand::Add(arguments) => add(&arguments),
        StatementCommand::Rule(arguments) => rule(&arguments),
        StatementCommand::Same(arguments) => same(&arguments),
        StatementCommand::Distinct(arguments) => distinct(&arguments),
    }
}

fn list(arguments: &StatementList) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let ledger = folder::ledger(place)?;
    let case = folder::case(place, None)?;
    let known =
        |what: &str, name: &Option<String>, names: Vec<&str>| match name {
            Some(name) if !names.contains(&name.as_str()) => Err(Failure::new(format!("no {what} `{name}`"))
                .hint(format!("the case has: {}", names.join(", ")))),
            _ => Ok(()),
        };
    known("party", &arguments.party, case.parties.iter().map(|party| party.id.as_str()).collect())?;
    let mut issues: Vec<&str> = case.issues.iter().map(|issue| issue.id.as_str()).collect();
    issues.extend(["process", "plan", "unmapped"]);
    known("issue", &arguments.issue, issues)?;
    let filter = StatementFilter {
        status: arguments.status.clone(),
        source: arguments.report.as_ref().map(|report| folder::source(place, &ledger, report)).transpose()?,
        party: arguments.party.clone(),
        issue: arguments.issue.clone(),
        audience: arguments.audience,
        ..StatementFilter::default()
    };
    let shelf = Shelf::take(&ledger, &filter)?;
    let not_read = not_read(place, &ledger)?;
    let shown =
        view::Statements { statements: shelf.statements(Some(&case)), sources: shelf.sources(), not_read };
    match arguments.format {
        ListFormat::Json => output::json(&shown)?,
        ListFormat::Csv => output::data(&csv::statements(&shown))?,
        ListFormat::Table => output::data(&terminal::statements(&shown, output::style()))?,
    }
    Ok(Ending::Done)
}

fn show(arguments: &StatementShow) -> Outcome<Ending> {
    let (place, ids) = folder::split(&arguments.places, None);
    let ledger = folder::ledger(&place)?;
    let chosen = ids.iter().map(|id| Ok(ledger.statement(id)?)).collect::<Outcome<Vec<_>>>()?;
    if chosen.is_empty() {
        return Err(no_ids());
    }
    let case = paraph_case::load(&place, None).case;
    let shelf = Shelf::with(&ledger, chosen, Audience::Restricted)?;
    let statements = shelf.statements(case.as_ref());
    let sources = shelf.sources();
    match arguments.format {
        Format::Json => output::json(&statements)?,
        Format::Table => {
            let texts = statements.iter().map(|statement| shown(statement, &sources, None));
            output::data(&texts.collect::<Vec<_>>().join("\n"))?;
        }
    }
    Ok(Ending::Done)
}

/// One statement with its words, for people.
pub(super) fn shown(statement: &view::Statement, sources: &[view::Source], note: Option<&str>) -> String {
    let source = sources.iter().find(|source| source.id == statement.source);
    let who = match (&statement.speaker, &statement.party) {
        (Some(speaker), Some(party)) => format!("{speaker} ({party})"),
        (Some(speaker), None) => format!("{speaker} (party not determined)"),
        (None, Some(party)) => party.clone(),
        (None, None) => "speaker not determined".to_owned(),
    };
    let mut facts = vec![statement.status.word().to_owned(), who];
    facts.extend(statement.act.clone());
    if statement.negated {
        facts.push("negated".to_owned());
    }
    facts.extend(note.map(str::to_owned));
    let mut about = statement
        .about
        .iter()
        .filter(|issue| !statement.options.iter().any(|option| option.starts_with(&format!("{issue} = "))))
        .cloned()
        .collect::<Vec<_>>();
    about.extend(statement.options.iter().cloned());
    let mut text = format!("{}  {}\n", statement.id, facts.join(", "));
    text.push_str(&format!("  {}\n", quoted_line(&statement.words)));
    if !about.is_empty() {
        text.push_str(&format!("  about {}\n", about.join(", ")));
    }
    for matched in &statement.matched {
        let words: Vec<String> = matched.words.iter().map(|words| format!("“{}”", line(words))).collect();
        let proposed =
            if statement.status == view::StatementStatus::Proposed { "proposed" } else { "was proposed" };
        text.push_str(&format!("    {} {proposed} by the words {}\n", matched.about, words.join(", ")));
    }
    if let Some(contests) = &statement.contests {
        text.push_str(&format!("  denies {contests}\n"));
    }
    if !statement.contested_by.is_empty() {
        text.push_str(&format!("  denied by {}\n", statement.contested_by.join(", ")));
    }
    for also in &statement.same {
        let when = also.date.as_ref().map_or_else(String::new, |date| format!(", {date}"));
        let first = if also.first { "first " } else { "" };
        let words = match &also.words {
            Some(words) => format!(": {}", quoted_line(words)),
            None => " in the same words".to_owned(),
        };
        text.push_str(&format!("  {first}reported as {} in {}{when}{words}\n", also.id, line(&also.title)));
    }
    if !statement.context.fragments.is_empty() {
        let around: String = statement.context.fragments.iter().map(|part| part.text.as_str()).collect();
        let (before, after) = (
            if statement.context.cut_before { "… " } else { "" },
            if statement.context.cut_after { " …" } else { "" },
        );
        text.push_str(&format!("  in: {before}{}{after}\n", line(around.trim())));
    }
    let mut origin: Vec<String> = Vec::new();
    if let Some(source) = source {
        origin.push(source.title.clone());
        origin.extend(source.publisher.clone());
    }
    origin.extend(statement.date.clone());
    origin.extend(statement.place.clone());
    if statement.orphan {
        origin.push("its words are not where it says".to_owned());
    }
    origin.push(format!("proposed by {}", statement.reader));
    text.push_str(&format!("  from {}\n", line(&origin.join(", "))));
    text
}

/// Words of a report on one line, in quotation marks.
fn quoted_line(words: &str) -> String {
    paraph_brief::sentences::quoted(&line(words))
}

/// Words of a report on one line, without anything that steers a terminal.
pub(super) fn line(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|letter: char| letter.is_whitespace()).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().map(|letter| if letter.is_control() { '\u{FFFD}' } else { letter }).collect()
}

fn no_ids() -> Failure {
    Failure::new("no statement is named").hint("give identifiers as `paraph statements list` shows them")
}

/// Identifiers given one by one, or all that are proposed in a report.
fn chosen(place: &Path, ledger: &Ledger, ids: &[String], all_from: Option<&str>) -> Outcome<Vec<String>> {
    let mut chosen = ids.to_vec();
    if let Some(report) = all_from {
        let filter = StatementFilter {
            status: vec![Status::Proposed],
            source: Some(folder::source(place, ledger, report)?),
            audience: Audience::Restricted,
            ..StatementFilter::default()
        };
        chosen.extend(ledger.statements(&filter)?.into_iter().map(|statement| statement.record.id));
    } else if chosen.is_empty() {
        return Err(no_ids());
    }
    Ok(chosen)
}

fn confirm(arguments: &StatementConfirm) -> Outcome<Ending> {
    let (place, ids) = folder::split(&arguments.places, None);
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let chosen = chosen(&place, &ledger, &ids, arguments.all_from.as_deref())?;
    say(&ledger.confirm(&stamp, &chosen)?, "confirmed")
}

fn reject(arguments: &StatementReject) -> Outcome<Ending> {
    let (place, ids) = folder::split(&arguments.places, None);
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let chosen = chosen(&place, &ledger, &ids, arguments.all_from.as_deref())?;
    say(&ledger.reject(&stamp, &chosen, arguments.reason.as_deref())?, "rejected")
}

fn say(ids: &[String], what: &str) -> Outcome<Ending> {
    output::data(&ids.iter().map(|id| format!("{id}\n")).collect::<String>())?;
    let plural = if ids.len() == 1 { "statement" } else { "statements" };
    output::talk(&format!("{} {plural} {what}", ids.len()));
    Ok(Ending::Done)
}

fn correct(arguments: &StatementCorrect) -> Outcome<Ending> {
    let (place, ids) = folder::split(&arguments.places, Some(1));
    let id = ids.first().ok_or_else(no_ids)?;
    let case = folder::case(&place, None)?;
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let fields = correction::Fields { accepts: arguments.accepts, ..given(&arguments.fields) };
    let id = correction::correct(&mut ledger, &stamp, &case, id, &fields, arguments.reason.as_deref())?;
    say(&[id], "corrected")
}

/// The fields as the workbench takes them.
fn given(fields: &Fields) -> correction::Fields {
    correction::Fields {
        party: fields.party.clone(),
        act: fields.act,
        about: fields.about.clone(),
        speaker: fields.speaker.clone(),
        speaker_kind: fields.speaker_kind,
        reported_by: fields.reported_by.clone(),
        cue: fields.cue.clone(),
        content: fields.content.clone(),
        near: None,
        negated: fields.negated,
        channel: fields.channel.clone(),
        contests: fields.contests.clone(),
        concerns: fields.concerns.clone(),
        accepts: None,
    }
}

fn add(arguments: &StatementAdd) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let case = folder::case(place, None)?;
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(place)?;
    let source = folder::source(place, &ledger, &arguments.report)?;
    let fields = given(&arguments.fields);
    let id = correction::add(&mut ledger, &stamp, &case, &source, &fields)?;
    say(&[id], &format!("added, as {}", fields.act.map(word).unwrap_or_default()))
}

/// Links statements that are one.
fn same(arguments: &StatementSame) -> Outcome<Ending> {
    let (place, ids) = folder::split(&arguments.places, None);
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let [first, others @ ..] = &full(&ledger, &ids)?[..] else { return Err(no_ids()) };
    if others.is_empty() {
        return Err(Failure::new("one statement alone is the same as none other").hint("name two or more"));
    }
    let links: Vec<Link> = others.iter().map(|other| Link::new(other, Relation::Same, first)).collect();
    ledger.link_all(&stamp, &links)?;
    say(others, &format!("linked to {first}"))
}

/// Parts a statement from others, or from all that it is linked to.
fn distinct(arguments: &StatementSame) -> Outcome<Ending> {
    let (place, ids) = folder::split(&arguments.places, None);
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let [first, others @ ..] = &full(&ledger, &ids)?[..] else { return Err(no_ids()) };
    let mut others = others.to_vec();
    if others.is_empty() {
        let twins = ledger.twins()?;
        others = twins
            .iter()
            .filter(|twins| twins.same)
            .filter_map(|twins| match (&twins.one, &twins.other) {
                (one, other) if one == first => Some(other.clone()),
                (one, other) if other == first => Some(one.clone()),
                _ => None,
            })
            .collect();
        if others.is_empty() {
            return Err(Failure::new(format!("{first} is linked to no other statement")));
        }
    }
    let links: Vec<Link> = others.iter().map(|other| Link::new(first, Relation::Distinct, other)).collect();
    ledger.link_all(&stamp, &links)?;
    say(&others, &format!("parted from {first}"))
}

fn full(ledger: &Ledger, ids: &[String]) -> Outcome<Vec<String>> {
    ids.iter().map(|id| Ok(ledger.resolve_statement(id)?)).collect()
}

fn rule(arguments: &StatementRule) -> Outcome<Ending> {
    let (place, ids) = folder::split(&arguments.places, None);
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let verdict = match &arguments.prevails {
        Some(id) => Verdict::Prevails(id.clone()),
        None if arguments.stays_contested => Verdict::StaysContested,
        None => Verdict::Compatible,
    };
    ledger.rule(&stamp, &Ruling { statements: ids.clone(), verdict, reason: arguments.reason.clone() })?;
    say(&full(&ledger, &ids)?, "ruled on")
}
