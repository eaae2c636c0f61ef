//! The commands about drafts.

use super::{Author, Folder, audience};
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use paraph_ledger::{Audience, ContributionKind, Fate, PointStatus};
use std::path::PathBuf;

/// Read the drafts: points, brackets, what changed, and what each means for each party
#[derive(Debug, Args)]
#[command(
    long_about = "Reads the numbered drafts in the case's `drafts/` folder (.md, .txt, .docx), keeps points alive through \
                  renumbering, splitting, merging and deletion, and says what each draft changes for whom. Drafts stand \
                  by date, each behind the one that its front matter names in `based-on`. Without a further command \
                  it lists them.\n\n\
                  `drafts/links.toml` says by hand what became of points, `drafts/issues.toml` what a draft chooses on \
                  an issue; see docs/drafts.md. Names and changes say what changed, never who gains.",
    after_long_help = "Example:\n  paraph drafts list talks\n  paraph drafts diff talks first second\n  \
                       paraph drafts columns talks --format docx -o side-by-side.docx\n  paraph drafts assess talks",
    args_conflicts_with_subcommands = true
)]
pub(crate) struct Drafts {
    #[command(subcommand)]
    pub(crate) command: Option<DraftCommand>,
    #[command(flatten)]
    pub(crate) list: DraftList,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DraftCommand {
    List(DraftList),
    Show(DraftShow),
    Align(DraftAlign),
    Diff(DraftDiff),
    Columns(DraftColumns),
    Brackets(DraftBrackets),
    Assess(DraftAssess),
    Clean(DraftClean),
    Link(DraftLink),
    Register(DraftRegister),
    Point(DraftPoint),
    Put(DraftPut),
    Settle(DraftSettle),
    Initial(DraftInitial),
}

/// How drafts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DraftFormat {
    /// For people
    Table,
    /// For programs; the fields are documented in schemas/
    Json,
    /// For a sheet
    Csv,
    /// One self-contained page
    Html,
}

/// How documents are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentFormat {
    /// For people
    Table,
    /// For programs; the fields are documented in schemas/
    Json,
    /// For a sheet
    Csv,
    /// One self-contained page
    Html,
    /// For a word processor
    Docx,
}

/// Where to write.
#[derive(Debug, Clone, Args)]
pub(crate) struct Output {
    /// Where to write it; by default to standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// List the drafts with their dates, authors and what is open in them
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph drafts list talks --format csv")]
pub(crate) struct DraftList {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// How to write it
    #[arg(long, value_enum, default_value_t = DraftFormat::Table)]
    pub(crate) format: DraftFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Show a draft, or one point of it, with its links to issues and the statements that name it
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  paraph drafts show talks second\n  paraph drafts show talks second \"7(a)\""
)]
pub(crate) struct DraftShow {
    /// The case's folder (default: here), then the draft's name, then perhaps a point
    #[arg(value_name = "[CASE] DRAFT [POINT]", required = true, num_args = 1..=3)]
    pub(crate) places: Vec<String>,
    /// For whom
    #[arg(long, value_name = "AUDIENCE", default_value = "team", value_parser = audience())]
    pub(crate) audience: Audience,
    /// How to write it
    #[arg(long, value_enum, default_value_t = ShowFormat::Table)]
    pub(crate) format: ShowFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    /// For people
    Table,
    /// For programs; the fields are documented in schemas/
    Json,
    /// One self-contained page
    Html,
}

/// Say what became of every point from one draft to another
#[derive(Debug, Args)]
#[command(
    long_about = "Says of every point of both drafts what became of it: kept, renumbered, moved, changed, split, merged, \
                  replaced, deleted or added, with the likeness of the words and the reason. Links made by hand in \
                  `drafts/links.toml` go before everything. Without names, every draft against the one it is based on.",
    after_long_help = "Example:\n  paraph drafts align talks\n  paraph drafts align talks first third --format csv"
)]
pub(crate) struct DraftAlign {
    /// The case's folder (default: here), then perhaps two drafts
    #[arg(value_name = "[CASE] [OLD NEW]", num_args = 0..=3)]
    pub(crate) places: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = DraftFormat::Table)]
    pub(crate) format: DraftFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Say what changed between two drafts: numbers, dates, conditions, parties, clauses, and word by word
#[derive(Debug, Args)]
#[command(
    long_about = "Typed changes of every point (numbers with units, dates and periods, qualifiers, modal strength, parties, \
                  negations, conditions, whole clauses) and the difference word by word. `--format docx` is a redline: \
                  the new draft with tracked insertions and deletions.",
    after_long_help = "Example:\n  paraph drafts diff talks first second\n  \
                       paraph drafts diff talks first second --format docx -o redline.docx"
)]
pub(crate) struct DraftDiff {
    /// The case's folder (default: here), then the old and the new draft
    #[arg(value_name = "[CASE] OLD NEW", required = true, num_args = 2..=3)]
    pub(crate) places: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = DocumentFormat::Table)]
    pub(crate) format: DocumentFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Set drafts side by side: a column a draft, the last one for the compromise text
