//! Keys we sign with: made, stored as PKCS#8, published as a DNS record.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _};
use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, SecretDocument};
use rsa::rand_core::TryCryptoRng;
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

impl Algorithm {
    /// The value of `a=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::RsaSha256 => "rsa-sha256",
            Self::Ed25519Sha256 => "ed25519-sha256",
        }
    }
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
    pair: Pair,
    pkcs8: SecretDocument,
    dns_txt: String,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.algorithm().name())
    }
}

/// PKCS#8 of an Ed25519 key up to its seed (RFC 8410 §7).
const ED25519_PKCS8_HEAD: [u8; 16] = [
    0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
];

/// RFC 8301 §3.2: signers should use at least 2048; more does not fit one TXT string and DNS
/// answers of common resolvers.
const RSA_BITS: usize = 2048;

impl SigningKey {
    /// A new key: RSA with 2048 bits, or Ed25519. `random` is the caller's source of randomness,
    /// for example `getrandom::SysRng`.
    ///
    /// # Errors
    /// [`KeyError::Failed`] when no key could be made.
    pub fn generate(
        algorithm: Algorithm,
        random: &mut impl TryCryptoRng,
    ) -> Result<Self, KeyError> {
        match algorithm {
            Algorithm::RsaSha256 => {
                let key = rsa::PrivateKey::new(random, RSA_BITS).map_err(|_| KeyError::Failed)?;
                let pkcs8 = key.to_pkcs8_der().map_err(|_| KeyError::Failed)?;
                Self::from_document(pkcs8)
            }
            Algorithm::Ed25519Sha256 => {
                let mut der = [0; 48];
                let (head, seed) = der.split_at_mut(ED25519_PKCS8_HEAD.len());
                head.copy_from_slice(&ED25519_PKCS8_HEAD);
                random.try_fill_bytes(seed).map_err(|_| KeyError::Failed)?;
                Self::from_pkcs8(&der)
            }
        }
    }

    /// Reads `-----BEGIN PRIVATE KEY-----`, or `-----BEGIN RSA PRIVATE KEY-----` (PKCS#1), as
    /// other signers have stored it.
    ///
    /// # Errors
    /// [`KeyError`] says whether it is no key or one we do not use.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if let Some(der) = pem_body(pem, "PRIVATE KEY") {
            return Self::from_pkcs8(&der);
        }
        let der = pem_body(pem, "RSA PRIVATE KEY").ok_or(KeyError::NotPkcs8)?;
        let key = rsa::PrivateKey::from_pkcs1_der(&der).map_err(|_| KeyError::NotPkcs8)?;
        let pkcs8 = key.to_pkcs8_der().map_err(|_| KeyError::Failed)?;
        Self::from_document(pkcs8)
    }

    /// Reads a PKCS#8 key in DER.
    ///
    /// # Errors
    /// As [`SigningKey::from_pem`].
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let document = SecretDocument::try_from(der).map_err(|_| KeyError::NotPkcs8)?;
        Self::from_document(document)
    }

    fn from_document(pkcs8: SecretDocument) -> Result<Self, KeyError> {
        let der = pkcs8.as_bytes();
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
            // RFC 8463 §4: the bare 32 bytes.
            let public = STANDARD.encode(pair.public_key().as_ref());
            return Ok(Self {
                dns_txt: format!("v=DKIM1; k=ed25519; p={public}"),
                pair: Pair::Ed25519(Box::new(pair)),
                pkcs8,
            });
        }
        let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Unsupported)?;
        // RFC 6376 §3.6.1 with the form in use: SubjectPublicKeyInfo.
        let public = rsa::PublicKey::from_pkcs1_der(pair.public_key().as_ref())
            .map_err(|_| KeyError::Unsupported)?
            .to_public_key_der()
            .map_err(|_| KeyError::Failed)?;
        let public = STANDARD.encode(public.as_bytes());
        Ok(Self {
            dns_txt: format!("v=DKIM1; k=rsa; p={public}"),
            pair: Pair::Rsa(Box::new(pair)),
            pkcs8,
        })
    }

    /// The store form: PKCS#8 in DER. A secret.
    pub fn to_pkcs8(&self) -> &[u8] {
        self.pkcs8.as_bytes()
    }

    /// The store form as `-----BEGIN PRIVATE KEY-----`. A secret.
    pub fn to_pem(&self) -> String {
        let text = STANDARD.encode(self.to_pkcs8());
        let mut pem = String::with_capacity(text.len() + 128);
        pem.push_str("-----BEGIN PRIVATE KEY-----\n");
        for (at, letter) in text.char_indices() {
            if at > 0 && at % 64 == 0 {
                pem.push('\n');
            }
            pem.push(letter);
        }
        pem.push_str("\n-----END PRIVATE KEY-----\n");
        pem
    }

    /// The text of the TXT record to publish at `selector._domainkey.domain`. An RSA key is longer
    /// than the 255 bytes of one character-string: zone files need it in two.
    pub fn dns_txt(&self) -> &str {
        &self.dns_txt
    }
}

impl Sign for SigningKey {
    fn algorithm(&self) -> Algorithm {
        match self.pair {
            Pair::Rsa(_) => Algorithm::RsaSha256,
            Pair::Ed25519(_) => Algorithm::Ed25519Sha256,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                // PKCS#1 v1.5 uses no randomness; ring wants a source for its other paddings.
                let unused = SystemRandom::new();
                pair.sign(&RSA_PKCS1_SHA256, &unused, message, &mut signature)
                    .map_err(|_| KeyError::Failed)?;
                Ok(signature)
            }
            Pair::Ed25519(pair) => {
                let digest = ring::digest::digest(&ring::digest::SHA256, message);
                Ok(pair.sign(digest.as_ref()).as_ref().to_vec())
            }
        }
    }
}

/// The bytes between the lines `-----BEGIN label-----` and `-----END label-----`.
fn pem_body(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let packed: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(packed).ok()
}
