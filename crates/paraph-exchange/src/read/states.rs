//! States and arcs as JSON: decision makers, options with their owners, states as Y and N, moves and
//! rankings of state numbers.
//!
//! With `moves` the case has the explicit form. Without, the options' owners and directions give the
//! moves, and the states that are listed are the feasible ones.

use super::graph_model::{Pattern, check_places, scale};
use crate::draft::{Draft, Explicit, Issue, Party, Preferences, Ranked, Rule};
use crate::error::{Error, shown};
use crate::import::{Content, Format, Opened};
use crate::tree::{Node, Tree};
use std::collections::BTreeMap;

/// States that a file may list.
const MOST_STATES: usize = 4096;
/// Keys that say nothing about the model: results, sources and remarks.
const REMARKS: [&str; 6] = ["id", "title", "conventions", "source", "complete", "note"];
/// Keys that are read.
const READ: [&str; 8] =
    ["dms", "options", "states", "ranking_most_to_least", "payoffs", "moves", "infeasible", "status_quo"];

pub(crate) fn read(files: &[Opened]) -> Result<Draft, Error> {
    let [file] = files else {
        return Err(Error::malformed("a model of states and arcs is one file").in_file(&files[1].name));
    };
    let Content::Tree(root) = &file.content else { return Err(Error::malformed("not JSON")) };
    let mut draft = Draft::new(Format::States, file.stem());
    if let Some(title) = root.get("title") {
        draft.title = title.word("`title`")?;
    }
    let makers = root.need("dms")?.list("`dms`")?;
    let names =
        makers.iter().map(|maker| maker.word("a decision maker")).collect::<Result<Vec<_>, Error>>()?;
    if names.len() > 256 {
        return Err(Error::too_large("a case has at most 256 parties"));
    }
    let by_name: BTreeMap<&str, usize> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    if by_name.len() < names.len() {
        return Err(root.need("dms")?.fault("a decision maker is listed twice"));
    }
    options(root, &by_name, &mut draft)?;
    draft.check_limits()?;
    let (numbers, codes) = states(root, draft.issues.len())?;
    let by_number: BTreeMap<&str, usize> =
        numbers.iter().enumerate().map(|(at, number)| (number.as_str(), at)).collect();
    let status_quo = match root.get("status_quo") {
        Some(given) => {
            let given = given.get("status_quo").unwrap_or(given);
            Some(state(given, &by_number)?)
        }
        None => None,
    };
    let rankings = rankings(root, &names, &by_number, &mut draft)?;
    let moves = root.get("moves").map(|moves| self::moves(moves, &by_name, &by_number)).transpose()?;
    for (name, groups) in names.iter().zip(rankings) {
        let ranked = |at: usize| match (&moves, codes.as_ref()) {
            (None, Some(codes)) => match codes[at].iter().copied().collect::<Option<Vec<_>>>() {
                Some(outcome) => Ranked::Outcome(outcome),
                None => Ranked::Name(format!("state {}", numbers[at])),
            },
            _ => Ranked::Name(numbers[at].clone()),
        };
        let groups = groups.map(|groups| {
            groups.into_iter().map(|group| group.into_iter().map(ranked).collect()).collect::<Vec<_>>()
        });
        let preferences = groups.map_or(Preferences::None, Preferences::Ranking);
        draft.parties.push(Party {
            name: name.clone(),
            consents: status_quo.is_some(),
            walk_away: None,
            scale: scale(&preferences),
            preferences,
            note: format!("read from {}", file.name),
        });
    }
    match moves {
        Some(moves) => {
            draft.explicit =
                Some(Explicit { states: numbers, status_quo, moves, codes: codes.unwrap_or_default() });
        }
        None => {
            let codes = codes.ok_or_else(|| {
                root.fault("without `moves`, the states' options (`yn`) say what the moves are")
            })?;
            product(root, &mut draft, &numbers, codes, status_quo)?;
        }
    }
    remarks(root, &mut draft)?;
    if status_quo.is_none() {
        draft.note("no status quo is given, so nobody's consent is asked: name one and remove `consents = false` to look for deals");
    }
    Ok(draft)
}

fn options(root: &Tree, makers: &BTreeMap<&str, usize>, draft: &mut Draft) -> Result<(), Error> {
    let Some(options) = root.get("options") else { return Ok(()) };
    for option in options.list("`options`")? {
        let mut issue = Issue::binary(option.need("name")?.word("an option's name")?);
        if let Some(owner) = option.get("owner") {
            let name = owner.word("an owner")?;
            let at = makers
                .get(name.as_str())
                .ok_or_else(|| owner.fault(format!("the owner `{}` is no decision maker", shown(&name))))?;
            issue.moved_by.push(*at);
        }
        if let Some(direction) = option.get("direction") {
            issue.changes = match direction.text("`direction`")? {
                "fwd" => "up",
                "back" => "down",
                "both" => "any",
                other => {
                    return Err(
                        direction.fault(format!("a direction is fwd, back or both, not `{}`", shown(other)))
                    );
                }
            };
        }
        if let Some(one_way) = option.get("irreversible") {
            let remark = one_way.text("`irreversible`")?;
            issue.changes = if remark.starts_with("N->Y") {
                "up"
            } else if remark.starts_with("Y->N") {
                "down"
            } else {
                return Err(one_way.fault("`irreversible` begins with N->Y or Y->N"));
            };
            issue.note = remark
                .split_once(';')
                .map(|(_, rest)| rest.trim().to_owned())
                .filter(|rest| !rest.is_empty());
        }
        draft.issues.push(issue);
    }
    Ok(())
}

