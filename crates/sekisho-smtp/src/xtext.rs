//! xtext (RFC 3461 §4): how DSN parameters carry any character.

/// Encodes for ENVID and ORCPT. What is not ASCII stays as it is: it goes out under SMTPUTF8 only.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '+' | '=' | '\0'..=' ' | '\x7f' => out.push_str(&format!("+{:02X}", c as u32)),
            _ => out.push(c),
        }
    }
    out
}

/// Decodes; `None` when it is not xtext, or hides a control character.
pub(crate) fn decode(text: &str) -> Option<String> {
    if text.contains(['=', ' ']) || text.chars().any(char::is_control) {
        return None;
    }
    let mut pieces = text.split('+');
    let mut out = pieces.next()?.to_owned();
    for piece in pieces {
        let (hex, rest) = piece.split_at_checked(2)?;
        // `hexchar = ASCII "+" immediately followed by two upper case hexadecimal digits`
        if !hex
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
        {
            return None;
        }
        let byte = u8::from_str_radix(hex, 16).ok()?;
        let fine = byte.is_ascii() && !byte.is_ascii_control();
        out.push(fine.then_some(char::from(byte))?);
        out.push_str(rest);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        for text in ["", "a@b.example", "a+b=c d", "田中@例.jp"] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text));
        }
        for bad in ["+", "+4", "+4g", "+zz", "a=b", "+0A", "+00", "+c3"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
