//! Answers of the analysis as sentences.

use crate::text::{capitalised, count_words, decimal, list_words, thousands};
use crate::view::{
    Deals, Explanation, ExplanationRow, NotAccepted, Party, Pick, Sanction, Swap, concept_name,
};

/// Words in quotation marks: those that they bring along, where they do.
///
/// ```
/// use paraph_brief::sentences::quoted;
/// assert_eq!(quoted("no"), "“no”");
/// assert_eq!(quoted(" “no”, again "), "“no”, again");
/// ```
pub fn quoted(words: &str) -> String {
    let words = words.trim();
    if words.starts_with('“') { words.to_owned() } else { format!("“{words}”") }
}

/// The display name of a party, or its identifier when it is not among `parties`.
#[must_use]
pub fn party_name<'a>(parties: &'a [Party], id: &'a str) -> &'a str {
    parties.iter().find(|party| party.id == id).map_or(id, |party| &party.name)
}

/// Why an outcome is or is not stable: one sentence for each party, improvement and answer.
///
/// Rows that differ in their concept alone are told together. The order is that of the rows.
#[must_use]
pub fn explanation(explanation: &Explanation) -> Vec<String> {
    explanation_told(explanation).into_iter().map(|told| told.text).collect()
}

/// One sentence of an explanation, with what a renderer wants to mark it with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whether the party stays.
    pub stable: bool,
    /// The sentence.
    pub text: String,
}

/// The sentences of [`explanation`], each with whether the party stays.
#[must_use]
pub fn explanation_told(explanation: &Explanation) -> Vec<Told> {
    let mut groups: Vec<(&ExplanationRow, Vec<&str>)> = Vec::new();
    for row in &explanation.rows {
        let same = |other: &ExplanationRow| {
            other.party == row.party
                && other.stable == row.stable
                && other.improvement == row.improvement
                && other.sanction == row.sanction
                && other.escape == row.escape
                // Nash counts no answers, so it is told by itself unless nothing depends on answers.
                && (row.improvement.is_none() || (other.concept == "nash") == (row.concept == "nash"))
        };
        match groups.iter_mut().find(|(other, _)| same(other)) {
            Some((_, concepts)) => concepts.push(concept_name(&row.concept)),
            None => groups.push((row, vec![concept_name(&row.concept)])),
        }
    }
    groups
        .into_iter()
        .map(|(row, concepts)| Told {
            stable: row.stable,
            text: sentence(row, &concepts, &explanation.parties),
        })
        .collect()
}

fn sentence(row: &ExplanationRow, concepts: &[&str], parties: &[Party]) -> String {
    let who = party_name(parties, &row.party);
    let under = list_words(concepts);
    let Some(improvement) = &row.improvement else {
        return if row.stable {
            format!("{who} has no move to anything it prefers: stable for it under {under}.")
        } else {
            format!("The outcome is not stable for {who} under {under}.")
        };
    };
    let changes: Vec<String> = row
        .changes
        .iter()
        .map(|change| match &change.from {
            Some(from) => format!("{} from {from} to {}", change.title, change.to),
            None => format!("{} to {}", change.title, change.to),
        })
        .collect();
    let changes = if changes.is_empty() { String::new() } else { format!(" ({})", list_words(&changes)) };
    let because = match &row.prefers_because {
        Some(because) => format!("which it prefers because there {because}"),
        None => "which it prefers".to_owned(),
    };
    let leaves = format!("{who} can leave for {improvement}{changes}, {because}");
    if row.concept == "nash" {
        return format!("{leaves}: not stable for it under Nash, which counts no answers.");
    }
    if row.sanction.is_empty() {
        return if row.stable {
            format!("{leaves}; the others' answers leave it no better off: stable for it under {under}.")
        } else {
            format!(
                "{leaves}; no answer by the others leaves it no better off: not stable for it under {under}."
            )
        };
    }
    let answer = answer(&row.sanction, parties);
    let effect = if row.sanction_ties { "no better off than before" } else { "worse off than before" };
    match (&row.escape, row.stable) {
        (Some(escape), _) => format!(
            "{leaves}; {answer}, leaving {who} {effect}, but {who} then moves on to {escape}: not stable for it under {under}."
        ),
        (None, true) => format!("{leaves}; {answer}, leaving {who} {effect}: sanctioned under {under}."),
        (None, false) => {
            format!("{leaves}; {answer}, which does not hold {who} back: not stable for it under {under}.")
        }
    }
}

