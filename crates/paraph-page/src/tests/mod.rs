//! The page from outside: requests over a socket, as any program on the machine could send them.

mod client;
mod edits;
mod guarded;
mod interface;
mod large;
mod load;
pub(crate) mod schema;
mod views;
