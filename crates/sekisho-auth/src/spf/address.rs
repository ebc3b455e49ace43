//! The client's address, in the forms SPF writes it.

use std::fmt::Write as _;
use std::net::IpAddr;

use crate::dns::{Kind, Record};

/// The family decides which records are asked for and which terms can match.
pub(super) fn kind(ip: IpAddr) -> Kind {
    match ip {
        IpAddr::V4(_) => Kind::A,
        IpAddr::V6(_) => Kind::Aaaa,
    }
}

/// Whether `ip` is in the network of `record` with that many bits of prefix (§5.3).
pub(super) fn is_in(ip: IpAddr, record: &Record, v4_bits: u32, v6_bits: u32) -> bool {
    match (ip, record) {
        (IpAddr::V4(ip), Record::A(net)) => {
            let mask = u32::MAX.checked_shl(32 - v4_bits.min(32)).unwrap_or(0);
            ip.to_bits() & mask == net.to_bits() & mask
        }
        (IpAddr::V6(ip), Record::Aaaa(net)) => {
            let mask = u128::MAX.checked_shl(128 - v6_bits.min(128)).unwrap_or(0);
            ip.to_bits() & mask == net.to_bits() & mask
        }
        _ => false,
    }
}

/// `%{i}`: dotted quad, or dotted nibbles (§7.3).
pub(super) fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let mut text = String::with_capacity(64);
            for (at, byte) in ip.octets().iter().enumerate() {
                let dot = if at == 0 { "" } else { "." };
                // Writing into a String does not fail.
                let _ = write!(text, "{dot}{:x}.{:x}", byte >> 4, byte & 15);
            }
            text
        }
    }
}

/// The name that PTR records of the address stand at.
pub(super) fn reverse_name(ip: IpAddr) -> String {
    let dotted = dotted(ip);
    let reversed: Vec<&str> = dotted.rsplit('.').collect();
    format!("{}.{}.arpa", reversed.join("."), zone(ip))
}

/// `%{v}`.
pub(super) fn zone(ip: IpAddr) -> &'static str {
    match ip {
        IpAddr::V4(_) => "in-addr",
        IpAddr::V6(_) => "ip6",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_addresses() {
        let v4 = "192.0.2.7".parse().unwrap();
        assert_eq!(reverse_name(v4), "7.2.0.192.in-addr.arpa");
        let v6 = "2001:db8::cb01".parse().unwrap();
        assert!(dotted(v6).starts_with("2.0.0.1.0.d.b.8.0."));
        assert!(reverse_name(v6).starts_with("1.0.b.c.0."));
    }

    #[test]
    fn prefixes() {
        let v4 = "192.0.2.7".parse().unwrap();
        let net = Record::A("192.0.2.0".parse().unwrap());
        assert!(is_in(v4, &net, 24, 128));
        assert!(!is_in(v4, &net, 30, 128));
        assert!(is_in(v4, &Record::A("10.0.0.1".parse().unwrap()), 0, 128));
        assert!(!is_in(v4, &Record::Aaaa("::".parse().unwrap()), 0, 0));
    }
}
