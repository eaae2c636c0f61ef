//! The trainer: maximum conditional likelihood by stochastic gradients with AdaGrad (Duchi, Hazan and
//! Singer 2011), an L2 penalty, and the mean of the weights over the last passes.
//!
//! Everything happens in one order: documents as given, sequences shuffled by a fixed seed, sums from
//! left to right, `exp` and `log` from `libm`, nothing fused. The two stages do not meet, so they train
//! side by side. The same corpus gives the same bytes on every platform.
#![expect(clippy::needless_range_loop, reason = "a label indexes several tables at once, as in the formulas")]

use paraph_reading::tagger::acts::{ACT_BUCKETS, ACTS, ActStage, softmax};
use paraph_reading::tagger::crf::{Chain, LABELS, Transitions};
use paraph_reading::tagger::model::{BUCKETS, CUE_LABELS, ROLE_LABELS, Stage, barred};
use paraph_reading::tagger::{MarkedStatement, Model, Prepared, Sequence};
use paraph_reading::{Names, TextSpan};

use crate::document::{Attribution, Document};
use crate::error::Error;

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Passes over the corpus.
    pub passes: u32,
    /// Step of AdaGrad.
    pub step: f32,
    /// Strength of the L2 penalty, for the whole corpus.
    pub penalty: f32,
    /// Buckets of features that are met less often are left at zero.
    pub least: u8,
}

impl Default for Options {
    fn default() -> Self {
        Options { passes: 12, step: 0.03, penalty: 20.0, least: 2 }
    }
}

/// A sequence with its labels.
struct Example {
    sequence: Sequence,
    labels: Vec<u8>,
}

/// Trains both stages on marked texts.
///
/// Time is linear in the tokens and the statements; two hundred documents take seconds, eight hundred
/// articles of four thousand letters less than a minute when optimised. Memory is about two hundred
/// bytes for each token and each statement's surroundings.
///
/// # Errors
/// When no document has a statement with a cue ([`Error::is_empty`]).
pub fn train(documents: &[Document], options: &Options) -> Result<Model, Error> {
    let (mut cues, mut roles, mut acts) = (Vec::new(), Vec::new(), Vec::new());
    let mut hasher = blake3::Hasher::new();
    for document in documents {
        fingerprint(document, &mut hasher);
        examples(document, &mut cues, &mut roles, &mut acts);
    }
    if roles.is_empty() {
        return Err(Error::empty());
    }
    let (cues, roles) = std::thread::scope(|scope| {
        let other = scope.spawn(|| fit(&cues, CUE_LABELS, options));
        let roles = fit(&roles, ROLE_LABELS, options);
        (other.join(), roles)
    });
    let cues = match cues {
        Ok(cues) => cues,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    let acts = fit_acts(&acts, options);
    Ok(Model { cues, roles, acts, trained_on: *hasher.finalize().as_bytes() })
}

/// Text and spans, each with its length, so that nothing runs together.
fn fingerprint(document: &Document, hasher: &mut blake3::Hasher) {
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX).to_le_bytes();
    hasher.update(&number(document.text.len()));
    hasher.update(document.text.as_bytes());
    hasher.update(&number(document.attributions.len()));
    for row in &document.attributions {
        for spans in [&row.source, &row.cue, &row.content] {
            hasher.update(&number(spans.len()));
            for span in spans {
                hasher.update(&span.start.to_le_bytes());
                hasher.update(&span.end.to_le_bytes());
            }
        }
        let act = row.act.and_then(|act| ACTS.iter().position(|&known| known == act));
        hasher.update(&[act.map_or(255, |act| act as u8)]);
    }
}

/// The tokens that a span covers or touches.
fn covered(tokens: &[TextSpan], span: TextSpan) -> (usize, usize) {
    let start = tokens.partition_point(|token| token.end <= span.start);
    let end = tokens.partition_point(|token| token.start < span.end);
    (start, end.max(start))
}

