//! Times in the database: milliseconds since 1970.

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// A time as a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At(pub(crate) Timestamp);

impl ToSql for At {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(|ms| Self(from_ms(ms)))
    }
}

/// A number that is no time can only come from damage; the latest one shows and sorts sanely.
pub(crate) fn from_ms(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
}

/// For columns that may be NULL.
pub(crate) fn at(time: Option<Timestamp>) -> Option<At> {
    time.map(At)
}

/// The other way.
pub(crate) fn time(at: Option<At>) -> Option<Timestamp> {
    at.map(|at| at.0)
}

/// So many seconds later, at most the last time there is.
pub(crate) fn later(time: Timestamp, seconds: u32) -> Timestamp {
    time.checked_add(jiff::SignedDuration::from_secs(i64::from(seconds)))
        .unwrap_or(Timestamp::MAX)
}
