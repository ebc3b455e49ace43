//! Settings by name.

use rusqlite::params;

use super::audit;
use super::steps::json;
use crate::at::At;
use crate::changes::Change;
use crate::failure::StoreFailure;
use crate::limits::SETTING_BYTES_MAX;
use crate::pending::Pending;
use crate::settings::PutSetting;
use crate::store::Store;

impl Store {
    /// Writes or deletes a setting.
    pub fn put_setting(&self, put: PutSetting) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let PutSetting {
                tenant,
                key,
                value,
                actor,
                now,
            } = &put;
            let (tenant, now) = (*tenant, *now);
            let bytes = value.as_ref().map(Vec::len);
            if bytes > Some(SETTING_BYTES_MAX) {
                return Err(StoreFailure::Limit {
                    what: "bytes of a setting",
                    max: SETTING_BYTES_MAX,
                });
            }
            match value {
                Some(value) => {
                    let sql = "INSERT INTO setting (tenant, key, value, updated_at) VALUES (?1, ?2, ?3, ?4)
                        ON CONFLICT (tenant, key)
                        DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
                    tx.run(sql, params![tenant, key, value, At(now)])?;
                }
                None => {
                    tx.run(
                        "DELETE FROM setting WHERE tenant = ?1 AND key = ?2",
                        params![tenant, key],
                    )?;
                }
            }
            // Never the value: it may be a key.
            let action = if bytes.is_some() {
                "setting.written"
            } else {
                "setting.deleted"
            };
            let detail = json(&serde_json::json!({ "bytes": bytes }));
            audit::write(tx, tenant, now, actor, action, key, &detail)?;
            tx.changes.push(Change::Setting {
                tenant,
                key: key.clone(),
            });
            Ok(())
        })
    }
}
