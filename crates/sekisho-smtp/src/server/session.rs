//! The server machine: its state, the way bytes take through it, and its time.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::envelope::TlsFacts;
use crate::limits;
use crate::reply::Reply;
use crate::server::auth::SignIn;
use crate::server::transaction::Transaction;
use crate::server::{Answer, Config, Input, Output, Peer, Proof, Question, command, replies};

/// A server session without IO: give it [`Input`]s, do its [`Output`]s in order.
pub struct Session<P> {
    pub(super) config: Arc<Config>,
    pub(super) peer: Peer,
    pub(super) tls: Option<TlsFacts>,
    pub(super) phase: Phase,
    /// The open question, if any: nothing is read until it is answered.
    pub(super) waiting: Option<Waiting>,
    pub(super) helo: Option<Helo>,
    pub(super) sign_in: SignIn,
    pub(super) transaction: Option<Transaction>,
    pub(super) early_talker: bool,
    pub(super) counts: Counts,
    /// Pieces of the running content have gone out.
    pub(super) body_open: bool,
    /// Bytes not yet read, from `pending_read` on.
    pending: Vec<u8>,
    pending_read: usize,
    /// Bytes dropped of a command line over the limit.
    pub(super) line_dropped: usize,
    /// Replies not yet sent: those of a pipelined batch go out together.
    unsent: Vec<u8>,
    out: VecDeque<Output>,
    pub(super) deadline: Instant,
    pub(super) bare_lf_waits: bool,
    shutting_down: bool,
    proof: PhantomData<fn(P)>,
}

/// What the next bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Too early: we have not greeted.
    Greeting,
    /// A command.
    Command,
    /// The answer to a 334.
    AuthResponse,
    /// Content after DATA.
    Content { until: Instant },
    /// Content after BDAT.
    Chunk {
        left: u64,
        last: bool,
        until: Instant,
    },
    /// The chunk of a BDAT that was refused: read over, then this reply.
    RefusedChunk {
        left: u64,
        last: bool,
        until: Instant,
    },
    /// Plaintext behind STARTTLS: dropped.
    TlsHandshake,
    /// Nothing more is read.
    Over,
}

/// Which question is open.
#[derive(Debug)]
pub(super) enum Waiting {
    Sender(Box<command::MailArgs>),
    Recipient(Box<crate::envelope::Recipient>),
    Auth(AuthWaits),
    Message,
}

/// What the directory was asked. Only a decision can sign somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AuthWaits {
    Keys,
    Decision,
    Refusal,
}

/// How the client named itself.
#[derive(Debug)]
pub(super) struct Helo {
    pub(super) name: String,
    pub(super) extended: bool,
}

/// What is counted against the limits of a session.
#[derive(Debug, Default)]
pub(super) struct Counts {
    errors: u32,
    pub(super) recipient_failures: u32,
    pub(super) auth_failures: u32,
    pub(super) idle_commands: u32,
}

impl<P: Proof> Session<P> {
    /// Greets at once, or when the greet delay is over.
    pub fn new(config: Arc<Config>, peer: Peer, now: Instant) -> Self {
        let delay = config.greet_delay;
        let mut session = Self {
            tls: peer.tls.clone(),
            config,
            peer,
            phase: Phase::Greeting,
            waiting: None,
            helo: None,
            sign_in: SignIn::default(),
            transaction: None,
            early_talker: false,
            counts: Counts::default(),
            body_open: false,
            pending: Vec::new(),
            pending_read: 0,
            line_dropped: 0,
            unsent: Vec::new(),
            out: VecDeque::new(),
            deadline: now + delay,
            bare_lf_waits: false,
            shutting_down: false,
            proof: PhantomData,
        };
        if delay.is_zero() {
            session.greet(now);
            session.flush();
        }
        session
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Instant, input: Input<'_, P>) {
        if self.phase == Phase::Over {
            return;
        }
        match input {
            Input::Bytes(bytes) => self.bytes(now, bytes),
            Input::Answer(answer) => {
                self.answer(now, answer);
                self.resume(now);
            }
            Input::TlsReady(tls) => self.tls_ready(now, tls),
            Input::Clock => self.clock(now),
            Input::PeerGone => self.close(),
            Input::Shutdown => self.shutting_down = true,
        }
        self.stop_between_mails();
        if self.waiting.is_none() {
            self.flush();
        }
    }

    /// The next thing to do. Answers to pipelined commands are gathered into one [`Output::Send`].
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// Give [`Input::Clock`] at this time, unless something else comes first.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether reading from the peer makes sense now: false while a question is open and much is pending.
    pub fn wants_bytes(&self) -> bool {
        self.pending.len() - self.pending_read.min(self.pending.len())
            < limits::PENDING_BYTES_SOFT_MAX
    }

    fn bytes(&mut self, now: Instant, bytes: &[u8]) {
        if self.phase == Phase::Greeting {
            self.early(bytes);
        } else if self.pending.is_empty() && self.waiting.is_none() {
            // The common case: nothing is kept, content is not copied twice.
            let used = self.read(now, bytes);
            self.pending
                .extend_from_slice(bytes.get(used..).unwrap_or_default());
        } else {
            self.pending.extend_from_slice(bytes);
            self.resume(now);
        }
        if self.pending.len().saturating_sub(self.pending_read) > limits::PENDING_BYTES_MAX {
            self.close_with(&replies::TOO_MUCH_AHEAD);
        }
    }

