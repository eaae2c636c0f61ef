//! Cases to try things on: random ones, families of small worlds, and changes to a case that must not
//! change its answer.
//!
//! Everything is a function of its seed.

use crate::world::{MAXIMUM_OUTCOMES, feasible_points};
use paraph_case::formula::Formula;
use paraph_case::model::{
    Basis, Case, Constraint, Direction, Explicit, Grounds, Issue, Party, Preferences, Priority, Ranked,
    Ranking, RedLine, Same, WalkAway, Weighted, Weights,
};
use paraph_case::rational::Rational;
use paraph_case::span::Span;

/// A small generator of pseudo-random numbers (SplitMix64: Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
pub struct Generator {
    state: u64,
}

impl Generator {
    /// The generator of this seed.
    pub fn new(seed: u64) -> Generator {
        Generator { state: seed }
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in `0..bound`; zero for a bound of zero.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.draw()) * bound as u128) >> 64) as usize
    }

    /// A number in `from..=to`.
    pub fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from + 1)
    }

    /// True in `percent` of a hundred draws.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Puts the items in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// How large a random case may get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most parties; at least two are made.
    pub parties: usize,
    /// Most issues; at least one is made.
    pub issues: usize,
    /// Most options of an issue; at least two.
    pub options: usize,
    /// Most outcomes before constraints; at least two.
    pub outcomes: usize,
    /// Most states of an explicit case; at least two.
    pub states: usize,
    /// Of a hundred cases, how many are explicit graphs.
    pub explicit_percent: usize,
    /// Of a hundred cases in product form, how many merge outcomes.
    pub merged_percent: usize,
}

impl Default for Limits {
    /// 2–5 parties, 1–6 issues with 2–4 options and at most 256 outcomes; a tenth are explicit graphs
    /// with up to 16 states, a fifth of the others merge outcomes.
    fn default() -> Limits {
        Limits {
            parties: 5,
            issues: 6,
            options: 4,
            outcomes: 256,
            states: 16,
            explicit_percent: 10,
            merged_percent: 20,
        }
    }
}

/// A random case; the same for the same seed and limits.
///
/// [`World::from_case`](crate::World::from_case) and [`World::deals`](crate::World::deals) succeed on it: the status quo is feasible when there is one,
/// rankings are complete, and preferences, red lines and walk-aways treat merged outcomes alike.
pub fn random_case(seed: u64, limits: &Limits) -> Case {
    let mut generator = Generator::new(seed);
    if generator.chance(limits.explicit_percent) {
        random_explicit(&mut generator, seed, limits)
    } else {
        random_product(&mut generator, seed, limits)
    }
}

fn grounds() -> Grounds {
    Grounds { basis: Basis::Assumed, because: Vec::new(), note: None, span: Span::default() }
}

fn empty_case(title: String) -> Case {
    Case {
        title,
        as_of: None,
        caveat: None,
        scenario: None,
        parties: Vec::new(),
        issues: Vec::new(),
        constraints: Vec::new(),
        same: Vec::new(),
        packages: Vec::new(),
        explicit: None,
    }
}

/// A consenting party without preferences, red lines or walk-away.
pub fn party(id: &str) -> Party {
    Party {
        id: id.to_owned(),
        name: id.to_owned(),
        consents: true,
        walk_away: None,
        also_called: Vec::new(),
        people: Vec::new(),
        red_lines: Vec::new(),
        preferences: Preferences::None,
        span: Span::default(),
    }
}

/// An issue with the given number of options, "no" and "yes" when there are two, moved by these parties
/// in any direction, without a status quo.
pub fn issue(id: &str, options: usize, moved_by: &[usize]) -> Issue {
    let names = if options == 2 {
        vec!["no".to_owned(), "yes".to_owned()]
    } else {
        (0..options).map(|option| format!("o{option}")).collect()
    };
    Issue {
        id: id.to_owned(),
        title: id.to_owned(),
        options: names,
        binary: options == 2,
        status_quo: None,
        moved_by: moved_by.to_vec(),
        changes: Direction::Any,
        words: Vec::new(),
        points: Vec::new(),
        note: None,
        span: Span::default(),
    }
}

