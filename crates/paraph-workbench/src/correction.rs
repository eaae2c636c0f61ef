//! What a person changes in a statement, or writes down as a new one: checked against the case and the report.
//!
//! ```
//! use paraph_ledger::{Ledger, NewSource, SourceMeta, Stamp};
//! use paraph_workbench::correction::{Fields, add};
//!
//! let case = paraph_case::parse("[party.north]\n[issue.fees]\nstatus-quo = 'no'\n", "case.toml").case.unwrap();
//! let mut ledger = Ledger::in_memory()?;
//! let stamp = Stamp::new("Ana", "2031-03-04T10:00:00Z".parse().unwrap());
//! let text = "North said that it rejects fees.";
//! let source = NewSource::plain_text(text.as_bytes(), SourceMeta::default());
//! let source = ledger.add_source(&stamp, &source)?.id;
//! let fields = Fields {
//!     party: Some("north".to_owned()),
//!     act: Some(paraph_reading::Act::Reject),
//!     content: Some("it rejects fees".to_owned()),
//!     cue: Some("said".to_owned()),
//!     about: vec!["fees = yes".to_owned()],
//!     ..Fields::default()
//! };
//! let id = add(&mut ledger, &stamp, &case, &source, &fields)?;
//! assert_eq!(ledger.statement(&id)?.record.about, ["fees = yes"]);
//! # Ok::<(), paraph_workbench::Failure>(())
//! ```

use crate::failure::{Failure, Outcome};
use crate::quote;
use paraph_case::Case;
use paraph_ledger::{Correction, Ledger, Link, Relation, Stamp};
use paraph_reading::record::TextSpan;
use paraph_reading::{Act, Hop, Negation, SpeakerKind, Statement};

/// What a person says of a statement; what is left out stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// The speaker's party; `none` for nobody.
    pub party: Option<String>,
    /// The speech act.
    pub act: Option<Act>,
    /// What it is about: issues, `issue = option`, process, plan or unmapped.
    pub about: Vec<String>,
    /// Who speaks, in exact words of the report.
    pub speaker: Option<String>,
    /// How the speaker is named.
    pub speaker_kind: Option<SpeakerKind>,
    /// Who reports the speaker's words, besides the report itself, as `NAME` or `NAME=PARTY`, outermost first.
    pub reported_by: Vec<String>,
    /// The words that attribute, exactly as in the report.
    pub cue: Option<String>,
    /// What is said, exactly as in the report; ` … ` stands for words left out.
    pub content: Option<String>,
    /// Where in the report the content stands, about, in Unicode scalar values; otherwise where it stood before.
    pub near: Option<usize>,
    /// What is negated.
    pub negated: Option<Negation>,
    /// Through which channel.
    pub channel: Option<String>,
    /// The claim that this statement denies.
    pub contests: Option<String>,
    /// The other party that a forecast or a relayed claim is about.
    pub concerns: Option<String>,
    /// Whether the words of a condition accept the option that they name.
    pub accepts: Option<bool>,
}

impl Fields {
    /// The party that is given; `none` takes it away.
    fn party(&self) -> Option<Option<String>> {
        self.party.as_ref().map(|party| Some(party.clone()).filter(|party| party != "none"))
    }
}

/// Corrects a statement, or confirms it where everything that is given is so already. Gives its full identifier.
///
/// # Errors
/// Names that the case does not have, words that the report does not say, fields that change nothing because none is
/// given, and what the ledger refuses.
pub fn correct(
    ledger: &mut Ledger,
    stamp: &Stamp,
    case: &Case,
    id: &str,
    fields: &Fields,
    reason: Option<&str>,
) -> Outcome<String> {
    known_names(case, fields)?;
    let stored = ledger.statement(id)?;
    let text = ledger.source_text(&stored.source_id)?;
    let (patch, given) = patch(case, &stored.record, &text, fields)?;
    let id = if patch.is_empty() && (given || fields.concerns.is_some()) {
        ledger.confirm(stamp, &[stored.id()])?;
        stored.record.id.clone()
    } else {
        ledger.correct(stamp, stored.id(), &patch, reason)?
    };
    concern(ledger, stamp, &id, fields)?;
    Ok(id)
}

