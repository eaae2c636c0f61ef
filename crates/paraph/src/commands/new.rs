//! `paraph new`

use super::Ending;
use crate::cli::New;
use crate::output;
use paraph_workbench::{Failure, Outcome};
use std::fs;
use std::path::Path;

const TEMPLATE: &str = include_str!("new_case.toml");

/// Makes a case's folder.
pub(super) fn run(arguments: &New) -> Outcome<Ending> {
    let folder = &arguments.folder;
    let file = folder.join("case.toml");
    if file.exists() {
        return Err(Failure::new(format!("`{}` exists already", file.display()))
            .hint("nothing was changed; choose another folder"));
    }
    let named = || folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let title = arguments.title.clone().or_else(named).unwrap_or_else(|| "New case".to_owned());
    make(&folder.join("reports"))?;
    make(&folder.join("scenarios"))?;
    // A TOML string is written as JSON writes it, for everything but control characters, which it escapes too.
    let title = serde_json::Value::from(title.trim()).to_string();
    output::file(&file, TEMPLATE.replace("\"TITLE\"", &title).as_bytes())?;
    let shown = folder.display();
    super::mention_synced(folder);
    output::data(&format!("{}\n", file.display()))?;
    output::talk(&format!(
        "Begun. Put reports (.txt, .md) into {shown}/reports/, then run `paraph read {shown}`.\n\
         The model is {shown}/case.toml; `paraph check {shown}` looks it over."
    ));
    Ok(Ending::Done)
}

fn make(folder: &Path) -> Outcome<()> {
    fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("`{}` cannot be made: {error}", folder.display())))
}
