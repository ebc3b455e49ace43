//! A message on its way into the store: a head that we wrote, a body as it came.

use bytes::Bytes;

pub use crate::blob::spool::{SpoolFile, SpoolWriter};

/// A message to store: `head` then `body`, and nothing between.
#[derive(Debug)]
pub struct Content {
    /// Lines put before the message: Return-Path, Received, Authentication-Results, … with their CRLFs.
    /// At most [`limits::HEAD_BYTES_MAX`](crate::limits::HEAD_BYTES_MAX).
    pub head: Vec<u8>,
    /// The message as it came, or as edited.
    pub body: Body,
}

/// Where the body is.
#[derive(Debug)]
pub enum Body {
    /// In memory. Use a spool file above [`limits::LOG_BLOB_BYTES_MAX`](crate::limits::LOG_BLOB_BYTES_MAX).
    Memory(Bytes),
    /// In a file of `spool/` (see `Store::spool`).
    Spool(SpoolFile),
}

impl Content {
    /// A message that is whole in memory.
    pub fn from_bytes(message: impl Into<Bytes>) -> Self {
        Self {
            head: Vec::new(),
            body: Body::Memory(message.into()),
        }
    }

    /// Bytes of head and body.
    pub fn len(&self) -> u64 {
        let body = match &self.body {
            Body::Memory(bytes) => bytes.len() as u64,
            Body::Spool(file) => file.len(),
        };
        (self.head.len() as u64).saturating_add(body)
    }

    /// Whether there is not a single byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Where a stored content lies. Stays right over compaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobRef {
    pub(crate) tenant: crate::ids::Tenant,
    pub(crate) blob: crate::ids::BlobId,
}
