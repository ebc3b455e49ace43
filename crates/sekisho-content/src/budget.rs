//! What is left of the limits while one attachment is opened.

use crate::limits::{
    DEPTH_MAX, MEMBERS_MAX, RATIO_FROM_BYTES, RATIO_MAX, TEXT_BYTES_MAX, TOTAL_FROM_BYTES,
    UNPACK_NS_MAX, UNPACKED_BYTES_MAX,
};
use crate::locked::Keys;

/// Shared by all levels of one attachment.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) depth: usize,
    pub(crate) keys: Keys,
    members: usize,
    unpacked: usize,
    /// Whether all that may be unpacked is still little for an archive of this size.
    total_is_bomb: bool,
    unpack_ns: u64,
    text: usize,
}

/// A limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

impl Budget {
    /// For an attachment of `bytes` bytes.
    pub(crate) fn new(bytes: usize, passwords: &[String]) -> Self {
        let by_ratio = bytes.saturating_mul(RATIO_MAX).max(TOTAL_FROM_BYTES);
        Self {
            depth: 0,
            keys: Keys::new(passwords),
            members: MEMBERS_MAX,
            unpacked: UNPACKED_BYTES_MAX.min(by_ratio).saturating_add(bytes),
            total_is_bomb: by_ratio <= UNPACKED_BYTES_MAX,
            unpack_ns: UNPACK_NS_MAX,
            text: TEXT_BYTES_MAX,
        }
    }

    /// Takes one member; its bytes are taken by [`Budget::take_bytes`].
    pub(crate) fn take_member(&mut self) -> Result<(), Exhausted> {
        self.members = self.members.checked_sub(1).ok_or(Exhausted)?;
        Ok(())
    }

    pub(crate) fn take_bytes(&mut self, bytes: usize) -> Result<(), Exhausted> {
        self.unpacked = self.unpacked.checked_sub(bytes).ok_or(Exhausted)?;
        Ok(())
    }

    /// How many bytes `packed` bytes may unpack to now.
    pub(crate) fn unpack_max(&self, packed: usize) -> usize {
        self.unpacked
            .min(packed.saturating_mul(RATIO_MAX).max(RATIO_FROM_BYTES))
    }

    /// The same for a method that takes `ns` for each byte that comes out.
    pub(crate) fn unpack_max_at(&self, packed: usize, ns: u64) -> usize {
        let by_time = self.unpack_ns / ns.max(1);
        self.unpack_max(packed)
            .min(usize::try_from(by_time).unwrap_or(usize::MAX))
    }

    /// Takes the time of `bytes` unpacked bytes at `ns` each.
    pub(crate) fn take_time(&mut self, bytes: usize, ns: u64) {
        self.unpack_ns = self
            .unpack_ns
            .saturating_sub((bytes as u64).saturating_mul(ns));
    }

    /// Whether `packed` bytes that gave `unpacked` bytes and more are made to exhaust, or just many.
    pub(crate) fn is_bomb(&self, packed: usize, unpacked: usize) -> bool {
        let dense = unpacked >= RATIO_FROM_BYTES && unpacked / RATIO_MAX >= packed;
        dense || (self.total_is_bomb && unpacked >= self.unpacked)
    }

    /// Whether a member of `bytes` bytes that did not fit any more shows a bomb: all levels
    /// together gave too much for what came.
    pub(crate) fn total_is_bomb(&self) -> bool {
        self.total_is_bomb
    }

    pub(crate) fn take_text(&mut self, bytes: usize) -> Result<(), Exhausted> {
        self.text = self.text.checked_sub(bytes).ok_or(Exhausted)?;
        Ok(())
    }

    pub(crate) fn can_go_deeper(&self) -> bool {
        self.depth < DEPTH_MAX
    }
}
