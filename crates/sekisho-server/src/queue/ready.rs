//! What there is to send: the mail's row, its content, its signatures.

use std::sync::Arc;

use bytes::Bytes;
use sekisho_store::{MailRow, Reader, StoreFailure, TraceQuery};

use super::Outbound;
use super::batch::Batch;

/// What there is to send.
pub(super) struct Ready {
    pub(super) mail: Arc<MailRow>,
    /// As stored; empty when it cannot be read.
    pub(super) content: Bytes,
    /// Signatures, then the content.
    pub(super) parts: Vec<Bytes>,
}

pub(super) fn unreadable(batch: &Batch, failure: &StoreFailure) {
    tracing::error!(mail = %batch.mail, error = failure as &dyn std::error::Error,
        "a mail in the queue cannot be read");
}

pub(super) async fn row(out: &Outbound, batch: &Batch) -> Result<Arc<MailRow>, StoreFailure> {
    if let Some(known) = out.mails.of(batch.mail) {
        return Ok(known);
    }
    let (tenant, id) = (batch.tenant, batch.mail);
    let read = move |reader: &Reader| {
        let query = TraceQuery {
            id: Some(id),
            ..TraceQuery::default()
        };
        let found = reader.trace(tenant, &query)?.into_iter().next();
        Ok(found.ok_or(StoreFailure::NotFound("mail"))?.mail)
    };
    let mail = Arc::new(out.desk.store.read(read).await?);
    out.mails.keep(id, &mail);
    Ok(mail)
}

/// Content and signatures; no parts when they cannot be had.
pub(super) async fn prepare(out: &Outbound, mail: Arc<MailRow>, batch: &Batch) -> Ready {
    let mut ready = Ready {
        mail,
        content: Bytes::new(),
        parts: Vec::new(),
    };
    match content(out, batch).await {
        Ok(content) => ready.content = content,
        Err(failure) => {
            unreadable(batch, &failure);
            return ready;
        }
    }
    let snapshot = out.desk.directory.snapshot();
    let signed = out
        .signer
        .head(&ready.mail, &snapshot, &ready.content, out.clock.now());
    match signed.await {
        Ok(head) => ready.parts = vec![head, ready.content.clone()],
        Err(failure) => unreadable(batch, &failure),
    }
    ready
}

async fn content(out: &Outbound, batch: &Batch) -> Result<Bytes, StoreFailure> {
    let blob = batch.entries.first().map(|entry| entry.content);
    let blob = blob.ok_or(StoreFailure::NotFound("content"))?;
    let store = &out.desk.store;
    store.read(move |reader| reader.content(blob)).await
}
