//! What several tests need: a folder, a clock that stands, an invented report and its statements.

use jiff::Timestamp;
use paraph_ledger::{Ledger, NewSource, Roster, RosterIssue, RosterParty, SourceMeta, Stamp};
use paraph_reading::record::{Act, Hop, Negation, SpeakerKind, Statement, TextSpan};

/// An action by Ana, so many minutes after the first.
pub(crate) fn stamp(minutes: i64) -> Stamp {
    let start: Timestamp = "2025-11-22T10:00:00Z".parse().unwrap();
    Stamp::new("Ana", Timestamp::from_second(start.as_second() + 60 * minutes).unwrap())
}

/// The span of some words in a text, in scalar values.
pub(crate) fn span(text: &str, words: &str) -> TextSpan {
    let at = text.find(words).unwrap_or_else(|| panic!("`{words}` is not in the text"));
    let start = text[..at].chars().count() as u32;
    TextSpan { start, end: start + words.chars().count() as u32 }
}

/// One hop of a chain.
pub(crate) fn hop(name: &str, kind: SpeakerKind, party: Option<&str>) -> Hop {
    Hop { name: name.to_owned(), kind, party: party.map(str::to_owned) }
}

/// A statement whose words are given; everything else can be set afterwards.
pub(crate) fn statement(text: &str, id: &str, speaker: &str, cue: &str, content: &str) -> Statement {
    let record = serde_json::json!({
        "id": id,
        "source": [span(text, speaker)],
        "cue": [span(text, cue)],
        "content": [span(text, content)],
        "party": null,
        "reader": "test",
    });
    serde_json::from_value(record).unwrap()
}

/// Short ways to fill in a record.
pub(crate) trait Fill: Sized {
    fn by(self, party: &str, name: &str, kind: SpeakerKind) -> Self;
    fn act(self, act: Act) -> Self;
    fn about(self, about: &[&str]) -> Self;
    fn negated(self, negated: Negation) -> Self;
    fn through(self, hop: Hop) -> Self;
}

impl Fill for Statement {
    fn by(mut self, party: &str, name: &str, kind: SpeakerKind) -> Self {
        self.party = Some(party.to_owned());
        self.chain = vec![hop("reporter", SpeakerKind::Reporter, None), hop(name, kind, Some(party))];
        self
    }

    fn act(mut self, act: Act) -> Self {
        self.act = Some(act);
        self
    }

    fn about(mut self, about: &[&str]) -> Self {
        self.about = about.iter().map(|about| (*about).to_owned()).collect();
        self
    }

    fn negated(mut self, negated: Negation) -> Self {
        self.negated = negated;
        self
    }

    fn through(mut self, hop: Hop) -> Self {
        self.chain.insert(1, hop);
        self
    }
}

/// An invented dispatch with every kind of statement that the rules tell apart.
pub(crate) const DISPATCH: &str = "\
North is ready to talk about the strait, President Ana Brandt said on Thursday. \
Several island states are worried that the plan may cost the south its coast guard and its pier. \
“We will work on the text,” Brandt added. Her office did not comment on joint patrols. \
South has agreed to observers, a northern official said. Sources said that South would cede the pier. \
The mediator called the plan good for both. It could be acceptable to both, the mediator suggested. \
South’s foreign minister said any peace must look at the causes. \
The south’s navy denied northern claims to the inner harbour. \
Officials of the League did not go into details, but hinted at unease about the plan.";

