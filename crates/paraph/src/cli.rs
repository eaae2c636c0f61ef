//! The command line: every command, argument and flag, declared once. Help, man pages and completions
//! come from here.

mod drafts;
mod ledger;
mod reading;

pub(crate) use drafts::{
    CleanFormat, DocumentFormat, DraftAlign, DraftAssess, DraftBrackets, DraftClean, DraftColumns,
    DraftCommand, DraftDiff, DraftFormat, DraftInitial, DraftLink, DraftList, DraftPoint, DraftPut,
    DraftRegister, DraftSettle, DraftShow, Drafts, Origin, Output, ShowFormat,
};
pub(crate) use ledger::{
    EventCommand, EventList, Events, LedgerCare, LedgerCommand, Merge, Network, NetworkFormat, Note,
    PositionClear, PositionCommand, PositionSet, Positions, Queue, Review, Search, Shred, SourceCommand,
    SourceDescribe, SourceList, SourceWithdraw, Sources, Timeline, TimelineFormat,
};
pub(crate) use reading::{Actors, Coverage, Read, ReadFormat, Train};

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use paraph_analysis::Concept;
use paraph_ledger::{Audience, Receipt, Status};
use paraph_workbench::admission::Memory;
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// From reports to a sourced brief: who holds what, what could be agreed, what would hold
///
/// paraph reads what was said, keeps a sourced ledger of who holds which position on which issue, and
/// works out exactly, given the preferences written down, which packages every party would take over
/// the status quo, who does not accept the others, and which outcomes hold once everybody can still move.
///
/// A case is a folder: `case.toml` (the model, written by people), `reports/` (sources as received),
/// `scenarios/` (overlays on the case) and a ledger of statements.
#[derive(Debug, Parser)]
#[command(
    name = "paraph",
    version,
    styles = STYLES,
    propagate_version = false,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_long_help = "\
The way through:
  paraph new talks                       begin a case
  (paste a report into talks/reports/)
  paraph read talks                      propose statements from the reports
  paraph statements list talks           look at them
  paraph statements confirm talks ID…    say that the words say so
  paraph matrix talks                    who holds what
  (edit talks/case.toml)
  paraph check talks                     look for mistakes in the model
  paraph deals talks                     what could be agreed
  paraph stability talks                 what would hold
  paraph drafts assess talks             what the drafts in talks/drafts/ mean
  paraph brief talks --open              all of it as one page
  paraph serve talks --open              the same in the browser, from the first report on

Standard output is data, standard error is talk. `NO_COLOR` is honoured.

Exit codes:
  0  done
  1  done, and problems were found (`check`, `verify`; `read`: some reports could not be read)
  2  could not run: wrong arguments, an unreadable or broken case, or interrupted"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(New),
    Check(Check),
    Read(Read),
    Train(Train),
    Coverage(Coverage),
    Actors(Actors),
    Statements(Statements),
    Review(Review),
    Events(Events),
    Sources(Sources),
    Note(Note),
    Positions(Positions),
    Matrix(Matrix),
    Queue(Queue),
    Timeline(Timeline),
    Network(Network),
    Search(Search),
    Deals(Deals),
    Stability(Stability),
    Explain(Explain),
    Path(PathTo),
    Drafts(Drafts),
    Initial(DraftInitial),
    Brief(Brief),
    Serve(Serve),
    Log(Log),
    Undo(Undo),
    Merge(Merge),
    Shred(Shred),
    Verify(Verify),
    Ledger(LedgerCare),
    Import(Import),
    Export(Export),
    Bench(Bench),
    Completions(Completions),
    Man(Man),
}

/// The case's folder.
#[derive(Debug, Clone, Args)]
pub(crate) struct Folder {
    /// The case's folder
    #[arg(value_name = "CASE", default_value = ".")]
    pub(crate) folder: PathBuf,
}

/// Who acts, for the commands that write.
#[derive(Debug, Clone, Args)]
pub(crate) struct Author {
    /// Who acts; by default the user's name
    #[arg(long, value_name = "NAME", env = "PARAPH_AUTHOR", hide_env_values = true)]
    pub(crate) author: Option<String>,
}

impl Author {
    /// The name, where one is given.
    pub(crate) fn name(&self) -> Option<&str> {
        self.author.as_deref()
    }
}

/// Which words count, and for whom.
#[derive(Debug, Clone, Args)]
pub(crate) struct Looking {
    /// Only what was said (or else published) up to this day; by default the case's own date
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    /// For whom: what this audience may not see is left out before anything is worked out
    #[arg(long, value_name = "AUDIENCE", default_value = "team", value_parser = audience())]
    pub(crate) audience: Audience,
}

