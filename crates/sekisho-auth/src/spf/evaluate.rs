//! `check_host()` (RFC 7208 §4).

use std::net::IpAddr;

use jiff::Timestamp;

use super::macros::{Letter, MacroText, Place};
use super::record::{Mechanism, SpfRecord, Target, is_spf};
use super::validated_name::validated_names;
use super::{SpfResult, address};
use crate::dns::{Answers, Kind, Query, Record, Reply, Wanted};
use crate::domain;
use crate::limits::{
    SPF_EXPLANATION_BYTES_MAX, SPF_LOOKUPS_MAX, SPF_NAMES_MAX, SPF_VOID_LOOKUPS_MAX,
};

/// Who is connected and what they claim.
#[derive(Debug, Clone)]
pub(crate) struct Client<'a> {
    pub(crate) ip: IpAddr,
    pub(crate) helo: &'a str,
    /// `postmaster` when the claim has none (§4.3).
    pub(crate) local_part: &'a str,
    /// Domain of the claim, in A-labels where it has them.
    pub(crate) domain: String,
    pub(crate) receiving_host: &'a str,
    pub(crate) now: Timestamp,
}

/// Result of a check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) result: SpfResult,
    pub(crate) explanation: Option<String>,
    pub(crate) reason: Option<String>,
}

/// Checks the domain of a claim.
///
/// # Errors
/// [`Wanted`] when DNS answers are missing.
pub(crate) fn check(client: &Client<'_>, answers: &Answers) -> Result<Checked, Wanted> {
    // §4.3: a malformed or one-label name is no domain to check.
    if !domain::fits_dns(&client.domain) || !client.domain.contains('.') {
        return Ok(Checked::default());
    }
    let mut evaluation = Evaluation {
        client,
        answers,
        lookups: 0,
        void_lookups: 0,
        explanation: None,
    };
    let outcome = evaluation.check_host(&client.domain);
    let result = match outcome {
        Ok(result) => result,
        Err(Stop::Wanted(wanted)) => return Err(wanted),
        Err(Stop::Error(result, reason)) => {
            return Ok(Checked {
                result,
                explanation: None,
                reason: Some(reason),
            });
        }
    };
    let explanation = match (result, evaluation.explanation.take()) {
        (SpfResult::Fail, Some((text, domain))) => evaluation.explain(&text, &domain)?,
        _ => None,
    };
    Ok(Checked {
        result,
        explanation,
        reason: None,
    })
}

/// Why an evaluation ends before its end.
enum Stop {
    Wanted(Wanted),
    Error(SpfResult, String),
}

impl From<Wanted> for Stop {
    fn from(wanted: Wanted) -> Self {
        Self::Wanted(wanted)
    }
}

fn permerror(reason: impl Into<String>) -> Stop {
    Stop::Error(SpfResult::Permerror, reason.into())
}

fn temperror(query: &Query) -> Stop {
    let reason = format!("DNS gives no answer for {}", query.name);
    Stop::Error(SpfResult::Temperror, reason)
}

struct Evaluation<'a> {
    client: &'a Client<'a>,
    answers: &'a Answers,
    lookups: u32,
    void_lookups: u32,
    /// `exp=` of the record that gave the result, and the domain of that record.
    explanation: Option<(MacroText, String)>,
}

impl<'a> Evaluation<'a> {
    fn check_host(&mut self, domain: &str) -> Result<SpfResult, Stop> {
        let Some(record) = self.record(domain)? else {
            return Ok(SpfResult::None);
        };
        for directive in &record.directives {
            if self.matches(&directive.mechanism, domain)? {
                // §6.2: only the record that gives the result explains it.
                self.explanation = record.explanation.map(|text| (text, domain.to_owned()));
                return Ok(directive.result);
            }
        }
        let Some(redirect) = &record.redirect else {
            return Ok(SpfResult::Neutral); // §4.7
        };
        self.count_lookup()?;
        let target = self.name(redirect, domain)?;
        // §6.1: no record there is an error of this one.
        match self.check_named_host(target)? {
            SpfResult::None => Err(permerror("`redirect` leads to no record")),
            result => Ok(result),
        }
    }