/// The statements of [`DISPATCH`]: one fills a cell twice, none of the others does.
pub(crate) fn dispatch_statements() -> Vec<Statement> {
    use SpeakerKind::{Anonymous, Collective, Institution, Named, Role};
    let make =
        |id: &str, speaker: &str, cue: &str, content: &str| statement(DISPATCH, id, speaker, cue, content);
    let mut anonymous = make("d06", "Sources", "said that South would", "South would cede the pier")
        .by("south", "South", Institution)
        .act(Act::Accept)
        .about(&["pier = ceded"]);
    anonymous.chain.insert(1, hop("Sources", Anonymous, None));
    let mut denial = make("d10", "The south’s navy", "denied", "northern claims to the inner harbour")
        .by("south", "the south’s navy", Institution)
        .act(Act::Deny)
        .about(&["control of the inner harbour"]);
    denial.contests = Some("d11".to_owned());
    let mut unease = make("d13", "Officials of the League", "hinted at", "unease about the plan")
        .by("league", "the League", Institution)
        .act(Act::Concern)
        .about(&["plan", "patrols"]);
    unease.chain.insert(1, hop("Officials", Anonymous, None));
    vec![
        make("d01", "President Ana Brandt", "said on Thursday", "North is ready to talk about the strait")
            .by("north", "President Ana Brandt", Named)
            .act(Act::Commit)
            .about(&["process"]),
        make(
            "d02",
            "Several island states",
            "are worried",
            "that the plan may cost the south its coast guard and its pier",
        )
        .by("islands", "Several island states", Collective)
        .act(Act::Concern)
        .about(&["pier", "forces"]),
        make("d03", "Brandt", "added", "“We will work on the text,”")
            .by("north", "Brandt", Named)
            .act(Act::Commit)
            .about(&["process"]),
        make("d04", "Her office", "did not comment", "on joint patrols")
            .by("north", "Her office", Institution)
            .act(Act::NoComment)
            .about(&["plan"])
            .negated(Negation::Cue),
        make("d05", "a northern official", "said. Sources", "South has agreed to observers")
            .by("south", "South", Institution)
            .through(hop("a northern official", Role, Some("north")))
            .act(Act::Accept)
            .about(&["patrols = observers"]),
        anonymous,
        make("d07", "The mediator", "called", "the plan good for both")
            .by("mediator", "the mediator", Role)
            .act(Act::Characterise)
            .about(&["plan"]),
        make("d08", "the mediator suggested", "suggested", "It could be acceptable to both")
            .by("mediator", "the mediator", Role)
            .act(Act::PredictAcceptance)
            .about(&["plan", "patrols"]),
        make("d09", "South’s foreign minister", "said any", "any peace must look at the causes")
            .by("south", "South’s foreign minister", Role)
            .act(Act::Condition)
            .about(&["plan"]),
        denial,
        make("d11", "northern", "claims", "the inner harbour")
            .by("north", "northern", Institution)
            .through(hop("the south’s navy", Institution, Some("south")))
            .act(Act::ReportClaim)
            .about(&["control of the inner harbour"]),
        make("d12", "Officials of the League", "did not go into", "details")
            .by("league", "Officials", Anonymous)
            .act(Act::NoComment)
            .about(&["plan"])
            .negated(Negation::Cue),
        unease,
    ]
}

/// Parties and issues of the invented dispatch.
pub(crate) fn roster() -> Roster {
    Roster {
        parties: ["north", "south", "islands", "mediator", "league"].map(RosterParty::new).to_vec(),
        issues: vec![
            RosterIssue::new("patrols", ["none", "observers", "joint"]),
            RosterIssue::new("pier", ["kept", "ceded"]),
            RosterIssue::new("forces", ["full", "capped"]),
        ],
    }
}

/// A ledger with one plain text in it.
pub(crate) fn with_source(text: &str, meta: SourceMeta) -> (Ledger, String) {
    let mut ledger = Ledger::in_memory().unwrap();
    let source = ledger.add_source(&stamp(0), &NewSource::plain_text(text.as_bytes(), meta)).unwrap().id;
    (ledger, source)
}

/// A small, seeded generator of numbers (SplitMix64), enough to vary a script.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

/// Plays a script of random actions, all kinds mixed; actions that a ledger refuses are part of it.
pub(crate) fn play(ledger: &mut Ledger, seed: u64, actions: usize) {
    let mut dice = Dice(seed);
    for number in 0..actions {
        let _ = one_action(ledger, &mut dice, seed, number);
    }
}

