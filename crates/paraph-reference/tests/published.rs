//! The published disputes as the facts list them, numbered states and all: graph, moves and tables.

use paraph_case::formula::Formula;
use paraph_case::model::{
    Basis, Case, Constraint, Direction, Explicit, Grounds, Preferences, Ranked, Ranking, Same,
};
use paraph_case::span::Span;
use paraph_reference::{Concept, Reference, Tables, generate};
use serde_json::Value;
use std::path::PathBuf;

const CONCEPTS: [(&str, Concept); 6] = [
    ("R", Concept::Nash),
    ("GMR", Concept::Gmr),
    ("SMR", Concept::Smr),
    ("SEQ", Concept::Seq),
    ("SSEQ", Concept::SymmetricSeq),
    ("SIM", Concept::Sim),
];

/// The facts, sorted by name; none when the folder is not beside the project.
fn facts() -> Vec<(String, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("skipped: no published facts beside the project");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "the folder of facts holds some");
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a readable file");
            let name = path.file_stem().expect("a file name").to_string_lossy().into_owned();
            (name, serde_json::from_str(&text).expect("valid JSON"))
        })
        .collect()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn word(value: &Value) -> &str {
    value.as_str().expect("a string")
}

fn number(value: &Value) -> usize {
    value.as_u64().expect("a number") as usize
}

fn pattern(state: &Value) -> Vec<Option<usize>> {
    let letter = |letter| match letter {
        'Y' => Some(1),
        'N' => Some(0),
        _ => None,
    };
    word(&state["yn"]).chars().map(letter).collect()
}

fn formula(pattern: &[Option<usize>]) -> Formula {
    let literals = pattern.iter().enumerate();
    Formula::And(
        literals.filter_map(|(issue, &option)| Some(Formula::Is { issue, option: option? })).collect(),
    )
}

fn parties(facts: &Value) -> Vec<&str> {
    list(&facts["dms"]).iter().map(word).collect()
}

/// What both forms share; `ranked` says how a state, counted from zero, stands in a ranking.
fn base(facts: &Value, ranked: &dyn Fn(usize) -> Ranked) -> Case {
    let names = parties(facts);
    let mut case = generate::ranked_case(&[], &[]);
    case.title = word(&facts["title"]).to_owned();
    for name in &names {
        let groups = list(&facts["ranking_most_to_least"][*name])
            .iter()
            .map(|entry| match entry {
                Value::Array(tie) => tie.iter().map(|state| ranked(number(state) - 1)).collect(),
                state => vec![ranked(number(state) - 1)],
            })
            .collect();
        let grounds =
            Grounds { basis: Basis::Inferred, because: Vec::new(), note: None, span: Span::default() };
        let mut party = generate::party(name);
        party.preferences = Preferences::Ranking(Ranking { groups, grounds });
        case.parties.push(party);
    }
    for option in list(&facts["options"]) {
        let owner = names.iter().position(|name| *name == word(&option["owner"])).expect("a known owner");
        let mut issue = generate::issue(word(&option["name"]), 2, &[owner]);
        let direction = option.get("direction").map_or("both", word);
        let irreversible = option.get("irreversible").map_or("", word);
        issue.changes = if direction == "fwd" || irreversible.starts_with("N->Y") {
            Direction::Up
        } else if direction == "back" || irreversible.starts_with("Y->N") {
            Direction::Down
        } else {
            Direction::Any
        };
        case.issues.push(issue);
    }
    case
}

/// Feasible are the outcomes that some listed state describes; a state with open options is a class.
fn product_form(facts: &Value) -> Case {
    let patterns: Vec<Vec<Option<usize>>> = list(&facts["states"]).iter().map(pattern).collect();
    let classes: Vec<usize> = (0..patterns.len()).filter(|&s| patterns[s].contains(&None)).collect();
    let ranked = |state: usize| match classes.iter().position(|&class| class == state) {
        Some(class) => Ranked::Class(class),
        None => Ranked::Outcome(patterns[state].iter().flatten().copied().collect()),
    };
    let mut case = base(facts, &ranked);
    case.constraints.push(Constraint {
        always: Formula::Or(patterns.iter().map(|pattern| formula(pattern)).collect()),
        text: String::new(),
        because: None,
        span: Span::default(),
    });
    for &class in &classes {
        case.same.push(Same {
            name: format!("class {class}"),
            that: formula(&patterns[class]),
            text: String::new(),
            span: Span::default(),
        });
    }
    case
}

