//! How much is open from draft to draft.

use super::{Picture, number};

/// One draft of the picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BurnDownMark {
    /// The draft's name.
    pub label: String,
    /// How many brackets it has.
    pub brackets: u64,
    /// How many points have something open.
    pub open_points: u64,
}

/// Brackets (full dots, solid line) and open points (open dots, thin line) from draft to draft.
///
/// Size and time are linear in the number of drafts.
#[must_use]
pub fn burn_down(title: &str, marks: &[BurnDownMark]) -> String {
    const LEFT: f64 = 44.0;
    const TOP: f64 = 26.0;
    const HEIGHT: f64 = 150.0;
    const STEP: f64 = 96.0;
    let told: Vec<String> = marks
        .iter()
        .map(|mark| format!("{}: {} brackets, {} points open", mark.label, mark.brackets, mark.open_points))
        .collect();
    let width = LEFT + STEP * marks.len().max(1) as f64 + 30.0;
    let mut picture = Picture::new(width, TOP + HEIGHT + 44.0, title, &told.join("; "));
    let most = marks.iter().map(|mark| mark.brackets.max(mark.open_points)).max().unwrap_or(0).max(1);
    let place = |at: usize, count: u64| {
        (LEFT + STEP * (at as f64 + 0.5), TOP + HEIGHT * (1.0 - count as f64 / most as f64))
    };
    let right = LEFT + STEP * marks.len().max(1) as f64;
    for count in [0, most] {
        let y = place(0, count).1;
        picture.line("faint", (LEFT, y), (right, y));
        picture.text("small", (LEFT - 8.0, y + 4.0), "end", &number(count as f64));
    }
    for (at, pair) in marks.windows(2).enumerate() {
        picture.line("rule", place(at, pair[0].open_points), place(at + 1, pair[1].open_points));
        picture.line("full", place(at, pair[0].brackets), place(at + 1, pair[1].brackets));
    }
    for (at, mark) in marks.iter().enumerate() {
        let points = place(at, mark.open_points);
        picture.circle("mark", points, 4.5, &format!("{}: {} points open", mark.label, mark.open_points));
        let brackets = place(at, mark.brackets);
        picture.circle("full", brackets, 4.0, &format!("{}: {} brackets", mark.label, mark.brackets));
        picture.text("small strong", (brackets.0, brackets.1 - 9.0), "middle", &number(mark.brackets as f64));
        let label: String = mark.label.chars().take(14).collect();
        picture.text("small", (place(at, 0).0, TOP + HEIGHT + 18.0), "middle", &label);
    }
    picture.text("small", (LEFT, TOP + HEIGHT + 38.0), "start", "● brackets   ○ points with something open");
    picture.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burn_down_goes_down_and_tells_it() {
        let mark = |label: &str, brackets| BurnDownMark { label: label.into(), brackets, open_points: 1 };
        let svg = burn_down("t", &[mark("one", 6), mark("<two>", 2)]);
        assert!(svg.contains("one: 6 brackets, 1 points open") && !svg.contains("<two>"), "{svg}");
        let heights: Vec<f64> = svg
            .match_indices("<circle class=\"full\"")
            .map(|(at, _)| {
                let rest = &svg[at..];
                let from = rest.find("cy=\"").expect("a place") + 4;
                rest[from..].split('"').next().expect("a number").parse().expect("a number")
            })
            .collect();
        assert!(heights[0] < heights[1], "fewer brackets stand lower: {heights:?}");
        assert!(burn_down("t", &[]).ends_with("</svg>"));
    }
}
