//! An entry as a line of text, for import and export:
//! `block domain:example.com action=quarantine until=2027-01-01T00:00:00Z user=a@example.jp # why`.

use jiff::Timestamp;
use sekisho_address::{Address, Domain};

use super::{Action, Entry, Verb, What};

/// Why a line is no entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Neither a network, domain, sender, HELO name nor recipient.
    #[error("`{0}` is no `ip:`, `domain:`, `sender:`, `helo:` or `recipient:` with its value")]
    What(String),
    /// A word behind it that nobody knows.
    #[error(
        "`{0}` is none of action=refuse|quarantine|junk, until=TIME, authenticated=DOMAIN, user=ADDRESS"
    )]
    Option(String),
    /// Only what is blocked has an action.
    #[error("an allowed entry has no action")]
    ActionOfAllowed,
}

/// Reads a line; none: empty, or a comment only. `verb` is for lines that do not say it, such as plain lists of
/// other systems. The owner is given as an address, for whoever knows the accounts.
///
/// # Errors
/// What is wrong with the line.
pub fn parse_line(line: &str, verb: Verb) -> Result<Option<(Entry, Option<Address>)>, LineError> {
    let (text, comment) = match line.split_once('#') {
        Some((text, comment)) => (text, comment.trim()),
        None => (line, ""),
    };
    let mut words = text.split_whitespace().peekable();
    let verb = match words.peek() {
        None => return Ok(None),
        Some(&"block") => Some(Verb::Block(Action::default())),
        Some(&"allow") => Some(Verb::Allow),
        Some(_) => None,
    }
    .inspect(|_| {
        words.next();
    })
    .unwrap_or(verb);
    let what = words.next().unwrap_or_default();
    let mut entry = Entry {
        id: 0,
        owner: None,
        verb,
        what: What::parse(what).ok_or_else(|| LineError::What(what.to_owned()))?,
        authenticated: None,
        expires_at: None,
        comment: comment.to_owned(),
    };
    let mut owner = None;
    for word in words {
        let unknown = || LineError::Option(word.to_owned());
        match word.split_once('=').ok_or_else(unknown)? {
            ("action", value) => {
                let action = Action::from_word(value).ok_or_else(unknown)?;
                if entry.verb == Verb::Allow {
                    return Err(LineError::ActionOfAllowed);
                }
                entry.verb = Verb::Block(action);
            }
            ("until", value) => {
                entry.expires_at = Some(value.parse::<Timestamp>().map_err(|_| unknown())?);
            }
            ("authenticated", value) => {
                entry.authenticated = Some(Domain::parse(value).map_err(|_| unknown())?);
            }
            ("user", value) => owner = Some(Address::parse(value).map_err(|_| unknown())?),
            _ => return Err(unknown()),
        }
    }
    Ok(Some((entry, owner)))
}

/// The line that gives the entry again. `owner` is the address of its account.
pub fn print_line(entry: &Entry, owner: Option<&Address>) -> String {
    let mut line = format!("{} {}", entry.verb.word(), entry.what);
    if let Some(action) = entry.verb.action()
        && action != Action::default()
    {
        line.push_str(&format!(" action={}", action.word()));
    }
    if let Some(until) = entry.expires_at {
        line.push_str(&format!(" until={until}"));
    }
    if let Some(domain) = &entry.authenticated {
        line.push_str(&format!(" authenticated={}", domain.as_str()));
    }
    if let Some(owner) = owner {
        line.push_str(&format!(" user={owner}"));
    }
    if !entry.comment.is_empty() {
        let comment: String = entry
            .comment
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        line.push_str(&format!(" # {}", comment.trim()));
    }
    line
}
