//! The ledger as it was: at a time, or when a receipt was written.

use rusqlite::{OptionalExtension, params};

use crate::derive;
use crate::error::{Error, Result};
use crate::journal::{Entry, Happened, hex};
use crate::ledger::{Ledger, insert_entry, store_content};
use crate::query::Receipt;
use crate::store::{Mode, Store};

impl Ledger {
    /// The ledger as its journal stood at a time, in memory.
    ///
    /// Only entries up to that time are taken, whatever their order: a clock
    /// that went backwards hides nothing. The copy has no chain of its own and
    /// is for reading only.
    ///
    /// # Errors
    /// `is_corrupt` when an entry cannot be read; `is_storage`.
    pub fn as_known_at(&self, time: jiff::Timestamp) -> Result<Ledger> {
        let merges = crate::merge::Merges::load(self.connection())?;
        // What came with a merge was not known here before it.
        self.with_entries(|position, entry| {
            !merges.brought_at(position).into_iter().chain([entry.time]).any(|known| known > time)
        })
    }

    /// The ledger as it was when a receipt of it was written, in memory and for reading only.
    ///
    /// A brief prints such a receipt, so this is what the brief was made from
    /// (but for what was shredded since: that is gone).
    ///
    /// # Errors
    /// `is_not_found` when no entry of this journal has the receipt's number
    /// and hash: it is of another ledger, or its entries were cut off; else as
    /// for [`Ledger::as_known_at`].
    pub fn as_of_receipt(&self, receipt: &Receipt) -> Result<Ledger> {
        let count = i64::try_from(receipt.count).unwrap_or(i64::MAX);
        let hash: Option<Vec<u8>> = self
            .connection()
            .prepare_cached("SELECT hash FROM journal WHERE position = ?1")?
            .query_row(params![count], |row| row.get(0))
            .optional()?;
        let head = match hash {
            Some(hash) => hex(&hash),
            None if count == 0 => hex(&crate::journal::GENESIS),
            None => String::new(),
        };
        if head != receipt.head {
            return Err(Error::not_found(format!(
                "the receipt {receipt} is of no state that this ledger was ever in"
            )));
        }
        self.with_entries(|position, _| position <= count)
    }

    /// A copy in memory that holds the entries which `known` takes.
    fn with_entries(&self, known: impl Fn(i64, &Entry) -> bool) -> Result<Ledger> {
        let mut then = Ledger::over(Store::memory(&self.store.place, Mode::Write)?);
        {
            let cache = then.cache.get_mut();
            let transaction = then.store.connection.transaction()?;
            let mut query = self
                .connection()
                .prepare(&format!("SELECT {} FROM journal ORDER BY position", derive::ENTRY_COLUMNS))?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let (position, entry) = derive::read_entry(row)?;
                if !known(position, &entry) {
                    continue;
                }
                let event = entry.event()?;
                insert_entry(&transaction, position, &entry)?;
                for hash in event.as_ref().map(Happened::contents).unwrap_or_default() {
                    if let Some(bytes) = derive::content(self.connection(), hash)? {
                        store_content(&transaction, hash, &bytes)?;
                    }
                }
                if let Some(event) = &event {
                    derive::apply(&transaction, cache, position, &entry, event)?;
                }
            }
            transaction.commit()?;
        }
        then.store.mode = Mode::Read;
        Ok(then)
    }
}
