//! The client machine: its state, its time, and the way of replies through it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::client::remote_reply::ReplyReader;
use crate::client::sending::Sending;
use crate::client::{Capabilities, Config, Input, Output, RemoteReply, SessionFailure, TlsMode};
use crate::envelope::TlsFacts;
use crate::limits;
use crate::reply::EnhancedStatus;

/// A client session without IO: give it [`Input`]s, do its [`Output`]s in order.
///
/// ```text
/// new ──► Ready ──Mail──► NeedContent… ──► Done ──► Ready ──Quit──► Close
///           └─ or Failed, Close             └─ or Close
/// ```
pub struct Session {
    pub(super) config: Arc<Config>,
    pub(super) state: State,
    pub(super) capabilities: Capabilities,
    pub(super) tls: Option<TlsFacts>,
    pub(super) mails_sent: usize,
    reader: ReplyReader,
    out: VecDeque<Output>,
    deadline: Instant,
}

/// What is waited for.
pub(super) enum State {
    Greeting,
    Ehlo,
    Helo,
    StartTls,
    Handshake,
    Auth(Box<sekisho_sasl::client::Exchange>),
    /// A mail, or the order to quit.
    Ready,
    Sending(Box<Sending>),
    /// The answer to RSET.
    Reset,
    Quit,
    Over,
}

impl Session {
    /// Waits for the greeting.
    pub fn new(config: Arc<Config>, now: Instant) -> Self {
        let deadline = now + config.reply_timeout;
        Self {
            config,
            state: State::Greeting,
            capabilities: Capabilities::default(),
            tls: None,
            mails_sent: 0,
            reader: ReplyReader::default(),
            out: VecDeque::new(),
            deadline,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Instant, input: Input<'_>) {
        match (input, &self.state) {
            (_, State::Over) => {}
            (Input::Bytes(bytes), _) => self.bytes(now, bytes),
            (Input::TlsReady(tls), State::Handshake) => {
                self.tls = Some(tls);
                self.say_ehlo(now);
            }
            // Port 465: the driver tells what the handshake before the greeting agreed on.
            (Input::TlsReady(tls), State::Greeting) => self.tls = Some(tls),
            (Input::TlsFailed, State::Handshake) => self.fail(SessionFailure::TlsFailed),
            (Input::Mail(mail), State::Ready) => self.start(now, *mail),
            (Input::Content(bytes), State::Sending(_)) => self.content(now, bytes),
            (Input::ContentEnd, State::Sending(_)) => self.content_end(now),
            (Input::Quit, State::Ready) => self.say_quit(now),
            (Input::Clock, _) if now < self.deadline => {}
            (Input::Clock, _) => self.fail(SessionFailure::TimedOut),
            (Input::PeerGone, State::Quit) => self.close(),
            (Input::PeerGone, _) => self.fail(SessionFailure::PeerGone),
            _ => self.fail(SessionFailure::OutOfTurn),
        }
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// Give [`Input::Clock`] at this time, unless something else comes first.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// What the server offers, after the first [`Output::Ready`].
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// What TLS agreed on.
    pub fn tls(&self) -> Option<&TlsFacts> {
        self.tls.as_ref()
    }

    pub(super) fn is_under_tls(&self) -> bool {
        self.tls.is_some() || self.config.tls == TlsMode::Implicit
    }

    fn bytes(&mut self, now: Instant, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match (&self.state, self.reader.read(&mut bytes)) {
                (State::Over, _) => return,
                // Something in the clear where only the handshake may come was put there by somebody else.
                (State::Handshake, _) => return self.fail(SessionFailure::InjectedBeforeTls),
                (_, Err(_)) => return self.fail(SessionFailure::Malformed),
                (_, Ok(None)) => return,
                (_, Ok(Some(reply))) => self.reply(now, reply),
            }
            match (&self.state, bytes.is_empty()) {
                (State::Handshake, true) => self.push(Output::StartTls),
                (State::Handshake, false) => return self.fail(SessionFailure::InjectedBeforeTls),
                _ => {}
            }
        }
    }

    fn reply(&mut self, now: Instant, reply: RemoteReply) {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Greeting => self.greeted(now, reply),
            State::Ehlo => self.ehlo_answered(now, reply),
            State::Helo => self.helo_answered(now, reply),
            State::StartTls => self.start_tls_answered(now, reply),
            State::Auth(exchange) => self.auth_answered(now, exchange, reply),
            State::Sending(sending) => self.sending_answered(now, sending, reply),
            State::Reset if reply.is_ok() => self.ready(now),
            State::Quit => {
                self.state = State::Quit;
                self.close();
            }
            // 421 between mails (RFC 5321 §3.8), or an answer to nothing.
            state @ (State::Reset | State::Ready | State::Handshake) => {
                self.state = state;
                self.fail(SessionFailure::Refused(reply));
            }
            State::Over => {}
        }
    }

    pub(super) fn ready(&mut self, now: Instant) {
        if self
            .capabilities
            .mails_max
            .is_some_and(|max| self.mails_sent >= max)
        {
            return self.say_quit(now); // RFC 9422 §4.1
        }
        self.wait_for(now, State::Ready, self.config.reply_timeout);
        self.push(Output::Ready);
    }

    pub(super) fn say_reset(&mut self, now: Instant) {
        self.push(Output::Send(b"RSET\r\n".to_vec()));
        self.wait_for(now, State::Reset, self.config.reply_timeout);
    }

    pub(super) fn say_quit(&mut self, now: Instant) {
        self.push(Output::Send(b"QUIT\r\n".to_vec()));
        self.wait_for(now, State::Quit, limits::CLIENT_QUIT_TIMEOUT);
    }

    pub(super) fn wait_for(&mut self, now: Instant, state: State, wait: Duration) {
        self.state = state;
        self.deadline = now + wait;
    }

    /// The same state, a new time.
    pub(super) fn wait_on(&mut self, now: Instant, wait: Duration) {
        self.deadline = now + wait;
    }

    pub(super) fn push(&mut self, output: Output) {
        self.out.push_back(output);
    }

    /// The session cannot go on. A mail in it gets its results, else the failure is told.
    pub(super) fn fail(&mut self, failure: SessionFailure) {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Sending(sending) => {
                let reply = match &failure {
                    SessionFailure::Refused(reply) => reply.clone(),
                    other => RemoteReply::ours(
                        451,
                        EnhancedStatus {
                            class: 4,
                            ..other.enhanced()
                        },
                        other.to_string(),
                    ),
                };
                self.push(Output::Done(sending.broken_off(&reply)));
            }
            State::Quit | State::Over => {}
            _ => self.push(Output::Failed(failure)),
        }
        self.push(Output::Close);
    }

    pub(super) fn close(&mut self) {
        self.state = State::Over;
        self.push(Output::Close);
    }
}
