//! The server's side of one connection.

mod config;
mod io;
mod refusal;
mod replies;
mod session;

pub use config::{Config, Peer, Role};
pub use io::{Answer, AuthAnswer, AuthQuestion, Input, Output, Proof, Question};
pub use refusal::{MessageRefusal, RcptRefusal, SenderRefusal};
pub use session::Session;
