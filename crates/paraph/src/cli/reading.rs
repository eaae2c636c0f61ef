//! The arguments of reading and of learning to read.

use super::{Author, Format};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// Read the reports and propose statements: who said what, in which exact words
#[derive(Debug, Args)]
#[command(
    long_about = "Stores every report of the case's `reports/` folder (.txt, .md, .html, .docx) in the ledger, byte for \
                  byte, and proposes the statements and events found in it: speaker, cue, content, speech act, with exact \
                  places. A proposed statement is marked so until a person confirms, corrects or rejects it; until then it \
                  fills no cell. Reports that were read before are left as they are; one that cannot be read is named, and \
                  the others are stored. Statements that several reports have are linked and counted once; `paraph \
                  statements distinct` takes such a link back.\n\n\
                  A report may begin with front matter between lines of `---`: title, publisher, date, address, \
                  language, translator, setting (public, private), handling (public, team, restricted), grade, \
                  retrieved. `--date` and the like say the same for reports that have none.\n\n\
                  With `--format jsonl` nothing is stored and no case is needed: one JSON object per file and line, \
                  `{\"id\", \"attributions\", \"events\", \"narration\", \"unmapped\"}`, offsets in Unicode scalar values.\n\n\
                  An outside reader is asked only with `--reader`. What it proposes bears its name wherever it is shown, and \
                  words that do not stand in the report are dropped and counted.",
    after_long_help = "Example:\n  paraph read talks\n  paraph read --format jsonl report.txt | head -c 400\n  \
                       paraph read talks --reader openai:http://127.0.0.1:8080/v1\n  \
                       paraph read talks/reports/monday.txt --reader \"python3 my_reader.py\" --compare\n\n\
                       Exit codes: 0 all reports are in; 1 some could not be read, the others are in; 2 could not run"
)]
pub(crate) struct Read {
    /// The case's folder (default: here); with `--format jsonl` and `--compare` the files to read
    #[arg(value_name = "CASE|FILE")]
    pub(crate) places: Vec<PathBuf>,
    /// What to write: a summary of what was stored, or the readings themselves
    #[arg(long, value_enum, default_value_t = ReadFormat::Table)]
    pub(crate) format: ReadFormat,
    /// The day of publication of reports that name none
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    /// The publisher of reports that name none
    #[arg(long, value_name = "NAME")]
    pub(crate) publisher: Option<String>,
    /// Read with these weights, made by `paraph train`, in place of the built-in ones
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    /// Propose only what the reader is this sure of, from 0 (everything) to 1
    #[arg(long, value_name = "SHARE", value_parser = share, default_value_t = 0.0, hide_default_value = true)]
    pub(crate) precision: f32,
    #[command(flatten)]
    pub(crate) outside: OutsideReader,
    /// Read one report with the built-in and the outside reader, set both side by side, and store nothing
    #[arg(long, requires = "reader")]
    pub(crate) compare: bool,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// A reader from outside.
#[derive(Debug, Clone, Args)]
pub(crate) struct OutsideReader {
    /// Ask a reader from outside in place of the built-in one: a command that answers JSON Lines, or
    /// `openai:URL`, a server that speaks the chat-completions protocol
    #[arg(long, value_name = "COMMAND|openai:URL", conflicts_with_all = ["model", "precision"])]
    pub(crate) reader: Option<String>,
    /// The model that the server is asked for
    #[arg(long, value_name = "NAME", requires = "reader")]
    pub(crate) reader_model: Option<String>,
    /// How many seconds the outside reader may take for one report
    #[arg(long, value_name = "SECONDS", requires = "reader", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) reader_patience: u64,
    /// Let the server stand on another machine: the reports are sent there, unencrypted
    #[arg(long, requires = "reader")]
    pub(crate) allow_remote: bool,
}

fn share(text: &str) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("it is a share from 0 to 1".to_owned()),
    }
}

/// What `read` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReadFormat {
    /// A summary for people, after storing
    Table,
    /// A summary for programs, after storing
    Json,
    /// What was read, one JSON object per file; stores nothing
    Jsonl,
}

/// Train the reader on marked reports, and on what people confirmed and corrected
#[derive(Debug, Args)]
#[command(
    long_about = "Learns from marked texts and writes the weights that `paraph read --model` reads with. A corpus is a file or \
                  a folder of files: .txt with the markup of this project's corpus, .jsonl with `{\"id\", \"text\", \
                  \"attributions\"}` a line, or .ann (brat standoff) beside a .txt.\n\n\
                  With `--from` a case's own verdicts are learnt from as well: what was confirmed or corrected as it stands \
                  now, and what was rejected as words that say no such thing. Passages with a statement that nobody has \
                  decided about are left out.\n\n\
                  The same texts give the same bytes on every machine.",
    after_long_help = "Example:\n  paraph train corpus/train -o own.weights\n  \
                       paraph train corpus/train --from talks -o own.weights\n  paraph read talks --model own.weights"
)]
pub(crate) struct Train {
    /// Marked texts: files and folders
    #[arg(value_name = "CORPUS", required_unless_present = "from")]
    pub(crate) corpora: Vec<PathBuf>,
    /// Cases whose verdicts are learnt from as well
    #[arg(long, value_name = "CASE")]
    pub(crate) from: Vec<PathBuf>,
    /// Where the weights go
    #[arg(short, long, value_name = "MODEL")]
    pub(crate) output: PathBuf,
}

/// Show every sentence of a report with its records, and what was left unmapped
#[derive(Debug, Args)]
#[command(
    long_about = "Goes through a report sentence by sentence: each has statements or events in the ledger, is told in the report's \
                  own voice, or stands in the list of what nobody has mapped. Rejected statements do not count.",
    after_long_help = "Example:\n  paraph coverage talks monday"
)]
pub(crate) struct Coverage {
    /// The case's folder (default: here), then the beginning of a report's file name, title or identifier
    #[arg(value_name = "[CASE] REPORT", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// List who speaks: names in all their spellings, roles, affiliations
#[derive(Debug, Args)]
#[command(
    long_about = "Lists the speakers of all statements that are not rejected, as the reports name them: spellings of one name in \
                  different transliterations stand together, with roles, parties and how often each speaks. Speakers without a \
                  name are never put together and never identified.\n\n\
                  What is put together is a proposal. `--apart` says that two names are two people, `--together` that they are one; \
                  both are records of the journal and can be undone.",
    after_long_help = "Example:\n  paraph actors talks\n  paraph actors talks --apart \"Ana Brandt\" \"Anna Brand\"\n  \
                       paraph actors talks --together Zelensky Zelenskyy"
)]
pub(crate) struct Actors {
    #[command(flatten)]
    pub(crate) case: super::Folder,
    /// Two names that are two people
    #[arg(long, num_args = 2, value_names = ["NAME", "NAME"])]
    pub(crate) apart: Vec<String>,
    /// Two names that are one person
    #[arg(long, num_args = 2, value_names = ["NAME", "NAME"], conflicts_with = "apart")]
    pub(crate) together: Vec<String>,
    /// For whom
    #[arg(long, value_name = "AUDIENCE", default_value = "team", value_parser = super::audience())]
    pub(crate) audience: paraph_ledger::Audience,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) author: Author,
}
