//! What is known at the door of mail from outside: lists that people keep, public lists, the way it came, the names
//! of the client. All of it is told as findings; points go to the spam filter's score where there is one.

mod hops;
mod listed;
mod names;
mod public;

use sekisho_auth::{Answers, Authentication, Wanted};
use sekisho_mime::Message;
use sekisho_policy::Facts;
use sekisho_spam::dnsbl::{DnsLists, Hit};
use sekisho_spam::lists::{Lists, Network};

use crate::Context;

pub(crate) use hops::true_client;
pub use names::{NameSign, client_names};

/// What the organisation asks at its door.
#[derive(Debug, Clone, Copy)]
pub struct AtDoor<'a> {
    /// Block and allow lists.
    pub lists: &'a Lists,
    /// The account of each recipient of the context, for entries of persons.
    pub owners: &'a [Option<i64>],
    /// Public lists.
    pub dns_lists: &'a DnsLists,
    /// Zones of public lists that are not asked just now.
    pub zones_off: &'a [String],
    /// Gateways of ours, whose Received lines are believed.
    pub trusted_hops: &'a [Network],
    /// Whether the names of the client are looked at.
    pub names: bool,
}

/// What DNS says of the door.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    hits: Vec<Hit>,
    names: Vec<NameSign>,
}

/// Asks DNS about client, sender and links.
///
/// # Errors
/// DNS questions that are wanted first.
pub(crate) fn asked(raw: &[u8], context: &Context<'_>) -> Result<Asked, Wanted> {
    let (Some(door), Some(answers)) = (context.door, context.answers) else {
        return Ok(Asked::default());
    };
    let hits = public::hits(raw, context, &door, answers);
    let names = if door.names {
        names::signs(context, answers)
    } else {
        Ok(Vec::new())
    };
    match (hits, names) {
        (Ok(hits), Ok(names)) => Ok(Asked { hits, names }),
        (hits, names) => Err(both(hits.err(), names.err())),
    }
}

/// Both sets of questions as one.
pub(crate) fn both(one: Option<Wanted>, other: Option<Wanted>) -> Wanted {
    let mut all: Vec<_> = [one, other]
        .into_iter()
        .flatten()
        .flat_map(|wanted| wanted.0)
        .collect();
    all.sort();
    all.dedup();
    Wanted(all)
}

/// Adds what was found to the facts. The last of the filters: what is allowed is lifted from what they said.
pub(crate) fn add(
    message: &Message<'_>,
    authentication: Option<&Authentication>,
    asked: Asked,
    context: &Context<'_>,
    facts: &mut Facts,
) {
    let Some(door) = context.door else { return };
    public::add(&asked.hits, facts);
    names::add(&asked.names, facts);
    listed::add(message, authentication, &door, context, facts);
}

/// The reply, or its question as wanted.
fn reply(answers: &Answers, query: sekisho_auth::Query) -> Result<&sekisho_auth::Reply, Wanted> {
    match answers.reply(&query) {
        Some(reply) => Ok(reply),
        None => Err(Wanted(vec![query])),
    }
}
