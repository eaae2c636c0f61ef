//! The commands about the ledger: what came in, what waits, what was decided.

use super::{Author, Folder, Format, Knowing, Limit, Looking, audience};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use paraph_ledger::{Audience, Grade, Handling, Setting};
use std::path::PathBuf;

/// Find words in reports and statements
#[derive(Debug, Args)]
#[command(
    long_about = "Full-text search over the texts of sources and the words of statements, the latest first. All words must \
                  occur; words in double quotes must occur together. Accents and the case of letters do not matter.",
    after_long_help = "Example:\n  paraph search talks patrols\n  paraph search talks '\"joint patrols\" strait' --format json"
)]
pub(crate) struct Search {
    /// The case's folder (default: here), then the words
    #[arg(value_name = "[CASE] WORDS", required = true, num_args = 1..)]
    pub(crate) places: Vec<String>,
    /// For whom
    #[arg(long, value_name = "AUDIENCE", default_value = "team", value_parser = audience())]
    pub(crate) audience: Audience,
    /// How many to list, or `all`
    #[arg(long, value_name = "N", default_value = "20")]
    pub(crate) list: Limit,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Walk the proposed statements at the keyboard, the most uncertain first
#[derive(Debug, Args)]
#[command(
    long_about = "Shows one proposed statement after the other, with its words in their context, and waits for a key. What a \
                  key decides is on disk before the next statement is shown; leaving at any moment loses nothing. \
                  Statements without a party or an act come first, then those of which the reader is least sure.\n\n\
                  Keys:\n  \
                  c  confirm: the words say so\n  \
                  s  correct the speaker's party (then a letter for the party)\n  \
                  w  trim the words (then [ and ] take a word away in front and behind, { and } give it back)\n  \
                  a  change the act (then a letter)\n  \
                  i  link an issue or one of its options (then letters)\n  \
                  r  reject: the words do not say so\n  \
                  n  skip (space does the same)\n  \
                  u  undo the last decision of this walk\n  \
                  ?  show the keys\n  \
                  q  leave\n\n\
                  A correction confirms the statement; it is shown again, for further corrections, until n. Keys may also \
                  come from a file or a pipe, one character each; line ends are passed over, save that one ends the trimming \
                  of words.",
    after_long_help = "Example:\n  paraph review talks\n  paraph review talks --party north --author Ana\n  \
                       printf 'cnrq' | paraph review talks\n\n\
                       For scripts, `paraph statements confirm`, `correct` and `reject` decide without a walk."
)]
pub(crate) struct Review {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// Only statements of this party
    #[arg(long, value_name = "PARTY")]
    pub(crate) party: Option<String>,
    /// Only statements about this issue
    #[arg(long, value_name = "ISSUE")]
    pub(crate) issue: Option<String>,
    /// Only from this report (the beginning of its file name, title or identifier)
    #[arg(long, value_name = "REPORT")]
    pub(crate) report: Option<String>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// What waits for a decision: contradictions, contested claims, conflicts, silences
#[derive(Debug, Args)]
#[command(
    long_about = "Lists what only a person can decide, each with the command that decides it: how many statements nobody has \
                  looked at, statements of one party that contradict each other, claims that another party denies (side by \
                  side, with the verdict noted on them, if any), what two sides of a merge decided differently, the verdicts \
                  so far with their reasons, and what is not on record: pairs of party and issue about which nothing was \
                  said. Nothing is changed.",
    after_long_help = "Example:\n  paraph queue talks\n  paraph queue talks --format json"
)]
pub(crate) struct Queue {
    #[command(flatten)]
    pub(crate) case: Folder,
    #[command(flatten)]
    pub(crate) looking: Looking,
    #[command(flatten)]
    pub(crate) knowing: Knowing,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// What happened when: statements, events, sources, drafts, rulings and positions
#[derive(Debug, Args)]
#[command(
    long_about = "Everything on record in the order of time, the oldest first, undated things last. A statement is dated by \
                  its own words, else by publication; an event by the words that announce or claim it, and else it \
                  happened at the latest when the report was published. What nobody has confirmed is left out unless \
                  `--proposed` asks for it. `--format ics` writes the announced events that have a day as a calendar. \
                  Nothing is changed.",
    after_long_help = "Example:\n  paraph timeline talks --party north --since 2031-05-01\n  \
                       paraph timeline talks --kind event,draft\n  paraph timeline talks --format ics > talks.ics"
)]
pub(crate) struct Timeline {
    #[command(flatten)]
    pub(crate) case: Folder,
    #[command(flatten)]
    pub(crate) looking: Looking,
    #[command(flatten)]
    pub(crate) knowing: Knowing,
    /// Only what this party says, and events that it takes part in
    #[arg(long, value_name = "PARTY")]
    pub(crate) party: Option<String>,
    /// Only what is about this issue
    #[arg(long, value_name = "ISSUE")]
    pub(crate) issue: Option<String>,
    /// Only these kinds: statement, event, source, draft, ruling, position (may be given more than once)
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) kind: Vec<String>,
    /// Only events at a place whose words contain this
    #[arg(long, value_name = "WORDS")]
    pub(crate) place: Option<String>,
    /// Only from this day on
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<Date>,
    /// Also what nobody has confirmed yet, marked as such
    #[arg(long)]
    pub(crate) proposed: bool,
    /// How to write it
    #[arg(long, value_enum, default_value_t = TimelineFormat::Table)]
    pub(crate) format: TimelineFormat,
}

