//! Sets of outcomes as one bit a cell.

/// A set of cells, one bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    words: Vec<u64>,
    length: usize,
}

impl Bitmap {
    /// The empty set over `length` cells; `length / 8` bytes.
    pub fn new(length: usize) -> Self {
        Bitmap { words: vec![0; length.div_ceil(64)], length }
    }

    /// All `length` cells.
    pub fn full(length: usize) -> Self {
        let mut set = Bitmap { words: vec![!0; length.div_ceil(64)], length };
        set.trim();
        set
    }

    /// A set from its words; bits at or beyond `length` are cleared.
    ///
    /// # Panics
    /// When the number of words is not that of `length` cells.
    pub(crate) fn from_words(words: Vec<u64>, length: usize) -> Self {
        assert_eq!(words.len(), length.div_ceil(64), "a word for each 64 cells");
        let mut set = Bitmap { words, length };
        set.trim();
        set
    }

    fn trim(&mut self) {
        let rest = self.length % 64;
        if rest != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1u64 << rest) - 1;
        }
    }

    /// How many cells there are, in or out.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Whether the cell is in the set.
    ///
    /// # Panics
    /// When the cell is out of range.
    pub fn contains(&self, cell: usize) -> bool {
        self.words[cell / 64] >> (cell % 64) & 1 == 1
    }

    /// Puts the cell in.
    pub fn insert(&mut self, cell: usize) {
        self.words[cell / 64] |= 1 << (cell % 64);
    }

    /// Takes the cell out.
    pub fn remove(&mut self, cell: usize) {
        self.words[cell / 64] &= !(1 << (cell % 64));
    }

    /// How many cells are in the set.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Keeps only what `other` holds too.
    pub fn intersect(&mut self, other: &Bitmap) {
        for (word, with) in self.words.iter_mut().zip(&other.words) {
            *word &= with;
        }
    }

    /// Adds what `other` holds.
    pub fn unite(&mut self, other: &Bitmap) {
        for (word, with) in self.words.iter_mut().zip(&other.words) {
            *word |= with;
        }
    }

    /// Takes out what `other` holds.
    pub fn subtract(&mut self, other: &Bitmap) {
        for (word, with) in self.words.iter_mut().zip(&other.words) {
            *word &= !with;
        }
    }

    /// Whether every cell of the set is in `other`.
    pub fn is_subset(&self, other: &Bitmap) -> bool {
        self.words.iter().zip(&other.words).all(|(word, with)| word & !with == 0)
    }

    /// The cells in the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }
}
