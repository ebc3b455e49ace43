//! Objects embedded in RTF: their bytes stand in the text as hexadecimal digits, and whoever hides
//! something strews groups, control words and blanks among them, which Word passes over.

/// Objects opened in one file.
const OBJECTS_MAX: usize = 100;

/// Bytes of one object.
const OBJECT_BYTES_MAX: usize = 32 << 20;

/// The bytes of each object. An object whose digits begin one nibble late is read in both ways.
pub(crate) fn rtf_objects(bytes: &[u8]) -> Vec<Vec<u8>> {
    memchr::memmem::find_iter(bytes, b"\\objdata")
        .take(OBJECTS_MAX)
        .map(|at| object(bytes.get(at + 8..).unwrap_or_default()))
        .collect()
}

fn object(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut half: Option<u8> = None;
    let mut depth = 0usize;
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            // A destination that no reader knows is left out with all that is in it.
            b'{' if after.trim_ascii_start().starts_with(b"\\*") => rest = behind_group(after),
            b'{' => depth += 1,
            b'}' if depth == 0 => break,
            b'}' => depth -= 1,
            b'\\' => rest = control(after, &mut out, &mut half),
            digit => {
                let value = char::from(*digit)
                    .to_digit(16)
                    .and_then(|digit| u8::try_from(digit).ok());
                if let Some(value) = value {
                    match half.take() {
                        Some(high) => out.push(high << 4 | value),
                        None => half = Some(value),
                    }
                }
            }
        }
        if out.len() >= OBJECT_BYTES_MAX {
            break;
        }
    }
    out
}

/// What follows the group that has just begun.
fn behind_group(rest: &[u8]) -> &[u8] {
    let mut depth = 1usize;
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return rest.get(at + 1..).unwrap_or_default();
        }
    }
    b""
}

/// Passes over a control word. `\binN` brings N bytes as they are; `\'41` drops what is half read, as
/// Word does.
fn control<'a>(rest: &'a [u8], out: &mut Vec<u8>, half: &mut Option<u8>) -> &'a [u8] {
    if rest.starts_with(b"'") {
        *half = None;
        return rest.get(3..).unwrap_or_default();
    }
    let letters = rest
        .iter()
        .take(64)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    if letters == 0 {
        return rest.get(1..).unwrap_or_default();
    }
    let (name, mut after) = rest.split_at(letters);
    let digits = after
        .iter()
        .take(250)
        .take_while(|byte| byte.is_ascii_digit() || **byte == b'-')
        .count();
    let number = after
        .get(..digits)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| digits.parse::<usize>().ok());
    after = after.get(digits..).unwrap_or_default();
    after = after.strip_prefix(b" ").unwrap_or(after);
    if name == b"bin" {
        let length = number.unwrap_or(0).min(after.len());
        let (raw, left) = after.split_at(length);
        out.extend_from_slice(raw);
        *half = None;
        return left;
    }
    after
}

#[cfg(test)]
mod tests {
    use super::rtf_objects;

    #[test]
    fn digits_among_other_things() {
        for text in [
            "{\\*\\objdata 0105 0000\r\n02}",
            "{\\*\\objdata 01{\\*\\abcdef12 99}05\\fade0 0000{}02}",
            "{\\*\\objdata 01\\bin2 \u{5}\u{0}0002}",
        ] {
            assert_eq!(rtf_objects(text.as_bytes()), [[1, 5, 0, 0, 2]], "{text}");
        }
    }
}
