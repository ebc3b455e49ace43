//! Short visits to every port, one after another, and connections that stand all the time.

use std::collections::HashMap;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sekisho_testkit::{Demo, Trust};

use crate::ports::{self, Standing};

/// Between two visits to a port, or two exchanges on a standing connection.
const PAUSE: Duration = Duration::from_millis(20);

/// What was done.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) connections: usize,
    pub(crate) exchanges: usize,
    pub(crate) standing: usize,
    pub(crate) dropped: Vec<String>,
}

#[derive(Default)]
struct Shared {
    done: Mutex<Done>,
    /// The certificate that each port showed last.
    shown: Mutex<HashMap<&'static str, Vec<u8>>>,
    news: Condvar,
}

/// Clients at work.
pub(crate) struct Load {
    shared: Arc<Shared>,
    stop: Vec<mpsc::Sender<()>>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    pub(crate) fn on(demo: &Demo, trust: &Trust) -> Self {
        let mut load = Self {
            shared: Arc::default(),
            stop: Vec::new(),
            clients: Vec::new(),
        };
        for name in ports::ALL {
            let (port, trust) = (demo.port(name), trust.without_resumption());
            load.client(move |shared| match ports::visit(port, name, &trust) {
                Ok(shown) => {
                    shared.done.lock().unwrap().connections += 1;
                    shared.shown.lock().unwrap().insert(name, shown);
                    shared.news.notify_all();
                    true
                }
                Err(why) => dropped(shared, name, &why),
            });
        }
        for name in ports::STANDING {
            let mut standing = Standing::open(demo, name, trust);
            load.shared.done.lock().unwrap().standing += 1;
            load.client(move |shared| match standing.exchange() {
                Ok(()) => {
                    shared.done.lock().unwrap().exchanges += 1;
                    true
                }
                Err(why) => dropped(shared, name, &why),
            });
        }
        load
    }

    /// Does something again and again until it says no or the load ends.
    fn client(&mut self, mut work: impl FnMut(&Shared) -> bool + Send + 'static) {
        let (stop, stopped) = mpsc::channel();
        let shared = Arc::clone(&self.shared);
        self.stop.push(stop);
        self.clients.push(std::thread::spawn(move || {
            let goes_on = || stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout);
            while work(&shared) && goes_on() {}
        }));
    }

    /// Waits for a visit to each port that was shown this certificate.
    pub(crate) fn until_every_port_shows(&self, certificate: &[u8], deadline: Instant) {
        let mut shown = self.shared.shown.lock().unwrap();
        loop {
            let old = |name: &&&str| shown.get(**name).is_none_or(|last| last != certificate);
            let waiting: Vec<_> = ports::ALL.iter().filter(old).collect();
            if waiting.is_empty() {
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let done = self.shared.done.lock().unwrap();
                let Done {
                    connections,
                    exchanges,
                    dropped,
                    ..
                } = &*done;
                panic!(
                    "still the old certificate: {waiting:?}; {connections} visits, {exchanges} exchanges, {dropped:?}"
                );
            }
            shown = self.shared.news.wait_timeout(shown, left).unwrap().0;
        }
    }

    pub(crate) fn end(self) -> Done {
        drop(self.stop);
        for client in self.clients {
            client.join().expect("a client met a fault");
        }
        std::mem::take(&mut *self.shared.done.lock().unwrap())
    }
}

fn dropped(shared: &Shared, name: &str, why: &str) -> bool {
    let mut done = shared.done.lock().unwrap();
    done.dropped.push(format!("{name}: {why}"));
    done.dropped.len() < 20
}
