//! Dates: `24-Nov-2026` and `"24-Nov-2026 10:00:00 +0900"` (RFC 9051 §9 `date`, `date-time`).

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::cursor::{Bad, Cursor, Parsed};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const BAD_DATE: Bad = Bad("a date such as 24-Nov-2026 was expected");
const BAD_TIME: Bad = Bad("a time such as \"24-Nov-2026 10:00:00 +0900\" was expected");

/// `date = date-text / DQUOTE date-text DQUOTE`
pub(crate) fn date(cursor: &mut Cursor<'_>) -> Parsed<Date> {
    let quoted = cursor.eat(b'"');
    let date = date_text(cursor)?;
    if quoted {
        cursor.expect(b'"', BAD_DATE.0)?;
    }
    Ok(date)
}

fn date_text(cursor: &mut Cursor<'_>) -> Parsed<Date> {
    let day = cursor.number32()?;
    cursor.expect(b'-', BAD_DATE.0)?;
    let name = cursor.take_while(|byte| byte.is_ascii_alphabetic());
    let month = MONTHS
        .iter()
        .position(|month| name.eq_ignore_ascii_case(month.as_bytes()))
        .ok_or(BAD_DATE)?;
    cursor.expect(b'-', BAD_DATE.0)?;
    let year = cursor.number32()?;
    let date = || {
        Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month + 1).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()
    };
    date().filter(|_| year >= 1000).ok_or(BAD_DATE)
}

/// `date-time`, as seconds since 1970. The day may have a leading space (`date-day-fixed`).
pub(crate) fn date_time(cursor: &mut Cursor<'_>) -> Parsed<i64> {
    cursor.expect(b'"', BAD_TIME.0)?;
    cursor.eat(b' ');
    let date = date_text(cursor)?;
    cursor.space()?;
    let hour = two_digits(cursor)?;
    cursor.expect(b':', BAD_TIME.0)?;
    let minute = two_digits(cursor)?;
    cursor.expect(b':', BAD_TIME.0)?;
    // A leap second is taken as the second before: jiff knows none.
    let second = two_digits(cursor)?.min(59);
    cursor.space()?;
    let sign = if cursor.eat(b'-') {
        -1
    } else {
        cursor.expect(b'+', BAD_TIME.0)?;
        1
    };
    let zone_hour = i32::from(two_digits(cursor)?);
    let zone_minute = i32::from(two_digits(cursor)?);
    cursor.expect(b'"', BAD_TIME.0)?;
    if hour > 23 || minute > 59 || zone_minute > 59 {
        return Err(BAD_TIME);
    }
    let offset = sign * (zone_hour * 3600 + zone_minute * 60);
    Offset::from_seconds(offset)
        .and_then(|offset| offset.to_timestamp(date.at(hour, minute, second, 0)))
        .map(Timestamp::as_second)
        .map_err(|_| BAD_TIME)
}

fn two_digits(cursor: &mut Cursor<'_>) -> Parsed<i8> {
    let mut digit = || {
        let byte = cursor.peek().filter(u8::is_ascii_digit).ok_or(BAD_TIME)?;
        cursor.eat(byte);
        Ok(i8::try_from(byte - b'0').unwrap_or(0))
    };
    Ok(digit()? * 10 + digit()?)
}

/// `"24-Nov-2026 10:00:00 +0900"`, with its quotes. Times that no calendar has are shown as 1970.
pub(crate) fn print(seconds: i64, utc_offset_s: i32) -> String {
    let offset = Offset::from_seconds(utc_offset_s).unwrap_or(Offset::UTC);
    let at = offset.to_datetime(Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH));
    let month = usize::try_from(at.month() - 1)
        .ok()
        .and_then(|month| MONTHS.get(month))
        .copied()
        .unwrap_or("Jan");
    let sign = if offset.seconds() < 0 { '-' } else { '+' };
    let minutes = offset.seconds().abs() / 60;
    format!(
        "\"{:2}-{month}-{:04} {:02}:{:02}:{:02} {sign}{:02}{:02}\"",
        at.day(),
        at.year(),
        at.hour(),
        at.minute(),
        at.second(),
        minutes / 60,
        minutes % 60
    )
}

/// The day of a moment in a zone, for SEARCH (RFC 9051 §6.4.4 disregards time and zone).
pub(crate) fn day(seconds: i64, utc_offset_s: i32) -> Option<Date> {
    let offset = Offset::from_seconds(utc_offset_s).ok()?;
    let at = Timestamp::from_second(seconds).ok()?;
    Some(offset.to_datetime(at).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_dates_read_back() {
        for (text, seconds) in [
            ("\"24-Nov-2026 10:00:00 +0900\"", 1_795_482_000),
            ("\" 1-Jan-1970 09:00:00 +0900\"", 0),
        ] {
            assert_eq!(
                date_time(&mut Cursor::new(text.as_bytes())),
                Ok(seconds),
                "{text}"
            );
            assert_eq!(print(seconds, 9 * 3600), text);
        }
        assert_eq!(print(0, -5 * 3600 - 1800), "\"31-Dec-1969 18:30:00 -0530\"");
        assert_eq!(print(i64::MAX, 0), "\" 1-Jan-1970 00:00:00 +0000\"");
    }

    #[test]
    fn wrong_dates_are_refused() {
        for bad in [
            "99-Foo-2026",
            "31-Feb-2026",
            "1-Jan-99999",
            "0-Jan-2026",
            "1-Jan-26",
            "x",
        ] {
            assert!(date(&mut Cursor::new(bad.as_bytes())).is_err(), "{bad}");
        }
        for bad in [
            "\"1-Jan-2026 25:00:00 +0000\"",
            "\"1-Jan-2026 10:00:00\"",
            "\"1-Jan-2026 10:00:00 +9999\"",
        ] {
            assert!(
                date_time(&mut Cursor::new(bad.as_bytes())).is_err(),
                "{bad}"
            );
        }
    }
}
