//! Where outcomes lie in the eyes of several parties.

use super::{Picture, WIDTH, short};
use crate::text::decimal;
use crate::view::{Frontier, FrontierAxis, FrontierKey, FrontierKind, FrontierMark, Number};

/// Letters closer than this lie on each other.
const APART: f64 = 17.0;

/// The frontier of two parties as a plane, of more (or one) as parallel coordinates, one row for each
/// party; what is better lies further right and up.
///
/// Dots are the frontier, small rings what is efficient for all who must consent, a square the status
/// quo, dashed lines what a party has without a deal. Outcomes in `key` get their letters; `legend` spells
/// the letters out below the picture. Linear in the marks, quadratic in the letters.
#[must_use]
pub fn frontier(title: &str, shown: &Frontier, key: &[FrontierKey], legend: bool) -> String {
    let legend = if legend { key } else { &[] };
    if shown.axes.len() == 2 { plane(title, shown, key, legend) } else { rows(title, shown, key, legend) }
}

fn plane(title: &str, shown: &Frontier, key: &[FrontierKey], legend: &[FrontierKey]) -> String {
    const LEFT: f64 = 52.0;
    const RIGHT: f64 = WIDTH - 16.0;
    const TOP: f64 = 34.0;
    const BOTTOM: f64 = 334.0;
    let below = BOTTOM + 58.0;
    let mut picture = Picture::new(WIDTH, below + height_of(legend), title, &told(shown, key));
    let at = |x: f64, y: f64| (LEFT + (RIGHT - LEFT) * x, BOTTOM - (BOTTOM - TOP) * y);
    let [x, y] = [&shown.axes[0], &shown.axes[1]];
    let place = |mark: &FrontierMark| at(shown.height(0, mark), shown.height(1, mark));
    let without = |axis: &FrontierAxis| axis.without_deal.as_ref().map(|value| axis.height(value));
    if let (Some(left), Some(low)) = (without(x), without(y)) {
        // What both would take.
        let (corner, end) = (at(left, 1.0), at(1.0, low));
        if end.0 > corner.0 && end.1 > corner.1 {
            picture.rectangle("soft", corner, (end.0 - corner.0, end.1 - corner.1), "");
        }
    }
    picture.line("rule", at(0.0, 0.0), at(1.0, 0.0));
    picture.line("rule", at(0.0, 0.0), at(0.0, 1.0));
    picture.text("strong", (8.0, TOP - 16.0), "start", &short(&y.name, 56));
    picture.text("strong", (RIGHT, BOTTOM + 34.0), "end", &short(&x.name, 56));
    for (share, value) in [(0.0, &x.worst), (1.0, &x.best)] {
        picture.text("small", (at(share, 0.0).0, BOTTOM + 16.0), "middle", &short(&words(value), 9));
    }
    for (share, value) in [(0.0, &y.worst), (1.0, &y.best)] {
        picture.text("small", (LEFT - 6.0, at(0.0, share).1 + 4.0), "end", &short(&words(value), 7));
    }
    if let Some(share) = without(x) {
        picture.line("dash", at(share, 0.0), at(share, 1.0));
    }
    if let Some(share) = without(y) {
        picture.line("dash", at(0.0, share), at(1.0, share));
    }
    for mark in shown.of(FrontierKind::Efficient) {
        picture.circle("ring", place(mark), 2.2, &mark.outcome);
    }
    for mark in shown.of(FrontierKind::Frontier) {
        picture.circle("full", place(mark), 1.9, &mark.outcome);
    }
    for mark in shown.of(FrontierKind::StatusQuo) {
        let (x, y) = place(mark);
        picture.rectangle("square", (x - 4.5, y - 4.5), (9.0, 9.0), &format!("status quo, {}", mark.outcome));
    }
    let mut taken: Vec<(f64, f64)> = shown.of(FrontierKind::StatusQuo).map(place).collect();
    for known in key {
        let Some(mark) = shown.named().find(|mark| mark.outcome == known.outcome) else { continue };
        let point = place(mark);
        let spot = free(point, &taken, (LEFT, RIGHT), (TOP - 8.0, BOTTOM));
        taken.push(spot);
        letter(&mut picture, point, spot, known);
    }
    signs(&mut picture, BOTTOM + 52.0, shown);
    spell(&mut picture, below, legend);
    picture.finish()
}

fn rows(title: &str, shown: &Frontier, key: &[FrontierKey], legend: &[FrontierKey]) -> String {
    const LEFT: f64 = 16.0;
    const RIGHT: f64 = WIDTH - 16.0;
    const TOP: f64 = 40.0;
    const ROW: f64 = 62.0;
    let last = TOP + ROW * shown.axes.len().saturating_sub(1) as f64;
    let below = last + 58.0;
    let mut picture = Picture::new(WIDTH, below + height_of(legend), title, &told(shown, key));
    let at = |axis: usize, share: f64| (LEFT + (RIGHT - LEFT) * share, TOP + ROW * axis as f64);
    let path = |mark: &FrontierMark| -> Vec<(f64, f64)> {
        (0..shown.axes.len()).map(|axis| at(axis, shown.height(axis, mark))).collect()
    };
    for mark in shown.of(FrontierKind::Efficient).chain(shown.of(FrontierKind::Frontier)) {
        picture.path("thread", &path(mark));
    }
    for mark in shown.of(FrontierKind::StatusQuo) {
        picture.path("dash", &path(mark));
    }
    for known in key {
        if let Some(mark) = shown.named().find(|mark| mark.outcome == known.outcome) {
            picture.path("cord", &path(mark));
        }
    }
    for (number, axis) in shown.axes.iter().enumerate() {
        let (left, y) = at(number, 0.0);
        picture.line("rule", (left, y), at(number, 1.0));
        picture.text("strong halo", (left, y - 8.0), "start", &short(&axis.name, 30));
        let ends = format!("{} to {}", words(&axis.worst), words(&axis.best));
        picture.text("small halo", (RIGHT, y - 8.0), "end", &short(&ends, 30));
        if let Some(value) = &axis.without_deal {
            let x = at(number, axis.height(value)).0;
            picture.line("post", (x, y - 6.0), (x, y + 6.0));
        }
    }
    for mark in shown.of(FrontierKind::StatusQuo) {
        for (x, y) in path(mark) {
            picture.rectangle(
                "square",
                (x - 3.5, y - 3.5),
                (7.0, 7.0),
                &format!("status quo, {}", mark.outcome),
            );
        }
    }
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for known in key {
        let Some(mark) = shown.named().find(|mark| mark.outcome == known.outcome) else { continue };
        for (axis, point) in path(mark).into_iter().enumerate() {
            // Below its row, so that names stay free.
            let (_, y) = at(axis, 0.0);
            let spot = free(point, &taken, (LEFT, RIGHT), (y + 9.0, y + 40.0));
            taken.push(spot);
            letter(&mut picture, point, spot, known);
        }
    }
    signs(&mut picture, last + 52.0, shown);
    spell(&mut picture, below, legend);
    picture.finish()
}

