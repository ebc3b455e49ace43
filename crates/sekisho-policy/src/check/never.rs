//! Whether a rule can hold at all.

use super::implies::implies;
use crate::predicate::Predicate;
use crate::{Condition, Direction, Rule, Side};

pub(super) fn never(rule: &Rule) -> bool {
    let excepted = rule
        .unless
        .as_ref()
        .is_some_and(|unless| implies(&rule.when, unless));
    let over_before_it_starts = rule
        .starts
        .zip(rule.ends)
        .is_some_and(|(starts, ends)| ends < starts);
    excepted || over_before_it_starts || cannot_hold(&rule.when, rule)
}

fn cannot_hold(condition: &Condition, rule: &Rule) -> bool {
    match condition {
        Condition::Always => false,
        Condition::Any(members) => members.iter().all(|member| cannot_hold(member, rule)),
        Condition::Not(inner) => implies(&Condition::Always, inner),
        Condition::Is(predicate) => impossible(predicate, rule),
        Condition::All(members) => {
            members.iter().any(|member| cannot_hold(member, rule))
                || members
                    .iter()
                    .enumerate()
                    .any(|(place, a)| members.iter().skip(place + 1).any(|b| excludes(a, b)))
        }
    }
}

/// Whether two conditions cannot hold together.
fn excludes(a: &Condition, b: &Condition) -> bool {
    match (a, b) {
        (Condition::Not(not), other) | (other, Condition::Not(not)) if implies(other, not) => true,
        (Condition::Is(Predicate::SizeMin(min)), Condition::Is(Predicate::SizeMax(max)))
        | (Condition::Is(Predicate::SizeMax(max)), Condition::Is(Predicate::SizeMin(min))) => {
            min > max
        }
        (Condition::Is(Predicate::Direction(a)), Condition::Is(Predicate::Direction(b))) => {
            !a.iter().any(|direction| b.contains(direction))
        }
        (Condition::Is(Predicate::Recipients(a)), Condition::Is(Predicate::Recipients(b))) => {
            let opposite = a.side.zip(b.side).is_some_and(|(a, b)| a != b);
            opposite && (a.every || b.every)
        }
        (Condition::Is(a), Condition::Is(b)) => opposite(a, b),
        _ => false,
    }
}

fn opposite(a: &Predicate, b: &Predicate) -> bool {
    use Predicate as P;
    match (a, b) {
        (P::Uninspectable(a), P::Uninspectable(b))
        | (P::Ambiguous(a), P::Ambiguous(b))
        | (P::AnswersSuspect(a), P::AnswersSuspect(b)) => a != b,
        (P::MessageKind(a), P::MessageKind(b)) => {
            !a.is_empty() && !b.is_empty() && !a.iter().any(|kind| b.contains(kind))
        }
        (P::Language(a), P::Language(b)) => !a.iter().any(|tag| b.contains(tag)),
        (P::Importance(a), P::Importance(b)) => {
            !a.is_empty() && !b.is_empty() && !a.iter().any(|one| b.contains(one))
        }
        _ => false,
    }
}

fn impossible(predicate: &Predicate, rule: &Rule) -> bool {
    let only = |direction: Direction| rule.directions == [direction];
    match predicate {
        Predicate::Finding(is) => is.count_max != 0 && is.count_min.max(1) > is.count_max,
        Predicate::Recipients(are) => {
            let too_few = are.count_max != 0
                && are
                    .count_min
                    .max(are.domains_min)
                    .max(are.organisations_min)
                    .max(1)
                    > are.count_max;
            // Mail inside the organisation has no recipient outside.
            let none_outside = are.side == Some(Side::External) && only(Direction::Internal);
            let all_inside =
                are.side == Some(Side::Internal) && are.every && only(Direction::Outbound);
            too_few || none_outside || all_inside
        }
        Predicate::Direction(directions) => {
            !rule.directions.is_empty()
                && !directions.is_empty()
                && !directions
                    .iter()
                    .any(|direction| rule.directions.contains(direction))
        }
        Predicate::Time(is) => is.from.is_some() && is.from == is.to,
        Predicate::Trait(traits) => traits.is_empty(),
        _ => false,
    }
}
