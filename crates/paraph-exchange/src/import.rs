//! Recognising a format and reading it.

use crate::as_read::AsRead;
use crate::draft::Draft;
use crate::error::{Error, Kind};
use crate::read::{genius, geniusweb, graph_model, ktab, negmas, negolog, states};
use crate::tree::{self, Node, Tree};
use crate::xml::{self, Element};

/// The most bytes that all files of one case may have together.
const LARGEST: usize = 256 << 20;
/// The longest `case.toml`, in bytes.
const LARGEST_CASE: usize = 16 << 20;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// GENIUS XML: a domain and a profile per party, or profiles alone.
    Genius,
    /// GeniusWeb JSON: a domain and linear additive profiles, or profiles alone.
    GeniusWeb,
    /// NegoLog JSON: a profile per party.
    NegoLog,
    /// NegMAS YAML or JSON: an outcome space and linear additive utility functions.
    NegMas,
    /// Graph-model JSON as gmcr-py and GMCR+ write it.
    GraphModel,
    /// KTAB CSV: actors, influence, and a position and salience per dimension.
    Ktab,
    /// States and arcs as JSON: options, states, moves, rankings.
    States,
}

impl Format {
    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Format::Genius => "GENIUS XML",
            Format::GeniusWeb => "GeniusWeb JSON",
            Format::NegoLog => "NegoLog JSON",
            Format::NegMas => "NegMAS",
            Format::GraphModel => "graph-model JSON",
            Format::Ktab => "KTAB CSV",
            Format::States => "states and arcs",
        }
    }
}

/// How to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Make it an error when anything of the model would be dropped.
    pub strict: bool,
    /// Into how many values a range of real numbers is cut, both ends included; 2 to 256.
    pub levels: usize,
}

impl Default for Options {
    /// Nothing is strict; real numbers are cut into eleven values.
    fn default() -> Self {
        Options { strict: false, levels: 11 }
    }
}

/// A case that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The text of its `case.toml`.
    pub case_toml: String,
    /// How it was read.
    pub as_read: AsRead,
}

impl Imported {
    /// What was dropped, and why.
    pub fn dropped(&self) -> &[Dropped] {
        &self.as_read.dropped
    }
}

/// Something of the files that the case does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dropped {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Reads the files of one case. The format is recognised by content; of several profiles the order
/// of the files is the order of the parties. Names are for messages and, where a format names no
/// parties, for the parties.
///
/// Time and memory are proportional to the size of the files, and for the report to the square root
/// of the number of outcomes.
///
/// # Errors
/// When a file is malformed (with line and column), of no known format, hostile or beyond a limit;
/// when the files do not belong together; with [`Options::strict`], when anything would be dropped.
pub fn import(files: &[(&str, &[u8])], options: &Options) -> Result<Imported, Error> {
    if files.is_empty() {
        return Err(Error::new(Kind::Unknown, "there is no file to read"));
    }
    if files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > LARGEST {
        return Err(Error::too_large("the files have more than 256 MiB together"));
    }
    let opened = files
        .iter()
        .map(|(name, bytes)| open(name, bytes).map_err(|error| error.in_file(name)))
        .collect::<Result<Vec<_>, Error>>()?;
    let format = opened[0].format;
    if let Some(other) = opened.iter().find(|file| file.format != format) {
        let message = format!(
            "this is {}, but `{}` is {}: the files of one case have one format",
            other.format.name(),
            opened[0].name,
            format.name()
        );
        return Err(Error::malformed(message).in_file(&other.name));
    }
    let options = Options { levels: options.levels.clamp(2, 256), ..*options };
    let mut draft = match format {
        Format::Genius => genius::read(&opened, &options),
        Format::GeniusWeb => geniusweb::read(&opened),
        Format::NegoLog => negolog::read(&opened),
        Format::NegMas => negmas::read(&opened, &options),
        Format::GraphModel => graph_model::read(&opened),
        Format::Ktab => ktab::read(&opened, &options),
        Format::States => states::read(&opened),
    }
    .map_err(|error| if opened.len() == 1 { error.in_file(&opened[0].name) } else { error })?;
    draft.files = opened.iter().map(|file| file.name.clone()).collect();
    draft.check_limits()?;
    draft.settle_constants()?;
    if draft.issues.is_empty() && draft.explicit.is_none() {
        return Err(Error::malformed("there is nothing to negotiate: no issue has two options")
            .in_file(&opened[0].name));
    }
    if let Some(dropped) = draft.dropped.first().filter(|_| options.strict) {
        let more = match draft.dropped.len() - 1 {
            0 => String::new(),
            count => format!(" (and {count} more)"),
        };
        let message = format!("{} would be dropped: {}{more}", dropped.what, dropped.why);
        return Err(Error::new(Kind::Strict, message).in_file(&opened[0].name));
    }
    let imported = finish(&draft);
    if imported.case_toml.len() > LARGEST_CASE {
        return Err(Error::too_large("the case would be longer than the 16 MiB that `case.toml` may have")
            .in_file(&opened[0].name));
    }
    Ok(imported)
}

