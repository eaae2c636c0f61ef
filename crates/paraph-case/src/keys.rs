//! The keys of `case.toml` and of scenarios, described once.
//!
//! The reader's check for unknown keys and wrong kinds, the JSON Schema and the
//! reference page all come from [`CASE`] and [`SCENARIO`].

/// A table and the keys it may hold.
#[derive(Debug)]
pub struct Shape {
    /// A name for the schema's definitions, such as `party`.
    pub name: &'static str,
    /// How the table is written, such as `[party.NAME]`.
    pub heading: &'static str,
    /// What the table is for.
    pub text: &'static str,
    /// Its keys, in the order of the reference.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// Whether it has to be there.
    pub required: bool,
    /// What it means.
    pub text: &'static str,
}

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A string.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A date without time, bare or in quotes.
    Date,
    /// A formula over issues and options, in a string.
    Formula,
    /// A name out of a fixed list.
    Word(&'static [&'static str]),
    /// A list of strings.
    Texts,
    /// A list of strings or whole numbers.
    Points,
    /// A number, or a fraction in a string.
    Number,
    /// `"status-quo"`, an outcome's code, a formula, or a number.
    WalkAway,
    /// Weights per issue and option.
    Weights,
    /// An option per issue.
    Sets,
    /// Outcomes' codes, best first; nested lists tie.
    Ranking,
    /// For each party a list of pairs of states.
    Moves,
    /// For each state a pattern of options.
    Codes,
    /// A table of its own.
    Table(&'static Shape),
    /// A list of tables.
    Tables(&'static Shape),
    /// A table whose keys are names and whose values are tables.
    Named(&'static Shape),
}

impl Kind {
    /// What is expected, in words with an article.
    pub fn expected(self) -> &'static str {
        match self {
            Kind::Text | Kind::Word(_) => "a string",
            Kind::Boolean => "true or false",
            Kind::Date => "a date such as 2025-11-22",
            Kind::Formula => "a formula in quotes",
            Kind::Texts => "a list of strings",
            Kind::Points => "a list of strings or whole numbers",
            Kind::Number => "a number, or a fraction in quotes",
            Kind::WalkAway => "\"status-quo\", an outcome's code, a formula, or a number",
            Kind::Weights => "a table with a weight per option for each issue",
            Kind::Sets => "a table with an option for each issue",
            Kind::Ranking => "a list of outcomes' codes",
            Kind::Moves => "a table with a list of pairs of states for each party",
            Kind::Codes => "a table with a code for each state",
            Kind::Table(_) | Kind::Named(_) => "a table",
            Kind::Tables(_) => "a list of tables",
        }
    }
}

impl Shape {
    /// The key of a name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

const fn key(name: &'static str, kind: Kind, text: &'static str) -> Key {
    Key { name, kind, required: false, text }
}

const fn required(name: &'static str, kind: Kind, text: &'static str) -> Key {
    Key { name, kind, required: true, text }
}

const BASIS: Key = key(
    "basis",
    Kind::Word(&["stated", "inferred", "assumed"]),
    "How it is known: `stated` by the party itself in a confirmed statement, `inferred` from what is on record, or `assumed` to see what follows. Left out, it counts as assumed, with a warning.",
);
const BECAUSE: Key = key(
    "because",
    Kind::Texts,
    "Identifiers of the ledger's statements that it rests on, or the first letters of them.",
);
const NOTE: Key = key("note", Kind::Text, "A remark, such as the law that it restates.");

/// The whole of `case.toml`.
pub static CASE: Shape = Shape {
    name: "case-file",
    heading: "",
    text: "One negotiation: parties, issues, and what is known about preferences.",
    keys: &[
        key("case", Kind::Table(&HEAD), "What the negotiation is called, and the date it is looked at."),
        key("party", Kind::Named(&PARTY), "Someone whose moves or consent matter."),
        key("issue", Kind::Named(&ISSUE), "One thing that is being negotiated."),
        key("constraint", Kind::Tables(&CONSTRAINT), "A rule that every outcome obeys."),
        key("same", Kind::Tables(&SAME), "Outcomes that count once, under one name."),
        key("package", Kind::Tables(&PACKAGE), "A proposal on the table."),
        key(
            "explicit",
            Kind::Table(&EXPLICIT),
            "States and moves given one by one, for models published that way.",
        ),
    ],
};

/// What a scenario's file holds besides the tables of [`CASE`].
pub static SCENARIO: Shape = Shape {
    name: "scenario-file",
    heading: "",
    text: "A named overlay on a case.",
    keys: &[
        key("title", Kind::Text, "The scenario's title; its file's name when left out."),
        key("note", Kind::Text, "What the scenario assumes, in a sentence or two."),
    ],
};

/// `[case]`
pub static HEAD: Shape = Shape {
    name: "case",
    heading: "[case]",
    text: "What the negotiation is called, and the date it is looked at.",
    keys: &[
        required("title", Kind::Text, "The title shown on every page."),
        key("as-of", Kind::Date, "The date the case speaks of; statements made later do not count."),
        key(
            "caveat",
            Kind::Text,
            "A sentence that every matrix repeats, such as \"nothing is agreed until everything is agreed\".",
        ),
    ],
};

/// `[party.NAME]`
pub static PARTY: Shape = Shape {
    name: "party",
    heading: "[party.NAME]",
    text: "Someone whose moves or consent matter. Preferences are given in one of three ways: `prefers`, `weights` with `weighs`, or `ranking`.",
    keys: &[
        key("name", Kind::Text, "The name shown to people; the table's name when left out."),
        key(
            "consents",
            Kind::Boolean,
            "Whether any deal needs this party's agreement; true when left out. Mediators and third parties have `false`.",
        ),
        key(
            "walk-away",
            Kind::WalkAway,
            "What the party can have without a deal: `\"status-quo\"` (when left out), an outcome's code, a formula (the best outcome for the party in which it holds), or with weights a number.",
        ),
        key("also-called", Kind::Texts, "Other names that reports use for the party."),
        key("people", Kind::Texts, "People who speak for the party."),
        key("red-line", Kind::Tables(&RED_LINE), "What the party will not see broken in any package."),
        key(
            "prefers",
            Kind::Tables(&PREFERS),
            "Formulas in order of priority: the first outweighs all that follow.",
        ),
        key(
            "weights",
            Kind::Weights,
            "A weight per option for each issue; a bare number for a yes-or-no issue is the weight of yes. What is not named weighs nothing. Numbers are exact; fractions are written in quotes.",
        ),
        key("weighs", Kind::Tables(&WEIGHS), "Formulas with a weight, added to the weights of the options."),
        key("weights-rest-on", Kind::Table(&GROUNDS), "What `weights` rests on."),
        key(
            "ranking",
            Kind::Ranking,
            "Every feasible outcome once, best first; a nested list is a tie. Outcomes are named by their code, a merged class by its name, and in the explicit form by the state's name.",
        ),
        key("ranking-rests-on", Kind::Table(&GROUNDS), "What `ranking` rests on."),
    ],
};

/// `[[party.NAME.red-line]]`
pub static RED_LINE: Shape = Shape {
    name: "red-line",
    heading: "[[party.NAME.red-line]]",
    text: "A formula that the party will not see broken in any package, or that law or ratification forbids to break.",
    keys: &[required("that", Kind::Formula, "What has to hold in every package."), BASIS, BECAUSE, NOTE],
};

/// `[[party.NAME.prefers]]`
pub static PREFERS: Shape = Shape {
    name: "prefers",
    heading: "[[party.NAME.prefers]]",
    text: "One formula of a list of priorities; the first outweighs all that follow.",
    keys: &[required("that", Kind::Formula, "What the party would rather see hold."), BASIS, BECAUSE, NOTE],
};

/// `[[party.NAME.weighs]]`
pub static WEIGHS: Shape = Shape {
    name: "weighs",
    heading: "[[party.NAME.weighs]]",
    text: "A formula with a weight.",
    keys: &[
        required("that", Kind::Formula, "What has to hold for the weight to count."),
        required("weight", Kind::Number, "The weight; negative for what the party would rather not see."),
        BASIS,
        BECAUSE,
        NOTE,
    ],
};

/// `[party.NAME.weights-rest-on]` and `[party.NAME.ranking-rests-on]`
pub static GROUNDS: Shape = Shape {
    name: "grounds",
    heading: "[party.NAME.weights-rest-on], [party.NAME.ranking-rests-on]",
    text: "What weights or a ranking rest on.",
    keys: &[BASIS, BECAUSE, NOTE],
};

/// `[issue.NAME]`
pub static ISSUE: Shape = Shape {
    name: "issue",
    heading: "[issue.NAME]",
    text: "One thing that is being negotiated, with two or more options.",
    keys: &[
        key("title", Kind::Text, "The title shown to people; the table's name when left out."),
        key(
            "options",
            Kind::Texts,
            "Two or more names, none with a slash; `[\"no\", \"yes\"]` when left out.",
        ),
        key("status-quo", Kind::Text, "The option in force now; given for all issues or for none."),
        key(
            "moved-by",
            Kind::Texts,
            "The parties that can change it alone; left out, it changes only by agreement.",
        ),
        key(
            "changes",
            Kind::Word(&["any", "up", "down"]),
            "In which direction it can change: to any option (when left out), only to options listed later (`up`), or only to earlier ones (`down`).",
        ),
        key("words", Kind::Texts, "How reports speak of it."),
        key("points", Kind::Points, "Numbers of the draft points that the issue stands for."),
        key("note", Kind::Text, "A remark shown with the issue."),
    ],
};

/// `[[constraint]]`
pub static CONSTRAINT: Shape = Shape {
    name: "constraint",
    heading: "[[constraint]]",
    text: "A rule that every outcome obeys: either `never` or `always`.",
    keys: &[
        key("never", Kind::Formula, "What holds in no outcome."),
        key("always", Kind::Formula, "What holds in every outcome."),
        key("because", Kind::Text, "Why."),
    ],
};

/// `[[same]]`
pub static SAME: Shape = Shape {
    name: "same",
    heading: "[[same]]",
    text: "Outcomes that count once, under one name that serves as their code. Classes may not overlap.",
    keys: &[
        required("name", Kind::Text, "The name of the class."),
        required("that", Kind::Formula, "Which outcomes belong to it."),
    ],
};

/// `[[package]]`
pub static PACKAGE: Shape = Shape {
    name: "package",
    heading: "[[package]]",
    text: "A proposal on the table.",
    keys: &[
        required("name", Kind::Text, "Its short name."),
        key("title", Kind::Text, "Its title; its name when left out."),
        required(
            "sets",
            Kind::Sets,
            "An option for each issue that it settles; the others stay at the status quo.",
        ),
    ],
};

/// `[explicit]`
pub static EXPLICIT: Shape = Shape {
    name: "explicit",
    heading: "[explicit]",
    text: "States and moves given one by one, for models published that way.",
    keys: &[
        required("states", Kind::Texts, "The states' names."),
        key("status-quo", Kind::Text, "The state in force now."),
        key("moves", Kind::Moves, "For each party its moves, as pairs of states."),
        key(
            "codes",
            Kind::Codes,
            "For each state its options, as an outcome's code in which `-` stands for either; needed for simultaneous sanctions.",
        ),
    ],
};

/// Every shape, in the order of the reference.
pub static SHAPES: &[&Shape] = &[
    &CASE,
    &SCENARIO,
    &HEAD,
    &PARTY,
    &RED_LINE,
    &PREFERS,
    &WEIGHS,
    &GROUNDS,
    &ISSUE,
    &CONSTRAINT,
    &SAME,
    &PACKAGE,
    &EXPLICIT,
];
