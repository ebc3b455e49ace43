use crate::kit::*;
use sekisho_store::*;

#[test]
fn each_way_of_asking_finds_the_mail() {
    let world = World::new();
    let other = |second: i64| {
        let mut mail = world.mail(second, vec![Fate::Onward(out("example.net"))]);
        mail.reverse_path = Some("other@example.net".into());
        mail.recipients[0].address = "other@example.net".into();
        mail.summary.subject = "別件".into();
        world.accept(mail)
    };
    other(50);
    let mut mail = world.mail(100, vec![Fate::Onward(out("example.com"))]);
    mail.recipients[0].given = Some("Sales@hanko.example.jp".into());
    let id = world.accept(mail);
    other(150);
    let q = TraceQuery::default;
    let some = |text: &str| Some(text.to_owned());
    let cases = [
        (
            "id",
            TraceQuery {
                id: Some(id),
                ..q()
            },
        ),
        (
            "sender",
            TraceQuery {
                from: some("user@HANKO.example.jp"),
                ..q()
            },
        ),
        (
            "sender's domain",
            TraceQuery {
                from: some("@hanko.example.jp"),
                ..q()
            },
        ),
        (
            "part of sender",
            TraceQuery {
                from: some("hanko"),
                ..q()
            },
        ),
        (
            "recipient",
            TraceQuery {
                to: some("TO0@example.com"),
                ..q()
            },
        ),
        (
            "recipient as given",
            TraceQuery {
                to: some("sales@hanko.example.jp"),
                ..q()
            },
        ),
        (
            "recipient's domain",
            TraceQuery {
                to: some("@example.com"),
                ..q()
            },
        ),
        (
            "part of recipient",
            TraceQuery {
                to: some("sale"),
                ..q()
            },
        ),
        (
            "two letters of the subject",
            TraceQuery {
                subject: some("積書"),
                ..q()
            },
        ),
        (
            "subject in another width",
            TraceQuery {
                subject: some("見積書 no.1"),
                ..q()
            },
        ),
        (
            "message-id",
            TraceQuery {
                message_id: Some(format!("<{id}@hanko.example.jp>")),
                ..q()
            },
        ),
        (
            "message-id without brackets",
            TraceQuery {
                message_id: Some(format!("{id}@hanko.example.jp")),
                ..q()
            },
        ),
        (
            "time",
            TraceQuery {
                since: Some(at(90)),
                until: Some(at(110)),
                ..q()
            },
        ),
        (
            "all together",
            TraceQuery {
                from: some("user@hanko.example.jp"),
                to: some("@example.com"),
                subject: some("見積"),
                since: Some(at(0)),
                ..q()
            },
        ),
    ];
    for (name, query) in cases {
        let found = world.reader().trace(ORG, &query).unwrap();
        assert_eq!(
            found
                .iter()
                .map(|traced| traced.mail.id)
                .collect::<Vec<_>>(),
            [id],
            "{name}"
        );
        assert_eq!(found[0].recipients[0].state, RecipientState::Queued);
    }
    let none = [
        TraceQuery {
            from: some("user@hanko.example.jp"),
            to: some("other@example.net"),
            ..q()
        },
        TraceQuery {
            subject: some("%"),
            ..q()
        },
        TraceQuery {
            from: some("_"),
            ..q()
        },
    ];
    for query in none {
        assert!(
            world.reader().trace(ORG, &query).unwrap().is_empty(),
            "{query:?}"
        );
    }
    let all = world.reader().trace(ORG, &q()).unwrap();
    assert_eq!(all.len(), 3);
    let page = TraceQuery {
        before: Some(all[0].mail.id),
        limit: 1,
        ..q()
    };
    assert_eq!(
        world.reader().trace(ORG, &page).unwrap()[0].mail.id,
        all[1].mail.id
    );
}

#[test]
fn the_story_has_the_steps_in_order() {
    let world = World::new();
    let id = world.accept(world.mail(1, vec![Fate::Onward(world.to_user())]));
    let step = Step::new(at(5), "server-step-told")
        .arg("count", 2)
        .reply("250 ok");
    world.store.add_step(ORG, id, step.clone()).wait().unwrap();
    assert!(
        world
            .store
            .add_step(Tenant(2), id, step.clone())
            .wait()
            .is_err()
    );
    let story = world.reader().story(ORG, id).unwrap();
    let keys: Vec<_> = story.steps.iter().map(|step| step.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "server-step-received",
            "store-step-mailbox",
            "server-step-told"
        ]
    );
    assert_eq!(story.steps[2], step);
    assert_eq!(story.facts_json, r#"{"direction":"outbound"}"#);
    assert_eq!(story.delivered[0].account, world.user);
    assert_eq!(story.mail.mail.client_ip, Some([192, 0, 2, 1].into()));
    assert_eq!(story.mail.mail.summary.subject, "見積書 Ｎｏ．１");
}
