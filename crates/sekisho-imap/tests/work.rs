//! How the work is done: what is asked of the store, what is copied, how sign-in runs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;

use bytes::Bytes;
use sekisho_imap::{
    Answer, AuthAnswer, Config, Flags, Input, Mail, Output, Peer, Question, Session, Snapshot,
};
use sekisho_sasl::client::{Credentials, Exchange};
use sekisho_sasl::{ChannelBindings, Mechanism, Nonce, Secret, encoding};
use support::{Connection, Line};

const MAIL: &[u8] = b"From: a@x.example\r\nTo: b@y.example\r\nSubject: s\r\nDate: Tue, 24 Nov 2026 09:00:00 +0900\r\n\r\nbody\r\n";

fn opened(count: usize) -> Connection {
    let mut connection = Connection::new(Line::Tls);
    for _ in 0..count {
        connection
            .account
            .deliver("INBOX", MAIL, Flags::default(), 0);
    }
    connection.send(b"a LOGIN user1 pass\r\nb SELECT INBOX\r\n");
    connection.said.clear();
    connection
}

#[test]
fn lists_open_no_message() {
    let mut connection = opened(250);
    connection.send(
        b"c UID FETCH 1:* (UID RFC822.SIZE FLAGS INTERNALDATE ENVELOPE BODYSTRUCTURE \
          BODY.PEEK[HEADER.FIELDS (From To Cc Bcc Subject Date Message-ID Priority X-Priority References \
          Newsgroups In-Reply-To Content-Type Reply-To)])\r\n",
    );
    assert!(connection.said.ends_with(b"c OK FETCH done\r\n"));
    assert_eq!(connection.account.asked.get("content"), None);
    assert_eq!(connection.account.asked["columns"], 3); // 250 by the hundred
}

#[test]
fn search_opens_only_what_it_must() {
    let mut connection = opened(250);
    connection.send(b"c SEARCH UNSEEN LARGER 10 FROM a@x.example SENTSINCE 1-Jan-2026\r\n");
    assert!(connection.said.ends_with(b" 250\r\nc OK SEARCH done\r\n"));
    assert_eq!(connection.account.asked.get("content"), None);
    connection.send(b"d SEARCH 7 BODY body\r\n");
    assert!(
        connection
            .said
            .ends_with(b"* SEARCH 7\r\nd OK SEARCH done\r\n")
    );
    assert_eq!(connection.account.asked["content"], 1);
}

#[test]
fn reading_marks_in_batches() {
    let mut connection = opened(50);
    connection.send(b"c FETCH 1:* BODY[]\r\n");
    assert!(connection.said.ends_with(b"c OK FETCH done\r\n"));
    assert_eq!(connection.account.asked["store"], 3); // 50 by twenties
    connection.send(b"d FETCH 1:* BODY[]\r\n");
    assert_eq!(connection.account.asked["store"], 3); // seen already
}

fn signed_in() -> Session {
    let peer = Peer {
        ip: [127, 0, 0, 1].into(),
        tls: Some(ChannelBindings::default()),
        nonce_seed: [0; 32],
    };
    let mut session = Session::new(Arc::new(Config::new("h")), peer, support::start());
    drain(&mut session);
    session.handle(
        support::start(),
        Input::Bytes(b"a LOGIN user1 pass\r\nb SELECT INBOX\r\n"),
    );
    drain(&mut session);
    answer(&mut session, Answer::Auth(AuthAnswer::Accepted));
    drain(&mut session);
    session
}

fn answer(session: &mut Session, answer: Answer) {
    session.handle(support::start(), Input::Answer(answer));
}

fn drain(session: &mut Session) -> Vec<Output> {
    std::iter::from_fn(|| session.poll()).collect()
}

fn snapshot(count: u32, size_bytes: u64) -> Answer {
    let mail = |uid| Mail {
        uid,
        size_bytes,
        internal_date_s: 0,
        modseq: 1,
        flags: Flags::default(),
    };
    Answer::Selected(Ok(Snapshot {
        uid_validity: 1,
        uid_next: count + 1,
        highest_modseq: 1,
        recent_from_uid: count + 1,
        read_only: false,
        mails: (1..=count).map(mail).collect(),
    }))
}

