//! What a draft says on the issues: proposed links, and the package it amounts to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bracket::MarkKind;
use crate::lexicon;
use crate::read::Draft;
use crate::text::{Span, squeeze};
use crate::words::{Gap, Stems, Token, hidden, tokens};

/// An option of an issue, with the words by which a draft chooses it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionWords {
    /// Its name.
    pub name: String,
    /// Words and phrases; forms of a word count as the word. May be empty.
    pub words: Vec<String>,
}

/// An issue, with the words by which drafts speak of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueWords {
    /// Its name.
    pub name: String,
    /// Its title; its words that are not common ones count half as much as `words`.
    pub title: String,
    /// Words and phrases.
    pub words: Vec<String>,
    /// Its options in their order.
    pub options: Vec<OptionWords>,
}

/// Words of a point that match words of an issue or an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The issue's or option's words.
    pub term: String,
    /// Their place in the draft.
    pub span: Span,
    /// The words of the draft.
    pub words: String,
}

/// A proposal that a point is about an issue; a person confirms or rejects it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IssueLink {
    /// Name of the issue.
    pub issue: String,
    /// Index of the point.
    pub point: usize,
    /// Its address.
    pub address: String,
    /// Between 0 and 1: `w / (1 + w)`, w being the sum over matching terms of their
    /// weight, less for terms that many points hold.
    pub score: f64,
    /// The matching words in the order of the text.
    pub matches: Vec<Match>,
    /// In words.
    pub reason: String,
}

struct Phrases {
    stems: Vec<u32>,
    term: String,
    weight: f64,
}

fn phrase(term: &str, stems: &mut Stems) -> Vec<u32> {
    use unicode_segmentation::UnicodeSegmentation;
    squeeze(term).to_lowercase().unicode_words().map(|word| stems.id(word.trim_end_matches("'s"))).collect()
}

fn occurrences(tokens: &[Token], phrase: &[u32]) -> Vec<(usize, usize)> {
    if phrase.is_empty() || phrase.len() > tokens.len() {
        return Vec::new();
    }
    (0..=tokens.len() - phrase.len())
        .filter(|at| tokens[*at..].iter().zip(phrase).all(|(token, stem)| token.stem == *stem))
        .map(|at| (at, at + phrase.len()))
        .collect()
}

fn place(draft: &Draft, tokens: &[Token], from: usize, to: usize, term: &str) -> Match {
    let span =
        Span { start: tokens[from].span.start, end: tokens[to - 1].span.end.max(tokens[from].span.end) };
    Match { term: term.to_owned(), span, words: squeeze(draft.slice(span)) }
}

/// Proposes which points are about which issues, many to many, best first for each
/// point. A link needs one of the issue's `words`, or two thirds of its title's.
/// O(words of the draft × terms of the issues).
#[must_use]
pub fn propose_links(draft: &Draft, issues: &[IssueWords]) -> Vec<IssueLink> {
    let mut stems = Stems::default();
    let hidden = hidden(draft);
    let units = draft.units();
    let texts: Vec<Vec<Token>> =
        units.iter().map(|unit| tokens(draft, &draft.words_of(*unit), &hidden, &mut stems)).collect();
    let mut links = Vec::new();
    for issue in issues {
        let mut phrases: Vec<Phrases> = Vec::new();
        for term in &issue.words {
            phrases.push(Phrases { stems: phrase(term, &mut stems), term: term.clone(), weight: 1.0 });
        }
        let named = phrases.len();
        let title: Vec<String> = squeeze(&issue.title)
            .split(' ')
            .map(|word| word.to_lowercase())
            .filter(|word| word.len() > 3 && !crate::words::is_stop(word))
            .collect();
        for word in title {
            phrases.push(Phrases { stems: phrase(&word, &mut stems), term: word, weight: 0.5 });
        }
        let found: Vec<Vec<Vec<(usize, usize)>>> = texts
            .iter()
            .map(|text| phrases.iter().map(|phrase| occurrences(text, &phrase.stems)).collect())
            .collect();
        let rarity: Vec<f64> = (0..phrases.len())
            .map(|at| {
                let holders = found.iter().filter(|unit| !unit[at].is_empty()).count().max(1);
                (1.0 + texts.len() as f64 / holders as f64).ln() / 2.0_f64.ln()
            })
            .collect();
        for (unit, hits) in found.iter().enumerate() {
            let mut weight = 0.0;
            let (mut by_words, mut by_title) = (false, 0);
            let mut matches = Vec::new();
            for (at, places) in hits.iter().enumerate() {
                let Some((from, to)) = places.first() else { continue };
                weight += phrases[at].weight * rarity[at].min(3.0) / 3.0;
                if at < named {
                    by_words = true;
                } else {
                    by_title += 1;
                }
                matches.push(place(draft, &texts[unit], *from, *to, &phrases[at].term));
            }
            let titled = phrases.len() - named;
            if !by_words && (titled == 0 || by_title * 3 < titled * 2) {
                continue;
            }
            matches.sort_by_key(|found| (found.span, found.term.clone()));
            // The title may have the same words; each is said once.
            let mut said: Vec<String> = matches.iter().map(|found| format!("“{}”", found.words)).collect();
            said.dedup();
            links.push(IssueLink {
                issue: issue.name.clone(),
                point: units[unit],
                address: draft.points()[units[unit]].address.clone(),
                score: weight / (1.0 + weight),
                matches,
                reason: format!("its words {} are words of the issue", said.join(", ")),
            });
        }
    }
    links.sort_by(|one, other| {
        (one.point, std::cmp::Reverse((one.score * 1e9) as i64), &one.issue).cmp(&(
            other.point,
            std::cmp::Reverse((other.score * 1e9) as i64),
            &other.issue,
        ))
    });
    links
}

