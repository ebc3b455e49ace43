//! Validating a chain (RFC 8617 §5.2).

use super::ArcResult;
use super::chain::{Chain, ChainError, MessageSignature, SealTags, Set, SignedBy};
use crate::canonical::Canonical;
use crate::dkim::{BodyHashes, key_name, signed_data, usable_key, without_signature};
use crate::dns::{Answers, Kind, Query, Reply, Wanted};
use crate::message::RawMail;
use crate::public_key::PublicKey;

/// What a chain is worth, and who made it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChainState {
    pub(crate) result: ArcResult,
    /// Oldest first.
    pub(crate) sealers: Vec<String>,
    /// What the newest sealer says it found.
    pub(crate) results: Option<String>,
    pub(crate) reason: Option<String>,
}

/// The chain, read as far as it can be without keys.
struct Read {
    newest: MessageSignature,
    seals: Vec<SealTags>,
}

/// The keys that are needed; none when the chain fails anyway.
pub(crate) fn queries(mail: &RawMail<'_>) -> Vec<Query> {
    let Ok(chain) = Chain::read(mail) else {
        return Vec::new();
    };
    match read(&chain) {
        Ok(Some(read)) => {
            let seals = read.seals.iter().map(|seal| key_query(&seal.by));
            seals.chain([key_query(&read.newest.by)]).collect()
        }
        _ => Vec::new(),
    }
}

/// Validates the chain.
///
/// # Errors
/// [`Wanted`] when a key has not been looked up.
pub(crate) fn validate(
    mail: &RawMail<'_>,
    bodies: &mut BodyHashes<'_>,
    answers: &Answers,
) -> Result<ChainState, Wanted> {
    let failed = |error: ChainError| ChainState {
        result: ArcResult::Fail,
        reason: Some(error.to_string()),
        ..ChainState::default()
    };
    let chain = match Chain::read(mail) {
        Ok(chain) => chain,
        Err(error) => return Ok(failed(error)),
    };
    let read = match read(&chain) {
        Ok(None) => return Ok(ChainState::default()),
        Ok(Some(read)) => read,
        Err(error) => return Ok(failed(error)),
    };
    let mut state = match verify(mail, &chain, &read, bodies, answers)? {
        Ok(()) => ChainState {
            result: ArcResult::Pass,
            ..ChainState::default()
        },
        Err(error) => failed(error),
    };
    state.sealers = read.seals.into_iter().map(|seal| seal.by.domain).collect();
    if state.result == ArcResult::Pass {
        state.results = chain.sets.last().map(found_by);
    }
    Ok(state)
}

/// Content of ARC-Authentication-Results after `i=N;`, unfolded.
fn found_by(set: &Set<'_>) -> String {
    let text = String::from_utf8_lossy(set.results.value);
    let found = text.split_once(';').map_or("", |parts| parts.1);
    found.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Steps 1 to 3 of §5.2: structure and the claims of the seals.
fn read(chain: &Chain<'_>) -> Result<Option<Read>, ChainError> {
    let Some(newest) = chain.sets.last() else {
        return Ok(None);
    };
    let mut seals = Vec::with_capacity(chain.sets.len());
    for (instance, set) in (1..).zip(&chain.sets) {
        let seal =
            SealTags::parse(&set.seal).map_err(|error| ChainError::Signature(instance, error))?;
        let expected = match instance {
            1 => ArcResult::None,
            _ => ArcResult::Pass,
        };
        if seal.status == ArcResult::Fail {
            return Err(ChainError::SealedAsFailed(instance));
        }
        if seal.status != expected {
            return Err(ChainError::Status(instance));
        }
        seals.push(seal);
    }
    let last = u32::try_from(seals.len()).unwrap_or(u32::MAX);
    let newest = MessageSignature::parse(&newest.message_signature)
        .map_err(|error| ChainError::Signature(last, error))?;
    Ok(Some(Read { newest, seals }))
}

fn key_query(by: &SignedBy) -> Query {
    Query::new(&key_name(&by.selector, &by.domain), Kind::Txt)
}

fn key(
    by: &SignedBy,
    instance: u32,
    answers: &Answers,
) -> Result<Result<PublicKey, ChainError>, Wanted> {
    Ok(match answers.ask(key_query(by))? {
        Reply::Records(records) => usable_key(records, by.algorithm)
            .map(|record| record.key)
            .map_err(|_| ChainError::Key(instance)),
        Reply::Failed => Err(ChainError::KeyUnreachable(instance)),
        Reply::NoData | Reply::NoSuchName => Err(ChainError::Key(instance)),
    })
}

/// Steps 4 to 6: the newest message signature, then all seals from the newest down.
fn verify(
    mail: &RawMail<'_>,
    chain: &Chain<'_>,
    read: &Read,
    bodies: &mut BodyHashes<'_>,
    answers: &Answers,
) -> Result<Result<(), ChainError>, Wanted> {
    let last = u32::try_from(chain.sets.len()).unwrap_or(u32::MAX);
    let Some(newest) = chain.sets.last() else {
        return Ok(Ok(()));
    };
    let signed = key(&read.newest.by, last, answers)?
        .and_then(|key| verify_message(mail, newest, &read.newest, &key, bodies, last));
    if signed.is_err() {
        return Ok(signed);
    }
    for (index, seal) in read.seals.iter().enumerate().rev() {
        let sets = chain.sets.get(..=index).unwrap_or(&chain.sets);
        let instance = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let sealed = key(&seal.by, instance, answers)?.and_then(|key| {
            let data = sealed_data(sets);
            match key.verifies(&data, &seal.by.signature) {
                true => Ok(()),
                false => Err(ChainError::Seal(instance)),
            }
        });
        if sealed.is_err() {
            return Ok(sealed);
        }
    }
    Ok(Ok(()))
}

fn verify_message(
    mail: &RawMail<'_>,
    set: &Set<'_>,
    signature: &MessageSignature,
    key: &PublicKey,
    bodies: &mut BodyHashes<'_>,
    instance: u32,
) -> Result<(), ChainError> {
    let body = bodies.hash(signature.body, signature.length);
    let too_short = signature.length.is_some_and(|length| length > body.bytes);
    if too_short || signature.body_hash != body.sha256 {
        return Err(ChainError::Body(instance));
    }
    let own = without_signature(set.message_signature.whole);
    let at = Some(set.message_signature_at);
    let data = signed_data(mail, &signature.headers, signature.header, &own, at);
    match key.verifies(&data, &signature.by.signature) {
        true => Ok(()),
        false => Err(ChainError::MessageSignature(instance)),
    }
}

/// What the seal of the last of `sets` signs: all sets in order, relaxed, its own `b=` empty
/// (§5.1.1).
fn sealed_data(sets: &[Set<'_>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(sets.len() * 2048);
    add_sets(sets.split_last().map_or(&[], |parts| parts.1), &mut out);
    if let Some(last) = sets.last() {
        for field in [last.results, last.message_signature] {
            Canonical::Relaxed.field(field.whole, &mut out);
            out.extend_from_slice(b"\r\n");
        }
        Canonical::Relaxed.field(&without_signature(last.seal.whole), &mut out);
    }
    out
}

/// Whole sets in the order they are sealed in.
pub(super) fn add_sets(sets: &[Set<'_>], out: &mut Vec<u8>) {
    for set in sets {
        for field in [set.results, set.message_signature, set.seal] {
            Canonical::Relaxed.field(field.whole, out);
            out.extend_from_slice(b"\r\n");
        }
    }
}
