//! What goes into and comes out of a client session.

use std::time::Duration;

use sekisho_address::{Address, ForwardPath, ReversePath};
use sekisho_sasl::client::Credentials;

use crate::client::RemoteReply;
use crate::envelope::{BodyKind, Recipient, Ret, TlsFacts};
use crate::limits;
use crate::reply::EnhancedStatus;

/// How much TLS is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// Not at all.
    Never,
    /// If the server offers it (RFC 7435).
    Opportunistic,
    /// Without it nothing is sent.
    Required,
    /// The connection is TLS from the first byte (port 465); the driver has done the handshake.
    Implicit,
}

/// Settings of one connection.
#[derive(Clone, Debug)]
pub struct Config {
    /// Our name for EHLO.
    pub helo: String,
    /// How much TLS.
    pub tls: TlsMode,
    /// For smart hosts. They are sent under TLS only.
    pub credentials: Option<Credentials>,
    /// 32 fresh random bytes for SCRAM.
    pub seed: [u8; 32],
    /// See [`limits::CLIENT_REPLY_TIMEOUT`].
    pub reply_timeout: Duration,
    /// See [`limits::CLIENT_DATA_TIMEOUT`].
    pub data_timeout: Duration,
    /// See [`limits::CLIENT_FINAL_TIMEOUT`].
    pub final_timeout: Duration,
}

impl Config {
    /// To a server found by MX.
    pub fn mx(helo: impl Into<String>, tls: TlsMode) -> Self {
        Self {
            helo: helo.into(),
            tls,
            credentials: None,
            seed: [0; 32],
            reply_timeout: limits::CLIENT_REPLY_TIMEOUT,
            data_timeout: limits::CLIENT_DATA_TIMEOUT,
            final_timeout: limits::CLIENT_FINAL_TIMEOUT,
        }
    }

    /// To a smart host that wants a sign-in.
    pub fn smart_host(
        helo: impl Into<String>,
        tls: TlsMode,
        credentials: Credentials,
        seed: [u8; 32],
    ) -> Self {
        Self {
            credentials: Some(credentials),
            seed,
            ..Self::mx(helo, tls)
        }
    }
}

/// One mail to send. Its content is asked for later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// `MAIL FROM`
    pub reverse_path: ReversePath,
    /// `RCPT TO`s; results come back in this order.
    pub recipients: Vec<Recipient>,
    /// Length of the content, for `SIZE=`.
    pub content_bytes: u64,
    /// Whether the content has bytes above 127.
    pub body: BodyKind,
    /// An address or header of it is not ASCII (RFC 6531).
    pub smtputf8: bool,
    /// `RET=`
    pub ret: Option<Ret>,
    /// `ENVID=`, not yet encoded.
    pub envid: Option<String>,
}

impl Mail {
    /// The headers or some address need it (RFC 6531 §3.4).
    pub(crate) fn needs_smtputf8(&self) -> bool {
        let ascii = |address: Option<&Address>| address.is_none_or(Address::is_ascii);
        self.smtputf8
            || !ascii(self.reverse_path.address())
            || !self
                .recipients
                .iter()
                .all(|to| ascii(to.forward_path.address()))
    }
}

