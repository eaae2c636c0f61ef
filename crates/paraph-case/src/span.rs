//! Places in files, and the files themselves.

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

/// One file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The name shown in diagnostics, such as `case.toml`.
    pub name: String,
    /// Its text; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// The files that a case was read from; [`Span::file`] is an index into them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    files: Vec<SourceFile>,
}

/// A place for people: lines and columns count from one, columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file's name.
    pub file: &'a str,
    /// The line of the first character.
    pub line: usize,
    /// The column of the first character.
    pub column: usize,
    /// The line on which the span ends.
    pub end_line: usize,
    /// One past the column of the last character.
    pub end_column: usize,
}

impl Files {
    /// Adds a file and returns its index.
    pub(crate) fn add(&mut self, name: &str, text: &str) -> u32 {
        self.files.push(SourceFile { name: name.to_owned(), text: text.to_owned() });
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// The file of an index.
    pub fn get(&self, file: u32) -> Option<&SourceFile> {
        self.files.get(usize::try_from(file).ok()?)
    }

    /// All files, in order of their indexes.
    pub fn iter(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }

    /// The text of a span, or `None` when it lies in no file or splits a character.
    pub fn text(&self, span: Span) -> Option<&str> {
        self.get(span.file)?.text.get(span.start as usize..span.end as usize)
    }

    /// Line and column of a span. Linear in the length of the text before it.
    pub fn place(&self, span: Span) -> Option<Place<'_>> {
        let file = self.get(span.file)?;
        let (line, column) = line_and_column(&file.text, span.start as usize);
        let (end_line, end_column) = line_and_column(&file.text, span.end as usize);
        Some(Place { file: &file.name, line, column, end_line, end_column })
    }
}

fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = &text[..byte];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.bytes().filter(|&b| b == b'\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_from_one() {
        let mut files = Files::default();
        let file = files.add("a", "é=1\nxyz");
        let place = files.place(Span { file, start: 2, end: 6 }).unwrap();
        assert_eq!((place.line, place.column, place.end_line, place.end_column), (1, 2, 2, 2));
        let place = files.place(Span { file, start: 99, end: 99 }).unwrap();
        assert_eq!((place.line, place.column), (2, 4));
        assert_eq!(files.place(Span { file: 1, start: 0, end: 0 }), None);
    }
}
