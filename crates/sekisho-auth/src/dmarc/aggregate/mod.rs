//! Aggregate reports: what a receiver saw in a domain's name within a day (RFC 7489 §7.2,
//! Appendix C). Both directions: [`Report::to_xml`] writes ours, [`Report::parse`] reads those of
//! others.
//!
//! Fields that no reader needs are optional when reading: many writers leave some out.

mod address;
mod destination;
mod form;
mod tally;

pub use address::{ReportName, file_name, subject};
pub use destination::{Destination, authorisation_query, destinations, is_authorised};
pub use form::{
    AuthResults, DateRange, DkimAuth, Identifiers, OverrideReason, PolicyEvaluated,
    PolicyPublished, Record, Report, ReportError, ReportMetadata, Row, SpfAuth,
};
pub use tally::{Handling, Observed, alignment, records};
