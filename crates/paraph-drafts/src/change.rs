//! What changed between two versions of a point, by type.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::align::{Alignment, Relation, RelationKind};
use crate::assignment::assign;
use crate::bracket::MarkKind;
use crate::lexicon::{self, ModalStrength};
use crate::read::Draft;
use crate::similarity::Bag;
use crate::text::{Span, squeeze};
use crate::words::{Gap, Stems, Token, Weights, hidden, is_stop, tokens};

/// A party with the words by which texts name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyWords {
    /// Its name.
    pub name: String,
    /// Other names, without regard to capitals.
    pub words: Vec<String>,
}

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A sentence or a part of one with a statement of its own.
    Clause,
    /// "if …", "provided that …", "only after …", "except …".
    Condition,
    /// A date, a period or another expression of time.
    Date,
    /// A number with its unit, or a placeholder for one.
    Number,
    /// How strongly the words bind.
    Modal,
    /// Words that stay and are no longer in square brackets (lost), or now are (gained),
    /// or that other parties than before want (changed).
    Bracket,
    /// "not", "no", "never".
    Negation,
    /// Who acts, who is bound, who is named.
    Party,
    /// Words that limit, soften or strengthen: "in peacetime", "where possible", "robust".
    Qualifier,
    /// Other words; nothing typed.
    Wording,
}

/// Which way it went. It says nothing about who gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Only in the new draft.
    Gained,
    /// Only in the old draft.
    Lost,
    /// In both, and different.
    Changed,
}

/// The words that changed on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Their place in their draft.
    pub span: Span,
    /// The words, white space made single.
    pub words: String,
    /// For modal verbs, how strongly they bind.
    pub strength: Option<ModalStrength>,
    /// For parties given by the caller, the party's name.
    pub party: Option<String>,
}

/// One change in a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What kind of thing changed.
    pub kind: ChangeKind,
    /// Which way.
    pub direction: Direction,
    /// The old words; `None` when gained.
    pub old: Option<Mention>,
    /// The new words; `None` when lost.
    pub new: Option<Mention>,
    /// In words: `number: 600,000 personnel → 800,000 personnel`.
    pub sentence: String,
}

/// One piece of a word-level comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiffKind {
    /// In both versions.
    Same,
    /// Only in the old one.
    Old,
    /// Only in the new one.
    New,
}

/// A run of words of one kind. Joined by spaces, the runs that are not `New` give the
/// old words and those that are not `Old` the new ones; marks between words are left out
/// of the comparison and shown with the word before them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffPart {
    /// Which version has it.
    pub kind: DiffKind,
    /// The words with the marks behind them.
    pub words: String,
}

/// What changed in one relation of an alignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointChanges {
    /// Index in [`Alignment::relations`].
    pub relation: usize,
    /// Typed changes in the order of the text, clauses that went at their old place.
    pub changes: Vec<Change>,
    /// Word by word, the old points' words against the new points' words.
    pub diff: Vec<DiffPart>,
    /// Whether the texts were too long to be compared word by word in the middle, so
    /// that all between the common beginning and end counts as changed; points of more
    /// than 20,000 words have one change of wording in place of typed ones.
    pub coarse: bool,
}

/// Product of the numbers of words up to which two texts are compared word by word.
const MOST_CELLS: usize = 4_000_000;
/// Words of a point beyond which its changes are not typed.
const MOST_WORDS: usize = 20_000;
/// Likeness from which clauses are versions of each other.
const CLAUSE_ALIKE: f64 = 0.36;
/// The same where one point replaced another: most words have to be the same.
const REPLACED_ALIKE: f64 = 0.55;

/// What changed in every relation that is not kept.
///
/// Relations of kind deleted and added have no typed changes: all their words are other
/// words. A replaced one has typed changes only inside clauses that both versions share
/// for the most part, and its word-level comparison. `parties` may be
/// empty; names are then taken from capitals. O(words²) a point, up to a bound of four
/// million pairs of words, linear beyond (see [`PointChanges::coarse`]).
#[must_use]
pub fn changes(old: &Draft, new: &Draft, alignment: &Alignment, parties: &[PartyWords]) -> Vec<PointChanges> {
    let comparer = Comparer::new(old, new, parties);
    alignment
        .relations
        .iter()
        .enumerate()
        .filter(|(_, relation)| {
            relation.kind != RelationKind::Kept && !relation.old.is_empty() && !relation.new.is_empty()
        })
        .map(|(index, relation)| comparer.compare(index, relation))
        .collect()
}

struct Comparer<'a> {
    old: &'a Draft,
    new: &'a Draft,
    hidden_old: Vec<Span>,
    hidden_new: Vec<Span>,
    names: BTreeSet<String>,
    common: BTreeSet<String>,
    parties: Vec<(Vec<String>, String)>,
}

#[derive(Debug, Clone)]
struct Found {
    /// Tokens of the mention.
    from: usize,
    to: usize,
    /// Tokens whose change changes it.
    core: (usize, usize),
    norm: String,
    strength: Option<ModalStrength>,
    party: Option<String>,
}

/// One side of a comparison: its tokens in the order of comparison.
struct Words<'a> {
    draft: &'a Draft,
    tokens: Vec<Token>,
    changed: Vec<bool>,
    used: Vec<bool>,
    hunk: Vec<usize>,
    /// Clause of the other side that each clause is paired with, by clause.
    partner: BTreeMap<usize, usize>,
}

impl Words<'_> {
    fn mention(&self, found: &Found) -> Mention {
        let mut span = self.tokens[found.from].span;
        for token in &self.tokens[found.from..found.to] {
            span.start = span.start.min(token.span.start);
            span.end = span.end.max(token.span.end);
        }
        // Signs that belong to a number.
        let text = self.draft.text();
        let range = self.draft.text.range(span);
        if self.tokens[found.to - 1].sign == Some('%')
            && let Some(spaces) = text[range.end..].chars().position(|c| c == '%').filter(|at| *at <= 2)
        {
            span.end += spaces + 1;
        }
        if let Some(sign) = self.tokens[found.from].sign
            && text[..range.start].ends_with(sign)
        {
            span.start -= 1;
        }
        let span = with_its_marks(self.draft, span);
        Mention {
            span,
            words: squeeze(self.draft.slice(span)),
            strength: found.strength,
            party: found.party.clone(),
        }
    }

    fn is_changed(&self, found: &Found) -> bool {
        (found.core.0..found.core.1).any(|at| self.changed[at] && !self.used[at])
    }

    fn consume(&mut self, from: usize, to: usize) {
        for at in from..to {
            if self.changed[at] {
                self.used[at] = true;
            }
        }
    }

    fn hunk_of(&self, found: &Found) -> Option<usize> {
        (found.core.0..found.core.1).find(|at| self.changed[*at]).map(|at| self.hunk[at])
    }
}

