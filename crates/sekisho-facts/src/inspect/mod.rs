//! `sekisho inspect`: one request, one answer.

mod answer;
mod known;
mod request;
mod text;

pub use answer::{
    Answer, AnswerAuth, AnswerDkim, AnswerMail, AnswerPart, AnswerPhish, AnswerReason, AnswerSpam,
};
pub use request::{BatchRequest, Given, InspectError, InspectRequest, Organisation, Settings, Vip};

use sekisho_address::{Address, Domain, ReversePath};
use sekisho_auth::{Answers, Query, Reply, Wanted};
use sekisho_dlp::Detectors;
use sekisho_policy::{Direction, Envelope, judge};
use sekisho_spam::Filter;
use sekisho_spam::dnsbl::DnsLists;
use sekisho_spam::lists::{Lists, Network};

use crate::limits::DNS_ROUNDS_MAX;
use crate::look::{Look, look, look_at_file};
use crate::{AtDoor, Context, people};

/// Judges one mail or one attachment without a server. What a zone does not answer has no answer.
///
/// # Errors
/// [`InspectError`] says which field of the request cannot be used, and what to write.
pub fn inspect(request: &InspectRequest<'_>, settings: &Settings) -> Result<Answer, InspectError> {
    let nobody = |queries: Vec<Query>| {
        let failed = queries.into_iter().map(|query| (query, Reply::Failed));
        failed.collect()
    };
    inspect_asking(request, settings, nobody)
}

/// The same, with somebody who answers DNS questions, all those of a round at once, where the request has no zone.
/// A question that is not answered has failed.
///
/// # Errors
/// As [`inspect`].
pub fn inspect_asking(
    request: &InspectRequest<'_>,
    settings: &Settings,
    mut dns: impl FnMut(Vec<Query>) -> Vec<(Query, Reply)>,
) -> Result<Answer, InspectError> {
    let own;
    let detectors = match request.keywords {
        Some(list) => {
            own = Detectors::with_keywords(list.lines())?;
            &own
        }
        None => &settings.detectors,
    };
    let domains = internal_domains(request)?;
    let knowledge = known::knowledge(&request.organisation, &domains)?;
    let mut context = context(request, detectors, &domains)?;
    context.filter = settings.model.as_ref().map(|model| Filter {
        organisation: Some(model),
        personal: None,
    });
    context.knowledge = Some(&knowledge);
    context.vocabulary = Some(settings.policy.vocabulary());
    let hops = trusted_hops(request)?;
    let (lists, dns_lists) = (Lists::default(), DnsLists::default());
    context.door = (!hops.is_empty()).then_some(AtDoor {
        lists: &lists,
        owners: &[],
        dns_lists: &dns_lists,
        zones_off: &[],
        trusted_hops: &hops,
        names: false,
    });
    let seen = if request.is_attachment {
        look_at_file(request.raw, request.name, &context)
    } else {
        let mut answers = match request.dns {
            Some(zone) => Answers::from_zone_json(zone)?,
            None => Answers::new(),
        };
        // Mail of our own is not authenticated.
        let authenticates = request.dns.is_some() || context.direction == Some(Direction::Inbound);
        let ask = |queries: Vec<Query>| {
            if request.dns.is_some() {
                Vec::new()
            } else {
                dns(queries)
            }
        };
        look_asking(request.raw, &mut context, &mut answers, authenticates, ask)?
    };
    let verdict = judge(&seen.facts, &settings.policy);
    Ok(answer::of(request, seen, verdict))
}

fn look_asking(
    raw: &[u8],
    context: &mut Context<'_>,
    answers: &mut Answers,
    authenticates: bool,
    mut ask: impl FnMut(Vec<Query>) -> Vec<(Query, Reply)>,
) -> Result<Look, InspectError> {
    for _ in 0..DNS_ROUNDS_MAX {
        let mut round = context.clone();
        round.answers = authenticates.then_some(&*answers);
        match look(raw, &round) {
            Ok(look) => return Ok(look),
            Err(Wanted(queries)) => {
                for query in &queries {
                    answers.insert(query.clone(), Reply::Failed);
                }
                for (query, reply) in ask(queries) {
                    answers.insert(query, reply);
                }
            }
        }
    }
    let mut last = context.clone();
    last.answers = None;
    look(raw, &last).map_err(|_| InspectError::Dns)
}

