//! Who acts, and when.

use crate::failure::{Failure, Outcome};
use jiff::Timestamp;
use paraph_ledger::Stamp;

/// Author and time of an action: the author as given, else the user's name, if there is one; the time from `PARAPH_NOW`
/// (for runs that must come out the same), else from the system's clock.
///
/// # Errors
/// `PARAPH_NOW` that is no time.
pub fn stamp(author: Option<&str>) -> Outcome<Stamp> {
    let user = || ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|key| std::env::var(key).ok());
    let author = author
        .map(str::to_owned)
        .or_else(user)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        // A bare machine has no user's name; the journal then says that nobody gave one.
        .unwrap_or_else(|| "unnamed".to_owned());
    let time = match std::env::var("PARAPH_NOW") {
        Ok(text) => text.parse::<Timestamp>().map_err(|_| {
            Failure::new(format!("PARAPH_NOW is `{text}`, which is no time"))
                .hint("write it as 2025-11-22T10:00:00Z")
        })?,
        Err(_) => Timestamp::now(),
    };
    Ok(Stamp::new(author, time))
}
