//! Deriving many entries at once: the import of a whole journal.
//!
//! What comes out is what [`derive::apply`] gives entry by entry, since every
//! row is a function of its object's entries. The way is another: a statement
//! that is proposed and decided about shortly after is derived once, from what
//! is in memory; and rows whose keys are spread all over their table are
//! gathered and written in the order of their keys.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;

use crate::derive::{self, Cache, Object};
use crate::error::Result;
use crate::journal::{Entry, Happened};
use crate::merge::Decision;
use crate::voice::Voices;

/// How many entries about statements are held at most.
const MOST: usize = 16_384;

/// Entries of a journal that goes into an empty ledger, some of them not derived yet.
#[derive(Default)]
pub(crate) struct Batch {
    /// The statements that the held entries are about, in the order in which they were first spoken of.
    held: Vec<Held>,
    /// Their places in `held`, by id.
    places: HashMap<String, usize>,
    /// Every statement that was derived before.
    derived: HashSet<String>,
    /// Objects and positions of entries that are still to be noted.
    touches: Vec<(String, i64)>,
}

struct Held {
    statement: String,
    entries: Vec<Decision>,
}

impl Batch {
    /// Makes the search index gather more words in memory before it writes them: fewer pieces to join.
    pub(crate) fn begin(connection: &Connection) -> Result<Batch> {
        connection.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 16777216)", [])?;
        Ok(Batch::default())
    }

    /// Takes one entry more; it is derived now or later.
    pub(crate) fn apply(
        &mut self,
        connection: &Connection,
        cache: &mut Cache,
        position: i64,
        entry: Entry,
        event: Happened,
    ) -> Result<()> {
        let object = derive::object_of(&entry.id, &event);
        let Some(Object::Statement(statement)) = object else {
            // What looks at the entries of statements needs them all. A statement that is still held will see its
            // source and its links as they are then.
            if matches!(event, Happened::Undone(_) | Happened::Shredded(_) | Happened::Merged(_)) {
                self.flush(connection, cache)?;
            }
            return derive::apply(connection, cache, position, &entry, &event);
        };
        self.touches.push((Object::Statement(statement.clone()).key(), position));
        let decision = (position, entry, event);
        match self.places.get(&statement) {
            Some(&place) => self.held[place].entries.push(decision),
            None => {
                self.places.insert(statement.clone(), self.held.len());
                self.held.push(Held { statement, entries: vec![decision] });
            }
        }
        if self.touches.len() >= MOST { self.flush(connection, cache) } else { Ok(()) }
    }

    /// Derives what is held.
    pub(crate) fn flush(&mut self, connection: &Connection, cache: &mut Cache) -> Result<()> {
        self.places.clear();
        self.touches.sort_unstable();
        let mut note =
            connection.prepare_cached("INSERT OR IGNORE INTO touch (object, position) VALUES (?1, ?2)")?;
        for (object, position) in self.touches.drain(..) {
            note.execute((object, position))?;
        }
        let undone: HashSet<String> = connection
            .prepare_cached("SELECT action FROM undone")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut voices = Voices::default();
        let mut again = Vec::new();
        for Held { statement, entries } in self.held.drain(..) {
            let some_undone = || entries.iter().any(|(_, entry, _)| undone.contains(entry.action_id()));
            if self.derived.contains(&statement) || !undone.is_empty() && some_undone() {
                // Not all of its entries are here, or not all of them count.
                again.push(statement);
                continue;
            }
            derive::write_new_statement(connection, cache, &statement, &entries, &mut voices)?;
            self.derived.insert(statement);
        }
        voices.write(connection)?;
        for statement in again {
            derive::derive(connection, cache, &Object::Statement(statement.clone()))?;
            self.derived.insert(statement);
        }
        Ok(())
    }
}
