//! Our client against our server and against scripted ones, on a wire that is a Vec.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods)] // files of cases are read, and the false clock starts somewhere

mod driver;

use std::sync::Arc;
use std::time::{Duration, Instant};

use driver::World;
use sekisho_address::{Address, ForwardPath, ReversePath};
use sekisho_sasl::Secret;
use sekisho_sasl::client::Credentials;
use sekisho_smtp::client::{
    Config, Input, Mail, MailResult, Outcome, Output, Session, SessionFailure, TlsMode,
};
use sekisho_smtp::server::Config as ServerConfig;
use sekisho_smtp::{BodyKind, Notify, Recipient};

/// A client with its mail, and what it told.
struct Client {
    session: Session,
    now: Instant,
    mails: Vec<(Mail, Vec<u8>)>,
    content: Option<Vec<u8>>,
    sent: Vec<u8>,
    results: Vec<MailResult>,
    failure: Option<SessionFailure>,
    starts_tls: bool,
    closed: bool,
}

impl Client {
    fn new(config: Config, mails: Vec<(Mail, Vec<u8>)>) -> Self {
        let now = Instant::now();
        Self {
            session: Session::new(Arc::new(config), now),
            now,
            mails,
            content: None,
            sent: Vec::new(),
            results: Vec::new(),
            failure: None,
            starts_tls: false,
            closed: false,
        }
    }

    fn input(&mut self, input: Input<'_>) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            assert!(!self.closed, "{output:?} after Close");
            match output {
                Output::Send(bytes) => self.sent.extend(bytes),
                Output::StartTls => self.starts_tls = true,
                Output::Ready => match self.mails.is_empty() {
                    true => self.session.handle(self.now, Input::Quit),
                    false => {
                        let (mail, content) = self.mails.remove(0);
                        self.content = Some(content);
                        self.session.handle(self.now, Input::Mail(Box::new(mail)));
                    }
                },
                Output::NeedContent => match self.content.take() {
                    Some(content) => self.session.handle(self.now, Input::Content(&content)),
                    None => self.session.handle(self.now, Input::ContentEnd),
                },
                Output::Done(result) => self.results.push(result),
                Output::Failed(failure) => self.failure = Some(failure),
                Output::Close => self.closed = true,
            }
        }
    }

    /// Talks to a server of ours until neither has more to say.
    fn talk_to(&mut self, server: &mut World) {
        let mut read = 0;
        loop {
            if read < server.sent.len() {
                let bytes = server.sent[read..].to_vec();
                read = server.sent.len();
                self.input(Input::Bytes(&bytes));
            } else if server.wants_tls && self.starts_tls {
                (server.wants_tls, self.starts_tls) = (false, false);
                server.input(sekisho_smtp::server::Input::TlsReady(driver::tls()));
                self.input(Input::TlsReady(driver::tls()));
            } else if !self.sent.is_empty() {
                let bytes = std::mem::take(&mut self.sent);
                server.send(&bytes);
            } else {
                return;
            }
        }
    }

    /// Plays the server by hand: for each line the client's words must begin so, then the reply goes back.
    fn script(&mut self, lines: &[(&str, &str)]) {
        for (want, reply) in lines {
            let sent = String::from_utf8(std::mem::take(&mut self.sent)).unwrap();
            assert!(sent.starts_with(want), "wanted {want:?}, got {sent:?}");
            self.input(Input::Bytes(reply.as_bytes()));
        }
    }

    fn outcomes(&self) -> Vec<(Outcome, u16, String)> {
        let MailResult::Tried(results) = &self.results[0] else {
            panic!("{:?}", self.results)
        };
        let one = |r: &sekisho_smtp::client::RecipientResult| {
            (r.outcome, r.reply.code, r.reply.status().to_string())
        };
        results.iter().map(one).collect()
    }
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn mail(recipients: &[&str]) -> Mail {
    Mail {
        reverse_path: ReversePath::from(address("user1@hanko.example.jp")),
        recipients: recipients
            .iter()
            .map(|to| Recipient::new(ForwardPath::from(address(to))))
            .collect(),
        content_bytes: 20,
        body: BodyKind::SevenBit,
        smtputf8: false,
        ret: None,
        envid: None,
    }
}

