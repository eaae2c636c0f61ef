//! Every `NAME.toml` in the workspace's `tests/cases` against its `NAME.expected.toml`: one test each.

use libtest_mimic::{Arguments, Failed, Trial};
use paraph_reference::Reference;
use paraph_reference::expected::Expected;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn check(path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let expected = path.with_extension("expected.toml");
    let expected =
        std::fs::read_to_string(&expected).map_err(|error| format!("{}: {error}", expected.display()))?;
    let expected = Expected::parse(&expected)?;
    let parsed = paraph_case::parse(&text, &path.display().to_string());
    let messages = || -> String {
        parsed.diagnostics.iter().map(|d| format!("{}: {}\n", d.severity.word(), d.message)).collect()
    };
    let case = parsed.complete().ok_or_else(|| format!("the case has errors\n{}", messages()))?;
    let reference = Reference::new(case)?;
    let differences = expected.differences(&reference.stability());
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n").into()) }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder of cases is part of the project")
        .map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    let mut trials: Vec<Trial> = Vec::new();
    for name in &names {
        let path = folder.join(name);
        trials.push(match name.strip_suffix(".expected.toml") {
            None => Trial::test(name.clone(), move || check(&path)),
            // A table without its case would otherwise never be looked at.
            Some(stem) if !names.contains(&format!("{stem}.toml")) => {
                let stem = stem.to_owned();
                Trial::test(name.clone(), move || Err(format!("there is no {stem}.toml").into()))
            }
            Some(_) => continue,
        });
    }
    assert!(!trials.is_empty(), "the folder holds cases");
    libtest_mimic::run(&arguments, trials).exit_code()
}
