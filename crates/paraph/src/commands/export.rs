//! `paraph export`

use super::Ending;
use crate::cli::{Export, ExportForm};
use crate::output;
use crate::progress::Watch;
use paraph_analysis::{Concept, Model, Options, stability};
use paraph_exchange::export;
#[cfg(feature = "parquet")]
use paraph_ledger::View;
use paraph_ledger::{BRAT_CONFIGURATION, Redaction, StatementFilter, statements_datapackage};
use paraph_workbench::folder;
#[cfg(feature = "parquet")]
use paraph_workbench::names;
use paraph_workbench::{Failure, Outcome};
use std::path::Path;

/// Writes the ledger as a portable file, or the case for another tool.
pub(super) fn run(arguments: &Export) -> Outcome<Ending> {
    if arguments.to != ExportForm::Journal && !arguments.redact.is_empty() {
        return Err(Failure::new("only a journal can be redacted")
            .hint("import the redacted journal into a folder of its own, and export from there"));
    }
    let (bytes, not_held) = match arguments.to {
        ExportForm::Journal => journal(arguments)?,
        ExportForm::Annotations => {
            let ledger = folder::ledger(&arguments.case.folder)?;
            (ledger.export_web_annotations(&seen(arguments))?.into_bytes(), Vec::new())
        }
        ExportForm::Statements => return table(arguments),
        ExportForm::Brat => return brat(arguments),
        ExportForm::StatementsParquet => return parquet(arguments),
        form => case(arguments, form)?,
    };
    match &arguments.output {
        None => output::bytes(&bytes)?,
        Some(path) => {
            output::file(path, &bytes)?;
            output::data(&format!("{}\n", path.display()))?;
        }
    }
    for lost in not_held {
        output::note(&format!("left out: {lost}"));
    }
    Ok(Ending::Done)
}

/// The statements that the audience may see: the team, unless said otherwise.
fn seen(arguments: &Export) -> StatementFilter {
    StatementFilter { audience: arguments.audience.unwrap_or_default(), ..StatementFilter::default() }
}

/// The journal, whole or without what is to be left out; what was left out.
fn journal(arguments: &Export) -> Outcome<(Vec<u8>, Vec<String>)> {
    let place = &arguments.case.folder;
    let ledger = folder::ledger(place)?;
    if arguments.redact.is_empty() && arguments.audience.is_none() {
        return Ok((ledger.export_journal()?, Vec::new()));
    }
    let mut redaction = Redaction { audience: arguments.audience, ..Redaction::default() };
    for what in &arguments.redact {
        match what.split_once('=') {
            Some(("source", report)) => redaction.sources.push(folder::source(place, &ledger, report)?),
            Some(("author", name)) => redaction.authors.push(name.to_owned()),
            _ => {
                return Err(Failure::new(format!("`{what}` cannot be left out"))
                    .hint("write `--redact source=REPORT` or `--redact author=NAME`"));
            }
        }
    }
    let copy = ledger.export_redacted(&redaction)?;
    let mut told = copy.dropped;
    if !copy.to_check.is_empty() {
        told.push(format!(
            "nothing of these entries, but their reasons are free text: read them first: {}",
            copy.to_check.join(", ")
        ));
    }
    Ok((copy.journal, told))
}

/// A folder to write several files into, made if need be.
fn into(arguments: &Export) -> Outcome<&Path> {
    let folder = arguments
        .output
        .as_deref()
        .ok_or_else(|| Failure::new("several files need a folder").hint("say where with `-o FOLDER`"))?;
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("`{}` cannot be made: {error}", folder.display())))?;
    Ok(folder)
}

/// The statements as a table with its description.
fn table(arguments: &Export) -> Outcome<Ending> {
    let ledger = folder::ledger(&arguments.case.folder)?;
    let rows = ledger.export_statements_csv(&seen(arguments))?;
    let folder = into(arguments)?;
    output::file(&folder.join("statements.csv"), rows.as_bytes())?;
    output::file(&folder.join("datapackage.json"), statements_datapackage("statements.csv").as_bytes())?;
    output::data(&format!("{}\n", folder.display()))?;
    Ok(Ending::Done)
}

/// The statements for brat: two files for each source, and brat's configuration.
fn brat(arguments: &Export) -> Outcome<Ending> {
    let ledger = folder::ledger(&arguments.case.folder)?;
    let documents = ledger.export_brat(&seen(arguments))?;
    let folder = into(arguments)?;
    output::file(&folder.join("annotation.conf"), BRAT_CONFIGURATION.as_bytes())?;
    for document in &documents {
        let file = |ending: &str| folder.join(format!("{}.{ending}", document.source));
        output::file(&file("txt"), document.text.as_bytes())?;
        output::file(&file("ann"), document.annotations.as_bytes())?;
    }
    output::data(&format!("{}\n", folder.display()))?;
    output::talk(&format!("{} sources with statements", documents.len()));
    Ok(Ending::Done)
}

/// The statements and the positions that follow from them, as tables.
#[cfg(feature = "parquet")]
fn parquet(arguments: &Export) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let (case, ledger) = (folder::case(place, None)?, folder::ledger(place)?);
    let seen = seen(arguments);
    let statements = ledger.export_statements_parquet(&seen)?;
    let view = View { as_of: case.as_of, audience: seen.audience, ..View::default() };
    let positions = ledger.positions(&names::for_positions(&case), &view)?.to_parquet()?;
    let folder = into(arguments)?;
    output::file(&folder.join("statements.parquet"), &statements)?;
    output::file(&folder.join("positions.parquet"), &positions)?;
    output::data(&format!("{}\n", folder.display()))?;
    Ok(Ending::Done)
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &Export) -> Outcome<Ending> {
    Err(without_parquet())
}

/// Parquet was asked of a program that was built without.
#[cfg(not(feature = "parquet"))]
fn without_parquet() -> Failure {
    Failure::new("this program was built without Parquet")
        .hint("build it with `--features parquet`, or write CSV: `--to statements` or `--to csv`")
}

/// The case in another tool's format, and what the format could not hold.
fn case(arguments: &Export, form: ExportForm) -> Outcome<(Vec<u8>, Vec<String>)> {
    let case = folder::case(&arguments.case.folder, arguments.scenario.as_deref())?;
    if form == ExportForm::GraphModel {
        let exported = export::graph_model(&case)?;
        return Ok((exported.text.into_bytes(), exported.not_held));
    }
    #[cfg(not(feature = "parquet"))]
    if form == ExportForm::Parquet {
        return Err(without_parquet());
    }
    let watch = Watch::begin();
    let monitor = watch.monitor();
    let model = Model::new(&case, &Options::default(), monitor)?;
    let exported = match form {
        ExportForm::Graphml => export::state_graph(&model, &stability(&model, &Concept::ALL, monitor)?)?,
        ExportForm::Gambit => export::strategic_game(&model)?,
        ExportForm::Csv => {
            let mut bytes = Vec::new();
            export::outcomes_csv(&model, &mut bytes)?;
            return Ok((bytes, Vec::new()));
        }
        #[cfg(feature = "parquet")]
        ExportForm::Parquet => {
            let mut bytes = Vec::new();
            export::outcomes_parquet(&model, &mut bytes)?;
            return Ok((bytes, Vec::new()));
        }
        _ => export::states_and_arcs(&model)?,
    };
    Ok((exported.text.into_bytes(), exported.not_held))
}
