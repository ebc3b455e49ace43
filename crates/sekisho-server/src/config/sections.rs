//! The sections of the file, one struct each. The doc comments are the reference.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::values::Network;

/// Everything in `sekisho.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `hostname`: this machine's full name, as in its MX and PTR records; greets other servers.
    pub hostname: String,
    /// `data_dir`: the folder of mails, database and keys.
    pub data_dir: PathBuf,
    /// `trusted_networks`: who may relay without signing in. Empty by default, and best left so.
    pub trusted_networks: Vec<Network>,
    /// `[listeners]`.
    pub listeners: Listeners,
    /// `[tls]`.
    pub tls: Tls,
    /// `[log]`.
    pub log: Log,
    /// `[dns]`.
    pub dns: Dns,
    /// `[delivery]`.
    pub delivery: Delivery,
    /// `[antivirus]`.
    pub antivirus: Antivirus,
    /// `[limits]`.
    pub limits: Limits,
    /// `[retention]`.
    pub retention: Retention,
}

/// One kind of listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Mail from other servers (25).
    Smtp,
    /// Submission with STARTTLS (587).
    Submission,
    /// Submission over TLS (465).
    Submissions,
    /// IMAP with STARTTLS (143).
    Imap,
    /// IMAP over TLS (993).
    Imaps,
    /// POP3 with STLS (110).
    Pop3,
    /// POP3 over TLS (995).
    Pop3s,
    /// Console and webmail over HTTPS (443).
    Console,
    /// The same without TLS: for the demo on loopback, or behind a proxy.
    ConsolePlain,
    /// The pages for people outside (own host name).
    Portal,
    /// `/metrics`, `/healthz`, `/readyz` (9090, loopback).
    Metrics,
}

impl Service {
    /// Every one, in the order of the reference.
    pub const ALL: [Self; 11] = [
        Self::Smtp,
        Self::Submission,
        Self::Submissions,
        Self::Imap,
        Self::Imaps,
        Self::Pop3,
        Self::Pop3s,
        Self::Console,
        Self::ConsolePlain,
        Self::Portal,
        Self::Metrics,
    ];

    /// Its key in `[listeners]`, and its name in logs and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Submission => "submission",
            Self::Submissions => "submissions",
            Self::Imap => "imap",
            Self::Imaps => "imaps",
            Self::Pop3 => "pop3",
            Self::Pop3s => "pop3s",
            Self::Console => "console",
            Self::ConsolePlain => "console_plain",
            Self::Portal => "portal",
            Self::Metrics => "metrics",
        }
    }

    /// Whether TLS starts before the first byte of the protocol.
    #[must_use]
    pub fn implicit_tls(self) -> bool {
        matches!(
            self,
            Self::Submissions | Self::Imaps | Self::Pop3s | Self::Console
        )
    }

    /// Whether it is of no use without a certificate: sign-in is allowed under TLS only.
    #[must_use]
    pub fn needs_certificate(self) -> bool {
        !matches!(
            self,
            Self::Smtp | Self::ConsolePlain | Self::Portal | Self::Metrics
        )
    }
}

/// `[listeners.NAME]`: which services are open, and where. A service that is not named is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listeners {
    /// By service; metrics are there even when the file does not name them.
    pub open: BTreeMap<Service, Listener>,
}

/// One section of `[listeners]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listener {
    /// `address`: one address and port, or a list; `[::]:25` takes IPv4 too.
    pub addresses: Vec<SocketAddr>,
    /// `connections_max`: at most so many at once for this service.
    pub connections_max: u32,
}

/// `[tls]`: where certificates come from; exactly one of the sources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tls {
    /// The source.
    pub source: TlsSource,
}

/// Where certificates come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TlsSource {
    /// No TLS: only for a machine that takes mail by port 25 alone.
    #[default]
    None,
    /// `[[tls.certificate]]`: own files, watched for change; the first is the default.
    Files(Vec<CertificateFiles>),
    /// `[tls.acme]`: fetched and renewed by ACME (RFC 8555).
    Acme(Acme),
    /// `tls.self_made_ca = true`: an own CA in the data folder, for the demo and tests: nobody else trusts it.
    SelfMade,
}

/// `[[tls.certificate]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFiles {
    /// `chain`: PEM file, own certificate first.
    pub chain: PathBuf,
    /// `key`: PEM file with the private key.
    pub key: PathBuf,
}

