//! `paraph brief`

use super::{Ending, drafts, matrix, mention_not_read};
use crate::assemble::evidence::{cite_in_full, open_questions};
use crate::assemble::{brief, statements::Shelf};
use crate::cli::{Brief, BriefFormat, Looking};
use crate::failure::{Failure, Outcome};
use crate::progress::Watch;
use crate::{folder, output};
use paraph_brief::{html, view};
use paraph_case::Case;
use paraph_ledger::{Audience, Ledger, StatementFilter, Status};
use std::path::{Path, PathBuf};

/// Writes the brief.
pub(super) fn run(arguments: &Brief) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let case = folder::case(place, None)?;
    let names = match &arguments.scenario[..] {
        [] => paraph_case::scenarios(place),
        names => names.to_vec(),
    };
    let mut cases = vec![case];
    for name in &names {
        cases.push(folder::case(place, Some(name))?);
    }
    let ledger = folder::ledger(place)?;
    cases.iter_mut().for_each(|case| cite_in_full(case, &ledger));
    let case = &cases[0];
    let shown = matrix::positions(place, case, &ledger, &arguments.looking)?;
    let mut all = with_matrix(case, &ledger, &arguments.looking, shown)?;
    {
        let watch = Watch::begin();
        for case in &cases {
            let mut shown = brief::scenario(case, arguments.list.most(), watch.monitor())?;
            // What is open on record is open whatever is assumed; it is asked once.
            if let Some(robustness) = shown.robustness.as_mut().filter(|_| all.scenarios.is_empty()) {
                robustness.questions = open_questions(&all.matrix);
            }
            all.scenarios.push(shown);
        }
        let (most, audience) = (arguments.list.most(), arguments.looking.audience);
        all.drafts =
            drafts::for_brief(place, case, &ledger, &all.statements, audience, most, watch.monitor())?;
    }
    mention_not_read(place)?;
    let bytes = match arguments.format {
        BriefFormat::Html => html::render(&all).map_err(|error| Failure::new(error.to_string()))?,
        BriefFormat::Json => {
            let mut text =
                serde_json::to_string_pretty(&all).map_err(|error| Failure::new(error.to_string()))?;
            text.push('\n');
            text
        }
    };
    let output = match &arguments.output {
        Some(path) if path.as_os_str() == "-" => {
            output::data(&bytes)?;
            return Ok(Ending::Done);
        }
        Some(path) => path.clone(),
        None => PathBuf::from(default_name(place, arguments.format)),
    };
    output::file(&output, bytes.as_bytes())?;
    output::data(&format!("{}\n", output.display()))?;
    if arguments.open {
        open(&output)?;
    }
    Ok(Ending::Done)
}

/// A brief without its analysis: the matrix with statements and sources.
pub(super) fn with_matrix(
    case: &Case,
    ledger: &Ledger,
    looking: &Looking,
    shown: view::Matrix,
) -> Outcome<view::Brief> {
    let filter = StatementFilter {
        status: vec![Status::Proposed, Status::Confirmed, Status::Corrected],
        audience: looking.audience,
        ..StatementFilter::default()
    };
    let shelf = Shelf::take(ledger, &filter)?;
    let receipt = ledger.receipt()?;
    Ok(view::Brief {
        title: case.title.clone(),
        as_of: shown.as_of.clone(),
        audience: looking.audience.as_str().to_owned(),
        summary: String::new(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        not_read: shown.not_read.clone(),
        matrix: shown,
        scenarios: Vec::new(),
        unlock: Vec::new(),
        drafts: None,
        statements: shelf.statements(Some(case)),
        sources: shelf.sources(),
        left_out: Vec::new(),
        // The head of the chain depends on what the public may not see.
        receipt: (receipt.count > 0 && looking.audience != Audience::Public)
            .then(|| view::Receipt { head: receipt.head.clone(), records: receipt.count }),
    })
}

/// `NAME-brief.html`, after the folder.
fn default_name(place: &Path, format: BriefFormat) -> String {
    let whole = place.canonicalize().unwrap_or_else(|_| place.to_path_buf());
    let name = whole.file_name().map(|name| name.to_string_lossy().into_owned());
    let ending = match format {
        BriefFormat::Html => "html",
        BriefFormat::Json => "json",
    };
    format!("{}-brief.{ending}", name.unwrap_or_else(|| "case".to_owned()))
}

/// Hands the file to whatever opens pages here.
fn open(path: &Path) -> Outcome<()> {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let started = std::process::Command::new(program)
        .arg(&path)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
    match started {
        Ok(_) => Ok(()),
        Err(error) => {
            Err(Failure::new(format!("the page was written, but `{program}` cannot open it: {error}"))
                .hint(format!("open {} yourself", path.display())))
        }
    }
}
