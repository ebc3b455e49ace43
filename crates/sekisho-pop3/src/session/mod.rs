//! The session: bytes and answers in, bytes and questions out.

mod core;
mod sign_in;
mod transaction;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sekisho_sasl::ChannelBindings;

use self::core::Core;
use self::sign_in::{Sasl, SignIn};
use self::transaction::Drop;
use crate::command::{self, Command};
use crate::lines::{Line, Lines};
use crate::stuffing::Stuffing;
use crate::{Answer, Question, limits};

/// Settings that all sessions of a listener share.
#[derive(Clone, Debug)]
pub struct Config {
    /// Shown in the greeting.
    pub host_name: String,
    /// STLS can be had (the plain-text port with a certificate).
    pub stls: bool,
    /// Sign-in without TLS. Only for tests and for a listener on loopback behind a TLS proxy.
    pub sign_in_without_tls_allowed: bool,
}

/// Who is on the other side, and the randomness of this session.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The client's address, for logs.
    pub ip: IpAddr,
    /// TLS from the first byte (port 995); `None` on the plain-text port.
    pub tls: Option<ChannelBindings>,
    /// Fresh randomness: seeds the SCRAM nonces.
    pub nonce_seed: [u8; 32],
}

/// What the driver tells the session. Nothing else changes its state.
pub enum Input<'a> {
    /// From the client.
    Bytes(&'a [u8]),
    /// The handshake after [`Output::StartTls`] is done.
    TlsReady(ChannelBindings),
    /// To the open question.
    Answer(Answer),
    /// The deadline may have come.
    Clock,
    /// The client has hung up.
    PeerGone,
    /// The server is stopping.
    Shutdown,
}

/// Bytes may hold a password: only their number is printed.
impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::TlsReady(_) => f.write_str("TlsReady"),
            Self::Answer(answer) => f.debug_tuple("Answer").field(answer).finish(),
            Self::Clock => f.write_str("Clock"),
            Self::PeerGone => f.write_str("PeerGone"),
            Self::Shutdown => f.write_str("Shutdown"),
        }
    }
}

/// What the driver shall do, in this order.
#[derive(Debug)]
pub enum Output {
    /// Send to the client.
    Send(Vec<u8>),
    /// Begin the TLS handshake once all before is sent; then `Input::TlsReady`.
    StartTls,
    /// Answer with `Input::Answer`; no other question comes before.
    Ask(Question),
    /// Close the connection once all before is sent.
    Close,
}

/// Where the session stands (RFC 1939 §3).
#[derive(Debug)]
enum State {
    /// AUTHORIZATION; USER may have named somebody.
    Greeted {
        user: Option<String>,
    },
    /// The client answers a SASL challenge.
    Sasl(Box<Sasl>),
    /// A question about the sign-in is open.
    SigningIn(SignIn),
    /// TRANSACTION
    SignedIn(Drop),
    /// A message is asked for.
    Opening {
        drop: Drop,
        lines: Option<usize>,
    },
    /// A message is going out.
    Sending {
        drop: Drop,
        sending: Stuffing,
    },
    /// UPDATE
    Removing,
    StartingTls,
    Over,
}

/// One POP3 connection.
#[derive(Debug)]
pub struct Session {
    core: Core,
    lines: Lines,
    state: State,
    started: Instant,
    active: Instant,
    stopping: bool,
}

/// An open question may take as long as it takes.
const NO_DEADLINE: Duration = Duration::from_secs(24 * 3600);

impl Session {
    /// A connection has been made. The greeting is the first output.
    pub fn new(config: Arc<Config>, peer: Peer, now: Instant) -> Self {
        let mut core = Core::new(config, peer.tls, peer.nonce_seed);
        let greeting = format!("{} POP3 ready", core.config.host_name);
        core.ok(&greeting);
        Self {
            core,
            lines: Lines::default(),
            state: State::Greeted { user: None },
            started: now,
            active: now,
            stopping: false,
        }
    }

    /// Takes one input in.
    pub fn handle(&mut self, now: Instant, input: Input<'_>) {
        if self.core.closed {
            return;
        }
        match input {
            // Between STLS and the handshake there is no plain text (CVE-2011-0411).
            Input::Bytes(_) if matches!(self.state, State::StartingTls) => {}
            Input::Bytes(bytes) => {
                if self.lines.pending_bytes() > limits::PENDING_BYTES_MAX {
                    self.core.err("too much at once");
                    self.core.close();
                }
                self.active = now;
                self.lines.push(bytes);
            }
            Input::TlsReady(bindings) => {
                if matches!(self.state, State::StartingTls) {
                    self.core.tls = Some(bindings);
                    self.lines = Lines::default();
                    self.state = State::Greeted { user: None };
                    self.active = now;
                }
            }
            Input::Answer(answer) => self.take_answer(now, answer),
            // RFC 1939 §3: time-out removes nothing and says nothing.
            Input::Clock if now >= self.deadline() => self.core.close(),
            Input::Clock => {}
            Input::PeerGone => self.core.close(),
            Input::Shutdown => self.stopping = true,
        }
        self.advance();
    }

