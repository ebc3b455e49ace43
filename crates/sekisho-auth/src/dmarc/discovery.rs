//! Finding the policy of a domain (RFC 7489 §6.6.3).

use super::DmarcPolicy;
use super::record::{DmarcRecord, DmarcRecordError};
use crate::dns::{Answers, Kind, Query, Record, Reply, Wanted};
use crate::domain;
use crate::limits::WALK_LABELS_MAX;

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
        /// The domain that everything aligned has to be in.
        organisational: String,
    },
    /// A DMARC record without a policy.
    Broken,
    /// DNS gave no answer.
    Unreachable,
}

/// Looks for the record of `from`, in normal form.
///
/// # Errors
/// [`Wanted`] when DNS answers are missing; all places are asked for at once.
pub(crate) fn discover(from: &str, answers: &Answers) -> Result<Discovery, Wanted> {
    let places = walk(from);
    let queries = places.iter().map(|place| policy_query(place));
    let missing: Vec<Query> = queries
        .filter(|query| answers.reply(query).is_none())
        .collect();
    if !missing.is_empty() {
        return Err(Wanted(missing));
    }
    let mut found = Vec::new();
    for place in places {
        let at_place = record_at(&place, answers)?;
        let ends =
            matches!(&at_place, Some(Discovery::Found { record, .. }) if record.suffix.is_some());
        found.push((place, at_place));
        if ends {
            break;
        }
    }
    let own = organisational(from, &found);
    chosen(from, &own, found, answers)
}

/// The domain and those above it, nearest first (RFC 9989 §4.10): of a deep name the last seven
/// labels only, so that nobody makes us ask a hundred questions.
fn walk(from: &str) -> Vec<String> {
    let mut places = vec![from.to_owned()];
    let mut rest = from;
    while let Some((_, above)) = rest.split_once('.') {
        rest = above;
        if above.split('.').count() <= WALK_LABELS_MAX {
            places.push(above.to_owned());
        }
    }
    places
}

/// The organisational domain: where records say where it is (`psd`, RFC 9989 §4.10.2) as they
/// say, else by the public suffix list (RFC 7489 §3.2), which knows the domains without a record.
fn organisational(from: &str, found: &[(String, Option<Discovery>)]) -> String {
    let mut below: Option<&str> = None;
    for (place, at_place) in found {
        if let Some(Discovery::Found { record, .. }) = at_place {
            match record.suffix {
                Some(false) => return place.clone(),
                Some(true) => return below.unwrap_or(place).to_owned(),
                None => {}
            }
        }
        below = Some(place);
    }
    domain::organisational(from)
}

/// The record that applies: that of the domain itself, of its organisation, of one in between,
/// or of the public suffix when that is one that takes part (RFC 9989 §4.10.1).
fn chosen(
    from: &str,
    own: &str,
    found: Vec<(String, Option<Discovery>)>,
    answers: &Answers,
) -> Result<Discovery, Wanted> {
    let rank = |place: &str, discovery: &Discovery| match discovery {
        _ if place == from => Some(0),
        _ if place == own => Some(1),
        // Only what a record says counts here: an error of a stranger above is not ours.
        Discovery::Found { .. } if domain::is_within(place, own) => Some(2),
        Discovery::Found { record, .. } if record.suffix == Some(true) => Some(3),
        _ => None,
    };
    let candidates = found.into_iter().filter_map(|(place, at_place)| {
        let at_place = at_place?;
        Some((rank(&place, &at_place)?, at_place))
    });
    // Of several in between the one nearest to the organisation, which stands last.
    let best = candidates.reduce(|best, next| if next.0 <= best.0 { next } else { best });
    match best {
        None => Ok(Discovery::None),
        Some((
            _,
            Discovery::Found {
                record, at, policy, ..
            },
        )) => {
            let policy = match at == from {
                true => policy,
                false => below(from, &record, answers)?,
            };
            let organisational = own.to_owned();
            Ok(Discovery::Found {
                record,
                at,
                policy,
                organisational,
            })
        }
        Some((_, other)) => Ok(other),
    }
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

/// The one DMARC record at a domain in normal form, for whoever reports to its owner; `None` when
/// there is none that can be used.
///
/// # Errors
/// [`Wanted`] when the DNS answer is not there yet.
pub fn published(domain: &str, answers: &Answers) -> Result<Option<Box<DmarcRecord>>, Wanted> {
    Ok(match record_at(domain, answers)? {
        Some(Discovery::Found { record, .. }) => Some(record),
        _ => None,
    })
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
            organisational: String::new(),
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
