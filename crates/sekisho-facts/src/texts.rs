//! Every text of a mail's header and structure, with its place.

use sekisho_mime::{Message, Part, charset};

/// A text and where it stands: `subject`, `header X-Note`, `part 1.2`, `part 2, name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlacedText {
    pub(crate) place: String,
    pub(crate) text: String,
}

impl PlacedText {
    pub(crate) fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            text: text.into(),
        }
    }
}

/// Fields that machines write for machines. Their long numbers would be taken for numbers of people.
const MACHINE: &[&str] = &[
    "received",
    "dkim-signature",
    "arc-seal",
    "arc-message-signature",
    "arc-authentication-results",
    "authentication-results",
    "received-spf",
    "return-path",
    "date",
    "mime-version",
    "content-transfer-encoding",
    "content-type",
    "content-disposition",
    "message-id",
    "references",
    "in-reply-to",
    "content-id",
    "thread-index",
    "x-received",
    "x-google-dkim-signature",
    "x-ms-exchange-crosstenant-id",
    "autocrypt",
    "openpgp",
];

/// Fields, names and unseen text of all parts, other readings included.
pub(crate) fn of_structure(message: &Message<'_>) -> Vec<PlacedText> {
    let mut texts = Vec::new();
    let root = message.root().path();
    for part in message.all_parts() {
        let is_root = part.path() == root && part.parent().is_none() && !part.is_other_reading();
        fields(&part, is_root, &mut texts);
        names(&part, &mut texts);
        if part.is_multipart() {
            around(&part, &mut texts);
        }
    }
    texts
}

fn fields(part: &Part<'_>, is_root: bool, texts: &mut Vec<PlacedText>) {
    for field in part.headers() {
        let name = field.name().trim().to_owned();
        if MACHINE.contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        let place = match (is_root, name.eq_ignore_ascii_case("subject")) {
            (true, true) => "subject".to_owned(),
            (true, false) => format!("header {name}"),
            (false, _) => format!("part {}, header {name}", part.path()),
        };
        texts.push(PlacedText::new(place, field.text()));
    }
}

fn names(part: &Part<'_>, texts: &mut Vec<PlacedText>) {
    for name in part.names() {
        texts.push(PlacedText::new(format!("part {}, name", part.path()), name));
    }
}

/// What stands before the first and after the last delimiter of a multipart: no program shows it,
/// and it leaves all the same.
fn around(part: &Part<'_>, texts: &mut Vec<PlacedText>) {
    let body = part.body_range();
    let mut inner = part.children().filter(|child| !child.is_other_reading());
    let Some(first) = inner.next() else {
        return;
    };
    let last = inner.last().unwrap_or(first);
    let source = part.source();
    for (word, range) in [
        ("preamble", body.start..first.range().start),
        ("epilogue", last.range().end..body.end),
    ] {
        let bytes = source.get(range).unwrap_or_default();
        if !bytes.trim_ascii().is_empty() {
            let text = charset::decode(bytes, None).text;
            texts.push(PlacedText::new(
                format!("part {}, {word}", part.path()),
                text,
            ));
        }
    }
}
