//! The value of Content-Transfer-Encoding (RFC 2045 §6.1: one token, nothing else).

use super::TransferEncoding;

/// What a Content-Transfer-Encoding value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) encoding: TransferEncoding,
    /// More than the one token stands there, or it had to be repaired.
    pub(crate) malformed: bool,
}

/// Reads the value (folds and comments and all).
pub(crate) fn parse(value: &[u8]) -> Named {
    let trimmed = value.trim_ascii();
    if let Some(encoding) = known(trimmed) {
        // Control characters that trim_ascii takes away are blanks for some readers only.
        return Named {
            encoding,
            malformed: false,
        };
    }
    let bare = without_comments(trimmed);
    let token = bare
        .split(|&byte| matches!(byte, b';' | b',' | 0) || byte.is_ascii_whitespace())
        .find(|token| !token.is_empty())
        .unwrap_or_default();
    let token: Vec<u8> = token
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'"' | b'\'' | b'\\' | b'<' | b'>'))
        .collect();
    Named {
        encoding: known(&token).unwrap_or(TransferEncoding::Unknown),
        malformed: true,
    }
}

fn known(token: &[u8]) -> Option<TransferEncoding> {
    const NAMES: [(&[u8], TransferEncoding); 15] = [
        (b"7bit", TransferEncoding::Identity),
        (b"8bit", TransferEncoding::Identity),
        (b"binary", TransferEncoding::Identity),
        // Seen from old programs; nobody reads them otherwise.
        (b"7-bit", TransferEncoding::Identity),
        (b"8-bit", TransferEncoding::Identity),
        (b"7 bit", TransferEncoding::Identity),
        (b"8 bit", TransferEncoding::Identity),
        (b"base64", TransferEncoding::Base64),
        (b"quoted-printable", TransferEncoding::QuotedPrintable),
        (b"uuencode", TransferEncoding::Uuencode),
        (b"x-uuencode", TransferEncoding::Uuencode),
        (b"x-uue", TransferEncoding::Uuencode),
        (b"uue", TransferEncoding::Uuencode),
        (b"x-uu", TransferEncoding::Uuencode),
        (b"x-yencode", TransferEncoding::Yenc),
    ];
    NAMES
        .iter()
        .find(|(name, _)| token.eq_ignore_ascii_case(name))
        .map(|&(_, encoding)| encoding)
}

fn without_comments(value: &[u8]) -> Vec<u8> {
    let mut depth = 0usize;
    let mut kept = Vec::with_capacity(value.len());
    for &byte in value {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(byte),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_noise() {
        for (value, encoding, malformed) in [
            ("base64", TransferEncoding::Base64, false),
            (" BASE64 ", TransferEncoding::Base64, false),
            ("base64 (really)", TransferEncoding::Base64, true),
            ("base64; x=y", TransferEncoding::Base64, true),
            ("\"base64\"", TransferEncoding::Base64, true),
            ("8-bit", TransferEncoding::Identity, false),
            ("x-secret", TransferEncoding::Unknown, true),
        ] {
            let named = parse(value.as_bytes());
            assert_eq!(
                (named.encoding, named.malformed),
                (encoding, malformed),
                "{value}"
            );
        }
    }
}