fn examples(
    document: &Document,
    cues: &mut Vec<Example>,
    roles: &mut Vec<Example>,
    acts: &mut Vec<ActExample>,
) {
    let prepared = Prepared::new(&document.text, &Names::default());
    let tokens = prepared.tokens();
    let mut rows: Vec<(&Attribution, (usize, usize))> = document
        .attributions
        .iter()
        .filter_map(|row| {
            let (start, end) = covered(&tokens, *row.cue.first()?);
            (start < end).then_some((row, (start, end)))
        })
        .collect();
    rows.sort_by_key(|(_, cue)| *cue);
    let ranges: Vec<(usize, usize)> = rows.iter().map(|(_, cue)| *cue).collect();
    let mut labels = vec![0u8; tokens.len()];
    for &(start, end) in &ranges {
        if labels[start..end].iter().all(|&label| label == 0) {
            labels[start] = 1;
            labels[start + 1..end].fill(2);
        }
    }
    let marked: Vec<(MarkedStatement, usize)> = rows
        .iter()
        .filter_map(|(row, cue)| {
            let act = ACTS.iter().position(|&act| Some(act) == row.act)?;
            let ranges = |spans: &[TextSpan]| {
                spans
                    .iter()
                    .map(|&span| covered(&tokens, span))
                    .filter(|range| range.0 < range.1)
                    .collect::<Vec<_>>()
            };
            let source = ranges(&row.source).first().copied();
            Some((MarkedStatement { source, cue: *cue, content: ranges(&row.content) }, act))
        })
        .collect();
    let (statements, labels_of): (Vec<_>, Vec<_>) = marked.into_iter().unzip();
    let features = prepared.acts(&statements).into_iter();
    acts.extend(features.zip(labels_of).map(|(features, act)| ActExample { features, act }));
    let (one, two) = prepared.sequences(&ranges);
    let unknown = prepared.with_unknown_words(1);
    for sequence in one.into_iter().chain(unknown) {
        let mut own = labels[sequence.start..sequence.start + sequence.len()].to_vec();
        // A cue that runs over the end of a sentence begins anew in the next.
        if own.first() == Some(&2) {
            own[0] = 1;
        }
        cues.push(Example { sequence, labels: own });
    }
    for ((row, cue), sequence) in rows.into_iter().zip(two) {
        let mut own = vec![0u8; sequence.len()];
        let window = sequence.start..sequence.start + sequence.len();
        // The speaker goes over the content where the two overlap.
        for (spans, begin) in [(&row.content, 3u8), (&row.source, 1)] {
            for &span in spans {
                let (start, end) = covered(&tokens, span);
                let mut first = true;
                for at in start.max(window.start)..end.min(window.end) {
                    if (cue.0..cue.1).contains(&at) {
                        first = true;
                        continue;
                    }
                    own[at - window.start] = if first { begin } else { begin + 1 };
                    first = false;
                }
            }
        }
        // An inside whose begin was written over begins.
        let mut before = 0;
        for label in &mut own {
            if *label != 0 && label.is_multiple_of(2) && before != *label && before + 1 != *label {
                *label -= 1;
            }
            before = *label;
        }
        roles.push(Example { sequence, labels: own });
    }
}

/// The features of a statement and its act, by its place in [`ACTS`].
struct ActExample {
    features: Vec<u32>,
    act: usize,
}

/// Strength of the L2 penalty on the weights for acts: far more than on those of the chains, because a
/// statement is one example and a sentence is many. Chosen, as the step, by cross-validation.
const ACT_PENALTY: f32 = 100.0;
const ACT_STEP: f32 = 0.02;

