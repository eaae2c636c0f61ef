//! Decision diagrams by `oxidd`: reduced, ordered, with complemented edges (Bryant 1986; Brace, Rudell,
//! Bryant 1990).

use crate::diagrams::{Diagrams, Full};
use oxidd::bcdd::{BCDDFunction, BCDDManagerRef, new_manager};
use oxidd::util::num::Natural;
use oxidd::util::{AllocResult, FxHasher, SatCountCache};
use oxidd::{
    BooleanFunction, BooleanFunctionQuant, BooleanOperator, FunctionSubst, Manager, ManagerRef, Subst,
};
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// A store with a fixed number of variables, the first on top.
pub(crate) struct Store {
    manager: BCDDManagerRef,
    /// Most nodes, dead ones included, that any operation may leave.
    limit: usize,
    /// Dead nodes are collected before an operation when there are more nodes than this.
    collect_above: AtomicUsize,
    /// How many collections are accounted for.
    collections: AtomicU64,
    /// From this many nodes on the package collects by itself.
    own_collection_from: usize,
    /// Whether it has stopped doing so.
    collects_no_more: AtomicBool,
}

impl Store {
    /// Room for `limit` nodes.
    pub(crate) fn new(variables: u32, limit: usize) -> Store {
        let limit = limit.clamp(1 << 12, 1 << 30);
        // The package starts a collection of its own at 95 % of its capacity, on another thread, so that
        // it depends on timing whether an operation gets through. That is kept out of reach: whoever gets
        // there is refused, whether or not the collection came in time.
        let capacity = limit + limit / 16 + (1 << 17);
        let cache = (limit / 2).next_power_of_two().clamp(1 << 12, 1 << 24);
        let manager = new_manager(capacity, cache, 1);
        manager.with_manager_exclusive(|manager| {
            manager.add_vars(variables);
        });
        let collect_above = AtomicUsize::new(limit / 4);
        let own_collection_from = capacity / 100 * 95;
        Store {
            manager,
            limit,
            collect_above,
            collections: AtomicU64::new(0),
            own_collection_from,
            collects_no_more: AtomicBool::new(false),
        }
    }

    fn operation(&self, operation: impl FnOnce() -> AllocResult<BCDDFunction>) -> Result<BCDDFunction, Full> {
        let nodes = self.nodes();
        if nodes > self.collect_above.load(Ordering::Relaxed) {
            self.manager.with_manager_shared(|manager| manager.gc());
            self.collections.fetch_add(1, Ordering::Relaxed);
            // Twice what lives, so that collections cost no more than the operations between them.
            let next = (self.nodes() * 2).clamp(self.limit / 4, self.limit / 4 * 3);
            self.collect_above.store(next, Ordering::Relaxed);
        }
        let done = operation();
        let (nodes, collections) = self.state();
        let disturbed = collections != self.collections.load(Ordering::Relaxed);
        let Ok(function) = done else {
            self.settle(!disturbed);
            return Err(Full);
        };
        if nodes > self.limit || disturbed {
            drop(function);
            self.settle(nodes >= self.own_collection_from && !disturbed);
            return Err(Full);
        }
        Ok(function)
    }
}

impl Store {
    /// How many nodes are stored, and how many collections there have been.
    fn state(&self) -> (usize, u64) {
        self.manager.with_manager_shared(|manager| (manager.num_inner_nodes(), manager.gc_count()))
    }

    /// After a refusal, sees to it that no collection of the package's own is left over for the operations
    /// that follow, which would be refused for it. `owed`: one was called for and has not begun.
    fn settle(&self, owed: bool) {
        let pause = || std::thread::sleep(Duration::from_millis(1));
        let before = self.collections.load(Ordering::Relaxed);
        if owed && !self.collects_no_more.load(Ordering::Relaxed) {
            // Its thread is woken within microseconds. Where it finds nothing to free, the package does
            // not call for another one ever again, so that this is waited for in vain once at most.
            let begun = (0..1000).any(|_| {
                pause();
                self.state().1 != before
            });
            self.collects_no_more.store(!begun, Ordering::Relaxed);
        }
        // A collection is not begun while another runs: once ours was, the other is over.
        loop {
            let before = self.state().1;
            self.manager.with_manager_shared(|manager| manager.gc());
            let after = self.state().1;
            if after > before {
                self.collections.store(after, Ordering::Relaxed);
                return;
            }
            pause();
        }
    }
}

