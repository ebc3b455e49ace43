//! Rules in words. What is said here and what [`judge`](crate::judge()) does must agree.

mod clause;
mod edit;
mod people;
mod said;

use sekisho_words::{Language, Words, is_key, say_in};

use crate::{Action, ApproverRule, Condition, For, Mode, NotifyRule, Rule, Scope};

pub(crate) use clause::clause;
use said::{either, every, values, word_list};

pub(crate) fn both(text: impl Fn(Language) -> String) -> Words {
    Words {
        ja: text(Language::Ja),
        en: text(Language::En),
    }
}

/// What a rule is called on screen: its own title, the catalogue's for presets, else its name.
pub(crate) fn title(rule: &Rule) -> Words {
    if let Some(title) = &rule.title {
        return title.clone();
    }
    let key = format!("policy-rule-{}", rule.name.replace(['.', '_'], "-"));
    if is_key(&key) {
        sekisho_words::say(&key, &[])
    } else {
        Words::verbatim(&rule.name)
    }
}

/// A rule in words: where, when, unless, then.
///
/// ```
/// let policy = sekisho_policy::Policy::default();
/// let words = sekisho_policy::explain(policy.rule("delay-outside").unwrap());
/// assert!(words.ja.contains("社外"));
/// assert!(words.en.contains("5 minutes"));
/// ```
pub fn explain(rule: &Rule) -> Words {
    both(|language| {
        let sentences: Vec<String> = explained(language, rule).into_iter().map(begun).collect();
        sentences.join(if language == Language::Ja { "" } else { " " })
    })
}

/// A sentence begins with a capital letter, also where it begins with a clause.
fn begun(text: String) -> String {
    match text.chars().next() {
        // An address or the name of a header is not a word of the sentence.
        Some(first) if first.is_ascii_lowercase() && !is_name(&text) => {
            let rest = text.get(1..).unwrap_or_default();
            format!("{}{rest}", first.to_ascii_uppercase())
        }
        _ => text,
    }
}

fn is_name(text: &str) -> bool {
    let word = text.split(' ').next().unwrap_or_default();
    word.contains(['@', '.'])
}

fn explained(language: Language, rule: &Rule) -> Vec<String> {
    let mut sentences = Vec::new();
    let when = tree(language, &rule.when, true);
    let action = action(language, rule);
    let direction = match rule.directions.as_slice() {
        [] => say_in(language, "policy-direction-any", &[]),
        directions => word_list(language, "direction", directions),
    };
    let args = [
        ("direction", direction.into()),
        ("when", when.into()),
        ("action", action.into()),
    ];
    let key = if rule.when == Condition::Always {
        "policy-explain-always"
    } else {
        "policy-explain"
    };
    sentences.push(say_in(language, key, &args));
    for change in &rule.then.edits {
        sentences.push(edit::sentence(language, change));
    }
    if !rule.scope.is_everybody() {
        let who = scope(language, &rule.scope);
        let args = [("who", who.into())];
        sentences.push(say_in(language, "policy-explain-scope", &args));
    }
    if let Some(unless) = &rule.unless {
        let unless = tree(language, unless, true);
        sentences.push(say_in(
            language,
            "policy-explain-unless",
            &[("unless", unless.into())],
        ));
    }
    if !rule.then.notify.is_empty() && rule.mode != Mode::WatchNotify {
        sentences.push(told(language, &rule.then.notify, "policy-explain-notify"));
    }
    sentences.extend(days(language, rule));
    match rule.mode {
        Mode::Off => sentences.push(say_in(language, "policy-explain-off", &[])),
        Mode::Watch => sentences.push(say_in(language, "policy-explain-watch", &[])),
        Mode::WatchNotify if rule.then.notify.is_empty() => {
            sentences.push(say_in(language, "policy-explain-watch-notify", &[]));
        }
        Mode::WatchNotify => {
            sentences.push(say_in(language, "policy-explain-watch", &[]));
            sentences.push(told(language, &rule.then.notify, "policy-explain-notify"));
        }
        Mode::Enforce => {}
    }
    if rule.stop {
        sentences.push(say_in(language, "policy-explain-stop", &[]));
    }
    sentences
}

/// Whom it is for.
fn scope(language: Language, scope: &For) -> String {
    let mut who = Vec::new();
    for (key, list) in [
        ("policy-scope-domain", strings(&scope.domains)),
        ("policy-scope-group", strings(&scope.groups)),
        ("policy-scope-user", strings(&scope.users)),
    ] {
        if !list.is_empty() {
            let list = values(language, &list);
            who.push(say_in(language, key, &[("values", list.into())]));
        }
    }
    either(language, who)
}

