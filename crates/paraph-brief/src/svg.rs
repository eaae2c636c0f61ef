//! Small pictures, written by hand as SVG.
//!
//! Every picture has a title and a description for people who do not see it, takes its colours
//! from CSS variables of the page around it (with fallbacks, so that it also stands alone), and
//! comes out byte for byte the same for the same input. Text is escaped.

mod burn_down;
mod frontier;
mod network;

pub use burn_down::{BurnDownMark, burn_down};
pub use frontier::frontier;
pub use network::network;

use std::fmt::Write;

use crate::view::Position;

/// Escapes text for SVG and HTML, in content and in quoted attributes.
///
/// Characters that XML forbids become U+FFFD.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(character),
            character if character.is_control() || matches!(character, '\u{FFFE}' | '\u{FFFF}') => {
                out.push('\u{FFFD}');
            }
            character => out.push(character),
        }
    }
    out
}

/// A number with at most two decimals and no trailing zeros, the same on every machine.
///
/// Numbers that are not finite become 0.
#[must_use]
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".into();
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.to_owned() }
}

/// A picture under construction.
struct Picture {
    body: String,
    width: f64,
    height: f64,
    title: String,
    description: String,
}

impl Picture {
    fn new(width: f64, height: f64, title: &str, description: &str) -> Self {
        Self { body: String::new(), width, height, title: title.into(), description: description.into() }
    }

    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.body,
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            number(from.0),
            number(from.1),
            number(to.0),
            number(to.1)
        );
    }

    fn text(&mut self, class: &str, at: (f64, f64), anchor: &str, text: &str) {
        let _ = write!(
            self.body,
            r#"<text class="{class}" x="{}" y="{}" text-anchor="{anchor}">{}</text>"#,
            number(at.0),
            number(at.1),
            escape(text)
        );
    }

    fn circle(&mut self, class: &str, at: (f64, f64), radius: f64, title: &str) {
        let _ = write!(
            self.body,
            r#"<circle class="{class}" cx="{}" cy="{}" r="{}">"#,
            number(at.0),
            number(at.1),
            number(radius)
        );
        if !title.is_empty() {
            let _ = write!(self.body, "<title>{}</title>", escape(title));
        }
        self.body.push_str("</circle>");
    }

    fn rectangle(&mut self, class: &str, at: (f64, f64), size: (f64, f64), title: &str) {
        let _ = write!(
            self.body,
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}">"#,
            number(at.0),
            number(at.1),
            number(size.0),
            number(size.1)
        );
        if !title.is_empty() {
            let _ = write!(self.body, "<title>{}</title>", escape(title));
        }
        self.body.push_str("</rect>");
    }

    fn path(&mut self, class: &str, points: &[(f64, f64)]) {
        let points: Vec<String> =
            points.iter().map(|point| format!("{},{}", number(point.0), number(point.1))).collect();
        let _ = write!(self.body, r#"<polyline class="{class}" points="{}"/>"#, points.join(" "));
    }

    fn finish(self) -> String {
        format!(
            r#"<svg class="picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" style="max-width:{}px" role="img" aria-label="{}"><title>{}</title><desc>{}</desc><style>{STYLE}</style>{}</svg>"#,
            number(self.width),
            number(self.height),
            number(self.width),
            escape(&self.title),
            escape(&self.title),
            escape(&self.description),
            self.body
        )
    }
}

/// The classes the pictures use; the variables are the page's, the fallbacks are for a picture alone.
const STYLE: &str = ".picture text{font-family:var(--sans,sans-serif);font-size:12px;fill:var(--ink,#1d2125)}\
.picture .small{font-size:11px;fill:var(--muted,#59616a)}\
.picture .strong{font-weight:600}\
.picture .rule{stroke:var(--rule-strong,#9aa2aa);stroke-width:1}\
.picture .faint{stroke:var(--rule,#dde1e5);stroke-width:1}\
.picture .mark{fill:var(--paper,#fff);stroke:var(--accent,#1c4e6e);stroke-width:1.6}\
.picture .full{fill:var(--accent,#1c4e6e);stroke:var(--accent,#1c4e6e);stroke-width:1.6}\
.picture .none{fill:none;stroke:var(--rule-strong,#9aa2aa);stroke-width:1}\
.picture .ring{fill:none;stroke:var(--rule-strong,#9aa2aa);stroke-width:1}\
.picture .soft{fill:var(--accent-soft,#e8f0f5)}\
.picture .square{fill:var(--paper,#fff);stroke:var(--ink,#1d2125);stroke-width:1.6}\
.picture .dash{fill:none;stroke:var(--muted,#59616a);stroke-width:1;stroke-dasharray:5 4}\
.picture .thread{fill:none;stroke:var(--accent,#1c4e6e);stroke-width:.8;stroke-opacity:.28}\
.picture .cord{fill:none;stroke:var(--ink,#1d2125);stroke-width:1.4}\
.picture .post{stroke:var(--ink,#1d2125);stroke-width:3}\
.picture .halo{paint-order:stroke;stroke:var(--paper,#fff);stroke-width:4px;stroke-linejoin:round}\
.picture .letter{font-size:11px;font-weight:600;fill:var(--accent,#1c4e6e)}";

