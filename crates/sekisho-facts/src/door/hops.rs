//! The client behind gateways of ours.

use std::net::IpAddr;

use sekisho_auth::{Client, true_client as walk};
use sekisho_mime::Message;
use sekisho_policy::Envelope;

use crate::Context;

/// The envelope as the first gateway had it; `None` where the peer is no gateway of ours. An unknown client is none:
/// no SPF and no list can then say anything of it.
pub(crate) fn true_client(raw: &[u8], context: &Context<'_>) -> Option<Envelope> {
    let hops = context.door?.trusted_hops;
    let peer = context.envelope.client_ip?;
    let is_trusted = |ip: IpAddr| hops.iter().any(|network| network.contains(ip));
    if !is_trusted(peer) {
        return None;
    }
    let message = Message::parse(header_section(raw));
    let received: Vec<String> = message
        .headers()
        .filter(|field| field.is("Received"))
        .map(|field| String::from_utf8_lossy(&field.unfolded()).into_owned())
        .collect();
    let peer = Client {
        ip: peer,
        helo: context.envelope.helo.clone(),
    };
    let client = walk(peer, received.iter().map(String::as_str), is_trusted);
    let (client_ip, helo) = client.map_or((None, None), |client| (Some(client.ip), client.helo));
    Some(Envelope {
        client_ip,
        helo,
        ..context.envelope.clone()
    })
}

fn header_section(raw: &[u8]) -> &[u8] {
    let ends = [&b"\r\n\r\n"[..], b"\n\n"];
    let end = ends
        .iter()
        .filter_map(|end| memchr::memmem::find(raw, end))
        .min();
    raw.get(..end.unwrap_or(raw.len())).unwrap_or(raw)
}