impl<'a> Comparer<'a> {
    fn new(old: &'a Draft, new: &'a Draft, parties: &[PartyWords]) -> Self {
        let mut names = BTreeSet::new();
        let mut common = BTreeSet::new();
        let (hidden_old, hidden_new) = (hidden(old), hidden(new));
        let mut stems = Stems::default();
        for (draft, hidden) in [(old, &hidden_old), (new, &hidden_new)] {
            for point in draft.points() {
                for token in tokens(draft, &[point.body], hidden, &mut stems) {
                    if token.capital && !token.opens || token.acronym {
                        names.insert(token.lower);
                    } else if !token.capital {
                        common.insert(token.lower);
                    }
                }
            }
        }
        let mut known = Vec::new();
        for party in parties {
            for words in party.words.iter().chain([&party.name]) {
                let words: Vec<String> =
                    squeeze(words).to_lowercase().split(' ').map(str::to_owned).collect();
                if !words[0].is_empty() {
                    known.push((words, party.name.clone()));
                }
            }
        }
        known.sort_by_key(|(words, name)| (std::cmp::Reverse(words.len()), words.clone(), name.clone()));
        Comparer { old, new, hidden_old, hidden_new, names, common, parties: known }
    }

    fn side(draft: &Draft, units: &[usize], hidden: &[Span], stems: &mut Stems) -> Vec<Token> {
        let mut all: Vec<Token> = Vec::new();
        for unit in units {
            let first = all.last().map_or(0, |token| token.clause + 1);
            let words = tokens(draft, &draft.words_of(*unit), hidden, stems);
            all.extend(words.into_iter().map(|mut token| {
                token.clause += first;
                token
            }));
        }
        all
    }

