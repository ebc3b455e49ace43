//! RC4 of the old binary formats, and Word documents locked with it.

use super::standard::Lock;
use super::{stream, try_all};
use crate::archive::u16_at;
use crate::locked::Keys;
use crate::locked::digest::{Digest, rc4, wide};
use crate::ole::{self, Stream};

/// The two kinds of RC4, with their keys.
pub(super) enum Cipher {
    /// 40 bits, MD5 (§2.3.6).
    Short([u8; 5]),
    /// CryptoAPI (§2.3.5).
    Long(Lock, Vec<u8>),
}

impl Cipher {
    /// Reads the version and what follows, and tries the passwords.
    pub(super) fn open(header: &[u8], keys: &mut Keys) -> Option<(String, Self)> {
        match (u16_at(header, 0)?, u16_at(header, 2)?) {
            (1, 1) => {
                let salt = header.get(4..20)?;
                let verifier = header.get(20..52)?;
                let opens = |password: &str| short_key(password, salt, verifier);
                let (password, key) = try_all(keys, 4, opens)?;
                Some((password, Self::Short(key)))
            }
            (2..=4, 2) => {
                let lock = Lock::read(header.get(4..)?)?;
                let (password, base) = try_all(keys, 4, |password| lock.rc4_base(password))?;
                Some((password, Self::Long(lock, base)))
            }
            _ => None,
        }
    }

    fn key(&self, block: u32) -> Vec<u8> {
        match self {
            Self::Short(key) => Digest::Md5.of(&[key, &block.to_le_bytes()]),
            Self::Long(lock, base) => lock.rc4_key(base, block),
        }
    }

    /// A whole stream, with a new key every `block` bytes.
    pub(super) fn decrypt(&self, bytes: &[u8], block: usize) -> Vec<u8> {
        let chunks = bytes.chunks(block).zip(0u32..);
        let plain = chunks.map(|(chunk, nth)| rc4(&self.key(nth), chunk));
        plain.flatten().collect()
    }
}

fn short_key(password: &str, salt: &[u8], verifier: &[u8]) -> Option<[u8; 5]> {
    let md5 = Digest::Md5;
    let first = md5.of(&[&wide(password)]);
    let round = [first.get(..5)?, salt].concat();
    let key: [u8; 5] = md5.of(&[&round.repeat(16)]).get(..5)?.try_into().ok()?;
    let plain = rc4(&md5.of(&[&key, &[0; 4]]), verifier);
    let (verifier, hash) = plain.split_at_checked(16)?;
    (md5.of(&[verifier]) == hash).then_some(key)
}

/// Bytes of a Word stream that share a key.
const BLOCK: usize = 512;

/// Bytes of the main stream that stay plain ([MS-DOC] §2.2.6.3).
const PLAIN: usize = 68;

/// A Word document ([MS-DOC] §2.2.6): the header of the lock stands at the start of the table.
pub(super) fn open_doc(
    bytes: &[u8],
    streams: &[Stream],
    keys: &mut Keys,
) -> Option<(String, Vec<u8>)> {
    const FLAGS: usize = 10;
    const ENCRYPTED: u16 = 0x100;
    const SECOND_TABLE: u16 = 0x200;
    const OBFUSCATED: u16 = 0x8000;
    let main = stream(streams, "WordDocument")?;
    let flags = u16_at(&main.bytes, FLAGS)?;
    if flags & OBFUSCATED != 0 {
        return None;
    }
    let table = if flags & SECOND_TABLE != 0 {
        "1Table"
    } else {
        "0Table"
    };
    let (password, cipher) = Cipher::open(&stream(streams, table)?.bytes, keys)?;
    let mut plain = Vec::new();
    for name in ["WordDocument", table, "Data"] {
        let Some(stream) = stream(streams, name) else {
            continue;
        };
        let mut out = cipher.decrypt(&stream.bytes, BLOCK);
        if name == "WordDocument" {
            let open = main.bytes.get(..PLAIN)?;
            out.get_mut(..PLAIN)?.copy_from_slice(open);
            let flags = (flags & !ENCRYPTED).to_le_bytes();
            out.get_mut(FLAGS..FLAGS + 2)?.copy_from_slice(&flags);
        }
        plain.push((name, out));
    }
    Some((password, ole::replaced(bytes, &plain)?))
}
