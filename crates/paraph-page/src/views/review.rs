//! The queue of proposed statements, the most uncertain first, one at a time.

use crate::answer::{Fields, Shown};
use crate::shared::Shared;
use crate::trouble::Fallible;
use crate::views::statement::{self, Card};
use paraph_ledger::{Audience, Order, StatementFilter, Status};
use serde::Serialize;

/// How many waiting statements are listed.
const MOST: usize = 60;

/// The queue.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Review {
    /// How many statements wait.
    waiting: usize,
    /// How many events wait.
    events: usize,
    /// The first of the statements.
    queue: Vec<Waiting>,
    /// The one that is looked at; none when nothing waits.
    card: Option<Card>,
    /// The one after it.
    next: Option<String>,
    /// The one before it.
    previous: Option<String>,
}

/// A statement in the queue.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Waiting {
    /// Its identifier.
    id: String,
    /// The party, if it is known.
    party: Option<String>,
    /// The act, if it is known.
    act: Option<String>,
    /// Its words.
    words: String,
}

/// Shows the queue.
pub(crate) fn show(shared: &Shared, fields: &Fields) -> Fallible<Shown> {
    let case = shared.case(None)?;
    let view = shared.read(|ledger| {
        let mut filter = StatementFilter {
            status: vec![Status::Proposed],
            audience: Audience::Restricted,
            order: Order::Uncertainty,
            ..StatementFilter::default()
        };
        let waiting = ledger.count(&filter)?;
        filter.limit = Some(MOST);
        let found = ledger.statements(&filter)?;
        let asked = fields.get("statement");
        let at = asked.and_then(|id| found.iter().position(|statement| statement.id() == id)).unwrap_or(0);
        let id = |at: usize| found.get(at).map(|statement| statement.id().to_owned());
        let card = match found.get(at) {
            Some(statement) => Some(statement::card(ledger, &case, statement.id())?),
            None => None,
        };
        let queue = found.iter().map(|statement| Waiting {
            id: statement.id().to_owned(),
            party: statement.record.party.clone(),
            act: statement.record.act.map(paraph_workbench::statements::word),
            words: statement.words.content_line(),
        });
        Ok(Review {
            waiting,
            events: ledger.count_events(Status::Proposed, Audience::Restricted)?,
            card,
            next: id(at + 1),
            previous: at.checked_sub(1).and_then(id),
            queue: queue.collect(),
        })
    })?;
    Ok(Shown::new("review", "Review", "review.html", view))
}