fn content() -> Vec<u8> {
    b"Subject: t\r\n\r\n.x\r\n.\r\n".to_vec()
}

const EHLO: &str = "250-mx\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-DSN\r\n250 SIZE 1000\r\n";

fn plain() -> Config {
    Config::mx("out.hanko.example.jp", TlsMode::Opportunistic)
}

#[test]
fn two_mails_over_starttls_in_one_connection() {
    let mut server = World::new(ServerConfig::mx("mx.hanko.example.jp"), false, usize::MAX);
    let first = mail(&[
        "user1@hanko.example.jp",
        "ghost@hanko.example.jp",
        "user2@hanko.example.jp",
    ]);
    let mut client = Client::new(
        plain(),
        vec![
            (first, content()),
            (mail(&["user2@hanko.example.jp"]), content()),
        ],
    );
    client.talk_to(&mut server);
    assert_eq!(client.failure, None);
    assert!(client.closed && server.closed);
    assert_eq!(server.stored.len(), 2);
    assert_eq!(server.stored[0].1, content());
    assert_eq!(server.stored[0].0.with_protocol, "ESMTPS");
    assert_eq!(
        client.outcomes(),
        [
            (Outcome::Sent, 250, "2.0.0".into()),
            (Outcome::Permanent, 550, "5.1.1".into()),
            (Outcome::Sent, 250, "2.0.0".into()),
        ]
    );
}

#[test]
fn signs_in_by_scram_and_checks_the_server() {
    let credentials = |password: &str| Credentials {
        user: "user1".into(),
        password: Secret::from(password),
    };
    let config =
        |password| Config::smart_host("out", TlsMode::Required, credentials(password), [1; 32]);
    let mut server = World::new(
        ServerConfig::submission("mx.hanko.example.jp"),
        false,
        usize::MAX,
    );
    let mut client = Client::new(
        config("pass"),
        vec![(mail(&["x@other.example.org"]), content())],
    );
    client.talk_to(&mut server);
    assert_eq!(client.failure, None);
    assert_eq!(server.stored[0].0.with_protocol, "ESMTPSA");
    assert_eq!(
        server.stored[0].0.mechanism.unwrap().name(),
        "SCRAM-SHA-256"
    );

    let mut server = World::new(
        ServerConfig::submission("mx.hanko.example.jp"),
        false,
        usize::MAX,
    );
    let mut client = Client::new(config("wrong"), vec![]);
    client.talk_to(&mut server);
    assert!(
        matches!(client.failure, Some(SessionFailure::SignIn(_))),
        "{:?}",
        client.failure
    );
}

#[test]
fn a_password_never_goes_in_the_clear() {
    let credentials = Credentials {
        user: "user1".into(),
        password: Secret::from("pass"),
    };
    let mut client = Client::new(
        Config::smart_host("out", TlsMode::Opportunistic, credentials, [1; 32]),
        vec![],
    );
    client.script(&[
        ("", "220 mx\r\n"),
        ("EHLO", "250-mx\r\n250 AUTH PLAIN LOGIN\r\n"),
    ]);
    assert!(matches!(client.failure, Some(SessionFailure::SignIn(_))));
    assert!(client.sent.is_empty() && client.closed);
}

#[test]
fn tls_required_and_not_offered_sends_nothing() {
    let mut client = Client::new(
        Config::mx("out", TlsMode::Required),
        vec![(mail(&["a@b.example"]), content())],
    );
    client.script(&[("", "220 mx\r\n"), ("EHLO", EHLO)]);
    assert_eq!(client.failure, Some(SessionFailure::TlsNotOffered));
    assert!(client.results.is_empty() && client.closed);
}

