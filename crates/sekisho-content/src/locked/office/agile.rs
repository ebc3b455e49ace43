//! Agile encryption ([MS-OFFCRYPTO] §2.3.4.10): Office 2010 and later.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::limits::OFFICE_SPIN_MAX;
use crate::locked::aes::{Aes, iv};
use crate::locked::digest::{Digest, wide};

/// Bytes of a package that are chained together.
const SEGMENT: usize = 4_096;

/// What the three values of a password are derived with (§2.3.4.13).
const VERIFIER_INPUT: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const VERIFIER_VALUE: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const KEY_VALUE: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

/// The two elements that matter.
pub(super) struct Lock {
    data_salt: Vec<u8>,
    data_digest: Digest,
    salt: Vec<u8>,
    digest: Digest,
    spin: u32,
    key_bytes: usize,
    verifier_input: Vec<u8>,
    verifier_value: Vec<u8>,
    key_value: Vec<u8>,
}

impl Lock {
    pub(super) fn read(xml: &[u8]) -> Option<Self> {
        let xml = std::str::from_utf8(xml).ok()?;
        let data = element(xml, "keyData")?;
        let key = element(xml, "encryptedKey")?;
        let spin: u32 = attribute(key, "spinCount")?.parse().ok()?;
        let bits: usize = attribute(key, "keyBits")?.parse().ok()?;
        if spin > OFFICE_SPIN_MAX || attribute(key, "cipherAlgorithm")? != "AES" {
            return None;
        }
        let bytes = |element, name| STANDARD.decode(attribute(element, name)?).ok();
        Some(Self {
            data_salt: bytes(data, "saltValue")?,
            data_digest: Digest::named(attribute(data, "hashAlgorithm")?)?,
            salt: bytes(key, "saltValue")?,
            digest: Digest::named(attribute(key, "hashAlgorithm")?)?,
            spin,
            key_bytes: bits / 8,
            verifier_input: bytes(key, "encryptedVerifierHashInput")?,
            verifier_value: bytes(key, "encryptedVerifierHashValue")?,
            key_value: bytes(key, "encryptedKeyValue")?,
        })
    }

    pub(super) fn blocks(&self) -> u64 {
        u64::from(self.spin) * self.digest.weight()
    }

    /// The key of the package, when the password is right.
    pub(super) fn key(&self, password: &str) -> Option<Vec<u8>> {
        let mut hash = self.digest.of(&[&self.salt, &wide(password)]);
        for round in 0..self.spin {
            hash = self.digest.of(&[&round.to_le_bytes(), &hash]);
        }
        let derived = |block: [u8; 8], locked: &[u8]| {
            let key = fitted(self.digest.of(&[&hash, &block]), self.key_bytes);
            Some(Aes::new(&key)?.cbc_decrypt(iv(&self.salt), locked))
        };
        let input = derived(VERIFIER_INPUT, &self.verifier_input)?;
        let value = derived(VERIFIER_VALUE, &self.verifier_value)?;
        let input = input.get(..self.salt.len()).unwrap_or(&input);
        if !value.starts_with(&self.digest.of(&[input])) {
            return None;
        }
        let mut key = derived(KEY_VALUE, &self.key_value)?;
        key.truncate(self.key_bytes);
        Some(key)
    }

    /// The package, segment by segment.
    pub(super) fn package(&self, key: &[u8], locked: &[u8]) -> Option<Vec<u8>> {
        let aes = Aes::new(key)?;
        let mut out = Vec::with_capacity(locked.len());
        for (nth, segment) in locked.chunks(SEGMENT).enumerate() {
            let number = u32::try_from(nth).ok()?.to_le_bytes();
            let start = self.data_digest.of(&[&self.data_salt, &number]);
            out.extend(aes.cbc_decrypt(iv(&fitted(start, 16)), segment));
        }
        Some(out)
    }
}

/// Cut, or filled up with 0x36.
fn fitted(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.resize(length, 0x36);
    bytes
}

/// The start tag of an element, whatever its prefix.
fn element<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let at = xml
        .match_indices(name)
        .find(|(at, _)| {
            let before = xml.get(..*at).and_then(|text| text.chars().next_back());
            matches!(before, Some('<' | ':'))
        })
        .map(|(at, _)| at)?;
    let rest = xml.get(at..)?;
    rest.get(..rest.find('>')?)
}

fn attribute<'x>(element: &'x str, name: &str) -> Option<&'x str> {
    let at = element.find(&format!(" {name}=\""))? + name.len() + 3;
    let rest = element.get(at..)?;
    rest.get(..rest.find('"')?)
}
