//! Zone files for tests and trials: the JSON forms of INTERFACES.md.

use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::{Answers, Kind, Query, Record, Reply};
use crate::limits::ALIASES_MAX;

/// Why a zone file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// The file is not a JSON object of names.
    #[error("a zone file is a JSON object: {{\"name\": records, …}}")]
    NotAnObject,
    /// An entry has an unknown form.
    #[error("zone entry `{name}`: {what}")]
    BadEntry {
        /// The name whose entry is wrong.
        name: String,
        /// What is wrong with it, and what to write.
        what: String,
    },
}

const KINDS: [Kind; 6] = [
    Kind::Txt,
    Kind::A,
    Kind::Aaaa,
    Kind::Mx,
    Kind::Ptr,
    Kind::Srv,
];

impl Answers {
    /// Reads a zone: `{"name": [{"TXT": "…"}, {"A": "…"}, {"MX": [10, "host"]}, "TIMEOUT"]}` or the
    /// flat form `{"name": "txt" | ["txt", …]}`. The world is closed: other names do not exist.
    ///
    /// As in the openspf suite, a record of type SPF also answers for TXT where the name has no
    /// TXT record; `{"TXT": "NONE"}` stands for having none. `TIMEOUT` fails every question that
    /// no record of the name answers.
    ///
    /// # Errors
    /// [`ZoneError`] names the first entry that cannot be read.
    pub fn from_zone_json(zone: &Value) -> Result<Self, ZoneError> {
        let entries = zone.as_object().ok_or(ZoneError::NotAnObject)?;
        let mut names: HashMap<String, Entry> = HashMap::with_capacity(entries.len());
        for (name, value) in entries {
            let entry = Entry::read(value).map_err(|what| ZoneError::BadEntry {
                name: name.clone(),
                what,
            })?;
            names.insert(Query::new(name, Kind::Txt).name, entry);
        }
        let mut answers = Self::closed();
        for name in names.keys() {
            for kind in KINDS {
                answers.insert(Query::new(name, kind), resolve(&names, name, kind));
            }
        }
        Ok(answers)
    }
}

/// Follows aliases; one that ends nowhere, or in a circle, has no such name.
fn resolve(names: &HashMap<String, Entry>, name: &str, kind: Kind) -> Reply {
    let mut name = name;
    for _ in 0..=ALIASES_MAX {
        let Some(entry) = names.get(name) else { break };
        match &entry.alias {
            Some(alias) => name = alias,
            None => return entry.reply(kind),
        }
    }
    Reply::NoSuchName
}

/// All that is known of one name.
#[derive(Debug, Default)]
struct Entry {
    records: Vec<Record>,
    /// Of type SPF (RFC 4408 §3.1.1, obsolete).
    spf: Vec<Record>,
    no_txt: bool,
    alias: Option<String>,
    times_out: bool,
}

impl Entry {
    fn reply(&self, kind: Kind) -> Reply {
        let is_kind = |record: &&Record| record.kind() == kind;
        let mut records: Vec<Record> = self.records.iter().filter(is_kind).cloned().collect();
        if kind == Kind::Txt && records.is_empty() && !self.no_txt {
            records.clone_from(&self.spf);
        }
        match records.is_empty() {
            false => Reply::Records(records),
            true if self.times_out => Reply::Failed,
            true => Reply::NoData,
        }
    }

    fn read(value: &Value) -> Result<Self, String> {
        let mut entry = Self::default();
        match value {
            Value::Array(items) => {
                for item in items {
                    entry.add(item)?;
                }
            }
            other => entry.add(other)?,
        }
        Ok(entry)
    }

    fn add(&mut self, item: &Value) -> Result<(), String> {
        match item {
            Value::String(text) if text == "TIMEOUT" => self.times_out = true,
            Value::String(text) => self.records.push(txt(text)),
            Value::Object(records) => {
                for (kind, value) in records {
                    self.add_record(kind, value)?;
                }
            }
            other => return Err(format!("`{other}` is neither text nor {{\"TYPE\": value}}")),
        }
        Ok(())
    }

    fn add_record(&mut self, kind: &str, value: &Value) -> Result<(), String> {
        let kind = kind.to_ascii_uppercase();
        if kind == "TXT" && value == "NONE" {
            self.no_txt = true;
            return Ok(());
        }
        match kind.as_str() {
            "TXT" => self.records.push(txt(&strings(value)?)),
            "SPF" => self.spf.push(txt(&strings(value)?)),
            "MX" => self.records.push(exchanger(value)?),
            "CNAME" => self.alias = Some(host(&string(value)?)),
            "A" | "AAAA" | "PTR" => {
                let values = value
                    .as_array()
                    .map_or(std::slice::from_ref(value), |all| all);
                for value in values {
                    self.records.push(record(&kind, &string(value)?)?);
                }
            }
            "SRV" => self.records.push(service(value)?),
            // Answers no question that mail asks.
            _ => {}
        }
        Ok(())
    }
}

