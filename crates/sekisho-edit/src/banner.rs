//! A text above or below that of the mail.

use std::ops::Range;

use sekisho_mime::{Message, Part, TransferEncoding, charset, compose};
use sekisho_policy::BannerPlace;

use crate::edit::CannotEdit;
use crate::limits::TEXT_BYTES_MAX;
use crate::{Patch, bodies, encode, html, wrap};

/// What is to be added.
pub(crate) struct Banner<'e> {
    pub(crate) place: BannerPlace,
    pub(crate) text: &'e str,
    pub(crate) html: Option<&'e str>,
}

/// Adds them to every body; around a mail that must not be touched, or cannot be read in one way, goes a
/// new one.
pub(crate) fn edit(
    message: &Message<'_>,
    banners: &[Banner<'_>],
    head: &mut sekisho_mime::Edit,
    patch: &mut Patch,
) -> Result<(), CannotEdit> {
    if banners.is_empty() {
        return Ok(());
    }
    let words = || {
        let texts: Vec<&str> = banners.iter().map(|banner| banner.text).collect();
        texts.join("\n\n")
    };
    if message.is_signed() || message.is_encrypted() || !has_plain_header(message) {
        wrap::whole(message, &words(), head, patch);
        return Ok(());
    }
    let bodies = bodies::of(message);
    if bodies.is_empty() {
        return wrap::beside(message, &words(), head, patch);
    }
    let plans: Option<Vec<Plan>> = bodies.iter().map(|part| plan(part, banners)).collect();
    match plans {
        Some(plans) => {
            for (part, plan) in bodies.iter().zip(plans) {
                carry_out(part, plan, head, patch)?;
            }
        }
        None => wrap::whole(message, &words(), head, patch),
    }
    Ok(())
}

/// Whether the header is fields and an empty line. With other lines in it, programs do not agree where it
/// ends, and a field more could end up in the text.
fn has_plain_header(message: &Message<'_>) -> bool {
    let fields: usize = message.headers().map(|field| field.raw().len()).sum();
    let header = message.root().header_range().len();
    header == 0 || header == fields + 2
}

/// What becomes of one body.
enum Plan {
    /// The words are there already.
    Nothing,
    /// New bytes at some places of the body as it stands.
    Splices(Vec<(usize, Vec<u8>)>),
    /// Another body in the same encoding.
    Body(Vec<u8>),
    /// Another body in UTF-8, with its transfer encoding.
    Utf8(&'static str, String),
}

/// A body's content with what goes into it.
struct Content<'a> {
    bytes: &'a [u8],
    text: &'a str,
    label: &'a str,
    is_html: bool,
    /// Text of the banners, in the form of the body.
    top: String,
    bottom: String,
}

/// `None`: the body cannot be changed.
fn plan(part: &Part<'_>, banners: &[Banner<'_>]) -> Option<Plan> {
    if part.size() > TEXT_BYTES_MAX {
        return None;
    }
    let encoding = part.transfer_encoding();
    if !matches!(
        encoding,
        TransferEncoding::Identity | TransferEncoding::Base64 | TransferEncoding::QuotedPrintable
    ) {
        return None;
    }
    let content_type = part.content_type();
    let label = content_type.params.value("charset").unwrap_or_default();
    let bytes = part.decoded();
    let decoded = charset::decode(
        &bytes,
        Some(label.as_str()).filter(|label| !label.is_empty()),
    );
    // A shift that stands for itself would change how what is added is read.
    if decoded.malformed || decoded.text.contains(['\0', '\u{e}', '\u{f}', '\u{1b}']) {
        return None;
    }
    let is_html = content_type.subtype == "html";
    let (top, bottom) = wanted(banners, &decoded.text, is_html);
    if top.is_empty() && bottom.is_empty() {
        return Some(Plan::Nothing);
    }
    let content = Content {
        bytes: &bytes,
        text: &decoded.text,
        label: &label,
        is_html,
        top,
        bottom,
    };
    let in_place = content
        .is_as_labelled()
        .then(|| content.in_place(part, encoding))
        .flatten();
    Some(in_place.unwrap_or_else(|| content.in_utf8(part)))
}

