//! Comma-separated values after RFC 4180, safe to open in a spreadsheet.
//!
//! Records end with CR LF and the first one is the header. A cell that a spreadsheet would take for a
//! formula (its first visible character is `=`, `+`, `-` or `@`) gets an apostrophe in front.

mod drafts;

pub use drafts::{
    draft_alignments, draft_assessments, draft_brackets, draft_columns, draft_diff, draft_list,
    draft_register,
};

use std::collections::BTreeMap;

use crate::view::{Frontier, Matrix, OutcomeDetail, OutcomeList, Party, Position, Statements, concept_name};

/// One cell, guarded and quoted where it must be.
fn cell(text: &str) -> String {
    let risky = text
        .trim_start_matches(|character: char| character.is_whitespace() || character.is_control())
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let text = if risky { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n', ';', '\t']) || text != text.trim() {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn record<S: AsRef<str>>(out: &mut String, cells: impl IntoIterator<Item = S>) {
    let cells: Vec<String> = cells.into_iter().map(|text| cell(text.as_ref())).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

/// The matrix, one record for every pair of issue and party, pairs without a record included.
#[must_use]
pub fn matrix(matrix: &Matrix) -> String {
    let mut out = String::new();
    record(
        &mut out,
        [
            "issue",
            "issue_title",
            "party",
            "party_name",
            "position",
            "options",
            "condition",
            "status",
            "date",
            "contradiction",
            "contested",
            "statements",
        ],
    );
    let cells: BTreeMap<(&str, &str), _> =
        matrix.cells.iter().map(|cell| ((cell.issue.as_str(), cell.party.as_str()), cell)).collect();
    let yes = |flag: bool| if flag { "yes" } else { "no" };
    for issue in &matrix.issues {
        for party in &matrix.parties {
            let found = cells.get(&(issue.id.as_str(), party.id.as_str()));
            let head = [issue.id.as_str(), &issue.title, &party.id, &party.name];
            match found {
                Some(found) => record(
                    &mut out,
                    head.into_iter().map(str::to_owned).chain([
                        found.position.word().to_owned(),
                        found.options.join("; "),
                        found.condition.clone().unwrap_or_default(),
                        found.status.word().to_owned(),
                        found.date.clone().unwrap_or_default(),
                        yes(found.contradiction).to_owned(),
                        yes(found.contested).to_owned(),
                        found.statements.join(" "),
                    ]),
                ),
                None => {
                    let word = Position::NoRecord.word();
                    record(&mut out, head.into_iter().chain([word, "", "", word, "", "no", "no", ""]));
                }
            }
        }
    }
    out
}

/// The statements, one record each.
#[must_use]
pub fn statements(statements: &Statements) -> String {
    let mut out = String::new();
    record(
        &mut out,
        ["id", "source", "date", "speaker", "party", "act", "status", "about", "words", "contests", "reader"],
    );
    for statement in &statements.statements {
        record(
            &mut out,
            [
                statement.id.as_str(),
                &statement.source,
                statement.date.as_deref().unwrap_or(""),
                statement.speaker.as_deref().unwrap_or(""),
                statement.party.as_deref().unwrap_or(""),
                statement.act.as_deref().unwrap_or(""),
                statement.status.word(),
                &statement.about.join("; "),
                &statement.words,
                statement.contests.as_deref().unwrap_or(""),
                &statement.reader,
            ],
        );
    }
    out
}

/// The listed outcomes, one record each: code, differences from the status quo in words, the concepts
/// under which it is an equilibrium, and the rank of every party of `parties`.
#[must_use]
pub fn outcomes(list: &OutcomeList, details: &BTreeMap<String, OutcomeDetail>, parties: &[Party]) -> String {
    let mut out = String::new();
    let ranks = parties.iter().map(|party| format!("rank_{}", party.id));
    record(
        &mut out,
        ["outcome", "differs", "holds_under", "untested"].map(String::from).into_iter().chain(ranks),
    );
    let blank = OutcomeDetail::default();
    for code in &list.listed {
        let detail = details.get(code).unwrap_or(&blank);
        let differs: Vec<String> = detail.differs.iter().map(|difference| difference.words()).collect();
        let holds: Vec<&str> = detail.equilibrium_under.iter().map(|concept| concept_name(concept)).collect();
        let untested = if detail.untested.is_empty() { "no" } else { "yes" };
        let ranks = parties
            .iter()
            .map(|party| detail.ranks.get(&party.id).map(ToString::to_string).unwrap_or_default());
        record(
            &mut out,
            [code.clone(), differs.join("; "), holds.join("; "), untested.to_owned()]
                .into_iter()
                .chain(ranks),
        );
    }
    out
}

/// The marks of a frontier picture, one record each; numbers are written as they are, so that a negative
/// one stays a number.
#[must_use]
pub fn frontier(frontier: &Frontier) -> String {
    let mut out = String::new();
    let parties = frontier.axes.iter().map(|axis| axis.party.clone());
    record(&mut out, ["kind", "name", "outcome", "deal"].map(String::from).into_iter().chain(parties));
    for mark in &frontier.marks {
        let deal = if mark.deal { "yes" } else { "no" };
        let mut cells: Vec<String> =
            [mark.kind.word(), &mark.name, &mark.outcome, deal].into_iter().map(cell).collect();
        cells.extend(mark.values.iter().map(ToString::to_string));
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Issue, Statement};

    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "\r\n@x"] {
            let cell = cell(text);
            assert!(cell.trim_start_matches('"').starts_with('\''), "{text:?} became {cell:?}");
        }
        assert_eq!(cell("a-b"), "a-b");
    }

    #[test]
    fn quotes_commas_and_line_ends_stay_in_their_cell() {
        assert_eq!(cell("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
        let table = statements(&Statements {
            statements: vec![Statement { words: "one, two".into(), ..Statement::default() }],
            ..Statements::default()
        });
        let lines: Vec<&str> = table.split("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[1].contains("\"one, two\""));
    }

    #[test]
    fn pairs_without_a_cell_read_no_record() {
        let table = matrix(&Matrix {
            parties: vec![Party { id: "n".into(), name: "North".into(), consents: true }],
            issues: vec![Issue { id: "fees".into(), title: "Fees".into(), ..Issue::default() }],
            ..Matrix::default()
        });
        assert!(table.ends_with("fees,Fees,n,North,no record,,,no record,,no,no,\r\n"), "{table}");
    }
}
