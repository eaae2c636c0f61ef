//! Finds the words that an outside reader quotes, exactly and in bounded time.

use super::{Quoted, Said};
use paraph_reading::SpanIndex;
use paraph_reading::record::TextSpan;

/// Words that stand at more places than this name none.
const MOST_PLACES: usize = 256;

/// Where the parts of a statement stand.
#[derive(Debug)]
pub(super) struct Anchored {
    pub(super) speaker: Vec<TextSpan>,
    pub(super) cue: Vec<TextSpan>,
    pub(super) content: Vec<TextSpan>,
}

/// A text in which words are looked for.
pub(super) struct Text<'t> {
    text: &'t str,
    index: SpanIndex<'t>,
    /// Byte offset of every 64th scalar value, to count from.
    marks: Vec<usize>,
}

const STEP: usize = 64;

impl<'t> Text<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let marks = text.char_indices().step_by(STEP).map(|(byte, _)| byte).collect();
        Text { text, index: SpanIndex::new(text), marks }
    }

    /// The whole text.
    pub(super) fn all(&self) -> &'t str {
        self.text
    }

    pub(super) fn has(&self, words: &str) -> bool {
        !words.trim().is_empty() && self.text.contains(words)
    }

    pub(super) fn words(&self, spans: &[TextSpan]) -> String {
        self.index.join(spans).unwrap_or_default().into_owned()
    }

    /// The parts of a content that begin with a quotation mark.
    pub(super) fn quoted(&self, content: &[TextSpan]) -> Vec<TextSpan> {
        let is_quote = |span: &&TextSpan| {
            self.index.get(**span).is_some_and(|words| words.starts_with(['“', '"', '„', '«', '‘']))
        };
        content.iter().filter(is_quote).copied().collect()
    }

    fn scalar(&self, byte: usize) -> u32 {
        let mark = self.marks.partition_point(|&mark| mark <= byte).saturating_sub(1);
        let from = self.marks.get(mark).copied().unwrap_or(0);
        let count = mark * STEP + self.text[from..byte].chars().count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    fn span(&self, start: usize, length: usize) -> TextSpan {
        TextSpan { start: self.scalar(start), end: self.scalar(start + length) }
    }

    /// Every place where something quoted stands; nothing when it stands nowhere or nearly everywhere.
    fn places(&self, quoted: &Quoted) -> Option<Vec<Vec<TextSpan>>> {
        match quoted {
            Quoted::Words(words) => self.pieces(std::slice::from_ref(words)),
            Quoted::Pieces(pieces) => self.pieces(pieces),
            Quoted::Spans(spans) => {
                let spans: Vec<TextSpan> = spans.iter().map(|&span| span.into()).collect();
                let inside = |span: &TextSpan| span.start < span.end && span.end <= self.index.len();
                let ordered = spans.windows(2).all(|pair| pair[0].end <= pair[1].start);
                (!spans.is_empty() && ordered && spans.iter().all(inside)).then(|| vec![spans])
            }
        }
    }

    fn pieces(&self, pieces: &[String]) -> Option<Vec<Vec<TextSpan>>> {
        let (first, rest) = pieces.split_first()?;
        if pieces.iter().any(|piece| piece.trim().is_empty()) {
            return None;
        }
        let mut found = Vec::new();
        for (at, _) in self.text.match_indices(first.as_str()) {
            let mut spans = vec![self.span(at, first.len())];
            let mut end = at + first.len();
            for piece in rest {
                let Some(offset) = self.text[end..].find(piece.as_str()) else { break };
                spans.push(self.span(end + offset, piece.len()));
                end += offset + piece.len();
            }
            if spans.len() < pieces.len() {
                // What does not stand behind this place stands behind no later one.
                break;
            }
            found.push(spans);
            if found.len() > MOST_PLACES {
                return None;
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// Content, cue and speaker where they stand closest together; nothing when one of them does not stand
    /// in the text, or at too many places.
    ///
    /// Linear in the text and in the square of 256.
    pub(super) fn anchor(&self, said: &Said) -> Option<Anchored> {
        let cues = self.places(&said.cue)?;
        let contents = match &said.content {
            Some(content) => self.places(content)?,
            // A no-comment has no content.
            None => vec![Vec::new()],
        };
        let speakers = match &said.speaker {
            Some(speaker) => self.places(speaker)?,
            None => vec![Vec::new()],
        };
        let gap = |one: &[TextSpan], other: &[TextSpan]| -> u32 {
            let (Some(first), Some(second)) = (one.first(), other.first()) else { return 0 };
            let (one_end, other_end) = (
                one.last().map_or(first.end, |span| span.end),
                other.last().map_or(second.end, |span| span.end),
            );
            second.start.saturating_sub(one_end).max(first.start.saturating_sub(other_end))
        };
        let clear = |one: &[TextSpan], other: &[TextSpan]| {
            one.iter().all(|one| other.iter().all(|other| one.end <= other.start || other.end <= one.start))
        };
        let mut best: Option<(u32, &Vec<TextSpan>, &Vec<TextSpan>)> = None;
        for cue in &cues {
            for content in contents.iter().filter(|content| clear(cue, content)) {
                let apart = gap(cue, content);
                if best.is_none_or(|(least, ..)| apart < least) {
                    best = Some((apart, cue, content));
                }
            }
        }
        let (_, cue, content) = best?;
        let speaker =
            speakers.iter().filter(|speaker| clear(speaker, cue)).min_by_key(|speaker| gap(speaker, cue))?;
        Some(Anchored { speaker: speaker.clone(), cue: cue.clone(), content: content.clone() })
    }
}
