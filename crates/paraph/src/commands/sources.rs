//! `paraph sources`

use super::Ending;
use crate::cli::{Format, SourceCommand, SourceDescribe, SourceList, SourceWithdraw, Sources};
use crate::output;
use paraph_workbench::{Failure, Outcome, folder, stamp};
use std::path::PathBuf;

/// Runs one of the commands about sources.
pub(super) fn run(arguments: Sources) -> Outcome<Ending> {
    match arguments.command.unwrap_or(SourceCommand::List(arguments.list)) {
        SourceCommand::List(arguments) => list(&arguments),
        SourceCommand::Describe(arguments) => describe(&arguments),
        SourceCommand::Withdraw(arguments) => withdraw(&arguments),
    }
}

fn list(arguments: &SourceList) -> Outcome<Ending> {
    let ledger = folder::ledger(&arguments.case.folder)?;
    let sources = ledger.sources(arguments.audience)?;
    if arguments.format == Format::Json {
        output::json(&sources)?;
        return Ok(Ending::Done);
    }
    let mut text = String::new();
    for source in &sources {
        let meta = &source.meta;
        let mut facts = vec![meta.title.clone().unwrap_or_else(|| "untitled".to_owned())];
        facts.extend(meta.publisher.clone());
        facts.extend(meta.published.map(|date| date.to_string()));
        facts.extend(meta.grade.map(|grade| format!("grade {grade}")));
        if let Some(conversation) = &meta.conversation {
            let kind = if conversation.verbatim { "verbatim" } else { "a summary" };
            facts.push(format!(
                "conversation with {}, noted by {}, {kind}",
                conversation.present.join(", "),
                conversation.noted_by
            ));
        }
        if source.withdrawn {
            facts.push("withdrawn".to_owned());
        }
        let facts = paraph_brief::terminal::plain(&facts.join(", "));
        text.push_str(&format!("{}  {:7}  {:10}  {facts}\n", source.id, meta.setting, meta.handling));
    }
    output::data(&text)?;
    output::talk(&format!("{} sources that the audience `{}` may see", sources.len(), arguments.audience));
    Ok(Ending::Done)
}

/// The folder and the one source that are named.
fn named(places: &[String]) -> Outcome<(PathBuf, String)> {
    let (place, rest) = match places {
        [name] => (PathBuf::from("."), vec![name.clone()]),
        places => folder::split(places, Some(1)),
    };
    let name = rest.into_iter().next().ok_or_else(|| Failure::new("no source is named"))?;
    Ok((place, name))
}

fn describe(arguments: &SourceDescribe) -> Outcome<Ending> {
    let (place, name) = named(&arguments.places)?;
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let source = ledger.source(&folder::source(&place, &ledger, &name)?)?;
    let mut meta = source.meta.clone();
    let given = [
        (&mut meta.title, &arguments.title),
        (&mut meta.publisher, &arguments.publisher),
        (&mut meta.address, &arguments.address),
        (&mut meta.language, &arguments.language),
        (&mut meta.translator, &arguments.translator),
    ];
    for (known, given) in given {
        if let Some(given) = given {
            *known = Some(given.clone());
        }
    }
    meta.published = arguments.date.or(meta.published);
    meta.retrieved = arguments.retrieved.or(meta.retrieved);
    meta.setting = arguments.setting.unwrap_or(meta.setting);
    meta.handling = arguments.handling.unwrap_or(meta.handling);
    meta.grade = arguments.grade.or(meta.grade);
    if meta == source.meta && ledger.conflicts()?.iter().all(|conflict| conflict.about != source.id) {
        return Err(Failure::new("nothing would change")
            .hint("say what is known: `--handling`, `--grade` and the like"));
    }
    ledger.describe_source(&stamp, &source.id, &meta)?;
    output::data(&format!("{}\n", source.id))?;
    output::talk("1 source described");
    Ok(Ending::Done)
}

fn withdraw(arguments: &SourceWithdraw) -> Outcome<Ending> {
    let (place, name) = named(&arguments.places)?;
    let stamp = stamp(arguments.author.name())?;
    let mut ledger = folder::ledger_to_change(&place)?;
    let source = folder::source(&place, &ledger, &name)?;
    let id = ledger.withdraw_source(&stamp, &source, &arguments.reason)?;
    output::data(&format!("{id}\n"))?;
    output::talk("1 source withdrawn: it is kept, and nothing rests on it any more");
    Ok(Ending::Done)
}
