//! Standard encryption and RC4 CryptoAPI ([MS-OFFCRYPTO] §2.3.4.5, §2.3.5): one header for both.

use crate::archive::u32_at;
use crate::locked::aes::Aes;
use crate::locked::digest::{Digest, rc4, wide};

/// Rounds that the standard fixes for AES.
const ROUNDS: u32 = 50_000;

/// Header and verifier.
pub(super) struct Lock {
    key_bytes: usize,
    salt: Vec<u8>,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
}

impl Lock {
    /// From behind the version: flags, the header with its size, the verifier.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let header_bytes = u32_at(bytes, 4)? as usize;
        let header = bytes.get(8..8usize.checked_add(header_bytes)?)?;
        let bits = match u32_at(header, 16)? as usize {
            0 => 40,
            bits => bits,
        };
        let verifier = bytes.get(8 + header_bytes..)?;
        let salt_bytes = u32_at(verifier, 0)? as usize;
        Some(Self {
            key_bytes: bits / 8,
            salt: verifier.get(4..4usize.checked_add(salt_bytes)?)?.to_vec(),
            verifier: verifier.get(20..36)?.to_vec(),
            verifier_hash: verifier.get(40..verifier.len().min(72))?.to_vec(),
        })
    }

    pub(super) fn blocks(&self) -> u64 {
        u64::from(ROUNDS)
    }

    /// The key of an AES package, when the password is right (§2.3.4.7, §2.3.4.9).
    pub(super) fn aes_key(&self, password: &str) -> Option<Vec<u8>> {
        let sha1 = Digest::Sha1;
        let mut hash = sha1.of(&[&self.salt, &wide(password)]);
        for round in 0..ROUNDS {
            hash = sha1.of(&[&round.to_le_bytes(), &hash]);
        }
        hash = sha1.of(&[&hash, &[0; 4]]);
        let mixed = |with: u8| {
            let mut block = [with; 64];
            for (byte, mask) in block.iter_mut().zip(&hash) {
                *byte ^= mask;
            }
            sha1.of(&[&block])
        };
        let mut key = [mixed(0x36), mixed(0x5C)].concat();
        key.truncate(self.key_bytes);
        let aes = Aes::new(&key)?;
        let expected = aes.ecb_decrypt(&self.verifier_hash);
        let found = sha1.of(&[&aes.ecb_decrypt(&self.verifier)]);
        expected.starts_with(&found).then_some(key)
    }

    /// What the keys of RC4 blocks are made from, when the password is right (§2.3.5.2).
    pub(super) fn rc4_base(&self, password: &str) -> Option<Vec<u8>> {
        let base = Digest::Sha1.of(&[&self.salt, &wide(password)]);
        let locked = [self.verifier.as_slice(), &self.verifier_hash].concat();
        let plain = rc4(&self.rc4_key(&base, 0), &locked);
        let (verifier, hash) = plain.split_at_checked(16)?;
        let found = Digest::Sha1.of(&[verifier]);
        hash.starts_with(&found).then_some(base)
    }

    /// The key of one block.
    pub(super) fn rc4_key(&self, base: &[u8], block: u32) -> Vec<u8> {
        let mut key = Digest::Sha1.of(&[base, &block.to_le_bytes()]);
        key.truncate(self.key_bytes);
        if self.key_bytes == 5 {
            key.resize(16, 0);
        }
        key
    }
}
