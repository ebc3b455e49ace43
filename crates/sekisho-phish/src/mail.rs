//! The mail as it is assessed.

use sekisho_mime::Message;

/// Whether the sender's domain is proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Proof {
    /// DMARC passed, or SPF or a signature of the From domain did.
    Proved,
    /// DMARC or SPF says no.
    Refuted,
    /// Nothing is published, or nobody asked.
    #[default]
    Unknown,
}

/// A mail with what is known of its sender.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'m> {
    /// The mail.
    pub message: &'m Message<'m>,
    /// Whether From is proved.
    pub proof: Proof,
    /// It comes from outside: a sender's address of the organisation's own is a claim. Mail of our own is looked at
    /// for its links only.
    pub from_outside: bool,
    /// Whether sender and recipient never wrote to each other; `None` when nobody keeps count.
    pub first_contact: Option<bool>,
}

impl<'m> Mail<'m> {
    /// A mail from outside of which nothing else is known.
    pub fn of(message: &'m Message<'m>) -> Self {
        Self {
            message,
            proof: Proof::Unknown,
            from_outside: true,
            first_contact: None,
        }
    }
}