#[derive(Debug, Args)]
#[command(
    long_about = "The document that negotiators work from: one column a draft, a last one for the compromise text, and how \
                  far each point is agreed (agreed, objective agreed, open), from the register. Changes are marked by \
                  colour and by sign. Without names, all drafts.",
    after_long_help = "Example:\n  paraph drafts columns talks --format html -o side-by-side.html\n  \
                       paraph drafts columns talks first second --format docx -o side-by-side.docx"
)]
pub(crate) struct DraftColumns {
    /// The case's folder (default: here), then perhaps drafts
    #[arg(value_name = "[CASE] [DRAFT]…")]
    pub(crate) places: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = DocumentFormat::Table)]
    pub(crate) format: DocumentFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Count what is open: brackets, options and placeholders by draft, point and party
#[derive(Debug, Args)]
#[command(
    long_about = "Counts brackets, named options, placeholders, struck passages and reservations by draft, by point and by \
                  party, and how many points have nothing open; with `--format html` as a burn-down picture too. A \
                  bracket that does not balance is reported with its place. Exits with 1 when there is one.",
    after_long_help = "Example:\n  paraph drafts brackets talks\n  paraph drafts brackets talks --format html -o open.html"
)]
pub(crate) struct DraftBrackets {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// How to write it
    #[arg(long, value_enum, default_value_t = DraftFormat::Table)]
    pub(crate) format: DraftFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Say what each draft means: which options it chooses, whether it is a deal, who ranks it where
#[derive(Debug, Args)]
#[command(
    long_about = "Reads each draft as a package: for every issue which option it chooses, partly, conditionally or not at \
                  all. Where it is silent the status quo stands; where it is bracketed, partial or conditional it is a \
                  set of packages. Then: is it a deal, who does not accept it and on whose words, how each party ranks \
                  it against the status quo and the other drafts, and what each changed issue does to each party's \
                  rank.\n\n\
                  Points are linked to issues by `points` in case.toml (numbers count in the first draft, `draft/7` in \
                  that draft) and by drafts/issues.toml; where neither says anything they are proposed from words, and \
                  marked so. A package in case.toml with a draft's name says what that draft chooses.",
    after_long_help = "Example:\n  paraph drafts assess examples/28-points\n  \
                       paraph drafts assess talks --scenario hard-line --format json"
)]
pub(crate) struct DraftAssess {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// Lay this scenario over the case
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// How many packages of each draft to list, or `all`
    #[arg(long, value_name = "N", default_value = "8")]
    pub(crate) list: super::Limit,
    /// For whom
    #[arg(long, value_name = "AUDIENCE", default_value = "team", value_parser = audience())]
    pub(crate) audience: Audience,
    /// How to write it
    #[arg(long, value_enum, default_value_t = DraftFormat::Table)]
    pub(crate) format: DraftFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Resolve brackets by choices and show the text
#[derive(Debug, Args)]
#[command(
    long_about = "Carries out choices and writes the text that they leave; what each choice settled goes to standard \
                  error. The draft itself is not changed. A choice is written as people say it: `Option 2 in 7`, \
                  `alternative 1 in 3`, `North in 4` (what North wants stays, what others want goes), `keep in 5`, \
                  `keep 2 in 5` (the second bracket), `drop in 5`, `800,000 for X in 6`, `drop struck`. Exits with 1 \
                  when a choice found nothing.",
    after_long_help = "Example:\n  paraph drafts clean talks third --take \"Option 2 in 7\" --take \"keep in 9\""
)]
pub(crate) struct DraftClean {
    /// The case's folder (default: here), then the draft
    #[arg(value_name = "[CASE] DRAFT", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// A choice (may be given more than once; the first that fits a mark decides)
    #[arg(long, value_name = "CHOICE", required = true)]
    pub(crate) take: Vec<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = CleanFormat::Text)]
    pub(crate) format: CleanFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// How a cleaned draft is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CleanFormat {
    /// The text itself
    Text,
    /// For programs, with what each choice settled
    Json,
}

/// Say which draft, or point of one, a statement speaks of
#[derive(Debug, Args)]
#[command(
    long_about = "Which version a party had seen stays blank unless its words name a draft or a person says so. This says so.",
    after_long_help = "Example:\n  paraph drafts link talks m2c7 second\n  paraph drafts link talks m2c7 second/7"
)]
pub(crate) struct DraftLink {
    /// The case's folder (default: here), then a statement's identifier and DRAFT or DRAFT/POINT
    #[arg(value_name = "[CASE] STATEMENT DRAFT[/POINT]", required = true, num_args = 2..=3)]
    pub(crate) places: Vec<String>,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Show the register: status, owner, concerns, initials, and what each party put in
#[derive(Debug, Args)]
#[command(
    long_about = "The register of points through all drafts. What each party has asked, offered and conceded stands side \
                  by side and is never netted. Initials are measured against the words of the latest draft: where those \
                  changed, the initials no longer cover them.",
    after_long_help = "Example:\n  paraph drafts register talks\n  paraph drafts register talks --format csv > register.csv"
)]
pub(crate) struct DraftRegister {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// How to write it
    #[arg(long, value_enum, default_value_t = DraftFormat::Table)]
    pub(crate) format: DraftFormat,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// When and where something was said.
#[derive(Debug, Clone, Args)]
pub(crate) struct Origin {
    /// The day
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Date>,
    /// Where it was said: a statement's identifier, a report, a meeting
    #[arg(long, value_name = "TEXT")]
    pub(crate) source: Option<String>,
}

fn point_status() -> impl clap::builder::TypedValueParser<Value = PointStatus> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(PointStatus::ALL.iter().map(|known| known.as_str()))
        .try_map(|word| word.parse::<PointStatus>())
}

