//! The true client of a mail that came through gateways of ours (RFC 5321 §4.4: each server adds its Received line
//! on top).
//!
//! Only the lines that trusted hops wrote are read: the walk goes from the top down, and ends at the first line that
//! names a client that is not trusted. Whatever stands below may be the sender's own invention.

use std::net::IpAddr;

use crate::limits::HOPS_MAX;

/// What a Received line says of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// From a client at this address.
    From(Client),
    /// Handed over inside one machine: by a program, or the line of a queue (qmail, Postfix `from userid`).
    Local,
    /// From somewhere, in a form that tells no address.
    Unreadable,
}

/// A client, as the server that spoke to it saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its address; IPv4 also where it was written as IPv6.
    pub ip: IpAddr,
    /// Its EHLO name, where it is told.
    pub helo: Option<String>,
}

/// The first client that is not trusted. `peer` is who speaks to us; `received` are the values of the Received lines
/// from the top. `None`: every hop is trusted as far as can be read, so that nobody knows where it came from.
pub fn true_client<'a>(
    peer: Client,
    received: impl IntoIterator<Item = &'a str>,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> Option<Client> {
    if !is_trusted(peer.ip) {
        return Some(peer);
    }
    for line in received.into_iter().take(HOPS_MAX) {
        match read_received(line) {
            // A gateway hands a mail to its own filter over loopback.
            Received::From(client) if is_trusted(client.ip) || client.ip.is_loopback() => {}
            Received::From(client) => return Some(client),
            Received::Local => {}
            Received::Unreadable => return None,
        }
    }
    None
}

/// Reads the `from` clause of a Received line, in the forms of Postfix, Sendmail, Exim, Exchange, Gmail, qmail,
/// Courier and CommuniGate, and those that are like them.
pub fn read_received(value: &str) -> Received {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(rest) = strip_word(&value, "from") else {
        return Received::Local;
    };
    let clause = before_by(rest);
    let (bare, comments) = split(clause);
    let first = bare.split(' ').next().unwrap_or_default();
    // `from userid 0`, `from network`: a queue, not a client.
    if comments.is_empty() && first == "userid" {
        return Received::Local;
    }
    let mut helo = None;
    let mut ip = None;
    for comment in &comments {
        let (told, rest) = without_helo(comment);
        helo = helo.or(told);
        // The last one counts: what a client says of itself comes first, and may look like an address.
        ip = address_in(&rest).or(ip);
    }
    let literal = bracketed(&bare).or_else(|| first.parse().ok());
    let Some(ip) = ip.or(literal) else {
        return Received::Unreadable;
    };
    let helo = helo.or_else(|| (!first.is_empty()).then(|| first.to_owned()));
    Received::From(Client {
        ip: ip.to_canonical(),
        helo,
    })
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let start = text.get(..word.len())?;
    let rest = text.get(word.len()..)?.strip_prefix(' ')?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

/// Up to ` by ` outside of comments.
fn before_by(text: &str) -> &str {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => return text.get(..at).unwrap_or_default(),
            ' ' if depth == 0 => {
                let rest = text.get(at..).unwrap_or_default();
                if rest
                    .get(..4)
                    .is_some_and(|word| word.eq_ignore_ascii_case(" by "))
                {
                    return text.get(..at).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    text
}

/// What stands outside of comments, and the comments; those inside others count as part of them.
fn split(clause: &str) -> (String, Vec<String>) {
    let (mut bare, mut comments) = (String::new(), Vec::new());
    let mut depth = 0usize;
    for c in clause.chars() {
        match c {
            '(' => {
                depth += 1;
                if depth == 1 {
                    comments.push(String::new());
                    continue;
                }
            }
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    continue;
                }
            }
            _ => {}
        }
        match comments.last_mut().filter(|_| depth > 0) {
            Some(comment) => comment.push(c),
            None => bare.push(c),
        }
    }
    (bare.trim().to_owned(), comments)
}

/// `helo=name`, `HELO name`, `EHLO name`: the name, and the comment without it.
fn without_helo(comment: &str) -> (Option<String>, String) {
    let mut name = None;
    let mut rest = Vec::new();
    let mut words = comment.split(' ').peekable();
    while let Some(word) = words.next() {
        let lower = word.to_ascii_lowercase();
        let told = ["helo=", "ehlo="]
            .iter()
            .find(|start| lower.starts_with(**start))
            .and_then(|start| word.get(start.len()..));
        if let Some(told) = told {
            name = Some(told.to_owned());
        } else if matches!(lower.as_str(), "helo" | "ehlo") {
            name = words.next().map(str::to_owned);
        } else {
            rest.push(word);
        }
    }
    (name.filter(|name| !name.is_empty()), rest.join(" "))
}

/// `[192.0.2.1]`, `[IPv6:2001:db8::1]`, `[192.0.2.1]:4711`, `192.0.2.1`, `user@192.0.2.1`.
fn address_in(text: &str) -> Option<IpAddr> {
    bracketed(text).or_else(|| {
        text.split([' ', ','])
            .map(|word| word.rsplit('@').next().unwrap_or(word))
            .find_map(|word| word.parse().ok())
    })
}

fn bracketed(text: &str) -> Option<IpAddr> {
    let literals = text
        .split('[')
        .skip(1)
        .filter_map(|rest| rest.split_once(']'));
    literals
        .filter_map(|(literal, _)| {
            let bare = match literal.get(..5) {
                Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => literal.get(5..)?,
                _ => literal,
            };
            // A zone names an interface of that machine.
            bare.split('%').next()?.parse().ok()
        })
        .last()
}