    /// The one SPF record of a domain (§4.4, §4.5).
    fn record(&self, domain: &str) -> Result<Option<SpfRecord>, Stop> {
        let query = Query::new(domain, Kind::Txt);
        let records = match self.answers.ask(query.clone())? {
            Reply::Records(records) => records,
            Reply::NoData | Reply::NoSuchName => return Ok(None),
            Reply::Failed => return Err(temperror(&query)),
        };
        let mut found = records.iter().filter_map(|record| match record {
            Record::Txt(txt) if is_spf(txt) => Some(txt),
            _ => None,
        });
        let Some(first) = found.next() else {
            return Ok(None);
        };
        if found.next().is_some() {
            return Err(permerror(format!("{domain} has more than one SPF record")));
        }
        SpfRecord::parse(first)
            .map(Some)
            .map_err(|bad| permerror(format!("the SPF record of {domain} is wrong: {}", bad.0)))
    }

    /// The same for a name that was made from a record: a name DNS cannot hold has no record.
    fn check_named_host(&mut self, name: Option<String>) -> Result<SpfResult, Stop> {
        match name {
            Some(name) => self.check_host(&name),
            None => Ok(SpfResult::None),
        }
    }

    fn matches(&mut self, mechanism: &Mechanism, domain: &str) -> Result<bool, Stop> {
        match mechanism {
            Mechanism::All => Ok(true),
            Mechanism::Network(network, bits) => {
                Ok(address::is_in(self.client.ip, network, *bits, *bits))
            }
            Mechanism::Include(target) => {
                self.count_lookup()?;
                let name = self.name(target, domain)?;
                self.include(name)
            }
            Mechanism::A(target) => {
                self.count_lookup()?;
                let Some(name) = self.target_name(target, domain)? else {
                    return Ok(false);
                };
                self.has_address(&name, target)
            }
            Mechanism::Mx(target) => {
                self.count_lookup()?;
                let Some(name) = self.target_name(target, domain)? else {
                    return Ok(false);
                };
                self.has_exchanger(&name, target)
            }
            Mechanism::Ptr(target) => {
                self.count_lookup()?;
                let name = match target {
                    Some(target) => self.name(target, domain)?,
                    None => Some(domain.to_owned()),
                };
                let Some(name) = name else { return Ok(false) };
                let name = Query::new(&name, Kind::Ptr).name;
                let names = validated_names(self.client.ip, self.answers)?;
                Ok(names.iter().any(|each| domain::is_within(each, &name)))
            }
            Mechanism::Exists(target) => {
                self.count_lookup()?;
                let Some(name) = self.name(target, domain)? else {
                    return Ok(false);
                };
                // §5.7: A, also for IPv6 clients.
                Ok(!self.records(Query::new(&name, Kind::A))?.is_empty())
            }
        }
    }

    /// §5.2: what the other record's result means here.
    fn include(&mut self, name: Option<String>) -> Result<bool, Stop> {
        let result = self.check_named_host(name);
        // An included record does not explain (§6.2).
        self.explanation = None;
        match result? {
            SpfResult::Pass => Ok(true),
            SpfResult::None => Err(permerror("`include` leads to no record")),
            _ => Ok(false),
        }
    }

    fn has_address(&mut self, name: &str, target: &Target) -> Result<bool, Stop> {
        let query = Query::new(name, address::kind(self.client.ip));
        let records = self.records(query)?;
        Ok(self.is_any(records, target))
    }

    fn is_any(&self, records: &[Record], target: &Target) -> bool {
        records
            .iter()
            .any(|record| address::is_in(self.client.ip, record, target.v4_bits, target.v6_bits))
    }

