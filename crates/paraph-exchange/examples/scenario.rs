//! Writes seeded cases as GENIUS XML, and measures reading and working them out.
//!
//! ```text
//! cargo run --release -p paraph-exchange --example scenario -- generate FOLDER --issues 7 --parties 4
//! cargo run --release -p paraph-exchange --example scenario -- measure FOLDER [--only read|model|deals]
//! ```
//!
//! `generate` writes `domain.xml` and one `profile-NN.xml` per party: ten options per issue unless
//! `--options` says otherwise, evaluations from 0 to 100 of which the greatest of every issue is 100,
//! and weights in thousandths that sum to one; the same seed writes the same bytes. So 7 issues are
//! 10⁷ packages. `--reservation` sets every reservation value. `measure` prints one line per stage with
//! wall time and the greatest memory so far.

use paraph_analysis::{Model, Monitor, Terms, deals};
use paraph_exchange::{Options, import};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["generate", folder, rest @ ..] => generate(Path::new(folder), rest),
        ["measure", folder, rest @ ..] => measure(Path::new(folder), rest),
        _ => Err("give `generate FOLDER` or `measure FOLDER`".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// The value after a flag.
fn flag<'a>(rest: &[&'a str], name: &str) -> Option<&'a str> {
    rest.iter().position(|argument| *argument == name).and_then(|at| rest.get(at + 1)).copied()
}

fn number(rest: &[&str], name: &str, default: u64) -> Result<u64, String> {
    match flag(rest, name) {
        Some(text) => text.parse().map_err(|_| format!("`{name}` needs a whole number, not `{text}`")),
        None => Ok(default),
    }
}

/// The splitmix64 generator (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn generate(folder: &Path, rest: &[&str]) -> Result<(), String> {
    let issues = number(rest, "--issues", 5)?.clamp(1, 64);
    let parties = number(rest, "--parties", 3)?.clamp(1, 99);
    let options = number(rest, "--options", 10)?.clamp(2, 256);
    let mut random = Random(number(rest, "--seed", 1)?);
    let reservation = flag(rest, "--reservation").unwrap_or("0.0");
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let write = |name: String, text: String| {
        std::fs::write(folder.join(&name), text).map_err(|error| format!("{name}: {error}"))
    };
    let mut domain = format!(
        "<negotiation_template>\n<utility_space number_of_issues=\"{issues}\">\n<objective index=\"0\" etype=\"objective\" type=\"objective\" description=\"\" name=\"Seeded\">\n"
    );
    for issue in 1..=issues {
        let _ = writeln!(
            domain,
            "<issue index=\"{issue}\" name=\"Issue {issue}\" vtype=\"discrete\" type=\"discrete\" etype=\"discrete\">"
        );
        for option in 1..=options {
            let _ = writeln!(domain, "<item index=\"{option}\" value=\"v{option}\"></item>");
        }
        domain.push_str("</issue>\n");
    }
    domain.push_str("</objective>\n</utility_space>\n</negotiation_template>\n");
    write("domain.xml".to_owned(), domain)?;
    for party in 1..=parties {
        let mut profile = format!(
            "<utility_space number_of_issues=\"{issues}\">\n<objective index=\"0\" etype=\"objective\" type=\"objective\" description=\"\" name=\"Seeded\">\n"
        );
        // Cuts of a thousand into so many parts, each at least one.
        let mut shares: Vec<u64> = (0..issues).map(|_| 1 + random.below(100)).collect();
        let sum: u64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share = (*share * 1000 / sum).max(1));
        let rest: u64 = shares.iter().skip(1).sum();
        shares[0] = 1000u64.saturating_sub(rest).max(1);
        for (issue, share) in shares.iter().enumerate() {
            let _ = writeln!(profile, "<weight index=\"{}\" value=\"0.{share:03}\"></weight>", issue + 1);
        }
        for issue in 1..=issues {
            let _ = writeln!(
                profile,
                "<issue index=\"{issue}\" name=\"Issue {issue}\" vtype=\"discrete\" type=\"discrete\" etype=\"discrete\">"
            );
            let best = random.below(options);
            for option in 0..options {
                let evaluation = if option == best { 100 } else { random.below(101) };
                let _ = writeln!(
                    profile,
                    "<item index=\"{0}\" value=\"v{0}\" evaluation=\"{evaluation}\"></item>",
                    option + 1
                );
            }
            profile.push_str("</issue>\n");
        }
        let _ = write!(
            profile,
            "</objective>\n<discount_factor value=\"1.0\"></discount_factor>\n<reservation value=\"{reservation}\"></reservation>\n</utility_space>\n"
        );
        write(format!("profile-{party:02}.xml"), profile)?;
    }
    Ok(())
}

fn measure(folder: &Path, rest: &[&str]) -> Result<(), String> {
    let only = flag(rest, "--only").unwrap_or("deals");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".xml"))
        .collect();
    names.sort();
    let start = Instant::now();
    let mut stage = start;
    let mut said = |what: &str| {
        println!("{what:40} {:8.3} s   {}", stage.elapsed().as_secs_f64(), memory());
        stage = Instant::now();
    };
    let contents = names
        .iter()
        .map(|name| std::fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}")))
        .collect::<Result<Vec<_>, String>>()?;
    let files: Vec<(&str, &[u8])> =
        names.iter().zip(&contents).map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let imported = import(&files, &Options::default()).map_err(|error| error.to_string())?;
    let parsed = paraph_case::parse(&imported.case_toml, "case.toml");
    let case = parsed.complete().ok_or("the case that was written has faults")?;
    said("read");
    if only == "read" {
        return Ok(());
    }
    let monitor = Monitor::new();
    let model = Model::new(case, &paraph_analysis::Options::default(), &monitor)
        .map_err(|error| error.to_string())?;
    said(&format!("ranks of {} outcomes", model.all()));
    if only == "model" {
        return Ok(());
    }
    let deals = deals(&model, &Terms::default(), &monitor).map_err(|error| error.to_string())?;
    said(&format!(
        "{} efficient packages, {} points, {} picks",
        deals.efficient.count(),
        deals.efficient_points,
        deals.picks.len()
    ));
    println!("{:40} {:8.3} s", "all", start.elapsed().as_secs_f64());
    Ok(())
}

/// The greatest memory so far, where the system says it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.map_or("memory unknown".to_owned(), |line| line.trim_start_matches("VmHWM:").trim().to_owned())
}
