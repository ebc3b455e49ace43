//! Stops, starts and kills.

use std::sync::Arc;
use std::time::Duration;

use sekisho_store::RecipientState;
use tokio::sync::Semaphore;

use crate::sink::{Script, Sink};
use crate::world::{World, one_mx};

fn waiting() -> (Script, Arc<Semaphore>) {
    let permits = Arc::new(Semaphore::new(0));
    let script = Script {
        permits: Some(Arc::clone(&permits)),
        ..Script::default()
    };
    (script, permits)
}

/// The far side has the mail, and we are killed before we know: the one repeat that SMTP allows.
#[tokio::test]
async fn a_kill_after_the_last_dot_repeats_the_mail_once() {
    let world = World::new().await;
    let (script, permits) = waiting();
    let sink = Sink::open(script).await;
    let zone = one_mx("far.example.net");
    let queue = world.queue(&zone, sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until("the dot", || sink.ends() == 1).await;
    drop(queue);
    permits.add_permits(1);
    world
        .until("the far side keeps it", || sink.mails().len() == 1)
        .await;
    assert_eq!(world.state(mail), RecipientState::Queued);

    // Nobody else gets it while the lease of the dead worker runs; then it is sent once more, and never again.
    permits.add_permits(10);
    world.later(Duration::from_secs(60));
    let queue = world.queue(&zone, sink.address.port());
    world.until_state(mail, RecipientState::Sent).await;
    queue.shutdown(Duration::from_secs(5)).await;
    assert_eq!(sink.mails().len(), 2);
}

/// The same over a restart of the whole process: the store is opened anew.
#[tokio::test]
async fn a_restart_takes_up_what_was_under_way() {
    let world = World::new().await;
    let (script, permits) = waiting();
    let sink = Sink::open(script).await;
    let queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until("the dot", || sink.ends() == 1).await;
    drop(queue);
    permits.add_permits(10);
    let world = world.reopened().await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    world.until_state(mail, RecipientState::Sent).await;
    assert_eq!(sink.ends(), 2);
}

#[tokio::test]
async fn draining_ends_what_is_under_way_and_begins_nothing() {
    let world = World::new().await;
    let (script, permits) = waiting();
    let sink = Sink::open(script).await;
    let queue = world.queue_with(
        &one_mx("far.example.net"),
        sink.address.port(),
        |settings| {
            settings.connections_per_destination_max = 1;
        },
    );
    let first = world.mail(&["a@far.example.net"]).await;
    world.until("the dot", || sink.ends() == 1).await;
    let second = world.mail(&["b@far.example.net"]).await;
    let draining = tokio::spawn(queue.shutdown(Duration::from_secs(20)));
    tokio::task::yield_now().await;
    permits.add_permits(10);
    draining.await.unwrap();
    assert_eq!(world.state(first), RecipientState::Sent);
    assert_eq!(world.state(second), RecipientState::Queued);
    let queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    world.until_state(second, RecipientState::Sent).await;
    queue.shutdown(Duration::from_secs(5)).await;
    assert_eq!(sink.mails().len(), 2);
}

#[tokio::test]
async fn a_connection_that_the_server_closes_between_mails_is_opened_again() {
    let world = World::new().await;
    let sink = Sink::open(Script {
        offers: vec!["PIPELINING", "LIMITS MAILMAX=1"],
        ..Script::default()
    })
    .await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    for n in 0..3 {
        let mail = world.mail(&[&format!("a{n}@far.example.net")]).await;
        world.until_state(mail, RecipientState::Sent).await;
    }
    assert_eq!(sink.mails().len(), 3);
}
