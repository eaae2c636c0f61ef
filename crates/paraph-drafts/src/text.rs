//! Places in a draft, the text they count in, and what is said about them.

use serde::{Deserialize, Serialize};

/// A half-open range of Unicode scalar values in the text of one draft.
///
/// Offsets count from the first character of the file as it was read (a byte
/// order mark counts). `start <= end <= number of characters` always holds for
/// spans made by this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

impl Span {
    /// Whether the span holds no character.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Number of characters.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether `other` lies inside this span.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// How serious a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Probably a slip in the draft.
    Warning,
    /// The text cannot be read as it stands; the rest was still read.
    Error,
}

/// One remark about a draft, with its place and, where there is one, a way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How serious it is.
    pub severity: Severity,
    /// A stable name, such as `missing-number`.
    pub id: String,
    /// One sentence.
    pub message: String,
    /// Where, in characters of the draft's text.
    pub span: Span,
    /// What would repair it.
    pub hint: Option<String>,
}

/// A text with fast translation between bytes and characters.
///
/// Translation is O(1) for ASCII text and for character → byte, O(log n) for
/// byte → character otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    source: String,
    /// Byte offset of each character, and the length at the end; empty for ASCII.
    bytes: Vec<u32>,
}

impl Text {
    pub(crate) fn new(source: String) -> Self {
        let bytes = if source.is_ascii() {
            Vec::new()
        } else {
            let mut bytes: Vec<u32> = source.char_indices().map(|(at, _)| at as u32).collect();
            bytes.push(source.len() as u32);
            bytes
        };
        Text { source, bytes }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.source
    }

    pub(crate) fn characters(&self) -> usize {
        if self.bytes.is_empty() { self.source.len() } else { self.bytes.len() - 1 }
    }

    /// The span of a byte range; an offset inside a character is rounded down.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        Span { start: self.character(start), end: self.character(end.max(start)) }
    }

    fn character(&self, byte: usize) -> usize {
        let byte = byte.min(self.source.len());
        if self.bytes.is_empty() {
            return byte;
        }
        match self.bytes.binary_search(&(byte as u32)) {
            Ok(index) => index,
            Err(index) => index - 1,
        }
    }

    /// The byte range of a span; clamped to the text.
    pub(crate) fn range(&self, span: Span) -> std::ops::Range<usize> {
        let byte = |at: usize| {
            if self.bytes.is_empty() {
                at.min(self.source.len())
            } else {
                self.bytes[at.min(self.bytes.len() - 1)] as usize
            }
        };
        let (start, end) = (byte(span.start), byte(span.end));
        start..end.max(start)
    }

    pub(crate) fn slice(&self, span: Span) -> &str {
        &self.source[self.range(span)]
    }
}

/// Words joined by single spaces: the form in which wordings are compared and shown.
pub(crate) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
