//! What a person sees of a mail's content. Only text: nothing of it is ever run or fetched.

use sekisho_command::{visible, visible_lines};
use sekisho_content::{Place, html_pieces};
use sekisho_mime::{Message, Part};

/// How much of one text is shown; the page says when there is more.
const TEXT_CHARS_MAX: usize = 20_000;
/// How many texts are shown.
const TEXTS_MAX: usize = 10;
/// How many attachments are named.
const ATTACHMENTS_MAX: usize = 100;

/// The texts and attachments of a mail.
#[derive(Default)]
pub(crate) struct Shown {
    pub(crate) texts: Vec<Text>,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) more_attachments: usize,
}

/// One text of a mail.
pub(crate) struct Text {
    pub(crate) text: String,
    /// It is what a browser would show of HTML.
    pub(crate) html: bool,
    /// There is more of it.
    pub(crate) cut: bool,
}

/// A file of a mail.
pub(crate) struct Attachment {
    pub(crate) name: String,
    pub(crate) size: String,
}

/// What is shown of a mail. A plain text and its HTML form are both shown where they say different things:
/// an approver must see what every recipient may see.
pub(crate) fn of(content: &[u8]) -> Shown {
    let message = Message::parse(content);
    let mut shown = Shown::default();
    for part in message.parts().filter(|part| !part.is_multipart()) {
        if part.is_attachment() {
            if shown.attachments.len() < ATTACHMENTS_MAX {
                shown.attachments.push(attachment(&part));
            } else {
                shown.more_attachments += 1;
            }
        } else if let Some(text) = part.text().filter(|_| shown.texts.len() < TEXTS_MAX) {
            let html = part.content_type().subtype == "html";
            push(
                &mut shown.texts,
                &if html { seen(&text) } else { text },
                html,
            );
        }
    }
    shown
}

fn push(texts: &mut Vec<Text>, text: &str, html: bool) {
    let mut chars = text.trim_end().chars();
    let begin: String = chars.by_ref().take(TEXT_CHARS_MAX).collect();
    let text = visible_lines(&begin);
    let words = |text: &str| text.split_whitespace().collect::<String>();
    let known = words(&text);
    if known.is_empty() || texts.iter().any(|other| words(&other.text) == known) {
        return;
    }
    texts.push(Text {
        text,
        html,
        cut: chars.next().is_some(),
    });
}

/// What a reader of the HTML sees.
fn seen(html: &str) -> String {
    let pieces = html_pieces(html);
    let texts: Vec<_> = pieces
        .iter()
        .filter(|piece| piece.place == Place::Text)
        .map(|piece| piece.text.as_str())
        .collect();
    texts.join("\n")
}

fn attachment(part: &Part<'_>) -> Attachment {
    let declared = part.content_type();
    let name = part
        .name()
        .unwrap_or_else(|| format!("({}/{})", declared.media, declared.subtype));
    Attachment {
        name: visible(&name),
        size: size(part.decoded().len()),
    }
}

/// Bytes as people say them.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_forms_of_one_text_are_shown_once_and_different_ones_both() {
        let mail = |html: &str| {
            format!(
                "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
                 Hello there\r\n--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--\r\n"
            )
        };
        let same = of(mail("<p>Hello <b>there</b></p>").as_bytes());
        assert_eq!(same.texts.len(), 1);
        let other = of(mail("<p>Pay 100,000</p><script>alert(1)</script>").as_bytes());
        assert_eq!(other.texts.len(), 2);
        assert!(other.texts[1].html);
        assert_eq!(other.texts[1].text.trim(), "Pay 100,000");
    }

    #[test]
    fn a_file_is_named_even_without_a_name() {
        let shown = of(b"Content-Type: application/pdf\r\n\r\n1234");
        assert_eq!(shown.attachments[0].name, "(application/pdf)");
        assert_eq!(shown.attachments[0].size, "4 B");
    }
}
