//! Charset labels as they stand in mail.

use encoding_rs::{EUC_JP, Encoding, ISO_8859_15, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::{Decoded, jis, utf7, utf16};

/// A charset that can be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// US-ASCII: 8-bit bytes do not fit it.
    Ascii,
    /// ISO-2022-JP and its relatives.
    Jis,
    /// UTF-7 (RFC 2152).
    Utf7,
    /// UTF-16 with or without byte order mark.
    Utf16(utf16::Order),
    /// UTF-32 with or without byte order mark.
    Utf32(utf16::Order),
    /// One of the WHATWG encodings.
    Whatwg(&'static Encoding),
}

/// Names that the WHATWG list lacks, or that mean more in mail than there.
const NAMES: [(&str, Charset); 40] = [
    ("us-ascii", Charset::Ascii),
    ("ascii", Charset::Ascii),
    ("ansi_x3.4-1968", Charset::Ascii),
    ("646", Charset::Ascii),
    ("iso-2022-jp", Charset::Jis),
    ("csiso2022jp", Charset::Jis),
    ("iso2022jp", Charset::Jis),
    ("iso-2022-jp-1", Charset::Jis),
    ("iso-2022-jp-2", Charset::Jis),
    ("iso-2022-jp-3", Charset::Jis),
    ("iso-2022-jp-2004", Charset::Jis),
    ("iso-2022-jp-ms", Charset::Jis),
    ("cp50220", Charset::Jis),
    ("cp50221", Charset::Jis),
    ("cp50222", Charset::Jis),
    ("jis", Charset::Jis),
    ("utf-7", Charset::Utf7),
    ("utf7", Charset::Utf7),
    ("unicode-1-1-utf-7", Charset::Utf7),
    ("csunicode11utf7", Charset::Utf7),
    ("utf-16", Charset::Utf16(utf16::Order::Unknown)),
    ("utf16", Charset::Utf16(utf16::Order::Unknown)),
    ("utf-16be", Charset::Utf16(utf16::Order::Big)),
    ("utf-16le", Charset::Utf16(utf16::Order::Little)),
    ("utf-32", Charset::Utf32(utf16::Order::Unknown)),
    ("utf-32be", Charset::Utf32(utf16::Order::Big)),
    ("utf-32le", Charset::Utf32(utf16::Order::Little)),
    ("cp932", Charset::Whatwg(SHIFT_JIS)),
    ("ms932", Charset::Whatwg(SHIFT_JIS)),
    ("ms_kanji", Charset::Whatwg(SHIFT_JIS)),
    ("sjis-win", Charset::Whatwg(SHIFT_JIS)),
    ("shift_jisx0213", Charset::Whatwg(SHIFT_JIS)),
    ("shift_jis-2004", Charset::Whatwg(SHIFT_JIS)),
    ("windows-932", Charset::Whatwg(SHIFT_JIS)),
    ("eucjp", Charset::Whatwg(EUC_JP)),
    ("euc_jp", Charset::Whatwg(EUC_JP)),
    ("eucjp-ms", Charset::Whatwg(EUC_JP)),
    ("cp51932", Charset::Whatwg(EUC_JP)),
    ("ujis", Charset::Whatwg(EUC_JP)),
    ("utf8mb4", Charset::Whatwg(UTF_8)),
];

/// The charset of a label; quotes, blanks and a leading `x-` do not matter.
pub(super) fn find(label: &str) -> Option<Charset> {
    let label =
        label.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'' || c == '\0');
    named(label).or_else(|| {
        let bare = label.get(..2).filter(|x| x.eq_ignore_ascii_case("x-"));
        bare.and_then(|_| named(label.get(2..)?))
    })
}

fn named(label: &str) -> Option<Charset> {
    NAMES
        .iter()
        .find(|(name, _)| label.eq_ignore_ascii_case(name))
        .map(|&(_, charset)| charset)
        // `replacement` stands for charsets that no reader decodes any more (ISO-2022-KR, HZ).
        .or_else(|| Encoding::for_label_no_replacement(label.as_bytes()).map(Charset::Whatwg))
}

impl Charset {
    /// Whether ASCII text is not written as ASCII in it.
    pub(super) fn is_wide(self) -> bool {
        matches!(self, Self::Utf16(_) | Self::Utf32(_) | Self::Utf7)
    }

    /// Whether it is what programs write when they know no better: any bytes fit, so fitting proves
    /// nothing. Cyrillic and other one-byte labels are written by people who mean them.
    pub(super) fn is_careless(self) -> bool {
        match self {
            Self::Ascii => true,
            Self::Whatwg(encoding) => encoding == WINDOWS_1252 || encoding == ISO_8859_15,
            _ => false,
        }
    }

    /// Whether it is one of the two that are taken for each other.
    pub(super) fn is_japanese(self) -> bool {
        matches!(self, Self::Whatwg(encoding) if encoding == SHIFT_JIS || encoding == EUC_JP)
    }

    /// Decodes with this charset and no other.
    pub(super) fn decode(self, bytes: &[u8]) -> Decoded {
        match self {
            Self::Ascii => {
                let (text, _, _) = encoding_rs::WINDOWS_1252.decode(bytes);
                decoded(text.into_owned(), "us-ascii", !bytes.is_ascii())
            }
            Self::Jis => jis::decode(bytes, jis::AtLineEnd::BackToAscii),
            Self::Utf7 => {
                let (text, malformed) = utf7::decode(bytes);
                decoded(text, "utf-7", malformed)
            }
            Self::Utf16(order) => utf16::decode16(bytes, order),
            Self::Utf32(order) => utf16::decode32(bytes, order),
            Self::Whatwg(encoding) => {
                let (text, malformed) = encoding.decode_with_bom_removal(bytes);
                decoded(text.into_owned(), encoding.name(), malformed)
            }
        }
    }
}

pub(super) fn decoded(text: String, charset: &'static str, malformed: bool) -> Decoded {
    Decoded {
        text,
        charset,
        malformed,
    }
}
