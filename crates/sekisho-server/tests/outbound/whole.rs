//! From a client's submission through the checkpoint, an approver and the queue to the next server, on a whole server.

use sekisho_command::{Caller, Command, Desk, NextHop, Request, RouteTls};
use sekisho_store::RecipientState;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::sink::{Script, Sink};
use crate::support::World;

const LEAK: &str = "From: user1@hanko.example.jp\r\nTo: a@far.example.net\r\nSubject: papers\r\n\r\n\
                    My Number 1290-2784-2014\r\n";

fn subjects(world: &World, user: &str) -> Vec<String> {
    let mut imap = world.imap(user);
    let mails = imap.mails("INBOX");
    mails
        .iter()
        .map(|mail| {
            let message = sekisho_mime::Message::parse(&mail.content);
            message.subject().unwrap_or_default()
        })
        .collect()
}

#[test]
fn a_mail_with_a_my_number_is_held_told_released_and_sent() {
    let world = World::new();
    let sink = world.runtime.block_on(Sink::open(Script::default()));
    let desk = Desk {
        store: world.store.clone(),
        directory: world.directory.clone(),
        pages: Arc::from("https://mail.hanko.example.jp"),
        hostname: Arc::from("mail.hanko.example.jp"),
    };
    let run = |command| {
        let caller = Caller::Console {
            user: "test".to_owned(),
        };
        let request = Request {
            organisation: None,
            command,
        };
        world.runtime.block_on(desk.run(&caller, request)).unwrap()
    };
    run(Command::RouteSet {
        destination: "*".to_owned(),
        next_hop: NextHop {
            host: "127.0.0.1".to_owned(),
            port: sink.address.port(),
            tls: RouteTls::Never,
            user: None,
            password: None,
        },
    });
    let mut smtp = world.submission("user1");
    let reply = smtp.mail("user1@hanko.example.jp", &["a@far.example.net"], LEAK);
    assert!(reply.starts_with("250 "), "{reply}");
    assert!(subjects(&world, "manager")[0].ends_with("papers"));
    assert!(subjects(&world, "user1")[0].ends_with("papers"));
    assert!(sink.mails().is_empty());

    let held = run(Command::HoldList);
    let mail = held[0]["mail"].as_str().unwrap().to_owned();
    let shown = run(Command::HoldShow { mail: mail.clone() });
    let found = shown["reasons"]["findings"].to_string();
    assert!(
        found.contains("dlp.my_number") && !found.contains("1290"),
        "{found}"
    );

    run(Command::HoldRelease {
        mail: mail.clone(),
        comment: None,
    });
    let id = mail.parse().unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    let sent = || {
        let story = world
            .store
            .reader()
            .unwrap()
            .story(world.tenant, id)
            .unwrap();
        story.mail.recipients[0].state == RecipientState::Sent
    };
    while !sent() {
        assert!(Instant::now() < until, "never sent");
        std::thread::yield_now();
    }
    // The approved bytes are the sent bytes.
    assert!(
        sink.mails()[0]
            .content
            .ends_with(LEAK.split_once("\r\n\r\n").unwrap().1)
    );
}