fn random_formula(generator: &mut Generator, issues: &[Issue], depth: usize) -> Formula {
    if depth == 0 || generator.chance(30) {
        let issue = generator.below(issues.len());
        let option = generator.below(issues[issue].options.len());
        let literal = Formula::Is { issue, option };
        return if generator.chance(30) { Formula::Not(Box::new(literal)) } else { literal };
    }
    let kind = generator.below(5);
    let several = generator.between(2, 3);
    let inner = |generator: &mut Generator| random_formula(generator, issues, depth - 1);
    match kind {
        0 => Formula::Not(Box::new(inner(generator))),
        1 => Formula::And((0..several).map(|_| inner(generator)).collect()),
        2 => Formula::Or((0..several).map(|_| inner(generator)).collect()),
        3 => Formula::If { then: Box::new(inner(generator)), when: Box::new(inner(generator)) },
        _ => Formula::Iff(Box::new(inner(generator)), Box::new(inner(generator))),
    }
}

fn not(formula: Formula) -> Formula {
    Formula::Not(Box::new(formula))
}

/// A formula that has one truth value throughout every class.
fn random_statement(generator: &mut Generator, case: &Case) -> Formula {
    let depth = generator.below(3);
    let mut formula = random_formula(generator, &case.issues, depth);
    for class in &case.same {
        formula = if generator.chance(50) {
            Formula::Or(vec![class.that.clone(), formula])
        } else {
            Formula::And(vec![not(class.that.clone()), formula])
        };
    }
    formula
}

fn random_product(generator: &mut Generator, seed: u64, limits: &Limits) -> Case {
    let mut case = empty_case(format!("Random case {seed}"));
    let parties = generator.between(2, limits.parties.max(2));
    // Sizes are spread over powers of two, which keeps the mean far below the limit.
    let most = limits.outcomes.clamp(2, MAXIMUM_OUTCOMES).ilog2() as usize;
    let mut doublings = generator.between(1, most);
    if generator.chance(40) {
        doublings = doublings.max(generator.between(1, most));
    }
    let size = 1usize << doublings;
    let issues = limits.issues.max(1);
    // Of two draws the larger, so that few cases stay far below their size for want of issues.
    let wanted = generator.between(1, issues).max(generator.between(1, issues));
    let with_directions = generator.chance(50);
    let with_shared = generator.chance(40);
    let all_binary = generator.chance(40);
    let mut all = 1;
    for k in 0..wanted {
        let options = if all_binary { 2 } else { generator.between(2, limits.options.max(2)) };
        let options = options.min((size / all).max(2));
        if all * options > size && k > 0 {
            break;
        }
        all *= options;
        let mut moved_by: Vec<usize> = Vec::new();
        if !generator.chance(8) {
            moved_by.push(generator.below(parties));
            if with_shared && generator.chance(30) {
                moved_by.push(generator.below(parties));
            }
        }
        moved_by.sort_unstable();
        moved_by.dedup();
        let mut issue = issue(&format!("issue-{k}"), options, &moved_by);
        if with_directions {
            issue.changes = match generator.below(4) {
                0 => Direction::Up,
                1 => Direction::Down,
                _ => Direction::Any,
            };
        }
        case.issues.push(issue);
    }
    case.parties = (0..parties).map(|k| party(&format!("party-{k}"))).collect();

    // Some outcome, the status quo if one is given, obeys every constraint.
    let anchor: Vec<usize> = case.issues.iter().map(|issue| generator.below(issue.options.len())).collect();
    let has_status_quo = generator.chance(85);
    if has_status_quo {
        for (issue, &option) in case.issues.iter_mut().zip(&anchor) {
            issue.status_quo = Some(option);
        }
    }
    for _ in 0..generator.below(4) {
        let formula = random_formula(generator, &case.issues, 2);
        let always = if formula.holds(&anchor) { formula } else { not(formula) };
        let text = format!("always {}", always.display(&case));
        case.constraints.push(Constraint { always, text, because: None, span: Span::default() });
    }
    let mut points = feasible_points(&case);
    if generator.chance(limits.merged_percent) {
        for class in 0..generator.between(1, 2) {
            add_class(generator, &mut case, &points, class);
        }
        // A state is its first member from here on.
        points.retain(|point| class_of(&case, point).is_none());
    }
    let mut states: Vec<Ranked> = points.iter().cloned().map(Ranked::Outcome).collect();
    states.extend((0..case.same.len()).map(Ranked::Class));
    let common = Common { states, anchor, has_status_quo, only_weights: generator.chance(20) };
    for k in 0..parties {
        random_party(generator, &mut case, k, &common);
    }
    case
}