/// What the ledger knew then.
#[derive(Debug, Clone, Args)]
pub(crate) struct Knowing {
    /// Only what the ledger knew at this time, by the journal: a day (up to its end) or a time, in UTC
    #[arg(long, value_name = "TIME")]
    pub(crate) known_at: Option<KnownAt>,
}

/// A time of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownAt {
    /// The last instant that belongs to it.
    pub(crate) time: jiff::Timestamp,
}

impl std::str::FromStr for KnownAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let whole_seconds = match text.parse::<Date>() {
            Ok(day) => format!("{day}T23:59:59Z"),
            Err(_) => text.to_owned(),
        };
        let time: jiff::Timestamp = whole_seconds.parse().map_err(|_| {
            "write a day such as 2031-05-06, or a time such as 2031-05-06T17:30:00Z".to_owned()
        })?;
        // A time without a fraction means its whole second: the journal counts finer than people write.
        let time = match time.subsec_nanosecond() {
            0 => time.checked_add(jiff::SignedDuration::from_nanos(999_999_999)).unwrap_or(time),
            _ => time,
        };
        Ok(KnownAt { time })
    }
}

impl std::fmt::Display for KnownAt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.time.subsec_nanosecond() == 999_999_999 {
            write!(formatter, "{}", self.time.strftime("%Y-%m-%dT%H:%M:%SZ"))
        } else {
            write!(formatter, "{}", self.time)
        }
    }
}

fn audience() -> impl clap::builder::TypedValueParser<Value = Audience> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Audience::ALL.iter().map(|known| known.as_str()))
        .try_map(|word| word.parse::<Audience>())
}

fn status() -> impl clap::builder::TypedValueParser<Value = Status> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Status::ALL.iter().map(|known| known.as_str()))
        .try_map(|word| word.parse::<Status>())
}

fn concept() -> impl clap::builder::TypedValueParser<Value = Concept> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Concept::ALL.iter().map(|known| known.name()))
        .try_map(|word| Concept::parse(&word).ok_or("no such concept"))
}

/// How many outcomes a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) Option<usize>);

impl Limit {
    /// The greatest number of entries.
    pub(crate) fn most(self) -> usize {
        self.0.unwrap_or(usize::MAX)
    }
}

impl std::str::FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "all" {
            return Ok(Limit(None));
        }
        text.parse().map(|most| Limit(Some(most))).map_err(|_| "give a number, or `all`".to_owned())
    }
}

/// A table for people, or JSON for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs; the fields are documented in schemas/
    Json,
}

/// Begin a case: a folder with a commented case.toml and an empty reports/
#[derive(Debug, Args)]
#[command(
    long_about = "Begins a case: makes the folder with a `case.toml` that explains itself, and an empty `reports/` \
                  for the reports. Nothing that exists is overwritten.",
    after_long_help = "Example:\n  paraph new talks --title \"Harbour access talks\""
)]
pub(crate) struct New {
    /// The folder to make
    #[arg(value_name = "CASE")]
    pub(crate) folder: PathBuf,
    /// The case's title; by default the folder's name
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
}

/// Look for mistakes in the case, its scenarios and what they cite
#[derive(Debug, Args)]
#[command(
    long_about = "Reads `case.toml` and every scenario and reports all that is wrong or doubtful at once, each with its \
                  place and a hint: wrong names, unknown keys, contradictions in the model (a constraint that forbids \
                  the status quo, a preference that never decides), and preferences whose evidence in the ledger is \
                  missing, unconfirmed, contested, another party's or too late. Nothing is changed.\n\n\
                  Exits with 1 when there are errors; warnings and notes alone exit with 0.",
    after_long_help = "Example:\n  paraph check examples/harbour\n  paraph check talks --format concise"
)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// Check the case with this scenario laid over it, and no other
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// How to write what was found
    #[arg(long, value_enum, default_value_t = CheckFormat::Table)]
    pub(crate) format: CheckFormat,
}

/// How diagnostics are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// With the lines they speak of
    #[value(alias = "human")]
    Table,
    /// One line each, for editors and grep
    Concise,
    /// For programs
    Json,
}

