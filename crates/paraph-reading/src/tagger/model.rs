//! Weights: 8 bits each, in buckets of hashed features, and their file.

use super::acts::ActStage;
use super::crf::{LABELS, Transitions};
use crate::text::Error;

/// Labels of stage one: outside, begin and inside of a cue.
pub const CUE_LABELS: usize = 3;
/// Labels of stage two: outside, begin and inside of the speaker, begin and inside of the content.
pub const ROLE_LABELS: usize = 5;
/// Buckets of each stage are this power of two.
pub const BITS: u32 = 18;
/// Number of buckets of each stage.
pub const BUCKETS: usize = 1 << BITS;

const MAGIC: &[u8; 16] = b"paraph tagger 2\n";

/// The weights of one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Scores of label pairs, in nats.
    pub transitions: Transitions,
    /// What one unit of a weight is worth, in nats.
    pub unit: f32,
    /// A row of weights for each bucket.
    pub rows: Vec<[i8; LABELS]>,
}

impl Stage {
    /// A stage that knows nothing.
    pub fn empty(labels: usize) -> Self {
        Stage { transitions: barred(labels), unit: 0.0, rows: vec![[0; LABELS]; BUCKETS] }
    }

    /// Adds the weights of features to a sum.
    pub(crate) fn add(&self, sum: &mut [i32; LABELS], features: &[u32]) {
        // Sums of so few weights of 8 bits fit into 16, and eight of those into one register.
        for some in features.chunks(200) {
            let mut part = [0i16; LABELS];
            for &feature in some {
                let row = &self.rows[feature as usize & (BUCKETS - 1)];
                for label in 0..LABELS {
                    part[label] += i16::from(row[label]);
                }
            }
            for label in 0..LABELS {
                sum[label] += i32::from(part[label]);
            }
        }
    }
}

/// Transitions in which the inside of a span follows its begin or inside only.
///
/// Label 0 is outside; then begin and inside take turns.
pub fn barred(labels: usize) -> Transitions {
    let mut transitions = Transitions::new(labels);
    for inside in (2..labels).step_by(2) {
        for from in 0..labels {
            transitions.barred[from][inside] = from != inside && from + 1 != inside;
        }
        transitions.barred[LABELS][inside] = true;
    }
    transitions
}

/// The weights of both stages, and those for acts.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Finds cues.
    pub cues: Stage,
    /// Finds the speaker and the content of one cue.
    pub roles: Stage,
    /// Says which act a statement is.
    pub acts: ActStage,
    /// BLAKE3 of what it was trained on, as the trainer defines it.
    pub trained_on: [u8; 32],
}

impl Model {
    /// Writes the weights: a heading, then for each stage its transitions, its unit, and the rows that
    /// are not all zero with the distance from the row before; then those for acts; last the first eight bytes of BLAKE3
    /// over all that.
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(self.trained_on);
        for stage in [&self.cues, &self.roles] {
            let labels = stage.transitions.labels;
            out.push(u8::try_from(labels).unwrap_or(0));
            out.extend(stage.unit.to_le_bytes());
            for row in stage.transitions.pair[..labels].iter().chain([&stage.transitions.first]) {
                for value in &row[..labels] {
                    out.extend(value.to_le_bytes());
                }
            }
            let used: Vec<usize> = (0..BUCKETS).filter(|&at| stage.rows[at] != [0; LABELS]).collect();
            out.extend(u32::try_from(used.len()).unwrap_or(0).to_le_bytes());
            let mut next = 0;
            for at in used {
                let mut gap = at - next;
                next = at + 1;
                while gap >= 0x80 {
                    out.push(0x80 | u8::try_from(gap & 0x7F).unwrap_or(0));
                    gap >>= 7;
                }
                out.push(u8::try_from(gap).unwrap_or(0));
                out.extend(stage.rows[at][..labels].iter().map(|weight| weight.to_le_bytes()[0]));
            }
        }
        self.acts.write(&mut out);
        let check = blake3::hash(&out);
        out.extend(&check.as_bytes()[..8]);
        out
    }

    /// Reads what [`Model::write`] wrote.
    ///
    /// # Errors
    /// When the bytes are no weights of this version, cut short or damaged
    /// ([`Error::is_weights`]). Any bytes are safe.
    pub fn read(bytes: &[u8]) -> Result<Model, Error> {
        let body_end = bytes.len().checked_sub(8).ok_or_else(|| Error::weights("they are cut short"))?;
        let (body, check) = bytes.split_at(body_end);
        let Some(rest) = body.strip_prefix(MAGIC) else {
            return Err(Error::weights("they do not start as weights of this version do"));
        };
        if blake3::hash(body).as_bytes()[..8] != *check {
            return Err(Error::weights("their check sum does not fit, so they are damaged"));
        }
        let mut input = Input(rest);
        let trained_on = input.take::<32>()?;
        let cues = stage(&mut input, CUE_LABELS)?;
        let roles = stage(&mut input, ROLE_LABELS)?;
        let acts = ActStage::read(&mut input)?;
        if !input.0.is_empty() {
            return Err(Error::weights("more follows after their end"));
        }
        Ok(Model { cues, roles, acts, trained_on })
    }
}

