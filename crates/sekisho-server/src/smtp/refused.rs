//! Recipients refused at RCPT and mails refused for their form, noted for the trace: "where is that mail" has an answer
//! also when it never came in.
//!
//! A guessing of addresses refuses thousands: what is noted has a rate, so that a stranger cannot fill the store.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use sekisho_address::ReversePath;
use sekisho_smtp::server::RcptRefusal;
use sekisho_smtp::{Envelope, Reply};
use sekisho_store::{AccountId, Direction, RefusedMail, Step, Store, Summary, Tenant};

use crate::limits::{REFUSED_NOTES_AT_ONCE, REFUSED_NOTES_PER_S};

/// Notes for all connections together.
pub(crate) struct RefusedNotes {
    store: Store,
    room: Mutex<Room>,
}

/// A bucket of notes that fills again with time.
struct Room {
    left: f64,
    at: Instant,
}

/// One refused recipient.
pub(super) struct RefusedRecipient<'a> {
    pub(super) tenant: Tenant,
    pub(super) reverse_path: &'a ReversePath,
    pub(super) recipient: String,
    pub(super) client_ip: IpAddr,
    pub(super) signed_in: Option<AccountId>,
    pub(super) refusal: &'a RcptRefusal,
}

/// A mail whose form was refused (it goes in a circle, a bare line feed, too large): its content is not kept.
pub(super) struct RefusedContent<'a> {
    pub(super) tenant: Tenant,
    pub(super) envelope: &'a Envelope,
    pub(super) recipients: Vec<String>,
    pub(super) signed_in: Option<AccountId>,
    pub(super) reply: &'a Reply,
}

impl RefusedNotes {
    pub(crate) fn new(store: Store) -> Self {
        let room = Room {
            left: f64::from(REFUSED_NOTES_AT_ONCE),
            at: Instant::now(),
        };
        Self {
            store,
            room: Mutex::new(room),
        }
    }

    /// Notes it in the background: the client need not wait, and the refusal stands whether or not it is noted.
    pub(super) fn note(self: &Arc<Self>, refused: &RefusedRecipient<'_>) {
        self.write(|now| self.mail(refused, now));
    }

    /// Likewise.
    pub(super) fn note_content(self: &Arc<Self>, refused: &RefusedContent<'_>) {
        self.write(|now| self.content(refused, now));
    }

    fn write(&self, mail: impl FnOnce(Timestamp) -> RefusedMail) {
        if !self.take(Instant::now()) {
            metrics::counter!("sekisho_refused_recipients_not_noted_total").increment(1);
            return;
        }
        let mail = mail(Timestamp::now());
        let store = self.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.record_refused(mail).await {
                tracing::error!(%error, "a refused recipient could not be noted");
            }
        });
    }

    fn take(&self, now: Instant) -> bool {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let passed_s = now.saturating_duration_since(room.at).as_secs_f64();
        room.at = now;
        let most = f64::from(REFUSED_NOTES_AT_ONCE);
        room.left = (room.left + passed_s * f64::from(REFUSED_NOTES_PER_S)).min(most);
        let free = room.left >= 1.0;
        if free {
            room.left -= 1.0;
        }
        free
    }

    fn content(&self, refused: &RefusedContent<'_>, now: Timestamp) -> RefusedMail {
        let envelope = refused.envelope;
        let reply = line(refused.reply);
        let step = Step::new(now, "step-received")
            .arg("helo", envelope.helo.clone())
            .arg("ip", envelope.peer_ip.to_string())
            .arg("protocol", envelope.with_protocol);
        RefusedMail {
            id: self.store.new_mail_id(now),
            tenant: refused.tenant,
            now,
            direction: direction(refused.signed_in),
            reverse_path: envelope.reverse_path.address().map(ToString::to_string),
            recipients: refused.recipients.clone(),
            helo: Some(envelope.helo.clone()),
            client_ip: Some(envelope.peer_ip),
            signed_in: refused.signed_in,
            summary: Summary::default(),
            steps: vec![step, Step::new(now, "step-refused").reply(reply.clone())],
            reply,
            facts_json: String::new(),
            verdict_json: String::new(),
        }
    }

    fn mail(&self, refused: &RefusedRecipient<'_>, now: Timestamp) -> RefusedMail {
        let step = Step::new(now, "step-refused-at-rcpt")
            .arg("recipient", refused.recipient.clone())
            .arg("ip", refused.client_ip.to_string());
        RefusedMail {
            id: self.store.new_mail_id(now),
            tenant: refused.tenant,
            now,
            direction: direction(refused.signed_in),
            reverse_path: refused.reverse_path.address().map(ToString::to_string),
            recipients: vec![refused.recipient.clone()],
            helo: None,
            client_ip: Some(refused.client_ip),
            signed_in: refused.signed_in,
            summary: Summary::default(),
            reply: line(&refused.refusal.reply()),
            facts_json: String::new(),
            verdict_json: String::new(),
            steps: vec![step],
        }
    }
}

fn direction(signed_in: Option<AccountId>) -> Direction {
    match signed_in {
        Some(_) => Direction::Outbound,
        None => Direction::Inbound,
    }
}

/// As the client had it.
fn line(reply: &Reply) -> String {
    let mut line = Vec::new();
    reply.write(&mut line);
    String::from_utf8_lossy(&line).trim_end().to_owned()
}
