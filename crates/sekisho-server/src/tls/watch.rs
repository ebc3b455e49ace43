//! Certificates renewed by others (certbot, an administrator) are picked up without a restart (P21).

use std::sync::Arc;

use tokio::time::{MissedTickBehavior, interval};

use super::TlsServer;
use crate::limits::CERTIFICATE_WATCH;

/// Looks at the files from time to time, for as long as it is polled.
pub async fn watch(server: Arc<TlsServer>) {
    let mut ticks = interval(CERTIFICATE_WATCH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        match server.reload_if_changed() {
            Ok(true) => tracing::info!("new certificates are in use"),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, "new certificates cannot be used; the old ones stay")
            }
        }
    }
}