/// List, confirm, correct, reject or add statements
#[derive(Debug, Args)]
#[command(
    long_about = "What the reports are on record as saying. Without a further command it lists. An identifier may be \
                  cut short as long as it stays unique.\n\n\
                  *Confirmed* means that the words say so, never that they are true.",
    after_long_help = "Example:\n  paraph statements list talks --status proposed\n  \
                       paraph statements confirm talks m2c7 k3f9\n  \
                       paraph statements correct talks q81x --act demand --about \"patrols = joint\"",
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Statements {
    #[command(subcommand)]
    pub(crate) command: Option<StatementCommand>,
    #[command(flatten)]
    pub(crate) list: StatementList,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StatementCommand {
    List(StatementList),
    Show(StatementShow),
    Confirm(StatementConfirm),
    Correct(Box<StatementCorrect>),
    Reject(StatementReject),
    Add(Box<StatementAdd>),
    Rule(StatementRule),
    Same(StatementSame),
    Distinct(StatementSame),
}

/// List statements, by report and place
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph statements list talks --status proposed --party north")]
pub(crate) struct StatementList {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// Only with this status (may be given more than once)
    #[arg(long, value_name = "STATUS", value_parser = status(), value_delimiter = ',')]
    pub(crate) status: Vec<Status>,
    /// Only by this party
    #[arg(long, value_name = "PARTY")]
    pub(crate) party: Option<String>,
    /// Only about this issue
    #[arg(long, value_name = "ISSUE")]
    pub(crate) issue: Option<String>,
    /// Only from this report (the beginning of its file name, title or identifier)
    #[arg(long, value_name = "REPORT")]
    pub(crate) report: Option<String>,
    /// For whom
    #[arg(long, value_name = "AUDIENCE", default_value = "team", value_parser = audience())]
    pub(crate) audience: Audience,
    /// How to write it
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub(crate) format: ListFormat,
}

/// How lists are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For a sheet
    Csv,
}

