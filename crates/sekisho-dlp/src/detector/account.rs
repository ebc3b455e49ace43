//! Account numbers at Japanese banks: seven digits, only where the words beside them say so.

use super::{Found, Group};
use crate::context::Context;
use crate::digits::Gap;
use crate::hit::Detector;

/// Bytes between 口座番号 and the number.
const LABEL_REACH_BYTES: usize = 40;
/// Bytes between 普通 and the number: at most `預金 No.`.
const KIND_REACH_BYTES: usize = 24;
/// Bytes between 銀行 or 支店 and the number.
const BANK_REACH_BYTES: usize = 240;

pub(super) fn find(group: &Group<'_>) -> Option<Found> {
    let bare = group.is_shaped(&[7], &[]);
    // ゆうちょ writes seven or eight digits, some banks part 123-4567; a post code is 3-4 too.
    let long = group.is_shaped(&[8], &[]);
    if !(bare || long) || group.goes_on(1, &[Gap::Hyphen, Gap::Dot, Gap::Slash]) {
        return None;
    }
    let label = group.context_before(Context::Account, 1, LABEL_REACH_BYTES);
    let kind = group.context_before(Context::AccountKind, 1, KIND_REACH_BYTES);
    let bank = group.context_before(Context::Bank, 1, BANK_REACH_BYTES);
    let confidence = match (label, kind && bank, bank) {
        (true, _, true) => 0.95,
        (true, _, false) => 0.85,
        (false, true, _) => 0.9,
        _ => return None,
    };
    if long && !(label && bank) {
        return None;
    }
    Some(group.hit(Detector::BankAccount, 1, group.digits(1), confidence))
}
