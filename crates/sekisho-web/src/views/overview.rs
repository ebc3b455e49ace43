//! What waits for me, and what of mine waits.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use sekisho_command::{time_in, visible};
use sekisho_store::{HoldQuery, HoldRow, MailRow, RecipientRow};

use super::recipients::is_outside;
use super::{Frame, internal_error, render};
use crate::session::Session;
use crate::state::Site;

/// Recipients named in a line of the list; the mail's own page names all.
const RECIPIENTS_SHOWN_MAX: usize = 3;

#[derive(Template)]
#[template(path = "overview.html")]
struct Page {
    frame: Frame,
    to_decide: Vec<Row>,
    mine: Vec<Row>,
}

struct Row {
    mail: String,
    subject: String,
    from: String,
    recipients: String,
    outside: usize,
    until: String,
}

pub(crate) async fn page(
    State(site): State<Site>,
    Extension(session): Extension<Session>,
) -> Response {
    let frame = session.frame();
    let (tenant, account, now) = (session.tenant, session.account.id, Timestamp::now());
    let administers = session.caller().is_administrator();
    let asked = site
        .desk
        .store
        .read(move |reader| {
            let decide = HoldQuery {
                approver: (!administers).then_some(account),
                open_only: true,
                ..HoldQuery::default()
            };
            let own = HoldQuery {
                sender: Some(account),
                open_only: true,
                ..HoldQuery::default()
            };
            Ok((
                reader.holds(tenant, &decide, now)?,
                reader.holds(tenant, &own, now)?,
                reader.delayed(tenant, Some(account))?,
            ))
        })
        .await;
    let (decide, held, delayed) = match asked {
        Ok(rows) => rows,
        Err(error) => return internal_error(&error),
    };
    let row = |mail: &MailRow, recipients: &[RecipientRow], until| {
        let outside = recipients
            .iter()
            .filter(|row| is_outside(&site, tenant, row))
            .count();
        Row {
            mail: mail.id.to_string(),
            subject: frame.subject(&mail.summary.subject),
            from: visible(&mail.summary.from),
            recipients: shortened(&frame, recipients),
            outside,
            until: time_in(frame.language, until),
        }
    };
    let held_row = |hold: &HoldRow| row(&hold.mail, &hold.recipients, hold.deadline);
    let to_decide = decide
        .iter()
        .filter(|hold| site.desk.may_decide(&session.caller(), hold))
        .map(held_row)
        .collect();
    let mut mine: Vec<_> = held.iter().map(held_row).collect();
    mine.extend(
        delayed
            .iter()
            .map(|delay| row(&delay.mail, &delay.recipients, delay.until)),
    );
    render(&Page {
        to_decide,
        mine,
        frame: frame.clone(),
    })
}

fn shortened(frame: &Frame, recipients: &[RecipientRow]) -> String {
    let shown: Vec<_> = recipients
        .iter()
        .take(RECIPIENTS_SHOWN_MAX)
        .map(|row| visible(&row.address))
        .collect();
    let mut text = shown.join(", ");
    let more = recipients.len().saturating_sub(shown.len());
    if more > 0 {
        text.push(' ');
        text.push_str(&frame.count("web-more", more));
    }
    text
}
