//! The case's folder: reading the case, opening the ledger, finding reports.

use crate::failure::{Failure, Outcome};
use paraph_case::render;
use paraph_case::{Case, Parsed};
use paraph_ledger::{Audience, Ledger};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// The largest report that is read, in bytes.
const LARGEST_REPORT: u64 = 64 << 20;

/// How many hashes of reports are kept.
const MOST_HASHES: usize = 1 << 17;

/// The folder, if it is one.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn existing(folder: &Path) -> Outcome<&Path> {
    if folder.is_dir() {
        return Ok(folder);
    }
    let shown = folder.display();
    if folder.exists() {
        return Err(
            Failure::new(format!("`{shown}` is no folder")).hint("name the folder that holds `case.toml`")
        );
    }
    Err(Failure::new(format!("there is no folder `{shown}`"))
        .hint(format!("begin a case with `paraph new {shown}`, or name another folder")))
}

/// The case in a folder, with a scenario laid over it; a broken case is shown with all its diagnostics.
pub fn case(folder: &Path, scenario: Option<&str>) -> Outcome<Case> {
    let parsed = paraph_case::load(existing(folder)?, scenario);
    complete(parsed)
}

fn complete(parsed: Parsed) -> Outcome<Case> {
    if parsed.has_errors() {
        let errors: Vec<_> = parsed.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
        let failure = Failure::new(format!("the case cannot be used: {}", render::summary(&errors)));
        return Err(failure.diagnosed(errors, parsed.files));
    }
    parsed.case.ok_or_else(|| Failure::new("the folder holds no case"))
}

/// The ledger of a folder, for reading only: `ledger.db`, else the journal in memory, else empty.
pub fn ledger(folder: &Path) -> Outcome<Ledger> {
    Ok(Ledger::open_readonly(existing(folder)?)?)
}

/// The ledger of a folder, for acting on it.
pub fn ledger_to_change(folder: &Path) -> Outcome<Ledger> {
    let folder = existing(folder)?;
    if !folder.join("case.toml").is_file() {
        return Err(Failure::new(format!("`{}` holds no `case.toml`", folder.display()))
            .hint("name the case's folder, or begin one with `paraph new`"));
    }
    Ok(Ledger::open(folder)?)
}

/// A report in `reports/`.
pub struct Report {
    /// Its file name.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
}

impl Report {
    /// Its bytes.
    pub fn bytes(&self) -> Outcome<Vec<u8>> {
        read(&self.path)
    }
}

/// The bytes of a report, wherever it lies.
pub fn read(path: &Path) -> Outcome<Vec<u8>> {
    let failed =
        |error: std::io::Error| Failure::new(format!("`{}` cannot be read: {error}", path.display()));
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > LARGEST_REPORT {
        return Err(Failure::new(format!(
            "`{}` has {size} bytes, more than a report may have",
            path.display()
        ))
        .hint("split it into parts of at most 64 MiB"));
    }
    std::fs::read(path).map_err(failed)
}

/// The reports of a case by name, and what lies beside them and cannot be read.
pub fn reports(folder: &Path) -> Outcome<(Vec<Report>, Vec<String>)> {
    let (mut reports, mut skipped) = (Vec::new(), Vec::new());
    let inside = folder.join("reports");
    let entries = match std::fs::read_dir(&inside) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((reports, skipped)),
        Err(error) => return Err(Failure::new(format!("`{}` cannot be read: {error}", inside.display()))),
    };
    for entry in entries {
        let entry =
            entry.map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", inside.display())))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        let known = crate::reading::ENDINGS
            .iter()
            .any(|ending| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending)));
        // What the folder itself says of an entry costs no look at the file.
        let is_file = match entry.file_type() {
            Ok(kind) if !kind.is_symlink() => kind.is_file(),
            _ => path.is_file(),
        };
        if known && is_file {
            reports.push(Report { name, path });
        } else {
            skipped.push(name);
        }
    }
    reports.sort_by(|one, other| one.name.cmp(&other.name));
    skipped.sort();
    Ok((reports, skipped))
}

/// Reports in the folder that the ledger does not hold, as [`Look::not_read`] finds them.
///
/// # Errors
/// A folder or a ledger that cannot be read.
pub fn not_read(folder: &Path, ledger: &Ledger) -> Outcome<Vec<String>> {
    Look::at(folder)?.not_read(ledger)
}

/// The reports of a folder as they were at one moment: their names with the hashes of those that can be opened, and
/// what lies beside them and cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// Names and hashes, in order of the names; no hash where a report cannot be opened.
    pub reports: Vec<(String, Option<String>)>,
    /// Names of what is no report.
    pub skipped: Vec<String>,
}

