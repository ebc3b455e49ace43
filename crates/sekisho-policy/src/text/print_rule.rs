//! Conditions, actions and edits as text.

use super::print::{Table, list, quoted, words};
use super::rule::{DEADLINE_HOURS_DEFAULT, DEPUTY_HOURS_DEFAULT};
use crate::pattern::TextPattern;
use crate::predicate::{
    AttachmentIs, AuthIs, ClassificationIs, ClientIs, FindingIs, HeaderIs, PersonIs, Predicate,
    RecipientsAre, SenderIs, TimeIs,
};
use crate::{
    Action, AddedRule, ApproverRule, Condition, EditRule, HeaderPlace, IfSigned, NotifyRule, Rule,
};

pub(super) fn when(tree: &Condition) -> String {
    match tree {
        Condition::Always => "{ always = true }".to_owned(),
        Condition::All(members) => format!("{{ all = {} }}", list(members, when)),
        Condition::Any(members) => format!("{{ any = {} }}", list(members, when)),
        Condition::Not(inner) => format!("{{ not = {} }}", when(inner)),
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
        Predicate::Body(pattern) => ("body", text(pattern)),
        Predicate::Text(pattern) => ("text", text(pattern)),
        Predicate::Anywhere(pattern) => ("anywhere", text(pattern)),
        Predicate::Header(is) => ("header", header(is)),
        Predicate::Attachment(is) => ("attachment", attachment(is)),
        Predicate::Auth(is) => ("auth", auth(is)),
        Predicate::Client(is) => ("client", client(is)),
        Predicate::Direction(directions) => ("direction", words(directions)),
        Predicate::MessageKind(kinds) => ("message_kind", words(kinds)),
        Predicate::Trait(traits) => ("trait", words(traits)),
        Predicate::Importance(wanted) => ("importance", words(wanted)),
        Predicate::Classification(is) => ("classification", classification(is)),
        Predicate::Language(tags) => ("language", list(tags, |tag| quoted(tag))),
        Predicate::Charset(tags) => ("charset", list(tags, |tag| quoted(tag))),
        Predicate::Time(is) => ("time", time(is)),
        Predicate::SizeMin(octets) => ("size_min", octets.to_string()),
        Predicate::SizeMax(octets) => ("size_max", octets.to_string()),
        Predicate::Uninspectable(yes) => ("uninspectable", yes.to_string()),
        Predicate::Ambiguous(yes) => ("ambiguous", yes.to_string()),
        Predicate::SpamScoreMin(tenths) => ("spam_score_min", tenths.to_string()),
        Predicate::AnswersSuspect(yes) => ("answers_suspect", yes.to_string()),
    }
}

fn finding(is: &FindingIs) -> String {
    Table::default()
        .put(true, "id", || list(&is.ids, |id| quoted(&id.to_string())))
        .number("count_min", is.count_min, 0)
        .number("count_max", is.count_max, 0)
        .number("confidence_percent_min", is.confidence_percent_min, 0)
        .end()
}

fn recipients(are: &RecipientsAre) -> String {
    person(Table::default().word("side", are.side), &are.person)
        .texts("address", &are.address)
        .texts("list", &are.list)
        .inner("address_text", are.address_text.as_ref(), text)
        .words("place", &are.place)
        .words("relation", &are.relation)
        .texts("same", &are.same)
        .texts("other", &are.other)
        .yes_no("personal", are.personal)
        .yes_no("first_contact", are.first_contact)
        .yes_no("lookalike", are.lookalike)
        .number("count_min", are.count_min, 0)
        .number("count_max", are.count_max, 0)
        .number("domains_min", are.domains_min, 0)
        .number("organisations_min", are.organisations_min, 0)
        .put(are.every, "every", || "true".to_owned())
        .end()
}

fn sender(is: &SenderIs) -> String {
    person(Table::default().word("side", is.side), &is.person)
        .texts("address", &is.address)
        .texts("list", &is.list)
        .inner("address_text", is.address_text.as_ref(), text)
        .texts("from", &is.from)
        .yes_no("has_manager", is.has_manager)
        .yes_no("personal", is.personal)
        .yes_no("first_contact", is.first_contact)
        .yes_no("lookalike", is.lookalike)
        .end()
}

