//! What machines send each other: one file in gzip, a few in zip, or as it is.

use crate::archive::{Content, Unpack, Zip, gunzip};
use crate::budget::Budget;

/// Why nothing was unpacked. It is the turn of whoever packed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// More bytes come out than are taken.
    #[error("it unpacks to more than {0} bytes, or to far more than is usual")]
    TooLarge(usize),
    /// Broken, locked, or packed in a way that is not known.
    #[error("it cannot be unpacked: broken, locked, or packed in an unknown way")]
    Broken,
}

/// The files in `bytes`: those of a zip, the one of a gzip, else `bytes` themselves; together at
/// most `bytes_max`. Archives in archives stay packed.
///
/// # Errors
/// [`UnpackError`], also when only one of several files is at fault.
pub fn unpacked(bytes: &[u8], bytes_max: usize) -> Result<Vec<Vec<u8>>, UnpackError> {
    match bytes {
        [0x1f, 0x8b, ..] => {
            let max = Budget::new(bytes.len(), &[])
                .unpack_max(bytes.len())
                .min(bytes_max);
            let (_, file, trouble) = gunzip(bytes, max);
            whole(file, trouble, bytes_max).map(|file| vec![file])
        }
        [b'P', b'K', 3 | 5, 4 | 6, ..] => zip(bytes, bytes_max),
        _ if bytes.len() > bytes_max => Err(UnpackError::TooLarge(bytes_max)),
        _ => Ok(vec![bytes.to_vec()]),
    }
}

fn zip(bytes: &[u8], bytes_max: usize) -> Result<Vec<Vec<u8>>, UnpackError> {
    let zip = Zip::read(bytes);
    if zip.trouble.bomb {
        return Err(UnpackError::TooLarge(bytes_max));
    }
    let mut budget = Budget::new(bytes.len(), &[]);
    let (mut files, mut left) = (Vec::new(), bytes_max);
    for entry in &zip.entries {
        budget
            .take_member()
            .map_err(|_| UnpackError::TooLarge(bytes_max))?;
        let Content::Bytes(file, _, trouble) = zip.content(entry, &mut budget) else {
            return Err(UnpackError::Broken);
        };
        let file = whole(file, trouble, bytes_max)?;
        left = left
            .checked_sub(file.len())
            .ok_or(UnpackError::TooLarge(bytes_max))?;
        // A folder.
        if !file.is_empty() {
            files.push(file);
        }
    }
    match files.is_empty() {
        true => Err(UnpackError::Broken),
        false => Ok(files),
    }
}

fn whole(file: Vec<u8>, trouble: Option<Unpack>, max: usize) -> Result<Vec<u8>, UnpackError> {
    match trouble {
        None => Ok(file),
        Some(Unpack::TooLarge) => Err(UnpackError::TooLarge(max)),
        Some(Unpack::Dictionary | Unpack::Broken) => Err(UnpackError::Broken),
    }
}

/// `bytes` in gzip (RFC 1952), without a name or a time.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    // §2.3: deflate, no flags, no time, no hint, unknown system.
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    file.extend(miniz_oxide::deflate::compress_to_vec(bytes, 6));
    file.extend(crc32fast::hash(bytes).to_le_bytes());
    // §2.3.1: the length modulo 2^32.
    let length = u32::try_from(bytes.len() as u64 & 0xffff_ffff).unwrap_or_default();
    file.extend(length.to_le_bytes());
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_comes_out_and_no_bomb_does() {
        for text in ["", "hello", &"x".repeat(100_000)] {
            let packed = gzip(text.as_bytes());
            assert_eq!(unpacked(&packed, 1 << 20), Ok(vec![text.into()]));
        }
        let packed = gzip(&[0; 100_000]);
        assert_eq!(
            unpacked(&packed, 99_999),
            Err(UnpackError::TooLarge(99_999))
        );
        assert_eq!(unpacked(&packed[..50], 1 << 20), Err(UnpackError::Broken));
        assert_eq!(unpacked(b"PK\x03\x04", 9), Err(UnpackError::Broken));
        assert_eq!(unpacked(b"<a/>", 4), Ok(vec![b"<a/>".to_vec()]));
        assert!(unpacked(b"<a/>", 3).is_err());
    }
}
