//! `[[rule]]`: its table to a [`Rule`].

use jiff::civil::Date;
use sekisho_address::Address;
use sekisho_words::Words;

use super::fields::{Fields, Problems, Value};
use super::{condition, edits, people};
use crate::limits::{APPROVERS_MAX, DELAY_SECONDS_MAX, HOLD_HOURS_MAX};
use crate::{Action, ActionKind, ApproverRule, ReplyText, Rule, Scope, Then};

/// Own rules stand before those of the presets, which begin at 1000.
pub(super) const ORDER_DEFAULT: i32 = 100;

/// PROMISES: back to the sender after three working days. Weekends are not known here, so days.
pub(crate) const DEADLINE_HOURS_DEFAULT: u32 = 72;

/// PROMISES: the deputy after four hours.
pub(crate) const DEPUTY_HOURS_DEFAULT: u32 = 4;

pub(super) fn read(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<Rule> {
    let name = {
        let mut fields = value.fields(problems)?;
        fields
            .required("name", problems)?
            .parsed(name, "my-rule", problems)?
    };
    let value = value.placed(format!("rule {name}: "));
    let mut fields = value.fields(problems)?;
    let _already_read = fields.value("name");
    let rule = Rule {
        title: fields
            .value("title")
            .and_then(|value| title(&value, problems)),
        comment: said(&mut fields, "comment", problems),
        owner: said(&mut fields, "owner", problems),
        scope: fields
            .value("scope")
            .and_then(|value| people::scope(&value, problems))
            .unwrap_or_default(),
        starts: day(&mut fields, "starts", problems),
        ends: day(&mut fields, "ends", problems),
        directions: fields
            .value("direction")
            .map(|v| v.words(problems))
            .unwrap_or_default(),
        when: fields
            .required("when", problems)
            .and_then(|value| condition::read(&value, 0, problems))
            .unwrap_or(crate::Condition::Always),
        unless: fields
            .value("unless")
            .and_then(|value| condition::read(&value, 0, problems)),
        then: then(&mut fields, problems).unwrap_or(Then::only(Action::Deliver)),
        order: fields
            .value("order")
            .and_then(|value| value.number(-1_000_000, 1_000_000, problems))
            .unwrap_or(ORDER_DEFAULT),
        mode: fields
            .value("mode")
            .and_then(|value| value.word(problems))
            .unwrap_or_default(),
        stop: fields
            .value("stop")
            .and_then(|value| value.yes_no(problems))
            .unwrap_or_default(),
        applies_to: fields
            .value("applies_to")
            .and_then(|value| value.word(problems))
            .unwrap_or_default(),
        name,
    };
    fields.finish(problems);
    // One mail gets one reply after DATA (RFC 5321 §4.2.5): it cannot be refused for some only.
    if rule.then.action.kind() == ActionKind::Refuse && rule.applies_to != Scope::All {
        problems.add(value.at, &value.place, "policy-error-refuse-scope", &[]);
    }
    Some(rule)
}

fn said(fields: &mut Fields<'_>, name: &'static str, problems: &mut Problems<'_>) -> String {
    let value = fields.value(name);
    let text = value.and_then(|value| value.text(problems));
    text.unwrap_or_default().to_owned()
}

fn day(fields: &mut Fields<'_>, name: &'static str, problems: &mut Problems<'_>) -> Option<Date> {
    let value = fields.value(name)?;
    value.parsed(|text| text.parse().ok(), "2026-04-01", problems)
}

pub(super) fn name(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!text.is_empty() && text.len() <= 64 && text.chars().all(fits)).then(|| text.to_owned())
}

