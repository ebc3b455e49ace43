//! Where is that mail, and why (P4).

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params, params_from_iter};

use super::waiting::{mail, recipients};
use super::{Reader, all, one, rows};
use crate::at::At;
use crate::commands::AtTheDoor;
use crate::failure::StoreFailure;
use crate::ids::{MailId, RecipientId, Tenant};
use crate::rows::{MAIL_COLUMNS, read_mail};
use crate::text::{address_key, fold, like};
use crate::trace::{Delivered, MailStory, Step, TraceQuery, Traced};

/// Rows when the query names no limit.
const DEFAULT_ROWS: usize = 100;

impl Reader {
    /// Searches mails; the newest first.
    pub fn trace(&self, tenant: Tenant, query: &TraceQuery) -> Result<Vec<Traced>, StoreFailure> {
        let filter = Filter::of(tenant, query);
        let sql = format!(
            "SELECT {MAIL_COLUMNS} FROM mail m WHERE {} ORDER BY m.id DESC LIMIT {}",
            filter.sql.join(" AND "),
            rows(query.limit, DEFAULT_ROWS)
        );
        self.at_once(|db| {
            let found = all(db, &sql, params_from_iter(&filter.values), read_mail)?;
            let with_recipients = |mail: crate::mail::MailRow| {
                let recipients = recipients(db, mail.id)?;
                Ok(Traced { mail, recipients })
            };
            found.into_iter().map(with_recipients).collect()
        })
    }

    /// Everything of one mail.
    pub fn story(&self, tenant: Tenant, id: MailId) -> Result<MailStory, StoreFailure> {
        self.at_once(|db| {
            let mail = mail(db, id)?.filter(|mail| mail.tenant == tenant);
            let mail = mail.ok_or(StoreFailure::NotFound("mail"))?;
            let sql = "SELECT facts, verdict, steps FROM story WHERE mail = ?1";
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let (facts_json, verdict_json, at_the_door): (_, _, String) =
                one(db, sql, [id], read)?.unwrap_or_default();
            let mut all_steps = AtTheDoor::read(&at_the_door);
            all_steps.append(&mut steps(db, id)?);
            Ok(MailStory {
                mail: Traced {
                    mail,
                    recipients: recipients(db, id)?,
                },
                steps: all_steps,
                facts_json,
                verdict_json,
                delivered: delivered(db, id)?,
            })
        })
    }
}

/// The conditions of a search with their values.
struct Filter {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    fn of(tenant: Tenant, query: &TraceQuery) -> Self {
        let mut filter = Self {
            sql: Vec::new(),
            values: Vec::new(),
        };
        filter.add("m.tenant = ?", tenant.0);
        // Ids sort by time: these cut the table down before anything is looked at.
        let first = |at: Option<jiff::Timestamp>| at.map(|at| MailId::first_at(at).as_i64());
        filter.add_some("m.id = ?", query.id.map(MailId::as_i64));
        filter.add_some("m.id >= ?", first(query.since));
        filter.add_some("m.id < ?", first(query.until));
        filter.add_some("m.id < ?", query.before.map(MailId::as_i64));
        if let Some(from) = query.from.as_deref() {
            filter.add_address("m.sender_key", from);
        }
        if let Some(to) = query.to.as_deref() {
            filter.add_recipient(tenant, to);
        }
        if let Some(id) = query.message_id.as_deref() {
            let id = id.trim().trim_start_matches('<').trim_end_matches('>');
            filter.add("m.message_id IN (?", format!("<{id}>"));
            filter.add_to_last(", ?)", id.to_owned());
        }
        if let Some(subject) = query.subject.as_deref() {
            filter.add(
                "instr(coalesce(m.subject_key, m.subject), ?) > 0",
                fold(subject),
            );
        }
        filter
    }

    fn add(&mut self, sql: &str, value: impl Into<Value>) {
        self.sql.push(sql.to_owned());
        self.values.push(value.into());
    }

    fn add_some(&mut self, sql: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.add(sql, value);
        }
    }

    fn add_to_last(&mut self, sql: &str, value: impl Into<Value>) {
        if let Some(last) = self.sql.last_mut() {
            last.push_str(sql);
            self.values.push(value.into());
        }
    }

    /// A whole address uses the index; a part of one is looked for in all rows of the time.
    fn add_address(&mut self, column: &str, text: &str) {
        match address_pattern(text) {
            Ok(key) => self.add(&format!("{column} = ?"), key),
            Err(pattern) => self.add(&format!(r"{column} LIKE ? ESCAPE '\'"), pattern),
        }
    }

    fn add_recipient(&mut self, tenant: Tenant, text: &str) {
        match address_pattern(text) {
            Ok(key) => {
                self.add(
                    "m.id IN (SELECT mail FROM recipient WHERE tenant = ?",
                    tenant.0,
                );
                self.add_to_last(" AND address_key = ?", key.clone());
                self.add_to_last(
                    " UNION SELECT mail FROM recipient WHERE tenant = ?",
                    tenant.0,
                );
                self.add_to_last(" AND given_key = ?)", key);
            }
            Err(pattern) => {
                let sql = r"EXISTS (SELECT 1 FROM recipient r WHERE r.mail = m.id AND (r.address_key LIKE ? ESCAPE '\'";
                self.add(sql, pattern.clone());
                self.add_to_last(r" OR r.given_key LIKE ? ESCAPE '\'))", pattern);
            }
        }
    }
}

/// `Ok`: a whole address as its key. `Err`: a pattern for a part.
fn address_pattern(text: &str) -> Result<String, String> {
    let key = address_key(text.trim().trim_start_matches('<').trim_end_matches('>'));
    match key.rsplit_once('@') {
        Some((local, domain)) if !local.is_empty() && domain.contains('.') => Ok(key),
        Some(("", domain)) => Err(format!("%@{}", like(domain))),
        _ => Err(format!("%{}%", like(&key))),
    }
}

/// Those since the door.
fn steps(db: &Connection, mail: MailId) -> Result<Vec<Step>, StoreFailure> {
    let sql = "SELECT at, key, args, nr, reply FROM step WHERE mail = ?1 ORDER BY seq";
    all(db, sql, [mail], |row| {
        let args: String = row.get(2)?;
        Ok(Step {
            at: row.get::<_, At>(0)?.0,
            key: row.get(1)?,
            args: serde_json::from_str(&args).unwrap_or_default(),
            recipient: row.get(3)?,
            reply: row.get(4)?,
        })
    })
}

fn delivered(db: &Connection, mail: MailId) -> Result<Vec<Delivered>, StoreFailure> {
    let sql = "SELECT nr, account, mailbox, uid FROM recipient WHERE mail = ?1 AND uid IS NOT NULL ORDER BY nr";
    all(db, sql, params![mail], |row: &Row<'_>| {
        let recipient = RecipientId {
            mail,
            nr: row.get(0)?,
        };
        Ok(Delivered {
            recipient,
            account: row.get(1)?,
            mailbox: row.get(2)?,
            uid: row.get(3)?,
        })
    })
}
