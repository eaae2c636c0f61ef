//! What all requests share: the case's folder, its ledger, and the answers that still hold.

use crate::edits::{Edit, Edits};
use crate::trouble::{Fallible, Trouble};
use crate::watch::Watch;
use crate::work::Works;
use axum::http::StatusCode;
use minijinja::Environment;
use paraph_case::Case;
use paraph_ledger::{LEDGER_FILE, Ledger, Stamp};
use paraph_workbench::{Outcome, folder, stamp};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// How many rendered answers are kept.
const MOST_KEPT: usize = 96;
/// Answers longer than this are not kept.
const LONGEST_KEPT: usize = 4 << 20;

/// The state behind every request.
pub(crate) struct Shared {
    pub(crate) folder: PathBuf,
    pub(crate) author: Option<String>,
    pub(crate) token: String,
    pub(crate) port: u16,
    pub(crate) templates: Environment<'static>,
    pub(crate) works: Works,
    pub(crate) watch: Watch,
    ledger: Mutex<Option<Opened>>,
    kept: Mutex<VecDeque<Kept>>,
    edits: Mutex<Edits>,
    editing: Mutex<()>,
}

/// The ledger as it was opened.
struct Opened {
    ledger: Ledger,
    /// Whether it lies in `ledger.db` and can be written to.
    writable: bool,
    /// What the folder looked like then.
    seen: String,
}

/// A rendered answer.
struct Kept {
    address: String,
    state: String,
    body: Arc<String>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind the locks is replaced as a whole, never left half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn new(
        folder: PathBuf,
        author: Option<String>,
        token: String,
        port: u16,
        templates: Environment<'static>,
    ) -> Self {
        let edits = Mutex::new(Edits::new(&folder));
        Shared {
            watch: Watch::over(folder.clone()),
            folder,
            author,
            token,
            port,
            templates,
            works: Works::default(),
            ledger: Mutex::new(None),
            kept: Mutex::default(),
            edits,
            editing: Mutex::default(),
        }
    }

    /// The case, with a scenario laid over it.
    pub(crate) fn case(&self, scenario: Option<&str>) -> Fallible<Case> {
        if let Some(name) = scenario
            && !paraph_case::scenarios(&self.folder).iter().any(|known| known == name)
        {
            return Err(Trouble::not_found(format!("The case has no scenario `{name}`.")));
        }
        Ok(folder::case(&self.folder, scenario)?)
    }

    /// Does something while nobody else acts.
    pub(crate) fn alone<T>(&self, act: impl FnOnce() -> T) -> T {
        let _alone = lock(&self.editing);
        act()
    }

    /// Who acts, and when.
    pub(crate) fn stamp(&self) -> Outcome<Stamp> {
        stamp(self.author.as_deref())
    }

