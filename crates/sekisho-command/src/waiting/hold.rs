//! Held mail: who may decide, and what a decision tells whom.

use jiff::Timestamp;
use sekisho_policy::Finding;
use sekisho_store::{
    Decide, HoldDeadline, HoldDecision, HoldQuery, HoldRow, HoldState, MailId, StoreFailure, Tenant,
};
use sekisho_words::{Words, say};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk, notice};

/// Why a mail is held, as the approver reads it; kept with the hold.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reasons {
    /// The rule that decided.
    pub rule: String,
    /// Its words.
    pub why: Words,
    /// What was found, masked.
    pub findings: Vec<Finding>,
}

impl Reasons {
    /// Reads what is kept with a hold; none when it cannot be read.
    pub fn of(hold: &HoldRow) -> Option<Self> {
        serde_json::from_str(&hold.reason_json).ok()
    }

    /// Where the stored ones cannot be read: the page shows the mail itself.
    pub fn unknown() -> Self {
        Self {
            rule: String::new(),
            why: say("notice-reasons-unknown", &[]),
            findings: Vec::new(),
        }
    }
}

/// A decision on a held mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Send it.
    Release,
    /// Back to the sender.
    Refuse,
}

/// What a decision did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The mail.
    pub mail: MailId,
    /// How many recipients moved.
    pub recipients: usize,
}

impl Desk {
    /// Whether this caller may decide on this hold now: the approver, the deputy once it is the deputy's
    /// turn, or an administrator; never the sender on their own mail.
    pub fn may_decide(&self, caller: &Caller, hold: &HoldRow) -> bool {
        if hold.mail.signed_in.is_some_and(|sender| caller.is(sender)) {
            return false;
        }
        let deputy_has_turn = hold.deputy_from.is_some_and(|from| from <= self.now());
        caller.is_administrator()
            || caller.is(hold.approver)
            || (deputy_has_turn && hold.deputy.is_some_and(|deputy| caller.is(deputy)))
    }

    /// Decides on a held mail: all its held recipients move as one, the sender is told, the audit row
    /// is written, all in one transaction.
    ///
    /// # Errors
    /// `Forbidden` for who may not decide; `State` when it was decided before.
    pub async fn decide_hold(
        &self,
        caller: &Caller,
        hold: &HoldRow,
        decision: Decision,
        comment: Option<String>,
    ) -> Result<Decided, CommandFailure> {
        if !self.may_decide(caller, hold) {
            return Err(CommandFailure::Forbidden);
        }
        let (store_decision, told) = match decision {
            Decision::Release => (HoldDecision::Release, notice::HoldEnd::Released),
            Decision::Refuse => (HoldDecision::Refuse, notice::HoldEnd::Refused),
        };
        let now = self.now();
        let decide = Decide {
            hold: hold.id,
            tenant: hold.tenant,
            decision: store_decision,
            actor: caller.actor(),
            notices: notice::hold_ended(self, hold, told, Some(caller), comment.as_deref(), now),
            comment,
            now,
        };
        self.end_hold(decide).await
    }

    /// Ends a hold whose deadline has passed at `now`, in the way that the rule said.
    ///
    /// # Errors
    /// `State` when it was decided before; the store's refusal when the deadline has not passed.
    pub async fn expire_hold(
        &self,
        hold: &HoldRow,
        now: Timestamp,
    ) -> Result<Decided, CommandFailure> {
        let end = notice::HoldEnd::Expired;
        let decide = Decide {
            hold: hold.id,
            tenant: hold.tenant,
            decision: HoldDecision::Expire,
            actor: Caller::Scheduler.actor(),
            comment: None,
            now,
            notices: notice::hold_ended(self, hold, end, None, None, now),
        };
        self.end_hold(decide).await
    }

    async fn end_hold(&self, decide: Decide) -> Result<Decided, CommandFailure> {
        let tenant = decide.tenant;
        match self.store.decide(decide).await {
            Ok(moved) => Ok(Decided {
                mail: moved.mail,
                recipients: moved.recipients.len(),
            }),
            Err(failure) => Err(self.decided_before(tenant, failure)),
        }
    }

