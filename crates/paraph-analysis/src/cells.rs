//! One array that several threads write at once, each its own cells.
//!
//! A pass over the table hands every tile of fibres to one thread. Tiles share
//! no cell, but their cells lie scattered over the array, which safe slices
//! cannot express; going through atomics instead keeps rows of neighbouring
//! cells from being copied as vectors and made passes about half as fast.
#![expect(unsafe_code, reason = "disjoint rows of one array, see each SAFETY note")]

use std::marker::PhantomData;

/// A mutable array, borrowed for a pass.
pub(crate) struct Cells<'a> {
    start: *mut u32,
    length: usize,
    array: PhantomData<&'a mut [u32]>,
}

// SAFETY: the array is plain numbers, and the methods' callers promise that no two threads touch a cell
// of which one writes.
unsafe impl Sync for Cells<'_> {}
// SAFETY: as above; the borrow keeps the array alive.
unsafe impl Send for Cells<'_> {}

impl<'a> Cells<'a> {
    pub(crate) fn new(array: &'a mut [u32]) -> Self {
        Cells { start: array.as_mut_ptr(), length: array.len(), array: PhantomData }
    }

    /// `COUNT` neighbouring cells: a number known beforehand, so that a row moves as whole vectors.
    ///
    /// # Safety
    /// While the result lives nobody else reads or writes these cells.
    ///
    /// # Panics
    /// When the cells are not all within the array.
    #[expect(clippy::mut_from_ref, reason = "the caller promises that the cells are its own")]
    pub(crate) unsafe fn row<const COUNT: usize>(&self, first: usize) -> &mut [u32; COUNT] {
        assert!(first <= self.length && COUNT <= self.length - first, "cells within the array");
        // SAFETY: within the array, which the borrow keeps alive, and nobody else's by promise.
        unsafe { &mut *self.start.add(first).cast::<[u32; COUNT]>() }
    }
}
