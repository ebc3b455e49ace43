//! What is said on a connection, and how many there are.

use std::sync::Arc;

use sekisho_command::{NextHop, RouteTls, SecretText};
use sekisho_store::{BodyKind, Content, RecipientState};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::sink::{Script, Sink};
use crate::world::{Way, World, one_mx};

fn smart_host(sink: &Sink, tls: RouteTls) -> NextHop {
    NextHop {
        host: "smart.example.net".to_owned(),
        port: sink.address.port(),
        tls,
        user: Some("hanko".to_owned()),
        password: Some(SecretText::new("geheim")),
    }
}

/// Both ways to TLS, and a password that waits for TLS even where the route does not ask for it.
#[tokio::test]
async fn a_smart_host_is_signed_in_to_under_tls() {
    for (tls, implicit) in [
        (RouteTls::Required, false),
        (RouteTls::Implicit, true),
        (RouteTls::Opportunistic, false),
    ] {
        let world = World::new().await;
        let script = Script {
            offers: vec!["PIPELINING", "AUTH PLAIN"],
            tls: Some(world.tls(&["smart.example.net"])),
            implicit,
            ..Script::default()
        };
        let sink = Sink::open(script).await;
        world.route("*", smart_host(&sink, tls)).await;
        let zone = json!({ "smart.example.net": [{"A": "127.0.0.1"}] });
        let _queue = world.queue(&zone, 1);
        let mail = world.mail(&["a@far.example.net"]).await;
        world.until_state(mail, RecipientState::Sent).await;
        let received = sink.mails().remove(0);
        assert!(received.tls);
        assert_eq!(
            received.sign_in.as_deref(),
            Some("\0hanko\0geheim"),
            "{tls:?}"
        );
    }
}