/// Show statements with the words around them
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph statements show talks m2c7")]
pub(crate) struct StatementShow {
    /// The case's folder (default: here), then identifiers
    #[arg(value_name = "[CASE] ID", required = true)]
    pub(crate) places: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Say that the words say so
#[derive(Debug, Args)]
#[command(
    long_about = "Says that the words of these statements say so, and that speaker, act and issues are right. Never that \
                  what they say is true.",
    after_long_help = "Example:\n  paraph statements confirm talks m2c7 k3f9\n  \
                       paraph statements confirm talks --all-from 2025-11-22-brussels"
)]
pub(crate) struct StatementConfirm {
    /// The case's folder (default: here), then identifiers
    #[arg(value_name = "[CASE] ID")]
    pub(crate) places: Vec<String>,
    /// Every proposed statement of this report (the beginning of its file name, title or identifier)
    #[arg(long, value_name = "REPORT")]
    pub(crate) all_from: Option<String>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Say that statements of several reports are one statement, or that they are not
#[derive(Debug, Args)]
#[command(
    about = "Say whether statements are one statement in several reports",
    long_about = "`same` says that these statements are one: it is counted once and shown with all its sources. `distinct` says \
                  that the first is none of the others, whatever the reader linked; alone, it is parted from all it is linked to.",
    after_long_help = "Example:\n  paraph statements same talks m2c7 k3f9\n  paraph statements distinct talks m2c7"
)]
pub(crate) struct StatementSame {
    /// The case's folder (default: here), then identifiers
    #[arg(value_name = "[CASE] ID", required = true)]
    pub(crate) places: Vec<String>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Say that the words do not say so
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  paraph statements reject talks q81x --reason \"the report describes a draft\""
)]
pub(crate) struct StatementReject {
    /// The case's folder (default: here), then identifiers
    #[arg(value_name = "[CASE] ID")]
    pub(crate) places: Vec<String>,
    /// Every proposed statement of this report (the beginning of its file name, title or identifier)
    #[arg(long, value_name = "REPORT")]
    pub(crate) all_from: Option<String>,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// What a statement says, field by field.
#[derive(Debug, Clone, Args)]
pub(crate) struct Fields {
    /// The speaker's party; `none` for nobody
    #[arg(long, value_name = "PARTY")]
    pub(crate) party: Option<String>,
    /// The speech act: state, support, commit, demand, offer, concede, accept, reject, condition, concern,
    /// confirm, deny, no-comment, characterise, predict-acceptance, announce-event, report-claim
    #[arg(long, value_name = "ACT", value_parser = act)]
    pub(crate) act: Option<paraph_reading::Act>,
    /// What it is about: an issue, "issue = option", process, plan or unmapped (may be given more than once)
    #[arg(long, value_name = "ISSUE")]
    pub(crate) about: Vec<String>,
    /// Who speaks, in exact words of the report
    #[arg(long, value_name = "WORDS")]
    pub(crate) speaker: Option<String>,
    /// How the speaker is named: named, role, institution, collective or anonymous
    #[arg(long, value_name = "KIND", value_parser = speaker_kind)]
    pub(crate) speaker_kind: Option<paraph_reading::SpeakerKind>,
    /// Who reports the speaker's words, besides the report itself, as NAME or NAME=PARTY (outermost first; may be
    /// given more than once): such a statement stands beside its party's cell, never in it
    #[arg(long, value_name = "NAME[=PARTY]")]
    pub(crate) reported_by: Vec<String>,
    /// The words that attribute, exactly as in the report
    #[arg(long, value_name = "WORDS")]
    pub(crate) cue: Option<String>,
    /// What is said, exactly as in the report; ` … ` stands for words left out
    #[arg(long, value_name = "WORDS")]
    pub(crate) content: Option<String>,
    /// What is negated: none, cue, content or both
    #[arg(long, value_name = "WHAT", value_parser = negation)]
    pub(crate) negated: Option<paraph_reading::Negation>,
    /// Through which channel
    #[arg(long, value_name = "WORDS")]
    pub(crate) channel: Option<String>,
    /// The claim that this statement denies, by its identifier
    #[arg(long, value_name = "ID")]
    pub(crate) contests: Option<String>,
    /// The other party that a forecast or a relayed claim is about: it then stands beside that party's cell
    #[arg(long, value_name = "PARTY")]
    pub(crate) concerns: Option<String>,
}

/// Put right what a reader got wrong; this confirms the statement
#[derive(Debug, Args)]
#[command(
    long_about = "Changes fields of a statement and thereby confirms it. The identifier stays; what was proposed stays in \
                  the journal.",
    after_long_help = "Example:\n  paraph statements correct talks q81x --act demand --about \"patrols = joint\""
)]
pub(crate) struct StatementCorrect {
    /// The case's folder (default: here), then the identifier
    #[arg(value_name = "[CASE] ID", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    #[command(flatten)]
    pub(crate) fields: Fields,
    /// Whether the words of a condition accept the option that they name
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    pub(crate) accepts: Option<bool>,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Add a statement that the reader missed; this confirms it
#[derive(Debug, Args)]
#[command(
    long_about = "Adds a statement by hand and confirms it. Speaker, cue and content are exact words of the report: they \
                  are looked for in its text, the content first, then speaker and cue next to it.",
    after_long_help = "Example:\n  paraph statements add talks --report 2031-05-06 --party north --act accept \\\n    \
                       --about \"patrols = observers\" --speaker He --cue added \\\n    \
                       --content \"that North Marrow accepts observers in the strait\""
)]
pub(crate) struct StatementAdd {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// The report it stands in (the beginning of its file name, title or identifier)
    #[arg(long, value_name = "REPORT")]
    pub(crate) report: String,
    #[command(flatten)]
    pub(crate) fields: Fields,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Give a verdict, with a reason, on statements that contradict or deny each other
#[derive(Debug, Args)]
#[command(
    long_about = "Says which of several statements of one party is its position, that they can all be held at once, or that \
                  they were looked at and stay side by side. Between parties nothing is adjudicated: a claim and its \
                  denial can only be called compatible (they are not about the same thing) or stay contested. The \
                  statements stay as they are.",
    after_long_help = "Example:\n  paraph statements rule talks m2c7 k3f9 --prevails k3f9 --reason \"the minister speaks on this\"\n  \
                       paraph statements rule talks c1aa d4bb --stays-contested --reason \"no record of the meeting is public\""
)]
pub(crate) struct StatementRule {
    /// The case's folder (default: here), then two identifiers or more
    #[arg(value_name = "[CASE] ID", required = true, num_args = 2..)]
    pub(crate) places: Vec<String>,
    /// The one that is the position
    #[arg(long, value_name = "ID", required_unless_present_any = ["compatible", "stays_contested"])]
    pub(crate) prevails: Option<String>,
    /// They can all be held at once; of a claim and its denial: they are not about the same thing
    #[arg(long, conflicts_with_all = ["prevails", "stays_contested"])]
    pub(crate) compatible: bool,
    /// Nothing decides between them: they stay side by side, and were looked at
    #[arg(long, conflicts_with = "prevails")]
    pub(crate) stays_contested: bool,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) author: Author,
}

fn word<T: serde::de::DeserializeOwned>(text: &str, what: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::from(text)).map_err(|_| format!("no such {what}; see --help"))
}

fn act(text: &str) -> Result<paraph_reading::Act, String> {
    word(text, "act")
}

fn speaker_kind(text: &str) -> Result<paraph_reading::SpeakerKind, String> {
    word(text, "kind of speaker")
}

fn negation(text: &str) -> Result<paraph_reading::Negation, String> {
    word(text, "negation")
}

fn yes_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write yes or no".to_owned()),
    }
}

