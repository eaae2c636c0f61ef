//! Any bytes give a case or a clear error, at once.

use crate::common::{FIXTURES, fixture, import_fixtures};
use paraph_exchange::{Options, import};
use std::time::{Duration, Instant};

/// A small seeded generator (splitmix64, Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// What mutations put in: pieces that mean something in one of the formats.
const PIECES: [&str; 40] = [
    "",
    "0",
    "-1",
    "1e308",
    "1e-308",
    "99999999999999999999999999999999999999999",
    "0.1",
    "NaN",
    "Infinity",
    "null",
    "[]",
    "{}",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    ",",
    ":",
    "\n",
    "\t",
    "- ",
    "<",
    ">",
    "/>",
    "&amp;",
    "&x;",
    "<!--",
    "<!DOCTYPE a>",
    "]]>",
    "=",
    "\u{feff}",
    "\u{0}",
    "é",
    "index=\"1\"",
    "true",
    "#",
    "*a",
    "&a ",
];

fn mutate(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + random.below(4) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(12)).min(bytes.len());
        match random.below(6) {
            0 => {
                bytes.drain(at..end);
            }
            1 => bytes.splice(at..at, PIECES[random.below(PIECES.len())].bytes()).for_each(drop),
            2 => bytes.splice(at..end, PIECES[random.below(PIECES.len())].bytes()).for_each(drop),
            3 => {
                let copy = bytes[at..(at + random.below(200)).min(bytes.len())].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, copy).for_each(drop);
            }
            4 => bytes.truncate(at),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.next() as u8;
                }
            }
        }
    }
    bytes
}

#[test]
fn mutated_files_give_a_case_or_an_error() {
    let mut random = Random(7);
    let (mut read, mut refused) = (0, 0);
    for names in FIXTURES {
        let contents: Vec<Vec<u8>> = names.iter().map(|name| fixture(name)).collect();
        for _ in 0..400 {
            let mut mutated = contents.clone();
            let which = random.below(mutated.len());
            mutated[which] = mutate(&mutated[which], &mut random);
            let files: Vec<(&str, &[u8])> =
                names.iter().zip(&mutated).map(|(name, bytes)| (*name, bytes.as_slice())).collect();
            let start = Instant::now();
            match import(&files, &Options::default()) {
                Ok(imported) => {
                    read += 1;
                    // What is read is a case without faults.
                    let parsed = paraph_case::parse(&imported.case_toml, "case.toml");
                    assert!(
                        !parsed.has_errors(),
                        "{}\n{:?}\n{}",
                        String::from_utf8_lossy(&mutated[which]),
                        parsed.diagnostics,
                        imported.case_toml
                    );
                    assert!(!imported.as_read.to_string().is_empty());
                }
                Err(error) => {
                    refused += 1;
                    assert!(!error.to_string().is_empty());
                }
            }
            assert!(start.elapsed() < Duration::from_secs(5), "{}", String::from_utf8_lossy(&mutated[which]));
        }
    }
    println!("{read} read, {refused} refused");
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused");
}

#[test]
fn entity_bombs_and_endless_nesting_are_refused_at_once() {
    let entities: String = (1..40).map(|n| format!("<!ENTITY x{n} \"&x{};&x{};\">", n - 1, n - 1)).collect();
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE u [<!ENTITY x0 \"x\">{entities}]><utility_space>&x39;</utility_space>"
    );
    let external = "<!DOCTYPE u SYSTEM \"file:///etc/passwd\"><utility_space/>";
    let reference = "<utility_space><objective name=\"&file;\"/></utility_space>";
    let deep_xml = "<utility_space>".repeat((100 << 20) / 15);
    let deep_json = "{\"a\":".repeat((100 << 20) / 5);
    let deep_list = "[".repeat(100 << 20);
    for (name, text) in [
        ("bomb.xml", bomb.as_str()),
        ("external.xml", external),
        ("reference.xml", reference),
        ("deep.xml", &deep_xml),
        ("deep.json", &deep_json),
        ("list.json", &deep_list),
    ] {
        let start = Instant::now();
        let error = import(&[(name, text.as_bytes())], &Options::default()).unwrap_err();
        assert!(error.is_hostile() && error.place().is_some(), "{name}: {error}");
        // Copying and checking 100 MB of text takes a moment; reading on would take far longer.
        assert!(start.elapsed() < Duration::from_secs(3), "{name}: {:?}", start.elapsed());
    }
    let deep_yaml = "a:\n ".repeat(1 << 18);
    assert!(import(&[("deep.yml", deep_yaml.as_bytes())], &Options::default()).is_err());
    let flow = format!("issues: {}", "[".repeat(1 << 20));
    assert!(import(&[("flow.yml", flow.as_bytes())], &Options::default()).is_err());
    let indented: String = (0..1000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert!(import(&[("indented.yml", indented.as_bytes())], &Options::default()).unwrap_err().is_hostile());
}

#[test]
fn large_files_take_time_in_proportion() {
    let options: String = (0..60_000).map(|n| format!("\"o{n}\":0.5,")).collect();
    let many = format!(
        "{{\"reservationValue\":0,\"issueWeights\":{{\"a\":1}},\"issues\":{{\"a\":{{{}}}}}}}",
        options.trim_end_matches(',')
    );
    let items: String =
        (0..60_000).map(|n| format!("<item index=\"{n}\" value=\"v{n}\" evaluation=\"1\"/>")).collect();
    let wide = format!(
        "<utility_space><objective name=\"o\"><weight index=\"1\" value=\"1\"/><issue index=\"1\" name=\"a\">{items}</issue></objective></utility_space>"
    );
    let domain = "<negotiation_template><utility_space><objective name=\"o\"><issue index=\"1\" name=\"a\"><item value=\"x\"/><item value=\"y\"/></issue></objective></utility_space></negotiation_template>";
    let start = Instant::now();
    assert!(import(&[("many.json", many.as_bytes())], &Options::default()).unwrap_err().is_too_large());
    assert!(import(&[("wide.xml", wide.as_bytes())], &Options::default()).unwrap_err().is_too_large());
    // Here everything but two options is dropped; the report stays short and says how much more there was.
    let files: [(&str, &[u8]); 2] = [("domain.xml", domain.as_bytes()), ("wide.xml", wide.as_bytes())];
    let imported = import(&files, &Options::default()).unwrap();
    assert_eq!(imported.as_read.dropped.len() + imported.as_read.more_remarks, 60_000);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn one_case_is_always_written_the_same() {
    for names in FIXTURES {
        assert_eq!(import_fixtures(names), import_fixtures(names), "{names:?}");
    }
}
