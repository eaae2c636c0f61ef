//! Seeded cases of any size, for benchmarks and tests.
//!
//! The cases mean nothing; they are built so that nothing about them is easy:
//! priorities over two to four issues each, nearly every outcome told apart
//! from every other by every party.

use paraph_case::formula::Formula;
use paraph_case::model::{
    Basis, Case, Constraint, Direction, Grounds, Issue, Party, Preferences, Priority, Same, Weighted, Weights,
};
use paraph_case::rational::Rational;
use paraph_case::span::Span;

/// What the case is like.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// Number of parties.
    pub parties: usize,
    /// How many issues each party can change alone; the rest are changed by nobody alone.
    pub split: Vec<usize>,
    /// Options of every issue, or, with more than two, alternating between two and this many.
    pub options: usize,
    /// Number of issues.
    pub issues: usize,
    /// How many issues change one way only.
    pub one_way: usize,
    /// How many merged classes.
    pub merged: usize,
    /// The share of outcomes that constraints remove, roughly.
    pub removed: f64,
    /// Weights instead of priorities.
    pub weights: bool,
    /// The same seed gives the same case.
    pub seed: u64,
}

impl Recipe {
    /// `issues` yes / no issues dealt out evenly to `parties`.
    pub fn even(issues: usize, parties: usize, seed: u64) -> Self {
        let split =
            (0..parties).map(|party| issues / parties + usize::from(party < issues % parties)).collect();
        Recipe {
            parties,
            split,
            options: 2,
            issues,
            one_way: 0,
            merged: 0,
            removed: 0.0,
            weights: false,
            seed,
        }
    }
}

/// A small generator (splitmix64: Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.roll() % bound as u64) as usize
    }
}

/// Builds the case of a recipe. All outcomes at option 0 is the status quo, and feasible.
pub fn case(recipe: &Recipe) -> Case {
    let mut dice = Dice(recipe.seed ^ 0x7061_7261_7068);
    let grounds =
        || Grounds { basis: Basis::Assumed, because: Vec::new(), note: None, span: Span::default() };
    let mut movers: Vec<Vec<usize>> = Vec::new();
    for (party, &count) in recipe.split.iter().enumerate() {
        movers.extend(std::iter::repeat_n(vec![party], count));
    }
    movers.resize(recipe.issues, Vec::new());
    let mut issues: Vec<Issue> = movers
        .into_iter()
        .enumerate()
        .map(|(at, moved_by)| {
            let count = if recipe.options > 2 && at % 2 == 1 { recipe.options } else { 2 };
            let options = match count {
                2 => vec!["no".to_owned(), "yes".to_owned()],
                _ => (0..count).map(|option| format!("o{option}")).collect(),
            };
            Issue {
                id: format!("i{at}"),
                title: format!("Issue {at}"),
                binary: count == 2,
                options,
                status_quo: Some(0),
                moved_by,
                changes: Direction::Any,
                words: Vec::new(),
                points: Vec::new(),
                note: None,
                span: Span::default(),
            }
        })
        .collect();
    for at in 0..recipe.one_way.min(recipe.issues) {
        // Spread over the parties.
        issues[at * recipe.issues / recipe.one_way].changes = Direction::Up;
    }
    let literal = |dice: &mut Dice, issue: usize| -> Formula {
        let option = dice.below(issues[issue].options.len());
        let is = Formula::Is { issue, option };
        if dice.below(2) == 0 { is } else { Formula::Not(Box::new(is)) }
    };
    // A connective over one to three other issues.
    let aside = |dice: &mut Dice, issue: usize| -> Formula {
        let parts: Vec<Formula> = (0..1 + dice.below(3))
            .filter_map(|_| {
                let other = dice.below(recipe.issues);
                (other != issue).then(|| literal(dice, other))
            })
            .collect();
        if dice.below(2) == 0 { Formula::And(parts) } else { Formula::Or(parts) }
    };
    let parties = (0..recipe.parties)
        .map(|at| {
            let mut formulas: Vec<Formula> = Vec::new();
            for (issue, declared) in issues.iter().enumerate() {
                for option in 1..declared.options.len() {
                    let is = Formula::Is { issue, option };
                    let other = aside(&mut dice, issue);
                    formulas.push(if dice.below(8) == 0 {
                        Formula::If { then: Box::new(is), when: Box::new(other) }
                    } else {
                        Formula::Iff(Box::new(is), Box::new(other))
                    });
                }
            }
            for last in (1..formulas.len()).rev() {
                let other = dice.below(last + 1);
                formulas.swap(last, other);
            }
            let text = |formula: &Formula| format!("{formula:?}");
            let preferences = if recipe.weights {
                let whole = |n: usize| Rational::new(n as i128, 1).unwrap_or(Rational::ZERO);
                Preferences::Weights(Weights {
                    options: issues
                        .iter()
                        .map(|issue| issue.options.iter().map(|_| whole(dice.below(1 << 20))).collect())
                        .collect(),
                    formulas: formulas
                        .iter()
                        .take(3)
                        .map(|that| Weighted {
                            that: that.clone(),
                            text: text(that),
                            weight: whole(dice.below(1 << 20)),
                            grounds: grounds(),
                        })
                        .collect(),
                    grounds: grounds(),
                })
            } else {
                let priority = |that: Formula| Priority { text: text(&that), that, grounds: grounds() };
                Preferences::Priorities(formulas.into_iter().map(priority).collect())
            };
            Party {
                id: format!("p{at}"),
                name: format!("Party {at}"),
                consents: true,
                walk_away: None,
                also_called: Vec::new(),
                people: Vec::new(),
                red_lines: Vec::new(),
                preferences,
                span: Span::default(),
            }
        })
        .collect();
    let constraints = constraints(&mut dice, &issues, recipe.removed);
    let mut case = Case {
        title: format!("Synthetic case {}", recipe.seed),
        as_of: None,
        caveat: None,
        scenario: None,
        parties,
        issues,
        constraints,
        same: Vec::new(),
        packages: Vec::new(),
        explicit: None,
    };
    merge(&mut case, recipe.merged);
    case
}

