//! Inference in a linear-chain conditional random field (Lafferty, McCallum and Pereira 2001).
//!
//! Numbers are `f64`, `exp` and `log` are those of the `libm` crate, nothing is fused and every sum has
//! one order, so the same weights give the same bits on every platform.
#![expect(clippy::needless_range_loop, reason = "a label indexes several tables at once, as in the formulas")]

/// No chain has more labels.
pub const LABELS: usize = 8;

/// Scores are clamped to this far below the best of their place, so that no product reaches zero.
const FLOOR: f64 = -40.0;

/// Scores of label pairs, and of the first label.
#[derive(Debug, Clone, PartialEq)]
pub struct Transitions {
    /// Number of labels, at most [`LABELS`].
    pub labels: usize,
    /// `pair[from][to]`.
    pub pair: [[f32; LABELS]; LABELS],
    /// Score of a label at the first place.
    pub first: [f32; LABELS],
    /// Pairs that cannot be; row [`LABELS`] is for the first place.
    pub barred: [[bool; LABELS]; LABELS + 1],
}

impl Transitions {
    /// All pairs are possible and score nothing.
    pub fn new(labels: usize) -> Self {
        assert!((1..=LABELS).contains(&labels), "a chain has 1 to {LABELS} labels");
        Transitions {
            labels,
            pair: [[0.0; LABELS]; LABELS],
            first: [0.0; LABELS],
            barred: [[false; LABELS]; LABELS + 1],
        }
    }

    fn weight(&self, from: usize, to: usize) -> f64 {
        if self.barred[from][to] { 0.0 } else { libm::exp(f64::from(self.pair[from][to]).clamp(-20.0, 20.0)) }
    }

    fn first_weight(&self, label: usize) -> f64 {
        if self.barred[LABELS][label] {
            0.0
        } else {
            libm::exp(f64::from(self.first[label]).clamp(-20.0, 20.0))
        }
    }
}

/// Working space and results of the forward–backward algorithm; kept between calls.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// `exp(score − best)`, place by place.
    local: Vec<[f64; LABELS]>,
    forward: Vec<[f64; LABELS]>,
    backward: Vec<[f64; LABELS]>,
    scale: Vec<f64>,
    best: Vec<f64>,
    weights: [[f64; LABELS]; LABELS],
    first: [f64; LABELS],
}

impl Chain {
    /// Runs forward and backward over a sequence of label scores (Rabiner 1989, scaled).
    ///
    /// Time is places times labels squared. An empty sequence is fine.
    pub fn run(&mut self, scores: &[[f64; LABELS]], transitions: &Transitions) {
        let (places, labels) = (scores.len(), transitions.labels);
        for from in 0..labels {
            self.first[from] = transitions.first_weight(from);
            for to in 0..labels {
                self.weights[from][to] = transitions.weight(from, to);
            }
        }
        self.local.clear();
        self.local.resize(places, [0.0; LABELS]);
        self.forward.clear();
        self.forward.resize(places, [0.0; LABELS]);
        self.backward.clear();
        self.backward.resize(places, [0.0; LABELS]);
        self.scale.clear();
        self.scale.resize(places, 0.0);
        self.best.clear();
        for (local, row) in self.local.iter_mut().zip(scores) {
            let best = row[..labels].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            self.best.push(best);
            for label in 0..labels {
                local[label] = libm::exp((row[label] - best).max(FLOOR));
            }
        }
        for at in 0..places {
            let mut row = [0.0; LABELS];
            if at == 0 {
                for label in 0..labels {
                    row[label] = self.first[label] * self.local[0][label];
                }
            } else {
                let before = self.forward[at - 1];
                for to in 0..labels {
                    let mut sum = 0.0;
                    for from in 0..labels {
                        sum += before[from] * self.weights[from][to];
                    }
                    row[to] = sum * self.local[at][to];
                }
            }
            let total: f64 = row[..labels].iter().sum();
            self.scale[at] = total;
            for value in &mut row[..labels] {
                *value /= total;
            }
            self.forward[at] = row;
        }
        for at in (0..places).rev() {
            if at + 1 == places {
                self.backward[at][..labels].fill(1.0);
                continue;
            }
            let (after, local, scale) = (self.backward[at + 1], self.local[at + 1], self.scale[at + 1]);
            for from in 0..labels {
                let mut sum = 0.0;
                for to in 0..labels {
                    sum += self.weights[from][to] * local[to] * after[to];
                }
                self.backward[at][from] = sum / scale;
            }
        }
    }

    /// Probability of each label at a place, given the whole sequence.
    pub fn marginal(&self, at: usize) -> [f64; LABELS] {
        let mut row = [0.0; LABELS];
        for (label, value) in row.iter_mut().enumerate() {
            *value = self.forward[at][label] * self.backward[at][label];
        }
        row
    }

    /// Probability of each pair of labels at a place and the next.
    pub fn pair(&self, at: usize, labels: usize) -> [[f64; LABELS]; LABELS] {
        let mut out = [[0.0; LABELS]; LABELS];
        let scale = self.scale[at + 1];
        for from in 0..labels {
            for to in 0..labels {
                out[from][to] = self.forward[at][from]
                    * self.weights[from][to]
                    * self.local[at + 1][to]
                    * self.backward[at + 1][to]
                    / scale;
            }
        }
        out
    }

