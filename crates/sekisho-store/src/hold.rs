//! Mail that waits: for a person (hold), for time (delay), under suspicion (quarantine).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::audit::Actor;
use crate::ids::{AccountId, HoldId, MailId, RecipientId, Tenant};
use crate::mail::{MailRow, NewMail, RecipientRow, RecipientState};

/// What happens when nobody decides in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AtDeadline {
    /// Back to the sender, told so. The default: nothing leaves unseen.
    Return,
    /// Sent. Only where the rule says so.
    Release,
}

/// The hold of a new mail: one for all its held recipients.
#[derive(Debug, Clone)]
pub struct NewHold {
    /// Who decides.
    pub approver: AccountId,
    /// Who may decide as well, from `deputy_from` on.
    pub deputy: Option<AccountId>,
    /// When the deputy is asked.
    pub deputy_from: Option<Timestamp>,
    /// When the approver is reminded.
    pub remind_at: Option<Timestamp>,
    /// When it ends by itself.
    pub deadline: Timestamp,
    /// How it ends by itself.
    pub at_deadline: AtDeadline,
    /// SHA-256 of the token in the notice's link. The token itself is never stored.
    pub token_hash: [u8; 32],
    /// Why it is held, as JSON of `Words` or findings for the approver's page.
    pub reason_json: String,
}

/// Where a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HoldState {
    /// Waits.
    Open,
    /// Sent on.
    Released,
    /// Sent back by the approver.
    Refused,
    /// Ended by its deadline.
    Expired,
    /// Cancelled by the sender.
    Cancelled,
}

/// An account that decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decider {
    /// Which.
    pub account: AccountId,
    /// Its address and its name on screen; none when the account has been removed since.
    pub address: Option<String>,
    /// Likewise.
    pub name: Option<String>,
}

/// A hold as stored, with its mail.
#[derive(Debug, Clone, Serialize)]
pub struct HoldRow {
    /// Which.
    pub id: HoldId,
    /// Whose.
    pub tenant: Tenant,
    /// The mail.
    pub mail: MailRow,
    /// All its recipients, held or not.
    pub recipients: Vec<RecipientRow>,
    /// Who decides.
    pub approver: AccountId,
    /// Who may decide as well.
    pub deputy: Option<AccountId>,
    /// From when the deputy is asked.
    pub deputy_from: Option<Timestamp>,
    /// Next reminder; none once reminded.
    pub remind_at: Option<Timestamp>,
    /// When it ends by itself.
    pub deadline: Timestamp,
    /// How it ends by itself.
    pub at_deadline: AtDeadline,
    /// Why it is held.
    pub reason_json: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: HoldState,
    /// Who decided, as in the audit log.
    pub decided_by: Option<String>,
    /// The same as a person is shown it; none when no account decided (the deadline, the command line).
    pub decider: Option<Decider>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// The comment.
    pub comment: Option<String>,
}

/// What the approver, the deadline or the sender decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldDecision {
    /// Send it on.
    Release,
    /// Back to the sender.
    Refuse,
    /// The deadline passed: what [`NewHold::at_deadline`] says. Refused before the deadline.
    Expire,
    /// The sender took it back.
    Cancel,
}

/// A decision on a hold.
#[derive(Debug)]
pub struct Decide {
    /// Which hold.
    pub hold: HoldId,
    /// Whose.
    pub tenant: Tenant,
    /// What.
    pub decision: HoldDecision,
    /// Who. That this actor may decide is the caller's check (approver, deputy, administrator).
    pub actor: Actor,
    /// The comment, told to the sender.
    pub comment: Option<String>,
    /// When.
    pub now: Timestamp,
    /// Mails to tell people, written in the same transaction.
    pub notices: Vec<NewMail>,
}

/// Another deadline for an open hold.
#[derive(Debug)]
pub struct HoldDeadline {
    /// Which hold.
    pub hold: HoldId,
    /// Whose.
    pub tenant: Tenant,
    /// When it is to end by itself.
    pub deadline: Timestamp,
    /// Who. That this actor may decide is the caller's check.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

/// What became of the recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The mail.
    pub mail: MailId,
    /// Each recipient that moved, with its new state.
    pub recipients: Vec<(RecipientId, RecipientState)>,
}

/// What is due on the holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldDue {
    /// Remind the approver, then call `hold_reminded`.
    Remind,
    /// Ask the deputy, then call `hold_deputised`.
    Deputise,
    /// End it: call `decide` with [`HoldDecision::Expire`].
    Deadline,
}

/// Which holds to list.
#[derive(Debug, Clone, Default)]
pub struct HoldQuery {
    /// Only those that this account decides, as approver or as deputy whose time has come.
    pub approver: Option<AccountId>,
    /// Only those of this sender.
    pub sender: Option<AccountId>,
    /// Only those that wait.
    pub open_only: bool,
    /// At most so many; 0 means [`limits::ROWS_MAX`](crate::limits::ROWS_MAX).
    pub limit: usize,
}

/// A sender takes mail back.
#[derive(Debug)]
pub struct Cancel {
    /// Which mail.
    pub mail: MailId,
    /// Whose.
    pub tenant: Tenant,
    /// Who. That it is the sender or an administrator is the caller's check.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
    /// Mails to tell people, written in the same transaction if at least one recipient was stopped.
    pub notices: Vec<NewMail>,
}

/// What a cancel reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// Stopped: nothing will reach these.
    pub stopped: Vec<RecipientId>,
    /// Too late: being sent at this moment, or gone.
    pub gone: Vec<(RecipientId, RecipientState)>,
}

/// A delayed mail.
#[derive(Debug, Clone, Serialize)]
pub struct DelayRow {
    /// The mail.
    pub mail: MailRow,
    /// When it goes.
    pub until: Timestamp,
    /// Its recipients.
    pub recipients: Vec<RecipientRow>,
}

/// A quarantined mail for one recipient.
#[derive(Debug, Clone, Serialize)]
pub struct QuarantineRow {
    /// The mail.
    pub mail: MailRow,
    /// The recipient.
    pub recipient: RecipientRow,
}

/// Which quarantined mail to list.
#[derive(Debug, Clone, Default)]
pub struct QuarantineQuery {
    /// Only for this account.
    pub account: Option<AccountId>,
    /// Only mail that arrived before this one (paging: the last row's id).
    pub before: Option<MailId>,
    /// At most so many; 0 means [`limits::ROWS_MAX`](crate::limits::ROWS_MAX).
    pub limit: usize,
}

/// What to do with quarantined recipients.
#[derive(Debug)]
pub struct QuarantineDecision {
    /// Which recipients; all must be quarantined, or nothing is done.
    pub recipients: Vec<RecipientId>,
    /// Whose.
    pub tenant: Tenant,
    /// `true` releases to where they were bound, `false` throws away.
    pub release: bool,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
    /// Mails to tell people.
    pub notices: Vec<NewMail>,
}
