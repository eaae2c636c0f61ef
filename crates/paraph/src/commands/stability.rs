//! `paraph stability`

use super::{Ending, mention_not_read};
use crate::cli::{Format, Stability};
use crate::output;
use crate::progress::Watch;
use paraph_analysis::{self as analysis, Concept, Model, Steps};
use paraph_brief::terminal;
use paraph_brief::view::StepCounts;
use paraph_workbench::admission::admit;
use paraph_workbench::folder;
use paraph_workbench::lens::Lens;
use paraph_workbench::part::held;
use paraph_workbench::stability::{self, Shown};
use paraph_workbench::{Failure, Outcome};

/// Works out what would hold.
pub(super) fn run(arguments: &Stability) -> Outcome<Ending> {
    let case = folder::case(&arguments.case.folder, arguments.part.scenario.as_deref())?;
    let options = held(&case, arguments.part.within.as_deref(), &arguments.part.fix)?;
    let concepts: &[Concept] =
        if arguments.concepts.is_empty() { &Concept::ALL } else { &arguments.concepts };
    if let Some(sentence) = admit(&case, &options.held, concepts, false, arguments.part.memory)? {
        output::talk(&format!("{sentence} (Ctrl-C stops)"));
    }
    let shown = Shown { most: arguments.list.most(), by_party: arguments.by_party, table: arguments.table };
    let view = {
        let watch = Watch::begin();
        let model = Model::new(&case, &options, watch.monitor())?;
        let lens = Lens::new(&model, model.status_quo(), watch.monitor())?;
        let mut results = analysis::stability(&model, concepts, watch.monitor())?;
        if let Some(formula) = &arguments.filter {
            let holding = model.holding(&case.parse_formula(formula)?, watch.monitor())?;
            for sets in results.iter_mut().filter_map(|result| result.sets.as_mut().ok()) {
                sets.equilibria.intersect(&holding);
                sets.by_party.iter_mut().for_each(|set| set.intersect(&holding));
            }
        }
        let mut view = stability::view(&lens, &results, shown, watch.monitor())?;
        view.filter.clone_from(&arguments.filter);
        if arguments.reach {
            let start = model.status_quo().ok_or_else(|| Failure::new("the case has no status quo"))?;
            let count =
                |steps| analysis::reach(&model, start, steps, watch.monitor()).map(|reach| reach.by_steps);
            view.reach =
                Some(StepCounts { moves: count(Steps::Moves)?, improvements: count(Steps::Improvements)? });
        }
        view
    };
    mention_not_read(&arguments.case.folder)?;
    match arguments.format {
        Format::Json => output::json(&view)?,
        Format::Table if arguments.table => output::data(&terminal::stability_table(&view, output::style()))?,
        Format::Table => output::data(&terminal::stability(&view, output::style()))?,
    }
    Ok(Ending::Done)
}
