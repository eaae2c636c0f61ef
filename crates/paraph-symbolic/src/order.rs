//! In which order the issues come in the diagrams.

use std::collections::VecDeque;

/// Arranges issues so that those which occur together are neighbours: breadth first through the groups
/// that share an issue, then moved to the centres of gravity of their groups for as long as the groups'
/// spans shrink (the FORCE heuristic of Aloul, Markov and Sakallah 2003). Independent parts of a case stay
/// apart, and the same groups give the same order. O(rounds × members of all groups).
pub(crate) fn arrange(issues: usize, groups: &[Vec<usize>]) -> Vec<usize> {
    let mut best = breadth_first(issues, groups);
    let mut least = span(&best, groups);
    let mut order = best.clone();
    for _ in 0..64 {
        order = pull(&order, groups);
        let now = span(&order, groups);
        if now >= least {
            break;
        }
        least = now;
        best.clone_from(&order);
    }
    best
}

fn breadth_first(issues: usize, groups: &[Vec<usize>]) -> Vec<usize> {
    let mut groups_of: Vec<Vec<usize>> = vec![Vec::new(); issues];
    for (group, members) in groups.iter().enumerate() {
        members.iter().for_each(|&issue| groups_of[issue].push(group));
    }
    let mut order = Vec::with_capacity(issues);
    let mut met = vec![false; issues];
    let mut opened = vec![false; groups.len()];
    let mut queue = VecDeque::new();
    for start in 0..issues {
        if std::mem::replace(&mut met[start], true) {
            continue;
        }
        queue.push_back(start);
        while let Some(issue) = queue.pop_front() {
            order.push(issue);
            for &group in &groups_of[issue] {
                if std::mem::replace(&mut opened[group], true) {
                    continue;
                }
                for &other in &groups[group] {
                    if !std::mem::replace(&mut met[other], true) {
                        queue.push_back(other);
                    }
                }
            }
        }
    }
    order
}

fn positions(order: &[usize]) -> Vec<usize> {
    let mut at = vec![0; order.len()];
    for (place, &issue) in order.iter().enumerate() {
        at[issue] = place;
    }
    at
}

fn span(order: &[usize], groups: &[Vec<usize>]) -> usize {
    let at = positions(order);
    groups
        .iter()
        .map(|members| {
            let places = || members.iter().map(|&issue| at[issue]);
            places().max().unwrap_or(0) - places().min().unwrap_or(0)
        })
        .sum()
}

fn pull(order: &[usize], groups: &[Vec<usize>]) -> Vec<usize> {
    let at = positions(order);
    let mut pulled = vec![(0.0f64, 0u32); order.len()];
    for members in groups.iter().filter(|members| members.len() > 1) {
        let centre = members.iter().map(|&issue| at[issue] as f64).sum::<f64>() / members.len() as f64;
        for &issue in members {
            pulled[issue].0 += centre;
            pulled[issue].1 += 1;
        }
    }
    let mut places: Vec<(f64, usize)> = order
        .iter()
        .map(|&issue| match pulled[issue] {
            (_, 0) => (at[issue] as f64, issue),
            (sum, count) => (sum / f64::from(count), issue),
        })
        .collect();
    // Stable, so that ties keep their order.
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    places.into_iter().map(|(_, issue)| issue).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brings_scattered_pairs_together() {
        let groups: Vec<Vec<usize>> = (0..20).map(|issue| vec![issue, issue + 20]).collect();
        let order = arrange(40, &groups);
        assert_eq!(span(&order, &groups), 20, "every pair side by side: {order:?}");
    }

    #[test]
    fn follows_a_chain_given_in_any_order() {
        // 0, 7, 14, … modulo 30 is a chain that visits everybody.
        let chain: Vec<usize> = (0..30).map(|step| step * 7 % 30).collect();
        let groups: Vec<Vec<usize>> = chain.windows(2).map(<[usize]>::to_vec).collect();
        assert_eq!(arrange(30, &groups), chain);
    }

    #[test]
    fn keeps_everybody_without_groups() {
        assert_eq!(arrange(4, &[]), [0, 1, 2, 3]);
        assert_eq!(arrange(0, &[]), Vec::<usize>::new());
    }
}
