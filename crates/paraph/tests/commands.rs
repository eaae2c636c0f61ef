//! The documented commands on the examples, as snapshots. Each runs in a fresh copy of `examples/`.
//!
//! `TRYCMD=overwrite cargo test -p paraph --test commands` writes them anew; review the difference.

#[test]
fn documented_commands() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .env("PARAPH_AUTHOR", "tester")
        .env("PARAPH_NOW", "2031-06-01T08:00:00Z")
        .case("tests/cmd/*.toml");
}
