//! The sections of the file, one struct each. The doc comments are the reference.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::problem::ProblemKind;
use super::read::{Problems, Section};
use super::values::{self, Network};

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
    /// `[limits]`.
    pub limits: Limits,
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
    /// `drain_s`: how long open connections may finish at shutdown.
    pub drain_s: u32,
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

impl Default for Limits {
    fn default() -> Self {
        use crate::limits;
        Self {
            memory_bytes: limits::MEMORY_BYTES_DEFAULT,
            connections_max: limits::CONNECTIONS_MAX_DEFAULT,
            connections_per_address_max: limits::CONNECTIONS_PER_ADDRESS_MAX_DEFAULT,
            message_bytes_max: limits::MESSAGE_BYTES_MAX_DEFAULT,
            drain_s: limits::DRAIN_S_DEFAULT,
        }
    }
}

pub(super) fn read(text: &str, folder: &Path, problems: &Problems) -> Option<Config> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        problems.add(at, "", ProblemKind::Syntax(error.message().to_owned()));
    }
    let root = Section::root(&table, problems);
    let version = root.text("version", "\"1\"", |text| {
        if text == "1" {
            Ok(())
        } else {
            Err(ProblemKind::Version)
        }
    });
    if version.is_none() && !root.has("version") {
        root.problem("version", ProblemKind::Version);
    }
    let hostname = required(
        &root,
        "hostname",
        "hostname = \"mail.example.jp\"",
        values::hostname,
    );
    let data_dir = required(
        &root,
        "data_dir",
        "data_dir = \"/var/lib/sekisho\"",
        |text| Ok(folder.join(text)),
    );
    let trusted_networks = trusted_networks(&root);
    let listeners = listeners(&root);
    let tls = tls(&root, folder, hostname.as_deref().unwrap_or(""));
    check_certificates(&root, &listeners, &tls);
    let (log, dns, limits) = (log(&root), dns(&root, folder), limits(&root));
    root.finish();
    Some(Config {
        hostname: hostname?,
        data_dir: data_dir?,
        trusted_networks,
        listeners,
        tls,
        log,
        dns,
        limits,
    })
}

fn required<T>(
    section: &Section<'_>,
    key: &'static str,
    example: &'static str,
    parse: impl Fn(&str) -> Result<T, ProblemKind>,
) -> Option<T> {
    if !section.has(key) {
        section.problem(key, ProblemKind::Missing(example));
    }
    section.text(key, example, parse)
}

fn trusted_networks(root: &Section<'_>) -> Vec<Network> {
    let networks = root.texts("trusted_networks", "[\"192.0.2.0/24\"]", values::network);
    // An open relay by a slip of the pen is worse than no start.
    if networks.iter().any(Network::is_everything) {
        root.problem("trusted_networks", ProblemKind::TrustsAll);
    }
    networks
}

fn listeners(root: &Section<'_>) -> Listeners {
    let mut open = BTreeMap::new();
    if let Some(section) = root.section("listeners") {
        let mut taken = Vec::new();
        for service in Service::ALL {
            let Some(part) = section.section(service.name()) else {
                continue;
            };
            let listener = listener(&part, service);
            for address in listener
                .addresses
                .iter()
                .filter(|address| address.port() != 0)
            {
                if taken.contains(address) {
                    part.problem("address", ProblemKind::AddressTwice(address.to_string()));
                }
                taken.push(*address);
            }
            open.insert(service, listener);
        }
        section.finish();
    }
    if open.is_empty() {
        root.problem("listeners", ProblemKind::NoListener);
    }
    open.entry(Service::Metrics).or_insert_with(|| Listener {
        addresses: vec![SocketAddr::from(([127, 0, 0, 1], 9090))],
        connections_max: crate::limits::METRICS_CONNECTIONS_MAX,
    });
    Listeners { open }
}

fn listener(part: &Section<'_>, service: Service) -> Listener {
    let addresses = part.texts("address", "\"0.0.0.0:25\"", values::socket_address);
    if !part.has("address") {
        part.problem("address", ProblemKind::Missing("address = \"0.0.0.0:25\""));
    }
    if service == Service::Metrics && addresses.iter().any(|address| !address.ip().is_loopback()) {
        part.problem("address", ProblemKind::MetricsPublic);
    }
    let most = i64::from(crate::limits::CONNECTIONS_MAX);
    let connections_max = part.number("connections_max", 1, most);
    part.finish();
    Listener {
        addresses,
        connections_max: to_u32(connections_max, crate::limits::CONNECTIONS_MAX_DEFAULT),
    }
}

fn tls(root: &Section<'_>, folder: &Path, hostname: &str) -> Tls {
    let Some(section) = root.section("tls") else {
        return Tls::default();
    };
    let files: Vec<CertificateFiles> = section
        .sections("certificate")
        .iter()
        .filter_map(|part| certificate_files(part, folder))
        .collect();
    let acme = section
        .section("acme")
        .map(|part| acme(&part, folder, hostname));
    let self_made = section.boolean("self_made_ca").unwrap_or(false);
    section.finish();
    let sources = usize::from(section.has("certificate"))
        + usize::from(acme.is_some())
        + usize::from(self_made);
    if sources != 1 {
        section.problem_here(ProblemKind::TlsSources);
    }
    let source = match acme {
        Some(acme) => TlsSource::Acme(acme),
        None if self_made => TlsSource::SelfMade,
        None => TlsSource::Files(files),
    };
    Tls { source }
}

