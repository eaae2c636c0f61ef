//! Every parser on the seeds that are kept in `fuzz/seeds`, and on seeded mutations of them.
//!
//! `PARAPH_FUZZ_SECONDS` gives each parser that much time instead of a fixed number of mutations.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[expect(unreachable_pub, reason = "the file is a library of its own elsewhere")]
#[path = "../../../fuzz/src/lib.rs"]
mod targets;

/// Mutations of each seed in a run of the tests.
const MUTATIONS: usize = 12;
/// Longer seeds are cut before they are mutated.
const LONGEST: usize = 6_000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a folder, sorted; none where there is no such folder.
fn files(folder: &str) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(root().join(folder)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be listed").path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| path.is_file())
        .map(|path| std::fs::read(path).expect("a seed can be read"))
        .collect()
}

/// What the project has beside the seeds that a parser should know.
fn more(target: &str) -> Vec<Vec<u8>> {
    let mut seeds = match target {
        "case" => files("tests/cases"),
        "draft" => files("examples/harbour/drafts"),
        "report" => files("examples/harbour/reports"),
        "corpus" => files("corpus/train").into_iter().take(5).collect(),
        _ => Vec::new(),
    };
    seeds.iter_mut().for_each(|seed| seed.truncate(LONGEST));
    seeds
}

/// A small generator (xorshift, Marsaglia 2003), so that the mutations are the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }

    /// Some bytes taken out, put in, changed, repeated, or taken from another seed.
    fn mutate(&mut self, seed: &[u8], other: &[u8]) -> Vec<u8> {
        const MARKS: [&[u8]; 24] = [
            b"\"",
            b"'",
            b"\n",
            b"\r\n",
            b"\0",
            b"<",
            b">",
            b"</",
            b"&",
            b"[",
            b"]",
            b"{",
            b"}",
            b"(",
            b")",
            b",",
            b"-1",
            b"99999999999999999999",
            b"1e999",
            "“".as_bytes(),
            "”".as_bytes(),
            "e\u{301}".as_bytes(),
            b"\xFF",
            b"\xEF\xBB\xBF",
        ];
        let mut bytes = seed.to_vec();
        for _ in 0..=self.roll(6) {
            let at = self.roll(bytes.len() + 1);
            let end = (at + self.roll(80)).min(bytes.len());
            match self.roll(6) {
                0 => drop(bytes.drain(at..end)),
                1 => drop(bytes.splice(at..at, MARKS[self.roll(MARKS.len())].iter().copied())),
                2 => bytes
                    .iter_mut()
                    .skip(at)
                    .take(1)
                    .for_each(|byte| *byte = byte.wrapping_add(1 << (at % 8))),
                3 => {
                    let part = bytes[at..end].repeat(1 + self.roll(40));
                    drop(bytes.splice(at..end, part));
                }
                4 => {
                    let from = self.roll(other.len() + 1);
                    let part = other[from..(from + self.roll(200)).min(other.len())].to_vec();
                    drop(bytes.splice(at..end, part));
                }
                _ => bytes.truncate(at),
            }
            bytes.truncate(4 * LONGEST);
        }
        bytes
    }
}

#[test]
fn seeds_and_their_mutations_break_no_parser() {
    let seconds = std::env::var("PARAPH_FUZZ_SECONDS").ok().and_then(|text| text.parse::<u64>().ok());
    for (name, target) in targets::TARGETS {
        let kept = files(&format!("fuzz/seeds/{name}"));
        assert!(!kept.is_empty(), "fuzz/seeds/{name} holds no seed");
        let mut seeds = kept;
        seeds.extend(more(name));
        let run = |bytes: &[u8], what: &str| {
            let result = std::panic::catch_unwind(|| target(bytes));
            if result.is_err() {
                let path = std::env::temp_dir().join(format!("paraph-{name}"));
                std::fs::write(&path, bytes).expect("the bytes can be kept");
                panic!("{name} broke on {what}; the bytes are in {}", path.display());
            }
        };
        for (at, seed) in seeds.iter().enumerate() {
            run(seed, &format!("seed {at}"));
        }
        let mut dice = Dice(seconds.map_or(0x9E37_79B9_7F4A_7C15, |seconds| 0xD1B5_4A32_D192_ED03 ^ seconds));
        let begin = Instant::now();
        let (mut count, mut longest) = (0, Duration::ZERO);
        loop {
            let enough = match seconds {
                Some(seconds) => begin.elapsed() >= Duration::from_secs(seconds),
                None => count >= MUTATIONS * seeds.len(),
            };
            if enough {
                break;
            }
            let seed = &seeds[count % seeds.len()];
            let other = dice.roll(seeds.len());
            let bytes = dice.mutate(seed, &seeds[other]);
            let one = Instant::now();
            run(&bytes, &format!("mutation {count} of seed {}", count % seeds.len()));
            longest = longest.max(one.elapsed());
            count += 1;
        }
        println!("{name}: {} seeds, {count} mutations, the longest took {longest:?}", seeds.len());
    }
}
