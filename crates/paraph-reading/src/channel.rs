//! Channels: through what something was said.

use crate::lexicon::Class;
use crate::token::Token;

const MEDIA: &[&str] = &[
    "statement",
    "post",
    "posts",
    "interview",
    "briefing",
    "speech",
    "address",
    "conference",
    "letter",
    "message",
    "video",
    "tweet",
    "thread",
    "communiqué",
    "communique",
    "email",
    "e-mail",
    "memo",
    "report",
    "release",
    "broadcast",
    "media",
    "television",
    "radio",
    "telegram",
    "x",
    "twitter",
    "facebook",
    "truth",
    "column",
    "op-ed",
    "note",
    "article",
    "testimony",
    "remarks",
    "podcast",
    "webcast",
    "bulletin",
    "newsletter",
    "channel",
    "circular",
    "leaflet",
];

/// The length of a channel phrase that starts with the preposition at the start of `tokens`.
pub(crate) fn channel(tokens: &[Token<'_>]) -> Option<usize> {
    let first = tokens.first()?;
    if !first.any(&["in", "on", "at", "during", "via", "through"]) {
        return None;
    }
    let mut at = 1;
    while at < tokens.len().min(8) {
        let token = &tokens[at];
        if !token.word && !token.is_possessive_mark() || token.quote != 0 || token.has(Class::Preposition) {
            return None;
        }
        if MEDIA.contains(&&*token.lower) && (!token.is("x") || token.capital) {
            let mut end = at + 1;
            while end < tokens.len().min(10) && tokens[end].word && MEDIA.contains(&&*tokens[end].lower) {
                end += 1;
            }
            // "in a post on Telegram", "in an interview with the broadcaster NRK".
            if end + 1 < tokens.len()
                && tokens[end].any(&["on", "with", "to"])
                && (tokens[end + 1].capital || tokens[end + 1].any(&["social", "the", "state"]))
            {
                let mut tail = end + 1;
                while tail < tokens.len()
                    && tokens[tail].word
                    && (tokens[tail].capital
                        || tokens[tail].any(&["social", "media", "the", "state", "television", "radio"]))
                {
                    tail += 1;
                }
                end = tail;
            }
            return Some(end);
        }
        at += 1;
    }
    None
}
