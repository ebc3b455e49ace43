//! The forms that single values have.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use super::problem::ProblemKind;
use super::sections::ClamdAddress;

/// An address range in CIDR form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix_bits: u8,
}

impl Network {
    /// Whether `ip` lies in it. An IPv4 address that came over an IPv6 socket counts as IPv4.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                let mask = u32::MAX
                    .checked_shl(32 - u32::from(self.prefix_bits))
                    .unwrap_or(0);
                (net.to_bits() ^ ip.to_bits()) & mask == 0
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.prefix_bits))
                    .unwrap_or(0);
                (net.to_bits() ^ ip.to_bits()) & mask == 0
            }
            _ => false,
        }
    }

    /// Whether it holds every address there is.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.prefix_bits == 0
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let bits_max = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| ())?,
            None => bits_max,
        };
        if prefix_bits > bits_max {
            Err(())
        } else {
            Ok(Self {
                address,
                prefix_bits,
            })
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix_bits)
    }
}

pub(super) fn socket_address(text: &str) -> Result<SocketAddr, ProblemKind> {
    text.parse()
        .map_err(|_| ProblemKind::Address(text.to_owned()))
}

pub(super) fn clamd_address(text: &str) -> Result<ClamdAddress, ProblemKind> {
    if text.starts_with('/') {
        return Ok(ClamdAddress::Unix(text.into()));
    }
    socket_address(text).map(ClamdAddress::Tcp)
}

pub(super) fn ip_and_port(text: &str) -> Result<SocketAddr, ProblemKind> {
    let bare: Result<IpAddr, _> = text.parse();
    match bare {
        Ok(ip) => Ok(SocketAddr::new(ip, 53)),
        Err(_) => socket_address(text),
    }
}

pub(super) fn network(text: &str) -> Result<Network, ProblemKind> {
    text.parse()
        .map_err(|()| ProblemKind::Network(text.to_owned()))
}

/// RFC 5321 §2.3.5: a fully qualified name, lower case here.
pub(super) fn hostname(text: &str) -> Result<String, ProblemKind> {
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.len() <= 253 && name.contains('.') && name.split('.').all(label_ok) {
        Ok(name.to_ascii_lowercase())
    } else {
        Err(ProblemKind::Hostname(text.to_owned()))
    }
}

/// `512 MB`, `2 GB`, `65536`: decimal prefixes with binary meaning, as administrators use them.
pub(super) fn size(text: &str) -> Result<u64, ProblemKind> {
    let wrong = || ProblemKind::Size(text.to_owned());
    let split = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let shift = match unit.trim().to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "KB" | "KIB" | "K" => 10,
        "MB" | "MIB" | "M" => 20,
        "GB" | "GIB" | "G" => 30,
        _ => return Err(wrong()),
    };
    number
        .checked_mul(1 << shift)
        .filter(|bytes| *bytes <= 1 << 50)
        .ok_or_else(wrong)
}
