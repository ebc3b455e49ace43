//! Rules in words. What is said here and what [`judge`](crate::judge()) does must agree.

use sekisho_words::{Language, Words, is_key, say_in};

use crate::judge::finding_key;
use crate::predicate::{
    AttachmentIs, AuthIs, ClientIs, FindingIs, Predicate, RecipientsAre, SenderIs,
};
use crate::text::Word;
use crate::{
    Action, ApproverRule, Condition, Edit, MessageKind, Mode, Rule, Scope, Side, TextPattern,
};

/// Values that a clause names before it says how many more there are.
const VALUES_SHOWN_MAX: usize = 5;

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
    both(|language| explained(language, rule))
}

fn explained(language: Language, rule: &Rule) -> String {
    let mut sentences = Vec::new();
    let when = tree(language, &rule.when, true);
    let action = action(language, rule);
    let directions = rule
        .directions
        .iter()
        .map(|d| say_in(language, direction_key(*d), &[]))
        .collect();
    let direction = match rule.directions.as_slice() {
        [] => say_in(language, "policy-direction-any", &[]),
        _ => either(language, directions),
    };
    let args = [
        ("direction", direction.into()),
        ("when", when.into()),
        ("action", action.into()),
    ];
    sentences.push(say_in(language, "policy-explain", &args));
    if let Some(unless) = &rule.unless {
        let unless = tree(language, unless, true);
        sentences.push(say_in(
            language,
            "policy-explain-unless",
            &[("unless", unless.into())],
        ));
    }
    for Edit::AddHeader { name, value } in &rule.then.edits {
        sentences.push(say_in(
            language,
            "policy-explain-header",
            &[("name", name.into()), ("value", value.into())],
        ));
    }
    match rule.mode {
        Mode::Off => sentences.push(say_in(language, "policy-explain-off", &[])),
        Mode::Watch => sentences.push(say_in(language, "policy-explain-watch", &[])),
        Mode::Enforce => {}
    }
    if rule.stop {
        sentences.push(say_in(language, "policy-explain-stop", &[]));
    }
    sentences.join(if language == Language::Ja { "" } else { " " })
}

fn direction_key(direction: crate::Direction) -> &'static str {
    match direction {
        crate::Direction::Inbound => "policy-direction-inbound",
        crate::Direction::Outbound => "policy-direction-outbound",
        crate::Direction::Internal => "policy-direction-internal",
    }
}

