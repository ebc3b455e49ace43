//! A small organisation behind a server session: `hanko.example.jp` with user1 (password `pass`), user2 and
//! postmaster. Time is false, the wire is a Vec.
#![allow(dead_code)] // each test binary uses a part of it

use std::sync::Arc;
use std::time::{Duration, Instant};

use sekisho_address::ForwardPath;
use sekisho_sasl::{ChannelBindings, ScramKeys};
use sekisho_smtp::server::{
    Answer, AuthAnswer, AuthQuestion, Config, Input, Output, Peer, Proof, Question, RcptRefusal,
    SenderRefusal, Session,
};
use sekisho_smtp::{Envelope, SignedIn, TlsFacts};

pub(crate) struct Stored(String);

impl Proof for Stored {
    fn mail_id(&self) -> &str {
        &self.0
    }
}

pub(crate) struct World {
    pub(crate) session: Session<Stored>,
    pub(crate) now: Instant,
    /// Bytes given to the session at once.
    pub(crate) chunk: usize,
    /// All that the session sent.
    pub(crate) sent: Vec<u8>,
    /// How many Outputs of kind Send.
    pub(crate) sends: usize,
    pub(crate) stored: Vec<(Envelope, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) closed: bool,
    pub(crate) wants_tls: bool,
    signed_in_role: bool,
}

pub(crate) fn tls() -> TlsFacts {
    TlsFacts {
        version: "TLSv1.3".into(),
        cipher: "TLS_AES_128_GCM_SHA256".into(),
        channel_bindings: ChannelBindings {
            tls_exporter: Some(vec![1; 32]),
            tls_server_end_point: Some(vec![2; 32]),
        },
    }
}

impl World {
    pub(crate) fn new(config: Config, implicit_tls: bool, chunk: usize) -> Self {
        let now = Instant::now();
        let peer = Peer {
            ip: "203.0.113.5".parse().unwrap(),
            tls: implicit_tls.then(tls),
            seed: [9; 32],
        };
        let mut world = Self {
            session: Session::new(Arc::new(config), peer, now),
            now,
            chunk,
            sent: Vec::new(),
            sends: 0,
            stored: Vec::new(),
            body: Vec::new(),
            closed: false,
            wants_tls: false,
            signed_in_role: false,
        };
        world.work();
        world
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(self.chunk.max(1)) {
            self.session.handle(self.now, Input::Bytes(piece));
            self.work();
        }
    }

    pub(crate) fn input(&mut self, input: Input<'_, Stored>) {
        self.session.handle(self.now, input);
        self.work();
    }

    pub(crate) fn wait(&mut self, wait: Duration) {
        self.now += wait;
        if self.session.deadline() <= self.now {
            self.input(Input::Clock);
        }
    }

    fn work(&mut self) {
        while let Some(output) = self.session.poll() {
            assert!(!self.closed, "output after Close: {output:?}");
            match output {
                Output::Send(bytes) => {
                    self.sent.extend_from_slice(&bytes);
                    self.sends += 1;
                }
                Output::StartTls => self.wants_tls = true,
                Output::Body(piece) => self.body.extend_from_slice(&piece),
                Output::BodyAborted => {
                    assert!(!self.body.is_empty(), "nothing to abort");
                    self.body.clear();
                }
                Output::ContentRefused(envelope, reply) => {
                    assert!(self.body.is_empty(), "refused with a body half taken");
                    assert!(
                        !envelope.recipients.is_empty() && reply.code >= 500,
                        "{reply:?}"
                    );
                }
                Output::Close => {
                    assert!(self.body.is_empty(), "closed with a body half taken");
                    self.closed = true;
                }
                Output::Ask(question) => {
                    let answer = self.answer(question);
                    self.session.handle(self.now, Input::Answer(answer));
                }
            }
        }
    }

    fn answer(&mut self, question: Question) -> Answer<Stored> {
        match question {
            Question::Sender {
                reverse_path,
                signed_in: Some(user),
                ..
            } => Answer::Sender(match reverse_path.address() {
                Some(address) if address.key() != user.user => Err(SenderRefusal::NotYours),
                _ => Ok(()),
            }),
            Question::Sender { .. } => Answer::Sender(Ok(())),
            Question::Recipient {
                recipient,
                signed_in,
                ..
            } => Answer::Recipient(recipient_allowed(
                &recipient.forward_path,
                signed_in.is_some(),
            )),
            Question::Auth(question) => Answer::Auth(sign_in(question)),
            Question::Message(envelope) => {
                self.stored
                    .push((*envelope, std::mem::take(&mut self.body)));
                Answer::Message(Ok(Stored(format!("01MAIL{}", self.stored.len()))))
            }
        }
    }

    /// One line a stored mail, for expectations in files.
    pub(crate) fn stored_lines(&self) -> String {
        let line = |(envelope, content): &(Envelope, Vec<u8>)| {
            let to: Vec<_> = envelope
                .recipients
                .iter()
                .map(|r| r.forward_path.to_string())
                .collect();
            format!(
                "stored {} {} to {} as \"{}\"\n",
                envelope.with_protocol,
                envelope.reverse_path,
                to.join(" "),
                content.escape_ascii()
            )
        };
        match self.stored.is_empty() {
            true => "nothing stored\n".to_owned(),
            false => self.stored.iter().map(line).collect(),
        }
    }
}

fn recipient_allowed(path: &ForwardPath, signed_in: bool) -> Result<(), RcptRefusal> {
    let Some(address) = path.address() else {
        return Ok(());
    };
    if address.hides_a_route() {
        return Err(RcptRefusal::RelayDenied);
    }
    if address.domain().as_str() != "hanko.example.jp" {
        return if signed_in {
            Ok(())
        } else {
            Err(RcptRefusal::RelayDenied)
        };
    }
    let (base, _) = address.split_tag('+');
    match base.to_ascii_lowercase().as_str() {
        "user1" | "user2" | "postmaster" | "田中" => Ok(()),
        _ => Err(RcptRefusal::NoSuchUser),
    }
}

fn sign_in(question: AuthQuestion) -> AuthAnswer {
    let known = |user: &str| user == "user1" || user == "user1@hanko.example.jp";
    let accepted = || {
        AuthAnswer::Accepted(SignedIn {
            user: "user1@hanko.example.jp".into(),
        })
    };
    match question {
        AuthQuestion::Keys { user } if known(&user) => {
            AuthAnswer::Keys(ScramKeys::derive("pass", b"salt of user one", 4096).unwrap())
        }
        AuthQuestion::Keys { user } => AuthAnswer::Keys(ScramKeys::fake(&user, b"secret", 4096)),
        AuthQuestion::Password {
            user,
            authzid: None,
            password,
        } if known(&user) && password.expose() == b"pass" => accepted(),
        AuthQuestion::Proven {
            user,
            authzid: None,
        } if known(&user) => accepted(),
        AuthQuestion::Password { user, .. } if user == "directory-down" => AuthAnswer::TryLater,
        _ => AuthAnswer::Refused,
    }
}
