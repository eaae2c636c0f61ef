//! Writes the invented harbour brief, or with `stress` the large hostile one, as HTML to standard output.

use std::io::Write;

#[path = "../tests/fixture/mod.rs"]
mod fixture;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let stress = std::env::args().nth(1).is_some_and(|argument| argument == "stress");
    let brief = if stress { fixture::stress() } else { fixture::harbour() };
    std::io::stdout().write_all(paraph_brief::html::render(&brief)?.as_bytes())?;
    Ok(())
}
