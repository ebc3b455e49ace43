//! From the text of the file to its sections, and what must fit together between them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use super::problem::ProblemKind;
use super::read::{Problems, Section};
use super::sections::{
    Acme, Antivirus, CertificateFiles, Clamd, Config, Delivery, Dns, DnsSource, Limits, Listener,
    Listeners, Log, LogFormat, Retention, Service, Tls, TlsSource, WhenAway,
};
use super::values::{self, Network};

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
    let (delivery, retention) = (delivery(&root, folder), retention(&root));
    let antivirus = antivirus(&root);
    root.finish();
    Some(Config {
        hostname: hostname?,
        data_dir: data_dir?,
        trusted_networks,
        listeners,
        tls,
        log,
        dns,
        delivery,
        antivirus,
        limits,
        retention,
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

fn delivery(root: &Section<'_>, folder: &Path) -> Delivery {
    let Some(section) = root.section("delivery") else {
        return Delivery::default();
    };
    let ca_file = section.text("ca_file", "\"/etc/sekisho/roots.pem\"", |text| {
        existing_file(folder, text)
    });
    section.finish();
    Delivery { ca_file }
}

fn antivirus(root: &Section<'_>) -> Antivirus {
    let Some(section) = root.section("antivirus") else {
        return Antivirus::default();
    };
    let clamd = section.section("clamd").and_then(|part| clamd(&part));
    section.finish();
    Antivirus { clamd }
}

fn clamd(part: &Section<'_>) -> Option<Clamd> {
    let address = required(
        part,
        "address",
        "address = \"/run/clamav/clamd.ctl\"",
        values::clamd_address,
    );
    let when_away = part.text("when_away", "\"wait\"", |text| match text {
        "wait" => Ok(WhenAway::Wait),
        "deliver" => Ok(WhenAway::Deliver),
        "quarantine" => Ok(WhenAway::Quarantine),
        other => Err(ProblemKind::Choice {
            value: other.to_owned(),
            choices: "wait, deliver, quarantine",
        }),
    });
    let timeout_s = part.number("timeout_s", 1, crate::limits::ANTIVIRUS_TIMEOUT_S_MAX);
    let bytes_max = part.text("size_max", "\"100 MB\"", values::size);
    part.finish();
    Some(Clamd {
        address: address?,
        when_away: when_away.unwrap_or_default(),
        timeout_s: to_u32(timeout_s, crate::limits::ANTIVIRUS_TIMEOUT_S_DEFAULT),
        bytes_max: bytes_max.unwrap_or(crate::limits::ANTIVIRUS_STREAM_BYTES_DEFAULT),
    })
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
        free_space_bytes_min: section
            .text("free_space_min", "\"64 MB\"", values::size)
            .unwrap_or(default.free_space_bytes_min),
        drain_s: to_u32(section.number("drain_s", 0, 3_600), default.drain_s),
    };
    section.finish();
    limits
}

fn retention(root: &Section<'_>) -> Retention {
    let default = Retention::default();
    let Some(section) = root.section("retention") else {
        return default;
    };
    let most = i64::from(crate::limits::RETENTION_DAYS_MAX);
    let retention = Retention {
        trace_days: to_u32(section.number("trace_days", 1, most), default.trace_days),
        audit_days: to_u32(section.number("audit_days", 1, most), default.audit_days),
    };
    section.finish();
    retention
}

fn to_u32(number: Option<i64>, default: u32) -> u32 {
    number
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(default)
}
