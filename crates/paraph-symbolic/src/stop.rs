//! A way to stop running work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that stops running work. Clones share the flag, so that one can be kept by a signal handler or
/// a timer; the crate itself reads no clock.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A flag that is not set.
    pub fn new() -> Stop {
        Stop::default()
    }

    /// Asks for the work to stop. The call that waits for it returns within some hundredths of a second
    /// with an error for which [`Error::is_interrupted`](crate::Error::is_interrupted) holds.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked for the work to stop.
    pub fn stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
