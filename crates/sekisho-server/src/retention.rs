//! Old trace and audit rows go: at the start and each hour after that, a small batch at a time.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sekisho_store::{Prune, Pruned, Store, StoreFailure};
use tokio::time::sleep;

use crate::clock::Clock;
use crate::config::Retention;
use crate::limits::{RETENTION_LOOK, RETENTION_REST};

/// Looks for old rows for ever.
pub async fn watch(store: Store, kept: Retention, clock: Clock) {
    loop {
        match go_round(&store, kept, clock.now(), RETENTION_REST).await {
            Ok(gone) if gone.is_nothing() => {}
            Ok(gone) => {
                tracing::info!(
                    gone.mails,
                    gone.audit_rows,
                    "old trace and audit rows are gone"
                );
            }
            // They are as old in an hour.
            Err(error) => tracing::error!(%error, "old trace and audit rows stay"),
        }
        sleep(RETENTION_LOOK).await;
    }
}

/// Lets everything go that is too old at `now`, with a `rest` between batches.
///
/// # Errors
/// The store failed; what went before that is gone.
pub async fn go_round(
    store: &Store,
    kept: Retention,
    now: Timestamp,
    rest: Duration,
) -> Result<Pruned, StoreFailure> {
    let prune = Prune {
        trace_before: days_before(now, kept.trace_days),
        audit_before: days_before(now, kept.audit_days),
        now,
    };
    let mut all = Pruned::default();
    loop {
        let batch = store.prune(prune).await?;
        if batch.is_nothing() {
            return Ok(all);
        }
        all.mails = all.mails.saturating_add(batch.mails);
        all.audit_rows = all.audit_rows.saturating_add(batch.audit_rows);
        sleep(rest).await;
    }
}

fn days_before(now: Timestamp, days: u32) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(i64::from(days) * 24))
        .unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use sekisho_store::{AuditCheck, Direction, Options, RefusedMail, Summary, Tenant, TraceQuery};

    use super::*;

    fn refused(store: &Store, now: Timestamp) -> RefusedMail {
        RefusedMail {
            id: store.new_mail_id(now),
            tenant: Tenant(1),
            now,
            direction: Direction::Inbound,
            reverse_path: None,
            recipients: vec!["a@example.jp".to_owned()],
            helo: None,
            client_ip: None,
            signed_in: None,
            summary: Summary::default(),
            reply: "550 5.1.1 no".to_owned(),
            facts_json: String::new(),
            verdict_json: String::new(),
            steps: Vec::new(),
        }
    }

    #[tokio::test]
    async fn what_is_older_than_the_setting_goes_and_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(Options::new(dir.path())).unwrap();
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for days in (0..900).rev() {
            let mail = refused(&store, days_before(now, days));
            store.record_refused(mail).await.unwrap();
        }
        let kept = Retention {
            trace_days: 30,
            ..Retention::default()
        };
        let gone = go_round(&store, kept, now, Duration::ZERO).await.unwrap();
        assert_eq!((gone.mails, gone.audit_rows), (869, 499));
        let reader = store.reader().unwrap();
        let found = reader.trace(Tenant(1), &TraceQuery::default()).unwrap();
        assert_eq!(found.len(), 31);
        assert!(
            found
                .iter()
                .all(|traced| traced.mail.received_at >= days_before(now, 30))
        );
        let check = reader.verify_audit(Tenant(1)).unwrap();
        assert!(matches!(check, AuditCheck::Whole { .. }), "{check:?}");
        let again = go_round(&store, kept, now, Duration::ZERO).await.unwrap();
        assert!(again.is_nothing(), "{again:?}");
    }
}
