//! The server while it runs: certificates change, it drains, it is flooded.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::net::TcpStream;
use std::time::SystemTime;

use sekisho_server::config::Service;
use sekisho_server::tls::SelfMadeCa;
use sekisho_testkit::Wire;
use support::World;

/// P21, in small: ten renewals while clients are connected.
#[test]
fn new_certificates_serve_new_connections_and_old_ones_stay() {
    let world = World::new();
    let ca = SelfMadeCa::open(&world.config.data_dir.join("tls"), SystemTime::now()).unwrap();
    let mut standing = Vec::new();
    for _ in 0..10 {
        standing.push(world.submission("user1"));
        let before = world.tls.status();
        // Certificates end on whole seconds; another name tells them apart at once.
        let names = [
            "mail.hanko.example.jp".to_owned(),
            format!("n{}.hanko.example.jp", standing.len()),
        ];
        ca.issue(&names, SystemTime::now()).unwrap();
        assert!(world.tls.reload_if_changed().unwrap());
        assert_ne!(before, world.tls.status());
    }
    for mut smtp in standing {
        smtp.expect("NOOP", "250");
    }
}

#[test]
fn draining_lets_a_mail_finish_and_takes_no_new_client() {
    let mut world = World::new();
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    smtp.expect("MAIL FROM:<kobayashi@good.example.net>", "250");
    smtp.expect("RCPT TO:<user1@hanko.example.jp>", "250");
    smtp.expect("DATA", "354");
    smtp.wire
        .send(b"From: kobayashi@good.example.net\r\nSubject: half\r\n\r\n");
    let mut idle = world.smtp();
    let address = world.address(Service::Smtp);

    let running = world.running.take().unwrap();
    let draining = world.runtime.spawn(running.shutdown());
    let goodbye = idle.reply();
    assert!(goodbye.starts_with("421 "), "{goodbye}");
    while TcpStream::connect(address).is_ok() {}
    smtp.wire.send(b"whole\r\n.\r\n");
    let reply = smtp.reply();
    assert!(reply.starts_with("250 "), "{reply}");
    world.runtime.block_on(draining).unwrap();
    let account = world.account("user1");
    let inbox = world
        .store
        .reader()
        .unwrap()
        .mailbox(account, &sekisho_store::Folder::Inbox)
        .unwrap();
    assert_eq!(inbox.messages, 1);
}

#[test]
fn one_address_cannot_take_all_connections() {
    let world = World::with("[limits]\nconnections_per_address_max = 3\n");
    let held: Vec<_> = (0..3).map(|_| world.smtp()).collect();
    let mut refused = Wire::connect(world.address(Service::Smtp));
    let line = refused.line().unwrap();
    assert!(line.starts_with("421 4.4.5 "), "{line}");
    drop(held);
}

#[test]
fn garbage_and_half_closed_sockets_do_no_harm() {
    let world = World::new();
    for service in [
        Service::Smtp,
        Service::Submissions,
        Service::Imap,
        Service::Imaps,
        Service::Pop3,
        Service::Pop3s,
    ] {
        for garbage in [
            &b"\0\xff\r\n\0\0\r\n"[..],
            b"GET / HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01\x02\0\x01\0",
            &[b'x'; 100_000],
        ] {
            let mut wire = Wire::connect(world.address(service));
            wire.send(garbage);
            wire.close();
        }
    }
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
}
