//! Finding the policy of a domain (RFC 7489 §6.6.3).

use super::DmarcPolicy;
use super::record::{DmarcRecord, DmarcRecordError};
use crate::dns::{Answers, Kind, Query, Record, Reply, Wanted};
use crate::domain;

/// What a From domain publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Discovery {
    /// Nothing, or several records, which count as nothing.
    None,
    /// A record that applies.
    Found {
        record: Box<DmarcRecord>,
        /// The domain it stands at.
        at: String,
        /// The one of `p`, `sp` and `np` that applies to the From domain.
        policy: DmarcPolicy,
    },
    /// A DMARC record without a policy.
    Broken,
    /// DNS gave no answer.
    Unreachable,
}

/// Looks for the record of `from`, in normal form.
///
/// # Errors
/// [`Wanted`] when DNS answers are missing; both places are asked for at once.
pub(crate) fn discover(from: &str, answers: &Answers) -> Result<Discovery, Wanted> {
    let places = places(from);
    let queries = places.iter().map(|place| policy_query(place));
    let missing: Vec<Query> = queries
        .filter(|query| answers.reply(query).is_none())
        .collect();
    if !missing.is_empty() {
        return Err(Wanted(missing));
    }
    for place in places {
        match record_at(&place, answers)? {
            None => {}
            Some(Discovery::Found { record, at, .. }) if at != from => {
                let policy = below(from, &record, answers)?;
                return Ok(Discovery::Found { record, at, policy });
            }
            Some(found) => return Ok(found),
        }
    }
    Ok(Discovery::None)
}

/// The domains whose records may apply, nearest first. RFC 7489 looks at two; the tree walk of
/// its successor replaces this list.
fn places(from: &str) -> Vec<String> {
    let mut places = vec![from.to_owned(), domain::organisational(from)];
    places.dedup();
    places
}

fn policy_query(place: &str) -> Query {
    Query::new(&format!("_dmarc.{place}"), Kind::Txt)
}

fn text(record: &Record) -> Option<String> {
    match record {
        Record::Txt(txt) => Some(String::from_utf8_lossy(txt).into_owned()),
        _ => None,
    }
}

/// What stands at one place; `None` when the search goes on (§6.6.3 step 3).
fn record_at(place: &str, answers: &Answers) -> Result<Option<Discovery>, Wanted> {
    let records = match answers.ask(policy_query(place))? {
        Reply::Records(records) => records,
        Reply::NoData | Reply::NoSuchName => return Ok(None),
        Reply::Failed => return Ok(Some(Discovery::Unreachable)),
    };
    let mut parsed = records
        .iter()
        .filter_map(text)
        .map(|text| DmarcRecord::parse(&text))
        .filter(|parsed| *parsed != Err(DmarcRecordError::NotDmarc));
    Ok(match (parsed.next(), parsed.next()) {
        (None, _) => None,
        (Some(Ok(record)), None) => Some(Discovery::Found {
            policy: record.policy,
            record: Box::new(record),
            at: place.to_owned(),
        }),
        (Some(Err(_)), None) => Some(Discovery::Broken),
        // §6.6.3 step 5: several records end the search without a policy.
        (Some(_), Some(_)) => Some(Discovery::None),
    })
}

/// What the record of the organisational domain says of a domain below it.
fn below(from: &str, record: &DmarcRecord, answers: &Answers) -> Result<DmarcPolicy, Wanted> {
    let subdomain = record.subdomain_policy.unwrap_or(record.policy);
    match record.missing_subdomain_policy {
        Some(missing) if !exists(from, answers)? => Ok(missing),
        _ => Ok(subdomain),
    }
}

/// RFC 9091 §2.6: a domain without A, AAAA and MX does not exist.
fn exists(from: &str, answers: &Answers) -> Result<bool, Wanted> {
    let kinds = [Kind::A, Kind::Aaaa, Kind::Mx];
    let mut missing = Vec::new();
    let mut any = false;
    for kind in kinds {
        let query = Query::new(from, kind);
        match answers.reply(&query) {
            None => missing.push(query),
            // No answer proves nothing: the milder reading.
            Some(Reply::Records(_) | Reply::Failed) => any = true,
            Some(Reply::NoData | Reply::NoSuchName) => {}
        }
    }
    match any || missing.is_empty() {
        true => Ok(any),
        false => Err(Wanted(missing)),
    }
}