    fn has_exchanger(&mut self, name: &str, target: &Target) -> Result<bool, Stop> {
        let mut exchangers: Vec<(u16, &str)> = self
            .records(Query::new(name, Kind::Mx))?
            .iter()
            .filter_map(|record| match record {
                Record::Mx {
                    preference,
                    exchange,
                } => Some((*preference, exchange.as_str())),
                _ => None,
            })
            .collect();
        // §4.6.4: "more than 10 … MUST produce a permerror".
        if exchangers.len() > SPF_NAMES_MAX {
            return Err(permerror(format!("{name} has more than 10 exchangers")));
        }
        exchangers.sort_unstable();
        let kind = address::kind(self.client.ip);
        let hosts = exchangers.iter().map(|(_, host)| *host);
        // RFC 7505: the exchanger "." stands for none.
        let queries: Vec<Query> = hosts
            .filter(|host| domain::fits_dns(host))
            .map(|host| Query::new(host, kind))
            .collect();
        self.prefetch(&queries)?;
        for query in queries {
            let records = self.records(query)?;
            if self.is_any(records, target) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Asks for all at once, so that ten exchangers cost one round.
    fn prefetch(&self, queries: &[Query]) -> Result<(), Wanted> {
        let missing = queries
            .iter()
            .filter(|query| self.answers.reply(query).is_none());
        let missing: Vec<Query> = missing.cloned().collect();
        match missing.is_empty() {
            true => Ok(()),
            false => Err(Wanted(missing)),
        }
    }

    /// The records of a reply; one without any counts as void (§4.6.4).
    fn records(&mut self, query: Query) -> Result<&'a [Record], Stop> {
        match self.answers.ask(query.clone())? {
            Reply::Records(records) => Ok(records),
            Reply::Failed => Err(temperror(&query)),
            Reply::NoData | Reply::NoSuchName => {
                self.void_lookups += 1;
                if self.void_lookups > SPF_VOID_LOOKUPS_MAX {
                    return Err(permerror("more than 2 look-ups find nothing"));
                }
                Ok(&[])
            }
        }
    }

    fn count_lookup(&mut self) -> Result<(), Stop> {
        self.lookups += 1;
        match self.lookups > SPF_LOOKUPS_MAX {
            true => Err(permerror("more than 10 look-ups are needed")),
            false => Ok(()),
        }
    }

    fn target_name(&self, target: &Target, domain: &str) -> Result<Option<String>, Wanted> {
        match &target.domain {
            Some(text) => self.name(text, domain),
            None => Ok(Some(domain.to_owned())),
        }
    }

    /// The name a term speaks of; `None` when it is one that DNS cannot hold (§4.8), or is made
    /// from a local part that is not ASCII (RFC 8616 §4: such terms never match).
    fn name(&self, text: &MacroText, domain: &str) -> Result<Option<String>, Wanted> {
        let validated = self.validated_name(text, domain)?;
        let name = text.expand_name(&|letter| self.value(letter, domain, &validated));
        Ok((name.is_ascii() && domain::fits_dns(&name)).then_some(name))
    }

    /// `%{p}`: the domain itself if validated, else a name below it, else any, else `unknown`
    /// (§7.3).
    fn validated_name(&self, text: &MacroText, domain: &str) -> Result<String, Wanted> {
        if !text.wants(Letter::ValidatedName) {
            return Ok(String::new());
        }
        let domain = domain.to_ascii_lowercase();
        let names = validated_names(self.client.ip, self.answers)?;
        let best = names
            .iter()
            .find(|name| **name == domain)
            .or_else(|| names.iter().find(|name| domain::is_within(name, &domain)))
            .or(names.first());
        Ok(best.cloned().unwrap_or_else(|| "unknown".to_owned()))
    }

    fn value(&self, letter: Letter, domain: &str, validated: &str) -> String {
        let client = self.client;
        match letter {
            Letter::Sender => format!("{}@{}", client.local_part, client.domain),
            Letter::LocalPart => client.local_part.to_owned(),
            Letter::SenderDomain => client.domain.clone(),
            Letter::Domain => domain.to_owned(),
            Letter::Address => address::dotted(client.ip),
            Letter::ValidatedName => validated.to_owned(),
            Letter::Zone => address::zone(client.ip).to_owned(),
            Letter::Helo => client.helo.to_owned(),
            Letter::ReadableAddress => client.ip.to_string(),
            Letter::Receiver if client.receiving_host.is_empty() => "unknown".to_owned(),
            Letter::Receiver => client.receiving_host.to_owned(),
            Letter::Time => client.now.as_second().to_string(),
        }
    }

    /// Fetches and expands the words of `exp=`; anything wrong with them means none (§6.2).
    fn explain(&self, text: &MacroText, domain: &str) -> Result<Option<String>, Wanted> {
        let Some(name) = self.name(text, domain)? else {
            return Ok(None);
        };
        let Reply::Records(records) = self.answers.ask(Query::new(&name, Kind::Txt))? else {
            return Ok(None);
        };
        let [Record::Txt(words)] = records.as_slice() else {
            return Ok(None);
        };
        let words = str::from_utf8(words).ok().filter(|words| words.is_ascii());
        let Some(words) = words.and_then(|words| MacroText::parse(words, Place::Explanation))
        else {
            return Ok(None);
        };
        let validated = self.validated_name(&words, domain)?;
        let words = words.expand(&|letter| self.value(letter, domain, &validated));
        // §6.2, §11.5: foreign words in our reply; nothing in them may end a line.
        let is_plain = words.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        Ok((is_plain && words.len() <= SPF_EXPLANATION_BYTES_MAX).then_some(words))
    }
}
