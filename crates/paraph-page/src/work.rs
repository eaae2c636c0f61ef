//! Long work: it runs beside the requests, shows how far it is, and can be stopped.

use crate::trouble::{Fallible, Trouble};
use axum::http::StatusCode;
use paraph_analysis::Monitor;
use serde::Serialize;
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How long a request waits for work before it shows the work instead.
const PATIENCE: Duration = Duration::from_millis(300);
/// How many pieces of work run at the same time.
const MOST_RUNNING: usize = 4;
/// How many finished pieces are kept.
const MOST_DONE: usize = 24;

/// All work that runs, and the latest that is done.
#[derive(Default)]
pub(crate) struct Works {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    next: u64,
    all: BTreeMap<u64, Arc<Work>>,
}

/// One piece of work.
pub(crate) struct Work {
    key: String,
    what: String,
    monitor: Arc<Monitor>,
    done: Mutex<Option<Done>>,
    finished: Condvar,
}

#[derive(Clone)]
enum Done {
    Found(Arc<dyn Any + Send + Sync>),
    Failed(String, Vec<String>, StatusCode),
}

/// How far a piece of work is.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Progress {
    /// The number it goes by.
    pub(crate) work: u64,
    /// What is worked out.
    pub(crate) what: String,
    /// The step it is in, in a few words.
    pub(crate) stage: String,
    /// How much of the step is done.
    pub(crate) done: u64,
    /// How much there is; 0 when that is not known.
    pub(crate) total: u64,
    /// Whether it has ended, well or not.
    pub(crate) ended: bool,
}

/// What came of asking for something.
pub(crate) enum Asked<T> {
    /// It is there.
    Found(Arc<T>),
    /// It is being worked out.
    Running(Progress),
}

impl Works {
    /// The result for a key: found before, or worked out by `compute` on a thread of its own.
    ///
    /// Waits a moment for it. The same key is never worked out twice at the same time, and names one kind of result.
    pub(crate) fn ask<T: Send + Sync + 'static>(
        &self,
        key: &str,
        what: &str,
        compute: impl FnOnce(&Monitor) -> Fallible<T> + Send + 'static,
    ) -> Fallible<Asked<T>> {
        let (number, work) = self.begin(key, what, compute)?;
        self.wait(number, &work)
    }

    /// The result of work that was begun before, or how far it is; none when there is none of this key.
    pub(crate) fn look<T: Send + Sync + 'static>(&self, key: &str) -> Option<Fallible<Asked<T>>> {
        let found = self
            .known()
            .all
            .iter()
            .find(|(_, work)| work.key == key)
            .map(|(at, work)| (*at, Arc::clone(work)));
        found.map(|(number, work)| self.wait(number, &work))
    }

    /// Forgets what was found for a key, so that it is worked out again.
    pub(crate) fn forget(&self, key: &str) {
        self.known().all.retain(|_, work| work.key != key || !work.ended());
    }

    fn wait<T: Send + Sync + 'static>(&self, number: u64, work: &Work) -> Fallible<Asked<T>> {
        let done = work.done.lock().unwrap_or_else(PoisonError::into_inner);
        let (done, _) = work
            .finished
            .wait_timeout_while(done, PATIENCE, |done| done.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        match done.as_ref() {
            None => {
                drop(done);
                Ok(Asked::Running(work.progress(number)))
            }
            Some(Done::Found(value)) => match Arc::clone(value).downcast() {
                Ok(value) => Ok(Asked::Found(value)),
                Err(_) => Err(Trouble::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "The work gave something else than was asked for.",
                )),
            },
            Some(Done::Failed(error, hints, status)) => {
                let mut trouble = Trouble::new(*status, error.clone());
                trouble.said.hints.clone_from(hints);
                drop(done);
                // A failure is not remembered: asking again tries again.
                self.known().all.remove(&number);
                Err(trouble)
            }
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin<T: Send + Sync + 'static>(
        &self,
        key: &str,
        what: &str,
        compute: impl FnOnce(&Monitor) -> Fallible<T> + Send + 'static,
    ) -> Fallible<(u64, Arc<Work>)> {
        let mut known = self.known();
        if let Some((number, work)) = known.all.iter().find(|(_, work)| work.key == key) {
            return Ok((*number, Arc::clone(work)));
        }
        let running = known.all.values().filter(|work| !work.ended()).count();
        if running >= MOST_RUNNING {
            return Err(Trouble::new(
                StatusCode::TOO_MANY_REQUESTS,
                format!("{running} other answers are being worked out."),
            )
            .hint("Wait for one of them, or stop it."));
        }
        while known.all.len() >= MOST_DONE {
            let Some(oldest) = known.all.iter().find(|(_, work)| work.ended()).map(|(number, _)| *number)
            else {
                break;
            };
            known.all.remove(&oldest);
        }
        known.next += 1;
        let number = known.next;
        let work = Arc::new(Work {
            key: key.to_owned(),
            what: what.to_owned(),
            monitor: Arc::new(Monitor::new()),
            done: Mutex::new(None),
            finished: Condvar::new(),
        });
        known.all.insert(number, Arc::clone(&work));
        let (inside, monitor) = (Arc::clone(&work), Arc::clone(&work.monitor));
        let started = std::thread::Builder::new().name(format!("work {number}")).spawn(move || {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| compute(&monitor)));
            let done = match result {
                Ok(Ok(value)) => Done::Found(Arc::new(value)),
                Ok(Err(trouble)) => Done::Failed(trouble.said.error, trouble.said.hints, trouble.status),
                Err(_) => Done::Failed(
                    "The work came to an unexpected end; the case and the ledger are as they were."
                        .to_owned(),
                    Vec::new(),
                    StatusCode::INTERNAL_SERVER_ERROR,
                ),
            };
            *inside.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
            inside.finished.notify_all();
        });
        if let Err(error) = started {
            known.all.remove(&number);
            return Err(Trouble::new(
                StatusCode::SERVICE_UNAVAILABLE,
                format!("No thread could be started: {error}."),
            ));
        }
        Ok((number, work))
    }

    /// How far a piece of work is.
    pub(crate) fn progress(&self, number: u64) -> Option<Progress> {
        let work = self.known().all.get(&number).cloned()?;
        Some(work.progress(number))
    }

    /// Stops a piece of work; it ends at its next step.
    pub(crate) fn stop(&self, number: u64) -> Fallible<()> {
        let work = self.known().all.get(&number).cloned();
        let work = work.ok_or_else(|| Trouble::not_found(format!("There is no work {number}.")))?;
        work.monitor.stop();
        Ok(())
    }
}

