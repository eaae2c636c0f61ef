//! Sets of states as bits.

/// A set of the states 0, 1, …, `capacity` − 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSet {
    words: Vec<u64>,
}

impl StateSet {
    /// The empty set, with room for `capacity` states.
    pub fn empty(capacity: usize) -> StateSet {
        StateSet { words: vec![0; capacity.div_ceil(64)] }
    }

    /// The states of `0..capacity` for which `keep` holds.
    pub fn from_fn(capacity: usize, keep: impl Fn(usize) -> bool) -> StateSet {
        let mut set = StateSet::empty(capacity);
        (0..capacity).filter(|&state| keep(state)).for_each(|state| {
            set.insert(state);
        });
        set
    }

    /// Whether the state is in the set.
    pub fn contains(&self, state: usize) -> bool {
        (self.words[state / 64] >> (state % 64)) & 1 == 1
    }

    /// Adds the state; says whether it was new.
    pub fn insert(&mut self, state: usize) -> bool {
        let new = !self.contains(state);
        self.words[state / 64] |= 1 << (state % 64);
        new
    }

    /// Whether no state is in the set.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Whether every state of this set is in the other.
    pub fn is_subset(&self, other: &StateSet) -> bool {
        self.words.iter().zip(&other.words).all(|(a, b)| a & !b == 0)
    }

    /// The states in both sets.
    pub fn intersection(&self, other: &StateSet) -> StateSet {
        StateSet { words: self.words.iter().zip(&other.words).map(|(a, b)| a & b).collect() }
    }

    /// The states of this set that are not in the other.
    pub fn difference(&self, other: &StateSet) -> StateSet {
        StateSet { words: self.words.iter().zip(&other.words).map(|(a, b)| a & !b).collect() }
    }

    /// Adds every state of the other set.
    pub fn extend(&mut self, other: &StateSet) {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
    }

    /// The states, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, &word)| {
            std::iter::successors(Some(word), |&rest| Some(rest & rest.wrapping_sub(1)))
                .take_while(|&rest| rest != 0)
                .map(move |rest| index * 64 + rest.trailing_zeros() as usize)
        })
    }
}