fn strings<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().map(T::to_string).collect()
}

fn days(language: Language, rule: &Rule) -> Option<String> {
    let (starts, ends) = (rule.starts, rule.ends);
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let key = match (starts.is_some(), ends.is_some()) {
        (false, false) => return None,
        (true, false) => "policy-explain-starts",
        (false, true) => "policy-explain-ends",
        (true, true) => "policy-explain-between",
    };
    let args = [("starts", day(starts).into()), ("ends", day(ends).into())];
    Some(say_in(language, key, &args))
}

fn told(language: Language, whom: &[NotifyRule], key: &str) -> String {
    let names = whom.iter().map(|whom| match whom {
        NotifyRule::Sender => say_in(language, "policy-notified-sender", &[]),
        NotifyRule::Manager => say_in(language, "policy-approver-manager", &[]),
        NotifyRule::Administrators => say_in(language, "policy-approver-administrators", &[]),
        NotifyRule::Person(address) => address.to_string(),
    });
    let names = said::together(language, names.collect());
    say_in(language, key, &[("who", names.into())])
}

pub(crate) fn action(language: Language, rule: &Rule) -> String {
    let whose = match rule.applies_to {
        Scope::All => say_in(language, "policy-scope-all", &[]),
        Scope::External => say_in(language, "policy-scope-external", &[]),
        Scope::Internal => say_in(language, "policy-scope-internal", &[]),
        Scope::Matching => say_in(language, "policy-scope-matching", &[]),
    };
    let whose = ("whose", whose.into());
    match &rule.then.action {
        Action::Deliver if !rule.then.edits.is_empty() => {
            say_in(language, "policy-do-change", &[whose])
        }
        Action::Deliver if !rule.then.notify.is_empty() => say_in(language, "policy-do-tell", &[]),
        Action::Deliver => say_in(language, "policy-do-deliver", &[whose]),
        Action::Junk => say_in(language, "policy-do-junk", &[whose]),
        Action::Discard => say_in(language, "policy-do-discard", &[whose]),
        Action::Quarantine => say_in(language, "policy-do-quarantine", &[whose]),
        Action::Refuse { .. } => say_in(language, "policy-do-refuse", &[whose]),
        Action::Delay { seconds } => {
            let (key, count) = match (seconds % 3600, seconds % 60) {
                (0, _) => ("policy-do-delay-hours", seconds / 3600),
                (_, 0) => ("policy-do-delay-minutes", seconds / 60),
                _ => ("policy-do-delay-seconds", *seconds),
            };
            say_in(language, key, &[whose, ("count", count.into())])
        }
        Action::Hold {
            approver,
            deadline_hours,
            ..
        } => {
            let who = match approver {
                ApproverRule::Manager => say_in(language, "policy-approver-manager", &[]),
                ApproverRule::Administrators => {
                    say_in(language, "policy-approver-administrators", &[])
                }
                ApproverRule::Named(people) => values(language, people),
            };
            let args = [
                whose,
                ("who", who.into()),
                ("hours", (*deadline_hours).into()),
            ];
            say_in(language, "policy-do-hold", &args)
        }
    }
}

/// `outermost`: no brackets needed.
fn tree(language: Language, condition: &Condition, outermost: bool) -> String {
    match condition {
        Condition::Always => say_in(language, "policy-if-always", &[]),
        Condition::Is(predicate) => clause(language, predicate),
        Condition::Not(inner) => {
            let inner = tree(language, inner, true);
            say_in(language, "policy-if-not", &[("what", inner.into())])
        }
        Condition::All(members) => {
            let alone = outermost || members.len() == 1;
            let members = members
                .iter()
                .map(|member| tree(language, member, false))
                .collect();
            bracketed(language, every(language, members), alone)
        }
        Condition::Any(members) => {
            let alone = outermost || members.len() == 1;
            let members = members
                .iter()
                .map(|member| tree(language, member, false))
                .collect();
            bracketed(language, either(language, members), alone)
        }
    }
}

fn bracketed(language: Language, text: String, alone: bool) -> String {
    match (alone, language) {
        (true, _) => text,
        (false, Language::Ja) => format!("（{text}）"),
        (false, Language::En) => format!("({text})"),
    }
}
