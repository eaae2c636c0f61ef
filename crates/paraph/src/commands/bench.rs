//! `paraph bench`

use super::Ending;
use crate::cli::{Bench, BenchCommand, BenchStability, Format};
use crate::output;
use crate::progress::Watch;
use paraph_analysis::synthetic::{self, Recipe};
use paraph_analysis::{Concept, Model, Monitor, Options, Terms, deals, stability};
use paraph_case::{Case, Direction, Preferences};
use paraph_workbench::{Failure, Outcome};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a run took; the JSON of `paraph bench stability`.
#[derive(Serialize)]
struct Report {
    outcomes: u64,
    feasible: u64,
    wall_s: f64,
    /// Processor time of all threads; absent where the system does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_s: Option<f64>,
    /// The most memory the process had at once; absent where the system does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_bytes: Option<u64>,
    /// One read of one table of ranks with all threads.
    pass_s: f64,
    ranks_s: f64,
    distinct_ranks: BTreeMap<String, u32>,
    sweeps: BTreeMap<String, u32>,
    concepts: BTreeMap<String, ConceptReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deals: Option<DealsReport>,
}

#[derive(Serialize)]
struct ConceptReport {
    equilibria: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    wall_s: f64,
}

#[derive(Serialize)]
struct DealsReport {
    wall_s: f64,
    deals: u64,
    efficient: u64,
    points: u64,
    rules: usize,
}

/// Measures.
pub(super) fn run(arguments: &Bench) -> Outcome<Ending> {
    let BenchCommand::Stability(arguments) = &arguments.command;
    let recipe = recipe(arguments)?;
    let case = synthetic::case(&recipe);
    if let Some(folder) = &arguments.write {
        write(folder, &case)?;
        output::talk(&format!("wrote {}", folder.display()));
    }
    let concepts: &[Concept] =
        if arguments.concepts.is_empty() { &Concept::ALL[..5] } else { &arguments.concepts };
    let report = {
        let watch = Watch::begin();
        measure(&case, concepts, arguments.deals, watch.monitor())?
    };
    match arguments.format {
        Format::Json => output::json(&report)?,
        Format::Table => output::data(&table(&report))?,
    }
    Ok(Ending::Done)
}

fn recipe(arguments: &BenchStability) -> Outcome<Recipe> {
    let even = Recipe::even(arguments.issues, arguments.parties, arguments.seed);
    let split = if arguments.split.is_empty() { even.split.clone() } else { arguments.split.clone() };
    if split.len() > arguments.parties || split.iter().sum::<usize>() > arguments.issues {
        return Err(Failure::new(format!(
            "a split of {} issues over {} parties does not fit {} issues and {} parties",
            split.iter().sum::<usize>(),
            split.len(),
            arguments.issues,
            arguments.parties
        )));
    }
    Ok(Recipe {
        split,
        options: arguments.options,
        one_way: arguments.one_way,
        merged: arguments.merged,
        removed: arguments.constraints,
        weights: arguments.preferences == crate::cli::BenchPreferences::Weights,
        ..even
    })
}

fn measure(case: &Case, concepts: &[Concept], with_deals: bool, monitor: &Monitor) -> Outcome<Report> {
    let (start, before) = (Instant::now(), processor_seconds());
    let model = Model::new(case, &Options::default(), monitor)?;
    model.rank_all(monitor)?;
    let ranks_s = start.elapsed().as_secs_f64();
    // What each stage takes is read off the monitor, which the analysis tells what it is at.
    let over = AtomicBool::new(false);
    let (results, stages) = std::thread::scope(|scope| {
        let sampler = scope.spawn(|| stages(monitor, &over));
        let results = stability(&model, concepts, monitor);
        over.store(true, Ordering::Relaxed);
        (results, sampler.join().unwrap_or_default())
    });
    let results = results?;
    let wall_s = start.elapsed().as_secs_f64();
    let cpu_s = before.zip(processor_seconds()).map(|(before, after)| after - before);
    let peak_bytes = peak_bytes();
    let pass = Instant::now();
    let sum = (0..case.parties.len()).map(|party| model.rank_sum(party)).max();
    let pass_s = pass.elapsed().as_secs_f64() / case.parties.len().max(1) as f64;
    debug_assert!(sum.is_some() || case.parties.is_empty());
    let mut report = Report {
        outcomes: model.all(),
        feasible: model.feasible_count(),
        wall_s,
        cpu_s,
        peak_bytes,
        pass_s,
        ranks_s,
        distinct_ranks: case
            .parties
            .iter()
            .enumerate()
            .map(|(party, declared)| (declared.id.clone(), model.distinct_ranks(party)))
            .collect(),
        sweeps: BTreeMap::new(),
        concepts: BTreeMap::new(),
        deals: None,
    };
    for result in results {
        let wall_s =
            stages.iter().filter(|(stage, _)| belongs(stage, result.concept)).map(|(_, time)| time).sum();
        let (equilibria, reason) = match &result.sets {
            Ok(sets) => (Some(model.count(&sets.equilibria)), None),
            Err(why) => (None, Some(why.clone())),
        };
        report.sweeps.insert(result.concept.name().to_owned(), result.sweeps);
        report
            .concepts
            .insert(result.concept.name().to_owned(), ConceptReport { equilibria, reason, wall_s });
    }
    if with_deals {
        let start = Instant::now();
        let found = deals(&model, &Terms::default(), monitor)?;
        report.deals = Some(DealsReport {
            wall_s: start.elapsed().as_secs_f64(),
            deals: model.count(&found.deals),
            efficient: model.count(&found.efficient),
            points: found.efficient_points,
            rules: found.picks.len(),
        });
    }
    Ok(report)
}

