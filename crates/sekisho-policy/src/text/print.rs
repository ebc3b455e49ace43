//! Policies to their text form: read again, it gives the same policy.

use std::fmt::Write as _;

use super::Word;
use super::rule::{DEADLINE_HOURS_DEFAULT, DEPUTY_HOURS_DEFAULT, ORDER_DEFAULT};
use crate::pattern::TextPattern;
use crate::predicate::{
    AttachmentIs, AuthIs, ClientIs, FindingIs, Predicate, RecipientsAre, SenderIs,
};
use crate::{Action, ApproverRule, Change, Condition, Edit, Mode, Preset, Rule, Scope};

pub(crate) fn print(preset: Option<Preset>, changes: &[Change], rules: &[Rule]) -> String {
    let mut out = String::new();
    if let Some(preset) = preset {
        line(&mut out, "preset", &quoted(preset.word()));
    }
    for change in changes {
        out.push_str("\n[[change]]\n");
        line(&mut out, "rule", &quoted(&change.rule));
        if let Some(mode) = change.mode {
            line(&mut out, "mode", &quoted(mode.word()));
        }
        if let Some(seconds) = change.delay_seconds {
            line(&mut out, "delay_seconds", &seconds.to_string());
        }
    }
    for rule in rules {
        out.push_str("\n[[rule]]\n");
        print_rule(&mut out, rule);
    }
    out
}

fn print_rule(out: &mut String, rule: &Rule) {
    line(out, "name", &quoted(&rule.name));
    if let Some(title) = &rule.title {
        line(
            out,
            "title",
            &format!(
                "{{ ja = {}, en = {} }}",
                quoted(&title.ja),
                quoted(&title.en)
            ),
        );
    }
    if !rule.comment.is_empty() {
        line(out, "comment", &quoted(&rule.comment));
    }
    if !rule.directions.is_empty() {
        line(out, "direction", &words(&rule.directions));
    }
    if rule.order != ORDER_DEFAULT {
        line(out, "order", &rule.order.to_string());
    }
    if rule.mode != Mode::default() {
        line(out, "mode", &quoted(rule.mode.word()));
    }
    if rule.applies_to != Scope::default() {
        line(out, "applies_to", &quoted(rule.applies_to.word()));
    }
    if rule.stop {
        line(out, "stop", "true");
    }
    line(out, "when", &condition(&rule.when));
    if let Some(unless) = &rule.unless {
        line(out, "unless", &condition(unless));
    }
    line(out, "then", &then(rule));
}

