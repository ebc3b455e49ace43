//! A new mail with the one fate of each recipient, and the states that a recipient goes through.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::hold::NewHold;
use crate::ids::{AccountId, MailId, Tenant};
use crate::mailbox::{Folder, MessageView};
use crate::trace::Step;

/// Which checkpoint the mail passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From outside to us.
    Inbound,
    /// From us to the outside.
    Outbound,
    /// Within the organisation.
    Internal,
}

/// Body kind of the envelope (RFC 6152, RFC 3030).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum BodyKind {
    /// `7BIT`, or not said.
    #[default]
    SevenBit,
    /// `8BITMIME`.
    EightBitMime,
    /// `BINARYMIME`.
    BinaryMime,
}

/// The header lines that lists and searches show, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Subject, decoded to Unicode.
    pub subject: String,
    /// From, as a person reads it.
    pub from: String,
    /// To, as a person reads it.
    pub to: String,
    /// Message-ID with its angle brackets.
    pub message_id: String,
    /// Date of the header, where it could be read.
    pub date: Option<Timestamp>,
}

/// A mail at the door: all that is written in one transaction before the 250.
#[derive(Debug)]
pub struct NewMail {
    /// From [`Store::new_mail_id`](crate::Store::new_mail_id), the same in all log lines.
    pub id: MailId,
    /// Whose mail it is.
    pub tenant: Tenant,
    /// When it arrived.
    pub now: Timestamp,
    /// Which checkpoint it passes.
    pub direction: Direction,
    /// The message.
    pub content: Content,
    /// Reverse-path as text; `None` is the null reverse-path `<>`, never bounced to.
    pub reverse_path: Option<String>,
    /// DSN RET: `true` whole message, `false` headers only (RFC 3461 §4.3).
    pub return_full: bool,
    /// DSN ENVID (RFC 3461 §4.4), xtext decoded.
    pub envelope_id: Option<String>,
    /// Body kind.
    pub body_kind: BodyKind,
    /// Whether the SMTPUTF8 parameter was given (RFC 6531).
    pub smtputf8: bool,
    /// Name in EHLO/HELO.
    pub helo: Option<String>,
    /// Address of the peer; none for mail made here.
    pub client_ip: Option<IpAddr>,
    /// Who was signed in.
    pub signed_in: Option<AccountId>,
    /// TLS version and cipher, as text.
    pub tls: Option<String>,
    /// Protocol as in Received's `with` (RFC 3848): `ESMTPSA`, … or `local` for notices.
    pub with_protocol: String,
    /// Header lines for lists and search.
    pub summary: Summary,
    /// ENVELOPE and BODYSTRUCTURE for IMAP. Empty texts are computed by the IMAP side when asked for.
    pub view: MessageView,
    /// Facts as `serde_json` text; `""` for none.
    pub facts_json: String,
    /// Verdict as `serde_json` text; `""` for none.
    pub verdict_json: String,
    /// The hold, needed when a recipient's fate is [`Fate::Hold`]: a mail to many goes or stays as one.
    pub hold: Option<NewHold>,
    /// Each recipient with its one fate, groups expanded.
    pub recipients: Vec<NewRecipient>,
    /// What happened so far (received, judged, …).
    pub steps: Vec<Step>,
    /// Letters that tell of it, taken in the same transaction: with the mail or not at all. They have none themselves.
    pub notices: Vec<NewMail>,
}

/// DSN NOTIFY (RFC 3461 §4.1). Nothing set: not given, which means failure only, delay as we like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Notify {
    /// `NEVER`: no DSN at all.
    pub never: bool,
    /// `SUCCESS`.
    pub success: bool,
    /// `FAILURE`.
    pub failure: bool,
    /// `DELAY`.
    pub delay: bool,
}

/// One recipient of a new mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecipient {
    /// The final address, after aliases and groups.
    pub address: String,
    /// The address as it stood in RCPT, where it was an alias or a group.
    pub given: Option<String>,
    /// DSN ORCPT as given, `rfc822;…`.
    pub original: Option<String>,
    /// DSN NOTIFY.
    pub notify: Notify,
    /// What happens to the mail for this recipient.
    pub fate: Fate,
}

/// Where a recipient's mail goes when nothing stops it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Onward {
    /// Into a mailbox here.
    Mailbox {
        /// Whose.
        account: AccountId,
        /// Which folder. A folder that is gone by then becomes INBOX.
        folder: Folder,
    },
    /// Out by the queue.
    Queue(Queued),
}

/// How a recipient leaves by the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// What the runner counts connections by: the recipient's domain (A-label) or the name of a route.
    pub destination: String,
    /// The queue gives up so long after the mail entered it (not after a hold or delay before that).
    pub lifetime_s: u32,
}

/// The one fate of a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Deliver or send now.
    Onward(Onward),
    /// Wait for a person: see [`NewMail::hold`].
    Hold(Onward),
    /// Wait for time; the sender can cancel until it leaves.
    Delay {
        /// When it goes onward.
        until: Timestamp,
        /// Where it goes then.
        then: Onward,
    },
    /// Suspected: waits until someone releases it or it is deleted.
    Quarantine(Onward),
    /// Taken and thrown away, by a rule; kept in the trace.
    Discard,
}

