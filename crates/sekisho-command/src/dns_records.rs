//! The DNS records that a domain needs, so that others send to it, believe it, and find its services.

use sekisho_address::Domain;
use sekisho_auth::SigningKey;
use sekisho_store::{Reader, SettingRow, StoreFailure, Tenant};
use sekisho_words::{Words, say};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::dmarc::consent_name;
use crate::{CommandFailure, Desk, DmarcSettings, dmarc_of};

/// Name space of DKIM keys among the settings: `dkim/DOMAIN/SELECTOR`, PKCS#8 as PEM.
pub const DKIM_SETTINGS: &str = "dkim/";

/// A record that should be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedRecord {
    /// Full name without a dot at the end.
    pub name: String,
    /// `MX`, `TXT`, `SRV`.
    #[serde(rename = "type")]
    pub kind: String,
    /// As in a zone file.
    pub value: String,
    /// What it is for.
    pub why: Words,
    /// Without it mail does not get through or is not believed.
    pub required: bool,
}

/// A service that clients look for (RFC 6186 §3, RFC 8314 §5.1).
const SERVICES: [(&str, u16); 4] = [
    ("_submissions._tcp", 465),
    ("_submission._tcp", 587),
    ("_imaps._tcp", 993),
    ("_pop3s._tcp", 995),
];

/// The records of a domain whose mail this host takes and sends.
pub fn wanted_records(
    domain: &str,
    hostname: &str,
    keys: &[(String, String)],
    dmarc: &DmarcSettings,
) -> Vec<WantedRecord> {
    let record =
        |name: String, kind: &str, value: String, key: &str, required: bool| WantedRecord {
            name,
            kind: kind.to_owned(),
            value,
            why: say(key, &[]),
            required,
        };
    let mut wanted = vec![
        record(
            domain.to_owned(),
            "MX",
            format!("10 {hostname}."),
            "command-dns-mx",
            true,
        ),
        record(
            domain.to_owned(),
            "TXT",
            "v=spf1 mx -all".to_owned(),
            "command-dns-spf",
            true,
        ),
    ];
    for (selector, text) in keys {
        let name = format!("{selector}._domainkey.{domain}");
        wanted.push(record(name, "TXT", text.clone(), "command-dns-dkim", true));
    }
    let reports_to = dmarc.address_for(domain);
    wanted.push(record(
        format!("_dmarc.{domain}"),
        "TXT",
        format!("v=DMARC1; p=quarantine; rua=mailto:{reports_to}"),
        "command-dns-dmarc",
        true,
    ));
    if let Some(name) = consent_name(domain, &reports_to) {
        let (value, why) = ("v=DMARC1".to_owned(), "command-dns-dmarc-report");
        wanted.push(record(name, "TXT", value, why, false));
    }
    for (service, port) in SERVICES {
        wanted.push(record(
            format!("{service}.{domain}"),
            "SRV",
            format!("0 1 {port} {hostname}."),
            "command-dns-service",
            false,
        ));
    }
    wanted
}

/// Selector and TXT text of each DKIM key of a domain.
///
/// # Errors
/// When the store fails or a key in it cannot be read.
pub fn dkim_records(
    reader: &Reader,
    tenant: Tenant,
    domain: &str,
) -> Result<Vec<(String, String)>, StoreFailure> {
    let prefix = format!("{DKIM_SETTINGS}{domain}/");
    reader
        .settings(tenant, &prefix)?
        .iter()
        .map(|row| published(row, &prefix))
        .collect()
}

fn published(row: &SettingRow, prefix: &str) -> Result<(String, String), StoreFailure> {
    let damaged =
        |why: &dyn std::fmt::Display| StoreFailure::Damaged(format!("setting {}: {why}", row.key));
    let pem = std::str::from_utf8(&row.value).map_err(|error| damaged(&error))?;
    let key = SigningKey::from_pem(pem).map_err(|error| damaged(&error))?;
    let selector = row.key.strip_prefix(prefix).unwrap_or_default();
    Ok((selector.to_owned(), key.dns_txt().to_owned()))
}

impl Desk {
    /// The records of one domain of the organisation, or of all.
    pub(crate) async fn dns_records(
        &self,
        tenant: Tenant,
        domain: Option<&str>,
    ) -> Result<Value, CommandFailure> {
        let snapshot = self.directory.snapshot();
        let all: Vec<String> = snapshot
            .domains(tenant)
            .into_iter()
            .map(|row| row.name.clone())
            .collect();
        let domains = match domain {
            None => all,
            Some(text) => {
                let asked = Domain::parse(text)
                    .map_err(|_| CommandFailure::invalid("domain", "command-bad-domain", text))?;
                let ours = all.into_iter().find(|name| name == asked.as_str());
                let ours = ours.ok_or_else(|| CommandFailure::NotFound {
                    what: "domain",
                    name: text.to_owned(),
                })?;
                vec![ours]
            }
        };
        let hostname = self.hostname.clone();
        let wanted = self
            .store
            .read(move |reader| {
                let mut wanted = Vec::new();
                let dmarc = dmarc_of(reader, tenant)?;
                for domain in &domains {
                    let keys = dkim_records(reader, tenant, domain)?;
                    wanted.extend(wanted_records(domain, &hostname, &keys, &dmarc));
                }
                Ok(wanted)
            })
            .await?;
        Ok(json!(wanted))
    }
}
