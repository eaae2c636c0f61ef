//! Where outcomes lie in the eyes of several parties: what a picture of the frontier shows.

use serde::{Deserialize, Serialize};

use super::Number;

/// Outcomes along one axis for each of some parties: with two, the picture is a plane, with more parallel
/// coordinates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Frontier {
    /// One for each party, in the order asked for.
    pub axes: Vec<FrontierAxis>,
    /// What is marked, each kind together, the frontier ascending by the first axis.
    pub marks: Vec<FrontierMark>,
    /// How many different points the frontier of these parties has; more than are marked when it was
    /// thinned out evenly.
    pub frontier: u64,
    /// How many further points are efficient for all who must consent; likewise.
    pub efficient: u64,
}

/// How one party sees outcomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FrontierAxis {
    /// The party's identifier.
    pub party: String,
    /// The name people read.
    pub name: String,
    /// What the numbers are.
    pub scale: FrontierScale,
    /// Of the feasible outcome it likes least.
    pub worst: Number,
    /// Of the feasible outcome it likes most.
    pub best: Number,
    /// Of what it has without a deal, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_deal: Option<Number>,
}

/// What the numbers of an axis are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FrontierScale {
    /// Utilities, by the party's weights.
    Utility,
    /// Places: one more than how many outcomes the party prefers.
    Place,
}

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FrontierKind {
    /// No feasible outcome is better for one of the axes' parties and worse for none.
    Frontier,
    /// Efficient for all who must consent, though not for the axes' parties alone.
    Efficient,
    /// What counts as the status quo.
    StatusQuo,
    /// A package on the table.
    Package,
    /// What a named rule picks.
    Pick,
}

impl FrontierKind {
    /// The word for tables and legends.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FrontierKind::Frontier => "frontier",
            FrontierKind::Efficient => "efficient",
            FrontierKind::StatusQuo => "status quo",
            FrontierKind::Package => "package",
            FrontierKind::Pick => "pick",
        }
    }
}

/// One outcome of the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FrontierMark {
    /// What it stands for.
    pub kind: FrontierKind,
    /// The package's title, or the rule's name; empty for the others.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The code of an outcome there.
    pub outcome: String,
    /// Whether that outcome is a deal.
    pub deal: bool,
    /// One number for each axis.
    pub values: Vec<Number>,
}

/// A letter of the picture and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontierKey {
    /// The letter.
    pub letter: String,
    /// The outcome's code.
    pub outcome: String,
    /// The packages and rules that mean it.
    pub name: String,
}

impl Frontier {
    /// Packages on the table and picks, each outcome once, by letter.
    #[must_use]
    pub fn key(&self) -> Vec<FrontierKey> {
        let mut key: Vec<FrontierKey> = Vec::new();
        for mark in self.named() {
            match key.iter_mut().find(|known| known.outcome == mark.outcome) {
                Some(known) => known.name = format!("{}; {}", known.name, mark.name),
                None => key.push(FrontierKey {
                    letter: crate::text::letter(key.len()),
                    outcome: mark.outcome.clone(),
                    name: mark.name.clone(),
                }),
            }
        }
        key
    }

    /// Packages on the table and picks.
    pub(crate) fn named(&self) -> impl Iterator<Item = &FrontierMark> {
        self.marks.iter().filter(|mark| matches!(mark.kind, FrontierKind::Package | FrontierKind::Pick))
    }

    /// The marks of one kind.
    pub(crate) fn of(&self, kind: FrontierKind) -> impl Iterator<Item = &FrontierMark> {
        self.marks.iter().filter(move |mark| mark.kind == kind)
    }

    /// Where a mark lies on an axis: 0 at the worst outcome, 1 at the best.
    pub(crate) fn height(&self, axis: usize, mark: &FrontierMark) -> f64 {
        mark.values.get(axis).map_or(0.5, |value| self.axes[axis].height(value))
    }

    /// How many points there are and how many are drawn, in a sentence.
    pub(crate) fn counts(&self) -> String {
        let drawn = self.of(FrontierKind::Frontier).count() as u64;
        let points = |count: u64| crate::text::count_words(count, "point", "points");
        let thinned = match drawn < self.frontier {
            true => format!(", {} of them drawn", crate::text::thousands(drawn)),
            false => String::new(),
        };
        format!("The frontier has {}{thinned}.", points(self.frontier))
    }
}

impl FrontierAxis {
    /// Where a number lies: 0 at the worst outcome, 1 at the best, no further; in the middle where all
    /// outcomes are alike.
    pub(crate) fn height(&self, value: &Number) -> f64 {
        let of = |number: &Number| number.as_f64().unwrap_or(0.0);
        let (worst, best) = (of(&self.worst), of(&self.best));
        if worst == best { 0.5 } else { ((of(value) - worst) / (best - worst)).clamp(0.0, 1.0) }
    }
}
