//! DKIM signatures on what our own organisations send (RFC 6376), made when the mail leaves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use memchr::memmem;
use sekisho_address::{Address, Domain};
use sekisho_auth::{SigningKey, sign};
use sekisho_directory::Snapshot;
use sekisho_mime::Message;
use sekisho_store::{Direction, MailId, MailRow, Store, StoreFailure, Tenant};

use super::recent::Recent;

/// Keys are settings with this beginning: `dkim/DOMAIN/SELECTOR`, the value PKCS#8 in PEM.
pub(super) const KEY_SETTINGS: &str = "dkim/";

struct Key {
    domain: String,
    selector: String,
    key: SigningKey,
}

type Keys = Arc<Vec<Key>>;

/// Signs mails.
pub(super) struct Signer {
    store: Store,
    keys: Mutex<HashMap<Tenant, Keys>>,
    heads: Recent<Bytes>,
}

impl Signer {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            keys: Mutex::default(),
            heads: Recent::default(),
        }
    }

    /// The keys have changed.
    pub(super) fn forget(&self, tenant: Option<Tenant>) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        match tenant {
            Some(tenant) => {
                keys.remove(&tenant);
            }
            None => keys.clear(),
        }
    }

    /// The signature fields to put above the mail: with every key of its domain, none when there is none.
    ///
    /// Mail from outside is never signed, whatever its From says: a forged mail that an alias leads back out
    /// must not become genuine here.
    ///
    /// # Errors
    /// The keys cannot be read.
    pub(super) async fn head(
        &self,
        mail: &MailRow,
        snapshot: &Snapshot,
        content: &Bytes,
        now: Timestamp,
    ) -> Result<Bytes, StoreFailure> {
        if mail.direction == Direction::Inbound {
            return Ok(Bytes::new());
        }
        if let Some(head) = self.heads.of(mail.id) {
            return Ok(head);
        }
        let keys = self.keys(mail.tenant).await?;
        let Some(domain) = signing_domain(mail.tenant, snapshot, content, &keys) else {
            return Ok(Bytes::new());
        };
        let (id, content) = (mail.id, content.clone());
        let work = move || Bytes::from(signatures(id, &content, &keys, &domain, now));
        // An RSA signature takes about a millisecond, the hash of a large mail more.
        let head = tokio::task::spawn_blocking(work).await.unwrap_or_default();
        self.heads.keep(mail.id, &head);
        Ok(head)
    }

    async fn keys(&self, tenant: Tenant) -> Result<Keys, StoreFailure> {
        let known = {
            let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            keys.get(&tenant).cloned()
        };
        if let Some(keys) = known {
            return Ok(keys);
        }
        let rows = self
            .store
            .read(move |reader| reader.settings(tenant, KEY_SETTINGS))
            .await?;
        let keys: Keys = Arc::new(
            rows.iter()
                .filter_map(|row| key(&row.key, &row.value))
                .collect(),
        );
        let mut all = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(tenant, Arc::clone(&keys));
        Ok(keys)
    }
}

/// A key that cannot be used is told and left out: the mail goes with the other, or unsigned.
fn key(name: &str, pem: &[u8]) -> Option<Key> {
    let (domain, selector) = name.strip_prefix(KEY_SETTINGS)?.split_once('/')?;
    let text = std::str::from_utf8(pem).unwrap_or_default();
    match SigningKey::from_pem(text) {
        Ok(key) => Some(Key {
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            key,
        }),
        Err(error) => {
            tracing::error!(setting = name, %error, "a DKIM key cannot be used");
            None
        }
    }
}

/// The domain of From, or the nearest above it that has a key: DMARC takes both as aligned (RFC 7489 §3.1.1).
/// It must be the organisation's own.
fn signing_domain(
    tenant: Tenant,
    snapshot: &Snapshot,
    content: &[u8],
    keys: &[Key],
) -> Option<String> {
    if keys.is_empty() {
        return None;
    }
    // RFC 5322 §2.1: the header section ends at the first empty line.
    let end = memmem::find(content, b"\r\n\r\n").map_or(content.len(), |at| at + 4);
    let header = Message::parse(content.get(..end)?);
    let author = Address::parse(&header.from().first()?.address).ok()?;
    let mut domain: Option<Domain> = Some(author.domain().clone());
    while let Some(candidate) = domain {
        let is_ours = snapshot.tenant_of_domain(&candidate) == Some(tenant);
        if is_ours && keys.iter().any(|key| key.domain == candidate.as_str()) {
            return Some(candidate.as_str().to_owned());
        }
        domain = candidate.parent();
    }
    None
}

fn signatures(mail: MailId, content: &[u8], keys: &[Key], domain: &str, now: Timestamp) -> String {
    let mut head = String::new();
    for key in keys.iter().filter(|key| key.domain == domain) {
        match sign(content, &key.key, domain, &key.selector, now) {
            Ok(field) => head.push_str(&field),
            Err(error) => {
                tracing::error!(mail = %mail, domain, selector = key.selector, %error, "not signed");
            }
        }
    }
    head
}
