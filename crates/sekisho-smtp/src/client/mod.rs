//! The client's side: one connection to one server, many mails.

mod io;
mod remote_reply;
mod session;

pub use io::{
    Config, Input, Mail, MailResult, Outcome, Output, RecipientResult, SessionFailure, TlsMode,
};
pub use remote_reply::RemoteReply;
pub use session::{Capabilities, Session};
