//! A case's local web page: from pasting a report to handing over a brief, in a browser on the same machine.
//!
//! ```
//! let case = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/harbour");
//! let server = paraph_page::Server::bind(case.as_ref(), paraph_page::Settings::default())?;
//! assert!(server.address().starts_with("http://127.0.0.1:"));
//! assert!(server.address().contains("/?token="));
//! // `server.run()` answers until the process ends, or until a handle asks it to stop.
//! let stop = server.handle();
//! std::thread::spawn(move || stop.stop());
//! server.run()?;
//! # Ok::<(), paraph_workbench::Failure>(())
//! ```
//!
//! - [`Server`] binds to this machine alone and answers; [`Settings`] name the port and who acts; a [`Handle`] stops it.
//! - Every view has a `.json` twin at the same address with `.json` appended; `/openapi.json` describes them all.
//! - Templates are the brief's: the page looks like what is handed over.
//!
//! It works nothing out itself: everything it shows comes from `paraph-workbench`, and it shows nothing that a `.json`
//! twin could not. It listens on no network, loads nothing from elsewhere, and has no users and no passwords: whoever
//! has the token that is printed may do everything that the command line may.
#![forbid(unsafe_code)]

mod answer;
mod assets;
mod edits;
mod guard;
mod pictures;
mod routes;
mod shared;
mod templates;
mod toml_forms;
mod trouble;
mod views;
mod watch;
mod work;

#[cfg(test)]
mod tests;

use futures_util::future::{Either, select};
use paraph_workbench::{Failure, Outcome, folder};
use shared::Shared;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::Notify;

/// How many threads wait for the disk at the same time.
const MOST_BLOCKING: usize = 32;

/// How a case is served.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The port; none: a free one.
    pub port: Option<u16>,
    /// Who acts; none: the user's name.
    pub author: Option<String>,
}

/// A page that is bound to its port and waits to answer.
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    shared: Arc<Shared>,
    stop: Arc<Notify>,
}

/// Stops a server from elsewhere.
#[derive(Clone)]
pub struct Handle {
    stop: Arc<Notify>,
}

impl Handle {
    /// Asks the server to stop; it does so at once, as everything acknowledged is on disk.
    pub fn stop(&self) {
        self.stop.notify_one();
    }
}

impl Server {
    /// Binds to the loopback address of this machine, and to no other.
    ///
    /// # Errors
    /// No folder of a case, a port that is taken, or a machine without random numbers.
    pub fn bind(case: &Path, settings: Settings) -> Outcome<Self> {
        let place = folder::existing(case)?;
        if !place.join("case.toml").is_file() {
            return Err(Failure::new(format!("`{}` holds no `case.toml`", place.display()))
                .hint("name the case's folder, or begin one with `paraph new`"));
        }
        let place = place
            .canonicalize()
            .map_err(|error| Failure::new(format!("`{}` cannot be opened: {error}", place.display())))?;
        let token = guard::token()
            .map_err(|error| Failure::new(format!("there is no random number to be had: {error}")))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .max_blocking_threads(MOST_BLOCKING)
            .build()
            .map_err(|error| Failure::new(format!("no threads could be started: {error}")))?;
        let asked = SocketAddr::from((Ipv4Addr::LOCALHOST, settings.port.unwrap_or(0)));
        let listener = runtime.block_on(TcpListener::bind(asked)).map_err(|error| {
            let failure =
                Failure::new(format!("port {} of this machine cannot be used: {error}", asked.port()));
            failure.hint("leave `--port` out for a free one")
        })?;
        let port = listener.local_addr().map_or(asked.port(), |address| address.port());
        let templates = templates::environment()?;
        let shared = Shared::new(place, settings.author, token, port, templates);
        Ok(Server { runtime, listener, shared: Arc::new(shared), stop: Arc::new(Notify::new()) })
    }

    /// The address to open, with the token that lets a browser in.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.shared.port, self.shared.token)
    }

    /// What stops the server.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle { stop: Arc::clone(&self.stop) }
    }

    /// Answers until it is asked to stop.
    ///
    /// # Errors
    /// When the port is taken away.
    pub fn run(self) -> Outcome<()> {
        let router = routes::router(self.shared);
        let ended = self.runtime.block_on(async {
            let serving = pin!(axum::serve(self.listener, router).into_future());
            let stopped = pin!(self.stop.notified());
            match select(serving, stopped).await {
                Either::Left((ended, _)) => ended,
                Either::Right(_) => Ok(()),
            }
        });
        self.runtime.shutdown_background();
        ended.map_err(|error| Failure::new(format!("the page ended: {error}")))
    }
}
