//! Outlook's own forms of a mail: winmail.dat (TNEF) and .msg, and the RTF packed in both.

mod msg;
mod property;
mod rtf;
mod tnef;

pub(crate) use msg::msg;
pub(crate) use tnef::tnef;

/// What such a mail holds.
#[derive(Debug, Default)]
pub(crate) struct OutlookMail {
    /// Subject, body and other texts.
    pub(crate) texts: Vec<String>,
    /// The body as HTML.
    pub(crate) html: Vec<Vec<u8>>,
    /// Names and bytes of files.
    pub(crate) files: Vec<(Vec<String>, Vec<u8>)>,
    /// A part could not be read.
    pub(crate) is_damaged: bool,
}

impl OutlookMail {
    /// Takes a property that holds text or a body; others are let go.
    fn take(&mut self, id: u16, value: &property::Value) {
        match (id, value) {
            (property::RTF, property::Value::Bytes(packed)) => match rtf::unpacked(packed) {
                Some(rtf) => self.texts.push(crate::text::rtf_text(&rtf)),
                None => self.is_damaged = true,
            },
            (property::HTML, property::Value::Bytes(html)) => self.html.push(html.clone()),
            (property::HTML, property::Value::Text(html)) => {
                self.html.push(html.clone().into_bytes());
            }
            (_, property::Value::Text(text)) if !text.trim().is_empty() => {
                self.texts.push(text.clone());
            }
            _ => {}
        }
    }
}
