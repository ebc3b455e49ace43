//! Who stands in From of a submitted mail (RFC 6409 §6.1): what people read must be as true as MAIL FROM.

use sekisho_address::Address;
use sekisho_directory::{SignedIn, Snapshot};
use sekisho_mime::Message;
use sekisho_smtp::Reply;
use sekisho_smtp::server::MessageRefusal;

/// Every address of every From line must be one that this person may use. A mail without From passes here.
pub(super) fn check(
    message: &Message<'_>,
    who: &SignedIn,
    snapshot: &Snapshot,
) -> Result<(), MessageRefusal> {
    let foreign = message.from().into_iter().find(|mailbox| {
        let address = mailbox.address.parse::<Address>();
        !address.is_ok_and(|address| snapshot.may_send_as(who.account, &address))
    });
    match foreign {
        None => Ok(()),
        Some(mailbox) => {
            let text = format!(
                "The From address {} is not one of yours; use your own, or have it delegated",
                mailbox.address
            );
            Err(MessageRefusal::Said(
                Reply::fixed(550, (5, 7, 1), "").saying(text),
            ))
        }
    }
}
