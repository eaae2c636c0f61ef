//! What became of each point from one draft to the next.

use serde::{Deserialize, Serialize};

use crate::assignment::assign;
use crate::error::{Error, Kind};
use crate::label::is_paragraph_kind;
use crate::links::Link;
use crate::read::{Draft, PointKind};
use crate::similarity::{Bag, Features, Vectors};
use crate::text::squeeze;
use crate::words::{Stems, Token, Weights, hidden, is_stop, tokens};

/// Most units of comparison that a draft may have to be aligned.
pub const MOST_UNITS: usize = 2_000;

/// Likeness from which two units may be versions of one point.
const ALIKE: f64 = 0.30;
/// Likeness below which a pair has to be argued for by its place too.
const FIRM: f64 = 0.47;
/// Share of the words of a part that the whole has to hold in a split or merge.
const COVERED: f64 = 0.66;
/// Share of the words of a part that must not stand in the other part already.
const OWN: f64 = 0.45;
/// Below this share of common words a pair in one place is a replacement.
const SAME_MATTER: f64 = 0.40;
/// Likeness of two clauses from which two units in one place are versions of one point.
const CLAUSE_KEPT: f64 = 0.6;
/// How much the place in the order and an equal number count beside likeness.
const ORDER: f64 = 0.06;
const NUMBER: f64 = 0.03;

/// What became of a point, or of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// Same words (white space aside).
    Kept,
    /// Other words in the same point.
    Changed,
    /// One old point went into several new ones.
    Split,
    /// Several old points went into one new one.
    Merged,
    /// Something else stands in its place.
    Replaced,
    /// Gone.
    Deleted,
    /// New.
    Added,
}

/// What became of one point (or, for splits and merges, of one group of points).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// What became of it.
    pub kind: RelationKind,
    /// Indices of the old draft's points; empty for an added point.
    pub old: Vec<usize>,
    /// Indices of the new draft's points; empty for a deleted point.
    pub new: Vec<usize>,
    /// Addresses of the old points.
    pub old_addresses: Vec<String>,
    /// Addresses of the new points.
    pub new_addresses: Vec<String>,
    /// Whether a pair has another number than before.
    pub renumbered: bool,
    /// Whether a pair left its place in the order. Of two points that changed
    /// places, the one whose leaving explains the order with fewest moves.
    pub moved: bool,
    /// Whether a person linked it by hand.
    pub manual: bool,
    /// Likeness of the words between 0 and 1; for splits and merges the share of the
    /// parts' words that the whole holds; 0 for what has no counterpart.
    pub score: f64,
    /// Why, in one sentence.
    pub reason: String,
}

impl Relation {
    /// One word for it: the kind, or `moved` or `renumbered` where the words were kept.
    #[must_use]
    pub fn headline(&self) -> &'static str {
        match self.kind {
            RelationKind::Kept if self.moved => "moved",
            RelationKind::Kept if self.renumbered => "renumbered",
            RelationKind::Kept => "kept",
            RelationKind::Changed => "changed",
            RelationKind::Split => "split",
            RelationKind::Merged => "merged",
            RelationKind::Replaced => "replaced",
            RelationKind::Deleted => "deleted",
            RelationKind::Added => "added",
        }
    }
}

/// What became of every unit of an old draft in a new one.
///
/// Every unit of both drafts stands in exactly one relation. Relations stand in the
/// order of the new draft; a deleted point stands behind what its old neighbour became.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alignment {
    /// Name of the old draft.
    pub old: String,
    /// Name of the new draft.
    pub new: String,
    /// What became of each point.
    pub relations: Vec<Relation>,
}

struct Side<'a> {
    draft: &'a Draft,
    units: Vec<usize>,
    tokens: Vec<Vec<Token>>,
    bags: Vec<Bag>,
    plain: Vec<String>,
}

impl<'a> Side<'a> {
    fn new(draft: &'a Draft, stems: &mut Stems) -> Self {
        let hidden = hidden(draft);
        let units = draft.units();
        let mut all = Vec::with_capacity(units.len());
        let mut plain = Vec::with_capacity(units.len());
        for unit in &units {
            all.push(tokens(draft, &draft.words_of(*unit), &hidden, stems));
            plain.push(squeeze(&draft.wording(*unit)));
        }
        let bags = all.iter().map(Bag::of).collect();
        Side { draft, units, tokens: all, bags, plain }
    }

