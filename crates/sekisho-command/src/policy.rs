//! The organisation's policy: a text in the store, checked before it is switched on.

use sekisho_policy::{Policy, Preset, explain};
use sekisho_store::{PutSetting, Reader, StoreFailure, Tenant};
use sekisho_words::Words;
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk};

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

impl Desk {
    /// Puts a policy into force at once. A text that does not compile leaves the old one on.
    pub(crate) async fn set_policy(
        &self,
        tenant: Tenant,
        caller: &Caller,
        text: &str,
    ) -> Result<Value, CommandFailure> {
        let policy = Policy::parse(text).map_err(|error| {
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
        })?;
        self.store
            .put_setting(PutSetting {
                tenant,
                key: POLICY_SETTING.to_owned(),
                value: Some(text.as_bytes().to_vec()),
                actor: caller.actor(),
                now: self.now(),
            })
            .await?;
        Ok(json!({ "rules": policy.rules().len() }))
    }

    /// The policy's text and each of its rules in words.
    pub(crate) async fn show_policy(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let (policy, text) = self
            .store
            .read(move |reader| {
                let text = reader.setting(tenant, POLICY_SETTING)?.map(|row| row.value);
                Ok((policy_of(reader, tenant)?, text))
            })
            .await?;
        let rules: Vec<_> = policy
            .rules()
            .iter()
            .map(|rule| json!({ "rule": rule.name, "words": explain(rule) }))
            .collect();
        let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(json!({ "text": text, "rules": rules }))
    }
}
