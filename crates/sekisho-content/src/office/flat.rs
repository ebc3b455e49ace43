//! Documents of Office in one XML file: flat OPC, WordML and SpreadsheetML of 2003.

use super::{Embedded, active, relation, xml};
use crate::markup::{Token, Tokens};
use crate::opened::Opened;
use crate::verdict::Verdict;

/// Whether an XML text is one of Office's.
pub(crate) fn is_office(xml: &str) -> bool {
    let head = xml
        .get(..xml.len().min(4_096))
        .or_else(|| xml.get(..xml.floor_char_boundary(4_096)));
    let head = head.unwrap_or_default();
    [
        "<?mso-application",
        "<pkg:package",
        "schemas.microsoft.com/office/word/2003/wordml",
        "urn:schemas-microsoft-com:office:spreadsheet",
        "urn:oasis:names:tc:opendocument",
    ]
    .iter()
    .any(|mark| head.contains(mark))
}

/// What the document does, and the files in it. Its text is taken by the reader of XML.
pub(crate) fn look(text: &str, opened: &mut Opened) -> (Vec<String>, Vec<Embedded>) {
    active::look(text, opened);
    if relation::has_external_load(text) {
        opened.say(Verdict::ExternalLink);
    }
    let mut embedded = Vec::new();
    let mut name = String::new();
    let mut in_binary = false;
    let mut packed = String::new();
    for token in Tokens::of(text) {
        match token {
            Token::Open(tag) => match xml::local(tag.name) {
                "part" => {
                    name = tag
                        .attribute("pkg:name")
                        .unwrap_or_default()
                        .trim_start_matches('/')
                        .to_owned()
                }
                "binData" => {
                    name = tag.attribute("w:name").unwrap_or_default();
                    in_binary = !tag.is_closed;
                }
                "binaryData" | "binary-data" | "OfficeBinary" => in_binary = !tag.is_closed,
                // WordML names a template, frame or subdocument by its path.
                "attachedTemplate" | "subDoc" | "sourceFileName"
                    if tag
                        .attributes()
                        .any(|(_, value)| relation::is_remote(value)) =>
                {
                    opened.say(Verdict::ExternalLink);
                }
                _ => {}
            },
            Token::Text(text) | Token::Verbatim(text) if in_binary => packed.push_str(text),
            Token::Close(closing)
                if in_binary
                    && matches!(
                        xml::local(closing),
                        "binData" | "binaryData" | "binary-data" | "OfficeBinary"
                    ) =>
            {
                in_binary = false;
                let bytes = crate::text::base64_bytes(packed.as_bytes());
                packed.clear();
                let name = std::mem::take(&mut name);
                if !super::is_plain_picture(&name.to_ascii_lowercase()) {
                    let name = name.rsplit('/').next().unwrap_or_default().to_owned();
                    embedded.push(Embedded { name, bytes });
                }
            }
            _ => {}
        }
    }
    (xml::texts(&without_binary(text)), embedded)
}

/// The text without its base64, which is no text to read.
fn without_binary(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(1 << 20));
    let mut rest = text;
    while let Some(at) = ["binData", "binaryData", "binary-data"]
        .iter()
        .filter_map(|mark| memchr::memmem::find(rest.as_bytes(), mark.as_bytes()))
        .min()
    {
        let end = rest
            .get(at..)
            .and_then(|from| from.find('>'))
            .map_or(rest.len(), |length| at + length + 1);
        out.push_str(rest.get(..end).unwrap_or_default());
        rest = rest.get(end..).unwrap_or_default();
        let close = memchr::memmem::find(rest.as_bytes(), b"</").unwrap_or(rest.len());
        rest = rest.get(close..).unwrap_or_default();
        // Past the closing tag, whose name is the same.
        let after = rest.find('>').map_or(rest.len(), |at| at + 1);
        out.push_str(rest.get(..after).unwrap_or_default());
        rest = rest.get(after..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
