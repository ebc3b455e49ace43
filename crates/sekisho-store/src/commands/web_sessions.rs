//! Sessions of the web side.

use jiff::Timestamp;
use rusqlite::params;

use super::audit;
use super::steps::json;
use crate::at::At;
use crate::audit::Actor;
use crate::ids::{AccountId, Tenant};
use crate::pending::Pending;
use crate::settings::NewWebSession;
use crate::store::Store;
use crate::text::cut;

/// A browser's name for itself is an unbounded text from outside.
const USER_AGENT_BYTES_MAX: usize = 300;

impl Store {
    /// Opens a web session.
    pub fn open_web_session(&self, session: NewWebSession) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let sql = "INSERT INTO web_session
                (token_hash, tenant, account, created_at, expires_at, client_ip, user_agent)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let NewWebSession {
                token_hash,
                tenant,
                account,
                now,
                expires_at,
                client_ip,
                ..
            } = session;
            let ip = client_ip.map(|ip| ip.to_string());
            let agent = cut(&session.user_agent, USER_AGENT_BYTES_MAX);
            tx.run(
                sql,
                params![
                    token_hash,
                    tenant,
                    account,
                    At(now),
                    At(expires_at),
                    ip,
                    agent
                ],
            )?;
            let detail = json(&serde_json::json!({ "ip": ip }));
            audit::write(
                tx,
                tenant,
                now,
                &Actor::Account(account),
                "session.opened",
                &account.to_string(),
                &detail,
            )
        })
    }

    /// Closes a web session (sign-out).
    pub fn close_web_session(
        &self,
        tenant: Tenant,
        token_hash: [u8; 32],
        now: Timestamp,
    ) -> Pending<()> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let sql =
                "DELETE FROM web_session WHERE token_hash = ?1 AND tenant = ?2 RETURNING account";
            let account = tx.one(sql, params![token_hash, tenant], |row| {
                row.get::<_, AccountId>(0)
            })?;
            let Some(account) = account else {
                return Ok(());
            };
            audit::write(
                tx,
                tenant,
                now,
                &Actor::Account(account),
                "session.closed",
                &account.to_string(),
                "{}",
            )
        })
    }

    /// Closes all web sessions of an account (password changed, account taken over). Returns how many.
    pub fn close_web_sessions(
        &self,
        tenant: Tenant,
        account: AccountId,
        actor: Actor,
        now: Timestamp,
    ) -> Pending<u64> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let sql = "DELETE FROM web_session WHERE account = ?1 AND tenant = ?2";
            let rows = tx.run(sql, params![account, tenant])?;
            if rows > 0 {
                let detail = json(&serde_json::json!({ "sessions": rows }));
                audit::write(
                    tx,
                    tenant,
                    now,
                    &actor,
                    "session.all-closed",
                    &account.to_string(),
                    &detail,
                )?;
            }
            Ok(rows as u64)
        })
    }

    /// Deletes web sessions that have ended. Returns how many.
    pub fn clear_web_sessions(&self, now: Timestamp) -> Pending<u64> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            Ok(tx.run("DELETE FROM web_session WHERE expires_at <= ?1", [At(now)])? as u64)
        })
    }
}
