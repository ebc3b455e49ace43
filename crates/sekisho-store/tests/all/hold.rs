use crate::kit::*;
use sekisho_store::*;

fn decide(
    world: &World,
    hold: HoldId,
    decision: HoldDecision,
    now: i64,
) -> Result<Moved, StoreFailure> {
    let decide = Decide {
        hold,
        tenant: ORG,
        decision,
        actor: Actor::Account(world.boss),
        comment: Some("宛先を確かめました".into()),
        now: at(now),
        notices: vec![],
    };
    world.store.decide(decide).wait()
}

#[test]
fn release_sends_all_held_recipients_as_one_and_once() {
    let world = World::new();
    let id = world.accept(world.held(1, vec![out("example.com"), world.to_user()], 1));
    let hold = world.reader().hold_of_mail(ORG, id).unwrap();
    assert_eq!((hold.state, hold.recipients.len()), (HoldState::Open, 2));
    let moved = decide(&world, hold.id, HoldDecision::Release, 5_000).unwrap();
    assert_eq!(moved.recipients.len(), 2);
    assert_eq!(
        world.states(id),
        [RecipientState::Queued, RecipientState::Mailbox]
    );
    let again = decide(&world, hold.id, HoldDecision::Refuse, 5_001);
    assert!(matches!(again, Err(StoreFailure::Decided(_))), "{again:?}");
    let entry = &world.claim(5_002)[0];
    assert_eq!(
        entry.expires_at,
        at(6_000),
        "the queue's time begins at the release"
    );
    let sent = world.reader().content(entry.content).unwrap();
    assert_eq!(sent, stored(id), "the approved bytes are the sent bytes");
    let hold = world.reader().hold(ORG, hold.id).unwrap();
    assert_eq!(hold.decided_by, Some(format!("account:{}", world.boss)));
    let decider = hold.decider.unwrap();
    assert_eq!(decider.account, world.boss);
    assert_eq!(decider.address.as_deref(), Some("boss@hanko.example.jp"));
    assert_eq!(decider.name.as_deref(), Some("boss"));
    assert_eq!(hold.comment.as_deref(), Some("宛先を確かめました"));
    check_invariants(&world.store);
}

#[test]
fn refuse_sends_nothing_and_tells_in_the_same_transaction() {
    let world = World::new();
    let id = world.accept(world.held(1, vec![out("example.com")], 1));
    let hold = world.reader().hold_by_token(&[1; 32]).unwrap();
    let notice = world.mail(2, vec![Fate::Onward(world.to_user())]);
    let told = notice.id;
    let decide = Decide {
        hold: hold.id,
        tenant: ORG,
        decision: HoldDecision::Refuse,
        actor: Actor::Account(world.boss),
        comment: None,
        now: at(2),
        notices: vec![notice],
    };
    world.store.decide(decide).wait().unwrap();
    assert_eq!(world.states(id), [RecipientState::Returned]);
    assert_eq!(world.states(told), [RecipientState::Mailbox]);
    assert!(
        world.reader().mail_content(ORG, id).is_err(),
        "the content is let go"
    );
    check_invariants(&world.store);
}

#[test]
fn a_bad_notice_undoes_the_decision() {
    let world = World::new();
    let id = world.accept(world.held(1, vec![out("example.com")], 1));
    let hold = world.reader().hold_of_mail(ORG, id).unwrap();
    let decide = Decide {
        hold: hold.id,
        tenant: ORG,
        decision: HoldDecision::Release,
        actor: Actor::Account(world.boss),
        comment: None,
        now: at(2),
        notices: vec![world.mail(2, vec![])],
    };
    assert!(world.store.decide(decide).wait().is_err());
    assert_eq!(world.states(id), [RecipientState::Held]);
    check_invariants(&world.store);
}

