//! The session: bytes and answers in, bytes and questions out.

mod append;
mod begin;
mod core;
mod fetch;
mod idle;
mod list;
mod mailboxes;
mod namespace;
mod reader;
mod search;
mod selected;
mod sign_in;
mod sync;
mod task;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sekisho_sasl::ChannelBindings;

use self::append::Append;
use self::core::Core;
use self::reader::{Bounds, Reader, Unit};
use self::sync::Sync;
use self::task::{Next, Task};
use crate::{Answer, Config, Question, limits};

/// Who is on the other side, and the randomness of this session.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The client's address, for logs.
    pub ip: IpAddr,
    /// TLS from the first byte (port 993); `None` on the plain-text port.
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
    /// Something has changed in the selected mailbox.
    Changed,
    /// The deadline may have come.
    Clock,
    /// The client has hung up.
    PeerGone,
    /// The server is stopping: say BYE.
    Shutdown,
}

/// Bytes may hold a password: only their number is printed.
impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::TlsReady(_) => f.write_str("TlsReady"),
            Self::Answer(answer) => f.debug_tuple("Answer").field(answer).finish(),
            Self::Changed => f.write_str("Changed"),
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
    /// Send to the client: a slice of a message, not copied.
    SendShared(Bytes),
    /// Begin the TLS handshake once all before is sent; then `Input::TlsReady`.
    StartTls,
    /// Answer with `Input::Answer`; no other question comes before.
    Ask(Question),
    /// The next bytes of the message being appended.
    Body(Bytes),
    /// The message being appended will not come whole: forget it.
    BodyAborted,
    /// No mailbox is selected any more: changes need not be watched.
    Unselected,
    /// Close the connection once all before is sent.
    Close,
}

/// One IMAP connection.
#[derive(Debug)]
pub struct Session {
    core: Core,
    reader: Reader,
    current: Current,
    started: Instant,
    /// Last sign of life: bytes from the client, or the end of a question.
    active: Instant,
    starting_tls: bool,
    stopping: bool,
}

/// The command at work.
#[derive(Debug)]
enum Current {
    /// None: the next one may be read.
    None,
    /// It can go on as soon as there is room for output.
    Ready(Task),
    /// It waits for the client.
    Reading(Task),
    /// It waits for the driver.
    Asked(Task),
}

/// An open question may take as long as it takes.
const NO_DEADLINE: Duration = Duration::from_secs(24 * 3600);

impl Session {
    /// A connection has been made. The greeting is the first output.
    pub fn new(config: Arc<Config>, peer: Peer, now: Instant) -> Self {
        let mut core = Core::new(config, peer.tls, peer.nonce_seed);
        let greeting = format!(
            "OK [CAPABILITY {}] {} IMAP ready",
            core.capabilities(),
            core.config.host_name
        );
        core.untagged(&greeting);
        Self {
            core,
            reader: Reader::default(),
            current: Current::None,
            started: now,
            active: now,
            starting_tls: false,
            stopping: false,
        }
    }

