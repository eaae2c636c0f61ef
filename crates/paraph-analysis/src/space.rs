//! Outcomes as numbers: axes, strides, cells.
//!
//! An outcome is one option for every issue. Its *index* counts in order of
//! declaration with the first issue fastest; lists of outcomes ascend by it.
//! Its *cell* is where the tables keep it: the same mixed-radix number over
//! the issues in another order, in which a party's issues are neighbours, so
//! that the outcomes a party can reach lie close together.

use crate::error::Error;
use paraph_case::model::Case;

/// The most outcomes that tables hold: cells are 32-bit numbers.
pub const MOST_CELLS: u64 = 1 << 32;

/// One issue as an axis of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Axis {
    /// Index of the issue in the case.
    pub(crate) issue: usize,
    /// How many options vary; 1 for an issue that is held.
    pub(crate) radix: usize,
    /// The first option that varies: 0, or the option held.
    pub(crate) first: usize,
    /// Distance between cells that differ by one option.
    pub(crate) stride: usize,
}

/// All outcomes of a case, before constraints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// In order of stride, ascending.
    pub(crate) axes: Vec<Axis>,
    /// Position in `axes` of each issue.
    pub(crate) axis_of: Vec<usize>,
    size: usize,
    in_order: bool,
}

impl Space {
    /// Lays the issues out: those that nobody can change alone outermost, each party's own next to
    /// each other. `held` gives the issues that keep one option.
    pub(crate) fn new(case: &Case, held: &[(usize, usize)]) -> Result<Self, Error> {
        let mut order: Vec<usize> = (0..case.issues.len()).collect();
        // The first mover decides the neighbourhood; `sort_by_key` is stable, so declaration order
        // decides the rest, and small cases in which everybody's issues are declared together keep it.
        order.sort_by_key(|&issue| case.issues[issue].moved_by.iter().min().copied().unwrap_or(usize::MAX));
        let mut axes = Vec::with_capacity(order.len());
        let mut size: u64 = 1;
        for issue in order {
            let fixed = held.iter().find(|(which, _)| *which == issue).map(|&(_, option)| option);
            let radix = if fixed.is_some() { 1 } else { case.issues[issue].options.len() };
            axes.push(Axis { issue, radix, first: fixed.unwrap_or(0), stride: size as usize });
            size = size.checked_mul(radix as u64).filter(|&n| n < MOST_CELLS).ok_or_else(|| {
                Error::too_large(format!(
                    "{} issues have more than {} outcomes, the most that tables hold; hold some issues constant",
                    case.issues.len(),
                    MOST_CELLS - 1
                ))
            })?;
        }
        let mut axis_of = vec![0; axes.len()];
        for (at, axis) in axes.iter().enumerate() {
            axis_of[axis.issue] = at;
        }
        let in_order = axes.iter().enumerate().all(|(at, axis)| axis.issue == at);
        Ok(Space { axes, axis_of, size: size as usize, in_order })
    }

    /// A space of `states` states without issues, for the explicit form.
    pub(crate) fn explicit(states: usize) -> Self {
        Space { axes: Vec::new(), axis_of: Vec::new(), size: states, in_order: true }
    }

    /// Whether cells and indexes are the same numbers.
    pub(crate) fn is_in_order(&self) -> bool {
        self.in_order
    }

    /// How many cells there are.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The option that an issue has in a cell.
    pub(crate) fn option(&self, cell: usize, issue: usize) -> usize {
        let axis = &self.axes[self.axis_of[issue]];
        axis.first + cell / axis.stride % axis.radix
    }

    /// The options of a cell, one per issue in order of declaration.
    pub fn options(&self, cell: usize) -> Vec<usize> {
        (0..self.axes.len()).map(|issue| self.option(cell, issue)).collect()
    }

    /// The cell of an outcome; `None` when it contradicts an issue that is held.
    pub fn cell(&self, options: &[usize]) -> Option<usize> {
        let mut cell = 0;
        for axis in &self.axes {
            let digit = options[axis.issue].checked_sub(axis.first).filter(|&digit| digit < axis.radix)?;
            cell += digit * axis.stride;
        }
        Some(cell)
    }

    /// The outcome's index in order of declaration, first issue fastest, among the issues not held.
    pub(crate) fn index(&self, cell: usize) -> usize {
        if self.in_order {
            return cell;
        }
        let (mut index, mut place) = (0, 1);
        for &at in &self.axis_of {
            let axis = &self.axes[at];
            index += cell / axis.stride % axis.radix * place;
            place *= axis.radix;
        }
        index
    }

    /// The inverse of [`Space::index`].
    pub(crate) fn cell_of_index(&self, index: usize) -> usize {
        if self.in_order {
            return index;
        }
        let (mut cell, mut rest) = (0, index);
        for &at in &self.axis_of {
            let axis = &self.axes[at];
            cell += rest % axis.radix * axis.stride;
            rest /= axis.radix;
        }
        cell
    }
}
