//! Changing header fields without touching any other byte.

use std::sync::Arc;

use crate::compose;
use crate::header::Field;
use crate::read::block::{self, BlockRule};

/// Why an edit was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditError {
    /// The field name is not one of RFC 5322 §2.2.
    Name(String),
    /// The value has a line end that is no fold, a NUL, or a line over 998 bytes.
    Value(String),
}

impl std::fmt::Display for EditError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => write!(f, "`{name}` is no header field name"),
            Self::Value(name) => write!(f, "the value for `{name}` would break the header"),
        }
    }
}

impl std::error::Error for EditError {}

type Wanted = Arc<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// Fields to take out: of this name, for which `wanted` says so.
#[derive(Clone)]
struct Removal {
    name: String,
    wanted: Option<Wanted>,
}

/// Edits of a mail's top header. They are applied in one pass.
#[derive(Clone, Default)]
pub struct Edit {
    prepended: Vec<String>,
    appended: Vec<String>,
    removed: Vec<Removal>,
    replaced: Vec<(String, String)>,
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let removed: Vec<&str> = self
            .removed
            .iter()
            .map(|removal| removal.name.as_str())
            .collect();
        f.debug_struct("Edit")
            .field("prepended", &self.prepended)
            .field("appended", &self.appended)
            .field("removed", &removed)
            .field("replaced", &self.replaced)
            .finish()
    }
}

impl Edit {
    /// No change yet.
    pub fn new() -> Edit {
        Edit::default()
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.prepended.is_empty()
            && self.appended.is_empty()
            && self.removed.is_empty()
            && self.replaced.is_empty()
    }

    /// Adds a field above all others; later calls add above earlier ones. `value` may hold folds
    /// (`CRLF` and a blank); it is folded when a line would be longer than 76 bytes.
    pub fn prepend(&mut self, name: &str, value: &str) -> Result<&mut Edit, EditError> {
        self.prepended.push(field(name, value)?);
        Ok(self)
    }

    /// Adds lines above all others as they are: whole fields, each ended by CRLF (signatures, seals).
    pub fn prepend_lines(&mut self, lines: &str) -> Result<&mut Edit, EditError> {
        if !is_whole_fields(lines) {
            return Err(EditError::Value(lines.chars().take(40).collect()));
        }
        self.prepended.push(lines.to_owned());
        Ok(self)
    }

    /// Adds a field below all others, above the empty line.
    pub fn append(&mut self, name: &str, value: &str) -> Result<&mut Edit, EditError> {
        self.appended.push(field(name, value)?);
        Ok(self)
    }

    /// Removes every field of this name.
    pub fn remove(&mut self, name: &str) -> &mut Edit {
        self.removed.push(Removal {
            name: name.to_owned(),
            wanted: None,
        });
        self
    }

    /// Removes the fields of this name for which `wanted` says so; it gets the raw value.
    pub fn remove_where(
        &mut self,
        name: &str,
        wanted: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
    ) -> &mut Edit {
        self.removed.push(Removal {
            name: name.to_owned(),
            wanted: Some(Arc::new(wanted)),
        });
        self
    }

    /// Puts this value in the place of the first field of the name and removes the others of that
    /// name; adds the field at the end of the header when there was none.
    pub fn replace(&mut self, name: &str, value: &str) -> Result<&mut Edit, EditError> {
        self.replaced.push((name.to_owned(), field(name, value)?));
        Ok(self)
    }

    /// The edited mail.
    pub fn apply(&self, raw: &[u8]) -> Vec<u8> {
        let (mut edited, body) = self.apply_to_head(raw);
        edited.extend_from_slice(raw.get(body..).unwrap_or_default());
        edited
    }

    /// The edited header only, with its empty line, and where the rest of the mail starts in `head`, which
    /// must hold the whole header. For mails too large to copy.
    pub fn apply_to_head(&self, head: &[u8]) -> (Vec<u8>, usize) {
        let mut fields = Vec::new();
        let (body, _) = block::read(head, 0, BlockRule::default(), &mut fields, |_| false);
        let added: usize = self
            .prepended
            .iter()
            .chain(&self.appended)
            .map(String::len)
            .sum();
        let mut edited = Vec::with_capacity(body + added + 256);
        self.prepended
            .iter()
            .rev()
            .for_each(|lines| edited.extend_from_slice(lines.as_bytes()));
        let fields_end = fields.last().map_or(0, |field| field.end);
        let mut replaced = vec![false; self.replaced.len()];
        let mut at = 0;
        for field in &fields {
            let fate = self.fate(head, field, &mut replaced);
            if let Fate::Keep = fate {
                continue;
            }
            edited.extend_from_slice(head.get(at..field.start).unwrap_or_default());
            if let Fate::Replace(line) = fate {
                edited.extend_from_slice(line.as_bytes());
            }
            at = field.end;
        }
        edited.extend_from_slice(head.get(at..fields_end).unwrap_or_default());
        self.add_below(&replaced, &mut edited);
        if fields.is_empty() && body == 0 && !edited.is_empty() {
            // There was no header: what we added must not run into the body.
            edited.extend_from_slice(b"\r\n");
        }
        edited.extend_from_slice(head.get(fields_end..body).unwrap_or_default());
        (edited, body)
    }

