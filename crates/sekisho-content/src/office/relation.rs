//! Relations of a package (ECMA-376 part 2, §9.3) to what lies outside it.

use super::xml::local;
use crate::markup::{Token, Tokens};

/// Relations that are loaded when the document is opened (template injection, MITRE ATT&CK
/// T1221; remote objects, frames and pictures). A hyperlink waits for a click and is none.
const LOADED: &[&str] = &[
    "attachedTemplate",
    "frame",
    "subDocument",
    "externalLink",
    "externalLinkPath",
    "aFChunk",
    "mailMergeSource",
    "mailMergeHeaderSource",
    "recipientData",
    "audio",
    "video",
    "media",
    "customXml",
    "settings",
    "worksheet",
    "slideUpdateUrl",
];

/// Schemes that start a program of the system (Follina, CVE-2022-30190, and its kin).
const STARTING: &[&str] = &[
    "ms-msdt:",
    "search-ms:",
    "search:",
    "ms-search:",
    "ms-officecmd:",
    "ms-appinstaller:",
    "ms-excel:",
    "ms-word:",
    "ms-powerpoint:",
    "mhtml:",
    "mk:@msitstore:",
    "its:",
    "script:",
    "javascript:",
    "vbscript:",
];

/// Whether opening the document loads something from elsewhere.
pub(super) fn has_external_load(xml: &str) -> bool {
    Tokens::of(xml).any(|token| {
        let Token::Open(tag) = token else {
            return false;
        };
        let external = local(tag.name) == "Relationship"
            && tag
                .attribute("TargetMode")
                .is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
        if !external {
            return false;
        }
        let kind = tag.attribute("Type").unwrap_or_default();
        let kind = kind.rsplit('/').next().unwrap_or_default();
        let target = tag.attribute("Target").unwrap_or_default();
        // A linked object is fetched wherever it lies.
        kind == "oleObject"
            || (LOADED.contains(&kind) && is_remote(&target))
            // A picture of the web is what any mail may show; from a share it takes a sign-in with it.
            || (kind == "image" && is_share(&target))
            || is_starting(&target)
    })
}

/// Whether a path or URL lies on another machine. Paths of one's own disk, and relative ones, are
/// what templates of daily work point to.
pub(crate) fn is_remote(target: &str) -> bool {
    const SCHEMES: &[&str] = &["http:", "https:", "ftp:", "ftps:", "webdav:", "dav:"];
    let lower = target.trim().trim_matches('"').to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| lower.starts_with(scheme))
        || is_share(target)
        || is_starting(target)
}

/// Whether a path lies on a share of another machine: `\\server\share`, `file://server/share`,
/// `file:////server/share`, not `file:///C:/x`.
pub(crate) fn is_share(target: &str) -> bool {
    let lower = target.trim().trim_matches('"').to_ascii_lowercase();
    let target = lower.replace('\\', "/");
    let host = target.strip_prefix("file:").unwrap_or(&target);
    let is_local = host.starts_with("///") && !host.starts_with("////");
    let name = host
        .strip_prefix("//")
        .map(|rest| rest.trim_start_matches('/'));
    let is_host = name.is_some_and(|name| !name.is_empty() && name.get(1..2) != Some(":"));
    (is_host && !is_local) || target.starts_with("smb:")
}

pub(crate) fn is_starting(target: &str) -> bool {
    let target = target.trim_start().to_ascii_lowercase();
    STARTING.iter().any(|scheme| target.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::{has_external_load, is_remote};

    fn relation(kind: &str, target: &str) -> bool {
        has_external_load(&format!(
            "<Relationships><Relationship Id=\"r1\" Type=\"http://x/relationships/{kind}\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>"
        ))
    }

    #[test]
    fn what_is_loaded_from_elsewhere() {
        assert!(relation("attachedTemplate", "https://a.example/t.dotm"));
        assert!(relation("attachedTemplate", "\\\\10.0.0.1\\s\\t.dotm"));
        assert!(!relation(
            "attachedTemplate",
            "file:///C:\\Users\\a\\Normal.dotm"
        ));
        assert!(relation("oleObject", "file:///C:\\a.doc"));
        assert!(relation(
            "oleObject",
            "mhtml:http://a.example/x!x-usc:http://a.example/x"
        ));
        assert!(!relation("hyperlink", "https://a.example/"));
        assert!(relation("hyperlink", "ms-msdt:/id PCWDiagnostic"));
        assert!(relation("externalLinkPath", "http://a.example/x.xlsx"));
        assert!(!relation("externalLinkPath", "file:///S:\\shared\\x.xlsx"));
        assert!(!relation("externalLinkPath", "x.xlsx"));
    }

    #[test]
    fn places() {
        assert!(is_remote("file://server/share/x.dot"));
        assert!(is_remote("file:////server/share/x.dot"));
        assert!(!is_remote("file:///C:/x.dot"));
        assert!(!is_remote("../x.dot"));
    }
}
