//! The session: bytes and answers in, bytes and questions out.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use sekisho_sasl::ChannelBindings;

use crate::{Answer, Question};

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
#[derive(Debug)]
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

/// One POP3 connection.
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

    /// Whether more of the client's bytes should be read now.
    pub fn wants_bytes(&self) -> bool {
        todo!()
    }
}