fn contribution_kind() -> impl clap::builder::TypedValueParser<Value = ContributionKind> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(ContributionKind::ALL.iter().map(|known| known.as_str()))
        .try_map(|word| word.parse::<ContributionKind>())
}

fn fate() -> impl clap::builder::TypedValueParser<Value = Fate> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Fate::ALL.iter().map(|known| known.as_str()))
        .try_map(|word| word.parse::<Fate>())
}

/// Record the status, owner, next action, compromise text or a concern of a point
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  paraph drafts point talks 7 --status agreed-by-negotiators --owner \"legal group\"\n  \
                       paraph drafts point talks 9 --concern \"south: who pays is open\" --source m2c7\n  \
                       paraph drafts point talks 9 --draft second --compromise \"Fees shall be shared.\""
)]
pub(crate) struct DraftPoint {
    /// The case's folder (default: here), then the point
    #[arg(value_name = "[CASE] POINT", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// The draft whose number that is; by default the latest
    #[arg(long, value_name = "DRAFT")]
    pub(crate) draft: Option<String>,
    /// Its status
    #[arg(long, value_name = "STATUS", value_parser = point_status())]
    pub(crate) status: Option<PointStatus>,
    /// Who looks after it; `--owner ""` takes the owner away
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// What is to be done next
    #[arg(long, value_name = "TEXT")]
    pub(crate) next: Option<String>,
    /// Words for a compromise
    #[arg(long, value_name = "TEXT")]
    pub(crate) compromise: Option<String>,
    /// A party's concern, as `party: text` (may be given more than once)
    #[arg(long, value_name = "PARTY: TEXT")]
    pub(crate) concern: Vec<String>,
    #[command(flatten)]
    pub(crate) origin: Origin,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Record an idea, amendment, ask, offer or concession of a party
#[derive(Debug, Args)]
#[command(
    after_long_help = "Example:\n  paraph drafts put talks --party north --kind ask --text \"entry at any hour\" --point 1\n  \
                       paraph drafts put talks --party south --kind offer --text \"entry by day\" --point 1 --date 2031-05-12"
)]
pub(crate) struct DraftPut {
    #[command(flatten)]
    pub(crate) case: Folder,
    /// Whose it is
    #[arg(long, value_name = "PARTY")]
    pub(crate) party: String,
    /// What it is
    #[arg(long, value_name = "KIND", value_parser = contribution_kind())]
    pub(crate) kind: ContributionKind,
    /// In words
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: String,
    /// The point it is about
    #[arg(long, value_name = "POINT")]
    pub(crate) point: Option<String>,
    /// The draft whose number that is; by default the latest
    #[arg(long, value_name = "DRAFT", requires = "point")]
    pub(crate) draft: Option<String>,
    #[command(flatten)]
    pub(crate) origin: Origin,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Record what became of an idea, amendment, ask, offer or concession
#[derive(Debug, Args)]
#[command(after_long_help = "Example:\n  paraph drafts settle talks h4ge --as taken-up --date 2031-05-14")]
pub(crate) struct DraftSettle {
    /// The case's folder (default: here), then the entry that `put` printed
    #[arg(value_name = "[CASE] ENTRY", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// What became of it
    #[arg(long = "as", value_name = "FATE", value_parser = fate())]
    pub(crate) fate: Fate,
    #[command(flatten)]
    pub(crate) origin: Origin,
    #[command(flatten)]
    pub(crate) author: Author,
}

/// Record who initialled which version of which point
#[derive(Debug, Args)]
#[command(
    long_about = "Records initials under one version of a point. What is kept is the hash of the words, so that a later \
                  change of the words, in the same file or in a later draft, shows that the initials no longer cover \
                  them. `paraph undo` takes it back.",
    after_long_help = "Example:\n  paraph initial talks 7 --party north --draft second\n  \
                       paraph drafts initial talks \"7(a)\" --party south --draft second --date 2031-05-20"
)]
pub(crate) struct DraftInitial {
    /// The case's folder (default: here), then the point
    #[arg(value_name = "[CASE] POINT", required = true, num_args = 1..=2)]
    pub(crate) places: Vec<String>,
    /// Who initialled
    #[arg(long, value_name = "PARTY")]
    pub(crate) party: String,
    /// The draft whose words were initialled
    #[arg(long, value_name = "DRAFT")]
    pub(crate) draft: String,
    #[command(flatten)]
    pub(crate) origin: Origin,
    #[command(flatten)]
    pub(crate) author: Author,
}