/// How a timeline is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimelineFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// Announced events for a calendar (iCalendar)
    Ics,
}

/// Who is on record as talking to whom, and as speaking about whom
#[derive(Debug, Args)]
#[command(
    long_about = "The ties between the parties that the record shows: talks (from confirmed events whose words name two \
                  parties), words relayed, claims denied, forecasts. Only parties are shown, people stand behind those \
                  that the case lists them under; each tie is marked by its sourcing (named or anonymous, happened, claimed, \
                  denied or expected) and lists what it rests on. Nothing is changed.",
    after_long_help = "Example:\n  paraph network talks\n  paraph network talks --format svg > network.svg\n  \
                       paraph network talks --format graphml > network.graphml"
)]
pub(crate) struct Network {
    #[command(flatten)]
    pub(crate) case: Folder,
    #[command(flatten)]
    pub(crate) looking: Looking,
    #[command(flatten)]
    pub(crate) knowing: Knowing,
    /// How to write it
    #[arg(long, value_enum, default_value_t = NetworkFormat::Table)]
    pub(crate) format: NetworkFormat,
}

/// How a network is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NetworkFormat {
    /// For people
    Table,
    /// For programs
    Json,
    /// For programs that draw and measure graphs
    Graphml,
    /// A picture
    Svg,
}

