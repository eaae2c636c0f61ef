//! `paraph deals`

use super::{Ending, mention_not_read};
use crate::cli::{Deals, DealsFormat, Efficiency, Holding};
use crate::output;
use crate::progress::Watch;
use paraph_analysis::{self as analysis, Concept, Model, Terms, estimate};
use paraph_brief::{csv, svg, terminal};
use paraph_case::Case;
use paraph_workbench::admission::admit;
use paraph_workbench::deals::Held;
use paraph_workbench::evidence::cite_in_full;
use paraph_workbench::folder;
use paraph_workbench::lens::Lens;
use paraph_workbench::part::{held, outcome};
use paraph_workbench::{Failure, Outcome};
use paraph_workbench::{deals, diagrams, frontier, stability};

/// Up to this many outcomes, what holds is worked out beside the deals without being asked for.
const MOST_HELD: u64 = 1 << 20;

/// How many points of a frontier are drawn.
const MOST_MARKED: usize = 400;

/// Said where it is not.
const NOT_HELD: &str =
    "Which deals hold was not worked out; `--holding always` does it, `paraph stability` says more.";

/// Works out what could be agreed.
pub(super) fn run(arguments: &Deals) -> Outcome<Ending> {
    let mut case = folder::case(&arguments.case.folder, arguments.part.scenario.as_deref())?;
    cite_in_full(&mut case, &folder::ledger(&arguments.case.folder)?);
    let options = held(&case, arguments.part.within.as_deref(), &arguments.part.fix)?;
    if diagrams::needed(&case, &options.held) {
        return without_tables(arguments, &case, &options.held);
    }
    let concepts: &[Concept] =
        if wants_holding(arguments, &case, &options.held)? { &Concept::ALL } else { &[] };
    if let Some(sentence) = admit(&case, &options.held, concepts, true, arguments.part.memory)? {
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
                let everybody: Vec<usize> = (0..case.parties.len()).collect();
                Some(analysis::efficient(&model, &everybody, monitor)?)
            }
        };
        let results = analysis::stability(&model, concepts, monitor)?;
        let lens = Lens::new(&model, found.status_quo, monitor)?;
        let computed = stability::computed(&results);
        let held = match concepts {
            [] if Held::is_everything(&case) => Held::Everything,
            [] => Held::NotDetermined(NOT_HELD),
            _ => Held::Sets(&computed),
        };
        let most = arguments.list.most();
        let mut view =
            deals::view(&lens, &deals::Parts { deals: &found, efficient: widened.as_ref(), held, most });
        if let Some(parties) = plotted(&case, &arguments.plot)? {
            view.frontier = Some(frontier::view(&lens, &found, &parties, MOST_MARKED, monitor)?);
        }
        view
    };
    mention_not_read(&arguments.case.folder)?;
    match (arguments.format, &view.frontier) {
        (DealsFormat::Json, None) => output::json(&view)?,
        (DealsFormat::Json, Some(picture)) => output::json(picture)?,
        (DealsFormat::Table, None) => output::data(&terminal::deals(&view, output::style()))?,
        (DealsFormat::Table, Some(picture)) => output::data(&terminal::frontier(picture, output::style()))?,
        (DealsFormat::Csv, None) => {
            output::data(&csv::outcomes(&view.efficient_deals, &view.details, &view.parties))?;
        }
        (DealsFormat::Csv, Some(picture)) => output::data(&csv::frontier(picture))?,
        (DealsFormat::Svg, Some(picture)) => {
            let title = format!("The frontier of {}", case.title);
            output::data(&format!("{}\n", svg::frontier(&title, picture, &picture.key(), true)))?;
        }
        (DealsFormat::Svg, None) => {
            return Err(Failure::new("there is no picture without parties to draw")
                .hint("say whose frontier: `--plot north,south`, or `--plot all`"));
        }
    }
    Ok(Ending::Done)
}

/// The parties to draw, where a picture is asked for.
fn plotted(case: &Case, wanted: &[String]) -> Outcome<Option<Vec<usize>>> {
    if wanted.is_empty() {
        return Ok(None);
    }
    if wanted == ["all"] {
        return Ok(Some((0..case.parties.len()).filter(|&party| case.parties[party].consents).collect()));
    }
    let mut parties = Vec::new();
    for id in wanted {
        let party = case.party(id).ok_or_else(|| {
            let known: Vec<&str> = case.parties.iter().map(|party| party.id.as_str()).collect();
            Failure::new(format!("there is no party `{id}`"))
                .hint(format!("the parties are {}", known.join(", ")))
        })?;
        if parties.contains(&party) {
            return Err(Failure::new(format!("`{id}` is to be drawn twice")));
        }
        parties.push(party);
    }
    Ok(Some(parties))
}

/// Whether the concepts of stability are worked out as well. Where nobody can change an issue alone there
/// is nothing to work out.
fn wants_holding(arguments: &Deals, case: &Case, held: &[(usize, usize)]) -> Outcome<bool> {
    if Held::is_everything(case) || !arguments.plot.is_empty() {
        return Ok(false);
    }
    Ok(match arguments.holding {
        Holding::Always => true,
        Holding::Never => false,
        Holding::Auto => estimate(case, held, &[], true)?.outcomes <= MOST_HELD,
    })
}

/// What decision diagrams can say where there are more outcomes than tables hold.
fn without_tables(arguments: &Deals, case: &Case, held: &[(usize, usize)]) -> Outcome<Ending> {
    if !arguments.plot.is_empty() || !matches!(arguments.format, DealsFormat::Json | DealsFormat::Table) {
        return Err(Failure::new("pictures and lists of efficient packages need a table of all outcomes")
            .hint("hold some issues at one option with `--fix issue=option`"));
    }
    output::talk("more outcomes than tables hold: worked out on decision diagrams (Ctrl-C stops)");
    let against = match &arguments.against {
        Some(code) => Some(case.parse_code(code)?),
        None => None,
    };
    let view = {
        let watch = Watch::begin();
        let question = diagrams::Question {
            held,
            filter: None,
            most: arguments.list.most(),
            memory: arguments.part.memory.map(|memory| memory.0),
        };
        diagrams::deals(case, against, question, watch.monitor())?
    };
    mention_not_read(&arguments.case.folder)?;
    match arguments.format {
        DealsFormat::Json => output::json(&view),
        _ => output::data(&terminal::deals(&view, output::style())),
    }?;
    Ok(Ending::Done)
}
