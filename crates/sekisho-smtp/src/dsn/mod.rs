//! Delivery status notifications: multipart/report as RFC 3464, RFC 3461 §6 and RFC 6522 have it, with
//! words in Japanese and English.

mod fields;
mod original;
mod read;
mod report;
mod text;

use sekisho_address::ReversePath;

use crate::envelope::Notify;

pub use read::{Received, ReceivedRecipient, read};
pub use report::{Action, Composed, RecipientReport, Report, compose};

/// Whether a report of `action` is wanted and allowed: never to the null reverse-path (RFC 5321 §4.5.5: no
/// bounce to a bounce), else as NOTIFY says.
pub fn is_wanted(reverse_path: &ReversePath, notify: Notify, action: Action) -> bool {
    let wanted = match action {
        Action::Failed => notify.failure,
        Action::Delayed => notify.delay,
        Action::Delivered | Action::Relayed | Action::Expanded => notify.success,
    };
    wanted && !reverse_path.is_null()
}