#[tokio::test]
async fn a_certificate_of_another_name_gets_no_password() {
    let world = World::new().await;
    let script = Script {
        offers: vec!["AUTH PLAIN"],
        tls: Some(world.tls(&["elsewhere.example.net"])),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    world
        .route("*", smart_host(&sink, RouteTls::Required))
        .await;
    let zone = json!({ "smart.example.net": [{"A": "127.0.0.1"}] });
    let _queue = world.queue(&zone, 1);
    let mail = world.mail(&["a@far.example.net"]).await;
    let reply = world.until_attempts(mail, 1).await;
    assert!(
        reply.starts_with("451 4.7.5") && reply.contains("certificate"),
        "{reply}"
    );
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn required_tls_that_is_not_offered_is_waited_for() {
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let next_hop = NextHop {
        user: None,
        password: None,
        ..smart_host(&sink, RouteTls::Required)
    };
    world.route("far.example.net", next_hop).await;
    let zone = json!({ "smart.example.net": [{"A": "127.0.0.1"}] });
    let _queue = world.queue(&zone, 1);
    let mail = world.mail(&["a@far.example.net"]).await;
    let reply = world.until_attempts(mail, 1).await;
    assert!(reply.starts_with("451 4.7.10"), "{reply}");
}

#[tokio::test]
async fn tls_is_used_when_offered_whoever_signed() {
    let world = World::new().await;
    let script = Script {
        tls: Some(world.tls(&["whatever.example.org"])),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until_state(mail, RecipientState::Sent).await;
    assert!(sink.mails()[0].tls);
}

#[tokio::test]
async fn opportunistic_tls_that_breaks_is_done_without() {
    let world = World::new().await;
    let script = Script {
        tls: Some(world.tls(&["mx.far.example.net"])),
        breaks_tls: true,
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until_state(mail, RecipientState::Sent).await;
    assert!(!sink.mails()[0].tls);
}

/// CVE-2011-0411: what stands in the clear behind STARTTLS was put there by somebody else; nothing is sent.
#[tokio::test]
async fn bytes_put_before_the_handshake_end_the_session() {
    let world = World::new().await;
    let script = Script {
        tls: Some(world.tls(&["mx.far.example.net"])),
        injects: true,
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    let reply = world.until_attempts(mail, 1).await;
    assert!(reply.starts_with("451 4.7.5"), "{reply}");
    assert!(sink.mails().is_empty());
}

/// A connection kept for the next mail may be closed by then: that is no failure of the mail.
#[tokio::test]
async fn a_connection_closed_while_idle_costs_no_attempt() {
    let world = World::new().await;
    let script = Script {
        mails_max: Some(1),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue_with(
        &one_mx("far.example.net"),
        sink.address.port(),
        |settings| {
            settings.idle = std::time::Duration::from_secs(5);
        },
    );
    for n in 1..=3 {
        let mail = world.mail(&[&format!("a{n}@far.example.net")]).await;
        world.until_state(mail, RecipientState::Sent).await;
        assert_eq!((sink.mails().len(), sink.connections()), (n, n));
    }
}

/// The server takes two at once and closes between them: who has the mail gets no second one.
#[tokio::test]
async fn a_connection_closed_in_the_middle_of_a_mail_doubles_nobody() {
    let world = World::new().await;
    let script = Script {
        mails_max: Some(2),
        rcpt: Box::new(|_, n| match n {
            3 | 4 => "452 4.5.3 too many".to_owned(),
            _ => "250 2.1.5 ok".to_owned(),
        }),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue_with(
        &one_mx("far.example.net"),
        sink.address.port(),
        |settings| {
            settings.idle = std::time::Duration::from_secs(20);
        },
    );
    let first = world.mail(&["a@far.example.net"]).await;
    world.until_state(first, RecipientState::Sent).await;
    let to: Vec<String> = (0..4).map(|n| format!("b{n}@far.example.net")).collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    let second = world.mail(&to).await;
    world.until_state(second, RecipientState::Sent).await;
    let mut taken: Vec<String> = sink.mails().into_iter().flat_map(|mail| mail.to).collect();
    taken.sort();
    let count = taken.len();
    taken.dedup();
    assert_eq!((count, taken.len(), sink.connections()), (5, 5, 2));
}

#[tokio::test]
async fn what_is_not_taken_now_is_taken_later() {
    let world = World::new().await;
    let script = Script {
        rcpt: Box::new(|_, n| match n {
            0 => "450 4.7.1 greylisted, come back".to_owned(),
            _ => "250 2.1.5 ok".to_owned(),
        }),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    let reply = world.until_attempts(mail, 1).await;
    assert_eq!(reply, "450 4.7.1 greylisted, come back");
    let row = world
        .store
        .reader()
        .unwrap()
        .queue(world.tenant, 0)
        .unwrap()
        .remove(0);
    let wait_s = row.next_at.duration_since(world.now()).as_secs();
    assert!((40..=75).contains(&wait_s), "{wait_s}");
    world.retry().await;
    world.until_state(mail, RecipientState::Sent).await;
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn some_recipients_now_and_some_not() {
    let world = World::new().await;
    let script = Script {
        rcpt: Box::new(|line, _| match line {
            line if line.contains("gone@") => "550 5.1.1 no such user".to_owned(),
            line if line.contains("full@") => "452 4.2.2 full".to_owned(),
            _ => "250 2.1.5 ok".to_owned(),
        }),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world
        .mail(&[
            "gone@far.example.net",
            "a@far.example.net",
            "full@far.example.net",
        ])
        .await;
    world.until_attempts(mail, 1).await;
    let states: Vec<_> = world
        .story(mail)
        .mail
        .recipients
        .iter()
        .map(|to| to.state)
        .collect();
    use RecipientState as S;
    assert_eq!(states, [S::Bounced, S::Sent, S::Queued]);
    assert_eq!(sink.mails()[0].to.len(), 1);
}

#[tokio::test]
async fn a_server_that_takes_few_at_once_gets_the_others_in_the_next_mail() {
    let world = World::new().await;
    let script = Script {
        rcpt: Box::new(|_, n| match n % 5 {
            4 => "452 4.5.3 too many".to_owned(),
            _ => "250 2.1.5 ok".to_owned(),
        }),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let to: Vec<String> = (0..10).map(|n| format!("a{n}@far.example.net")).collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    let mail = world.mail(&to).await;
    world.until_state(mail, RecipientState::Sent).await;
    let taken: usize = sink.mails().iter().map(|mail| mail.to.len()).sum();
    assert_eq!((taken, sink.connections()), (10, 1));
}

#[tokio::test]
async fn eight_bit_content_does_not_go_to_a_seven_bit_server() {
    let world = World::new().await;
    let script = Script {
        offers: vec!["PIPELINING"],
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world
        .mail_as(&["a@far.example.net"], &Way::Out, |mail| {
            mail.content =
                Content::from_bytes("Subject: x\r\n\r\nこんにちは\r\n".as_bytes().to_vec());
            mail.body_kind = BodyKind::EightBitMime;
        })
        .await;
    world.until_state(mail, RecipientState::Bounced).await;
    let reply = world.story(mail).mail.recipients[0].reply.clone().unwrap();
    assert!(reply.starts_with("554 5.6.3"), "{reply}");
    assert!(sink.mails().is_empty());
}

/// A recipient who needs SMTPUTF8 does not take the others down.
#[tokio::test]
async fn a_utf8_address_goes_by_itself() {
    let world = World::new().await;
    let script = Script {
        offers: vec!["PIPELINING", "8BITMIME"],
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world
        .mail(&["a@far.example.net", "田中@far.example.net"])
        .await;
    world
        .until("both decided", || {
            let story = world.story(mail);
            story.mail.recipients.iter().all(|to| !to.state.is_open())
        })
        .await;
    let states: Vec<_> = world
        .story(mail)
        .mail
        .recipients
        .iter()
        .map(|to| to.state)
        .collect();
    assert_eq!(states, [RecipientState::Sent, RecipientState::Bounced]);
}

#[tokio::test]
async fn a_destination_gets_few_connections_and_they_are_used_again() {
    let world = World::new().await;
    let permits = Arc::new(Semaphore::new(0));
    let script = Script {
        permits: Some(Arc::clone(&permits)),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue_with(
        &one_mx("far.example.net"),
        sink.address.port(),
        |settings| {
            settings.connections_per_destination_max = 3;
            settings.idle = std::time::Duration::from_secs(5);
        },
    );
    let mut mails = Vec::new();
    for n in 0..12 {
        mails.push(world.mail(&[&format!("a{n}@far.example.net")]).await);
    }
    world.until("three under way", || sink.ends() == 3).await;
    permits.add_permits(12);
    for mail in mails {
        world.until_state(mail, RecipientState::Sent).await;
    }
    assert_eq!((sink.open_most(), sink.connections()), (3, 3));
}

/// P5: one dead destination stops no other, and is not tried for each of its mails.
#[tokio::test]
async fn a_dead_destination_is_left_alone_and_stops_no_other() {
    let world = World::new().await;
    let busy = Script {
        greeting: "421 4.3.2 not now".to_owned(),
        ..Script::default()
    };
    let dead = Sink::at("127.0.0.2:0".parse().unwrap(), busy).await;
    let port = dead.address.port();
    let alive = Sink::at(
        format!("127.0.0.3:{port}").parse().unwrap(),
        Script::default(),
    )
    .await;
    let zone = json!({
        "dead.example.net": [{"A": "127.0.0.2"}],
        "alive.example.net": [{"A": "127.0.0.3"}],
    });
    let _queue = world.queue(&zone, port);
    let mut waiting = Vec::new();
    for n in 0..40 {
        waiting.push(world.mail(&[&format!("a{n}@dead.example.net")]).await);
    }
    let mail = world.mail(&["a@alive.example.net"]).await;
    world.until_state(mail, RecipientState::Sent).await;
    for mail in &waiting {
        let reply = world.until_attempts(*mail, 1).await;
        assert!(reply.starts_with("421"), "{reply}");
    }
    assert!(dead.connections() <= 4, "{}", dead.connections());
    assert_eq!(alive.mails().len(), 1);

    // Asked for by hand, it is tried in spite of the failures.
    let before = dead.connections();
    world.retry().await;
    world.until_attempts(waiting[0], 2).await;
    assert!(dead.connections() > before);
}
