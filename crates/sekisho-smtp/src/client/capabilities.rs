//! What a server offers.

use crate::client::RemoteReply;

/// From the answer to EHLO (RFC 5321 §4.1.1.1). After HELO there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// RFC 2920
    pub pipelining: bool,
    /// RFC 3207
    pub starttls: bool,
    /// RFC 6152
    pub eight_bit_mime: bool,
    /// RFC 6531
    pub smtputf8: bool,
    /// RFC 3461
    pub dsn: bool,
    /// RFC 1870; `Some(0)` is no limit.
    pub size: Option<u64>,
    /// RFC 9422
    pub recipients_max: Option<usize>,
    /// RFC 9422
    pub mails_max: Option<usize>,
    /// RFC 4954, names as given.
    pub auth: Vec<String>,
}

impl Capabilities {
    pub(crate) fn parse(reply: &RemoteReply) -> Self {
        let mut found = Self::default();
        for line in reply.lines.iter().skip(1) {
            // `AUTH=LOGIN` is how servers of the last century wrote it for clients of theirs.
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            match keyword.as_str() {
                "PIPELINING" => found.pipelining = true,
                "STARTTLS" => found.starttls = true,
                "8BITMIME" => found.eight_bit_mime = true,
                "SMTPUTF8" => found.smtputf8 = true,
                "DSN" => found.dsn = true,
                // RFC 1870 §4: without a number the limit is not told.
                "SIZE" => found.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0)),
                "AUTH" => found.auth.extend(words.map(str::to_owned)),
                "LIMITS" => found.limits(line),
                _ => {}
            }
        }
        found
    }

    /// `LIMITS RCPTMAX=20 MAILMAX=5`
    fn limits(&mut self, line: &str) {
        for word in line.split(' ').skip(1) {
            match word.split_once('=') {
                Some((name, number)) if name.eq_ignore_ascii_case("RCPTMAX") => {
                    self.recipients_max = number.parse().ok().filter(|max| *max > 0);
                }
                Some((name, number)) if name.eq_ignore_ascii_case("MAILMAX") => {
                    self.mails_max = number.parse().ok().filter(|max| *max > 0);
                }
                _ => {}
            }
        }
    }
}