    fn compare(&self, index: usize, relation: &Relation) -> PointChanges {
        let mut stems = Stems::default();
        let old_tokens = Self::side(self.old, &relation.old, &self.hidden_old, &mut stems);
        let new_tokens = Self::side(self.new, &relation.new, &self.hidden_new, &mut stems);
        let (diff, coarse) = self.word_diff(&old_tokens, &new_tokens);
        let long = old_tokens.len().max(new_tokens.len()) > MOST_WORDS;
        if long && !old_tokens.is_empty() && !new_tokens.is_empty() {
            let one = clause_mention(self.old, &old_tokens);
            let other = clause_mention(self.new, &new_tokens);
            let changes = vec![change(ChangeKind::Wording, Some(one), Some(other))];
            return PointChanges { relation: index, changes, diff, coarse: true };
        }
        let replaced = relation.kind == RelationKind::Replaced;
        let mut found: Vec<Change> = Vec::new();
        let (kept_old, kept_new, partner) =
            self.match_clauses(&old_tokens, &new_tokens, &stems, relation.kind, &mut found);
        let (kept_old, kept_new) = if replaced {
            found.clear();
            let held_new: BTreeSet<usize> = partner.values().copied().collect();
            (
                kept_old.into_iter().filter(|token| partner.contains_key(&token.clause)).collect(),
                kept_new.into_iter().filter(|token| held_new.contains(&token.clause)).collect(),
            )
        } else {
            (kept_old, kept_new)
        };
        let reverse: BTreeMap<usize, usize> = partner.iter().map(|(old, new)| (*new, *old)).collect();
        let steps = align_words(&kept_old, &kept_new);
        let mut a = words(self.old, kept_old, partner);
        let mut b = words(self.new, kept_new, reverse);
        let hunks = mark_changes(&steps.0, &mut a, &mut b);
        set_elsewhere(&mut a, &mut b);
        self.whole_clauses(&mut a, &mut b, hunks, &mut found);
        type Extract<'c> = fn(&Comparer<'c>, &[Token]) -> Vec<Found>;
        let kinds: [(ChangeKind, Extract<'a>); 6] = [
            (ChangeKind::Condition, Self::conditions),
            (ChangeKind::Date, Self::dates),
            (ChangeKind::Number, Self::numbers),
            (ChangeKind::Modal, Self::modals),
            (ChangeKind::Negation, Self::negations),
            (ChangeKind::Party, Self::party_names),
        ];
        for (kind, extract) in kinds {
            let old = extract(self, &a.tokens);
            let new = extract(self, &b.tokens);
            settle(kind, old, new, &mut a, &mut b, &mut found);
        }
        if matches!(relation.kind, RelationKind::Split | RelationKind::Merged) {
            // Sentences that are joined share a verb; ones that are parted repeat it.
            let stands = |side: &Words<'_>, mention: &Mention| {
                let phrase: Vec<String> =
                    mention.words.to_lowercase().split(' ').map(str::to_owned).collect();
                side.tokens
                    .windows(phrase.len())
                    .any(|words| words.iter().map(|token| &token.lower).eq(&phrase))
            };
            found.retain(|change| match (&change.old, &change.new) {
                (Some(lost), None) if change.kind == ChangeKind::Modal => !stands(&b, lost),
                (None, Some(gained)) if change.kind == ChangeKind::Modal => !stands(&a, gained),
                _ => true,
            });
        }
        bracket_changes(&steps.0, &a, &b, &mut found);
        if replaced {
            // Other words are what a replacement is; only what clauses hold in common is typed.
            found.retain(|change| change.kind != ChangeKind::Clause);
        } else {
            leftovers(&mut a, &mut b, hunks, &mut found);
        }
        if found.is_empty()
            && !replaced
            && let Some((one, other)) =
                other_marks(&steps.0, &a, &b).or_else(|| changed_stretch(&a).zip(changed_stretch(&b)))
        {
            // Nothing but the order or the form of words; said so, not passed over.
            found.push(change(ChangeKind::Wording, Some(one), Some(other)));
        }
        found.sort_by_key(|change| {
            let place = change.new.as_ref().or(change.old.as_ref()).map(|mention| mention.span);
            (place, change.kind, change.direction)
        });
        PointChanges { relation: index, changes: found, diff, coarse: coarse || steps.1 }
    }

    /// Pairs the clauses of both sides. Clauses without a partner are reported and
    /// taken out; the others are returned, the new ones in the order of the old ones.
    fn match_clauses(
        &self,
        old: &[Token],
        new: &[Token],
        stems: &Stems,
        kind: RelationKind,
        found: &mut Vec<Change>,
    ) -> (Vec<Token>, Vec<Token>, BTreeMap<usize, usize>) {
        let old_clauses = clauses(old);
        let new_clauses = clauses(new);
        let strict = kind == RelationKind::Replaced;
        let likeness = if strict { REPLACED_ALIKE } else { CLAUSE_ALIKE };
        let drawn_together = matches!(kind, RelationKind::Split | RelationKind::Merged);
        if old_clauses.is_empty() || new_clauses.is_empty() || old_clauses.len() * new_clauses.len() > 90_000
        {
            return (old.to_vec(), new.to_vec(), BTreeMap::new());
        }
        if old_clauses.len() == 1 && new_clauses.len() == 1 && !strict {
            return (old.to_vec(), new.to_vec(), [(old[0].clause, new[0].clause)].into());
        }
        let units: Vec<&[Token]> = old_clauses
            .iter()
            .map(|(from, to)| &old[*from..*to])
            .chain(new_clauses.iter().map(|(from, to)| &new[*from..*to]))
            .collect();
        let weights = Weights::new(stems, &units);
        let bags: Vec<Bag> = units.iter().map(|unit| Bag::of(*unit)).collect();
        let (old_bags, new_bags) = bags.split_at(old_clauses.len());
        let table: Vec<Vec<i64>> = old_bags
            .iter()
            .enumerate()
            .map(|(i, one)| {
                new_bags
                    .iter()
                    .enumerate()
                    .map(|(j, other)| {
                        let sum = one.weight(&weights) + other.weight(&weights);
                        let shared = one.shared(other, &weights);
                        let dice = if sum > 0.0 { 2.0 * shared / sum } else { 0.0 };
                        // What stays of a clause that lost or gained half its words.
                        let held = one.covered_by(other, &weights).max(other.covered_by(one, &weights));
                        if dice < likeness && (strict || held < 0.8 || dice < 0.2) {
                            return 0;
                        }
                        let near = 1.0 / (1.0 + i.abs_diff(j) as f64);
                        ((dice + 0.02 * near) * 1e9) as i64
                    })
                    .collect()
            })
            .collect();
        let pairs = assign(&table, new_clauses.len());
        let mut partner = BTreeMap::new();
        let mut holder: Vec<Option<usize>> = vec![None; new_clauses.len()];
        for (i, j) in pairs.iter().enumerate() {
            if let Some(j) = j {
                partner.insert(old[old_clauses[i].0].clause, new[new_clauses[*j].0].clause);
                holder[*j] = Some(i);
            }
        }
        let any = !partner.is_empty();
        // What each side says beyond the clauses that are paired.
        let paired = |clauses: &[(usize, usize)], tokens: &[Token], held: &dyn Fn(usize) -> bool| {
            Bag::of(
                clauses
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| held(*at))
                    .flat_map(|(_, (from, to))| &tokens[*from..*to]),
            )
        };
        let rest_new = Bag::of(new).without(&paired(&old_clauses, old, &|at| pairs[at].is_some()));
        let rest_old = Bag::of(old).without(&paired(&new_clauses, new, &|at| holder[at].is_some()));
        // A clause that was drawn into another shares the other's words, its subject for instance.
        let (all_old, all_new) = (Bag::of(old), Bag::of(new));
        let stands = |clause: &Bag, rest: &Bag, all: &Bag| {
            let own = clause.covered_by(rest, &weights);
            own >= 0.6 || (drawn_together && own >= 0.3 && clause.covered_by(all, &weights) >= 0.7)
        };
        let mut kept_old = Vec::new();
        for (i, (from, to)) in old_clauses.iter().enumerate() {
            // Joined to another clause: its words stand there.
            let stays = pairs[i].is_some() || !any || stands(&old_bags[i], &rest_new, &all_new);
            if stays {
                kept_old.extend_from_slice(&old[*from..*to]);
            } else {
                let mention = clause_mention(self.old, &old[*from..*to]);
                found.push(change(ChangeKind::Clause, Some(mention), None));
            }
        }
        // New clauses in the order of the old ones they are paired with.
        let mut order: Vec<(usize, i8, usize)> = Vec::new();
        // Where a clause without a partner goes: behind what stands before it, or first.
        let mut last = (0, -1);
        for (j, old_clause) in holder.iter().enumerate() {
            match old_clause {
                Some(i) => {
                    last = (*i, 1);
                    order.push((*i, 0, j));
                }
                None => {
                    let stays = !any || stands(&new_bags[j], &rest_old, &all_old);
                    if stays {
                        order.push((last.0, last.1, j));
                    } else {
                        let (from, to) = new_clauses[j];
                        let mention = clause_mention(self.new, &new[from..to]);
                        found.push(change(ChangeKind::Clause, None, Some(mention)));
                    }
                }
            }
        }
        order.sort_unstable();
        let mut kept_new = Vec::new();
        for (_, _, j) in order {
            let (from, to) = new_clauses[j];
            kept_new.extend_from_slice(&new[from..to]);
        }
        (kept_old, kept_new, partner)
    }

    /// Reports stretches that stand on one side only and say something of their own.
    fn whole_clauses(&self, a: &mut Words<'a>, b: &mut Words<'a>, hunks: usize, found: &mut Vec<Change>) {
        let runs_old = runs(a, hunks);
        let runs_new = runs(b, hunks);
        for hunk in 0..hunks {
            for is_old in [true, false] {
                let (here, there) = if is_old { (&runs_old, &runs_new) } else { (&runs_new, &runs_old) };
                let side = if is_old { &mut *a } else { &mut *b };
                let Some((from, to)) = here[hunk] else { continue };
                if there[hunk].is_some_and(|(from, to)| to - from > 1) {
                    continue;
                }
                let words: Vec<&str> =
                    side.tokens[from..to].iter().map(|token| token.lower.as_str()).collect();
                let first = words[0];
                let joined = matches!(first, "and" | "or" | "but");
                let has_verb = words.iter().any(|word| lexicon::VERBS.contains(word));
                let opens = side.tokens[from].gap > Gap::None || joined;
                let is_condition = starts_with(&words, lexicon::CONDITIONS).is_some()
                    || (lexicon::TIMED_CONDITIONS.contains(&first) && opens);
                // A condition inside is told apart from what stands before it.
                let holds_condition =
                    (1..words.len()).any(|at| starts_with(&words[at..], lexicon::CONDITIONS).is_some());
                let is_qualifier = lexicon::PREPOSITIONS.contains(&first) && words.len() < 9;
                let relative = matches!(first, "that" | "which" | "who" | "whose") && words.len() < 9;
                let big = words.len() >= 9 || (words.len() >= 4 && has_verb && opens);
                if !big || is_condition || holds_condition || is_qualifier || relative {
                    continue;
                }
                let mention = clause_mention(side.draft, &side.tokens[from..to]);
                side.consume(from, to);
                found.push(if is_old {
                    change(ChangeKind::Clause, Some(mention), None)
                } else {
                    change(ChangeKind::Clause, None, Some(mention))
                });
            }
        }
    }

    fn conditions(&self, tokens: &[Token]) -> Vec<Found> {
        let words: Vec<&str> = tokens.iter().map(|token| token.lower.as_str()).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let opens = tokens[at].gap > Gap::None;
            let cue = if starts_with(&words[at..], lexicon::QUALIFIERS).is_some() {
                None
            } else {
                // "provided" alone is a condition behind a mark only: "is provided to all".
                let plain = words[at] == "provided" && words.get(at + 1) != Some(&"that") && !opens;
                starts_with(&words[at..], lexicon::CONDITIONS)
                    .filter(|_| !plain)
                    .or_else(|| (opens && lexicon::TIMED_CONDITIONS.contains(&words[at])).then_some(1))
            };
            let Some(cue) = cue else {
                at += 1;
                continue;
            };
            let mut end = at + cue;
            while end < tokens.len() && tokens[end].gap == Gap::None {
                end += 1;
            }
            found.push(Found {
                from: at,
                to: end,
                core: (at, at + cue),
                norm: words[at..end].join(" "),
                strength: None,
                party: None,
            });
            at = end;
        }
        found
    }

    fn dates(&self, tokens: &[Token]) -> Vec<Found> {
        let words: Vec<&str> = tokens.iter().map(|token| token.lower.as_str()).collect();
        let mut found: Vec<Found> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let Some(length) = time_at(tokens, &words, at) else {
                at += 1;
                continue;
            };
            let mut from = at;
            let floor = found.last().map_or(0, |last: &Found| last.to);
            for back in 1..=5 {
                let Some(place) = at.checked_sub(back).filter(|place| *place >= floor) else { break };
                // The bracket of a placeholder stands between it and its opener.
                let reach = if tokens[place + 1].placeholder { Gap::Comma } else { Gap::None };
                if tokens[place + 1].gap > reach {
                    break;
                }
                if lexicon::TIME_OPENERS.contains(&words[place]) {
                    from = place;
                    if matches!(words[place], "of" | "at" | "to") && back < 3 {
                        continue;
                    }
                    break;
                }
                let small = [
                    "the", "a", "an", "period", "term", "next", "no", "not", "later", "than", "more",
                    "least", "end", "of", "late", "early",
                ];
                if !small.contains(&words[place]) {
                    break;
                }
                if matches!(words[place], "no" | "not") {
                    from = place;
                    break;
                }
            }
            // "from May to June" has its "to"; "entitled to 28 days" does not.
            if words[from] == "to" && from < at {
                match from.checked_sub(1).map(|before| words[before]) {
                    Some("up") if from > floor => from -= 1,
                    _ => from += 1,
                }
            }
            let mut to = at + length;
            if to < tokens.len()
                && matches!(words[to], "of" | "after" | "from" | "following" | "before")
                && let Some(more) = starts_with(&words[to + 1..], lexicon::TIME_EVENTS)
            {
                to += 1 + more;
            } else if to + 1 < tokens.len()
                && ((matches!(words[to], "a" | "each" | "per" | "every" | "any")
                    && lexicon::TIME_UNITS.contains(&words[to + 1]))
                    || (words[to] == "in" && words[to + 1] == "advance"))
            {
                to += 2;
            }
            let norm: Vec<String> = words[from..to]
                .iter()
                .filter(|word| !matches!(**word, "the" | "a" | "an"))
                .map(|word| number_value(word))
                .collect();
            found.push(Found {
                from,
                to,
                core: (from, to),
                norm: norm.join(" "),
                strength: None,
                party: None,
            });
            at = to;
        }
        found
    }

    fn numbers(&self, tokens: &[Token]) -> Vec<Found> {
        let words: Vec<&str> = tokens.iter().map(|token| token.lower.as_str()).collect();
        let dates = self.dates(tokens);
        let mut found = Vec::new();
        let mut at = 0;
        let mut date = 0;
        while at < tokens.len() {
            while date < dates.len() && dates[date].to <= at {
                date += 1;
            }
            if date < dates.len() && dates[date].from <= at {
                at = dates[date].to;
                continue;
            }
            let reference =
                at > 0 && lexicon::NO_NAMES.contains(&words[at - 1]) && tokens[at].gap == Gap::None;
            let starts = is_number(&tokens[at])
                && !reference
                && (words[at] != "one"
                    || words.get(at + 1).is_some_and(|next| is_number_word(next) || *next == "per"));
            if !starts {
                at += 1;
                continue;
            }
            let mut core = at + 1;
            while core < tokens.len() && is_number(&tokens[core]) && tokens[core].gap == Gap::None {
                core += 1;
            }
            if core + 1 < tokens.len() && words[core] == "per" && words[core + 1] == "cent" {
                core += 2;
            } else if core < tokens.len() && matches!(words[core], "percent" | "dollars" | "euros") {
                core += 1;
            }
            let mut to = core;
            let plain = tokens[core - 1].sign.is_none() && words[core - 1] != "cent";
            // The bracket of a placeholder stands between it and its unit.
            let reach = if tokens[at].placeholder { Gap::Comma } else { Gap::None };
            let is_unit = plain
                && to < tokens.len()
                && tokens[to].gap <= reach
                && !is_stop(words[to])
                && !lexicon::PREPOSITIONS.contains(&words[to]);
            to += usize::from(is_unit);
            let mut norm: Vec<String> = words[at..core].iter().map(|word| number_value(word)).collect();
            if let Some(sign) = tokens[core - 1].sign {
                norm.push(sign.to_string());
            }
            found.push(Found {
                from: at,
                to,
                core: (at, core),
                norm: norm.join(" "),
                strength: None,
                party: None,
            });
            at = to;
        }
        found
    }

    fn modals(&self, tokens: &[Token]) -> Vec<Found> {
        let words: Vec<&str> = tokens.iter().map(|token| token.lower.as_str()).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let is_month = words[at] == "may" && tokens[at].capital && !tokens[at].opens;
            let hit = lexicon::MODALS.iter().find(|(phrase, _)| !is_month && words[at..].starts_with(phrase));
            let Some((phrase, strength)) = hit else {
                at += 1;
                continue;
            };
            found.push(Found {
                from: at,
                to: at + phrase.len(),
                core: (at, at + phrase.len()),
                norm: phrase.join(" ").replace("are ", "is "),
                strength: Some(*strength),
                party: None,
            });
            at += phrase.len();
        }
        found
    }

    fn negations(&self, tokens: &[Token]) -> Vec<Found> {
        let words: Vec<&str> = tokens.iter().map(|token| token.lower.as_str()).collect();
        (0..tokens.len())
            .filter(|at| {
                let denies = lexicon::NEGATIONS.contains(&words[*at]) || words[*at].ends_with("n't");
                let limits = words.get(at + 1).is_some_and(|next| lexicon::LIMITS.contains(next));
                denies && !limits && words[*at] != "nor"
            })
            .map(|at| Found {
                from: at,
                to: at + 1,
                core: (at, at + 1),
                norm: "not".to_owned(),
                strength: None,
                party: None,
            })
            .collect()
    }

    fn party_names(&self, tokens: &[Token]) -> Vec<Found> {
        let words: Vec<&str> = tokens.iter().map(|token| token.lower.as_str()).collect();
        let is_name = |at: usize| {
            let token = &tokens[at];
            let known = self.names.contains(&token.lower);
            token.capital
                && !lexicon::NO_NAMES.contains(&words[at])
                && !lexicon::MONTHS.contains(&words[at])
                && !lexicon::WEEKDAYS.contains(&words[at])
                && !token.placeholder
                && (!token.opens || (known && !self.common.contains(&token.lower)) || token.acronym)
                && (!is_stop(&token.lower) || token.acronym)
        };
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let given = self.parties.iter().find(|(phrase, _)| {
                phrase.len() <= words.len() - at
                    && phrase.iter().zip(&words[at..]).all(|(one, other)| one == other)
            });
            let (to, norm, party) = if let Some((phrase, name)) = given {
                (at + phrase.len(), name.to_lowercase(), Some(name.clone()))
            } else if is_name(at) {
                let mut to = at + 1;
                loop {
                    if to < tokens.len()
                        && tokens[to].gap == Gap::None
                        && is_name(to)
                        && !tokens[to - 1].possessive
                    {
                        to += 1;
                    } else if to + 1 < tokens.len()
                        && matches!(words[to], "of" | "for")
                        && is_name(to + 1)
                        && tokens[to].gap == Gap::None
                        && tokens[to + 1].gap == Gap::None
                        && lexicon::ROLES.contains(&words[to - 1])
                    {
                        to += 2;
                    } else {
                        break;
                    }
                }
                (to, words[at..to].join(" "), None)
            } else if lexicon::ROLES.contains(&words[at]) {
                (at + 1, words[at].to_owned(), None)
            } else {
                at += 1;
                continue;
            };
            found.push(Found { from: at, to, core: (at, to), norm, strength: None, party });
            at = to;
        }
        found
    }

    fn word_diff(&self, old: &[Token], new: &[Token]) -> (Vec<DiffPart>, bool) {
        let (steps, coarse) = align_words(old, new);
        let mut parts: Vec<DiffPart> = Vec::new();
        let mut push = |kind: DiffKind, words: String| {
            if words.is_empty() {
                return;
            }
            match parts.last_mut() {
                Some(last) if last.kind == kind => {
                    last.words.push(' ');
                    last.words.push_str(&words);
                }
                _ => parts.push(DiffPart { kind, words }),
            }
        };
        for step in steps {
            match step {
                Step::Same(_, j) => push(DiffKind::Same, shown(self.new, new, j)),
                Step::Old(i) => push(DiffKind::Old, shown(self.old, old, i)),
                Step::New(j) => push(DiffKind::New, shown(self.new, new, j)),
            }
        }
        (parts, coarse)
    }
}

