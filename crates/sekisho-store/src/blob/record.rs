//! The form of a record in the log: a header that can be found again without the database, then the payload.
//!
//! `SKB1`, tenant (8 bytes), payload length (4 bytes), SHA-256 of the payload (32 bytes), all little endian.

use crate::ids::Tenant;

/// Bytes before the payload.
pub(crate) const HEADER_BYTES: usize = 48;
const MAGIC: &[u8; 4] = b"SKB1";

/// What stands before a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) tenant: Tenant,
    pub(crate) length: u32,
    pub(crate) sha: [u8; 32],
}

impl Header {
    pub(crate) fn write_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&self.tenant.0.to_le_bytes());
        out.extend_from_slice(&self.length.to_le_bytes());
        out.extend_from_slice(&self.sha);
    }

    /// `None`: no header, the record is torn.
    pub(crate) fn read(bytes: &[u8; HEADER_BYTES]) -> Option<Self> {
        let (magic, rest) = bytes.split_first_chunk::<4>()?;
        let (tenant, rest) = rest.split_first_chunk::<8>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let sha = rest.first_chunk::<32>()?;
        (magic == MAGIC).then(|| Self {
            tenant: Tenant(i64::from_le_bytes(*tenant)),
            length: u32::from_le_bytes(*length),
            sha: *sha,
        })
    }
}

/// SHA-256 of pieces that belong together.
pub(crate) fn sha256(pieces: &[&[u8]]) -> [u8; 32] {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for piece in pieces {
        context.update(piece);
    }
    let mut sha = [0; 32];
    sha.copy_from_slice(context.finish().as_ref());
    sha
}
