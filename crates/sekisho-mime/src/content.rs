//! A part's content: its bytes, its text, its names, each with the readings that programs differ in.

use std::borrow::Cow;

use crate::charset;
use crate::field::sections;
use crate::limits::NAMES_MAX;
use crate::transfer::{base64, quoted_printable, uuencode, yenc};
use crate::{ContentType, Disposition, Param, Part, TransferEncoding};

/// The bytes of a part under one reading of its transfer encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoding<'a> {
    /// The encoding that was undone.
    pub encoding: TransferEncoding,
    /// The file name that the encoding itself carries (uuencode, yEnc).
    pub name: Option<String>,
    /// The bytes.
    pub bytes: Cow<'a, [u8]>,
}

impl<'a> Part<'a> {
    /// The body without its transfer encoding, main reading; borrowed where nothing was encoded.
    pub fn decoded(&self) -> Cow<'a, [u8]> {
        self.transfer_encoding().decode(self.body())
    }

    /// The body under every reading of its transfer encoding, the main one first; also files that
    /// lie uuencoded or yEncoded in a text.
    pub fn decodings(&self) -> Vec<Decoding<'a>> {
        let body = self.body();
        let mut found: Vec<Decoding<'a>> = Vec::new();
        let main = self.transfer_encoding();
        let encodings = self.encodings();
        // The usual reading is the first of those of its encoding: not decoded twice.
        if encodings.len() > 1 {
            add(&mut found, main, None, main.decode(body));
        }
        for encoding in encodings {
            for bytes in readings(encoding, body) {
                add(&mut found, encoding, None, bytes);
            }
        }
        let decoded = found
            .first()
            .map(|main| main.bytes.as_ref())
            .unwrap_or_default();
        let uuencoded = uuencode::files(decoded);
        let yencoded = yenc::files(decoded);
        for (encoding, files) in [
            (TransferEncoding::Uuencode, uuencoded),
            (TransferEncoding::Yenc, yencoded),
        ] {
            for file in files {
                add(
                    &mut found,
                    encoding,
                    Some(file.name),
                    Cow::Owned(file.bytes),
                );
            }
        }
        found
    }

    /// The encodings that some program may take this part to have.
    fn encodings(&self) -> Vec<TransferEncoding> {
        let main = self.transfer_encoding();
        if !self.node().encoding_doubtful && main != TransferEncoding::Unknown {
            return vec![main];
        }
        vec![
            main,
            TransferEncoding::Base64,
            TransferEncoding::QuotedPrintable,
            TransferEncoding::Uuencode,
            TransferEncoding::Identity,
        ]
    }

    /// The text of a text part in Unicode; line ends as they are. `None` for other types.
    pub fn text(&self) -> Option<String> {
        let content_type = self.content_type();
        if content_type.media != "text" || self.node().kind != crate::tree::Kind::Leaf {
            return None;
        }
        let bytes = self.decoded();
        let label = label(&content_type, &bytes);
        Some(charset::decode(&bytes, label.as_deref()).text)
    }

    /// The beginning of a text part, some `bytes_max` bytes of its content, for readers that need no more: of a
    /// large part with one reading nothing beyond that is decoded. `None` for other types.
    pub fn opening(&self, bytes_max: usize) -> Option<String> {
        let content_type = self.content_type();
        let is_text = content_type.media == "text" && self.node().kind == crate::tree::Kind::Leaf;
        if !is_text || self.size() <= bytes_max {
            return self.text();
        }
        let Some(mut stream) = self.stream() else {
            return self.text();
        };
        let mut bytes = Vec::new();
        while bytes.len() < bytes_max && stream.read(&mut bytes) {}
        bytes.truncate(bytes_max);
        let label = label(&content_type, &bytes);
        Some(charset::decode(&bytes, label.as_deref()).text)
    }

    /// The text under every reading of encoding and charset, the main one first. Also for parts of other
    /// types, when their bytes are text.
    pub fn texts(&self) -> Vec<String> {
        let content_type = self.content_type();
        let mut texts: Vec<String> = self.text().into_iter().collect();
        for decoding in self.decodings() {
            if content_type.media != "text" && charset::is_binary(&decoding.bytes) {
                continue;
            }
            let labels = content_type.params.values("charset");
            let hidden = meta_charset(&content_type, &decoding.bytes);
            let labels = labels.iter().map(String::as_str).chain(hidden.as_deref());
            let labels: Vec<&str> = labels.collect();
            let mut decoded = charset::readings(&decoding.bytes, labels.first().copied());
            // A second label (two parameters, or the page's own) is what other programs go by.
            decoded.extend(
                labels
                    .iter()
                    .skip(1)
                    .map(|label| charset::decode(&decoding.bytes, Some(label))),
            );
            for decoded in decoded {
                if !texts.contains(&decoded.text) && texts.len() < NAMES_MAX {
                    texts.push(decoded.text);
                }
            }
        }
        texts
    }

    /// The attachment name that most programs show.
    pub fn name(&self) -> Option<String> {
        self.names().into_iter().next()
    }

    /// Every reading of the attachment name, the likeliest first: Content-Disposition before
    /// Content-Type, RFC 2231 before plain (RFC 6266 §4.3), then what programs make of broken ones.
    pub fn names(&self) -> Vec<String> {
        let (mut disposed, mut typed) = (Vec::new(), Vec::new());
        for header in self.headers() {
            if header.is("Content-Disposition") {
                disposed.push(Disposition::parse(header.raw_value()).params.raw);
            } else if header.is("Content-Type") {
                typed.push(ContentType::parse(header.raw_value()).params.raw);
            }
        }
        let mut names: Vec<String> = Vec::new();
        let fields = disposed
            .iter()
            .map(|raw| ("filename", raw))
            .chain(typed.iter().map(|raw| ("name", raw)));
        for (key, raw) in fields {
            add_names(raw.iter(), key, &mut names);
        }
        // Each key in the other field, and sections spread over both.
        let all = || disposed.iter().chain(&typed).flatten();
        for key in ["filename", "name"] {
            add_names(all(), key, &mut names);
        }
        names
    }
}

