use crate::kit::*;
use sekisho_store::*;

#[test]
fn a_mail_with_every_fate_is_in_exactly_one_state_per_recipient() {
    let world = World::new();
    let junk = Onward::Mailbox {
        account: world.boss,
        folder: Folder::Junk,
    };
    let fates = vec![
        Fate::Onward(world.to_user()),
        Fate::Onward(junk),
        Fate::Onward(out("example.com")),
        Fate::Hold(out("example.com")),
        Fate::Delay {
            until: at(300),
            then: out("example.org"),
        },
        Fate::Quarantine(world.to_user()),
        Fate::Discard,
    ];
    let mut mail = world.mail(1, fates);
    mail.hold = Some(world.hold(1, 7));
    let id = world.accept(mail);
    use RecipientState as S;
    let states = [
        S::Mailbox,
        S::Junked,
        S::Queued,
        S::Held,
        S::Delayed,
        S::Quarantined,
        S::Discarded,
    ];
    assert_eq!(world.states(id), states);
    check_invariants(&world.store);

    let world = world.reopen();
    assert_eq!(world.states(id), states, "the same after a restart");
    let inbox = world.inbox(world.user);
    assert_eq!(inbox.messages.len(), 1);
    let message = &inbox.messages[0];
    assert_eq!(
        (message.uid, message.mail, message.internal_at),
        (1, Some(id), at(1))
    );
    assert_eq!(world.reader().content(message.content).unwrap(), stored(id));
    assert_eq!(world.reader().mail_content(ORG, id).unwrap(), stored(id));
    assert_eq!(world.folder(world.boss, &Folder::Junk).messages.len(), 1);
    check_invariants(&world.store);
}

#[test]
fn a_person_addressed_twice_gets_the_mail_once() {
    let world = World::new();
    let id = world.accept(world.mail(
        1,
        vec![Fate::Onward(world.to_user()), Fate::Onward(world.to_user())],
    ));
    assert_eq!(world.states(id), [RecipientState::Mailbox; 2]);
    assert_eq!(world.inbox(world.user).messages.len(), 1);
    check_invariants(&world.store);
}

#[test]
fn a_known_message_id_is_no_reason_to_drop_a_mail() {
    let world = World::new();
    for second in 0..2 {
        let mut mail = world.mail(second, vec![Fate::Onward(world.to_user())]);
        mail.summary.message_id = "<same@example.jp>".into();
        mail.content =
            Content::from_bytes(b"Message-ID: <same@example.jp>\r\n\r\nsame".repeat(1_000));
        world.accept(mail);
    }
    let inbox = world.inbox(world.user);
    assert_eq!(inbox.messages.len(), 2);
    assert_eq!(
        inbox.messages[0].content, inbox.messages[1].content,
        "stored once"
    );
    check_invariants(&world.store);
}

#[test]
fn what_does_not_fit_together_is_refused_whole() {
    let world = World::new();
    let nobody = Onward::Mailbox {
        account: AccountId(99),
        folder: Folder::Inbox,
    };
    let cases: Vec<(&str, NewMail)> = vec![
        ("no recipient", world.mail(1, vec![])),
        (
            "held without a hold",
            world.mail(1, vec![Fate::Hold(world.to_user())]),
        ),
        (
            "unknown account",
            world.mail(1, vec![Fate::Onward(world.to_user()), Fate::Onward(nobody)]),
        ),
        ("hold without held", {
            let mut mail = world.mail(1, vec![Fate::Onward(world.to_user())]);
            mail.hold = Some(world.hold(1, 1));
            mail
        }),
    ];
    for (name, mail) in cases {
        let id = mail.id;
        assert!(world.store.accept(mail).wait().is_err(), "{name}");
        assert!(
            matches!(
                world.reader().story(ORG, id),
                Err(StoreFailure::NotFound(_))
            ),
            "{name}"
        );
    }
    assert!(world.inbox(world.user).messages.is_empty());
    check_invariants(&world.store);
}

