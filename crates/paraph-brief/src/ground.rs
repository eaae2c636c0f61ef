//! Common ground and clash, sorted out of the matrix of positions.

use crate::view::{Cell, Issue, Matrix, Position};

/// Who stands where on one option of one issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionGround {
    /// The issue's identifier.
    pub issue: String,
    /// The option; absent where the words of those against name none.
    pub option: Option<String>,
    /// Parties on record as taking it, with their position: accepts, accepts if, demands, offers.
    pub taken_by: Vec<(String, Position)>,
    /// Parties on record against it: rejects, reserved.
    pub refused_by: Vec<(String, Position)>,
    /// Parties with no position on the option.
    pub silent: Vec<String>,
}

/// What nobody rejects, what somebody does, and where nothing is on record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommonGround {
    /// Options that at least one party takes and no party refuses.
    pub nobody_rejects: Vec<OptionGround>,
    /// Options that at least one party rejects or is reserved on.
    pub somebody_rejects: Vec<OptionGround>,
    /// Issues on which parties take options that exclude one another.
    pub apart: Vec<String>,
    /// Issues on which no party takes or refuses anything: not determined.
    pub not_determined: Vec<String>,
}

/// Sorts the cells of `matrix`; issues and options keep their order.
///
/// A refusal whose words name no option counts against the issue as a whole: its options then
/// leave the common ground. Takes time linear in cells times options of an issue.
#[must_use]
pub fn common_ground(matrix: &Matrix) -> CommonGround {
    let mut ground = CommonGround::default();
    for issue in &matrix.issues {
        let cells: Vec<&Cell> = matrix.cells.iter().filter(|cell| cell.issue == issue.id).collect();
        if !cells.iter().any(|cell| cell.position.is_for() || cell.position.is_against()) {
            ground.not_determined.push(issue.id.clone());
            continue;
        }
        let refused_whole: Vec<(String, Position)> = cells
            .iter()
            .filter(|cell| cell.position.is_against() && cell.options.is_empty())
            .map(|cell| (cell.party.clone(), cell.position))
            .collect();
        let mut any_option = false;
        for option in &issue.options {
            let taken_by = holding(&cells, option, Position::is_for);
            let mut refused_by = holding(&cells, option, Position::is_against);
            if taken_by.is_empty() && refused_by.is_empty() {
                continue;
            }
            any_option = true;
            refused_by.extend(refused_whole.iter().cloned());
            let entry = of_option(matrix, issue, Some(option.clone()), taken_by, refused_by);
            if entry.refused_by.is_empty() {
                ground.nobody_rejects.push(entry);
            } else {
                ground.somebody_rejects.push(entry);
            }
        }
        if !refused_whole.is_empty() && !any_option {
            ground.somebody_rejects.push(of_option(matrix, issue, None, Vec::new(), refused_whole));
        } else if !any_option {
            let asked: Vec<_> = cells
                .iter()
                .filter(|cell| cell.position.is_for())
                .map(|cell| (cell.party.clone(), cell.position))
                .collect();
            ground.nobody_rejects.push(of_option(matrix, issue, None, asked, Vec::new()));
        }
        if apart(&cells) {
            ground.apart.push(issue.id.clone());
        }
    }
    ground
}

fn holding(cells: &[&Cell], option: &str, stance: impl Fn(Position) -> bool) -> Vec<(String, Position)> {
    cells
        .iter()
        .filter(|cell| stance(cell.position) && cell.options.iter().any(|named| named == option))
        .map(|cell| (cell.party.clone(), cell.position))
        .collect()
}

fn of_option(
    matrix: &Matrix,
    issue: &Issue,
    option: Option<String>,
    taken_by: Vec<(String, Position)>,
    refused_by: Vec<(String, Position)>,
) -> OptionGround {
    let heard = |id: &str| taken_by.iter().chain(&refused_by).any(|(party, _)| party == id);
    let silent =
        matrix.parties.iter().map(|party| &party.id).filter(|id| !heard(id)).cloned().collect::<Vec<_>>();
    OptionGround { issue: issue.id.clone(), option, taken_by, refused_by, silent }
}

fn apart(cells: &[&Cell]) -> bool {
    let taking: Vec<_> =
        cells.iter().filter(|cell| cell.position.is_for() && !cell.options.is_empty()).collect();
    taking.iter().enumerate().any(|(at, one)| {
        taking[at + 1..].iter().any(|other| {
            one.party != other.party && !one.options.iter().any(|option| other.options.contains(option))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Party;

    fn matrix(cells: &[(&str, &str, Position, &[&str])]) -> Matrix {
        Matrix {
            parties: ["n", "s", "m"].map(|id| Party { id: id.into(), ..Party::default() }).to_vec(),
            issues: ["patrols", "fees"]
                .map(|id| Issue {
                    id: id.into(),
                    options: ["none", "some", "full"].map(String::from).to_vec(),
                    ..Issue::default()
                })
                .to_vec(),
            cells: cells
                .iter()
                .map(|&(party, issue, position, options)| Cell {
                    party: party.into(),
                    issue: issue.into(),
                    position,
                    options: options.iter().map(ToString::to_string).collect(),
                    ..Cell::default()
                })
                .collect(),
            ..Matrix::default()
        }
    }

    #[test]
    fn an_option_one_takes_and_nobody_refuses_is_common_ground() {
        let ground = common_ground(&matrix(&[
            ("n", "patrols", Position::Accepts, &["some"]),
            ("s", "patrols", Position::Rejects, &["full"]),
        ]));
        assert_eq!(ground.nobody_rejects.len(), 1);
        assert_eq!(ground.nobody_rejects[0].option.as_deref(), Some("some"));
        assert_eq!(ground.nobody_rejects[0].silent, ["s", "m"]);
        assert_eq!(ground.somebody_rejects[0].option.as_deref(), Some("full"));
        assert_eq!(ground.not_determined, ["fees"]);
        assert!(ground.apart.is_empty());
    }

    #[test]
    fn a_refusal_without_an_option_counts_against_the_whole_issue() {
        let ground = common_ground(&matrix(&[
            ("n", "patrols", Position::Accepts, &["some"]),
            ("s", "patrols", Position::Reserved, &[]),
            ("m", "fees", Position::Reserved, &[]),
        ]));
        assert!(ground.nobody_rejects.is_empty());
        assert_eq!(ground.somebody_rejects.len(), 2);
        assert_eq!(ground.somebody_rejects[1].option, None);
    }

    #[test]
    fn willingness_to_talk_and_no_comment_determine_nothing() {
        let ground = common_ground(&matrix(&[
            ("n", "patrols", Position::WillDiscuss, &["some"]),
            ("s", "fees", Position::NoComment, &[]),
        ]));
        assert_eq!(ground.not_determined, ["patrols", "fees"]);
    }

    #[test]
    fn demands_for_options_that_exclude_each_other_stand_apart() {
        let ground = common_ground(&matrix(&[
            ("n", "fees", Position::Demands, &["none"]),
            ("s", "fees", Position::Demands, &["some", "full"]),
        ]));
        assert_eq!(ground.apart, ["fees"]);
        let ground = common_ground(&matrix(&[
            ("n", "fees", Position::Demands, &["none", "some"]),
            ("s", "fees", Position::Demands, &["some", "full"]),
        ]));
        assert!(ground.apart.is_empty());
    }
}