    /// Looks something up in the ledger.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Ledger) -> Fallible<T>) -> Fallible<T> {
        let mut opened = lock(&self.ledger);
        look(&self.current(&mut opened)?.ledger)
    }

    /// Acts on the ledger; what it reports as done is on disk.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut Ledger, &Stamp) -> Fallible<T>) -> Fallible<T> {
        let stamp = self.stamp()?;
        let mut opened = lock(&self.ledger);
        if !opened.as_ref().is_some_and(|opened| opened.writable) || !self.folder.join(LEDGER_FILE).is_file()
        {
            let ledger = folder::ledger_to_change(&self.folder)?;
            *opened = Some(Opened { ledger, writable: true, seen: self.ledger_files() });
        }
        let Some(opened) = opened.as_mut() else {
            return Err(Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, "The ledger is not open."));
        };
        act(&mut opened.ledger, &stamp)
    }

    fn current<'a>(&self, opened: &'a mut Option<Opened>) -> Fallible<&'a Opened> {
        let seen = self.ledger_files();
        let holds = opened.as_ref().is_some_and(|known| {
            if known.writable { self.folder.join(LEDGER_FILE).is_file() } else { known.seen == seen }
        });
        if !holds {
            *opened = Some(self.open(seen)?);
        }
        opened
            .as_ref()
            .ok_or_else(|| Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, "The ledger is not open."))
    }

    /// A ledger that exists is opened for acting, so that no other program's writing is missed; looking at a folder
    /// without one leaves it as it is.
    fn open(&self, seen: String) -> Fallible<Opened> {
        if self.folder.join(LEDGER_FILE).is_file()
            && let Ok(ledger) = folder::ledger_to_change(&self.folder)
        {
            return Ok(Opened { ledger, writable: true, seen });
        }
        Ok(Opened { ledger: folder::ledger(&self.folder)?, writable: false, seen })
    }

    fn ledger_files(&self) -> String {
        let (database, journal) = paraph_ledger::files(&self.folder);
        format!("{} {}", print(&database), print(&journal))
    }

    /// What every answer depends on, in a few characters: it changes with the ledger and with the files of the case.
    pub(crate) fn state(&self) -> Fallible<String> {
        let receipt = self.read(|ledger| Ok(ledger.receipt()?))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(receipt.head.as_bytes());
        hasher.update(&receipt.count.to_le_bytes());
        hasher.update(&std::fs::read(self.folder.join("case.toml")).unwrap_or_default());
        let look = self.watch.look()?;
        for (name, hash) in &look.reports {
            hasher.update(name.as_bytes());
            hasher.update(hash.as_deref().unwrap_or("-").as_bytes());
        }
        for name in &look.skipped {
            hasher.update(b"skipped");
            hasher.update(name.as_bytes());
        }
        for inside in ["scenarios", "drafts"] {
            hasher.update(inside.as_bytes());
            for path in listed(&self.folder.join(inside)) {
                hasher.update(path.to_string_lossy().as_bytes());
                hasher.update(print(&path).as_bytes());
            }
        }
        Ok(hasher.finalize().to_hex()[..32].to_owned())
    }

    /// An answer that was rendered before, when nothing has changed since.
    pub(crate) fn kept(&self, address: &str, state: &str) -> Option<Arc<String>> {
        let kept = lock(&self.kept);
        let found = kept.iter().find(|known| known.address == address && known.state == state)?;
        Some(Arc::clone(&found.body))
    }

    /// Keeps a rendered answer, and drops the oldest.
    pub(crate) fn keep(&self, address: &str, state: &str, body: &Arc<String>) {
        if body.len() > LONGEST_KEPT {
            return;
        }
        let mut kept = lock(&self.kept);
        kept.retain(|known| known.address != address && known.state == state);
        kept.push_back(Kept { address: address.to_owned(), state: state.to_owned(), body: Arc::clone(body) });
        while kept.len() > MOST_KEPT {
            kept.pop_front();
        }
    }

    /// Writes an edit of the model down, so that it can be taken back; it is made afterwards.
    pub(crate) fn edited(
        &self,
        before: &str,
        after: &str,
        behind: Option<String>,
        what: &str,
    ) -> Fallible<()> {
        let edit = Edit { before: before.to_owned(), after: hash(after), behind, what: what.to_owned() };
        lock(&self.edits).push(edit).map_err(|error| unwritten(&error))
    }

    /// What the latest edit of the model did, when nothing that stands was done in the ledger since.
    pub(crate) fn latest_edit(&self, now: Option<&str>) -> Option<String> {
        lock(&self.edits).latest(now).map(|edit| edit.what.clone())
    }

    /// The text of the model before the latest edit, with the hash of what must be there now.
    pub(crate) fn earlier(&self) -> Option<(String, String)> {
        lock(&self.edits).last().map(|edit| (edit.before.clone(), edit.after.clone()))
    }

    /// Takes the latest edit off the list, once it was taken back.
    pub(crate) fn taken_back(&self) -> Fallible<()> {
        lock(&self.edits).pop().map_err(|error| unwritten(&error))
    }
}

fn unwritten(error: &std::io::Error) -> Trouble {
    Trouble::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        format!("The list of edits cannot be written, so nothing was changed: {error}."),
    )
}

/// A short hash of a text, for telling versions apart.
pub(crate) fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
}

/// When a file was changed and how long it is.
pub(crate) fn print(path: &Path) -> String {
    let Ok(metadata) = std::fs::metadata(path) else { return "-".to_owned() };
    let time = metadata.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    format!("{:?} {}", time, metadata.len())
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}
