//! Public lists that are asked by DNS (RFC 5782): of clients (DNSBL), of senders' domains (RHSBL), of hosts in links
//! (URIBL).
//!
//! [`DnsLists::look`] asks in rounds as sender authentication does: it gives the [`Hit`]s, or says which DNS answers
//! it wants first. What lists answer for themselves is watched ([`Watch`]): a list that lists everything, that refuses
//! us, or that does not answer is faulty, and a faulty list is not asked for a while.
//!
//! A list says what others think. So all lists together weigh at most [`limits::ALONE_TENTHS_MAX`], which is not
//! enough to call a mail junk, unless the administrator lets a list decide (`decides = true`).
//!
//! None is set up by default: each has terms of use, and most refuse the big public resolvers.
//!
//! [`limits::ALONE_TENTHS_MAX`]: crate::dnsbl::limits::ALONE_TENTHS_MAX

mod ask;
pub mod limits;
mod reading;
mod settings;
mod watch;

pub use ask::{Hit, Subjects};
pub use reading::{Fault, Reading, read};
pub use settings::{About, Code, DnsList, DnsLists, SettingsError};
pub use watch::{Watch, probe, verdict_on};
