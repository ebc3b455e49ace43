//! What stands in header fields: words, addresses, dates, parameters.

mod address;
mod date;
mod list;
mod params;
mod scan;
pub(crate) mod sections;
mod unfold;
mod word;

pub use address::{AddressItem, Mailbox};
pub use date::{MailDate, parse_date};
pub use list::parse_addresses;
pub use params::{ContentType, Disposition, Param, Params};
pub(crate) use unfold::unfold;
pub use word::decode_words;
