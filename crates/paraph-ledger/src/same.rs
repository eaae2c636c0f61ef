//! Which statements are one statement in several reports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::OptionalExtension;

use crate::derive;
use crate::error::Result;
use crate::ledger::Ledger;
use crate::model::{Audience, Relation};

/// The number of each statement's group, by its id.
pub type Groups = Arc<BTreeMap<String, usize>>;

/// What links say of two statements: whether they are the same, and who or what said so last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twins {
    /// The smaller of the two ids.
    pub one: String,
    /// The larger.
    pub other: String,
    /// Whether they are one statement: the last link between the two decides.
    pub same: bool,
}

impl Ledger {
    /// Every pair of statements that a link calls the same or distinct, by ids, each pair once.
    ///
    /// The later of two links between the same statements decides, so a person can take back what a
    /// reader proposed. Linear in the links.
    ///
    /// # Errors
    /// As for every reading method: `is_corrupt`, `is_busy`, `is_storage`.
    pub fn twins(&self) -> Result<Vec<Twins>> {
        let mut query = self.connection().prepare_cached(
            "SELECT statement, relation, target FROM link WHERE relation IN (?1, ?2) ORDER BY position",
        )?;
        let mut rows = query.query([Relation::Same.as_str(), Relation::Distinct.as_str()])?;
        let mut pairs: BTreeMap<(String, String), bool> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (one, relation, other): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let pair = if one < other { (one, other) } else { (other, one) };
            pairs.insert(pair, relation == Relation::Same.as_str());
        }
        let twins = pairs.into_iter().map(|((one, other), same)| Twins { one, other, same });
        Ok(twins.collect())
    }

    /// Statements that are the same, by id, with the number of their group; others are left out.
    ///
    /// Groups are numbered in the order of their smallest ids, from 0. Nearly linear in the links; kept until
    /// something else is written to the journal.
    ///
    /// # Errors
    /// As for [`Ledger::twins`].
    pub fn same_groups(&self) -> Result<Groups> {
        // The hash of the last entry is that of all entries before it too.
        let last: Option<Vec<u8>> = self
            .connection()
            .prepare_cached("SELECT hash FROM journal ORDER BY position DESC LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let Some(last) = last else { return Ok(Arc::default()) };
        if let Some((known, groups)) = &self.cache.borrow().groups
            && *known == last
        {
            return Ok(Arc::clone(groups));
        }
        let groups = Arc::new(self.grouped()?);
        self.cache.borrow_mut().groups = Some((last, Arc::clone(&groups)));
        Ok(groups)
    }

    fn grouped(&self) -> Result<BTreeMap<String, usize>> {
        let twins: Vec<Twins> = self.twins()?.into_iter().filter(|twins| twins.same).collect();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for id in twins.iter().flat_map(|twins| [&twins.one, &twins.other]) {
            places.entry(id).or_insert(0);
        }
        for (number, place) in places.values_mut().enumerate() {
            *place = number;
        }
        // Disjoint sets with halved paths (Tarjan and van Leeuwen 1984); the smallest id stands for its set.
        let mut parents: Vec<usize> = (0..places.len()).collect();
        let root = |parents: &mut Vec<usize>, mut at: usize| {
            while parents[at] != at {
                parents[at] = parents[parents[at]];
                at = parents[at];
            }
            at
        };
        for twins in &twins {
            let one = root(&mut parents, places[twins.one.as_str()]);
            let other = root(&mut parents, places[twins.other.as_str()]);
            parents[one.max(other)] = one.min(other);
        }
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        let mut groups = BTreeMap::new();
        for (id, place) in places {
            let next = numbers.len();
            let group = *numbers.entry(root(&mut parents, place)).or_insert(next);
            groups.insert(id.to_owned(), group);
        }
        Ok(groups)
    }

    /// How many of the statements that an audience may see, and nobody rejected or withdrew, repeat another such
    /// statement: every group of the same counts once.
    ///
    /// One look-up in an index for each statement that is the same as another.
    ///
    /// # Errors
    /// As for [`Ledger::twins`].
    pub fn repeated(&self, audience: Audience) -> Result<usize> {
        let mut counts = self.connection().prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM statement JOIN source ON source.id = statement.source
             WHERE statement.id = ?1 AND statement.status NOT IN ('rejected', 'withdrawn')
               AND source.handling <= ?2 AND NOT source.withdrawn)",
        )?;
        let (mut repeated, mut met) = (0, BTreeSet::new());
        for (id, group) in self.same_groups()?.iter() {
            if counts.query_row((id, derive::level(audience)), |row| row.get(0))? && !met.insert(*group) {
                repeated += 1;
            }
        }
        self.store.still_the_same()?;
        Ok(repeated)
    }
}