fn class_of(case: &Case, point: &[usize]) -> Option<usize> {
    case.same.iter().position(|class| class.that.holds(point))
}

/// Tries a few formulas for a class that merges two or more outcomes, disjoint from the earlier ones.
fn add_class(generator: &mut Generator, case: &mut Case, points: &[Vec<usize>], class: usize) {
    for _ in 0..8 {
        let depth = generator.below(3);
        let mut parts: Vec<Formula> = case.same.iter().map(|other| not(other.that.clone())).collect();
        parts.insert(0, random_formula(generator, &case.issues, depth));
        let that = if parts.len() == 1 { parts.remove(0) } else { Formula::And(parts) };
        let members = points.iter().filter(|point| that.holds(point)).count();
        if members >= 2 && members < points.len() {
            let text = that.display(case);
            case.same.push(Same { name: format!("class-{class}"), that, text, span: Span::default() });
            return;
        }
    }
}

fn random_weight(generator: &mut Generator) -> Rational {
    // Few values, so that different outcomes often tie.
    let numerator = generator.below(13) as i128 - 4;
    let denominator = [1, 1, 1, 2, 3, 10][generator.below(6)];
    Rational::new(numerator, denominator).unwrap_or(Rational::ZERO)
}

/// Groups the states at random into a ranking; the more percent, the more ties.
fn random_ranking(generator: &mut Generator, states: &[Ranked]) -> Ranking {
    let mut order = states.to_vec();
    generator.shuffle(&mut order);
    let ties = [0, 20, 60][generator.below(3)];
    let mut groups: Vec<Vec<Ranked>> = Vec::new();
    for state in order {
        match groups.last_mut() {
            Some(group) if generator.chance(ties) => group.push(state),
            _ => groups.push(vec![state]),
        }
    }
    Ranking { groups, grounds: grounds() }
}

fn random_preferences(
    generator: &mut Generator,
    case: &Case,
    common: &Common,
    formulas: bool,
) -> Preferences {
    let kind = if common.only_weights { 99 } else { generator.below(100) };
    if kind < 8 {
        return Preferences::None;
    }
    if kind < 40 || !formulas {
        return Preferences::Ranking(random_ranking(generator, &common.states));
    }
    if kind < 70 {
        let priorities = (0..generator.between(1, 6)).map(|_| {
            let that = random_statement(generator, case);
            Priority { text: that.display(case), that, grounds: grounds() }
        });
        return Preferences::Priorities(priorities.collect());
    }
    // Options are weighed one by one only where no class would be torn apart.
    let options = case
        .issues
        .iter()
        .map(|issue| {
            let weighed = case.same.is_empty() && generator.chance(80);
            (0..issue.options.len())
                .map(|_| if weighed { random_weight(generator) } else { Rational::ZERO })
                .collect()
        })
        .collect();
    let count = if case.same.is_empty() { generator.below(3) } else { generator.between(1, 5) };
    let formulas = (0..count)
        .map(|_| {
            let that = random_statement(generator, case);
            Weighted { text: that.display(case), that, weight: random_weight(generator), grounds: grounds() }
        })
        .collect();
    Preferences::Weights(Weights { options, formulas, grounds: grounds() })
}

/// What all parties of a random case have in common.
struct Common {
    /// Everything to be ranked.
    states: Vec<Ranked>,
    /// A feasible outcome, the status quo if there is one.
    anchor: Vec<usize>,
    /// Without a status quo everybody needs a walk-away.
    has_status_quo: bool,
    /// Everybody has weights, as some rules need them from all.
    only_weights: bool,
}

fn random_party(generator: &mut Generator, case: &mut Case, index: usize, common: &Common) {
    // Without codes, or with open ones, formulas say nothing about explicit states.
    let formulas = case.explicit.as_ref().is_none_or(|explicit| {
        explicit.codes.as_ref().is_some_and(|codes| codes.iter().flatten().all(Option::is_some))
    });
    let preferences = random_preferences(generator, case, common, formulas);
    let consents = generator.chance(80);
    let mut red_lines = Vec::new();
    if formulas && generator.chance(15) {
        for _ in 0..generator.between(1, 2) {
            let that = random_statement(generator, case);
            red_lines.push(RedLine { text: that.display(case), that, grounds: grounds() });
        }
    }
    let walk_away = if generator.chance(25) || !common.has_status_quo {
        Some(random_walk_away(generator, case, &preferences, common, formulas))
    } else {
        None
    };
    let party = &mut case.parties[index];
    party.preferences = preferences;
    party.consents = consents;
    party.red_lines = red_lines;
    party.walk_away = walk_away;
}