const WIDTH: f64 = 460.0;

/// The longest prefix of `text` with at most `limit` scalar values, with an ellipsis when cut.
fn short(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(limit.saturating_sub(1)).collect();
    out.push('…');
    out
}

/// Where one party ranks some outcomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankRow {
    /// The party's name.
    pub party: String,
    /// A short label and a rank for each outcome shown; rank 1 is what the party likes most.
    pub marks: Vec<(String, u64)>,
    /// The rank of what the party has without a deal.
    pub without_deal: Option<u64>,
}

/// Who prefers what: for every party a line from what it likes most to what it likes least, with the
/// outcomes as lettered marks and a bar where it stands without a deal.
///
/// `outcomes` is the number of feasible outcomes. Marks that would overlap are stacked.
#[must_use]
pub fn ranks(title: &str, rows: &[RankRow], outcomes: u64) -> String {
    const LEFT: f64 = 16.0;
    const RIGHT: f64 = WIDTH - 16.0;
    const APART: f64 = 15.0;
    let place = |rank: u64| {
        let span = outcomes.saturating_sub(1).max(1) as f64;
        LEFT + (RIGHT - LEFT) * (rank.saturating_sub(1) as f64 / span).min(1.0)
    };
    let mut told: Vec<String> = Vec::new();
    let mut laid = Vec::new();
    for row in rows {
        let mut marks: Vec<(f64, &str)> =
            row.marks.iter().map(|(label, rank)| (place(*rank), label.as_str())).collect();
        marks.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(other.1)));
        // Each mark takes the lowest level on which it stands clear of the mark before it.
        let mut ends: Vec<f64> = Vec::new();
        let mut placed = Vec::new();
        for (at, label) in marks {
            let level = ends.iter().position(|end| at - end >= APART).unwrap_or(ends.len());
            if level == ends.len() {
                ends.push(at);
            } else {
                ends[level] = at;
            }
            placed.push((at, level, label));
        }
        let ranks: Vec<String> = row.marks.iter().map(|(label, rank)| format!("{label} {rank}")).collect();
        let without = row.without_deal.map(|rank| format!(", without a deal {rank}")).unwrap_or_default();
        told.push(format!("{}: {}{without}", row.party, ranks.join(", ")));
        laid.push((row, placed, ends.len().max(1)));
    }
    let height: f64 = laid.iter().map(|(_, _, levels)| 34.0 + 16.0 * *levels as f64).sum::<f64>() + 24.0;
    let description = format!("Ranks, 1 is what the party likes most. {}.", told.join(". "));
    let mut picture = Picture::new(WIDTH, height, title, &description);
    let mut y = 0.0;
    for (row, placed, levels) in laid {
        picture.text("strong", (LEFT - 8.0, y + 14.0), "start", &short(&row.party, 44));
        let base = y + 24.0 + 16.0 * levels as f64;
        picture.line("rule", (LEFT, base), (RIGHT, base));
        if let Some(rank) = row.without_deal {
            let x = place(rank);
            picture.line("rule bar", (x, base - 7.0), (x, base + 7.0));
        }
        for (x, level, label) in placed {
            let middle = base - 9.0 - 16.0 * level as f64;
            picture.line("faint", (x, base), (x, middle + 6.0));
            picture.circle("mark", (x, middle), 6.8, "");
            picture.text("letter", (x, middle + 3.8), "middle", label);
        }
        y = base + 10.0;
    }
    picture.text("small", (LEFT - 8.0, height - 6.0), "start", "likes most");
    picture.text("small", (RIGHT + 8.0, height - 6.0), "end", "likes least");
    picture.finish()
}

