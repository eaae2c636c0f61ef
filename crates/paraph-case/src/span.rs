//! Places in files.

/// A half-open range of bytes in a file; small and `Copy`, so that it goes everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Index of the file: 0 is `case.toml`, 1 the scenario laid over it.
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}
