//! Shows how far long work is, and lets it be stopped.

use indicatif::{ProgressBar, ProgressStyle};
use paraph_analysis::Monitor;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Work shorter than this shows nothing.
const QUIET: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(50);

/// The monitor that Ctrl-C stops.
static RUNNING: OnceLock<Mutex<Option<Arc<Monitor>>>> = OnceLock::new();

/// Work that is watched until this is dropped: after a second its progress stands on standard error,
/// and Ctrl-C asks it to stop.
pub(crate) struct Watch {
    monitor: Arc<Monitor>,
    over: Arc<AtomicBool>,
    watcher: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins to watch.
    pub(crate) fn begin() -> Self {
        let monitor = Arc::new(Monitor::new());
        let mut first = false;
        let running = RUNNING.get_or_init(|| {
            first = true;
            Mutex::new(None)
        });
        if let Ok(mut running) = running.lock() {
            *running = Some(Arc::clone(&monitor));
        }
        if first {
            // Where no handler can be set, Ctrl-C ends the program as it always does.
            let _ = ctrlc::set_handler(|| {
                let running = RUNNING.get().and_then(|running| running.lock().ok()?.clone());
                match running {
                    Some(monitor) if !monitor.stopped() => monitor.stop(),
                    _ => std::process::exit(2),
                }
            });
        }
        let over = Arc::new(AtomicBool::new(false));
        let watcher = {
            let (monitor, over) = (Arc::clone(&monitor), Arc::clone(&over));
            std::thread::spawn(move || watch(&monitor, &over))
        };
        Watch { monitor, over, watcher: Some(watcher) }
    }

    /// What the analysis reports to.
    pub(crate) fn monitor(&self) -> &Monitor {
        &self.monitor
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(watcher) = self.watcher.take() {
            watcher.thread().unpark();
            // The watcher only draws; how it ended does not matter.
            let _ = watcher.join();
        }
        if let Some(running) = RUNNING.get()
            && let Ok(mut running) = running.lock()
        {
            *running = None;
        }
    }
}

fn watch(monitor: &Monitor, over: &AtomicBool) {
    let begun = Instant::now();
    let mut bar: Option<ProgressBar> = None;
    let mut shown = String::new();
    while !over.load(Ordering::Relaxed) {
        std::thread::park_timeout(if bar.is_none() {
            QUIET.saturating_sub(begun.elapsed()).max(TICK)
        } else {
            TICK
        });
        if begun.elapsed() < QUIET || over.load(Ordering::Relaxed) {
            continue;
        }
        let (stage, done, total) = monitor.progress();
        let bar = bar.get_or_insert_with(|| ProgressBar::new(0).with_style(style()));
        if stage != shown {
            bar.set_position(0);
            bar.reset_eta();
            bar.set_message(stage.clone());
            shown = stage;
        }
        bar.set_length(total);
        bar.set_position(done);
        bar.tick();
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg} {wide_bar} {percent}% {per_sec} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