/// Who holds what: the matrix of positions, issue by party, as of a date
#[derive(Debug, Args)]
#[command(
    long_about = "The matrix of positions. A cell fills only from a confirmed statement of the party itself (or by hand, \
                  with a reason); relayed, anonymous and forecast statements stand beside it, never in it. \
                  Nothing is changed: without a ledger the journal is read into memory, and reports that nobody has \
                  read in are named.",
    after_long_help = "Example:\n  paraph matrix examples/harbour\n  paraph matrix talks --as-of 2031-05-06 --format csv\n  \
                       paraph matrix talks --why north patrols\n  paraph matrix talks --history north patrols\n  \
                       paraph matrix talks --since 2031-05-01\n  paraph matrix talks --since last-brief\n  \
                       paraph matrix talks --known-at 2031-05-10\n  \
                       paraph matrix talks --format docx -o matrix.docx"
)]
pub(crate) struct Matrix {
    #[command(flatten)]
    pub(crate) case: Folder,
    #[command(flatten)]
    pub(crate) looking: Looking,
    #[command(flatten)]
    pub(crate) knowing: Knowing,
    /// Show the quoted words behind one cell
    #[arg(long, num_args = 2, value_names = ["PARTY", "ISSUE"], conflicts_with_all = ["since", "history"])]
    pub(crate) why: Vec<String>,
    /// Show everything that was ever on record about one cell, the oldest first
    #[arg(long, num_args = 2, value_names = ["PARTY", "ISSUE"], conflicts_with = "since")]
    pub(crate) history: Vec<String>,
    /// Show what changed since a day, the last brief (`last-brief`, or its file), or a receipt of the ledger
    #[arg(long, value_name = "DATE|BRIEF")]
    pub(crate) since: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = MatrixFormat::Table)]
    pub(crate) format: MatrixFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// How the matrix is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatrixFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For a sheet
    Csv,
    /// A page of its own
    Html,
    /// For a word processor: parties as columns, issues as rows, the evidence as footnotes
    Docx,
}

/// Which part of the outcomes is looked at.
#[derive(Debug, Clone, Args)]
pub(crate) struct Part {
    /// Lay this scenario over the case
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Only the outcomes in which the issues that nobody moves alone stand as in this code; `-` leaves an issue open
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub(crate) within: Option<String>,
    /// Only the outcomes in which an issue has this option (may be given more than once)
    #[arg(long, value_name = "ISSUE=OPTION")]
    pub(crate) fix: Vec<String>,
    /// The most memory to take, such as 8GiB; by default what is free
    #[arg(long, value_name = "LIMIT")]
    pub(crate) memory: Option<Memory>,
}

/// Measure how fast the analysis is on this machine
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph bench stability --issues 20 --parties 4 --format json")]
pub(crate) struct Bench {
    #[command(subcommand)]
    pub(crate) command: BenchCommand,
}

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum BenchCommand {
    Stability(BenchStability),
}

/// Stability, and deals if wanted, on a seeded random case of any size
#[derive(Debug, Args)]
#[command(
    long_about = "Builds a seeded random case in which nothing is easy (priorities over two to four issues each, nearly \
                  every outcome told apart from every other), works the concepts out for every outcome and party, and \
                  says what that took. The case means nothing; `--write` saves it as a folder that every other command \
                  reads and that can be handed to other tools.",
    after_long_help = "Example:\n  paraph bench stability --issues 24 --parties 4 --deals\n  \
                       paraph bench stability --issues 16 --parties 3 --split 10,4,2 --one-way 2 --write case16"
)]
pub(crate) struct BenchStability {
    /// How many issues
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) issues: usize,
    /// How many parties
    #[arg(long, value_name = "P", default_value_t = 4)]
    pub(crate) parties: usize,
    /// Options of every other issue; the rest are no / yes
    #[arg(long, value_name = "K", default_value_t = 2, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(2..=64))]
    pub(crate) options: usize,
    /// How many issues each party can change alone; by default evenly
    #[arg(long, value_name = "N,N,…", value_delimiter = ',')]
    pub(crate) split: Vec<usize>,
    /// How many issues change one way only
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) one_way: usize,
    /// How many merged classes
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) merged: usize,
    /// The share of outcomes that constraints remove, about
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    pub(crate) constraints: f64,
    /// The kind of preferences
    #[arg(long, value_enum, default_value_t = BenchPreferences::Priorities)]
    pub(crate) preferences: BenchPreferences,
    /// The same seed gives the same case
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Which concepts; by default all but SIM
    #[arg(long, value_name = "CONCEPT", value_delimiter = ',', value_parser = concept())]
    pub(crate) concepts: Vec<Concept>,
    /// Work the deals out as well
    #[arg(long)]
    pub(crate) deals: bool,
    /// Save the case as this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) write: Option<PathBuf>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// The kind of preferences of a case made up for measuring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BenchPreferences {
    /// Formulas in order of priority
    Priorities,
    /// Additive weights
    Weights,
}