fn line(out: &mut String, key: &str, value: &str) {
    let _never_fails = writeln!(out, "{key} = {value}");
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn list<T>(values: &[T], print: impl Fn(&T) -> String) -> String {
    format!(
        "[{}]",
        values.iter().map(print).collect::<Vec<_>>().join(", ")
    )
}

fn words<W: Word>(values: &[W]) -> String {
    list(values, |value| quoted(value.word()))
}

/// The fields of an inline table that are not at their default.
#[derive(Default)]
struct Table(Vec<String>);

impl Table {
    fn put(mut self, wanted: bool, key: &str, value: impl FnOnce() -> String) -> Self {
        if wanted {
            self.0.push(format!("{key} = {}", value()));
        }
        self
    }

    fn words<W: Word>(self, key: &str, values: &[W]) -> Self {
        self.put(!values.is_empty(), key, || words(values))
    }

    fn texts<T: ToString>(self, key: &str, values: &[T]) -> Self {
        self.put(!values.is_empty(), key, || {
            list(values, |value| quoted(&value.to_string()))
        })
    }

    fn word<W: Word>(self, key: &str, value: Option<W>) -> Self {
        match value {
            Some(value) => self.put(true, key, || quoted(value.word())),
            None => self,
        }
    }

    fn yes_no(self, key: &str, value: Option<bool>) -> Self {
        match value {
            Some(value) => self.put(true, key, || value.to_string()),
            None => self,
        }
    }

    fn number(self, key: &str, value: impl Into<i128>, default: i128) -> Self {
        let value = value.into();
        self.put(value != default, key, || value.to_string())
    }

    fn end(self) -> String {
        if self.0.is_empty() {
            "{}".to_owned()
        } else {
            format!("{{ {} }}", self.0.join(", "))
        }
    }
}

fn condition(tree: &Condition) -> String {
    match tree {
        Condition::Always => "{ always = true }".to_owned(),
        Condition::All(members) => format!("{{ all = {} }}", list(members, condition)),
        Condition::Any(members) => format!("{{ any = {} }}", list(members, condition)),
        Condition::Not(inner) => format!("{{ not = {} }}", condition(inner)),
        Condition::Is(predicate) => {
            let (key, value) = self::predicate(predicate);
            format!("{{ {key} = {value} }}")
        }
    }
}

fn predicate(predicate: &Predicate) -> (&'static str, String) {
    match predicate {
        Predicate::Finding(is) => ("finding", finding(is)),
        Predicate::Recipients(are) => ("recipients", recipients(are)),
        Predicate::Sender(is) => ("sender", sender(is)),
        Predicate::Subject(pattern) => ("subject", text(pattern)),
        Predicate::Attachment(is) => ("attachment", attachment(is)),
        Predicate::Auth(is) => ("auth", auth(is)),
        Predicate::Client(is) => ("client", client(is)),
        Predicate::Direction(directions) => ("direction", words(directions)),
        Predicate::SizeMin(octets) => ("size_min", octets.to_string()),
        Predicate::MessageKind(kinds) => ("message_kind", words(kinds)),
        Predicate::Uninspectable(yes) => ("uninspectable", yes.to_string()),
        Predicate::Ambiguous(yes) => ("ambiguous", yes.to_string()),
        Predicate::SpamScoreMin(tenths) => ("spam_score_min", tenths.to_string()),
    }
}

fn finding(is: &FindingIs) -> String {
    Table::default()
        .put(true, "id", || list(&is.ids, |id| quoted(&id.to_string())))
        .number("count_min", is.count_min, 0)
        .number("confidence_percent_min", is.confidence_percent_min, 0)
        .end()
}

fn recipients(are: &RecipientsAre) -> String {
    Table::default()
        .word("side", are.side)
        .texts("address", &are.address)
        .words("place", &are.place)
        .number("count_min", are.count_min, 0)
        .number("domains_min", are.domains_min, 0)
        .put(are.every, "every", || "true".to_owned())
        .end()
}

fn sender(is: &SenderIs) -> String {
    Table::default()
        .word("side", is.side)
        .texts("address", &is.address)
        .texts("from", &is.from)
        .yes_no("has_manager", is.has_manager)
        .end()
}

fn text(pattern: &TextPattern) -> String {
    let expression = pattern.expression();
    Table::default()
        .texts("contains", pattern.words())
        .put(expression.is_some(), "matches", || {
            quoted(expression.unwrap_or_default())
        })
        .end()
}

fn attachment(is: &AttachmentIs) -> String {
    let name = is.name.as_ref();
    Table::default()
        .texts("type", &is.kind)
        .words("verdict", &is.verdict)
        .texts("extension", &is.extension)
        .put(name.is_some(), "name", || {
            name.map(text).unwrap_or_default()
        })
        .yes_no("encrypted", is.encrypted)
        .number("size_min", is.size_min, 0)
        .end()
}

fn auth(is: &AuthIs) -> String {
    Table::default()
        .words("spf", &is.spf)
        .words("dkim", &is.dkim)
        .words("dmarc", &is.dmarc)
        .words("dmarc_policy", &is.dmarc_policy)
        .words("arc", &is.arc)
        .yes_no("proved", is.proved)
        .end()
}

fn client(is: &ClientIs) -> String {
    Table::default()
        .texts("ip", &is.ip)
        .yes_no("tls", is.tls)
        .yes_no("signed_in", is.signed_in)
        .end()
}

fn then(rule: &Rule) -> String {
    let table = Table::default().put(true, "action", || quoted(rule.then.action.kind().word()));
    let table = match &rule.then.action {
        Action::Delay { seconds } => table.number("seconds", *seconds, 0),
        Action::Hold {
            approver,
            deadline_hours,
            deputy_hours,
        } => table
            .put(true, "approver", || match approver {
                ApproverRule::Manager => quoted("manager"),
                ApproverRule::Administrators => quoted("administrators"),
                ApproverRule::Named(people) => list(people, |address| quoted(&address.to_string())),
            })
            .number(
                "deadline_hours",
                *deadline_hours,
                DEADLINE_HOURS_DEFAULT.into(),
            )
            .number("deputy_hours", *deputy_hours, DEPUTY_HOURS_DEFAULT.into()),
        Action::Refuse { reply: Some(reply) } => table
            .number("code", reply.code, 0)
            .put(true, "enhanced", || quoted(&reply.enhanced))
            .put(true, "text", || quoted(&reply.text)),
        _ => table,
    };
    let edits = &rule.then.edits;
    table
        .put(!edits.is_empty(), "edits", || list(edits, edit))
        .end()
}

fn edit(edit: &Edit) -> String {
    match edit {
        Edit::AddHeader { name, value } => {
            format!(
                "{{ add_header = {}, value = {} }}",
                quoted(name),
                quoted(value)
            )
        }
    }
}
