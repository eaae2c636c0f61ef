//! `paraph export`

use super::Ending;
use crate::cli::{Export, ExportForm};
use crate::output;
use crate::progress::Watch;
use paraph_analysis::{Concept, Model, Options, stability};
use paraph_exchange::export;
use paraph_workbench::Outcome;
use paraph_workbench::folder;

/// Writes the ledger as a portable file, or the case for another tool.
pub(super) fn run(arguments: &Export) -> Outcome<Ending> {
    let (bytes, not_held) = match arguments.to {
        ExportForm::Journal => (folder::ledger(&arguments.case.folder)?.export_journal()?, Vec::new()),
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
        output::note(&format!("not held by the format: {lost}"));
    }
    Ok(Ending::Done)
}

/// The case in another tool's format, and what the format could not hold.
fn case(arguments: &Export, form: ExportForm) -> Outcome<(Vec<u8>, Vec<String>)> {
    let case = folder::case(&arguments.case.folder, arguments.scenario.as_deref())?;
    if form == ExportForm::GraphModel {
        let exported = export::graph_model(&case)?;
        return Ok((exported.text.into_bytes(), exported.not_held));
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
        _ => export::states_and_arcs(&model)?,
    };
    Ok((exported.text.into_bytes(), exported.not_held))
}
