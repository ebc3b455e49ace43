//! Mail that waits: for a person, for time, until its deadline, on a false clock.

use std::time::Duration;

use sekisho_command::Command;
use sekisho_server::hold::{go_round, told};
use sekisho_store::{AtDeadline, RecipientState};

use crate::sink::{Script, Sink};
use crate::world::{Way, World, one_mx};

const TO: &str = "a@far.example.net";

fn subjects(inbox: &[String]) -> Vec<String> {
    inbox
        .iter()
        .map(|mail| {
            let message = sekisho_mime::Message::parse(mail.as_bytes());
            message.subject().unwrap_or_default()
        })
        .collect()
}

fn mail_text(mail: sekisho_store::MailId) -> String {
    mail.to_string()
}

#[tokio::test]
async fn released_is_sent_and_refused_is_told() {
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let released = world
        .mail_as(&[TO], &Way::Held(world.hold(3_600)), |_| {})
        .await;
    let mut hold = world.hold(3_600);
    hold.token_hash = [8; 32];
    let refused = world.mail_as(&[TO], &Way::Held(hold), |_| {}).await;
    world
        .run(Command::HoldRelease {
            mail: mail_text(released),
            comment: None,
        })
        .await;
    world.until_state(released, RecipientState::Sent).await;
    let comment = Some("wrong customer".to_owned());
    world
        .run(Command::HoldRefuse {
            mail: mail_text(refused),
            comment,
        })
        .await;
    assert_eq!(world.state(refused), RecipientState::Returned);
    let inbox = world.inbox("user1");
    assert_eq!(subjects(&inbox), ["[Approved] hello", "[Sent back] hello"]);
    assert!(inbox[1].contains("wrong customer"));
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn a_delayed_mail_leaves_in_time_and_a_cancelled_one_never() {
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let until = world.now() + Duration::from_secs(300);
    let sent = world.mail_as(&[TO], &Way::Delayed(until), |_| {}).await;
    let cancelled = world.mail_as(&[TO], &Way::Delayed(until), |_| {}).await;
    let round = go_round(&world.desk, world.now()).await.unwrap();
    assert!(round.next.is_some() && !round.failed);
    world
        .run(Command::DelayCancel {
            mail: mail_text(cancelled),
        })
        .await;
    assert_eq!(world.state(sent), RecipientState::Delayed);
    world.later(Duration::from_secs(301));
    go_round(&world.desk, world.now()).await.unwrap();
    world.until_state(sent, RecipientState::Sent).await;
    assert_eq!(world.state(cancelled), RecipientState::Cancelled);
    assert_eq!(sink.mails().len(), 1);
}

/// P6: reminder, deputy, deadline; each told once, and the clock may jump over all of them.
#[tokio::test]
async fn nobody_is_forgotten() {
    let world = World::new().await;
    let mail = world
        .mail_as(&[TO], &Way::Held(world.hold(4_000)), |_| {})
        .await;
    go_round(&world.desk, world.now()).await.unwrap();
    assert!(world.inbox("manager").is_empty());

    world.later(Duration::from_secs(2_100));
    for _ in 0..2 {
        go_round(&world.desk, world.now()).await.unwrap();
        let inbox = world.inbox("manager");
        assert_eq!(subjects(&inbox), ["[Reminder: approval needed] hello"]);
        assert!(inbox[0].contains(&format!("/hold/{mail}")), "{}", inbox[0]);
    }
    assert!(world.inbox("admin").is_empty());

    world.later(Duration::from_secs(1_000));
    for _ in 0..2 {
        go_round(&world.desk, world.now()).await.unwrap();
        assert_eq!(
            subjects(&world.inbox("admin")),
            ["[Approval needed, as deputy] hello"]
        );
    }
    assert_eq!(world.state(mail), RecipientState::Held);

    world.later(Duration::from_secs(1_000));
    let round = go_round(&world.desk, world.now()).await.unwrap();
    assert_eq!((round.next, round.failed), (None, false));
    assert_eq!(world.state(mail), RecipientState::Returned);
    assert_eq!(
        subjects(&world.inbox("user1")),
        ["[Not approved in time] hello"]
    );
}

#[tokio::test]
async fn a_jump_over_everything_ends_in_one_letter() {
    let world = World::new().await;
    let mut hold = world.hold(4_000);
    hold.at_deadline = AtDeadline::Release;
    let mail = world.mail_as(&[TO], &Way::Held(hold), |_| {}).await;
    world.later(Duration::from_secs(100_000));
    go_round(&world.desk, world.now()).await.unwrap();
    assert_eq!(world.state(mail), RecipientState::Queued);
    assert_eq!(
        subjects(&world.inbox("user1")),
        ["[Sent at the deadline] hello"]
    );
    assert!(world.inbox("manager").is_empty());
}

/// The letters at acceptance.
#[tokio::test]
async fn the_approver_is_asked_and_the_sender_told() {
    let world = World::new().await;
    let held = world.new_mail(&[TO, "b@far.example.net"], &Way::Held(world.hold(3_600)));
    let letters = told::notices(&world.desk, &held);
    let to: Vec<&str> = letters
        .iter()
        .map(|letter| letter.recipients[0].address.as_str())
        .collect();
    assert_eq!(to, ["manager@hanko.example.jp", "user1@hanko.example.jp"]);
    for letter in letters {
        let _proof = world.store.accept(letter).await.unwrap();
    }
    let asked = &world.inbox("manager")[0];
    for wanted in [
        "There is a My Number",
        "b@far.example.net",
        "https://mail.hanko.example.jp/hold/",
    ] {
        assert!(asked.contains(wanted), "{wanted} is missing in {asked}");
    }

    let until = world.now() + Duration::from_secs(300);
    let mut delayed = world.new_mail(&[TO, "b@far.example.net"], &Way::Delayed(until));
    let letters = told::notices(&world.desk, &delayed);
    assert_eq!(letters.len(), 1);
    assert!(letters[0].summary.subject.starts_with("[Delayed]"));
    // Nobody has proved to be the sender: nobody is written to.
    delayed.signed_in = None;
    assert!(told::notices(&world.desk, &delayed).is_empty());
    assert!(told::notices(&world.desk, &world.new_mail(&[TO], &Way::Out)).is_empty());
}