    fn number(&self, unit: usize) -> Option<String> {
        let label = self.draft.points()[self.units[unit]].label.as_ref()?;
        let number = label.number().to_lowercase();
        // PP1 and OP1 count apart.
        let kind = label.word.as_deref().filter(|word| is_paragraph_kind(Some(word)));
        Some(kind.map_or(number.clone(), |kind| format!("{kind}{number}")))
    }

    fn kind(&self, unit: usize) -> PointKind {
        self.draft.points()[self.units[unit]].kind
    }

    fn address(&self, unit: usize) -> &str {
        &self.draft.points()[self.units[unit]].address
    }
}

/// A group while relations are being found: units of both sides.
#[derive(Debug, Clone)]
struct Group {
    kind: RelationKind,
    old: Vec<usize>,
    new: Vec<usize>,
    manual: bool,
    score: f64,
    reason: String,
}

/// Says of every point of both drafts what became of it.
///
/// Equal wordings are paired first; for the others the assignment with the greatest
/// total likeness is found exactly, where likeness is the cosine of stems and
/// neighbouring stems weighted by rarity and of runs of four characters, with a small
/// bonus for keeping place and number. Parts of a point that went elsewhere make a
/// split or merge when the whole holds most of their words and the other parts do not.
/// What is left on both sides between the same neighbours (with the same number, where
/// the new draft keeps the old numbering) is a replacement, unless one clause kept most
/// of its words. Links made by hand go before
/// everything; those for other drafts are skipped.
///
/// O(n²·features) for n units and O(k³) for the largest set of k units that are alike.
///
/// # Errors
/// More than [`MOST_UNITS`] units in a draft, or a link to a point that is not there.
pub fn align(old: &Draft, new: &Draft, links: &[Link]) -> Result<Alignment, Error> {
    let mut stems = Stems::default();
    let a = Side::new(old, &mut stems);
    let b = Side::new(new, &mut stems);
    for side in [&a, &b] {
        if side.units.len() > MOST_UNITS {
            return Err(Error::new(
                Kind::TooLarge,
                format!(
                    "draft {} has {} points; drafts of up to {MOST_UNITS} points are aligned",
                    side.draft.name(),
                    side.units.len()
                ),
            ));
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut free_old = vec![true; a.units.len()];
    let mut free_new = vec![true; b.units.len()];
    for link in links.iter().filter(|link| link.joins(old.name(), new.name())) {
        groups.push(manual_group(link, &a, &b, &mut free_old, &mut free_new)?);
    }
    let units: Vec<&[Token]> = a.tokens.iter().chain(&b.tokens).map(Vec::as_slice).collect();
    let weights = Weights::new(&stems, &units);
    let mut features = Features::default();
    let (old_units, new_units) = units.split_at(a.units.len());
    let old_vectors = Vectors::new(old_units, &stems, &weights, &mut features);
    let new_vectors = Vectors::new(new_units, &stems, &weights, &mut features);
    let likeness = old_vectors.table(&new_vectors);

    pair_equal(&a, &b, &mut free_old, &mut free_new, &mut groups);
    let numbering = keeps_numbering(&a, &b);
    let pairs = best_pairs(&a, &b, &likeness, numbering, &free_old, &free_new);
    // Pairs that are not firm wait until splits and merges have been looked for.
    let mut waiting = Vec::new();
    for (i, j) in pairs {
        let score = likeness[i][j];
        if score >= FIRM {
            (free_old[i], free_new[j]) = (false, false);
            groups.push(pair(i, j, score));
        } else {
            waiting.push((i, j));
        }
    }
    find_parts(&a, &b, &weights, &likeness, &mut free_old, &mut free_new, &mut groups, &waiting);
    settle_waiting(&a, &b, &weights, &likeness, &mut free_old, &mut free_new, &mut groups, &waiting);
    find_parts(&a, &b, &weights, &likeness, &mut free_old, &mut free_new, &mut groups, &[]);
    find_replaced(&a, &b, &weights, &likeness, numbering, &mut free_old, &mut free_new, &mut groups);
    for (i, _) in free_old.iter().enumerate().filter(|(_, free)| **free) {
        let nearest = nearest(&likeness[i]);
        groups.push(Group {
            kind: RelationKind::Deleted,
            old: vec![i],
            new: Vec::new(),
            manual: false,
            score: 0.0,
            reason: match nearest {
                Some((j, score)) => format!(
                    "no point of the new draft is near enough in words; the nearest is {} ({score:.2})",
                    b.address(j)
                ),
                None => "no point of the new draft shares its words".to_owned(),
            },
        });
    }
    for (j, _) in free_new.iter().enumerate().filter(|(_, free)| **free) {
        let column: Vec<f64> = likeness.iter().map(|row| row[j]).collect();
        groups.push(Group {
            kind: RelationKind::Added,
            old: Vec::new(),
            new: vec![j],
            manual: false,
            score: 0.0,
            reason: match nearest(&column) {
                Some((i, score)) => format!(
                    "no point of the old draft is near enough in words; the nearest is {} ({score:.2})",
                    a.address(i)
                ),
                None => "no point of the old draft shares its words".to_owned(),
            },
        });
    }
    Ok(Alignment {
        old: old.name().to_owned(),
        new: new.name().to_owned(),
        relations: finish(&a, &b, groups),
    })
}

fn nearest(scores: &[f64]) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for (at, score) in scores.iter().enumerate() {
        if *score > 0.005 && best.is_none_or(|(_, old)| *score > old) {
            best = Some((at, *score));
        }
    }
    best
}

fn pair(i: usize, j: usize, score: f64) -> Group {
    Group {
        kind: RelationKind::Changed,
        old: vec![i],
        new: vec![j],
        manual: false,
        score,
        reason: format!("best match in words, likeness {score:.2}"),
    }
}

fn manual_group(
    link: &Link,
    a: &Side<'_>,
    b: &Side<'_>,
    free_old: &mut [bool],
    free_new: &mut [bool],
) -> Result<Group, Error> {
    let find = |side: &Side<'_>, addresses: &[String], free: &mut [bool]| {
        let mut found = Vec::new();
        for address in addresses {
            let unit =
                side.draft.find(address).and_then(|point| side.units.iter().position(|unit| *unit == point));
            let Some(unit) = unit else {
                return Err(Error::new(
                    Kind::UnknownPlace,
                    format!(
                        "a link names point {address} of draft {}, which has no such outermost point",
                        side.draft.name()
                    ),
                ));
            };
            if !free[unit] {
                return Err(Error::new(
                    Kind::UnknownPlace,
                    format!(
                        "point {address} of draft {} stands in two links; join them in one",
                        side.draft.name()
                    ),
                ));
            }
            free[unit] = false;
            found.push(unit);
        }
        found.sort_unstable();
        Ok(found)
    };
    let (before, after) = if link.from == a.draft.name() {
        (&link.points, &link.becomes)
    } else {
        (&link.becomes, &link.points)
    };
    let old = find(a, before, free_old)?;
    let new = find(b, after, free_new)?;
    let kind = match (old.len(), new.len()) {
        (0, _) => RelationKind::Added,
        (_, 0) => RelationKind::Deleted,
        (1, 1) if link.replaced => RelationKind::Replaced,
        (1, 1) => RelationKind::Changed,
        (1, _) => RelationKind::Split,
        _ => RelationKind::Merged,
    };
    let reason = if link.because.is_empty() {
        "linked by hand".to_owned()
    } else {
        format!("linked by hand: {}", link.because)
    };
    Ok(Group { kind, old, new, manual: true, score: 1.0, reason })
}