fn finish(draft: &Draft) -> Imported {
    let keys = draft.keys();
    Imported { case_toml: draft.write(&keys), as_read: AsRead::of(draft, &keys) }
}

/// A file whose format is known.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Xml { text: String, root: Element },
    Tree(Tree),
    Table(String),
}

impl Opened {
    /// The file's name without folders and extension.
    pub(crate) fn stem(&self) -> &str {
        let base = self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name);
        match base.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => base,
        }
    }

    /// Names the file in an error.
    pub(crate) fn named<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        result.map_err(|error| error.in_file(&self.name))
    }
}

fn open(name: &str, bytes: &[u8]) -> Result<Opened, Error> {
    let text = decode(bytes)?;
    let start = text.trim_start();
    let opened = |format, content| Ok(Opened { name: name.to_owned(), format, content });
    if start.starts_with('<') {
        let root = xml::parse(&text)?;
        if !matches!(root.name.as_str(), "negotiation_template" | "utility_space") {
            let message = format!(
                "the root element is `{}`, not `negotiation_template` or `utility_space` as in GENIUS",
                crate::error::shown(&root.name)
            );
            return Err(unknown(message).at_offset(&text, root.offset));
        }
        return opened(Format::Genius, Content::Xml { text, root });
    }
    if start.starts_with(['{', '[']) {
        // A flow mapping of YAML begins like JSON; what JSON cannot read, YAML may.
        let tree = tree::json(&text)?;
        return opened(of_tree(&tree)?, Content::Tree(tree));
    }
    if ktab::is_table(&text) {
        return opened(Format::Ktab, Content::Table(text));
    }
    if start.is_empty() {
        return Err(unknown("the file is empty").at(1, 1));
    }
    let tree = tree::yaml(&text)?;
    if !matches!(tree.node, Node::Map(_)) {
        return Err(unknown("this is none of the formats that are read").at(1, 1));
    }
    opened(of_tree(&tree)?, Content::Tree(tree))
}

fn unknown(message: impl Into<String>) -> Error {
    Error::new(Kind::Unknown, message).hint(
        "GENIUS XML, GeniusWeb, NegoLog and NegMAS JSON or YAML, graph-model JSON, KTAB CSV, and states and arcs are read",
    )
}

/// The format of a JSON or YAML file, by its keys.
fn of_tree(tree: &Tree) -> Result<Format, Error> {
    let has = |key: &str| tree.has(key);
    if has("decisionMakers") && has("options") {
        return Ok(Format::GraphModel);
    }
    if has("dms") && has("states") {
        return Ok(Format::States);
    }
    if geniusweb::is_one(tree) {
        return Ok(Format::GeniusWeb);
    }
    if negolog::is_one(tree) {
        return Ok(Format::NegoLog);
    }
    if negmas::is_one(tree) {
        return Ok(Format::NegMas);
    }
    Err(unknown("this is none of the formats that are read").at(tree.place.0, tree.place.1))
}

/// The text of a file: UTF-8, with or without a byte order mark; or ISO 8859-1 where an XML
/// declaration says so.
fn decode(bytes: &[u8]) -> Result<String, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_lowercase();
            let declared = head.split("?>").next().unwrap_or_default();
            if head.starts_with("<?xml")
                && ["iso-8859-1", "latin1", "latin-1"].iter().any(|name| declared.contains(name))
            {
                return Ok(bytes.iter().map(|&byte| char::from(byte)).collect());
            }
            if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
                return Err(Error::malformed("the file is in UTF-16").hint("save it as UTF-8"));
            }
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            Err(Error::malformed("the file is not UTF-8 from here on").at_offset(valid, valid.len()))
        }
    }
}
