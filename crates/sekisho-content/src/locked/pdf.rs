//! The standard security handler of PDF (ISO 32000-2 §7.6): RC4 and AES, user's and owner's
//! password.

use super::Keys;
use super::aes::{Aes, iv};
use super::digest::{Digest, rc4};

/// What fills passwords up to 32 bytes (§7.6.4.3.2).
const PAD: [u8; 32] = [
    0x28, 0xBF, 0x4E, 0x5E, 0x4E, 0x75, 0x8A, 0x41, 0x64, 0x00, 0x4E, 0x56, 0xFF, 0xFA, 0x01, 0x08,
    0x2E, 0x2E, 0x00, 0xB6, 0xD0, 0x68, 0x3E, 0x80, 0x2F, 0x0C, 0xA9, 0xFE, 0x64, 0x53, 0x69, 0x7A,
];

/// Blocks of a digest for a key: some hundred at most before R 6, whose digest is meant to be slow.
const KEY_BLOCKS: u64 = 3_000;

/// How streams and strings are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Identity,
    Rc4,
    Aes128,
    Aes256,
}

/// The encryption dictionary.
#[derive(Debug, Clone)]
pub(crate) struct Lock {
    pub(crate) revision: usize,
    pub(crate) key_bytes: usize,
    pub(crate) owner: Vec<u8>,
    pub(crate) user: Vec<u8>,
    pub(crate) owner_key: Vec<u8>,
    pub(crate) user_key: Vec<u8>,
    pub(crate) permissions: i32,
    pub(crate) id: Vec<u8>,
    pub(crate) locks_metadata: bool,
    pub(crate) streams: Method,
    pub(crate) strings: Method,
}

/// A lock with its key.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    key: Vec<u8>,
    streams: Method,
    strings: Method,
}

impl Lock {
    /// The key, and the password that gave it: `None` for the empty one, with which everyone can
    /// read the file.
    pub(crate) fn open(&self, keys: &mut Keys) -> Option<(Option<String>, Key)> {
        keys.spend(KEY_BLOCKS)?;
        if let Some(key) = self.key(b"") {
            return Some((None, self.with(key)));
        }
        let (password, key) = keys.try_each(KEY_BLOCKS * 2, |password| {
            let encodings = super::encodings(password);
            encodings.iter().find_map(|password| self.key(password))
        })?;
        Some((Some(password), self.with(key)))
    }

    fn with(&self, key: Vec<u8>) -> Key {
        Key {
            key,
            streams: self.streams,
            strings: self.strings,
        }
    }

    fn key(&self, password: &[u8]) -> Option<Vec<u8>> {
        if self.revision >= 5 {
            return self.long_key(password);
        }
        self.user_key_of(password)
            .or_else(|| self.user_key_of(&self.user_of_owner(password)?))
    }

    /// Algorithm 2, tried with algorithms 4 and 5.
    fn user_key_of(&self, password: &[u8]) -> Option<Vec<u8>> {
        let md5 = Digest::Md5;
        let padded = padded(password);
        let owner = self.owner.get(..32)?;
        let permissions = self.permissions.to_le_bytes();
        let mut parts: Vec<&[u8]> = vec![&padded, owner, &permissions, &self.id];
        if self.revision >= 4 && !self.locks_metadata {
            parts.push(&[0xFF; 4]);
        }
        let mut key = md5.of(&parts);
        key.truncate(self.key_bytes);
        if self.revision >= 3 {
            for _ in 0..50 {
                key = md5.of(&[&key]);
                key.truncate(self.key_bytes);
            }
        }
        let (found, compared) = if self.revision == 2 {
            (rc4(&key, &PAD), 32)
        } else {
            let digest = md5.of(&[&PAD, &self.id]);
            (twenty(&key, &digest, 0..20), 16)
        };
        (found.get(..compared)? == self.user.get(..compared)?).then_some(key)
    }

    /// Algorithm 7: the user's password as the owner's one gives it.
    fn user_of_owner(&self, password: &[u8]) -> Option<Vec<u8>> {
        let md5 = Digest::Md5;
        let mut key = md5.of(&[&padded(password)]);
        if self.revision >= 3 {
            for _ in 0..50 {
                key = md5.of(&[&key]);
            }
        }
        key.truncate(self.key_bytes);
        let owner = self.owner.get(..32)?;
        Some(match self.revision {
            2 => rc4(&key, owner),
            _ => twenty(&key, owner, (0..20).rev()),
        })
    }

