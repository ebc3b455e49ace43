//! The texts of a message, folded once for all the keys of a SEARCH.

use std::cell::OnceCell;

use jiff::civil::Date;
use sekisho_mime::{Message, Part};

use super::casemap::fold;

/// Header fields that are at hand.
pub(crate) struct Headers<'a> {
    message: &'a Message<'a>,
    /// Only those of the list columns.
    pub(crate) only_list_fields: bool,
}

impl<'a> Headers<'a> {
    pub(crate) fn new(message: &'a Message<'a>, only_list_fields: bool) -> Self {
        Self {
            message,
            only_list_fields,
        }
    }

    /// A field with this name holds `needle` (folded); an empty one is held by each.
    pub(crate) fn hold(&self, name: &str, needle: &str) -> bool {
        let mut named = self.message.headers().filter(|header| header.is(name));
        named.any(|header| needle.is_empty() || fold(&header.text()).contains(needle))
    }

    /// The day of the Date field as its writer saw it (RFC 9051 §6.4.4 disregards the zone).
    pub(crate) fn sent(&self) -> Option<Date> {
        let date = self.message.date()?;
        Some(date.offset.to_datetime(date.timestamp).date())
    }
}

/// The whole message.
pub(crate) struct Opened<'a> {
    message: &'a Message<'a>,
    bodies: OnceCell<Vec<String>>,
    headers: OnceCell<Vec<String>>,
}

impl<'a> Opened<'a> {
    pub(crate) fn new(message: &'a Message<'a>) -> Self {
        Self {
            message,
            bodies: OnceCell::new(),
            headers: OnceCell::new(),
        }
    }

    /// Some text part holds `needle` (folded).
    pub(crate) fn body_holds(&self, needle: &str) -> bool {
        let fold_part = |part: Part<'_>| part.text().map(|text| fold(&text));
        let bodies = self
            .bodies
            .get_or_init(|| self.message.parts().filter_map(fold_part).collect());
        bodies.iter().any(|text| text.contains(needle))
    }

    /// The header of the message or of a part, or some text part, holds `needle`.
    pub(crate) fn text_holds(&self, needle: &str) -> bool {
        let headers = self.headers.get_or_init(|| {
            let fields = self.message.parts().flat_map(|part| part.headers());
            let shown = fields.map(|field| fold(&format!("{}: {}", field.name(), field.text())));
            shown.collect()
        });
        headers.iter().any(|text| text.contains(needle)) || self.body_holds(needle)
    }
}
