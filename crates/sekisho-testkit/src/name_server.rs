//! A DNS server on a port of its own, with a few invented records (RFC 1035 §4).

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

/// Answers until the process ends.
pub struct NameServer {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl NameServer {
    /// With a zone in the form of the fixture zones: `{"name": [{"TXT": "…"} | {"A": "…"} | {"MX": [10, "…"]}]}`. A
    /// name with the text `"TIMEOUT"` in its list is never answered; one that is not there does not exist.
    ///
    /// # Panics
    /// When no port can be opened.
    pub fn answering(zone: Value) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        let address = socket.local_addr().expect("it has an address");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            let mut question = [0; 1024];
            while let Ok((length, from)) = socket.recv_from(&mut question) {
                count.fetch_add(1, Ordering::Relaxed);
                if let Some(reply) = reply(&zone, &question[..length]) {
                    // Whoever asked may be gone.
                    let _ = socket.send_to(&reply, from);
                }
            }
        });
        Self { address, asked }
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Questions so far.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Header, question, answers; no compression but a pointer to the question's name.
fn reply(zone: &Value, query: &[u8]) -> Option<Vec<u8>> {
    let (name, end) = name(query)?;
    let question = query.get(12..end + 4)?;
    let kind = u16::from_be_bytes([query[end], query[end + 1]]);
    let records = zone.get(&name).and_then(Value::as_array);
    if records.is_some_and(|records| records.iter().any(|record| record == "TIMEOUT")) {
        return None;
    }
    let answers: Vec<Vec<u8>> = records
        .into_iter()
        .flatten()
        .filter_map(|record| data(record, kind))
        .collect();
    // RFC 1035 §4.1.1: a response, recursion available; 3 is "no such name".
    let code = if records.is_some() { 0 } else { 3 };
    let mut reply = vec![query[0], query[1], 0x81, 0x80 | code, 0, 1, 0];
    reply.push(u8::try_from(answers.len()).ok()?);
    reply.extend([0; 4]);
    reply.extend(question);
    for data in answers {
        reply.extend([0xc0, 12]);
        reply.extend(kind.to_be_bytes());
        reply.extend([0, 1, 0, 0, 0, 60]);
        reply.extend(u16::try_from(data.len()).ok()?.to_be_bytes());
        reply.extend(data);
    }
    Some(reply)
}

/// The name that is asked for, in lower case, and where it ends.
fn name(query: &[u8]) -> Option<(String, usize)> {
    let (mut at, mut labels) = (12, Vec::new());
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            query.get(at + 3)?;
            return Some((labels.join(".").to_lowercase(), at));
        }
        let label = query.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).into_owned());
        at += length;
    }
}

/// A record's data, if it is of the kind asked for.
fn data(record: &Value, kind: u16) -> Option<Vec<u8>> {
    match kind {
        1 => {
            let address: Ipv4Addr = record["A"].as_str()?.parse().ok()?;
            Some(address.octets().to_vec())
        }
        15 => {
            let preference = u16::try_from(record["MX"][0].as_u64()?).ok()?;
            let mut data = preference.to_be_bytes().to_vec();
            for label in record["MX"][1].as_str()?.split('.') {
                data.push(u8::try_from(label.len()).ok()?);
                data.extend(label.as_bytes());
            }
            data.push(0);
            Some(data)
        }
        16 => {
            let text = record["TXT"].as_str()?.as_bytes();
            let strings = text.chunks(255).flat_map(|part| {
                // A chunk is no longer than the byte before it can say.
                std::iter::once(part.len() as u8).chain(part.iter().copied())
            });
            Some(strings.collect())
        }
        _ => None,
    }
}
