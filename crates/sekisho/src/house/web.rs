//! The pages on their listeners, with TLS where asked for.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use sekisho_command::Desk;
use sekisho_server::tls::{Protocol, TlsServer};
use sekisho_web::ClientAddress;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::server::TlsStream;

/// Handshakes that have ended and wait to be served.
const READY_MAX: usize = 64;

/// Serves the pages until the task is dropped.
pub(super) fn serve(
    listener: TcpListener,
    tls: Option<Arc<TlsServer>>,
    desk: Desk,
) -> JoinHandle<()> {
    let secure = tls.is_some();
    let router = sekisho_web::router(desk, secure)
        .layer(middleware::from_fn(tell_client))
        .into_make_service_with_connect_info::<Peer>();
    tokio::spawn(async move {
        let served = match tls {
            Some(tls) => axum::serve(Handshakes::begin(listener, tls), router).await,
            None => axum::serve(listener, router).await,
        };
        if let Err(error) = served {
            tracing::error!(%error, "the pages have stopped");
        }
    })
}

/// The other end of a connection, whatever listener it came by.
#[derive(Clone, Copy)]
struct Peer(SocketAddr);

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl Connected<IncomingStream<'_, Handshakes>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Handshakes>) -> Self {
        Self(*stream.remote_addr())
    }
}

async fn tell_client(
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(ClientAddress::of(peer));
    next.run(request).await
}

/// Connections whose TLS handshake is done. Each is done in a task of its own, so that a slow client holds up
/// nobody else.
struct Handshakes {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    local: io::Result<SocketAddr>,
}

impl Handshakes {
    fn begin(listener: TcpListener, tls: Arc<TlsServer>) -> Self {
        let (send, ready) = mpsc::channel(READY_MAX);
        let local = listener.local_addr();
        tokio::spawn(async move {
            while !send.is_closed() {
                // `Listener::accept` of axum rests when the system has no descriptors left.
                let (stream, peer) = accept(&listener).await;
                let (tls, send) = (Arc::clone(&tls), send.clone());
                tokio::spawn(async move {
                    if let Ok((stream, _)) = tls.accept(stream, Protocol::Web).await {
                        // The receiver is gone only when the server ends.
                        let _ = send.send((stream, peer)).await;
                    }
                });
            }
        });
        Self { ready, local }
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::debug!(%error, "a connection was lost before it was taken");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

impl Listener for Handshakes {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            // The accepting task has ended: nothing comes any more.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        match &self.local {
            Ok(address) => Ok(*address),
            Err(error) => Err(error.kind().into()),
        }
    }
}