/// A word with its currency sign and the marks behind it, up to the next white space.
fn shown(draft: &Draft, tokens: &[Token], at: usize) -> String {
    let range = draft.text.range(tokens[at].span);
    let text = draft.text();
    let behind = &text[range.end..];
    let length = behind
        .char_indices()
        .take(4)
        .find(|(_, c)| c.is_whitespace() || c.is_alphanumeric() || matches!(c, '[' | '(' | '|' | '~'))
        .map_or_else(|| behind.char_indices().nth(4).map_or(behind.len(), |(at, _)| at), |(at, _)| at);
    let mut out = text[range.start..range.end + length].to_owned();
    if let Some(sign @ ('$' | '€' | '£' | '¥')) = tokens[at].sign {
        out.insert(0, sign);
    }
    // Hyphenated words come as two tokens; the hyphen stays with the first.
    if squeeze(&out) != out { squeeze(&out) } else { out }
}

fn words(draft: &Draft, tokens: Vec<Token>, partner: BTreeMap<usize, usize>) -> Words<'_> {
    let count = tokens.len();
    Words {
        draft,
        tokens,
        changed: vec![false; count],
        used: vec![false; count],
        hunk: vec![0; count],
        partner,
    }
}

fn clauses(tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut clauses = Vec::new();
    let mut from = 0;
    for at in 1..=tokens.len() {
        if at == tokens.len() || tokens[at].clause != tokens[from].clause {
            clauses.push((from, at));
            from = at;
        }
    }
    if tokens.is_empty() { Vec::new() } else { clauses }
}

