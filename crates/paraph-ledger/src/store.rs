//! The SQLite file: schema, versions, opening for writing and for reading.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::error::{Error, Kind, Result};
use crate::image::{self, FileStamp};
use crate::voice;

/// The ledger's file in the case's folder.
pub const LEDGER_FILE: &str = "ledger.db";
/// The portable journal in the case's folder.
pub const JOURNAL_FILE: &str = "journal.jsonl";

/// "para" in ASCII: marks the file as ours.
pub(crate) const APPLICATION_ID: u32 = 0x7061_7261;
/// The version this program writes.
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// Up to this size a reader takes the whole file into memory.
const IMAGE_LIMIT: u64 = 64 << 20;

macro_rules! words_table {
    () => {
        "CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1, \
         tokenize='unicode61 remove_diacritics 2');"
    };
}

/// Step `n` brings a ledger from version `n` to `n + 1`. Steps are never edited, only added.
const MIGRATIONS: [&str; 4] = [
    concat!(
        // What cannot be derived from anything else.
        "CREATE TABLE journal (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        action TEXT,
        kind TEXT NOT NULL,
        author TEXT NOT NULL,
        time TEXT NOT NULL,
        payload TEXT,
        salt BLOB,
        digest BLOB NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
    CREATE TABLE content (hash TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT;",
        // A row here says that a shred was recorded and the freed pages still have to be purged.
        "CREATE TABLE purge (due INTEGER NOT NULL) STRICT;",
        // Everything below is derived from the two tables above.
        "CREATE TABLE touch (object TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (object, position))
        STRICT, WITHOUT ROWID;
    CREATE TABLE undone (action TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE merge (position INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE source (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        original TEXT NOT NULL,
        text TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        meta TEXT NOT NULL,
        extractor TEXT NOT NULL,
        published TEXT,
        handling INTEGER NOT NULL,
        private INTEGER NOT NULL,
        withdrawn INTEGER NOT NULL,
        author TEXT NOT NULL,
        time TEXT NOT NULL
    ) STRICT;
    CREATE TABLE statement (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        status TEXT NOT NULL,
        exact INTEGER NOT NULL,
        party TEXT,
        act TEXT,
        confidence REAL,
        contests TEXT,
        accepts INTEGER,
        record TEXT NOT NULL,
        words TEXT NOT NULL,
        author TEXT NOT NULL,
        time TEXT NOT NULL,
        reason TEXT
    ) STRICT;
    CREATE INDEX statement_source ON statement (source, position);
    CREATE INDEX statement_status ON statement (status, position);
    CREATE INDEX statement_contests ON statement (contests) WHERE contests IS NOT NULL;
    CREATE TABLE about (
        issue TEXT NOT NULL,
        statement INTEGER NOT NULL REFERENCES statement (position) ON DELETE CASCADE,
        option TEXT NOT NULL,
        PRIMARY KEY (issue, statement, option)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX about_statement ON about (statement);
    CREATE TABLE event (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        status TEXT NOT NULL,
        exact INTEGER NOT NULL,
        record TEXT NOT NULL,
        words TEXT NOT NULL,
        author TEXT NOT NULL,
        time TEXT NOT NULL,
        reason TEXT
    ) STRICT;
    CREATE INDEX event_source ON event (source, position);
    CREATE TABLE link (
        position INTEGER PRIMARY KEY,
        entry TEXT NOT NULL,
        statement TEXT NOT NULL,
        relation TEXT NOT NULL,
        target TEXT NOT NULL,
        author TEXT NOT NULL,
        time TEXT NOT NULL
    ) STRICT;
    CREATE INDEX link_statement ON link (statement);
    CREATE TABLE hand (
        position INTEGER PRIMARY KEY,
        entry TEXT NOT NULL,
        party TEXT NOT NULL,
        issue TEXT NOT NULL,
        record TEXT,
        clears TEXT,
        author TEXT NOT NULL,
        time TEXT NOT NULL
    ) STRICT;
    CREATE TABLE ruling (
        position INTEGER PRIMARY KEY,
        entry TEXT NOT NULL,
        record TEXT NOT NULL,
        author TEXT NOT NULL,
        time TEXT NOT NULL
    ) STRICT;",
        words_table!(),
    ),
    // Who says what about which issue, kept ready for the matrix; filled by `voice::fill`.
    "CREATE TABLE part (
        id BLOB PRIMARY KEY,
        issue TEXT NOT NULL,
        party TEXT NOT NULL,
        private INTEGER NOT NULL,
        level INTEGER NOT NULL,
        look TEXT NOT NULL,
        count INTEGER NOT NULL,
        latest INTEGER NOT NULL,
        last INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE voice (
        part BLOB NOT NULL,
        last INTEGER NOT NULL,
        first INTEGER NOT NULL,
        statement INTEGER NOT NULL,
        PRIMARY KEY (part, last, first, statement)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX voice_statement ON voice (statement);
    CREATE INDEX link_entry ON link (entry);
    CREATE INDEX hand_entry ON hand (entry);
    CREATE INDEX ruling_entry ON ruling (entry);
    CREATE INDEX source_seen ON source (withdrawn, handling, published);",
    // Words of no known day belong to every day's picture: found without a look at the others.
    "CREATE INDEX voice_undated ON voice (part, last) WHERE first = -9223372036854775808;",
    // An undo looks at the other undos and at the entries of its action, not at the whole journal.
    "CREATE INDEX journal_undone ON journal (position) WHERE kind = 'undone';
    CREATE INDEX journal_action ON journal (action) WHERE action IS NOT NULL;",
];

/// The search index: a row per source and per statement, under the position of its first entry.
pub(crate) const WORDS_TABLE: &str = words_table!();

/// The derived tables, children first, with the order of their rows; the search index apart.
pub(crate) const DERIVED: [(&str, &str); 12] = [
    ("voice", "part, last, first, statement"),
    ("part", "id"),
    ("event", "position"),
    ("merge", "position"),
    ("about", "issue, statement, option"),
    ("touch", "object, position"),
    ("undone", "action"),
    ("link", "position"),
    ("hand", "position"),
    ("ruling", "position"),
    ("statement", "position"),
    ("source", "position"),
];

/// How a ledger was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Read,
}

/// An opened store with what is needed to speak about it.
pub(crate) struct Store {
    pub(crate) connection: Connection,
    /// What messages call it.
    pub(crate) place: PathBuf,
    pub(crate) mode: Mode,
    /// For a file that is read in place without locks: what it looked like when it was opened.
    pub(crate) guard: Option<(PathBuf, FileStamp)>,
}

/// Refuses foreign files and newer versions before anything opens them; says the file's version.
fn check_header(path: &Path) -> Result<u32> {
    let Some(header) = image::header(path)? else { return Ok(0) };
    if header.application_id != APPLICATION_ID && (header.application_id, header.user_version) != (0, 0) {
        return Err(Error::corrupt(format!(
            "{}: this SQLite file is not a ledger of paraph; move it out of the way",
            path.display()
        )));
    }
    if header.user_version > VERSION {
        return Err(Error::new(
            Kind::NewerVersion,
            format!(
                "{}: this ledger was written by a newer version of paraph (ledger version {}, this program knows up to \
                 {VERSION}); it was not touched; use the newer program, or export a journal with it",
                path.display(),
                header.user_version
            ),
        ));
    }
    Ok(header.user_version)
}

/// How many KiB of the file a connection may keep in memory.
pub(crate) const ROOM: i64 = 128 << 10;

/// The same while a journal is imported: ids are spread all over their indexes, and with room for those no page is
/// written and read again and again.
pub(crate) const IMPORT_ROOM: i64 = 512 << 10;

/// Sets how many KiB of the file a connection may keep in memory: a limit, not what is taken.
pub(crate) fn room(connection: &Connection, kib: i64) -> Result<()> {
    Ok(connection.pragma_update(None, "cache_size", -kib)?)
}

fn harden(connection: &Connection) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    // One plan per query whatever is bound to it: else some queries are planned anew each time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Copies made while vacuuming or sorting stay out of temporary files.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    room(connection, ROOM)?;
    connection.set_prepared_statement_cache_capacity(96);
    Ok(())
}

/// How long a ledger that somebody else is writing to is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(5);

/// Switches to a write-ahead log, and gives the mode that the ledger then has.
///
/// While another process is switching a young ledger over, SQLite gives up at once, whatever patience it was told to
/// have; so it is asked again for as long.
fn write_ahead(connection: &Connection) -> Result<String> {
    let begun = Instant::now();
    loop {
        let mode = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0));
        match mode.map_err(Error::from) {
            Err(error) if error.is_busy() && begun.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            mode => return mode,
        }
    }
}

impl Store {
    /// Opens the file for reading and writing, and creates it when there is none.
    pub(crate) fn write(path: &Path) -> Result<Store> {
        if path.exists() {
            check_header(path)?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let located = |error: rusqlite::Error| Error::from(error).at(path.display());
        let connection = Connection::open_with_flags(path, flags).map_err(located)?;
        let store = Self::prepare(connection, path).map_err(|error| error.at(path.display()))?;
        Ok(store)
    }

    fn prepare(connection: Connection, path: &Path) -> Result<Store> {
        connection.busy_timeout(PATIENCE)?;
        harden(&connection)?;
        if connection.is_readonly(rusqlite::MAIN_DB)? {
            return Err(Error::new(
                Kind::ReadOnly,
                "the ledger cannot be written to; check the permissions of the file and of its folder",
            ));
        }
        // Each commit is on disk before it is reported. EXTRA is FULL, and also syncs the folder when the rollback
        // journal of the very first transaction is deleted: else a power loss could bring that journal back, and
        // with it an empty ledger.
        connection.pragma_update(None, "synchronous", "EXTRA")?;
        let mode = write_ahead(&connection)?;
        if !mode.eq_ignore_ascii_case("wal") {
            return Err(Error::storage(format!(
                "the folder's file system does not support a write-ahead log (SQLite stayed with `{mode}`); keep the \
                 case on a local disk"
            )));
        }
        // Deleted words are overwritten, not only forgotten.
        connection.pragma_update(None, "secure_delete", true)?;
        let mut store = Store { connection, place: path.to_owned(), mode: Mode::Write, guard: None };
        store.migrate()?;
        Ok(store)
    }

    /// A ledger in memory, for a folder that has only a journal or nothing at all.
    pub(crate) fn memory(place: &Path, mode: Mode) -> Result<Store> {
        let connection = Connection::open_in_memory()?;
        harden(&connection)?;
        let mut store = Store { connection, place: place.to_owned(), mode, guard: None };
        store.migrate()?;
        Ok(store)
    }

    /// Opens an existing file for reading, leaving no trace beside it.
    pub(crate) fn read(path: &Path) -> Result<Store> {
        let version = check_header(path)?;
        if version == 0 {
            // Created and killed before its first transaction: an empty ledger.
            return Store::memory(path, Mode::Read);
        }
        let stamp = FileStamp::of(path);
        let located = |error: rusqlite::Error| Error::from(error).at(path.display());
        let (connection, guard) =
            if !stamp.has_log() && stamp.main_length() > IMAGE_LIMIT && version == VERSION {
                let connection = Connection::open_with_flags(
                    immutable_address(path),
                    OpenFlags::SQLITE_OPEN_READ_ONLY
                        | OpenFlags::SQLITE_OPEN_URI
                        | OpenFlags::SQLITE_OPEN_NO_MUTEX,
                )
                .map_err(located)?;
                (connection, Some((path.to_owned(), stamp)))
            } else {
                let bytes = image::take(path)?;
                let length = bytes.len();
                let mut connection = Connection::open_in_memory().map_err(located)?;
                // An older ledger is brought up to date in memory only.
                connection
                    .deserialize_read_exact(
                        rusqlite::MAIN_DB,
                        std::io::Cursor::new(bytes),
                        length,
                        version == VERSION,
                    )
                    .map_err(located)?;
                (connection, None)
            };
        harden(&connection).map_err(|error| error.at(path.display()))?;
        let mut store = Store { connection, place: path.to_owned(), mode: Mode::Read, guard };
        store.migrate().map_err(|error| error.at(path.display()))?;
        Ok(store)
    }

    fn migrate(&mut self) -> Result<()> {
        let version: u32 = self.connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version == VERSION {
            return Ok(());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been quicker.
        let version: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        for step in MIGRATIONS.iter().skip(version as usize) {
            transaction.execute_batch(step)?;
        }
        if version == 1 {
            voice::fill(&transaction)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()?;
        Ok(())
    }

    /// Fails when the file was written to since it was opened for reading in place.
    pub(crate) fn still_the_same(&self) -> Result<()> {
        match &self.guard {
            Some((path, stamp)) if FileStamp::of(path) != *stamp => Err(Error::new(
                Kind::Busy,
                format!("{}: another process changed it while it was being read; try again", path.display()),
            )),
            _ => Ok(()),
        }
    }
}

/// The file as a URI that promises SQLite that nobody writes, so that it creates no side files.
fn immutable_address(path: &Path) -> String {
    let mut address = String::from("file:");
    for character in path.to_string_lossy().chars() {
        match character {
            '%' => address.push_str("%25"),
            '?' => address.push_str("%3f"),
            '#' => address.push_str("%23"),
            other => address.push(other),
        }
    }
    address.push_str("?mode=ro&immutable=1");
    address
}
