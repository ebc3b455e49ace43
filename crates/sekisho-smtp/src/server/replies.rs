//! All that the server says by itself, in one table. English, as SMTP is; what happened and what to do.

use crate::reply::Reply;

macro_rules! table {
    ($($name:ident = $reply:expr;)*) => {
        $(pub(crate) const $name: Reply = $reply;)*
        /// For the test that each line is well-formed.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, Reply)] = &[$((stringify!($name), $name)),*];
    };
}

table! {
    // Going well.
    START_TLS = Reply::fixed(220, (2, 0, 0), "Ready to start TLS");
    BYE = Reply::fixed(221, (2, 0, 0), "Bye");
    SIGNED_IN = Reply::fixed(235, (2, 7, 0), "Signed in");
    SENDER_OK = Reply::fixed(250, (2, 1, 0), "Sender accepted");
    RECIPIENT_OK = Reply::fixed(250, (2, 1, 5), "Recipient accepted");
    RESET = Reply::fixed(250, (2, 0, 0), "Reset");
    NOOP = Reply::fixed(250, (2, 0, 0), "OK");
    CHUNK_OK = Reply::fixed(250, (2, 6, 0), "Chunk taken");
    // RFC 5321 §3.5.3: 252 says neither yes nor no, so names cannot be harvested.
    VRFY = Reply::fixed(252, (2, 1, 5), "Not told here; send the mail and see");
    HELP = Reply::fixed(214, (2, 0, 0), "Commands: EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP AUTH STARTTLS QUIT (RFC 5321)");
    GO_AHEAD = Reply::bare(354, "Send the mail, end with <CRLF>.<CRLF>");

    // The end of the session.
    SHUTTING_DOWN = Reply::fixed(421, (4, 3, 2), "Shutting down, try again in a minute");
    TIMED_OUT = Reply::fixed(421, (4, 4, 2), "Nothing heard for too long, closing");
    ANSWER_TIMED_OUT = Reply::fixed(421, (4, 3, 0), "The system did not answer in time, try again later");
    TOO_MANY_ERRORS = Reply::fixed(421, (4, 7, 0), "Too many errors, closing");
    TOO_MANY_FAILED_RECIPIENTS = Reply::fixed(421, (4, 7, 0), "Too many refused recipients, closing");
    TOO_MANY_FAILED_SIGN_INS = Reply::fixed(421, (4, 7, 0), "Too many failed sign-ins, closing");
    TOO_MANY_IDLE_COMMANDS = Reply::fixed(421, (4, 7, 0), "Too many commands without a mail, closing");
    ENDLESS_LINE = Reply::fixed(421, (4, 5, 0), "Endless line, closing");
    ENDLESS_CONTENT = Reply::fixed(421, (4, 3, 4), "The mail has no end within the limit, closing");
    TOO_MUCH_AHEAD = Reply::fixed(421, (4, 5, 0), "Too much sent without waiting for answers, closing");
    // A command line that ends by LF alone: see limits::BARE_LF_WAIT.
    BARE_LF_LINE = Reply::fixed(500, (5, 5, 2), "A line must end with CRLF, not with LF alone (RFC 5321 2.3.8); closing");
    EARLY_TALKER = Reply::fixed(554, (5, 5, 1), "Spoke before the greeting, closing");
    HTTP = Reply::fixed(554, (5, 5, 1), "This is SMTP, not HTTP; closing");
    TLS_HELLO = Reply::fixed(554, (5, 5, 1), "A TLS handshake where SMTP begins in the clear: use STARTTLS here, or the port for TLS; closing");
    // RFC 5321 §2.3.8 and "SMTP smuggling" (SEC Consult 2023): after CR CR LF . CR LF sender and receiver may
    // disagree about where the mail ends, so nothing behind it may be read as a command.
    AMBIGUOUS_END = Reply::fixed(550, (5, 6, 11), "The mail has a bare CR before its end, so its end is ambiguous; refused, closing");

    // Order and syntax.
    UNKNOWN_COMMAND = Reply::fixed(500, (5, 5, 1), "Command not known");
    EMPTY_LINE = Reply::fixed(500, (5, 5, 2), "An empty line is no command");
    LINE_TOO_LONG = Reply::fixed(500, (5, 5, 2), "Line too long");
    BARE_CR_OR_LF_IN_LINE = Reply::fixed(500, (5, 5, 2), "The line has a bare CR or LF; only CRLF ends a line (RFC 5321 2.3.8)");
    CONTROL_IN_LINE = Reply::fixed(500, (5, 5, 2), "The line has a NUL or another control character");
    NOT_UTF8 = Reply::fixed(500, (5, 5, 2), "The line is neither ASCII nor UTF-8");
    NOT_IMPLEMENTED = Reply::fixed(502, (5, 5, 1), "Command not implemented");
    NO_ARGUMENT_EXPECTED = Reply::fixed(501, (5, 5, 4), "This command takes no argument");
    BAD_HELO = Reply::fixed(501, (5, 5, 4), "Name yourself: EHLO host.example.net, or EHLO [192.0.2.1]");
    BAD_MAIL = Reply::fixed(501, (5, 5, 4), "Write MAIL FROM:<sender@example.net>");
    BAD_RCPT = Reply::fixed(501, (5, 5, 4), "Write RCPT TO:<recipient@example.net>");
    BAD_SENDER_ADDRESS = Reply::fixed(501, (5, 1, 7), "Sender address not well-formed");
    BAD_RECIPIENT_ADDRESS = Reply::fixed(501, (5, 1, 3), "Recipient address not well-formed");
    BAD_PARAMETER = Reply::fixed(501, (5, 5, 4), "Parameter not well-formed, or given twice");
    UNKNOWN_PARAMETER = Reply::fixed(555, (5, 5, 4), "Parameter not known");
    // RFC 6531 §3.5: 553 with X.6.7 for an address that needs SMTPUTF8.
    NEEDS_SMTPUTF8 = Reply::fixed(553, (5, 6, 7), "The address is not ASCII: say SMTPUTF8 with MAIL");
    BAD_CHUNK_SIZE = Reply::fixed(501, (5, 5, 4), "Write BDAT <bytes> [LAST]; closing, as what follows cannot be told from commands");
    HELO_FIRST = Reply::fixed(503, (5, 5, 1), "Say EHLO first");
    NESTED_MAIL = Reply::fixed(503, (5, 5, 1), "A mail is already begun; send it, or RSET");
    MAIL_FIRST = Reply::fixed(503, (5, 5, 1), "Say MAIL first");
    NO_RECIPIENTS = Reply::fixed(554, (5, 5, 1), "No valid recipients");
    BDAT_BEGUN = Reply::fixed(503, (5, 5, 1), "The mail is being sent by BDAT; go on with BDAT, or RSET");
    CHUNK_AFTER_FAILURE = Reply::fixed(503, (5, 5, 1), "An earlier chunk was refused; RSET and begin again");

    // TLS and sign-in.
    TLS_ALREADY = Reply::fixed(503, (5, 5, 1), "TLS is already on");
    TLS_NOT_OFFERED = Reply::fixed(502, (5, 5, 1), "TLS is not offered here");
    TLS_FIRST = Reply::fixed(530, (5, 7, 0), "Say STARTTLS first"); // RFC 3207 §4
    SIGN_IN_FIRST = Reply::fixed(530, (5, 7, 0), "Sign in first (AUTH)"); // RFC 4954 §6
    AUTH_NEEDS_TLS = Reply::fixed(538, (5, 7, 11), "Sign-in needs TLS: say STARTTLS first");
    AUTH_NOT_OFFERED = Reply::fixed(502, (5, 5, 1), "Sign-in is not offered here; use the submission port");
    AUTH_TWICE = Reply::fixed(503, (5, 5, 1), "Already signed in");
    AUTH_IN_MAIL = Reply::fixed(503, (5, 5, 1), "A mail is begun; sign in before MAIL");
    AUTH_SYNTAX = Reply::fixed(501, (5, 5, 4), "Write AUTH mechanism [initial response]");
    AUTH_UNKNOWN = Reply::fixed(504, (5, 5, 4), "Sign-in mechanism not offered, see EHLO");
    AUTH_NOT_BASE64 = Reply::fixed(501, (5, 5, 2), "Not base64"); // RFC 4954 §4
    AUTH_CANCELLED = Reply::fixed(501, (5, 7, 0), "Sign-in cancelled");
    AUTH_MALFORMED = Reply::fixed(501, (5, 5, 2), "The message does not follow the sign-in mechanism");
    AUTH_REFUSED = Reply::fixed(535, (5, 7, 8), "User name or password is wrong");
    AUTH_TRY_LATER = Reply::fixed(454, (4, 7, 0), "Sign-in is not possible just now, try again later");

    // Limits and content.
    TOO_BIG = Reply::fixed(552, (5, 3, 4), "The mail is larger than this server takes, see SIZE in EHLO");
    CHUNK_TOO_BIG = Reply::fixed(552, (5, 3, 4), "The chunk is far larger than this server takes, closing");
    TOO_MANY_RECIPIENTS = Reply::fixed(452, (4, 5, 3), "Too many recipients, send the rest in another mail");
    BARE_CR_OR_LF = Reply::fixed(550, (5, 6, 11), "The mail has a bare CR or LF; lines must end with CRLF (RFC 5321 2.3.8)");
    TEXT_LINE_TOO_LONG = Reply::fixed(550, (5, 6, 0), "The mail has a line of more than a million bytes");
    LOOP = Reply::fixed(554, (5, 4, 6), "The mail has over 100 Received lines: it goes in a circle");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reply_is_one_plain_line_and_code_and_status_agree() {
        for (name, reply) in ALL {
            let mut line = Vec::new();
            reply.write(&mut line);
            assert!(line.len() <= 512 && line.ends_with(b"\r\n"), "{name}");
            assert!(line.is_ascii() && !line.contains(&b'?'), "{name}");
            if let Some(enhanced) = reply.enhanced {
                assert_eq!(u16::from(enhanced.class), reply.code / 100, "{name}");
            }
        }
    }
}
