//! What all commands share: settings, output, who is signed in, what is selected.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use sekisho_sasl::{ChannelBindings, Mechanism, Nonce};

use super::Output;
use crate::limits::{self, OUTPUT_BYTES_WAITING_MAX};
use crate::view::View;
use crate::{Config, MailboxName};

#[derive(Debug)]
pub(super) struct Core {
    pub(super) config: Arc<Config>,
    pub(super) tls: Option<ChannelBindings>,
    nonce_seed: [u8; 32],
    nonces: u64,
    pub(super) signed_in: bool,
    pub(super) selected: Option<Selected>,
    pub(super) bad_commands: u32,
    pub(super) sign_in_failures: u32,
    pub(super) closed: bool,
    queue: VecDeque<Output>,
    waiting_bytes: usize,
}

/// The selected mailbox.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) mailbox: MailboxName,
    pub(super) read_only: bool,
    pub(super) view: View,
    /// The driver has told of a change that was not asked for yet.
    pub(super) changed: bool,
}

/// Small sends are joined up to this size: one write to the socket, one TLS record.
const JOINED_BYTES: usize = 16 * 1024;

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
            signed_in: false,
            selected: None,
            bad_commands: 0,
            sign_in_failures: 0,
            closed: false,
            queue: VecDeque::new(),
            waiting_bytes: 0,
        }
    }

    pub(super) fn push(&mut self, output: Output) {
        self.waiting_bytes += bytes_of(&output);
        self.queue.push_back(output);
    }

    pub(super) fn pop(&mut self) -> Option<Output> {
        let output = self.queue.pop_front()?;
        self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes_of(&output));
        Some(output)
    }

    pub(super) fn has_room(&self) -> bool {
        self.waiting_bytes < OUTPUT_BYTES_WAITING_MAX
    }

    pub(super) fn send(&mut self, bytes: &[u8]) {
        if let Some(Output::Send(last)) = self.queue.back_mut()
            && last.len() + bytes.len() <= JOINED_BYTES
        {
            last.extend_from_slice(bytes);
            self.waiting_bytes += bytes.len();
            return;
        }
        self.push(Output::Send(bytes.to_vec()));
    }

    /// A slice of a message, in pieces, not copied.
    pub(super) fn send_shared(&mut self, mut bytes: Bytes) {
        if bytes.len() <= JOINED_BYTES / 4 {
            self.send(&bytes);
            return;
        }
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(limits::SEND_PIECE_BYTES));
            self.push(Output::SendShared(piece));
        }
    }

    /// `* …`
    pub(super) fn untagged(&mut self, text: &str) {
        self.send(format!("* {text}\r\n").as_bytes());
    }

    /// `tag OK …`
    pub(super) fn tagged(&mut self, tag: &str, text: &str) {
        self.send(format!("{tag} {text}\r\n").as_bytes());
    }

    /// `+ …`
    pub(super) fn go_on(&mut self, text: &str) {
        self.send(format!("+ {text}\r\n").as_bytes());
    }

    /// The end, with its reason.
    pub(super) fn bye(&mut self, text: &str) {
        if !self.closed {
            self.untagged(&format!("BYE {text}"));
            self.close();
        }
    }

    pub(super) fn close(&mut self) {
        if !self.closed {
            self.closed = true;
            self.push(Output::Close);
        }
    }

    pub(super) fn deselect(&mut self) {
        if self.selected.take().is_some() {
            self.push(Output::Unselected);
        }
    }

    pub(super) fn next_nonce(&mut self) -> Nonce {
        self.nonces += 1;
        Nonce::derive(&self.nonce_seed, self.nonces)
    }

    /// RFC 9051 §11.1: no password over a line that can be read.
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

    /// The capability list, as it is in this state.
    pub(super) fn capabilities(&self) -> String {
        let mut out = String::from("IMAP4rev1 LITERAL+ SASL-IR ID ENABLE");
        if self.signed_in {
            out.push_str(
                " NAMESPACE CHILDREN SPECIAL-USE CREATE-SPECIAL-USE LIST-EXTENDED LIST-STATUS \
                 STATUS=SIZE UIDPLUS MOVE UNSELECT IDLE ESEARCH QUOTA QUOTA=RES-STORAGE APPENDLIMIT=",
            );
            out.push_str(&self.config.message_bytes_max.to_string());
            return out;
        }
        if self.tls.is_none() && self.config.starttls {
            out.push_str(" STARTTLS");
        }
        if !self.may_sign_in() {
            out.push_str(" LOGINDISABLED");
        }
        for mechanism in self.mechanisms() {
            out.push_str(" AUTH=");
            out.push_str(mechanism.name());
        }
        out
    }
}

fn bytes_of(output: &Output) -> usize {
    match output {
        Output::Send(bytes) => bytes.len(),
        Output::SendShared(bytes) | Output::Body(bytes) => bytes.len(),
        _ => 0,
    }
}
