//! `paraph brief`

use super::{Ending, mention_not_read};
use crate::cli::{Brief, BriefFormat};
use crate::output;
use crate::progress::Watch;
use paraph_brief::{docx, html};
use paraph_workbench::brief::{self, Wanted};
use paraph_workbench::record::brief_name;
use paraph_workbench::{Failure, Outcome};
use std::path::{Path, PathBuf};

/// Writes the brief.
pub(super) fn run(arguments: &Brief) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let all = {
        let watch = Watch::begin();
        let wanted = Wanted {
            scenarios: &arguments.scenario,
            as_of: arguments.looking.as_of,
            audience: arguments.looking.audience,
            most: arguments.list.most(),
        };
        brief::whole(place, wanted, watch.monitor())?
    };
    mention_not_read(place)?;
    let bytes = match arguments.format {
        BriefFormat::Html => {
            html::render(&all).map_err(|error| Failure::new(error.to_string()))?.into_bytes()
        }
        BriefFormat::Docx => docx::brief(&all).map_err(|error| Failure::new(error.to_string()))?,
        BriefFormat::Json => {
            let mut text =
                serde_json::to_string_pretty(&all).map_err(|error| Failure::new(error.to_string()))?;
            text.push('\n');
            text.into_bytes()
        }
    };
    let output = match &arguments.output {
        Some(path) if path.as_os_str() == "-" => {
            output::bytes(&bytes)?;
            return Ok(Ending::Done);
        }
        Some(path) => path.clone(),
        None => PathBuf::from(brief_name(
            place,
            match arguments.format {
                BriefFormat::Html => "html",
                BriefFormat::Docx => "docx",
                BriefFormat::Json => "json",
            },
        )),
    };
    output::file(&output, &bytes)?;
    output::data(&format!("{}\n", output.display()))?;
    if arguments.open {
        open(&output)?;
    }
    Ok(Ending::Done)
}

/// Hands the file to whatever opens pages here.
fn open(path: &Path) -> Outcome<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    output::open(&path).map_err(|error| {
        Failure::new(format!("the page was written, but cannot be opened: {error}"))
            .hint(format!("open {} yourself", path.display()))
    })
}
