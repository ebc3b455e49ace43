use crate::kit::*;
use sekisho_store::*;

fn cancel(world: &World, mail: MailId, now: i64) -> Cancelled {
    let actor = Actor::Account(world.user);
    let cancel = Cancel {
        mail,
        tenant: ORG,
        actor,
        now: at(now),
        notices: vec![],
    };
    world.store.cancel(cancel).wait().unwrap()
}

fn delayed(world: &World, until: i64) -> MailId {
    world.accept(world.mail(
        0,
        vec![Fate::Delay {
            until: at(until),
            then: out("example.com"),
        }],
    ))
}

#[test]
fn a_delayed_mail_goes_at_its_time_and_not_before() {
    let world = World::new();
    let id = delayed(&world, 300);
    assert_eq!(world.reader().next_delay().unwrap(), Some(at(300)));
    assert!(
        world
            .store
            .release_delayed(at(299), 10)
            .wait()
            .unwrap()
            .is_empty()
    );
    assert!(world.claim(299).is_empty());
    let moved = world.store.release_delayed(at(300), 10).wait().unwrap();
    assert_eq!(moved[0].recipients[0].1, RecipientState::Queued);
    assert!(
        world
            .store
            .release_delayed(at(300), 10)
            .wait()
            .unwrap()
            .is_empty(),
        "once"
    );
    assert_eq!(world.claim(300).len(), 1);
    assert_eq!(world.states(id), [RecipientState::Queued]);
    check_invariants(&world.store);
}

#[test]
fn a_mixed_mail_reaches_the_inside_at_once() {
    let world = World::new();
    let fates = vec![
        Fate::Onward(world.to_user()),
        Fate::Delay {
            until: at(300),
            then: out("example.com"),
        },
    ];
    let id = world.accept(world.mail(0, fates));
    assert_eq!(world.inbox(world.user).messages.len(), 1);
    let cancelled = cancel(&world, id, 10);
    assert_eq!(cancelled.stopped.len(), 1);
    assert_eq!(cancelled.gone[0].1, RecipientState::Mailbox);
    assert!(
        world
            .store
            .release_delayed(at(1_000), 10)
            .wait()
            .unwrap()
            .is_empty()
    );
    assert!(
        world.claim(1_000).is_empty(),
        "nothing reaches the outside after that"
    );
    check_invariants(&world.store);
}

#[test]
fn a_claimed_entry_cannot_be_cancelled_and_a_cancelled_one_not_claimed() {
    let world = World::new();
    let claimed = delayed(&world, 10);
    let free = world.accept(world.mail(20, vec![Fate::Onward(out("example.org"))]));
    world.store.release_delayed(at(10), 10).wait().unwrap();
    assert_eq!(world.claim(10).len(), 1);
    assert!(cancel(&world, claimed, 11).stopped.is_empty());
    // The lease is over, but its worker may still be in the middle of DATA.
    assert!(cancel(&world, claimed, 100).stopped.is_empty());
    assert_eq!(cancel(&world, free, 21).stopped.len(), 1);
    let again = world.claim(200);
    assert_eq!(
        again.iter().map(|entry| entry.id.mail).collect::<Vec<_>>(),
        [claimed]
    );
    check_invariants(&world.store);
}

#[test]
fn cancel_and_claim_at_the_same_moment_never_both_win() {
    let world = World::new();
    let mails: Vec<_> = (0..100)
        .map(|_| world.accept(world.mail(0, vec![Fate::Onward(out("example.com"))])))
        .collect();
    let (claimed, stopped) = std::thread::scope(|scope| {
        let claims = scope.spawn(|| {
            let mut claimed = Vec::new();
            while claimed.len() < 100 {
                let one = Claim { max: 3, ..claim(1) };
                let entries = world.store.claim(one).wait().unwrap();
                if entries.is_empty() {
                    break;
                }
                claimed.extend(entries.into_iter().map(|entry| entry.id.mail));
            }
            claimed
        });
        let cancels = scope.spawn(|| {
            let all = mails
                .iter()
                .rev()
                .filter(|mail| !cancel(&world, **mail, 1).stopped.is_empty());
            all.copied().collect::<Vec<_>>()
        });
        (claims.join().unwrap(), cancels.join().unwrap())
    });
    assert_eq!(
        claimed.len() + stopped.len(),
        100,
        "each mail has exactly one end"
    );
    assert!(claimed.iter().all(|mail| !stopped.contains(mail)));
    check_invariants(&world.store);
}

#[test]
fn cancelling_a_held_mail_closes_its_hold() {
    let world = World::new();
    let id = world.accept(world.held(1, vec![out("example.com")], 1));
    assert_eq!(cancel(&world, id, 2).stopped.len(), 1);
    let hold = world.reader().hold_of_mail(ORG, id).unwrap();
    assert_eq!(hold.state, HoldState::Cancelled);
    assert!(cancel(&world, id, 3).stopped.is_empty());
    check_invariants(&world.store);
}
