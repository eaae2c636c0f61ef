//! Graph-model JSON as gmcr-py and GMCR+ write it.
//!
//! States are the feasible settings of the options, numbered from one, ascending when the first
//! option is the lowest bit. `permittedDirection` is `fwd` (only from N to Y), `back` or `both`.
//! Preferences are statements in order of priority: a list of `[option, "Y" or "N"]` holds when all do,
//! a compound one when one of its members does. With `useManualPreferenceRanking` the ranking of state
//! numbers counts instead.

use crate::draft::{Draft, Issue, Party, Preferences, Ranked};
use crate::error::{Error, shown};
use crate::import::{Content, Format, Opened};
use crate::tree::{Node, Tree};

/// Options up to which states are numbered one by one.
const MOST_NUMBERED: usize = 16;
/// Patterns times options that a model may have.
pub(crate) const MOST_PLACES: usize = 1 << 22;

pub(crate) type Pattern = Vec<Option<usize>>;

pub(crate) fn read(files: &[Opened]) -> Result<Draft, Error> {
    let [file] = files else {
        return Err(Error::malformed("a graph model is one file").in_file(&files[1].name));
    };
    let Content::Tree(root) = &file.content else { return Err(Error::malformed("not JSON")) };
    let mut draft = Draft::new(Format::GraphModel, file.stem());
    if let Some(title) = root.get("title").or(root.get("name")) {
        draft.title = title.word("the title")?;
    }
    for option in root.need("options")?.list("`options`")? {
        let mut issue = Issue::binary(option.need("name")?.word("an option's name")?);
        issue.changes = match option.get("permittedDirection") {
            None => "any",
            Some(direction) => match direction.text("`permittedDirection`")? {
                "both" => "any",
                "fwd" => "up",
                "back" => "down",
                other => {
                    return Err(direction.fault(format!(
                        "`permittedDirection` is fwd, back or both, not `{}`",
                        shown(other)
                    )));
                }
            },
        };
        draft.issues.push(issue);
    }
    draft.check_limits()?;
    let count = draft.issues.len();
    if let Some(infeasibles) = root.get("infeasibles") {
        let listed = infeasibles.list("`infeasibles`")?;
        check_places(listed.len(), count)?;
        for pattern in listed {
            draft.never.push(self::pattern(pattern, count)?);
        }
    }
    let makers = root.need("decisionMakers")?.list("`decisionMakers`")?;
    let manual = match root.get("useManualPreferenceRanking") {
        Some(manual) => manual.boolean("`useManualPreferenceRanking`")?,
        None => makers.iter().any(|maker| !maker.has("preferences") && maker.has("preferenceRanking")),
    };
    let states = if manual { numbered(&draft, root)? } else { Vec::new() };
    for maker in makers {
        let name = maker.need("name")?.word("a decision maker's name")?;
        let at = draft.parties.len();
        for option in maker.need("options")?.list("a decision maker's `options`")? {
            let which = option.index("an option of a decision maker", count.saturating_sub(1))?;
            let movers = &mut draft.issues[which].moved_by;
            if !movers.contains(&at) {
                movers.push(at);
            }
        }
        let preferences = preferences(maker, manual, &states, count, &name, &mut draft)?;
        let note = format!("read from {}", file.name);
        let scale = scale(&preferences);
        draft.parties.push(Party { name, consents: false, walk_away: None, preferences, note, scale });
        if draft.parties.len() > 256 {
            break;
        }
    }
    for (key, what) in
        [("coalitions", "which decision makers act together"), ("inversePreferences", "an inverse analysis")]
    {
        if let Some(value) = root.get(key)
            && is_proper_coalition(value)
        {
            draft.drop(format!("`{key}`"), format!("a case does not hold {what}"));
        }
    }
    draft.note("the format names no status quo and nobody whose consent a deal needs: give every issue a `status-quo` and remove `consents = false` to look for deals");
    Ok(draft)
}

/// Refuses what would take more memory than any model has reason to.
pub(crate) fn check_places(patterns: usize, count: usize) -> Result<(), Error> {
    if patterns.checked_mul(count).is_none_or(|places| places > MOST_PLACES) {
        return Err(Error::too_large(format!("{patterns} conditions on {count} options are too many")));
    }
    Ok(())
}

/// Coalitions of one member each say nothing.
fn is_proper_coalition(value: &Tree) -> bool {
    match &value.node {
        Node::List(items) => {
            items.iter().any(|item| matches!(&item.node, Node::List(members) if members.len() > 1))
        }
        _ => true,
    }
}

/// How a list of priorities or a ranking is scaled, for the report.
pub(crate) fn scale(preferences: &Preferences) -> String {
    match preferences {
        Preferences::None => "no preference: indifferent".to_owned(),
        Preferences::Priorities(list) => format!("{} statements in order of priority", list.len()),
        Preferences::Ranking(groups) => format!("a ranking in {} ranks", groups.len()),
        Preferences::Weights { .. } => "weights".to_owned(),
    }
}

