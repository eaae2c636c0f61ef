//! `paraph deals`

use super::{Ending, held, mention_not_read, outcome};
use crate::admission::admit;
use crate::assemble::evidence::cite_in_full;
use crate::assemble::lens::Lens;
use crate::assemble::{deals, stability};
use crate::cli::{Deals, Efficiency, Format};
use crate::failure::Outcome;
use crate::progress::Watch;
use crate::{folder, output};
use paraph_analysis::{self as analysis, Concept, Model, Terms};
use paraph_brief::terminal;

/// Works out what could be agreed.
pub(super) fn run(arguments: &Deals) -> Outcome<Ending> {
    let mut case = folder::case(&arguments.case.folder, arguments.part.scenario.as_deref())?;
    cite_in_full(&mut case, &folder::ledger(&arguments.case.folder)?);
    let options = held(&case, &arguments.part)?;
    admit(&case, &options.held, &Concept::ALL, true, arguments.part.memory)?;
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
