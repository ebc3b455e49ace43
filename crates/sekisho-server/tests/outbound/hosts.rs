//! Which host gets the mail.

use std::net::SocketAddr;

use sekisho_address::Domain;
use sekisho_store::{Actor, RecipientState};
use serde_json::json;

use crate::sink::{Script, Sink};
use crate::world::{World, one_mx};

#[tokio::test]
async fn the_better_mx_first_and_the_next_when_it_is_silent() {
    let world = World::new().await;
    let second = Sink::at("127.0.0.3:0".parse().unwrap(), Script::default()).await;
    let port = second.address.port();
    let zone = json!({
        "far.example.net": [{"MX": [20, "b.far.example.net"]}, {"MX": [10, "a.far.example.net"]}],
        "a.far.example.net": [{"A": "127.0.0.2"}],
        "b.far.example.net": [{"A": "127.0.0.3"}],
    });
    let _queue = world.queue(&zone, port);
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until_state(mail, RecipientState::Sent).await;
    let received = second.mails().remove(0);
    assert!(
        received
            .from
            .starts_with("MAIL FROM:<user1@hanko.example.jp>")
    );
    assert_eq!(received.content, crate::world::MESSAGE);

    let first = Sink::at(SocketAddr::from(([127, 0, 0, 2], port)), Script::default()).await;
    let mail = world.mail(&["b@far.example.net"]).await;
    world.until_state(mail, RecipientState::Sent).await;
    // The open connection to the second host may have been used; a new one goes to the first.
    if first.mails().is_empty() {
        world
            .until("idle connection closed", || second.connections() >= 1)
            .await;
    }
}

#[tokio::test]
async fn a_host_that_answers_4xx_leaves_it_to_the_next() {
    let world = World::new().await;
    let busy = Script {
        rcpt: Box::new(|_, _| "450 4.2.0 greylisted".to_owned()),
        ..Script::default()
    };
    let first = Sink::at("127.0.0.2:0".parse().unwrap(), busy).await;
    let port = first.address.port();
    let second = Sink::at(SocketAddr::from(([127, 0, 0, 3], port)), Script::default()).await;
    let zone = json!({
        "far.example.net": [{"MX": [10, "a.far.example.net"]}, {"MX": [20, "b.far.example.net"]}],
        "a.far.example.net": [{"A": "127.0.0.2"}],
        "b.far.example.net": [{"A": "127.0.0.3"}],
    });
    let _queue = world.queue(&zone, port);
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until_state(mail, RecipientState::Sent).await;
    assert_eq!((first.connections(), second.mails().len()), (1, 1));
}

#[tokio::test]
async fn without_mx_the_domain_is_the_host() {
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let zone = json!({ "far.example.net": [{"A": "127.0.0.1"}] });
    let _queue = world.queue(&zone, sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until_state(mail, RecipientState::Sent).await;
    let literal = world.mail(&["a@[127.0.0.1]"]).await;
    world.until_state(literal, RecipientState::Sent).await;
    assert_eq!(sink.mails().len(), 2);
}

/// One case a row: the zone, and how the mail ends with which status.
#[tokio::test]
async fn what_dns_says_decides() {
    let world = World::new().await;
    let zone = json!({
        "null.example.net": [{"MX": [0, "."]}],
        "us.example.net": [{"MX": [10, "MAIL.hanko.example.jp"]}, {"MX": [20, "backup.example.net"]}],
        "by-address.example.net": [{"MX": [10, "other-name.example.net"]}],
        "other-name.example.net": [{"A": "192.0.2.25"}],
        "mail.hanko.example.jp": [{"A": "192.0.2.25"}],
        "backup.example.net": [{"A": "127.0.0.1"}],
        "nowhere.example.net": [{"MX": [10, "gone.example.net"]}],
        "broken.example.net": ["TIMEOUT"],
        "broken-host.example.net": [{"MX": [10, "broken.example.net"]}],
        "zero.example.net": [{"A": "0.0.0.0"}],
    });
    let _queue = world.queue(&zone, 1);
    for (domain, status, ends) in [
        ("null.example.net", "556 5.1.10", true),
        ("nx.example.net", "550 5.1.2", true),
        ("us.example.net", "554 5.4.6", true),
        ("by-address.example.net", "554 5.4.6", true),
        ("nowhere.example.net", "550 5.4.4", true),
        ("zero.example.net", "550 5.4.4", true),
        ("broken.example.net", "451 4.4.3", false),
        ("broken-host.example.net", "451 4.4.3", false),
    ] {
        let mail = world.mail(&[&format!("a@{domain}")]).await;
        let reply = if ends {
            world.until_state(mail, RecipientState::Bounced).await;
            world.story(mail).mail.recipients[0].reply.clone().unwrap()
        } else {
            world.until_attempts(mail, 1).await
        };
        assert!(reply.starts_with(status), "{domain}: {reply}");
    }
}

#[tokio::test]
async fn a_stranger_cannot_point_us_at_ourselves() {
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let _queue = world.queue_with(
        &one_mx("far.example.net"),
        sink.address.port(),
        |settings| {
            settings.loopback_allowed = false;
        },
    );
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until_state(mail, RecipientState::Bounced).await;
    assert_eq!(sink.connections(), 0);
}

#[tokio::test]
async fn a_worse_mx_than_ours_is_never_used_and_a_better_one_is() {
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let zone = json!({
        "far.example.net": [
            {"MX": [5, "best.example.net"]}, {"MX": [10, "mail.hanko.example.jp"]}, {"MX": [20, "worse.example.net"]},
        ],
        "best.example.net": [{"A": "127.0.0.1"}],
        "worse.example.net": [{"A": "127.0.0.9"}],
    });
    let _queue = world.queue(&zone, sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until_state(mail, RecipientState::Sent).await;
    assert_eq!(sink.mails().len(), 1);
}

/// Another organisation on this server is outside: its mail comes in by our own door, past its own checkpoint.
#[tokio::test]
async fn mail_to_another_organisation_goes_through_our_own_door() {
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let (actor, now) = (Actor::System("test"), world.now());
    let directory = &world.desk.directory;
    let other = directory
        .add_organisation("Other", actor.clone(), now)
        .await
        .unwrap();
    let domain = Domain::parse("other.example.jp").unwrap();
    directory
        .put_domain(other, &domain, None, actor, now)
        .await
        .unwrap();
    let _queue = world.queue_with(&json!({}), 1, |settings| {
        settings.here = Some(sink.address);
    });
    let mail = world.mail(&["a@other.example.jp"]).await;
    world.until_state(mail, RecipientState::Sent).await;
    assert_eq!(sink.mails().len(), 1);
}
