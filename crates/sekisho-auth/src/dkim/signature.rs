//! The `DKIM-Signature` header field (RFC 6376 §3.5).

use crate::canonical::Canonical;
use crate::domain;
use crate::limits::{DKIM_SIGNATURE_BYTES_MAX, DKIM_SIGNED_HEADERS_MAX};
use crate::signing_key::Algorithm;
use crate::tag_list::{TagError, TagList, base64_bytes, colon_list};

/// A signature that can be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) algorithm: Algorithm,
    pub(crate) signature: Vec<u8>,
    pub(crate) body_hash: Vec<u8>,
    pub(crate) header: Canonical,
    pub(crate) body: Canonical,
    /// `d=` in A-labels.
    pub(crate) domain: String,
    pub(crate) selector: String,
    /// `h=`, lower case.
    pub(crate) headers: Vec<String>,
    /// Domain of `i=` in A-labels.
    pub(crate) identity_domain: String,
    pub(crate) length: Option<u64>,
    pub(crate) expires: Option<u64>,
}

/// Why a signature cannot be verified, whatever the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    #[error("the signature is too long")]
    TooLong,
    #[error("the signature is not UTF-8")]
    NotUtf8,
    #[error("signature: {0}")]
    Tags(#[from] TagError),
    #[error("signature: `{0}=` is missing or cannot be read")]
    Tag(&'static str),
    #[error("`a=` names an algorithm that is not accepted (RFC 8301)")]
    Algorithm,
    #[error("From is not signed")]
    FromUnsigned,
    #[error("`i=` is not within `d=`")]
    IdentityOutside,
}

/// The tags of a header field value, within limits.
pub(crate) fn tags(value: &[u8]) -> Result<TagList<'_>, SignatureError> {
    if value.len() > DKIM_SIGNATURE_BYTES_MAX {
        return Err(SignatureError::TooLong);
    }
    let text = str::from_utf8(value).map_err(|_| SignatureError::NotUtf8)?;
    Ok(TagList::parse(text)?)
}

impl Signature {
    /// Reads the tags of a signature.
    pub(crate) fn from_tags(tags: &TagList<'_>) -> Result<Self, SignatureError> {
        use SignatureError::Tag;
        if tags.value("v") != Some("1") {
            return Err(Tag("v"));
        }
        let algorithm = parse_algorithm(tags.required("a").ok_or(Tag("a"))?)?;
        let (header, body) = parse_canonical(tags.value("c")).ok_or(Tag("c"))?;
        let (domain, selector) = parse_names(tags)?;
        let headers = parse_headers(tags.required("h").ok_or(Tag("h"))?).ok_or(Tag("h"))?;
        // §3.5: "The From header field MUST be signed".
        if !headers.iter().any(|name| name == "from") {
            return Err(SignatureError::FromUnsigned);
        }
        if let Some(methods) = tags.value("q")
            && !colon_list(methods).any(is_dns)
        {
            return Err(Tag("q"));
        }
        let signed_at = number(tags, "t", 12)?;
        let expires = number(tags, "x", 12)?;
        // §3.5 `x=`: "MUST be greater than the value of the t= tag".
        if let (Some(signed_at), Some(expires)) = (signed_at, expires)
            && expires <= signed_at
        {
            return Err(Tag("x"));
        }
        Ok(Self {
            algorithm,
            signature: base64_tag(tags, "b")?,
            body_hash: base64_tag(tags, "bh")?,
            header,
            body,
            identity_domain: identity_domain(tags.value("i"), &domain)?,
            domain,
            selector,
            headers,
            length: number(tags, "l", 76)?,
            expires,
        })
    }
}

/// `dns/txt`; old signers leave the option out (RFC 4870 §3.3).
fn is_dns(method: &str) -> bool {
    method.eq_ignore_ascii_case("dns/txt") || method.eq_ignore_ascii_case("dns")
}

/// RFC 8301 §3.1: rsa-sha1 MUST NOT be used to verify.
pub(crate) fn parse_algorithm(name: &str) -> Result<Algorithm, SignatureError> {
    if name.eq_ignore_ascii_case("rsa-sha256") {
        Ok(Algorithm::RsaSha256)
    } else if name.eq_ignore_ascii_case("ed25519-sha256") {
        Ok(Algorithm::Ed25519Sha256)
    } else {
        Err(SignatureError::Algorithm)
    }
}

/// `c=header/body`; without a body part it is simple.
pub(crate) fn parse_canonical(value: Option<&str>) -> Option<(Canonical, Canonical)> {
    match value {
        None => Some((Canonical::Simple, Canonical::Simple)),
        Some(value) => match value.split_once('/') {
            Some((header, body)) => {
                Some((Canonical::from_name(header)?, Canonical::from_name(body)?))
            }
            None => Some((Canonical::from_name(value)?, Canonical::Simple)),
        },
    }
}

/// `d=` and `s=`, which together name the key.
pub(crate) fn parse_names(tags: &TagList<'_>) -> Result<(String, String), SignatureError> {
    let name = |tag: &'static str| {
        tags.required(tag)
            .and_then(domain::normal)
            .filter(|name| domain::is_host_like(name))
            .ok_or(SignatureError::Tag(tag))
    };
    let (domain, selector) = (name("d")?, name("s")?);
    if !domain.contains('.') || !domain::fits_dns(&key_name(&selector, &domain)) {
        return Err(SignatureError::Tag("d"));
    }
    Ok((domain, selector))
}

/// Where the key is (RFC 6376 §3.6.2.1).
pub(crate) fn key_name(selector: &str, domain: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}

/// `h=` in lower case. Empty names stand for no field and are dropped.
pub(crate) fn parse_headers(value: &str) -> Option<Vec<String>> {
    let names: Vec<String> = colon_list(value)
        .filter(|name| !name.is_empty())
        .take(DKIM_SIGNED_HEADERS_MAX + 1)
        .map(str::to_ascii_lowercase)
        .collect();
    (names.len() <= DKIM_SIGNED_HEADERS_MAX).then_some(names)
}

/// A tag of base64 that must be there and not be empty.
pub(crate) fn base64_tag(tags: &TagList<'_>, tag: &'static str) -> Result<Vec<u8>, SignatureError> {
    tags.required(tag)
        .and_then(base64_bytes)
        .filter(|bytes| !bytes.is_empty())
        .ok_or(SignatureError::Tag(tag))
}

/// A decimal number; one too large to hold counts as the largest, as nothing is that long or late.
pub(crate) fn number(
    tags: &TagList<'_>,
    tag: &'static str,
    digits_max: usize,
) -> Result<Option<u64>, SignatureError> {
    let Some(value) = tags.value(tag) else {
        return Ok(None);
    };
    let is_number = !value.is_empty()
        && value.len() <= digits_max
        && value.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(SignatureError::Tag(tag));
    }
    Ok(Some(value.parse().unwrap_or(u64::MAX)))
}

/// §3.5 `i=`: its domain is `d=` or below it.
fn identity_domain(identity: Option<&str>, domain: &str) -> Result<String, SignatureError> {
    let Some(identity) = identity else {
        return Ok(domain.to_owned());
    };
    identity
        .rsplit_once('@')
        .and_then(|(_, of)| domain::normal(of))
        .filter(|of| domain::is_within(of, domain))
        .ok_or(SignatureError::IdentityOutside)
}