#[test]
fn reminder_deputy_and_deadline_come_due_one_after_the_other() {
    let world = World::new();
    let id = world.accept(world.held(0, vec![out("example.com")], 1));
    let reader = world.reader();
    let due = |now| -> Vec<HoldDue> {
        reader
            .holds_due(at(now), 10)
            .unwrap()
            .into_iter()
            .map(|(due, _)| due)
            .collect()
    };
    let hold = reader.hold_of_mail(ORG, id).unwrap().id;
    assert_eq!(reader.next_hold_due().unwrap(), Some(at(100)));
    assert_eq!(due(99), []);
    assert_eq!(due(100), [HoldDue::Remind]);
    assert!(
        world
            .store
            .hold_reminded(ORG, hold, at(99), vec![])
            .wait()
            .is_err(),
        "too early"
    );
    world
        .store
        .hold_reminded(ORG, hold, at(100), vec![])
        .wait()
        .unwrap();
    assert!(
        world
            .store
            .hold_reminded(ORG, hold, at(100), vec![])
            .wait()
            .is_err(),
        "once"
    );
    assert_eq!(due(199), []);
    assert_eq!(reader.next_hold_due().unwrap(), Some(at(200)));
    assert_eq!(due(200), [HoldDue::Deputise]);
    world
        .store
        .hold_deputised(ORG, hold, at(200), vec![])
        .wait()
        .unwrap();
    let mine = HoldQuery {
        approver: Some(world.deputy),
        open_only: true,
        ..HoldQuery::default()
    };
    assert_eq!(
        reader.holds(ORG, &mine, at(199)).unwrap().len(),
        0,
        "not yet the deputy's"
    );
    assert_eq!(reader.holds(ORG, &mine, at(200)).unwrap().len(), 1);
    assert_eq!(due(299), []);
    assert_eq!(due(300), [HoldDue::Deadline]);
    assert!(matches!(
        decide(&world, hold, HoldDecision::Expire, 299),
        Err(StoreFailure::Invalid(_))
    ));
    decide(&world, hold, HoldDecision::Expire, 300).unwrap();
    assert_eq!(
        world.states(id),
        [RecipientState::Returned],
        "nobody decided: back to the sender, never sent"
    );
    assert_eq!(reader.next_hold_due().unwrap(), None);
    check_invariants(&world.store);
}

#[test]
fn an_account_that_went_while_mail_waited_bounces_instead_of_losing_it() {
    let world = World::new();
    let id = world.accept(world.held(1, vec![world.to_user()], 1));
    let remove = |account| {
        let change = DirectoryChange::RemoveAccount {
            tenant: ORG,
            account,
        };
        world
            .store
            .change_directory(change, Actor::System("test"), at(2))
            .wait()
    };
    assert!(
        matches!(remove(world.boss), Err(StoreFailure::Invalid(_))),
        "its decision is waited for"
    );
    remove(world.user).unwrap();
    let hold = world.reader().hold_of_mail(ORG, id).unwrap().id;
    let moved = decide(&world, hold, HoldDecision::Release, 3).unwrap();
    assert_eq!(moved.recipients[0].1, RecipientState::Bounced);
    check_invariants(&world.store);
}

#[test]
fn a_moved_deadline_counts_and_the_approver_is_reminded_in_the_middle() {
    let world = World::new();
    let id = world.accept(world.held(0, vec![out("example.com")], 1));
    let hold = world.reader().hold_of_mail(ORG, id).unwrap();
    let moved = |deadline, now| {
        let change = HoldDeadline {
            hold: hold.id,
            tenant: ORG,
            deadline: at(deadline),
            actor: Actor::Console("root".into()),
            now: at(now),
        };
        world.store.move_hold_deadline(change).wait()
    };
    moved(100, 10).unwrap();
    let now = world.reader().hold_of_mail(ORG, id).unwrap();
    assert_eq!((now.deadline, now.remind_at), (at(100), Some(at(55))));
    let steps = world.reader().story(ORG, id).unwrap().steps;
    let words = steps.last().unwrap().words();
    assert!(
        words.ja.contains("期限") && words.en.contains("end of the hold"),
        "{words:?}"
    );
    let early = decide(&world, hold.id, HoldDecision::Expire, 99);
    assert!(matches!(early, Err(StoreFailure::Invalid(_))), "{early:?}");
    decide(&world, hold.id, HoldDecision::Expire, 100).unwrap();
    let late = moved(500, 101);
    assert!(matches!(late, Err(StoreFailure::Decided(_))), "{late:?}");
    check_invariants(&world.store);
}