fn explicit_form(facts: &Value) -> Option<Case> {
    let moves = facts.get("moves")?;
    let mut case = base(facts, &Ranked::State);
    let pair = |pair: &Value| (number(&pair[0]) - 1, number(&pair[1]) - 1);
    case.explicit = Some(Explicit {
        states: list(&facts["states"]).iter().map(|state| number(&state["n"]).to_string()).collect(),
        status_quo: None,
        moves: parties(facts).iter().map(|party| list(&moves[*party]).iter().map(pair).collect()).collect(),
        codes: Some(list(&facts["states"]).iter().map(pattern).collect()),
    });
    Some(case)
}

/// For each listed state the number of the state in the world.
fn numbering(facts: &Value, reference: &Reference) -> Vec<usize> {
    let patterns = list(&facts["states"]).iter().map(pattern);
    patterns
        .enumerate()
        .map(|(listed, pattern)| {
            if reference.case.explicit.is_some() {
                return listed;
            }
            let fits =
                |point: &Vec<usize>| point.iter().zip(&pattern).all(|(a, b)| b.is_none_or(|b| *a == b));
            let point = reference.world.points.iter().position(fits).expect("a feasible state");
            reference.world.state_of_point[point]
        })
        .collect()
}

/// Compares all tables; says how many.
fn compare(name: &str, facts: &Value, tables: &Tables, numbering: &[usize]) -> usize {
    let mut compared = 0;
    for (key, concept) in CONCEPTS {
        let Some(expected) = facts["expected"].get(key) else {
            assert!(
                tables.of(concept).is_none() || concept != Concept::Sim,
                "{name}: {key} cannot be computed"
            );
            continue;
        };
        let truth = |numbers: &Value| {
            let mut stable = vec![false; tables.states.len()];
            list(numbers).iter().for_each(|n| stable[numbering[number(n) - 1]] = true);
            stable
        };
        for (index, party) in parties(facts).into_iter().enumerate() {
            let stable = &tables.of(concept).expect("a computed concept")[index];
            assert_eq!(*stable, truth(&expected[party]), "{name}: {key} for {party}");
            compared += 1;
        }
        assert_eq!(tables.equilibria(concept), Some(truth(&expected["Eq"])), "{name}: {key}");
        compared += 1;
    }
    compared
}

#[test]
fn product_forms_give_the_published_tables() {
    let facts = facts();
    let mut compared = 0;
    for (name, facts) in &facts {
        let case = product_form(facts);
        let reference = Reference::new(&case).expect("a valid case");
        assert_eq!(reference.world.len(), list(&facts["states"]).len(), "{name}");
        compared += compare(name, facts, &reference.stability(), &numbering(facts, &reference));
    }
    println!("{compared} tables of {} disputes", facts.len());
}

#[test]
fn explicit_forms_give_the_published_tables() {
    for (name, facts) in facts() {
        if let Some(case) = explicit_form(&facts) {
            let reference = Reference::new(&case).expect("a valid case");
            compare(&name, &facts, &reference.stability(), &numbering(&facts, &reference));
        }
    }
}

#[test]
fn both_forms_have_the_same_moves() {
    for (name, facts) in facts() {
        let Some(explicit) = explicit_form(&facts) else { continue };
        let product = product_form(&facts);
        let product = Reference::new(&product).expect("a valid case");
        let explicit = Reference::new(&explicit).expect("a valid case");
        let number = numbering(&facts, &product);
        for party in 0..product.world.parties.len() {
            for from in 0..number.len() {
                for to in 0..number.len() {
                    assert_eq!(
                        explicit.world.moves[party][from].contains(to),
                        product.world.moves[party][number[from]].contains(number[to]),
                        "{name}: party {party} from {} to {}",
                        from + 1,
                        to + 1
                    );
                }
            }
        }
    }
}
