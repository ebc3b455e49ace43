//! One's own mail that waits, with its cancel button.

use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use sekisho_address::Address;
use sekisho_command::CommandFailure;
use sekisho_mime::Message;
use sekisho_store::{RecipientRow, RecipientState, Tenant};
use serde::Deserialize;

use super::{Frame, done, refused, render, stale_form};
use crate::session::Session;
use crate::state::Site;

/// How much of a text is shown: enough to see what it is about.
const PREVIEW_CHARS_MAX: usize = 20_000;
/// How many attachments are named.
const ATTACHMENTS_MAX: usize = 100;

/// A recipient on a page.
pub(crate) struct Shown {
    pub(crate) address: String,
    pub(crate) outside: bool,
    pub(crate) state: String,
}

#[derive(Template)]
#[template(path = "sent.html")]
struct Page {
    frame: Frame,
    mail: String,
    subject: String,
    recipients: Vec<Shown>,
    can_cancel: bool,
}

#[derive(Deserialize)]
pub(crate) struct CancelForm {
    form_token: String,
}

pub(crate) async fn page(
    State(site): State<Site>,
    Extension(session): Extension<Session>,
    Path(mail): Path<String>,
) -> Response {
    let frame = session.frame();
    let story = match site
        .desk
        .own_mail(session.tenant, &session.caller(), &mail)
        .await
    {
        Ok(story) => story,
        Err(failure) => return refused(frame, &failure),
    };
    let waits = |row: &RecipientRow| {
        matches!(
            row.state,
            RecipientState::Held | RecipientState::Delayed | RecipientState::Queued
        )
    };
    let rows = &story.mail.recipients;
    render(&Page {
        mail,
        subject: story.mail.mail.summary.subject.clone(),
        can_cancel: rows.iter().any(waits),
        recipients: shown_recipients(&site, &frame, session.tenant, rows),
        frame,
    })
}

/// Recipients with those outside first: that is where a slip hurts.
pub(crate) fn shown_recipients(
    site: &Site,
    frame: &Frame,
    tenant: Tenant,
    rows: &[RecipientRow],
) -> Vec<Shown> {
    let snapshot = site.desk.directory.snapshot();
    let mut shown: Vec<_> = rows
        .iter()
        .map(|row| Shown {
            outside: Address::parse(&row.address)
                .ok()
                .is_none_or(|address| snapshot.tenant_of_domain(address.domain()) != Some(tenant)),
            address: row.address.clone(),
            state: frame.say(&format!("command-state-{}", row.state)),
        })
        .collect();
    shown.sort_by_key(|one| !one.outside);
    shown
}

/// The text of a mail and the names of its attachments. Only text: nothing of it is ever run or fetched.
pub(crate) fn preview(content: &[u8]) -> (String, Vec<String>) {
    let message = Message::parse(content);
    let text = message
        .parts()
        .filter(|part| !part.is_multipart() && !part.is_attachment())
        .find_map(|part| part.text())
        .unwrap_or_default();
    let text = text.chars().take(PREVIEW_CHARS_MAX).collect();
    let attachments = message
        .parts()
        .filter(sekisho_mime::Part::is_attachment)
        .filter_map(|part| part.name())
        .take(ATTACHMENTS_MAX)
        .collect();
    (text, attachments)
}

pub(crate) async fn cancel(
    State(site): State<Site>,
    Extension(session): Extension<Session>,
    Path(mail): Path<String>,
    Form(form): Form<CancelForm>,
) -> Response {
    let frame = session.frame();
    if !session.sent(&form.form_token) {
        return stale_form(frame);
    }
    let Ok(id) = mail.parse() else {
        let failure = CommandFailure::NotFound {
            what: "hold",
            name: mail,
        };
        return refused(frame, &failure);
    };
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
