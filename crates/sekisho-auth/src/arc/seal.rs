//! Sealing (RFC 8617 §5.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::ArcResult;
use super::chain::{Chain, SealTags};
use super::validate::add_sets;
use crate::canonical::{Canonical, body_hash};
use crate::dkim::{FieldText, SignError, default_headers, names, signed_data};
use crate::limits::ARC_SETS_MAX;
use crate::message::RawMail;
use crate::signing_key::Sign;

/// What a seal says and who says it.
#[derive(Debug, Clone, Copy)]
pub struct Seal<'a> {
    /// Domain of the sealer.
    pub domain: &'a str,
    /// Names the key: `selector._domainkey.domain`.
    pub selector: &'a str,
    /// Content of ARC-Authentication-Results after `i=N; `:
    /// [`Authentication::authentication_results`](crate::Authentication::authentication_results).
    pub results: &'a str,
    /// What we found the chain to be on arrival.
    pub chain: ArcResult,
    /// Header fields to sign, lower case; empty for the usual ones.
    pub headers: &'a [&'a str],
    /// When it is sealed.
    pub now: Timestamp,
}

/// The next ARC set for a mail: three header fields, each with CRLF, to be put on top.
/// `None` when nothing may be added: an earlier hand has sealed the chain as failed, or it is full.
///
/// # Errors
/// [`SignError`] when the key cannot sign or the domain or selector is no name.
pub fn seal(raw: &[u8], key: &dyn Sign, seal: &Seal<'_>) -> Result<Option<String>, SignError> {
    let (domain, selector) = names(seal.domain, seal.selector)?;
    let mail = RawMail::new(raw);
    let instance = Chain::highest_instance(&mail) + 1;
    if instance > ARC_SETS_MAX || is_sealed_as_failed(&mail) {
        return Ok(None);
    }
    let instance_text = instance.to_string();
    let time = seal.now.as_second().to_string();
    let results = format!(
        "ARC-Authentication-Results: i={instance}; {}\r\n",
        seal.results.trim()
    );

    let headers: Vec<String> = match seal.headers {
        [] => default_headers(&mail),
        names => names.iter().map(|name| (*name).to_owned()).collect(),
    };
    let hash = body_hash(mail.body, Canonical::Relaxed, None);
    let signature = FieldText::new("ARC-Message-Signature")
        .tag("a", key.algorithm().name())
        .signature_place()
        .tag("bh", &STANDARD.encode(hash.sha256))
        .tag("c", "relaxed/relaxed")
        .tag("d", &domain)
        .header_list(&headers)
        .tag("i", &instance_text)
        .tag("s", &selector)
        .tag("t", &time);
    let own = signature.unsigned().as_bytes();
    let data = signed_data(&mail, &headers, Canonical::Relaxed, own, None);
    let signature = signature.signed_in_one_piece(&key.sign(&data)?);

    let chain = Chain::read(&mail).ok();
    // §5.1: a first set has nothing to say about a chain; a later one says pass or fail.
    let status = match (instance, seal.chain, &chain) {
        (1, ..) => ArcResult::None,
        (_, ArcResult::Pass, Some(_)) => ArcResult::Pass,
        _ => ArcResult::Fail,
    };
    // §5.1.2: of a failed chain only the new set is signed, as the others may be anything.
    let earlier = chain.filter(|_| status == ArcResult::Pass);
    let sealed = FieldText::new("ARC-Seal")
        .tag("a", key.algorithm().name())
        .signature_place()
        .tag("cv", status.as_str())
        .tag("d", &domain)
        .tag("i", &instance_text)
        .tag("s", &selector)
        .tag("t", &time);
    let data = to_be_sealed(earlier.as_ref(), &results, &signature, sealed.unsigned());
    let sealed = sealed.signed(&key.sign(&data)?);
    Ok(Some(format!("{sealed}{signature}{results}")))
}

/// All sets in order, the new one last, its seal without `b=` (§5.1.1).
fn to_be_sealed(
    earlier: Option<&Chain<'_>>,
    results: &str,
    signature: &str,
    sealed: &str,
) -> Vec<u8> {
    let mut data = Vec::with_capacity(4096);
    if let Some(chain) = earlier {
        add_sets(&chain.sets, &mut data);
    }
    for field in [results, signature] {
        Canonical::Relaxed.field(field.trim_end().as_bytes(), &mut data);
        data.extend_from_slice(b"\r\n");
    }
    Canonical::Relaxed.field(sealed.as_bytes(), &mut data);
    data
}

/// §5.1: "no further ARC sets" once a seal says `cv=fail`.
fn is_sealed_as_failed(mail: &RawMail<'_>) -> bool {
    mail.named("arc-seal")
        .filter_map(|field| SealTags::parse(&field).ok())
        .any(|seal| seal.status == ArcResult::Fail)
}
