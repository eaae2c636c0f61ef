//! `paraph drafts` and `paraph initial`

use super::Ending;
use crate::cli::{
    CleanFormat, DocumentFormat, DraftAlign, DraftAssess, DraftBrackets, DraftClean, DraftColumns,
    DraftCommand, DraftDiff, DraftFormat, DraftInitial, DraftLink, DraftList, DraftPoint, DraftPut,
    DraftRegister, DraftSettle, DraftShow, Drafts, Origin, Output, ShowFormat,
};
use crate::output::{self, document, write};
use crate::progress::Watch;
use paraph_brief::{csv, docx, html, terminal, view};
use paraph_case::Case;
use paraph_drafts::{Choice, align, clean};
use paraph_ledger::{
    Audience, Concern, Contribution, Initials, Ledger, Link, PointNote, Relation, Settlement,
    StatementFilter, Status, Work,
};
use paraph_workbench::desk::{Desk, party_words};
use paraph_workbench::drafts::{self as on_drafts, assess, page, register, said};
use paraph_workbench::evidence::cite_in_full;
use paraph_workbench::stamp;
use paraph_workbench::statements::Shelf;
use paraph_workbench::{Failure, Outcome, folder};
use std::path::{Path, PathBuf};

/// Runs one of the commands about drafts.
pub(super) fn run(arguments: Drafts) -> Outcome<Ending> {
    match arguments.command.unwrap_or(DraftCommand::List(arguments.list)) {
        DraftCommand::List(arguments) => list(&arguments),
        DraftCommand::Show(arguments) => show(&arguments),
        DraftCommand::Align(arguments) => aligned(&arguments),
        DraftCommand::Diff(arguments) => diff(&arguments),
        DraftCommand::Columns(arguments) => columns(&arguments),
        DraftCommand::Brackets(arguments) => brackets(&arguments),
        DraftCommand::Assess(arguments) => assessed(&arguments),
        DraftCommand::Clean(arguments) => cleaned(&arguments),
        DraftCommand::Link(arguments) => link(&arguments),
        DraftCommand::Register(arguments) => registered(&arguments),
        DraftCommand::Point(arguments) => point(&arguments),
        DraftCommand::Put(arguments) => put(&arguments),
        DraftCommand::Settle(arguments) => settle(&arguments),
        DraftCommand::Initial(arguments) => initial(&arguments),
    }
}

/// A page of drafts with nothing on it yet.
fn html(to: &Output, page: &view::Drafts) -> Outcome<()> {
    let text = html::drafts(page).map_err(|error| Failure::new(error.to_string()))?;
    write(to, text.as_bytes())
}

/// The case, where there is one that can be used; drafts can be read without.
fn some_case(place: &Path) -> Outcome<Option<Case>> {
    Ok(paraph_case::load(folder::existing(place)?, None).case)
}

fn list(arguments: &DraftList) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let desk = Desk::read(place)?;
    let shown = on_drafts::list(&desk);
    match arguments.format {
        DraftFormat::Table => {
            write(&arguments.output, terminal::draft_list(&shown, output::style()).as_bytes())?
        }
        DraftFormat::Csv => write(&arguments.output, csv::draft_list(&shown).as_bytes())?,
        DraftFormat::Json => output::json_to(&arguments.output, &shown)?,
        DraftFormat::Html => {
            let case = some_case(place)?;
            html(&arguments.output, &view::Drafts { list: Some(shown), ..page(place, case.as_ref()) })?;
        }
    }
    Ok(Ending::Done)
}

/// What an audience may see of what was said, by statement; nothing without a ledger.
fn statements(ledger: &Ledger, case: Option<&Case>, audience: Audience) -> Outcome<Vec<view::Statement>> {
    let filter = StatementFilter {
        status: vec![Status::Proposed, Status::Confirmed, Status::Corrected],
        audience,
        ..StatementFilter::default()
    };
    Ok(Shelf::take(ledger, &filter)?.statements(case))
}

