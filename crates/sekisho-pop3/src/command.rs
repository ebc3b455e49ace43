//! The commands (RFC 1939 §9, RFC 2449, RFC 2595, RFC 5034).

use sekisho_sasl::Secret;

/// One command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Capa,
    Stls,
    User(String),
    Pass(Secret),
    /// Mechanism and initial response in base64; without mechanism: which are there?
    Auth(Option<(String, Option<String>)>),
    Stat,
    List(Option<usize>),
    Uidl(Option<usize>),
    Retr(usize),
    Top(usize, usize),
    Dele(usize),
    Noop,
    Rset,
    Quit,
}

/// Reads a line without its CRLF. `Err`: what to tell the client.
pub(crate) fn parse(line: &[u8]) -> Result<Command, &'static str> {
    let line = std::str::from_utf8(line).map_err(|_| "the command is not UTF-8")?;
    let (word, rest) = match line.split_once(' ') {
        Some((word, rest)) => (word, Some(rest)),
        None => (line, None),
    };
    match word.to_ascii_uppercase().as_str() {
        "USER" => match rest {
            Some(name) if !name.is_empty() => Ok(Command::User(name.to_owned())),
            _ => Err("USER wants a name"),
        },
        // RFC 1939 §7: spaces in it are part of the password.
        "PASS" => Ok(Command::Pass(Secret::from(
            rest.ok_or("PASS wants a password")?,
        ))),
        "AUTH" => auth(rest),
        "TOP" => match numbers(rest)?.as_slice() {
            [number, lines] => Ok(Command::Top(*number, *lines)),
            _ => Err("TOP wants a message number and a number of lines"),
        },
        "LIST" => optional(rest).map(Command::List),
        "UIDL" => optional(rest).map(Command::Uidl),
        "RETR" => one(rest).map(Command::Retr),
        "DELE" => one(rest).map(Command::Dele),
        word => bare(word, rest),
    }
}

fn bare(word: &str, rest: Option<&str>) -> Result<Command, &'static str> {
    let command = match word {
        "CAPA" => Command::Capa,
        "STLS" => Command::Stls,
        "STAT" => Command::Stat,
        "NOOP" => Command::Noop,
        "RSET" => Command::Rset,
        "QUIT" => Command::Quit,
        _ => return Err("unknown command"),
    };
    match rest.map(str::trim) {
        None | Some("") => Ok(command),
        Some(_) => Err("this command takes no argument"),
    }
}

fn auth(rest: Option<&str>) -> Result<Command, &'static str> {
    let mut words = rest.unwrap_or_default().split_ascii_whitespace();
    let Some(mechanism) = words.next() else {
        return Ok(Command::Auth(None));
    };
    let initial = words.next().map(str::to_owned);
    match words.next() {
        None => Ok(Command::Auth(Some((mechanism.to_owned(), initial)))),
        Some(_) => Err("AUTH wants a mechanism and at most one response"),
    }
}

fn numbers(rest: Option<&str>) -> Result<Vec<usize>, &'static str> {
    let words = rest.unwrap_or_default().split_ascii_whitespace().take(3);
    let number = |word: &str| {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            // More than we can count is more than there are.
            Ok(word.parse().unwrap_or(usize::MAX))
        } else {
            Err("a number was expected")
        }
    };
    words.map(number).collect()
}

fn optional(rest: Option<&str>) -> Result<Option<usize>, &'static str> {
    match numbers(rest)?.as_slice() {
        [] => Ok(None),
        [number] => Ok(Some(*number)),
        _ => Err("one message number at most"),
    }
}

fn one(rest: Option<&str>) -> Result<usize, &'static str> {
    optional(rest)?.ok_or("a message number was expected")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        assert_eq!(parse(b"user a b"), Ok(Command::User("a b".into())));
        assert_eq!(parse(b"PASS  x "), Ok(Command::Pass(Secret::from(" x "))));
        assert_eq!(parse(b"LIST"), Ok(Command::List(None)));
        assert_eq!(parse(b"top 1 0"), Ok(Command::Top(1, 0)));
        assert_eq!(
            parse(b"RETR 99999999999999999999999"),
            Ok(Command::Retr(usize::MAX))
        );
        assert_eq!(parse(b"AUTH"), Ok(Command::Auth(None)));
        for bad in [
            "USER", "RETR", "RETR -1", "RETR 1 2", "TOP 1", "NOOP x", "", "\u{0}", "XYZ",
        ] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(parse(b"\xff\xfe").is_err());
    }
}
