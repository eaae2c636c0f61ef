//! `paraph deals`

use super::{Ending, mention_not_read};
use crate::cli::{Deals, Efficiency, Format};
use crate::output;
use crate::progress::Watch;
use paraph_analysis::{self as analysis, Concept, Model, Terms};
use paraph_brief::terminal;
use paraph_workbench::Outcome;
use paraph_workbench::admission::admit;
use paraph_workbench::evidence::cite_in_full;
use paraph_workbench::folder;
use paraph_workbench::lens::Lens;
use paraph_workbench::part::{held, outcome};
use paraph_workbench::{deals, stability};

/// Works out what could be agreed.
pub(super) fn run(arguments: &Deals) -> Outcome<Ending> {
    let mut case = folder::case(&arguments.case.folder, arguments.part.scenario.as_deref())?;
    cite_in_full(&mut case, &folder::ledger(&arguments.case.folder)?);
    let options = held(&case, arguments.part.within.as_deref(), &arguments.part.fix)?;
    if let Some(sentence) = admit(&case, &options.held, &Concept::ALL, true, arguments.part.memory)? {
        output::talk(&format!("{sentence} (Ctrl-C stops)"));
    }
    let view = {
        let watch = Watch::begin();
        let monitor = watch.monitor();
        let model = Model::new(&case, &options, monitor)?;
        let against = match &arguments.against {
            Some(code) => Some(outcome(&model, code)?),
            None => None,
        };
        let found = analysis::deals(&model, &Terms { against, consenting: None }, monitor)?;
        // Whose wishes efficiency counts changes nothing about who must agree.
        let widened = match arguments.parties {
            Efficiency::Consenting => None,
            Efficiency::All => {
                let consenting = Some((0..case.parties.len()).collect());
                Some(analysis::deals(&model, &Terms { against, consenting }, monitor)?)
            }
        };
        let results = analysis::stability(&model, &Concept::ALL, monitor)?;
        let lens = Lens::new(&model, found.status_quo, monitor)?;
        let stable = stability::computed(&results);
        let parts = deals::Parts {
            deals: &found,
            efficient: widened.as_ref(),
            stable: &stable,
            most: arguments.list.most(),
        };
        deals::view(&lens, &parts)
    };
    mention_not_read(&arguments.case.folder)?;
    match arguments.format {
        Format::Json => output::json(&view)?,
        Format::Table => output::data(&terminal::deals(&view, output::style()))?,
    }
    Ok(Ending::Done)
}
