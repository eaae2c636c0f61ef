//! `paraph verify`

use super::Ending;
use crate::cli::{Format, Verify};
use crate::output;
use paraph_workbench::Outcome;
use paraph_workbench::folder;
use serde_json::json;

/// Checks the ledger and prints its receipt.
pub(super) fn run(arguments: &Verify) -> Outcome<Ending> {
    super::mention_synced(&arguments.case.folder);
    let ledger = folder::ledger(&arguments.case.folder)?;
    let found = ledger.verify()?;
    let compared = match &arguments.receipt {
        Some(receipt) => Some(ledger.verify_receipt(receipt)?),
        None => None,
    };
    let holds = found.holds() && compared.as_ref().is_none_or(paraph_ledger::ReceiptCheck::holds);
    if arguments.format == Format::Json {
        output::json(&json!({
            "holds": holds,
            "receipt": found.receipt.to_string(),
            "count": found.receipt.count,
            "head": found.receipt.head,
            "problems": found.problems,
            "orphans": found.orphans,
            "out_of_order": found.out_of_order,
            "shredded": found.shredded,
            "against": compared,
        }))?;
    } else {
        output::data(&format!("{}\n", found.receipt))?;
        for problem in &found.problems {
            output::talk(&format!("problem: {problem}"));
        }
        if !found.orphans.is_empty() {
            output::talk(&format!(
                "orphans, whose words are not where they say: {}",
                found.orphans.join(", ")
            ));
        }
        if !found.out_of_order.is_empty() {
            output::talk(&format!(
                "entries dated before the one before them: {}",
                found.out_of_order.join(", ")
            ));
        }
        if found.shredded > 0 {
            output::talk(&format!("entries whose details were destroyed: {}", found.shredded));
        }
        if let Some(compared) = &compared {
            output::talk(&compared.to_string());
        }
        output::talk(if holds { "The ledger holds." } else { "The ledger does not hold." });
    }
    Ok(if holds { Ending::Done } else { Ending::Problems })
}
