//! Memory for tables as large as the space.
//!
//! A system hands memory out a page at a time, on first touch, and with pages of four kibibytes that took a
//! fifth of the whole time on Linux. Asking for large pages is a hint: whether it is followed changes nothing
//! but the time.

/// A table of zeros.
pub(crate) fn zeros<T: Copy + Default>(length: usize) -> Vec<T> {
    let table = vec![T::default(); length];
    prefer_large_pages(&table);
    table
}

/// An empty table with room for so many, for what is written as soon as it is there.
pub(crate) fn empty<T>(capacity: usize) -> Vec<T> {
    let mut table = Vec::with_capacity(capacity);
    prefer_large_pages(table.spare_capacity_mut());
    table
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "a hint about whole pages inside one table")]
fn prefer_large_pages<T>(table: &[T]) {
    const LARGE: usize = 2 << 20;
    let bytes = size_of_val(table);
    let start = table.as_ptr().addr();
    let first = start.next_multiple_of(LARGE);
    let end = (start + bytes) / LARGE * LARGE;
    if first < end {
        // SAFETY: the range lies inside the table, and the hint leaves what is in memory as it is. An error
        // means that there are no large pages.
        unsafe {
            libc::madvise(
                table.as_ptr().cast::<libc::c_void>().cast_mut().byte_add(first - start),
                end - first,
                libc::MADV_HUGEPAGE,
            );
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn prefer_large_pages<T>(_: &[T]) {}
