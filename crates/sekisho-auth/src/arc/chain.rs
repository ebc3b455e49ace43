//! The sets of a mail, put in order (RFC 8617 §4.1, §4.2).

use crate::canonical::Canonical;
use crate::dkim::SignatureError;
use crate::dkim::{base64_tag, number, parse_algorithm, parse_canonical, parse_headers};
use crate::dkim::{parse_names, tags};
use crate::limits::{ARC_CHAIN_BYTES_MAX, ARC_FIELD_BYTES_MAX, ARC_SETS_MAX};
use crate::message::{Field, RawMail};
use crate::signing_key::Algorithm;
use crate::tag_list::TagList;

use super::ArcResult;

/// Why the header fields make no chain, or the chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ChainError {
    #[error("an ARC field has no usable instance `i=`")]
    Instance,
    #[error("ARC set {0} is not whole: each field once")]
    Set(u32),
    #[error("the ARC fields are too long")]
    TooLong,
    #[error("ARC set {0}: {1}")]
    Signature(u32, SignatureError),
    #[error("ARC set {0}: `cv=` is not what its place in the chain allows")]
    Status(u32),
    #[error("ARC set {0} says that the chain failed")]
    SealedAsFailed(u32),
    #[error("ARC set {0}: no usable key")]
    Key(u32),
    #[error("ARC set {0}: the key could not be fetched")]
    KeyUnreachable(u32),
    #[error("ARC set {0}: the body has been changed")]
    Body(u32),
    #[error("ARC set {0}: the message signature does not verify")]
    MessageSignature(u32),
    #[error("ARC set {0}: the seal does not verify")]
    Seal(u32),
}

/// Who signed what with which key: shared by both signatures of a set.
#[derive(Debug, Clone)]
pub(crate) struct SignedBy {
    pub(crate) algorithm: Algorithm,
    pub(crate) signature: Vec<u8>,
    pub(crate) domain: String,
    pub(crate) selector: String,
}

impl SignedBy {
    fn from_tags(tags: &TagList<'_>) -> Result<Self, SignatureError> {
        let algorithm = tags.required("a").ok_or(SignatureError::Tag("a"))?;
        let (domain, selector) = parse_names(tags)?;
        number(tags, "t", 12)?;
        Ok(Self {
            algorithm: parse_algorithm(algorithm)?,
            signature: base64_tag(tags, "b")?,
            domain,
            selector,
        })
    }
}

/// What one hand added.
#[derive(Debug, Clone)]
pub(crate) struct Set<'a> {
    pub(crate) results: Field<'a>,
    pub(crate) message_signature: Field<'a>,
    pub(crate) message_signature_at: usize,
    pub(crate) seal: Field<'a>,
}

/// The sets of a mail from the first on; whole and without gaps.
#[derive(Debug, Clone)]
pub(crate) struct Chain<'a> {
    pub(crate) sets: Vec<Set<'a>>,
}

impl<'a> Chain<'a> {
    /// Gathers the sets; an empty chain when there is no ARC field at all.
    pub(crate) fn read(mail: &RawMail<'a>) -> Result<Self, ChainError> {
        let results = by_instance(mail, "arc-authentication-results", results_instance)?;
        let signatures = by_instance(mail, "arc-message-signature", tag_instance)?;
        let seals = by_instance(mail, "arc-seal", tag_instance)?;
        let count = results.len().max(signatures.len()).max(seals.len());
        let mut sets = Vec::with_capacity(count);
        let mut bytes = 0;
        for index in 0..count {
            let instance = u32::try_from(index + 1).unwrap_or(ARC_SETS_MAX);
            let at = |fields: &[Option<usize>]| fields.get(index).copied().flatten();
            let field = |at: Option<usize>| at.and_then(|at| mail.field(at));
            let set = (
                field(at(&results)),
                field(at(&signatures)),
                field(at(&seals)),
                at(&signatures),
            );
            let (Some(results), Some(message_signature), Some(seal), Some(position)) = set else {
                return Err(ChainError::Set(instance));
            };
            for field in [&results, &message_signature, &seal] {
                bytes += field.whole.len();
            }
            if bytes > ARC_CHAIN_BYTES_MAX {
                return Err(ChainError::TooLong);
            }
            sets.push(Set {
                results,
                message_signature,
                message_signature_at: position,
                seal,
            });
        }
        Ok(Self { sets })
    }