/// The states' numbers, and their options where these are given for all.
fn states(root: &Tree, count: usize) -> Result<(Vec<String>, Option<Vec<Pattern>>), Error> {
    let listed = root.need("states")?;
    let (mut numbers, mut codes) = (Vec::new(), Vec::new());
    let states = listed.list("`states`")?;
    if states.len() > MOST_STATES {
        return Err(Error::too_large(format!("a model of states and arcs has at most {MOST_STATES} states")));
    }
    check_places(states.len(), count)?;
    if states.is_empty() {
        return Err(listed.fault("there is no state"));
    }
    let mut seen = std::collections::BTreeSet::new();
    for state in states {
        let number = state.need("n")?.word("a state's number")?;
        let number = number.trim().to_owned();
        if number.is_empty() || number.chars().any(char::is_control) {
            return Err(state.fault("a state's number is empty"));
        }
        if !seen.insert(number.clone()) {
            return Err(state.fault(format!("two states are numbered {}", shown(&number))));
        }
        numbers.push(number);
        if let Some(code) = state.get("yn") {
            codes.push(pattern(code, count)?);
        }
    }
    match codes.len() {
        0 => Ok((numbers, None)),
        given if given == numbers.len() => Ok((numbers, Some(codes))),
        _ => Err(listed.fault("`yn` is given for some states, but not for all")),
    }
}

fn pattern(code: &Tree, count: usize) -> Result<Pattern, Error> {
    let text = code.text("`yn`")?;
    if text.chars().count() != count {
        return Err(code.fault(format!("`{}` should have a letter for each of {count} options", shown(text))));
    }
    text.chars()
        .map(|letter| match letter {
            'N' | 'n' => Ok(Some(0)),
            'Y' | 'y' => Ok(Some(1)),
            '-' => Ok(None),
            other => Err(code.fault(format!("an option is Y, N or -, not `{other}`"))),
        })
        .collect()
}

fn state(tree: &Tree, by_number: &BTreeMap<&str, usize>) -> Result<usize, Error> {
    let number = tree.word("a state")?;
    by_number
        .get(number.trim())
        .copied()
        .ok_or_else(|| tree.fault(format!("there is no state {}", shown(&number))))
}

/// For each decision maker its groups of states, best first.
type Rankings = Vec<Option<Vec<Vec<usize>>>>;

fn rankings(
    root: &Tree,
    names: &[String],
    by_number: &BTreeMap<&str, usize>,
    draft: &mut Draft,
) -> Result<Rankings, Error> {
    let mut rankings = Vec::with_capacity(names.len());
    let tables = (root.get("ranking_most_to_least"), root.get("payoffs"));
    for table in [tables.0, tables.1].into_iter().flatten() {
        for (name, value) in table.map("rankings and payoffs")? {
            if !names.contains(name) {
                return Err(value.fault(format!("`{}` is no decision maker", shown(name))));
            }
        }
    }
    for name in names {
        if let Some(ranking) = tables.0.and_then(|table| table.get(name)) {
            rankings.push(Some(ranking_of(ranking, by_number)?));
        } else if let Some(payoffs) = tables.1.and_then(|table| table.get(name)) {
            let items = payoffs.list("payoffs")?;
            if items.len() != by_number.len() {
                return Err(payoffs.fault("payoffs are one number per state, in the order of the states"));
            }
            let mut sorted = items
                .iter()
                .enumerate()
                .map(|(at, item)| Ok((item.number("a payoff")?.value, at)))
                .collect::<Result<Vec<_>, Error>>()?;
            sorted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            let mut groups: Vec<Vec<usize>> = Vec::new();
            let mut last = None;
            for (payoff, at) in sorted {
                match groups.last_mut() {
                    Some(group) if last == Some(payoff) => group.push(at),
                    _ => groups.push(vec![at]),
                }
                last = Some(payoff);
            }
            rankings.push(Some(groups));
        } else {
            draft.note(format!("\"{name}\" has no ranking: it is indifferent"));
            rankings.push(None);
        }
    }
    Ok(rankings)
}