    fn decided_before(&self, tenant: Tenant, failure: StoreFailure) -> CommandFailure {
        let StoreFailure::Decided(by) = failure else {
            return failure.into();
        };
        let by = self.actor_name(tenant, &by);
        let told = |by: &str| say("command-hold-decided", &[("by", by.into())]);
        CommandFailure::State(Words {
            ja: told(&by.ja).ja,
            en: told(&by.en).en,
        })
    }

    pub(crate) async fn decide_by_mail(
        &self,
        tenant: Tenant,
        caller: &Caller,
        mail: &str,
        release: bool,
        comment: Option<String>,
    ) -> Result<Value, CommandFailure> {
        let hold = self.hold_of(tenant, mail).await?;
        let decision = if release {
            Decision::Release
        } else {
            Decision::Refuse
        };
        let decided = self.decide_hold(caller, &hold, decision, comment).await?;
        Ok(json!({ "mail": decided.mail, "recipients": decided.recipients }))
    }

    /// Gives the approver more time, or less. Less time can end in what a decision would: it is for those who may
    /// decide.
    pub(crate) async fn move_deadline(
        &self,
        tenant: Tenant,
        caller: &Caller,
        mail: &str,
        until: Timestamp,
    ) -> Result<Value, CommandFailure> {
        let (hold, now) = (self.hold_of(tenant, mail).await?, self.now());
        if !self.may_decide(caller, &hold) {
            return Err(CommandFailure::Forbidden);
        }
        if until <= now {
            let until = until.to_string();
            return Err(CommandFailure::invalid(
                "until",
                "command-deadline-past",
                &until,
            ));
        }
        let moved = self.store.move_hold_deadline(HoldDeadline {
            hold: hold.id,
            tenant,
            deadline: until,
            actor: caller.actor(),
            now,
        });
        moved
            .await
            .map_err(|failure| self.decided_before(tenant, failure))?;
        Ok(json!({ "mail": hold.mail.id, "deadline": until }))
    }

    /// The hold of a mail, if it has or had one.
    ///
    /// # Errors
    /// `NotFound` when it has none.
    pub async fn hold_of(&self, tenant: Tenant, mail: &str) -> Result<HoldRow, CommandFailure> {
        let id = self.mail_id(mail)?;
        match self
            .store
            .read(move |reader| reader.hold_of_mail(tenant, id))
            .await
        {
            Ok(hold) => Ok(hold),
            Err(StoreFailure::NotFound(_)) => Err(CommandFailure::NotFound {
                what: "hold",
                name: mail.to_owned(),
            }),
            Err(failure) => Err(failure.into()),
        }
    }

    pub(crate) async fn list_holds(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let query = HoldQuery {
            open_only: true,
            ..HoldQuery::default()
        };
        let now = self.now();
        let holds = self
            .store
            .read(move |reader| reader.holds(tenant, &query, now))
            .await?;
        Ok(holds.iter().map(|hold| self.hold_shown(hold)).collect())
    }

    pub(crate) async fn show_hold(
        &self,
        tenant: Tenant,
        mail: &str,
    ) -> Result<Value, CommandFailure> {
        let hold = self.hold_of(tenant, mail).await?;
        let mut shown = self.hold_shown(&hold);
        shown["reasons"] = json!(Reasons::of(&hold));
        Ok(shown)
    }

    fn hold_shown(&self, hold: &HoldRow) -> Value {
        let address = |id| {
            self.account(hold.tenant, id)
                .map(|account| account.address.to_string())
        };
        json!({
            "mail": hold.mail.id,
            "from": hold.mail.reverse_path,
            "subject": hold.mail.summary.subject,
            "recipients": hold.recipients.iter().map(|row| row.address.as_str()).collect::<Vec<_>>(),
            "approver": address(hold.approver),
            "deputy": hold.deputy.and_then(address),
            "since": hold.created_at,
            "deadline": hold.deadline,
            "state": hold.state,
            "open": hold.state == HoldState::Open,
            "decided_by": hold.decided_by,
            "comment": hold.comment,
        })
    }
}