/// Join another ledger of the same case into this one
#[derive(Debug, Args)]
#[command(
    long_about = "Joins the ledger of another copy of the case (a folder, its `ledger.db` or an exported journal) into this \
                  one. Every entry lands once, with its author and time; both journals stay verifiable. What the two \
                  sides decided differently without knowing of each other becomes a list to decide, and until then \
                  nothing of it counts: nothing silently wins. Merging the other way round gives the same picture. The \
                  other side is only read.",
    after_long_help = "Example:\n  paraph merge talks ../ana/talks\n  paraph merge talks from-ana.jsonl --format json"
)]
pub(crate) struct Merge {
    /// The case's folder (default: here), then the other folder, `ledger.db` or journal
    #[arg(value_name = "[CASE] OTHER", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Destroy a source, a statement or an entry's details for good, and leave the trace
#[derive(Debug, Args)]
#[command(
    long_about = "Destroys the words of a source with every statement in it, of one statement, or the details of one entry of \
                  the journal (such as a reason that quotes them). What stays is the trace: that there was an entry, by \
                  whom, when, and why it was destroyed. The chain still verifies. Search index, write-ahead log and free \
                  pages are purged: no byte of the words is left in `ledger.db`.\n\n\
                  This cannot be undone. Without `--yes` it only says what would be destroyed. It says which files of the \
                  folder still hold the words (the report itself, an exported journal): `--files` deletes them, too. \
                  Backups, and blocks that a disk keeps, are beyond its reach.",
    after_long_help = "Example:\n  paraph shred talks --source 2031-05-06 --reason \"asked for by the envoy\"\n  \
                       paraph shred talks --source 2031-05-06 --reason \"asked for by the envoy\" --files --yes"
)]
#[group(id = "what", required = true, multiple = false, args = ["source", "statement", "entry"])]
pub(crate) struct Shred {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// A source, by the beginning of its file name, title or identifier
    #[arg(long, value_name = "REPORT")]
    pub(crate) source: Option<String>,
    /// A statement, by its identifier
    #[arg(long, value_name = "ID")]
    pub(crate) statement: Option<String>,
    /// An entry of the journal, by its identifier
    #[arg(long, value_name = "ENTRY")]
    pub(crate) entry: Option<String>,
    /// Why, in a sentence that holds none of the words
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Also delete the source's file in `reports/`, and write `journal.jsonl` anew
    #[arg(long)]
    pub(crate) files: bool,
    /// Do it
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Record an unwritten conversation as a source
#[derive(Debug, Args)]
#[command(
    long_about = "Records what was said in a conversation of which nothing is written: who was present, when, by whom it was \
                  noted, verbatim or as a summary. It becomes a source of its own, private and restricted unless said \
                  otherwise, and statements are proposed from it as from a report. The words come from `--text`, from \
                  a file, or from standard input.",
    after_long_help = "Example:\n  paraph note talks --present \"Ana Brandt\" --present \"the envoy\" --date 2031-05-07 \\\n    \
                       --text \"Brandt said that the capital would accept observers if the port stays open.\"\n  \
                       paraph note talks --present \"the envoy\" --handling team --file minutes.txt --verbatim"
)]
pub(crate) struct Note {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// Who was present (may be given more than once)
    #[arg(long, value_name = "NAME", required = true)]
    pub(crate) present: Vec<String>,
    /// The words; by default they are read from standard input
    #[arg(long, value_name = "WORDS", conflicts_with = "file")]
    pub(crate) text: Option<String>,
    /// A file with the words
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// A title
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
    /// The day of the conversation
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    /// The words are verbatim, not a summary
    #[arg(long)]
    pub(crate) verbatim: bool,
    /// By whom it was noted; by default the author
    #[arg(long, value_name = "NAME")]
    pub(crate) noted_by: Option<String>,
    /// public or private
    #[arg(long, value_name = "SETTING", default_value = "private", value_parser = setting())]
    pub(crate) setting: Setting,
    /// Who may see it: public, team or restricted
    #[arg(long, value_name = "HANDLING", default_value = "restricted", value_parser = handling())]
    pub(crate) handling: Handling,
    #[command(flatten)]
    pub(crate) author: Author,
}

fn setting() -> impl clap::builder::TypedValueParser<Value = Setting> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Setting::ALL.iter().map(|known| known.as_str()))
        .try_map(|word| word.parse::<Setting>())
}

fn handling() -> impl clap::builder::TypedValueParser<Value = Handling> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Handling::ALL.iter().map(|known| known.as_str()))
        .try_map(|word| word.parse::<Handling>())
}