fn clause_mention(draft: &Draft, tokens: &[Token]) -> Mention {
    let span = Span {
        start: tokens.iter().map(|token| token.span.start).min().unwrap_or(0),
        end: tokens.iter().map(|token| token.span.end).max().unwrap_or(0),
    };
    let span = with_its_marks(draft, span);
    Mention { span, words: squeeze(draft.slice(span)), strength: None, party: None }
}

/// The span with an opening or closing mark next to it whose partner it holds: `X] days`
/// becomes `[X] days`.
fn with_its_marks(draft: &Draft, span: Span) -> Span {
    let range = draft.text.range(span);
    let (text, words) = (draft.text(), &draft.text()[range.clone()]);
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    let count = |mark: char| words.chars().filter(|c| *c == mark).count();
    let mut span = span;
    for (open, close) in [('[', ']'), ('(', ')'), ('“', '”')] {
        let (opened, closed) = (count(open), count(close));
        span.start -= usize::from(closed > opened && before == Some(open));
        span.end += usize::from(opened > closed && after == Some(close));
    }
    if count('"') % 2 == 1 {
        if before == Some('"') {
            span.start -= 1;
        } else if after == Some('"') {
            span.end += 1;
        }
    }
    span
}

fn change(kind: ChangeKind, old: Option<Mention>, new: Option<Mention>) -> Change {
    let name = match kind {
        ChangeKind::Clause => "clause",
        ChangeKind::Condition => "condition",
        ChangeKind::Date => "date or period",
        ChangeKind::Number => "number",
        ChangeKind::Modal => "modal strength",
        ChangeKind::Bracket => "bracket",
        ChangeKind::Negation => "negation",
        ChangeKind::Party => "party",
        ChangeKind::Qualifier => "qualifier",
        ChangeKind::Wording => "wording",
    };
    let (direction, sentence) = match (&old, &new) {
        (Some(old), Some(new)) => (Direction::Changed, format!("{name}: {} → {}", old.words, new.words)),
        (Some(old), None) if kind == ChangeKind::Bracket => {
            (Direction::Lost, format!("bracket lifted: {}", old.words))
        }
        (None, Some(new)) if kind == ChangeKind::Bracket => {
            (Direction::Gained, format!("bracket put around: {}", new.words))
        }
        (Some(old), None) => (Direction::Lost, format!("{name} lost: {}", old.words)),
        (None, Some(new)) => (Direction::Gained, format!("{name} gained: {}", new.words)),
        (None, None) => (Direction::Changed, name.to_owned()),
    };
    Change { kind, direction, old, new, sentence }
}

fn starts_with(words: &[&str], phrases: &[&[&str]]) -> Option<usize> {
    phrases.iter().find(|phrase| words.starts_with(phrase)).map(|phrase| phrase.len())
}

fn is_number_word(word: &str) -> bool {
    lexicon::NUMBER_WORDS.iter().any(|(known, _)| *known == word)
}

fn is_number(token: &Token) -> bool {
    token.lower.starts_with(|c: char| c.is_ascii_digit())
        || is_number_word(&token.lower)
        || (token.placeholder && token.capital)
}

fn number_value(word: &str) -> String {
    if let Some((_, value)) = lexicon::NUMBER_WORDS.iter().find(|(known, _)| *known == word) {
        return (*value).to_owned();
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return word.chars().filter(|c| !matches!(c, ',' | '\'' | '’')).collect();
    }
    word.to_owned()
}

/// Whether a word is a time of day as [`tokens`] joins it: `6:00`, `22:30`.
fn is_time_of_day(word: &str) -> bool {
    word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit())
}

/// Number of tokens of the expression of time that begins at `at`.
fn time_at(tokens: &[Token], words: &[&str], at: usize) -> Option<usize> {
    if let Some(length) = starts_with(&words[at..], lexicon::TIMES) {
        return Some(length);
    }
    let word = words[at];
    let is_year = |place: usize| {
        words.get(place).is_some_and(|word| {
            word.len() == 4
                && word.bytes().all(|byte| byte.is_ascii_digit())
                && (word.starts_with("19") || word.starts_with("20") || word.starts_with("21"))
        })
    };
    let is_month = |place: usize| {
        tokens.get(place).is_some_and(|token| {
            token.capital
                && lexicon::MONTHS.contains(&token.lower.as_str())
                && (token.lower != "may"
                    || is_year(place + 1)
                    || (place > 0 && words[place - 1].starts_with(|c: char| c.is_ascii_digit())))
        })
    };
    if is_time_of_day(word) {
        return Some(1);
    }
    if is_number(&tokens[at]) {
        let mut end = at + 1;
        while end < tokens.len() && is_number(&tokens[end]) && tokens[end].gap == Gap::None {
            end += 1;
        }
        if is_month(end) && tokens[end].gap == Gap::None {
            return Some(end + 1 + usize::from(is_year(end + 1)) - at);
        }
        if end < tokens.len()
            && matches!(words[end], "working" | "calendar" | "business" | "consecutive" | "clear")
        {
            end += 1;
        }
        if end < tokens.len() && lexicon::TIME_UNITS.contains(&words[end]) {
            return Some(end + 1 - at);
        }
        let opened = at > 0
            && lexicon::TIME_OPENERS.contains(&words[at - 1])
            && words[at - 1] != "to"
            && words[at - 1] != "of";
        return (is_year(at) && opened).then_some(1);
    }
    if is_month(at) {
        let day = words
            .get(at + 1)
            .is_some_and(|day| day.len() <= 2 && day.bytes().all(|byte| byte.is_ascii_digit()));
        let mut length = 1 + usize::from(day);
        if is_year(at + length) {
            length += 1;
        }
        return Some(length);
    }
    (lexicon::WEEKDAYS.contains(&word) && tokens[at].capital).then_some(1)
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Same(usize, usize),
    Old(usize),
    New(usize),
}

