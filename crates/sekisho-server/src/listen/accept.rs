//! One loop a listening socket.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use socket2::{Domain, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::gate::{Gate, Pass};
use super::{BindError, Drain, Stream, Wire, busy};
use crate::config::Service;
use crate::limits::{ACCEPT_REST, LISTEN_BACKLOG};
use crate::tls::{Binding, Protocol, TlsServer};

/// A client that has been let in.
pub struct Connection {
    /// The socket.
    pub stream: TcpStream,
    /// The client's address; IPv4 as IPv4, however it came.
    pub peer: IpAddr,
    /// The client's port.
    pub peer_port: u16,
    /// Which door.
    pub service: Service,
    /// Tells of the end of the server.
    pub drain: Drain,
    /// Counts this connection while it lives.
    pub pass: Pass,
}

impl Connection {
    /// The connection as a driver sees it: with TLS already, where the service begins with it. `None` when there is
    /// no TLS to be had, or the client does not speak it.
    pub async fn into_wire(self, tls: Option<&TlsServer>) -> Option<(Wire, Option<Binding>, Pass)> {
        let Self {
            stream,
            peer,
            service,
            drain,
            pass,
            ..
        } = self;
        if !service.implicit_tls() {
            return Some((Wire::new(Stream::Plain(stream), drain), None, pass));
        }
        match tls?.accept(stream, Protocol::Mail).await {
            Ok((stream, binding)) => {
                let stream = Stream::Tls(Box::new(stream));
                Some((Wire::new(stream, drain), Some(binding), pass))
            }
            Err(error) => {
                tracing::debug!(service = service.name(), ip = %peer, %error, "TLS handshake failed");
                None
            }
        }
    }
}

/// Opens a listening socket; an IPv6 wildcard takes IPv4 too.
///
/// # Errors
/// The address is in use, not ours, or needs rights.
pub fn bind(service: Service, address: SocketAddr) -> Result<TcpListener, BindError> {
    let open = || -> io::Result<TcpListener> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM.nonblocking(),
            Some(socket2::Protocol::TCP),
        )?;
        if address.is_ipv6() {
            socket.set_only_v6(false)?;
        }
        // A restart must not wait for the connections of the last run to time out.
        socket.set_reuse_address(true)?;
        socket.bind(&address.into())?;
        socket.listen(LISTEN_BACKLOG)?;
        TcpListener::from_std(socket.into())
    };
    open().map_err(|source| BindError {
        service: service.name(),
        address,
        source,
    })
}

/// Takes clients until draining begins, and hands each to `drive` in a task of its own.
pub async fn serve<F, Fut>(
    listener: TcpListener,
    service: Service,
    gate: Arc<Gate>,
    mut drain: Drain,
    drive: F,
) where
    F: Fn(Connection) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let mut complained = false;
    let opened = metrics::counter!("sekisho_connections_total", "service" => service.name());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = drain.draining() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                complained = false;
                opened.increment(1);
                if let Some(connection) = let_in(stream, peer, service, &gate, &drain) {
                    tokio::spawn(drive(connection));
                }
            }
            Err(error) => rest_after(&error, service, &gate, &mut complained).await,
        }
    }
}

fn let_in(
    stream: TcpStream,
    peer: SocketAddr,
    service: Service,
    gate: &Arc<Gate>,
    drain: &Drain,
) -> Option<Connection> {
    let ip = peer.ip().to_canonical();
    match gate.enter(service, ip) {
        Ok(pass) => {
            // Replies are gathered by us; Nagle's algorithm would only delay them.
            let _ = stream.set_nodelay(true);
            Some(Connection {
                stream,
                peer: ip,
                peer_port: peer.port(),
                service,
                drain: drain.clone(),
                pass,
            })
        }
        Err(full) => {
            metrics::counter!("sekisho_connections_refused_total", "service" => service.name())
                .increment(1);
            tracing::debug!(service = service.name(), %ip, ?full, "connection turned away");
            busy::turn_away(&stream, service, full);
            None
        }
    }
}

/// Out of file descriptors or memory, the pending connection stays and `accept` fails at once again: rest until
/// a connection ends (P23).
async fn rest_after(error: &io::Error, service: Service, gate: &Gate, complained: &mut bool) {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    if matches!(
        error.kind(),
        ConnectionAborted | ConnectionReset | Interrupted
    ) {
        return;
    }
    if !*complained {
        tracing::error!(service = service.name(), %error, "no new connections for now; raise LimitNOFILE if this recurs");
        *complained = true;
    }
    metrics::counter!("sekisho_accept_failures_total", "service" => service.name()).increment(1);
    let _ = timeout(ACCEPT_REST, gate.freed()).await;
}
