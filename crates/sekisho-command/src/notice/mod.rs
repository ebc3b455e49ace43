//! Mails that tell people what happened to theirs, in their language.

mod bounce;
mod dmarc;
mod hold;
mod letter;
mod report;
mod rule;

pub use bounce::{About, bounce, delivered, delivery_report};
pub use dmarc::DmarcReport;
pub use hold::{
    Asking, HoldEnd, Waiting, approval_request, ask_again, delay_told, hold_ended, hold_told,
};
pub use letter::Letter;
pub use report::report_mail;
pub use rule::rule_matched;
