//! What was worked out a moment ago and will be wanted again: a mail to a thousand destinations is read and signed
//! once, not a thousand times.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use sekisho_store::MailId;

use crate::limits::OUT_RECENT_MAILS_MAX;

/// Something of each of the last mails.
pub(super) struct Recent<T>(Mutex<VecDeque<(MailId, T)>>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Recent<T> {
    pub(super) fn of(&self, mail: MailId) -> Option<T> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, found) = known.iter().find(|(id, _)| *id == mail)?;
        Some(found.clone())
    }

    pub(super) fn keep(&self, mail: MailId, value: &T) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= OUT_RECENT_MAILS_MAX {
            known.pop_front();
        }
        known.push_back((mail, value.clone()));
    }
}