fn show(arguments: &DraftShow) -> Outcome<Ending> {
    let (place, names) = folder::split(&arguments.places, None);
    let (draft, address) = match &names[..] {
        [draft] => (draft, None),
        [draft, address] => (draft, Some(address)),
        _ => {
            return Err(
                Failure::new("no draft is named").hint("name a draft as `paraph drafts list` shows it")
            );
        }
    };
    let desk = Desk::read(&place)?;
    let at = desk.find(draft)?;
    let point = address.map(|address| desk.point(at, address)).transpose()?;
    let case = some_case(&place)?;
    let links = match &case {
        Some(case) => {
            assess::check(case, &desk)?;
            let side = desk.compare(&party_words(Some(case)))?;
            assess::links(case, &desk, &side)
        }
        None => vec![Vec::new(); desk.drafts.len()],
    };
    let mut shown = on_drafts::text(&desk.drafts[at], point, &links[at]);
    let ledger = folder::ledger(&place)?;
    let spoken = statements(&ledger, case.as_ref(), arguments.audience)?;
    shown.said = said::said(&desk, &spoken, &ledger.draft_links()?).0;
    let address = point.map(|point| desk.drafts[at].points()[point].address.as_str());
    shown.said.retain(|one| {
        one.draft == *draft
            && (address.is_none() || one.point.as_deref().is_none_or(|point| Some(point) == address))
    });
    match arguments.format {
        ShowFormat::Table => {
            write(&arguments.output, terminal::draft_text(&shown, output::style()).as_bytes())?
        }
        ShowFormat::Json => output::json_to(&arguments.output, &shown)?,
        ShowFormat::Html => {
            html(&arguments.output, &view::Drafts { text: Some(shown), ..page(&place, case.as_ref()) })?;
        }
    }
    Ok(Ending::Done)
}

fn aligned(arguments: &DraftAlign) -> Outcome<Ending> {
    // Two drafts alone, or a folder before them or alone.
    let (place, names) = match &arguments.places[..] {
        [] => (PathBuf::from("."), Vec::new()),
        [place] => (PathBuf::from(place), Vec::new()),
        places => folder::split(places, Some(2)),
    };
    let desk = Desk::read(&place)?;
    let alignments = match &names[..] {
        [old, new] => {
            let (old, new) = (desk.find(old)?, desk.find(new)?);
            vec![on_drafts::alignment(&align(&desk.drafts[old], &desk.drafts[new], &desk.links)?)]
        }
        _ => desk.compare(&[])?.alignments.iter().map(on_drafts::alignment).collect(),
    };
    let shown = view::DraftAlignments { alignments };
    match arguments.format {
        DraftFormat::Table => {
            write(&arguments.output, terminal::draft_alignments(&shown, output::style()).as_bytes())?;
        }
        DraftFormat::Csv => write(&arguments.output, csv::draft_alignments(&shown).as_bytes())?,
        DraftFormat::Json => output::json_to(&arguments.output, &shown)?,
        DraftFormat::Html => {
            let case = some_case(&place)?;
            html(
                &arguments.output,
                &view::Drafts { alignments: Some(shown), ..page(&place, case.as_ref()) },
            )?;
        }
    }
    Ok(Ending::Done)
}

fn diff(arguments: &DraftDiff) -> Outcome<Ending> {
    let (place, names) = folder::split(&arguments.places, Some(2));
    let [old, new] = &names[..] else {
        return Err(Failure::new("two drafts are needed").hint("name the old draft, then the new one"));
    };
    let desk = Desk::read(&place)?;
    let (old, new) = (&desk.drafts[desk.find(old)?], &desk.drafts[desk.find(new)?]);
    let case = some_case(&place)?;
    let found = align(old, new, &desk.links)?;
    let shown = on_drafts::diff(old, new, &found, &party_words(case.as_ref()));
    match arguments.format {
        DocumentFormat::Table => {
            write(&arguments.output, terminal::draft_diff(&shown, output::style()).as_bytes())?
        }
        DocumentFormat::Csv => write(&arguments.output, csv::draft_diff(&shown).as_bytes())?,
        DocumentFormat::Json => output::json_to(&arguments.output, &shown)?,
        DocumentFormat::Html => {
            html(&arguments.output, &view::Drafts { diff: Some(shown), ..page(&place, case.as_ref()) })?;
        }
        DocumentFormat::Docx => {
            let bytes = docx::redline(&shown).map_err(|error| Failure::new(error.to_string()))?;
            document(&arguments.output, &bytes)?;
        }
    }
    Ok(Ending::Done)
}

