//! `paraph stability`

use super::{Ending, mention_not_read};
use crate::cli::{Format, Stability};
use crate::output;
use crate::progress::Watch;
use paraph_analysis::{self as analysis, Concept, Model, Steps};
use paraph_brief::terminal;
use paraph_brief::view::StepCounts;
use paraph_case::Case;
use paraph_workbench::admission::admit;
use paraph_workbench::diagrams;
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
    if diagrams::needed(&case, &options.held) {
        return without_tables(arguments, &case, &options.held, concepts);
    }
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

/// What decision diagrams can say where there are more outcomes than tables hold.
fn without_tables(
    arguments: &Stability,
    case: &Case,
    held: &[(usize, usize)],
    concepts: &[Concept],
) -> Outcome<Ending> {
    if arguments.reach || arguments.table || arguments.by_party {
        return Err(Failure::new("`--reach`, `--table` and `--by-party` need a table of all outcomes")
            .hint("hold some issues at one option with `--fix issue=option`"));
    }
    output::talk("more outcomes than tables hold: worked out on decision diagrams (Ctrl-C stops)");
    let filter = match &arguments.filter {
        Some(text) => Some((text.as_str(), case.parse_formula(text)?)),
        None => None,
    };
    let view = {
        let watch = Watch::begin();
        let question = diagrams::Question {
            held,
            filter: filter.as_ref().map(|(text, formula)| (*text, formula)),
            most: arguments.list.most(),
            memory: arguments.part.memory.map(|memory| memory.0),
        };
        diagrams::stability(case, concepts, question, watch.monitor())?
    };
    mention_not_read(&arguments.case.folder)?;
    match arguments.format {
        Format::Json => output::json(&view)?,
        Format::Table => output::data(&terminal::stability(&view, output::style()))?,
    }
    Ok(Ending::Done)
}
