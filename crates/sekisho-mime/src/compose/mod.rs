//! What is needed to write mails of our own: CRLF only, no line over 998 bytes (RFC 5322 §2.1.1).

mod body;
mod param;
mod word;

use jiff::Timestamp;
use jiff::tz::Offset;

pub use body::{base64_body, quoted_printable_body, text_body};
pub use param::param;
pub use word::{mailbox, mailboxes, phrase, text};

/// Where lines are folded, the line end not counted (RFC 2047 §2 for encoded words).
const LINE_WANTED: usize = 76;

/// No line may be longer (RFC 5322 §2.1.1).
const LINE_MAX: usize = 998;

/// A whole field `Name: value CRLF`, folded at 76 where there are blanks; a word too long for any line
/// is cut. `value` is ready text: encode it first with [`text`], [`mailboxes`]…; folds in it stay.
pub fn field(name: &str, value: &str) -> String {
    let mut out = String::with_capacity(name.len() + value.len() + 8);
    out.push_str(name);
    out.push(':');
    let mut length = out.len();
    for (number, line) in value.split("\r\n").enumerate() {
        if number > 0 {
            out.push_str("\r\n");
            length = 0;
        }
        for (at, word) in words(line) {
            let must_not_fold = number == 0 && at == 0;
            let blank = if must_not_fold { " " } else { word.blank };
            if length + blank.len() + word.text.len() > LINE_WANTED
                && !must_not_fold
                && length > 0
                && !blank.is_empty()
            {
                out.push_str("\r\n");
                length = 0;
            }
            out.push_str(blank);
            length += blank.len();
            push_cut(word.text, &mut out, &mut length);
        }
    }
    out.push_str("\r\n");
    out
}

struct Word<'a> {
    blank: &'a str,
    text: &'a str,
}

/// Words with the blanks before them; blanks at the very end fall away.
fn words(line: &str) -> impl Iterator<Item = (usize, Word<'_>)> {
    let mut rest = line.trim_end_matches([' ', '\t']);
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = rest.find(|c| c != ' ' && c != '\t')?;
        let (blank, from_word) = rest.split_at_checked(start)?;
        let end = from_word.find([' ', '\t']).unwrap_or(from_word.len());
        let (text, after) = from_word.split_at_checked(end)?;
        rest = after;
        at += 1;
        Some((at - 1, Word { blank, text }))
    })
}

/// Pushes a word, cut by folds when no line could hold it.
fn push_cut(mut word: &str, out: &mut String, length: &mut usize) {
    while *length + word.len() > LINE_MAX {
        let mut cut = LINE_MAX.saturating_sub(*length).min(word.len());
        while !word.is_char_boundary(cut) {
            cut -= 1;
        }
        let (before, after) = word.split_at_checked(cut).unwrap_or((word, ""));
        out.push_str(before);
        out.push_str("\r\n ");
        *length = 1;
        word = after;
    }
    out.push_str(word);
    *length += word.len();
}

/// `Tue, 03 Nov 2026 09:12:00 +0900` (RFC 5322 §3.3).
pub fn date(timestamp: Timestamp, offset: Offset) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let local = offset.to_datetime(timestamp);
    let name = |names: &[&'static str], at: i8| {
        usize::try_from(at)
            .ok()
            .and_then(|at| names.get(at).copied())
            .unwrap_or_default()
    };
    let minutes = offset.seconds() / 60;
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}{:02}{:02}",
        name(&DAYS, local.weekday().to_monday_zero_offset()),
        local.day(),
        name(&MONTHS, local.month() - 1),
        local.year(),
        local.hour(),
        local.minute(),
        local.second(),
        if minutes < 0 { '-' } else { '+' },
        minutes.abs() / 60,
        minutes.abs() % 60,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_fields_are_folded() {
        let value = "word ".repeat(60);
        let line = field("Subject", &value);
        assert!(
            line.split("\r\n").all(|line| line.len() <= LINE_WANTED),
            "{line}"
        );
        assert_eq!(
            line.replace("\r\n", ""),
            format!("Subject: {}", value.trim_end())
        );
        let line = field("X", &"あ".repeat(2000));
        assert!(line.split("\r\n").all(|line| line.len() <= LINE_MAX));
        assert_eq!(field("A", "x\r\n\ty"), "A: x\r\n\ty\r\n");
        assert_eq!(field("A", ""), "A:\r\n");
    }

    #[test]
    fn dates() {
        let timestamp: Timestamp = "2026-11-03T00:12:00Z".parse().unwrap();
        assert_eq!(
            date(timestamp, Offset::from_hours(9).unwrap()),
            "Tue, 03 Nov 2026 09:12:00 +0900"
        );
        assert_eq!(
            date(timestamp, Offset::from_seconds(-34200).unwrap()),
            "Mon, 02 Nov 2026 14:42:00 -0930"
        );
    }
}
