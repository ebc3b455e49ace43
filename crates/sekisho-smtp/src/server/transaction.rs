//! One mail: MAIL, RCPT, DATA or BDAT, and its end.

use std::time::Instant;

use crate::envelope::{Envelope, Recipient};
use crate::reply::Reply;
use crate::server::command::{self, MailArgs};
use crate::server::content::{Content, Scanned};
use crate::server::session::{Phase, Waiting};
use crate::server::{
    MessageRefusal, Output, Proof, Question, RcptRefusal, Role, SenderRefusal, Session, replies,
};

/// A mail begun.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) args: MailArgs,
    pub(super) recipients: Vec<Recipient>,
    pub(super) content: Option<Content>,
    /// A chunk was refused: no other is taken (RFC 3030 §2).
    pub(super) chunk_failed: bool,
}

impl<P: Proof> Session<P> {
    /// Forgets the mail begun. What was spooled of it is void.
    pub(super) fn reset(&mut self) {
        self.transaction = None;
        self.abort_body();
    }

    /// RFC 5321 §4.1.1.2
    pub(super) fn mail(&mut self, now: Instant, argument: &str) {
        if let Some(reply) = self.mail_out_of_turn() {
            return self.error(&reply);
        }
        let args = match command::mail(argument) {
            Ok(args) => args,
            Err(reply) => return self.error(&reply),
        };
        // RFC 1870 §6.1: a declared size over the limit is refused before a byte of it is sent.
        if args
            .size
            .is_some_and(|size| size > self.config.message_bytes_max)
        {
            return self.reply(&replies::TOO_BIG);
        }
        let question = Question::Sender {
            reverse_path: args.reverse_path.clone(),
            signed_in: self.sign_in.signed_in.clone(),
            size: args.size,
            smtputf8: args.smtputf8,
            body: args.body,
            helo: self.helo_name(),
        };
        self.ask(now, Waiting::Sender(Box::new(args)), question);
    }

    fn mail_out_of_turn(&self) -> Option<Reply> {
        if self.helo.is_none() {
            Some(replies::HELO_FIRST)
        } else if self.transaction.is_some() {
            Some(replies::NESTED_MAIL)
        } else if self.config.role == Role::Submission && self.sign_in.signed_in.is_none() {
            // RFC 6409 §4.3, RFC 3207 §4
            Some(match self.tls {
                Some(_) => replies::SIGN_IN_FIRST,
                None => replies::TLS_FIRST,
            })
        } else {
            None
        }
    }

    pub(super) fn sender_answered(&mut self, args: MailArgs, answer: Result<(), SenderRefusal>) {
        match answer {
            Ok(()) => {
                self.transaction = Some(Transaction {
                    args,
                    recipients: Vec::new(),
                    content: None,
                    chunk_failed: false,
                });
                self.reply(&replies::SENDER_OK);
            }
            Err(refusal) => self.reply(&refusal.reply()),
        }
    }

    /// RFC 5321 §4.1.1.3
    pub(super) fn rcpt(&mut self, now: Instant, argument: &str) {
        let Some(transaction) = &self.transaction else {
            return self.error(&replies::MAIL_FIRST);
        };
        if transaction.content.is_some() {
            return self.error(&replies::BDAT_BEGUN);
        }
        let recipient = match command::rcpt(argument, transaction.args.smtputf8) {
            Ok(recipient) => recipient,
            Err(reply) => return self.error(&reply),
        };
        if transaction.has(&recipient) {
            // Told twice, delivered once.
            return self.reply(&replies::RECIPIENT_OK);
        }
        // RFC 5321 §4.5.3.1.10
        if transaction.recipients.len() >= self.config.recipients_max {
            return self.reply(&replies::TOO_MANY_RECIPIENTS);
        }
        let question = Question::Recipient {
            reverse_path: transaction.args.reverse_path.clone(),
            recipient: recipient.clone(),
            signed_in: self.sign_in.signed_in.clone(),
            accepted_before: transaction.recipients.len(),
        };
        self.ask(now, Waiting::Recipient(Box::new(recipient)), question);
    }

    pub(super) fn recipient_answered(
        &mut self,
        recipient: Recipient,
        answer: Result<(), RcptRefusal>,
    ) {
        match (answer, &mut self.transaction) {
            (Ok(()), Some(transaction)) => {
                transaction.recipients.push(recipient);
                self.reply(&replies::RECIPIENT_OK);
            }
            (Ok(()), None) => self.error(&replies::MAIL_FIRST),
            (Err(refusal), _) => {
                self.counts.recipient_failures += u32::from(refusal.is_failure());
                match self.counts.recipient_failures >= self.config.recipient_failures_max {
                    // Somebody tries out names.
                    true => self.close_with(&replies::TOO_MANY_FAILED_RECIPIENTS),
                    false => self.reply(&refusal.reply()),
                }
            }
        }
    }

