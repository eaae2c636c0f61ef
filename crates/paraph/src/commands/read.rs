//! `paraph read`

use super::statements::line;
use super::{Ending, plural};
use crate::cli::{Read, ReadFormat};
use crate::output;
use crate::progress::Watch;
use paraph_reading::tagger::Model;
use paraph_reading::{Names, Reader};
use paraph_workbench::reading::{
    Comparison, Defaults, Engine, Outside, OutsideReader, Report, Summary, compare, read_folder,
};
use paraph_workbench::{Failure, Outcome, folder, names, stamp};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Reads reports.
pub(super) fn run(arguments: &Read) -> Outcome<Ending> {
    if arguments.compare {
        return side_by_side(arguments);
    }
    if arguments.format == ReadFormat::Jsonl {
        return print(arguments);
    }
    let here = [PathBuf::from(".")];
    let place = match &arguments.places[..] {
        [] => &here[0],
        [place] if !place.is_file() => place,
        _ => {
            return Err(Failure::new("`read` takes one case's folder").hint(
                "put the files into its `reports/`, or add `--format jsonl` to read them without a case",
            ));
        }
    };
    store(place, arguments)
}

/// What is said of all reports.
fn defaults(arguments: &Read) -> Defaults {
    Defaults { date: arguments.date, publisher: arguments.publisher.clone() }
}

/// The built-in reader with the names of a case, as the arguments want it.
fn built_in(arguments: &Read, names: &Names) -> Outcome<Reader> {
    let reader = Reader::new(names).with_precision(arguments.precision);
    let Some(path) = &arguments.model else { return Ok(reader) };
    let shown = path.display();
    let bytes =
        std::fs::read(path).map_err(|error| Failure::new(format!("`{shown}` cannot be read: {error}")))?;
    let model = Model::read(&bytes).map_err(|error| Failure::new(format!("`{shown}`: {error}")))?;
    Ok(reader.with_model(Arc::new(model)))
}

/// The outside reader, if one is asked for.
fn outside(arguments: &Read, names: &Names) -> Outcome<Option<OutsideReader>> {
    let asked = &arguments.outside;
    let Some(reader) = &asked.reader else { return Ok(None) };
    let outside = Outside {
        reader: reader.clone(),
        model: asked.reader_model.clone(),
        allow_remote: asked.allow_remote,
        patience: Duration::from_secs(asked.reader_patience),
    };
    OutsideReader::new(&outside, names).map(Some)
}

/// The files that are named, and the names of the case when the first place is one.
fn files(arguments: &Read) -> Outcome<(Names, Vec<PathBuf>)> {
    let mut names = Names::default();
    let mut files: Vec<PathBuf> = Vec::new();
    for (at, place) in arguments.places.iter().enumerate() {
        if at == 0 && place.join("case.toml").is_file() {
            names = names::for_reading(&folder::case(place, None)?, place);
            if arguments.places.len() == 1 {
                files.extend(folder::reports(place)?.0.into_iter().map(|report| report.path));
            }
        } else {
            files.push(place.clone());
        }
    }
    if files.is_empty() {
        return Err(Failure::new("there is nothing to read")
            .hint("name the files: `paraph read --format jsonl FILE…`"));
    }
    Ok((names, files))
}

fn open(path: &Path, arguments: &Read) -> Outcome<Report> {
    let report = Report::open(&path.display().to_string(), &folder::read(path)?, &defaults(arguments))?;
    for remark in &report.remarks {
        output::note(remark);
    }
    Ok(report)
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// One line of `--format jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    id: String,
    attributions: &'a [paraph_reading::Statement],
    events: &'a [paraph_reading::Event],
    narration: &'a [paraph_reading::TextSpan],
    unmapped: &'a [paraph_reading::TextSpan],
}

/// Prints readings and stores nothing.
fn print(arguments: &Read) -> Outcome<Ending> {
    let (names, files) = files(arguments)?;
    let reader = built_in(arguments, &names)?;
    let mut outside = outside(arguments, &names)?;
    for path in &files {
        let report = open(path, arguments)?;
        let id = stem(path);
        let reading = match &mut outside {
            None => report.read(&reader),
            Some(outside) => {
                let answered = outside.read(&id, &report)?;
                if let Some(remark) = answered.remark(&id, outside.name()) {
                    output::note(&remark);
                }
                answered.reading
            }
        };
        let line = Line {
            id,
            attributions: &reading.statements,
            events: &reading.events,
            narration: &reading.narration,
            unmapped: &reading.unmapped,
        };
        output::json_line(&line)?;
    }
    Ok(Ending::Done)
}