fn ranking_of(ranking: &Tree, by_number: &BTreeMap<&str, usize>) -> Result<Vec<Vec<usize>>, Error> {
    let mut seen = vec![false; by_number.len()];
    let mut groups = Vec::new();
    for entry in ranking.list("a ranking")? {
        let members = match &entry.node {
            Node::List(members) => members.as_slice(),
            _ => std::slice::from_ref(entry),
        };
        let mut group = Vec::with_capacity(members.len());
        for member in members {
            let at = state(member, by_number)?;
            if std::mem::replace(&mut seen[at], true) {
                return Err(member.fault("a state is ranked twice"));
            }
            group.push(at);
        }
        if !group.is_empty() {
            groups.push(group);
        }
    }
    if seen.contains(&false) {
        let missing = by_number.iter().filter(|(_, at)| !seen[**at]).map(|(number, _)| *number).next();
        return Err(ranking.fault(format!("state {} is not ranked", missing.unwrap_or("?"))));
    }
    Ok(groups)
}

fn moves(
    tree: &Tree,
    makers: &BTreeMap<&str, usize>,
    by_number: &BTreeMap<&str, usize>,
) -> Result<Vec<Vec<(usize, usize)>>, Error> {
    let mut moves = vec![Vec::new(); makers.len()];
    for (name, list) in tree.map("`moves`")? {
        let at = makers
            .get(name.as_str())
            .ok_or_else(|| list.fault(format!("`{}` is no decision maker", shown(name))))?;
        for step in list.list("moves")? {
            let [from, to] = step.list("a move")? else {
                return Err(step.fault("a move is a pair of states"));
            };
            let (from, to) = (state(from, by_number)?, state(to, by_number)?);
            if from == to {
                return Err(step.fault("a move leads to another state"));
            }
            moves[*at].push((from, to));
        }
    }
    Ok(moves)
}

/// The product form: the listed states are what is feasible.
fn product(
    root: &Tree,
    draft: &mut Draft,
    numbers: &[String],
    codes: Vec<Pattern>,
    status_quo: Option<usize>,
) -> Result<(), Error> {
    let count = draft.issues.len();
    if let Some(status_quo) = status_quo {
        for (issue, option) in draft.issues.iter_mut().zip(&codes[status_quo]) {
            issue.status_quo =
                Some(option.ok_or_else(|| root.fault("the status quo leaves an option open"))?);
        }
    }
    for (number, code) in numbers.iter().zip(&codes) {
        if code.contains(&None) {
            draft.same.push((format!("state {number}"), code.clone()));
        }
    }
    let mut never = Vec::new();
    if let Some(infeasible) = root.get("infeasible") {
        let listed = infeasible.list("`infeasible`")?;
        check_places(listed.len(), count)?;
        for code in listed {
            never.push(pattern(code, count)?);
        }
    }
    // What the patterns rule out may be exactly what the list leaves out; else the list decides.
    let sizes = |patterns: &[Pattern]| -> Option<u128> {
        patterns.iter().try_fold(0u128, |sum, pattern| {
            let open = pattern.iter().filter(|option| option.is_none()).count();
            1u128.checked_shl(u32::try_from(open).ok()?).and_then(|size| sum.checked_add(size))
        })
    };
    let all = if count < 100 { Some(1u128 << count) } else { None };
    let listed = sizes(&codes);
    if listed.is_some() && listed == all {
        return Ok(());
    }
    let small = count <= 20 && (never.len() + codes.len()) << count <= 1 << 24;
    let excludes = |state: usize, patterns: &[Pattern]| {
        patterns.iter().any(|pattern| {
            pattern
                .iter()
                .enumerate()
                .all(|(at, option)| option.is_none_or(|option| state >> at & 1 == option))
        })
    };
    if small
        && !never.is_empty()
        && (0..1usize << count).all(|state| excludes(state, &never) != excludes(state, &codes))
    {
        draft.never = never;
        return Ok(());
    }
    draft.always.push(Rule { one_of: codes, because: "the states that the model lists".to_owned() });
    Ok(())
}

fn remarks(root: &Tree, draft: &mut Draft) -> Result<(), Error> {
    if let Some(source) = root.get("source") {
        draft.note(format!("source given in the file: {}", source.word("`source`")?));
    }
    for (key, _) in root.map("the model")? {
        match key.as_str() {
            key if READ.contains(&key) || REMARKS.contains(&key) => {}
            "expected"
            | "limited_move_by_horizon"
            | "stackelberg"
            | "inverse"
            | "coalition_inohara_hipel"
            | "coalition_improvements_from_5"
            | "coalition_improvements" => {
                draft.note(format!("`{key}` holds results; paraph works out its own"));
            }
            "option_prioritization" => {
                draft.drop(
                    "`option_prioritization`",
                    "the rankings beside it are read, and a party has one kind of preference",
                );
            }
            other => draft.drop(format!("`{}`", shown(other)), "a case has no place for it"),
        }
    }
    Ok(())
}
