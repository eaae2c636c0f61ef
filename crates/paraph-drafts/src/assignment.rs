//! The assignment problem: which pairs have the greatest total weight.

/// For each row the column it is paired with, so that the sum of the weights is as
/// great as possible; pairs with weight 0 or less are never made.
///
/// Shortest augmenting paths with potentials (Jonker and Volgenant, *Computing* 38,
/// 1987; Kuhn, 1955), on integers, so that the answer is exact and the same on every
/// machine. O(r² · c) for r rows and c columns, r being the smaller number. Weights
/// must stay below 2⁴⁰. A row may be shorter than others: what is missing counts 0.
pub(crate) fn assign(weights: &[Vec<i64>], columns: usize) -> Vec<Option<usize>> {
    let rows = weights.len();
    let at = |row: usize, column: usize| weights[row].get(column).copied().unwrap_or(0).max(0);
    if rows > columns {
        let turned: Vec<Vec<i64>> =
            (0..columns).map(|column| (0..rows).map(|row| at(row, column)).collect()).collect();
        let mut pairs = vec![None; rows];
        for (column, row) in assign(&turned, rows).into_iter().enumerate() {
            if let Some(row) = row {
                pairs[row] = Some(column);
            }
        }
        return pairs;
    }
    const FAR: i64 = i64::MAX / 4;
    // Row and column 0 are the dummy of the classical formulation.
    let mut row_potential = vec![0_i64; rows + 1];
    let mut column_potential = vec![0_i64; columns + 1];
    let mut row_of = vec![0_usize; columns + 1];
    let mut before = vec![0_usize; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut column = 0;
        let mut least = vec![FAR; columns + 1];
        let mut used = vec![false; columns + 1];
        loop {
            used[column] = true;
            let here = row_of[column];
            let (mut step, mut next) = (FAR, 0);
            for other in 1..=columns {
                if used[other] {
                    continue;
                }
                let reduced = -at(here - 1, other - 1) - row_potential[here] - column_potential[other];
                if reduced < least[other] {
                    least[other] = reduced;
                    before[other] = column;
                }
                if least[other] < step {
                    step = least[other];
                    next = other;
                }
            }
            for other in 0..=columns {
                if used[other] {
                    row_potential[row_of[other]] += step;
                    column_potential[other] -= step;
                } else {
                    least[other] -= step;
                }
            }
            column = next;
            if row_of[column] == 0 {
                break;
            }
        }
        while column != 0 {
            let previous = before[column];
            row_of[column] = row_of[previous];
            column = previous;
        }
    }
    let mut pairs = vec![None; rows];
    for column in 1..=columns {
        if row_of[column] > 0 && at(row_of[column] - 1, column - 1) > 0 {
            pairs[row_of[column] - 1] = Some(column - 1);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The best total over all ways to pair, tried one by one.
    fn best(weights: &[Vec<i64>], row: usize, used: u32) -> i64 {
        if row == weights.len() {
            return 0;
        }
        let mut most = best(weights, row + 1, used);
        for (column, weight) in weights[row].iter().enumerate() {
            if used >> column & 1 == 0 && *weight > 0 {
                most = most.max(weight + best(weights, row + 1, used | 1 << column));
            }
        }
        most
    }

    #[test]
    fn it_is_optimal_on_small_worlds() {
        let mut state = 7_u64;
        let mut next = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        for _ in 0..2_000 {
            let rows = next(6) as usize;
            let columns = next(6) as usize;
            let weights: Vec<Vec<i64>> =
                (0..rows).map(|_| (0..columns).map(|_| next(9) as i64 - 2).collect()).collect();
            let pairs = assign(&weights, columns);
            let mut used = vec![false; columns];
            let mut total = 0;
            for (row, column) in pairs.iter().enumerate() {
                if let Some(column) = column {
                    assert!(!used[*column], "a column is used once");
                    used[*column] = true;
                    assert!(weights[row][*column] > 0, "only pairs that weigh something");
                    total += weights[row][*column];
                }
            }
            assert_eq!(total, best(&weights, 0, 0), "{weights:?}");
        }
    }
}
