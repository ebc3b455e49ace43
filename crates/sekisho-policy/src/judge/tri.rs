//! Three answers: facts may be missing.

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tri {
    No,
    /// The fact that would tell is missing.
    Maybe,
    Yes,
}

impl Tri {
    pub(super) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            found => found.min(other()),
        }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
            Self::Yes => Self::No,
        }
    }

    /// The greatest; nothing is `No`.
    pub(super) fn any(answers: impl IntoIterator<Item = Self>) -> Self {
        let mut found = Self::No;
        for answer in answers {
            found = found.max(answer);
            if found == Self::Yes {
                break;
            }
        }
        found
    }

    /// Whether `found` is as wanted; where nothing is wanted, yes; where nothing was found out, maybe.
    pub(super) fn wanted(wanted: Option<bool>, found: impl FnOnce() -> Option<bool>) -> Self {
        match wanted {
            None => Self::Yes,
            Some(wanted) => found().map_or(Self::Maybe, |found| (found == wanted).into()),
        }
    }

    /// Where no value is listed, nothing is asked.
    pub(super) fn listed<T>(list: &[T], found: impl FnOnce() -> Self) -> Self {
        if list.is_empty() { Self::Yes } else { found() }
    }
}

impl From<bool> for Tri {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