fn add<'a>(
    found: &mut Vec<Decoding<'a>>,
    encoding: TransferEncoding,
    name: Option<String>,
    bytes: Cow<'a, [u8]>,
) {
    let is_new = found.iter().all(|known| known.bytes != bytes);
    if found.is_empty() || is_new && !bytes.is_empty() && found.len() < NAMES_MAX {
        found.push(Decoding {
            encoding,
            name,
            bytes,
        });
    }
}

fn add_names<'p>(
    params: impl Iterator<Item = &'p Param> + Clone,
    key: &str,
    names: &mut Vec<String>,
) {
    for name in sections::readings(params, key) {
        // Windows drops blanks at the end; a name that has some is told with them, too.
        for name in [name.trim(), name.trim_start()] {
            if !name.is_empty()
                && !names.iter().any(|known| known == name)
                && names.len() < NAMES_MAX
            {
                names.push(name.to_owned());
            }
        }
    }
}

/// What programs make of a body in this encoding, besides the usual.
fn readings(encoding: TransferEncoding, body: &[u8]) -> Vec<Cow<'_, [u8]>> {
    match encoding {
        TransferEncoding::Base64 => base64_readings(body),
        TransferEncoding::QuotedPrintable => {
            let mut readings = vec![quoted_printable::decode(body)];
            let malformed = quoted_printable::is_malformed(body);
            if malformed {
                readings.push(quoted_printable::decode_dropping(body));
            }
            if malformed || quoted_printable::has_small_digits(body) {
                readings.push(Cow::Owned(quoted_printable::decode_strictly(body)));
            }
            readings
        }
        _ => vec![encoding.decode(body)],
    }
}

fn base64_readings(body: &[u8]) -> Vec<Cow<'_, [u8]>> {
    use base64::Rule;
    let seen = base64::look(body);
    let mut rules = vec![Rule::Segments];
    if seen.odd_padding {
        rules.extend([Rule::StopAtPadding, Rule::IgnorePadding]);
    }
    if seen.junk {
        rules.extend([Rule::StopAtJunk, Rule::SkipJunkLines]);
    }
    if seen.url_alphabet {
        rules.push(Rule::UrlAlphabet);
    }
    if seen.odd_lines {
        rules.push(Rule::EachLine);
    }
    let mut readings: Vec<Vec<u8>> = rules
        .into_iter()
        .map(|rule| base64::decode(body, rule))
        .collect();
    // Encoded twice: a client shows base64, a person decodes it.
    let twice = readings
        .first()
        .filter(|bytes| base64::looks_encoded(bytes));
    if let Some(bytes) = twice.map(|bytes| base64::decode(bytes, Rule::Segments)) {
        readings.push(bytes);
    }
    readings.into_iter().map(Cow::Owned).collect()
}

/// The declared charset; for HTML without one, what the page itself says.
fn label(content_type: &ContentType, bytes: &[u8]) -> Option<String> {
    content_type
        .params
        .value("charset")
        .or_else(|| meta_charset(content_type, bytes))
}

/// `<meta charset=…>` within the first kilobyte, where browsers look.
fn meta_charset(content_type: &ContentType, bytes: &[u8]) -> Option<String> {
    if content_type.subtype != "html" {
        return None;
    }
    let head = bytes.get(..bytes.len().min(1024))?.to_ascii_lowercase();
    let at = memchr::memmem::find(&head, b"charset=")? + 8;
    let label: Vec<u8> = head
        .get(at..)?
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
        .collect();
    String::from_utf8(label)
        .ok()
        .filter(|label| !label.is_empty())
}
