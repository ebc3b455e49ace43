//! DMARC aggregate reports (RFC 7489 §7.2): ours on a day's mail from outside, one a policy domain, and those of
//! others that come in.
//!
//! Nothing is written while mail comes in: the facts that are stored with each mail say all that a report needs. The
//! day is UTC's. Each organisation begins at a time of its own after midnight, so that not all reporters of the
//! world send at once. What a day's report has led to is a row in the transaction of its mail: a restart sends
//! nothing twice and leaves nothing out.

mod asked;
mod received;
mod seen;
mod sending;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sekisho_command::{CommandFailure, Desk, dmarc_of};
use sekisho_store::{Store, StoreFailure, Tenant};
use sekisho_words::say;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

pub(crate) use received::{Delivery, Inbox};
pub use sending::{Reported, Sending};

use crate::clock::Clock;
use crate::dns::Resolver;
use crate::limits::{DMARC_DAYS_BACK, DMARC_JITTER_S, DMARC_LOOK, DMARC_REST_S, RETENTION_REST};

/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// Looks for days to report on for ever.
pub async fn watch(desk: Desk, resolver: Arc<dyn Resolver>, clock: Clock) {
    let mut done = HashSet::new();
    loop {
        // Not at the start: mail goes first.
        sleep(DMARC_LOOK).await;
        if let Err(error) = go_round(&desk, &resolver, clock.now(), &mut done).await {
            tracing::error!(%error, "DMARC reports could not be sent; they are tried again");
        }
    }
}

/// Reports on one day because somebody asks for it, whether or not reports are switched on.
///
/// # Errors
/// There is no such organisation, the day is not over, or the store failed.
pub async fn report_on(
    desk: &Desk,
    resolver: &Arc<dyn Resolver>,
    order: &Order,
) -> Result<Vec<Reported>, CommandFailure> {
    let tenant = desk.tenant(order.organisation.as_deref())?;
    let now = desk.now();
    if order.day >= now.as_second().div_euclid(DAY_S) {
        return Err(CommandFailure::State(say("command-day-not-over", &[])));
    }
    let settings = desk
        .store
        .read(move |reader| dmarc_of(reader, tenant))
        .await?;
    let sending = Sending {
        desk,
        resolver,
        tenant,
        day: order.day,
        now,
        dry_run: order.dry_run,
    };
    Ok(sending.run(&settings).await?)
}

/// What somebody asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// Name of the organisation; needed only where there are several.
    pub organisation: Option<String>,
    /// Days since 1970, UTC.
    #[serde(rename = "dmarc_reports_on")]
    pub day: i64,
    /// Only tells what would be sent.
    pub dry_run: bool,
}

/// Reports on the days that are due at `now` and not in `done`, and lets old reports go.
///
/// # Errors
/// The store failed; what was sent before that is sent.
pub async fn go_round(
    desk: &Desk,
    resolver: &Arc<dyn Resolver>,
    now: Timestamp,
    done: &mut HashSet<(Tenant, i64)>,
) -> Result<(), StoreFailure> {
    let snapshot = desk.directory.snapshot();
    let today = now.as_second().div_euclid(DAY_S);
    done.retain(|(_, day)| *day >= today - DMARC_DAYS_BACK);
    for organisation in snapshot.organisations() {
        let tenant = organisation.id;
        let settings = desk
            .store
            .read(move |reader| dmarc_of(reader, tenant))
            .await?;
        prune(&desk.store, tenant, settings.received.keep_days, now).await?;
        if !settings.reports.send {
            continue;
        }
        for day in today - DMARC_DAYS_BACK..today {
            let start = start(&desk.hostname, &organisation.name, day);
            if now.as_second() < start || done.contains(&(tenant, day)) {
                continue;
            }
            let sending = Sending {
                desk,
                resolver,
                tenant,
                day,
                now,
                dry_run: false,
            };
            if sending.run(&settings).await?.iter().all(Reported::is_final) {
                done.insert((tenant, day));
            }
        }
    }
    Ok(())
}

/// When an organisation begins to report on `day`, in seconds since 1970: spread evenly, the same each day.
fn start(hostname: &str, organisation: &str, day: i64) -> i64 {
    let name = format!("{hostname}\n{organisation}");
    let digest = ring::digest::digest(&ring::digest::SHA256, name.as_bytes());
    let bytes = digest.as_ref().iter().take(4);
    let number = bytes.fold(0_i64, |sum, byte| (sum << 8) | i64::from(*byte));
    (day + 1) * DAY_S + DMARC_REST_S + number % DMARC_JITTER_S
}

async fn prune(
    store: &Store,
    tenant: Tenant,
    keep_days: u32,
    now: Timestamp,
) -> Result<(), StoreFailure> {
    let kept = SignedDuration::from_hours(i64::from(keep_days) * 24);
    let before = now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    while store.prune_dmarc(tenant, before, now).await? > 0 {
        sleep(RETENTION_REST).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisations_begin_at_times_of_their_own() {
        let starts: HashSet<i64> = (0..50)
            .map(|n| start("mail.example.jp", &format!("o{n}"), 20_000))
            .collect();
        assert!(starts.len() > 45);
        let midnight = 20_001 * DAY_S;
        assert!(
            starts
                .iter()
                .all(|at| (midnight..midnight + DAY_S / 2).contains(at))
        );
    }
}
