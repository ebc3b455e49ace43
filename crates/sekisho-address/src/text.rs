//! What no address may hold, whatever the grammar around it says.

use crate::AddressError;

/// Refuses controls and the signs that turn the direction of a line: with them, what a person reads
/// is not what the machine does (CVE-2021-42574, "Trojan Source").
pub(crate) fn without_controls(text: &str) -> Result<(), AddressError> {
    if text.bytes().all(|b| (b' '..0x7f).contains(&b)) {
        return Ok(());
    }
    if text.chars().any(deceives) {
        Err(AddressError::Control)
    } else {
        Ok(())
    }
}

fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}'                              // soft hyphen: invisible
            | '\u{200b}' | '\u{200e}' | '\u{200f}'  // zero width space, direction marks
            | '\u{2028}'..='\u{202e}'               // line and paragraph separators, embeddings
            | '\u{2060}'..='\u{206f}'               // word joiner, isolates, deprecated controls
            | '\u{feff}' | '\u{fff9}'..='\u{fffd}'  // byte order mark, annotations, replacement
            | '\u{e0000}'..='\u{e0fff}')            // tags, invisible selectors
        || (c as u32) & 0xfffe == 0xfffe // noncharacters
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
}
