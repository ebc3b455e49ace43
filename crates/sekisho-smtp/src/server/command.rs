//! Grammar of command lines (RFC 5321 §4.1), from a line without its CRLF to typed arguments.

use sekisho_address::{AddressError, ForwardPath, ReversePath, split_path};

use crate::envelope::{BodyKind, Recipient, Ret};
use crate::limits::HELO_BYTES_MAX;
use crate::reply::Reply;
use crate::server::params;
use crate::server::replies;

/// The commands known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Helo,
    Ehlo,
    Mail,
    Rcpt,
    Data,
    Bdat,
    Rset,
    Noop,
    Vrfy,
    Help,
    Quit,
    StartTls,
    Auth,
    /// Known from the RFCs, not done: EXPN, SEND, SOML, SAML, TURN, ETRN.
    NotImplemented,
}

const VERBS: [(&str, Verb); 19] = [
    ("RCPT", Verb::Rcpt),
    ("MAIL", Verb::Mail),
    ("DATA", Verb::Data),
    ("BDAT", Verb::Bdat),
    ("RSET", Verb::Rset),
    ("NOOP", Verb::Noop),
    ("QUIT", Verb::Quit),
    ("EHLO", Verb::Ehlo),
    ("HELO", Verb::Helo),
    ("AUTH", Verb::Auth),
    ("VRFY", Verb::Vrfy),
    ("HELP", Verb::Help),
    ("STARTTLS", Verb::StartTls),
    ("EXPN", Verb::NotImplemented),
    ("SEND", Verb::NotImplemented),
    ("SOML", Verb::NotImplemented),
    ("SAML", Verb::NotImplemented),
    ("TURN", Verb::NotImplemented),
    ("ETRN", Verb::NotImplemented),
];

/// Verb and argument. Verbs are read in any case (RFC 5321 §2.4); blanks around the argument do not count.
pub(crate) fn split(line: &str) -> Option<(Verb, &str)> {
    let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
    VERBS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(verb))
        .map(|(_, verb)| (*verb, argument.trim_matches(' ')))
}

/// A request line of HTTP: a browser was led here to speak SMTP unknowingly (cross-protocol attack).
pub(crate) fn is_http(line: &[u8]) -> bool {
    line.ends_with(b" HTTP/1.1") || line.ends_with(b" HTTP/1.0")
}

/// `ehlo = "EHLO" SP ( Domain / address-literal )`. Names that are not well-formed but harmless are taken:
/// clients behind NAT send all sorts, and RFC 5321 §4.1.4 forbids refusing a name that does not verify.
/// What could break out of the trace header is not.
pub(crate) fn helo(argument: &str) -> Result<&str, Reply> {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    let fine = (1..=HELO_BYTES_MAX).contains(&argument.len()) && argument.bytes().all(harmless);
    fine.then_some(argument).ok_or(replies::BAD_HELO)
}

/// Arguments of MAIL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MailArgs {
    pub(crate) reverse_path: ReversePath,
    pub(crate) size: Option<u64>,
    pub(crate) body: BodyKind,
    pub(crate) smtputf8: bool,
    pub(crate) ret: Option<Ret>,
    pub(crate) envid: Option<String>,
}

