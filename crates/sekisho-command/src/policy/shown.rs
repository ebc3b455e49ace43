//! The policy as administrators read it: its text, its rules in words, their use, and what is wrong with them.

use std::collections::{BTreeSet, HashMap};

use sekisho_address::Address;
use sekisho_policy::{Policy, Remark, check, explain};
use sekisho_store::{RuleUseRow, Tenant};
use sekisho_words::{Words, say};
use serde_json::{Value, json};

use super::POLICY_SETTING;
use crate::{CommandFailure, Desk};

impl Desk {
    /// The policy's text and each of its rules in words; of one rule only, where one is named.
    pub(crate) async fn show_policy(
        &self,
        tenant: Tenant,
        rule: Option<&str>,
    ) -> Result<Value, CommandFailure> {
        let policy = self.policy_in_force(tenant).await?;
        let text = self
            .store
            .read(move |reader| reader.setting(tenant, POLICY_SETTING))
            .await?;
        let text = text.map(|row| String::from_utf8_lossy(&row.value).into_owned());
        let wanted = policy
            .rules()
            .iter()
            .filter(|one| rule.is_none_or(|name| one.name == name));
        let rules: Vec<_> = wanted
            .map(|rule| json!({ "rule": rule.name, "words": explain(rule) }))
            .collect();
        match rule {
            Some(name) if rules.is_empty() => Err(no_such_rule(name)),
            _ => Ok(json!({ "text": text, "rules": rules })),
        }
    }

    /// The rules in the order in which they are asked, with how often each matched.
    pub(crate) async fn list_rules(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let policy = self.policy_in_force(tenant).await?;
        let uses = self
            .store
            .read(move |reader| reader.rule_uses(tenant))
            .await?;
        let uses: HashMap<&str, &RuleUseRow> =
            uses.iter().map(|row| (row.rule.as_str(), row)).collect();
        let rules = policy.rules().iter().map(|rule| {
            let used = uses.get(rule.name.as_str());
            json!({
                "rule": rule.name,
                "order": rule.order,
                "mode": rule.mode,
                "action": rule.then.action.kind(),
                "hits": used.map_or(0, |row| row.hits),
                "last_hit": used.map(|row| row.last_at),
                "owner": rule.owner,
                "starts": rule.starts,
                "ends": rule.ends,
            })
        });
        Ok(rules.collect())
    }

    /// What is wrong with the rules of a text, or of the policy in force.
    pub(crate) async fn check_policy(
        &self,
        tenant: Tenant,
        text: Option<&str>,
    ) -> Result<Value, CommandFailure> {
        let policy = self.draft_or_in_force(tenant, text).await?;
        Ok(json!({
            "rules": policy.rules().len(),
            "remarks": self.remarks(tenant, &policy),
        }))
    }

    /// What follows from the rules alone, and names that are in no directory.
    pub(super) fn remarks(&self, tenant: Tenant, policy: &Policy) -> Vec<Value> {
        let today = policy.time_zone().to_datetime(self.now()).date();
        let remarks = check(policy, today).into_iter().map(|remark| {
            let Remark {
                rule,
                other,
                kind,
                words,
            } = remark;
            json!({ "rule": rule, "other": other, "kind": kind, "words": words })
        });
        remarks.chain(self.unknown_names(tenant, policy)).collect()
    }

    fn unknown_names(&self, tenant: Tenant, policy: &Policy) -> Vec<Value> {
        let snapshot = self.directory.snapshot();
        let groups: BTreeSet<&str> = snapshot
            .groups(tenant)
            .into_iter()
            .map(|group| group.address_key.as_str())
            .collect();
        let mut remarks = Vec::new();
        let mut tell = |rule: &str, key: &str, name: &Address| {
            let name = name.to_string();
            let words: Words = say(key, &[("rule", rule.into()), ("name", (&name).into())]);
            let kind = "unknown";
            remarks.push(json!({ "rule": rule, "other": name, "kind": kind, "words": words }));
        };
        for rule in policy.rules() {
            for group in rule.groups() {
                if !groups.contains(group.key().as_str()) {
                    tell(&rule.name, "policy-check-no-such-group", group);
                }
            }
            for person in rule.people_asked() {
                let account = snapshot.account_of(person);
                if account.is_none_or(|account| account.tenant != tenant) {
                    tell(&rule.name, "policy-check-no-such-person", person);
                }
            }
        }
        remarks
    }
}

pub(super) fn no_such_rule(name: &str) -> CommandFailure {
    CommandFailure::NotFound {
        what: "rule",
        name: name.to_owned(),
    }
}