/// The point itself and its letter beside it.
fn letter(picture: &mut Picture, point: (f64, f64), spot: (f64, f64), known: &FrontierKey) {
    picture.line("rule", point, spot);
    picture.circle("full", point, 3.2, "");
    picture.circle("mark", spot, 7.5, &format!("{}: {} ({})", known.letter, known.name, known.outcome));
    picture.text("letter", (spot.0, spot.1 + 4.0), "middle", &known.letter);
}

/// A place near the point that no letter has yet.
fn free(point: (f64, f64), taken: &[(f64, f64)], across: (f64, f64), down: (f64, f64)) -> (f64, f64) {
    let near = |a: &(f64, f64), b: (f64, f64)| (a.0 - b.0).hypot(a.1 - b.1) < APART;
    let clamp =
        |(x, y): (f64, f64)| (x.clamp(across.0 + 8.0, across.1 - 8.0), y.clamp(down.0, down.1.max(down.0)));
    for ring in 1..=12 {
        let far = 13.0 + 6.0 * f64::from(ring - 1);
        for (dx, dy) in [
            (1.0, -1.0),
            (1.0, 1.0),
            (-1.0, -1.0),
            (-1.0, 1.0),
            (1.4, 0.0),
            (-1.4, 0.0),
            (0.0, -1.4),
            (0.0, 1.4),
        ] {
            let spot = clamp((point.0 + far * 0.75 * dx, point.1 + far * 0.75 * dy));
            if !taken.iter().any(|other| near(other, spot)) {
                return spot;
            }
        }
    }
    clamp((point.0 + 10.0, point.1 - 10.0))
}

/// What the signs mean, those that occur.
fn signs(picture: &mut Picture, y: f64, shown: &Frontier) {
    let plane = shown.axes.len() == 2;
    let mut words = vec![if plane { "● frontier" } else { "— frontier" }];
    if plane && shown.of(FrontierKind::Efficient).next().is_some() {
        words.push("○ efficient for all");
    }
    if shown.of(FrontierKind::StatusQuo).next().is_some() {
        words.push("□ status quo");
    }
    if shown.axes.iter().any(|axis| axis.without_deal.is_some()) {
        words.push(if plane { "╌ without a deal" } else { "┃ without a deal" });
    }
    if plane && shown.axes.iter().all(|axis| axis.without_deal.is_some()) {
        words.push("shaded: both would take it");
    }
    picture.text("small", (16.0, y), "start", &words.join(" · "));
}

fn height_of(legend: &[FrontierKey]) -> f64 {
    if legend.is_empty() { 4.0 } else { 34.0 * legend.len() as f64 + 10.0 }
}

fn spell(picture: &mut Picture, from: f64, legend: &[FrontierKey]) {
    for (at, known) in legend.iter().enumerate() {
        let y = from + 14.0 + 34.0 * at as f64;
        picture.circle("mark", (24.0, y), 7.5, "");
        picture.text("letter", (24.0, y + 4.0), "middle", &known.letter);
        picture.text("strong", (40.0, y), "start", &short(&known.name, 62));
        picture.text("small", (40.0, y + 14.0), "start", &short(&known.outcome, 66));
    }
}

/// A number with at most six decimals.
fn words(value: &Number) -> String {
    decimal(value.as_f64().unwrap_or(0.0))
}

/// The picture in words: the axes, then every outcome that has a name.
fn told(shown: &Frontier, key: &[FrontierKey]) -> String {
    let axes: Vec<String> = shown
        .axes
        .iter()
        .map(|axis| {
            let without =
                axis.without_deal.as_ref().map(|value| format!(", without a deal {}", words(value)));
            format!(
                "{} from {} to {}{}",
                axis.name,
                words(&axis.worst),
                words(&axis.best),
                without.unwrap_or_default()
            )
        })
        .collect();
    let mut sentences = vec![axes.join("; "), shown.counts().trim_end_matches('.').to_owned()];
    let values = |mark: &FrontierMark| mark.values.iter().map(words).collect::<Vec<_>>().join(", ");
    for mark in shown.of(FrontierKind::StatusQuo) {
        sentences.push(format!("Status quo {}: {}", mark.outcome, values(mark)));
    }
    for known in key {
        if let Some(mark) = shown.named().find(|mark| mark.outcome == known.outcome) {
            sentences.push(format!("{}, {} ({}): {}", known.letter, known.name, known.outcome, values(mark)));
        }
    }
    format!("{}.", sentences.join(". "))
}
