//! The beginning: greeting, EHLO, HELO, STARTTLS, and the commands that carry no mail.

use std::fmt::Write;
use std::time::Instant;

use sekisho_sasl::Mechanism;

use crate::envelope::TlsFacts;
use crate::limits;
use crate::server::command::{self, Verb};
use crate::server::session::{Helo, Phase};
use crate::server::{Output, Proof, Session, replies};

impl<P: Proof> Session<P> {
    pub(super) fn greet(&mut self, now: Instant) {
        self.phase = Phase::Command;
        self.rearm(now, self.config.command_timeout);
        // RFC 5321 §4.3.1; no product name, it helps attackers only.
        let greeting = format!("220 {} ESMTP\r\n", self.config.hostname);
        self.reply_lines(&greeting);
    }

    /// One command line.
    pub(super) fn command(&mut self, now: Instant, line: &str) {
        let Some((verb, argument)) = command::split(line) else {
            let reply = match line.is_empty() {
                true => replies::EMPTY_LINE,
                false => replies::UNKNOWN_COMMAND,
            };
            return self.error(&reply);
        };
        match verb {
            Verb::Mail => self.mail(now, argument),
            Verb::Rcpt => self.rcpt(now, argument),
            Verb::Data => self.data(now, argument),
            Verb::Bdat => self.bdat(now, argument),
            Verb::Auth => self.auth(now, argument),
            Verb::StartTls => self.start_tls(now, argument),
            Verb::Quit => self.quit(argument),
            Verb::NotImplemented => self.error(&replies::NOT_IMPLEMENTED),
            Verb::Ehlo | Verb::Helo | Verb::Rset | Verb::Noop | Verb::Vrfy | Verb::Help => {
                self.without_mail(verb, argument);
            }
        }
    }

    /// Commands that bring no mail further are counted: many of them are no use to anyone.
    fn without_mail(&mut self, verb: Verb, argument: &str) {
        self.counts.idle_commands += 1;
        if self.counts.idle_commands > self.config.idle_commands_max {
            return self.close_with(&replies::TOO_MANY_IDLE_COMMANDS);
        }
        match verb {
            Verb::Ehlo => self.ehlo(argument),
            Verb::Helo => self.helo(argument),
            Verb::Rset if !argument.is_empty() => self.error(&replies::NO_ARGUMENT_EXPECTED),
            Verb::Rset => {
                self.reset();
                self.reply(&replies::RESET);
            }
            Verb::Vrfy => self.reply(&replies::VRFY),
            Verb::Help => self.reply(&replies::HELP),
            _ => self.reply(&replies::NOOP), // RFC 5321 §4.1.1.9: its argument does not matter
        }
    }

    /// RFC 5321 §4.1.1.1; it also begins anew (§4.1.4).
    fn ehlo(&mut self, argument: &str) {
        match command::helo(argument) {
            Err(reply) => self.error(&reply),
            Ok(name) => {
                self.reset();
                self.helo = Some(Helo {
                    name: name.to_owned(),
                    extended: true,
                });
                let lines = self.extensions();
                self.reply_lines(&lines);
            }
        }
    }

    fn helo(&mut self, argument: &str) {
        match command::helo(argument) {
            Err(reply) => self.error(&reply),
            Ok(name) => {
                self.reset();
                self.helo = Some(Helo {
                    name: name.to_owned(),
                    extended: false,
                });
                let line = format!("250 {}\r\n", self.config.hostname);
                self.reply_lines(&line);
            }
        }
    }

    fn extensions(&self) -> String {
        let config = &self.config;
        let mut lines = format!(
            "250-{}\r\n250-PIPELINING\r\n250-SIZE {}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n\
             250-DSN\r\n250-CHUNKING\r\n250-LIMITS RCPTMAX={}\r\n",
            config.hostname, config.message_bytes_max, config.recipients_max
        );
        if config.starttls && self.tls.is_none() {
            lines.push_str("250-STARTTLS\r\n");
        }
        let offered = self.offered();
        if !offered.is_empty() {
            lines.push_str("250-AUTH");
            for mechanism in offered {
                let _ = write!(lines, " {}", mechanism.name());
            }
            lines.push_str("\r\n");
        }
        lines.push_str("250 ENHANCEDSTATUSCODES\r\n");
        lines
    }

    /// Mechanisms that can be used now: none in the clear (RFC 4954 §4), -PLUS only with something to bind to.
    pub(super) fn offered(&self) -> Vec<Mechanism> {
        let Some(tls) = &self.tls else {
            return Vec::new();
        };
        let bound = tls.channel_bindings.any();
        let usable = |mechanism: &Mechanism| *mechanism != Mechanism::ScramSha256Plus || bound;
        self.config
            .mechanisms
            .iter()
            .copied()
            .filter(usable)
            .collect()
    }

    /// RFC 3207
    fn start_tls(&mut self, now: Instant, argument: &str) {
        if !argument.is_empty() {
            self.error(&replies::NO_ARGUMENT_EXPECTED);
        } else if self.tls.is_some() {
            self.error(&replies::TLS_ALREADY);
        } else if !self.config.starttls {
            self.error(&replies::TLS_NOT_OFFERED);
        } else {
            self.reset();
            self.reply(&replies::START_TLS);
            self.flush();
            self.push(Output::StartTls);
            self.phase = Phase::TlsHandshake;
            self.rearm(now, limits::TLS_TIMEOUT);
        }
    }

    /// RFC 3207 §4.2: all that was learnt in the clear is forgotten, the EHLO too.
    pub(super) fn tls_ready(&mut self, now: Instant, tls: TlsFacts) {
        if self.phase != Phase::TlsHandshake {
            return;
        }
        self.tls = Some(tls);
        self.helo = None;
        self.phase = Phase::Command;
        self.rearm(now, self.config.command_timeout);
    }

    fn quit(&mut self, argument: &str) {
        match argument.is_empty() {
            true => self.close_with(&replies::BYE),
            false => self.error(&replies::NO_ARGUMENT_EXPECTED),
        }
    }
}
