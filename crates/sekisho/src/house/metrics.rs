//! `/metrics`, `/healthz` and `/readyz`, on loopback.

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use jiff::Timestamp;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sekisho_command::Desk;
use sekisho_server::antivirus::Antivirus;
use sekisho_server::cage::Cage;
use sekisho_server::tls::TlsServer;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A certificate that ends sooner than this is told (P21).
const CERTIFICATE_ALERT_S: u64 = 14 * 24 * 3_600;
/// A queue entry that has been due for so long means that no worker takes entries.
const QUEUE_STUCK_S: i64 = 300;

/// The one recorder of the process: numbers are kept from the first one on.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| PrometheusBuilder::new().install_recorder().ok())
        .as_ref()
}

/// Serves the numbers until the task is dropped.
pub(super) fn serve(
    listener: TcpListener,
    desk: Desk,
    tls: Option<Arc<TlsServer>>,
    antivirus: Option<Arc<Antivirus>>,
    cage: Arc<Cage>,
) -> JoinHandle<()> {
    let health = Health {
        desk,
        tls,
        antivirus,
        cage,
    };
    let router = Router::new()
        .route("/metrics", get(metrics))
        .route("/readyz", get(|| async { "ready\n" }))
        .route(
            "/healthz",
            get(move || {
                let health = health.clone();
                async move { health.answer().await }
            }),
        );
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the numbers have stopped");
        }
    })
}

async fn metrics() -> String {
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

#[derive(Clone)]
struct Health {
    desk: Desk,
    tls: Option<Arc<TlsServer>>,
    antivirus: Option<Arc<Antivirus>>,
    cage: Arc<Cage>,
}

impl Health {
    /// 200 when mail gets through; else 503 with one cause a line.
    async fn answer(&self) -> (StatusCode, String) {
        let mut causes = Vec::new();
        if let Err(cause) = self.desk.store.health() {
            causes.push(format!("store: {cause}"));
        }
        causes.extend(self.queue().await);
        causes.extend(self.certificates());
        let failure = self.cage.failure();
        causes.extend(failure.map(|why| format!("workers: none can be started: {why}")));
        let away = self.antivirus.as_ref().and_then(|engine| engine.failure());
        causes.extend(away.map(|why| format!("antivirus: clamd does not answer: {why}")));
        if causes.is_empty() {
            (StatusCode::OK, "ok\n".to_owned())
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, causes.join("\n") + "\n")
        }
    }

    async fn queue(&self) -> Option<String> {
        match self.desk.store.read(|reader| reader.counts()).await {
            Err(error) => Some(format!("store: {error}")),
            Ok(counts) => {
                let due = counts.oldest_due_at?;
                let late_s = Timestamp::now().as_second().saturating_sub(due.as_second());
                (late_s > QUEUE_STUCK_S).then(|| {
                    format!("queue: an entry has been due for {late_s} s and nobody takes it")
                })
            }
        }
    }

    fn certificates(&self) -> Vec<String> {
        let Some(tls) = &self.tls else {
            return Vec::new();
        };
        let mut causes: Vec<_> = tls
            .failure()
            .map(|why| format!("tls: {why}"))
            .into_iter()
            .collect();
        for certificate in tls.status() {
            let left = certificate
                .not_after
                .duration_since(SystemTime::now())
                .unwrap_or_default();
            if left.as_secs() < CERTIFICATE_ALERT_S {
                let days = left.as_secs() / 86_400;
                causes.push(format!(
                    "tls: the certificate for {} ends in {days} days",
                    certificate.names.join(", ")
                ));
            }
        }
        causes
    }
}
