//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

/// The address of a browser. Whoever serves the pages puts it among the request's extensions.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// The peer of a connection.
    pub fn of(peer: SocketAddr) -> Self {
        Self(peer.ip().to_canonical())
    }

    pub(crate) fn ip(self) -> IpAddr {
        self.0
    }
}
