//! The numbers by which rows are named. Each is a type of its own, so that none is taken for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! row_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                value.as_i64().map(Self)
            }
        }
    };
}

row_id! {
    /// An organisation. Every row carries it, every query names it: tenants never see each other.
    Tenant
}
row_id! {
    /// A person or a shared mailbox.
    AccountId
}
row_id! {
    /// A folder of an account.
    MailboxId
}
row_id! {
    /// A group of addresses.
    GroupId
}
row_id! {
    /// A mail that waits for a person's decision.
    HoldId
}
row_id! {
    /// A stored content. Only the store gives these out.
    BlobId
}

/// One mail from the door to the archive: sorts by time, printed as 13 Crockford base32 characters.
///
/// The upper bits are milliseconds since 1970, the lower 21 bits a counter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailId(i64);

/// Bits of a mail id below the milliseconds: 2,097,152 mails a millisecond before it runs ahead.
const COUNTER_BITS: u32 = 21;
/// Crockford's base32: no I, L, O, U, so that it can be read out on the telephone.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 13 digits of 5 bits hold 63 bits.
const MAIL_ID_CHARS: usize = 13;

impl MailId {
    /// The id as stored.
    pub fn from_i64(id: i64) -> Option<Self> {
        (id >= 0).then_some(Self(id))
    }

    /// The number in the database.
    pub fn as_i64(self) -> i64 {
        self.0
    }

    /// The smallest id of that moment; for searches by time.
    pub fn first_at(at: jiff::Timestamp) -> Self {
        let ms = at.as_millisecond().clamp(0, i64::MAX >> COUNTER_BITS);
        Self(ms << COUNTER_BITS)
    }

    /// When the id was given out, to the millisecond.
    pub fn time(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0 >> COUNTER_BITS).unwrap_or_default()
    }
}

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'0'; MAIL_ID_CHARS];
        let mut rest = self.0.unsigned_abs();
        for place in text.iter_mut().rev() {
            *place = DIGITS[(rest & 31) as usize];
            rest >>= 5;
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or("0000000000000"))
    }
}

impl fmt::Debug for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailId({self})")
    }
}

/// The text is no mail id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mail id has 13 letters and digits, as in 1JK3V6D8T0003")]
pub struct NotAMailId;

impl FromStr for MailId {
    type Err = NotAMailId;

    /// Takes lower case, and I/L for 1 and O for 0, as Crockford's base32 does.
    fn from_str(text: &str) -> Result<Self, NotAMailId> {
        if text.len() != MAIL_ID_CHARS {
            return Err(NotAMailId);
        }
        let mut id: u64 = 0;
        for byte in text.bytes() {
            let digit = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let value = DIGITS.iter().position(|d| *d == digit).ok_or(NotAMailId)?;
            id = id.checked_mul(32).ok_or(NotAMailId)? | value as u64;
        }
        i64::try_from(id).map(Self).map_err(|_| NotAMailId)
    }
}

impl Serialize for MailId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MailId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl rusqlite::ToSql for MailId {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl rusqlite::types::FromSql for MailId {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// One recipient of one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecipientId {
    /// The mail.
    pub mail: MailId,
    /// Its place among the mail's recipients, from 0.
    pub nr: u32,
}

/// Gives out mail ids that never repeat, whatever the clock does.
#[derive(Debug)]
pub(crate) struct MailIds(std::sync::atomic::AtomicI64);

impl MailIds {
    /// `last`: the highest id that the database knows.
    pub(crate) fn after(last: i64) -> Self {
        Self(std::sync::atomic::AtomicI64::new(last))
    }

    pub(crate) fn next(&self, now: jiff::Timestamp) -> MailId {
        use std::sync::atomic::Ordering::Relaxed;
        let by_clock = MailId::first_at(now).0;
        let step = |last: i64| Some(by_clock.max(last.saturating_add(1)));
        // `try_update` hands back the value before; the step is repeated on it.
        let last = self
            .0
            .fetch_update(Relaxed, Relaxed, step)
            .unwrap_or_default();
        MailId(by_clock.max(last.saturating_add(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn printed_ids_read_back(id in 0..=i64::MAX) {
            let id = MailId(id);
            assert_eq!(id.to_string().parse(), Ok(id));
            assert_eq!(id.to_string().to_lowercase().parse(), Ok(id));
        }

        #[test]
        fn order_of_text_is_order_of_ids(a in 0..=i64::MAX, b in 0..=i64::MAX) {
            assert_eq!(a.cmp(&b), MailId(a).to_string().cmp(&MailId(b).to_string()));
        }
    }

    #[test]
    fn ids_rise_when_the_clock_goes_back() {
        let ids = MailIds::after(0);
        let first = ids.next(jiff::Timestamp::from_millisecond(2_000).unwrap());
        let second = ids.next(jiff::Timestamp::from_millisecond(1_000).unwrap());
        assert!(second > first);
        assert_eq!(first.time().as_millisecond(), 2_000);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "1",
            "ZZZZZZZZZZZZZ",
            "1JK3V6D8T000U",
            "1JK3V6D8T00034",
            "1JK3V6D8T00é",
        ] {
            assert_eq!(text.parse::<MailId>(), Err(NotAMailId), "{text}");
        }
    }
}
