//! Block and allow lists that people keep: by address, network, domain, sender, HELO name and recipient.
//!
//! An [`Entry`] belongs to an organisation, or to one person of it. [`Lists`] is a snapshot that answers for one
//! mail in memory. A person's entry counts for their own mail only, and never lifts what the organisation blocks.
//! Of two entries of one owner the more exact one counts, and blocking before allowing where they are alike.
//!
//! Allowing skips spam rules and greylisting. It never lets malware through, and a forged sender stays forged: an
//! entry lifts the refusal that a domain's DMARC record asks for only when it names the domain that must have
//! authenticated instead (`authenticated`), as for a mailing list that changes what it passes on.

mod entry;
mod line;
mod lookup;
mod network;

pub use entry::{Action, Entry, Verb, What};
pub use line::{LineError, parse_line, print_line};
pub use lookup::{Lists, Seen};
pub use network::Network;