/// Pairs units with the same words, the first with the first.
fn pair_equal(
    a: &Side<'_>,
    b: &Side<'_>,
    free_old: &mut [bool],
    free_new: &mut [bool],
    groups: &mut Vec<Group>,
) {
    let mut places = std::collections::BTreeMap::<&str, Vec<usize>>::new();
    for (j, words) in b.plain.iter().enumerate().rev() {
        if free_new[j] && !words.is_empty() {
            places.entry(words).or_default().push(j);
        }
    }
    for (i, words) in a.plain.iter().enumerate() {
        if !free_old[i] {
            continue;
        }
        let Some(waiting) = places.get_mut(words.as_str()) else { continue };
        // With the same number where there is one, otherwise the first that is left.
        let number = a.number(i);
        let same = waiting.iter().rposition(|j| number.is_some() && b.number(*j) == number);
        let Some(j) = same.map(|at| waiting.remove(at)).or_else(|| waiting.pop()) else { continue };
        (free_old[i], free_new[j]) = (false, false);
        groups.push(Group {
            kind: RelationKind::Kept,
            old: vec![i],
            new: vec![j],
            manual: false,
            score: 1.0,
            reason: "same words".to_owned(),
        });
    }
}

/// Whether the new draft counts on in the old draft's numbers: most equal wordings
/// have equal numbers, and where there are too few of them, most numbers recur.
fn keeps_numbering(a: &Side<'_>, b: &Side<'_>) -> bool {
    let mut places = std::collections::BTreeMap::<&str, Vec<String>>::new();
    for (j, words) in b.plain.iter().enumerate() {
        if let Some(number) = b.number(j) {
            places.entry(words).or_default().push(number);
        }
    }
    let (mut same, mut all) = (0, 0);
    for (i, words) in a.plain.iter().enumerate() {
        if let (Some(number), Some(numbers)) = (a.number(i), places.get(words.as_str())) {
            all += 1;
            same += usize::from(numbers.contains(&number));
        }
    }
    if all >= 2 {
        return 2 * same > all;
    }
    a.units.len() == b.units.len()
}