#[test]
fn letters_are_taken_with_the_mail_or_neither_is() {
    let world = World::new();
    let held = || world.held(1, vec![out("example.com")], 7);
    let told_of = |mail| told(&world.store, mail, world.boss);
    world.accept(told_of(held()));
    assert_eq!(world.inbox(world.boss).messages.len(), 2);
    check_invariants(&world.store);

    let nobody = Onward::Mailbox {
        account: AccountId(99),
        folder: Folder::Inbox,
    };
    let mut to_nobody = told_of(held());
    to_nobody.notices[1].recipients[0].fate = Fate::Onward(nobody);
    let mut about_letters = told_of(held());
    about_letters.notices[1] = told_of(world.mail(2, vec![Fate::Onward(world.to_user())]));
    for mail in [to_nobody, about_letters] {
        let id = mail.id;
        let taken = world.store.accept(mail).wait();
        assert!(taken.is_err(), "{taken:?}");
        let story = world.reader().story(ORG, id);
        assert!(matches!(story, Err(StoreFailure::NotFound(_))), "{story:?}");
        assert_eq!(world.inbox(world.boss).messages.len(), 2);
    }
    check_invariants(&world.store);
}

#[test]
fn a_failing_command_fails_alone_in_its_batch() {
    let world = World::new();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let mut changes = world.store.changes();
    let good = |second| world.mail(second, vec![Fate::Onward(world.to_user())]);
    let waiting: Vec<_> = (0..200)
        .map(|second| {
            let bad = second % 3 == 0;
            let mail = if bad {
                world.mail(second, vec![])
            } else {
                good(second)
            };
            (bad, mail)
        })
        .collect();
    let accepted = runtime.block_on(async {
        let tasks: Vec<_> = waiting
            .into_iter()
            .map(|(bad, mail)| (bad, tokio::spawn(world.store.accept(mail).into_future())))
            .collect();
        let mut accepted = 0;
        for (bad, task) in tasks {
            assert_eq!(task.await.unwrap().is_err(), bad);
            accepted += usize::from(!bad);
        }
        accepted
    });
    assert_eq!(world.inbox(world.user).messages.len(), accepted);
    let announced = std::iter::from_fn(|| changes.try_recv().ok());
    let mailbox = announced
        .filter(|change| matches!(change, Change::Mailbox { .. }))
        .count();
    assert_eq!(mailbox, accepted, "what failed is not announced");
    check_invariants(&world.store);
}

use std::future::IntoFuture;

#[test]
fn tenants_do_not_see_each_other() {
    let world = World::new();
    let id = world.accept(world.mail(1, vec![Fate::Quarantine(world.to_user())]));
    let reader = world.reader();
    let other = Tenant(2);
    assert!(reader.story(other, id).is_err());
    assert!(reader.mail_content(other, id).is_err());
    assert!(
        reader
            .trace(
                other,
                &TraceQuery {
                    id: Some(id),
                    ..TraceQuery::default()
                }
            )
            .unwrap()
            .is_empty()
    );
    assert!(
        reader
            .quarantined(other, &QuarantineQuery::default())
            .unwrap()
            .is_empty()
    );
    let decision = QuarantineDecision {
        recipients: vec![RecipientId { mail: id, nr: 0 }],
        tenant: other,
        release: true,
        actor: Actor::System("test"),
        now: at(2),
        notices: vec![],
    };
    assert!(matches!(
        world.store.decide_quarantine(decision).wait(),
        Err(StoreFailure::NotFound(_))
    ));
}

#[test]
fn refused_mail_leaves_a_trace_and_no_content() {
    let world = World::new();
    let id = world.store.new_mail_id(at(1));
    let refused = RefusedMail {
        id,
        tenant: ORG,
        now: at(1),
        direction: Direction::Inbound,
        reverse_path: None,
        recipients: vec!["nobody@hanko.example.jp".into()],
        helo: None,
        client_ip: Some([192, 0, 2, 9].into()),
        signed_in: None,
        summary: Summary::default(),
        reply: "550 5.1.1 no such mailbox".into(),
        facts_json: String::new(),
        verdict_json: String::new(),
        steps: vec![],
    };
    world.store.record_refused(refused).wait().unwrap();
    let query = TraceQuery {
        to: Some("nobody@hanko.example.jp".into()),
        ..TraceQuery::default()
    };
    let found = world.reader().trace(ORG, &query).unwrap();
    assert_eq!(found[0].mail.id, id);
    assert_eq!(found[0].recipients[0].state, RecipientState::Refused);
    assert_eq!(
        found[0].recipients[0].reply.as_deref(),
        Some("550 5.1.1 no such mailbox")
    );
    check_invariants(&world.store);
}
