//! Words that carry a draft's terms: modal verbs, negations, conditions, qualifiers, times.

/// How strongly words bind, from a mere possibility to a duty.
///
/// The order follows the drafting manuals of treaty and statute practice: "shall" and
/// "must" bind, "will" and "is to" announce, "should" and "is expected to" urge, "may"
/// and "can" permit.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum ModalStrength {
    /// may, can, might, could, is permitted to
    Permission,
    /// seeks to, endeavours to, aims to, is encouraged to
    Endeavour,
    /// should, ought to, is expected to
    Expectation,
    /// will, would, is to, intends to, and the plain present
    Announcement,
    /// shall, must, is required to, undertakes to, has to
    Duty,
}

/// Modal phrases, the longer ones first.
pub(crate) const MODALS: &[(&[&str], ModalStrength)] = &[
    (&["shall", "endeavour", "to"], ModalStrength::Endeavour),
    (&["shall", "seek", "to"], ModalStrength::Endeavour),
    (&["will", "seek", "to"], ModalStrength::Endeavour),
    (&["will", "endeavour", "to"], ModalStrength::Endeavour),
    (&["is", "expected", "to"], ModalStrength::Expectation),
    (&["are", "expected", "to"], ModalStrength::Expectation),
    (&["is", "required", "to"], ModalStrength::Duty),
    (&["are", "required", "to"], ModalStrength::Duty),
    (&["is", "obliged", "to"], ModalStrength::Duty),
    (&["are", "obliged", "to"], ModalStrength::Duty),
    (&["is", "encouraged", "to"], ModalStrength::Endeavour),
    (&["are", "encouraged", "to"], ModalStrength::Endeavour),
    (&["is", "invited", "to"], ModalStrength::Endeavour),
    (&["are", "invited", "to"], ModalStrength::Endeavour),
    (&["is", "permitted", "to"], ModalStrength::Permission),
    (&["are", "permitted", "to"], ModalStrength::Permission),
    (&["is", "allowed", "to"], ModalStrength::Permission),
    (&["are", "allowed", "to"], ModalStrength::Permission),
    (&["is", "entitled", "to"], ModalStrength::Permission),
    (&["are", "entitled", "to"], ModalStrength::Permission),
    (&["undertakes", "to"], ModalStrength::Duty),
    (&["undertake", "to"], ModalStrength::Duty),
    (&["commits", "to"], ModalStrength::Duty),
    (&["commit", "to"], ModalStrength::Duty),
    (&["has", "to"], ModalStrength::Duty),
    (&["have", "to"], ModalStrength::Duty),
    (&["ought", "to"], ModalStrength::Expectation),
    (&["intends", "to"], ModalStrength::Announcement),
    (&["intend", "to"], ModalStrength::Announcement),
    (&["agrees", "to"], ModalStrength::Announcement),
    (&["agree", "to"], ModalStrength::Announcement),
    (&["is", "to"], ModalStrength::Announcement),
    (&["are", "to"], ModalStrength::Announcement),
    (&["seeks", "to"], ModalStrength::Endeavour),
    (&["seek", "to"], ModalStrength::Endeavour),
    (&["aims", "to"], ModalStrength::Endeavour),
    (&["aim", "to"], ModalStrength::Endeavour),
    (&["endeavours", "to"], ModalStrength::Endeavour),
    (&["endeavour", "to"], ModalStrength::Endeavour),
    (&["strives", "to"], ModalStrength::Endeavour),
    (&["strive", "to"], ModalStrength::Endeavour),
    (&["shall"], ModalStrength::Duty),
    (&["must"], ModalStrength::Duty),
    (&["will"], ModalStrength::Announcement),
    (&["would"], ModalStrength::Announcement),
    (&["should"], ModalStrength::Expectation),
    (&["may"], ModalStrength::Permission),
    (&["might"], ModalStrength::Permission),
    (&["can"], ModalStrength::Permission),
    (&["could"], ModalStrength::Permission),
];

/// Words that deny. "no later than" and its like are no negations.
pub(crate) const NEGATIONS: &[&str] =
    &["not", "no", "never", "neither", "nor", "cannot", "none", "nobody", "nothing", "nowhere"];

/// Words after a negation that turn it into a limit.
pub(crate) const LIMITS: &[&str] =
    &["later", "more", "less", "fewer", "longer", "earlier", "only", "exceed", "exceeding", "sooner"];

