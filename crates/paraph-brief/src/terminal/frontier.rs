//! The frontier in dots of braille.

use super::Style;
use crate::text::{decimal, printable, thousands};
use crate::view::{Frontier, FrontierKind, FrontierMark, FrontierScale, Number};
use unicode_width::UnicodeWidthStr;

/// The frontier of two parties as a plane, of more as a row for each, with what is better further right
/// and up; letters, squares and lines are explained below. Without colour it says the same.
#[must_use]
pub fn frontier(shown: &Frontier, style: Style) -> String {
    let mut out = String::new();
    let names: Vec<&str> = shown.axes.iter().map(|axis| axis.name.as_str()).collect();
    style.heading(&mut out, &format!("The frontier of {}", crate::text::list_words(&names)));
    if shown.axes.len() == 2 {
        plane(&mut out, shown, style)
    } else {
        rows(&mut out, shown, style)
    }
    let is_plane = shown.axes.len() == 2;
    if is_plane {
        plane(&mut out, shown, style)
    } else {
        rows(&mut out, shown, style)
    }
    let mut signs = vec![if is_plane { "• is the frontier" } else { "· and threads are the frontier" }];
    if shown.of(FrontierKind::Efficient).next().is_some() {
        signs.push("dots are what is efficient for all who must consent");
    }
    if shown.of(FrontierKind::StatusQuo).next().is_some() {
        signs.push("□ is the status quo");
    }
    if shown.axes.iter().any(|axis| axis.without_deal.is_some()) {
        signs.push(if is_plane {
            "┆ ┄ what they have without a deal"
        } else {
            "┃ what each has without a deal"
        });
    }
    style.paragraph(&mut out, 0, &format!("{} Here {}. Letters:", shown.counts(), signs.join(", ")));
    for known in shown.key() {
        let Some(mark) = shown.named().find(|mark| mark.outcome == known.outcome) else { continue };
        let worth: Vec<String> = shown
            .axes
            .iter()
            .zip(&mark.values)
            .map(|(axis, value)| format!("{} {}", axis.name, words(value)))
            .collect();
        let text = format!("{}  {}: {} ({})", known.letter, known.name, known.outcome, worth.join(", "));
        style.item(&mut out, 0, &text);
    }
    out
}

fn plane(out: &mut String, shown: &Frontier, style: Style) {
    const TALL: usize = 20;
    const MARGIN: usize = 10;
    let wide = (style.columns() - MARGIN - 2).min(72);
    let mut canvas = Canvas::new(wide, TALL);
    let [x, y] = [&shown.axes[0], &shown.axes[1]];
    if let Some(value) = &x.without_deal {
        let column = canvas.column(x.height(value));
        (0..TALL).for_each(|row| canvas.put(column, row, '┆'));
    }
    if let Some(value) = &y.without_deal {
        let row = canvas.row(y.height(value));
        (0..wide).for_each(|column| canvas.put(column, row, '┄'));
    }
    for mark in shown.of(FrontierKind::Efficient) {
        canvas.dot(shown.height(0, mark), shown.height(1, mark));
    }
    let cell = |canvas: &Canvas, mark: &FrontierMark| {
        (canvas.column(shown.height(0, mark)), canvas.row(shown.height(1, mark)))
    };
    for (kind, sign) in [(FrontierKind::Frontier, '•'), (FrontierKind::StatusQuo, '□')] {
        for mark in shown.of(kind) {
            let (column, row) = cell(&canvas, mark);
            canvas.put(column, row, sign);
        }
    }
    for known in shown.key() {
        if let Some(mark) = shown.named().find(|mark| mark.outcome == known.outcome) {
            let (column, row) = cell(&canvas, mark);
            canvas.word(column, row, &known.letter);
        }
    }
    style.paragraph(out, 0, &axis_words(&y.name, y.scale));
    for (row, line) in canvas.lines().into_iter().enumerate() {
        let label = match row {
            0 => words(&y.best),
            row if row + 1 == TALL => words(&y.worst),
            _ => String::new(),
        };
        out.push_str(&format!("{:>MARGIN$}│{}\n", cut(&label, MARGIN), line.trim_end()));
    }
    out.push_str(&format!("{}└{}\n", " ".repeat(MARGIN), "─".repeat(wide)));
    let (worst, best) = (cut(&words(&x.worst), 12), cut(&words(&x.best), 12));
    let gap = " ".repeat((wide + 1).saturating_sub(worst.width() + best.width()));
    out.push_str(&format!("{}{worst}{gap}{best}\n", " ".repeat(MARGIN)));
    style.paragraph(out, 8, &axis_words(&x.name, x.scale));
    out.push('\n');
}

