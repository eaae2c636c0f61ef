//! Diagnostics with the lines they speak of, for a terminal.

use crate::diagnostic::{Diagnostic, Severity};
use crate::span::{Files, SourceFile, Span};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// Whether colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// ANSI escape sequences.
    Ansi,
}

/// The most text that is handed to the renderer for one diagnostic; a longer stretch is shown as its
/// place alone.
const LONGEST: usize = 1 << 16;

/// Each diagnostic with its line, carets under the words and hints, followed by an empty line.
pub fn human(diagnostics: &[Diagnostic], files: &Files, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Ansi => Renderer::styled(),
    };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&[group(diagnostic, files)]));
        text.push_str("\n\n");
    }
    text
}

fn group<'a>(diagnostic: &'a Diagnostic, files: &'a Files) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        level.primary_title(diagnostic.message.as_str()).id(diagnostic.id).elements(no_elements());
    // One snippet per file, the file of the carets first.
    let mut done: Vec<u32> = Vec::new();
    for label in &diagnostic.labels {
        let file = label.span.file;
        if done.contains(&file) {
            continue;
        }
        done.push(file);
        if let Some(source) = files.get(file) {
            group = match snippet(diagnostic, source, file) {
                Some(snippet) => group.element(snippet),
                None => match files.place(label.span) {
                    Some(place) => {
                        group.element(Origin::path(place.file).line(place.line).char_column(place.column))
                    }
                    None => group,
                },
            };
        }
    }
    for hint in &diagnostic.hints {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    group
}

fn no_elements() -> std::iter::Empty<Snippet<'static, Annotation<'static>>> {
    std::iter::empty()
}

/// The lines of a file that a diagnostic speaks of; `None` when they are too long to show.
fn snippet<'a>(
    diagnostic: &'a Diagnostic,
    source: &'a SourceFile,
    file: u32,
) -> Option<Snippet<'a, Annotation<'a>>> {
    let text = source.text.as_str();
    let labels = || diagnostic.labels.iter().enumerate().filter(|(_, label)| label.span.file == file);
    let ranges: Vec<(usize, std::ops::Range<usize>)> =
        labels().map(|(index, label)| (index, clamped(text, label.span))).collect();
    let first = ranges.iter().map(|(_, range)| range.start).min()?;
    let last = ranges.iter().map(|(_, range)| range.end).max()?;
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    if end - start > LONGEST {
        return None;
    }
    let line = text[..start].bytes().filter(|&b| b == b'\n').count() + 1;
    let annotations = ranges.into_iter().map(|(index, range)| {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let label = diagnostic.labels[index].text.as_str();
        kind.span(range.start - start..range.end - start).label((!label.is_empty()).then_some(label))
    });
    Some(
        Snippet::source(&text[start..end])
            .line_start(line)
            .path(source.name.as_str())
            .annotations(annotations),
    )
}

/// The span as a range that lies in the text and splits no character.
fn clamped(text: &str, span: Span) -> std::ops::Range<usize> {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start as usize);
    start..boundary(span.end as usize).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_a_choice_and_very_long_lines_are_not_shown() {
        let long = format!("[case]\ntitle = \"x\"\n[issue.a]\nwords = [{}1]\n", "'x',".repeat(LONGEST));
        let parsed = crate::parse(&long, "case.toml");
        let plain = human(&parsed.diagnostics, &parsed.files, Style::Plain);
        assert_eq!(
            plain,
            "error[wrong-type]: each of `words` should be a string\n--> case.toml:4:262154\n\n"
        );
        assert!(human(&parsed.diagnostics, &parsed.files, Style::Ansi).contains('\u{1b}'));
    }
}