fn random_walk_away(
    generator: &mut Generator,
    case: &Case,
    preferences: &Preferences,
    common: &Common,
    formulas: bool,
) -> WalkAway {
    if matches!(preferences, Preferences::Weights(_)) && generator.chance(40) {
        return WalkAway::Utility(random_weight(generator));
    }
    if formulas && generator.chance(50) {
        let formula = random_statement(generator, case);
        let that = if formula.holds(&common.anchor) { formula } else { not(formula) };
        return WalkAway::Formula { text: that.display(case), that };
    }
    match &common.states[generator.below(common.states.len())] {
        Ranked::Outcome(outcome) => WalkAway::Outcome(outcome.clone()),
        Ranked::State(state) => WalkAway::Outcome(vec![*state]),
        Ranked::Class(class) => {
            // Any member stands for its class.
            let member =
                feasible_points(case).into_iter().find(|point| class_of(case, point) == Some(*class));
            WalkAway::Outcome(member.unwrap_or_else(|| common.anchor.clone()))
        }
    }
}

fn random_explicit(generator: &mut Generator, seed: u64, limits: &Limits) -> Case {
    let mut case = empty_case(format!("Random explicit case {seed}"));
    let parties = generator.between(2, limits.parties.max(2));
    let states = generator.between(2, limits.states.max(2));
    let density = generator.between(3, 40);
    case.parties = (0..parties).map(|k| party(&format!("party-{k}"))).collect();
    let moves = (0..parties)
        .map(|_| {
            let pairs = (0..states).flat_map(|from| (0..states).map(move |to| (from, to)));
            pairs.filter(|(from, to)| from != to && generator.chance(density)).collect()
        })
        .collect();
    // Enough yes / no issues to tell the states apart, and sometimes one more.
    let bits = (states - 1).ilog2() as usize + 1 + generator.below(2);
    let mut codes = None;
    let mut anchor = Vec::new();
    let status_quo = generator.chance(85).then(|| generator.below(states));
    if generator.chance(60) {
        case.issues = (0..bits).map(|k| issue(&format!("issue-{k}"), 2, &[])).collect();
        let mut numbers: Vec<usize> = (0..1 << bits).collect();
        generator.shuffle(&mut numbers);
        let bit = |number: usize, k: usize| (number >> k) & 1;
        anchor = (0..bits).map(|k| bit(numbers[status_quo.unwrap_or(0)], k)).collect();
        let mut listed: Vec<Vec<Option<usize>>> = numbers[..states]
            .iter()
            .map(|&number| (0..bits).map(|k| Some(bit(number, k))).collect())
            .collect();
        if generator.chance(15) {
            let (state, k) = (generator.below(states), generator.below(bits));
            listed[state][k] = None;
        }
        codes = Some(listed);
    }
    case.explicit = Some(Explicit {
        states: (0..states).map(|k| format!("s{}", k + 1)).collect(),
        status_quo,
        moves,
        codes,
    });
    let ranked: Vec<Ranked> = (0..states).map(Ranked::State).collect();
    let common = Common { states: ranked, anchor, has_status_quo: status_quo.is_some(), only_weights: false };
    for k in 0..parties {
        random_party(generator, &mut case, k, &common);
    }
    case
}

/// All weak orders of `count` things, each as a dense rank per thing (higher is better, from 0).
///
/// There are 1, 3, 13, 75, 541, 4683, … of them (the Fubini numbers), so keep `count` at six or less.
pub fn all_weak_orders(count: usize) -> Vec<Vec<u32>> {
    let mut orders = Vec::new();
    let mut order = vec![0u32; count];
    loop {
        let levels = order.iter().max().map_or(0, |&max| max as usize + 1);
        if (0..levels).all(|level| order.contains(&(level as u32))) {
            orders.push(order.clone());
        }
        let Some(wheel) = (0..count).find(|&k| (order[k] as usize) + 1 < count) else {
            return orders;
        };
        order[wheel] += 1;
        order[..wheel].fill(0);
    }
}

