//! A party's table of ranks, which may wait until somebody asks for it.
//!
//! Deals of additive preferences are worked out from the weights of the options alone. Where every
//! outcome is feasible, the tables of such parties, four bytes per outcome, are therefore not made with
//! the model, but on first use.

use crate::error::Error;
use crate::evaluate::Tiles;
use crate::monitor::Monitor;
use crate::rank::{self, Ranks, Utility};
use crate::space::Space;
use std::ops::Deref;
use std::sync::OnceLock;

/// The ranks of one party, made already or on first use.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    made: OnceLock<Ranks>,
    /// What they are made from while they wait: the space, and the weights; without, everybody ties.
    from: Option<(Space, Option<Utility>)>,
}

impl From<Ranks> for Table {
    fn from(ranks: Ranks) -> Self {
        Table { made: OnceLock::from(ranks), from: None }
    }
}

impl Table {
    /// A table that waits. Every outcome of the space has to be feasible, and the utility without
    /// weighted formulas.
    pub(crate) fn waiting(space: &Space, utility: Option<&Utility>) -> Self {
        Table { made: OnceLock::new(), from: Some((space.clone(), utility.cloned())) }
    }

    /// Whether the table waits still.
    pub(crate) fn waits(&self) -> bool {
        self.made.get().is_none()
    }

    /// Makes the table, if that was not done yet. No lock is held meanwhile: two threads that ask at once
    /// both work, and one of two equal results is kept.
    pub(crate) fn make(&self, monitor: &Monitor) -> Result<&Ranks, Error> {
        if let Some(ranks) = self.made.get() {
            return Ok(ranks);
        }
        let ranks = match &self.from {
            Some((space, Some(utility))) => rank::weights(&Tiles::new(space), None, utility, &[], monitor)?,
            Some((space, None)) => rank::indifferent(space.size(), None),
            None => Ranks { of: Vec::new(), distinct: 0 },
        };
        Ok(self.made.get_or_init(|| ranks))
    }
}

impl Deref for Table {
    type Target = Ranks;

    /// The ranks; made now if they waited, with nobody watching.
    fn deref(&self) -> &Ranks {
        match self.make(&Monitor::new()) {
            Ok(ranks) => ranks,
            Err(_) => unreachable!("nobody stops a monitor of one's own"),
        }
    }
}