/// The words that are not there yet, in the form of the body.
fn wanted(banners: &[Banner<'_>], text: &str, is_html: bool) -> (String, String) {
    let shown = bare(text);
    let mut sides = [Vec::new(), Vec::new()];
    for banner in banners {
        let form = match (is_html, banner.html) {
            (true, Some(html)) => html.replace('\n', "\r\n"),
            (true, None) => html::of_text(banner.text),
            (false, _) => banner.text.trim_end_matches('\n').replace('\n', "\r\n"),
        };
        if !shown.contains(&bare(&form)) {
            let side = usize::from(banner.place == BannerPlace::Bottom);
            if let Some(side) = sides.get_mut(side) {
                side.push(form);
            }
        }
    }
    let [top, bottom] = sides.map(|side| side.join("\r\n\r\n"));
    (top, bottom)
}

/// Blanks and line ends are folded differently by every program that answers.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

impl Content<'_> {
    /// Whether the bytes are what the label says: then more of the same charset may stand beside them.
    fn is_as_labelled(&self) -> bool {
        if matches!(self.label, "" | "us-ascii") {
            return self.bytes.is_ascii() && !self.bytes.contains(&0x1b);
        }
        let read = charset::decode_strictly(self.bytes, self.label);
        read.is_some_and(|read| !read.malformed && read.text == self.text)
    }

    /// Text and place of each banner; behind a text that has no last line end goes one.
    fn insertions(&self) -> Vec<(usize, String)> {
        let mut all = Vec::new();
        let (top_at, bottom_at) = if self.is_html {
            (
                html::place(self.text, BannerPlace::Top),
                html::place(self.text, BannerPlace::Bottom),
            )
        } else {
            (0, self.text.len())
        };
        if !self.top.is_empty() {
            let between = if self.is_html { "\r\n" } else { "\r\n\r\n" };
            all.push((top_at, format!("{}{between}", self.top)));
        }
        if !self.bottom.is_empty() {
            let ends = self.text.ends_with('\n');
            let text = match (self.is_html, ends) {
                (true, _) => format!("{}\r\n", self.bottom),
                (false, true) => format!("\r\n{}\r\n", self.bottom),
                (false, false) => format!("\r\n\r\n{}", self.bottom),
            };
            all.push((bottom_at.max(top_at), text));
        }
        all
    }

    /// The same in the charset of the body, at places of its bytes.
    fn encoded(&self) -> Option<Vec<(usize, Vec<u8>)>> {
        let mut all = Vec::new();
        for (at, text) in self.insertions() {
            let at = if at == self.text.len() {
                self.bytes.len()
            } else {
                let before = encode::encode(self.text.get(..at)?, self.label)?;
                self.bytes.starts_with(&before).then_some(before.len())?
            };
            let reset = encode::reset(self.label, self.bytes.get(..at)?);
            let text = encode::encode(&text, self.label)?;
            all.push((at, [reset, &text].concat()));
        }
        Some(all)
    }

    fn in_place(&self, part: &Part<'_>, encoding: TransferEncoding) -> Option<Plan> {
        let insertions = self.encoded()?;
        let body = part.body();
        if encoding == TransferEncoding::Identity {
            let eight_bit = !part.body().is_ascii()
                || matches!(part.transfer_encoding_name().as_str(), "8BIT" | "BINARY");
            let fits = |(_, bytes): &(usize, Vec<u8>)| encode::is_identity(bytes, eight_bit);
            return insertions
                .iter()
                .all(fits)
                .then_some(Plan::Splices(insertions));
        }
        if encoding == TransferEncoding::QuotedPrintable && !self.is_html {
            let ends_soft = body.trim_ascii_end().ends_with(b"=");
            let at_an_end = |at: usize| match at {
                0 => Some(0),
                at if at == self.bytes.len() && !ends_soft => Some(body.len()),
                _ => None,
            };
            let splices = insertions
                .iter()
                .map(|(at, bytes)| Some((at_an_end(*at)?, encode::quoted_printable(bytes))));
            if let Some(splices) = splices.collect() {
                return Some(Plan::Splices(splices));
            }
        }
        let mut content = self.bytes.to_vec();
        for (at, bytes) in insertions.into_iter().rev() {
            content.splice(at..at, bytes);
        }
        let body = if encoding == TransferEncoding::Base64 {
            compose::base64_body(&content).into_bytes()
        } else {
            encode::quoted_printable(&content)
        };
        Some(Plan::Body(body))
    }

    fn in_utf8(&self, part: &Part<'_>) -> Plan {
        let mut text = self.text.to_owned();
        for (at, words) in self.insertions().into_iter().rev() {
            text.insert_str(at, &words);
        }
        let (encoding, mut body) = compose::text_body(&text);
        if part.parent().is_some() && !self.text.ends_with('\n') {
            // The last line end would belong to the delimiter (RFC 2046 §5.1.1).
            body.truncate(body.trim_end_matches("\r\n").len());
        }
        Plan::Utf8(encoding, body)
    }
}

