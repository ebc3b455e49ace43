//! BDAT (RFC 3030): content by count instead of by a dot.

use std::time::Instant;

use crate::server::content::{Content, discarded_bytes_max};
use crate::server::session::Phase;
use crate::server::{Proof, Session, command, replies};

impl<P: Proof> Session<P> {
    /// RFC 3030 §2. What comes behind the line is content, whatever becomes of the command.
    pub(super) fn bdat(&mut self, now: Instant, argument: &str) {
        let Some((size, last)) = command::bdat(argument) else {
            return self.close_with(&replies::BAD_CHUNK_SIZE);
        };
        // "The receiver-SMTP MUST accept and discard the associated message data" – within reason.
        if size > discarded_bytes_max(self.config.message_bytes_max) {
            return self.close_with(&replies::CHUNK_TOO_BIG);
        }
        let until = now + self.config.content_timeout;
        self.rearm_content(now, until);
        let bytes_max = self.config.message_bytes_max;
        let left = size;
        match &mut self.transaction {
            Some(transaction)
                if !transaction.recipients.is_empty() && !transaction.chunk_failed =>
            {
                transaction
                    .content
                    .get_or_insert_with(|| Content::new(false, bytes_max));
                self.phase = Phase::Chunk { left, last, until };
            }
            _ => self.phase = Phase::RefusedChunk { left, last, until },
        }
        if size == 0 {
            self.end_of_chunk(now, last);
        }
    }

    /// Content after BDAT. Gives the bytes used.
    pub(super) fn chunk(
        &mut self,
        now: Instant,
        left: u64,
        last: bool,
        until: Instant,
        bytes: &[u8],
    ) -> usize {
        self.rearm_content(now, until);
        let used = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        let left = left.saturating_sub(used as u64);
        self.phase = Phase::Chunk { left, last, until };
        self.scan(bytes.get(..used).unwrap_or_default());
        if left == 0 {
            self.end_of_chunk(now, last);
        }
        used
    }

    /// A chunk that is not taken. Gives the bytes used.
    pub(super) fn refused_chunk(
        &mut self,
        now: Instant,
        left: u64,
        last: bool,
        until: Instant,
        bytes: &[u8],
    ) -> usize {
        self.rearm_content(now, until);
        let used = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        let left = left.saturating_sub(used as u64);
        self.phase = Phase::RefusedChunk { left, last, until };
        if left == 0 {
            self.end_of_chunk(now, last);
        }
        used
    }

    fn end_of_chunk(&mut self, now: Instant, last: bool) {
        let refused = matches!(self.phase, Phase::RefusedChunk { .. });
        if self.phase == Phase::Over {
            return; // an endless mail was cut off within the chunk
        }
        self.phase = Phase::Command;
        self.rearm(now, self.config.command_timeout);
        if refused {
            return self.end_of_refused_chunk(last);
        }
        let Some(transaction) = &mut self.transaction else {
            return;
        };
        let Some(content) = &mut transaction.content else {
            return;
        };
        if last {
            content.end_of_chunks();
            return self.end_of_content(now);
        }
        match content.refusal() {
            None => self.reply(&replies::CHUNK_OK),
            Some(reply) => {
                transaction.content = None;
                transaction.chunk_failed = true;
                self.abort_body();
                self.reply(&reply);
            }
        }
    }

    fn end_of_refused_chunk(&mut self, last: bool) {
        let reply = match &self.transaction {
            None => replies::MAIL_FIRST,
            Some(transaction) if transaction.chunk_failed => replies::CHUNK_AFTER_FAILURE,
            Some(_) => replies::NO_RECIPIENTS,
        };
        if last {
            self.reset();
        }
        self.error(&reply);
    }
}
