//! What all states share: settings, output, the channel.

use std::collections::VecDeque;
use std::sync::Arc;

use sekisho_sasl::{ChannelBindings, Mechanism, Nonce};

use super::{Config, Output};
use crate::limits;

#[derive(Debug)]
pub(super) struct Core {
    pub(super) config: Arc<Config>,
    pub(super) tls: Option<ChannelBindings>,
    nonce_seed: [u8; 32],
    nonces: u64,
    pub(super) bad_commands: u32,
    pub(super) sign_in_failures: u32,
    pub(super) closed: bool,
    queue: VecDeque<Output>,
    waiting_bytes: usize,
}

impl Core {
    pub(super) fn new(
        config: Arc<Config>,
        tls: Option<ChannelBindings>,
        nonce_seed: [u8; 32],
    ) -> Self {
        Self {
            config,
            tls,
            nonce_seed,
            nonces: 0,
            bad_commands: 0,
            sign_in_failures: 0,
            closed: false,
            queue: VecDeque::new(),
            waiting_bytes: 0,
        }
    }

    pub(super) fn push(&mut self, output: Output) {
        if let Output::Send(bytes) = &output {
            self.waiting_bytes += bytes.len();
        }
        self.queue.push_back(output);
    }

    pub(super) fn pop(&mut self) -> Option<Output> {
        let output = self.queue.pop_front()?;
        if let Output::Send(bytes) = &output {
            self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes.len());
        }
        Some(output)
    }

    pub(super) fn has_room(&self) -> bool {
        self.waiting_bytes < limits::OUTPUT_BYTES_WAITING_MAX
    }

    /// One line. Lines of one batch are joined: one write to the socket.
    pub(super) fn line(&mut self, text: &str) {
        let bytes = text.bytes().chain(*b"\r\n");
        if let Some(Output::Send(last)) = self.queue.back_mut()
            && last.len() < 16 * 1024
        {
            let before = last.len();
            last.extend(bytes);
            self.waiting_bytes += last.len() - before;
            return;
        }
        self.push(Output::Send(bytes.collect()));
    }

    pub(super) fn ok(&mut self, text: &str) {
        self.bad_commands = 0;
        self.line(&format!("+OK {text}"));
    }

    pub(super) fn err(&mut self, text: &str) {
        self.line(&format!("-ERR {text}"));
    }

    /// Not understood, or not now. Too many in a row end the connection.
    pub(super) fn bad(&mut self, text: &str) {
        self.err(text);
        self.bad_commands += 1;
        if self.bad_commands >= limits::BAD_COMMANDS_MAX {
            self.close();
        }
    }

    /// RFC 3206 §4: one answer for a wrong password and an unknown user.
    pub(super) fn sign_in_failed(&mut self) {
        self.err("[AUTH] user name or password is wrong");
        self.sign_in_failures += 1;
        if self.sign_in_failures >= limits::SIGN_IN_FAILURES_MAX {
            self.close();
        }
    }

    pub(super) fn close(&mut self) {
        if !self.closed {
            self.closed = true;
            self.push(Output::Close);
        }
    }

    pub(super) fn next_nonce(&mut self) -> Nonce {
        self.nonces += 1;
        Nonce::derive(&self.nonce_seed, self.nonces)
    }

    /// RFC 2595 §4: no password over a line that can be read.
    pub(super) fn may_sign_in(&self) -> bool {
        self.tls.is_some() || self.config.sign_in_without_tls_allowed
    }

    /// The mechanisms that can be had now, strongest first.
    pub(super) fn mechanisms(&self) -> impl Iterator<Item = Mechanism> + use<> {
        let may = self.may_sign_in();
        let plus = self.tls.as_ref().is_some_and(ChannelBindings::any);
        Mechanism::ALL
            .into_iter()
            .filter(move |mechanism| may && (plus || *mechanism != Mechanism::ScramSha256Plus))
    }

    /// CAPA (RFC 2449)
    pub(super) fn capabilities(&mut self, signed_in: bool) {
        self.ok("what this server can do");
        for line in [
            "TOP",
            "UIDL",
            "PIPELINING",
            "RESP-CODES",
            "AUTH-RESP-CODE",
            "EXPIRE NEVER",
        ] {
            self.line(line);
        }
        if self.may_sign_in() {
            self.line("USER");
            let names: Vec<&str> = self.mechanisms().map(Mechanism::name).collect();
            self.line(&format!("SASL {}", names.join(" ")));
        }
        if self.tls.is_none() && self.config.stls && !signed_in {
            self.line("STLS");
        }
        self.line("IMPLEMENTATION Sekisho");
        self.line(".");
    }
}