/// What could be agreed, and who does not accept what is on the table
#[derive(Debug, Args)]
#[command(
    long_about = "The deals: packages that break no consenting party's red line and that every consenting party ranks at \
                  least as high as what it has without a deal, at least one of them higher. Also the efficient ones among \
                  them, what named rules pick, and for each package on the table who does not accept it, given which red \
                  line or preference, on which words. Exact, given the preferences written down; no outcome is called \
                  fair or best. Nothing is changed.",
    after_long_help = "Example:\n  paraph deals examples/harbour\n  \
                       paraph deals examples/harbour --scenario defence-ministry --format json\n  \
                       paraph deals talks --plot north,south --format svg > frontier.svg"
)]
pub(crate) struct Deals {
    #[command(flatten)]
    pub(crate) case: Folder,
    #[command(flatten)]
    pub(crate) part: Part,
    /// Measure against this outcome instead of the status quo
    #[arg(long, value_name = "CODE")]
    pub(crate) against: Option<String>,
    /// Whose wishes efficiency counts
    #[arg(long, value_enum, default_value_t = Efficiency::Consenting)]
    pub(crate) parties: Efficiency,
    /// Whether to work out which deals hold once everybody can still move, which takes far more than the deals
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Holding::Auto)]
    pub(crate) holding: Holding,
    /// How many outcomes to list, or `all`
    #[arg(long, value_name = "N", default_value = "20")]
    pub(crate) list: Limit,
    /// Draw the frontier of these parties instead, with the status quo, the picks and the packages on the table: two
    /// as a plane, more as parallel coordinates; `all` for all who must consent
    #[arg(long, value_name = "PARTY", value_delimiter = ',')]
    pub(crate) plot: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = DealsFormat::Table)]
    pub(crate) format: DealsFormat,
}

/// How deals are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DealsFormat {
    /// For people
    Table,
    /// For programs; the fields are documented in schemas/
    Json,
    /// The efficient deals, or with `--plot` what the picture shows, for a spreadsheet
    Csv,
    /// The picture of `--plot`
    Svg,
}

/// Whose wishes efficiency counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Efficiency {
    /// The consenting parties'
    Consenting,
    /// Everybody's
    All,
}

/// Whether `deals` works out stability too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Holding {
    /// Up to 1,048,576 outcomes
    Auto,
    /// However many outcomes there are
    Always,
    /// Not at all
    Never,
}

/// What would hold: outcomes that are stable once everybody can still move
#[derive(Debug, Args)]
#[command(
    long_about = "Which outcomes are stable, for every party and solution concept of the graph model: nash (nobody has an \
                  improvement), gmr (every improvement can be answered), smr (and the answer cannot be escaped), seq \
                  (answered by others' improvements), symmetric-seq (and not escaped), sim (others improve at the same \
                  moment). An outcome that is stable for every party is an equilibrium. Nothing is changed.",
    after_long_help = "Example:\n  paraph stability examples/elmira --table\n  \
                       paraph stability talks --concepts nash,seq --by-party --format json"
)]
pub(crate) struct Stability {
    #[command(flatten)]
    pub(crate) case: Folder,
    #[command(flatten)]
    pub(crate) part: Part,
    /// Which concepts; by default all
    #[arg(long, value_name = "CONCEPT", value_delimiter = ',', value_parser = concept())]
    pub(crate) concepts: Vec<Concept>,
    /// Also list what is stable for each party
    #[arg(long)]
    pub(crate) by_party: bool,
    /// The literature's table: states by parties and concepts
    #[arg(long)]
    pub(crate) table: bool,
    /// Count and list only outcomes in which this formula holds
    #[arg(long = "where", value_name = "FORMULA")]
    pub(crate) filter: Option<String>,
    /// Also count what can be reached from the status quo, by moves and by improvements alone
    #[arg(long)]
    pub(crate) reach: bool,
    /// How many outcomes to list, or `all`
    #[arg(long, value_name = "N", default_value = "20")]
    pub(crate) list: Limit,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Why an outcome is or is not stable: who leaves, to where, and who answers
#[derive(Debug, Args)]
#[command(
    long_about = "Why an outcome is or is not stable, party by party and concept by concept: the improvement that a party \
                  has, why it prefers it, and the others' answer that leaves it no better off, if there is one. \
                  Nothing is changed.",
    after_long_help = "Example:\n  paraph explain examples/cuban-missiles NYYN\n  \
                       paraph explain examples/harbour by-day/observers/yes/no/yes/no"
)]
pub(crate) struct Explain {
    /// The case's folder (default: here), then the outcome's code, a package's name, or `status-quo`
    #[arg(value_name = "[CASE] CODE", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// Lay this scenario over the case
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Which concepts; by default all
    #[arg(long, value_name = "CONCEPT", value_delimiter = ',', value_parser = concept())]
    pub(crate) concepts: Vec<Concept>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// The shortest ways from the status quo to an outcome, move by move
#[derive(Debug, Args)]
#[command(
    long_about = "A shortest legal sequence of moves from the status quo to an outcome: by moves of any kind, and by \
                  improvements only. An issue that nobody moves alone changes by agreement, shown as such; where no \
                  sequence exists, it says so. Nothing is changed.",
    after_long_help = "Example:\n  paraph path examples/cuban-missiles NYYN"
)]
pub(crate) struct PathTo {
    /// The case's folder (default: here), then the outcome's code or a package's name
    #[arg(value_name = "[CASE] CODE", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// Lay this scenario over the case
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Write the brief: all of it as one self-contained page
#[derive(Debug, Args)]
#[command(
    long_about = "Writes one HTML file that needs no network and no script: where the parties stand, common ground and \
                  clash, what could be agreed, what would hold and why, and how sure that is, under every scenario. \
                  The case's folder is not changed: the file goes to `NAME-brief.html` in the current folder, or where \
                  `-o` says, and its path is printed. The same folder gives the same bytes.",
    after_long_help = "Example:\n  paraph brief examples/harbour --open\n  paraph brief talks -o brief.html --audience public"
)]
pub(crate) struct Brief {
    #[command(flatten)]
    pub(crate) case: Folder,
    #[command(flatten)]
    pub(crate) looking: Looking,
    /// Where to write it; `-` for standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Only the case and this scenario (may be given more than once); by default every scenario
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Vec<String>,
    /// How many outcomes to list in each list, or `all`
    #[arg(long, value_name = "N", default_value = "12")]
    pub(crate) list: Limit,
    /// Open it in the browser
    #[arg(long)]
    pub(crate) open: bool,
    /// The page, or everything it shows as JSON
    #[arg(long, value_enum, default_value_t = BriefFormat::Html)]
    pub(crate) format: BriefFormat,
}

