//! Office Open XML without its macros: the parts, the relations to them and their content types go,
//! and the main part says that it is a document without macros.

use std::collections::BTreeSet;

use super::Safe;
use super::zip_writer::ZipWriter;
use crate::archive::{Content, Zip};
use crate::budget::Budget;
use crate::markup::{Token, Tokens};

/// Ends of types of relations whose target runs, or serves what runs (ECMA-376; [MS-OFFMACRO2]).
const RUNNING: &[&str] = &[
    "/vbaProject",
    "/vbaProjectSignature",
    "/vbaProjectSignatureAgile",
    "/vbaProjectSignatureV3",
    "/wordVbaData",
    "/xlMacrosheet",
    "/xlIntlMacrosheet",
    "/attachedToolbars",
    "/extensibility",
    "/attachedTemplate",
];

/// Content types of documents with macros, and those without.
const PLAIN: &[(&str, &str)] = &[
    (
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    ),
    (
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ),
    (
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    ),
    (
        "application/vnd.ms-excel.template.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    ),
    (
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
    (
        "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
    ),
    (
        "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
    ),
    (
        "application/vnd.ms-visio.drawing.macroEnabled.main+xml",
        "application/vnd.ms-visio.drawing.main+xml",
    ),
];

/// The package rebuilt without macros, macro sheets, ribbons that call macros and attached templates.
/// `None` for what is no such package, is locked or damaged, or goes over the limits.
pub fn without_macros(package: &[u8]) -> Option<Safe> {
    let kind = crate::kind::identify(package, None).name();
    let extension = match kind {
        "docx" | "docm" => "docx",
        "xlsx" | "xlsm" => "xlsx",
        "pptx" | "pptm" => "pptx",
        "vsdx" | "vsdm" => "vsdx",
        _ => return None,
    };
    let members = members(package)?;
    let mut running: BTreeSet<String> = BTreeSet::new();
    let mut ids: BTreeSet<(String, String)> = BTreeSet::new();
    for (name, bytes) in &members {
        if name.ends_with(".rels") {
            running_targets(
                name,
                &String::from_utf8_lossy(bytes),
                &mut running,
                &mut ids,
            );
        } else if is_macro_project(name, bytes) {
            running.insert(name.clone());
        }
    }
    let mut writer = ZipWriter::default();
    let mut removed = Vec::new();
    for (name, bytes) in &members {
        if running.contains(name) || is_relations_of(name, &running) {
            removed.push(name.clone());
            continue;
        }
        match rewritten(name, bytes, &running, &ids, &mut removed) {
            Some(text) => writer.add(name, text.as_bytes())?,
            None => writer.add(name, bytes)?,
        }
    }
    Some(Safe {
        bytes: writer.finish()?,
        removed,
        extension: Some(extension),
    })
}

/// Names and bytes of a package that is whole.
fn members(package: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let zip = Zip::read(package);
    if zip.trouble.malformed || zip.trouble.bomb {
        return None;
    }
    let mut budget = Budget::new(package.len(), &[]);
    let mut members = Vec::new();
    for entry in &zip.entries {
        let [name] = entry.names.as_slice() else {
            return None;
        };
        let name = String::from_utf8_lossy(name).into_owned();
        if entry.encrypted {
            return None;
        }
        budget.take_member().ok()?;
        let Content::Bytes(bytes, _, None) = zip.content(entry, &mut budget) else {
            return None;
        };
        budget.take_bytes(bytes.len()).ok()?;
        if !name.ends_with('/') {
            members.push((name, bytes));
        }
    }
    Some(members)
}

/// A project under whatever name.
fn is_macro_project(name: &str, bytes: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with("vbaproject.bin")
        || lower.contains("/macrosheets/")
        || lower.starts_with("customui/")
        || (bytes.starts_with(b"\xD0\xCF\x11\xE0")
            && crate::kind::identify(bytes, None).name() == "vba")
}

/// Parts that relations of the running kinds point to, and the numbers of these relations.
fn running_targets(
    name: &str,
    rels: &str,
    running: &mut BTreeSet<String>,
    ids: &mut BTreeSet<(String, String)>,
) {
    // `word/_rels/document.xml.rels` speaks for `word/document.xml`.
    let source = name.replace("_rels/", "");
    let source = source.strip_suffix(".rels").unwrap_or(&source).to_owned();
    let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
    for token in Tokens::of(rels) {
        let Token::Open(tag) = token else {
            continue;
        };
        let kind = tag.attribute("Type").unwrap_or_default();
        if !RUNNING.iter().any(|end| kind.ends_with(end)) {
            continue;
        }
        let target = tag.attribute("Target").unwrap_or_default();
        ids.insert((source.clone(), tag.attribute("Id").unwrap_or_default()));
        running.insert(resolved(folder, &target));
    }
}

/// `../customXml/item1.xml` in `word` → `customXml/item1.xml`
fn resolved(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The relations of a part that goes.
fn is_relations_of(name: &str, running: &BTreeSet<String>) -> bool {
    name.strip_suffix(".rels")
        .is_some_and(|name| running.contains(&name.replace("_rels/", "")))
}

/// The text of a part that has to change; `None` for one that stays as it is.
fn rewritten(
    name: &str,
    bytes: &[u8],
    running: &BTreeSet<String>,
    ids: &BTreeSet<(String, String)>,
    removed: &mut Vec<String>,
) -> Option<String> {
    let text = || std::str::from_utf8(bytes).ok();
    if name == "[Content_Types].xml" {
        let mut out = without_elements(text()?, |element, tag| {
            let part = tag.attribute("PartName").unwrap_or_default();
            let kind = tag
                .attribute("ContentType")
                .unwrap_or_default()
                .to_ascii_lowercase();
            (element == "Override" && running.contains(part.trim_start_matches('/')))
                || (element == "Default" && kind.contains("vbaproject"))
        });
        for (with, plain) in PLAIN {
            out = out.replace(with, plain);
        }
        return Some(out);
    }
    if name.ends_with(".rels") {
        let source = name.replace("_rels/", "");
        let source = source.strip_suffix(".rels").unwrap_or(&source).to_owned();
        return Some(without_elements(text()?, |element, tag| {
            let id = tag.attribute("Id").unwrap_or_default();
            element == "Relationship" && ids.contains(&(source.clone(), id))
        }));
    }
    let own: Vec<&str> = ids
        .iter()
        .filter(|(source, _)| source == name)
        .map(|(_, id)| id.as_str())
        .collect();
    if own.is_empty() && !name.ends_with("workbook.xml") {
        return None;
    }
    // What refers to a relation that is gone: the sheet of macros, the template; names that start one.
    Some(without_elements(text()?, |element, tag| {
        let id = tag.attribute("r:id").unwrap_or_default();
        let automatic = element == "definedName"
            && tag
                .attribute("name")
                .is_some_and(|name| crate::xlm::is_automatic_name(&name));
        let goes = automatic
            || (matches!(element, "sheet" | "attachedTemplate") && own.contains(&id.as_str()));
        if goes {
            removed.push(format!("{name}: {element}"));
        }
        goes
    }))
}

/// The text without the elements that are not wanted, with all that is in them.
fn without_elements(
    text: &str,
    mut goes: impl FnMut(&str, &crate::markup::Tag<'_>) -> bool,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut skipping: Option<(String, usize)> = None;
    let mut tokens = Tokens::of(text);
    let mut at = 0;
    while let Some(token) = tokens.next() {
        let end = text.len() - tokens.left();
        let written = text.get(at..end).unwrap_or_default();
        at = end;
        match (&token, &mut skipping) {
            (Token::Open(tag), Some((name, depth))) if tag.name == name && !tag.is_closed => {
                *depth += 1
            }
            (Token::Close(name), Some((open, depth))) if name == open => {
                *depth -= 1;
                if *depth == 0 {
                    skipping = None;
                }
            }
            (_, Some(_)) => {}
            (Token::Open(tag), None) if goes(local(tag.name), tag) => {
                if !tag.is_closed {
                    skipping = Some((tag.name.to_owned(), 1));
                }
            }
            _ => out.push_str(written),
        }
    }
    out
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
