//! Fields of Word, in whatever format they stand: begin, separator and end as marks in a text
//! ([MS-DOC] §2.8.25). Tricks that hide a command are undone: fields in fields, runs, `QUOTE 68 68 69`,
//! `SET` and `REF`.

use std::collections::BTreeMap;

/// Marks of Word's own binary format; readers of other formats put them in.
pub(crate) const BEGIN: char = '\u{13}';
pub(crate) const SEPARATOR: char = '\u{14}';
pub(crate) const END: char = '\u{15}';

/// Fields in fields.
const DEPTH_MAX: usize = 64;

/// Characters of one field code that count.
const CODE_CHARS_MAX: usize = 8_192;

/// What fields do when the document is opened.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    /// `DDE`, `DDEAUTO` (MITRE ATT&CK T1559.002).
    pub(crate) is_dde: bool,
    /// `INCLUDETEXT`, `LINK`, `IMPORT`, `RD` of something elsewhere; `INCLUDEPICTURE` of a share.
    pub(crate) is_remote: bool,
    /// The commands, as they came out.
    pub(crate) commands: Vec<String>,
}

#[derive(Default)]
struct Field {
    code: String,
    in_result: bool,
}

pub(crate) fn fields(marked: &str) -> Fields {
    let mut out = Fields::default();
    let mut open: Vec<Field> = Vec::new();
    let mut variables = BTreeMap::new();
    for c in marked.chars() {
        match c {
            BEGIN if open.len() < DEPTH_MAX => open.push(Field::default()),
            SEPARATOR => {
                if let Some(field) = open.last_mut() {
                    field.in_result = true;
                }
            }
            END => {
                let Some(field) = open.pop() else {
                    continue;
                };
                let value = evaluated(&field.code, &mut variables, &mut out);
                push(open.last_mut(), &value);
            }
            c => push(open.last_mut(), c.encode_utf8(&mut [0; 4])),
        }
    }
    // A field that nobody ends is still begun.
    while let Some(field) = open.pop() {
        let value = evaluated(&field.code, &mut variables, &mut out);
        push(open.last_mut(), &value);
    }
    out
}

fn push(field: Option<&mut Field>, text: &str) {
    if let Some(field) = field.filter(|field| !field.in_result && field.code.len() < CODE_CHARS_MAX)
    {
        field.code.push_str(text);
    }
}

/// The value of a field for the one around it.
fn evaluated(code: &str, variables: &mut BTreeMap<String, String>, out: &mut Fields) -> String {
    let code = code.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let (command, rest) = code.split_once([' ', '\t', '\u{A0}']).unwrap_or((code, ""));
    let rest = rest.trim();
    match command.trim_matches('"').to_ascii_uppercase().as_str() {
        "DDE" | "DDEAUTO" => {
            out.is_dde = true;
            out.commands.push(code.to_owned());
            String::new()
        }
        "QUOTE" => quoted(rest),
        "SET" => {
            let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
            let value = value.trim().trim_matches('"').to_owned();
            // A bookmark that begins a command is one by the time that something refers to it.
            if is_dde(&value) {
                out.is_dde = true;
                out.commands.push(value.clone());
            }
            if variables.len() < DEPTH_MAX {
                variables.insert(name.to_ascii_lowercase(), value);
            }
            String::new()
        }
        "REF" => {
            let name = rest.split_whitespace().next().unwrap_or_default();
            variables
                .get(&name.to_ascii_lowercase())
                .cloned()
                .unwrap_or_default()
        }
        // A picture of the web is what any mail may show; from a share it takes a sign-in with it.
        "INCLUDEPICTURE" => {
            out.is_remote |= super::relation::is_share(rest);
            String::new()
        }
        "INCLUDETEXT" | "INCLUDE" | "LINK" | "IMPORT" | "RD" => {
            out.is_remote |= super::relation::is_remote(rest);
            String::new()
        }
        _ => variables
            .get(&code.to_ascii_lowercase())
            .cloned()
            .unwrap_or_else(|| code.to_owned()),
    }
}

fn is_dde(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.eq_ignore_ascii_case("dde") || word.eq_ignore_ascii_case("ddeauto")
}

/// `68 68 69` → `DDE`, or the text itself.
fn quoted(text: &str) -> String {
    let words = text.split_whitespace();
    let numbers: Option<String> = words
        .map(|word| {
            word.trim_matches('"')
                .parse::<u32>()
                .ok()
                .and_then(char::from_u32)
        })
        .collect();
    match numbers {
        Some(numbers) if !numbers.is_empty() => numbers,
        _ => text.trim_matches('"').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::fields;

    fn is_dde(text: &str) -> bool {
        fields(
            &text
                .replace('{', "\u{13}")
                .replace('|', "\u{14}")
                .replace('}', "\u{15}"),
        )
        .is_dde
    }

    #[test]
    fn commands_and_their_disguises() {
        assert!(is_dde(
            "a { DDEAUTO c:\\windows\\system32\\cmd.exe \"/k calc\" } b"
        ));
        assert!(is_dde("{ {QUOTE 68 68 69 65 85 84 79} c:\\x }"));
        assert!(is_dde("{ SET c \"DDEAUTO cmd\" }{ REF c }"));
        assert!(is_dde("{ = {  DDE excel x } }"));
        assert!(is_dde("{ DDE excel x | shown"));
        assert!(!is_dde(
            "the word DDEAUTO alone, { PAGE | 1 }, { HYPERLINK \"dde\" | DDE }"
        ));
        assert!(!is_dde("{ QUOTE \"DDE\" }"));
    }

    #[test]
    fn remote_parts() {
        assert!(fields("\u{13} INCLUDETEXT \"http://a.example/x.doc\" \u{15}").is_remote);
        assert!(fields("\u{13} INCLUDEPICTURE \"\\\\10.0.0.1\\s\\x.png\" \\d \u{15}").is_remote);
        assert!(!fields("\u{13} INCLUDEPICTURE \"http://a.example/x.png\" \\d \u{15}").is_remote);
        assert!(!fields("\u{13} INCLUDEPICTURE \"C:\\\\x.png\" \u{15}").is_remote);
    }
}
