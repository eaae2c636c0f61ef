//! What the rest of the crate needs from a package of decision diagrams, and nothing more, so that the
//! package can be replaced.

/// A store of Boolean functions over numbered variables. Equal functions compare equal.
///
/// Operations are pure; each may fail because the store is full.
pub(crate) trait Diagrams {
    /// A function kept alive by its handle.
    type Function: Clone + PartialEq + Send + Sync + 'static;

    /// The function that is always true or always false.
    fn constant(&self, value: bool) -> Self::Function;

    /// The value of a variable.
    fn variable(&self, variable: u32) -> Result<Self::Function, Full>;

    /// Negation.
    fn not(&self, function: &Self::Function) -> Result<Self::Function, Full>;

    /// Conjunction.
    fn and(&self, left: &Self::Function, right: &Self::Function) -> Result<Self::Function, Full>;

    /// Disjunction.
    fn or(&self, left: &Self::Function, right: &Self::Function) -> Result<Self::Function, Full>;

    /// Exclusive disjunction.
    fn differ(&self, left: &Self::Function, right: &Self::Function) -> Result<Self::Function, Full>;

    /// `then` where `when` holds, else `otherwise`.
    fn choose(
        &self,
        when: &Self::Function,
        then: &Self::Function,
        otherwise: &Self::Function,
    ) -> Result<Self::Function, Full>;

    /// Whether some values of `variables`, a conjunction of variables, make both functions true.
    fn some(
        &self,
        variables: &Self::Function,
        left: &Self::Function,
        right: &Self::Function,
    ) -> Result<Self::Function, Full>;

    /// The function with variables replaced by others, as (from, to); no variable occurs twice, and none
    /// of the replacements occurs in the function.
    fn rename(&self, function: &Self::Function, pairs: &[(u32, u32)]) -> Result<Self::Function, Full>;

    /// The function where the literals of a conjunction hold; it no longer depends on their variables.
    fn restrict(&self, function: &Self::Function, literals: &Self::Function) -> Result<Self::Function, Full>;

    /// The value for one assignment; variables that are not given count as false.
    fn holds(&self, function: &Self::Function, values: &[(u32, bool)]) -> bool;

    /// How many assignments of `variables` variables, among them all that the function depends on, make
    /// it true; `None` from 2¹²⁸ on.
    fn count(&self, function: &Self::Function, variables: u32) -> Option<u128>;

    /// How many nodes are stored, dead ones included.
    fn nodes(&self) -> usize;
}

/// The store holds as many nodes as it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;
