//! Reading a case's folder.

use crate::diagnostic::{Diagnostic, Sink};
use crate::read::{self, LARGEST_FILE, Overlay, Parsed};
use crate::span::{Files, Span};
use crate::suggest;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The name of the file that makes a folder a case.
const CASE_FILE: &str = "case.toml";

/// Reads the case in a folder, with one of its scenarios laid over it if one is named.
///
/// Files are named relative to the folder in diagnostics (`case.toml`, `scenarios/NAME.toml`). A
/// scenario that does not exist is an error in the diagnostics; the case is then read without it.
/// Nothing is written.
pub fn load(folder: &Path, scenario: Option<&str>) -> Parsed {
    let mut sink = Sink::default();
    let Some(case) = text(&folder.join(CASE_FILE), CASE_FILE, 0, &mut sink) else {
        return Parsed {
            case: None,
            diagnostics: sink.finish(),
            files: Files::default(),
            cited: BTreeMap::new(),
        };
    };
    let Some(name) = scenario else { return read::read(&case, CASE_FILE, None, sink) };
    let known = scenarios(folder);
    if !known.iter().any(|known| known == name) {
        let hint = if known.is_empty() {
            Some("the folder `scenarios` holds no .toml files".to_owned())
        } else {
            suggest::hint(name, "the scenarios", known.iter().map(String::as_str))
        };
        sink.push(
            Diagnostic::without_place("unknown-scenario", format!("no scenario `{name}`")).maybe_hint(hint),
        );
        return read::read(&case, CASE_FILE, None, sink);
    }
    let file_name = format!("scenarios/{name}.toml");
    let overlay = text(&folder.join("scenarios").join(format!("{name}.toml")), &file_name, 1, &mut sink);
    let overlay = overlay.as_deref().map(|text| Overlay { name, file_name: &file_name, text });
    read::read(&case, CASE_FILE, overlay, sink)
}

/// The names of a folder's scenarios, which are the stems of `scenarios/*.toml`, sorted. Empty when
/// there are none or the folder cannot be read; names that are not UTF-8 are left out.
pub fn scenarios(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder.join("scenarios")) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".toml")?.to_owned()))
        .filter(|name| !name.is_empty() && !name.starts_with('.'))
        .collect();
    names.sort_unstable();
    names
}

/// The text of a file; `None` when it cannot be read at all. `index` is the place that the file will
/// have among the files of the case.
fn text(path: &Path, name: &str, index: u32, sink: &mut Sink) -> Option<String> {
    let bytes = match bytes(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && name == CASE_FILE => {
            sink.push(
                Diagnostic::without_place("missing-file", "the folder holds no `case.toml`")
                    .hint("name the case's folder, or begin one with `paraph new`"),
            );
            return None;
        }
        Err(error) => {
            let message = format!("`{name}` cannot be read: {error}");
            sink.push(Diagnostic::without_place("unreadable-file", message));
            return None;
        }
    };
    if bytes.len() > LARGEST_FILE {
        sink.push(read::too_large_file(name));
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            // The replacement character that stands for the byte has three bytes.
            let span = Span { file: index, start: at as u32, end: at as u32 + 3 };
            let byte = error.as_bytes().get(at).copied().unwrap_or(0);
            let message = format!("byte {at} of `{name}` is {byte:#04x}, which is no UTF-8 here");
            sink.push(Diagnostic::new("not-utf8", span, message).hint("save the file as UTF-8"));
            Some(text)
        }
    }
}

/// At most one byte more than what is read, so that a larger file is recognised without reading it.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
