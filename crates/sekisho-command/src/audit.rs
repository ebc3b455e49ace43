//! The audit log: what was done by whom, and that nothing of it was altered.

use sekisho_store::{AuditCheck, AuditQuery, Tenant};
use sekisho_words::say;
use serde_json::{Value, json};

use crate::{CommandFailure, Desk};

impl Desk {
    pub(crate) async fn search_audit(
        &self,
        tenant: Tenant,
        action: Option<String>,
        subject: Option<String>,
        actor: Option<String>,
        limit: usize,
    ) -> Result<Value, CommandFailure> {
        let query = AuditQuery {
            action,
            subject,
            actor,
            limit,
            ..AuditQuery::default()
        };
        let rows = self
            .store
            .read(move |reader| reader.audit(tenant, &query))
            .await?;
        Ok(json!(rows))
    }

    pub(crate) async fn verify_audit(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let check = self
            .store
            .read(move |reader| reader.verify_audit(tenant))
            .await?;
        match check {
            AuditCheck::Whole { .. } => Ok(json!(check)),
            AuditCheck::Broken { seq, .. } => Err(CommandFailure::State(say(
                "command-audit-broken",
                &[("row", i64::try_from(seq).unwrap_or(i64::MAX).into())],
            ))),
        }
    }
}
