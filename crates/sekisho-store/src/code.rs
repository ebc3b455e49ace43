//! Words of the types as numbers in the database. A number once used keeps its meaning.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::directory::AccountKind;
use crate::hold::{AtDeadline, HoldState};
use crate::mail::{BodyKind, Direction, Notify, RecipientState};

macro_rules! codes {
    ($type:ty { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                let code: i64 = match self { $(Self::$variant => $code),+ };
                Ok(code.into())
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_i64()? {
                    $($code => Ok(Self::$variant),)+
                    other => Err(FromSqlError::OutOfRange(other)),
                }
            }
        }
    };
}

codes!(RecipientState {
    Queued = 1,
    Held = 2,
    Delayed = 3,
    Quarantined = 4,
    Mailbox = 5,
    Junked = 6,
    Sent = 7,
    Relayed = 8,
    Bounced = 9,
    Expired = 10,
    Returned = 11,
    Cancelled = 12,
    Refused = 13,
    Discarded = 14,
});
codes!(Direction { Inbound = 1, Outbound = 2, Internal = 3 });
codes!(BodyKind { SevenBit = 1, EightBitMime = 2, BinaryMime = 3 });
codes!(HoldState { Open = 1, Released = 2, Refused = 3, Expired = 4, Cancelled = 5 });
codes!(AtDeadline { Return = 1, Release = 2 });
codes!(AccountKind { Person = 1, Shared = 2 });

impl ToSql for Notify {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let bits = i64::from(self.never)
            | i64::from(self.success) << 1
            | i64::from(self.failure) << 2
            | i64::from(self.delay) << 3;
        Ok(bits.into())
    }
}

impl FromSql for Notify {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bits = value.as_i64()?;
        Ok(Self {
            never: bits & 1 != 0,
            success: bits & 2 != 0,
            failure: bits & 4 != 0,
            delay: bits & 8 != 0,
        })
    }
}
