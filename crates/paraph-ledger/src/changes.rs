//! What changed between two matrices.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::matrix::{Cell, Matrix};
use crate::model::Setting;

/// A cell that shows something else than before.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CellChange {
    /// The party.
    pub party: String,
    /// The issue.
    pub issue: String,
    /// In which setting.
    pub setting: Setting,
    /// What kinds of difference there are, most telling first.
    pub kinds: Vec<ChangeKind>,
    /// The cell before; nothing when there was none (a party or an issue is new, or private words are).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Cell>,
    /// The cell after; nothing when it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Cell>,
}

/// How a cell differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Another stance.
    Stance,
    /// Other options.
    Options,
    /// Another condition.
    Condition,
    /// A contradiction came up or was settled.
    Contradiction,
    /// A claim was contested, or is no more.
    Contested,
    /// A person set the cell by hand, set it anew, or let the statements speak again.
    ByHand,
    /// The same position rests on other statements.
    Evidence,
    /// Something else stands beside the cell.
    Beside,
}

impl Matrix {
    /// What changed since an earlier matrix, in this matrix's order; cells that are gone come last.
    ///
    /// The earlier one may be as of another day, as known at another time, or
    /// both; compare matrices of one audience. Counts of statements that wait
    /// for review make no change.
    pub fn changes_since(&self, earlier: &Matrix) -> Vec<CellChange> {
        let key = |cell: &Cell| (cell.party.clone(), cell.issue.clone(), cell.setting);
        let mut before: BTreeMap<_, &Cell> = earlier.cells.iter().map(|cell| (key(cell), cell)).collect();
        let mut changes = Vec::new();
        for after in &self.cells {
            changes.extend(change(before.remove(&key(after)), Some(after)));
        }
        for gone in &earlier.cells {
            if before.remove(&key(gone)).is_some() {
                changes.extend(change(Some(gone), None));
            }
        }
        changes
    }
}

fn change(before: Option<&Cell>, after: Option<&Cell>) -> Option<CellChange> {
    let some = after.or(before)?;
    // A cell that was not there held nothing.
    let nothing = Cell::empty(&some.party, &some.issue, some.setting);
    let (one, other) = (before.unwrap_or(&nothing), after.unwrap_or(&nothing));
    let kinds: Vec<ChangeKind> = [
        (one.stance != other.stance, ChangeKind::Stance),
        (one.options != other.options, ChangeKind::Options),
        (one.condition != other.condition, ChangeKind::Condition),
        (one.contradiction != other.contradiction, ChangeKind::Contradiction),
        (one.contested_by != other.contested_by, ChangeKind::Contested),
        (one.set_by_hand != other.set_by_hand, ChangeKind::ByHand),
        (one.statements != other.statements, ChangeKind::Evidence),
        (one.beside != other.beside, ChangeKind::Beside),
    ]
    .into_iter()
    .filter_map(|(differs, kind)| differs.then_some(kind))
    .collect();
    if kinds.is_empty() {
        return None;
    }
    Some(CellChange {
        party: some.party.clone(),
        issue: some.issue.clone(),
        setting: some.setting,
        kinds,
        before: before.cloned(),
        after: after.cloned(),
    })
}
