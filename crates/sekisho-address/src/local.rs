//! Local parts: quotes taken off when read, put on when written.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::limits::LOCAL_BYTES_MAX;
use crate::{AddressError, text};

/// `Local-part = Dot-string / Quoted-string` at the start of `text`; gives the local part without
/// quotes and what follows it. RFC 5321 §4.1.2, RFC 6531 §3.3.
pub(crate) fn take(text: &str) -> Result<(String, &str), AddressError> {
    let (local, rest) = match text.strip_prefix('"') {
        Some(inner) => take_quoted(inner)?,
        None => take_dot_string(text)?,
    };
    // RFC 6532 §3.1: NFC, so that two ways to type one letter are one mailbox.
    let local = if is_nfc(&local) {
        local.into_owned()
    } else {
        local.nfc().collect()
    };
    if local.len() > LOCAL_BYTES_MAX {
        return Err(AddressError::LocalPartTooLong); // RFC 5321 §4.5.3.1.1
    }
    Ok((local, rest))
}

/// `Dot-string = Atom *("." Atom)`.
///
/// Differs: dots may stand anywhere (`a..b.@docomo.ne.jp`). Japanese phone carriers handed out such
/// addresses for years and people still use them; we write them in quotes, as the RFC wants.
fn take_dot_string(text: &str) -> Result<(Cow<'_, str>, &str), AddressError> {
    let end = text
        .find(|c| !(is_atext(c) || c == '.'))
        .unwrap_or(text.len());
    let (local, rest) = text.split_at(end);
    if local.is_empty() || local.bytes().all(|b| b == b'.') {
        return Err(AddressError::LocalPart);
    }
    Ok((Cow::Borrowed(local), rest))
}

/// `Quoted-string` after its opening quote: `*QcontentSMTP DQUOTE`.
fn take_quoted(inner: &str) -> Result<(Cow<'_, str>, &str), AddressError> {
    let mut local = String::new();
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((Cow::Owned(local), inner.get(at + 1..).unwrap_or_default())),
            '\\' => match chars.next() {
                Some((_, c @ ' '..='~')) => local.push(c), // quoted-pairSMTP = %d92 %d32-126
                _ => return Err(AddressError::QuotedLocalPart),
            },
            ' '..='~' => local.push(c),          // qtextSMTP
            c if !c.is_ascii() => local.push(c), // RFC 6531 §3.3: UTF8-non-ascii
            _ => return Err(AddressError::QuotedLocalPart),
        }
        if local.len() > 4 * LOCAL_BYTES_MAX {
            return Err(AddressError::LocalPartTooLong);
        }
    }
    Err(AddressError::QuotedLocalPart)
}

/// `atext` of RFC 5322 §3.2.3 and the non-ASCII of RFC 6531 §3.3.
fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii()
}

/// Whether `local` is a `Dot-string` as the RFC has it, so that it needs no quotes.
fn is_dot_string(local: &str) -> bool {
    local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// The form on the wire, in quotes where needed.
pub(crate) fn written(local: &str) -> Cow<'_, str> {
    if is_dot_string(local) {
        return Cow::Borrowed(local);
    }
    let mut out = String::with_capacity(local.len() + 2);
    out.push('"');
    for c in local.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    Cow::Owned(out)
}

/// A local part that came without its quotes (from a file, a directory).
pub(crate) fn from_unquoted(local: &str) -> Result<String, AddressError> {
    text::without_controls(local)?;
    let local: String = local.nfc().collect();
    match local.len() {
        0 => Err(AddressError::LocalPart),
        1..=LOCAL_BYTES_MAX => Ok(local),
        _ => Err(AddressError::LocalPartTooLong),
    }
}
