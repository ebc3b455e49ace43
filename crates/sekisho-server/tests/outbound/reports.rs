//! What the sender hears.

use std::time::Duration;

use sekisho_server::hold::told;
use sekisho_store::{Fate, Folder, Notify, Onward, RecipientState};

use crate::sink::{Script, Sink};
use crate::world::{Way, World, one_mx, reports};

fn refusing() -> Script {
    Script {
        rcpt: Box::new(|_, _| "550 5.1.1 nobody of that name".to_owned()),
        ..Script::default()
    }
}

#[tokio::test]
async fn a_refused_mail_is_reported_to_its_sender_once() {
    let world = World::new().await;
    let sink = Sink::open(refusing()).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world
        .mail(&["a@far.example.net", "b@far.example.net"])
        .await;
    world.until_state(mail, RecipientState::Bounced).await;
    let inbox = world.inbox("user1");
    assert_eq!(inbox.len(), 1, "in the transaction of the bounce itself");
    let report = reports(&inbox, "failed")[0];
    for wanted in [
        "Content-Type: multipart/report",
        "Auto-Submitted: auto-replied",
        "Final-Recipient: rfc822; a@far.example.net",
        "Final-Recipient: rfc822; b@far.example.net",
        "Status: 5.1.1",
        "Remote-MTA: dns; mx.far.example.net",
        "550 5.1.1 nobody of that name",
        "Subject: hello",
    ] {
        assert!(report.contains(wanted), "{wanted} is missing in {report}");
    }
    assert!(!report.replace("\r\n", "").contains(['\r', '\n']));
}

#[tokio::test]
async fn silence_where_it_is_asked_for_and_never_a_bounce_to_a_bounce() {
    let world = World::new().await;
    let sink = Sink::open(refusing()).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let never = world
        .mail_as(&["a@far.example.net"], &Way::Out, |mail| {
            mail.recipients[0].notify = Notify {
                never: true,
                ..Notify::default()
            };
        })
        .await;
    let null = world
        .mail_as(&["a@far.example.net"], &Way::Out, |mail| {
            mail.reverse_path = None;
        })
        .await;
    let success_only = world
        .mail_as(&["a@far.example.net"], &Way::Out, |mail| {
            mail.recipients[0].notify = Notify {
                success: true,
                ..Notify::default()
            };
        })
        .await;
    for mail in [never, null, success_only] {
        world.until_state(mail, RecipientState::Bounced).await;
    }
    assert!(world.inbox("user1").is_empty());
}

#[tokio::test]
async fn success_is_reported_where_the_next_server_does_not() {
    let asked = |mail: &mut sekisho_store::NewMail| {
        mail.envelope_id = Some("QQ314159".to_owned());
        mail.recipients[0].original = Some("rfc822;A@far.example.net".to_owned());
        mail.recipients[0].notify = Notify {
            success: true,
            failure: true,
            ..Notify::default()
        };
    };
    let world = World::new().await;
    let plain = Sink::open(Script::default()).await;
    let _queue = world.queue(&one_mx("far.example.net"), plain.address.port());
    let mail = world
        .mail_as(&["a@far.example.net"], &Way::Out, asked)
        .await;
    world.until_state(mail, RecipientState::Relayed).await;
    let inbox = world.inbox("user1");
    let report = reports(&inbox, "relayed")[0];
    for wanted in [
        "Original-Envelope-Id: QQ314159",
        "Original-Recipient: rfc822; A@far.example.net",
        "Status: 2.",
    ] {
        assert!(report.contains(wanted), "{wanted} is missing in {report}");
    }

    let world = World::new().await;
    let script = Script {
        offers: vec!["PIPELINING", "DSN"],
        ..Script::default()
    };
    let knows = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), knows.address.port());
    let mail = world
        .mail_as(&["a@far.example.net"], &Way::Out, asked)
        .await;
    world.until_state(mail, RecipientState::Sent).await;
    assert!(world.inbox("user1").is_empty());
    let received = knows.mails().remove(0);
    assert!(
        received.from.contains("ENVID=QQ314159"),
        "{}",
        received.from
    );
    let to = &received.to[0];
    assert!(
        to.contains("NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;A@far.example.net"),
        "{to}"
    );
}

/// Four hours, then five days, on a false clock.
#[tokio::test]
async fn what_takes_long_is_told_once_and_what_takes_too_long_comes_back() {
    let world = World::new().await;
    let script = Script {
        rcpt: Box::new(|_, _| "451 4.3.0 later".to_owned()),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until_attempts(mail, 1).await;
    assert!(world.inbox("user1").is_empty());

    for attempts in 2..4 {
        world.later(Duration::from_secs(4 * 3_600 + 60));
        world.retry().await;
        world.until_attempts(mail, attempts).await;
        let inbox = world.inbox("user1");
        assert_eq!(reports(&inbox, "delayed").len(), 1, "attempt {attempts}");
        assert!(inbox[0].contains("Will-Retry-Until: "));
    }
    world.later(Duration::from_secs(5 * 86_400));
    world.retry().await;
    world.until_state(mail, RecipientState::Expired).await;
    let inbox = world.inbox("user1");
    let report = reports(&inbox, "failed")[0];
    assert!(report.contains("Status: 5.4.7"), "{report}");
}

/// The attempt that falls due at four hours is made then, by the runner itself.
#[tokio::test]
async fn an_attempt_falls_on_the_time_of_the_delay_notice() {
    let world = World::new().await;
    let script = Script {
        rcpt: Box::new(|_, _| "451 4.3.0 later".to_owned()),
        ..Script::default()
    };
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until_attempts(mail, 1).await;
    let queued_at = world.now();
    world.later(Duration::from_secs(3 * 3_600 + 50 * 60));
    for attempt in 2..=4 {
        world.retry().await;
        world.until_attempts(mail, attempt).await;
    }
    let row = world
        .store
        .reader()
        .unwrap()
        .queue(world.tenant, 0)
        .unwrap()
        .remove(0);
    let wait_s = row.next_at.duration_since(queued_at).as_secs();
    assert!((4 * 3_600 - 60..=4 * 3_600).contains(&wait_s), "{wait_s}");
}

/// NOTIFY=SUCCESS for a mailbox here: the address as it was written, once, whoever stands behind it.
#[tokio::test]
async fn a_mail_in_a_mailbox_is_reported_when_asked_for() {
    let world = World::new().await;
    let mut mail = world.new_mail(
        &["user1@hanko.example.jp", "manager@hanko.example.jp"],
        &Way::Out,
    );
    for (to, user) in mail.recipients.iter_mut().zip(["user1", "manager"]) {
        to.given = Some("all@hanko.example.jp".to_owned());
        to.notify.success = true;
        to.fate = Fate::Onward(Onward::Mailbox {
            account: world.account(user),
            folder: Folder::Inbox,
        });
    }
    let letters = told::notices(&world.desk, &mail);
    assert_eq!(letters.len(), 1);
    for letter in letters {
        let _proof = world.store.accept(letter).await.unwrap();
    }
    let inbox = world.inbox("user1");
    let report = reports(&inbox, "delivered")[0];
    let named = report
        .matches("Final-Recipient: rfc822; all@hanko.example.jp")
        .count();
    assert_eq!(named, 1, "{report}");
    assert!(!report.contains("manager@"), "{report}");
}