/// Multinomial logistic regression, trained as the chains are.
fn fit_acts(examples: &[ActExample], options: &Options) -> ActStage {
    let mut stage = ActStage::empty();
    if examples.is_empty() {
        return stage;
    }
    let mut weights = vec![[0.0f32; ACTS.len()]; ACT_BUCKETS];
    let mut seen = vec![[0.0f32; ACTS.len()]; ACT_BUCKETS];
    let mut sums = vec![[0.0f32; ACTS.len()]; ACT_BUCKETS];
    let decay = ACT_PENALTY / examples.len() as f32;
    let passes = 2 * options.passes.max(1);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut dice = 0x9E37_79B9_7F4A_7C15u64;
    for pass in 0..passes {
        shuffle(&mut order, &mut dice);
        for &index in &order {
            let example = &examples[index];
            let mut scores = [0.0f64; ACTS.len()];
            for &feature in &example.features {
                for (score, &weight) in scores.iter_mut().zip(&weights[feature as usize]) {
                    *score += f64::from(weight);
                }
            }
            let likely = softmax(&scores);
            for &feature in &example.features {
                let (row, seen) = (&mut weights[feature as usize], &mut seen[feature as usize]);
                for act in 0..ACTS.len() {
                    let gradient = likely[act] as f32 - if act == example.act { 1.0 } else { 0.0 };
                    let slope = gradient + decay * row[act];
                    seen[act] += slope * slope;
                    row[act] -= ACT_STEP * slope / (seen[act] + 1e-6).sqrt();
                }
            }
        }
        if pass >= passes / 2 {
            for (sum, row) in sums.iter_mut().zip(&weights) {
                for (sum, weight) in sum.iter_mut().zip(row) {
                    *sum += weight;
                }
            }
        }
    }
    let count = (passes - passes / 2) as f32;
    let top = sums.iter().flatten().map(|sum| (sum / count).abs()).fold(0.0f32, f32::max);
    stage.unit = if top > 0.0 { top / 127.0 } else { 1.0 };
    for (row, sums) in stage.rows.iter_mut().zip(&sums) {
        for (weight, sum) in row.iter_mut().zip(sums) {
            *weight = (sum / count / stage.unit).clamp(-127.0, 127.0).round() as i8;
        }
    }
    stage
}

/// Fisher and Yates, with a generator of its own (xorshift64, Marsaglia 2003).
fn shuffle(order: &mut [usize], dice: &mut u64) {
    for at in (1..order.len()).rev() {
        *dice ^= *dice << 13;
        *dice ^= *dice >> 7;
        *dice ^= *dice << 17;
        order.swap(at, (*dice % (at as u64 + 1)) as usize);
    }
}

struct Weights {
    rows: Vec<[f32; LABELS]>,
    seen: Vec<[f32; LABELS]>,
    transitions: Transitions,
    seen_pair: [[f32; LABELS]; LABELS + 1],
}

fn fit(examples: &[Example], labels: usize, options: &Options) -> Stage {
    let mut met = vec![0u8; BUCKETS];
    for example in examples {
        for &feature in &example.sequence.features {
            let met = &mut met[feature as usize];
            *met = met.saturating_add(1);
        }
    }
    let mut weights = Weights {
        rows: vec![[0.0; LABELS]; BUCKETS],
        seen: vec![[0.0; LABELS]; BUCKETS],
        transitions: barred(labels),
        seen_pair: [[0.0; LABELS]; LABELS + 1],
    };
    let mut mean = vec![[0.0f32; LABELS]; BUCKETS];
    let mut mean_transitions = barred(labels);
    let tokens: usize = examples.iter().map(|example| example.sequence.len()).sum();
    let decay = options.penalty / tokens.max(1) as f32;
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut dice = 0x9E37_79B9_7F4A_7C15u64;
    let mut work = Work::default();
    let passes = options.passes.max(1);
    let from = passes / 2;
    for pass in 0..passes {
        shuffle(&mut order, &mut dice);
        for &index in &order {
            work.step(&examples[index], labels, &met, &mut weights, options, decay);
        }
        if pass >= from {
            for (mean, row) in mean.iter_mut().zip(&weights.rows) {
                for (mean, weight) in mean.iter_mut().zip(row) {
                    *mean += weight;
                }
            }
            for at in 0..labels {
                for to in 0..labels {
                    mean_transitions.pair[at][to] += weights.transitions.pair[at][to];
                }
                mean_transitions.first[at] += weights.transitions.first[at];
            }
        }
    }
    let count = (passes - from) as f32;
    for row in mean_transitions.pair.iter_mut().chain([&mut mean_transitions.first]) {
        row.iter_mut().for_each(|value| *value /= count);
    }
    quantise(&mean, count, labels, mean_transitions)
}