/// Reads reports twice, and stores nothing.
fn side_by_side(arguments: &Read) -> Outcome<Ending> {
    let (names, files) = files(arguments)?;
    let Some(mut outside) = outside(arguments, &names)? else {
        return Err(Failure::new("`--compare` needs an outside reader").hint("name it with `--reader`"));
    };
    let reader = built_in(arguments, &names)?;
    let mut compared = Vec::new();
    for path in &files {
        let report = open(path, arguments)?;
        let id = stem(path);
        let answered = outside.read(&id, &report)?;
        if let Some(remark) = answered.remark(&id, outside.name()) {
            output::note(&remark);
        }
        let own = report.read(&reader);
        compared.push(compare(&id, &report, &own, reader.name(), &answered, outside.name()));
    }
    if arguments.format == ReadFormat::Table {
        output::data(&compared.iter().map(shown).collect::<Vec<_>>().join("\n"))?;
    } else {
        output::json(&compared)?;
    }
    Ok(Ending::Done)
}

/// A comparison for people.
fn shown(compared: &Comparison) -> String {
    let mut text = format!(
        "{}: {} by both, {} by {} alone, {} by {} alone\n",
        compared.report,
        compared.both.len(),
        compared.only_built_in.len(),
        compared.built_in,
        compared.only_outside.len(),
        compared.outside
    );
    for pair in &compared.both {
        text.push_str(&format!("both      {}\n", line(&pair.words)));
        for differ in &pair.differ {
            text.push_str(&format!("            {}\n", line(differ)));
        }
    }
    for (word, list) in [("built-in", &compared.only_built_in), ("outside ", &compared.only_outside)] {
        for words in list {
            text.push_str(&format!("{word}  {}\n", line(words)));
        }
    }
    text
}

/// Stores the reports of a case and proposes what is found in them.
fn store(place: &Path, arguments: &Read) -> Outcome<Ending> {
    let case = folder::case(place, None)?;
    let (reports, others) = folder::reports(place)?;
    if reports.is_empty() && others.is_empty() {
        return Err(Failure::new(format!("`{}` holds no reports", place.join("reports").display()))
            .hint("put .txt, .md, .html or .docx files there, then run `paraph read` again"));
    }
    let names = names::for_reading(&case, place);
    let reader = built_in(arguments, &names)?;
    let mut outside = outside(arguments, &names)?;
    let stamp = stamp(arguments.author.name())?;
    super::mention_synced(place);
    let mut ledger = folder::ledger_to_change(place)?;
    let engine = match &mut outside {
        None => Engine::BuiltIn(&reader),
        Some(outside) => Engine::Outside(outside),
    };
    let watch = Watch::begin();
    let summary = read_folder(place, &mut ledger, &stamp, engine, defaults(arguments), watch.monitor())?;
    drop(watch);
    tell(place, arguments, &summary)
}

fn tell(place: &Path, arguments: &Read, summary: &Summary) -> Outcome<Ending> {
    for remark in &summary.remarks {
        output::note(remark);
    }
    for refused in &summary.refused {
        output::note(&format!("not read: {}", refused.why));
    }
    if arguments.format == ReadFormat::Json {
        output::json(summary)?;
    } else {
        output::data(&table(summary))?;
    }
    if summary.linked > 0 {
        output::talk(&format!(
            "{} one of an earlier report, counted once: `paraph statements show {} ID` tells where",
            plural(summary.linked, "statement repeats", "statements repeat"),
            place.display()
        ));
    }
    if summary.stored.iter().any(|one| one.proposed > 0) {
        output::talk(&format!(
            "Nothing counts until a person has looked: `paraph statements list {} --status proposed`",
            place.display()
        ));
    }
    if summary.stopped {
        return Err(Failure::new("interrupted: what is listed is stored, the other reports are not read")
            .hint("run `paraph read` again to read the rest"));
    }
    Ok(if summary.refused.iter().any(|refused| refused.report_file) {
        Ending::Problems
    } else {
        Ending::Done
    })
}

fn table(summary: &Summary) -> String {
    let width = summary.stored.iter().map(|one| one.report.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for one in &summary.stored {
        let name = format!("{:width$}", one.report);
        let what = if one.new {
            let unmapped = match one.unmapped {
                0 => String::new(),
                some => format!(", {} not understood", plural(some, "sentence", "sentences")),
            };
            let date = one.date.as_deref().map_or(", no date".to_owned(), |date| format!(", of {date}"));
            format!("{} proposed{unmapped}{date}", plural(one.proposed, "statement", "statements"))
        } else {
            "read before".to_owned()
        };
        text.push_str(&format!("{name}  {}  {what}\n", one.source));
    }
    text
}
