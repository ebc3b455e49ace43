//! Recipients refused at RCPT, noted for the trace: "where is that mail" has an answer also when it never came in.
//!
//! A guessing of addresses refuses thousands: what is noted has a rate, so that a stranger cannot fill the store.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use sekisho_address::ReversePath;
use sekisho_smtp::server::RcptRefusal;
use sekisho_store::{Direction, RefusedMail, Step, Store, Summary, Tenant};

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
    pub(super) signed_in: Option<sekisho_store::AccountId>,
    pub(super) refusal: &'a RcptRefusal,
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
        if !self.take(Instant::now()) {
            metrics::counter!("sekisho_refused_recipients_not_noted_total").increment(1);
            return;
        }
        let mail = self.mail(refused, Timestamp::now());
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

    fn mail(&self, refused: &RefusedRecipient<'_>, now: Timestamp) -> RefusedMail {
        let mut line = Vec::new();
        refused.refusal.reply().write(&mut line);
        let step = Step::new(now, "step-refused-at-rcpt")
            .arg("recipient", refused.recipient.clone())
            .arg("ip", refused.client_ip.to_string());
        RefusedMail {
            id: self.store.new_mail_id(now),
            tenant: refused.tenant,
            now,
            direction: match refused.signed_in {
                Some(_) => Direction::Outbound,
                None => Direction::Inbound,
            },
            reverse_path: refused.reverse_path.address().map(ToString::to_string),
            recipients: vec![refused.recipient.clone()],
            helo: None,
            client_ip: Some(refused.client_ip),
            signed_in: refused.signed_in,
            summary: Summary::default(),
            reply: String::from_utf8_lossy(&line).trim_end().to_owned(),
            facts_json: String::new(),
            verdict_json: String::new(),
            steps: vec![step],
        }
    }
}
