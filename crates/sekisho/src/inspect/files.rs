//! The files that requests name. Zones, keyword lists and organisations are the same for many requests of a
//! batch: each is read once.

use std::collections::HashMap;
use std::io::Read;
use std::rc::Rc;

use sekisho_facts::Organisation;
use serde_json::Value;

/// A mail of more than this is refused: it would not be accepted by SMTP either.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// Files read so far.
#[derive(Default)]
pub(super) struct Files {
    zones: HashMap<String, Rc<Value>>,
    organisations: HashMap<String, Rc<Organisation>>,
    keywords: HashMap<String, Rc<str>>,
}

impl Files {
    /// A zone file.
    pub(super) fn zone(&mut self, path: &str) -> Result<Rc<Value>, String> {
        cached(&mut self.zones, path, |bytes| {
            let zone = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
            Ok(Rc::new(zone))
        })
    }

    /// What an organisation knows.
    pub(super) fn organisation(&mut self, path: &str) -> Result<Rc<Organisation>, String> {
        cached(&mut self.organisations, path, |bytes| {
            let organisation = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
            Ok(Rc::new(organisation))
        })
    }

    /// A list of phrases.
    pub(super) fn keywords(&mut self, path: &str) -> Result<Rc<str>, String> {
        cached(&mut self.keywords, path, |bytes| {
            let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
            Ok(Rc::from(text))
        })
    }
}

fn cached<T: Clone>(
    known: &mut HashMap<String, T>,
    path: &str,
    make: impl FnOnce(&[u8]) -> Result<T, String>,
) -> Result<T, String> {
    if let Some(value) = known.get(path) {
        return Ok(value.clone());
    }
    let value = make(&read(path)?).map_err(|error| format!("{path}: {error}"))?;
    known.insert(path.to_owned(), value.clone());
    Ok(value)
}

/// A file whole; `-` is the standard input.
pub(super) fn read(path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = if path == "-" {
        std::io::stdin()
            .lock()
            .take(FILE_BYTES_MAX + 1)
            .read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| format!("{path}: {error}"))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("{path}: larger than {} MiB", FILE_BYTES_MAX >> 20));
    }
    Ok(bytes)
}
