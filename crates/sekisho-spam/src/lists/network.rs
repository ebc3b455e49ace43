//! A network by its prefix (CIDR, RFC 4632).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address with the number of its leading bits that count; the others are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    ip: IpAddr,
    prefix_bits: u8,
}

impl Network {
    /// The network of `prefix_bits` that an address lies in; an IPv4 address written as IPv6 is IPv4.
    pub fn of(ip: IpAddr, prefix_bits: u8) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => {
                let prefix_bits = prefix_bits.min(32);
                let mask = u32::MAX
                    .checked_shl(32 - u32::from(prefix_bits))
                    .unwrap_or(0);
                Self {
                    ip: Ipv4Addr::from_bits(ip.to_bits() & mask).into(),
                    prefix_bits,
                }
            }
            IpAddr::V6(ip) => {
                let prefix_bits = prefix_bits.min(128);
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(prefix_bits))
                    .unwrap_or(0);
                Self {
                    ip: Ipv6Addr::from_bits(ip.to_bits() & mask).into(),
                    prefix_bits,
                }
            }
        }
    }

    /// `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`.
    pub fn parse(text: &str) -> Option<Self> {
        let (ip, bits) = match text.split_once('/') {
            Some((ip, bits)) => (ip.parse::<IpAddr>().ok()?, Some(bits.parse::<u8>().ok()?)),
            None => (text.parse::<IpAddr>().ok()?, None),
        };
        let bits_max = if ip.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(bits_max);
        (bits <= bits_max).then(|| Self::of(ip, bits))
    }

    /// Whether the address lies in it.
    pub fn contains(&self, ip: IpAddr) -> bool {
        Self::of(ip, self.prefix_bits) == *self
    }

    /// The number of bits that count.
    pub fn prefix_bits(&self) -> u8 {
        self.prefix_bits
    }

    /// Whether it is of IPv4.
    pub fn is_ipv4(&self) -> bool {
        self.ip.is_ipv4()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = if self.ip.is_ipv4() { 32 } else { 128 };
        if self.prefix_bits == whole {
            return self.ip.fmt(f);
        }
        write!(f, "{}/{}", self.ip, self.prefix_bits)
    }
}