fn context<'a>(
    request: &'a InspectRequest<'_>,
    detectors: &'a Detectors,
    internal_domains: &'a [Domain],
) -> Result<Context<'a>, InspectError> {
    let mut context = Context::new(detectors);
    context.now = request.now;
    context.reveal = request.reveal;
    context.passwords = request.passwords;
    context.earlier = request.earlier;
    context.internal_domains = internal_domains;
    context.given = request.given.to_auth();
    context.recipients = request
        .rcpt_to
        .iter()
        .map(|address| parse(address, "rcpt_to"))
        .collect::<Result<_, _>>()?;
    context.envelope = Envelope {
        client_ip: request.ip,
        helo: request.helo.map(str::to_owned),
        reverse_path: match request.mail_from.filter(|address| !is_null(address)) {
            Some(address) => ReversePath::Address(parse(address, "mail_from")?),
            None => ReversePath::Null,
        },
        signed_in: request.auth_user.map(str::to_owned),
        ..Envelope::default()
    };
    context.direction = request.direction.or_else(|| guessed(&context));
    // Who sends outwards is one of ours, also where the request does not say who signed in.
    context.envelope.trusted_network = context
        .direction
        .is_some_and(|direction| direction != Direction::Inbound);
    Ok(context)
}

fn is_null(address: &str) -> bool {
    matches!(address.trim(), "" | "<>")
}

fn parse(address: &str, field: &'static str) -> Result<Address, InspectError> {
    let bare = address.trim().trim_start_matches('<').trim_end_matches('>');
    bare.parse().map_err(|error| InspectError::Address {
        field,
        address: address.to_owned(),
        error,
    })
}

fn domain(name: &str, field: &'static str) -> Result<Domain, InspectError> {
    Domain::parse(name).map_err(|error| InspectError::Address {
        field,
        address: name.to_owned(),
        error,
    })
}

/// Without a word in the request: from one of us, signed in, is outbound; all else is inbound.
fn guessed(context: &Context<'_>) -> Option<Direction> {
    context.envelope.signed_in.as_ref()?;
    let inside = |address: &Address| {
        people::side(address, context.internal_domains) == sekisho_policy::Side::Internal
    };
    Some(if context.recipients.iter().all(inside) {
        Direction::Internal
    } else {
        Direction::Outbound
    })
}

/// The organisation's domains; without them those of whoever is ours by the direction.
fn internal_domains(request: &InspectRequest<'_>) -> Result<Vec<Domain>, InspectError> {
    let mut domains = Vec::new();
    for name in &request.organisation.internal_domains {
        domains.push(domain(name, "org.internal_domains")?);
    }
    if !domains.is_empty() {
        return Ok(domains);
    }
    let ours: Vec<&str> = match request.direction {
        Some(Direction::Outbound | Direction::Internal) => request
            .auth_user
            .or(request.mail_from)
            .into_iter()
            .collect(),
        _ => request
            .auth_user
            .into_iter()
            .chain(request.rcpt_to.iter().map(String::as_str))
            .collect(),
    };
    let parsed = ours
        .into_iter()
        .filter_map(|address| parse(address, "").ok());
    Ok(parsed.map(|address| address.domain().clone()).collect())
}

fn trusted_hops(request: &InspectRequest<'_>) -> Result<Vec<Network>, InspectError> {
    let wrong = |text: &String| InspectError::TrustedHop(text.clone());
    let hops = request.trusted_hops.iter();
    hops.map(|text| Network::parse(text).ok_or_else(|| wrong(text)))
        .collect()
}
