//! One array that several threads write at once, each its own cells.
//!
//! A pass over the table hands every tile of fibres to one thread. Tiles share
//! no cell, but their cells lie scattered over the array, which safe slices
//! cannot express; going through atomics instead keeps rows of neighbouring
//! cells from being copied as vectors and made passes about half as fast.
#![expect(unsafe_code, reason = "disjoint rows of one array, see each SAFETY note")]

use std::marker::PhantomData;

/// A mutable array, borrowed for a pass.
pub(crate) struct Cells<'a, T = u32> {
    start: *mut T,
    length: usize,
    array: PhantomData<&'a mut [T]>,
}

// SAFETY: the array is plain numbers, and the methods' callers promise that no two threads touch a cell
// of which one writes.
unsafe impl<T: Copy + Send + Sync> Sync for Cells<'_, T> {}
// SAFETY: as above; the borrow keeps the array alive.
unsafe impl<T: Copy + Send + Sync> Send for Cells<'_, T> {}

impl<'a, T> Cells<'a, T> {
    pub(crate) fn new(array: &'a mut [T]) -> Self {
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
    pub(crate) unsafe fn row<const COUNT: usize>(&self, first: usize) -> &mut [T; COUNT] {
        assert!(first <= self.length && COUNT <= self.length - first, "cells within the array");
        // SAFETY: within the array, which the borrow keeps alive, and nobody else's by promise.
        unsafe { &mut *self.start.add(first).cast::<[T; COUNT]>() }
    }

    /// Neighbouring cells, however many.
    ///
    /// # Safety
    /// While the result lives nobody else reads or writes these cells.
    ///
    /// # Panics
    /// When the cells are not all within the array.
    #[expect(clippy::mut_from_ref, reason = "the caller promises that the cells are its own")]
    pub(crate) unsafe fn run(&self, first: usize, count: usize) -> &mut [T] {
        assert!(first <= self.length && count <= self.length - first, "cells within the array");
        // SAFETY: within the array, which the borrow keeps alive, and nobody else's by promise.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(first), count) }
    }
}
