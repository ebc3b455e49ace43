//! Large parts, told by their ends and read in windows: nothing the size of the part is held.

use sekisho_content::limits::END_BYTES;
use sekisho_content::{ByEnds, File, open_by_ends, text_pieces};
use sekisho_dlp::limits::WINDOW_OVERLAP_BYTES;
use sekisho_mime::{Stream, charset};

use crate::limits::{UNCUT_BYTES_MAX, WINDOW_BYTES};

/// A plain text that is scanned in windows.
#[derive(Debug)]
pub(crate) struct LargeText<'a> {
    pub(crate) place: String,
    stream: Stream<'a>,
    charset: Option<String>,
}

/// What reading a part once has shown.
#[derive(Debug)]
pub(crate) struct Survey {
    /// Head and tail, put together.
    ends: Vec<u8>,
    head_bytes: usize,
    pub(crate) size: u64,
    can_be_cut: bool,
    /// Bytes since the last one at which a text may be cut.
    uncut: usize,
}

impl Survey {
    pub(crate) fn of(stream: &Stream<'_>) -> Self {
        let mut survey = Self {
            ends: Vec::with_capacity(3 * END_BYTES),
            head_bytes: 0,
            size: 0,
            can_be_cut: true,
            uncut: 0,
        };
        let mut pieces = stream.clone();
        let mut piece = Vec::new();
        while pieces.read(&mut piece) {
            survey.see(&piece);
            // The mark of an encrypted message may lie in two pieces.
            let kept = piece.len().saturating_sub(LOCKED.len());
            survey.can_be_cut &= memchr::memmem::find(&piece, LOCKED).is_none();
            piece.drain(..kept);
            survey.size -= piece.len() as u64;
            survey.ends.truncate(survey.ends.len() - piece.len());
        }
        survey.size += piece.len() as u64;
        survey.ends.extend_from_slice(&piece);
        survey
    }

    fn see(&mut self, piece: &[u8]) {
        self.size += piece.len() as u64;
        self.ends.extend_from_slice(piece);
        self.head_bytes = self.ends.len().min(END_BYTES);
        let surplus = self.ends.len().saturating_sub(3 * END_BYTES);
        self.ends.drain(self.head_bytes..self.head_bytes + surplus);
        if self.can_be_cut {
            for byte in piece {
                self.uncut = if is_cut_after(*byte) {
                    0
                } else {
                    self.uncut + 1
                };
                self.can_be_cut &= self.uncut <= UNCUT_BYTES_MAX && !is_shift(*byte);
            }
        }
    }

    /// What the ends tell of a file with these names.
    pub(crate) fn told(&self, file: &File<'_>) -> ByEnds {
        let file = File {
            bytes: &self.ends,
            ..*file
        };
        match open_by_ends(&file) {
            ByEnds::Text(_) if !self.is_cuttable(file.charset) => ByEnds::Whole,
            told => told,
        }
    }

    fn is_cuttable(&self, label: Option<&str>) -> bool {
        let has_wide_mark =
            self.ends.starts_with(b"\xFF\xFE") || self.ends.starts_with(b"\xFE\xFF");
        self.can_be_cut && !has_wide_mark && charset::is_cut_at_ascii(label)
    }
}

/// Within it a text is locked, wherever it stands.
const LOCKED: &[u8] = b"-----BEGIN PGP MESSAGE-----";

/// Blanks, line ends and ASCII punctuation up to the slash: no byte of a character of more bytes, neither in UTF-8 nor
/// in Shift_JIS, EUC or GB 18030.
fn is_cut_after(byte: u8) -> bool {
    byte < b'0'
}

/// Bytes that change how those behind them are read, or belong to UTF-16.
fn is_shift(byte: u8) -> bool {
    matches!(byte, 0 | 0x0E | 0x0F | 0x1B)
}

impl<'a> LargeText<'a> {
    pub(crate) fn new(place: String, stream: Stream<'a>, charset: Option<String>) -> Self {
        Self {
            place,
            stream,
            charset,
        }
    }

    /// Gives each window's readings to `see`, with whether the window is the first and the last one.
    pub(crate) fn each_window(&self, mut see: impl FnMut(&str, bool, bool)) {
        let mut stream = self.stream.clone();
        let mut held = Vec::with_capacity(WINDOW_BYTES + (128 << 10));
        let mut is_first = true;
        loop {
            let mut more = true;
            while more && held.len() < WINDOW_BYTES {
                more = stream.read(&mut held);
            }
            let window = if more { cut(&held) } else { held.len() };
            let bytes = held.get(..window).unwrap_or_default();
            for piece in text_pieces(bytes, "txt", self.charset.as_deref()) {
                see(&piece.text, is_first, !more);
            }
            if !more {
                return;
            }
            is_first = false;
            let next = bytes
                .get(..window.saturating_sub(WINDOW_OVERLAP_BYTES))
                .map_or(0, cut);
            held.drain(..next);
        }
    }
}

/// Where to cut: behind the last line end, else behind the last byte that allows it.
fn cut(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(UNCUT_BYTES_MAX + 1);
    let tail = bytes.get(from..).unwrap_or_default();
    memchr::memrchr(b'\n', tail)
        .or_else(|| tail.iter().rposition(|byte| is_cut_after(*byte)))
        .map_or(bytes.len(), |at| from + at + 1)
}