#[test]
fn plaintext_behind_the_answer_to_starttls_ends_it() {
    let mut client = Client::new(plain(), vec![]);
    client.script(&[
        ("", "220 mx\r\n"),
        ("EHLO", "250-mx\r\n250 STARTTLS\r\n"),
        ("STARTTLS", "220 go\r\n250 injected\r\n"),
    ]);
    assert_eq!(client.failure, Some(SessionFailure::InjectedBeforeTls));
    assert!(!client.starts_tls);
}

#[test]
fn pipelined_batch_and_a_354_that_nobody_wants() {
    let mut client = Client::new(
        plain(),
        vec![(mail(&["a@b.example", "c@b.example"]), content())],
    );
    client.script(&[
        ("", "220 mx\r\n"),
        ("EHLO", EHLO),
        (
            "MAIL FROM:<user1@hanko.example.jp> SIZE=20\r\nRCPT TO:<a@b.example>\r\nRCPT TO:<c@b.example>\r\nDATA\r\n",
            "250 ok\r\n550-5.7.1 no\r\n550 5.7.1 never\r\n450 later\r\n354 go\r\n",
        ),
        (".\r\n", "554 no valid recipients\r\n"),
        ("QUIT", "221 bye\r\n"),
    ]);
    assert_eq!(
        client.outcomes(),
        [
            (Outcome::Permanent, 550, "5.7.1".into()),
            (Outcome::Temporary, 450, "4.0.0".into())
        ]
    );
}

#[test]
fn without_pipelining_one_command_at_a_time_and_rset_after_failure() {
    let mut client = Client::new(plain(), vec![(mail(&["a@b.example"]), content())]);
    client.script(&[
        ("", "220 mx\r\n"),
        ("EHLO", "250 mx\r\n"),
        ("MAIL FROM:<user1@hanko.example.jp>\r\n", "250 ok\r\n"),
        ("RCPT TO:<a@b.example>\r\n", "552 too many recipients\r\n"),
        ("RSET\r\n", "250 ok\r\n"),
        ("QUIT", "221 bye\r\n"),
    ]);
    // RFC 5321 §4.5.3.1.10: 552 at RCPT is temporary.
    assert_eq!(
        client.outcomes(),
        [(Outcome::Temporary, 552, "5.0.0".into())]
    );
}

#[test]
fn dsn_parameters_are_passed_on() {
    let mut wanted = mail(&["a@b.example"]);
    wanted.envid = Some("a b+c".into());
    wanted.recipients[0].notify = Some(Notify::NEVER);
    let mut client = Client::new(plain(), vec![(wanted, content())]);
    client.script(&[
        ("", "220 mx\r\n"),
        ("EHLO", EHLO),
        (
            "MAIL FROM:<user1@hanko.example.jp> SIZE=20 ENVID=a+20b+2Bc\r\nRCPT TO:<a@b.example> NOTIFY=NEVER\r\n",
            "250 ok\r\n250 ok\r\n354 go\r\n",
        ),
        ("Subject: t\r\n\r\n..x\r\n..\r\n.\r\n", "250 2.0.0 taken\r\n"),
        ("QUIT", "221 bye\r\n"),
    ]);
    let MailResult::Tried(results) = &client.results[0] else {
        panic!()
    };
    assert!(results[0].dsn_passed_on && results[0].outcome == Outcome::Sent);
}

#[test]
fn what_the_server_cannot_take_is_not_sent() {
    let with = |change: fn(&mut Mail)| {
        let mut changed = mail(&["a@b.example"]);
        change(&mut changed);
        let mut client = Client::new(plain(), vec![(changed, content())]);
        client.script(&[
            ("", "220 mx\r\n"),
            ("EHLO", "250-mx\r\n250-PIPELINING\r\n250 SIZE 1000\r\n"),
            ("QUIT", "221 bye\r\n"),
        ]);
        client
    };
    assert_eq!(
        with(|mail| mail.body = BodyKind::EightBitMime).results,
        [MailResult::Needs8bit]
    );
    assert_eq!(
        with(|mail| mail.smtputf8 = true).outcomes(),
        [(Outcome::Permanent, 553, "5.6.7".into())]
    );
    assert_eq!(
        with(|mail| mail.content_bytes = 1001).outcomes(),
        [(Outcome::Permanent, 552, "5.3.4".into())]
    );
    let utf8 = with(|mail| {
        mail.recipients = vec![Recipient::new(ForwardPath::from(address("田中@b.example")))]
    });
    assert_eq!(utf8.outcomes(), [(Outcome::Permanent, 553, "5.6.7".into())]);
}

