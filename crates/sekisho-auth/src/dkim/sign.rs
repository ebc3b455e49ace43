//! Signing (RFC 6376 §5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::field_text::FieldText;
use super::selection::signed_data;
use super::signature::key_name;
use crate::canonical::{Canonical, body_hash};
use crate::domain;
use crate::limits::DKIM_SIGNED_HEADERS_MAX;
use crate::message::RawMail;
use crate::signing_key::{KeyError, Sign};

/// Why a mail was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Domain or selector is not a DNS name.
    #[error("`{0}` is not a name that DNS can hold")]
    BadName(String),
    /// The mail has no From field, so the signature would say nothing (RFC 6376 §5.4).
    #[error("the mail has no From header field")]
    NoFrom,
    /// The key refused.
    #[error("the key cannot sign")]
    Key(#[from] KeyError),
}

/// What a reader is shown: signed once more than it occurs, absent or not, so that none can be
/// added (RFC 6376 §8.15).
const SHOWN: [&str; 5] = ["from", "reply-to", "to", "cc", "subject"];

/// Signed when present, then once more than they occur.
const KEPT: [&str; 14] = [
    "date",
    "message-id",
    "sender",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "in-reply-to",
    "references",
    "resent-date",
    "resent-from",
    "resent-to",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post", // RFC 8058 §4
];

/// The value of `h=` for a mail.
pub(crate) fn default_headers(mail: &RawMail<'_>) -> Vec<String> {
    let mut names = Vec::with_capacity(32);
    let shown = SHOWN.iter().map(|name| (*name, true));
    let kept = KEPT.iter().map(|name| (*name, false));
    for (name, always) in shown.chain(kept) {
        let present = mail.positions(name).len();
        if present > 0 || always {
            let times = (present + 1).min(DKIM_SIGNED_HEADERS_MAX / 32);
            names.extend(std::iter::repeat_n(name.to_owned(), times));
        }
    }
    names
}

/// Signs a mail: the whole `DKIM-Signature` header field with CRLF, to be put on top of `raw`.
///
/// Relaxed for header and body. What a reader is shown (From, To, Subject, …) is signed once more
/// than it occurs, so that nothing can be added (RFC 6376 §8.15).
///
/// # Errors
/// [`SignError`]: names that are none, a mail without From, a key that cannot sign.
pub fn sign(
    raw: &[u8],
    key: &dyn Sign,
    domain: &str,
    selector: &str,
    now: Timestamp,
) -> Result<String, SignError> {
    let (domain, selector) = names(domain, selector)?;
    let mail = RawMail::new(raw);
    if mail.positions("from").is_empty() {
        return Err(SignError::NoFrom);
    }
    let headers = default_headers(&mail);
    let hash = body_hash(mail.body, Canonical::Relaxed, None);
    let field = FieldText::new("DKIM-Signature")
        .tag("v", "1")
        .tag("a", key.algorithm().name())
        .tag("c", "relaxed/relaxed")
        .tag("d", &domain)
        .tag("s", &selector)
        .tag("t", &now.as_second().to_string())
        .header_list(&headers)
        .tag("bh", &STANDARD.encode(hash.sha256))
        .signature_place();
    let own = field.unsigned().as_bytes();
    let data = signed_data(&mail, &headers, Canonical::Relaxed, own, None);
    Ok(field.signed(&key.sign(&data)?))
}

/// Domain and selector in the form DNS holds.
pub(crate) fn names(domain: &str, selector: &str) -> Result<(String, String), SignError> {
    let name = |name: &str| {
        domain::normal(name)
            .filter(|name| domain::is_host_like(name))
            .ok_or_else(|| SignError::BadName(name.to_owned()))
    };
    let (domain, selector) = (name(domain)?, name(selector)?);
    let key = key_name(&selector, &domain);
    match domain::fits_dns(&key) {
        true => Ok((domain, selector)),
        false => Err(SignError::BadName(key)),
    }
}
