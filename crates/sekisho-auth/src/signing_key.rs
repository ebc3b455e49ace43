//! Keys we sign with: made, stored as PKCS#8, published as a DNS record.

use rsa::rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

/// The signature algorithms of RFC 8301 and RFC 8463.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// `rsa-sha256`.
    #[serde(rename = "rsa-sha256")]
    RsaSha256,
    /// `ed25519-sha256`.
    #[serde(rename = "ed25519-sha256")]
    Ed25519Sha256,
}

/// Why a key cannot be made, read or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a PKCS#8 private key in PEM or DER.
    #[error("not a PKCS#8 private key")]
    NotPkcs8,
    /// A kind of key or a size that we do not sign with (RSA from 2048 bits, Ed25519).
    #[error("only RSA keys from 2048 bits and Ed25519 keys are signed with")]
    Unsupported,
    /// The key could not be made or the signature not computed.
    #[error("the cryptographic library failed")]
    Failed,
}

/// Something that signs: a [`SigningKey`], or a key held elsewhere.
pub trait Sign {
    /// What it signs with.
    fn algorithm(&self) -> Algorithm;

    /// The signature over `message` (RSA: PKCS#1 v1.5 with SHA-256; Ed25519: over its SHA-256,
    /// RFC 8463 §3).
    ///
    /// # Errors
    /// [`KeyError::Failed`] when the key refuses.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// A private key for DKIM and ARC. Its secret part is never printed.
pub struct SigningKey {
    algorithm: Algorithm,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({:?})", self.algorithm)
    }
}

impl SigningKey {
    /// A new key: RSA with 2048 bits, or Ed25519. `random` is the caller's source of randomness.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when no key could be made.
    pub fn generate(algorithm: Algorithm, random: &mut impl CryptoRng) -> Result<Self, KeyError> {
        let _ = (algorithm, random);
        todo!()
    }

    /// Reads `-----BEGIN PRIVATE KEY-----`, or `-----BEGIN RSA PRIVATE KEY-----` (PKCS#1).
    ///
    /// # Errors
    /// [`KeyError`] says whether it is no key or one we do not use.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let _ = pem;
        todo!()
    }

    /// Reads a PKCS#8 key in DER.
    ///
    /// # Errors
    /// As [`SigningKey::from_pem`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let _ = der;
        todo!()
    }

    /// The store form: PKCS#8 in DER. A secret.
    pub fn to_pkcs8(&self) -> &[u8] {
        todo!()
    }

    /// The store form as `-----BEGIN PRIVATE KEY-----`. A secret.
    pub fn to_pem(&self) -> String {
        todo!()
    }

    /// The text of the TXT record to publish at `selector._domainkey.domain`.
    pub fn dns_txt(&self) -> String {
        todo!()
    }
}

impl Sign for SigningKey {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let _ = message;
        todo!()
    }
}