pub(super) struct Input<'a>(&'a [u8]);

impl Input<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (head, rest) =
            self.0.split_first_chunk::<N>().ok_or_else(|| Error::weights("they are cut short"))?;
        self.0 = rest;
        Ok(*head)
    }
}

/// A number that is finite.
pub(super) fn number(input: &mut Input<'_>) -> Result<f32, Error> {
    let value = f32::from_le_bytes(input.take()?);
    if value.is_finite() { Ok(value) } else { Err(Error::weights("a number in them is not finite")) }
}

fn stage(input: &mut Input<'_>, labels: usize) -> Result<Stage, Error> {
    if usize::from(input.take::<1>()?[0]) != labels {
        return Err(Error::weights("they are for other labels"));
    }
    let mut stage = Stage::empty(labels);
    stage.unit = number(input)?;
    for from in 0..labels {
        for to in 0..labels {
            stage.transitions.pair[from][to] = number(input)?;
        }
    }
    for label in 0..labels {
        stage.transitions.first[label] = number(input)?;
    }
    let count = u32::from_le_bytes(input.take()?);
    let mut next = 0usize;
    for _ in 0..count {
        let (mut gap, mut shift) = (0usize, 0);
        loop {
            let byte = input.take::<1>()?[0];
            gap |= usize::from(byte & 0x7F) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
            if shift > 21 {
                return Err(Error::weights("a distance in them is too long"));
            }
        }
        let at = next + gap;
        let row = stage.rows.get_mut(at).ok_or_else(|| Error::weights("a bucket in them does not exist"))?;
        for weight in &mut row[..labels] {
            *weight = i8::from_le_bytes(input.take()?);
        }
        next = at + 1;
    }
    Ok(stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Model {
        let mut model = Model {
            cues: Stage::empty(CUE_LABELS),
            roles: Stage::empty(ROLE_LABELS),
            acts: ActStage::empty(),
            trained_on: [9; 32],
        };
        model.acts.unit = 0.5;
        model.acts.rows[77][3] = 5;
        model.cues.unit = 0.25;
        model.cues.rows[0][1] = -3;
        model.cues.rows[BUCKETS - 1][2] = 127;
        model.roles.rows[130][4] = -128;
        model.roles.transitions.pair[1][2] = 1.5;
        model
    }

    #[test]
    fn what_was_written_is_read() {
        let model = sample();
        assert_eq!(Model::read(&model.write()).unwrap(), model);
    }

    #[test]
    fn damaged_weights_are_refused_and_never_trusted() {
        let bytes = sample().write();
        // Behind the first rows for acts stand thousands of equal marks of empty rows: some of them will do.
        let last = bytes.len() - 16;
        for at in (0..bytes.len()).filter(|&at| at < 2000 || at.is_multiple_of(61) || at >= last) {
            assert!(Model::read(&bytes[..at]).unwrap_err().is_weights());
            let mut other = bytes.clone();
            other[at] ^= 0x41;
            assert!(Model::read(&other).is_err(), "byte {at}");
            // With a check sum that fits, the insides are still looked at: a result or an error.
            let end = other.len() - 8;
            let check = blake3::hash(&other[..end]);
            other[end..].copy_from_slice(&check.as_bytes()[..8]);
            let _ = Model::read(&other);
        }
    }
}
