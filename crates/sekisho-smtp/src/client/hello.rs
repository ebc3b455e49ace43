//! The beginning of a connection: greeting, EHLO, STARTTLS, sign-in.

use std::time::Instant;

use sekisho_sasl::client::Exchange;
use sekisho_sasl::{Mechanism, Nonce, encoding};

use crate::client::session::{Session, State};
use crate::client::{Capabilities, Output, RemoteReply, SessionFailure, TlsMode};
use crate::limits;

impl Session {
    pub(super) fn greeted(&mut self, now: Instant, reply: RemoteReply) {
        match reply.is_ok() {
            true => self.say_ehlo(now),
            // 554 or 521: no mail here (RFC 5321 §3.1); 421: not now.
            false => self.refused(reply),
        }
    }

    pub(super) fn say_ehlo(&mut self, now: Instant) {
        // RFC 3207 §4.2: what was offered in the clear is forgotten.
        self.capabilities = Capabilities::default();
        self.say(now, &format!("EHLO {}", self.config.helo), State::Ehlo);
    }

    pub(super) fn ehlo_answered(&mut self, now: Instant, reply: RemoteReply) {
        if reply.is_ok() {
            self.capabilities = Capabilities::parse(&reply);
            return self.secure(now);
        }
        // RFC 5321 §3.2: a server without EHLO says 5xx and is tried with HELO. It can neither TLS nor AUTH.
        let plain = self.config.credentials.is_none() && self.config.tls != TlsMode::Required;
        match reply.is_permanent() && plain {
            true => self.say(now, &format!("HELO {}", self.config.helo), State::Helo),
            false => self.refused(reply),
        }
    }

    pub(super) fn helo_answered(&mut self, now: Instant, reply: RemoteReply) {
        match reply.is_ok() {
            true => self.ready(now),
            false => self.refused(reply),
        }
    }

    fn secure(&mut self, now: Instant) {
        match (
            self.is_under_tls(),
            self.config.tls,
            self.capabilities.starttls,
        ) {
            (false, TlsMode::Opportunistic | TlsMode::Required, true) => {
                self.say(now, "STARTTLS", State::StartTls);
            }
            (false, TlsMode::Required, false) => self.failed(SessionFailure::TlsNotOffered),
            _ => self.sign_in(now),
        }
    }

    pub(super) fn start_tls_answered(&mut self, now: Instant, reply: RemoteReply) {
        if reply.code == 220 {
            // `Output::StartTls` follows when nothing stands behind this answer.
            self.wait_for(now, State::Handshake, limits::TLS_TIMEOUT);
        } else if self.config.tls == TlsMode::Opportunistic {
            // RFC 3207 §4: 454 or 501; going on without is what opportunistic means.
            self.sign_in(now);
        } else {
            self.failed(SessionFailure::TlsNotOffered);
        }
    }

    fn sign_in(&mut self, now: Instant) {
        let Some(credentials) = self.config.credentials.clone() else {
            return self.ready(now);
        };
        if !self.is_under_tls() {
            let why = "a password never goes in the clear, and the channel is not TLS";
            return self.failed(SessionFailure::SignIn(why.into()));
        }
        let offered = |wanted: &Mechanism| {
            let names = &self.capabilities.auth;
            names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(wanted.name()))
        };
        let Some(mechanism) = Exchange::PREFERRED.into_iter().find(offered) else {
            let why = "the server offers none of SCRAM-SHA-256, PLAIN, LOGIN";
            return self.failed(SessionFailure::SignIn(why.into()));
        };
        let nonce = Nonce::derive(&self.config.seed, 1);
        let started = Exchange::new(mechanism, credentials, nonce)
            .and_then(|mut exchange| exchange.initial().map(|initial| (exchange, initial)));
        match started {
            Ok((exchange, initial)) => {
                let initial = initial.map(|message| format!(" {}", encoding::encode(message)));
                let line = format!("AUTH {}{}", mechanism.name(), initial.unwrap_or_default());
                self.say(now, &line, State::Auth(Box::new(exchange)));
            }
            Err(error) => self.failed(SessionFailure::SignIn(error.to_string())),
        }
    }

    pub(super) fn auth_answered(
        &mut self,
        now: Instant,
        mut exchange: Box<Exchange>,
        reply: RemoteReply,
    ) {
        match reply.code {
            334 => {
                let challenge = reply.lines.first().and_then(encoding::decode);
                let response = challenge.map(|challenge| exchange.respond(&challenge));
                match response {
                    Some(Ok(response)) => {
                        let line = encoding::encode(response);
                        self.say(now, &line, State::Auth(exchange));
                    }
                    Some(Err(error)) => self.failed(SessionFailure::SignIn(error.to_string())),
                    None => self.failed(SessionFailure::Malformed),
                }
            }
            235 => match exchange.finish(None) {
                Ok(()) => self.ready(now),
                Err(error) => self.failed(SessionFailure::SignIn(error.to_string())),
            },
            _ => self.failed(SessionFailure::SignIn(reply.to_string())),
        }
    }

    fn say(&mut self, now: Instant, line: &str, then: State) {
        self.push(Output::Send(format!("{line}\r\n").into_bytes()));
        self.wait_for(now, then, self.config.reply_timeout);
    }

    fn refused(&mut self, reply: RemoteReply) {
        self.failed(SessionFailure::Refused(reply));
    }

    /// The state has been taken out by `reply`; put something back that is told as a failure.
    fn failed(&mut self, failure: SessionFailure) {
        self.state = State::Greeting;
        self.fail(failure);
    }
}