fn person(table: Table, is: &PersonIs) -> Table {
    let attributes = is.attributes.iter().fold(Table::default(), |table, one| {
        table.texts(&one.name, &one.values)
    });
    table
        .texts("group", &is.groups)
        .put(!is.attributes.is_empty(), "attribute", || attributes.end())
        .texts("manager", &is.manager)
}

fn text(pattern: &TextPattern) -> String {
    pattern_fields(Table::default(), Some(pattern)).end()
}

fn pattern_fields(table: Table, pattern: Option<&TextPattern>) -> Table {
    let Some(pattern) = pattern else {
        return table;
    };
    table
        .texts("contains", pattern.words())
        .texts("list", pattern.lists())
        .inner("matches", pattern.expression(), quoted)
        .number("count_min", pattern.count_min(), 0)
}

fn header(is: &HeaderIs) -> String {
    let table = Table::default()
        .put(true, "name", || quoted(&is.name))
        .yes_no("present", is.present);
    pattern_fields(table, is.text.as_ref()).end()
}

fn classification(is: &ClassificationIs) -> String {
    let table = Table::default().yes_no("present", is.present);
    pattern_fields(table, is.text.as_ref()).end()
}

fn time(is: &TimeIs) -> String {
    let clock = |minutes: u16| quoted(&format!("{:02}:{:02}", minutes / 60, minutes % 60));
    Table::default()
        .words("weekday", &is.weekdays)
        .inner("from", is.from, clock)
        .inner("to", is.to, clock)
        .end()
}

fn attachment(is: &AttachmentIs) -> String {
    Table::default()
        .texts("type", &is.kind)
        .words("verdict", &is.verdict)
        .texts("extension", &is.extension)
        .inner("name", is.name.as_ref(), text)
        .inner("text", is.text.as_ref(), text)
        .yes_no("encrypted", is.encrypted)
        .yes_no("uninspectable", is.uninspectable)
        .number("size_min", is.size_min, 0)
        .number("total_size_min", is.total_size_min, 0)
        .number("count_min", is.count_min, 0)
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

pub(super) fn then(rule: &Rule) -> String {
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
    let (edits, notify) = (&rule.then.edits, &rule.then.notify);
    table
        .put(!edits.is_empty(), "edits", || list(edits, edit))
        .put(!notify.is_empty(), "notify", || {
            list(notify, |whom| match whom {
                NotifyRule::Sender => quoted("sender"),
                NotifyRule::Manager => quoted("manager"),
                NotifyRule::Administrators => quoted("administrators"),
                NotifyRule::Person(address) => quoted(&address.to_string()),
            })
        })
        .end()
}

fn edit(edit: &EditRule) -> String {
    let table = Table::default();
    match edit {
        EditRule::AddHeader { name, value } => {
            table
                .put(true, "add_header", || quoted(name))
                .put(true, "value", || quoted(value))
        }
        EditRule::RemoveHeader { name } => table.put(true, "remove_header", || quoted(name)),
        EditRule::TagSubject { tag } => table.put(true, "tag_subject", || quoted(tag)),
        EditRule::Banner {
            place,
            text,
            html,
            if_signed,
        } => table
            .word("banner", Some(*place))
            .put(true, "text", || quoted(text))
            .inner("html", html.as_deref(), quoted)
            .word(
                "if_signed",
                Some(*if_signed).filter(|x| *x != IfSigned::default()),
            ),
        EditRule::ToBcc { whose } => table.word("to_bcc", Some(*whose)),
        EditRule::OneEach { whose } => table.word("one_each", Some(*whose)),
        EditRule::AddRecipients { header, who } => {
            let key = match header {
                HeaderPlace::To => "add_to",
                HeaderPlace::Cc => "add_cc",
                HeaderPlace::Bcc => "add_bcc",
            };
            table.put(true, key, || {
                list(who, |who| match who {
                    AddedRule::Manager => quoted("manager"),
                    AddedRule::Address(address) => quoted(&address.to_string()),
                })
            })
        }
        EditRule::RemoveRecipients { who } => table.put(true, "remove_recipients", || {
            list(who, |pattern| quoted(&pattern.to_string()))
        }),
        EditRule::Redirect { who } => table.put(true, "redirect", || {
            list(who, |address| quoted(&address.to_string()))
        }),
        EditRule::Strip { what, note } => {
            table
                .put(true, "strip", || attachment(what))
                .inner("note", note.as_deref(), quoted)
        }
    }
    .end()
}