    /// Goes on with what is pending.
    pub(super) fn resume(&mut self, now: Instant) {
        let pending = std::mem::take(&mut self.pending);
        let start = self.pending_read;
        let used = self.read(now, pending.get(start..).unwrap_or_default());
        if self.phase == Phase::Over {
            return;
        }
        self.pending = pending;
        self.pending_read = start.saturating_add(used);
        // Moving the rest to the front is paid for by what was read.
        if self.pending_read * 2 >= self.pending.len() {
            self.pending
                .drain(..self.pending_read.min(self.pending.len()));
            self.pending_read = 0;
        }
    }

    /// Reads commands and content until the bytes end or a question is open. Gives the bytes used.
    fn read(&mut self, now: Instant, bytes: &[u8]) -> usize {
        let mut used = 0;
        while self.waiting.is_none() {
            let rest = bytes.get(used..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
            let step = match self.phase {
                Phase::Greeting => 0,
                Phase::Command | Phase::AuthResponse => self.line(now, rest),
                Phase::Content { until } => self.content(now, until, rest),
                Phase::Chunk { left, last, until } => self.chunk(now, left, last, until, rest),
                Phase::RefusedChunk { left, last, until } => {
                    self.refused_chunk(now, left, last, until, rest)
                }
                // CVE-2011-0411: what was sent in the clear behind STARTTLS is never read as sent under TLS.
                Phase::TlsHandshake | Phase::Over => rest.len(),
            };
            if step == 0 {
                break;
            }
            used += step;
        }
        used
    }

    fn clock(&mut self, now: Instant) {
        if now < self.deadline {
            return;
        }
        match (self.phase, &self.waiting) {
            (Phase::Greeting, _) => {
                self.greet(now);
                self.resume(now);
            }
            (_, Some(_)) => self.close_with(&replies::ANSWER_TIMED_OUT),
            (Phase::TlsHandshake, _) => self.close(),
            _ if self.bare_lf_waits => self.close_with(&replies::BARE_LF_LINE),
            _ => self.close_with(&replies::TIMED_OUT),
        }
    }

    /// RFC 5321 §4.5.4.1 leaves closing to us; a mail in transit is finished first.
    fn stop_between_mails(&mut self) {
        let between = matches!(
            self.phase,
            Phase::Greeting | Phase::Command | Phase::AuthResponse
        );
        if self.shutting_down && between && self.waiting.is_none() && !self.body_open {
            self.close_with(&replies::SHUTTING_DOWN);
        }
    }

    fn answer(&mut self, now: Instant, answer: Answer<P>) {
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        self.rearm(now, self.config.command_timeout);
        match (waiting, answer) {
            (Waiting::Sender(args), Answer::Sender(answer)) => self.sender_answered(*args, answer),
            (Waiting::Recipient(recipient), Answer::Recipient(answer)) => {
                self.recipient_answered(*recipient, answer);
            }
            (Waiting::Auth(asked), Answer::Auth(answer)) => self.auth_answered(now, asked, answer),
            (Waiting::Message, Answer::Message(answer)) => self.message_answered(answer),
            // The driver answers another question than was asked: nothing of it can be trusted.
            (..) => self.close_with(&replies::ANSWER_TIMED_OUT),
        }
    }

    /// Opens a question.
    pub(super) fn ask(&mut self, now: Instant, waiting: Waiting, question: Question) {
        self.waiting = Some(waiting);
        self.rearm(now, limits::ANSWER_TIMEOUT);
        self.push(Output::Ask(question));
    }

    /// Whether another command has been sent ahead is not looked at: replies wait until the machine does.
    pub(super) fn reply(&mut self, reply: &Reply) {
        reply.write(&mut self.unsent);
    }

    /// Raw lines, for the greeting and EHLO.
    pub(super) fn reply_lines(&mut self, lines: &str) {
        self.unsent.extend_from_slice(lines.as_bytes());
    }

    /// A protocol error: told, counted, and too many end the session.
    pub(super) fn error(&mut self, reply: &Reply) {
        self.counts.errors += 1;
        match self.counts.errors >= self.config.errors_max {
            true => self.close_with(&replies::TOO_MANY_ERRORS),
            false => self.reply(reply),
        }
    }

    /// Says why, and closes.
    pub(super) fn close_with(&mut self, reply: &Reply) {
        if self.phase != Phase::Over {
            self.reply(reply);
            self.close();
        }
    }

    pub(super) fn close(&mut self) {
        if self.phase == Phase::Over {
            return;
        }
        // While the message is being stored, its content is the store's.
        if !matches!(self.waiting, Some(Waiting::Message)) {
            self.abort_body();
        }
        self.waiting = None;
        self.transaction = None;
        self.phase = Phase::Over;
        self.pending = Vec::new();
        self.pending_read = 0;
        self.flush();
        self.out.push_back(Output::Close);
    }

    /// The content sent so far is void.
    pub(super) fn abort_body(&mut self) {
        if std::mem::take(&mut self.body_open) {
            self.push(Output::BodyAborted);
        }
    }

    pub(super) fn push(&mut self, output: Output) {
        self.out.push_back(output);
    }

    pub(super) fn flush(&mut self) {
        if !self.unsent.is_empty() {
            let unsent = std::mem::take(&mut self.unsent);
            self.out.push_back(Output::Send(unsent));
        }
    }

    pub(super) fn rearm(&mut self, now: Instant, wait: Duration) {
        self.bare_lf_waits = false;
        self.deadline = now + wait;
    }

    pub(super) fn rearm_content(&mut self, now: Instant, until: Instant) {
        self.deadline = until.min(now + self.config.content_idle_timeout);
    }

    /// What the client sent ahead of the greeting.
    fn early(&mut self, bytes: &[u8]) {
        self.early_talker = true;
        match self.config.refuse_early_talkers {
            true => self.close_with(&replies::EARLY_TALKER),
            false => self.pending.extend_from_slice(bytes),
        }
    }
}
