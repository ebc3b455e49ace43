//! Windows shortcuts ([MS-SHLLINK]): what they start, and with which arguments.

use sekisho_mime::charset;

use crate::archive::{u16_at, u32_at};

/// The texts of a shortcut, a line each: description, path, arguments, place of the icon, target.
pub(crate) fn texts(bytes: &[u8]) -> Option<Vec<String>> {
    const HAS_ID_LIST: u32 = 1;
    const HAS_LINK_INFO: u32 = 2;
    const IS_WIDE: u32 = 0x80;
    let flags = u32_at(bytes, 20)?;
    let mut at = 76usize;
    let mut texts = Vec::new();
    if flags & HAS_ID_LIST != 0 {
        let length = usize::from(u16_at(bytes, at)?);
        let list = bytes.get(at + 2..at + 2 + length)?;
        texts.push(crate::ole::strings(list));
        at += 2 + length;
    }
    if flags & HAS_LINK_INFO != 0 {
        let length = u32_at(bytes, at)? as usize;
        let info = bytes.get(at..at.checked_add(length)?)?;
        texts.push(crate::ole::strings(info));
        at += length.max(4);
    }
    // Name, relative path, working directory, arguments, icon (§2.4).
    for bit in 2..7 {
        if flags & (1 << bit) == 0 {
            continue;
        }
        let count = usize::from(u16_at(bytes, at)?);
        let wide = flags & IS_WIDE != 0;
        let length = if wide { count * 2 } else { count };
        let body = bytes.get(at + 2..at + 2 + length)?;
        texts.push(if wide {
            let units: Vec<u16> = body
                .chunks_exact(2)
                .map(|two| u16::from_le_bytes([two[0], two[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        } else {
            charset::decode(body, None).text
        });
        at += 2 + length;
    }
    // Blocks of more (§2.5): environment, tracker.
    texts.push(crate::ole::strings(bytes.get(at..).unwrap_or_default()));
    texts.retain(|text| !text.trim().is_empty());
    Some(texts)
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn arguments_are_read() {
        let mut bytes = vec![0u8; 76];
        bytes[20] = 0x20;
        bytes.extend(b"\x07\0/c calc");
        assert_eq!(texts(&bytes).unwrap(), ["/c calc"]);
        assert_eq!(texts(b"L\0\0\0"), None);
    }
}
