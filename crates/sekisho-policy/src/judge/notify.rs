//! Who is told that a rule matched.

use sekisho_words::say_in;

use super::matching::Match;
use super::view::View;
use crate::explain::{self, both};
use crate::{Direction, Mode, Notify, NotifyRule, NotifyWhom, Side};

/// The letters that a rule asks for; one that only watches and is to tell, tells the sender by itself.
pub(super) fn of(found: &Match<'_>, view: &View<'_>) -> Vec<Notify> {
    let rule = found.rule;
    let named = rule.then.notify.as_slice();
    let by_itself = [match view.facts.direction {
        Direction::Inbound => NotifyRule::Administrators,
        Direction::Outbound | Direction::Internal => NotifyRule::Sender,
    }];
    let whom = match rule.mode {
        Mode::Off | Mode::Watch => return Vec::new(),
        Mode::WatchNotify if named.is_empty() => &by_itself,
        Mode::WatchNotify | Mode::Enforce => named,
    };
    if whom.is_empty() {
        return Vec::new();
    }
    let title = explain::title(rule);
    let key = match rule.mode {
        Mode::Enforce => "policy-notify-enforce",
        _ => "policy-notify-watch",
    };
    let words = both(|language| {
        let args = [
            ("rule", title.in_language(language).into()),
            ("reasons", found.why.in_language(language).into()),
            ("action", explain::action(language, rule).into()),
        ];
        say_in(language, key, &args)
    });
    let whom = whom.iter().filter_map(|whom| recipient(whom, view));
    whom.map(|whom| Notify {
        rule: rule.name.clone(),
        whom,
        words: words.clone(),
    })
    .collect()
}

/// A stranger's address is a claim: only our own people are told.
fn recipient(whom: &NotifyRule, view: &View<'_>) -> Option<NotifyWhom> {
    let sender = &view.facts.sender;
    Some(match whom {
        NotifyRule::Sender if sender.side == Side::External => return None,
        NotifyRule::Sender => NotifyWhom::Sender,
        NotifyRule::Manager => NotifyWhom::Person {
            address: sender.manager.as_ref()?.address.clone(),
        },
        NotifyRule::Administrators => NotifyWhom::Administrators,
        NotifyRule::Person(address) => NotifyWhom::Person {
            address: address.clone(),
        },
    })
}
