//! Digests by their names, and RC4.

use md5::Md5;
use rc4::{KeyInit, Rc4, StreamCipher};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// A digest that keys are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digest {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// As Office writes it; with and without a hyphen.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name.replace('-', "").to_ascii_uppercase().as_str() {
            "MD5" => Self::Md5,
            "SHA1" => Self::Sha1,
            "SHA256" => Self::Sha256,
            "SHA384" => Self::Sha384,
            "SHA512" => Self::Sha512,
            _ => return None,
        })
    }

    /// The digest of parts one after the other.
    pub(crate) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Md5 => fold::<Md5>(parts),
            Self::Sha1 => fold::<Sha1>(parts),
            Self::Sha256 => fold::<Sha256>(parts),
            Self::Sha384 => fold::<Sha384>(parts),
            Self::Sha512 => fold::<Sha512>(parts),
        }
    }

    /// What a block costs beside one of SHA-256.
    pub(crate) fn weight(self) -> u64 {
        if matches!(self, Self::Sha384 | Self::Sha512) {
            3
        } else {
            1
        }
    }
}

fn fold<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().to_vec()
}

/// RC4, both ways; a key of no length leaves the bytes as they are.
pub(crate) fn rc4(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    if let Ok(mut cipher) = Rc4::new_from_slice(key) {
        cipher.apply_keystream(&mut out);
    }
    out
}

/// UTF-16, the lower byte first, as Office takes passwords.
pub(crate) fn wide(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
