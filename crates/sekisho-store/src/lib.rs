//! The only place with SQL: mails, mailboxes, queue, holds, directory rows, audit chain, blob log.