/// How a draft settles an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// It chooses one option.
    Chooses,
    /// It chooses one option in part: its words say "partly", "in stages" and the like.
    Partly,
    /// It chooses one option under a condition.
    Conditionally,
    /// Options stand in brackets, or words of several options stand side by side.
    Open,
    /// Points are linked to the issue, but no option's words stand in them.
    Unclear,
    /// No point is linked to the issue.
    Silent,
}

/// What a draft says on one issue. A proposal: it rests on words alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueChoice {
    /// Name of the issue.
    pub issue: String,
    /// How it is settled.
    pub stance: Stance,
    /// Options that the draft leaves possible, in the issue's order: one where it chooses.
    pub options: Vec<String>,
    /// The words it rests on.
    pub evidence: Vec<Match>,
    /// Addresses of the linked points.
    pub points: Vec<String>,
    /// In words.
    pub reason: String,
}

/// A draft as a package, or as a set of packages where it is silent or bracketed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftPackage {
    /// Name of the draft.
    pub draft: String,
    /// One choice for each issue, in the issues' order.
    pub choices: Vec<IssueChoice>,
}

impl DraftPackage {
    /// Number of packages: the product of the options left; `u64::MAX` when there are more.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.choices
            .iter()
            .fold(1_u64, |product, choice| product.saturating_mul(choice.options.len().max(1) as u64))
    }

    /// The first `limit` packages, each one option for each issue in the issues' order,
    /// the first issue changing fastest; whether more were left out is `count() > limit`.
    #[must_use]
    pub fn packages(&self, limit: usize) -> Vec<Vec<String>> {
        let total = self.count().min(limit as u64);
        (0..total)
            .map(|mut code| {
                self.choices
                    .iter()
                    .map(|choice| {
                        let count = choice.options.len().max(1) as u64;
                        let option = choice.options.get((code % count) as usize).cloned();
                        code /= count;
                        option.unwrap_or_default()
                    })
                    .collect()
            })
            .collect()
    }
}

/// Reads which option a draft chooses on each issue, from the words of the options in
/// the points linked to it (`links`: issue and address, as a person confirmed them).
///
/// An option without words counts by its name. An issue with the options `no` and `yes`
/// that have no words of their own is answered by the issue's words: denied, `no`;
/// otherwise, `yes`. Words under a negation in the same clause do not choose their
/// option. Unknown addresses are skipped. O(words × terms).
#[must_use]
pub fn package(draft: &Draft, issues: &[IssueWords], links: &[(String, String)]) -> DraftPackage {
    let mut stems = Stems::default();
    let hidden = hidden(draft);
    let mut of_issue: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (issue, address) in links {
        if let Some(point) = draft.find(address) {
            let points = of_issue.entry(issue).or_default();
            if !points.contains(&point) {
                points.push(point);
            }
        }
    }
    let choices = issues
        .iter()
        .map(|issue| {
            let mut points = of_issue.get(issue.name.as_str()).cloned().unwrap_or_default();
            points.sort_unstable();
            choose(draft, issue, &points, &hidden, &mut stems)
        })
        .collect();
    DraftPackage { draft: draft.name().to_owned(), choices }
}

