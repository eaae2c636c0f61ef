//! The speech act: from the cue first, then from what is said.

use crate::attribution::{Draft, sense};
use crate::lexicon::{Class, Sense};
use crate::names::Gazetteer;
use crate::record::{Act, SpeakerKind};
use crate::token::Token;

const TEXTS: &[&str] = &[
    "agreement",
    "deal",
    "peace",
    "settlement",
    "accord",
    "plan",
    "talks",
    "ceasefire",
    "solution",
    "treaty",
    "truce",
    "contract",
];
const MUST: &[&str] = &[
    "must",
    "necessitate",
    "require",
    "requires",
    "depends",
    "hinges",
    "unless",
    "only",
    "conditional",
    "provided",
    "contingent",
];
const WILLING: &[&str] = &["readiness", "willingness", "ready", "willing", "prepared", "openness"];
const RELUCTANT: &[&str] = &[
    "reluctance",
    "concern",
    "concerns",
    "worry",
    "worries",
    "fear",
    "fears",
    "unease",
    "doubt",
    "doubts",
    "reservations",
    "alarm",
    "scepticism",
    "skepticism",
];

/// What kind of act a statement is; `party` and `kind` are the speaker's.
pub(crate) fn act(
    draft: &Draft,
    tokens: &[Token<'_>],
    party: Option<&str>,
    kind: SpeakerKind,
    gazetteer: &Gazetteer,
) -> Act {
    let sense: Option<&Sense> = sense(draft);
    let anonymous = draft
        .source
        .is_some_and(|(start, end)| tokens[start..end].iter().any(|token| token.has(Class::Anonymous)));
    let from_cue = sense.map_or(Act::State, |sense| sense.act);
    let comment =
        matches!(&*draft.lemma, "comment" | "elaborate" | "respond" | "reply" | "answer" | "discuss");
    let content: Vec<&Token<'_>> =
        draft.content.iter().flat_map(|&(start, end)| &tokens[start..end]).take(80).collect();
    let any = |words: &[&str]| content.iter().any(|token| token.any(words));
    let first = |count: usize, words: &[&str]| content.iter().take(count).any(|token| token.any(words));
    if draft.cue_negated {
        let spoken = any(&[
            "comment",
            "respond",
            "say",
            "elaborate",
            "answer",
            "discuss",
            "disclose",
            "reply",
            "confirm",
        ]);
        let refusal = matches!(&*draft.lemma, "decline" | "refuse");
        if comment || refusal && spoken {
            return Act::NoComment;
        }
        if refusal {
            return Act::Reject;
        }
        return match from_cue {
            Act::Accept | Act::Support | Act::Commit => Act::Reject,
            // "does not deny that there were mistakes".
            Act::Deny => Act::Concede,
            Act::Reject => Act::State,
            // "did not confirm" and "did not say" take no stand.
            Act::Confirm | Act::State | Act::AnnounceEvent => {
                // "did not know" reports a state of mind, not a refusal to speak.
                let silent = matches!(
                    &*draft.lemma,
                    "say"
                        | "confirm"
                        | "disclose"
                        | "specify"
                        | "answer"
                        | "announce"
                        | "reveal"
                        | "explain"
                        | "clarify"
                        | "speak"
                        | "indicate"
                        | "mention"
                );
                if silent { Act::NoComment } else { Act::State }
            }
            other => other,
        };
    }
    match from_cue {
        Act::State | Act::AnnounceEvent | Act::Characterise | Act::Confirm | Act::Accept | Act::Reject => {}
        other => return other,
    }
    if matches!(from_cue, Act::Confirm | Act::Reject) || from_cue == Act::Characterise {
        return from_cue;
    }
    if from_cue == Act::Accept {
        // To agree to talk is to commit to talking; to agree that something is so is to state it.
        let talk = content.iter().any(|token| token.has(Class::Process) && !token.has(Class::Plan))
            && first(1, &["to"]);
        return match draft.evidence {
            crate::attribution::Evidence::That | crate::attribution::Evidence::Quote => Act::State,
            _ if talk => Act::Commit,
            _ => Act::Accept,
        };
    }
    let light = draft.cue.1 > draft.cue.0 + 1 && tokens[draft.cue.1 - 1].has(Class::Light);
    let noun: Option<&Token<'_>> = if light { Some(&tokens[draft.cue.1 - 1]) } else { None };
    if noun.is_some_and(|noun| noun.is("support"))
        || matches!(&*draft.lemma, "express" | "voice") && first(3, &["support", "backing", "approval"])
    {
        return Act::Support;
    }
    // "indicated a reluctance to accept" may be a cue as a whole.
    let in_cue = |words: &[&str]| tokens[draft.cue.0..draft.cue.1].iter().any(|token| token.any(words));
    if in_cue(RELUCTANT) || first(4, RELUCTANT) {
        return Act::Concern;
    }
    // What X says another will accept, or could accept, is X's forecast about the other.
    let accepts = any(&["acceptable", "accept", "accepts", "agree", "agrees"]);
    let forecast = any(&["could", "would", "will", "may", "might", "can"]);
    // "told its members to stop", "asked that the gate be opened".
    let infinitive = matches!(&*draft.lemma, "tell" | "instruct") && first(1, &["to"]);
    if infinitive || draft.lemma == "ask" && first(1, &["that"]) {
        return Act::Demand;
    }
    if draft.lemma == "suggest" && content.first().is_some_and(|token| token.lower.ends_with("ing")) {
        return Act::Offer;
    }
    if content.windows(3).any(|words| {
        words[0].any(&["not", "no", "never", "don't", "won't", "can't", "cannot"])
            && words[1..].iter().any(|token| token.any(&["comment", "discuss", "speculate", "comments"]))
    }) {
        return Act::NoComment;
    }
    // "it would not accept": a body that speaks of itself; "it could be acceptable": of a text.
    let itself =
        content.iter().take(3).any(|token| token.any(&["it", "they", "he", "she"])) && !any(&["acceptable"]);
    let itself = itself
        && matches!(
            kind,
            SpeakerKind::Institution | SpeakerKind::Collective | SpeakerKind::Named | SpeakerKind::Role
        )
        && !content
            .windows(2)
            .any(|pair| pair[0].any(&["will", "would", "could", "may"]) && pair[1].is("be"));
    if accepts && forecast && !itself && !first_person(&content) && !own(&content, party, gazetteer) {
        return Act::PredictAcceptance;
    }
    if noun.is_some_and(|noun| noun.is("opposition")) || first(3, &["opposition", "refusal"]) {
        return Act::Reject;
    }
    if in_cue(WILLING) || first(4, WILLING) && !any(&["accept"]) {
        return Act::Commit;
    }
    // "Any agreement must …", "peace would require …", "only if …": a condition, whatever it names.
    let subject_end =
        content.iter().position(|token| token.has(Class::Auxiliary) || token.any(MUST)).unwrap_or(0);
    let about_text = content[..subject_end].iter().any(|token| token.any(TEXTS));
    let must = any(MUST)
        || content
            .windows(2)
            .any(|pair| pair[0].any(&["would", "will"]) && pair[1].any(&["need", "require", "take"]));
    if about_text && must
        || any(&["unless", "provided"])
        || content.windows(2).any(|pair| pair[0].is("only") && pair[1].any(&["if", "after", "when", "once"]))
    {
        return Act::Condition;
    }
    let obliges = content.iter().position(|token| token.is("must")).is_some()
        || content.windows(2).any(|pair| {
            pair[0].any(&["should", "has", "have", "needs", "need"]) && pair[1].any(&["to"])
                || pair[0].is("should")
        });
    if content
        .windows(2)
        .any(|pair| pair[0].any(&["will", "would", "shall"]) && pair[1].any(&["not", "never"]))
        && (itself || first_person(&content) || own(&content, party, gazetteer))
    {
        return Act::Reject;
    }
    // "Talks will take place", "a meeting is planned".
    let will = any(&["will", "would", "shall", "'ll"]);
    let coming = will || any(&["expected", "planned", "scheduled", "due", "set"]);
    let event = content[..content.len().min(8)].iter().any(|token| {
        token.any(&[
            "talks",
            "discussions",
            "negotiations",
            "meeting",
            "summit",
            "consultations",
            "session",
            "round",
            "visit",
            "vote",
            "conference",
            "referendum",
        ])
    });
    let bound = content.iter().skip(1).any(|token| token.is("if"))
        && any(&["will", "would", "could", "might"])
        && (itself || first_person(&content) || own(&content, party, gazetteer));
    if bound {
        return Act::Condition;
    }
    if coming && event && !first_person(&content) && !own(&content, party, gazetteer) {
        return Act::AnnounceEvent;
    }
    if will && (itself || first_person(&content) || own(&content, party, gazetteer)) {
        return Act::Commit;
    }
    if obliges && party.is_some() && !own(&content, party, gazetteer) {
        return Act::Demand;
    }
    if from_cue == Act::State && kind == SpeakerKind::Anonymous && party.is_none() && anonymous {
        return Act::ReportClaim;
    }
    from_cue
}

/// "We will …", "our teams will …" near the start.
fn first_person(content: &[&Token<'_>]) -> bool {
    content.iter().take(5).any(|token| token.any(&["we", "our", "i", "we'll", "i'll"]))
}

/// The subject of what is said is the speaker's own side: "that the US will …" from Washington.
fn own(content: &[&Token<'_>], party: Option<&str>, gazetteer: &Gazetteer) -> bool {
    let Some(party) = party else { return false };
    let end = content
        .iter()
        .position(|token| token.has(Class::Auxiliary) || token.any(&["will", "would"]))
        .unwrap_or(0);
    // A name as the modifier of another noun ("the US plan would") is not the subject itself.
    let heads: Vec<Token<'_>> = content[..end].iter().map(|token| (*token).clone()).collect();
    if heads.iter().any(|token| token.has(Class::Plan) || token.any(TEXTS)) {
        return false;
    }
    (0..heads.len()).any(|at| gazetteer.find(&heads[at..]).is_some_and(|found| found.party == party))
        || heads.iter().any(|token| token.any(&["he", "she"]))
}
