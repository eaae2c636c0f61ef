//! `paraph network`

use super::Ending;
use crate::cli::{Network, NetworkFormat};
use crate::output;
use paraph_brief::{svg, terminal};
use paraph_ledger::{View, to_graphml};
use paraph_workbench::{Outcome, folder, record};

/// Shows who is on record as talking to whom.
pub(super) fn run(arguments: &Network) -> Outcome<Ending> {
    let place = &arguments.case.folder;
    let case = folder::case(place, None)?;
    let ledger = super::ledger_known(place, &arguments.knowing)?;
    let asked = View {
        as_of: arguments.looking.as_of.or(case.as_of),
        known_at: None,
        audience: arguments.looking.audience,
    };
    let (view, found) = record::network(&case, &ledger, &asked)?;
    match arguments.format {
        NetworkFormat::Table => output::data(&terminal::network(&view, output::style()))?,
        NetworkFormat::Json => output::json(&view)?,
        NetworkFormat::Graphml => output::data(&to_graphml(&found))?,
        NetworkFormat::Svg => {
            output::data(&format!(
                "{}\n",
                svg::network(&format!("{}: who talks to whom", case.title), &view)
            ))?;
        }
    }
    if !found.outside.is_empty() {
        output::note(&format!("parties that the case does not have, left out: {}", found.outside.join(", ")));
    }
    Ok(Ending::Done)
}
