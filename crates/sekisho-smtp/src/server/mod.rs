//! The server's side of one connection.

mod auth;
mod chunks;
mod command;
mod config;
mod content;
mod greeting;
mod io;
mod line;
mod params;
mod refusal;
mod replies;
mod session;
mod transaction;

pub use config::{Config, Peer, Role};
pub use io::{Answer, AuthAnswer, AuthQuestion, Input, Output, Proof, Question};
pub use refusal::{MessageRefusal, RcptRefusal, SenderRefusal};
pub use session::Session;