fn answer(sanction: &[Sanction], parties: &[Party]) -> String {
    let steps: Vec<String> = sanction
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let verb = if at == 0 { "answers with" } else { "moves on to" };
            format!("{} {verb} {}", party_name(parties, &step.mover), step.to)
        })
        .collect();
    steps.join(", then ")
}

/// Why a party does not accept a package: "North: red line 1 (…, stated) is broken".
#[must_use]
pub fn not_accepted(reason: &NotAccepted, parties: &[Party]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (at, &index) in reason.red_lines.iter().enumerate() {
        let number = index.saturating_add(1);
        parts.push(match reason.red_lines_broken.get(at) {
            Some(line) => {
                let note = line.note.as_deref().map(|note| format!("; {note}")).unwrap_or_default();
                format!("it breaks red line {number}, “{}” ({}{note})", line.that, line.basis.word())
            }
            None => format!("it breaks red line {number}"),
        });
    }
    if let Some(preference) = &reason.preference {
        parts.push(format!(
            "preference {}, “{}” ({}), holds without a deal and not in the package",
            preference.index.saturating_add(1),
            preference.that,
            preference.basis.word()
        ));
    }
    if let Some(weights) = &reason.weights {
        parts.push(weights.clone());
    }
    let who = party_name(parties, &reason.party);
    if parts.is_empty() {
        format!("{who} does not accept it, given the preferences written down.")
    } else {
        format!("{who} does not accept it, given what is written down: {}.", parts.join("; "))
    }
}

/// Two priorities exchanged: "North: 1 “a” with 2 “b”".
#[must_use]
pub fn swap(swap: &Swap, parties: &[Party]) -> String {
    format!(
        "{}: priority {} (“{}”) exchanged with {} (“{}”)",
        party_name(parties, &swap.party),
        swap.index.saturating_add(1),
        swap.first,
        swap.index.saturating_add(2),
        swap.second
    )
}

/// The name of a rule: "fallback bargaining" for `fallback`.
#[must_use]
pub fn rule_name(rule: &str) -> &str {
    match rule {
        "fallback" => "Fallback bargaining",
        "nash-product" => "Nash product",
        "kalai-smorodinsky" => "Kalai–Smorodinsky",
        "egalitarian" => "Egalitarian",
        "utilitarian" => "Utilitarian",
        other => other,
    }
}

/// How many packages tie in a pick, and how many of them are shown.
#[must_use]
pub fn ties(pick: &Pick) -> String {
    let shown = pick.outcomes.len() as u64;
    if pick.ties > shown {
        format!("{} tie; {} shown", thousands(pick.ties), thousands(shown))
    } else {
        format!("{} tie", thousands(pick.ties))
    }
}

/// What the first package of a pick is to each party, by name in the order of the parties: for fallback
/// bargaining its depth ("choice 3"), else its utility as a short decimal.
#[must_use]
pub fn worth(pick: &Pick, parties: &[Party]) -> Vec<(String, String)> {
    let of = |party: &Party| {
        if pick.depths.is_empty() {
            pick.utilities.get(&party.id).and_then(serde_json::Number::as_f64).map(decimal)
        } else {
            pick.depths.get(&party.id).map(|depth| format!("choice {}", thousands(*depth)))
        }
    };
    parties.iter().filter_map(|party| Some((party.name.clone(), of(party)?))).collect()
}

/// How many packages are at least as good for everybody who must consent, and how many of them efficient.
pub fn verdict(deals: &Deals) -> String {
    if deals.deal_exists {
        let gains = if deals.gains.count > 0 { deals.gains.count } else { deals.acceptable.count };
        let efficient = if deals.efficient_deals.not_computed {
            "Which of the acceptable packages are efficient was not worked out.".to_owned()
        } else {
            format!(
                "Of the acceptable packages, {} {} efficient.",
                thousands(deals.efficient_deals.count),
                if deals.efficient_deals.count == 1 { "is" } else { "are" }
            )
        };
        format!(
            "{} {} at least as good for every consenting party as what it has without a deal, and better for one \
             of them. {efficient}",
            capitalised(&count_words(gains, "package", "packages")),
            if gains == 1 { "is" } else { "are" },
        )
    } else {
        "No package is at least as good for every consenting party as what it has without a deal, and better for one \
         of them."
            .into()
    }
}

