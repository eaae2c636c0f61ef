//! Formulas over many outcomes at once, 64 to a machine word.
//!
//! The table is cut into tiles: the innermost axes together make one tile,
//! the rest count the tiles. Within every tile the inner issues show the same
//! bit patterns, computed once; the outer issues are constant, so a formula
//! over a tile costs one word operation per connective and 64 outcomes.

use crate::space::Space;
use paraph_case::formula::Formula;

/// Outcomes a tile holds, at least, when the table has as many.
const TILE: usize = 4096;

/// The cut of a table into tiles, with the inner issues' bit patterns.
pub(crate) struct Tiles<'a> {
    pub(crate) space: &'a Space,
    /// Cells in a tile.
    pub(crate) length: usize,
    /// Words in a tile.
    pub(crate) words: usize,
    /// Number of tiles.
    pub(crate) count: usize,
    /// How many axes, from the innermost, lie within a tile.
    inner_axes: usize,
    /// For each inner axis and option, the cells of a tile that have it.
    patterns: Vec<Vec<Vec<u64>>>,
}

/// A formula as a program over a stack of tiles.
pub(crate) struct Program {
    steps: Vec<Step>,
    depth: usize,
}

enum Step {
    Constant(bool),
    Option {
        axis: usize,
        digit: usize,
    },
    Not,
    And,
    Or,
    /// Below the top: the consequence; top: the condition.
    If,
    Iff,
}

impl<'a> Tiles<'a> {
    pub(crate) fn new(space: &'a Space) -> Self {
        let mut inner_axes = 0;
        let mut length = 1;
        while inner_axes < space.axes.len() && length < TILE {
            length *= space.axes[inner_axes].radix;
            inner_axes += 1;
        }
        let words = length.div_ceil(64);
        let patterns = space.axes[..inner_axes]
            .iter()
            .map(|axis| {
                let mut digits = vec![vec![0u64; words]; axis.radix];
                for cell in 0..length {
                    digits[cell / axis.stride % axis.radix][cell / 64] |= 1 << (cell % 64);
                }
                digits
            })
            .collect();
        Tiles { space, length, words, count: space.size() / length, inner_axes, patterns }
    }

    pub(crate) fn compile(&self, formula: &Formula) -> Program {
        let mut steps = Vec::new();
        let depth = self.emit(formula, &mut steps);
        Program { steps, depth }
    }

    /// Appends the steps of a formula and returns how many tiles deep its stack grows.
    fn emit(&self, formula: &Formula, steps: &mut Vec<Step>) -> usize {
        let chain = |parts: &[Formula], empty: bool, join: fn() -> Step, steps: &mut Vec<Step>| {
            let Some((first, rest)) = parts.split_first() else {
                steps.push(Step::Constant(empty));
                return 1;
            };
            let mut depth = self.emit(first, steps);
            for part in rest {
                depth = depth.max(1 + self.emit(part, steps));
                steps.push(join());
            }
            depth
        };
        let pair = |left: &Formula, right: &Formula, join: Step, steps: &mut Vec<Step>| {
            let depth = self.emit(left, steps).max(1 + self.emit(right, steps));
            steps.push(join);
            depth
        };
        match formula {
            Formula::Constant(value) => {
                steps.push(Step::Constant(*value));
                1
            }
            Formula::Is { issue, option } => {
                let at = self.space.axis_of[*issue];
                let axis = &self.space.axes[at];
                match option.checked_sub(axis.first).filter(|&digit| digit < axis.radix) {
                    Some(digit) => steps.push(Step::Option { axis: at, digit }),
                    None => steps.push(Step::Constant(false)),
                }
                1
            }
            Formula::Not(inner) => {
                let depth = self.emit(inner, steps);
                steps.push(Step::Not);
                depth
            }
            Formula::And(parts) => chain(parts, true, || Step::And, steps),
            Formula::Or(parts) => chain(parts, false, || Step::Or, steps),
            Formula::If { then, when } => pair(then, when, Step::If, steps),
            Formula::Iff(left, right) => pair(left, right, Step::Iff, steps),
        }
    }

    /// Room for running programs; one per thread.
    pub(crate) fn stack(&self, programs: &[Program]) -> Vec<u64> {
        let depth = programs.iter().map(|program| program.depth).max().unwrap_or(1);
        vec![0; depth * self.words]
    }

    /// Writes the cells of tile `tile` in which the formula holds; bits beyond the tile are undefined.
    pub(crate) fn run(&self, program: &Program, tile: usize, stack: &mut [u64], out: &mut [u64]) {
        let words = self.words;
        let mut top = 0;
        for step in &program.steps {
            match step {
                Step::Constant(value) => {
                    stack[top * words..(top + 1) * words].fill(if *value { !0 } else { 0 });
                    top += 1;
                }
                Step::Option { axis, digit } => {
                    let target = &mut stack[top * words..(top + 1) * words];
                    if *axis < self.inner_axes {
                        target.copy_from_slice(&self.patterns[*axis][*digit]);
                    } else {
                        let axis = &self.space.axes[*axis];
                        let holds = tile * self.length / axis.stride % axis.radix == *digit;
                        target.fill(if holds { !0 } else { 0 });
                    }
                    top += 1;
                }
                Step::Not => {
                    for word in &mut stack[(top - 1) * words..top * words] {
                        *word = !*word;
                    }
                }
                Step::And | Step::Or | Step::If | Step::Iff => {
                    let (below, above) = stack.split_at_mut((top - 1) * words);
                    let pairs = below[(top - 2) * words..].iter_mut().zip(&above[..words]);
                    match step {
                        Step::And => pairs.for_each(|(left, right)| *left &= right),
                        Step::Or => pairs.for_each(|(left, right)| *left |= right),
                        Step::If => pairs.for_each(|(then, when)| *then |= !when),
                        _ => pairs.for_each(|(left, right)| *left = !(*left ^ right)),
                    }
                    top -= 1;
                }
            }
        }
        out.copy_from_slice(&stack[..words]);
    }
}