impl Diagrams for Store {
    type Function = BCDDFunction;

    fn constant(&self, value: bool) -> BCDDFunction {
        self.manager.with_manager_shared(|manager| {
            if value { BCDDFunction::t(manager) } else { BCDDFunction::f(manager) }
        })
    }

    fn variable(&self, variable: u32) -> Result<BCDDFunction, Full> {
        self.operation(|| self.manager.with_manager_shared(|manager| BCDDFunction::var(manager, variable)))
    }

    fn not(&self, function: &BCDDFunction) -> Result<BCDDFunction, Full> {
        self.operation(|| function.not())
    }

    fn and(&self, left: &BCDDFunction, right: &BCDDFunction) -> Result<BCDDFunction, Full> {
        self.operation(|| left.and(right))
    }

    fn or(&self, left: &BCDDFunction, right: &BCDDFunction) -> Result<BCDDFunction, Full> {
        self.operation(|| left.or(right))
    }

    fn differ(&self, left: &BCDDFunction, right: &BCDDFunction) -> Result<BCDDFunction, Full> {
        self.operation(|| left.xor(right))
    }

    fn choose(
        &self,
        when: &BCDDFunction,
        then: &BCDDFunction,
        otherwise: &BCDDFunction,
    ) -> Result<BCDDFunction, Full> {
        self.operation(|| when.ite(then, otherwise))
    }

    fn some(
        &self,
        variables: &BCDDFunction,
        left: &BCDDFunction,
        right: &BCDDFunction,
    ) -> Result<BCDDFunction, Full> {
        self.operation(|| left.apply_exists(BooleanOperator::And, right, variables))
    }

    fn rename(&self, function: &BCDDFunction, pairs: &[(u32, u32)]) -> Result<BCDDFunction, Full> {
        let to = pairs.iter().map(|&(_, to)| self.variable(to)).collect::<Result<Vec<_>, Full>>()?;
        let from: Vec<u32> = pairs.iter().map(|&(from, _)| from).collect();
        self.operation(|| function.substitute(&Subst::new(from, to)))
    }

    fn restrict(&self, function: &BCDDFunction, literals: &BCDDFunction) -> Result<BCDDFunction, Full> {
        self.operation(|| function.restrict(literals))
    }

    fn holds(&self, function: &BCDDFunction, values: &[(u32, bool)]) -> bool {
        function.eval(values.iter().copied())
    }

    fn count(&self, function: &BCDDFunction, variables: u32) -> Option<u128> {
        let mut cache: SatCountCache<Natural, BuildHasherDefault<FxHasher>> = SatCountCache::default();
        whole(&function.sat_count(variables, &mut cache))
    }

    fn nodes(&self) -> usize {
        self.manager.with_manager_shared(|manager| manager.num_inner_nodes())
    }
}

