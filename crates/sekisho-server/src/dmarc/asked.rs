//! Who wants a report on a domain, asked at the time it is sent (RFC 7489 §7.1).

use std::sync::Arc;

use sekisho_address::Address;
use sekisho_auth::dmarc::aggregate::{Destination, destinations, is_authorised};
use sekisho_auth::dmarc::{DmarcRecord, published};
use sekisho_auth::{Answers, Reply, Wanted};
use tokio::time::Instant;

use crate::dns::{Resolver, resolve_all};
use crate::limits::{DMARC_DNS_ROUNDS_MAX, DNS_FACTS_TIMEOUT};

/// What the owner of a domain publishes now.
pub(super) struct Asked {
    pub(super) record: Box<DmarcRecord>,
    /// Those that may be written to.
    pub(super) to: Vec<(Address, Destination)>,
    /// Whether others were named that did not agree.
    pub(super) unwilling: bool,
}

/// Why nobody gets a report.
pub(super) enum Nobody {
    /// There is no record any more, or no address in it.
    Asks,
    /// DNS did not answer; later it may.
    Answers,
}

/// Looks it up.
pub(super) async fn ask(resolver: &Arc<dyn Resolver>, domain: &str) -> Result<Asked, Nobody> {
    let mut answers = Answers::new();
    let deadline = Instant::now() + DNS_FACTS_TIMEOUT;
    for _ in 0..DMARC_DNS_ROUNDS_MAX {
        let wanted = match known(domain, &answers) {
            Ok(found) => return found.ok_or(Nobody::Asks),
            Err(wanted) => wanted.0,
        };
        for (query, reply) in resolve_all(resolver, wanted, deadline).await {
            if matches!(reply, Reply::Failed) {
                return Err(Nobody::Answers);
            }
            answers.insert(query, reply);
        }
    }
    Err(Nobody::Answers)
}

fn known(domain: &str, answers: &Answers) -> Result<Option<Asked>, Wanted> {
    let Some(record) = published(domain, answers)? else {
        return Ok(None);
    };
    let (mut to, mut unwilling) = (Vec::new(), false);
    for destination in destinations(&record.aggregate_reports_to) {
        let allowed = is_authorised(domain, &destination, answers)?;
        match Address::parse(&destination.address) {
            Ok(address) if allowed => to.push((address, destination)),
            _ => unwilling = true,
        }
    }
    if to.is_empty() && !unwilling {
        return Ok(None);
    }
    Ok(Some(Asked {
        record,
        to,
        unwilling,
    }))
}
