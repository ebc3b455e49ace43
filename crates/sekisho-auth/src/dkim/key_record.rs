//! The key in DNS (RFC 6376 §3.6).

use crate::dns::Record;
use crate::limits::DKIM_KEY_RECORDS_MAX;
use crate::public_key::{PublicKey, PublicKeyError};
use crate::signing_key::Algorithm;
use crate::tag_list::{TagError, TagList, base64_bytes, colon_list};

/// A key record that may be used for mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyRecord {
    pub(crate) key: PublicKey,
    /// `t=y`.
    pub(crate) testing: bool,
    /// `t=s`: `i=` must be exactly the domain.
    pub(crate) same_domain_only: bool,
}

/// Why a record gives no key. All of these are for the owner to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyRecordError {
    #[error("no key is published")]
    None,
    #[error("the key record is not ASCII")]
    NotAscii,
    #[error("key record: {0}")]
    Tags(#[from] TagError),
    #[error("key record: `v=` is not DKIM1 or not first")]
    Version,
    #[error("key record: no `p=`")]
    NoKey,
    #[error("the key has been revoked")]
    Revoked,
    #[error("key record: `p=` is not base64")]
    NotBase64,
    #[error("the key is not for this algorithm")]
    OtherAlgorithm,
    #[error("the key is not for mail")]
    OtherService,
    #[error(transparent)]
    Key(#[from] PublicKeyError),
}

impl KeyRecord {
    /// Reads one record for a signature made with `algorithm`.
    pub(crate) fn parse(txt: &[u8], algorithm: Algorithm) -> Result<Self, KeyRecordError> {
        let text = str::from_utf8(txt)
            .ok()
            .filter(|text| text.is_ascii())
            .ok_or(KeyRecordError::NotAscii)?;
        let tags = TagList::parse(text)?;
        if let Some(version) = tags.value("v")
            && (version != "DKIM1" || tags.first_name() != Some("v"))
        {
            return Err(KeyRecordError::Version);
        }
        let data = tags.value("p").ok_or(KeyRecordError::NoKey)?;
        if data.is_empty() {
            return Err(KeyRecordError::Revoked);
        }
        may_be_used(&tags, algorithm)?;
        let bytes = base64_bytes(data).ok_or(KeyRecordError::NotBase64)?;
        let key = match algorithm {
            Algorithm::RsaSha256 => PublicKey::rsa(&bytes)?,
            Algorithm::Ed25519Sha256 => PublicKey::ed25519(&bytes)?,
        };
        let has_flag = |flag| {
            tags.value("t")
                .is_some_and(|flags| colon_list(flags).any(|each| each == flag))
        };
        Ok(Self {
            key,
            testing: has_flag("y"),
            same_domain_only: has_flag("s"),
        })
    }
}

/// `k=`, `h=` and `s=`; unknown values among them are ignored.
fn may_be_used(tags: &TagList<'_>, algorithm: Algorithm) -> Result<(), KeyRecordError> {
    let wanted = match algorithm {
        Algorithm::RsaSha256 => "rsa",
        Algorithm::Ed25519Sha256 => "ed25519",
    };
    if !tags
        .value("k")
        .unwrap_or("rsa")
        .eq_ignore_ascii_case(wanted)
    {
        return Err(KeyRecordError::OtherAlgorithm);
    }
    if let Some(hashes) = tags.value("h")
        && !colon_list(hashes).any(|hash| hash.eq_ignore_ascii_case("sha256"))
    {
        return Err(KeyRecordError::OtherAlgorithm);
    }
    if let Some(services) = tags.value("s")
        && !colon_list(services)
            .any(|service| service == "*" || service.eq_ignore_ascii_case("email"))
    {
        return Err(KeyRecordError::OtherService);
    }
    Ok(())
}

/// The first of several records that is a key for the algorithm. More than one record is
/// "undefined" (RFC 6376 §3.6.2.2) and happens where a host keeps other text beside.
pub(crate) fn usable_key(
    records: &[Record],
    algorithm: Algorithm,
) -> Result<KeyRecord, KeyRecordError> {
    let mut error = KeyRecordError::None;
    for record in records.iter().take(DKIM_KEY_RECORDS_MAX) {
        let Record::Txt(txt) = record else { continue };
        match KeyRecord::parse(txt, algorithm) {
            Ok(key) => return Ok(key),
            Err(found) if error == KeyRecordError::None => error = found,
            Err(_) => {}
        }
    }
    Err(error)
}
