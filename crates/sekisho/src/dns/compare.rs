//! A wanted record beside what is published. What says the same in other words is right too.

use sekisho_auth::{Record, Reply};
use sekisho_command::WantedRecord;

/// What is published under the name.
pub(super) struct Found {
    /// `ok`, `differs`, `missing`, `unknown` (DNS did not answer).
    pub(super) state: &'static str,
    /// The records, as in a zone file.
    pub(super) values: Vec<String>,
}

pub(super) fn compare(wanted: &WantedRecord, reply: Option<&Reply>) -> Found {
    let records = match reply {
        Some(Reply::Records(records)) => records,
        Some(Reply::NoData | Reply::NoSuchName) => return found("missing", Vec::new()),
        Some(Reply::Failed) | None => return found("unknown", Vec::new()),
    };
    // Other services publish TXT records under the same name: only those of the same sort are compared.
    let sort = tag(&wanted.value).filter(|_| wanted.kind == "TXT");
    let values: Vec<String> = records
        .iter()
        .filter_map(text)
        .filter(|value| sort.is_none() || tag(value) == sort)
        .collect();
    let state = if values.is_empty() {
        "missing"
    } else if values.iter().any(|value| fits(wanted, value)) {
        "ok"
    } else {
        "differs"
    };
    found(state, values)
}

fn found(state: &'static str, values: Vec<String>) -> Found {
    Found { state, values }
}

/// `v=spf1`, `v=DMARC1`, `v=DKIM1`.
fn tag(value: &str) -> Option<String> {
    let first = value.split([' ', ';']).next()?;
    first.starts_with("v=").then(|| first.to_ascii_lowercase())
}

fn fits(wanted: &WantedRecord, value: &str) -> bool {
    match tag(&wanted.value).as_deref() {
        // The owner may allow more servers, or ask for less or more; that there is one is what counts.
        Some("v=spf1") => {
            value.contains(" mx") || value.contains("include:") || value.contains("ip4:")
        }
        Some("v=dmarc1") => value.contains("p="),
        Some("v=dkim1") => key(&wanted.value) == key(value),
        _ => same(&wanted.value, value),
    }
}

/// The public key of a DKIM record, blanks taken out.
fn key(value: &str) -> Option<String> {
    value.split(';').find_map(|part| {
        let key = part.trim().strip_prefix("p=")?;
        Some(key.chars().filter(|c| !c.is_whitespace()).collect())
    })
}

/// MX and SRV: the numbers of the owner's choice apart, the same host (and port).
fn same(wanted: &str, value: &str) -> bool {
    let host = |text: &str| {
        text.rsplit(' ')
            .next()
            .map(|name| name.trim_end_matches('.').to_ascii_lowercase())
    };
    let port = |text: &str| text.split(' ').nth(2).map(str::to_owned);
    host(wanted) == host(value) && port(wanted) == port(value)
}

fn text(record: &Record) -> Option<String> {
    match record {
        Record::Txt(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Record::Mx {
            preference,
            exchange,
        } => Some(format!("{preference} {exchange}.")),
        Record::Srv {
            priority,
            weight,
            port,
            target,
        } => Some(format!("{priority} {weight} {port} {target}.")),
        Record::A(_) | Record::Aaaa(_) | Record::Ptr(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, value: &str) -> WantedRecord {
        WantedRecord {
            name: "hanko.example.jp".into(),
            kind: kind.into(),
            value: value.into(),
            why: sekisho_words::Words {
                ja: String::new(),
                en: String::new(),
            },
            required: true,
        }
    }

    fn txt(text: &str) -> Option<Reply> {
        Some(Reply::Records(vec![Record::Txt(text.as_bytes().to_vec())]))
    }

    #[test]
    fn what_says_the_same_is_right() {
        let spf = record("TXT", "v=spf1 mx -all");
        assert_eq!(
            compare(&spf, txt("v=spf1 mx include:x.example ~all").as_ref()).state,
            "ok"
        );
        assert_eq!(
            compare(&spf, txt("google-site-verification=1").as_ref()).state,
            "missing"
        );
        let dkim = record("TXT", "v=DKIM1; k=ed25519; p=abc=");
        assert_eq!(compare(&dkim, txt("v=DKIM1; p=ab c=").as_ref()).state, "ok");
        assert_eq!(
            compare(&dkim, txt("v=DKIM1; p=other").as_ref()).state,
            "differs"
        );
        let mx = record("MX", "10 mail.example.jp.");
        let published = |exchange: &str| {
            Some(Reply::Records(vec![Record::Mx {
                preference: 5,
                exchange: exchange.into(),
            }]))
        };
        assert_eq!(
            compare(&mx, published("mail.example.jp").as_ref()).state,
            "ok"
        );
        assert_eq!(
            compare(&mx, published("old.example.jp").as_ref()).state,
            "differs"
        );
        assert_eq!(compare(&mx, Some(&Reply::NoSuchName)).state, "missing");
        assert_eq!(compare(&mx, Some(&Reply::Failed)).state, "unknown");
    }
}
