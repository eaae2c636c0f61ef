//! What lies in the folder of reports, without looking at thousands of files for every answer.

use paraph_workbench::Outcome;
use paraph_workbench::folder::Look;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// A look that took no longer is repeated for every answer.
const QUICK: Duration = Duration::from_millis(5);
/// A look that took longer is repeated when it is older than this, and behind the answer.
const STALE: Duration = Duration::from_secs(1);
/// A folder that changed less than this long before a look may have changed again without its time telling so.
const SETTLED: Duration = Duration::from_millis(100);

/// Looks at the reports of a case's folder.
///
/// Where that takes long, what it saw last is used: a file that came, went or was renamed is seen at once, as the
/// folder itself tells; a file that was written over in its place, a second and an answer later.
pub(crate) struct Watch {
    folder: PathBuf,
    last: Arc<Mutex<Last>>,
}

#[derive(Default)]
struct Last {
    seen: Option<Seen>,
    renewing: bool,
}

struct Seen {
    look: Arc<Look>,
    at: Instant,
    took: Duration,
    /// When the folder was changed, where that can be relied upon.
    changed: Option<SystemTime>,
}

fn lock(last: &Mutex<Last>) -> MutexGuard<'_, Last> {
    // What was seen is replaced as a whole.
    last.lock().unwrap_or_else(PoisonError::into_inner)
}

fn look(folder: &std::path::Path) -> Outcome<Seen> {
    let (at, now, changed) = (Instant::now(), SystemTime::now(), changed(folder));
    let look = Arc::new(Look::at(folder)?);
    let changed = changed.filter(|time| now.duration_since(*time).is_ok_and(|age| age > SETTLED));
    Ok(Seen { look, at, took: at.elapsed(), changed })
}

fn changed(folder: &std::path::Path) -> Option<SystemTime> {
    std::fs::metadata(folder.join("reports")).and_then(|data| data.modified()).ok()
}

impl Watch {
    /// Over the reports of a case's folder; nothing is looked at yet.
    pub(crate) fn over(folder: PathBuf) -> Self {
        Watch { folder, last: Arc::default() }
    }

    /// What lies there.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub(crate) fn look(&self) -> Outcome<Arc<Look>> {
        let mut last = lock(&self.last);
        if let Some(seen) = &last.seen
            && seen.took > QUICK
            && seen.changed.is_some()
            && seen.changed == changed(&self.folder)
        {
            let (found, stale) = (Arc::clone(&seen.look), seen.at.elapsed() > STALE);
            if stale && !last.renewing {
                last.renewing = true;
                let (folder, shared) = (self.folder.clone(), Arc::clone(&self.last));
                std::thread::spawn(move || {
                    let seen = look(&folder).ok();
                    *lock(&shared) = Last { seen, renewing: false };
                });
            }
            return Ok(found);
        }
        let seen = look(&self.folder)?;
        let found = Arc::clone(&seen.look);
        last.seen = Some(seen);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(watch: &Watch) -> Vec<String> {
        watch.look().unwrap().reports.iter().map(|(name, _)| name.clone()).collect()
    }

    #[test]
    fn what_comes_and_goes_is_seen_at_once_however_long_a_look_takes() {
        let place = tempfile::tempdir().unwrap();
        let reports = place.path().join("reports");
        std::fs::create_dir(&reports).unwrap();
        let watch = Watch::over(place.path().to_owned());
        assert!(names(&watch).is_empty());
        for name in ["one.txt", "two.txt"] {
            std::fs::write(reports.join(name), name).unwrap();
            // As if the look had taken long, and the folder had been quiet for a while before it.
            let mut last = lock(&watch.last);
            if let Some(seen) = &mut last.seen {
                seen.took = QUICK * 2;
                seen.changed = Some(SystemTime::UNIX_EPOCH);
            }
            drop(last);
            assert!(names(&watch).contains(&name.to_owned()));
        }
        std::fs::remove_file(reports.join("one.txt")).unwrap();
        assert_eq!(names(&watch), ["two.txt"]);
    }

    #[test]
    fn what_was_written_over_is_seen_after_a_renewed_look() {
        let place = tempfile::tempdir().unwrap();
        let reports = place.path().join("reports");
        std::fs::create_dir(&reports).unwrap();
        std::fs::write(reports.join("one.txt"), "before").unwrap();
        let watch = Watch::over(place.path().to_owned());
        let before = watch.look().unwrap();
        std::fs::write(reports.join("one.txt"), "after that").unwrap();
        {
            let mut last = lock(&watch.last);
            let seen = last.seen.as_mut().unwrap();
            seen.took = QUICK * 2;
            seen.changed = changed(place.path());
            seen.at = Instant::now().checked_sub(STALE * 2).unwrap();
        }
        // The old look answers, and a new one is on its way.
        assert_eq!(watch.look().unwrap(), before);
        while lock(&watch.last).renewing {
            std::thread::yield_now();
        }
        assert_ne!(watch.look().unwrap(), before);
    }
}
