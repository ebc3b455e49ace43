//! The From fields: their mailboxes, and what they name besides.

use sekisho_mime::{Mailbox, Message};

use super::name::clean;

/// From as programs read it, and as people do.
#[derive(Debug, Default)]
pub(crate) struct From {
    pub(crate) authors: Vec<Mailbox>,
    /// Addresses and domains that stand anywhere in the field.
    pub(crate) names: Vec<Named>,
}

/// An address or a domain in the field.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) text: String,
    pub(crate) host: String,
    pub(crate) is_address: bool,
}

/// Names taken from one field.
const NAMES_MAX: usize = 16;

impl From {
    pub(crate) fn of(message: &Message<'_>) -> Self {
        let authors = message.from();
        let mut names = Vec::new();
        for field in message.headers().filter(|field| field.is("From")) {
            for word in clean_field(&field.text()) {
                take(&word, &mut names);
            }
        }
        Self { authors, names }
    }
}

/// The domain behind the last `@`.
pub(crate) fn host_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, host)| host)
}

fn clean_field(text: &str) -> Vec<String> {
    let text = clean(text);
    text.split(|c: char| c.is_whitespace() || "<>\"'()[],;:（）「」【】|/\\".contains(c))
        .filter(|word| word.contains('.'))
        .map(|word| word.trim_matches('.').to_owned())
        .collect()
}

fn take(word: &str, names: &mut Vec<Named>) {
    if names.len() >= NAMES_MAX || word.len() > 320 {
        return;
    }
    let (local, host) = match word.rsplit_once('@') {
        Some((local, host)) => (Some(local), host),
        None => (None, word),
    };
    let labels = host.split('.');
    let is_host = labels.clone().count() > 1
        && labels.clone().all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    let suffix = psl::suffix(host.as_bytes());
    let known = local.is_some() || suffix.is_some_and(|suffix| suffix.is_known());
    if is_host && known {
        let ascii = sekisho_address::Domain::parse(host)
            .map_or_else(|_| host.to_owned(), |domain| domain.as_str().to_owned());
        names.push(Named {
            text: word.to_owned(),
            host: ascii,
            is_address: local.is_some(),
        });
    }
}