fn carry_out(
    part: &Part<'_>,
    plan: Plan,
    head: &mut sekisho_mime::Edit,
    patch: &mut Patch,
) -> Result<(), CannotEdit> {
    let body = part.body_range();
    match plan {
        Plan::Nothing => {}
        Plan::Splices(splices) => {
            for (at, bytes) in splices {
                let at = body.start + at;
                patch.put(at..at, bytes);
            }
        }
        Plan::Body(new) => patch.put(body.clone(), ended_alike(new, part, body)),
        Plan::Utf8(encoding, new) => {
            let content_type = in_utf8(part);
            set(part, "Content-Type", &content_type, head, patch)?;
            set(part, "Content-Transfer-Encoding", encoding, head, patch)?;
            if part.parent().is_none() && part.header_count("MIME-Version") == 0 {
                head.replace("MIME-Version", "1.0")?;
            }
            patch.put(body.clone(), ended_alike(new.into_bytes(), part, body));
        }
    }
    Ok(())
}

/// A body inside a multipart ends without the line end that belongs to the delimiter.
fn ended_alike(mut new: Vec<u8>, part: &Part<'_>, body: Range<usize>) -> Vec<u8> {
    let before = part.source().get(body).unwrap_or_default();
    if part.parent().is_some() && !before.ends_with(b"\n") {
        while new.ends_with(b"\r\n") {
            new.truncate(new.len() - 2);
        }
    }
    new
}

/// The content type with its parameters, but for the charset.
fn in_utf8(part: &Part<'_>) -> String {
    let found = part.header("Content-Type").map(|field| field.unfolded());
    let found = found.map(|value| String::from_utf8_lossy(&value).into_owned());
    let found = found.unwrap_or_else(|| "text/plain".to_owned());
    let mut kept: Vec<&str> = Vec::new();
    for parameter in parameters(&found) {
        let name = parameter.split('=').next().unwrap_or_default().trim();
        let is_charset = name
            .get(..7)
            .is_some_and(|name| name.eq_ignore_ascii_case("charset"));
        if !is_charset && !parameter.trim().is_empty() {
            kept.push(parameter.trim());
        }
    }
    kept.push("charset=utf-8");
    kept.join("; ")
}

/// Cut at semicolons that are not inside quotes.
fn parameters(value: &str) -> Vec<&str> {
    let (mut quoted, mut escaped, mut from) = (false, false, 0);
    let mut all = Vec::new();
    for (at, c) in value.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                all.push(value.get(from..at).unwrap_or_default());
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(value.get(from..).unwrap_or_default());
    all
}

/// One field of a part's header; that of the mail goes with its other changes.
fn set(
    part: &Part<'_>,
    name: &str,
    value: &str,
    head: &mut sekisho_mime::Edit,
    patch: &mut Patch,
) -> Result<(), CannotEdit> {
    if part.parent().is_none() {
        head.replace(name, value)?;
        return Ok(());
    }
    let line = compose::field(name, value).into_bytes();
    match part.header(name) {
        Some(field) => patch.put(field.range(), line),
        None => {
            let start = part.range().start;
            patch.put(start..start, line);
        }
    }
    Ok(())
}