/// Which concepts hold where: concepts as rows, outcomes as lettered columns, a full dot where the
/// outcome is an equilibrium and an empty one where it is not.
#[must_use]
pub fn concept_dots(title: &str, concepts: &[&str], outcomes: &[(String, Vec<bool>)]) -> String {
    const LABEL: f64 = 116.0;
    let step = ((WIDTH - LABEL - 8.0) / outcomes.len().max(1) as f64).min(30.0);
    let radius = (step / 2.0 - 2.0).clamp(1.5, 6.0);
    let height = 28.0 + 24.0 * concepts.len() as f64;
    let told: Vec<String> = outcomes
        .iter()
        .map(|(label, holds)| {
            let names: Vec<&str> =
                concepts.iter().zip(holds).filter(|(_, holds)| **holds).map(|(name, _)| *name).collect();
            format!("{label}: {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") })
        })
        .collect();
    let mut picture = Picture::new(
        LABEL + step * outcomes.len() as f64 + 8.0,
        height,
        title,
        &format!("{}.", told.join(". ")),
    );
    for (row, concept) in concepts.iter().enumerate() {
        let y = 36.0 + 24.0 * row as f64;
        picture.text("", (0.0, y + 4.0), "start", concept);
        picture.line("faint", (LABEL - 8.0, y), (LABEL + step * outcomes.len() as f64, y));
        for (column, (label, holds)) in outcomes.iter().enumerate() {
            let x = LABEL + step * (column as f64 + 0.5);
            let holds = holds.get(row).copied().unwrap_or(false);
            let (class, word) = if holds { ("full", "holds") } else { ("mark", "does not hold") };
            picture.circle(
                class,
                (x, y),
                if holds { radius } else { radius * 0.7 },
                &format!("{label}, {concept}: {word}"),
            );
        }
    }
    for (column, (label, _)) in outcomes.iter().enumerate() {
        picture.text("letter", (LABEL + step * (column as f64 + 0.5), 16.0), "middle", label);
    }
    picture.finish()
}

/// A statement on a timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineMark {
    /// The row, usually a party's name.
    pub row: String,
    /// The day, counted from any fixed day.
    pub day: i64,
    /// The date in words.
    pub date: String,
    /// What it is, shown on pointing and told to screen readers.
    pub label: String,
    /// Whether a person has confirmed it: a full mark, else an empty one.
    pub confirmed: bool,
}

/// Statements over time, a row for each speaker or party in the order of first appearance.
#[must_use]
pub fn timeline(title: &str, marks: &[TimelineMark]) -> String {
    const LABEL: f64 = 8.0;
    const ROW: f64 = 40.0;
    let mut rows: Vec<&str> = Vec::new();
    for mark in marks {
        if !rows.contains(&mark.row.as_str()) {
            rows.push(&mark.row);
        }
    }
    let first = marks.iter().map(|mark| mark.day).min().unwrap_or(0);
    let last = marks.iter().map(|mark| mark.day).max().unwrap_or(0);
    let span = last.saturating_sub(first).max(1) as f64;
    let (left, right) = (LABEL + 8.0, WIDTH - 14.0);
    let height = 26.0 + ROW * rows.len() as f64;
    let told: Vec<String> =
        marks.iter().map(|mark| format!("{}, {}: {}", mark.row, mark.date, mark.label)).collect();
    let mut picture = Picture::new(WIDTH, height, title, &format!("{}.", told.join(". ")));
    for (at, row) in rows.iter().enumerate() {
        let y = ROW * at as f64 + 28.0;
        picture.text("strong", (LABEL, y - 14.0), "start", &short(row, 44));
        picture.line("faint", (left, y), (right, y));
        let mut same: Vec<(i64, u32)> = Vec::new();
        for mark in marks.iter().filter(|mark| mark.row == *row) {
            let seen = match same.iter_mut().find(|(day, _)| *day == mark.day) {
                Some((_, seen)) => {
                    *seen += 1;
                    *seen
                }
                None => {
                    same.push((mark.day, 0));
                    0
                }
            };
            let at = if first == last { 0.5 } else { mark.day.saturating_sub(first) as f64 / span };
            // Marks of one day stand next to each other, never on each other.
            let x = left + (right - left - 60.0) * at + f64::from(seen.min(12)) * 9.0;
            picture.circle(
                if mark.confirmed { "full" } else { "mark" },
                (x, y),
                4.0,
                &format!("{}: {}", mark.date, mark.label),
            );
        }
    }
    let date = |day: i64| marks.iter().find(|mark| mark.day == day).map_or("", |mark| mark.date.as_str());
    picture.text("small", (LABEL, height - 4.0), "start", date(first));
    if first != last {
        picture.text("small", (WIDTH - 8.0, height - 4.0), "end", date(last));
    }
    picture.finish()
}