fn action(language: Language, rule: &Rule) -> String {
    let whose = match rule.applies_to {
        Scope::All => say_in(language, "policy-scope-all", &[]),
        Scope::External => say_in(language, "policy-scope-external", &[]),
        Scope::Internal => say_in(language, "policy-scope-internal", &[]),
    };
    let whose = ("whose", whose.into());
    match &rule.then.action {
        Action::Deliver => say_in(language, "policy-do-deliver", &[whose]),
        Action::Junk => say_in(language, "policy-do-junk", &[whose]),
        Action::Discard => say_in(language, "policy-do-discard", &[whose]),
        Action::Quarantine => say_in(language, "policy-do-quarantine", &[whose]),
        Action::Refuse { .. } => say_in(language, "policy-do-refuse", &[whose]),
        Action::Delay { seconds } => {
            let (key, count) = match seconds % 60 {
                0 => ("policy-do-delay-minutes", seconds / 60),
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

fn every(language: Language, texts: Vec<String>) -> String {
    texts.join(if language == Language::Ja {
        "、かつ"
    } else {
        " and "
    })
}

fn either(language: Language, texts: Vec<String>) -> String {
    texts.join(if language == Language::Ja {
        "、または"
    } else {
        " or "
    })
}

/// `a、b ほか 3 件`
fn values<T: ToString>(language: Language, list: &[T]) -> String {
    let shown: Vec<String> = list
        .iter()
        .take(VALUES_SHOWN_MAX)
        .map(T::to_string)
        .collect();
    let mut text = shown.join(if language == Language::Ja {
        " か "
    } else {
        " or "
    });
    if list.len() > VALUES_SHOWN_MAX {
        let more = list.len() - VALUES_SHOWN_MAX;
        text.push(' ');
        text.push_str(&say_in(
            language,
            "words-and-more",
            &[("count", more.into())],
        ));
    }
    text
}

fn words<W: Word>(language: Language, list: &[W]) -> String {
    values(
        language,
        &list.iter().map(|word| word.word()).collect::<Vec<_>>(),
    )
}

/// The clauses of one predicate, joined by "and". Each field that asks something gives one.
struct Clauses {
    language: Language,
    texts: Vec<String>,
}

impl Clauses {
    fn new(language: Language) -> Self {
        Self {
            language,
            texts: Vec::new(),
        }
    }

    fn say(mut self, wanted: bool, key: &str, args: &[(&str, sekisho_words::Arg<'_>)]) -> Self {
        if wanted {
            self.texts.push(say_in(self.language, key, args));
        }
        self
    }

    fn list<T: ToString>(self, key: &str, list: &[T]) -> Self {
        let values = values(self.language, list);
        self.say(!list.is_empty(), key, &[("values", values.into())])
    }

    fn words<W: Word>(self, key: &str, list: &[W]) -> Self {
        let values = words(self.language, list);
        self.say(!list.is_empty(), key, &[("values", values.into())])
    }

    fn yes_no(self, value: Option<bool>, yes: &str, no: &str) -> Self {
        match value {
            Some(value) => self.say(true, if value { yes } else { no }, &[]),
            None => self,
        }
    }

    fn number(self, key: &str, number: impl Into<u64>) -> Self {
        let number = number.into();
        self.say(number > 0, key, &[("count", number.into())])
    }

    /// What these clauses are about, and they behind it in brackets.
    fn behind(self, head: String) -> String {
        match (self.texts.as_slice(), self.language) {
            ([], _) => head,
            (texts, Language::Ja) => format!("{head}（{}）", texts.join("、")),
            (texts, Language::En) => format!("{head} ({})", texts.join("; ")),
        }
    }

    fn end(self, empty: &str) -> String {
        match self.texts.as_slice() {
            [] => say_in(self.language, empty, &[]),
            _ => every(self.language, self.texts),
        }
    }
}

/// One predicate in words: a clause without its full stop.
pub(crate) fn clause(language: Language, predicate: &Predicate) -> String {
    let clauses = Clauses::new(language);
    match predicate {
        Predicate::Finding(is) => finding(language, is),
        Predicate::Recipients(are) => recipients(language, are),
        Predicate::Sender(is) => sender(language, is),
        Predicate::Subject(pattern) => text(
            clauses,
            "policy-if-subject",
            "policy-if-subject-matches",
            pattern,
        ),
        Predicate::Attachment(is) => attachment(language, is),
        Predicate::Auth(is) => auth(language, is),
        Predicate::Client(is) => client(language, is),
        Predicate::Direction(directions) => clauses
            .words("policy-if-direction", directions)
            .end("policy-if-always"),
        Predicate::SizeMin(octets) => clauses
            .number("policy-if-size", *octets)
            .end("policy-if-always"),
        Predicate::MessageKind(kinds) => clauses
            .list("policy-if-message-kind", &kind_names(language, kinds))
            .end("policy-if-always"),
        Predicate::Uninspectable(yes) => clauses
            .yes_no(
                Some(*yes),
                "policy-if-uninspectable",
                "policy-if-inspectable",
            )
            .end("policy-if-always"),
        Predicate::Ambiguous(yes) => clauses
            .yes_no(Some(*yes), "policy-if-ambiguous", "policy-if-unambiguous")
            .end("policy-if-always"),
        Predicate::SpamScoreMin(tenths) => {
            let score = format!("{:.1}", *tenths as f64 / 10.0);
            clauses
                .say(true, "policy-if-spam-score", &[("score", score.into())])
                .end("policy-if-always")
        }
    }
}

fn kind_names(language: Language, kinds: &[MessageKind]) -> Vec<String> {
    let name = |kind: &MessageKind| {
        let key = match kind {
            MessageKind::Bounce => "policy-message-kind-bounce",
            MessageKind::Arf => "policy-message-kind-arf",
            MessageKind::AutoReply => "policy-message-kind-auto-reply",
            MessageKind::Ordinary => "policy-message-kind-not",
        };
        say_in(language, key, &[])
    };
    kinds.iter().map(name).collect()
}

fn finding(language: Language, is: &FindingIs) -> String {
    let name = |id: &crate::IdPattern| {
        let id = id.to_string();
        let key = finding_key("policy-id-", id.trim_end_matches('*').trim_end_matches('.'));
        if is_key(&key) {
            say_in(language, &key, &[])
        } else {
            id
        }
    };
    let names = values(language, &is.ids.iter().map(name).collect::<Vec<_>>());
    let count = is.count_min.max(1);
    let key = if count > 1 {
        "policy-if-finding-count"
    } else {
        "policy-if-finding"
    };
    let head = say_in(
        language,
        key,
        &[("values", names.into()), ("count", count.into())],
    );
    Clauses::new(language)
        .number("policy-if-confidence", is.confidence_percent_min)
        .behind(head)
}

fn recipients(language: Language, are: &RecipientsAre) -> String {
    let key = match (are.side, are.every) {
        (Some(Side::External), false) => "policy-if-external",
        (Some(Side::External), true) => "policy-if-all-external",
        (Some(Side::Internal), false) => "policy-if-internal",
        (Some(Side::Internal), true) => "policy-if-all-internal",
        (None, true) => "policy-if-all-recipients",
        (None, false) => "policy-if-any-recipient",
    };
    Clauses::new(language)
        .list("policy-if-recipient", &are.address)
        .words("policy-if-place", &are.place)
        .number("policy-if-recipient-count", are.count_min)
        .number("policy-if-domain-count", are.domains_min)
        .behind(say_in(language, key, &[]))
}

fn sender(language: Language, is: &SenderIs) -> String {
    Clauses::new(language)
        .say(
            is.side == Some(Side::External),
            "policy-if-sender-external",
            &[],
        )
        .say(
            is.side == Some(Side::Internal),
            "policy-if-sender-internal",
            &[],
        )
        .list("policy-if-sender", &is.address)
        .list("policy-if-from", &is.from)
        .yes_no(
            is.has_manager,
            "policy-if-has-manager",
            "policy-if-no-manager",
        )
        .end("policy-if-always")
}

fn text(clauses: Clauses, contains: &str, matches: &str, pattern: &TextPattern) -> String {
    let language = clauses.language;
    let words = Clauses::new(language).list(contains, pattern.words()).texts;
    let expression = pattern
        .expression()
        .map(|e| say_in(language, matches, &[("values", e.into())]));
    let texts: Vec<String> = clauses
        .texts
        .into_iter()
        .chain(words)
        .chain(expression)
        .collect();
    // Words or expression: either will do. A pattern of neither never holds.
    if texts.is_empty() {
        say_in(language, "policy-if-never", &[])
    } else {
        either(language, texts)
    }
}

fn attachment(language: Language, is: &AttachmentIs) -> String {
    let name = is.name.as_ref().map(|pattern| {
        text(
            Clauses::new(language),
            "policy-if-attachment-name",
            "policy-if-attachment-name-matches",
            pattern,
        )
    });
    let mut clauses = Clauses::new(language)
        .list("policy-if-attachment-type", &is.kind)
        .words("policy-if-attachment-verdict", &is.verdict)
        .list("policy-if-attachment-extension", &is.extension);
    clauses.texts.extend(name);
    clauses
        .yes_no(
            is.encrypted,
            "policy-if-attachment-encrypted",
            "policy-if-attachment-open",
        )
        .number("policy-if-attachment-size", is.size_min)
        .behind(say_in(language, "policy-if-attachment", &[]))
}

fn auth(language: Language, is: &AuthIs) -> String {
    Clauses::new(language)
        .words("policy-if-spf", &is.spf)
        .words("policy-if-dkim", &is.dkim)
        .words("policy-if-dmarc", &is.dmarc)
        .words("policy-if-dmarc-policy", &is.dmarc_policy)
        .words("policy-if-arc", &is.arc)
        .yes_no(is.proved, "policy-if-proved", "policy-if-unproved")
        .end("policy-if-always")
}

fn client(language: Language, is: &ClientIs) -> String {
    Clauses::new(language)
        .list("policy-if-client", &is.ip)
        .yes_no(is.tls, "policy-if-tls", "policy-if-no-tls")
        .yes_no(
            is.signed_in,
            "policy-if-signed-in",
            "policy-if-not-signed-in",
        )
        .end("policy-if-always")
}
