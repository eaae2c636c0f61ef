//! The model: `case.toml` as text with its diagnostics, and the same as forms. Both write the same file.

use crate::answer::{Fields, Shown, inside};
use crate::shared::{Shared, hash};
use crate::toml_forms;
use crate::trouble::{Fallible, Trouble};
use crate::views::history;
use axum::http::StatusCode;
use paraph_case::{Parsed, Preferences};
use paraph_workbench::evidence::Record;
use paraph_workbench::names;
use serde::Serialize;
use std::io::Write;

/// The largest case file that is taken, in bytes.
pub(crate) const LARGEST: usize = 4 << 20;

/// The model as text and as forms.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Model {
    /// The text of `case.toml`.
    text: String,
    /// What tells this version from a later one; an edit sends it along.
    seen: String,
    /// How many lines it has.
    lines: usize,
    /// What is wrong or doubtful.
    diagnostics: Vec<Diagnostic>,
    /// The parties; empty while the file is broken.
    parties: Vec<Party>,
    /// The issues; empty while the file is broken.
    issues: Vec<Issue>,
}

/// Something that is wrong or doubtful, and where.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Diagnostic {
    /// How much it matters.
    severity: String,
    /// One sentence.
    message: String,
    /// The line, from 1; absent when it speaks of the whole.
    line: Option<usize>,
    /// The column, from 1.
    column: Option<usize>,
    /// The line of the file.
    source: Option<String>,
    /// How many characters the carets cover.
    width: usize,
    /// What to do about it.
    hints: Vec<String>,
}

/// A party, for its form.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Party {
    /// Its identifier.
    id: String,
    /// Its name.
    name: String,
    /// Whether it must agree.
    consents: bool,
    /// How reports name it.
    also_called: Vec<String>,
    /// Its people.
    people: Vec<String>,
    /// Its priorities, the first first.
    priorities: Vec<Priority>,
    /// Its red lines.
    red_lines: Vec<Priority>,
    /// What its preferences are when they are no priorities.
    otherwise: Option<String>,
}

/// A formula with what it rests on.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Priority {
    /// The formula.
    that: String,
    /// Stated, inferred or assumed.
    basis: String,
    /// The statements it cites.
    because: Vec<String>,
}

/// An issue, for its form.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Issue {
    /// Its identifier.
    id: String,
    /// Its title.
    title: String,
    /// Its options.
    options: Vec<String>,
    /// The option that holds now.
    status_quo: Option<String>,
    /// Who can change it alone.
    moved_by: Vec<String>,
    /// How reports speak of it.
    words: Vec<String>,
}

/// The text of `case.toml`.
pub(crate) fn text(shared: &Shared) -> Fallible<String> {
    std::fs::read_to_string(shared.folder.join("case.toml")).map_err(|error| {
        Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, format!("`case.toml` cannot be read: {error}."))
    })
}

/// Shows the model.
pub(crate) fn show(shared: &Shared, _: &Fields) -> Fallible<Shown> {
    Ok(Shown::new("model", "The model", "model.html", model(shared, text(shared)?)?))
}

/// Says what is wrong with a text that is not stored yet.
pub(crate) fn check(shared: &Shared, fields: &Fields) -> Fallible<Shown> {
    let text = sent(fields)?;
    Ok(Shown::new("model", "The model", "diagnostics.html", model(shared, text)?))
}

fn sent(fields: &Fields) -> Fallible<String> {
    let text = fields.all("text").next().ok_or_else(|| Trouble::malformed("The field `text` is missing."))?;
    if text.len() > LARGEST {
        return Err(Trouble::new(StatusCode::PAYLOAD_TOO_LARGE, "The model is larger than 4 MiB."));
    }
    Ok(text.replace("\r\n", "\n"))
}

