//! The session: bytes and answers in, bytes and questions out.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use sekisho_sasl::ChannelBindings;

use crate::{Answer, Config, Question};

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
#[derive(Debug)]
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
    Body(Vec<u8>),
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
    config: Arc<Config>,
}

impl Session {
    /// A connection has been made. The greeting is the first output.
    pub fn new(config: Arc<Config>, peer: Peer, now: Instant) -> Self {
        let _ = (peer, now);
        Self { config }
    }

    /// Takes one input in.
    pub fn handle(&mut self, now: Instant, input: Input<'_>) {
        todo!("{now:?} {input:?} {}", self.config.host_name)
    }

    /// The next thing to do, or `None` until the next input.
    pub fn poll(&mut self) -> Option<Output> {
        todo!()
    }

    /// `handle(now, Input::Clock)` no later than this.
    pub fn deadline(&self) -> Instant {
        todo!()
    }

    /// Whether more of the client's bytes should be read now. While a question is open the socket
    /// is better left alone; what is fed anyway is kept, up to a limit.
    pub fn wants_bytes(&self) -> bool {
        todo!()
    }
}