    /// Takes one input in.
    pub fn handle(&mut self, now: Instant, input: Input<'_>) {
        if self.core.closed {
            return;
        }
        match input {
            Input::Bytes(bytes) => self.take_bytes(now, bytes),
            Input::TlsReady(bindings) if self.starting_tls => {
                self.starting_tls = false;
                self.reader.forget_all();
                self.core.tls = Some(bindings);
                self.active = now;
            }
            Input::TlsReady(_) => {}
            Input::Answer(answer) => self.take_answer(now, answer),
            Input::Changed => self.take_change(),
            Input::Clock => {
                if now >= self.deadline() {
                    self.end(Some("silent for too long"));
                }
            }
            Input::PeerGone => self.end(None),
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
        if matches!(self.current, Current::Asked(_)) || self.core.closed {
            return self.active + NO_DEADLINE;
        }
        if !self.core.signed_in {
            let silent = self.active + limits::IDLE_BEFORE_SIGN_IN;
            return silent.min(self.started + limits::SIGN_IN_WITHIN);
        }
        let amid = self.reader.is_amid() || self.appending();
        self.active
            + if amid {
                limits::IDLE_IN_LITERAL
            } else {
                limits::IDLE_AFTER_SIGN_IN
            }
    }

    /// Whether more of the client's bytes should be read now. While a question is open the socket
    /// is better left alone; what is fed anyway is kept, up to a limit.
    pub fn wants_bytes(&self) -> bool {
        let busy = matches!(self.current, Current::Asked(_) | Current::Ready(_));
        !(busy || self.core.closed || self.starting_tls || self.stopping)
    }

    fn take_bytes(&mut self, now: Instant, bytes: &[u8]) {
        // Between STARTTLS and the handshake there is no plain text (CVE-2011-0411).
        if self.starting_tls {
            return;
        }
        if self.reader.pending_bytes() > limits::PENDING_BYTES_MAX {
            return self.end(Some("too much at once"));
        }
        self.active = now;
        self.reader.push(bytes);
        self.wake();
    }

    fn take_answer(&mut self, now: Instant, answer: Answer) {
        match std::mem::replace(&mut self.current, Current::None) {
            Current::Asked(task) => {
                self.active = now;
                let next = task.step(&mut self.core, &mut self.reader, Some(answer));
                self.apply(next);
            }
            other => self.current = other,
        }
    }

    fn take_change(&mut self) {
        if let Some(selected) = &mut self.core.selected {
            selected.changed = true;
        }
        if matches!(self.current, Current::Reading(Task::Idle(_))) {
            self.wake();
        }
    }

    fn wake(&mut self) {
        self.current = match std::mem::replace(&mut self.current, Current::None) {
            Current::Reading(task) => Current::Ready(task),
            other => other,
        };
    }

    fn appending(&self) -> bool {
        matches!(&self.current, Current::Ready(Task::Append(append)) | Current::Reading(Task::Append(append)) if append.is_open())
    }

    /// Hangs up, and lets go of a message that will not come whole.
    fn end(&mut self, bye: Option<&str>) {
        if self.appending() {
            self.core.push(Output::BodyAborted);
        }
        self.current = Current::None;
        match bye {
            Some(why) => self.core.bye(why),
            None => self.core.close(),
        }
    }

    /// Works until there is nothing to do, something is waited for, or output piles up.
    fn advance(&mut self) {
        let mut commands = 0;
        while !self.core.closed && self.core.has_room() && !self.starting_tls {
            if self.stopping && !matches!(self.current, Current::Asked(_)) {
                return self.end(Some("the server is stopping, please come back"));
            }
            match std::mem::replace(&mut self.current, Current::None) {
                Current::None => {
                    if commands >= limits::COMMANDS_BATCH_MAX || !self.next_command() {
                        return;
                    }
                    commands += 1;
                }
                Current::Ready(task) => {
                    let next = task.step(&mut self.core, &mut self.reader, None);
                    self.apply(next);
                }
                waiting => {
                    self.current = waiting;
                    return;
                }
            }
        }
    }

    /// Whether something came of it.
    fn next_command(&mut self) -> bool {
        let bounds = Bounds {
            command_bytes: if self.core.signed_in {
                limits::COMMAND_BYTES_MAX
            } else {
                limits::COMMAND_BYTES_BEFORE_SIGN_IN_MAX
            },
            discard_bytes: self.core.config.discard_bytes_max(),
            signed_in: self.core.signed_in,
        };
        match self.reader.next(bounds) {
            None => return false,
            Some(Unit::Continue) => self.core.go_on("OK"),
            Some(Unit::Overrun) => self.end(Some("the command is far too long")),
            Some(Unit::Refused { tag, reply }) => {
                let next = task::refuse(&mut self.core, tag.as_deref(), &reply);
                self.apply(next);
            }
            Some(Unit::Append(head, mark)) => {
                let next = Append::begin(&mut self.core, &mut self.reader, head, mark);
                self.apply(next);
            }
            Some(Unit::Command(command)) => {
                let next = begin::command(&mut self.core, &command);
                self.apply(next);
            }
        }
        true
    }

    fn apply(&mut self, next: Next) {
        self.current = match next {
            Next::Nothing => Current::None,
            Next::Again(task) => Current::Ready(task),
            Next::Read(task) => Current::Reading(task),
            Next::Ask(question, task) => {
                self.core.push(Output::Ask(question));
                Current::Asked(task)
            }
            Next::Done(done) => match Sync::begin(&mut self.core, done) {
                Some((question, sync)) => {
                    self.core.push(Output::Ask(question));
                    Current::Asked(Task::Sync(sync))
                }
                None => Current::None,
            },
            Next::StartTls => {
                self.reader.forget_all();
                self.starting_tls = true;
                self.core.push(Output::StartTls);
                Current::None
            }
        };
    }
}
