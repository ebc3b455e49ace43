//! What waits for me, and what of mine waits.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use sekisho_store::{HoldQuery, HoldRow};

use super::{Frame, internal_error, render};
use crate::session::Session;
use crate::state::Site;
use crate::texts;

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
    let row = |hold: &HoldRow| Row {
        mail: hold.mail.id.to_string(),
        subject: hold.mail.summary.subject.clone(),
        from: hold.mail.summary.from.clone(),
        recipients: joined(hold.recipients.iter().map(|row| row.address.as_str())),
        until: texts::time(frame.language, hold.deadline),
    };
    let to_decide = decide
        .iter()
        .filter(|hold| site.desk.may_decide(&session.caller(), hold))
        .map(row)
        .collect();
    let mut mine: Vec<_> = held.iter().map(row).collect();
    mine.extend(delayed.iter().map(|delay| Row {
        mail: delay.mail.id.to_string(),
        subject: delay.mail.summary.subject.clone(),
        from: delay.mail.summary.from.clone(),
        recipients: joined(delay.recipients.iter().map(|row| row.address.as_str())),
        until: texts::time(frame.language, delay.until),
    }));
    render(&Page {
        frame,
        to_decide,
        mine,
    })
}

fn joined<'a>(addresses: impl Iterator<Item = &'a str>) -> String {
    addresses.collect::<Vec<_>>().join(", ")
}