/// The pairs with the greatest total weight; solved apart for each set of units that
/// hang together through likeness.
fn best_pairs(
    a: &Side<'_>,
    b: &Side<'_>,
    likeness: &[Vec<f64>],
    numbering: bool,
    free_old: &[bool],
    free_new: &[bool],
) -> Vec<(usize, usize)> {
    let (rows, columns) = (a.units.len(), b.units.len());
    let numbers_old: Vec<Option<String>> = (0..rows).map(|i| a.number(i)).collect();
    let numbers_new: Vec<Option<String>> = (0..columns).map(|j| b.number(j)).collect();
    let weight = |i: usize, j: usize| -> i64 {
        if likeness[i][j] < ALIKE {
            return 0;
        }
        let place = |at: usize, count: usize| (at as f64 + 0.5) / count as f64;
        let near = 1.0 - (place(i, rows) - place(j, columns)).abs();
        let same = numbers_old[i].is_some() && numbers_old[i] == numbers_new[j];
        let apart = (a.kind(i) == PointKind::Numbered) != (b.kind(j) == PointKind::Numbered);
        let score = likeness[i][j] - ALIKE
            + 0.01
            + ORDER * near
            + if same && numbering {
                2.0 * NUMBER
            } else if same {
                NUMBER
            } else {
                0.0
            }
            - if apart { 0.15 } else { 0.0 };
        (score * 1e9) as i64
    };
    // Sets that hang together: union-find over pairs that may be made.
    let mut root: Vec<usize> = (0..rows + columns).collect();
    fn find(root: &mut [usize], mut at: usize) -> usize {
        while root[at] != at {
            root[at] = root[root[at]];
            at = root[at];
        }
        at
    }
    for i in (0..rows).filter(|i| free_old[*i]) {
        for j in (0..columns).filter(|j| free_new[*j]) {
            if weight(i, j) > 0 {
                let (one, other) = (find(&mut root, i), find(&mut root, rows + j));
                root[one.max(other)] = one.min(other);
            }
        }
    }
    let mut sets = std::collections::BTreeMap::<usize, (Vec<usize>, Vec<usize>)>::new();
    for i in (0..rows).filter(|i| free_old[*i]) {
        let set = find(&mut root, i);
        sets.entry(set).or_default().0.push(i);
    }
    for j in (0..columns).filter(|j| free_new[*j]) {
        let set = find(&mut root, rows + j);
        sets.entry(set).or_default().1.push(j);
    }
    let mut pairs = Vec::new();
    for (set_old, set_new) in sets.into_values() {
        if set_old.is_empty() || set_new.is_empty() {
            continue;
        }
        let table: Vec<Vec<i64>> =
            set_old.iter().map(|i| set_new.iter().map(|j| weight(*i, *j)).collect()).collect();
        for (row, column) in assign(&table, set_new.len()).into_iter().enumerate() {
            if let Some(column) = column {
                pairs.push((set_old[row], set_new[column]));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Finds free units that are parts of points already paired, and joins them.
#[expect(clippy::too_many_arguments, reason = "one step of align with all its state")]
fn find_parts(
    a: &Side<'_>,
    b: &Side<'_>,
    weights: &Weights,
    likeness: &[Vec<f64>],
    free_old: &mut [bool],
    free_new: &mut [bool],
    groups: &mut [Group],
    waiting: &[(usize, usize)],
) {
    // A free unit that waits with a partner of its own has to be a part beyond doubt.
    let bar = |waits: bool| if waits { (COVERED + 0.12, OWN + 0.1) } else { (COVERED, OWN) };
    // Splits: one old unit, paired or free, holds a free new one.
    for j in 0..b.units.len() {
        if !free_new[j] {
            continue;
        }
        let waits = waiting.iter().find(|(_, other)| *other == j);
        let (covered, own) = bar(waits.is_some());
        let mut best: Option<(f64, usize)> = None;
        for (at, group) in groups.iter().enumerate() {
            if group.manual
                || group.old.len() != 1
                || group.kind == RelationKind::Kept
                || likeness[group.old[0]][j] < 0.15
            {
                continue;
            }
            let whole = &a.bags[group.old[0]];
            let share = b.bags[j].covered_by(whole, weights);
            if share < covered {
                continue;
            }
            let mut left = whole.clone();
            for other in &group.new {
                left = left.without(&b.bags[*other]);
            }
            let fresh = b.bags[j].covered_by(&left, weights);
            if fresh >= own && best.is_none_or(|(old, _)| share + fresh > old) {
                best = Some((share + fresh, at));
            }
        }
        if let Some((_, at)) = best {
            free_new[j] = false;
            groups[at].new.push(j);
            groups[at].new.sort_unstable();
            groups[at].kind = RelationKind::Split;
        }
    }
    for i in 0..a.units.len() {
        if !free_old[i] {
            continue;
        }
        let waits = waiting.iter().find(|(other, _)| *other == i);
        let (covered, own) = bar(waits.is_some());
        let mut best: Option<(f64, usize)> = None;
        for (at, group) in groups.iter().enumerate() {
            if group.manual
                || group.new.len() != 1
                || group.kind == RelationKind::Kept
                || group.kind == RelationKind::Split
                || likeness[i][group.new[0]] < 0.15
            {
                continue;
            }
            let whole = &b.bags[group.new[0]];
            let share = a.bags[i].covered_by(whole, weights);
            if share < covered {
                continue;
            }
            let mut left = whole.clone();
            for other in &group.old {
                left = left.without(&a.bags[*other]);
            }
            let fresh = a.bags[i].covered_by(&left, weights);
            if fresh >= own && best.is_none_or(|(old, _)| share + fresh > old) {
                best = Some((share + fresh, at));
            }
        }
        if let Some((_, at)) = best {
            free_old[i] = false;
            groups[at].old.push(i);
            groups[at].old.sort_unstable();
            groups[at].kind = RelationKind::Merged;
        }
    }
    for group in groups.iter_mut() {
        if group.manual {
            continue;
        }
        let (parts, whole) = match group.kind {
            RelationKind::Split => {
                (Bag::of(group.new.iter().flat_map(|j| &b.tokens[*j])), &a.bags[group.old[0]])
            }
            RelationKind::Merged => {
                (Bag::of(group.old.iter().flat_map(|i| &a.tokens[*i])), &b.bags[group.new[0]])
            }
            _ => continue,
        };
        group.score = parts.covered_by(whole, weights);
        group.reason = format!(
            "{} parts hold words of one point; {:.0}% of their words stand in it",
            group.old.len().max(group.new.len()),
            100.0 * group.score
        );
    }
}

/// Decides on pairs that are alike, but not firmly.
#[expect(clippy::too_many_arguments, reason = "one step of align with all its state")]
fn settle_waiting(
    a: &Side<'_>,
    b: &Side<'_>,
    weights: &Weights,
    likeness: &[Vec<f64>],
    free_old: &mut [bool],
    free_new: &mut [bool],
    groups: &mut Vec<Group>,
    waiting: &[(usize, usize)],
) {
    for (i, j) in waiting {
        if !free_old[*i] || !free_new[*j] {
            continue;
        }
        let share =
            a.bags[*i].covered_by(&b.bags[*j], weights).max(b.bags[*j].covered_by(&a.bags[*i], weights));
        let both = 2.0 * a.bags[*i].shared(&b.bags[*j], weights)
            / (a.bags[*i].weight(weights) + b.bags[*j].weight(weights)).max(1e-9);
        // A clause that stays while others go holds nearly all its words still.
        if both < SAME_MATTER && share < 0.75 {
            continue;
        }
        (free_old[*i], free_new[*j]) = (false, false);
        groups.push(pair(*i, *j, likeness[*i][*j]));
    }
}

/// The greatest likeness of a clause of one unit and a clause of the other: the share of
/// their words that they have in common (Dice, 1945), weighted by rarity. Clauses count that
/// share three words that say something, and that are half of their unit on one side.
fn best_clauses(old: &[Token], new: &[Token], weights: &Weights) -> f64 {
    let clauses = |tokens: &[Token]| -> Vec<Bag> {
        let parts = tokens.chunk_by(|one, other| one.clause == other.clause);
        parts.take(60).map(|clause| Bag::of(clause.iter().filter(|token| !is_stop(&token.lower)))).collect()
    };
    let (old, new) = (clauses(old), clauses(new));
    let whole = |clauses: &[Bag]| clauses.iter().map(|clause| clause.weight(weights)).sum::<f64>();
    let (all_old, all_new) = (whole(&old), whole(&new));
    let mut best: f64 = 0.0;
    for one in &old {
        for other in &new {
            let (weight, theirs) = (one.weight(weights), other.weight(weights));
            let half = 2.0 * weight >= all_old || 2.0 * theirs >= all_new;
            if half && one.common(other) >= 3 {
                let sum = weight + theirs;
                best = best.max(2.0 * one.shared(other, weights) / sum.max(1e-9));
            }
        }
    }
    best
}

/// Pairs, as replacements, what is left on both sides between the same neighbours.
#[expect(clippy::too_many_arguments, reason = "one step of align with all its state")]
fn find_replaced(
    a: &Side<'_>,
    b: &Side<'_>,
    weights: &Weights,
    likeness: &[Vec<f64>],
    numbering: bool,
    free_old: &mut [bool],
    free_new: &mut [bool],
    groups: &mut Vec<Group>,
) {
    let mut anchors: Vec<(usize, usize)> = groups
        .iter()
        .filter(|group| !group.old.is_empty() && !group.new.is_empty())
        .map(|group| (group.old[0], group.new[0]))
        .collect();
    anchors.sort_unstable();
    let mut kept: Vec<(usize, usize)> = longest_rising(&anchors);
    kept.push((a.units.len(), b.units.len()));
    let (mut from_old, mut from_new) = (0, 0);
    for (to_old, to_new) in kept {
        let left: Vec<usize> = (from_old..to_old).filter(|i| free_old[*i]).collect();
        let right: Vec<usize> = (from_new..to_new).filter(|j| free_new[*j]).collect();
        (from_old, from_new) = (to_old, to_new);
        if left.is_empty() || right.is_empty() {
            continue;
        }
        let even = left.len() == right.len();
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        if numbering {
            let mut rest = right.clone();
            for i in &left {
                let number = a.number(*i);
                let same = rest.iter().position(|j| b.number(*j) == number && a.kind(*i) == b.kind(*j));
                if let Some(at) = same {
                    pairs.push((*i, rest.remove(at)));
                }
            }
        } else if even {
            pairs.extend(left.iter().copied().zip(right.iter().copied()));
        } else {
            let mut scored: Vec<(i64, usize, usize)> = Vec::new();
            for i in &left {
                for j in &right {
                    let score = (likeness[*i][*j] * 1e9) as i64;
                    if likeness[*i][*j] >= 0.12 {
                        scored.push((-score, *i, *j));
                    }
                }
            }
            scored.sort_unstable();
            for (_, i, j) in scored {
                if !pairs.iter().any(|(one, other)| *one == i || *other == j) {
                    pairs.push((i, j));
                }
            }
        }
        for (i, j) in pairs {
            if (a.kind(i) == PointKind::Numbered) != (b.kind(j) == PointKind::Numbered) {
                continue;
            }
            (free_old[i], free_new[j]) = (false, false);
            let place = if numbering {
                "same number between the same neighbours"
            } else {
                "same place between the same neighbours"
            };
            let kept = best_clauses(&a.tokens[i], &b.tokens[j], weights);
            if kept >= CLAUSE_KEPT {
                let reason = format!("{place}, and one clause has most of its words in common ({kept:.2})");
                groups.push(Group { reason, ..pair(i, j, likeness[i][j]) });
                continue;
            }
            groups.push(Group {
                kind: RelationKind::Replaced,
                old: vec![i],
                new: vec![j],
                manual: false,
                score: likeness[i][j],
                reason: format!("{place}, other words (likeness {:.2})", likeness[i][j]),
            });
        }
    }
}

/// The longest subsequence in which both places rise; `pairs` ascend by the first.
/// O(n log n).
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (at, (_, place)) in pairs.iter().enumerate() {
        let slot = ends.partition_point(|end| pairs[*end].1 < *place);
        before[at] = slot.checked_sub(1).map(|slot| ends[slot]);
        if slot == ends.len() {
            ends.push(at);
        } else {
            ends[slot] = at;
        }
    }
    let mut rising = Vec::new();
    let mut at = ends.last().copied();
    while let Some(here) = at {
        rising.push(pairs[here]);
        at = before[here];
    }
    rising.reverse();
    rising
}

fn finish(a: &Side<'_>, b: &Side<'_>, groups: Vec<Group>) -> Vec<Relation> {
    let mut anchors: Vec<(usize, usize)> = groups
        .iter()
        .filter(|group| !group.old.is_empty() && !group.new.is_empty())
        .map(|group| (group.old[0], group.new[0]))
        .collect();
    anchors.sort_unstable();
    let kept = longest_rising(&anchors);
    // A deleted point stands behind what its old neighbour became.
    let mut place_of_old = vec![None; a.units.len()];
    for group in &groups {
        for i in &group.old {
            place_of_old[*i] = group.new.last().copied();
        }
    }
    let mut behind = vec![0; a.units.len()];
    let mut last = 0;
    for (i, place) in place_of_old.iter().enumerate() {
        if let Some(place) = place
            && kept.iter().any(|(old, _)| *old <= i)
        {
            last = place + 1;
        }
        behind[i] = last;
    }
    let mut keyed: Vec<((usize, usize, usize), Relation)> = groups
        .into_iter()
        .map(|group| {
            let key = match (group.old.first(), group.new.first()) {
                (_, Some(j)) => (j + 1, 0, 0),
                (Some(i), None) => (behind[*i], 1, *i),
                (None, None) => (0, 0, 0),
            };
            let mut kind = group.kind;
            let single = group.old.len() == 1 && group.new.len() == 1;
            if kind == RelationKind::Changed && single && a.plain[group.old[0]] == b.plain[group.new[0]] {
                kind = RelationKind::Kept;
            }
            let renumbered = single && a.number(group.old[0]) != b.number(group.new[0]);
            let moved = !group.old.is_empty()
                && !group.new.is_empty()
                && kept.binary_search(&(group.old[0], group.new[0])).is_err();
            let relation = Relation {
                kind,
                old: group.old.iter().map(|i| a.units[*i]).collect(),
                new: group.new.iter().map(|j| b.units[*j]).collect(),
                old_addresses: group.old.iter().map(|i| a.address(*i).to_owned()).collect(),
                new_addresses: group.new.iter().map(|j| b.address(*j).to_owned()).collect(),
                renumbered,
                moved,
                manual: group.manual,
                score: group.score.clamp(0.0, 1.0),
                reason: group.reason,
            };
            (key, relation)
        })
        .collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, relation)| relation).collect()
}
