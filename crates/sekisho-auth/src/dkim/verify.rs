//! Verifying (RFC 6376 §6).

use jiff::Timestamp;

use super::key_record::{KeyRecordError, usable_key};
use super::selection::{BodyHashes, signed_data, without_signature};
use super::signature::{Signature, SignatureError, key_name, tags};
use super::{DkimResult, DkimSignature};
use crate::dns::{Answers, Kind, Query, Reply, Wanted};
use crate::limits::DKIM_SIGNATURES_MAX;
use crate::message::{Field, RawMail};
use crate::public_key::PublicKey;

/// The signatures of one mail, read but not yet verified.
#[derive(Debug)]
pub(crate) struct Verification<'a> {
    signatures: Vec<(usize, Field<'a>, Result<Signature, SignatureError>)>,
}

impl<'a> Verification<'a> {
    /// Reads the signatures from the top: the newest are there, and the flood comes last.
    pub(crate) fn new(mail: &RawMail<'a>) -> Self {
        let signatures = mail
            .positions("dkim-signature")
            .iter()
            .take(DKIM_SIGNATURES_MAX)
            .filter_map(|at| {
                let field = mail.field(*at)?;
                let signature = tags(field.value).and_then(|tags| Signature::from_tags(&tags));
                Some((*at, field, signature))
            })
            .collect();
        Self { signatures }
    }

    /// The keys that are needed.
    pub(crate) fn queries(&self) -> impl Iterator<Item = Query> + '_ {
        self.signatures
            .iter()
            .filter_map(|(_, _, signature)| signature.as_ref().ok())
            .map(key_query)
    }

    /// Verifies all of them.
    ///
    /// # Errors
    /// [`Wanted`] when a key has not been looked up.
    pub(crate) fn verify(
        &self,
        mail: &RawMail<'_>,
        bodies: &mut BodyHashes<'_>,
        now: Timestamp,
        answers: &Answers,
    ) -> Result<Vec<DkimSignature>, Wanted> {
        let mut found = Vec::with_capacity(self.signatures.len());
        for (at, field, signature) in &self.signatures {
            let mut fact = as_written(field);
            let outcome = match signature {
                Err(error) => Err(Failure::Permanent(error.to_string())),
                Ok(signature) => {
                    fact.domain.clone_from(&signature.domain);
                    fact.selector.clone_from(&signature.selector);
                    let reply = answers.ask(key_query(signature))?;
                    let whole = (*at, field.whole);
                    check(signature, reply, &mut fact, now).and_then(|key| {
                        check_hashes(signature, mail, whole, &key, bodies, &mut fact)
                    })
                }
            };
            match outcome {
                Ok(()) => fact.result = DkimResult::Pass,
                Err(failure) => failure.note(&mut fact),
            }
            found.push(fact);
        }
        Ok(found)
    }
}

fn key_query(signature: &Signature) -> Query {
    Query::new(&key_name(&signature.selector, &signature.domain), Kind::Txt)
}

/// Why a signature does not hold.
enum Failure {
    Fail(&'static str),
    Temporary(&'static str),
    Permanent(String),
}

impl Failure {
    fn note(self, fact: &mut DkimSignature) {
        let (result, reason) = match self {
            Self::Fail(reason) => (DkimResult::Fail, reason.to_owned()),
            Self::Temporary(reason) => (DkimResult::Temperror, reason.to_owned()),
            Self::Permanent(reason) => (DkimResult::Permerror, reason),
        };
        fact.result = result;
        fact.reason = Some(reason);
    }
}

impl From<KeyRecordError> for Failure {
    fn from(error: KeyRecordError) -> Self {
        Self::Permanent(error.to_string())
    }
}

/// What is told of a signature even when it cannot be verified.
fn as_written(field: &Field<'_>) -> DkimSignature {
    const START_CHARS: usize = 8; // RFC 6008 §4
    let Ok(tags) = tags(field.value) else {
        return DkimSignature::default();
    };
    let text = |tag| tags.value(tag).unwrap_or_default();
    let signature = text("b").chars().filter(|letter| !letter.is_whitespace());
    let identity = match tags.value("i") {
        Some(identity) => identity.to_owned(),
        None => format!("@{}", text("d")),
    };
    DkimSignature {
        domain: text("d").to_ascii_lowercase(),
        selector: text("s").to_owned(),
        algorithm: text("a").to_owned(),
        signature_start: signature.take(START_CHARS).collect(),
        identity,
        ..DkimSignature::default()
    }
}

/// Everything short of the hashes: age, key, flags (§6.1.1, §6.1.2).
fn check(
    signature: &Signature,
    reply: &Reply,
    fact: &mut DkimSignature,
    now: Timestamp,
) -> Result<PublicKey, Failure> {
    let records = match reply {
        Reply::Records(records) => records,
        Reply::Failed => return Err(Failure::Temporary("the key could not be fetched")),
        Reply::NoData | Reply::NoSuchName => return Err(KeyRecordError::None.into()),
    };
    let record = usable_key(records, signature.algorithm)?;
    fact.testing = record.testing;
    if let PublicKey::Rsa { bits, .. } = record.key {
        fact.key_bits = Some(bits);
    }
    // §3.6.1 `t=s`.
    if record.same_domain_only && signature.identity_domain != signature.domain {
        let reason = "the key does not sign for subdomains";
        return Err(Failure::Permanent(reason.to_owned()));
    }
    let now = u64::try_from(now.as_second()).unwrap_or(0);
    if signature.expires.is_some_and(|expires| expires < now) {
        return Err(Failure::Fail("the signature has expired"));
    }
    Ok(record.key)
}

/// The hashes (§6.1.3): body first, as it is the cheaper way to fail.
fn check_hashes(
    signature: &Signature,
    mail: &RawMail<'_>,
    (at, whole): (usize, &[u8]),
    key: &PublicKey,
    bodies: &mut BodyHashes<'_>,
    fact: &mut DkimSignature,
) -> Result<(), Failure> {
    let body = bodies.hash(signature.body, signature.length);
    if let Some(length) = signature.length {
        // §3.5 `l=`: a body shorter than what was signed has lost something.
        if length > body.bytes {
            return Err(Failure::Fail("the body is shorter than `l=`"));
        }
        fact.unsigned_body_bytes = body.bytes - length;
    }
    if signature.body_hash != body.sha256 {
        return Err(Failure::Fail("the body has been changed"));
    }
    let own = without_signature(whole);
    let data = signed_data(mail, &signature.headers, signature.header, &own, Some(at));
    if !key.verifies(&data, &signature.signature) {
        return Err(Failure::Fail("the signature does not match header and key"));
    }
    Ok(())
}