/// The alignment of two sequences of words with the most common words, words that say
/// something counting three times (weighted longest common subsequence; Wagner and
/// Fischer, 1974). Says also whether the middle was too long and taken as changed.
fn align_words(old: &[Token], new: &[Token]) -> (Vec<Step>, bool) {
    let same = |i: usize, j: usize| old[i].lower == new[j].lower;
    let mut head = 0;
    while head < old.len() && head < new.len() && same(head, head) {
        head += 1;
    }
    let mut tail = 0;
    while tail < old.len() - head
        && tail < new.len() - head
        && same(old.len() - 1 - tail, new.len() - 1 - tail)
    {
        tail += 1;
    }
    let mut steps: Vec<Step> = (0..head).map(|at| Step::Same(at, at)).collect();
    let (rows, columns) = (old.len() - head - tail, new.len() - head - tail);
    let coarse = rows.saturating_mul(columns) > MOST_CELLS;
    if coarse {
        steps.extend((head..head + rows).map(Step::Old));
        steps.extend((head..head + columns).map(Step::New));
    } else {
        let width = columns + 1;
        let mut best = vec![0_u32; (rows + 1) * width];
        let worth: Vec<u32> = (0..rows).map(|i| if is_stop(&old[head + i].lower) { 2 } else { 6 }).collect();
        for i in (0..rows).rev() {
            for j in (0..columns).rev() {
                let skip = best[(i + 1) * width + j].max(best[i * width + j + 1]);
                best[i * width + j] = if same(head + i, head + j) {
                    // Runs of equal words are worth a little more than scattered ones.
                    let run = u32::from(i + 1 < rows && j + 1 < columns && same(head + i + 1, head + j + 1));
                    skip.max(best[(i + 1) * width + j + 1] + worth[i] + run)
                } else {
                    skip
                };
            }
        }
        let (mut i, mut j) = (0, 0);
        let (mut skipped_old, mut skipped_new) = (0, 0);
        while i < rows && j < columns {
            let here = best[i * width + j];
            let taken = || {
                let run = u32::from(i + 1 < rows && j + 1 < columns && same(head + i + 1, head + j + 1));
                best[(i + 1) * width + j + 1] + worth[i] + run
            };
            if same(head + i, head + j) && here == taken() {
                steps.push(Step::Same(head + i, head + j));
                i += 1;
                j += 1;
                (skipped_old, skipped_new) = (0, 0);
                continue;
            }
            // Of two ways alike, the one that goes on evenly, so that the next word in common is near.
            let (down, right) = (best[(i + 1) * width + j], best[i * width + j + 1]);
            if down > right || (down == right && skipped_old <= skipped_new) {
                steps.push(Step::Old(head + i));
                i += 1;
                skipped_old += 1;
            } else {
                steps.push(Step::New(head + j));
                j += 1;
                skipped_new += 1;
            }
        }
        steps.extend((head + i..head + rows).map(Step::Old));
        steps.extend((head + j..head + columns).map(Step::New));
    }
    steps.extend((0..tail).map(|at| Step::Same(old.len() - tail + at, new.len() - tail + at)));
    (steps, coarse)
}

/// Marks what changed and counts the hunks: runs of changes between common words.
fn mark_changes(steps: &[Step], a: &mut Words<'_>, b: &mut Words<'_>) -> usize {
    let mut hunks = 0;
    let mut inside = false;
    for step in steps {
        match step {
            Step::Same(..) => inside = false,
            Step::Old(i) => {
                hunks += usize::from(!inside);
                inside = true;
                a.changed[*i] = true;
                a.hunk[*i] = hunks - 1;
            }
            Step::New(j) => {
                hunks += usize::from(!inside);
                inside = true;
                b.changed[*j] = true;
                b.hunk[*j] = hunks - 1;
            }
        }
    }
    hunks
}

/// Takes out of account words that stand in another place of the same clause.
fn set_elsewhere(a: &mut Words<'_>, b: &mut Words<'_>) {
    let mut places = BTreeMap::<(usize, u32), Vec<usize>>::new();
    for at in (0..b.tokens.len()).rev() {
        let token = &b.tokens[at];
        if b.changed[at] && !is_stop(&token.lower) {
            places.entry((token.clause, token.stem)).or_default().push(at);
        }
    }
    for at in 0..a.tokens.len() {
        let token = &a.tokens[at];
        if !a.changed[at] || is_stop(&token.lower) {
            continue;
        }
        let Some(clause) = a.partner.get(&token.clause) else { continue };
        if let Some(other) = places.get_mut(&(*clause, token.stem)).and_then(Vec::pop) {
            a.used[at] = true;
            b.used[other] = true;
        }
    }
}

/// The innermost square bracket around each token, as an index of its draft's marks, with
/// the number of square brackets around the token.
fn brackets_around(side: &Words<'_>) -> Vec<Option<(usize, usize)>> {
    let marks = &side.draft.brackets().marks;
    let is_square = |mark: usize| !matches!(marks[mark].kind, MarkKind::Option | MarkKind::Struck);
    let mut order: Vec<usize> = (0..side.tokens.len()).collect();
    order.sort_by_key(|at| side.tokens[*at].span);
    let Some(first) = order.first().map(|at| side.tokens[*at].span.start) else { return Vec::new() };
    // What opened before the first word holds it when it is around the last of those marks.
    let mut next = marks.partition_point(|mark| mark.span.start <= first);
    let mut around: Vec<usize> = Vec::new();
    let mut outer = next.checked_sub(1);
    while let Some(mark) = outer {
        if is_square(mark) && marks[mark].span.end > first {
            around.push(mark);
        }
        outer = marks[mark].parent;
    }
    around.reverse();
    let mut held = vec![None; side.tokens.len()];
    for at in order {
        let place = side.tokens[at].span;
        while next < marks.len() && marks[next].span.start <= place.start {
            while around.last().is_some_and(|outer| marks[*outer].span.end <= marks[next].span.start) {
                around.pop();
            }
            if is_square(next) {
                around.push(next);
            }
            next += 1;
        }
        while around.last().is_some_and(|outer| marks[*outer].span.end <= place.start) {
            around.pop();
        }
        held[at] = around.last().map(|mark| (*mark, around.len()));
    }
    held
}

