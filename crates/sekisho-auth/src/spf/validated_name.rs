//! Names of the client that lead back to its address (RFC 7208 §5.5).

use std::net::IpAddr;

use super::address;
use crate::dns::{Answers, Kind, Query, Record, Reply, Wanted};
use crate::limits::SPF_NAMES_MAX;

/// The names whose addresses include the client's; what DNS does not answer is skipped.
pub(super) fn validated_names(ip: IpAddr, answers: &Answers) -> Result<Vec<String>, Wanted> {
    let query = Query::new(&address::reverse_name(ip), Kind::Ptr);
    let Reply::Records(records) = answers.ask(query)? else {
        return Ok(Vec::new());
    };
    // §4.6.4: after the tenth the rest is ignored.
    let names = records
        .iter()
        .take(SPF_NAMES_MAX)
        .filter_map(|record| match record {
            Record::Ptr(name) => Some(name),
            _ => None,
        });
    let mut wanted = Vec::new();
    let mut valid = Vec::new();
    for name in names {
        match answers.ask(Query::new(name, address::kind(ip))) {
            Ok(Reply::Records(found)) => {
                if found
                    .iter()
                    .any(|record| address::is_in(ip, record, 32, 128))
                {
                    valid.push(Query::new(name, Kind::Ptr).name);
                }
            }
            Ok(_) => {}
            Err(Wanted(more)) => wanted.extend(more),
        }
    }
    match wanted.is_empty() {
        true => Ok(valid),
        false => Err(Wanted(wanted)),
    }
}