#[test]
fn a_break_leaves_the_open_ones_temporary() {
    for (after_content, code) in [(false, 451), (true, 451)] {
        let mut client = Client::new(
            plain(),
            vec![(mail(&["a@b.example", "c@b.example"]), content())],
        );
        client.script(&[
            ("", "220 mx\r\n"),
            ("EHLO", EHLO),
            ("MAIL", "250 ok\r\n550 5.1.1 no\r\n250 ok\r\n"),
        ]);
        if after_content {
            client.input(Input::Bytes(b"354 go\r\n"));
        }
        client.input(Input::PeerGone);
        assert_eq!(
            client.outcomes(),
            [
                (Outcome::Permanent, 550, "5.1.1".into()),
                (Outcome::Temporary, code, "4.4.2".into())
            ]
        );
        assert!(client.closed);
    }
}

/// A reply before the final dot: 552 is a refusal, 250 is nothing.
#[test]
fn answers_in_the_middle_of_the_content() {
    for (reply, want) in [
        (
            "552 5.3.4 too big\r\n",
            (Outcome::Permanent, 552, "5.3.4".to_owned()),
        ),
        (
            "250 2.0.0 taken\r\n",
            (Outcome::Temporary, 451, "4.5.0".to_owned()),
        ),
    ] {
        let now = Instant::now();
        let mut session = Session::new(Arc::new(plain()), now);
        for bytes in ["220 mx\r\n", EHLO] {
            session.handle(now, Input::Bytes(bytes.as_bytes()));
        }
        session.handle(now, Input::Mail(Box::new(mail(&["a@b.example"]))));
        session.handle(now, Input::Bytes(b"250 ok\r\n250 ok\r\n354 go\r\n"));
        session.handle(now, Input::Content(b"half"));
        session.handle(now, Input::Bytes(reply.as_bytes()));
        let results = std::iter::from_fn(|| session.poll()).find_map(|output| match output {
            Output::Done(MailResult::Tried(results)) => Some(results),
            _ => None,
        });
        let result = &results.unwrap()[0];
        assert_eq!(
            (
                result.outcome,
                result.reply.code,
                result.reply.status().to_string()
            ),
            want
        );
    }
}

#[test]
fn silence_and_421_and_nonsense() {
    let mut client = Client::new(plain(), vec![(mail(&["a@b.example"]), content())]);
    client.script(&[("", "220 mx\r\n"), ("EHLO", EHLO)]);
    client.now += Duration::from_secs(301);
    client.input(Input::Clock);
    assert_eq!(
        client.outcomes(),
        [(Outcome::Temporary, 451, "4.4.2".into())]
    );

    let mut client = Client::new(plain(), vec![(mail(&["a@b.example"]), content())]);
    client.script(&[
        ("", "220 mx\r\n"),
        ("EHLO", EHLO),
        ("MAIL", "421 4.3.2 going down\r\n"),
    ]);
    assert_eq!(
        client.outcomes(),
        [(Outcome::Temporary, 421, "4.3.2".into())]
    );
    assert!(client.closed);

    let long = "a".repeat(5000);
    for nonsense in [
        "HTTP/1.1 400 Bad\r\n",
        "220\u{1}\r\n",
        "99 x\r\n",
        "220-a\r\n250 b\r\n",
        long.as_str(),
    ] {
        let mut client = Client::new(plain(), vec![]);
        client.script(&[("", nonsense)]);
        assert_eq!(
            client.failure,
            Some(SessionFailure::Malformed),
            "{nonsense:?}"
        );
    }
    let mut client = Client::new(plain(), vec![]);
    client.script(&[("", "554 5.7.1 not you\r\n")]);
    assert!(!client.failure.unwrap().is_temporary());
}