/// Eight bits a weight: what lies beyond the 99.99th percentile is clipped.
fn quantise(sums: &[[f32; LABELS]], count: f32, labels: usize, transitions: Transitions) -> Stage {
    let mut sizes: Vec<f32> = sums
        .iter()
        .flat_map(|row| &row[..labels])
        .map(|sum| (sum / count).abs())
        .filter(|&size| size > 0.0)
        .collect();
    sizes.sort_by(f32::total_cmp);
    let top = sizes.get(sizes.len().saturating_sub(1 + sizes.len() / 10_000)).copied().unwrap_or(1.0);
    let mut stage = Stage::empty(labels);
    stage.unit = top / 127.0;
    stage.transitions = transitions;
    for (row, sums) in stage.rows.iter_mut().zip(sums) {
        for (weight, sum) in row[..labels].iter_mut().zip(sums) {
            let value = (sum / count / stage.unit).clamp(-127.0, 127.0);
            // Halves go away from zero, as `round` has it everywhere.
            *weight = value.round() as i8;
        }
    }
    stage
}

#[derive(Default)]
struct Work {
    chain: Chain,
    scores: Vec<[f64; LABELS]>,
}

impl Work {
    fn step(
        &mut self,
        example: &Example,
        labels: usize,
        met: &[u8],
        weights: &mut Weights,
        options: &Options,
        decay: f32,
    ) {
        let places = example.sequence.len();
        self.scores.clear();
        for at in 0..places {
            let mut sum = [0.0f32; LABELS];
            for &feature in example.sequence.at(at) {
                for (sum, weight) in sum.iter_mut().zip(&weights.rows[feature as usize]) {
                    *sum += weight;
                }
            }
            self.scores.push(sum.map(f64::from));
        }
        self.chain.run(&self.scores, &weights.transitions);
        let mut pairs = [[0.0f64; LABELS]; LABELS + 1];
        for at in 0..places {
            let marginal = self.chain.marginal(at);
            let gold = usize::from(example.labels[at]);
            let mut gradient = [0.0f32; LABELS];
            for (label, gradient) in gradient[..labels].iter_mut().enumerate() {
                *gradient = marginal[label] as f32 - if label == gold { 1.0 } else { 0.0 };
            }
            if at == 0 {
                for label in 0..labels {
                    pairs[LABELS][label] += f64::from(gradient[label]);
                }
            }
            if at + 1 < places {
                let pair = self.chain.pair(at, labels);
                for from in 0..labels {
                    for to in 0..labels {
                        pairs[from][to] += pair[from][to];
                    }
                }
                pairs[gold][usize::from(example.labels[at + 1])] -= 1.0;
            }
            // Where the chain is sure and right there is nothing to learn.
            if gradient.iter().all(|gradient| gradient.abs() < 1e-3) {
                continue;
            }
            for &feature in example.sequence.at(at) {
                let bucket = feature as usize;
                if met[bucket] < options.least {
                    continue;
                }
                let (row, seen) = (&mut weights.rows[bucket], &mut weights.seen[bucket]);
                for label in 0..LABELS {
                    let slope = gradient[label] + decay * row[label];
                    seen[label] += slope * slope;
                    row[label] -= options.step * slope / (seen[label] + 1e-6).sqrt();
                }
            }
        }
        for from in 0..=LABELS {
            if from >= labels && from < LABELS {
                continue;
            }
            for to in 0..labels {
                if weights.transitions.barred[from][to] {
                    continue;
                }
                let slope = pairs[from][to] as f32;
                let seen = &mut weights.seen_pair[from][to];
                *seen += slope * slope;
                let change = options.step * slope / (*seen + 1e-6).sqrt();
                let place = if from == LABELS {
                    &mut weights.transitions.first[to]
                } else {
                    &mut weights.transitions.pair[from][to]
                };
                *place -= change;
            }
        }
    }
}