impl Record {
    /// The kind of question that this record answers.
    pub fn kind(&self) -> Kind {
        match self {
            Self::A(_) => Kind::A,
            Self::Aaaa(_) => Kind::Aaaa,
            Self::Mx { .. } => Kind::Mx,
            Self::Ptr(_) => Kind::Ptr,
            Self::Srv { .. } => Kind::Srv,
            Self::Txt(_) => Kind::Txt,
        }
    }
}

fn txt(text: &str) -> Record {
    Record::Txt(text.as_bytes().to_vec())
}

fn host(name: &str) -> String {
    Query::new(name, Kind::A).name
}

fn string(value: &Value) -> Result<String, String> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or_else(|| format!("`{value}` is no text"))
}

/// Text, or the character-strings of one record, which are joined.
fn strings(value: &Value) -> Result<String, String> {
    match value {
        Value::Array(items) => items.iter().map(string).collect(),
        other => string(other),
    }
}

fn record(kind: &str, text: &str) -> Result<Record, String> {
    let no_address = |_| format!("`{text}` is no address");
    match kind {
        "A" => text.parse::<Ipv4Addr>().map(Record::A).map_err(no_address),
        "AAAA" => text
            .parse::<Ipv6Addr>()
            .map(Record::Aaaa)
            .map_err(no_address),
        _ => Ok(Record::Ptr(host(text))),
    }
}

fn exchanger(value: &Value) -> Result<Record, String> {
    let wrong = || format!("`{value}` is no exchanger: write [10, \"mx.example.jp\"]");
    let [preference, exchange] = value.as_array().map_or(&[][..], Vec::as_slice) else {
        return Err(wrong());
    };
    let preference = preference
        .as_u64()
        .and_then(|number| u16::try_from(number).ok());
    Ok(Record::Mx {
        preference: preference.ok_or_else(wrong)?,
        exchange: host(&string(exchange)?),
    })
}

fn service(value: &Value) -> Result<Record, String> {
    let wrong = || format!("`{value}` is no service: write [0, 1, 993, \"imap.example.jp\"]");
    let [priority, weight, port, target] = value.as_array().map_or(&[][..], Vec::as_slice) else {
        return Err(wrong());
    };
    let number = |value: &Value| {
        let number = value.as_u64().and_then(|number| u16::try_from(number).ok());
        number.ok_or_else(wrong)
    };
    Ok(Record::Srv {
        priority: number(priority)?,
        weight: number(weight)?,
        port: number(port)?,
        target: host(&string(target)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(zone: &Value, name: &str, kind: Kind) -> Reply {
        let answers = Answers::from_zone_json(zone).unwrap();
        answers.reply(&Query::new(name, kind)).unwrap().clone()
    }

    #[test]
    fn forms() {
        let zone = serde_json::json!({
            "Flat.example.": "v=spf1 -all",
            "two.example": ["one", "two"],
            "full.example": [{"TXT": ["a", "b"]}, {"SPF": "not for txt"}, {"MX": [5, "Mx.example."]}],
            "spf.example": [{"SPF": "v=spf1"}],
            "none.example": [{"SPF": "v=spf1"}, {"TXT": "NONE"}],
            "slow.example": [{"A": "192.0.2.1"}, "TIMEOUT"],
            "alias.example": [{"CNAME": "slow.example"}],
            "circle.example": [{"CNAME": "circle.example"}],
        });
        let text = |text: &str| Record::Txt(text.as_bytes().to_vec());
        let mx = Record::Mx {
            preference: 5,
            exchange: "mx.example".into(),
        };
        let address = Record::A(Ipv4Addr::new(192, 0, 2, 1));
        for (name, kind, want) in [
            (
                "flat.example",
                Kind::Txt,
                Reply::Records(vec![text("v=spf1 -all")]),
            ),
            (
                "two.example",
                Kind::Txt,
                Reply::Records(vec![text("one"), text("two")]),
            ),
            ("full.example", Kind::Txt, Reply::Records(vec![text("ab")])),
            ("full.example", Kind::Mx, Reply::Records(vec![mx])),
            ("full.example", Kind::A, Reply::NoData),
            (
                "spf.example",
                Kind::Txt,
                Reply::Records(vec![text("v=spf1")]),
            ),
            ("none.example", Kind::Txt, Reply::NoData),
            ("slow.example", Kind::Txt, Reply::Failed),
            ("alias.example", Kind::A, Reply::Records(vec![address])),
            ("circle.example", Kind::A, Reply::NoSuchName),
            ("other.example", Kind::A, Reply::NoSuchName),
        ] {
            assert_eq!(reply(&zone, name, kind), want, "{name} {kind:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let zone = serde_json::json!({ "a.example": [{"A": "nonsense"}] });
        let error = Answers::from_zone_json(&zone).unwrap_err();
        assert_eq!(
            error.to_string(),
            "zone entry `a.example`: `nonsense` is no address"
        );
        assert!(Answers::from_zone_json(&serde_json::json!([])).is_err());
    }
}
