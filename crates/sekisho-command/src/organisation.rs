//! Organisations: each with its own people, domains, rules and mail.

use sekisho_store::Tenant;
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk};

/// A name is shown in lists and typed after `--organisation`.
const NAME_CHARS_MAX: usize = 100;

impl Desk {
    /// Whether the caller belongs to the organisation; someone at the machine belongs to all.
    pub(crate) fn is_at_home(&self, caller: &Caller, tenant: Tenant) -> bool {
        match caller {
            Caller::Console { .. } | Caller::Scheduler => true,
            Caller::Account { id, .. } => self.account(tenant, *id).is_some(),
        }
    }

    /// Adds one. Only for someone at the machine: an administrator administers one organisation.
    pub(crate) async fn add_organisation(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<Value, CommandFailure> {
        only_at_the_machine(caller)?;
        let fits = (1..=NAME_CHARS_MAX).contains(&name.trim().chars().count())
            && !name.chars().any(char::is_control);
        let snapshot = self.directory.snapshot();
        let taken = snapshot.organisations().iter().any(|one| one.name == name);
        if !fits || taken {
            let key = "command-bad-organisation";
            return Err(CommandFailure::invalid("organisation", key, name));
        }
        self.directory
            .add_organisation(name, caller.actor(), self.now())
            .await?;
        Ok(json!({ "organisation": name }))
    }

    /// Lists them.
    pub(crate) fn list_organisations(&self, caller: &Caller) -> Result<Value, CommandFailure> {
        only_at_the_machine(caller)?;
        let snapshot = self.directory.snapshot();
        let names = snapshot.organisations().iter();
        Ok(names
            .map(|one| json!({ "organisation": one.name }))
            .collect())
    }
}

fn only_at_the_machine(caller: &Caller) -> Result<(), CommandFailure> {
    match caller {
        Caller::Console { .. } => Ok(()),
        Caller::Account { .. } | Caller::Scheduler => Err(CommandFailure::Forbidden),
    }
}