fn columns(arguments: &DraftColumns) -> Outcome<Ending> {
    let places = &arguments.places;
    let (place, names) = match places.split_first() {
        None => (PathBuf::from("."), Vec::new()),
        // A folder that holds drafts need not hold a case.
        Some((first, rest)) if Path::new(first).join("drafts").is_dir() => {
            (PathBuf::from(first), rest.to_vec())
        }
        _ => folder::split(places, None),
    };
    let mut desk = Desk::read(&place)?;
    if !names.is_empty() {
        let wanted = names.iter().map(|name| desk.find(name)).collect::<Outcome<Vec<_>>>()?;
        desk.drafts = wanted.into_iter().map(|at| desk.drafts[at].clone()).collect();
    }
    let case = some_case(&place)?;
    let side = desk.compare(&party_words(case.as_ref()))?;
    let work = folder::ledger(&place)?.work()?;
    let notes = register::view(&desk, &side, case.as_ref(), &work).1;
    let page = page(&place, case.as_ref());
    let shown = on_drafts::columns(&page.title, &side, &notes);
    match arguments.format {
        DocumentFormat::Table => {
            write(&arguments.output, terminal::draft_columns(&shown, output::style()).as_bytes())?;
        }
        DocumentFormat::Csv => write(&arguments.output, csv::draft_columns(&shown).as_bytes())?,
        DocumentFormat::Json => output::json_to(&arguments.output, &shown)?,
        DocumentFormat::Html => html(&arguments.output, &view::Drafts { columns: Some(shown), ..page })?,
        DocumentFormat::Docx => {
            let bytes = docx::columns(&shown).map_err(|error| Failure::new(error.to_string()))?;
            document(&arguments.output, &bytes)?;
        }
    }
    Ok(Ending::Done)
}

fn brackets(arguments: &DraftBrackets) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let shown = on_drafts::brackets(&Desk::read(place)?);
    let broken = shown.drafts.iter().any(|draft| !draft.errors.is_empty());
    match arguments.format {
        DraftFormat::Table => {
            write(&arguments.output, terminal::draft_brackets(&shown, output::style()).as_bytes())?;
        }
        DraftFormat::Csv => write(&arguments.output, csv::draft_brackets(&shown).as_bytes())?,
        DraftFormat::Json => output::json_to(&arguments.output, &shown)?,
        DraftFormat::Html => {
            let case = some_case(place)?;
            html(&arguments.output, &view::Drafts { brackets: Some(shown), ..page(place, case.as_ref()) })?;
        }
    }
    Ok(if broken { Ending::Problems } else { Ending::Done })
}

fn assessed(arguments: &DraftAssess) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let ledger = folder::ledger(place)?;
    let mut case = folder::case(place, arguments.scenario.as_deref())?;
    cite_in_full(&mut case, &ledger);
    let desk = Desk::read(place)?;
    let mut shown = {
        let watch = Watch::begin();
        assess::assessment(&case, &desk, arguments.list.most(), watch.monitor())?
    };
    let spoken = statements(&ledger, Some(&case), arguments.audience)?;
    (shown.said, shown.said_of_no_draft) = said::said(&desk, &spoken, &ledger.draft_links()?);
    super::mention_not_read(place)?;
    match arguments.format {
        DraftFormat::Table => {
            write(&arguments.output, terminal::draft_assessments(&shown, output::style()).as_bytes())?;
        }
        DraftFormat::Csv => write(&arguments.output, csv::draft_assessments(&shown).as_bytes())?,
        DraftFormat::Json => output::json_to(&arguments.output, &shown)?,
        DraftFormat::Html => {
            html(&arguments.output, &view::Drafts { assessments: Some(shown), ..page(place, Some(&case)) })?;
        }
    }
    Ok(Ending::Done)
}