impl Look {
    /// Looks at the reports of a folder. A file's bytes are read again only where it has changed since this program
    /// looked at it last.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn at(folder: &Path) -> Outcome<Self> {
        let (reports, skipped) = reports(folder)?;
        let reports = reports.into_iter().map(|report| (report.name, hash(&report.path).ok())).collect();
        Ok(Look { reports, skipped })
    }

    /// Those that the ledger does not hold, those that cannot be opened among them.
    ///
    /// # Errors
    /// A ledger that cannot be read.
    pub fn not_read(&self, ledger: &Ledger) -> Outcome<Vec<String>> {
        let read = ledger.originals()?;
        let unknown = |hash: &Option<String>| hash.as_ref().is_none_or(|hash| !read.contains(hash));
        Ok(self.reports.iter().filter(|(_, hash)| unknown(hash)).map(|(name, _)| name.clone()).collect())
    }
}

/// The hashes of reports that were looked at, with what their files were like then.
static HASHES: Mutex<BTreeMap<PathBuf, (SystemTime, u64, String)>> = Mutex::new(BTreeMap::new());

/// A file that was written less than this long ago may be written again without its time telling so.
const SETTLED: Duration = Duration::from_secs(2);

/// The hash of a report's bytes.
fn hash(path: &Path) -> Outcome<String> {
    let mut known = HASHES.lock().unwrap_or_else(PoisonError::into_inner);
    let metadata = std::fs::metadata(path).ok();
    let look = metadata.and_then(|data| Some((data.modified().ok()?, data.len())));
    if let (Some((time, length)), Some((then, long, hash))) = (look, known.get(path))
        && (time, length) == (*then, *long)
    {
        return Ok(hash.clone());
    }
    let hash = blake3::hash(&read(path)?).to_hex().to_string();
    if let Some((time, length)) = look.filter(|(time, _)| time.elapsed().is_ok_and(|age| age > SETTLED)) {
        if known.len() >= MOST_HASHES {
            known.clear();
        }
        known.insert(path.to_owned(), (time, length, hash.clone()));
    }
    Ok(hash)
}

/// The source of a report, named by the beginning of its file name, its title or its identifier.
///
/// # Errors
/// No report, or more than one, begins so; a folder or a ledger that cannot be read.
pub fn source(place: &Path, ledger: &Ledger, name: &str) -> Outcome<String> {
    let mut found: Vec<(String, String)> = Vec::new();
    for report in reports(place)?.0 {
        if report.name.starts_with(name)
            && let Some(source) = ledger.source_of(&report.bytes()?)?
        {
            found.push((source.id, report.name));
        }
    }
    if found.is_empty() {
        let sources = ledger.sources(Audience::Restricted)?;
        found = sources
            .into_iter()
            .map(|source| (source.id, source.meta.title.unwrap_or_default()))
            .filter(|(id, title)| id.starts_with(name) || title.starts_with(name))
            .collect();
    }
    match &found[..] {
        [(id, _)] => Ok(id.clone()),
        [] => Err(Failure::new(format!("no report that was read in begins with `{name}`"))
            .hint("`paraph read` reads reports in; give the beginning of a file name in `reports/`")),
        several => {
            let names: Vec<&str> = several.iter().map(|(_, name)| name.as_str()).collect();
            Err(Failure::new(format!("`{name}` could be more than one report: {}", names.join(", "))))
        }
    }
}

/// Splits arguments into the case's folder and the rest: the first is the folder when it looks like one
/// (it holds a `case.toml`, or is written as a path), or when exactly `rest` arguments must follow.
pub fn split(places: &[String], rest: Option<usize>) -> (PathBuf, Vec<String>) {
    let here = || (PathBuf::from("."), places.to_vec());
    let Some((first, others)) = places.split_first() else { return here() };
    let written_as_path = first == "." || first == ".." || first.ends_with('/');
    let folder = match rest {
        Some(rest) => others.len() == rest,
        None => written_as_path || Path::new(first).join("case.toml").is_file(),
    };
    if folder { (PathBuf::from(first), others.to_vec()) } else { here() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_may_be_left_out() {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(split(&words(&["m2c7", "k3f9"]), None), (PathBuf::from("."), words(&["m2c7", "k3f9"])));
        assert_eq!(split(&words(&["./", "k3f9"]), None), (PathBuf::from("./"), words(&["k3f9"])));
        assert_eq!(split(&words(&["NYYN"]), Some(1)), (PathBuf::from("."), words(&["NYYN"])));
        assert_eq!(split(&words(&["talks", "a/b"]), Some(1)), (PathBuf::from("talks"), words(&["a/b"])));
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour");
        assert_eq!(split(&words(&[example, "k3"]), None), (PathBuf::from(example), words(&["k3"])));
    }
}
