//! AES in zip as WinZip wrote it down (AE-1 and AE-2).

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::aes::Aes;
use super::keys::{Keys, encodings};

/// Rounds of PBKDF2 that the format fixes.
const ROUNDS: u32 = 1_000;

/// Bytes of the code behind the data.
const CODE: usize = 10;

/// What the extra field 0x9901 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ZipAes {
    /// 1, 2, 3: keys of 128, 192, 256 bits.
    pub(crate) strength: u8,
    /// How the member is packed below the cipher.
    pub(crate) method: u16,
}

impl ZipAes {
    fn key_bytes(self) -> Option<usize> {
        match self.strength {
            1 => Some(16),
            2 => Some(24),
            3 => Some(32),
            _ => None,
        }
    }

    /// The packed bytes and the password that fits.
    pub(crate) fn open(self, locked: &[u8], keys: &mut Keys) -> Option<(String, Vec<u8>)> {
        let key_bytes = self.key_bytes()?;
        let (salt, rest) = locked.split_at_checked(key_bytes / 2)?;
        let (check, rest) = rest.split_at_checked(2)?;
        let (data, code) = rest.split_at_checked(rest.len().checked_sub(CODE)?)?;
        // Four blocks of SHA-1 a round for two keys and the check.
        let blocks = u64::from(ROUNDS) * 2 * (key_bytes as u64 * 2 + 2).div_ceil(20);
        keys.try_each(blocks, |password| {
            encodings(password)
                .iter()
                .find_map(|password| open(password, key_bytes, salt, check, data, code))
        })
    }
}

fn open(
    password: &[u8],
    key_bytes: usize,
    salt: &[u8],
    check: &[u8],
    data: &[u8],
    code: &[u8],
) -> Option<Vec<u8>> {
    let mut derived = vec![0; key_bytes * 2 + 2];
    pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ROUNDS, &mut derived);
    let (cipher, rest) = derived.split_at_checked(key_bytes)?;
    let (authentication, found) = rest.split_at_checked(key_bytes)?;
    if found != check {
        return None;
    }
    // The check is two bytes; the code over all data tells for sure.
    let mut mac = Hmac::<Sha1>::new_from_slice(authentication).ok()?;
    mac.update(data);
    if !mac.finalize().into_bytes().starts_with(code) {
        return None;
    }
    let mut plain = data.to_vec();
    Aes::new(cipher)?.counter(&mut plain);
    Some(plain)
}
