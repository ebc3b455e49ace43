//! A running installation: store, directory, listeners, pages, control socket and numbers, put together
//! from a configuration. `serve` and `demo` both live in it.

mod metrics;
mod web;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use sekisho_command::Desk;
use sekisho_directory::Directory;
use sekisho_server::cage::{Cage, Program};
use sekisho_server::config::{Config, Service, TlsSource};
use sekisho_server::tls::{self, AcmeFiles, SelfMadeCa, TlsServer};
use sekisho_server::{Parts, Running, Server, dns};
use sekisho_store::{Options, Store};
use sekisho_words::say;
use tokio::task::JoinHandle;

use crate::control;
use crate::output::Failure;
use crate::pages::{self, Links};
use crate::worker;

pub(crate) use metrics::recorder;

/// Everything that runs.
pub(crate) struct House {
    /// Listeners and what they serve.
    pub(crate) running: Running,
    /// Where commands are handed in.
    pub(crate) desk: Desk,
    /// The root of a self-made CA, where there is one.
    pub(crate) ca_file: Option<PathBuf>,
    tls: Option<Arc<TlsServer>>,
    tasks: Vec<JoinHandle<()>>,
}

/// The parts that are needed before listeners open.
#[derive(Clone)]
pub(crate) struct Ground {
    /// The open store.
    pub(crate) store: Store,
    /// The directory on it.
    pub(crate) directory: Directory,
}

impl Ground {
    /// Opens the store and reads the directory.
    pub(crate) fn open(config: &Config) -> Result<Self, Failure> {
        let store = Store::open(store_options(config)).map_err(|error| {
            let why = error.to_string();
            Failure::new(
                say("cli-store-not-open", &[("why", why.as_str().into())]),
                1,
            )
        })?;
        let directory = Directory::open(store.clone(), Timestamp::now())
            .map_err(|error| Failure::of_system("directory", &error))?;
        Ok(Self { store, directory })
    }
}

/// How the store of this configuration is opened.
pub(crate) fn store_options(config: &Config) -> Options {
    Options {
        free_bytes_min: config.limits.free_space_bytes_min,
        ..Options::new(&config.data_dir)
    }
}

impl House {
    /// Opens everything. When it returns, every port is open.
    pub(crate) async fn start(
        config: &Config,
        ground: Ground,
        links: Links,
    ) -> Result<Self, Failure> {
        let Ground { store, directory } = ground;
        let base = pages::base_of(config, links);
        let server = tls::open(config).map_err(|error| Failure::of_system("tls", &error))?;
        let resolver =
            dns::resolver(&config.dns).map_err(|error| Failure::of_system("dns", &error))?;
        let program = Program::new(PathBuf::from(worker::PROGRAM));
        let cage = tokio::task::spawn_blocking(move || Arc::new(Cage::start(program)))
            .await
            .map_err(|error| Failure::of_system("workers", &error))?;
        let parts = Parts {
            store: store.clone(),
            directory: directory.clone(),
            resolver: Arc::clone(&resolver),
            tls: server.clone(),
            pages: Some(base.clone()),
            cage: Some(Arc::clone(&cage)),
        };
        let running = Server::start(config, parts)
            .await
            .map_err(|error| Failure::of_system("start", &error))?;
        let desk = Desk {
            store,
            directory,
            pages: Arc::from(base),
            hostname: Arc::from(config.hostname.as_str()),
        };
        let mut house = Self {
            running,
            desk,
            ca_file: ca_file(config),
            tls: server,
            tasks: Vec::new(),
        };
        house.keep_certificates(config);
        house.open_pages();
        house.open_numbers(cage);
        house.open_control(config, resolver);
        Ok(house)
    }

    /// With ACME: renewals, and the first certificate.
    fn keep_certificates(&mut self, config: &Config) {
        if let (TlsSource::Acme(settings), Some(tls)) = (&config.tls.source, &self.tls) {
            let files = AcmeFiles::new(&config.data_dir);
            let keep = tls::keep_renewed(settings.clone(), files, Arc::clone(tls));
            self.tasks.push(tokio::spawn(keep));
        }
    }

    fn open_pages(&mut self) {
        for service in [Service::Console, Service::ConsolePlain] {
            for listener in self.running.take_listeners(service) {
                let tls = self.tls.clone().filter(|_| service == Service::Console);
                self.tasks
                    .push(web::serve(listener, tls, self.desk.clone()));
            }
        }
    }

    fn open_numbers(&mut self, cage: Arc<Cage>) {
        for listener in self.running.take_listeners(Service::Metrics) {
            self.tasks.push(metrics::serve(
                listener,
                self.desk.clone(),
                self.tls.clone(),
                self.running.pipeline().antivirus().cloned(),
                Arc::clone(&cage),
            ));
        }
    }

    fn open_control(&mut self, config: &Config, resolver: Arc<dyn dns::Resolver>) {
        const FAILED: &str =
            "the control socket cannot be opened; commands must wait for a restart";
        // Before anyone is told that the server is ready: a command would find neither it nor a free store.
        let listener = match control::open(&config.data_dir) {
            Ok(listener) => listener,
            Err(error) => return tracing::error!(%error, FAILED),
        };
        let desk = self.desk.clone();
        self.tasks.push(tokio::spawn(async move {
            if let Err(error) = control::listen(listener, desk, resolver).await {
                tracing::error!(%error, FAILED);
            }
        }));
    }

    /// Takes over what can change while it runs.
    pub(crate) fn reload(&self, config: &Config) {
        self.running.reload(config);
    }

    /// Lets open connections finish, then closes the store.
    pub(crate) async fn shutdown(self) {
        self.running.shutdown().await;
        for task in self.tasks {
            task.abort();
        }
        let store = self.desk.store.clone();
        // Closing waits for the last commands to reach the disk.
        let closed = tokio::task::spawn_blocking(move || store.close()).await;
        if let Err(error) = closed {
            tracing::error!(%error, "the store did not close");
        }
    }
}

/// The root of the self-made CA, where the configuration asks for one.
fn ca_file(config: &Config) -> Option<PathBuf> {
    let self_made = config.tls.source == TlsSource::SelfMade;
    let ca =
        self_made.then(|| SelfMadeCa::open(&config.data_dir.join("tls"), SystemTime::now()))?;
    ca.ok().map(|ca| ca.root_file())
}