/// State of one recipient. Until a mail has left, each recipient is in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecipientState {
    /// Waits in the queue, or is being sent.
    Queued,
    /// Waits for a person.
    Held,
    /// Waits for time.
    Delayed,
    /// Suspected.
    Quarantined,
    /// In a mailbox here.
    Mailbox,
    /// In the junk folder of a mailbox here.
    Junked,
    /// Taken by the next server.
    Sent,
    /// Taken by a next server that knows no DSN (RFC 3461 §6.2.2 "relayed").
    Relayed,
    /// Refused by the far side for good, or its mailbox here is gone.
    Bounced,
    /// The queue's time ran out.
    Expired,
    /// The approver refused, or the deadline sent it back to the sender.
    Returned,
    /// The sender cancelled.
    Cancelled,
    /// Refused at the door; never ours.
    Refused,
    /// Thrown away by a rule or by hand.
    Discarded,
}

impl RecipientState {
    /// Every state.
    pub const ALL: [Self; 14] = [
        Self::Queued,
        Self::Held,
        Self::Delayed,
        Self::Quarantined,
        Self::Mailbox,
        Self::Junked,
        Self::Sent,
        Self::Relayed,
        Self::Bounced,
        Self::Expired,
        Self::Returned,
        Self::Cancelled,
        Self::Refused,
        Self::Discarded,
    ];

    /// Whether something is still to happen: the content is kept for it.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Queued | Self::Held | Self::Delayed | Self::Quarantined
        )
    }

    /// The steps that exist. Nothing leaves a final state.
    pub fn may_become(self, next: Self) -> bool {
        use RecipientState as S;
        match self {
            S::Queued => matches!(
                next,
                S::Mailbox
                    | S::Junked
                    | S::Sent
                    | S::Relayed
                    | S::Bounced
                    | S::Expired
                    | S::Cancelled
            ),
            S::Held => matches!(
                next,
                S::Mailbox | S::Junked | S::Queued | S::Returned | S::Cancelled | S::Bounced
            ),
            S::Delayed => matches!(
                next,
                S::Mailbox | S::Junked | S::Queued | S::Cancelled | S::Bounced
            ),
            S::Quarantined => matches!(
                next,
                S::Mailbox | S::Junked | S::Queued | S::Discarded | S::Bounced
            ),
            _ => false,
        }
    }

    /// The word in the database, in JSON and in catalogue keys (`store-state-queued`, …).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Held => "held",
            Self::Delayed => "delayed",
            Self::Quarantined => "quarantined",
            Self::Mailbox => "mailbox",
            Self::Junked => "junked",
            Self::Sent => "sent",
            Self::Relayed => "relayed",
            Self::Bounced => "bounced",
            Self::Expired => "expired",
            Self::Returned => "returned",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Discarded => "discarded",
        }
    }

    /// The catalogue's key (file `store.ftl`).
    pub fn key(self) -> String {
        format!("store-state-{}", self.as_str())
    }
}

impl fmt::Display for RecipientState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A mail that was refused at the door: kept for the trace only, without content.
#[derive(Debug, Clone)]
pub struct RefusedMail {
    /// The mail's id.
    pub id: MailId,
    /// Whose domain it was for; for unknown domains the default tenant.
    pub tenant: Tenant,
    /// When.
    pub now: Timestamp,
    /// Which checkpoint refused it.
    pub direction: Direction,
    /// Reverse-path; `None` is `<>`.
    pub reverse_path: Option<String>,
    /// Recipients as asked for.
    pub recipients: Vec<String>,
    /// Name in EHLO/HELO.
    pub helo: Option<String>,
    /// Address of the peer.
    pub client_ip: Option<IpAddr>,
    /// Who was signed in.
    pub signed_in: Option<AccountId>,
    /// Header lines, when the content was seen.
    pub summary: Summary,
    /// Our reply, such as `550 5.7.1 …`.
    pub reply: String,
    /// Facts as JSON, when judged.
    pub facts_json: String,
    /// Verdict as JSON, when judged.
    pub verdict_json: String,
    /// What happened.
    pub steps: Vec<Step>,
}

/// A stored mail, without its recipients.
#[derive(Debug, Clone, Serialize)]
pub struct MailRow {
    /// The mail.
    pub id: MailId,
    /// Whose.
    pub tenant: Tenant,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Direction.
    pub direction: Direction,
    /// Reverse-path; `None` is `<>`.
    pub reverse_path: Option<String>,
    /// DSN RET.
    pub return_full: bool,
    /// DSN ENVID.
    pub envelope_id: Option<String>,
    /// Body kind.
    pub body_kind: BodyKind,
    /// SMTPUTF8.
    pub smtputf8: bool,
    /// Name in EHLO/HELO.
    pub helo: Option<String>,
    /// Address of the peer.
    pub client_ip: Option<IpAddr>,
    /// Who was signed in.
    pub signed_in: Option<AccountId>,
    /// TLS version and cipher.
    pub tls: Option<String>,
    /// Protocol.
    pub with_protocol: String,
    /// Header lines.
    pub summary: Summary,
    /// Bytes of the message, head included.
    pub size: u64,
    /// Whether the content is still kept for this mail: open recipients need it.
    pub has_content: bool,
}

/// A stored recipient.
#[derive(Debug, Clone, Serialize)]
pub struct RecipientRow {
    /// Which.
    pub id: crate::ids::RecipientId,
    /// The final address.
    pub address: String,
    /// The address as it stood in RCPT, where it differed.
    pub given: Option<String>,
    /// DSN ORCPT.
    pub original: Option<String>,
    /// DSN NOTIFY.
    pub notify: Notify,
    /// State.
    pub state: RecipientState,
    /// Since when.
    pub state_at: Timestamp,
    /// The last reply of the far side, or ours when refused.
    pub reply: Option<String>,
    /// Whose mailbox, for local recipients.
    pub account: Option<AccountId>,
    /// Destination, for recipients that leave by the queue.
    pub destination: Option<String>,
}
