//! What is left of the limits while one attachment is opened.

use crate::limits::{
    DEPTH_MAX, MEMBERS_MAX, RATIO_FROM_BYTES, RATIO_MAX, TEXT_BYTES_MAX, UNPACKED_BYTES_MAX,
};

/// Shared by all levels of one attachment.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) depth: usize,
    members: usize,
    unpacked: usize,
    text: usize,
}

/// A limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

impl Budget {
    pub(crate) fn new() -> Self {
        Self {
            depth: 0,
            members: MEMBERS_MAX,
            unpacked: UNPACKED_BYTES_MAX,
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

    pub(crate) fn take_text(&mut self, bytes: usize) -> Result<(), Exhausted> {
        self.text = self.text.checked_sub(bytes).ok_or(Exhausted)?;
        Ok(())
    }

    pub(crate) fn can_go_deeper(&self) -> bool {
        self.depth < DEPTH_MAX
    }
}
