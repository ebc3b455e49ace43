//! Opening a session with a host, as the way there asks for.

use std::net::SocketAddr;

use sekisho_command::{NextHop, RouteTls};
use sekisho_sasl::Secret;
use sekisho_sasl::client::Credentials;
use sekisho_smtp::client::{Config, RemoteReply, SessionFailure, TlsMode};

use super::Outbound;
use super::attempt::ours;
use super::connection::{Link, OpenFailure, Target};
use super::destination::{Hop, Host};
use crate::site::random;

/// Opens a session. Opportunistic TLS that fails is tried again without (RFC 7435 §3): a mail in the clear is
/// what the far side had before it offered TLS.
pub(super) async fn open(
    out: &Outbound,
    hop: &Hop,
    host: &Host,
    address: SocketAddr,
) -> Result<Link, RemoteReply> {
    let target = target(out, hop, host, address);
    let mode = target.config.tls;
    match Link::open(target.clone()).await {
        Ok(link) => Ok(link),
        Err(failure @ (OpenFailure::Tls(_) | OpenFailure::Session(SessionFailure::TlsFailed)))
            if mode == TlsMode::Opportunistic =>
        {
            tracing::info!(host = host.name, %address, %failure, "opportunistic TLS failed; once more without");
            let mut target = target;
            target.config.tls = TlsMode::Never;
            Link::open(target).await.map_err(|failure| reply(&failure))
        }
        Err(failure) => Err(reply(&failure)),
    }
}

fn target(out: &Outbound, hop: &Hop, host: &Host, address: SocketAddr) -> Target {
    let next = match hop {
        Hop::Route(next) => Some(next),
        Hop::Here(_) | Hop::Mx => None,
    };
    let credentials = next.and_then(credentials);
    let tls = match next.map(|next| next.tls) {
        // A password goes only to a server that has proved its name.
        Some(RouteTls::Opportunistic) if credentials.is_some() => TlsMode::Required,
        None | Some(RouteTls::Opportunistic) => TlsMode::Opportunistic,
        Some(RouteTls::Required) => TlsMode::Required,
        Some(RouteTls::Implicit) => TlsMode::Implicit,
        Some(RouteTls::Never) => TlsMode::Never,
    };
    let helo = out.finder.hostname.clone();
    let config = match credentials {
        Some(credentials) => {
            // Without randomness SCRAM would repeat its nonce; the sign-in then fails and the mail waits.
            let seed = random().unwrap_or_default();
            Config::smart_host(helo, tls, credentials, seed)
        }
        None => Config::mx(helo, tls),
    };
    let verified = matches!(tls, TlsMode::Required | TlsMode::Implicit);
    Target {
        host: host.name.clone(),
        address,
        config,
        tls: if verified {
            out.tls.verified.clone()
        } else {
            out.tls.any.clone()
        },
    }
}

fn credentials(next: &NextHop) -> Option<Credentials> {
    Some(Credentials {
        user: next.user.clone()?,
        password: Secret::new(next.password.as_ref()?.reveal()),
    })
}

/// Why there is no session, in the form of a reply.
fn reply(failure: &OpenFailure) -> RemoteReply {
    match failure {
        // RFC 3463 §3.5, X.4.1: no answer from host.
        OpenFailure::Connect(error) => ours(451, (4, 4, 1), &format!("no connection: {error}")),
        OpenFailure::Tls(_) => ours(451, (4, 7, 5), &failure.to_string()),
        OpenFailure::Session(SessionFailure::Refused(reply)) => reply.clone(),
        OpenFailure::Session(other) => RemoteReply::ours(451, other.enhanced(), other.to_string()),
    }
}
