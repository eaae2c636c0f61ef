//! `paraph train`

use super::Ending;
use crate::cli::Train;
use crate::output;
use paraph_training::{Options, read_all, train};
use paraph_workbench::{Failure, Outcome, folder, verdicts};

/// Learns from marked texts and from verdicts.
pub(super) fn run(arguments: &Train) -> Outcome<Ending> {
    let mut documents = read_all(&arguments.corpora).map_err(|error| {
        Failure::new(error.to_string()).hint("`paraph train --help` says what a corpus is")
    })?;
    let texts = documents.len();
    for place in &arguments.from {
        let learnt = verdicts::documents(&folder::ledger(place)?)?;
        if learnt.documents.is_empty() {
            return Err(Failure::new(format!("`{}` holds no verdicts to learn from", place.display()))
                .hint("confirm, correct or reject all of what was proposed in some paragraph first"));
        }
        output::talk(&format!(
            "{}: {} confirmed or corrected and {} rejected statements in {} passages; {} left out, where something is undecided",
            place.display(),
            learnt.confirmed,
            learnt.rejected,
            learnt.documents.len(),
            learnt.left_out
        ));
        documents.extend(learnt.documents);
    }
    let statements: usize = documents.iter().map(|document| document.attributions.len()).sum();
    let model = train(&documents, &Options::default()).map_err(|error| Failure::new(error.to_string()))?;
    let bytes = model.write();
    output::file(&arguments.output, &bytes)?;
    output::talk(&format!(
        "Learnt from {statements} statements in {texts} texts{}: {} KiB of weights in {}",
        match documents.len() - texts {
            0 => String::new(),
            passages => format!(" and {passages} passages"),
        },
        bytes.len() >> 10,
        arguments.output.display()
    ));
    if texts == 0 {
        output::note("a case alone is little to learn from; name a corpus beside it");
    }
    Ok(Ending::Done)
}
