//! Whether the names of a client are those of a mail server: its PTR record and its EHLO name.

use std::net::IpAddr;

use sekisho_auth::{Answers, Kind, Query, Record, Reply, Wanted};
use sekisho_policy::{Facts, Finding};
use sekisho_words::say;

use super::reply;
use crate::Context;

/// Something doubtful about the names of a client. None is proof: each adds to the doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameSign {
    /// The address has no name.
    NoPtr,
    /// It has names, and none of them leads back to it.
    PtrUnconfirmed,
    /// Its name holds its address, as those of home lines do.
    PtrGeneric,
    /// EHLO with a name that is no host name (RFC 5321 §4.1.1.1).
    HeloNoName,
    /// EHLO with an address that is not its own.
    HeloOtherAddress,
    /// EHLO with a name of ours.
    HeloOurs,
}

impl NameSign {
    /// Its finding.
    pub fn id(self) -> &'static str {
        match self {
            Self::NoPtr => "spam.no_ptr",
            Self::PtrUnconfirmed => "spam.ptr_unconfirmed",
            Self::PtrGeneric => "spam.ptr_generic",
            Self::HeloNoName => "spam.helo_no_name",
            Self::HeloOtherAddress => "spam.helo_other_address",
            Self::HeloOurs => "spam.helo_ours",
        }
    }
}

/// Names of one address that are followed: more are a mistake of whoever set them.
const NAMES_MAX: usize = 4;

pub(super) fn signs(context: &Context<'_>, answers: &Answers) -> Result<Vec<NameSign>, Wanted> {
    let envelope = &context.envelope;
    match envelope.client_ip {
        // Who vouches for a mail needs no name.
        Some(ip) if !envelope.is_ours() => client_names(
            ip,
            envelope.helo.as_deref(),
            context.receiving_host,
            answers,
        ),
        _ => Ok(Vec::new()),
    }
}

/// What is doubtful about the names of a client that speaks to `receiving_host`.
///
/// # Errors
/// DNS questions that are wanted first.
pub fn client_names(
    ip: IpAddr,
    helo: Option<&str>,
    receiving_host: &str,
    answers: &Answers,
) -> Result<Vec<NameSign>, Wanted> {
    let ip = ip.to_canonical();
    // Nobody publishes names of private machines.
    if is_private(ip) {
        return Ok(Vec::new());
    }
    let mut signs: Vec<NameSign> = of_helo(helo, ip, receiving_host).into_iter().collect();
    signs.extend(of_ptr(ip, answers)?);
    Ok(signs)
}

fn of_ptr(ip: IpAddr, answers: &Answers) -> Result<Option<NameSign>, Wanted> {
    let names: Vec<String> = match reply(answers, Query::new(&arpa(ip), Kind::Ptr))? {
        Reply::NoSuchName | Reply::NoData => return Ok(Some(NameSign::NoPtr)),
        Reply::Failed => return Ok(None),
        Reply::Records(records) => records
            .iter()
            .filter_map(|record| match record {
                Record::Ptr(name) => Some(name.clone()),
                _ => None,
            })
            .take(NAMES_MAX)
            .collect(),
    };
    let kind = if ip.is_ipv4() { Kind::A } else { Kind::Aaaa };
    let (mut wanted, mut confirmed, mut failed) = (Vec::new(), false, false);
    for name in &names {
        match reply(answers, Query::new(name, kind)) {
            Err(Wanted(queries)) => wanted.extend(queries),
            Ok(Reply::Failed) => failed = true,
            Ok(Reply::Records(records)) => {
                confirmed |= records.iter().any(|record| match record {
                    Record::A(found) => IpAddr::V4(*found) == ip,
                    Record::Aaaa(found) => IpAddr::V6(*found) == ip,
                    _ => false,
                });
            }
            Ok(_) => {}
        }
    }
    if !wanted.is_empty() {
        return Err(Wanted(wanted));
    }
    Ok(if !confirmed {
        (!failed).then_some(NameSign::PtrUnconfirmed)
    } else if names.iter().all(|name| is_generic(name, ip)) {
        Some(NameSign::PtrGeneric)
    } else {
        None
    })
}

fn of_helo(helo: Option<&str>, ip: IpAddr, receiving_host: &str) -> Option<NameSign> {
    let helo = helo?.trim_end_matches('.').to_ascii_lowercase();
    if let Some(literal) = helo
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        let address = literal
            .strip_prefix("ipv6:")
            .unwrap_or(literal)
            .parse::<IpAddr>();
        return address.map_or(Some(NameSign::HeloNoName), |address| {
            (address.to_canonical() != ip).then_some(NameSign::HeloOtherAddress)
        });
    }
    if helo == receiving_host.to_ascii_lowercase() && !helo.is_empty() {
        return Some(NameSign::HeloOurs);
    }
    let is_name =
        helo.contains('.') && helo.parse::<IpAddr>().is_err() && !helo.ends_with(".local");
    (!is_name).then_some(NameSign::HeloNoName)
}

/// `p192-0-2-99.home.example`, `99.2.0.192.dyn.example`: at least three octets of the address stand in the name.
fn is_generic(name: &str, ip: IpAddr) -> bool {
    let IpAddr::V4(ip) = ip else { return false };
    let labels = name.to_ascii_lowercase();
    let numbers: Vec<&str> = labels
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let octets = ip.octets();
    let found = octets
        .iter()
        .filter(|octet| {
            numbers.iter().any(|number| {
                number
                    .parse::<u16>()
                    .is_ok_and(|number| number == u16::from(**octet))
            })
        })
        .count();
    let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    (found >= 3 && numbers.len() >= 3) || labels.contains(&hex)
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()
        }
        IpAddr::V6(ip) => {
            let first = ip.segments()[0];
            ip.is_loopback()
                || ip.is_unspecified()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
        }
    }
}

/// The name under which the names of an address stand (RFC 1035 §3.5, RFC 3596 §2.5).
fn arpa(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let nibbles = ip
                .octets()
                .into_iter()
                .rev()
                .flat_map(|byte| [byte & 15, byte >> 4]);
            let name: Vec<String> = nibbles.map(|nibble| format!("{nibble:x}")).collect();
            format!("{}.ip6.arpa", name.join("."))
        }
    }
}

pub(super) fn add(signs: &[NameSign], facts: &mut Facts) {
    let ip = facts
        .envelope
        .client_ip
        .map(|ip| ip.to_string())
        .unwrap_or_default();
    let helo = facts.envelope.helo.clone().unwrap_or_default();
    for sign in signs {
        let key = sign.id().replace(['.', '_'], "-");
        let args = [("ip", ip.as_str().into()), ("helo", helo.as_str().into())];
        let mut finding = Finding::certain(sign.id(), ip.clone(), "envelope", say(&key, &args));
        finding.confidence = 0.6;
        facts.findings.push(finding);
    }
}