struct Hit {
    option: usize,
    open: bool,
    condition: bool,
    partly: bool,
    found: Match,
}

fn choose(
    draft: &Draft,
    issue: &IssueWords,
    points: &[usize],
    hidden: &[Span],
    stems: &mut Stems,
) -> IssueChoice {
    let all: Vec<String> = issue.options.iter().map(|option| option.name.clone()).collect();
    let addresses: Vec<String> = points.iter().map(|point| draft.points()[*point].address.clone()).collect();
    let answer = |stance, options: Vec<String>, evidence, reason: String| IssueChoice {
        issue: issue.name.clone(),
        stance,
        options,
        evidence,
        points: addresses.clone(),
        reason,
    };
    if points.is_empty() {
        return answer(Stance::Silent, all, Vec::new(), "no point is linked to the issue".to_owned());
    }
    let yes_or_no = {
        let names: Vec<&str> = issue.options.iter().map(|option| option.name.as_str()).collect();
        names == ["no", "yes"] && issue.options.iter().all(|option| option.words.is_empty())
    };
    let mut hits: Vec<Hit> = Vec::new();
    for point in points {
        let text = tokens(draft, &draft.words_of(*point), hidden, stems);
        if yes_or_no {
            for term in &issue.words {
                let term_stems = phrase(term, stems);
                for (from, to) in occurrences(&text, &term_stems) {
                    let denied = is_denied(&text, from) || denies(&text, from);
                    hits.push(hit(draft, &text, from, to, term, usize::from(!denied)));
                }
            }
            continue;
        }
        for (index, option) in issue.options.iter().enumerate() {
            let own = [option.name.clone()];
            let terms = if option.words.is_empty() { &own[..] } else { &option.words[..] };
            for term in terms {
                let term_stems = phrase(term, stems);
                let denies = term.split(' ').any(|word| lexicon::NEGATIONS.contains(&word));
                for (from, to) in occurrences(&text, &term_stems) {
                    if denies || !is_denied(&text, from) {
                        hits.push(hit(draft, &text, from, to, term, index));
                    }
                }
            }
        }
    }
    // A longer phrase of one option may hold a shorter one of another.
    let spans: Vec<(usize, Span)> = hits.iter().map(|hit| (hit.option, hit.found.span)).collect();
    hits.retain(|hit| {
        !spans.iter().take(4_000).any(|(option, span)| {
            *option != hit.option && span.contains(hit.found.span) && *span != hit.found.span
        })
    });
    let mut firm: Vec<usize> = hits.iter().filter(|hit| !hit.open).map(|hit| hit.option).collect();
    firm.sort_unstable();
    firm.dedup();
    let mut open: Vec<usize> = hits.iter().filter(|hit| hit.open).map(|hit| hit.option).collect();
    open.sort_unstable();
    open.dedup();
    let name = |index: usize| issue.options[index].name.clone();
    let evidence: Vec<Match> = hits.iter().map(|hit| hit.found.clone()).collect();
    match (&firm[..], &open[..]) {
        ([], []) => {
            answer(Stance::Unclear, all, evidence, "no option's words stand in the linked points".to_owned())
        }
        ([], [one]) if all.len() > 1 => answer(
            Stance::Open,
            all,
            evidence,
            format!("the words of option {} stand in brackets", name(*one)),
        ),
        ([], several) => answer(
            Stance::Open,
            several.iter().map(|option| name(*option)).collect(),
            evidence,
            "the words of several options stand in brackets".to_owned(),
        ),
        ([one], rest) if rest.iter().all(|option| option == one) => {
            let own: Vec<&Hit> = hits.iter().filter(|hit| hit.option == *one && !hit.open).collect();
            let stance = if own.iter().all(|hit| hit.condition) {
                Stance::Conditionally
            } else if own.iter().all(|hit| hit.partly) {
                Stance::Partly
            } else {
                Stance::Chooses
            };
            let how = match stance {
                Stance::Conditionally => ", under a condition",
                Stance::Partly => ", in part",
                _ => "",
            };
            let words = own.first().map_or("", |hit| hit.found.words.as_str());
            let reason = format!("“{words}” are words of option {}{how}", name(*one));
            answer(stance, vec![name(*one)], evidence, reason)
        }
        (firm, open) => {
            let mut both: Vec<usize> = firm.iter().chain(open).copied().collect();
            both.sort_unstable();
            both.dedup();
            answer(
                Stance::Open,
                both.into_iter().map(name).collect(),
                evidence,
                "words of several options stand side by side".to_owned(),
            )
        }
    }
}

