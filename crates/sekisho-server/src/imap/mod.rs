//! The driver of IMAP sessions: questions to the store, changes to IDLE.

mod answers;
mod append;
mod convert;
mod folders;
mod selected;
mod shared;
mod watchers;

use std::io;
use std::sync::Arc;
use std::time::Instant;

use sekisho_imap::{Input, Output, Peer, Session};

use crate::listen::{Connection, Event, Wire};
use crate::sign_in::{SignIn, bindings};
use crate::site::{Site, random};

use answers::Answers;
pub(crate) use watchers::Watchers;

/// Serves one client until either side ends it.
pub(crate) async fn drive(site: Arc<Site>, connection: Connection) {
    let (ip, service) = (connection.peer, connection.service);
    let Some(nonce_seed) = random() else { return };
    let Some((wire, binding, pass)) = connection.into_wire(site.tls.as_deref()).await else {
        return;
    };
    let tls = binding.as_ref().map(bindings);
    let session = Session::new(
        Arc::clone(&site.imap),
        Peer {
            ip,
            tls,
            nonce_seed,
        },
        Instant::now(),
    );
    let sign_in = SignIn::new(site.directory.clone(), ip, service.name());
    let answers = Answers::new(Arc::clone(&site), sign_in);
    let mut driver = Driver {
        site,
        session,
        wire,
        answers,
    };
    if driver.run().await.is_ok() {
        driver.wire.close().await;
    }
    drop(pass);
}

struct Driver {
    site: Arc<Site>,
    session: Session,
    wire: Wire,
    answers: Answers,
}

impl Driver {
    async fn run(&mut self) -> io::Result<()> {
        loop {
            while let Some(output) = self.session.poll() {
                if self.carry_out(output).await? {
                    return Ok(());
                }
            }
            self.wire.flush().await?;
            let deadline = self.session.deadline();
            let input = tokio::select! {
                event = self.wire.next(deadline) => match event {
                    Event::Bytes => None,
                    Event::Clock => Some(Input::Clock),
                    Event::Draining => Some(Input::Shutdown),
                    Event::Gone => Some(Input::PeerGone),
                    Event::Cut => return Err(io::ErrorKind::ConnectionAborted.into()),
                },
                () = self.answers.changed() => Some(Input::Changed),
            };
            let input = input.unwrap_or_else(|| Input::Bytes(self.wire.bytes()));
            self.session.handle(Instant::now(), input);
        }
    }

    /// Says whether the session is over.
    async fn carry_out(&mut self, output: Output) -> io::Result<bool> {
        match output {
            Output::Send(bytes) => self.wire.send(&bytes),
            Output::SendShared(bytes) => self.wire.send_shared(&bytes).await?,
            Output::StartTls => {
                let Some(tls) = &self.site.tls else {
                    return Err(io::ErrorKind::NotConnected.into());
                };
                let binding = self.wire.start_tls(tls).await?;
                self.session
                    .handle(Instant::now(), Input::TlsReady(bindings(&binding)));
            }
            Output::Ask(question) => {
                let answer = self.answers.answer(question).await;
                self.session.handle(Instant::now(), Input::Answer(answer));
            }
            Output::Body(chunk) => self.answers.body(&chunk),
            Output::BodyAborted => self.answers.body_aborted(),
            Output::Unselected => self.answers.unselected(),
            Output::Close => return Ok(true),
        }
        if self.wire.is_full() {
            self.wire.flush().await?;
        }
        Ok(false)
    }
}
