use crate::predicate::Predicate;

/// A tree of predicates. In TOML: `{ all = […] }`, `{ any = […] }`, `{ not = {…} }`, `{ always = true }`,
/// or a table of predicates, all of which must hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Holds for every mail.
    Always,
    /// Every one.
    All(Vec<Condition>),
    /// At least one.
    Any(Vec<Condition>),
    /// Not this one.
    Not(Box<Condition>),
    /// One predicate.
    Is(Predicate),
}
