//! What DNS says in the demo: invented records of invented senders, in a file beside the store.

use std::path::Path;

use getrandom::SysRng;
use sekisho_auth::{Algorithm, SigningKey};
use serde_json::json;

use crate::output::Failure;

/// A sender whose mail is genuine: SPF, DKIM and DMARC agree.
pub(super) const GENUINE: &str = "soto.example.com";
/// A bank whose name is misused; it asks for refusal.
pub(super) const BANK: &str = "bank.example.com";
/// A shop whose SPF names other servers, without DMARC.
pub(super) const SHOP: &str = "shop.example.net";
/// Selector of the genuine sender's key.
pub(super) const SELECTOR: &str = "demo";

/// The zone with the key of the genuine sender.
pub(super) struct Zone {
    pub(super) key: SigningKey,
}

/// Takes the key of an earlier start, or makes one, and writes the zone.
pub(super) fn open(dir: &Path) -> Result<Zone, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::of_system("zone", error);
    let path = dir.join("soto-dkim.pem");
    let key = match std::fs::read_to_string(&path) {
        Ok(pem) => SigningKey::from_pem(&pem).map_err(|error| failed(&error))?,
        Err(_) => {
            // Ed25519: made in no time, where RSA takes a second.
            let key = SigningKey::generate(Algorithm::Ed25519Sha256, &mut SysRng)
                .map_err(|error| failed(&error))?;
            std::fs::write(&path, key.to_pem()).map_err(|error| failed(&error))?;
            key
        }
    };
    let zone = json!({
        GENUINE: [{ "TXT": "v=spf1 ip4:127.0.0.1 -all" }, { "MX": [10, format!("mx.{GENUINE}")] }],
        format!("{SELECTOR}._domainkey.{GENUINE}"): [{ "TXT": key.dns_txt() }],
        format!("_dmarc.{GENUINE}"): [{ "TXT": "v=DMARC1; p=reject" }],
        BANK: [{ "TXT": "v=spf1 ip4:192.0.2.25 -all" }],
        format!("_dmarc.{BANK}"): [{ "TXT": "v=DMARC1; p=reject" }],
        SHOP: [{ "TXT": "v=spf1 ip4:192.0.2.26 -all" }],
        super::DOMAIN: [{ "TXT": "v=spf1 mx -all" }, { "MX": [10, format!("mail.{}", super::DOMAIN)] }],
        format!("mail.{}", super::DOMAIN): [{ "A": "127.0.0.1" }],
    });
    let text = serde_json::to_vec_pretty(&zone).map_err(|error| failed(&error))?;
    std::fs::write(dir.join("zone.json"), text).map_err(|error| failed(&error))?;
    Ok(Zone { key })
}
