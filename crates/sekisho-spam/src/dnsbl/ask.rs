//! Which questions a mail raises, and what the answers add up to.

use std::net::{IpAddr, Ipv4Addr};

use sekisho_address::Domain;
use sekisho_auth::{Answers, Kind, Query, Wanted};

use super::limits::{ALONE_TENTHS_MAX, LINK_HOSTS_MAX, NAME_BYTES_MAX};
use super::{About, DnsList, DnsLists, Reading, read};

/// What lists are asked about.
#[derive(Debug, Clone, Default)]
pub struct Subjects {
    /// The client; private addresses are not asked about.
    pub client: Option<IpAddr>,
    /// Domains of reverse-path and From.
    pub senders: Vec<Domain>,
    /// Hosts of links, names or addresses.
    pub links: Vec<String>,
}

/// Something that a list has.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The list's name.
    pub list: String,
    /// What it has: an address or a domain.
    pub subject: String,
    /// What it answered.
    pub code: Ipv4Addr,
    /// Points, after what lists may weigh together.
    pub weight: f64,
    /// What it is about.
    pub about: About,
}

impl DnsLists {
    /// What the lists have of a mail. `is_on` says which lists are asked at all.
    ///
    /// # Errors
    /// DNS questions that are wanted first; all at once.
    pub fn look(
        &self,
        subjects: &Subjects,
        is_on: impl Fn(&DnsList) -> bool,
        answers: &Answers,
    ) -> Result<Vec<Hit>, Wanted> {
        let mut wanted = Vec::new();
        let mut hits: Vec<(Hit, bool)> = Vec::new();
        for list in self.lists.iter().filter(|list| is_on(list)) {
            for (subject, query) in list.questions(subjects) {
                let Some(reply) = answers.reply(&query) else {
                    wanted.push(query);
                    continue;
                };
                if let Reading::Listed { code, weight } = read(list, reply) {
                    let hit = Hit {
                        list: list.name.clone(),
                        subject,
                        code,
                        weight,
                        about: list.about,
                    };
                    // Ten links to one campaign are one sign.
                    let known = hits.iter().any(|(known, _)| known.list == hit.list);
                    if !known {
                        hits.push((hit, list.decides));
                    }
                }
            }
        }
        if wanted.is_empty() {
            Ok(capped(hits))
        } else {
            Err(Wanted(wanted))
        }
    }
}

/// Lists that may not decide share what is left below the threshold, in their order.
fn capped(hits: Vec<(Hit, bool)>) -> Vec<Hit> {
    let most = f64::from(ALONE_TENTHS_MAX) / 10.0;
    let mut left = most;
    hits.into_iter()
        .map(|(mut hit, decides)| {
            if !decides && hit.weight > 0.0 {
                hit.weight = hit.weight.min(left);
                left -= hit.weight;
            }
            hit
        })
        .collect()
}

impl DnsList {
    /// What is asked, with what it is about.
    pub fn questions(&self, subjects: &Subjects) -> Vec<(String, Query)> {
        let names: Vec<(String, String)> = match self.about {
            About::Client => subjects
                .client
                .filter(|ip| is_public(*ip))
                .map(|ip| (ip.to_string(), reversed(ip)))
                .into_iter()
                .collect(),
            About::Sender => subjects
                .senders
                .iter()
                .filter(|domain| !domain.is_literal())
                .map(|domain| (domain.as_str().to_owned(), domain.as_str().to_owned()))
                .collect(),
            About::Link => subjects
                .links
                .iter()
                .filter_map(|host| link_name(host))
                .collect(),
        };
        let mut questions: Vec<(String, Query)> = Vec::new();
        for (subject, name) in names {
            let name = format!("{name}.{}", self.zone);
            let query = Query::new(&name, Kind::A);
            let known = questions.iter().any(|(_, known)| *known == query);
            if name.len() <= NAME_BYTES_MAX && !known && questions.len() < LINK_HOSTS_MAX {
                questions.push((subject, query));
            }
        }
        questions
    }
}

/// Lists of links have registered domains, and addresses as clients have.
fn link_name(host: &str) -> Option<(String, String)> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return is_public(ip).then(|| (host.to_owned(), reversed(ip)));
    }
    let domain = Domain::parse(host).ok()?.organisational();
    let name = domain.as_str().to_owned();
    name.contains('.').then(|| (name.clone(), name))
}

/// RFC 5782 §2.1 for IPv4, §2.4 for IPv6: `2.0.0.127`, nibbles from the last one on.
pub(super) fn reversed(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}")
        }
        IpAddr::V6(ip) => {
            let nibbles = ip
                .octets()
                .into_iter()
                .rev()
                .flat_map(|byte| [byte & 15, byte >> 4]);
            nibbles
                .map(|nibble| format!("{nibble:x}"))
                .collect::<Vec<_>>()
                .join(".")
        }
    }
}

/// No list knows machines of private networks; asking would only tell others of ours.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast())
        }
        IpAddr::V6(ip) => {
            let first = ip.segments()[0];
            // RFC 4193 and RFC 4291 §2.5.6.
            !(ip.is_loopback()
                || ip.is_unspecified()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80)
        }
    }
}