fn cleaned(arguments: &DraftClean) -> Outcome<Ending> {
    let (place, names) = folder::split(&arguments.places, Some(1));
    let desk = Desk::read(&place)?;
    let draft = &desk.drafts[desk.find(names.first().map_or("", String::as_str))?];
    let choices = arguments.take.iter().map(|choice| Choice::parse(choice)).collect::<Result<Vec<_>, _>>()?;
    let done = clean(draft, &choices)?;
    let shown = view::DraftCleaned {
        draft: draft.name().to_owned(),
        choices: arguments
            .take
            .iter()
            .zip(&done.settled)
            .map(|(choice, settled)| view::TakenChoice { choice: choice.clone(), settled: *settled as u64 })
            .collect(),
        text: done.draft.render(),
        before: on_drafts::open(&draft.bracket_counts().total),
        after: on_drafts::open(&done.draft.bracket_counts().total),
    };
    match arguments.format {
        CleanFormat::Json => output::json_to(&arguments.output, &shown)?,
        CleanFormat::Text => {
            output::talk(terminal::draft_cleaned(&shown, terminal::Style::default()).trim_end());
            write(&arguments.output, shown.text.as_bytes())?;
        }
    }
    let idle = shown.choices.iter().any(|choice| choice.settled == 0);
    Ok(if idle { Ending::Problems } else { Ending::Done })
}

fn link(arguments: &DraftLink) -> Outcome<Ending> {
    let (place, rest) = folder::split(&arguments.places, Some(2));
    let [statement, target] = &rest[..] else {
        return Err(Failure::new("a statement and a draft are needed")
            .hint("as in `paraph drafts link m2c7 second/7`"));
    };
    let desk = Desk::read(&place)?;
    let target = match target.split_once('/') {
        Some((draft, address)) => {
            let at = desk.find(draft)?;
            let point = desk.point(at, address)?;
            format!("{draft}/{}", desk.drafts[at].points()[point].address)
        }
        None => desk.drafts[desk.find(target)?].name().to_owned(),
    };
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let link = Link::new(statement, Relation::DraftPoint, &target);
    ledger.link(&stamp, &link)?;
    output::talk(&format!("Linked {} to {target}", ledger.resolve_statement(statement)?));
    Ok(Ending::Done)
}

fn registered(arguments: &DraftRegister) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let desk = Desk::read(place)?;
    let case = some_case(place)?;
    let side = desk.compare(&party_words(case.as_ref()))?;
    let work = folder::ledger(place)?.work()?;
    let shown = register::view(&desk, &side, case.as_ref(), &work).0;
    match arguments.format {
        DraftFormat::Table => {
            write(&arguments.output, terminal::draft_register(&shown, output::style()).as_bytes())?;
        }
        DraftFormat::Csv => write(&arguments.output, csv::draft_register(&shown).as_bytes())?,
        DraftFormat::Json => output::json_to(&arguments.output, &shown)?,
        DraftFormat::Html => {
            html(&arguments.output, &view::Drafts { register: Some(shown), ..page(place, case.as_ref()) })?;
        }
    }
    Ok(Ending::Done)
}

/// The party's identifier, if the case has it.
fn party(place: &Path, name: &str) -> Outcome<String> {
    let case = folder::case(place, None)?;
    let found = case.parties.iter().find(|party| party.id == name || party.name == name);
    found.map(|party| party.id.clone()).ok_or_else(|| {
        let ids: Vec<&str> = case.parties.iter().map(|party| party.id.as_str()).collect();
        Failure::new(format!("no party `{name}`")).hint(format!("the case has: {}", ids.join(", ")))
    })
}

/// A point of a draft, of the latest one where none is named, with the hash of its words.
fn placed(desk: &Desk, draft: Option<&str>, address: &str) -> Outcome<(paraph_ledger::DraftPoint, String)> {
    let at = match draft {
        Some(draft) => desk.find(draft)?,
        None => desk.drafts.len().checked_sub(1).ok_or_else(|| {
            Failure::new("the case has no drafts").hint("put drafts into `drafts/` as .md, .txt or .docx")
        })?,
    };
    let point = desk.point(at, address)?;
    let draft = &desk.drafts[at];
    let place = paraph_ledger::DraftPoint {
        draft: draft.name().to_owned(),
        point: draft.points()[point].address.clone(),
    };
    Ok((place, register::hash(&draft.wording(point))))
}

