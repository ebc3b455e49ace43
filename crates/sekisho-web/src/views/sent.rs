//! One's own mail: where it is, why, and, while it waits, its cancel button.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;
use sekisho_command::time_in;
use sekisho_command::{CommandFailure, visible, visible_lines};
use sekisho_policy::Verdict;
use sekisho_store::{HoldState, MailStory, RecipientRow, RecipientState, Step, Tenant};
use serde::Deserialize;

use super::recipients::Recipients;
use super::{Frame, done, refused, render, stale_form};
use crate::form::Fields;
use crate::session::Session;
use crate::state::Site;

#[derive(Template)]
#[template(path = "sent.html")]
struct Page {
    frame: Frame,
    mail: String,
    subject: String,
    recipients: Recipients,
    approver: String,
    until: String,
    comment: String,
    why: String,
    steps: Vec<ShownStep>,
    can_cancel: bool,
}

struct ShownStep {
    at: String,
    words: String,
    reply: String,
}

/// What a mail waits for.
#[derive(Default)]
struct Wait {
    approver: String,
    until: Option<Timestamp>,
    comment: String,
}

#[derive(Deserialize)]
pub(crate) struct CancelForm {
    #[serde(default)]
    form_token: String,
}

pub(crate) async fn page(
    State(site): State<Site>,
    Extension(session): Extension<Session>,
    Path(mail): Path<String>,
) -> Response {
    let frame = session.frame();
    let story = match own(&site, &session, &mail).await {
        Ok(story) => story,
        Err(failure) => return refused(frame, &failure),
    };
    let rows = &story.mail.recipients;
    let wait = wait(&site, session.tenant, &story).await;
    render(&Page {
        mail,
        subject: frame.subject(&story.mail.mail.summary.subject),
        can_cancel: rows.iter().any(can_be_stopped),
        recipients: Recipients::of(&site, &frame, session.tenant, rows, false),
        approver: visible(&wait.approver),
        until: wait
            .until
            .map_or_else(String::new, |until| time_in(frame.language, until)),
        comment: visible_lines(&wait.comment),
        why: why(&frame, &story),
        steps: story
            .steps
            .iter()
            .map(|step| shown(&site, session.tenant, &frame, step))
            .collect(),
        frame,
    })
}

async fn own(site: &Site, session: &Session, mail: &str) -> Result<MailStory, CommandFailure> {
    let unknown = || CommandFailure::NotFound {
        what: "mail",
        name: visible(mail),
    };
    match site
        .desk
        .own_mail(session.tenant, &session.caller(), mail)
        .await
    {
        // What is no id names no mail either.
        Err(CommandFailure::Invalid { .. }) => Err(unknown()),
        // One answer, whether there is no such mail or it is somebody else's.
        Err(failure) if failure.exit_code() == 3 => Err(unknown()),
        found => found,
    }
}

fn can_be_stopped(row: &RecipientRow) -> bool {
    matches!(
        row.state,
        RecipientState::Held | RecipientState::Delayed | RecipientState::Queued
    )
}

/// Whom and what it waits for, and what was said to it. Nothing of this is there for most mails.
async fn wait(site: &Site, tenant: Tenant, story: &MailStory) -> Wait {
    let mail = story.mail.mail.id;
    let hold = site
        .desk
        .store
        .read(move |reader| reader.hold_of_mail(tenant, mail))
        .await;
    if let Ok(hold) = hold {
        let snapshot = site.desk.directory.snapshot();
        let approver = snapshot.account(hold.approver);
        return Wait {
            approver: approver.map_or_else(String::new, |account| account.name.clone()),
            until: (hold.state == HoldState::Open).then_some(hold.deadline),
            comment: hold.comment.unwrap_or_default(),
        };
    }
    let sender = story.mail.mail.signed_in;
    let delayed = site
        .desk
        .store
        .read(move |reader| reader.delayed(tenant, sender))
        .await;
    let until = delayed
        .unwrap_or_default()
        .iter()
        .find(|row| row.mail.id == mail)
        .map(|row| row.until);
    Wait {
        until,
        ..Wait::default()
    }
}

fn why(frame: &Frame, story: &MailStory) -> String {
    serde_json::from_str::<Verdict>(&story.verdict_json)
        .map(|verdict| visible(verdict.disposition.why.in_language(frame.language)))
        .unwrap_or_default()
}

fn shown(site: &Site, tenant: Tenant, frame: &Frame, step: &Step) -> ShownStep {
    let words = site.desk.step_words(tenant, step);
    ShownStep {
        at: time_in(frame.language, step.at),
        words: visible(words.in_language(frame.language).trim_end()),
        reply: visible(step.reply.as_deref().unwrap_or_default()),
    }
}

pub(crate) async fn cancel(
    State(site): State<Site>,
    Extension(session): Extension<Session>,
    Path(mail): Path<String>,
    Fields(form): Fields<CancelForm>,
) -> Response {
    let frame = session.frame();
    if !session.sent(&form.form_token) {
        return stale_form(frame);
    }
    // Whose mail it is not, learns nothing of it.
    let story = match own(&site, &session, &mail).await {
        Ok(story) => story,
        Err(failure) => return refused(frame, &failure),
    };
    let id = story.mail.mail.id;
    match site
        .desk
        .cancel_mail(session.tenant, &session.caller(), id)
        .await
    {
        Ok(cancelled) if cancelled.gone.is_empty() => done(frame, "web-cancelled"),
        Ok(_) => done(frame, "web-cancelled-in-part"),
        Err(failure) => refused(frame, &failure),
    }
}
