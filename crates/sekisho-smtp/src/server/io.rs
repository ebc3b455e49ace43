//! What goes into and comes out of a session.

use sekisho_address::ReversePath;
use sekisho_sasl::{ScramKeys, Secret};

use crate::Reply;
use crate::envelope::{BodyKind, Envelope, Recipient, SignedIn, TlsFacts};
use crate::server::{MessageRefusal, RcptRefusal, SenderRefusal};

/// The store's word that a mail is durable. It alone leads to a 250 after the content (RFC 5321 §6.1).
pub trait Proof {
    /// The one id of the mail, told to the client.
    fn mail_id(&self) -> &str;
}

/// What the driver tells the session. Nothing else changes its state.
#[derive(Debug)]
pub enum Input<'a, P> {
    /// From the peer.
    Bytes(&'a [u8]),
    /// The handshake asked for by [`Output::StartTls`] is done.
    TlsReady(TlsFacts),
    /// To the open question.
    Answer(Answer<P>),
    /// The time of [`Session::deadline`](super::Session::deadline) has come.
    Clock,
    /// The peer has closed, or the connection broke.
    PeerGone,
    /// The server stops: a mail in transit is finished, then the session ends.
    Shutdown,
}

/// What the driver does, in order.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// Send these bytes.
    Send(Vec<u8>),
    /// After all is sent, do the TLS handshake, then [`Input::TlsReady`].
    StartTls,
    /// Answer this by [`Input::Answer`]. Until then nothing else is asked or read.
    Ask(Question),
    /// A piece of the mail's content, dots removed. The first piece after an ended or aborted mail begins a new one.
    Body(Vec<u8>),
    /// The content so far is void: drop it.
    BodyAborted,
    /// The mail ended and was refused for its form, by this reply; for the log and the trace.
    ContentRefused(Box<Envelope>, Reply),
    /// After all is sent, close. Nothing follows.
    Close,
}

/// What the session cannot know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// May this sender begin a mail? Answer: [`Answer::Sender`].
    Sender {
        /// `MAIL FROM`
        reverse_path: ReversePath,
        /// Who has signed in.
        signed_in: Option<SignedIn>,
        /// `SIZE=`
        size: Option<u64>,
        /// `SMTPUTF8`
        smtputf8: bool,
        /// `BODY=`
        body: BodyKind,
        /// EHLO or HELO argument.
        helo: String,
    },
    /// May this recipient be written to? Answer: [`Answer::Recipient`].
    Recipient {
        /// `MAIL FROM`
        reverse_path: ReversePath,
        /// `RCPT TO` with its parameters.
        recipient: Recipient,
        /// Who has signed in.
        signed_in: Option<SignedIn>,
        /// Recipients accepted before this one.
        accepted_before: usize,
    },
    /// Sign-in. Answer: [`Answer::Auth`].
    Auth(AuthQuestion),
    /// The content is complete. Judge and store it. Answer: [`Answer::Message`].
    Message(Box<Envelope>),
}

/// A step of a sign-in that needs the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthQuestion {
    /// The SCRAM keys of `user` ([`ScramKeys::fake`] for nobody). Answer: `Keys`, `Refused` or `TryLater`.
    Keys {
        /// As typed.
        user: String,
    },
    /// Does the password fit, and may `user` act as `authzid`? Answer: `Accepted`, `Refused` or `TryLater`.
    Password {
        /// As typed.
        user: String,
        /// Whom they want to act as, if somebody else.
        authzid: Option<String>,
        /// As typed.
        password: Secret,
    },
    /// `user` has proved to know the password. Answer: `Accepted`, `Refused` or `TryLater`.
    Proven {
        /// As typed.
        user: String,
        /// Whom they want to act as, if somebody else.
        authzid: Option<String>,
    },
    /// A sign-in failed here; for throttling and the log. Answer: `Refused` (or `TryLater`), perhaps later
    /// on purpose.
    Failed {
        /// As typed, when it came so far.
        user: Option<String>,
    },
}

/// The driver's answer to the open question.
#[derive(Debug)]
pub enum Answer<P> {
    /// To [`Question::Sender`].
    Sender(Result<(), SenderRefusal>),
    /// To [`Question::Recipient`].
    Recipient(Result<(), RcptRefusal>),
    /// To [`Question::Auth`].
    Auth(AuthAnswer),
    /// To [`Question::Message`].
    Message(Result<P, MessageRefusal>),
}

/// To [`Question::Auth`].
#[derive(Debug)]
pub enum AuthAnswer {
    /// The account's keys.
    Keys(ScramKeys),
    /// Signed in.
    Accepted(SignedIn),
    /// Not signed in. The client does not hear why.
    Refused,
    /// Cannot be told now.
    TryLater,
}