/// What every consenting party has without a deal, in words; parties that share one are told together.
#[must_use]
pub fn disagreement(deals: &Deals) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for point in &deals.disagreement {
        let name = party_name(&deals.parties, &point.party);
        match groups.iter_mut().find(|(is, _)| *is == point.is) {
            Some((_, names)) => names.push(name),
            None => groups.push((&point.is, vec![name])),
        }
    }
    match &groups[..] {
        [] => "not determined".to_owned(),
        [(is, _)] => (*is).to_owned(),
        several => {
            let told: Vec<String> =
                several.iter().map(|(is, names)| format!("{}: {is}", list_words(names))).collect();
            told.join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Difference;

    fn parties() -> Vec<Party> {
        [("n", "North"), ("s", "South")]
            .map(|(id, name)| Party { id: id.into(), name: name.into(), consents: true })
            .to_vec()
    }

    fn row(concept: &str, stable: bool, sanction: &[(&str, &str)]) -> ExplanationRow {
        ExplanationRow {
            party: "n".into(),
            concept: concept.into(),
            stable,
            improvement: Some("YN".into()),
            sanction: sanction
                .iter()
                .map(|(mover, to)| Sanction { mover: (*mover).into(), to: (*to).into() })
                .collect(),
            changes: vec![Difference {
                issue: "a".into(),
                title: "Patrols".into(),
                to: "yes".into(),
                from: Some("no".into()),
            }],
            prefers_because: Some("patrols holds".into()),
            ..ExplanationRow::default()
        }
    }

    #[test]
    fn concepts_with_one_reason_are_told_together_and_nash_apart() {
        let told = explanation(&Explanation {
            outcome: "NN".into(),
            rows: vec![
                row("nash", false, &[]),
                row("gmr", true, &[("s", "YY")]),
                row("seq", true, &[("s", "YY")]),
                row("smr", false, &[]),
            ],
            parties: parties(),
            ..Explanation::default()
        });
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].ends_with("not stable for it under Nash, which counts no answers."));
        assert_eq!(
            told[1],
            "North can leave for YN (Patrols from no to yes), which it prefers because there patrols holds; \
             South answers with YY, leaving North worse off than before: sanctioned under GMR and SEQ."
        );
        assert!(told[2].contains("no answer by the others leaves it no better off"));
    }

    #[test]
    fn a_party_without_improvement_and_an_escape_are_told() {
        let mut still = row("gmr", true, &[]);
        still.improvement = None;
        let mut escape = row("smr", false, &[("s", "YY")]);
        escape.escape = Some("NY".into());
        let told = explanation(&Explanation {
            rows: vec![still, escape],
            parties: parties(),
            ..Explanation::default()
        });
        assert_eq!(told[0], "North has no move to anything it prefers: stable for it under GMR.");
        assert!(told[1].contains("but North then moves on to NY"), "{}", told[1]);
    }

    #[test]
    fn a_refusal_names_red_lines_and_the_preference() {
        use crate::view::{Basis, PreferenceBroken, RedLineBroken};
        let reason = NotAccepted {
            party: "s".into(),
            red_lines: vec![0],
            red_lines_broken: vec![RedLineBroken {
                index: 0,
                that: "not patrols".into(),
                basis: Basis::Stated,
                note: Some("constitution, article 2".into()),
            }],
            preference: Some(PreferenceBroken { index: 2, that: "fees".into(), basis: Basis::Assumed }),
            ..NotAccepted::default()
        };
        assert_eq!(
            not_accepted(&reason, &parties()),
            "South does not accept it, given what is written down: it breaks red line 1, “not patrols” (stated; \
             constitution, article 2); preference 3, “fees” (assumed), holds without a deal and not in the package."
        );
    }
}