fn clause_of(text: &[Token], at: usize) -> (usize, usize) {
    let clause = text[at].clause;
    let from = text[..at].iter().rposition(|token| token.clause != clause).map_or(0, |place| place + 1);
    let to =
        text[at..].iter().position(|token| token.clause != clause).map_or(text.len(), |place| at + place);
    (from, to)
}

/// Whether a negation stands before the words in their part of the clause.
fn is_denied(text: &[Token], at: usize) -> bool {
    let (from, _) = clause_of(text, at);
    for place in (from..at).rev() {
        let word = text[place].lower.as_str();
        let limits = text.get(place + 1).is_some_and(|next| lexicon::LIMITS.contains(&next.lower.as_str()));
        let denies = lexicon::NEGATIONS.contains(&word) || word.ends_with("n't");
        if (denies && !limits) || matches!(word, "refrain" | "refrains" | "without") {
            return true;
        }
        if text[place + 1].gap >= Gap::Comma {
            return false;
        }
    }
    // "is prohibited", "is ruled out" behind the words deny them too.
    let (_, to) = clause_of(text, at);
    text[at..to].iter().any(|token| {
        matches!(token.lower.as_str(), "prohibited" | "forbidden" | "excluded" | "renounced" | "banned")
    })
}

/// Whether a negation stands anywhere in the clause: "the lighthouse shall not be sold"
/// denies the matter by whichever of its words the issue names it.
fn denies(text: &[Token], at: usize) -> bool {
    let (from, to) = clause_of(text, at);
    (from..to).any(|place| {
        let word = text[place].lower.as_str();
        let limits = text.get(place + 1).is_some_and(|next| lexicon::LIMITS.contains(&next.lower.as_str()));
        !limits && (lexicon::NEGATIONS.contains(&word) || word.ends_with("n't"))
    })
}

fn hit(draft: &Draft, text: &[Token], from: usize, to: usize, term: &str, option: usize) -> Hit {
    let (start, end) = clause_of(text, from);
    let words: Vec<&str> = text[start..end].iter().map(|token| token.lower.as_str()).collect();
    let begins = |phrases: &[&[&str]]| {
        (0..words.len()).any(|at| phrases.iter().any(|phrase| words[at..].starts_with(phrase)))
    };
    let timed = (start..end).any(|at| {
        (text[at].gap > Gap::None) && matches!(text[at].lower.as_str(), "after" | "once" | "when" | "until")
    });
    let partly = begins(&[
        &["partly"],
        &["partially"],
        &["in", "part"],
        &["in", "stages"],
        &["gradually"],
        &["progressively"],
        &["to", "the", "extent"],
        &["parts", "of"],
    ]);
    let span = Span { start: text[from].span.start, end: text[to - 1].span.end };
    let marks = &draft.brackets().marks;
    let before = marks.partition_point(|mark| mark.span.start <= span.start);
    // Marks are nested, so the outer ones of a place lie along the parents.
    let mut around = before.checked_sub(1);
    let mut open = false;
    while let Some(at) = around {
        let mark = &marks[at];
        open |= mark.span.contains(span) && !matches!(mark.kind, MarkKind::Placeholder | MarkKind::Struck);
        around = mark.parent;
    }
    Hit {
        option,
        open,
        condition: begins(lexicon::CONDITIONS) || timed,
        partly,
        found: place(draft, text, from, to, term),
    }
}
