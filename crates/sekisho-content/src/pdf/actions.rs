//! What a PDF does, or asks for, beyond being read (ISO 32000-1 §12.6).

use super::lexer::Object;
use super::objects::Document;
use super::text_string;

/// What was found, whether the file is locked or not: names are never encrypted (§7.6.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Actions {
    /// Scripts, starts of programs, actions at opening, films that are programs.
    pub(crate) is_active: bool,
    /// A field for a password (§12.7.4.3).
    pub(crate) asks_for_password: bool,
    /// Another file, on another machine, that is fetched.
    pub(crate) loads: bool,
}

/// Names that stand for something that runs, as key or as value.
const ACTIVE: &[&[u8]] = &[
    b"JavaScript",
    b"JS",
    b"Launch",
    b"RichMedia",
    b"RichMediaContent",
    b"Flash",
];

/// Actions that only turn pages.
const HARMLESS: &[&[u8]] = &[
    b"GoTo",
    b"Named",
    b"GoTo3DView",
    b"SetOCGState",
    b"Trans",
    b"Hide",
];

/// Actions that leave the file.
const REMOTE: &[&[u8]] = &[b"GoToR", b"GoToE", b"ImportData", b"Thread"];

/// Bit 14 of a text field's flags: what is typed is not shown.
const PASSWORD: usize = 1 << 13;

/// Levels walked; the lexer stops earlier.
const DEPTH_MAX: usize = 64;

impl Actions {
    pub(super) fn of(document: &Document<'_>) -> Self {
        let mut actions = Self::default();
        for item in document.items.values() {
            actions.object(&item.object, document, 0);
        }
        actions
    }

    fn object(&mut self, object: &Object, document: &Document<'_>, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        match object {
            Object::Array(items) => {
                for item in items {
                    self.object(item, document, depth + 1);
                }
            }
            Object::Dict(entries) => {
                self.field(object);
                self.remote(object, document);
                for (key, value) in entries {
                    self.entry(key, value, document);
                    self.object(value, document, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn entry(&mut self, key: &[u8], value: &Object, document: &Document<'_>) {
        let named = value.name().is_some_and(|name| ACTIVE.contains(&name));
        // A viewer's preference may be called as an action is; an action has it as its type.
        self.is_active |=
            ACTIVE.contains(&key) || (named && matches!(key, b"S" | b"Subtype" | b"Type"));
        match key {
            b"OpenAction" => self.is_active |= runs(document.resolved(value)),
            b"AA" => {
                if let Object::Dict(events) = document.resolved(value) {
                    self.is_active |= events
                        .iter()
                        .any(|(_, action)| runs(document.resolved(action)));
                }
            }
            _ => {}
        }
    }

    fn field(&mut self, object: &Object) {
        if object.get(b"FT").and_then(Object::name) != Some(b"Tx".as_slice()) {
            return;
        }
        let flags = object.get(b"Ff").and_then(Object::number).unwrap_or(0);
        let text = |key: &[u8]| match object.get(key) {
            Some(Object::Text(text)) => text_string(text).to_lowercase(),
            _ => String::new(),
        };
        let named = [text(b"T"), text(b"TU")].iter().any(|name| {
            ["password", "passwd", "パスワード", "暗証番号"]
                .iter()
                .any(|word| name.contains(word))
        });
        self.asks_for_password |= flags & PASSWORD != 0 || named;
    }

    fn remote(&mut self, object: &Object, document: &Document<'_>) {
        let kind = object.get(b"S").and_then(Object::name);
        if !kind.is_some_and(|kind| REMOTE.contains(&kind)) {
            return;
        }
        let target = object.get(b"F").map(|target| document.resolved(target));
        let target = match target {
            Some(Object::Dict(_)) => {
                target.and_then(|file| file.get(b"UF").or_else(|| file.get(b"F")))
            }
            target => target,
        };
        if let Some(Object::Text(target)) = target {
            self.loads |= crate::office::is_remote(&text_string(target));
        }
    }
}

/// An action that is more than a jump to a page of its own.
fn runs(action: &Object) -> bool {
    action
        .get(b"S")
        .and_then(Object::name)
        .is_some_and(|kind| !HARMLESS.contains(&kind))
}

/// An action that a safe form of the document leaves out: all but those that turn pages and open links.
pub(crate) fn is_running_action(action: &Object) -> bool {
    const ACTIONS: &[&[u8]] = &[
        b"JavaScript",
        b"Launch",
        b"ImportData",
        b"SubmitForm",
        b"GoToE",
        b"GoToR",
        b"Rendition",
        b"Movie",
        b"Sound",
        b"RichMediaExecute",
    ];
    let kind = action.get(b"S").and_then(Object::name);
    kind.is_some_and(|kind| ACTIONS.contains(&kind))
}

/// What a form in XML (XFA) does.
pub(super) fn form(xml: &str, actions: &mut Actions) {
    actions.asks_for_password |= xml.contains("<passwordEdit");
    actions.is_active |=
        xml.contains("<script") && (xml.contains("javascript") || xml.contains("formcalc"));
}