/// Whether a stage works on a concept; stages are named "SEQ for Party 0".
fn belongs(stage: &str, concept: Concept) -> bool {
    stage.split(" for ").next() == Some(concept.title())
}

/// How long each stage was seen, to the millisecond.
fn stages(monitor: &Monitor, over: &AtomicBool) -> BTreeMap<String, f64> {
    let mut seen: BTreeMap<String, f64> = BTreeMap::new();
    let mut last = Instant::now();
    while !over.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(1));
        let now = Instant::now();
        *seen.entry(monitor.progress().0).or_default() += (now - last).as_secs_f64();
        last = now;
    }
    seen
}

/// User and system time of the process so far, where the system keeps it in a file.
fn processor_seconds() -> Option<f64> {
    let line = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = line.rsplit(')').next()?.split_whitespace().collect();
    // Counted in hundredths of a second on every Linux that has the file.
    Some((fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?) / 100.0)
}

fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

fn table(report: &Report) -> String {
    let mut text = format!(
        "{} outcomes, {} feasible: {:.3} s ({:.3} s of it ranks)",
        report.outcomes, report.feasible, report.wall_s, report.ranks_s
    );
    if let Some(cpu) = report.cpu_s {
        let _ = write!(text, ", {cpu:.2} CPU s");
    }
    if let Some(peak) = report.peak_bytes {
        let _ = write!(text, ", {} MiB at most", peak >> 20);
    }
    text.push('\n');
    for (name, concept) in &report.concepts {
        let found =
            concept.equilibria.map_or_else(|| "not computed".to_owned(), |n| format!("{n} equilibria"));
        let _ = writeln!(text, "  {name:<14} {found:<24} {:.3} s", concept.wall_s);
    }
    if let Some(found) = &report.deals {
        let _ = writeln!(
            text,
            "  deals          {} deals, {} efficient at {} points {:.3} s",
            found.deals, found.efficient, found.points, found.wall_s
        );
    }
    text
}

/// Saves the case as a folder that every other command reads.
fn write(folder: &std::path::Path, case: &Case) -> Outcome<()> {
    let file = folder.join("case.toml");
    if file.exists() {
        return Err(Failure::new(format!("{} exists already", file.display())).hint("name a new folder"));
    }
    let problem =
        |error: std::io::Error| Failure::new(format!("{} cannot be written: {error}", file.display()));
    std::fs::create_dir_all(folder).map_err(problem)?;
    std::fs::write(&file, case_file(case)).map_err(problem)
}

/// The text of a synthetic case: what `synthetic::case` builds and nothing else.
fn case_file(case: &Case) -> String {
    let mut text = format!("[case]\ntitle = \"{}\"\n", case.title);
    for party in &case.parties {
        let _ = write!(text, "\n[party.{}]\nname = \"{}\"\n", party.id, party.name);
        match &party.preferences {
            Preferences::Priorities(list) => {
                for priority in list {
                    let _ = write!(
                        text,
                        "[[party.{}.prefers]]\nthat = \"{}\"\nbasis = \"assumed\"\n",
                        party.id,
                        priority.that.display(case)
                    );
                }
            }
            Preferences::Weights(weights) => {
                let _ = writeln!(text, "[party.{}.weights]", party.id);
                for (issue, options) in case.issues.iter().zip(&weights.options) {
                    let parts: Vec<String> = issue
                        .options
                        .iter()
                        .zip(options)
                        .map(|(option, weight)| format!("{option} = {weight}"))
                        .collect();
                    let _ = writeln!(text, "{} = {{ {} }}", issue.id, parts.join(", "));
                }
                for weighted in &weights.formulas {
                    let _ = write!(
                        text,
                        "[[party.{}.weighs]]\nthat = \"{}\"\nweight = {}\nbasis = \"assumed\"\n",
                        party.id,
                        weighted.that.display(case),
                        weighted.weight
                    );
                }
            }
            Preferences::None | Preferences::Ranking(_) => {}
        }
    }
    for issue in &case.issues {
        let _ = write!(text, "\n[issue.{}]\ntitle = \"{}\"\n", issue.id, issue.title);
        if !issue.binary {
            let options: Vec<String> = issue.options.iter().map(|option| format!("\"{option}\"")).collect();
            let _ = writeln!(text, "options = [{}]", options.join(", "));
        }
        let _ = writeln!(text, "status-quo = \"{}\"", issue.options[issue.status_quo.unwrap_or(0)]);
        if !issue.moved_by.is_empty() {
            let movers: Vec<String> =
                issue.moved_by.iter().map(|&party| format!("\"{}\"", case.parties[party].id)).collect();
            let _ = writeln!(text, "moved-by = [{}]", movers.join(", "));
        }
        match issue.changes {
            Direction::Any => {}
            Direction::Up => text.push_str("changes = \"up\"\n"),
            Direction::Down => text.push_str("changes = \"down\"\n"),
        }
    }
    for constraint in &case.constraints {
        let _ = write!(text, "\n[[constraint]]\nalways = \"{}\"\n", constraint.always.display(case));
    }
    for same in &case.same {
        let _ =
            write!(text, "\n[[same]]\nname = \"{}\"\nthat = \"{}\"\n", same.name, same.that.display(case));
    }
    text
}