fn model(shared: &Shared, text: String) -> Fallible<Model> {
    let parsed = paraph_case::parse(&text, "case.toml");
    let diagnostics = diagnostics(shared, &parsed)?;
    let case = parsed.case.as_ref();
    let parties = case.into_iter().flat_map(|case| &case.parties).map(|party| {
        let (priorities, otherwise) = match &party.preferences {
            Preferences::None => (Vec::new(), None),
            Preferences::Priorities(list) => {
                (list.iter().map(|one| priority(&one.text, &one.grounds)).collect(), None)
            }
            Preferences::Weights(_) => (Vec::new(), Some("weights".to_owned())),
            Preferences::Ranking(_) => (Vec::new(), Some("a ranking".to_owned())),
        };
        Party {
            id: party.id.clone(),
            name: party.name.clone(),
            consents: party.consents,
            also_called: party.also_called.clone(),
            people: party.people.clone(),
            red_lines: party.red_lines.iter().map(|one| priority(&one.text, &one.grounds)).collect(),
            priorities,
            otherwise,
        }
    });
    let issues = case.into_iter().flat_map(|case| {
        case.issues.iter().zip(names::issues(case)).map(|(issue, view)| Issue {
            id: issue.id.clone(),
            title: issue.title.clone(),
            options: issue.options.clone(),
            status_quo: view.status_quo,
            moved_by: issue.moved_by.iter().map(|&party| case.parties[party].id.clone()).collect(),
            words: issue.words.clone(),
        })
    });
    Ok(Model {
        parties: parties.collect(),
        issues: issues.collect(),
        seen: hash(&text),
        lines: text.lines().count().max(1),
        diagnostics,
        text,
    })
}

fn priority(that: &str, grounds: &paraph_case::Grounds) -> Priority {
    Priority {
        that: that.to_owned(),
        basis: grounds.basis.word().to_owned(),
        because: grounds.because.clone(),
    }
}

fn diagnostics(shared: &Shared, parsed: &Parsed) -> Fallible<Vec<Diagnostic>> {
    let found = match parsed.complete() {
        Some(case) => shared.read(|ledger| Ok(parsed.check_with(&Record::new(ledger, case)?)))?,
        None => parsed.check(),
    };
    let told = found.iter().map(|diagnostic| {
        let place = diagnostic.span().and_then(|span| parsed.files.place(span));
        let source = place.and_then(|place| {
            let file = parsed.files.iter().find(|file| file.name == place.file)?;
            file.text.lines().nth(place.line - 1).map(|line| line.chars().take(400).collect::<String>())
        });
        let width = place.map_or(1, |place| {
            if place.end_line == place.line {
                place.end_column.saturating_sub(place.column).max(1)
            } else {
                source.as_ref().map_or(1, |line| line.chars().count().saturating_sub(place.column - 1).max(1))
            }
        });
        Diagnostic {
            severity: diagnostic.severity.word().to_owned(),
            message: diagnostic.message.clone(),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            width: width.min(400),
            hints: diagnostic.hints.clone(),
            source,
        }
    });
    Ok(told.collect())
}

/// Stores an edit of the text or of a form, unless somebody else was faster or the result could not be read again.
pub(crate) fn edit(shared: &Shared, fields: &Fields) -> Fallible<String> {
    let now = text(shared)?;
    let (after, what) = match fields.need("do")? {
        "text" => (sent(fields)?, "Edited the text of the model".to_owned()),
        form => toml_forms::apply(&now, form, fields)?,
    };
    if fields.need("seen")? != hash(&now) {
        return Err(Trouble::stale(
            "`case.toml` was changed in the meantime; nothing was saved.",
            now,
            after,
        )
        .hint("Copy what you want to keep, and edit the version as it is now."));
    }
    if after == now {
        return Ok("/model".to_owned());
    }
    // A model on its way may still have errors: they stand under it. What is no TOML could not be mended by forms.
    if after.parse::<toml_edit::DocumentMut>().is_err() {
        let parsed = paraph_case::parse(&after, "case.toml");
        let mut trouble =
            Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, "The text is no TOML; nothing was saved.");
        let errors: Vec<_> = parsed.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
        let told = paraph_case::render::concise(&errors, &parsed.files);
        trouble.said.hints = told.lines().map(str::to_owned).collect();
        trouble.both = Some(crate::trouble::Both { stored: now, sent: after });
        return Err(trouble);
    }
    let behind = history::latest(shared)?.map(|line| line.id);
    shared.edited(&now, &after, behind, &what)?;
    store(shared, &after)?;
    Ok(fields.get("back").and_then(inside).unwrap_or("/model").to_owned())
}

/// Replaces `case.toml`: the whole new file is on disk before it takes the old one's name.
pub(crate) fn store(shared: &Shared, text: &str) -> Fallible<()> {
    let written = (|| {
        let mut file = tempfile::Builder::new().prefix(".case-").tempfile_in(&shared.folder)?;
        file.write_all(text.as_bytes())?;
        let path = shared.folder.join("case.toml");
        if let Ok(metadata) = std::fs::metadata(&path) {
            file.as_file().set_permissions(metadata.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        std::fs::File::open(&shared.folder)?.sync_all()
    })();
    written.map_err(|error: std::io::Error| {
        Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, format!("`case.toml` cannot be written: {error}."))
    })
}