/// A conjunction: a list of pairs of an option and Y or N, or one such pair.
fn pattern(tree: &Tree, count: usize) -> Result<Pattern, Error> {
    let mut pattern = vec![None; count];
    let conditions = tree.list("a condition")?;
    let alone = conditions.first().is_some_and(|first| !matches!(first.node, Node::List(_)));
    for condition in if alone { std::slice::from_ref(tree) } else { conditions } {
        let [option, value] = condition.list("each part of a condition")? else {
            return Err(condition.fault("each part of a condition is an option and Y or N"));
        };
        let which = option.index("an option of a condition", count.saturating_sub(1))?;
        let wanted = match value.text("the value of an option")? {
            "Y" | "y" => 1,
            "N" | "n" => 0,
            "-" => continue,
            other => return Err(value.fault(format!("an option is Y or N, not `{}`", shown(other)))),
        };
        if pattern[which].is_some_and(|known| known != wanted) {
            return Err(condition.fault("a condition asks one option to be both Y and N"));
        }
        pattern[which] = Some(wanted);
    }
    Ok(pattern)
}

/// The conjunctions of which one has to hold: the members of a compound, which is a table with `members`
/// or a list of conjunctions; else the statement itself.
fn members(statement: &Tree) -> Result<&[Tree], Error> {
    let is_list = |tree: &Tree| matches!(tree.node, Node::List(_));
    match &statement.node {
        Node::Map(_) => statement.need("members")?.list("`members`"),
        Node::List(items) => {
            let nested = items.first().is_some_and(|first| match &first.node {
                Node::List(inner) => inner.first().is_some_and(is_list),
                _ => false,
            });
            Ok(if nested { items } else { std::slice::from_ref(statement) })
        }
        _ => Ok(std::slice::from_ref(statement)),
    }
}

fn preferences(
    maker: &Tree,
    manual: bool,
    states: &[usize],
    count: usize,
    name: &str,
    draft: &mut Draft,
) -> Result<Preferences, Error> {
    if let Some(misperceptions) = maker.get("misperceptions") {
        let listed = misperceptions.list("`misperceptions`")?;
        for misperception in listed {
            pattern(misperception, count)?;
        }
        if !listed.is_empty() {
            draft.drop(
                format!("{} misperceptions of \"{name}\"", listed.len()),
                "every party of a case sees the same outcomes",
            );
        }
    }
    let statements = match maker.get("preferences") {
        Some(statements) => statements.list("`preferences`")?,
        None => &[],
    };
    let statements = statements.iter().map(members).collect::<Result<Vec<_>, Error>>()?;
    check_places(statements.iter().map(|members| members.len().max(1)).sum(), count)?;
    let mut list = Vec::with_capacity(statements.len());
    for members in statements {
        list.push(members.iter().map(|member| pattern(member, count)).collect::<Result<Vec<_>, Error>>()?);
    }
    let ranking = maker.get("preferenceRanking");
    if !manual {
        if list.is_empty() {
            draft.note(format!("\"{name}\" has no preferences: it is indifferent"));
            return Ok(Preferences::None);
        }
        return Ok(Preferences::Priorities(list));
    }
    let Some(ranking) = ranking else {
        return Err(maker
            .fault(format!("`{}` has no `preferenceRanking`, but rankings are said to count", shown(name))));
    };
    if !list.is_empty() {
        draft.note("rankings by hand count; the statements of preference beside them are passed over, as the tool does");
    }
    groups(ranking, states, count).map(Preferences::Ranking)
}

/// A ranking of state numbers, each state once.
fn groups(ranking: &Tree, states: &[usize], count: usize) -> Result<Vec<Vec<Ranked>>, Error> {
    let mut seen = vec![false; states.len()];
    let mut groups = Vec::new();
    for entry in ranking.list("`preferenceRanking`")? {
        let members = match &entry.node {
            Node::List(members) => members.as_slice(),
            _ => std::slice::from_ref(entry),
        };
        let mut group = Vec::with_capacity(members.len());
        for member in members {
            let number = member.index("a state", states.len())?;
            let Some(at) = number.checked_sub(1) else {
                return Err(member.fault("states are numbered from 1"));
            };
            if std::mem::replace(&mut seen[at], true) {
                return Err(member.fault(format!("state {number} is ranked twice")));
            }
            group.push(Ranked::Outcome((0..count).map(|option| states[at] >> option & 1).collect()));
        }
        if !group.is_empty() {
            groups.push(group);
        }
    }
    match seen.iter().position(|&seen| !seen) {
        Some(missing) => Err(ranking.fault(format!("state {} is not ranked", missing + 1))),
        None => Ok(groups),
    }
}

/// The feasible states, ascending, the first option being the lowest bit.
fn numbered(draft: &Draft, root: &Tree) -> Result<Vec<usize>, Error> {
    let count = draft.issues.len();
    if count > MOST_NUMBERED {
        return Err(root.unsupported(format!(
            "states are numbered for rankings up to {MOST_NUMBERED} options, but there are {count}"
        )));
    }
    let masks: Vec<(usize, usize)> = draft.never.iter().map(|pattern| mask(pattern)).collect();
    if masks.len() << count > 1 << 28 {
        return Err(Error::too_large(format!(
            "{} patterns of infeasible states are too many to number the states",
            masks.len()
        )));
    }
    Ok((0..1usize << count)
        .filter(|state| !masks.iter().any(|&(care, wanted)| state & care == wanted))
        .collect())
}

/// A pattern as bits that matter and what they should be.
pub(crate) fn mask(pattern: &[Option<usize>]) -> (usize, usize) {
    pattern.iter().enumerate().fold((0, 0), |(care, wanted), (at, option)| match option {
        Some(option) => (care | 1 << at, wanted | option << at),
        None => (care, wanted),
    })
}