fn rows(out: &mut String, shown: &Frontier, style: Style) {
    /// Rows of characters from one axis to the next.
    const STEP: usize = 4;
    const MARGIN: usize = 18;
    let wide = (style.columns() - MARGIN - 1).min(72);
    let tall = STEP * shown.axes.len().saturating_sub(1) + 1;
    let mut canvas = Canvas::new(wide, tall);
    let last = tall.saturating_sub(1).max(1) as f64;
    let down = |axis: usize| 1.0 - (axis * STEP) as f64 / last;
    let draw = |canvas: &mut Canvas, mark: &FrontierMark| {
        for axis in 1..shown.axes.len() {
            canvas.stroke(
                (shown.height(axis - 1, mark), down(axis - 1)),
                (shown.height(axis, mark), down(axis)),
            );
        }
    };
    // Many threads would fill the picture: a few say as much.
    let frontier: Vec<&FrontierMark> = shown.of(FrontierKind::Frontier).collect();
    let step = frontier.len().div_ceil(24).max(1);
    frontier.iter().step_by(step).for_each(|mark| draw(&mut canvas, mark));
    shown.of(FrontierKind::StatusQuo).for_each(|mark| draw(&mut canvas, mark));
    for (axis, declared) in shown.axes.iter().enumerate() {
        (0..wide).for_each(|column| canvas.put(column, axis * STEP, '─'));
        for mark in &frontier {
            let column = canvas.column(shown.height(axis, mark));
            canvas.put(column, axis * STEP, '·');
        }
        if let Some(value) = &declared.without_deal {
            let column = canvas.column(declared.height(value));
            canvas.put(column, axis * STEP, '┃');
        }
        for mark in shown.of(FrontierKind::StatusQuo) {
            let column = canvas.column(shown.height(axis, mark));
            canvas.put(column, axis * STEP, '□');
        }
        for known in shown.key() {
            if let Some(mark) = shown.named().find(|mark| mark.outcome == known.outcome) {
                let column = canvas.column(shown.height(axis, mark));
                canvas.word(column, axis * STEP, &known.letter);
            }
        }
    }
    for (row, line) in canvas.lines().into_iter().enumerate() {
        let axis = shown.axes.get(row / STEP);
        let label = match (row % STEP, axis) {
            (0, Some(axis)) => printable(&axis.name),
            (1, Some(axis)) => format!("{} to {}", words(&axis.worst), words(&axis.best)),
            _ => String::new(),
        };
        let label = cut(&label, MARGIN - 1);
        let pad = " ".repeat(MARGIN - label.width());
        out.push_str(format!("{label}{pad}{line}").trim_end());
        out.push('\n');
    }
    out.push('\n');
}

fn axis_words(name: &str, scale: FrontierScale) -> String {
    match scale {
        FrontierScale::Utility => format!("{name}, utility"),
        FrontierScale::Place => format!("{name}, place (1 is what it likes most)"),
    }
}

/// A number with at most six decimals, places with separators.
fn words(value: &Number) -> String {
    match value.as_u64() {
        Some(place) => thousands(place),
        None => decimal(value.as_f64().unwrap_or(0.0)),
    }
}

/// The first columns of a text.
fn cut(text: &str, most: usize) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if out.width() + character.to_string().width() > most {
            break;
        }
        out.push(character);
    }
    out
}

/// Characters with eight dots of braille each, and characters put over them.
struct Canvas {
    wide: usize,
    tall: usize,
    dots: Vec<u8>,
    over: Vec<Option<char>>,
}

impl Canvas {
    fn new(wide: usize, tall: usize) -> Self {
        Canvas { wide, tall, dots: vec![0; wide * tall], over: vec![None; wide * tall] }
    }

    /// The column of a share of the width.
    fn column(&self, share: f64) -> usize {
        ((share.clamp(0.0, 1.0) * (self.wide * 2 - 1) as f64).round() as usize) / 2
    }

    /// The row of a share of the height, which grows upwards.
    fn row(&self, share: f64) -> usize {
        (((1.0 - share.clamp(0.0, 1.0)) * (self.tall * 4 - 1) as f64).round() as usize) / 4
    }

    fn dot(&mut self, across: f64, up: f64) {
        let x = (across.clamp(0.0, 1.0) * (self.wide * 2 - 1) as f64).round() as usize;
        let y = ((1.0 - up.clamp(0.0, 1.0)) * (self.tall * 4 - 1) as f64).round() as usize;
        // The dots of a character are numbered down its left half, its right half, then the last row.
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        self.dots[y / 4 * self.wide + x / 2] |= BITS[y % 4][x % 2];
    }

    fn stroke(&mut self, from: (f64, f64), to: (f64, f64)) {
        let steps = (self.wide * 2).max(self.tall * 4);
        for step in 0..=steps {
            let share = step as f64 / steps as f64;
            self.dot(from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        }
    }

    fn put(&mut self, column: usize, row: usize, character: char) {
        if column < self.wide && row < self.tall {
            self.over[row * self.wide + column] = Some(character);
        }
    }

    /// A word that begins here, or a little earlier where it would not fit or would hide another.
    fn word(&mut self, column: usize, row: usize, word: &str) {
        let length = word.chars().count();
        let letter = |cell: Option<char>| cell.is_some_and(|character| character.is_ascii_uppercase());
        let fits = |start: usize| {
            start + length <= self.wide
                && (start..start + length).all(|column| !letter(self.over[row * self.wide + column]))
        };
        let near = (0..self.wide).flat_map(|far| [column.checked_add(far), column.checked_sub(far)]);
        if let Some(start) = near.flatten().find(|&start| fits(start)) {
            word.chars().enumerate().for_each(|(at, character)| self.put(start + at, row, character));
        }
    }

    fn lines(&self) -> Vec<String> {
        let cell = |at: usize| {
            self.over[at].unwrap_or(match self.dots[at] {
                0 => ' ',
                dots => char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '),
            })
        };
        (0..self.tall)
            .map(|row| (0..self.wide).map(|column| cell(row * self.wide + column)).collect())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_corners() {
        let mut canvas = Canvas::new(3, 2);
        canvas.dot(0.0, 1.0);
        canvas.dot(1.0, 0.0);
        assert_eq!(canvas.lines(), ["\u{2801}  ", "  \u{2880}"]);
    }

    #[test]
    fn letters_of_one_place_stand_side_by_side() {
        let mut canvas = Canvas::new(4, 1);
        canvas.word(1, 0, "A");
        canvas.word(1, 0, "B");
        canvas.word(1, 0, "C");
        canvas.word(3, 0, "AA");
        assert_eq!(canvas.lines(), ["CAB "]);
    }
}