/// List sources, say more about one, or take one back
#[derive(Debug, Args)]
#[command(
    long_about = "The sources in the ledger: reports as received and notes of conversations. Without a further command it \
                  lists.",
    after_long_help = "Example:\n  paraph sources list talks\n  paraph sources describe talks 2031-05-06 --handling restricted\n  \
                       paraph sources withdraw talks 2031-05-06 --reason \"a forgery\"",
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Sources {
    #[command(subcommand)]
    pub(crate) command: Option<SourceCommand>,
    #[command(flatten)]
    pub(crate) list: SourceList,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourceCommand {
    List(SourceList),
    Describe(Box<SourceDescribe>),
    Withdraw(SourceWithdraw),
}

/// List sources with publisher, date, setting, handling and grade
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph sources list talks --audience restricted")]
pub(crate) struct SourceList {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// For whom
    #[arg(long, value_name = "AUDIENCE", default_value = "team", value_parser = audience())]
    pub(crate) audience: Audience,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Say what is known about a source: only what is given changes
#[derive(Debug, Args)]
#[command(
    long_about = "Changes what is recorded about a source; its bytes stay, and what was recorded before stays in the journal. \
                  `setting` says whether the words were spoken in public or at the table, `handling` who may see the source and \
                  everything that rests on it. A grade is Admiralty's: a letter A to F for the source, a digit 1 to 6 for the \
                  information; grades are never averaged.",
    after_long_help = "Example:\n  paraph sources describe talks 2031-05-06 --setting private --handling restricted --grade B2"
)]
pub(crate) struct SourceDescribe {
    /// The case's folder (default: here), then the source: the beginning of its file name, title or identifier
    #[arg(value_name = "[CASE] REPORT", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// The title
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,
    /// The publisher
    #[arg(long, value_name = "NAME")]
    pub(crate) publisher: Option<String>,
    /// The web address
    #[arg(long, value_name = "URL")]
    pub(crate) address: Option<String>,
    /// The language of the original
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<String>,
    /// Who translated it
    #[arg(long, value_name = "NAME")]
    pub(crate) translator: Option<String>,
    /// The day of publication
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    /// The day on which it was retrieved
    #[arg(long, value_name = "DATE")]
    pub(crate) retrieved: Option<Date>,
    /// public or private
    #[arg(long, value_name = "SETTING", value_parser = setting())]
    pub(crate) setting: Option<Setting>,
    /// Who may see it: public, team or restricted
    #[arg(long, value_name = "HANDLING", value_parser = handling())]
    pub(crate) handling: Option<Handling>,
    /// The grade, such as B2
    #[arg(long, value_name = "GRADE")]
    pub(crate) grade: Option<Grade>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Take a source back: it is kept, and nothing rests on it any more
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  paraph sources withdraw talks 2031-05-06 --reason \"the agency took it back\""
)]
pub(crate) struct SourceWithdraw {
    /// The case's folder (default: here), then the source: the beginning of its file name, title or identifier
    #[arg(value_name = "[CASE] REPORT", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// List, confirm or reject the events that reports tell of
#[derive(Debug, Args)]
#[command(
    long_about = "Meetings, calls, visits, votes, attacks and the like that reports tell of, with who vouches for each: the \
                  report itself (happened), a speaker (claimed, denied), or nobody yet (expected). Only confirmed events \
                  stand in the timeline and tie parties in the network. Without a further command it lists.",
    after_long_help = "Example:\n  paraph events list talks\n  paraph events confirm talks e5f2\n  paraph events reject talks q7aa --reason \"a figure of speech\"",
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Events {
    #[command(subcommand)]
    pub(crate) command: Option<EventCommand>,
    #[command(flatten)]
    pub(crate) list: EventList,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EventCommand {
    List(EventList),
    Confirm(EventConfirm),
    Reject(EventReject),
}

/// List events in the order their sources came in
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph events list talks --proposed")]
pub(crate) struct EventList {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// Only those that nobody has looked at
    #[arg(long)]
    pub(crate) proposed: bool,
    /// For whom
    #[arg(long, value_name = "AUDIENCE", default_value = "team", value_parser = audience())]
    pub(crate) audience: Audience,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// Say that the words tell of these events
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph events confirm talks e5f2 e7c1")]
pub(crate) struct EventConfirm {
    /// The case's folder (default: here), then identifiers
    #[arg(value_name = "[CASE] ID", required = true)]
    pub(crate) places: Vec<String>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Say that the words tell of no such event
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph events reject talks q7aa --reason \"a figure of speech\"")]
pub(crate) struct EventReject {
    /// The case's folder (default: here), then identifiers
    #[arg(value_name = "[CASE] ID", required = true)]
    pub(crate) places: Vec<String>,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Set a cell of the matrix by hand, with a reason, or let the statements speak again
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  paraph positions set talks north patrols rejects --option joint --reason \"letter of 3 May\"\n  \
                       paraph positions clear talks north patrols --reason \"the letter was a draft\""
)]
pub(crate) struct Positions {
    #[command(subcommand)]
    pub(crate) command: PositionCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PositionCommand {
    Set(Box<PositionSet>),
    Clear(PositionClear),
}

/// Set what a party is on record as holding on an issue
#[derive(Debug, Args)]
#[command(
    long_about = "Sets a cell of the matrix by hand, for what no report holds in so many words. It stands before the party's \
                  statements until it is cleared, is marked as set by hand wherever it shows, and the party's own later \
                  words stand beside it.",
    after_long_help = "Example:\n  paraph positions set talks north patrols \"accepts if\" --option observers \\\n    \
                       --condition \"the port stays open\" --reason \"note of the second round\" --evidence m2c7"
)]
pub(crate) struct PositionSet {
    /// The case's folder (default: here), then party, issue and stance: accepts, "accepts if", demands, offers,
    /// reserved, rejects, "will discuss" or "no comment"
    #[arg(value_name = "[CASE] PARTY ISSUE STANCE", required = true, num_args = 3..=4)]
    pub(crate) places: Vec<String>,
    /// An option it is about (may be given more than once)
    #[arg(long, value_name = "OPTION")]
    pub(crate) option: Vec<String>,
    /// The condition
    #[arg(long, value_name = "WORDS")]
    pub(crate) condition: Option<String>,
    /// The draft it is about
    #[arg(long, value_name = "DRAFT")]
    pub(crate) draft: Option<String>,
    /// From which day it holds; by default today
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    /// public or private
    #[arg(long, value_name = "SETTING", default_value = "public", value_parser = setting())]
    pub(crate) setting: Setting,
    /// Who may see it: public, team or restricted
    #[arg(long, value_name = "HANDLING", default_value = "team", value_parser = handling())]
    pub(crate) handling: Handling,
    /// A statement it rests on (may be given more than once)
    #[arg(long, value_name = "ID")]
    pub(crate) evidence: Vec<String>,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Take a position set by hand away, so that the statements speak again
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  paraph positions clear talks north patrols --reason \"the letter was a draft\""
)]
pub(crate) struct PositionClear {
    /// The case's folder (default: here), then party and issue
    #[arg(value_name = "[CASE] PARTY ISSUE", required = true, num_args = 2..=3)]
    pub(crate) places: Vec<String>,
    /// public or private
    #[arg(long, value_name = "SETTING", default_value = "public", value_parser = setting())]
    pub(crate) setting: Setting,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Look after the ledger's file
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph ledger rebuild talks")]
pub(crate) struct LedgerCare {
    #[command(subcommand)]
    pub(crate) command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    Rebuild(LedgerRebuild),
}

/// Derive every current table from the journal again
#[derive(Debug, Args)]
#[command(
    long_about = "Empties the tables that are derived from the journal, the search index among them, and fills them from it \
                  again, in one transaction. On a sound ledger this changes no row, and it says so; where a table was \
                  damaged or written to from outside, it names the table that was put right. The journal itself is not \
                  touched.",
    after_long_help = "Example:\n  paraph ledger rebuild talks"
)]
pub(crate) struct LedgerRebuild {
    #[command(flatten)]
    pub(crate) case: Folder,
}