/// What the driver tells the session.
#[derive(Debug)]
pub enum Input<'a> {
    /// From the server.
    Bytes(&'a [u8]),
    /// The handshake asked for by [`Output::StartTls`] is done (and the certificate is as wanted).
    TlsReady(TlsFacts),
    /// It failed; the connection cannot be used any more.
    TlsFailed,
    /// After [`Output::Ready`]: send this mail.
    Mail(Box<Mail>),
    /// After [`Output::NeedContent`]: the next piece of the mail as stored, no dots added.
    Content(&'a [u8]),
    /// After [`Output::NeedContent`]: that was all of it.
    ContentEnd,
    /// The time of [`Session::deadline`](super::Session::deadline) has come.
    Clock,
    /// The server has closed, or the connection broke.
    PeerGone,
    /// After [`Output::Ready`]: say QUIT.
    Quit,
}

/// What the driver does, in order.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// Send these bytes.
    Send(Vec<u8>),
    /// After all is sent, do the TLS handshake, then [`Input::TlsReady`] or [`Input::TlsFailed`].
    StartTls,
    /// Give a mail ([`Input::Mail`]), or [`Input::Quit`].
    Ready,
    /// Give the next piece of the content; about [`limits::CLIENT_CONTENT_CHUNK_BYTES`] at a time. Asked again
    /// after each piece: send what came before first, so that a slow peer slows the reading.
    NeedContent,
    /// What became of the mail. [`Output::Ready`] follows when the connection can take another.
    Done(MailResult),
    /// The session failed while no mail was in it.
    Failed(SessionFailure),
    /// Close the connection. Nothing follows.
    Close,
}

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailResult {
    /// One result a recipient, in the order given.
    Tried(Vec<RecipientResult>),
    /// Nothing was sent: the content has 8-bit bytes and the server lacks 8BITMIME (RFC 6152 §3). Encode it
    /// anew, or give up; as it is, it must not go.
    Needs8bit,
}

/// What became of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientResult {
    /// Who.
    pub forward_path: ForwardPath,
    /// How it ended.
    pub outcome: Outcome,
    /// The server's words, or ours where the server could not be asked.
    pub reply: RemoteReply,
    /// The server offered DSN and was given `NOTIFY`, so reports of success are its turn (RFC 3461 §5.2.1).
    pub dsn_passed_on: bool,
}

/// How it ended for one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server has taken it over.
    Sent,
    /// Try again later.
    Temporary,
    /// Tell the sender.
    Permanent,
}

/// Why a session could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SessionFailure {
    /// Theirs: greeting, EHLO or another answer outside of a mail.
    #[error("the server refused the session: {0}")]
    Refused(RemoteReply),
    /// Theirs: not SMTP, or a reply over our limits.
    #[error("the server's answer is not an SMTP reply")]
    Malformed,
    /// Theirs: it sent plaintext after its answer to STARTTLS (CVE-2011-0411, NO STARTTLS 2021).
    #[error("the server sent data between STARTTLS and the handshake")]
    InjectedBeforeTls,
    /// Theirs: TLS is required and not offered.
    #[error("the server does not offer TLS")]
    TlsNotOffered,
    /// The handshake failed. Who wants TLS opportunistically may connect again without.
    #[error("the TLS handshake failed")]
    TlsFailed,
    /// Ours: the sign-in at the smart host.
    #[error("the sign-in failed: {0}")]
    SignIn(String),
    /// Too long silent.
    #[error("the server did not answer in time")]
    TimedOut,
    /// Closed or broken.
    #[error("the server closed the connection")]
    PeerGone,
    /// Ours: an input out of turn.
    #[error("the driver gave an input out of turn")]
    OutOfTurn,
}

impl SessionFailure {
    /// For results and reports (RFC 3463).
    pub fn enhanced(&self) -> EnhancedStatus {
        match self {
            Self::Refused(reply) => reply.status(),
            Self::Malformed | Self::OutOfTurn => EnhancedStatus::new(4, 5, 0),
            Self::InjectedBeforeTls | Self::TlsFailed => EnhancedStatus::new(4, 7, 5),
            Self::TlsNotOffered => EnhancedStatus::new(4, 7, 10),
            Self::SignIn(_) => EnhancedStatus::new(4, 7, 8),
            Self::TimedOut | Self::PeerGone => EnhancedStatus::new(4, 4, 2),
        }
    }

    /// Whether trying again later can help. Only a 5xx greeting or EHLO says no (RFC 5321 §4.2.4.2: 521, 554).
    pub fn is_temporary(&self) -> bool {
        self.enhanced().class == 4
    }
}
