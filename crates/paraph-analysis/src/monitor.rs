//! A window on running work: how far it is, and a way to stop it.

use crate::error::Error;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Shared between the thread that works and the one that watches. The analysis itself reads no clock.
#[derive(Debug, Default)]
pub struct Monitor {
    stop: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    stage: Mutex<String>,
}

impl Monitor {
    /// A monitor that nobody watches.
    pub fn new() -> Self {
        Monitor::default()
    }

    /// Asks the work to stop; it does so within some milliseconds and returns an error that says so.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked the work to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// What is being done, and how many units of how many are done.
    pub fn progress(&self) -> (String, u64, u64) {
        let stage = self.stage.lock().map(|stage| stage.clone()).unwrap_or_default();
        (stage, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// Names the stage and its number of units.
    pub fn begin(&self, stage: &str, total: u64) {
        if let Ok(mut name) = self.stage.lock() {
            stage.clone_into(&mut name);
        }
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Says that so many more units are done.
    pub fn advance(&self, units: u64) {
        self.done.fetch_add(units, Ordering::Relaxed);
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.stopped() { Err(Error::interrupted()) } else { Ok(()) }
    }
}
