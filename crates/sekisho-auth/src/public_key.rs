//! Keys of others, as DNS gives them, and whether a signature is theirs.

use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};

use crate::limits::{RSA_BITS_MAX, RSA_BITS_MIN};

/// A public key that may be verified with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// PKCS#1 `RSAPublicKey` and the size of its modulus.
    Rsa { pkcs1: Vec<u8>, bits: u32 },
    /// RFC 8463.
    Ed25519(Vec<u8>),
}

/// Why key data gives no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PublicKeyError {
    #[error("the key data is not a key")]
    Malformed,
    #[error("an RSA key of {0} bits is too short")]
    TooShort(u32),
    #[error("an RSA key of {0} bits is too long")]
    TooLong(u32),
}

impl PublicKey {
    /// Reads SubjectPublicKeyInfo (RFC 5280), or a bare RSAPublicKey, which some publish.
    pub(crate) fn rsa(der: &[u8]) -> Result<Self, PublicKeyError> {
        let pkcs1 = match subject_public_key(der) {
            Some(inner) => inner,
            None => der,
        };
        let bits = modulus_bits(pkcs1).ok_or(PublicKeyError::Malformed)?;
        // RFC 8301 §3.2: shorter keys MUST NOT be accepted.
        if bits < RSA_BITS_MIN {
            return Err(PublicKeyError::TooShort(bits));
        }
        if bits > RSA_BITS_MAX {
            return Err(PublicKeyError::TooLong(bits));
        }
        let pkcs1 = pkcs1.to_vec();
        Ok(Self::Rsa { pkcs1, bits })
    }

    /// Reads the 32 bytes of RFC 8463 §4, or the same inside SubjectPublicKeyInfo.
    pub(crate) fn ed25519(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        let key = match bytes.len() {
            32 => bytes,
            _ => subject_public_key(bytes).ok_or(PublicKeyError::Malformed)?,
        };
        match key.len() {
            32 => Ok(Self::Ed25519(key.to_vec())),
            _ => Err(PublicKeyError::Malformed),
        }
    }

    /// Whether `signature` over `message` is by this key.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa { pkcs1, .. } => {
                let algorithm = &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;
                let key = UnparsedPublicKey::new(algorithm, pkcs1);
                key.verify(message, signature).is_ok()
            }
            // RFC 8463 §3: Ed25519 signs the hash.
            Self::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key)
                .verify(digest(&SHA256, message).as_ref(), signature)
                .is_ok(),
        }
    }
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/// `SEQUENCE { SEQUENCE { algorithm }, BIT STRING }`: the content of the bit string.
fn subject_public_key(der: &[u8]) -> Option<&[u8]> {
    let (outer, _) = element(der, SEQUENCE)?;
    let (_, rest) = element(outer, SEQUENCE)?;
    let (bits, _) = element(rest, BIT_STRING)?;
    let (unused, key) = bits.split_first()?;
    (*unused == 0).then_some(key)
}

/// `SEQUENCE { INTEGER modulus, INTEGER exponent }`.
fn modulus_bits(pkcs1: &[u8]) -> Option<u32> {
    let (inner, _) = element(pkcs1, SEQUENCE)?;
    let (modulus, rest) = element(inner, INTEGER)?;
    element(rest, INTEGER)?;
    let start = modulus.iter().position(|byte| *byte != 0)?;
    let modulus = modulus.get(start..)?;
    let bits = u32::try_from(modulus.len()).ok()?.checked_mul(8)?;
    Some(bits - modulus.first()?.leading_zeros())
}

/// Content of the DER element with that tag, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let rest = der.strip_prefix(&[tag])?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // A key of 8192 bits needs two bytes of length.
        0x81 | 0x82 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = bytes
                .iter()
                .fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}