/// One random action; what it returns says only whether the ledger took it.
pub(crate) fn one_action(
    ledger: &mut Ledger,
    dice: &mut Dice,
    seed: u64,
    number: usize,
) -> paraph_ledger::Result<()> {
    use paraph_ledger::{Audience, Correction, Extractor, Link, Note, Relation, Setting, StatementFilter};
    let stamp = stamp(number as i64);
    let all = StatementFilter {
        with_withdrawn_sources: true,
        audience: Audience::Restricted,
        ..StatementFilter::default()
    };
    let sources = ledger.sources(Audience::Restricted)?;
    let statements = ledger.statements(&all)?;
    if sources.is_empty() || dice.below(8) == 0 {
        let text = format!("North says no ({seed}, {number}). South “says” yes — perhaps.");
        let meta = SourceMeta {
            title: (dice.below(2) == 0).then(|| format!("Report {number}")),
            handling: paraph_ledger::Handling::ALL[dice.below(3)],
            setting: Setting::ALL[dice.below(2)],
            published: (dice.below(2) == 0).then(|| jiff::civil::date(2025, 11, 1 + dice.below(28) as i8)),
            ..SourceMeta::default()
        };
        if dice.below(4) == 0 {
            ledger.note(&stamp, &Note::new(&text, "Ana", vec!["Ode".to_owned()]))?;
        } else {
            ledger.add_source(&stamp, &NewSource::plain_text(text.as_bytes(), meta))?;
        }
        return Ok(());
    }
    let source = sources[dice.below(sources.len())].id.clone();
    if statements.is_empty() || dice.below(4) == 0 {
        let text = ledger.source_text(&source)?;
        let id = format!("{}{:02}", &source[..6], dice.below(40));
        let mut record = statement(&text, &id, "North", "says", "no")
            .by("north", "North", SpeakerKind::Institution)
            .act([Act::Reject, Act::Demand, Act::Offer, Act::NoComment][dice.below(4)])
            .about(&[["patrols = joint", "pier", "plan"][dice.below(3)]]);
        record.confidence = Some(dice.below(1000) as f32 / 1000.0);
        ledger.propose(&stamp, &source, &[record])?;
        return Ok(());
    }
    let mut pick = || statements[dice.below(statements.len())].record.id.clone();
    let (one, two) = (pick(), pick());
    match dice.below(12) {
        0..=2 => ledger.confirm(&stamp, &[&one, &two]).map(drop),
        3 => ledger.reject(&stamp, &[&one], Some("no")).map(drop),
        4 => ledger.correct(&stamp, &one, &Correction::new().party(Some("south")), None).map(drop),
        5 => {
            let patch = Correction::new().content(&[TextSpan { start: dice.below(9) as u32, end: 12 }]);
            ledger.correct(&stamp, &one, &patch, Some("trimmed")).map(drop)
        }
        6 => {
            let hand = serde_json::json!({"party": "north", "issue": "pier", "stance": "offers", "reason": "r", "evidence": [one]});
            ledger.set_position(&stamp, &serde_json::from_value(hand).unwrap())
        }
        7 => {
            let ruling =
                serde_json::json!({"statements": [one, two], "verdict": "compatible", "reason": "r"});
            ledger.rule(&stamp, &serde_json::from_value(ruling).unwrap())
        }
        8 => ledger.link(&stamp, &Link::new(one, Relation::Same, two)),
        9 => {
            let log = ledger.log(None)?;
            let entry = log[dice.below(log.len())].id.clone();
            ledger.undo(&stamp, Some(&entry)).map(drop)
        }
        10 => {
            let text = format!("{} ", ledger.source_text(&source)?);
            let extractor = Extractor { name: "ocr".to_owned(), version: number.to_string() };
            ledger.extract_again(&stamp, &source, &text, &extractor).map(drop)
        }
        _ if dice.below(3) == 0 => ledger.withdraw_source(&stamp, &source, "withdrawn").map(drop),
        _ => ledger.withdraw_statement(&stamp, &one, "withdrawn").map(drop),
    }
}
