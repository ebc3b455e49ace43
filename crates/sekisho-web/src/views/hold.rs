//! A held mail before its approver.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use sekisho_command::time_in;
use sekisho_command::waiting::{Decision, Reasons};
use sekisho_command::{CommandFailure, visible, visible_lines};
use sekisho_policy::Finding;
use sekisho_store::{HoldRow, HoldState};
use serde::Deserialize;

use super::recipients::Recipients;
use super::{Frame, done, refused, render, stale_form};
use crate::content;
use crate::form::Fields;
use crate::session::Session;
use crate::state::Site;
use crate::texts;

#[derive(Template)]
#[template(path = "hold.html")]
struct Page {
    frame: Frame,
    mail: String,
    subject: String,
    sender: String,
    until: String,
    recipients: Recipients,
    why: String,
    findings: Vec<ShownFinding>,
    content: content::Shown,
    open: bool,
    state: String,
    ended: String,
    comment: String,
}

struct ShownFinding {
    why: String,
    place: String,
    value: String,
}

#[derive(Deserialize)]
pub(crate) struct DecisionForm {
    #[serde(default)]
    form_token: String,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    comment: String,
}

pub(crate) async fn page(
    State(site): State<Site>,
    Extension(session): Extension<Session>,
    Path(mail): Path<String>,
) -> Response {
    let frame = session.frame();
    match hold_for(&site, &session, &mail).await {
        Ok(hold) => show(&site, frame, &hold).await,
        Err(failure) => refused(frame, &failure),
    }
}

/// The hold of a mail, if this person may decide on it. Everybody else learns nothing, not even that it is there.
async fn hold_for(site: &Site, session: &Session, mail: &str) -> Result<HoldRow, CommandFailure> {
    let unknown = || CommandFailure::NotFound {
        what: "hold",
        name: visible(mail),
    };
    let hold = match site.desk.hold_of(session.tenant, mail).await {
        // What is no id names no mail either.
        Err(CommandFailure::Invalid { .. }) => return Err(unknown()),
        found => found?,
    };
    if site.desk.may_decide(&session.caller(), &hold) {
        Ok(hold)
    } else {
        Err(unknown())
    }
}

async fn show(site: &Site, frame: Frame, hold: &HoldRow) -> Response {
    let (tenant, mail) = (hold.tenant, hold.mail.id);
    let bytes = site
        .desk
        .store
        .read(move |reader| reader.mail_content(tenant, mail))
        .await
        // Once decided, the content may be gone; the rest of the page still tells the story.
        .unwrap_or_default();
    let reasons = Reasons::of(hold).unwrap_or_else(Reasons::unknown);
    let language = frame.language;
    render(&Page {
        mail: hold.mail.id.to_string(),
        subject: frame.subject(&hold.mail.summary.subject),
        sender: sender(site, hold),
        until: time_in(language, hold.deadline),
        recipients: Recipients::of(
            site,
            &frame,
            hold.tenant,
            &hold.recipients,
            hold.state == HoldState::Open,
        ),
        why: visible(reasons.why.in_language(language)),
        findings: reasons
            .findings
            .iter()
            .map(|finding| shown(&frame, finding))
            .collect(),
        content: content::of(&bytes),
        open: hold.state == HoldState::Open,
        state: frame.say(ended_key(hold.state)),
        ended: ended(site, &frame, hold),
        comment: visible_lines(hold.comment.as_deref().unwrap_or_default()),
        frame,
    })
}

/// The person who signed in to send it, not only what the mail says of itself.
fn sender(site: &Site, hold: &HoldRow) -> String {
    let snapshot = site.desk.directory.snapshot();
    let signed_in = hold.mail.signed_in.and_then(|id| snapshot.account(id));
    match signed_in {
        Some(account) => visible(&format!("{} <{}>", account.name, account.address)),
        None => visible(&hold.mail.summary.from),
    }
}

/// Who ended it, and when.
fn ended(site: &Site, frame: &Frame, hold: &HoldRow) -> String {
    let (Some(by), Some(at)) = (&hold.decided_by, hold.decided_at) else {
        return String::new();
    };
    let by = site.desk.actor_name(hold.tenant, by);
    let by = visible(by.in_language(frame.language));
    let at = time_in(frame.language, at);
    frame.say_with(
        "web-decided",
        &[("by", by.as_str().into()), ("at", at.as_str().into())],
    )
}

fn shown(frame: &Frame, finding: &Finding) -> ShownFinding {
    let why = finding.why.in_language(frame.language);
    // Most words name the value already.
    let value = Some(&finding.value).filter(|value| !why.contains(value.as_str()));
    ShownFinding {
        why: visible(why),
        place: visible(&texts::place(frame.language, &finding.place)),
        value: value.map_or_else(String::new, |value| visible(value)),
    }
}

fn ended_key(state: HoldState) -> &'static str {
    match state {
        HoldState::Open => "web-hold-open",
        HoldState::Released => "web-hold-released",
        HoldState::Refused => "web-hold-refused",
        HoldState::Expired => "web-hold-expired",
        HoldState::Cancelled => "web-hold-cancelled",
    }
}

pub(crate) async fn decide(
    State(site): State<Site>,
    Extension(session): Extension<Session>,
    Path(mail): Path<String>,
    Fields(form): Fields<DecisionForm>,
) -> Response {
    let frame = session.frame();
    if !session.sent(&form.form_token) {
        return stale_form(frame);
    }
    let (decision, key) = match form.decision.as_str() {
        "release" => (Decision::Release, "web-hold-released"),
        "refuse" => (Decision::Refuse, "web-hold-refused"),
        _ => return stale_form(frame),
    };
    let comment = Some(form.comment).filter(|comment| !comment.trim().is_empty());
    let hold = match hold_for(&site, &session, &mail).await {
        Ok(hold) => hold,
        Err(failure) => return refused(frame, &failure),
    };
    match site
        .desk
        .decide_hold(&session.caller(), &hold, decision, comment)
        .await
    {
        Ok(_) => done(frame, key),
        Err(failure) => refused(frame, &failure),
    }
}