/// Reports words that stay and whose brackets went, came, or are other parties' now; one
/// change for each bracket that holds such words. O(tokens log tokens) and the marks among them.
fn bracket_changes(steps: &[Step], a: &Words<'_>, b: &Words<'_>, found: &mut Vec<Change>) {
    let (in_old, in_new) = (brackets_around(a), brackets_around(b));
    if in_old.iter().chain(&in_new).all(Option::is_none) {
        return;
    }
    let mut lifted = BTreeMap::<usize, Vec<usize>>::new();
    let mut set = BTreeMap::<usize, Vec<usize>>::new();
    let mut others = BTreeMap::<(usize, usize), (Vec<usize>, Vec<usize>)>::new();
    for step in steps {
        let Step::Same(i, j) = step else { continue };
        match (in_old[*i], in_new[*j]) {
            (Some((mark, _)), None) => lifted.entry(mark).or_default().push(*i),
            (None, Some((mark, _))) => set.entry(mark).or_default().push(*j),
            (Some((mark, deep)), Some((_, left))) if deep > left => {
                lifted.entry(mark).or_default().push(*i);
            }
            (Some((_, deep)), Some((mark, more))) if deep < more => {
                set.entry(mark).or_default().push(*j);
            }
            (Some((one, _)), Some((other, _))) => {
                let wanted_by =
                    |words: &Words<'_>, mark: usize| words.draft.brackets().marks[mark].parties.clone();
                if wanted_by(a, one) != wanted_by(b, other) {
                    let both = others.entry((one, other)).or_default();
                    both.0.push(*i);
                    both.1.push(*j);
                }
            }
            (None, None) => {}
        }
    }
    // From the first to the last of the words, marks between them too.
    let stretch = |side: &Words<'_>, list: &[usize]| {
        let held: Vec<Token> = list.iter().map(|at| side.tokens[*at].clone()).collect();
        clause_mention(side.draft, &held)
    };
    // That "and" stands free now is no news; that "shall" does is.
    let says = |side: &Words<'_>, list: &[usize]| {
        list.iter().any(|at| {
            let word = side.tokens[*at].lower.as_str();
            !is_stop(word)
                || lexicon::NEGATIONS.contains(&word)
                || lexicon::MODALS.iter().any(|(phrase, _)| *phrase == [word])
        })
    };
    lifted.retain(|_, list| says(a, list));
    set.retain(|_, list| says(b, list));
    for list in lifted.values() {
        found.push(change(ChangeKind::Bracket, Some(stretch(a, list)), None));
    }
    for list in set.values() {
        found.push(change(ChangeKind::Bracket, None, Some(stretch(b, list))));
    }
    for ((one, other), (old, new)) in &others {
        let wanted = |side: &Words<'_>, mark: usize| {
            let parties = side.draft.brackets().marks[mark].parties.join(", ");
            if parties.is_empty() { "nobody named".to_owned() } else { parties }
        };
        let sentence = format!(
            "bracket: wanted by {} → {} ({})",
            wanted(a, *one),
            wanted(b, *other),
            stretch(b, new).words
        );
        let both = change(ChangeKind::Bracket, Some(stretch(a, old)), Some(stretch(b, new)));
        found.push(Change { sentence, ..both });
    }
}

/// The first word that stays and has other marks behind it, with those marks.
fn other_marks(steps: &[Step], a: &Words<'_>, b: &Words<'_>) -> Option<(Mention, Mention)> {
    steps.iter().find_map(|step| {
        let Step::Same(i, j) = step else { return None };
        let (one, other) = (shown(a.draft, &a.tokens, *i), shown(b.draft, &b.tokens, *j));
        (one != other).then(|| {
            let mention = |side: &Words<'_>, at: usize, words: &str| {
                let mut mention = clause_mention(side.draft, &side.tokens[at..=at]);
                let word = mention.words.len();
                let behind = words.find(&mention.words).map_or("", |from| &words[from + word..]);
                mention.span.end += behind.chars().count();
                mention.words = squeeze(side.draft.slice(mention.span));
                mention
            };
            (mention(a, *i, &one), mention(b, *j, &other))
        })
    })
}

/// From the first to the last changed word of a side; its first word where none changed.
fn changed_stretch(side: &Words<'_>) -> Option<Mention> {
    let first = (0..side.tokens.len()).find(|at| side.changed[*at]);
    let last = (0..side.tokens.len()).rfind(|at| side.changed[*at]);
    match (first, last) {
        (Some(first), Some(last)) => Some(clause_mention(side.draft, &side.tokens[first..=last])),
        _ => side.tokens.first().map(|token| clause_mention(side.draft, std::slice::from_ref(token))),
    }
}

/// The run of unused changed words of each hunk.
fn runs(side: &Words<'_>, hunks: usize) -> Vec<Option<(usize, usize)>> {
    let mut runs: Vec<Option<(usize, usize)>> = vec![None; hunks];
    for at in 0..side.tokens.len() {
        if side.changed[at] && !side.used[at] {
            let run = &mut runs[side.hunk[at]];
            *run = Some(run.map_or((at, at + 1), |(from, _)| (from, at + 1)));
        }
    }
    runs
}

/// Pairs what one side lost with what the other gained, and reports it.
fn settle(
    kind: ChangeKind,
    old: Vec<Found>,
    new: Vec<Found>,
    a: &mut Words<'_>,
    b: &mut Words<'_>,
    found: &mut Vec<Change>,
) {
    // What stands as often on both sides neither came nor went.
    let mut balance = BTreeMap::<String, i64>::new();
    for one in &old {
        *balance.entry(one.norm.clone()).or_default() += 1;
    }
    for one in &new {
        *balance.entry(one.norm.clone()).or_default() -= 1;
    }
    let open = |side: &mut Words<'_>, all: Vec<Found>, sign: i64, balance: &mut BTreeMap<String, i64>| {
        let mut open = Vec::new();
        for one in all {
            if !side.is_changed(&one) {
                continue;
            }
            let left = balance.get_mut(&one.norm).filter(|left| **left * sign > 0);
            match left {
                Some(left) => {
                    *left -= sign;
                    open.push(one);
                }
                None => side.consume(one.core.0, one.core.1),
            }
        }
        open
    };
    let mut lost = open(a, old, 1, &mut balance);
    let mut gained = open(b, new, -1, &mut balance);
    let mut pairs: Vec<(Option<Found>, Option<Found>)> = Vec::new();
    for same_hunk in [true, false] {
        let mut at = 0;
        while at < lost.len() {
            let clause = a.tokens[lost[at].from].clause;
            let fits = gained.iter().position(|other| {
                if same_hunk {
                    a.hunk_of(&lost[at]).is_some() && a.hunk_of(&lost[at]) == b.hunk_of(other)
                } else {
                    let related = match kind {
                        ChangeKind::Condition => false,
                        // "Peace Council" and "Board of Peace" have a word in common.
                        ChangeKind::Party => lost[at]
                            .norm
                            .split(' ')
                            .any(|word| !is_stop(word) && other.norm.split(' ').any(|theirs| theirs == word)),
                        _ => true,
                    };
                    related && a.partner.get(&clause) == Some(&b.tokens[other.from].clause)
                }
            });
            match fits {
                Some(other) => pairs.push((Some(lost.remove(at)), Some(gained.remove(other)))),
                None => at += 1,
            }
        }
    }
    pairs.extend(lost.into_iter().map(|one| (Some(one), None)));
    pairs.extend(gained.into_iter().map(|one| (None, Some(one))));
    for (one, other) in pairs {
        let mut old = one.as_ref().map(|one| a.mention(one));
        let mut new = other.as_ref().map(|other| b.mention(other));
        // "is given" → "may be given": the plain verb is what the modal took the place of.
        if kind == ChangeKind::Modal {
            if let (None, Some(gained)) = (&one, &other) {
                old = plain_verb(a, b.hunk_of(gained));
            } else if let (Some(lost), None) = (&one, &other) {
                new = plain_verb(b, a.hunk_of(lost));
            }
        }
        if let Some(one) = &one {
            a.consume(one.from, one.to);
        }
        if let Some(other) = &other {
            b.consume(other.from, other.to);
        }
        found.push(change(kind, old, new));
    }
}

