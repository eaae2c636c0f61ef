//! Edits of `case.toml` that can be taken back, also after the server was started anew.
//!
//! They lie in a file beside the model, one line of JSON each, the latest last. A line is on disk before the model is
//! replaced; one whose edit was cut off by a kill is left out when the file is read again.

use crate::shared::{hash, print};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file, in the case's folder.
const FILE: &str = ".case-edits.jsonl";
/// How many edits are kept.
const MOST: usize = 200;
/// How many bytes of earlier texts are kept; the latest is kept whatever its size.
const MOST_BYTES: usize = 16 << 20;

/// An edit of `case.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Edit {
    /// The text before it.
    pub(crate) before: String,
    /// The hash of the text after it: what must still be there for it to be taken back.
    pub(crate) after: String,
    /// The latest entry of the journal that was not taken back then: what is done later is taken back first.
    pub(crate) behind: Option<String>,
    /// What it did, in words.
    pub(crate) what: String,
}

/// All of them, as the file holds them.
pub(crate) struct Edits {
    folder: PathBuf,
    seen: String,
    all: Vec<Edit>,
}

impl Edits {
    pub(crate) fn new(folder: &Path) -> Self {
        Edits { folder: folder.to_owned(), seen: String::new(), all: Vec::new() }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// The edits as they are on disk now; another server on the same folder may have added some.
    fn current(&mut self) -> &mut Vec<Edit> {
        let seen = print(&self.path());
        if seen != self.seen {
            let text = std::fs::read_to_string(self.path()).unwrap_or_default();
            // What cannot be read ends the list: earlier texts are a help, and never in the way.
            self.all = text.lines().map_while(|line| serde_json::from_str(line).ok()).collect();
            let now = std::fs::read_to_string(self.folder.join("case.toml")).unwrap_or_default();
            while self.all.last().is_some_and(|edit| edit.before == now && edit.after != hash(&now)) {
                self.all.pop();
            }
            self.seen = seen;
        }
        &mut self.all
    }

    /// The latest, when nothing that stands was done in the ledger since.
    pub(crate) fn latest(&mut self, now: Option<&str>) -> Option<&Edit> {
        self.last().filter(|edit| edit.behind.as_deref() == now)
    }

    /// Writes an edit down, before it is made.
    pub(crate) fn push(&mut self, edit: Edit) -> io::Result<()> {
        let all = self.current();
        all.push(edit);
        let mut room = MOST_BYTES;
        let fits = |edit: &&Edit| {
            let fits = edit.before.len() <= room;
            room = room.saturating_sub(edit.before.len());
            fits
        };
        let kept = all.iter().rev().take(MOST).take_while(fits).count().max(1);
        all.drain(..all.len() - kept);
        self.write()
    }

    /// Takes the latest off the list.
    pub(crate) fn pop(&mut self) -> io::Result<()> {
        match self.all.pop() {
            Some(_) => self.write(),
            None => Ok(()),
        }
    }

    /// The latest of all.
    pub(crate) fn last(&mut self) -> Option<&Edit> {
        self.current().last()
    }

    /// Replaces the file as a whole.
    fn write(&mut self) -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".case-").tempfile_in(&self.folder)?;
        for edit in &self.all {
            serde_json::to_writer(&mut file, edit)?;
            file.write_all(b"\n")?;
        }
        file.as_file().sync_all()?;
        file.persist(self.path()).map_err(|error| error.error)?;
        std::fs::File::open(&self.folder)?.sync_all()?;
        self.seen = print(&self.path());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(before: &str, after: &str) -> Edit {
        Edit { before: before.to_owned(), after: hash(after), behind: None, what: "Edited".to_owned() }
    }

    #[test]
    fn edits_outlive_the_server_and_stay_few() {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("case.toml");
        let mut edits = Edits::new(folder.path());
        for at in 0..MOST + 5 {
            edits.push(edit(&at.to_string(), &(at + 1).to_string())).unwrap();
        }
        std::fs::write(&model, (MOST + 5).to_string()).unwrap();
        let mut again = Edits::new(folder.path());
        assert_eq!(again.current().len(), MOST);
        assert_eq!(again.last().unwrap().before, (MOST + 4).to_string());
        again.pop().unwrap();
        assert_eq!(edits.latest(None).unwrap().before, (MOST + 3).to_string(), "the other sees it too");
        assert!(edits.latest(Some("later")).is_none());
    }

    #[test]
    fn an_edit_that_was_cut_off_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let mut edits = Edits::new(folder.path());
        edits.push(edit("one", "two")).unwrap();
        edits.push(edit("two", "three")).unwrap();
        // The kill came before the model was replaced.
        std::fs::write(folder.path().join("case.toml"), "two").unwrap();
        assert_eq!(Edits::new(folder.path()).latest(None).unwrap().before, "one");
        // And a file that was damaged is no more than lost.
        std::fs::write(folder.path().join(FILE), "{\"before\":").unwrap();
        assert!(Edits::new(folder.path()).latest(None).is_none());
    }
}
