//! What an administrator, an approver or a sender can do, as typed commands.
//!
//! The command line, the pages and the scheduler all come through here, so that a decision has its
//! checks (who may), its notices (who is told) and its words in one place. A command reads or changes
//! the store and the directory; it opens no socket and prints nothing.
//!
//! - [`Command`] is everything that the command line can ask of a running server, in JSON form;
//!   [`Desk::run`] carries it out.
//! - [`waiting`] has the decisions on held, delayed and quarantined mail.
//! - [`notice`] writes the mails that tell people: in their language, with CRLF line ends, a Date and a
//!   Message-ID of their own, and `Auto-Submitted` so that no robot answers.
//! - [`Route`] says which next server takes the mail for a destination.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod audit;
mod caller;
mod command;
mod desk;
mod dmarc;
mod dns_records;
mod door;
mod failure;
mod lists;
mod local;
pub mod notice;
mod organisation;
mod people;
mod policy;
mod queue;
mod records;
mod route;
mod secret_text;
mod visible;
pub mod waiting;

pub use caller::Caller;
pub use command::{Command, Request};
pub use desk::Desk;
pub use dmarc::{DMARC_SETTING, DmarcSettings, ReceivedSettings, ReportSettings, dmarc_of};
pub use dns_records::{DKIM_SETTINGS, WantedRecord, dkim_records, wanted_records};
pub use door::{DOOR_SETTING, Door, Greylist, GreylistWhen, door_of};
pub use failure::CommandFailure;
pub use lists::{ListDraft, lists_of};
pub use local::{language_of, time_in};
pub use people::{UserChange, UserDraft};
pub use policy::{POLICY_SETTING, Trial, policy_of};
pub use records::TraceRequest;
pub use route::{NextHop, Route, RouteTls, routes_of};
pub use secret_text::SecretText;
pub use visible::{visible, visible_lines};
