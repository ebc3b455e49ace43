use crate::kit::*;
use sekisho_store::*;

fn report(world: &World, entry: &QueueEntry, attempt: Attempt, now: i64) -> EntryOutcome {
    let one = AttemptReport {
        id: entry.id,
        lease: entry.lease,
        remote: "mx.example.com [192.0.2.5]".into(),
        attempt,
    };
    let report = QueueReport {
        reports: vec![one],
        tenant: ORG,
        now: at(now),
        notices: vec![],
    };
    world.store.report(report).wait().unwrap()[0]
}

fn sent() -> Attempt {
    Attempt::Sent {
        reply: "250 2.0.0 ok".into(),
        relayed: false,
    }
}

fn queued(world: &World, second: i64, destination: &str) -> MailId {
    world.accept(world.mail(second, vec![Fate::Onward(out(destination))]))
}

#[test]
fn sent_leaves_the_queue_with_the_far_sides_reply() {
    let world = World::new();
    let id = queued(&world, 1, "example.com");
    let entries = world.claim(1);
    assert_eq!(entries.len(), 1);
    let entry = &entries[0];
    assert_eq!(
        (entry.address.as_str(), entry.attempts, entry.expires_at),
        ("to0@Example.COM", 0, at(1_001))
    );
    assert!(world.claim(1).is_empty(), "leased");
    assert_eq!(
        report(&world, entry, sent(), 2),
        EntryOutcome::Written(RecipientState::Sent)
    );
    assert_eq!(
        report(&world, entry, sent(), 3),
        EntryOutcome::Already(RecipientState::Sent)
    );
    let story = world.reader().story(ORG, id).unwrap();
    assert_eq!(
        story.mail.recipients[0].reply.as_deref(),
        Some("250 2.0.0 ok")
    );
    assert!(story.steps.iter().any(|step| step.key == "store-step-sent"));
    assert_eq!(world.reader().counts().unwrap().queued, 0);
    check_invariants(&world.store);
}

#[test]
fn deferred_comes_again_at_its_time() {
    let world = World::new();
    queued(&world, 1, "example.com");
    let entry = world.claim(1).remove(0);
    let later = |next| Attempt::Deferred {
        reply: "451 4.7.1 greylisted".into(),
        next_at: at(next),
        delay_noticed: true,
    };
    assert_eq!(
        report(&world, &entry, later(500), 2),
        EntryOutcome::Written(RecipientState::Queued)
    );
    assert!(world.claim(499).is_empty());
    assert_eq!(world.reader().next_queue_due().unwrap(), Some(at(500)));
    let row = &world.reader().queue(ORG, 0).unwrap()[0];
    assert_eq!((row.attempts, row.sending), (1, false));
    assert_eq!(row.last_reply.as_deref(), Some("451 4.7.1 greylisted"));
    let again = world.claim(500).remove(0);
    assert_eq!((again.attempts, again.delay_noticed), (1, true));
    assert_eq!(
        report(&world, &again, Attempt::NotTried, 501),
        EntryOutcome::Written(RecipientState::Queued)
    );
    assert_eq!(world.claim(501)[0].attempts, 1, "not tried is not counted");
    check_invariants(&world.store);
}

#[test]
fn a_lost_workers_entries_come_due_when_the_lease_ends() {
    let world = World::new();
    queued(&world, 1, "example.com");
    let lost = world.claim(1).remove(0);
    assert!(world.claim(60).is_empty());
    let second = world.claim(61).remove(0);
    let defer = Attempt::Deferred {
        reply: "x".into(),
        next_at: at(999),
        delay_noticed: false,
    };
    assert_eq!(report(&world, &lost, defer, 62), EntryOutcome::LeaseLost);
    assert!(matches!(
        world
            .store
            .extend_lease(vec![(lost.id, lost.lease)], at(500))
            .wait(),
        Err(StoreFailure::LeaseLost)
    ));
    world
        .store
        .extend_lease(vec![(second.id, second.lease)], at(500))
        .wait()
        .unwrap();
    assert!(world.claim(499).is_empty());
    // The first worker's server took it after all: that must not be sent again.
    assert_eq!(
        report(&world, &lost, sent(), 63),
        EntryOutcome::Written(RecipientState::Sent)
    );
    assert_eq!(
        report(&world, &second, sent(), 64),
        EntryOutcome::Already(RecipientState::Sent)
    );
    check_invariants(&world.store);
}

#[test]
fn leases_die_with_their_process() {
    let world = World::new();
    let id = queued(&world, 1, "example.com");
    let waits = queued(&world, 9, "example.com");
    assert_eq!(world.claim(1).len(), 1);
    let world = world.reopen();
    let cut_off = |id| {
        let steps = world.reader().story(ORG, id).unwrap().steps;
        let mut found = steps.into_iter();
        found.find(|step| step.key == "store-step-cut-off")
    };
    let step = cut_off(id).expect("a possible repeat is told");
    assert_eq!(step.recipient, Some(0));
    assert!(step.words().en.contains("to0@Example.COM"), "{step:?}");
    assert!(cut_off(waits).is_none(), "it was not being sent");
    assert_eq!(world.claim(1).len(), 1, "due at once after a restart");
}

