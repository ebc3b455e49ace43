//! The client's side: one connection to one server, many mails.

mod capabilities;
mod hello;
mod io;
mod remote_reply;
mod sending;
mod session;
mod stuffing;

pub use capabilities::Capabilities;
pub use io::{
    Config, Input, Mail, MailResult, Outcome, Output, RecipientResult, SessionFailure, TlsMode,
};
pub use remote_reply::RemoteReply;
pub use session::Session;