/// Phrases that open a condition or an exception, the longer ones first.
pub(crate) const CONDITIONS: &[&[&str]] = &[
    &["on", "the", "condition", "that"],
    &["on", "condition", "that"],
    &["in", "the", "event", "of"],
    &["in", "the", "event", "that"],
    &["to", "the", "extent", "that"],
    &["as", "long", "as"],
    &["so", "long", "as"],
    &["but", "only", "after"],
    &["but", "only", "if"],
    &["but", "only", "when"],
    &["but", "only", "once"],
    &["only", "after"],
    &["only", "if"],
    &["only", "when"],
    &["only", "once"],
    &["provided", "that"],
    &["providing", "that"],
    &["subject", "to"],
    &["in", "case"],
    &["depending", "on"],
    &["contingent", "on"],
    &["conditional", "on"],
    &["except"],
    &["unless"],
    &["provided"],
    &["if"],
];

/// Words that open a condition only at the start of a clause.
pub(crate) const TIMED_CONDITIONS: &[&str] = &["after", "once", "when", "until", "upon", "where", "before"];

/// Phrases that limit or soften, and that are no more than that.
pub(crate) const QUALIFIERS: &[&[&str]] = &[
    &["in", "accordance", "with", "national", "law"],
    &["to", "the", "extent", "possible"],
    &["to", "the", "greatest", "extent", "possible"],
    &["as", "far", "as", "possible"],
    &["as", "a", "rule"],
    &["as", "a", "minimum"],
    &["as", "appropriate"],
    &["as", "necessary"],
    &["as", "needed"],
    &["if", "possible"],
    &["if", "necessary"],
    &["if", "appropriate"],
    &["where", "possible"],
    &["where", "appropriate"],
    &["where", "necessary"],
    &["where", "feasible"],
    &["in", "principle"],
    &["in", "particular"],
    &["in", "stages"],
    &["in", "full"],
    &["in", "part"],
    &["in", "peacetime"],
    &["in", "good", "faith"],
    &["at", "all", "times"],
    &["at", "least"],
    &["at", "most"],
    &["up", "to"],
    &["no", "more", "than"],
    &["not", "more", "than"],
    &["no", "less", "than"],
    &["no", "fewer", "than"],
    &["more", "than"],
    &["less", "than"],
    &["without", "prejudice"],
    &["best", "efforts"],
    &["inter", "alia"],
];

/// Single words that qualify without ending in "-ly".
pub(crate) const QUALIFYING_WORDS: &[&str] = &[
    "reliable", "robust", "reasonable", "significant", "substantial", "appropriate", "effective",
    "full", "partial", "gradual", "permanent", "temporary", "strict", "relevant", "necessary",
    "adequate", "fair", "equitable", "meaningful", "strong", "voluntary", "mandatory", "binding",
    "free", "joint", "independent", "prompt", "limited", "comprehensive", "only", "mainly",
    "preferably", "peaceful", "lasting", "verifiable", "irreversible", "proportionate", "twice",
    "regular", "ordinary", "serious", "major", "minor", "eligible", "qualified", "written",
    "prior", "adequate", "sufficient", "ambitious", "sole", "exclusive", "public", "internal",
];

pub(crate) const PREPOSITIONS: &[&str] = &[
    "in", "under", "within", "on", "at", "by", "with", "without", "during", "for", "from", "through",
    "against", "outside", "inside", "along", "across", "according", "pursuant", "including",
    "excluding", "notwithstanding", "throughout", "between", "before", "after", "until", "beyond",
    "towards", "toward", "via", "over", "of",
];

/// Words that show that a stretch says something of its own.
pub(crate) const VERBS: &[&str] = &[
    "is", "are", "was", "were", "be", "has", "have", "had", "shall", "should", "will", "would", "may",
    "must", "can", "does", "do",
];

pub(crate) const MONTHS: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
];

pub(crate) const WEEKDAYS: &[&str] = &[
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mondays",
    "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays", "weekdays", "weekends",
];

pub(crate) const TIME_UNITS: &[&str] = &[
    "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month",
    "months", "quarter", "quarters", "year", "years", "decade", "decades",
];

