//! `paraph serve`

use super::Ending;
use crate::cli::Serve;
use crate::output;
use paraph_page::{Server, Settings};
use paraph_workbench::{Failure, Outcome};

/// Serves a case's page until it is interrupted.
pub(super) fn run(arguments: &Serve) -> Outcome<Ending> {
    let settings = Settings { port: arguments.port, author: arguments.author.name().map(str::to_owned) };
    let server = Server::bind(&arguments.case.folder, settings)?;
    let address = server.address();
    output::data(&format!("{address}\n"))?;
    output::talk(
        "Open this address in a browser on this machine; whoever has it may do everything. Ctrl-C ends it.",
    );
    if arguments.open {
        output::open(&address).map_err(|error| {
            Failure::new(format!("the browser cannot be opened: {error}"))
                .hint(format!("open {address} yourself"))
        })?;
    }
    let stop = server.handle();
    ctrlc::set_handler(move || stop.stop())
        .map_err(|error| Failure::new(format!("Ctrl-C cannot be listened for: {error}")))?;
    server.run()?;
    Ok(Ending::Done)
}