/// Adds a statement that a reader missed, as confirmed. Gives its identifier.
///
/// # Errors
/// Content, cue or act that is not given, names that the case does not have, words that the report does not say, a
/// statement that is in the ledger already, and what the ledger refuses.
pub fn add(
    ledger: &mut Ledger,
    stamp: &Stamp,
    case: &Case,
    source: &str,
    fields: &Fields,
) -> Outcome<String> {
    known_names(case, fields)?;
    let missing = |what: &str| {
        Failure::new(format!("a statement needs its {what}"))
            .hint("give the words exactly as they stand in the report")
    };
    let content = fields.content.as_deref().ok_or_else(|| missing("content"))?;
    let cue = fields.cue.as_deref().ok_or_else(|| missing("cue"))?;
    let act =
        fields.act.ok_or_else(|| Failure::new("a statement needs its act").hint("for instance `demand`"))?;
    let text = ledger.source_text(source)?;
    let found = quote::together(&text, content, cue, fields.speaker.as_deref())?;
    let mut chain = Vec::new();
    let hop = speaking(&mut chain);
    hop.party = fields.party().flatten();
    if let Some(speaker) = &fields.speaker {
        hop.name.clone_from(speaker);
    }
    hop.kind = fields.speaker_kind.unwrap_or(hop.kind);
    relays(&mut chain, fields);
    let contests = match &fields.contests {
        Some(claim) => Some(ledger.resolve_statement(claim)?),
        None => None,
    };
    let record = Statement {
        id: quote::id(&text, &found.cue, &found.content),
        source: found.speaker,
        cue: found.cue,
        direct_quote: quoted(&text, &found.content),
        content: found.content,
        speaker: fields.speaker.clone(),
        stands_for: None,
        party: fields.party().flatten(),
        chain,
        act: Some(act),
        negated: fields.negated.unwrap_or(Negation::None),
        channel: fields.channel.clone(),
        when: None,
        about: topics(case, &fields.about)?,
        matched: Vec::new(),
        contests,
        confidence: None,
        reader: stamp.author.clone(),
    };
    let proposed = ledger.propose(stamp, source, std::slice::from_ref(&record))?;
    if proposed.added.is_empty() {
        return Err(Failure::new(format!("the statement is in the ledger already, as {}", record.id))
            .hint("decide about that one: confirm or correct it"));
    }
    ledger.confirm(stamp, &[&record.id])?;
    concern(ledger, stamp, &record.id, fields)?;
    Ok(record.id)
}

/// Links a statement to the party that it is about.
fn concern(ledger: &mut Ledger, stamp: &Stamp, id: &str, fields: &Fields) -> Outcome<()> {
    if let Some(party) = &fields.concerns {
        ledger.link(stamp, &Link::new(id, Relation::AboutParty, party))?;
    }
    Ok(())
}

/// Where the first words of a statement stand, in Unicode scalar values of its text.
#[must_use]
pub fn place(record: &Statement) -> usize {
    record.cue.iter().chain(&record.content).map(|span| span.start as usize).min().unwrap_or(0)
}

/// What differs from the record, and whether anything was given at all.
fn patch(case: &Case, record: &Statement, text: &str, fields: &Fields) -> Outcome<(Correction, bool)> {
    let mut patch = Correction::new();
    let mut given = false;
    let here = place(record);
    if let Some(words) = &fields.content {
        given = true;
        let spans = quote::near(text, words, fields.near.unwrap_or(here))?;
        if spans != record.content {
            patch = patch.content(&spans);
        }
    }
    if let Some(words) = &fields.cue {
        given = true;
        let spans = quote::near(text, words, here)?;
        if spans != record.cue {
            patch = patch.cue(&spans);
        }
    }
    let mut chain = record.chain.clone();
    if let Some(words) = &fields.speaker {
        given = true;
        let spans = quote::near(text, words, here)?;
        if spans != record.source || record.speaker.is_none() {
            patch = patch.source(&spans).speaker(Some(words));
            speaking(&mut chain).name.clone_from(words);
        }
    }
    if let Some(party) = fields.party() {
        given = true;
        if party != record.party {
            patch = patch.party(party.as_deref());
            speaking(&mut chain).party = party;
        }
    }
    if let Some(kind) = fields.speaker_kind {
        given = true;
        speaking(&mut chain).kind = kind;
    }
    relays(&mut chain, fields);
    given |= !fields.reported_by.is_empty();
    if chain != record.chain {
        patch = patch.chain(&chain);
    }
    if let Some(act) = fields.act {
        given = true;
        if record.act != Some(act) {
            patch = patch.act(Some(act));
        }
    }
    if let Some(negated) = fields.negated {
        given = true;
        if record.negated != negated {
            patch = patch.negated(negated);
        }
    }
    if let Some(channel) = &fields.channel {
        given = true;
        if record.channel.as_ref() != Some(channel) {
            patch = patch.channel(Some(channel));
        }
    }
    if !fields.about.is_empty() {
        given = true;
        let about = topics(case, &fields.about)?;
        if about != record.about {
            patch = patch.about(&about);
        }
    }
    if let Some(claim) = &fields.contests {
        patch = patch.contests(Some(claim));
    }
    if fields.accepts.is_some() {
        patch = patch.accepts(fields.accepts);
    }
    Ok((patch, given))
}

