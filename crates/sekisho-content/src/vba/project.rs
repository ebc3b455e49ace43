//! A VBA project ([MS-OVBA] §2.3.4): its modules and their source.

use std::collections::BTreeMap;

use sekisho_mime::charset;

use super::unpack::unpacked;
use crate::archive::{u16_at, u32_at};
use crate::ole::Stream;

/// Modules of one project; a large one has a hundred.
const MODULES_MAX: usize = 1_000;

/// A module and what was typed into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) source: String,
    /// Compiled code stands in front of a source that could not be read, or that is empty.
    pub(crate) is_stomped: bool,
}

/// What the streams of one OLE file hold of VBA.
#[derive(Debug, Default)]
pub(crate) struct Project {
    pub(crate) modules: Vec<Module>,
    /// Names in compiled code (`_VBA_PROJECT` and its caches), as bytes.
    pub(crate) compiled: Vec<u8>,
    /// Texts of forms: captions, tags and values, in which code hides what it needs.
    pub(crate) forms: Vec<String>,
}

impl Project {
    /// Takes what source can be found in bytes of any kind.
    pub(crate) fn take_sources(&mut self, bytes: &[u8]) {
        let sources = sources_within(bytes, 1252).into_iter();
        self.modules.extend(sources.map(|source| Module {
            name: String::new(),
            source,
            is_stomped: false,
        }));
    }
}

/// The project among these streams; none when they hold no VBA.
pub(crate) fn project(streams: &[Stream]) -> Option<Project> {
    let mut listed: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut code_page = 1252;
    let mut project = Project::default();
    let mut found = false;
    for stream in streams {
        match stream.name.to_ascii_lowercase().as_str() {
            "dir" => {
                if let Some(dir) = unpacked(&stream.bytes) {
                    code_page = modules_of_dir(&dir, &stream.storage, &mut listed);
                    found = true;
                }
            }
            "_vba_project" => {
                project.compiled.extend_from_slice(&stream.bytes);
                found = true;
            }
            _ => {}
        }
    }
    for stream in streams {
        if project.modules.len() >= MODULES_MAX {
            break;
        }
        let key = (stream.storage.to_lowercase(), stream.name.to_lowercase());
        match listed.get(&key) {
            Some(offset) => project.modules.push(module(stream, *offset, code_page)),
            None => {
                let sources = sources_within(&stream.bytes, code_page);
                project
                    .modules
                    .extend(sources.into_iter().map(|source| Module {
                        name: stream.name.clone(),
                        source,
                        is_stomped: false,
                    }));
                if found && matches!(stream.name.as_str(), "o" | "f") {
                    project.forms.push(crate::ole::strings(&stream.bytes));
                }
            }
        }
    }
    (found || !project.modules.is_empty()).then_some(project)
}

fn module(stream: &Stream, offset: usize, code_page: u16) -> Module {
    let at_offset = stream.bytes.get(offset..).and_then(unpacked);
    let source = at_offset
        .map(|bytes| decoded(&bytes, code_page))
        .filter(|source| source.starts_with("Attribute"))
        .or_else(|| sources_within(&stream.bytes, code_page).into_iter().next());
    // Compiled code takes at least some hundred bytes; a module of nothing has less.
    let is_stomped = offset > 500
        && source
            .as_deref()
            .is_none_or(|source| source.trim().is_empty());
    Module {
        name: stream.name.clone(),
        source: source.unwrap_or_default(),
        is_stomped,
    }
}

/// Packed source wherever it stands: it begins with `Attribute` after one byte of flags, which no
/// packer can shorten. Finds modules whose directory is damaged or tells lies.
fn sources_within(bytes: &[u8], code_page: u16) -> Vec<String> {
    memchr::memmem::find_iter(bytes, b"\0Attribut")
        .filter_map(|at| at.checked_sub(3))
        .filter_map(|start| unpacked(bytes.get(start..)?))
        .map(|bytes| decoded(&bytes, code_page))
        .take(MODULES_MAX)
        .collect()
}

fn decoded(bytes: &[u8], code_page: u16) -> String {
    let label = match code_page {
        932 => "shift_jis".to_owned(),
        65001 => "utf-8".to_owned(),
        page => format!("windows-{page}"),
    };
    let label = (!bytes.is_ascii()).then_some(label.as_str());
    charset::decode(bytes, label).text
}

/// The records of the dir stream (§2.3.4.2): id, size, data. Notes where each module's source starts;
/// gives the code page.
fn modules_of_dir(
    dir: &[u8],
    storage: &str,
    listed: &mut BTreeMap<(String, String), usize>,
) -> u16 {
    const CODE_PAGE: u16 = 0x0003;
    const VERSION: u16 = 0x0009;
    const STREAM_NAME: u16 = 0x001A;
    const STREAM_NAME_WIDE: u16 = 0x0032;
    const OFFSET: u16 = 0x0031;
    let mut code_page = 1252;
    let mut names: Vec<String> = Vec::new();
    let mut at = 0;
    while let (Some(id), Some(size)) = (u16_at(dir, at), u32_at(dir, at + 2)) {
        // PROJECTVERSION says 4 and has 6 (§2.3.4.2.1.11).
        let size = if id == VERSION { 6 } else { size as usize };
        let Some(data) = dir.get(at + 6..(at + 6).saturating_add(size)) else {
            break;
        };
        match id {
            CODE_PAGE => code_page = u16_at(data, 0).unwrap_or(code_page),
            STREAM_NAME => names = vec![decoded(data, code_page)],
            STREAM_NAME_WIDE => {
                let units = data.chunks_exact(2);
                let units: Vec<u16> = units
                    .map(|two| u16::from_le_bytes([two[0], two[1]]))
                    .collect();
                names.push(String::from_utf16_lossy(&units));
            }
            OFFSET => {
                let offset = u32_at(data, 0).unwrap_or(0) as usize;
                for name in names.drain(..).take(2) {
                    if listed.len() < 2 * MODULES_MAX {
                        listed.insert((storage.to_lowercase(), name.to_lowercase()), offset);
                    }
                }
            }
            _ => {}
        }
        at = (at + 6).saturating_add(size);
    }
    code_page
}