/// A counted number. The package's own conversion (0.13) forgets the exponent, so the parts are put
/// together here.
fn whole(number: &Natural) -> Option<u128> {
    let digits = number.mantissa();
    if number.is_nan() || digits.len() > 2 {
        return None;
    }
    let mantissa = digits.iter().rev().fold(0u128, |value, &digit| value << 64 | u128::from(digit));
    match u32::try_from(number.exp()) {
        _ if mantissa == 0 => Some(0),
        Ok(exponent) if exponent <= mantissa.leading_zeros() => Some(mantissa << exponent),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation on all functions of three variables, against their truth tables.
    #[test]
    fn agrees_with_truth_tables() {
        let store = Store::new(6, 1 << 12);
        let function = |table: u8| {
            (0..8).filter(|row| table >> row & 1 == 1).fold(store.constant(false), |sum, row| {
                let term = (0..3).fold(store.constant(true), |term, at| {
                    let variable = store.variable(2 * at).unwrap();
                    let literal = if row >> at & 1 == 1 { variable } else { store.not(&variable).unwrap() };
                    store.and(&term, &literal).unwrap()
                });
                store.or(&sum, &term).unwrap()
            })
        };
        let all: Vec<_> = (0..=u8::MAX).map(function).collect();
        let is = |found: BCDDFunction, table: u8| assert!(found == all[usize::from(table)], "{table:08b}");
        // The rows in which a table holds for some value of variable 0, or of variables 0 and 2.
        let some = |table: u8| table & 0x55 | (table & 0x55) << 1 | table & 0xaa | (table & 0xaa) >> 1;
        let some_both = |table: u8| {
            let table = some(table);
            table | table << 4 | table >> 4
        };
        let first = store.variable(0).unwrap();
        let two = store.and(&first, &store.variable(4).unwrap()).unwrap();
        let not_first = store.not(&first).unwrap();
        for a in 0..=u8::MAX {
            let left = &all[usize::from(a)];
            is(store.not(left).unwrap(), !a);
            assert_eq!(store.count(left, 3), Some(u128::from(a.count_ones())));
            assert_eq!(store.count(left, 127), Some(u128::from(a.count_ones()) << 124));
            let full = store.count(left, 128);
            assert_eq!(full, u128::from(a.count_ones()).checked_mul(1 << 125));
            is(store.restrict(left, &first).unwrap(), a & 0xaa | (a & 0xaa) >> 1);
            is(store.restrict(left, &not_first).unwrap(), a & 0x55 | (a & 0x55) << 1);
            let renamed = store.rename(left, &[(0, 1), (4, 5)]).unwrap();
            assert!(store.rename(&renamed, &[(1, 0), (5, 4)]).unwrap() == *left);
            for row in 0..8 {
                let values = [(0, row & 1 == 1), (2, row >> 1 & 1 == 1), (4, row >> 2 & 1 == 1)];
                assert_eq!(store.holds(left, &values), a >> row & 1 == 1);
                let moved = values.map(|(variable, value)| (variable + u32::from(variable != 2), value));
                assert_eq!(store.holds(&renamed, &moved), a >> row & 1 == 1);
            }
            for b in 0..=u8::MAX {
                let right = &all[usize::from(b)];
                is(store.and(left, right).unwrap(), a & b);
                is(store.or(left, right).unwrap(), a | b);
                is(store.differ(left, right).unwrap(), a ^ b);
                is(store.some(&first, left, right).unwrap(), some(a & b));
                is(store.some(&two, left, right).unwrap(), some_both(a & b));
                let c = a.rotate_left(3) ^ b;
                is(store.choose(left, right, &all[usize::from(c)]).unwrap(), a & b | !a & c);
            }
        }
    }

    /// Filling the store is an error, and what is dropped makes room again.
    #[test]
    fn a_full_store_says_so_and_recovers() {
        let store = Store::new(44, 1 << 12);
        // Pairs that lie far apart in the order: 2^22 nodes.
        let pairs = || {
            (0..22).try_fold(store.constant(true), |all, at| {
                let differ = store.differ(&store.variable(at)?, &store.variable(at + 22)?)?;
                store.and(&all, &differ)
            })
        };
        assert!(pairs() == Err(Full));
        assert!(pairs() == Err(Full));
        let few = store.and(&store.variable(0).unwrap(), &store.variable(43).unwrap()).unwrap();
        assert_eq!(store.count(&few, 44), Some(1 << 42));
    }

    /// A refusal that made the package collect by itself used to make it refuse everything after it.
    #[test]
    fn a_refusal_does_not_refuse_what_follows() {
        let store = Store::new(44, 1 << 14);
        let pairs = |from: u32, to: u32| {
            (from..to).try_fold(store.constant(true), |all, at| {
                let differ = store.differ(&store.variable(at)?, &store.variable(at + 22)?)?;
                store.and(&all, &differ)
            })
        };
        for _ in 0..20 {
            // Each half is small; both together need far more nodes than the store has room for.
            let (left, right) = (pairs(0, 10).unwrap(), pairs(10, 20).unwrap());
            assert!(store.and(&left, &right) == Err(Full));
            drop((left, right));
            for at in 0..40 {
                let few = store.and(&store.variable(at).unwrap(), &store.variable(at + 1).unwrap()).unwrap();
                assert_eq!(store.count(&few, 44), Some(1 << 42));
            }
        }
    }
}
