//! The proof that a mail is ours.

use crate::ids::MailId;

/// Proof that message and envelope are durable: blob synced, database committed. Only the store makes one.
///
/// The only way to a 250 after DATA (RFC 5321 §6.1: from here on the mail is ours).
#[must_use]
#[derive(Debug)]
pub struct Durable {
    mail: MailId,
    _made_by_store: (),
}

impl Durable {
    pub(crate) fn new(mail: MailId) -> Self {
        Self {
            mail,
            _made_by_store: (),
        }
    }

    /// The mail that is durable.
    pub fn mail(&self) -> MailId {
        self.mail
    }
}