/// How the brief is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BriefFormat {
    /// One self-contained page
    Html,
    /// A document for a word processor: the matrix, deals and stability, with the evidence as footnotes
    Docx,
    /// For programs
    Json,
}

/// Serve the case as a page in the browser of this machine
#[derive(Debug, Args)]
#[command(
    long_about = "Serves a local page on which everything can be done without the command line: paste reports, look \
                  through what was read in them, set the model down, see who holds what, what could be agreed and \
                  what would hold, and take the brief along. It answers on this machine alone, under an address with \
                  a random token that is printed; it loads nothing from elsewhere. What it reports as saved is on \
                  disk. Ctrl-C ends it.",
    after_long_help = "Example:\n  paraph serve talks --open"
)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// The port; by default a free one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// Open it in the browser
    #[arg(long)]
    pub(crate) open: bool,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// What happened to the ledger, the latest first
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph log talks --list 5")]
pub(crate) struct Log {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// How many entries to list, or `all`
    #[arg(long, value_name = "N", default_value = "20")]
    pub(crate) list: Limit,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Undo an action; undoing an undo does it again
#[derive(Debug, Args)]
#[command(
    long_about = "Takes back the latest action, or the one named. Nothing is erased: the journal gains an entry that says so.",
    after_long_help = "Example:\n  paraph undo talks\n  paraph undo talks h4ge"
)]
pub(crate) struct Undo {
    /// The case's folder (default: here), then an entry's identifier as `paraph log` shows it
    #[arg(value_name = "[CASE] ENTRY", num_args = 0..=2)]
    pub(crate) places: Vec<String>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Check the ledger: the journal's chain, every anchor, every derived table
#[derive(Debug, Args)]
#[command(
    long_about = "Walks the journal's chain, looks for every statement's words in its source, and compares the ledger's \
                  tables with the journal they come from. Prints a receipt: the number of entries and the hash of the \
                  last. A chain shows edits but not a missing end, so a receipt kept elsewhere is what proves that \
                  nothing was cut off: `--receipt` compares. Exits with 1 when something is wrong.",
    after_long_help = "Example:\n  paraph verify talks\n  paraph verify talks --receipt 12:9f86d0…"
)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// A receipt printed before
    #[arg(long, value_name = "COUNT:HASH")]
    pub(crate) receipt: Option<Receipt>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Read a case of another tool, or fill an empty ledger from a journal
