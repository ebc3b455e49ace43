//! The encryption dictionary of a file: found by its name, for the table that points to it may be
//! anywhere or nowhere.

use memchr::memmem;

use super::lexer::{Lexer, Object};
use crate::locked::pdf::{Lock, Method};

/// The lock of a file, where it has one that is known here.
pub(super) fn lock(bytes: &[u8]) -> Option<Lock> {
    let finder = memmem::Finder::new(b"/Encrypt");
    finder.find_iter(bytes).take(8).find_map(|at| {
        let end = at + b"/Encrypt".len();
        // `/EncryptMetadata` is another key.
        if bytes.get(end).is_some_and(u8::is_ascii_alphabetic) {
            return None;
        }
        let dictionary = match Lexer::new(bytes, end, true).object()? {
            Object::Ref(number) => object(bytes, number)?,
            dictionary => dictionary,
        };
        read(&dictionary, &first_id(bytes, at))
    })
}

fn object(bytes: &[u8], number: u32) -> Option<Object> {
    let mark = format!("{number} 0 obj");
    let places = memmem::find_iter(bytes, mark.as_bytes());
    // The last one is the one in force; a digit before it makes another number.
    let at = places
        .filter(|at| {
            let before = at.checked_sub(1).and_then(|at| bytes.get(at));
            !before.is_some_and(u8::is_ascii_digit)
        })
        .last()?;
    Lexer::new(bytes, at + mark.len(), true).object()
}

/// The first half of `/ID`, nearest to the key that named the lock.
fn first_id(bytes: &[u8], near: usize) -> Vec<u8> {
    let before = bytes.get(..near).unwrap_or_default();
    let after = bytes.get(near..).unwrap_or_default();
    let behind = memmem::find(after, b"/ID").map(|at| near + at);
    let ahead = memmem::rfind(before, b"/ID");
    let mut places: Vec<usize> = behind.into_iter().chain(ahead).collect();
    places.sort_by_key(|at| at.abs_diff(near));
    let id = places
        .into_iter()
        .find_map(|at| match Lexer::new(bytes, at + 3, true).object()? {
            Object::Array(halves) => match halves.into_iter().next() {
                Some(Object::Text(first)) => Some(first),
                _ => None,
            },
            _ => None,
        });
    id.unwrap_or_default()
}

fn read(dictionary: &Object, id: &[u8]) -> Option<Lock> {
    let number = |key: &[u8]| dictionary.get(key).and_then(Object::number);
    let text = |key: &[u8]| match dictionary.get(key) {
        Some(Object::Text(text)) => Some(text.clone()),
        _ => None,
    };
    if dictionary.get(b"Filter").and_then(Object::name) != Some(b"Standard") {
        return None;
    }
    let version = number(b"V").unwrap_or(0);
    let revision = number(b"R")?;
    let bits = number(b"Length").unwrap_or(40);
    let key_bytes = match (version, revision) {
        (1, _) | (_, 2) => 5,
        (4, _) => 16,
        (5, _) => 32,
        _ => bits.clamp(40, 128) / 8,
    };
    let permissions = match dictionary.get(b"P") {
        // Written as a signed number by most, as an unsigned one by some.
        Some(Object::Number(number)) => *number as i64 as i32,
        _ => return None,
    };
    let is_false = |object: &Object| matches!(object, Object::Word(word) if word == b"false");
    Some(Lock {
        revision,
        key_bytes,
        owner: text(b"O")?,
        user: text(b"U")?,
        owner_key: text(b"OE").unwrap_or_default(),
        user_key: text(b"UE").unwrap_or_default(),
        permissions,
        id: id.to_vec(),
        locks_metadata: !dictionary.get(b"EncryptMetadata").is_some_and(is_false),
        streams: method(dictionary, b"StmF", version)?,
        strings: method(dictionary, b"StrF", version)?,
    })
}

/// The crypt filter that is named for streams or strings (ISO 32000-2 §7.6.6).
fn method(dictionary: &Object, key: &[u8], version: usize) -> Option<Method> {
    if version < 4 {
        return Some(Method::Rc4);
    }
    let Some(name) = dictionary.get(key).and_then(Object::name) else {
        return Some(Method::Identity);
    };
    if name == b"Identity" {
        return Some(Method::Identity);
    }
    let filter = dictionary.get(b"CF")?.get(name)?;
    Some(match filter.get(b"CFM").and_then(Object::name) {
        Some(b"V2") => Method::Rc4,
        Some(b"AESV2") => Method::Aes128,
        Some(b"AESV3") => Method::Aes256,
        Some(b"None") | None => Method::Identity,
        _ => return None,
    })
}