/// `[tls.acme]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acme {
    /// `directory`: the CA's directory address; Let's Encrypt by default.
    pub directory: String,
    /// `contact`: mail addresses that the CA may write to.
    pub contact: Vec<String>,
    /// `names`: the names in the certificate; the host name by default.
    pub names: Vec<String>,
    /// `root_ca`: PEM file with the root of a private CA.
    pub root_ca: Option<PathBuf>,
    /// `http_address`: where HTTP-01 questions arrive; the CA always asks port 80.
    pub http_address: SocketAddr,
}

/// `[log]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// `format`: `human` or `json`, one object a line.
    pub format: LogFormat,
    /// `level`: `error`, `warn`, `info`, `debug`, `trace`.
    pub level: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For reading.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// `[delivery]`: how mail leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    /// `ca_file`: PEM file with CA certificates besides those of the machine, for next servers with a private CA.
    pub ca_file: Option<PathBuf>,
}

/// `[antivirus]`: engines that every mail is shown to; none by default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Antivirus {
    /// `[antivirus.clamd]`.
    pub clamd: Option<Clamd>,
}

/// `[antivirus.clamd]`: ClamAV's daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clamd {
    /// `address`: its socket, as `LocalSocket` or `TCPSocket` in `clamd.conf`. TCP is neither encrypted nor signed:
    /// only within the machine or a network of your own.
    pub address: ClamdAddress,
    /// `when_away`: what happens to mail while it does not answer.
    pub when_away: WhenAway,
    /// `timeout_s`: for one attachment or mail.
    pub timeout_s: u32,
    /// `size_max`: what is larger is not sent and counts as uninspectable; not above clamd's `StreamMaxLength`.
    pub bytes_max: u64,
}

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClamdAddress {
    /// A socket in the file system: an absolute path.
    Unix(PathBuf),
    /// An address and port.
    Tcp(SocketAddr),
}

/// What happens to mail that an engine did not answer for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenAway {
    /// `wait`: the sender is told to try again (451), and keeps the mail until then.
    #[default]
    Wait,
    /// `deliver`: it goes on, with the finding `attach.unscanned` and a line `X-Sekisho-Antivirus: not scanned`.
    Deliver,
    /// `quarantine`: it is taken and waits in quarantine.
    Quarantine,
}

/// `[dns]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dns {
    /// Who is asked.
    pub source: DnsSource,
    /// `timeout_ms`: for one question with its repeats.
    pub timeout_ms: u32,
}

/// Who answers questions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DnsSource {
    /// `/etc/resolv.conf`.
    #[default]
    System,
    /// `servers`: these, in this order.
    Servers(Vec<SocketAddr>),
    /// `fixture_zone_for_demo_and_tests`: a JSON file with invented records; nothing is asked on the network.
    FixtureZone(PathBuf),
}

/// `[limits]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// `memory`: what the caches and buffers together may take, in bytes.
    pub memory_bytes: u64,
    /// `connections_max`: of all services together.
    pub connections_max: u32,
    /// `connections_per_address_max`: from one IPv4 address or one IPv6 /64.
    pub connections_per_address_max: u32,
    /// `message_size_max`: in bytes.
    pub message_bytes_max: u64,
    /// `free_space_min`: below this much free space on the disk of `data_dir`, new mail is answered "try later"
    /// (452), so that what is there can still be read, sent and deleted. Taken over by a reload.
    pub free_space_bytes_min: u64,
    /// `drain_s`: how long open connections may finish at shutdown.
    pub drain_s: u32,
}

/// `[retention]`: how long it is remembered what happened. Mail that waits and messages in mailboxes are not touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// `trace_days`: the trace of a mail, from its arrival, once nothing of it waits any more.
    pub trace_days: u32,
    /// `audit_days`: the rows of the audit log; the chain still holds without its beginning.
    pub audit_days: u32,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Human,
            level: "info".to_owned(),
        }
    }
}

impl Default for Dns {
    fn default() -> Self {
        Self {
            source: DnsSource::System,
            timeout_ms: 5_000,
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        use crate::limits;
        Self {
            trace_days: limits::TRACE_DAYS_DEFAULT,
            audit_days: limits::AUDIT_DAYS_DEFAULT,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        use crate::limits;
        Self {
            memory_bytes: limits::MEMORY_BYTES_DEFAULT,
            connections_max: limits::CONNECTIONS_MAX_DEFAULT,
            connections_per_address_max: limits::CONNECTIONS_PER_ADDRESS_MAX_DEFAULT,
            message_bytes_max: limits::MESSAGE_BYTES_MAX_DEFAULT,
            free_space_bytes_min: limits::FREE_SPACE_BYTES_MIN_DEFAULT,
            drain_s: limits::DRAIN_S_DEFAULT,
        }
    }
}
