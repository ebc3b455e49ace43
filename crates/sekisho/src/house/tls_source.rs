//! Certificates from where the configuration says.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use sekisho_server::config::{Config, TlsSource};
use sekisho_server::tls::{self, AcmeFiles, SelfMadeCa, TlsServer};
use tokio::task::JoinHandle;

use crate::output::Failure;

/// Certificates in use, and the task that keeps them fresh.
pub(super) struct Source {
    pub(super) server: Option<Arc<TlsServer>>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) tasks: Vec<JoinHandle<()>>,
}

pub(super) async fn open(config: &Config) -> Result<Source, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::of_system("tls", error);
    let mut source = Source {
        server: None,
        ca_file: None,
        tasks: Vec::new(),
    };
    match &config.tls.source {
        TlsSource::None => {}
        TlsSource::Files(files) => {
            let server = TlsServer::load(files.clone()).map_err(|error| failed(&error))?;
            source.server = Some(Arc::new(server));
        }
        TlsSource::SelfMade => {
            let now = SystemTime::now();
            let ca = SelfMadeCa::open(&config.data_dir.join("tls"), now)
                .map_err(|error| failed(&error))?;
            let names = [
                config.hostname.clone(),
                "localhost".to_owned(),
                "127.0.0.1".to_owned(),
            ];
            let files = ca.issue(&names, now).map_err(|error| failed(&error))?;
            let server = TlsServer::load(vec![files]).map_err(|error| failed(&error))?;
            source.server = Some(Arc::new(server));
            source.ca_file = Some(ca.root_file());
        }
        TlsSource::Acme(settings) => {
            let files = AcmeFiles::new(&config.data_dir);
            if files.renewal_due(SystemTime::now()) {
                // Without a certificate nobody could sign in: the first one is worth the wait.
                tls::renew(settings, &files)
                    .await
                    .map_err(|error| failed(&error))?;
            }
            let server =
                TlsServer::load(vec![files.certificate()]).map_err(|error| failed(&error))?;
            let server = Arc::new(server);
            let keep = tls::keep_renewed(settings.clone(), files, Arc::clone(&server));
            source.tasks.push(tokio::spawn(keep));
            source.server = Some(server);
        }
    }
    Ok(source)
}
