//! What a server stores instead of a password (RFC 5802 §3).

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::Secret;
use crate::limits::ITERATIONS_MIN;
use crate::saslprep::{PrepError, prepare};

/// The keys of one account for SCRAM-SHA-256. Who reads them can pass for the server, but still has to
/// guess the password to pass for the user.
#[derive(Clone, PartialEq, Eq)]
pub struct ScramKeys {
    /// Random, 16 bytes or more.
    pub salt: Vec<u8>,
    /// PBKDF2 rounds.
    pub iterations: u32,
    /// `H(HMAC(SaltedPassword, "Client Key"))`
    pub stored_key: [u8; 32],
    /// `HMAC(SaltedPassword, "Server Key")`
    pub server_key: [u8; 32],
}

/// Why a stored text is not a set of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not of the form SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>")]
pub struct KeysError;

impl ScramKeys {
    /// From a password. Slow on purpose: `iterations` rounds of HMAC, at least those of RFC 7677.
    pub fn derive(password: &str, salt: &[u8], iterations: u32) -> Result<Self, PrepError> {
        let iterations = iterations.max(ITERATIONS_MIN);
        let salted = salted_password(&prepare(password)?, salt, iterations);
        Ok(Self {
            salt: salt.to_vec(),
            iterations,
            stored_key: Sha256::digest(hmac(salted.expose(), b"Client Key")).into(),
            server_key: hmac(salted.expose(), b"Server Key"),
        })
    }

    /// Keys for a user who does not exist: the same on each try, so that the answers do not tell who
    /// exists (RFC 5802 §9). No password fits them. `server_secret` is random, made once for an installation;
    /// `iterations` must be what real accounts have.
    pub fn fake(user: &str, server_secret: &[u8], iterations: u32) -> Self {
        let part = |label: &[u8]| {
            let mut mac = keyed(server_secret);
            mac.update(label);
            mac.update(&[0]);
            mac.update(user.as_bytes());
            <[u8; 32]>::from(mac.finalize().into_bytes())
        };
        Self {
            salt: part(b"salt")[..16].to_vec(),
            iterations: iterations.max(ITERATIONS_MIN),
            stored_key: part(b"stored key"),
            server_key: part(b"server key"),
        }
    }

    /// Whether `password` is the one that these keys were made of. As slow as [`Self::derive`].
    pub fn fits(&self, password: &str) -> bool {
        use subtle::ConstantTimeEq;
        Self::derive(password, &self.salt, self.iterations)
            .is_ok_and(|keys| keys.stored_key.ct_eq(&self.stored_key).into())
    }

    /// The form for the store (RFC 5803, as PostgreSQL writes it).
    pub fn to_store(&self) -> String {
        format!(
            "SCRAM-SHA-256${}:{}${}:{}",
            self.iterations,
            crate::encoding::encode(&self.salt),
            crate::encoding::encode(self.stored_key),
            crate::encoding::encode(self.server_key)
        )
    }

    /// Reads what [`Self::to_store`] wrote.
    pub fn from_store(text: &str) -> Result<Self, KeysError> {
        let rest = text.strip_prefix("SCRAM-SHA-256$").ok_or(KeysError)?;
        let (params, keys) = rest.split_once('$').ok_or(KeysError)?;
        let (iterations, salt) = params.split_once(':').ok_or(KeysError)?;
        let (stored, server) = keys.split_once(':').ok_or(KeysError)?;
        let key = |text: &str| -> Result<[u8; 32], KeysError> {
            let bytes = crate::encoding::decode(text).ok_or(KeysError)?;
            bytes.try_into().map_err(|_| KeysError)
        };
        Ok(Self {
            salt: crate::encoding::decode(salt).ok_or(KeysError)?,
            iterations: iterations.parse().map_err(|_| KeysError)?,
            stored_key: key(stored)?,
            server_key: key(server)?,
        })
    }
}

impl std::fmt::Debug for ScramKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScramKeys")
            .field("iterations", &self.iterations)
            .finish_non_exhaustive()
    }
}

/// `Hi(Normalize(password), salt, i)`: PBKDF2 with one block.
pub(crate) fn salted_password(prepared: &str, salt: &[u8], iterations: u32) -> Secret {
    let mut out = vec![0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(prepared.as_bytes(), salt, iterations, &mut out);
    Secret::new(out)
}

/// HMAC-SHA-256 of one message.
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = keyed(key);
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    // HMAC takes a key of any length; a key longer than the block is hashed first (RFC 2104 §2).
    let mut block = [0u8; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    Hmac::new(&block.into())
}
