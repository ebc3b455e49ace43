//! BODYSTRUCTURE and BODY (RFC 9051 §7.5.2).

use sekisho_mime::{ContentType, Message, Params, Part};

use super::envelope::{push_envelope, push_text};
use crate::limits::{BODY_STRUCTURE_BYTES_MAX, BODY_STRUCTURE_DEPTH_MAX};
use crate::wire::push_nstring;

/// The BODYSTRUCTURE of a message, with its parentheses, as UTF-8.
pub fn body_structure(message: &Message<'_>) -> Vec<u8> {
    write(message, true)
}

/// BODY: the same without extension data.
pub fn body(message: &Message<'_>) -> Vec<u8> {
    write(message, false)
}

fn write(message: &Message<'_>, extended: bool) -> Vec<u8> {
    let mut writer = Writer {
        out: Vec::new(),
        extended,
    };
    writer.part(&message.root(), 0);
    writer.out
}

/// Stands for the parts of a multipart that has none, for which the grammar has no form.
const EMPTY_TEXT: &[u8] = b"(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)";

struct Writer {
    out: Vec<u8>,
    extended: bool,
}

impl Writer {
    fn part(&mut self, part: &Part<'_>, depth: usize) {
        let content_type = part.content_type();
        if part.is_multipart() && !self.is_full(depth) {
            self.multipart(part, &content_type, depth);
        } else {
            self.single(part, &content_type, depth);
        }
    }

    /// `body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]`
    fn multipart(&mut self, part: &Part<'_>, content_type: &ContentType, depth: usize) {
        self.out.push(b'(');
        let mut shown = 0;
        for child in part.children() {
            if self.out.len() > BODY_STRUCTURE_BYTES_MAX {
                break;
            }
            self.part(&child, depth + 1);
            shown += 1;
        }
        if shown == 0 {
            self.out.extend_from_slice(EMPTY_TEXT);
        }
        self.out.push(b' ');
        push_text(&mut self.out, content_type.subtype.as_bytes());
        if self.extended {
            self.out.push(b' ');
            self.params(&content_type.params);
            self.extension(part);
        }
        self.out.push(b')');
    }

    /// `body-type-1part`
    fn single(&mut self, part: &Part<'_>, content_type: &ContentType, depth: usize) {
        let is_message = part.is_message() || content_type.is("message", "rfc822");
        // A message inside base64 (against RFC 2046 §5.2.1) has no parts that a client could
        // fetch by number: it is told as a file, which can be fetched and decoded.
        // The same where the limits end the tree.
        let fetchable = |inner: &Part<'_>| inner.is_in_original() && !self.is_full(depth + 1);
        let inner = part.children().next().filter(fetchable);
        let as_file = part.is_multipart() || (is_message && inner.is_none());
        let (media, subtype) = match (as_file, content_type.media.as_str()) {
            (true, _) => ("application", "octet-stream"),
            // A multipart without boundary has no parts; a person can still read it as text.
            (false, "multipart") => ("text", "plain"),
            (false, media) => (media, content_type.subtype.as_str()),
        };
        self.out.push(b'(');
        push_text(&mut self.out, media.as_bytes());
        self.out.push(b' ');
        push_text(&mut self.out, subtype.as_bytes());
        self.out.push(b' ');
        self.params(&content_type.params);
        self.text(part.content_id());
        self.text(part.description());
        self.out.push(b' ');
        push_text(&mut self.out, part.transfer_encoding_name().as_bytes());
        self.number(part.size());
        if let Some(inner) = inner.filter(|_| is_message) {
            self.message(&inner, depth);
            self.number(part.lines());
        } else if media == "text" {
            self.number(part.lines());
        }
        if self.extended {
            self.text(part.md5());
            self.extension(part);
        }
        self.out.push(b')');
    }

    /// `SP envelope SP body` of the message inside.
    fn message(&mut self, inner: &Part<'_>, depth: usize) {
        self.out.push(b' ');
        push_envelope(&mut self.out, inner);
        self.out.push(b' ');
        self.part(inner, depth + 1);
    }

    fn is_full(&self, depth: usize) -> bool {
        depth >= BODY_STRUCTURE_DEPTH_MAX || self.out.len() > BODY_STRUCTURE_BYTES_MAX
    }

    /// `SP body-fld-dsp SP body-fld-lang SP body-fld-loc`
    fn extension(&mut self, part: &Part<'_>) {
        self.out.push(b' ');
        match part.disposition() {
            Some(disposition) => {
                self.out.push(b'(');
                push_text(&mut self.out, disposition.kind.as_bytes());
                self.out.push(b' ');
                self.params(&disposition.params);
                self.out.push(b')');
            }
            None => push_nstring(&mut self.out, None),
        }
        self.out.push(b' ');
        let languages = part.languages();
        if languages.is_empty() {
            push_nstring(&mut self.out, None);
        } else {
            self.out.push(b'(');
            for (at, language) in languages.iter().take(32).enumerate() {
                if at > 0 {
                    self.out.push(b' ');
                }
                push_text(&mut self.out, language.as_bytes());
            }
            self.out.push(b')');
        }
        self.text(part.location());
    }

    /// `body-fld-param`, names and values as written: RFC 2231 is the client's to read.
    fn params(&mut self, params: &Params) {
        if params.raw.is_empty() {
            push_nstring(&mut self.out, None);
            return;
        }
        self.out.push(b'(');
        for (at, param) in params.raw.iter().enumerate() {
            if self.out.len() > BODY_STRUCTURE_BYTES_MAX && at > 0 {
                break;
            }
            if at > 0 {
                self.out.push(b' ');
            }
            push_text(&mut self.out, param.name.as_bytes());
            self.out.push(b' ');
            push_text(&mut self.out, &param.value);
        }
        self.out.push(b')');
    }

    fn text(&mut self, text: Option<String>) {
        self.out.push(b' ');
        match text {
            Some(text) => push_text(&mut self.out, text.as_bytes()),
            None => push_nstring(&mut self.out, None),
        }
    }

    fn number(&mut self, number: usize) {
        self.out.extend_from_slice(format!(" {number}").as_bytes());
    }
}
