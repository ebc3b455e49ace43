//! What travels with a mail and is not part of it.

use std::net::IpAddr;

use sekisho_address::{ForwardPath, ReversePath};
use sekisho_sasl::{ChannelBindings, Mechanism};
use serde::{Deserialize, Serialize};

/// `BODY=` of MAIL (RFC 6152). BINARYMIME is not offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyKind {
    /// Every byte is below 128, or so the client says.
    #[default]
    SevenBit,
    /// Lines of any bytes.
    EightBitMime,
}

/// `RET=` of MAIL (RFC 3461 §4.3): how much of the mail a failure report brings back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ret {
    /// The whole mail.
    Full,
    /// Its header section only.
    Hdrs,
}

/// `NOTIFY=` of RCPT (RFC 3461 §4.1): of what the sender wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// Delivered, or handed to a server that cannot tell.
    pub success: bool,
    /// Given up.
    pub failure: bool,
    /// Still waiting.
    pub delay: bool,
}

impl Notify {
    /// `NOTIFY=NEVER`
    pub const NEVER: Self = Self {
        success: false,
        failure: false,
        delay: false,
    };

    /// What holds when the client gave no NOTIFY (RFC 3461 §4.1: failures, and delays as the server likes).
    pub const DEFAULT: Self = Self {
        success: false,
        failure: true,
        delay: true,
    };
}

/// `ORCPT=` of RCPT (RFC 3461 §4.2), decoded from xtext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OriginalRecipient {
    /// Usually `rfc822` or `utf-8`.
    pub address_type: String,
    /// The address as the sender first wrote it.
    pub address: String,
}

/// One recipient with what was said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Where it goes.
    pub forward_path: ForwardPath,
    /// `ORCPT=`
    pub original: Option<OriginalRecipient>,
    /// `NOTIFY=`; `None` when the client said nothing, see [`Notify::DEFAULT`].
    pub notify: Option<Notify>,
}

impl Recipient {
    /// Without DSN parameters.
    pub fn new(forward_path: impl Into<ForwardPath>) -> Self {
        Self {
            forward_path: forward_path.into(),
            original: None,
            notify: None,
        }
    }

    /// What the sender wants to hear, with the default filled in.
    pub fn notify(&self) -> Notify {
        self.notify.unwrap_or(Notify::DEFAULT)
    }
}

/// Who has signed in. The driver keeps what more it knows of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// The account's name as the directory writes it.
    pub user: String,
}

/// What TLS agreed on, for the trace header, the log and the channel binding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFacts {
    /// For instance `TLSv1.3`.
    pub version: String,
    /// For instance `TLS_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// What SCRAM-SHA-256-PLUS binds to.
    pub channel_bindings: ChannelBindings,
}

/// What was seen of the content while it streamed through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentFacts {
    /// Length, dots removed.
    pub content_bytes: u64,
    /// Some byte is 128 or more.
    pub has_8bit: bool,
    /// Some byte is NUL (forbidden by RFC 5322 §2.2): readers disagree about what follows it.
    pub has_nul: bool,
    /// Longest line without its CRLF. Above 998 breaks RFC 5321 §4.5.3.1.6; taken unchanged.
    pub line_bytes_longest: u64,
    /// `Received:` header lines.
    pub received_count: u32,
}

/// An accepted transaction, asked about at the end of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// `MAIL FROM`
    pub reverse_path: ReversePath,
    /// Accepted `RCPT TO`s, in order, none twice.
    pub recipients: Vec<Recipient>,
    /// `RET=`
    pub ret: Option<Ret>,
    /// `ENVID=`, decoded.
    pub envid: Option<String>,
    /// `BODY=`
    pub body: BodyKind,
    /// `SMTPUTF8` was given (RFC 6531).
    pub smtputf8: bool,
    /// `SIZE=`
    pub size_declared: Option<u64>,
    /// What the client calls itself in EHLO or HELO. Not verified; safe to print in a header.
    pub helo: String,
    /// Where it comes from.
    pub peer_ip: IpAddr,
    /// The channel, when it is TLS.
    pub tls: Option<TlsFacts>,
    /// Who sent it, when they have proved it.
    pub signed_in: Option<SignedIn>,
    /// How they proved it.
    pub mechanism: Option<Mechanism>,
    /// The word after `with` in the trace header (RFC 3848, RFC 6531 §4.3).
    pub with_protocol: &'static str,
    /// The client spoke before it was greeted: seen from bulk senders only.
    pub early_talker: bool,
    /// What was seen of the content.
    pub content: ContentFacts,
}