    /// Algorithm 2.A: a random key, locked once for the user and once for the owner.
    fn long_key(&self, password: &[u8]) -> Option<Vec<u8>> {
        let password = password.get(..127).unwrap_or(password);
        let user = self.user.get(..48)?;
        let owner = self.owner.get(..48)?;
        for (stated, more, locked) in [
            (user, b"".as_slice(), &self.user_key),
            (owner, user, &self.owner_key),
        ] {
            let (check, key_salt) = (stated.get(32..40)?, stated.get(40..48)?);
            if self.digest(password, check, more)? == stated.get(..32)? {
                let between = self.digest(password, key_salt, more)?;
                return Some(Aes::new(&between)?.cbc_decrypt([0; 16], locked.get(..32)?));
            }
        }
        None
    }

    /// Algorithm 2.B; revision 5 stops at its first line.
    fn digest(&self, password: &[u8], salt: &[u8], more: &[u8]) -> Option<Vec<u8>> {
        let mut key = Digest::Sha256.of(&[password, salt, more]);
        if self.revision == 5 {
            return Some(key);
        }
        for round in 0u32.. {
            let block = [password, key.as_slice(), more].concat().repeat(64);
            let (cipher_key, start) = (key.get(..16)?, key.get(16..32)?);
            let locked = Aes::new(cipher_key)?.cbc_encrypt(iv(start), &block);
            // The first sixteen bytes as a number, modulo 3: 256 is 1.
            let sum: u32 = locked.get(..16)?.iter().map(|byte| u32::from(*byte)).sum();
            let digest = match sum % 3 {
                0 => Digest::Sha256,
                1 => Digest::Sha384,
                _ => Digest::Sha512,
            };
            key = digest.of(&[&locked]);
            let last = u32::from(*locked.last()?);
            // The last byte is at most 255, so that it ends before round 288.
            if round >= 63 && last <= round.saturating_sub(31) {
                break;
            }
        }
        key.truncate(32);
        Some(key)
    }
}

impl Key {
    /// A stream's bytes of this object.
    pub(crate) fn stream(&self, number: u32, generation: u16, bytes: &[u8]) -> Vec<u8> {
        self.decrypt(self.streams, number, generation, bytes)
    }

    /// A string of this object.
    pub(crate) fn string(&self, number: u32, generation: u16, bytes: &[u8]) -> Vec<u8> {
        self.decrypt(self.strings, number, generation, bytes)
    }

    /// Algorithms 1 and 1.A.
    fn decrypt(&self, method: Method, number: u32, generation: u16, bytes: &[u8]) -> Vec<u8> {
        match method {
            Method::Identity => bytes.to_vec(),
            Method::Rc4 => rc4(&self.of_object(number, generation, b""), bytes),
            Method::Aes128 => aes(&self.of_object(number, generation, b"sAlT"), bytes),
            Method::Aes256 => aes(&self.key, bytes),
        }
    }

    fn of_object(&self, number: u32, generation: u16, salt: &[u8]) -> Vec<u8> {
        let [a, b, c, _] = number.to_le_bytes();
        let parts: [&[u8]; 4] = [&self.key, &[a, b, c], &generation.to_le_bytes(), salt];
        let mut key = Digest::Md5.of(&parts);
        key.truncate((self.key.len() + 5).min(16));
        key
    }
}

/// The first block is the initial vector, the last one ends in its own padding.
fn aes(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let Some((start, locked)) = bytes.split_at_checked(16) else {
        return Vec::new();
    };
    let Some(aes) = Aes::new(key) else {
        return Vec::new();
    };
    let mut plain = aes.cbc_decrypt(iv(start), locked);
    let padding = plain.last().map_or(0, |last| usize::from(*last));
    if (1..=16).contains(&padding) {
        plain.truncate(plain.len().saturating_sub(padding));
    }
    plain
}

/// RC4 twenty times, with the number of the round mixed into the key.
fn twenty(key: &[u8], bytes: &[u8], rounds: impl Iterator<Item = u8>) -> Vec<u8> {
    rounds.fold(bytes.to_vec(), |bytes, round| {
        let key: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
        rc4(&key, &bytes)
    })
}

fn padded(password: &[u8]) -> Vec<u8> {
    password.iter().chain(&PAD).copied().take(32).collect()
}
