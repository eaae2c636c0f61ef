//! Documents from files of three kinds: the corpus's own markup, JSON Lines, and brat standoff.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use paraph_reading::TextSpan;

use crate::corpus;
use crate::document::{Attribution, Document};
use crate::error::Error;

/// Reads every document of a list of files and folders.
///
/// A folder gives its files in the order of their names, folders in it too; files whose names start
/// with a dot are passed over. What a file is shows in its name: `.jsonl` is JSON Lines, `.ann` is brat
/// standoff beside a `.txt` of the same name, and any other `.txt` is the corpus's own markup. Files of
/// other names are passed over in folders, and are an error when they are named.
///
/// # Errors
/// When a file cannot be read, or is not what its name says; the message names file and place. Broken
/// markup is named in full, problem by problem.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<Document>, Error> {
    let mut documents = Vec::new();
    for path in paths {
        if path.is_dir() {
            folder(path, 0, &mut documents)?;
        } else if !file(path, &mut documents)? {
            return Err(Error::format(path, "a corpus is .txt with markup, .jsonl, or .ann beside a .txt"));
        }
    }
    Ok(documents)
}

fn folder(path: &Path, depth: usize, documents: &mut Vec<Document>) -> Result<(), Error> {
    if depth > 16 {
        return Err(Error::format(path, "folders are nested more than 16 deep"));
    }
    let entries = std::fs::read_dir(path).map_err(|error| Error::io(path, error))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(|error| Error::io(path, error))?.path());
    }
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            folder(&path, depth + 1, documents)?;
        } else {
            file(&path, documents)?;
        }
    }
    Ok(())
}

/// Whether the file was one of a corpus.
fn file(path: &Path, documents: &mut Vec<Document>) -> Result<bool, Error> {
    let text = || -> Result<String, Error> {
        let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
        paraph_reading::decode(&bytes).map_err(|error| Error::format(path, error.to_string()))
    };
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("jsonl") => documents.extend(json_lines(&text()?).map_err(|error| error.in_file(path))?),
        Some("ann") => {
            let beside = path.with_extension("txt");
            let bytes = std::fs::read(&beside).map_err(|error| Error::io(&beside, error))?;
            let body = String::from_utf8(bytes)
                .map_err(|_| Error::format(&beside, "the text is not valid UTF-8"))?;
            let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            documents.push(brat(&id, &body, &text()?).map_err(|error| error.in_file(path))?);
        }
        Some("txt") if path.with_extension("ann").exists() => {}
        Some("txt") => {
            let (marked, problems) = corpus::parse(&text()?);
            if !problems.is_empty() {
                let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
                return Err(Error::markup(path, list.join("\n")));
            }
            documents.push(marked.document);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Reads JSON Lines: `{"id", "text", "attributions": [{"source", "cue", "content"}]}`, each role a list
/// of `[start, end]` in Unicode scalar values. Other fields are passed over; empty lines too.
///
/// # Errors
/// When a line is no such object, or a span lies outside its text; the line is named.
pub fn json_lines(file: &str) -> Result<Vec<Document>, Error> {
    let mut documents = Vec::new();
    for (index, line) in file.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let document: Document = serde_json::from_str(line)
            .map_err(|error| Error::line(index + 1, format!("no document in JSON: {error}")))?;
        if !document.is_sound() {
            return Err(Error::line(index + 1, "a span is empty or lies outside the text"));
        }
        documents.push(document);
    }
    Ok(documents)
}

/// Reads brat standoff (Stenetorp et al. 2012): text-bound annotations named `Source`, `Cue` and
/// `Content` (any case; `Speaker`, `Quotation` and `Attribution` are understood as well), joined by
/// events whose trigger is the cue (`E1 Cue:T2 Source:T1 Content:T3`) or by relations that join
/// two of them (`R1 any Arg1:T2 Arg2:T1`). Other lines are passed over.
///
/// A source or content that nothing joins to a cue is dropped, as nobody says to whom it belongs.
///
/// # Errors
/// When a line is broken or a span lies outside the text; the line is named.
pub fn brat(id: &str, text: &str, annotations: &str) -> Result<Document, Error> {
    let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let mut pieces: BTreeMap<&str, (usize, Vec<TextSpan>)> = BTreeMap::new();
    let mut links: Vec<(usize, Vec<&str>)> = Vec::new();
    for (index, line) in annotations.lines().enumerate() {
        let place = index + 1;
        let mut fields = line.split('\t');
        let (name, body) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
        match name.chars().next() {
            Some('T') => {
                let (kind, offsets) =
                    body.split_once(' ').ok_or_else(|| Error::line(place, "an annotation needs offsets"))?;
                let role = match &*kind.to_lowercase() {
                    "source" | "speaker" => 0,
                    "cue" | "attribution" => 1,
                    "content" | "quotation" => 2,
                    _ => continue,
                };
                let spans = offsets
                    .split(';')
                    .map(|piece| {
                        let (start, end) = piece.trim().split_once(' ')?;
                        let (start, end) = (start.parse().ok()?, end.parse().ok()?);
                        (start < end && end <= length).then_some(TextSpan { start, end })
                    })
                    .collect::<Option<Vec<_>>>()
                    .ok_or_else(|| Error::line(place, "offsets are broken or lie outside the text"))?;
                if pieces.insert(name, (role, spans)).is_some() {
                    return Err(Error::line(place, format!("{name} stands twice")));
                }
            }
            Some('E' | 'R') => {
                let ends = body.split(' ').filter_map(|field| Some(field.split_once(':')?.1)).collect();
                links.push((place, ends));
            }
            _ => {}
        }
    }
    // One statement for each cue, with everything that is linked to it.
    let mut rows: BTreeMap<&str, [Vec<TextSpan>; 3]> = BTreeMap::new();
    for (&name, (role, spans)) in &pieces {
        if *role == 1 {
            rows.insert(name, [Vec::new(), spans.clone(), Vec::new()]);
        }
    }
    for (place, ends) in links {
        if ends.iter().any(|end| end.starts_with('T') && !pieces.contains_key(end)) {
            // It may join annotations of kinds that are passed over.
            let declared =
                ends.iter().all(|end| annotations.lines().any(|line| line.split('\t').next() == Some(end)));
            if !declared {
                return Err(Error::line(place, "a link names an annotation that does not exist"));
            }
        }
        let cues: Vec<&str> = ends.iter().copied().filter(|end| rows.contains_key(end)).collect();
        let [cue] = cues[..] else { continue };
        for end in ends {
            if let (Some((role @ (0 | 2), spans)), Some(row)) = (pieces.get(end), rows.get_mut(cue)) {
                row[*role].extend(
                    spans.iter().filter(|span| !row[*role].contains(span)).copied().collect::<Vec<_>>(),
                );
            }
        }
    }
    let mut attributions: Vec<Attribution> = rows
        .into_iter()
        .map(|(name, mut roles)| {
            roles.iter_mut().for_each(|spans| spans.sort());
            let [source, cue, content] = roles;
            Attribution { id: Some(name.to_owned()), source, cue, content, ..Attribution::default() }
        })
        .collect();
    attributions.sort_by(|one, other| one.cue.cmp(&other.cue));
    Ok(Document { id: id.to_owned(), text: text.to_owned(), attributions })
}
