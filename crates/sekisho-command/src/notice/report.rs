//! A delivery status notification as a mail of ours.

use bytes::Bytes;
use sekisho_address::Address;
use sekisho_directory::{Resolution, Target};
use sekisho_smtp::dsn::{self, Report};
use sekisho_store::{
    BodyKind, Content, Direction, Fate, Folder, MailId, MessageView, NewMail, NewRecipient, Notify,
    Onward, Queued, Step, Summary, Tenant,
};

use crate::Desk;

/// How long a report is tried. RFC 5321 §4.5.4.1 asks for four to five days for mail; news that old is of no use,
/// and many reports go to senders that were forged and never answer.
const REPORT_LIFE_S: u32 = 2 * 24 * 3_600;

/// The report as a mail: into a mailbox here, or into the queue. Its reverse-path is null, so that nothing
/// comes back to it (RFC 3461 §6.1).
pub fn report_mail(desk: &Desk, tenant: Tenant, id: MailId, report: &Report<'_>) -> NewMail {
    let composed = dsn::compose(report);
    let to = report.to.to_string();
    NewMail {
        id,
        tenant,
        now: report.now,
        direction: Direction::Outbound,
        content: Content::from_bytes(Bytes::from(composed.content)),
        reverse_path: None,
        return_full: false,
        envelope_id: None,
        body_kind: if composed.has_8bit {
            BodyKind::EightBitMime
        } else {
            BodyKind::SevenBit
        },
        smtputf8: !report.to.is_ascii(),
        helo: None,
        client_ip: None,
        signed_in: None,
        tls: None,
        with_protocol: "local".to_owned(),
        summary: Summary {
            subject: "Delivery status".to_owned(),
            from: format!("postmaster@{}", report.reporting_mta),
            to: to.clone(),
            message_id: format!("<{}@{}>", report.unique, report.reporting_mta),
            date: Some(report.now),
        },
        view: MessageView::default(),
        facts_json: String::new(),
        verdict_json: String::new(),
        hold: None,
        recipients: recipients(desk, report.to),
        steps: vec![Step::new(report.now, "step-report")],
        notices: Vec::new(),
    }
}

/// Where a report to this address goes: into mailboxes here, or out. Nothing comes back of it.
pub(super) fn recipients(desk: &Desk, to: &Address) -> Vec<NewRecipient> {
    let recipient = |address: String, onward: Onward| NewRecipient {
        address,
        given: None,
        original: None,
        // No report about a report.
        notify: Notify {
            never: true,
            ..Notify::default()
        },
        fate: Fate::Onward(onward),
    };
    match desk.directory.snapshot().resolve(to) {
        Resolution::Ours { targets, .. } => targets
            .into_iter()
            .map(|target| match target {
                Target::Mailbox { account, address } => recipient(
                    address.to_string(),
                    Onward::Mailbox {
                        account,
                        folder: Folder::Inbox,
                    },
                ),
                Target::Outside(address) => {
                    let queued = queued(address.domain().as_str());
                    recipient(address.to_string(), queued)
                }
            })
            .collect(),
        // An address of ours that is gone: the queue finds that out and the trace says so.
        Resolution::Unknown { .. } | Resolution::Foreign => {
            vec![recipient(to.to_string(), queued(to.domain().as_str()))]
        }
    }
}

fn queued(domain: &str) -> Onward {
    Onward::Queue(Queued {
        destination: domain.to_owned(),
        lifetime_s: REPORT_LIFE_S,
    })
}