/// `mail = "MAIL FROM:" Reverse-path [SP Mail-parameters]`
pub(crate) fn mail(argument: &str) -> Result<MailArgs, Reply> {
    let (path, params) = split_argument(argument, "FROM:", &replies::BAD_MAIL)?;
    let path = path.map_err(bad_sender)?;
    let mut args = MailArgs {
        reverse_path: ReversePath::parse(path).map_err(bad_sender)?,
        size: None,
        body: BodyKind::SevenBit,
        smtputf8: false,
        ret: None,
        envid: None,
    };
    for (key, value) in params::split(params)? {
        match (key.as_str(), value) {
            ("SIZE", Some(value)) => args.size = Some(params::size(value)?),
            ("BODY", Some(value)) => args.body = params::body(value)?,
            ("SMTPUTF8", None) => args.smtputf8 = true,
            ("RET", Some(value)) => args.ret = Some(params::ret(value)?),
            ("ENVID", Some(value)) => args.envid = Some(params::envid(value)?),
            // RFC 4954 §5: whom the client believes to be the author. Any server may say so; not trusted.
            ("AUTH", Some(value)) => drop(params::xtext(value)?),
            ("SIZE" | "BODY" | "SMTPUTF8" | "RET" | "ENVID" | "AUTH", _) => {
                return Err(replies::BAD_PARAMETER);
            }
            _ => return Err(unknown(&key)),
        }
    }
    // RFC 6531 §3.5
    if !path.is_ascii() && !args.smtputf8 {
        return Err(replies::NEEDS_SMTPUTF8);
    }
    Ok(args)
}

/// `rcpt = "RCPT TO:" Forward-path [SP Rcpt-parameters]`. `smtputf8`: said with MAIL.
pub(crate) fn rcpt(argument: &str, smtputf8: bool) -> Result<Recipient, Reply> {
    let (path, params) = split_argument(argument, "TO:", &replies::BAD_RCPT)?;
    let path = path.map_err(bad_recipient)?;
    let mut recipient = Recipient::new(ForwardPath::parse(path).map_err(bad_recipient)?);
    if !path.is_ascii() && !smtputf8 {
        return Err(replies::NEEDS_SMTPUTF8);
    }
    for (key, value) in params::split(params)? {
        match (key.as_str(), value) {
            ("NOTIFY", Some(value)) => recipient.notify = Some(params::notify(value)?),
            ("ORCPT", Some(value)) => recipient.original = Some(params::orcpt(value)?),
            ("NOTIFY" | "ORCPT", None) => return Err(replies::BAD_PARAMETER),
            _ => return Err(unknown(&key)),
        }
    }
    Ok(recipient)
}

/// `chunk-size [ SP "LAST" ]`, RFC 3030 §2.
pub(crate) fn bdat(argument: &str) -> Option<(u64, bool)> {
    let mut words = argument.split(' ').filter(|word| !word.is_empty());
    let size = words.next()?;
    let last = match (words.next(), words.next()) {
        (None, _) => false,
        (Some(word), None) if word.eq_ignore_ascii_case("LAST") => true,
        _ => return None,
    };
    // `+5` would be a number to Rust.
    let digits = size.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| size.parse().ok())
        .flatten()
        .map(|size| (size, last))
}

type Path<'a> = Result<&'a str, AddressError>;

/// The path and the parameters behind it.
///
/// Differs: blanks after the colon are taken (seen from Outlook and from scripts).
fn split_argument<'a>(
    argument: &'a str,
    keyword: &str,
    syntax: &Reply,
) -> Result<(Path<'a>, &'a str), Reply> {
    let (found, rest) = argument
        .split_at_checked(keyword.len())
        .ok_or_else(|| syntax.clone())?;
    if !found.eq_ignore_ascii_case(keyword) {
        return Err(syntax.clone());
    }
    match split_path(rest.trim_start_matches(' ')) {
        Ok((path, params)) if params.is_empty() || params.starts_with(' ') => {
            Ok((Ok(path), params))
        }
        Ok(_) => Err(replies::BAD_PARAMETER),
        Err(error) => Ok((Err(error), "")),
    }
}

fn bad_sender(error: AddressError) -> Reply {
    replies::BAD_SENDER_ADDRESS.saying(format!("Sender address not well-formed: {error}"))
}

fn bad_recipient(error: AddressError) -> Reply {
    replies::BAD_RECIPIENT_ADDRESS.saying(format!("Recipient address not well-formed: {error}"))
}

fn unknown(key: &str) -> Reply {
    replies::UNKNOWN_PARAMETER.saying(format!("Parameter {key} not known"))
}