    /// RFC 5321 §4.1.1.4
    pub(super) fn data(&mut self, now: Instant, argument: &str) {
        if !argument.is_empty() {
            return self.error(&replies::NO_ARGUMENT_EXPECTED);
        }
        let bytes_max = self.config.message_bytes_max;
        match &mut self.transaction {
            None => self.error(&replies::MAIL_FIRST),
            Some(transaction) if transaction.content.is_some() || transaction.chunk_failed => {
                self.error(&replies::BDAT_BEGUN); // RFC 3030 §2
            }
            Some(transaction) if transaction.recipients.is_empty() => {
                self.error(&replies::NO_RECIPIENTS);
            }
            Some(transaction) => {
                transaction.content = Some(Content::new(true, bytes_max));
                self.reply(&replies::GO_AHEAD);
                let until = now + self.config.content_timeout;
                self.phase = Phase::Content { until };
                self.rearm_content(now, until);
            }
        }
    }

    /// Content after DATA. Gives the bytes used.
    pub(super) fn content(&mut self, now: Instant, until: Instant, bytes: &[u8]) -> usize {
        self.rearm_content(now, until);
        match self.scan(bytes) {
            Some(Scanned::Ended { used }) => {
                self.phase = Phase::Command;
                self.end_of_content(now);
                used
            }
            Some(Scanned::Whole) | None => bytes.len(),
        }
    }

    /// Passes a piece through the scan and on to the driver.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Option<Scanned> {
        let content = self.transaction.as_mut()?.content.as_mut()?;
        let mut piece = Vec::with_capacity(bytes.len());
        let scanned = content.scan(bytes, &mut piece);
        if content.refusal().is_some() {
            let endless = content.is_endless();
            self.abort_body();
            if endless {
                self.close_with(&replies::ENDLESS_CONTENT);
            }
        } else if !piece.is_empty() {
            self.body_open = true;
            self.push(Output::Body(piece));
        }
        Some(scanned)
    }

    /// All content is here: refuse what breaks the protocol, ask about the rest.
    pub(super) fn end_of_content(&mut self, now: Instant) {
        self.rearm(now, self.config.command_timeout);
        self.counts.idle_commands = 0;
        let Some(transaction) = self.transaction.take() else {
            return;
        };
        let Some(content) = &transaction.content else {
            return;
        };
        match content.refusal() {
            None => {
                let envelope = self.envelope(transaction);
                self.ask(now, Waiting::Message, Question::Message(Box::new(envelope)));
            }
            Some(reply) => {
                let end_is_ambiguous = content.end_is_ambiguous();
                self.abort_body();
                let envelope = self.envelope(transaction);
                self.push(Output::ContentRefused(Box::new(envelope), reply.clone()));
                match end_is_ambiguous {
                    true => self.close_with(&reply),
                    false => self.reply(&reply),
                }
            }
        }
    }

    pub(super) fn message_answered(&mut self, answer: Result<P, MessageRefusal>) {
        self.body_open = false;
        match answer {
            Ok(proof) => {
                let reply = Reply::fixed(250, (2, 0, 0), "");
                self.reply(&reply.saying(format!("Accepted as {}", proof.mail_id())));
            }
            Err(refusal) => self.reply(&refusal.reply()),
        }
        // Not held back for what else is pipelined: until it hears this, the client will send it again.
        self.flush();
    }

    fn envelope(&self, transaction: Transaction) -> Envelope {
        let args = transaction.args;
        let content = transaction.content.map(|content| content.facts());
        Envelope {
            reverse_path: args.reverse_path,
            recipients: transaction.recipients,
            ret: args.ret,
            envid: args.envid,
            body: args.body,
            smtputf8: args.smtputf8,
            size_declared: args.size,
            helo: self.helo_name(),
            peer_ip: self.peer.ip,
            tls: self.tls.clone(),
            signed_in: self.sign_in.signed_in.clone(),
            mechanism: self.sign_in.mechanism,
            with_protocol: self.with_protocol(args.smtputf8),
            early_talker: self.early_talker,
            content: content.unwrap_or_default(),
        }
    }

    fn helo_name(&self) -> String {
        self.helo
            .as_ref()
            .map(|helo| helo.name.clone())
            .unwrap_or_default()
    }

    /// RFC 3848; RFC 6531 §4.3 for the mails that need SMTPUTF8.
    fn with_protocol(&self, smtputf8: bool) -> &'static str {
        let extended = self.helo.as_ref().is_some_and(|helo| helo.extended);
        let signed_in = self.sign_in.signed_in.is_some();
        match (smtputf8, extended, self.tls.is_some(), signed_in) {
            (true, _, false, false) => "UTF8SMTP",
            (true, _, false, true) => "UTF8SMTPA",
            (true, _, true, false) => "UTF8SMTPS",
            (true, _, true, true) => "UTF8SMTPSA",
            (false, true, false, false) => "ESMTP",
            (false, true, false, true) => "ESMTPA",
            (false, true, true, false) => "ESMTPS",
            (false, true, true, true) => "ESMTPSA",
            (false, false, ..) => "SMTP",
        }
    }
}

impl Transaction {
    fn has(&self, recipient: &Recipient) -> bool {
        self.recipients
            .iter()
            .any(|known| known.forward_path == recipient.forward_path)
    }
}
