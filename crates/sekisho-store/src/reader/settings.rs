//! Settings and web sessions.

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{Reader, all, one, rows};
use crate::at::At;
use crate::failure::StoreFailure;
use crate::ids::{AccountId, Tenant};
use crate::limits::ROWS_MAX;
use crate::settings::{SettingRow, WebSessionRow};
use crate::text::like;

impl Reader {
    /// A setting.
    pub fn setting(&self, tenant: Tenant, key: &str) -> Result<Option<SettingRow>, StoreFailure> {
        let sql = "SELECT key, value, updated_at FROM setting WHERE tenant = ?1 AND key = ?2";
        one(self.db()?, sql, params![tenant, key], read_setting)
    }

    /// Settings whose names begin so, by name.
    pub fn settings(&self, tenant: Tenant, prefix: &str) -> Result<Vec<SettingRow>, StoreFailure> {
        let sql = r"SELECT key, value, updated_at FROM setting
            WHERE tenant = ?1 AND key LIKE ?2 || '%' ESCAPE '\' ORDER BY key LIMIT ?3";
        all(
            self.db()?,
            sql,
            params![tenant, like(prefix), rows(0, ROWS_MAX)],
            read_setting,
        )
    }

    /// An open web session that has not ended.
    pub fn web_session(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<WebSessionRow>, StoreFailure> {
        let sql = format!("{SESSION} WHERE token_hash = ?1 AND expires_at > ?2");
        one(self.db()?, &sql, params![token_hash, At(now)], read_session)
    }

    /// The open web sessions of an account, the newest first.
    pub fn web_sessions(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Vec<WebSessionRow>, StoreFailure> {
        let sql = format!(
            "{SESSION} WHERE account = ?1 AND expires_at > ?2 ORDER BY created_at DESC LIMIT ?3"
        );
        all(
            self.db()?,
            &sql,
            params![account, At(now), rows(0, ROWS_MAX)],
            read_session,
        )
    }
}

fn read_setting(row: &Row<'_>) -> rusqlite::Result<SettingRow> {
    Ok(SettingRow {
        key: row.get(0)?,
        value: row.get(1)?,
        updated_at: row.get::<_, At>(2)?.0,
    })
}

const SESSION: &str = "SELECT token_hash, tenant, account, created_at, expires_at, client_ip, user_agent FROM web_session";

fn read_session(row: &Row<'_>) -> rusqlite::Result<WebSessionRow> {
    let client_ip = row.get::<_, Option<String>>(5)?;
    Ok(WebSessionRow {
        token_hash: row.get(0)?,
        tenant: row.get(1)?,
        account: row.get(2)?,
        created_at: row.get::<_, At>(3)?.0,
        expires_at: row.get::<_, At>(4)?.0,
        client_ip: client_ip.and_then(|ip| ip.parse().ok()),
        user_agent: row.get(6)?,
    })
}
