//! Rows that both commands and questions read.

use rusqlite::Row;

use crate::at::{At, time};
use crate::content::BlobRef;
use crate::ids::{RecipientId, Tenant};
use crate::mail::{MailRow, RecipientRow, Summary};
use crate::mailbox::{Flags, MailboxRow, MessageEntry};

/// For `read_mailbox`.
pub(crate) const MAILBOX: &str =
    "SELECT id, account, name, special_use, subscribed, uid_validity, uid_next, modseq,
    messages, unseen, bytes, deleted FROM mailbox";

pub(crate) fn read_mailbox(row: &Row<'_>) -> rusqlite::Result<MailboxRow> {
    Ok(MailboxRow {
        id: row.get(0)?,
        account: row.get(1)?,
        name: row.get(2)?,
        special_use: row.get(3)?,
        subscribed: row.get(4)?,
        uid_validity: row.get(5)?,
        uid_next: row.get(6)?,
        highest_modseq: row.get::<_, i64>(7)?.unsigned_abs(),
        messages: row.get(8)?,
        unseen: row.get(9)?,
        bytes: row.get::<_, i64>(10)?.unsigned_abs(),
        deleted: row.get(11)?,
    })
}

/// For `read_entry`.
pub(crate) const ENTRY: &str =
    "SELECT uid, flags, keywords, modseq, size, internal_at, message.blob, mail FROM message";

pub(crate) fn read_entry(row: &Row<'_>, tenant: Tenant) -> rusqlite::Result<MessageEntry> {
    Ok(MessageEntry {
        uid: row.get(0)?,
        flags: Flags(row.get(1)?),
        keywords: keywords_from(row.get_ref(2)?.as_str()?),
        modseq: row.get::<_, i64>(3)?.unsigned_abs(),
        size: row.get::<_, i64>(4)?.unsigned_abs(),
        internal_at: row.get::<_, At>(5)?.0,
        content: BlobRef {
            tenant,
            blob: row.get(6)?,
        },
        mail: row.get(7)?,
    })
}

/// The keywords of the column.
pub(crate) fn keywords_from(text: &str) -> Vec<String> {
    text.split(' ')
        .filter(|keyword| !keyword.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The columns of `read_mail`, of a table `m`.
pub(crate) const MAIL_COLUMNS: &str = "m.id, m.tenant, m.received_at, m.direction, m.sender, m.return_full,
    m.envelope_id, m.body_kind, m.smtputf8, m.helo, m.client_ip, m.signed_in, m.tls, m.with_protocol, m.subject,
    m.from_text, m.to_text, m.message_id, m.date_at, m.size, m.blob IS NOT NULL";

pub(crate) fn read_mail(row: &Row<'_>) -> rusqlite::Result<MailRow> {
    let client_ip = row.get::<_, Option<String>>(10)?;
    Ok(MailRow {
        id: row.get(0)?,
        tenant: row.get(1)?,
        received_at: row.get::<_, At>(2)?.0,
        direction: row.get(3)?,
        reverse_path: row.get(4)?,
        return_full: row.get(5)?,
        envelope_id: row.get(6)?,
        body_kind: row.get(7)?,
        smtputf8: row.get(8)?,
        helo: row.get(9)?,
        client_ip: client_ip.and_then(|ip| ip.parse().ok()),
        signed_in: row.get(11)?,
        tls: row.get(12)?,
        with_protocol: row.get(13)?,
        summary: Summary {
            subject: row.get(14)?,
            from: row.get(15)?,
            to: row.get(16)?,
            message_id: row.get(17)?,
            date: time(row.get(18)?),
        },
        size: row.get::<_, i64>(19)?.unsigned_abs(),
        has_content: row.get(20)?,
    })
}

/// For `read_recipient`.
pub(crate) const RECIPIENT: &str =
    "SELECT mail, nr, address, given, original, notify, state, state_at, reply, account,
    destination FROM recipient";

pub(crate) fn read_recipient(row: &Row<'_>) -> rusqlite::Result<RecipientRow> {
    Ok(RecipientRow {
        id: RecipientId {
            mail: row.get(0)?,
            nr: row.get(1)?,
        },
        address: row.get(2)?,
        given: row.get(3)?,
        original: row.get(4)?,
        notify: row.get(5)?,
        state: row.get(6)?,
        state_at: row.get::<_, At>(7)?.0,
        reply: row.get(8)?,
        account: row.get(9)?,
        destination: row.get(10)?,
    })
}
