//! AES in the modes that files are locked with.

use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// Bytes of a block.
pub(crate) const BLOCK: usize = 16;

/// A key of any of the three sizes.
pub(crate) enum Aes {
    Bits128(Box<aes::Aes128>),
    Bits192(Box<aes::Aes192>),
    Bits256(Box<aes::Aes256>),
}

impl Aes {
    /// `None` for a key of another size.
    pub(crate) fn new(key: &[u8]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::Bits128(Box::new(aes::Aes128::new_from_slice(key).ok()?)),
            24 => Self::Bits192(Box::new(aes::Aes192::new_from_slice(key).ok()?)),
            32 => Self::Bits256(Box::new(aes::Aes256::new_from_slice(key).ok()?)),
            _ => return None,
        })
    }

    fn encrypt(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = Array::from(block);
        match self {
            Self::Bits128(key) => key.encrypt_block(&mut block),
            Self::Bits192(key) => key.encrypt_block(&mut block),
            Self::Bits256(key) => key.encrypt_block(&mut block),
        }
        block.into()
    }

    fn decrypt(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = Array::from(block);
        match self {
            Self::Bits128(key) => key.decrypt_block(&mut block),
            Self::Bits192(key) => key.decrypt_block(&mut block),
            Self::Bits256(key) => key.decrypt_block(&mut block),
        }
        block.into()
    }

    /// Block by block; a rest that fills no block is dropped.
    pub(crate) fn ecb_decrypt(&self, bytes: &[u8]) -> Vec<u8> {
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        blocks
            .iter()
            .flat_map(|block| self.decrypt(*block))
            .collect()
    }

    /// Cipher block chaining; a rest that fills no block is dropped.
    pub(crate) fn cbc_decrypt(&self, iv: [u8; BLOCK], bytes: &[u8]) -> Vec<u8> {
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        let mut out = Vec::with_capacity(bytes.len());
        let mut before = iv;
        for block in blocks {
            out.extend_from_slice(&xor(self.decrypt(*block), before));
            before = *block;
        }
        out
    }

    /// Cipher block chaining, the other way: the digest of PDF 2.0 uses it.
    pub(crate) fn cbc_encrypt(&self, iv: [u8; BLOCK], bytes: &[u8]) -> Vec<u8> {
        let (blocks, _) = bytes.as_chunks::<BLOCK>();
        let mut out = Vec::with_capacity(bytes.len());
        let mut before = iv;
        for block in blocks {
            before = self.encrypt(xor(*block, before));
            out.extend_from_slice(&before);
        }
        out
    }

    /// Counter mode as WinZip has it: little-endian, from 1.
    pub(crate) fn counter(&self, bytes: &mut [u8]) {
        for (nth, chunk) in bytes.chunks_mut(BLOCK).enumerate() {
            let counter = (nth as u128).wrapping_add(1).to_le_bytes();
            for (byte, mask) in chunk.iter_mut().zip(self.encrypt(counter)) {
                *byte ^= mask;
            }
        }
    }
}

fn xor(mut a: [u8; BLOCK], b: [u8; BLOCK]) -> [u8; BLOCK] {
    for (a, b) in a.iter_mut().zip(b) {
        *a ^= b;
    }
    a
}

/// The first sixteen bytes as an initial vector, zeros where there are fewer.
pub(crate) fn iv(bytes: &[u8]) -> [u8; BLOCK] {
    let mut iv = [0; BLOCK];
    for (to, from) in iv.iter_mut().zip(bytes) {
        *to = *from;
    }
    iv
}

#[cfg(test)]
mod tests {
    use super::Aes;

    /// FIPS 197, appendix C.1, and back through each mode.
    #[test]
    fn modes_turn_back() {
        let key: Vec<u8> = (0..16).collect();
        let aes = Aes::new(&key).unwrap();
        let plain: Vec<u8> = (0..16u8).map(|n| n * 0x11).collect();
        let mut block = [0; 16];
        block.copy_from_slice(&plain);
        assert_eq!(aes.encrypt(block)[..4], [0x69, 0xC4, 0xE0, 0xD8]);
        let locked = aes.cbc_encrypt([7; 16], &plain);
        assert_eq!(aes.cbc_decrypt([7; 16], &locked), plain);
        assert_eq!(aes.ecb_decrypt(&aes.encrypt(block)), plain);
        let mut twice = plain.clone();
        aes.counter(&mut twice);
        aes.counter(&mut twice);
        assert_eq!(twice, plain);
    }

    #[test]
    fn keys_of_other_sizes_are_none() {
        assert!(Aes::new(&[0; 15]).is_none() && Aes::new(&[0; 24]).is_some());
    }
}