/// Constraints that remove about the given share: "never" of k literals removes 2^-k (yes / no issues).
fn constraints(dice: &mut Dice, issues: &[Issue], removed: f64) -> Vec<Constraint> {
    let mut constraints = Vec::new();
    let mut left = 1.0;
    while 1.0 - left < removed * 0.98 && constraints.len() < 40 && issues.len() > 10 {
        // The fewest literals that do not remove too much: single ones for the heaviest cuts.
        let wanted = (removed - (1.0 - left)) / left;
        let mut share = 1.0;
        let mut parts = Vec::new();
        let mut used = Vec::new();
        while parts.is_empty() || share > wanted {
            let issue = dice.below(issues.len());
            if used.contains(&issue) {
                continue;
            }
            used.push(issue);
            // Never the status quo: every part leaves option 0.
            let option = 1 + dice.below(issues[issue].options.len() - 1);
            share /= issues[issue].options.len() as f64;
            parts.push(Formula::Is { issue, option });
            if used.len() == issues.len() {
                break;
            }
        }
        left *= 1.0 - share;
        constraints.push(Constraint {
            always: Formula::Not(Box::new(Formula::And(parts))),
            text: format!("never {}", constraints.len()),
            because: None,
            span: Span::default(),
        });
    }
    constraints
}

/// Classes "the last issues all at their last option, but for one": what everybody then weighs first is
/// whether the class holds, and within it nothing else counts.
fn merge(case: &mut Case, classes: usize) {
    let count = case.issues.len();
    for number in 0..classes.min(count.saturating_sub(3)) {
        // Disjoint: class k has issue k at its last option and all before it at option 0.
        let mut parts: Vec<Formula> = (0..number).map(|issue| Formula::Is { issue, option: 0 }).collect();
        parts.push(Formula::Is { issue: number, option: case.issues[number].options.len() - 1 });
        parts.extend((count - 3..count).map(|issue| Formula::Is { issue, option: 1 }));
        let that = Formula::And(parts);
        for party in &mut case.parties {
            if let Preferences::Priorities(list) = &mut party.preferences {
                // Inside the class every formula is as good as true.
                for priority in list.iter_mut() {
                    let before = std::mem::replace(&mut priority.that, Formula::Constant(true));
                    priority.that = Formula::Or(vec![that.clone(), before]);
                }
            }
        }
        case.same.push(Same {
            name: format!("class-{number}"),
            text: format!("{that:?}"),
            that,
            span: Span::default(),
        });
    }
}
