//! What is asked of a client for each recipient, before any content comes: lists, greylisting, rates.

use std::net::IpAddr;

use jiff::Timestamp;
use sekisho_address::{Address, ReversePath};
use sekisho_command::GreylistWhen;
use sekisho_smtp::Reply;
use sekisho_smtp::server::RcptRefusal;
use sekisho_spam::lists::{Action, Network, Seen, Verb};
use sekisho_store::{AccountId, GreylistTry, Greylisted, Tenant};

use crate::limits::GREYLIST_AGAIN_S;
use crate::site::Site;

/// A client with a recipient of ours.
pub(super) struct Visitor<'a> {
    pub(super) ip: IpAddr,
    pub(super) helo: &'a str,
    pub(super) reverse_path: &'a ReversePath,
    pub(super) recipient: &'a Address,
    pub(super) account: Option<AccountId>,
    pub(super) tenant: Tenant,
}

/// May this mail come to this recipient?
///
/// # Errors
/// Blocked, or to come again.
pub(super) async fn admit(site: &Site, visitor: &Visitor<'_>) -> Result<(), RcptRefusal> {
    // Behind a gateway the client is known only from the content; the gateway itself is ours.
    if site.doors.is_trusted_hop(visitor.ip) {
        return Ok(());
    }
    // RFC 5321 §4.5.1: whoever is blocked must be able to say that it is a mistake.
    let is_postmaster = visitor.recipient.local().eq_ignore_ascii_case("postmaster");
    let door = site.doors.of(visitor.tenant);
    let senders: Vec<Address> = visitor
        .reverse_path
        .address()
        .cloned()
        .into_iter()
        .collect();
    let seen = Seen {
        ip: Some(visitor.ip),
        helo: Some(visitor.helo),
        senders: &senders,
        recipient: Some(visitor.recipient),
        owner: visitor.account.map(|account| account.0),
        authenticated: &[],
    };
    let entry = door.lists.entry(&seen, Timestamp::now());
    match entry.map(|entry| (entry.verb, entry)) {
        Some((Verb::Block(Action::Refuse), entry)) if !is_postmaster => {
            metrics::counter!("sekisho_listed_refused_total", "kind" => entry.what.kind())
                .increment(1);
            let what = match entry.what.kind() {
                "ip" => format!("from {}", visitor.ip),
                "helo" => format!("from a host that calls itself {}", visitor.helo),
                "recipient" => "for this recipient".to_owned(),
                _ => "from this sender".to_owned(),
            };
            let text = format!(
                "Mail {what} is blocked here; if that is a mistake, write to postmaster@{}",
                visitor.recipient.domain()
            );
            return Err(RcptRefusal::Said(
                Reply::fixed(550, (5, 7, 1), "").saying(text),
            ));
        }
        Some((Verb::Allow, _)) => return Ok(()),
        _ => {}
    }
    if is_postmaster {
        return Ok(());
    }
    greylist(site, visitor, &door.settings.greylist).await
}

async fn greylist(
    site: &Site,
    visitor: &Visitor<'_>,
    settings: &sekisho_command::Greylist,
) -> Result<(), RcptRefusal> {
    let wanted = match settings.when {
        GreylistWhen::Never => false,
        GreylistWhen::Always => true,
        GreylistWhen::Unsure => {
            site.pipeline
                .is_doubtful(visitor.ip, visitor.helo, visitor.tenant)
                .await
        }
    };
    if !wanted {
        return Ok(());
    }
    let try_ = GreylistTry {
        tenant: visitor.tenant,
        client: network(visitor.ip).to_string(),
        sender: visitor
            .reverse_path
            .address()
            .map(Address::key)
            .unwrap_or_default(),
        recipient: visitor.recipient.key(),
        now: Timestamp::now(),
        wait_s: settings.wait_s,
        again_within_s: GREYLIST_AGAIN_S,
        pass_s: settings.pass_s,
    };
    match site.store.greylist(try_).await {
        Ok(Greylisted::Pass) => Ok(()),
        Ok(Greylisted::Wait { first }) => {
            let first = if first { "yes" } else { "no" };
            metrics::counter!("sekisho_greylisted_total", "first" => first).increment(1);
            Err(RcptRefusal::Greylisted)
        }
        // Greylisting is a convenience of ours: without it mail comes in all the same.
        Err(error) => {
            tracing::error!(%error, "greylisting does not work");
            Ok(())
        }
    }
}

/// Big senders try again from a neighbour (RFC 6647 §5): /24, and /64 of IPv6.
fn network(ip: IpAddr) -> Network {
    let bits = if ip.to_canonical().is_ipv4() { 24 } else { 64 };
    Network::of(ip, bits)
}
