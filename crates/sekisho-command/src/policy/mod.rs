//! The organisation's policy: a text in the store, checked before it is switched on.

mod shown;
mod trial;

use sekisho_policy::{Policy, PolicyError, Preset};
use sekisho_store::{PutSetting, Reader, StoreFailure, Tenant};
use sekisho_words::Words;
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk};

pub use trial::Trial;

/// The setting that holds the policy's TOML text.
pub const POLICY_SETTING: &str = "policy";

/// The policy in force: the organisation's text, or the standard preset.
///
/// # Errors
/// When the store fails, or holds a text that no longer compiles.
pub fn policy_of(reader: &Reader, tenant: Tenant) -> Result<Policy, StoreFailure> {
    let Some(row) = reader.setting(tenant, POLICY_SETTING)? else {
        return Ok(Policy::preset(Preset::Standard));
    };
    let text = std::str::from_utf8(&row.value)
        .map_err(|_| StoreFailure::Damaged("the policy is not UTF-8".to_owned()))?;
    Policy::parse(text).map_err(|error| StoreFailure::Damaged(format!("the policy: {error}")))
}

/// A text that does not compile, line by line with what to write.
fn not_compiled(error: &PolicyError) -> CommandFailure {
    let lines: Vec<_> = error.problems.iter().map(ToString::to_string).collect();
    let ja: Vec<_> = error
        .problems
        .iter()
        .map(|problem| format!("{}: {} {}", problem.line, problem.place, problem.words.ja))
        .collect();
    CommandFailure::Invalid {
        place: "policy".to_owned(),
        words: Words {
            ja: ja.join("\n"),
            en: lines.join("\n"),
        },
    }
}

impl Desk {
    /// Puts a policy into force at once. A text that does not compile leaves the old one on.
    pub(crate) async fn set_policy(
        &self,
        tenant: Tenant,
        caller: &Caller,
        text: &str,
    ) -> Result<Value, CommandFailure> {
        let policy = Policy::parse(text).map_err(|error| not_compiled(&error))?;
        self.store
            .put_setting(PutSetting {
                tenant,
                key: POLICY_SETTING.to_owned(),
                value: Some(text.as_bytes().to_vec()),
                actor: caller.actor(),
                now: self.now(),
            })
            .await?;
        Ok(json!({ "rules": policy.rules().len(), "remarks": self.remarks(tenant, &policy) }))
    }

    /// The policy in force.
    async fn policy_in_force(&self, tenant: Tenant) -> Result<Policy, CommandFailure> {
        let policy = self.store.read(move |reader| policy_of(reader, tenant));
        Ok(policy.await?)
    }

    /// The draft, or the policy in force where there is none.
    async fn draft_or_in_force(
        &self,
        tenant: Tenant,
        text: Option<&str>,
    ) -> Result<Policy, CommandFailure> {
        match text {
            Some(text) => Policy::parse(text).map_err(|error| not_compiled(&error)),
            None => self.policy_in_force(tenant).await,
        }
    }
}
