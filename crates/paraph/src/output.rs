//! Standard output is data, standard error is talk.

use crate::cli::Output;
use paraph_brief::terminal::Style;
use paraph_case::render;
use paraph_workbench::{Failure, Outcome};
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Writes data to standard output. A reader that has had enough is no error.
pub(crate) fn data(text: &str) -> Outcome<()> {
    bytes(text.as_bytes())
}

/// Writes bytes to standard output, as [`data`] does.
pub(crate) fn bytes(bytes: &[u8]) -> Outcome<()> {
    let mut out = io::stdout().lock();
    let done = out.write_all(bytes).and_then(|()| out.flush());
    match done {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("the output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes to a file, or to standard output.
pub(crate) fn write(to: &Output, bytes: &[u8]) -> Outcome<()> {
    match &to.output {
        Some(path) if path.as_os_str() != "-" => {
            file(path, bytes)?;
            talk(&format!("{}", path.display()));
            Ok(())
        }
        _ => self::bytes(bytes),
    }
}

/// Bytes on a terminal help nobody.
pub(crate) fn document(to: &Output, bytes: &[u8]) -> Outcome<()> {
    if to.output.is_none() && io::stdout().is_terminal() {
        return Err(
            Failure::new("a document is not written to a terminal").hint("say where with `-o FILE.docx`")
        );
    }
    write(to, bytes)
}

/// Writes a value as indented JSON, with a line end, to a file or to standard output.
pub(crate) fn json_to(to: &Output, value: &impl Serialize) -> Outcome<()> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(format!("the answer cannot be written as JSON: {error}")))?;
    write(to, format!("{text}\n").as_bytes())
}

/// Writes a value as indented JSON, with a line end.
pub(crate) fn json(value: &impl Serialize) -> Outcome<()> {
    let mut text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(format!("the answer cannot be written as JSON: {error}")))?;
    text.push('\n');
    data(&text)
}

/// Writes a value as JSON on one line, without holding the line in memory.
pub(crate) fn json_line(value: &impl Serialize) -> Outcome<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = serde_json::to_writer(&mut out, value).map_err(io::Error::from);
    match written.and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("the output cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says something on standard error, a line or more. Colours are taken out where nobody sees them.
pub(crate) fn talk(text: &str) {
    // Nothing can be done, and nowhere be said, when standard error is closed.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Says a remark on standard error.
pub(crate) fn note(text: &str) {
    talk(&format!("\x1b[1mnote\x1b[0m: {text}"));
}

/// Whether standard error shows colours.
pub(crate) fn error_colours() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}

/// How tables on standard output look: as wide as the terminal, coloured where that is wanted.
pub(crate) fn style() -> Style {
    let stdout = io::stdout();
    let color = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
    Style { width: width(stdout.is_terminal()), color }
}

/// The width of the terminal; 100 columns where there is none, unless `COLUMNS` says otherwise.
fn width(terminal: bool) -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || {
        let size = terminal.then(terminal_size::terminal_size).flatten();
        size.map(|(columns, _)| usize::from(columns.0))
    };
    told.or_else(seen).filter(|&columns| columns > 0).unwrap_or(100)
}

/// Says why a command could not run: the diagnostics, the sentence, and what to do about it.
pub(crate) fn failure(failure: &Failure) {
    if let Some((diagnostics, files)) = failure.diagnostics() {
        let style = if error_colours() { render::Style::Ansi } else { render::Style::Plain };
        talk(render::human(diagnostics, files, style).trim_end());
    }
    talk(&format!("\x1b[1;31merror\x1b[0m: {failure}"));
    for hint in failure.hints() {
        talk(&format!("  \x1b[1;36mhint\x1b[0m: {hint}"));
    }
}

/// Writes a file whole or not at all: beside its place first, then moved there.
pub(crate) fn file(path: &Path, bytes: &[u8]) -> Outcome<()> {
    let failed = |error: io::Error| {
        Failure::new(format!("`{}` cannot be written: {error}", path.display()))
            .hint("say where with `-o FILE`")
    };
    let name = path.file_name().ok_or_else(|| {
        Failure::new(format!("`{}` names no file", path.display())).hint("say where with `-o FILE`")
    })?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.part", std::process::id()));
    let beside = path.with_file_name(beside);
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        // What was begun is taken away again; the fault that matters is the first.
        let _ = std::fs::remove_file(&beside);
        failed(error)
    })
}

/// Hands a file or an address to whatever opens pages here.
pub(crate) fn open(what: impl AsRef<std::ffi::OsStr>) -> std::io::Result<()> {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let started = std::process::Command::new(program)
        .arg(what)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
    started.map(drop).map_err(|error| std::io::Error::new(error.kind(), format!("`{program}`: {error}")))
}
