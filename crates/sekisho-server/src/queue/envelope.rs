//! The envelope of a mail on its way out.

use bytes::Bytes;
use sekisho_address::{Address, ForwardPath, ReversePath};
use sekisho_smtp::client::Mail;
use sekisho_smtp::{BodyKind, Notify, OriginalRecipient, Recipient, Ret};
use sekisho_store::QueueEntry;

use super::ready::Ready;

/// The envelope.
pub(super) fn mail(ready: &Ready, entries: &[&QueueEntry]) -> Mail {
    let sender = ready.mail.reverse_path.as_deref();
    let reverse_path = sender
        .and_then(|text| Address::parse(text).ok())
        .map_or(ReversePath::Null, ReversePath::Address);
    let length: usize = ready.parts.iter().map(Bytes::len).sum();
    Mail {
        reverse_path,
        recipients: entries
            .iter()
            .filter_map(|entry| recipient(entry))
            .collect(),
        content_bytes: length as u64,
        body: if ready.content.is_ascii() {
            BodyKind::SevenBit
        } else {
            BodyKind::EightBitMime
        },
        smtputf8: ready.mail.smtputf8 && !header_is_ascii(&ready.content),
        ret: Some(if ready.mail.return_full {
            Ret::Full
        } else {
            Ret::Hdrs
        }),
        envid: ready.mail.envelope_id.clone(),
    }
}

fn recipient(entry: &QueueEntry) -> Option<Recipient> {
    let address = Address::parse(&entry.address).ok()?;
    Some(Recipient {
        forward_path: ForwardPath::Address(address),
        original: original(entry),
        notify: notify(entry),
    })
}

/// `rfc822;user@example.jp`, as stored.
pub(super) fn original(entry: &QueueEntry) -> Option<OriginalRecipient> {
    let (address_type, address) = entry.original.as_deref()?.split_once(';')?;
    Some(OriginalRecipient {
        address_type: address_type.to_owned(),
        address: address.to_owned(),
    })
}

/// What the sender wants to hear; none when they said nothing.
pub(super) fn notify(entry: &QueueEntry) -> Option<Notify> {
    let wanted = entry.notify;
    let said = wanted.never || wanted.success || wanted.failure || wanted.delay;
    said.then_some(Notify {
        success: wanted.success && !wanted.never,
        failure: wanted.failure && !wanted.never,
        delay: wanted.delay && !wanted.never,
    })
}

fn header_is_ascii(content: &[u8]) -> bool {
    let end = memchr::memmem::find(content, b"\r\n\r\n").unwrap_or(content.len());
    content.get(..end).is_none_or(<[u8]>::is_ascii)
}