/// The hop of the chain that speaks, made where there is none.
fn speaking(chain: &mut Vec<Hop>) -> &mut Hop {
    let at = match chain.iter().rposition(|hop| hop.kind != SpeakerKind::Reporter) {
        Some(at) => at,
        None => {
            if chain.is_empty() {
                chain.push(Hop { name: "reporter".to_owned(), kind: SpeakerKind::Reporter, party: None });
            }
            chain.push(Hop { name: "unnamed".to_owned(), kind: SpeakerKind::Named, party: None });
            chain.len() - 1
        }
    };
    &mut chain[at]
}

/// Puts those who report the speaker between the report and the speaker.
fn relays(chain: &mut Vec<Hop>, fields: &Fields) {
    if fields.reported_by.is_empty() {
        return;
    }
    let speaker = speaking(chain).clone();
    chain.truncate(1);
    chain.extend(fields.reported_by.iter().map(|given| {
        let (name, party) = match given.rsplit_once('=') {
            Some((name, party)) => (name.trim(), Some(party.trim().to_owned())),
            None => (given.trim(), None),
        };
        Hop { name: name.to_owned(), kind: SpeakerKind::Named, party }
    }));
    chain.push(speaker);
}

fn known_names(case: &Case, fields: &Fields) -> Outcome<()> {
    let ids: Vec<&str> = case.parties.iter().map(|party| party.id.as_str()).collect();
    let reporting = fields.reported_by.iter().filter_map(|given| Some(given.rsplit_once('=')?.1.trim()));
    let given = fields.party.iter().filter(|party| *party != "none").chain(&fields.concerns);
    for party in given.map(String::as_str).chain(reporting) {
        if !ids.contains(&party) {
            return Err(Failure::new(format!("no party `{party}`"))
                .hint(format!("the case has: {}; `none` says that it is nobody's", ids.join(", "))));
        }
    }
    Ok(())
}

/// What a statement is about, checked against the case.
fn topics(case: &Case, given: &[String]) -> Outcome<Vec<String>> {
    let mut topics = Vec::new();
    for topic in given {
        let topic = topic.trim();
        if ["process", "plan", "unmapped"].contains(&topic) || case.issue(topic).is_some() {
            topics.push(topic.to_owned());
            continue;
        }
        let spaced = match topic.split_once('=') {
            Some((issue, option)) => format!("{} = {}", issue.trim(), option.trim()),
            None => topic.to_owned(),
        };
        // The parser of formulas knows the names, and which one may have been meant.
        let named = case.parse_formula(&spaced).map_err(Failure::from)?;
        match named {
            paraph_case::Formula::Is { .. } => topics.push(spaced),
            _ => {
                return Err(Failure::new(format!("`{topic}` is no issue and no `issue = option`")));
            }
        }
    }
    Ok(topics)
}

/// The parts of the content that stand in quotation marks, where whole spans do.
fn quoted(text: &str, content: &[TextSpan]) -> Vec<TextSpan> {
    let letters: Vec<char> = text.chars().collect();
    content
        .iter()
        .filter(|span| {
            let first = letters.get(span.start as usize);
            matches!(first, Some('“' | '"' | '„' | '«'))
        })
        .copied()
        .collect()
}