    fn add_below(&self, replaced: &[bool], edited: &mut Vec<u8>) {
        let missing = self
            .replaced
            .iter()
            .zip(replaced)
            .filter(|(_, done)| !**done);
        let missing = missing.map(|((_, line), _)| line);
        for line in missing.chain(&self.appended) {
            if edited.last().is_some_and(|&byte| byte != b'\n') {
                edited.extend_from_slice(b"\r\n");
            }
            edited.extend_from_slice(line.as_bytes());
        }
    }

    fn fate(&self, head: &[u8], field: &Field, replaced: &mut [bool]) -> Fate<'_> {
        let header = crate::Header {
            source: head,
            field: *field,
        };
        for ((name, line), done) in self.replaced.iter().zip(replaced) {
            if header.is(name) {
                return if std::mem::replace(done, true) {
                    Fate::Remove
                } else {
                    Fate::Replace(line)
                };
            }
        }
        let is_removed = self.removed.iter().any(|removal| {
            let wanted = removal.wanted.as_ref();
            header.is(&removal.name) && wanted.is_none_or(|wanted| wanted(header.raw_value()))
        });
        if is_removed { Fate::Remove } else { Fate::Keep }
    }
}

/// What becomes of a field.
enum Fate<'e> {
    Keep,
    Remove,
    Replace(&'e str),
}

/// One whole field, folded. Nothing in it can end the header or start another field.
fn field(name: &str, value: &str) -> Result<String, EditError> {
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b':');
    if !is_name {
        return Err(EditError::Name(name.to_owned()));
    }
    let line = compose::field(name, value);
    // Header injection: only folds may stand in a value.
    if !is_whole_fields(&line)
        || line.matches("\r\n").count()
            != line.matches("\r\n ").count() + line.matches("\r\n\t").count() + 1
    {
        return Err(EditError::Value(name.to_owned()));
    }
    Ok(line)
}

/// Lines of at most 998 bytes (RFC 5322 §2.1.1), each ended by CRLF, none empty, no bare CR, LF or NUL.
fn is_whole_fields(lines: &str) -> bool {
    let Some(inner) = lines.strip_suffix("\r\n") else {
        return false;
    };
    let mut each = inner.split("\r\n");
    !lines.starts_with([' ', '\t'])
        && each.all(|line| {
            !line.trim().is_empty() && line.len() <= 998 && !line.contains(['\r', '\n', '\0'])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] = b"A: 1\nb: 2\r\n 3\r\nA: 4\r\n\r\nbody\n";

    #[test]
    fn fields_come_and_go() {
        let mut edit = Edit::new();
        edit.prepend("X", "x").unwrap().prepend("Y", "y").unwrap();
        assert_eq!(edit.apply(MAIL), [&b"Y: y\r\nX: x\r\n"[..], MAIL].concat());
        let mut edit = Edit::new();
        edit.remove("a");
        assert_eq!(edit.apply(MAIL), b"b: 2\r\n 3\r\n\r\nbody\n");
        let mut edit = Edit::new();
        edit.remove_where("A", |value| value == b" 4")
            .append("Z", "z")
            .unwrap();
        assert_eq!(edit.apply(MAIL), b"A: 1\nb: 2\r\n 3\r\nZ: z\r\n\r\nbody\n");
        let mut edit = Edit::new();
        edit.replace("A", "9").unwrap().replace("New", "n").unwrap();
        assert_eq!(
            edit.apply(MAIL),
            b"A: 9\r\nb: 2\r\n 3\r\nNew: n\r\n\r\nbody\n"
        );
        assert_eq!(Edit::new().apply(MAIL), MAIL);
    }

    #[test]
    fn odd_mails() {
        let mut edit = Edit::new();
        edit.prepend("X", "x").unwrap();
        assert_eq!(edit.apply(b""), b"X: x\r\n\r\n");
        assert_eq!(edit.apply(b"no header\r\n"), b"X: x\r\n\r\nno header\r\n");
        assert_eq!(edit.apply(b"\r\nbody"), b"X: x\r\n\r\nbody");
        let mut edit = Edit::new();
        edit.append("X", "x").unwrap();
        assert_eq!(edit.apply(b"A: 1"), b"A: 1\r\nX: x\r\n");
    }

    #[test]
    fn nothing_is_injected() {
        for (name, value) in [
            ("A b", "x"),
            ("", "x"),
            ("A:", "x"),
            ("A", "x\r\nB: y"),
            ("A", "x\r\n\r\ny"),
            ("A", "x\ny"),
            ("A", "x\0"),
        ] {
            assert!(
                Edit::new().prepend(name, value).is_err(),
                "{name:?} {value:?}"
            );
        }
        assert!(Edit::new().prepend("A", "x\r\n y").is_ok());
        assert!(Edit::new().prepend_lines("A: 1").is_err());
    }
}
