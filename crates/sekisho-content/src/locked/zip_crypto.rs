//! The first cipher of zip (APPNOTE §6.1), still what most Japanese tools write.

/// Bytes in front of the data that begin the key stream.
const HEADER: usize = 12;

struct Cipher {
    keys: [u32; 3],
}

impl Cipher {
    fn new(password: &[u8]) -> Self {
        let mut cipher = Self {
            keys: [0x1234_5678, 0x2345_6789, 0x3456_7890],
        };
        for byte in password {
            cipher.update(*byte);
        }
        cipher
    }

    fn update(&mut self, byte: u8) {
        let [a, b, c] = self.keys;
        let a = crc(a, byte);
        let b = b
            .wrapping_add(a & 0xFF)
            .wrapping_mul(134_775_813)
            .wrapping_add(1);
        let c = crc(c, (b >> 24) as u8);
        self.keys = [a, b, c];
    }

    fn decrypt(&mut self, byte: u8) -> u8 {
        let word = (self.keys[2] | 2) & 0xFFFF;
        let plain = byte ^ (word.wrapping_mul(word ^ 1) >> 8) as u8;
        self.update(plain);
        plain
    }
}

const CRC: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut value = at as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                0xEDB8_8320 ^ (value >> 1)
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
}

/// One step of CRC-32 without the inversions around it.
fn crc(before: u32, byte: u8) -> u32 {
    let at = (before as u8 ^ byte) as usize;
    CRC.get(at).copied().unwrap_or(0) ^ (before >> 8)
}

/// The packed bytes, when the last byte of the header is one of the two that APPNOTE and old
/// packers put there. One wrong password in 128 passes here; the member's CRC decides.
pub(crate) fn zip_crypto(locked: &[u8], password: &[u8], checks: [u8; 2]) -> Option<Vec<u8>> {
    let (header, data) = locked.split_at_checked(HEADER)?;
    let mut cipher = Cipher::new(password);
    let mut last = 0;
    for byte in header {
        last = cipher.decrypt(*byte);
    }
    if !checks.contains(&last) {
        return None;
    }
    Some(data.iter().map(|byte| cipher.decrypt(*byte)).collect())
}