    /// The highest instance number written anywhere, readable or not as a chain.
    pub(crate) fn highest_instance(mail: &RawMail<'_>) -> u32 {
        let seals = mail
            .named("arc-seal")
            .filter_map(|field| tag_instance(&field));
        let signed = mail.named("arc-message-signature");
        let signed = signed.filter_map(|field| tag_instance(&field));
        let results = mail.named("arc-authentication-results");
        let results = results.filter_map(|field| results_instance(&field));
        seals.chain(signed).chain(results).max().unwrap_or(0)
    }
}

/// Positions of the fields of one kind, by instance; each may occur once (§4.2.1).
fn by_instance(
    mail: &RawMail<'_>,
    name: &str,
    instance: fn(&Field<'_>) -> Option<u32>,
) -> Result<Vec<Option<usize>>, ChainError> {
    let positions = mail.positions(name);
    let mut found: Vec<Option<usize>> = Vec::new();
    for at in positions.iter().copied() {
        let field = mail.field(at).ok_or(ChainError::Instance)?;
        if field.whole.len() > ARC_FIELD_BYTES_MAX {
            return Err(ChainError::TooLong);
        }
        let instance = instance(&field).ok_or(ChainError::Instance)?;
        let index = usize::try_from(instance - 1).map_err(|_| ChainError::Instance)?;
        if found.len() <= index {
            found.resize(index + 1, None);
        }
        match found.get_mut(index) {
            Some(place @ None) => *place = Some(at),
            _ => return Err(ChainError::Set(instance)),
        }
    }
    Ok(found)
}

/// `instance = %x69 [FWS] "=" [FWS] instance-value`, 1 to 50.
fn instance_value(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = text.parse().ok().filter(|_| digits && text.len() <= 2)?;
    (1..=ARC_SETS_MAX).contains(&value).then_some(value)
}

fn tag_instance(field: &Field<'_>) -> Option<u32> {
    instance_value(tags(field.value).ok()?.value("i")?)
}

/// §4.1.1: `i=` comes first, before the authserv-id.
fn results_instance(field: &Field<'_>) -> Option<u32> {
    let text = String::from_utf8_lossy(field.value);
    let (first, _) = text.split_once(';')?;
    let (tag, value) = first.split_once('=')?;
    (tag.trim() == "i").then(|| instance_value(value.trim()))?
}

/// The message signature of a set, read (§4.1.2).
#[derive(Debug, Clone)]
pub(crate) struct MessageSignature {
    pub(crate) by: SignedBy,
    pub(crate) header: Canonical,
    pub(crate) body: Canonical,
    pub(crate) body_hash: Vec<u8>,
    pub(crate) headers: Vec<String>,
    pub(crate) length: Option<u64>,
}

impl MessageSignature {
    pub(crate) fn parse(field: &Field<'_>) -> Result<Self, SignatureError> {
        let tags = tags(field.value)?;
        let (header, body) = parse_canonical(tags.value("c")).ok_or(SignatureError::Tag("c"))?;
        let headers = tags
            .value("h")
            .and_then(parse_headers)
            // §4.1.2: "ARC-Seal header fields MUST NOT be included".
            .filter(|names| !names.iter().any(|name| name == "arc-seal"))
            .ok_or(SignatureError::Tag("h"))?;
        Ok(Self {
            by: SignedBy::from_tags(&tags)?,
            header,
            body,
            body_hash: base64_tag(&tags, "bh")?,
            headers,
            length: number(&tags, "l", 76)?,
        })
    }
}

/// The seal of a set, read (§4.1.3).
#[derive(Debug, Clone)]
pub(crate) struct SealTags {
    pub(crate) by: SignedBy,
    pub(crate) status: ArcResult,
}

impl SealTags {
    pub(crate) fn parse(field: &Field<'_>) -> Result<Self, SignatureError> {
        let tags = tags(field.value)?;
        // §4.1.3: the signed fields are fixed; `h=` makes the chain fail.
        if tags.value("h").is_some() {
            return Err(SignatureError::Tag("h"));
        }
        let status = match tags.value("cv") {
            Some("none") => ArcResult::None,
            Some("pass") => ArcResult::Pass,
            Some("fail") => ArcResult::Fail,
            _ => return Err(SignatureError::Tag("cv")),
        };
        let by = SignedBy::from_tags(&tags)?;
        Ok(Self { by, status })
    }
}