#[test]
fn large_messages_are_not_copied() {
    let content = Bytes::from(vec![b'x'; 3 << 20]);
    let mut session = signed_in();
    answer(&mut session, snapshot(1, content.len() as u64));
    drain(&mut session);
    session.handle(support::start(), Input::Bytes(b"c FETCH 1 BODY.PEEK[]\r\n"));
    assert!(matches!(
        drain(&mut session).as_slice(),
        [Output::Ask(Question::Content { uid: 1 })]
    ));
    answer(&mut session, Answer::Content(Ok(Some(content.clone()))));
    let mut at = 0;
    for output in drain(&mut session) {
        if let Output::SendShared(piece) = output {
            assert_eq!(piece.as_ptr(), content[at..].as_ptr());
            at += piece.len();
        }
    }
    assert_eq!(at, content.len());
}

#[test]
fn output_never_piles_up() {
    let mut session = signed_in();
    answer(&mut session, snapshot(300_000, 1));
    drain(&mut session);
    session.handle(
        support::start(),
        Input::Bytes(b"c FETCH 1:* (UID FLAGS)\r\nd NOOP\r\n"),
    );
    let (mut all, mut most, mut waiting) = (0, 0, 0_usize);
    // As a slow socket would: one output, and only then the next.
    while let Some(output) = session.poll() {
        if let Output::Send(bytes) = output {
            all += bytes.len();
            waiting = bytes.len();
        }
        most = most.max(waiting);
        assert!(!session.wants_bytes() || all > 10 << 20);
    }
    assert!(all > 10 << 20, "{all}");
    assert!(most <= 16 * 1024, "{most}");
}

#[test]
fn a_lost_connection_lets_go_of_the_message() {
    let mut connection = opened(0);
    connection.send(b"c APPEND INBOX {10}\r\nabc");
    connection.input(Input::PeerGone);
    assert!(connection.closed);
    assert_eq!(connection.aborted, 1);
}

#[test]
fn stopping_waits_for_the_commit() {
    let mut session = signed_in();
    answer(&mut session, snapshot(0, 0));
    session.handle(
        support::start(),
        Input::Bytes(b"c APPEND Sent {3+}\r\nabc\r\n"),
    );
    drain(&mut session);
    answer(&mut session, Answer::AppendOpened(Ok(())));
    assert!(matches!(
        drain(&mut session).last(),
        Some(Output::Ask(Question::AppendCommit { .. }))
    ));
    session.handle(support::start(), Input::Shutdown);
    assert!(drain(&mut session).is_empty());
    let appended = sekisho_imap::Appended {
        uid_validity: 1,
        uid: 1,
    };
    answer(&mut session, Answer::Appended(Ok(appended)));
    let said = drain(&mut session);
    assert!(
        matches!(said.first(), Some(Output::Send(bytes)) if bytes.starts_with(b"c OK [APPENDUID 1 1]"))
    );
    assert!(matches!(said.last(), Some(Output::Close)));
}

#[test]
fn scram_proves_both_sides() {
    for (user, password, want) in [
        ("user1", "pass", "a OK [CAPABILITY"),
        ("user1", "wrong", "a NO [AUTHENTICATIONFAILED]"),
        ("ghost", "pass", "a NO [AUTHENTICATIONFAILED]"),
    ] {
        let said = scram(user, password);
        assert!(said.starts_with(want), "{user} {password}: {said}");
    }
}

/// What the server says at the end of a SCRAM-SHA-256 exchange, without channel binding.
fn scram(user: &str, password: &str) -> String {
    let mut connection = Connection::without_bindings();
    let credentials = Credentials {
        user: user.into(),
        password: Secret::from(password),
    };
    let nonce = Nonce::fixed("client").unwrap();
    let mut exchange = Exchange::new(Mechanism::ScramSha256, credentials, nonce).unwrap();
    let first = encoding::encode(exchange.initial().unwrap().unwrap());
    connection.said.clear();
    connection.send(format!("a AUTHENTICATE SCRAM-SHA-256 {first}\r\n").as_bytes());
    loop {
        let said = String::from_utf8(std::mem::take(&mut connection.said)).unwrap();
        let Some(challenge) = said.strip_prefix("+ ") else {
            return said;
        };
        let challenge = encoding::decode(challenge.trim_end()).unwrap();
        let answer = encoding::encode(exchange.respond(&challenge).unwrap());
        connection.send(format!("{answer}\r\n").as_bytes());
    }
}

#[test]
fn passwords_are_not_printed() {
    let mut session = signed_in();
    let input = Input::Bytes(b"c LOGIN {5}\r\nx-user {8}\r\nx-secret");
    assert!(!format!("{input:?}").contains("120")); // 'x'
    session.handle(support::start(), input);
    assert!(!format!("{session:?}").contains("x-"));
}