/// A weak order drawn evenly from all weak orders of at most twenty things, as a dense rank per thing.
pub fn random_weak_order(generator: &mut Generator, count: usize) -> Vec<u32> {
    assert!(count <= 20, "the number of weak orders of {count} things exceeds 128 bits");
    // orders[n] = Σ_k C(n, k) · orders[n − k]: choose the k things of the lowest rank, then order the rest.
    let mut choose = vec![vec![1u128]];
    for n in 1..=count {
        let row = (0..=n)
            .map(|k| {
                let above = &choose[n - 1];
                above.get(k).copied().unwrap_or(0) + if k > 0 { above[k - 1] } else { 0 }
            })
            .collect();
        choose.push(row);
    }
    let mut orders = vec![1u128];
    for n in 1..=count {
        orders.push((1..=n).map(|k| choose[n][k] * orders[n - k]).sum());
    }
    let mut things: Vec<usize> = (0..count).collect();
    generator.shuffle(&mut things);
    let mut ranks = vec![0; count];
    let (mut left, mut rank) = (things.as_slice(), 0);
    while !left.is_empty() {
        let n = left.len();
        let draw = ((u128::from(generator.draw()) << 64) | u128::from(generator.draw())) % orders[n];
        let mut passed = 0;
        let size = (1..n)
            .find(|&k| {
                passed += choose[n][k] * orders[n - k];
                draw < passed
            })
            .unwrap_or(n);
        left[..size].iter().for_each(|&thing| ranks[thing] = rank);
        (left, rank) = (&left[size..], rank + 1);
    }
    ranks
}

/// A case of yes / no issues: `movers[k]` moves issue k, and `ranks[i]` gives party i's rank of every
/// outcome (higher is better), ascending with the first issue fastest. Nothing is in force; everybody
/// consents.
///
/// # Panics
/// When a party has not one rank for each of the 2^`movers.len()` outcomes, or a mover does not exist.
pub fn ranked_case(movers: &[usize], ranks: &[Vec<u32>]) -> Case {
    let mut case = empty_case("Ranked outcomes".into());
    case.issues =
        movers.iter().enumerate().map(|(k, &mover)| issue(&format!("issue-{k}"), 2, &[mover])).collect();
    assert!(movers.iter().all(|&mover| mover < ranks.len()), "every mover has ranks");
    for (index, ranks) in ranks.iter().enumerate() {
        assert_eq!(ranks.len(), 1 << movers.len(), "one rank per outcome");
        let mut levels = ranks.clone();
        levels.sort_unstable_by(|a, b| b.cmp(a));
        levels.dedup();
        let outcome = |number: usize| Ranked::Outcome((0..movers.len()).map(|k| (number >> k) & 1).collect());
        let groups = levels
            .iter()
            .map(|level| (0..ranks.len()).filter(|&n| ranks[n] == *level).map(outcome).collect())
            .collect();
        let mut party = party(&format!("party-{index}"));
        party.preferences = Preferences::Ranking(Ranking { groups, grounds: grounds() });
        case.parties.push(party);
    }
    case
}

/// All 75² pairs of weak orders of two parties over two yes / no issues, one issue each: 5,625 cases.
pub fn all_two_issue_cases() -> impl Iterator<Item = Case> {
    let orders = all_weak_orders(4);
    (0..orders.len() * orders.len()).map(move |pair| {
        let (first, second) = (&orders[pair / orders.len()], &orders[pair % orders.len()]);
        ranked_case(&[0, 1], &[first.clone(), second.clone()])
    })
}

/// Three yes / no issues and two or three parties, every issue moved by one of them and every weak order of
/// a party equally likely.
pub fn random_three_issue_case(seed: u64) -> Case {
    let mut generator = Generator::new(seed);
    let movers: Vec<usize> = if generator.chance(50) { vec![0, 0, 1] } else { vec![0, 1, 2] };
    let parties = movers[2] + 1;
    let ranks: Vec<Vec<u32>> = (0..parties).map(|_| random_weak_order(&mut generator, 8)).collect();
    ranked_case(&movers, &ranks)
}

