//! Where reports go, and whether that place wants them (RFC 7489 §7.1).

use crate::dns::{Answers, Kind, Query, Record, Reply, Wanted};
use crate::domain;
use crate::limits::REPORT_DESTINATIONS_MAX;

/// One address of `rua`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// Local part and domain, percent-decoded.
    pub address: String,
    /// Its domain in normal form.
    pub domain: String,
    /// The largest report it takes, octets; `None` without a limit.
    pub bytes_max: Option<u64>,
}

/// The mail addresses of `rua`, in order; other schemes are left out, as §6.2 allows.
pub fn destinations(uris: &[String]) -> Vec<Destination> {
    let mail = uris.iter().filter_map(|uri| mailto(uri));
    mail.take(REPORT_DESTINATIONS_MAX).collect()
}

/// `mailto:address!10m` (RFC 7489 §6.2, §6.4).
fn mailto(uri: &str) -> Option<Destination> {
    let (scheme, rest) = uri.trim().split_once(':')?;
    if !scheme.eq_ignore_ascii_case("mailto") {
        return None;
    }
    let (rest, limit) = match rest.rsplit_once('!') {
        Some((rest, limit)) => (rest, Some(size(limit)?)),
        None => (rest, None),
    };
    let address = percent_decoded(rest.split('?').next()?)?;
    let (local, domain) = address.rsplit_once('@')?;
    let is_plain = |char: char| !char.is_control() && !matches!(char, ' ' | '<' | '>' | ',');
    if local.is_empty() || !address.chars().all(is_plain) {
        return None;
    }
    let domain = domain::normal(domain).filter(|domain| domain::is_host_like(domain))?;
    Some(Destination {
        address: format!("{local}@{domain}"),
        domain,
        bytes_max: limit,
    })
}

/// `1*DIGIT [ "k" / "m" / "g" / "t" ]`, in powers of two.
fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    let shift = match text.get(digits.len()..)?.to_ascii_lowercase().as_str() {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// RFC 3986 §2.1.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// The question whether `destination` takes reports on `policy_domain`; `None` when both are of
/// one organisation and nothing has to be asked.
pub fn authorisation_query(policy_domain: &str, destination: &Destination) -> Option<Query> {
    let own = domain::organisational(policy_domain);
    if own == domain::organisational(&destination.domain) {
        return None;
    }
    let name = format!("{policy_domain}._report._dmarc.{}", destination.domain);
    Some(Query::new(&name, Kind::Txt))
}

/// Whether it does. Without that, whoever publishes a record could have us flood a stranger.
///
/// # Errors
/// [`Wanted`] when the answer is not there yet.
pub fn is_authorised(
    policy_domain: &str,
    destination: &Destination,
    answers: &Answers,
) -> Result<bool, Wanted> {
    let Some(query) = authorisation_query(policy_domain, destination) else {
        return Ok(true);
    };
    let Reply::Records(records) = answers.ask(query)? else {
        return Ok(false);
    };
    Ok(records.iter().any(|record| match record {
        Record::Txt(text) => {
            let text = String::from_utf8_lossy(text);
            let first = text.split(';').next().unwrap_or_default();
            let first: String = first.split_whitespace().collect();
            first == "v=DMARC1"
        }
        _ => false,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_rua() {
        let uris = [
            "mailto:a@r.example",
            "MAILTO: b@R.example",
            "mailto:c%2bx@r.example!10m",
            "mailto:d@r.example!2x",
            "https://r.example/",
            "mailto:nobody",
            "mailto:a@r.example,b@r.example",
        ];
        let found = destinations(&uris.map(str::to_owned));
        let shown: Vec<_> = found
            .iter()
            .map(|found| (found.address.as_str(), found.bytes_max))
            .collect();
        assert_eq!(
            shown,
            [("a@r.example", None), ("c+x@r.example", Some(10 << 20))]
        );
    }

    #[test]
    fn a_stranger_is_asked_first() {
        let stranger = destinations(&["mailto:a@reports.example".to_owned()]).remove(0);
        assert_eq!(authorisation_query("reports.example", &stranger), None);
        let zone = serde_json::json!({
            "yes.example._report._dmarc.reports.example": "v=DMARC1",
            "no.example._report._dmarc.reports.example": "hello",
        });
        let answers = Answers::from_zone_json(&zone).unwrap();
        assert_eq!(is_authorised("yes.example", &stranger, &answers), Ok(true));
        assert_eq!(is_authorised("no.example", &stranger, &answers), Ok(false));
        assert_eq!(
            is_authorised("other.example", &stranger, &answers),
            Ok(false)
        );
        assert!(is_authorised("yes.example", &stranger, &Answers::new()).is_err());
    }
}