#[test]
fn a_bounce_and_its_dsn_are_one() {
    let world = World::new();
    let id = queued(&world, 1, "example.com");
    let entry = world.claim(1).remove(0);
    let dsn = world.mail(2, vec![Fate::Onward(world.to_user())]);
    let dsn_id = dsn.id;
    let one = AttemptReport {
        id: entry.id,
        lease: entry.lease,
        remote: "mx".into(),
        attempt: Attempt::Failed {
            reply: "550 5.1.1 unknown".into(),
        },
    };
    let bad = QueueReport {
        reports: vec![AttemptReport {
            attempt: Attempt::Failed { reply: "x".into() },
            remote: String::new(),
            ..one
        }],
        tenant: ORG,
        now: at(2),
        notices: vec![world.mail(2, vec![])],
    };
    assert!(world.store.report(bad).wait().is_err());
    assert_eq!(
        world.states(id),
        [RecipientState::Queued],
        "no bounce without its DSN"
    );
    let one = AttemptReport {
        id: entry.id,
        lease: entry.lease,
        remote: "mx".into(),
        attempt: Attempt::Failed {
            reply: "550 5.1.1 unknown".into(),
        },
    };
    let good = QueueReport {
        reports: vec![one],
        tenant: ORG,
        now: at(2),
        notices: vec![dsn],
    };
    world.store.report(good).wait().unwrap();
    assert_eq!(world.states(id), [RecipientState::Bounced]);
    assert_eq!(world.states(dsn_id), [RecipientState::Mailbox]);
    check_invariants(&world.store);
}

#[test]
fn claims_keep_to_destinations_and_mails() {
    let world = World::new();
    for second in 0..3 {
        queued(&world, second, "a.example");
        queued(&world, second, "b.example");
    }
    let many =
        world.accept(world.mail(3, (0..5).map(|_| Fate::Onward(out("c.example"))).collect()));
    let skip = Claim {
        skip: vec!["a.example".into(), "c.example".into()],
        ..claim(10)
    };
    let entries = world.store.claim(skip).wait().unwrap();
    assert!(entries.len() == 3 && entries.iter().all(|entry| entry.destination == "b.example"));
    let only = Claim {
        destination: Some("c.example".into()),
        ..claim(10)
    };
    let entries = world.store.claim(only).wait().unwrap();
    assert_eq!(
        entries.iter().map(|entry| entry.id.nr).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4]
    );
    assert!(entries.iter().all(|entry| entry.id.mail == many));
    let rows = world.reader().destinations(Some(ORG)).unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.destination.as_str(), row.entries))
        .collect();
    assert_eq!(rows, [("c.example", 5), ("a.example", 3), ("b.example", 3)]);
    assert_eq!(
        world
            .store
            .claim(Claim {
                max: 2,
                ..claim(10)
            })
            .wait()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn an_administrator_retries_and_deletes() {
    let world = World::new();
    let id = queued(&world, 1, "example.com");
    let entry = world.claim(1).remove(0);
    let actor = || Actor::Console("root".into());
    let retry = |now| {
        world
            .store
            .retry_now(ORG, QueueScope::All, actor(), at(now))
            .wait()
            .unwrap()
    };
    assert_eq!(retry(2), 0, "it is being sent");
    let defer = Attempt::Deferred {
        reply: "x".into(),
        next_at: at(900),
        delay_noticed: false,
    };
    report(&world, &entry, defer, 3);
    assert_eq!(retry(4), 1);
    assert_eq!(world.claim(4).len(), 1);
    let delete = |now| QueueDelete {
        recipients: vec![
            RecipientId { mail: id, nr: 0 },
            RecipientId { mail: id, nr: 9 },
        ],
        tenant: ORG,
        actor: actor(),
        now: at(now),
        notices: vec![],
    };
    let outcome = world.store.delete_queued(delete(5)).wait().unwrap();
    assert_eq!(
        outcome,
        [
            EntryOutcome::Already(RecipientState::Queued),
            EntryOutcome::NotFound
        ]
    );
    let entry = world.claim(100).remove(0);
    report(&world, &entry, Attempt::NotTried, 101);
    let outcome = world.store.delete_queued(delete(102)).wait().unwrap();
    assert_eq!(outcome[0], EntryOutcome::Written(RecipientState::Bounced));
    let story = world.reader().story(ORG, id).unwrap();
    let why = story
        .steps
        .iter()
        .find(|step| step.key == "store-step-queue-deleted");
    let words = why.unwrap().words();
    assert!(words.ja.contains("削除しました") && words.en.contains("Taken out of the queue"));
    assert_eq!(
        story.mail.recipients[0].reply.as_deref(),
        Some("x"),
        "the far side's"
    );
    check_invariants(&world.store);
}
