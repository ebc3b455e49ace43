//! A held mail before its approver.

use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use sekisho_command::CommandFailure;
use sekisho_command::waiting::{Decision, Reasons};
use sekisho_policy::Finding;
use sekisho_store::{HoldRow, HoldState};
use serde::Deserialize;

use super::sent::{Shown, shown_recipients};
use super::{Frame, done, refused, render, stale_form};
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
    recipients: Vec<Shown>,
    why: String,
    findings: Vec<ShownFinding>,
    text: String,
    attachments: Vec<String>,
    open: bool,
    ended: String,
}

struct ShownFinding {
    why: String,
    place: String,
    value: String,
}

#[derive(Deserialize)]
pub(crate) struct DecisionForm {
    form_token: String,
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
    let hold = site.desk.hold_of(session.tenant, mail).await?;
    if site.desk.may_decide(&session.caller(), &hold) {
        Ok(hold)
    } else {
        Err(CommandFailure::NotFound {
            what: "hold",
            name: mail.to_owned(),
        })
    }
}

async fn show(site: &Site, frame: Frame, hold: &HoldRow) -> Response {
    let (tenant, mail) = (hold.tenant, hold.mail.id);
    let content = site
        .desk
        .store
        .read(move |reader| reader.mail_content(tenant, mail))
        .await
        // Once decided, the content may be gone; the rest of the page still tells the story.
        .unwrap_or_default();
    let (text, attachments) = super::sent::preview(&content);
    let reasons = Reasons::of(hold);
    let language = frame.language;
    let why = reasons
        .as_ref()
        .map(|reasons| reasons.why.in_language(language).to_owned())
        .unwrap_or_default();
    let findings = reasons.map(|reasons| reasons.findings).unwrap_or_default();
    render(&Page {
        mail: hold.mail.id.to_string(),
        subject: hold.mail.summary.subject.clone(),
        sender: hold.mail.summary.from.clone(),
        until: texts::time(language, hold.deadline),
        recipients: shown_recipients(site, &frame, hold.tenant, &hold.recipients),
        why,
        findings: findings
            .iter()
            .map(|finding| shown(&frame, finding))
            .collect(),
        text,
        attachments,
        open: hold.state == HoldState::Open,
        ended: frame.say(ended_key(hold.state)),
        frame,
    })
}

fn shown(frame: &Frame, finding: &Finding) -> ShownFinding {
    ShownFinding {
        why: finding.why.in_language(frame.language).to_owned(),
        place: finding.place.clone(),
        value: finding.value.clone(),
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
    Form(form): Form<DecisionForm>,
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
