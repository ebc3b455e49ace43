//! APPEND: a message that a client brings.

use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use sekisho_imap::{Appended, Flags, Refusal};
use sekisho_store::{AccountId, Append, Body, Content, Folder, Tenant};

use super::convert;
use crate::site::Site;
use crate::spool::Spool;

/// Makes the message durable.
pub(super) async fn commit(
    site: &Arc<Site>,
    (tenant, by): (Tenant, AccountId),
    (account, folder): (AccountId, Folder),
    spool: &mut Spool,
    (flags, internal_date_s): (&Flags, Option<i64>),
) -> Result<Appended, Refusal> {
    let body = spool.take().map_err(|error| spooled(&error))?;
    let raw = match &body {
        Body::Memory(bytes) => bytes.clone(),
        Body::Spool(file) => file.map().map_err(|error| spooled(&error))?,
    };
    // A message that no parser can read is still the client's: it is kept, and opened when it is listed.
    let columns = site.pipeline.columns(raw).await;
    let (flags, keywords) = convert::stored_flags(flags);
    let placed = site
        .store
        .append(Append {
            tenant,
            account,
            by,
            folder,
            content: Content {
                head: Vec::new(),
                body,
            },
            flags,
            keywords,
            internal_at: convert::internal_at(internal_date_s),
            summary: columns.summary,
            view: columns.view,
            now: Timestamp::now(),
        })
        .await
        .map_err(|failure| convert::refusal(&failure))?;
    let uid = placed.uids.first().map_or(0, |(_, uid)| *uid);
    Ok(Appended {
        uid_validity: placed.uid_validity,
        uid,
    })
}

fn spooled(error: &io::Error) -> Refusal {
    tracing::error!(%error, "an appended message could not be spooled");
    match error.kind() {
        io::ErrorKind::QuotaExceeded | io::ErrorKind::StorageFull => Refusal::OverQuota,
        _ => Refusal::TryLater,
    }
}