impl Work {
    fn ended(&self) -> bool {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn progress(&self, number: u64) -> Progress {
        let (stage, done, total) = self.monitor.progress();
        Progress { work: number, what: self.what.clone(), stage, done, total, ended: self.ended() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(works: &Works, number: u64) -> bool {
        works.progress(number).is_some_and(|progress| progress.ended)
    }

    /// Asks until there is an answer, however slow the machine is.
    fn told<T: Send + Sync + 'static>(
        works: &Works,
        key: &str,
        compute: fn(&Monitor) -> Fallible<T>,
    ) -> Fallible<Arc<T>> {
        loop {
            if let Asked::Found(value) = works.ask(key, key, compute)? {
                return Ok(value);
            }
        }
    }

    #[test]
    fn work_is_done_once_and_can_be_stopped() {
        let works = Works::default();
        for _ in 0..2 {
            let found = told(&works, "one", |_| Ok(1u128 << 100));
            assert!(matches!(found, Ok(value) if *value == 1 << 100));
        }
        let endless = |monitor: &Monitor| {
            while !monitor.stopped() {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err::<u8, _>(Trouble::new(StatusCode::CONFLICT, "Stopped."))
        };
        let Ok(Asked::Running(progress)) = works.ask("two", "two", endless) else { panic!("it runs") };
        assert!(!progress.ended);
        works.stop(progress.work).expect("it can be stopped");
        while !ended(&works, progress.work) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let told = works.ask("two", "two", endless);
        assert!(matches!(told, Err(trouble) if trouble.said.error == "Stopped."));
        assert!(works.stop(99).is_err());
    }

    #[test]
    fn a_panic_is_a_sentence() {
        let works = Works::default();
        let told = told(&works, "bad", |_| -> Fallible<u8> { panic!("inside") });
        assert!(matches!(told, Err(trouble) if trouble.status == StatusCode::INTERNAL_SERVER_ERROR));
    }
}
