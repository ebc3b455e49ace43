//! What one answer of a list means.

use std::net::Ipv4Addr;

use sekisho_auth::{Record, Reply};

use super::DnsList;

/// Something is wrong with a list, or with the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It lists what none may list (RFC 5782 §5): 127.0.0.1, or the domain INVALID. A list that was closed answers
    /// like that for everything.
    ListsEverything,
    /// It does not list its own test point 127.0.0.2, or the domain TEST: empty, or gone.
    ListsNothing,
    /// 127.255.255.0/24: it refuses us, mostly because a public resolver asks in our place, or too often.
    Refused,
    /// An address outside of 127.0.0.0/8: a domain that was sold, or a resolver that rewrites "no such name".
    NotAList,
    /// No answer, many times in a row.
    Silent,
}

impl Fault {
    /// Its word, as in the words of the catalogue: `spam-dnsbl-fault-…`.
    pub fn word(self) -> &'static str {
        match self {
            Self::ListsEverything => "lists-everything",
            Self::ListsNothing => "lists-nothing",
            Self::Refused => "refused",
            Self::NotAList => "not-a-list",
            Self::Silent => "silent",
        }
    }
}

/// What one answer means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// Not listed.
    NotListed,
    /// Listed.
    Listed {
        /// The return code.
        code: Ipv4Addr,
        /// Its points.
        weight: f64,
    },
    /// No answer this time.
    Unanswered,
    /// The list is faulty.
    Faulty(Fault),
}

/// Reads an answer. Of several return codes the weightiest counts.
pub fn read(list: &DnsList, reply: &Reply) -> Reading {
    let records = match reply {
        Reply::NoData | Reply::NoSuchName => return Reading::NotListed,
        Reply::Failed => return Reading::Unanswered,
        Reply::Records(records) => records,
    };
    let mut best = Reading::NotListed;
    for record in records {
        let Record::A(code) = record else { continue };
        match code.octets() {
            [127, 255, 255, _] => return Reading::Faulty(Fault::Refused),
            // RFC 5782 §2.1: answers lie in 127.0.0.0/8; 127.0.0.1 is what broken resolvers make up.
            [127, 0, 0, 1] => return Reading::Faulty(Fault::NotAList),
            [127, ..] => {}
            _ => return Reading::Faulty(Fault::NotAList),
        }
        let Some(weight) = list.weight_of(*code) else {
            continue;
        };
        let weightier = match best {
            Reading::Listed { weight: known, .. } => weight.abs() > known.abs(),
            _ => true,
        };
        if weightier {
            best = Reading::Listed {
                code: *code,
                weight,
            };
        }
    }
    best
}
