//! The case's `drafts/`: the texts, the links people made between points, and what they say on issues.

use crate::failure::{Failure, Outcome};
use crate::folder;
use paraph_brief::view;
use paraph_case::Case;
use paraph_drafts::{
    Comparison, Draft, Link, PartyWords, PointKind, compare, read_bytes, read_docx, read_links,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What people wrote down about drafts and issues: `drafts/issues.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// What a draft chooses on an issue.
    #[serde(default)]
    pub choice: Vec<Answer>,
    /// The words by which drafts choose an option.
    #[serde(default)]
    pub words: Vec<OptionSaid>,
}

/// What a draft chooses on an issue, by a person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The draft's name.
    pub draft: String,
    /// The issue's identifier.
    pub issue: String,
    /// The options it leaves; absent: not said; empty: it is silent.
    pub options: Option<Vec<String>>,
    /// `chooses`, `partly` or `conditionally`.
    #[serde(default)]
    pub how: How,
    /// The points it rests on; absent: not said.
    pub points: Option<Vec<String>>,
    /// Why.
    #[serde(default)]
    pub because: String,
}

/// How far a draft chooses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// The whole option.
    #[default]
    Chooses,
    /// A part of what the option means.
    Partly,
    /// Under a condition.
    Conditionally,
}

/// Words by which drafts choose an option.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionSaid {
    /// The issue's identifier.
    pub issue: String,
    /// The option.
    pub option: String,
    /// Words and phrases.
    pub words: Vec<String>,
}

/// All drafts of a case, each behind the one it is based on, otherwise by date and name.
pub struct Desk {
    /// The drafts.
    pub drafts: Vec<Draft>,
    /// Files that could not be read.
    pub not_read: Vec<view::DraftNotRead>,
    /// Links between points, from `drafts/links.toml`.
    pub links: Vec<Link>,
    /// What people say on issues, from `drafts/issues.toml`.
    pub answers: Answers,
}

impl Desk {
    /// Reads `drafts/`; a file that cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// A folder that cannot be read, or `links.toml` or `issues.toml` that do not say what they should.
    pub fn read(place: &Path) -> Outcome<Self> {
        let inside = folder::existing(place)?.join("drafts");
        let mut desk =
            Desk { drafts: Vec::new(), not_read: Vec::new(), links: Vec::new(), answers: Answers::default() };
        let failed =
            |error: std::io::Error| Failure::new(format!("`{}` cannot be read: {error}", inside.display()));
        let entries = match std::fs::read_dir(&inside) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(desk),
            Err(error) => return Err(failed(error)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed)?;
            files.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
        }
        files.sort();
        for (name, path) in files {
            // Word processors leave `~$name.docx` beside what is open.
            if name.starts_with(['.', '~']) {
                continue;
            }
            if name == "links.toml" || name == "issues.toml" {
                let text = text(&path)?;
                if name == "links.toml" {
                    desk.links = read_links(&text).map_err(|error| in_file(&path, &error.to_string()))?;
                } else {
                    desk.answers =
                        toml::from_str(&text).map_err(|error| in_file(&path, &error.to_string()))?;
                }
                continue;
            }
            let ending =
                path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let mut refuse = |reason: String| {
                desk.not_read.push(view::DraftNotRead { file: name.clone(), reason });
            };
            if !matches!(ending.as_str(), "md" | "txt" | "docx") || !path.is_file() {
                refuse("drafts are .md, .txt or .docx files".to_owned());
                continue;
            }
            if desk.drafts.iter().any(|draft| draft.name() == stem) {
                refuse(format!("another file is the draft `{stem}` already"));
                continue;
            }
            let bytes = match folder::read(&path) {
                Ok(bytes) => bytes,
                Err(failure) => {
                    refuse(failure.to_string());
                    continue;
                }
            };
            let draft = if ending == "docx" { read_docx(&stem, &bytes) } else { read_bytes(&stem, &bytes) };
            match draft {
                Ok(draft) => desk.drafts.push(draft),
                Err(error) => refuse(error.to_string()),
            }
        }
        desk.drafts = in_order(std::mem::take(&mut desk.drafts));
        Ok(desk)
    }

    /// The draft with this name.
    ///
    /// # Errors
    /// A sentence with the names there are.
    pub fn find(&self, name: &str) -> Outcome<usize> {
        let found = self.drafts.iter().position(|draft| draft.name() == name);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.drafts.iter().map(Draft::name).collect();
            let failure = Failure::new(format!("there is no draft `{name}`"));
            if names.is_empty() {
                failure.hint("put drafts into `drafts/` as .md, .txt or .docx")
            } else {
                failure.hint(format!("the case has: {}", names.join(", ")))
            }
        })
    }

    /// A point of a draft.
    ///
    /// # Errors
    /// A sentence with the addresses there are.
    pub fn point(&self, draft: usize, address: &str) -> Outcome<usize> {
        let draft = &self.drafts[draft];
        draft.find(address).ok_or_else(|| {
            let units = draft.units();
            let all = units.iter().map(|unit| draft.points()[*unit].address.as_str());
            let shown: Vec<&str> = all.take(40).collect();
            Failure::new(format!("draft {} has no point `{address}`", draft.name())).hint(format!(
                "it has: {}{}",
                shown.join(", "),
                if units.len() > 40 { ", …" } else { "" }
            ))
        })
    }

    /// The drafts side by side.
    ///
    /// # Errors
    /// A link to a point that is not there, or a draft with too many points.
    pub fn compare(&self, parties: &[PartyWords]) -> Outcome<Comparison> {
        Ok(compare(&self.drafts, &self.links, parties)?)
    }
}

/// The parties as drafts name them.
pub fn party_words(case: Option<&Case>) -> Vec<PartyWords> {
    let parties = case.into_iter().flat_map(|case| &case.parties);
    parties
        .map(|party| {
            let mut words = vec![party.name.clone()];
            words.extend(party.also_called.iter().cloned());
            PartyWords { name: party.name.clone(), words }
        })
        .collect()
}

/// The unit of comparison that holds a point.
pub fn unit_of(draft: &Draft, point: usize) -> Option<usize> {
    let units: BTreeSet<usize> = draft.units().into_iter().collect();
    let mut at = Some(point);
    while let Some(point) = at {
        if units.contains(&point) {
            return Some(point);
        }
        at = draft.points()[point].parent;
    }
    None
}

/// Number of outermost numbered points.
pub fn numbered(draft: &Draft) -> u64 {
    let units = draft.units();
    units.iter().filter(|unit| draft.points()[**unit].kind == PointKind::Numbered).count() as u64
}

fn text(path: &Path) -> Outcome<String> {
    String::from_utf8(folder::read(path)?).map_err(|_| in_file(path, "it is not UTF-8"))
}

fn in_file(path: &Path, message: &str) -> Failure {
    Failure::new(format!("`{}` cannot be used: {}", path.display(), message.trim_end()))
}

/// By date and name, and each draft behind the one that it is based on.
fn in_order(mut drafts: Vec<Draft>) -> Vec<Draft> {
    let key = |draft: &Draft| {
        let date = draft.front().date.clone();
        (date.is_none(), date, draft.name().to_owned())
    };
    drafts.sort_by_key(key);
    let mut ordered: Vec<Draft> = Vec::with_capacity(drafts.len());
    while !drafts.is_empty() {
        let waits = |draft: &Draft| {
            let base = draft.front().based_on.as_deref();
            base.is_some_and(|base| {
                drafts.iter().any(|other| other.name() == base && other.name() != draft.name())
            })
        };
        // Drafts that are based on each other in a circle keep the order of their dates.
        let next = drafts.iter().position(|draft| !waits(draft)).unwrap_or(0);
        ordered.push(drafts.remove(next));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_stands_behind_its_base() {
        let draft = |name: &str, front: &str| {
            paraph_drafts::read(name, &format!("---\n{front}\n---\n1. Words.\n")).expect("a draft")
        };
        let names =
            |drafts: Vec<Draft>| drafts.iter().map(|draft| draft.name().to_owned()).collect::<Vec<_>>();
        let drafts = vec![
            draft("b", "date: 2025-11\nbased-on: z"),
            draft("z", "date: 2025-11"),
            draft("a", "title: No date"),
            draft("c", "date: 2025-10\nbased-on: missing"),
        ];
        assert_eq!(names(in_order(drafts)), ["c", "z", "b", "a"]);
        let circle = vec![draft("one", "based-on: two"), draft("two", "based-on: one")];
        assert_eq!(names(in_order(circle)), ["one", "two"]);
    }
}
