//! Stored text: decoding, and the way between scalar values and bytes.

use std::borrow::Cow;

use crate::record::TextSpan;

/// Why bytes could not be read: as text, or as the weights of a tagger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct Error(Kind);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Kind {
    #[error(
        "the text is not valid UTF-8 at line {line}, column {column} (byte {offset}); save it as UTF-8 and read it again"
    )]
    Encoding { line: usize, column: usize, offset: usize },
    #[error("these are no weights that this version can use: {0}; train them again")]
    Weights(&'static str),
}

impl Error {
    pub(crate) fn weights(why: &'static str) -> Self {
        Error(Kind::Weights(why))
    }

    fn place(&self) -> (usize, usize, usize) {
        match self.0 {
            Kind::Encoding { line, column, offset } => (line, column, offset),
            Kind::Weights(_) => (0, 0, 0),
        }
    }

    /// The bytes are no text in UTF-8.
    pub fn is_encoding(&self) -> bool {
        matches!(self.0, Kind::Encoding { .. })
    }

    /// The bytes are no weights of a tagger.
    pub fn is_weights(&self) -> bool {
        matches!(self.0, Kind::Weights(_))
    }

    /// The line of the first bad byte of a text, from 1; lines end at LF. 0 for weights.
    pub fn line(&self) -> usize {
        self.place().0
    }

    /// The column of the first bad byte of a text, from 1, in Unicode scalar values. 0 for weights.
    pub fn column(&self) -> usize {
        self.place().1
    }

    /// The offset of the first bad byte of a text from the start of the input, a byte-order mark
    /// included. 0 for weights.
    pub fn offset(&self) -> usize {
        self.place().2
    }
}

/// Decodes UTF-8; one byte-order mark at the start is taken off, and nothing else is changed.
///
/// Line ends stay as they are (CRLF too), so that offsets into the result are offsets into the
/// stored text. Linear in the length of the input.
///
/// # Errors
/// Names line, column and byte of the first sequence that is no UTF-8.
pub fn decode(bytes: &[u8]) -> Result<String, Error> {
    let mark = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    match std::str::from_utf8(&bytes[mark..]) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let good = &bytes[mark..mark + error.valid_up_to()];
            let line_start = good.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            let scalars = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
            Err(Error(Kind::Encoding {
                line: 1 + good.iter().filter(|&&byte| byte == b'\n').count(),
                column: 1 + scalars(&good[line_start..]),
                offset: mark + good.len(),
            }))
        }
    }
}

/// Finds the bytes of scalar offsets: one table entry for every 64 scalar values.
///
/// Building it is linear in the text, each look-up takes constant time.
#[derive(Debug, Clone)]
pub struct SpanIndex<'t> {
    text: &'t str,
    /// Byte offset of scalar `64 * i`.
    marks: Vec<usize>,
    /// Scalar values in the text.
    length: u32,
}

const STEP: usize = 64;

impl<'t> SpanIndex<'t> {
    /// Indexes a text.
    ///
    /// Offsets are 32 bits wide: of a text of more than 2³² scalar values only the first 2³² − 1
    /// can be named.
    pub fn new(text: &'t str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / STEP + 1);
        let mut count = 0usize;
        for (byte, _) in text.char_indices() {
            if count.is_multiple_of(STEP) {
                marks.push(byte);
            }
            count += 1;
        }
        SpanIndex { text, marks, length: u32::try_from(count).unwrap_or(u32::MAX) }
    }

    /// Number of Unicode scalar values.
    pub fn len(&self) -> u32 {
        self.length
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Byte offset of a scalar offset; `None` past the end.
    pub fn byte(&self, scalar: u32) -> Option<usize> {
        if scalar == self.length {
            return Some(self.text.len());
        }
        if scalar > self.length {
            return None;
        }
        let mark = *self.marks.get(scalar as usize / STEP)?;
        let rest = &self.text[mark..];
        rest.char_indices().nth(scalar as usize % STEP).map(|(at, _)| mark + at)
    }

    /// The words of a span; `None` when it is out of range or turned around.
    pub fn get(&self, span: TextSpan) -> Option<&'t str> {
        let (start, end) = (self.byte(span.start)?, self.byte(span.end)?);
        self.text.get(start..end)
    }

    /// The words of several spans, joined by " … " where text was left out.
    pub fn join(&self, spans: &[TextSpan]) -> Option<Cow<'t, str>> {
        match spans {
            [] => Some(Cow::Borrowed("")),
            [one] => self.get(*one).map(Cow::Borrowed),
            many => {
                let words = many.iter().map(|&span| self.get(span)).collect::<Option<Vec<_>>>()?;
                Some(Cow::Owned(words.join(" … ")))
            }
        }
    }
}
