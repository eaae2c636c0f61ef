//! `paraph explain`

use super::Ending;
use crate::cli::{Explain, Format};
use crate::output;
use crate::progress::Watch;
use paraph_analysis::{self as analysis, Concept, Model, Options};
use paraph_brief::terminal;
use paraph_workbench::Outcome;
use paraph_workbench::explanation;
use paraph_workbench::folder;
use paraph_workbench::lens::Lens;
use paraph_workbench::part::outcome;

/// Explains why an outcome is or is not stable.
pub(super) fn run(arguments: &Explain) -> Outcome<Ending> {
    let (place, rest) = folder::split(&arguments.places, Some(1));
    let code = rest.first().map(String::as_str).unwrap_or_default();
    let case = folder::case(&place, arguments.scenario.as_deref())?;
    let concepts: &[Concept] =
        if arguments.concepts.is_empty() { &Concept::ALL } else { &arguments.concepts };
    let (view, left_out) = {
        let watch = Watch::begin();
        let model = Model::new(&case, &Options::default(), watch.monitor())?;
        let cell = outcome(&model, code)?;
        let lens = Lens::new(&model, model.status_quo(), watch.monitor())?;
        let verdicts = analysis::explain(&model, cell, concepts, watch.monitor())?;
        let title = case
            .packages
            .iter()
            .find(|package| {
                lens.cell(&package.outcome).map(|known| model.representative(known)) == Some(cell)
            })
            .map(|package| package.title.clone());
        let title = title.or_else(|| (model.status_quo() == Some(cell)).then(|| "the status quo".to_owned()));
        explanation::view(&lens, cell, title, &verdicts)
    };
    left_out.iter().for_each(|sentence| output::note(sentence));
    match arguments.format {
        Format::Json => output::json(&view)?,
        Format::Table => output::data(&terminal::explanation(&view, output::style()))?,
    }
    Ok(Ending::Done)
}
