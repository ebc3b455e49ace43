//! Rules for both directions: facts in, one verdict out, and why in words.
//!
//! [`Facts`] are gathered once for a mail and stored with it. [`judge`] is a pure function of them
//! and a [`Policy`]: the same mail under the same policy gives the same [`Verdict`], and any stored
//! mail can be judged again under a draft. A verdict names what was found, every rule that matched
//! (also those that only watch), and for each recipient what is done; each with its words in Japanese
//! and English.
//!
//! A policy is a preset, changes to it, and rules of one's own, written in TOML. A rule is a tree of
//! predicates (`all`, `any`, `not`), an exception (`unless`) and an action (`then`):
//!
//! - Values of one list are alternatives; the fields of one table must all hold.
//! - Rules are asked by `order`, then as written; own rules begin at 100, presets at 1000. A rule with
//!   `stop = true` that matches ends it.
//! - Where rules disagree, the gravest action wins: refuse, quarantine, hold, discard, delay, junk,
//!   deliver; the changes (`edits`) of all of them are made. `mode = "watch"` notes without acting,
//!   `"watch-notify"` also tells the sender.
//! - `applies_to = "external"` acts on the copies for recipients outside only, `"matching"` on those of
//!   the recipients whom the condition is about; the others go on.
//! - Where a fact is missing (the directory was not asked, history is not there, the texts were gone
//!   through for other words), a condition may hold and may not. Then the safe way is taken: a rule that
//!   stops, delays or changes is taken to match and its exception not to, one that only lets pass is not,
//!   and refuse and discard become a hold by the administrators.
//! - Texts of a mail are not kept: what the [`Vocabulary`] of a policy found in them is.
//!
//! It never reads a clock, a file or the network, never sends anything, and never throws mail away
//! unless an administrator's own rule says so. A hold never ends in a delivery by time alone, and a
//! sender never approves for themselves.
//!
//! ```
//! use sekisho_policy::{ActionKind, Direction, Facts, Finding, Policy, Recipient, Side, judge};
//! use sekisho_words::Words;
//!
//! let mut facts = Facts { direction: Direction::Outbound, ..Facts::default() };
//! facts.recipients.push(Recipient {
//!     address: "tanaka@soto.example.net".parse().unwrap(),
//!     side: Side::External,
//!     place: Default::default(),
//! });
//! assert_eq!(judge(&facts, &Policy::default()).disposition.action, ActionKind::Delay);
//!
//! let why = Words { ja: "マイナンバーがあります。".into(), en: "There is a My Number.".into() };
//! facts.findings.push(Finding::certain("dlp.my_number", "********2014", "part 1", why));
//! let verdict = judge(&facts, &Policy::default());
//! assert_eq!(verdict.disposition.action, ActionKind::Hold);
//! assert!(verdict.disposition.why.ja.contains("管理者の承認を待っています")); // no manager is known
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod check;
mod condition;
mod disposition;
mod error;
mod explain;
mod facts;
mod finding;
mod free_mail;
mod judge;
pub mod limits;
mod list;
mod pattern;
mod policy;
mod predicate;
mod rule;
mod text;
mod verdict;
mod vocabulary;

pub use check::{Remark, check};
pub use condition::Condition;
pub use disposition::{
    ActionKind, Approver, BannerPlace, Delay, Disposition, Edit, Hold, ReplyText, StrippedPart,
};
pub use error::{PolicyError, Problem};
pub use explain::explain;
pub use facts::{
    AuthenticationFacts, ContactFacts, Direction, DkimFacts, DmarcPolicy, EngineAnswer, EngineSaid,
    Envelope, Facts, HeaderMailbox, HeaderPlace, Importance, MessageFacts, MessageKind,
    MessageTrait, Outcome, PartFacts, PartVerdict, Person, PersonFacts, Recipient, ReportFacts,
    ReportedFacts, ScoreFacts, Sender, Side, Uninspectable, WordField, WordHit, WordsFound,
};
pub use finding::Finding;
pub use free_mail::is_free_mail;
pub use judge::judge;
pub use list::{List, ListValues};
pub use pattern::{AddressPattern, IdPattern, Network, TextPattern};
pub use policy::{Change, Policy, Preset};
pub use predicate::{
    AttachmentIs, AttributeIs, AuthIs, ClassificationIs, ClientIs, FindingIs, HeaderIs, PersonIs,
    Predicate, RecipientsAre, Relation, SenderIs, TimeIs, Weekday,
};
pub use rule::{
    Action, AddedRule, ApproverRule, EditRule, For, IfSigned, Mode, NotifyRule, Rule, Scope, Then,
    Whose,
};
pub use verdict::{MatchedRule, Notify, NotifyWhom, Share, Verdict};
pub use vocabulary::{Search, Vocabulary};
