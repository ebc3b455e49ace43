//! Stops, starts and kills.

use std::sync::Arc;
use std::time::Duration;

use sekisho_auth::{Answers, Query};
use sekisho_server::dns::{FixtureZone, Pending, Resolver};
use sekisho_server::limits::OUT_LEASE;
use sekisho_server::queue::{Queue, Settings};
use sekisho_store::{Claim, Content, RecipientState};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::sink::{Script, Sink};
use crate::world::{Way, World, one_mx, reports};

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

/// P5: what a lost worker had in hand goes as soon as its leases end, which is within a minute.
#[tokio::test]
async fn what_a_lost_worker_had_in_hand_goes_within_a_minute() {
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let mut mails = Vec::new();
    for n in 0..200 {
        mails.push(world.mail(&[&format!("a{n}@far.example.net")]).await);
    }
    let claim = Claim {
        now: world.now(),
        lease_until: world.now() + OUT_LEASE,
        max: 1_000,
        destination: None,
        skip: Vec::new(),
    };
    assert_eq!(world.store.claim(claim).await.unwrap().len(), 200);
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let other = world.mail(&["b@far.example.net"]).await;
    world.until_state(other, RecipientState::Sent).await;
    assert_eq!(sink.mails().len(), 1, "the leases are kept");
    world.later(Duration::from_secs(60));
    mails.push(world.mail(&["c@far.example.net"]).await);
    for mail in mails {
        world.until_state(mail, RecipientState::Sent).await;
    }
    assert_eq!(sink.mails().len(), 202);
}

