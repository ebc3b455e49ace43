//! ESMTP parameters of MAIL and RCPT (RFC 5321 §4.1.2) and their values.

use crate::envelope::{BodyKind, Notify, OriginalRecipient, Ret};
use crate::limits::{ENVID_BYTES_MAX, ORCPT_BYTES_MAX};
use crate::reply::Reply;
use crate::server::replies::BAD_PARAMETER;
use crate::xtext;

/// `esmtp-param = esmtp-keyword ["=" esmtp-value]`; keys in upper case, none twice.
pub(crate) fn split(params: &str) -> Result<Vec<(String, Option<&str>)>, Reply> {
    let mut found: Vec<(String, Option<&str>)> = Vec::new();
    for word in params.split(' ').filter(|word| !word.is_empty()) {
        let (key, value) = match word.split_once('=') {
            Some((key, value)) => (key, Some(value)),
            None => (word, None),
        };
        let keyword = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let key = key.to_ascii_uppercase();
        let twice = found.iter().any(|(before, _)| *before == key);
        if key.is_empty() || !key.bytes().all(keyword) || value == Some("") || twice {
            return Err(BAD_PARAMETER);
        }
        found.push((key, value));
    }
    Ok(found)
}

/// `size-value = 1*20DIGIT`, RFC 1870 §3. More than 64 bits is too large in any case.
pub(crate) fn size(value: &str) -> Result<u64, Reply> {
    let digits = value.len() <= 20 && value.bytes().all(|byte| byte.is_ascii_digit());
    match digits {
        true => Ok(value.parse().unwrap_or(u64::MAX)),
        false => Err(BAD_PARAMETER),
    }
}

/// RFC 6152. BINARYMIME is not offered, so it is an unknown value.
pub(crate) fn body(value: &str) -> Result<BodyKind, Reply> {
    match value.to_ascii_uppercase().as_str() {
        "7BIT" => Ok(BodyKind::SevenBit),
        "8BITMIME" => Ok(BodyKind::EightBitMime),
        _ => Err(BAD_PARAMETER),
    }
}

/// RFC 3461 §4.3
pub(crate) fn ret(value: &str) -> Result<Ret, Reply> {
    match value.to_ascii_uppercase().as_str() {
        "FULL" => Ok(Ret::Full),
        "HDRS" => Ok(Ret::Hdrs),
        _ => Err(BAD_PARAMETER),
    }
}

/// RFC 3461 §4.4
pub(crate) fn envid(value: &str) -> Result<String, Reply> {
    match value.len() <= ENVID_BYTES_MAX {
        true => xtext(value),
        false => Err(BAD_PARAMETER),
    }
}

/// RFC 3461 §4
pub(crate) fn xtext(value: &str) -> Result<String, Reply> {
    xtext::decode(value).ok_or(BAD_PARAMETER)
}

/// `notify-esmtp-value = "NEVER" / 1#notify-list-element`, RFC 3461 §4.1
pub(crate) fn notify(value: &str) -> Result<Notify, Reply> {
    if value.eq_ignore_ascii_case("NEVER") {
        return Ok(Notify::NEVER);
    }
    let mut notify = Notify::NEVER;
    for word in value.split(',') {
        match word.to_ascii_uppercase().as_str() {
            "SUCCESS" => notify.success = true,
            "FAILURE" => notify.failure = true,
            "DELAY" => notify.delay = true,
            _ => return Err(BAD_PARAMETER),
        }
    }
    Ok(notify)
}

/// `original-recipient-address = addr-type ";" xtext`, RFC 3461 §4.2
pub(crate) fn orcpt(value: &str) -> Result<OriginalRecipient, Reply> {
    let (address_type, address) = value.split_once(';').ok_or(BAD_PARAMETER)?;
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let fine = value.len() <= ORCPT_BYTES_MAX
        && !address_type.is_empty()
        && address_type.bytes().all(atom)
        && !address.is_empty();
    if !fine {
        return Err(BAD_PARAMETER);
    }
    Ok(OriginalRecipient {
        address_type: address_type.to_owned(),
        address: xtext(address)?,
    })
}
