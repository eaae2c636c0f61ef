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
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A store with a fixed number of variables, the first on top.
pub(crate) struct Store {
    manager: BCDDManagerRef,
    /// Most nodes, dead ones included, that any operation may leave.
    limit: usize,
    /// Dead nodes are collected before an operation when there are more nodes than this.
    collect_above: AtomicUsize,
    /// How often we asked for a collection.
    collections: AtomicU64,
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
        Store { manager, limit, collect_above, collections: AtomicU64::new(0) }
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
        let function = operation().map_err(|_| Full)?;
        let (nodes, collections) =
            self.manager.with_manager_shared(|manager| (manager.num_inner_nodes(), manager.gc_count()));
        if nodes > self.limit || collections != self.collections.load(Ordering::Relaxed) {
            return Err(Full);
        }
        Ok(function)
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
        u128::try_from(&function.sat_count(variables, &mut cache)).ok()
    }

    fn nodes(&self) -> usize {
        self.manager.with_manager_shared(|manager| manager.num_inner_nodes())
    }
}
