//! Proposed statements against marked ones.
//!
//! The same measure as that of the project's scorer: a proposed statement is right when its cue
//! overlaps the marked cue, its speaker overlaps the marked one (or both are absent), and the Jaccard
//! index of the characters of both contents, white space aside, is at least one half. Marked statements
//! without a cue or without content do not count; each is matched at most once, best overlaps first.

use std::collections::{BTreeMap, BTreeSet};

use paraph_reading::TextSpan;

use crate::document::{Attribution, Document};

/// Right, wrong and blank labels of matched statements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Label {
    /// As marked.
    pub right: usize,
    /// Otherwise than marked.
    pub wrong: usize,
    /// Not given.
    pub blank: usize,
}

/// Counts over documents; add them up with `+=`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Marked statements with a cue and content.
    pub gold: usize,
    /// Proposed statements.
    pub predicted: usize,
    /// Matched cues.
    pub cue: usize,
    /// Matched cues with right contents.
    pub content: usize,
    /// Statements right as a whole.
    pub attribution: usize,
    /// Party of the matched ones that have one marked.
    pub party: Label,
    /// Act of the matched ones that have one marked.
    pub act: Label,
    /// Links from denial to claim: right, marked, proposed.
    pub links: (usize, usize, usize),
}

impl std::ops::AddAssign for Score {
    fn add_assign(&mut self, other: Score) {
        self.gold += other.gold;
        self.predicted += other.predicted;
        self.cue += other.cue;
        self.content += other.content;
        self.attribution += other.attribution;
        for (own, other) in [(&mut self.party, other.party), (&mut self.act, other.act)] {
            own.right += other.right;
            own.wrong += other.wrong;
            own.blank += other.blank;
        }
        self.links.0 += other.links.0;
        self.links.1 += other.links.1;
        self.links.2 += other.links.2;
    }
}

impl Score {
    /// Precision, recall and F1 of a count of right ones.
    pub fn rates(&self, right: usize) -> (f64, f64, f64) {
        let share = |all: usize| if all == 0 { 0.0 } else { right as f64 / all as f64 };
        let (precision, recall) = (share(self.predicted), share(self.gold));
        let both = precision + recall;
        (precision, recall, if both > 0.0 { 2.0 * precision * recall / both } else { 0.0 })
    }

    /// F1 of whole statements.
    pub fn f1(&self) -> f64 {
        self.rates(self.attribution).2
    }
}

fn characters(spans: &[TextSpan], text: &[char]) -> BTreeSet<u32> {
    spans
        .iter()
        .flat_map(|span| span.start..span.end)
        .filter(|&at| text.get(at as usize).is_some_and(|letter| !letter.is_whitespace()))
        .collect()
}

fn jaccard(one: &BTreeSet<u32>, other: &BTreeSet<u32>) -> f64 {
    let common = one.intersection(other).count();
    let union = one.len() + other.len() - common;
    if union == 0 { 0.0 } else { common as f64 / union as f64 }
}

/// Scores the proposals for one document.
pub fn score(gold: &Document, predicted: &[Attribution]) -> Score {
    let text: Vec<char> = gold.text.chars().collect();
    let sets =
        |row: &Attribution| [&row.source, &row.cue, &row.content].map(|spans| characters(spans, &text));
    let marked: Vec<(&Attribution, [BTreeSet<u32>; 3])> = gold
        .attributions
        .iter()
        .map(|row| (row, sets(row)))
        .filter(|(_, sets)| !sets[1].is_empty() && !sets[2].is_empty())
        .collect();
    let said: Vec<(&Attribution, [BTreeSet<u32>; 3])> = predicted
        .iter()
        .map(|row| (row, sets(row)))
        .filter(|(_, sets)| !sets[1].is_empty() || !sets[2].is_empty())
        .collect();
    let mut pairs = Vec::new();
    for (i, (_, one)) in marked.iter().enumerate() {
        for (j, (_, other)) in said.iter().enumerate() {
            if !one[1].is_disjoint(&other[1]) {
                pairs.push((jaccard(&one[1], &other[1]) + jaccard(&one[2], &other[2]), i, j));
            }
        }
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then((other.1, other.2).cmp(&(one.1, one.2))));
    let mut score = Score { gold: marked.len(), predicted: said.len(), ..Score::default() };
    let (mut used, mut taken) = (vec![false; marked.len()], vec![false; said.len()]);
    let mut twin: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, i, j) in pairs {
        if used[i] || taken[j] {
            continue;
        }
        (used[i], taken[j]) = (true, true);
        twin.insert(j, i);
        let ((row, one), (guess, other)) = (&marked[i], &said[j]);
        let source = !one[0].is_disjoint(&other[0]) || one[0].is_empty() && other[0].is_empty();
        let content = jaccard(&one[2], &other[2]) >= 0.5;
        score.cue += 1;
        score.content += usize::from(content);
        score.attribution += usize::from(content && source);
        let label = |count: &mut Label, same: bool, given: bool| match (same, given) {
            (true, _) => count.right += 1,
            (false, true) => count.wrong += 1,
            (false, false) => count.blank += 1,
        };
        if row.party.is_some() {
            label(&mut score.party, row.party == guess.party, guess.party.is_some());
        }
        if row.act.is_some() {
            label(&mut score.act, row.act == guess.act, guess.act.is_some());
        }
    }
    let name = |rows: &[(&Attribution, [BTreeSet<u32>; 3])], id: &str| {
        rows.iter().position(|(row, _)| row.id.as_deref() == Some(id))
    };
    let wanted: BTreeSet<(usize, usize)> = marked
        .iter()
        .enumerate()
        .filter_map(|(i, (row, _))| Some((i, name(&marked, row.contests.as_deref()?)?)))
        .collect();
    let proposed: Vec<(usize, usize)> = said
        .iter()
        .enumerate()
        .filter_map(|(j, (row, _))| Some((j, name(&said, row.contests.as_deref()?)?)))
        .collect();
    let right = proposed
        .iter()
        .filter(|(denial, claim)| {
            twin.get(denial)
                .zip(twin.get(claim))
                .is_some_and(|(&denial, &claim)| wanted.contains(&(denial, claim)))
        })
        .count();
    score.links = (right, wanted.len(), proposed.len());
    score
}
