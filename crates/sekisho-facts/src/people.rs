//! Who sends and who receives, and on which side of the checkpoint they are.

use std::collections::HashMap;

use sekisho_address::{Address, Domain};
use sekisho_mime::Message;
use sekisho_policy::{Direction, HeaderMailbox, HeaderPlace, Recipient, Sender, Side};

use crate::Context;

pub(crate) fn side(address: &Address, internal: &[Domain]) -> Side {
    let inside = internal.iter().any(|own| address.domain().is_within(own));
    if inside {
        Side::Internal
    } else {
        Side::External
    }
}

pub(crate) fn sender(context: &Context<'_>, message: &Message<'_>) -> Sender {
    let reverse_path = context.envelope.reverse_path.address();
    let signed_in = context
        .envelope
        .signed_in
        .as_deref()
        .and_then(|account| account.parse::<Address>().ok());
    let address = context
        .sender
        .as_ref()
        .map(|person| person.address.clone())
        .or(signed_in)
        .or_else(|| reverse_path.cloned());
    let ours = context.envelope.is_ours();
    let by_domain = address.as_ref().map_or(Side::External, |address| {
        side(address, context.internal_domains)
    });
    let display_name = context
        .sender
        .as_ref()
        .and_then(|person| person.name.clone())
        .or_else(|| message.from().into_iter().find_map(|mailbox| mailbox.name));
    // An outside server may put any address of ours into MAIL FROM: only who signed in is one of us.
    let claims = context
        .direction
        .is_none_or(|direction| direction == Direction::Inbound);
    Sender {
        side: if claims && !ours {
            Side::External
        } else {
            by_domain
        },
        address,
        display_name,
        manager: context.manager.clone(),
        deputy: context.deputy.clone(),
    }
}

pub(crate) fn recipients(context: &Context<'_>, message: &Message<'_>) -> Vec<Recipient> {
    let mut places: HashMap<String, HeaderPlace> = HashMap::new();
    for (place, mailboxes) in [
        (HeaderPlace::Cc, message.cc()),
        (HeaderPlace::To, message.to()),
    ] {
        for mailbox in mailboxes {
            if let Ok(address) = mailbox.address.parse::<Address>() {
                places.insert(address.key().to_string(), place);
            }
        }
    }
    context
        .recipients
        .iter()
        .map(|address| Recipient {
            address: address.clone(),
            side: side(address, context.internal_domains),
            place: places
                .get(&address.key().to_string())
                .copied()
                .unwrap_or_default(),
        })
        .collect()
}

/// Where nobody says which checkpoint it is: from one of us to somebody outside is outbound.
pub(crate) fn direction(context: &Context<'_>, sender: &Sender, to: &[Recipient]) -> Direction {
    context.direction.unwrap_or_else(|| {
        let outside = to.iter().any(|recipient| recipient.side == Side::External);
        match (sender.side, outside) {
            (Side::External, _) => Direction::Inbound,
            (Side::Internal, true) => Direction::Outbound,
            (Side::Internal, false) => Direction::Internal,
        }
    })
}

pub(crate) fn from_mailboxes(message: &Message<'_>, internal: &[Domain]) -> Vec<HeaderMailbox> {
    message
        .from()
        .into_iter()
        .map(|mailbox| {
            let address = mailbox.address.parse::<Address>();
            HeaderMailbox {
                side: address.map_or(Side::External, |address| side(&address, internal)),
                name: mailbox.name,
                address: mailbox.address,
            }
        })
        .collect()
}
