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

impl Condition {
    /// Every predicate in it, under `not` too.
    pub(crate) fn each<'c>(&'c self, visit: &mut dyn FnMut(&'c Predicate)) {
        match self {
            Self::Always => {}
            Self::All(members) | Self::Any(members) => {
                members.iter().for_each(|member| member.each(visit));
            }
            Self::Not(inner) => inner.each(visit),
            Self::Is(predicate) => visit(predicate),
        }
    }

    /// Whether any predicate in it is such, under `not` too.
    pub(crate) fn asks(&self, such: &dyn Fn(&Predicate) -> bool) -> bool {
        match self {
            Self::Always => false,
            Self::All(members) | Self::Any(members) => {
                members.iter().any(|member| member.asks(such))
            }
            Self::Not(inner) => inner.asks(such),
            Self::Is(predicate) => such(predicate),
        }
    }
}
