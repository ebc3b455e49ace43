//! AUTH (RFC 4954): the messages of SASL in base64, the directory's answers, and the count of failures.

use std::time::Instant;

use sekisho_sasl::{Exchange, Failure, Mechanism, Nonce, Step, encoding};

use crate::envelope::SignedIn;
use crate::reply::Reply;
use crate::server::session::{AuthWaits, Phase, Waiting};
use crate::server::{AuthAnswer, AuthQuestion, Proof, Question, Session, replies};

/// Where the sign-in stands.
#[derive(Default)]
pub(super) struct SignIn {
    pub(super) signed_in: Option<SignedIn>,
    /// By which they signed in.
    pub(super) mechanism: Option<Mechanism>,
    pub(super) exchange: Option<Exchange>,
    /// The server's proof, until the directory has said yes.
    final_message: Option<Vec<u8>>,
    /// The directory has said yes, the client has yet to see the server's proof.
    accepted: Option<SignedIn>,
    tries: u64,
}

impl<P: Proof> Session<P> {
    /// `AUTH mechanism [initial-response]`
    pub(super) fn auth(&mut self, now: Instant, argument: &str) {
        if let Some(reply) = self.auth_out_of_turn() {
            return self.error(&reply);
        }
        let mut words = argument.split(' ').filter(|word| !word.is_empty());
        let (name, initial) = match (words.next(), words.next(), words.next()) {
            (Some(name), initial, None) => (name, initial),
            _ => return self.error(&replies::AUTH_SYNTAX),
        };
        let offered = self.offered();
        let Some(mechanism) = Mechanism::parse(name).filter(|named| offered.contains(named)) else {
            return self.error(&replies::AUTH_UNKNOWN);
        };
        let initial = match initial {
            None => None,
            Some("=") => Some(Vec::new()), // RFC 4954 §4: an empty initial response
            Some(text) => match encoding::decode(text) {
                Some(bytes) => Some(bytes),
                None => return self.error(&replies::AUTH_NOT_BASE64),
            },
        };
        self.begin(now, mechanism, initial.as_deref());
    }

    fn auth_out_of_turn(&self) -> Option<Reply> {
        if self.config.mechanisms.is_empty() {
            Some(replies::AUTH_NOT_OFFERED)
        } else if self.tls.is_none() {
            Some(replies::AUTH_NEEDS_TLS)
        } else if self.helo.is_none() {
            Some(replies::HELO_FIRST)
        } else if self.sign_in.signed_in.is_some() {
            Some(replies::AUTH_TWICE) // RFC 4954 §4
        } else if self.transaction.is_some() {
            Some(replies::AUTH_IN_MAIL)
        } else {
            None
        }
    }

    fn begin(&mut self, now: Instant, mechanism: Mechanism, initial: Option<&[u8]>) {
        self.sign_in.tries += 1;
        let nonce = Nonce::derive(&self.peer.seed, self.sign_in.tries);
        // Without -PLUS among the mechanisms no binding is offered, and "y" is an honest answer.
        let plus = self.config.mechanisms.contains(&Mechanism::ScramSha256Plus);
        let bindings = self
            .tls
            .as_ref()
            .filter(|_| plus)
            .map(|tls| tls.channel_bindings.clone());
        let mut exchange = Exchange::new(mechanism, bindings.unwrap_or_default(), nonce);
        let step = exchange.begin(initial);
        self.sign_in.exchange = Some(exchange);
        self.auth_step(now, step);
    }

    /// A line in answer to a 334.
    pub(super) fn auth_response(&mut self, now: Instant, line: &str) {
        self.phase = Phase::Command;
        if line == "*" {
            self.end_exchange();
            return self.error(&replies::AUTH_CANCELLED);
        }
        if let Some(signed_in) = self.sign_in.accepted.take() {
            // The answer to the server's proof is empty (RFC 5802 §3, RFC 4954 §4).
            return match line {
                "" | "=" => self.signed_in(signed_in),
                _ => {
                    self.end_exchange();
                    self.error(&replies::AUTH_MALFORMED);
                }
            };
        }
        let step = encoding::decode(line)
            .zip(self.sign_in.exchange.as_mut())
            .map(|(message, exchange)| exchange.respond(&message));
        match step {
            Some(step) => self.auth_step(now, step),
            None => {
                self.end_exchange();
                self.error(&replies::AUTH_NOT_BASE64);
            }
        }
    }

    fn auth_step(&mut self, now: Instant, step: Step) {
        let (asked, question) = match step {
            Step::Challenge(challenge) => return self.challenge(&challenge),
            Step::NeedKeys { user } => (AuthWaits::Keys, AuthQuestion::Keys { user }),
            Step::CheckPassword {
                user,
                authzid,
                password,
            } => {
                let question = AuthQuestion::Password {
                    user,
                    authzid,
                    password,
                };
                (AuthWaits::Decision, question)
            }
            Step::Proven {
                user,
                authzid,
                final_message,
            } => {
                self.sign_in.final_message = Some(final_message);
                (AuthWaits::Decision, AuthQuestion::Proven { user, authzid })
            }
            Step::Failed(Failure::Malformed | Failure::OutOfTurn) => {
                self.end_exchange();
                return self.error(&replies::AUTH_MALFORMED);
            }
            Step::Failed(Failure::WrongProof | Failure::ChannelBinding) => {
                let user = self.sign_in.exchange.as_ref().and_then(Exchange::user);
                let user = user.map(str::to_owned);
                (AuthWaits::Refusal, AuthQuestion::Failed { user })
            }
        };
        self.ask(now, Waiting::Auth(asked), Question::Auth(question));
    }

    fn challenge(&mut self, challenge: &[u8]) {
        let line = format!("334 {}\r\n", encoding::encode(challenge));
        self.reply_lines(&line);
        self.phase = Phase::AuthResponse;
    }

    pub(super) fn auth_answered(&mut self, now: Instant, asked: AuthWaits, answer: AuthAnswer) {
        match (asked, answer) {
            (_, AuthAnswer::TryLater) => {
                self.end_exchange();
                self.reply(&replies::AUTH_TRY_LATER);
            }
            (AuthWaits::Keys, AuthAnswer::Keys(keys)) => {
                if let Some(exchange) = self.sign_in.exchange.as_mut() {
                    let step = exchange.keys(keys);
                    self.auth_step(now, step);
                }
            }
            (AuthWaits::Decision, AuthAnswer::Accepted(signed_in)) => {
                match self.sign_in.final_message.take() {
                    Some(final_message) => {
                        self.sign_in.accepted = Some(signed_in);
                        self.challenge(&final_message);
                    }
                    None => self.signed_in(signed_in),
                }
            }
            // Anything else does not sign in, whatever the driver meant.
            (..) => self.refuse_sign_in(),
        }
    }

    fn signed_in(&mut self, signed_in: SignedIn) {
        self.sign_in.mechanism = self.sign_in.exchange.as_ref().map(Exchange::mechanism);
        self.sign_in.signed_in = Some(signed_in);
        self.end_exchange();
        self.reply(&replies::SIGNED_IN);
    }

    fn refuse_sign_in(&mut self) {
        self.end_exchange();
        self.counts.auth_failures += 1;
        match self.counts.auth_failures >= self.config.auth_failures_max {
            true => self.close_with(&replies::TOO_MANY_FAILED_SIGN_INS),
            false => self.reply(&replies::AUTH_REFUSED),
        }
    }

    pub(super) fn end_exchange(&mut self) {
        self.sign_in.exchange = None;
        self.sign_in.final_message = None;
        self.sign_in.accepted = None;
    }
}
