//! The driver of SMTP sessions: bytes between socket and session, content to the spool, questions to the
//! directory and the pipeline.

mod answers;
mod door;
mod rates;
mod refused;

pub(crate) use answers::forward_address;

use std::io;
use std::sync::Arc;
use std::time::Instant;

use sekisho_smtp::TlsFacts;
use sekisho_smtp::server::{Input, Output, Peer, Session};

use crate::config::Service;
use crate::listen::{Connection, Event, Wire};
use crate::pipeline::Stored;
use crate::sign_in::{SignIn, bindings};
use crate::site::{Site, random};
use crate::spool::Spool;
use crate::tls::Binding;

use answers::Answers;
pub(crate) use rates::Rates;
pub(crate) use refused::RefusedNotes;

/// Serves one client until either side ends it.
pub(crate) async fn drive(site: Arc<Site>, connection: Connection) {
    let (ip, service) = (connection.peer, connection.service);
    let Some(seed) = random() else { return };
    let Some((wire, binding, pass)) = connection.into_wire(site.tls.as_deref()).await else {
        return;
    };
    let peer = Peer {
        ip,
        tls: binding.map(facts),
        seed,
    };
    let config = if service == Service::Smtp {
        &site.smtp
    } else {
        &site.submission
    };
    let session = Session::new(Arc::clone(config), peer, Instant::now());
    let sign_in = SignIn::new(site.directory.clone(), ip, service.name());
    let spool = Spool::new(site.store.clone(), &site.spool_memory);
    let answers = Answers::new(Arc::clone(&site), sign_in, ip);
    let mut driver = Driver {
        site,
        session,
        wire,
        spool,
        answers,
    };
    if driver.run().await.is_ok() {
        driver.wire.close().await;
    }
    drop(pass);
}

fn facts(binding: Binding) -> TlsFacts {
    let channel_bindings = bindings(&binding);
    TlsFacts {
        version: binding.version.to_owned(),
        cipher: binding.cipher,
        channel_bindings,
    }
}

struct Driver {
    site: Arc<Site>,
    session: Session<Stored>,
    wire: Wire,
    spool: Spool,
    answers: Answers,
}

impl Driver {
    /// Ends well when the session has said goodbye, and with an error when the peer is gone.
    async fn run(&mut self) -> io::Result<()> {
        loop {
            while let Some(output) = self.session.poll() {
                if self.carry_out(output).await? {
                    return Ok(());
                }
            }
            self.wire.flush().await?;
            let event = self.wire.next(self.session.deadline()).await;
            let now = Instant::now();
            match event {
                Event::Bytes => self.session.handle(now, Input::Bytes(self.wire.bytes())),
                Event::Clock => self.session.handle(now, Input::Clock),
                Event::Draining => self.session.handle(now, Input::Shutdown),
                Event::Gone => self.session.handle(now, Input::PeerGone),
                Event::Cut => return Err(io::ErrorKind::ConnectionAborted.into()),
            }
        }
    }

    /// Says whether the session is over.
    async fn carry_out(&mut self, output: Output) -> io::Result<bool> {
        match output {
            Output::Send(bytes) => {
                self.wire.send(&bytes);
                if self.wire.is_full() {
                    self.wire.flush().await?;
                }
            }
            Output::StartTls => {
                let Some(tls) = &self.site.tls else {
                    return Err(io::ErrorKind::NotConnected.into());
                };
                let binding = self.wire.start_tls(tls).await?;
                self.session
                    .handle(Instant::now(), Input::TlsReady(facts(binding)));
            }
            Output::Ask(question) => {
                if question_may_take_long(&question) {
                    self.wire.flush().await?;
                }
                let answer = self.answers.answer(question, &mut self.spool).await;
                self.session.handle(Instant::now(), Input::Answer(answer));
            }
            Output::Body(chunk) => self.spool.take_in(chunk),
            Output::BodyAborted => self.spool.clear(),
            Output::ContentRefused(envelope, reply) => {
                self.answers.note_content(&envelope, &reply);
            }
            Output::Close => return Ok(true),
        }
        Ok(false)
    }
}

/// Recipients are looked up in memory: their replies can wait for one write together.
fn question_may_take_long(question: &sekisho_smtp::server::Question) -> bool {
    use sekisho_smtp::server::Question;
    // A recipient may be asked about in DNS and the store, where greylisting is on.
    matches!(question, Question::Auth(_) | Question::Message(_))
}