fn certificate_files(part: &Section<'_>, folder: &Path) -> Option<CertificateFiles> {
    let chain = required(part, "chain", "chain = \"/etc/sekisho/tls.crt\"", |text| {
        existing_file(folder, text)
    });
    let key = required(part, "key", "key = \"/etc/sekisho/tls.key\"", |text| {
        existing_file(folder, text)
    });
    part.finish();
    Some(CertificateFiles {
        chain: chain?,
        key: key?,
    })
}

fn existing_file(folder: &Path, text: &str) -> Result<PathBuf, ProblemKind> {
    let path = folder.join(text);
    match std::fs::File::open(&path) {
        Ok(_) => Ok(path),
        Err(error) => Err(ProblemKind::File {
            path: path.display().to_string(),
            why: error.to_string(),
        }),
    }
}

fn acme(part: &Section<'_>, folder: &Path, hostname: &str) -> Acme {
    let plain = |text: &str| Ok(text.to_owned());
    let directory = part.text("directory", "\"https://…/directory\"", |text| {
        // RFC 8555 §6.1: ACME is spoken over HTTPS only.
        if text.starts_with("https://") {
            Ok(text.to_owned())
        } else {
            Err(ProblemKind::Choice {
                value: text.to_owned(),
                choices: "https://…",
            })
        }
    });
    let names = part.texts("names", "[\"mail.example.jp\"]", values::hostname);
    let acme = Acme {
        directory: directory.unwrap_or_else(|| crate::tls::acme::LETS_ENCRYPT.to_owned()),
        contact: part.texts("contact", "[\"postmaster@example.jp\"]", plain),
        names: if names.is_empty() {
            vec![hostname.to_owned()]
        } else {
            names
        },
        root_ca: part.text("root_ca", "\"root.pem\"", |text| {
            existing_file(folder, text)
        }),
        http_address: part
            .text("http_address", "\"0.0.0.0:80\"", values::socket_address)
            .unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 80))),
    };
    part.finish();
    acme
}

fn check_certificates(root: &Section<'_>, listeners: &Listeners, tls: &Tls) {
    if tls.source != TlsSource::None || root.has("tls") {
        return;
    }
    for service in listeners
        .open
        .keys()
        .filter(|service| service.needs_certificate())
    {
        root.problem("tls", ProblemKind::NoCertificate(service.name()));
    }
}

fn log(root: &Section<'_>) -> Log {
    let Some(section) = root.section("log") else {
        return Log::default();
    };
    let choice = |value: &str, choices| ProblemKind::Choice {
        value: value.to_owned(),
        choices,
    };
    let format = section.text("format", "\"human\"", |text| match text {
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        other => Err(choice(other, "human, json")),
    });
    let level = section.text("level", "\"info\"", |text| match text {
        "error" | "warn" | "info" | "debug" | "trace" => Ok(text.to_owned()),
        other => Err(choice(other, "error, warn, info, debug, trace")),
    });
    section.finish();
    Log {
        format: format.unwrap_or_default(),
        level: level.unwrap_or_else(|| "info".to_owned()),
    }
}

fn dns(root: &Section<'_>, folder: &Path) -> Dns {
    let Some(section) = root.section("dns") else {
        return Dns::default();
    };
    let servers = section.texts("servers", "[\"192.0.2.53\"]", values::ip_and_port);
    let zone = section.text("fixture_zone_for_demo_and_tests", "\"zone.json\"", |text| {
        existing_file(folder, text)
    });
    let timeout_ms = section.number("timeout_ms", 100, 60_000);
    section.finish();
    let source = match zone {
        Some(zone) => DnsSource::FixtureZone(zone),
        None if servers.is_empty() => DnsSource::System,
        None => DnsSource::Servers(servers),
    };
    Dns {
        source,
        timeout_ms: to_u32(timeout_ms, 5_000),
    }
}

fn limits(root: &Section<'_>) -> Limits {
    let Some(section) = root.section("limits") else {
        return Limits::default();
    };
    let default = Limits::default();
    let most = i64::from(crate::limits::CONNECTIONS_MAX);
    let limits = Limits {
        memory_bytes: section
            .text("memory", "\"512 MB\"", values::size)
            .unwrap_or(default.memory_bytes),
        connections_max: to_u32(
            section.number("connections_max", 10, most),
            default.connections_max,
        ),
        connections_per_address_max: to_u32(
            section.number("connections_per_address_max", 1, most),
            default.connections_per_address_max,
        ),
        message_bytes_max: section
            .text("message_size_max", "\"50 MB\"", values::size)
            .unwrap_or(default.message_bytes_max),
        drain_s: to_u32(section.number("drain_s", 0, 3_600), default.drain_s),
    };
    section.finish();
    limits
}

fn to_u32(number: Option<i64>, default: u32) -> u32 {
    number
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(default)
}