fn plain_verb(side: &mut Words<'_>, hunk: Option<usize>) -> Option<Mention> {
    let at = (0..side.tokens.len()).find(|at| {
        side.changed[*at]
            && !side.used[*at]
            && Some(side.hunk[*at]) == hunk
            && matches!(side.tokens[*at].lower.as_str(), "is" | "are" | "be" | "has" | "have")
    })?;
    side.used[at] = true;
    let mut mention = clause_mention(side.draft, &side.tokens[at..=at]);
    mention.strength = Some(ModalStrength::Announcement);
    Some(mention)
}

/// Reports what no type has claimed: qualifiers, and other wording.
fn leftovers(a: &mut Words<'_>, b: &mut Words<'_>, hunks: usize, found: &mut Vec<Change>) {
    let old_runs = pieces(a, hunks);
    let new_runs = pieces(b, hunks);
    let claimed = |side: &Words<'_>| {
        let mut claimed = vec![false; hunks];
        for at in 0..side.tokens.len() {
            if side.changed[at] && side.used[at] {
                claimed[side.hunk[at]] = true;
            }
        }
        claimed
    };
    let (claimed_old, claimed_new) = (claimed(a), claimed(b));
    for hunk in 0..hunks {
        let old = old_runs[hunk].as_slice();
        let new = new_runs[hunk].as_slice();
        // What stands on both sides in the hunk is the same words set elsewhere.
        let pure = old.is_empty() || new.is_empty();
        let rest = claimed_old[hunk] || claimed_new[hunk];
        if pure {
            let side = if old.is_empty() { &*b } else { &*a };
            for (from, to) in old.iter().chain(new) {
                let content = content(side, *from, *to);
                if content == 0 {
                    continue;
                }
                let kind = qualifier_or_wording(side, *from, *to);
                // Words around a typed change come with it.
                if rest && kind == ChangeKind::Wording && content <= 2 {
                    continue;
                }
                let mention = clause_mention(side.draft, &side.tokens[*from..*to]);
                found.push(if old.is_empty() {
                    change(kind, None, Some(mention))
                } else {
                    change(kind, Some(mention), None)
                });
            }
            continue;
        }
        let (old_from, old_to) = (old[0].0, old[old.len() - 1].1);
        let (new_from, new_to) = (new[0].0, new[new.len() - 1].1);
        let (old_content, new_content) = (content(a, old_from, old_to), content(b, new_from, new_to));
        if old_content == 0 && new_content == 0 {
            continue;
        }
        let one = clause_mention(a.draft, &a.tokens[old_from..old_to]);
        let other = clause_mention(b.draft, &b.tokens[new_from..new_to]);
        let old_kind = qualifier_or_wording(a, old_from, old_to);
        let new_kind = qualifier_or_wording(b, new_from, new_to);
        let short = old_content <= 3 && new_content <= 3;
        let both = |test: fn(&Words<'_>, usize, usize) -> bool| {
            test(a, old_from, old_to) && test(b, new_from, new_to)
        };
        let qualify = old_kind == ChangeKind::Qualifier && new_kind == ChangeKind::Qualifier;
        if old_content == 0 {
            found.push(change(new_kind, None, Some(other)));
        } else if new_content == 0 {
            found.push(change(old_kind, Some(one), None));
        } else if (short && both(lexical_qualifier)) || (qualify && both(opens_phrase)) {
            found.push(change(ChangeKind::Qualifier, Some(one), Some(other)));
        } else {
            found.push(change(ChangeKind::Wording, Some(one), Some(other)));
        }
    }
}

/// Unclaimed runs of changed words in each hunk, broken at claimed and common words.
fn pieces(side: &Words<'_>, hunks: usize) -> Vec<Vec<(usize, usize)>> {
    let mut pieces: Vec<Vec<(usize, usize)>> = vec![Vec::new(); hunks];
    for at in 0..side.tokens.len() {
        if side.changed[at] && !side.used[at] {
            let list = &mut pieces[side.hunk[at]];
            match list.last_mut() {
                Some((_, to)) if *to == at => *to += 1,
                _ => list.push((at, at + 1)),
            }
        }
    }
    pieces
}

fn content(side: &Words<'_>, from: usize, to: usize) -> usize {
    side.tokens[from..to].iter().filter(|token| !is_stop(&token.lower)).count()
}

/// Whether words of the lexicon of qualifiers, or adverbs, stand here.
fn lexical_qualifier(side: &Words<'_>, from: usize, to: usize) -> bool {
    let words: Vec<&str> = side.tokens[from..to].iter().map(|token| token.lower.as_str()).collect();
    (0..words.len()).any(|at| starts_with(&words[at..], lexicon::QUALIFIERS).is_some())
        || words.iter().any(|word| {
            lexicon::QUALIFYING_WORDS.contains(word)
                || (word.len() > 4
                    && word.ends_with("ly")
                    && !matches!(
                        *word,
                        "assembly"
                            | "family"
                            | "supply"
                            | "apply"
                            | "reply"
                            | "comply"
                            | "imply"
                            | "multiply"
                            | "rely"
                    ))
        })
}

/// Whether a phrase of two words or more begins with a preposition here.
fn opens_phrase(side: &Words<'_>, from: usize, to: usize) -> bool {
    to - from >= 2 && lexicon::PREPOSITIONS.contains(&side.tokens[from].lower.as_str())
}

fn qualifier_or_wording(side: &Words<'_>, from: usize, to: usize) -> ChangeKind {
    let words: Vec<&str> = side.tokens[from..to].iter().map(|token| token.lower.as_str()).collect();
    let joined = matches!(words[0], "and" | "or");
    let has_verb = words.iter().any(|word| lexicon::VERBS.contains(word));
    if joined && has_verb && words.len() >= 4 {
        return ChangeKind::Clause;
    }
    if lexical_qualifier(side, from, to) {
        return ChangeKind::Qualifier;
    }
    if joined {
        let parenthetical = side.tokens[from].gap == Gap::Comma && words.len() >= 3;
        return if parenthetical { ChangeKind::Qualifier } else { ChangeKind::Wording };
    }
    let opens = lexicon::PREPOSITIONS.contains(&words[0])
        || matches!(words[0], "that" | "which" | "who" | "whose" | "as");
    // One or two words set before a noun that stays describe it.
    let describes = content(side, from, to) <= 2
        && to < side.tokens.len()
        && side.tokens[to].gap == Gap::None
        && !is_stop(&side.tokens[to].lower)
        && !side.changed[to];
    if opens || describes { ChangeKind::Qualifier } else { ChangeKind::Wording }
}