fn title(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<Words> {
    if value.is_text() {
        return value.text(problems).map(Words::verbatim);
    }
    let mut fields = value.fields(problems)?;
    let ja = fields
        .required("ja", problems)
        .and_then(|value| value.text(problems));
    let en = fields
        .required("en", problems)
        .and_then(|value| value.text(problems));
    fields.finish(problems);
    Some(Words {
        ja: ja?.to_owned(),
        en: en?.to_owned(),
    })
}

/// `then = "junk"`, `then = { action = "hold", … }`, or only changes: `then = { edits = […] }`.
fn then(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<Then> {
    let value = fields.required("then", problems)?;
    if value.is_text() {
        let kind = value.word(problems)?;
        return plain(kind, &value, problems).map(Then::only);
    }
    let mut fields = value.fields(problems)?;
    let changes = fields.value("edits");
    let notify = fields.value("notify");
    let kind = match (fields.value("action"), &changes, &notify) {
        (Some(kind), ..) => kind.word(problems),
        (None, None, None) => {
            let _told = fields.required("action", problems);
            None
        }
        (None, ..) => Some(ActionKind::Deliver),
    };
    let action = kind.and_then(|kind| match kind {
        ActionKind::Delay => delay(&mut fields, problems),
        ActionKind::Hold => Some(hold(&mut fields, problems)),
        ActionKind::Refuse => Some(Action::Refuse {
            reply: reply(&mut fields, problems),
        }),
        kind => plain(kind, &value, problems),
    });
    let edits = changes.map(|value| edits::read(&value, problems));
    let notify = notify.map(|value| edits::notify(&value, problems));
    if action.is_some() {
        fields.finish(problems);
    }
    Some(Then {
        action: action?,
        edits: edits.unwrap_or_default(),
        notify: notify.unwrap_or_default(),
    })
}

/// An action without anything to say about it.
fn plain(kind: ActionKind, value: &Value<'_>, problems: &mut Problems<'_>) -> Option<Action> {
    Some(match kind {
        ActionKind::Deliver => Action::Deliver,
        ActionKind::Junk => Action::Junk,
        ActionKind::Discard => Action::Discard,
        ActionKind::Quarantine => Action::Quarantine,
        ActionKind::Refuse => Action::Refuse { reply: None },
        ActionKind::Hold => Action::Hold {
            approver: ApproverRule::Manager,
            deadline_hours: DEADLINE_HOURS_DEFAULT,
            deputy_hours: DEPUTY_HOURS_DEFAULT,
        },
        ActionKind::Delay => {
            problems.add(
                value.at,
                &value.place,
                "policy-error-missing",
                &[("key", "seconds".into())],
            );
            return None;
        }
    })
}

fn delay(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<Action> {
    let seconds = fields
        .required("seconds", problems)?
        .number(1, DELAY_SECONDS_MAX, problems)?;
    Some(Action::Delay { seconds })
}

fn hold(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Action {
    let approver = fields
        .value("approver")
        .and_then(|value| approver(&value, problems));
    let mut hours = |name, default| {
        let value = fields.value(name);
        value
            .and_then(|value| value.number(1, HOLD_HOURS_MAX, problems))
            .unwrap_or(default)
    };
    let deadline_hours = hours("deadline_hours", DEADLINE_HOURS_DEFAULT);
    let deputy_hours = hours("deputy_hours", DEPUTY_HOURS_DEFAULT);
    Action::Hold {
        approver: approver.unwrap_or(ApproverRule::Manager),
        deadline_hours,
        deputy_hours,
    }
}

/// `"manager"`, `"administrators"`, or addresses.
fn approver(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<ApproverRule> {
    if value.is_text() {
        match value.text(problems)? {
            "manager" => return Some(ApproverRule::Manager),
            "administrators" => return Some(ApproverRule::Administrators),
            _ => {}
        }
    }
    let want = "\"manager\", \"administrators\", [\"sato@example.jp\"]";
    let people = value.all_parsed(|text| Address::parse(text).ok(), want, problems);
    if people.is_empty() && value.is_empty_list() {
        let args = [("value", "[]".into()), ("want", want.into())];
        problems.add(value.at, &value.place, "policy-error-form", &args);
    }
    if people.len() > APPROVERS_MAX {
        let args = [("max", APPROVERS_MAX.into())];
        problems.add(value.at, &value.place, "policy-error-too-many", &args);
    }
    Some(ApproverRule::Named(people))
}

fn reply(fields: &mut Fields<'_>, problems: &mut Problems<'_>) -> Option<ReplyText> {
    let code = fields.value("code");
    let enhanced = fields.value("enhanced");
    let text = fields.value("text");
    if code.is_none() && enhanced.is_none() && text.is_none() {
        return None;
    }
    // Only for good: a 4xx would have the peer try again for days (RFC 5321 §4.2.1).
    let code = code.map_or(Some(550), |value| value.number(550, 554, problems));
    let enhanced = enhanced.map_or(Some("5.7.1".to_owned()), |v| {
        v.parsed(enhanced_code, "5.7.1", problems)
    });
    let words = "Refused by policy";
    let text = text.map_or(Some(words.to_owned()), |value| {
        value.parsed(wire_text, words, problems)
    });
    Some(ReplyText {
        code: code?,
        enhanced: enhanced?,
        text: text?,
    })
}

/// `status-code = "5" "." 1*3digit "." 1*3digit`, RFC 3463 §2.
fn enhanced_code(text: &str) -> Option<String> {
    let rest = text.strip_prefix("5.")?;
    let (subject, detail) = rest.split_once('.')?;
    let digits = |t: &str| (1..=3).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit());
    (digits(subject) && digits(detail)).then(|| text.to_owned())
}

/// One line of printable ASCII that fits a reply line (RFC 5321 §4.5.3.1.5).
pub(super) fn wire_text(text: &str) -> Option<String> {
    let fits = (1..=400).contains(&text.len()) && text.bytes().all(|b| (b' '..=b'~').contains(&b));
    fits.then(|| text.to_owned())
}