/// The case with one more party, which neither moves nor consents nor prefers anything.
pub fn with_idle_party(case: &Case) -> Case {
    let mut case = case.clone();
    let mut idle = party("idle-party");
    idle.consents = false;
    case.parties.push(idle);
    if let Some(explicit) = &mut case.explicit {
        explicit.moves.push(Vec::new());
    }
    case
}

/// The case with its parties in another order and under other names: party k becomes party `place[k]`.
pub fn with_parties_reordered(case: &Case, place: &[usize]) -> Case {
    let mut reordered = case.clone();
    for (k, party) in case.parties.iter().enumerate() {
        reordered.parties[place[k]] = Party { id: format!("renamed-{}", party.id), ..party.clone() };
    }
    for issue in &mut reordered.issues {
        issue.moved_by = issue.moved_by.iter().map(|&party| place[party]).collect();
        issue.moved_by.sort_unstable();
    }
    if let (Some(explicit), Some(original)) = (&mut reordered.explicit, &case.explicit) {
        for (k, moves) in original.moves.iter().enumerate() {
            explicit.moves[place[k]] = moves.clone();
        }
    }
    reordered
}

/// An outcome after issue k has become issue `place[k]`.
pub fn reordered<T: Clone>(outcome: &[T], place: &[usize]) -> Vec<T> {
    let mut values = outcome.to_vec();
    for (value, &to) in outcome.iter().zip(place) {
        values[to] = value.clone();
    }
    values
}

fn formula_reordered(formula: &Formula, place: &[usize]) -> Formula {
    let all = |parts: &[Formula]| parts.iter().map(|part| formula_reordered(part, place)).collect();
    let boxed = |inner: &Formula| Box::new(formula_reordered(inner, place));
    match formula {
        Formula::Constant(value) => Formula::Constant(*value),
        Formula::Is { issue, option } => Formula::Is { issue: place[*issue], option: *option },
        Formula::Not(inner) => Formula::Not(boxed(inner)),
        Formula::And(parts) => Formula::And(all(parts)),
        Formula::Or(parts) => Formula::Or(all(parts)),
        Formula::If { then, when } => Formula::If { then: boxed(then), when: boxed(when) },
        Formula::Iff(left, right) => Formula::Iff(boxed(left), boxed(right)),
    }
}

/// The case with its issues in another order and under other names: issue k becomes issue `place[k]`.
pub fn with_issues_reordered(case: &Case, place: &[usize]) -> Case {
    let formula = |that: &Formula| formula_reordered(that, place);
    let mut changed = case.clone();
    changed.issues = reordered(&case.issues, place);
    changed.issues.iter_mut().for_each(|issue| issue.id = format!("renamed-{}", issue.id));
    changed.constraints.iter_mut().for_each(|constraint| constraint.always = formula(&constraint.always));
    changed.same.iter_mut().for_each(|class| class.that = formula(&class.that));
    for package in &mut changed.packages {
        package.outcome = reordered(&package.outcome, place);
        package.named.iter_mut().for_each(|issue| *issue = place[*issue]);
    }
    if let Some(codes) = changed.explicit.as_mut().and_then(|explicit| explicit.codes.as_mut()) {
        codes.iter_mut().for_each(|code| *code = reordered(code, place));
    }
    for party in &mut changed.parties {
        party.red_lines.iter_mut().for_each(|line| line.that = formula(&line.that));
        match &mut party.walk_away {
            Some(WalkAway::Formula { that, .. }) => *that = formula(that),
            Some(WalkAway::Outcome(outcome)) if case.explicit.is_none() => {
                *outcome = reordered(outcome, place)
            }
            _ => {}
        }
        match &mut party.preferences {
            Preferences::None => {}
            Preferences::Priorities(priorities) => {
                priorities.iter_mut().for_each(|priority| priority.that = formula(&priority.that));
            }
            Preferences::Weights(weights) => {
                weights.options = reordered(&weights.options, place);
                weights.formulas.iter_mut().for_each(|weighted| weighted.that = formula(&weighted.that));
            }
            Preferences::Ranking(ranking) => {
                for entry in ranking.groups.iter_mut().flatten() {
                    if let Ranked::Outcome(outcome) = entry {
                        *outcome = reordered(outcome, place);
                    }
                }
            }
        }
    }
    changed
}
