//! Which statements speak of which draft.
//!
//! A link is proposed only where the statement's own words name a draft: by its file's name, its title,
//! a name given in the front matter (`called: …; …`), or the number of its points, where no other draft
//! has as many. Which version a speaker had seen is not concluded from dates.

use crate::desk::{Desk, numbered};
use paraph_brief::view::{LinkBasis, SaidOfDraft, Statement};
use paraph_drafts::Draft;

/// A statement's own words need at least so many characters to name a draft by them.
const SHORTEST: usize = 3;

/// What people linked and what words name; and statements about the whole that name no draft.
pub fn said(
    desk: &Desk,
    statements: &[Statement],
    linked: &[(String, String)],
) -> (Vec<SaidOfDraft>, Vec<String>) {
    let names: Vec<Vec<String>> = desk.drafts.iter().map(|draft| names(draft, desk)).collect();
    let mut found = Vec::new();
    let mut silent = Vec::new();
    for statement in statements {
        let mut own: Vec<SaidOfDraft> = Vec::new();
        for (id, target) in linked.iter().filter(|(id, _)| *id == statement.id) {
            let (draft, point) = match target.split_once('/') {
                Some((draft, point)) => (draft, Some(point.to_owned())),
                None => (target.as_str(), None),
            };
            if desk.drafts.iter().any(|known| known.name() == draft) {
                own.push(link(
                    statement,
                    draft,
                    point,
                    LinkBasis::Confirmed,
                    format!("a person linked {id} to it"),
                ));
            }
        }
        if own.is_empty() {
            for (draft, names) in desk.drafts.iter().zip(&names) {
                let Some(name) = names.iter().find(|name| contains(&statement.words, name)) else { continue };
                let point = point_named(&statement.words, draft);
                own.push(link(
                    statement,
                    draft.name(),
                    point,
                    LinkBasis::Proposed,
                    format!("its words name “{name}”"),
                ));
            }
        }
        if own.is_empty() && statement.about.iter().any(|about| about == "plan") {
            silent.push(statement.id.clone());
        }
        found.extend(own);
    }
    (found, silent)
}

fn link(
    statement: &Statement,
    draft: &str,
    point: Option<String>,
    basis: LinkBasis,
    reason: String,
) -> SaidOfDraft {
    SaidOfDraft {
        statement: statement.id.clone(),
        draft: draft.to_owned(),
        point,
        basis,
        reason,
        party: statement.party.clone(),
        speaker: statement.speaker.clone(),
        act: statement.act.clone(),
        words: super::squeezed(&statement.words),
        date: statement.date.clone(),
        status: statement.status,
    }
}

/// The words that name a draft and no other.
fn names(draft: &Draft, desk: &Desk) -> Vec<String> {
    let mut names = vec![draft.name().to_owned()];
    names.extend(draft.front().title.clone());
    let called = draft.front().other.iter().filter(|(key, _)| key.eq_ignore_ascii_case("called"));
    names.extend(called.flat_map(|(_, value)| value.split(';').map(|name| name.trim().to_owned())));
    let points = numbered(draft);
    let alone = desk.drafts.iter().filter(|other| numbered(other) == points).count() == 1;
    if alone && points > 1 {
        for form in
            ["{}-point plan", "{}-point draft", "{}-point text", "{}-point proposal", "{}-point document"]
        {
            names.push(form.replace("{}", &points.to_string()));
        }
        for form in ["draft of {} points", "plan of {} points", "text of {} points", "{} points"] {
            names.push(form.replace("{}", &points.to_string()));
        }
    }
    names.retain(|name| name.chars().count() >= SHORTEST);
    names
}

/// Whether words hold a name as whole words, without regard to capitals.
fn contains(words: &str, name: &str) -> bool {
    let plain = |text: &str| super::squeezed(text).to_lowercase().replace('’', "'");
    let (words, name) = (plain(words), plain(name));
    let part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    words.match_indices(&name).any(|(at, found)| {
        !part(words[..at].chars().next_back()) && !part(words[at + found.len()..].chars().next())
    })
}

/// The point that words name by its number: "point 7", "article 12".
fn point_named(words: &str, draft: &Draft) -> Option<String> {
    let words: Vec<&str> = words.split_whitespace().collect();
    words.windows(2).find_map(|pair| {
        let before = pair[0].to_lowercase();
        if !matches!(before.as_str(), "point" | "article" | "paragraph" | "clause" | "section") {
            return None;
        }
        let address =
            pair[1].trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '(' && letter != ')');
        draft.find(address).map(|point| draft.points()[point].address.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_whole_words() {
        assert!(contains("We back the 28-point plan.", "28-point plan"));
        assert!(!contains("We back the 128-point plan.", "28-point plan"));
        assert!(!contains("The leaguers left.", "league"));
        assert!(contains("“The League’s second text”, he said", "The League's second text"));
    }

    #[test]
    fn a_point_is_named_by_its_number() {
        let draft = paraph_drafts::read("d", "1. Ships.\n2. Nets.\n   (a) Tags.\n").expect("a draft");
        assert_eq!(point_named("nobody reads point 2, he said", &draft).as_deref(), Some("2"));
        assert_eq!(point_named("point 9 is new", &draft), None);
    }
}
