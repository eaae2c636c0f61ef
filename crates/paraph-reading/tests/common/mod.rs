//! The scorer: one statement is found when its cue and speaker overlap the expected ones and the
//! contents' characters without spaces have a Jaccard index of at least one half.

use std::collections::BTreeSet;

use paraph_reading::TextSpan;

/// What both an expected and a proposed statement have.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) source: Vec<TextSpan>,
    pub(crate) cue: Vec<TextSpan>,
    pub(crate) content: Vec<TextSpan>,
    pub(crate) party: Option<String>,
    pub(crate) act: Option<String>,
    pub(crate) contests: Option<String>,
}

impl From<&paraph_reading::Statement> for Row {
    fn from(statement: &paraph_reading::Statement) -> Self {
        let act = statement.act.map(|act| serde_json::to_value(act).unwrap().as_str().unwrap().to_owned());
        Row {
            id: statement.id.clone(),
            source: statement.source.clone(),
            cue: statement.cue.clone(),
            content: statement.content.clone(),
            party: statement.party.clone(),
            act,
            contests: statement.contests.clone(),
        }
    }
}

/// Counts over one text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Score {
    pub(crate) expected: usize,
    pub(crate) proposed: usize,
    pub(crate) found: usize,
    pub(crate) act_right: usize,
    pub(crate) party_right: usize,
    pub(crate) party_wrong: usize,
    pub(crate) links_expected: usize,
    pub(crate) links_found: usize,
}

impl Score {
    pub(crate) fn precision(&self) -> f64 {
        if self.proposed == 0 {
            f64::from(self.expected == 0)
        } else {
            self.found as f64 / self.proposed as f64
        }
    }
    pub(crate) fn recall(&self) -> f64 {
        if self.expected == 0 { 1.0 } else { self.found as f64 / self.expected as f64 }
    }
    pub(crate) fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }
}

fn characters(spans: &[TextSpan], text: &[char]) -> BTreeSet<u32> {
    spans
        .iter()
        .flat_map(|span| span.start..span.end)
        .filter(|&at| !text[at as usize].is_whitespace())
        .collect()
}

fn jaccard(one: &BTreeSet<u32>, other: &BTreeSet<u32>) -> f64 {
    let union = one.union(other).count();
    if union == 0 { 0.0 } else { one.intersection(other).count() as f64 / union as f64 }
}

/// Matches each expected statement with at most one proposed one, the best overlaps first.
pub(crate) fn score(text: &str, expected: &[Row], proposed: &[Row]) -> Score {
    let text: Vec<char> = text.chars().collect();
    let sets = |rows: &[Row]| -> Vec<[BTreeSet<u32>; 3]> {
        rows.iter()
            .map(|row| [&row.source, &row.cue, &row.content].map(|spans| characters(spans, &text)))
            .collect()
    };
    let (gold, said) = (sets(expected), sets(proposed));
    let mut pairs = Vec::new();
    for (i, one) in gold.iter().enumerate() {
        for (j, other) in said.iter().enumerate() {
            if one[1].intersection(&other[1]).next().is_some() {
                pairs.push((jaccard(&one[1], &other[1]) + jaccard(&one[2], &other[2]), i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.partial_cmp(a).unwrap());
    let mut score = Score { expected: expected.len(), proposed: proposed.len(), ..Score::default() };
    let (mut used, mut taken) = (vec![None; expected.len()], vec![None; proposed.len()]);
    for (_, i, j) in pairs {
        if used[i].is_some() || taken[j].is_some() {
            continue;
        }
        (used[i], taken[j]) = (Some(j), Some(i));
        let source = gold[i][0].intersection(&said[j][0]).next().is_some()
            || gold[i][0].is_empty() && said[j][0].is_empty();
        score.found += usize::from(source && jaccard(&gold[i][2], &said[j][2]) >= 0.5);
        score.act_right += usize::from(expected[i].act == proposed[j].act);
        score.party_right += usize::from(expected[i].party == proposed[j].party);
        let wrong = proposed[j].party.is_some() && expected[i].party != proposed[j].party;
        if wrong {
            println!("party {:?} for {:?} in {}", proposed[j].party, expected[i].party, expected[i].id);
        }
        score.party_wrong += usize::from(wrong);
    }
    let expected_of = |id: &str| expected.iter().position(|row| row.id == id);
    for (i, row) in expected.iter().enumerate() {
        let Some(claim) = row.contests.as_deref().and_then(expected_of) else { continue };
        score.links_expected += 1;
        let linked = used[i].and_then(|j| proposed[j].contests.clone());
        let claim = used[claim].map(|j| proposed[j].id.clone());
        score.links_found += usize::from(linked.is_some() && linked == claim);
    }
    score
}
