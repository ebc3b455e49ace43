//! Parameters of our own: a token, a quoted string, or RFC 2231 with continuations.

/// Bytes of escaped value in one section, so that a line stays under 76.
const SECTION_MAX: usize = 54;

/// `; name=value`, quoted or as RFC 2231 says, with continuations when long.
pub fn param(name: &str, value: &str) -> String {
    let is_ascii = value
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if is_ascii
        && value.len() <= SECTION_MAX
        && !value.contains(['"', '\\', '%'])
        && !value.contains("=?")
    {
        return format!("; {name}=\"{value}\"");
    }
    let escaped = percent(value);
    if escaped.iter().map(String::len).sum::<usize>() + 7 <= SECTION_MAX {
        return format!("; {name}*=UTF-8''{}", escaped.concat());
    }
    let mut out = String::new();
    let mut section = "UTF-8''".to_owned();
    let mut number = 0;
    for piece in escaped {
        if section.len() + piece.len() > SECTION_MAX {
            out.push_str(&format!("; {name}*{number}*={section}"));
            section.clear();
            number += 1;
        }
        section.push_str(&piece);
    }
    out.push_str(&format!("; {name}*{number}*={section}"));
    out
}

/// Each character as RFC 2231 §7 `ext-octet`s or `attribute-char`.
fn percent(value: &str) -> Vec<String> {
    let mut buffer = [0; 4];
    value
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' => c.to_string(),
            _ => c
                .encode_utf8(&mut buffer)
                .bytes()
                .map(|byte| format!("%{byte:02X}"))
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::param;

    #[test]
    fn forms() {
        assert_eq!(param("filename", "a b.txt"), "; filename=\"a b.txt\"");
        assert_eq!(
            param("filename", "会.txt"),
            "; filename*=UTF-8''%E4%BC%9A.txt"
        );
        assert!(param("filename", &"会".repeat(30)).contains("; filename*1*=%E4"));
    }
}
