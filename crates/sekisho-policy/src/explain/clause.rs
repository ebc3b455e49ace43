//! One predicate in words.

use sekisho_words::{Language, is_key, say_in};

use super::people::{recipients, sender};
use super::said::{Clauses, either, octets, values, word};
use crate::judge::finding_key;
use crate::predicate::{
    AttachmentIs, AuthIs, ClassificationIs, ClientIs, FindingIs, HeaderIs, Predicate, TimeIs,
};
use crate::text::Word;
use crate::{MessageKind, PartVerdict, TextPattern};

/// A clause without its full stop.
pub(crate) fn clause(language: Language, predicate: &Predicate) -> String {
    let clauses = Clauses::new(language);
    match predicate {
        Predicate::Finding(is) => finding(language, is),
        Predicate::Recipients(are) => recipients(language, are),
        Predicate::Sender(is) => sender(language, is),
        Predicate::Subject(pattern) => text(language, "policy-if-subject", pattern),
        Predicate::Body(pattern) => text(language, "policy-if-body", pattern),
        Predicate::Text(pattern) => text(language, "policy-if-text", pattern),
        Predicate::Anywhere(pattern) => text(language, "policy-if-anywhere", pattern),
        Predicate::Header(is) => header(language, is),
        Predicate::Attachment(is) => attachment(language, is),
        Predicate::Auth(is) => auth(language, is),
        Predicate::Client(is) => client(language, is),
        Predicate::Direction(directions) => clauses
            .words("policy-if-direction", "direction", directions)
            .end("policy-if-always"),
        Predicate::MessageKind(kinds) => clauses
            .list("policy-if-message-kind", &kind_names(language, kinds))
            .end("policy-if-always"),
        Predicate::Trait(traits) => clauses
            .words("policy-if-trait", "trait", traits)
            .end("policy-if-never"),
        Predicate::Importance(wanted) => clauses
            .words("policy-if-importance", "importance", wanted)
            .end("policy-if-always"),
        Predicate::Classification(is) => classification(language, is),
        Predicate::Language(tags) => {
            let names: Vec<String> = tags
                .iter()
                .map(|tag| word(language, "language", tag))
                .collect();
            clauses
                .list("policy-if-language", &names)
                .end("policy-if-never")
        }
        Predicate::Charset(tags) => clauses
            .list("policy-if-charset", tags)
            .end("policy-if-never"),
        Predicate::Time(is) => time(language, is),
        Predicate::SizeMin(size) => clauses
            .say(true, "policy-if-size", &[("size", octets(*size).into())])
            .end("policy-if-always"),
        Predicate::SizeMax(size) => clauses
            .say(
                true,
                "policy-if-size-max",
                &[("size", octets(*size).into())],
            )
            .end("policy-if-always"),
        Predicate::Uninspectable(yes) => either_way(
            clauses,
            *yes,
            "policy-if-uninspectable",
            "policy-if-inspectable",
        ),
        Predicate::Ambiguous(yes) => either_way(
            clauses,
            *yes,
            "policy-if-ambiguous",
            "policy-if-unambiguous",
        ),
        Predicate::SpamScoreMin(tenths) => {
            let score = format!("{:.1}", *tenths as f64 / 10.0);
            clauses
                .say(true, "policy-if-spam-score", &[("score", score.into())])
                .end("policy-if-always")
        }
        Predicate::AnswersSuspect(yes) => either_way(
            clauses,
            *yes,
            "policy-if-answers-suspect",
            "policy-if-answers-no-suspect",
        ),
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

fn either_way(clauses: Clauses, value: bool, yes: &str, no: &str) -> String {
    clauses.yes_no(Some(value), yes, no).end("policy-if-always")
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
        .number("policy-if-finding-count-max", is.count_max)
        .number("policy-if-confidence", is.confidence_percent_min)
        .behind(head)
}

/// `KEY` for words, `KEY-matches` for an expression, `KEY-list` for lists: any of them will do. A pattern
/// of none never holds.
pub(super) fn text(language: Language, key: &str, pattern: &TextPattern) -> String {
    let list = |list: &[String]| values(language, list);
    let mut texts = Vec::new();
    if !pattern.words().is_empty() {
        let args = [("values", list(pattern.words()).into())];
        texts.push(say_in(language, key, &args));
    }
    if !pattern.lists().is_empty() {
        let args = [("values", list(pattern.lists()).into())];
        texts.push(say_in(language, &format!("{key}-list"), &args));
    }
    if let Some(expression) = pattern.expression() {
        let args = [("values", expression.into())];
        texts.push(say_in(language, &format!("{key}-matches"), &args));
    }
    if texts.is_empty() {
        return say_in(language, "policy-if-never", &[]);
    }
    let count = pattern.count_min();
    Clauses::new(language)
        .say(count > 1, "policy-if-times", &[("count", count.into())])
        .behind(either(language, texts))
}

fn header(language: Language, is: &HeaderIs) -> String {
    let name = is.name.as_str();
    let head = match (is.present, &is.text) {
        (Some(false), _) => "policy-if-header-absent",
        (_, Some(_)) => "policy-if-header-says",
        _ => "policy-if-header",
    };
    let head = say_in(language, head, &[("name", name.into())]);
    let words = is.text.as_ref();
    let words = words.map(|pattern| text(language, "policy-if-value", pattern));
    Clauses::new(language).add(words).behind(head)
}

fn classification(language: Language, is: &ClassificationIs) -> String {
    let head = match is.present {
        Some(false) => "policy-if-unclassified",
        _ => "policy-if-classified",
    };
    let words = is.text.as_ref();
    let words = words.map(|pattern| text(language, "policy-if-value", pattern));
    Clauses::new(language)
        .add(words)
        .behind(say_in(language, head, &[]))
}

fn time(language: Language, is: &TimeIs) -> String {
    let clock = |minutes: u16| format!("{}:{:02}", minutes / 60, minutes % 60);
    let hours = (is.from.is_some() || is.to.is_some()).then(|| {
        let (from, to) = (is.from.unwrap_or(0), is.to.unwrap_or(24 * 60));
        let key = if from <= to {
            "policy-if-hours"
        } else {
            "policy-if-hours-over-midnight"
        };
        let args = [("from", clock(from).into()), ("to", clock(to).into())];
        say_in(language, key, &args)
    });
    Clauses::new(language)
        .words("policy-if-weekday", "weekday", &is.weekdays)
        .add(hours)
        .end("policy-if-always")
}

pub(super) fn attachment(language: Language, is: &AttachmentIs) -> String {
    let verdict = |verdict: &PartVerdict| {
        let key = finding_key("policy-id-attach-", verdict.word());
        if is_key(&key) {
            say_in(language, &key, &[])
        } else {
            word(language, "verdict", Word::word(*verdict))
        }
    };
    let verdicts: Vec<String> = is.verdict.iter().map(verdict).collect();
    let name = is.name.as_ref();
    let inside = is.text.as_ref();
    Clauses::new(language)
        .list("policy-if-attachment-type", &is.kind)
        .list("policy-if-attachment-verdict", &verdicts)
        .list("policy-if-attachment-extension", &is.extension)
        .add(name.map(|pattern| text(language, "policy-if-attachment-name", pattern)))
        .add(inside.map(|pattern| text(language, "policy-if-attachment-text", pattern)))
        .yes_no(
            is.encrypted,
            "policy-if-attachment-encrypted",
            "policy-if-attachment-open",
        )
        .yes_no(
            is.uninspectable,
            "policy-if-attachment-unread",
            "policy-if-attachment-read",
        )
        .size("policy-if-attachment-size", is.size_min)
        .size("policy-if-attachment-total", is.total_size_min)
        .number("policy-if-attachment-count", is.count_min)
        .behind_one_of("policy-if-attachment", "policy-if-attachment-such")
}

fn auth(language: Language, is: &AuthIs) -> String {
    Clauses::new(language)
        .words("policy-if-spf", "outcome", &is.spf)
        .words("policy-if-dkim", "outcome", &is.dkim)
        .words("policy-if-dmarc", "outcome", &is.dmarc)
        .words("policy-if-dmarc-policy", "dmarc", &is.dmarc_policy)
        .words("policy-if-arc", "outcome", &is.arc)
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