/// Records work, prints the ids of its entries, and says what was done.
fn record(place: &Path, author: &crate::cli::Author, work: &[Work], what: &str) -> Outcome<Ending> {
    let stamp = stamp(author.name())?;
    let mut ledger = folder::ledger_to_change(place)?;
    for id in ledger.record_work(&stamp, work)? {
        output::data(&format!("{id}\n"))?;
    }
    output::talk(what);
    Ok(Ending::Done)
}

fn split_point(places: &[String]) -> Outcome<(PathBuf, String)> {
    let (place, rest) = folder::split(places, Some(1));
    let point = rest.into_iter().next().ok_or_else(|| Failure::new("no point is named"))?;
    Ok((place, point))
}

fn point(arguments: &DraftPoint) -> Outcome<Ending> {
    let (place, address) = split_point(&arguments.places)?;
    let desk = Desk::read(&place)?;
    let (at, words) = placed(&desk, arguments.draft.as_deref(), &address)?;
    let Origin { date, source } = arguments.origin.clone();
    let mut work = Vec::new();
    let said = arguments.status.is_some()
        || arguments.owner.is_some()
        || arguments.next.is_some()
        || arguments.compromise.is_some();
    if said {
        work.push(Work::Point(PointNote {
            at: at.clone(),
            status: arguments.status,
            owner: arguments.owner.clone(),
            next_action: arguments.next.clone(),
            words: arguments.status.map(|_| words),
            compromise: arguments.compromise.clone(),
            date,
            source: source.clone(),
        }));
    }
    for concern in &arguments.concern {
        let (who, text) = concern.split_once(':').ok_or_else(|| {
            Failure::new(format!("`{concern}` does not say whose concern it is"))
                .hint("write it as `party: text`")
        })?;
        work.push(Work::Concern(Concern {
            at: at.clone(),
            party: party(&place, who.trim())?,
            text: text.trim().to_owned(),
            date,
            source: source.clone(),
        }));
    }
    if work.is_empty() {
        return Err(Failure::new("nothing is said of the point")
            .hint("give `--status`, `--owner`, `--next`, `--compromise` or `--concern`"));
    }
    record(&place, &arguments.author, &work, &format!("Recorded for point {} of {}", at.point, at.draft))
}

fn put(arguments: &DraftPut) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let desk = Desk::read(place)?;
    let at = match &arguments.point {
        Some(address) => Some(placed(&desk, arguments.draft.as_deref(), address)?.0),
        None => None,
    };
    let put = Contribution {
        party: party(place, &arguments.party)?,
        kind: arguments.kind,
        text: arguments.text.clone(),
        at,
        date: arguments.origin.date,
        source: arguments.origin.source.clone(),
    };
    let what = format!("Recorded {} of {}", put.kind, put.party);
    record(place, &arguments.author, &[Work::Contribution(put)], &what)
}

fn settle(arguments: &DraftSettle) -> Outcome<Ending> {
    let (place, entry) = split_point(&arguments.places)?;
    let settled = Settlement {
        contribution: entry,
        fate: arguments.fate,
        date: arguments.origin.date,
        source: arguments.origin.source.clone(),
    };
    let what = format!("Recorded as {}", settled.fate);
    record(&place, &arguments.author, &[Work::Settlement(settled)], &what)
}

/// Records initials.
pub(super) fn initial(arguments: &DraftInitial) -> Outcome<Ending> {
    let (place, address) = split_point(&arguments.places)?;
    let desk = Desk::read(&place)?;
    let (at, words) = placed(&desk, Some(&arguments.draft), &address)?;
    let initials = Initials {
        party: party(&place, &arguments.party)?,
        words,
        date: arguments.origin.date,
        source: arguments.origin.source.clone(),
        at: at.clone(),
    };
    let what = format!("Recorded: {} initialled point {} of {}", initials.party, at.point, at.draft);
    record(&place, &arguments.author, &[Work::Initials(initials)], &what)
}