    /// Logarithm of the sum over all label sequences (the partition function).
    pub fn log_sum(&self) -> f64 {
        self.best.iter().zip(&self.scale).map(|(best, scale)| best + libm::log(*scale)).sum()
    }
}

/// The best label sequence (Viterbi 1967); ties go to the lower label.
pub fn best_path(scores: &[[f64; LABELS]], transitions: &Transitions) -> Vec<u8> {
    let (places, labels) = (scores.len(), transitions.labels);
    if places == 0 {
        return Vec::new();
    }
    let bar = |from: usize, to: usize| transitions.barred[from][to];
    let mut back: Vec<[u8; LABELS]> = vec![[0; LABELS]; places];
    let mut row = [f64::NEG_INFINITY; LABELS];
    for label in 0..labels {
        if !bar(LABELS, label) {
            row[label] = scores[0][label] + f64::from(transitions.first[label]);
        }
    }
    for at in 1..places {
        let mut next = [f64::NEG_INFINITY; LABELS];
        for to in 0..labels {
            for from in 0..labels {
                let score = row[from] + f64::from(transitions.pair[from][to]);
                if !bar(from, to) && score > next[to] {
                    next[to] = score;
                    back[at][to] = u8::try_from(from).unwrap_or(0);
                }
            }
            next[to] += scores[at][to];
        }
        row = next;
    }
    let mut label = 0;
    for other in 1..labels {
        if row[other] > row[label] {
            label = other;
        }
    }
    let mut path = vec![0u8; places];
    for at in (0..places).rev() {
        path[at] = u8::try_from(label).unwrap_or(0);
        label = usize::from(back[at][label]);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every label sequence with its score, straight from the definition.
    fn all(scores: &[[f64; LABELS]], transitions: &Transitions) -> Vec<(Vec<u8>, f64)> {
        let labels = transitions.labels;
        let count = labels.pow(u32::try_from(scores.len()).unwrap());
        (0..count)
            .filter_map(|mut code| {
                let mut path = Vec::new();
                for _ in 0..scores.len() {
                    path.push(u8::try_from(code % labels).unwrap());
                    code /= labels;
                }
                let mut sum = f64::from(transitions.first[usize::from(path[0])]);
                if transitions.barred[LABELS][usize::from(path[0])] {
                    return None;
                }
                for (at, &label) in path.iter().enumerate() {
                    let label = usize::from(label);
                    sum += scores[at][label];
                    if at > 0 {
                        let from = usize::from(path[at - 1]);
                        if transitions.barred[from][label] {
                            return None;
                        }
                        sum += f64::from(transitions.pair[from][label]);
                    }
                }
                Some((path, sum))
            })
            .collect()
    }

    #[test]
    fn agrees_with_all_sequences_one_by_one() {
        let mut state = 7u64;
        let mut dice = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f64 / 16_777_216.0) * 4.0 - 2.0
        };
        for labels in 2..=4 {
            for places in 1..=5 {
                let mut transitions = Transitions::new(labels);
                transitions.barred[0][labels - 1] = true;
                transitions.barred[LABELS][labels - 1] = labels > 2;
                let mut scores = vec![[0.0; LABELS]; places];
                for row in &mut scores {
                    row[..labels].fill_with(&mut dice);
                }
                for from in 0..labels {
                    transitions.first[from] = dice() as f32;
                    for to in 0..labels {
                        transitions.pair[from][to] = dice() as f32;
                    }
                }
                let every = all(&scores, &transitions);
                let total: f64 = every.iter().map(|(_, score)| score.exp()).sum();
                let mut chain = Chain::default();
                chain.run(&scores, &transitions);
                assert!((chain.log_sum() - total.ln()).abs() < 1e-9);
                for at in 0..places {
                    let marginal = chain.marginal(at);
                    for label in 0..labels {
                        let wanted: f64 = every
                            .iter()
                            .filter(|(path, _)| usize::from(path[at]) == label)
                            .map(|(_, score)| score.exp() / total)
                            .sum();
                        assert!((marginal[label] - wanted).abs() < 1e-9);
                        if at + 1 < places {
                            for next in 0..labels {
                                let wanted: f64 = every
                                    .iter()
                                    .filter(|(path, _)| {
                                        usize::from(path[at]) == label && usize::from(path[at + 1]) == next
                                    })
                                    .map(|(_, score)| score.exp() / total)
                                    .sum();
                                assert!((chain.pair(at, labels)[label][next] - wanted).abs() < 1e-9);
                            }
                        }
                    }
                }
                let best = every.iter().max_by(|one, other| one.1.total_cmp(&other.1)).unwrap();
                assert_eq!(best_path(&scores, &transitions), best.0);
            }
        }
    }

    #[test]
    fn extreme_scores_stay_finite() {
        let mut transitions = Transitions::new(3);
        transitions.barred[0][2] = true;
        let scores: Vec<[f64; LABELS]> = (0..2_000)
            .map(|at| {
                let mut row = [0.0; LABELS];
                row[at % 3] = 1e9;
                row[(at + 1) % 3] = -1e9;
                row
            })
            .collect();
        let mut chain = Chain::default();
        chain.run(&scores, &transitions);
        for at in 0..scores.len() {
            let sum: f64 = chain.marginal(at).iter().sum();
            assert!((sum - 1.0).abs() < 1e-6, "{sum}");
        }
    }
}
