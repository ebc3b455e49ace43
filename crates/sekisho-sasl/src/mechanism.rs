//! The mechanisms and what binds them to the TLS channel.

/// A SASL mechanism offered here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// RFC 4616: name and password in one message.
    Plain,
    /// Never standardised (draft-murchison-sasl-login), but what older clients ask for.
    Login,
    /// RFC 5802 with SHA-256, RFC 7677: the password is proved, not sent.
    ScramSha256,
    /// The same, bound to the TLS channel (RFC 5929, RFC 9266), so that a man in the middle is noticed.
    ScramSha256Plus,
}

impl Mechanism {
    /// All, strongest first: the order in which they are offered.
    pub const ALL: [Self; 4] = [
        Self::ScramSha256Plus,
        Self::ScramSha256,
        Self::Plain,
        Self::Login,
    ];

    /// The registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
        }
    }

    /// By name, whatever the case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
    }
}

/// What both ends know of the TLS channel. Both missing: no channel binding is offered.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ChannelBindings {
    /// RFC 9266: 32 bytes exported under the label `EXPORTER-Channel-Binding`. TLS 1.3, or 1.2 with
    /// extended master secret.
    pub tls_exporter: Option<Vec<u8>>,
    /// RFC 5929 §4: hash of the server's certificate.
    pub tls_server_end_point: Option<Vec<u8>>,
}

impl ChannelBindings {
    /// Whether `SCRAM-SHA-256-PLUS` can be offered.
    pub fn any(&self) -> bool {
        self.tls_exporter.is_some() || self.tls_server_end_point.is_some()
    }

    /// The data of a binding by its registered name.
    pub(crate) fn named(&self, name: &str) -> Option<&[u8]> {
        match name {
            "tls-exporter" => self.tls_exporter.as_deref(),
            "tls-server-end-point" => self.tls_server_end_point.as_deref(),
            _ => None,
        }
    }
}

impl std::fmt::Debug for ChannelBindings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChannelBindings")
            .field("tls_exporter", &self.tls_exporter.is_some())
            .field("tls_server_end_point", &self.tls_server_end_point.is_some())
            .finish()
    }
}
