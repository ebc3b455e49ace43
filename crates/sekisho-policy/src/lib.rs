//! Rules for both directions: facts in, one verdict out, and why in words.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod condition;
mod disposition;
mod error;
mod explain;
mod facts;
mod finding;
mod judge;
pub mod limits;
mod pattern;
mod policy;
mod predicate;
mod rule;
mod text;
mod verdict;

pub use condition::Condition;
pub use disposition::{ActionKind, Approver, Delay, Disposition, Edit, Hold, ReplyText};
pub use error::{PolicyError, Problem};
pub use explain::explain;
pub use facts::{
    AuthenticationFacts, Direction, DkimFacts, DmarcPolicy, Envelope, Facts, HeaderMailbox,
    HeaderPlace, MessageFacts, Outcome, PartFacts, PartVerdict, Person, Recipient, ScoreFacts,
    Sender, Side, Uninspectable,
};
pub use finding::Finding;
pub use judge::judge;
pub use pattern::{AddressPattern, IdPattern, Network, TextPattern};
pub use policy::{Change, Policy, Preset};
pub use predicate::{
    AttachmentIs, AuthIs, ClientIs, FindingIs, Predicate, RecipientsAre, SenderIs,
};
pub use rule::{Action, ApproverRule, Mode, Rule, Scope, Then};
pub use verdict::{MatchedRule, Share, Verdict};
