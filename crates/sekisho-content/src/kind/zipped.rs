//! Which of the many formats that are zips this zip is, by the members it names.

/// Member names and types, in the order of trust.
const MARKS: &[(&str, &str)] = &[
    ("word/vbaProject.bin", "docm"),
    ("xl/vbaProject.bin", "xlsm"),
    ("ppt/vbaProject.bin", "pptm"),
    ("xl/workbook.bin", "xlsb"),
    ("word/document", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
    ("visio/vbaProject.bin", "vsdm"),
    ("visio/document.xml", "vsdx"),
    ("FixedDocSeq.fdseq", "xps"),
    ("FixedDocumentSequence.fdseq", "xps"),
    ("META-INF/container.xml", "epub"),
    ("AndroidManifest.xml", "apk"),
    ("AppxManifest.xml", "msix"),
    ("META-INF/MANIFEST.MF", "jar"),
];

pub(super) fn kind(bytes: &[u8]) -> &'static str {
    let names = crate::archive::zip_names(bytes);
    let is_package = names
        .iter()
        .any(|name| name == b"[Content_Types].xml" || name == b"_rels/.rels");
    for (mark, kind) in MARKS {
        let found = names.iter().any(|name| name.starts_with(mark.as_bytes()));
        let office = mark.contains('/') && !mark.starts_with("META");
        if found && (is_package || !office) {
            return kind;
        }
    }
    open_document(bytes).unwrap_or("zip")
}

/// OpenDocument and EPUB start with an unpacked member `mimetype` (ODF 1.2 part 3, §3.3).
fn open_document(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.get(30..)?.strip_prefix(b"mimetype")?;
    let start = start.get(..80).unwrap_or(start);
    let mark = |needle: &str| memchr::memmem::find(start, needle.as_bytes()).is_some();
    if mark("opendocument.text") {
        Some("odt")
    } else if mark("opendocument.spreadsheet") {
        Some("ods")
    } else if mark("opendocument.presentation") {
        Some("odp")
    } else if mark("opendocument.graphics") {
        Some("odg")
    } else if mark("epub+zip") {
        Some("epub")
    } else {
        None
    }
}