/// The shape of a position, as the inside of a `<symbol>` with a 16 by 16 view box, in `currentColor`.
#[must_use]
pub fn position_shape(position: Position) -> &'static str {
    match position {
        Position::Accepts => r#"<circle cx="8" cy="8" r="6" fill="currentColor"/>"#,
        Position::AcceptsIf => {
            r#"<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M8 2.5a5.5 5.5 0 0 0 0 11z" fill="currentColor"/>"#
        }
        Position::Offers => r#"<path d="M3 2.5 13.5 8 3 13.5z" fill="currentColor"/>"#,
        Position::WillDiscuss => {
            r#"<path d="M2 3h12v8H8l-3.5 3V11H2z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"/>"#
        }
        Position::Demands => r#"<path d="M2.5 2.5h11v11h-11z" fill="currentColor"/>"#,
        Position::Reserved => {
            r#"<path d="M8 2.5 14 13.5H2z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"/>"#
        }
        Position::Rejects => {
            r#"<path d="m3 3 10 10M13 3 3 13" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>"#
        }
        Position::NoComment => {
            r#"<circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M5 8h6" stroke="currentColor" stroke-width="1.6"/>"#
        }
        Position::NoRecord => {
            r#"<circle cx="8" cy="8" r="2.6" fill="none" stroke="currentColor" stroke-width="1.3"/>"#
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_finite() {
        assert_eq!(number(1.0), "1");
        assert_eq!(number(-0.001), "0");
        assert_eq!(number(2.345_678), "2.35");
        assert_eq!(number(f64::NAN), "0");
    }

    #[test]
    fn text_from_reports_cannot_leave_its_element() {
        let row =
            RankRow { party: "</text><script>".into(), marks: vec![("A".into(), 1)], without_deal: None };
        let svg = ranks("<b>", &[row], 4);
        assert!(!svg.contains("<script"), "{svg}");
        assert!(!svg.contains("<b>"), "{svg}");
        assert!(escape("\u{1}\"").eq("\u{FFFD}&quot;"));
    }

    #[test]
    fn marks_of_one_rank_are_stacked_and_told() {
        let row = RankRow {
            party: "North".into(),
            marks: vec![("A".into(), 2), ("B".into(), 2), ("C".into(), 9)],
            without_deal: Some(9),
        };
        let svg = ranks("Who prefers what", &[row], 9);
        assert!(svg.contains("North: A 2, B 2, C 9, without a deal 9"));
        let heights: Vec<&str> = svg.match_indices("cy=\"").map(|(at, _)| &svg[at + 4..at + 8]).collect();
        assert_ne!(heights[0], heights[1], "two marks of one rank lie on each other: {svg}");
    }

    #[test]
    fn empty_pictures_are_still_pictures() {
        for svg in [ranks("t", &[], 0), concept_dots("t", &[], &[]), timeline("t", &[])] {
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>") && !svg.contains("NaN"), "{svg}");
        }
    }

    #[test]
    fn a_timeline_spreads_statements_of_one_day() {
        let mark = |day| TimelineMark {
            row: "North".into(),
            day,
            date: format!("day {day}"),
            label: "accepts".into(),
            confirmed: true,
        };
        let svg = timeline("t", &[mark(1), mark(1), mark(i64::MAX), mark(i64::MIN)]);
        let places: Vec<&str> =
            svg.match_indices("cx=\"").map(|(at, _)| svg[at + 4..].split('"').next().unwrap_or("")).collect();
        assert_eq!(places.len(), 4);
        assert_ne!(places[0], places[1]);
    }
}