#[derive(Debug, Args)]
#[command(
    long_about = "With `-o`, reads the files of one case in another tool's format and makes a case's folder of it: GENIUS \
                  XML (a domain, then a profile for each party), GeniusWeb, NegoLog and NegMAS JSON or YAML, \
                  graph-model JSON, KTAB CSV, states and arcs. The format is recognised by content. How every party \
                  and issue was read, what was approximated and what was dropped is printed; `--strict` makes a drop \
                  an error.\n\n\
                  Without `-o`, reads into the case's ledger. A portable journal (.jsonl) needs an empty one: every line is \
                  checked against the chain first, and nothing is stored when one does not fit (to join two ledgers, see \
                  `merge`). Statements come in as proposals from W3C Web Annotations (.json, .jsonld), a CSV table (.csv) or \
                  brat standoff (.ann, with the .txt beside it): their sources must be in the ledger, and whatever was \
                  dropped is listed.",
    after_long_help = "Example:\n  paraph import domain.xml buyer.xml seller.xml -o bargain\n  paraph import talks journal.jsonl\n  \
                       paraph import talks annotations.json\n  paraph import talks talks-brat/*.ann"
)]
pub(crate) struct Import {
    /// With `-o` the files of one case; else the case's folder (default: here), then the journal or the statements
    #[arg(value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) places: Vec<String>,
    /// The folder to make, for a case of another tool
    #[arg(short, long, value_name = "CASE")]
    pub(crate) output: Option<PathBuf>,
    /// Make it an error when anything would be dropped
    #[arg(long, requires = "output")]
    pub(crate) strict: bool,
    /// Into how many values a range of real numbers is cut
    #[arg(long, value_name = "N", default_value_t = 11, value_parser = clap::value_parser!(u16).range(2..=256), requires = "output")]
    pub(crate) levels: u16,
    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Write the ledger as a portable file, or the case for another tool
#[derive(Debug, Args)]
#[command(
    long_about = "Writes the whole ledger as a journal in JSON Lines: lossless, in a documented form that `import` reads \
                  back; the same ledger gives the same bytes. `--redact` makes it a copy without some sources or authors, \
                  `--audience` one without what that audience may not see; such a copy has a chain of its own, and what was \
                  left out is listed. Or writes the statements for annotation tools: W3C Web Annotation, a folder with CSV \
                  and `datapackage.json`, a folder of brat standoff, a folder of Parquet tables with the positions beside \
                  them. Or writes the case for another tool, and says what the \
                  format could not hold: graph-model JSON, states and arcs as JSON, GraphML of the state graph, a \
                  Gambit strategic game, or CSV of all outcomes with everybody's ranks.\n\n\
                  Elsewhere: `matrix --format csv|docx`, `timeline --format ics`, `network --format graphml|svg`.",
    after_long_help = "Example:\n  paraph export talks --to journal -o talks/journal.jsonl\n  \
                       paraph export talks --redact source=2031-05-06 --redact author=Ana -o copy.jsonl\n  \
                       paraph export talks --to statements -o talks-statements\n  \
                       paraph export examples/elmira --to graphml -o elmira.graphml"
)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// What to write
    #[arg(long, value_enum, default_value_t = ExportForm::Journal)]
    pub(crate) to: ExportForm,
    /// Where to write it; by default to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The scenario to lay over the case (not for journals and statements)
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// For whom: by default `team` for statements, and everything for a journal, which is a backup
    #[arg(long, value_name = "AUDIENCE", value_parser = audience())]
    pub(crate) audience: Option<Audience>,
    /// Leave out of the journal `source=REPORT` with everything in it, or the name of `author=NAME` (may be given more
    /// than once)
    #[arg(long, value_name = "WHAT")]
    pub(crate) redact: Vec<String>,
}

/// In which form a ledger or a case is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportForm {
    /// The ledger: everything that happened, in JSON Lines
    Journal,
    /// The statements as W3C Web Annotations (JSON-LD)
    Annotations,
    /// The statements as a folder with a CSV table and its `datapackage.json`
    Statements,
    /// The statements as a folder of brat standoff (.txt and .ann)
    Brat,
    /// Statements and positions as a folder of Parquet tables (in builds with the feature `parquet`)
    StatementsParquet,
    /// The case as graph-model JSON
    GraphModel,
    /// The case as states and arcs, in JSON
    States,
    /// The state graph with moves, improvements and equilibria
    Graphml,
    /// The one-shot game for Gambit (.nfg)
    Gambit,
    /// Every feasible outcome with ranks and utilities
    Csv,
    /// The same as Parquet (in builds with the feature `parquet`)
    Parquet,
}

/// Write completions for a shell
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  paraph completions bash > ~/.local/share/bash-completion/completions/paraph"
)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Write the man pages into a folder
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph man ~/.local/share/man/man1")]
pub(crate) struct Man {
    /// The folder
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_teaches_with_an_example() {
        fn walk(command: &clap::Command) {
            for sub in command.get_subcommands() {
                let help = sub.get_after_long_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("Example"), "`{}` has no example in its help", sub.get_name());
                assert!(sub.get_about().is_some(), "`{}` does not say what it does", sub.get_name());
                walk(sub);
            }
        }
        walk(&Cli::command());
    }
}