    /// The next thing to do, or `None` until the next input.
    pub fn poll(&mut self) -> Option<Output> {
        if let Some(output) = self.core.pop() {
            return Some(output);
        }
        self.advance();
        self.core.pop()
    }

    /// `handle(now, Input::Clock)` no later than this.
    pub fn deadline(&self) -> Instant {
        match self.state {
            State::SigningIn(_) | State::Opening { .. } | State::Removing => {
                self.active + NO_DEADLINE
            }
            State::SignedIn(_) | State::Sending { .. } => self.active + limits::IDLE_AFTER_SIGN_IN,
            _ => {
                let silent = self.active + limits::IDLE_BEFORE_SIGN_IN;
                silent.min(self.started + limits::SIGN_IN_WITHIN)
            }
        }
    }

    /// Whether more of the client's bytes should be read now. While a question is open the socket
    /// is better left alone; what is fed anyway is kept, up to a limit.
    pub fn wants_bytes(&self) -> bool {
        let reads = matches!(
            self.state,
            State::Greeted { .. } | State::Sasl(_) | State::SignedIn(_)
        );
        reads && !self.core.closed && !self.stopping
    }

    fn take_answer(&mut self, now: Instant, answer: Answer) {
        let core = &mut self.core;
        self.state = match std::mem::replace(&mut self.state, State::Over) {
            State::SigningIn(sign_in) => sign_in::answered(core, sign_in, answer),
            State::Opening { drop, lines } => transaction::opened(core, drop, lines, answer),
            State::Removing => transaction::removed(core, answer),
            other => {
                self.state = other;
                return;
            }
        };
        self.active = now;
    }

    /// Works until there is nothing to do, something is waited for, or output piles up.
    fn advance(&mut self) {
        let mut commands = 0;
        while !self.core.closed && self.core.has_room() {
            match std::mem::replace(&mut self.state, State::Over) {
                State::Sending { drop, sending } => {
                    self.state = transaction::send(&mut self.core, drop, sending);
                }
                state @ (State::Greeted { .. } | State::Sasl(_) | State::SignedIn(_)) => {
                    // RFC 1939 §3: nothing is said unasked.
                    if self.stopping {
                        self.core.close();
                        return;
                    }
                    self.state = state;
                    if commands >= limits::COMMANDS_BATCH_MAX || !self.next_line() {
                        return;
                    }
                    commands += 1;
                }
                waiting => {
                    self.state = waiting;
                    return;
                }
            }
        }
    }

    /// Whether something came of it.
    fn next_line(&mut self) -> bool {
        let most = match self.state {
            State::Sasl(_) => limits::SASL_LINE_BYTES_MAX,
            _ => limits::LINE_BYTES_MAX,
        };
        let Some(line) = self.lines.next(most) else {
            return false;
        };
        let problem = match line {
            Line::Whole(line) => {
                self.take_line(&line);
                return true;
            }
            Line::TooLong => "the line is too long",
            Line::BareLf => "lines end in CR LF",
            Line::Endless => {
                self.core.err("the line is far too long");
                self.core.close();
                return true;
            }
        };
        if matches!(self.state, State::Sasl(_)) {
            self.state = State::Greeted { user: None };
        }
        self.core.bad(problem);
        true
    }

    fn take_line(&mut self, line: &[u8]) {
        let core = &mut self.core;
        let state = std::mem::replace(&mut self.state, State::Over);
        self.state = match state {
            State::Sasl(sasl) => sign_in::sasl_line(core, sasl, line),
            state => match (state, command::parse(line)) {
                (state, Err(why)) => {
                    core.bad(why);
                    state
                }
                (State::SignedIn(drop), Ok(command)) => transaction::command(core, drop, command),
                (State::Greeted { user }, Ok(command)) => self.greeted(user, command),
                (state, Ok(_)) => state,
            },
        };
    }

    /// A command in the AUTHORIZATION state.
    fn greeted(&mut self, user: Option<String>, command: Command) -> State {
        let core = &mut self.core;
        match command {
            Command::Capa => {
                core.capabilities(false);
                State::Greeted { user }
            }
            Command::User(name) => sign_in::user(core, name),
            Command::Pass(password) => sign_in::pass(core, user, password),
            Command::Auth(start) => sign_in::auth(core, start),
            Command::Quit => {
                core.ok("bye");
                core.close();
                State::Over
            }
            Command::Stls if core.tls.is_none() && core.config.stls => {
                core.ok("begin TLS now");
                core.push(Output::StartTls);
                self.lines = Lines::default();
                State::StartingTls
            }
            Command::Stls => {
                core.bad("TLS is on already, or cannot be had");
                State::Greeted { user }
            }
            _ => {
                core.bad("sign in first");
                State::Greeted { user }
            }
        }
    }
}
