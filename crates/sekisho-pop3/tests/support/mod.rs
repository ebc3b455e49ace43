//! A small maildrop in memory, and a driver that lets a session talk to it.
#![allow(dead_code, unreachable_pub)]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sekisho_pop3::{
    Answer, AuthAnswer, AuthQuestion, Config, Input, Mail, Maildrop, Output, Peer, Question,
    Refusal, Session,
};
use sekisho_sasl::{ChannelBindings, ScramKeys};

/// A session of `user1` (password `pass`), and what it has said so far.
pub struct Connection {
    pub session: Session,
    pub mails: Vec<(u32, Bytes)>,
    pub locked_by_another: bool,
    pub now: Instant,
    pub said: Vec<u8>,
    pub closed: bool,
    pub tls_started: bool,
}

/// How the client has connected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Tls,
    Plain,
}

#[allow(clippy::disallowed_methods)] // tests have a clock; the session is told of it
pub fn start() -> Instant {
    Instant::now()
}

impl Connection {
    pub fn new(channel: Channel) -> Self {
        let config = Config {
            host_name: "mail.hanko.example.jp".into(),
            stls: true,
            sign_in_without_tls_allowed: false,
        };
        let now = start();
        let peer = Peer {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            tls: (channel == Channel::Tls).then(ChannelBindings::default),
            nonce_seed: [3; 32],
        };
        let mut connection = Self {
            session: Session::new(Arc::new(config), peer, now),
            mails: vec![
                (
                    3,
                    Bytes::from_static(b"Subject: one\r\n\r\n.dot\r\nlast\r\n"),
                ),
                (
                    7,
                    Bytes::from_static(b"Subject: two\r\n\r\n1\r\n2\r\n3\r\n"),
                ),
            ],
            locked_by_another: false,
            now,
            said: Vec::new(),
            closed: false,
            tls_started: false,
        };
        connection.drain();
        connection
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.input(Input::Bytes(bytes));
    }

    pub fn input(&mut self, input: Input<'_>) {
        self.session.handle(self.now, input);
        self.drain();
    }

    pub fn wait(&mut self, time: Duration) {
        self.now += time;
        self.input(Input::Clock);
    }

    fn drain(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Send(bytes) => self.said.extend_from_slice(&bytes),
                Output::StartTls => self.tls_started = true,
                Output::Ask(question) => {
                    let answer = self.answer(question);
                    self.session.handle(self.now, Input::Answer(answer));
                }
                Output::Close => self.closed = true,
            }
        }
    }

    fn answer(&mut self, question: Question) -> Answer {
        match question {
            Question::Auth(question) => Answer::Auth(auth(question)),
            Question::OpenMaildrop if self.locked_by_another => {
                Answer::Maildrop(Err(Refusal::InUse))
            }
            Question::OpenMaildrop => Answer::Maildrop(Ok(Maildrop {
                uid_validity: 1001,
                mails: self
                    .mails
                    .iter()
                    .map(|(uid, raw)| Mail {
                        uid: *uid,
                        size_bytes: raw.len() as u64,
                    })
                    .collect(),
            })),
            Question::Content { uid } => {
                let found = self.mails.iter().find(|(have, _)| *have == uid);
                Answer::Content(Ok(found.map(|(_, raw)| raw.clone())))
            }
            Question::Remove { uids } => {
                self.mails.retain(|(uid, _)| !uids.contains(uid));
                Answer::Removed(Ok(()))
            }
        }
    }
}

fn auth(question: AuthQuestion) -> AuthAnswer {
    match question {
        AuthQuestion::Keys { user } if user == "user1" => {
            AuthAnswer::Keys(ScramKeys::derive("pass", b"0123456789abcdef", 4096).unwrap())
        }
        AuthQuestion::Keys { user } => AuthAnswer::Keys(ScramKeys::fake(&user, b"secret", 4096)),
        AuthQuestion::Password { user, password, .. }
            if user == "user1" && password.expose() == b"pass" =>
        {
            AuthAnswer::Accepted
        }
        AuthQuestion::Proven { user, .. } if user == "user1" => AuthAnswer::Accepted,
        _ => AuthAnswer::Refused,
    }
}

/// `\r`, `\n`, `\t`, `\\` and `\x00` in a case file.
pub fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        match chars.next() {
            Some('r') => out.push(b'\r'),
            Some('n') => out.push(b'\n'),
            Some('t') => out.push(b'\t'),
            Some('x') => {
                let hex: String = chars.by_ref().take(2).collect();
                out.push(u8::from_str_radix(&hex, 16).unwrap());
            }
            Some(other) => out.push(other as u8),
            None => out.push(b'\\'),
        }
    }
    out
}