/// A content that is damaged on the disk waits for repair; every other mail goes.
#[tokio::test]
async fn a_damaged_mail_stops_no_other() {
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let hurt = world
        .mail_as(&["a@far.example.net"], &Way::Out, |mail| {
            let text = "Subject: hurt\r\n\r\nThis one is hurt on the disk.\r\n";
            mail.content = Content::from_bytes(text.as_bytes().to_vec());
        })
        .await;
    let blobs = std::fs::read_dir(world.folder.path().join("data/blobs")).unwrap();
    for file in blobs
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
    {
        let mut bytes = std::fs::read(&file).unwrap();
        if let Some(at) = memchr::memmem::find(&bytes, b"hurt on the disk") {
            bytes[at] ^= 1;
            std::fs::write(&file, bytes).unwrap();
        }
    }
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let sound = world.mail(&["b@far.example.net"]).await;
    world.until_state(sound, RecipientState::Sent).await;
    let reply = world.until_attempts(hurt, 1).await;
    assert!(reply.starts_with("451 4.3.0"), "{reply}");
    assert_eq!(sink.mails().len(), 1);
    // When the time is over its sender hears of it all the same.
    world.later(Duration::from_secs(6 * 86_400));
    world.retry().await;
    world.until_state(hurt, RecipientState::Expired).await;
    assert_eq!(reports(&world.inbox("user1"), "failed").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_mails_to_many_places() {
    let world = World::new().await;
    let dead = Script {
        greeting: "421 4.3.2 not now".to_owned(),
        ..Script::default()
    };
    let dead = Sink::at("127.0.0.2:0".parse().unwrap(), dead).await;
    let port = dead.address.port();
    let sink = Sink::at(
        format!("127.0.0.3:{port}").parse().unwrap(),
        Script::default(),
    )
    .await;
    let mut zone = serde_json::Map::new();
    for place in 0..10 {
        let address = if place == 0 { "127.0.0.2" } else { "127.0.0.3" };
        zone.insert(format!("p{place}.example.net"), json!([{ "A": address }]));
    }
    let mut mails = Vec::new();
    for n in 0..500 {
        let place = n % 10;
        let mail = world.mail(&[&format!("a{n}@p{place}.example.net")]).await;
        mails.push((place, mail));
    }
    let started = std::time::Instant::now();
    let _queue = world.queue_with(&zone.into(), port, |settings| {
        settings.idle = Duration::from_secs(20);
    });
    world.until("450 arrive", || sink.ends() == 450).await;
    println!(
        "450 mails to 9 destinations in {} ms",
        started.elapsed().as_millis()
    );
    for (place, mail) in mails {
        if place == 0 {
            world.until_attempts(mail, 1).await;
        } else {
            world.until_state(mail, RecipientState::Sent).await;
        }
    }
    assert_eq!(sink.mails().len(), 450);
    assert!(sink.connections() <= 90, "{}", sink.connections());
}

/// P5: a defect that a mail meets costs that mail an attempt, and no other anything.
#[tokio::test]
async fn a_panic_stops_no_other_mail() {
    struct Defective(FixtureZone);
    impl Resolver for Defective {
        fn lookup<'a>(&'a self, query: &'a Query) -> Pending<'a> {
            assert_ne!(query.name, "defect.example.net", "a defect");
            self.0.lookup(query)
        }
    }
    let world = World::new().await;
    let sink = Sink::open(Script::default()).await;
    let zone = FixtureZone::new(Answers::from_zone_json(&one_mx("far.example.net")).unwrap());
    let settings = Settings {
        mx_port: sink.address.port(),
        loopback_allowed: true,
        ..Settings::default()
    };
    let _queue = Queue::start(world.desk.clone(), Arc::new(Defective(zone)), settings).unwrap();
    let bad = world.mail(&["a@defect.example.net"]).await;
    let reply = world.until_attempts(bad, 1).await;
    assert!(reply.starts_with("451 4.3.0"), "{reply}");
    let good = world.mail(&["a@far.example.net"]).await;
    world.until_state(good, RecipientState::Sent).await;
}

/// A clock that jumps ahead ends every lease at once; what is under way is not sent a second time for it.
#[tokio::test]
async fn a_clock_that_jumps_doubles_nothing() {
    let world = World::new().await;
    let (script, permits) = waiting();
    let sink = Sink::open(script).await;
    let _queue = world.queue(&one_mx("far.example.net"), sink.address.port());
    let first = world.mail(&["a@far.example.net"]).await;
    world.until("the dot", || sink.ends() == 1).await;
    world.later(Duration::from_secs(3_600));
    let second = world.mail(&["b@far.example.net"]).await;
    world
        .until("the dot of the second", || sink.ends() == 2)
        .await;
    permits.add_permits(10);
    for mail in [first, second] {
        world.until_state(mail, RecipientState::Sent).await;
    }
    let third = world.mail(&["c@far.example.net"]).await;
    world.until_state(third, RecipientState::Sent).await;
    assert_eq!(sink.ends(), 3);
}

/// A large mail to a slow server: as long as it is on its way, nobody else gets it, however long that is.
#[tokio::test]
async fn leases_are_kept_while_a_mail_is_under_way() {
    let world = World::new().await;
    let (script, permits) = waiting();
    let sink = Sink::open(script).await;
    let _queue = world.queue_with(
        &one_mx("far.example.net"),
        sink.address.port(),
        |settings| {
            settings.lease_renewal = Duration::from_millis(20);
        },
    );
    let mail = world.mail(&["a@far.example.net"]).await;
    world.until("the dot", || sink.ends() == 1).await;
    for _ in 0..10 {
        // Less than a lease each time, several together.
        world.later(Duration::from_secs(30));
        world
            .until("a longer lease", || {
                let queue = world
                    .store
                    .reader()
                    .unwrap()
                    .queue(world.tenant, 0)
                    .unwrap();
                queue[0].sending && queue[0].next_at > world.now() + Duration::from_secs(30)
            })
            .await;
        let due = Claim {
            now: world.now(),
            lease_until: world.now() + OUT_LEASE,
            max: 10,
            destination: None,
            skip: Vec::new(),
        };
        assert!(world.store.claim(due).await.unwrap().is_empty());
    }
    permits.add_permits(1);
    world.until_state(mail, RecipientState::Sent).await;
    assert_eq!(sink.ends(), 1);
}
