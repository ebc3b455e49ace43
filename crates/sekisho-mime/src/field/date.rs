//! The Date field (RFC 5322 §3.3, §4.3), as tolerantly as mail programs read it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// A moment with the offset of the clock it was written by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailDate {
    /// The moment.
    pub timestamp: Timestamp,
    /// The offset from UTC; zero for `-0000` and unknown zones.
    pub offset: Offset,
}

#[derive(Default)]
struct Seen {
    year: Option<i16>,
    month: Option<i8>,
    day: Option<i8>,
    time: Option<(i8, i8, i8)>,
    offset_s: Option<i32>,
}

/// Reads a date such as `Tue, 3 Nov 2026 09:12:00 +0900 (JST)`; the order of asctime and of ISO 8601 too.
pub fn parse_date(value: &[u8]) -> Option<MailDate> {
    // A date is short: what is longer is none, and is not walked.
    let text = String::from_utf8_lossy(value.get(..value.len().min(200))?);
    let text = text.split('(').next()?;
    let mut seen = Seen::default();
    for token in text
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|token| !token.is_empty())
    {
        seen.take(token);
    }
    let (hour, minute, second) = seen.time.unwrap_or((0, 0, 0));
    let civil = DateTime::new(seen.year?, seen.month?, seen.day?, hour, minute, second, 0).ok()?;
    let offset = Offset::from_seconds(seen.offset_s.unwrap_or(0)).ok()?;
    let timestamp = offset.to_timestamp(civil).ok()?;
    Some(MailDate { timestamp, offset })
}

impl Seen {
    fn take(&mut self, token: &str) {
        if token.contains(':') {
            self.take_time(token);
        } else if let Some(month) = month(token) {
            self.month = self.month.or(Some(month));
        } else if token.starts_with(['+', '-']) && self.time.is_some() {
            self.offset_s = self.offset_s.or_else(|| numeric_zone(token));
        } else if token.get(1..).is_some_and(|rest| rest.contains('-')) {
            self.take_dashed(token);
        } else if let Ok(number) = token.parse::<u16>() {
            self.take_number(number, token.len());
        } else if self.time.is_some() && self.offset_s.is_none() {
            self.offset_s = named_zone(token);
        }
    }

    fn take_number(&mut self, number: u16, digits: usize) {
        if self.day.is_none() && digits <= 2 {
            self.day = i8::try_from(number).ok();
        } else if self.year.is_none() {
            self.year = full_year(number, digits);
        }
    }

    /// `2026-11-03`, `3-Nov-2026`, also with `T` and a time behind.
    fn take_dashed(&mut self, token: &str) {
        let pieces: Vec<&str> = token.splitn(3, '-').collect();
        let [first, middle, last] = pieces[..] else {
            return;
        };
        let (year, day) = if first.len() == 4 {
            (first, last)
        } else {
            (last, first)
        };
        self.month = month(middle).or_else(|| middle.parse().ok());
        self.day = day.parse().ok();
        self.year = year
            .parse()
            .ok()
            .and_then(|number| full_year(number, year.len()));
    }

    fn take_time(&mut self, token: &str) {
        // ISO 8601: `2026-11-03T09:12:00Z`.
        let (date, time) = match token.split_once(['T', 't']) {
            Some((date, time)) if date.contains('-') => (Some(date), time),
            _ => (None, token),
        };
        if let Some(date) = date {
            self.take_dashed(date);
        }
        let end = time.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'));
        let (clock, zone) = time
            .split_at_checked(end.unwrap_or(time.len()))
            .unwrap_or((time, ""));
        let mut pieces = clock
            .split(':')
            .map(|piece| piece.split('.').next().and_then(|n| n.parse().ok()));
        let hour = pieces.next().flatten();
        let minute = pieces.next().flatten();
        // RFC 5322 §3.3 allows a leap second; calendars here do not.
        let second: i8 = pieces.next().flatten().unwrap_or(0);
        if let (Some(hour), Some(minute), None) = (hour, minute, self.time) {
            self.time = Some((hour, minute, second.min(59)));
        }
        if !zone.is_empty() {
            self.offset_s = numeric_zone(zone).or_else(|| named_zone(zone));
        }
    }
}

/// RFC 5322 §4.3: two and three digit years.
fn full_year(number: u16, digits: usize) -> Option<i16> {
    let year = match (digits, number) {
        (..=2, 0..=49) => 2000 + number,
        (..=3, _) => 1900 + number,
        _ => number,
    };
    i16::try_from(year).ok()
}

fn month(token: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let start = token.get(..3)?.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == start)?;
    i8::try_from(at + 1).ok()
}

/// `+0900`, `+09:00`.
fn numeric_zone(token: &str) -> Option<i32> {
    let sign = if token.starts_with('-') { -1 } else { 1 };
    let digits: String = token.strip_prefix(['+', '-'])?.replace(':', "");
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4).unwrap_or("00").parse().ok()?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// RFC 5322 §4.3; unknown names count as `-0000`. JST is no obsolete zone there, but is written.
fn named_zone(token: &str) -> Option<i32> {
    let hours = match token.to_ascii_uppercase().as_str() {
        "JST" => 9,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" => -8,
        "UT" | "GMT" | "UTC" | "Z" => 0,
        _ => return None,
    };
    Some(hours * 3600)
}

#[cfg(test)]
mod tests {
    use super::parse_date;

    #[test]
    fn dates() {
        for (value, want) in [
            (
                "Tue, 3 Nov 2026 09:12:00 +0900 (JST)",
                "2026-11-03T00:12:00Z",
            ),
            ("3 Nov 26 09:12 JST", "2026-11-03T00:12:00Z"),
            ("Tue Nov  3 09:12:00 2026", "2026-11-03T09:12:00Z"),
            ("2026-11-03 09:12:00 +0900", "2026-11-03T00:12:00Z"),
            ("2026-11-03T09:12:00+09:00", "2026-11-03T00:12:00Z"),
            ("3-Nov-2026 09:12:00 -0000", "2026-11-03T09:12:00Z"),
            ("Tue, 03 Nov 2026 23:59:60 GMT", "2026-11-03T23:59:59Z"),
            ("Tue,3 Nov 2026 09:12:00+0900", "2026-11-03T00:12:00Z"),
        ] {
            let date = parse_date(value.as_bytes()).unwrap_or_else(|| panic!("{value}"));
            assert_eq!(date.timestamp.to_string(), want, "{value}");
        }
        for value in [
            "",
            "yesterday",
            "32 Nov 2026 00:00:00 +0000",
            "+",
            "-",
            "é:é",
            "3 Nov 2026 09:12:00 +9",
        ] {
            let _ = parse_date(value.as_bytes());
        }
        assert!(parse_date(b"32 Nov 2026 00:00:00 +0000").is_none());
    }
}