/// Fixed expressions of time, the longer ones first.
pub(crate) const TIMES: &[&[&str]] = &[
    &["as", "soon", "as", "reasonably", "practicable"],
    &["as", "soon", "as", "practicable"],
    &["as", "soon", "as", "possible"],
    &["as", "soon", "as", "feasible"],
    &["until", "further", "notice"],
    &["without", "undue", "delay"],
    &["without", "delay"],
    &["in", "due", "course"],
    &["at", "an", "early", "date"],
    &["at", "the", "earliest"],
    &["at", "the", "latest"],
    &["twice", "a", "year"],
    &["once", "a", "year"],
    &["twice", "a", "month"],
    &["once", "a", "month"],
    &["every", "second", "year"],
    &["each", "year"],
    &["every", "year"],
    &["every", "month"],
    &["each", "month"],
    &["every", "week"],
    &["every", "day"],
    &["at", "once"],
    &["at", "midnight"],
    &["at", "noon"],
    &["immediately"],
    &["forthwith"],
    &["promptly"],
    &["annually"],
    &["monthly"],
    &["weekly"],
    &["quarterly"],
    &["biennially"],
    &["indefinitely"],
];

/// Words that may stand before an expression of time and belong to it.
pub(crate) const TIME_OPENERS: &[&str] = &[
    "within", "by", "before", "after", "until", "from", "since", "for", "on", "in", "at", "over",
    "every", "during", "to", "of",
];

/// Events that close a period: "after signature", "of its entry into force".
pub(crate) const TIME_EVENTS: &[&[&str]] = &[
    &["entry", "into", "force"],
    &["its", "entry", "into", "force"],
    &["the", "entry", "into", "force"],
    &["the", "date", "of", "signature"],
    &["the", "date", "of", "entry", "into", "force"],
    &["the", "signature"],
    &["its", "signature"],
    &["signature"],
    &["signing"],
    &["ratification"],
    &["adoption"],
    &["notification"],
    &["publication"],
    &["receipt"],
    &["the", "ceasefire"],
];

/// Words in capitals that name no party and no body.
pub(crate) const NO_NAMES: &[&str] = &[
    "article", "articles", "annex", "annexes", "section", "chapter", "part", "point", "paragraph",
    "treaty", "agreement", "convention", "protocol", "accord", "charter", "constitution", "law", "act",
    "i", "ii", "iii", "iv", "v", "vi", "x", "option", "alternative", "note", "schedule", "appendix",
    "plan", "draft", "statute", "covenant", "declaration", "code", "title", "clause", "rule",
];

/// Nouns that name a side or a body in small letters.
pub(crate) const ROLES: &[&str] = &[
    "union", "unions", "employer", "employers", "management", "workers", "employees", "government",
    "governments", "commission", "committee", "council", "secretariat", "ministry", "parliament",
    "assembly", "senate", "court", "mediator", "mediators", "arbitrator", "ombudsman", "board",
    "contractor", "lessee", "lessor", "tenant", "tenants", "landlord", "president", "chair",
    "directorate", "agency", "tribunal", "company", "police", "army", "municipality", "municipalities",
    "regions", "cities", "provinces", "producers", "exporters", "importers", "donors", "banks",
];

pub(crate) const NUMBER_WORDS: &[(&str, &str)] = &[
    ("two", "2"), ("three", "3"), ("four", "4"), ("five", "5"), ("six", "6"), ("seven", "7"),
    ("eight", "8"), ("nine", "9"), ("ten", "10"), ("eleven", "11"), ("twelve", "12"),
    ("thirteen", "13"), ("fourteen", "14"), ("fifteen", "15"), ("sixteen", "16"),
    ("seventeen", "17"), ("eighteen", "18"), ("nineteen", "19"), ("twenty", "20"),
    ("thirty", "30"), ("forty", "40"), ("fifty", "50"), ("sixty", "60"), ("seventy", "70"),
    ("eighty", "80"), ("ninety", "90"), ("hundred", "100"), ("thousand", "1000"), ("dozen", "12"),
    ("half", "1/2"), ("third", "1/3"), ("thirds", "1/3"), ("quarter", "1/4"), ("quarters", "1/4"),
    ("million", "million"), ("billion", "billion"), ("trillion", "trillion"), ("one", "1"),
    ("fifths", "1/5"), ("majority", "1/2"),
];
