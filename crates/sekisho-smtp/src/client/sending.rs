//! One mail through a session, and what each recipient gets from it.

use std::collections::VecDeque;
use std::time::Instant;

use crate::client::session::{Session, State};
use crate::client::stuffing::Stuffing;
use crate::client::{
    Capabilities, Mail, MailResult, Outcome, Output, RecipientResult, RemoteReply, SessionFailure,
};
use crate::envelope::{BodyKind, Notify, Recipient, Ret};
use crate::limits;
use crate::reply::EnhancedStatus;
use crate::xtext;

/// The reply that comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Mail,
    Rcpt(usize),
    Data,
    /// To the final dot.
    Final,
    /// To the dot of a mail that no recipient wanted.
    EmptyFinal,
}

/// The word on one recipient.
#[derive(Clone, Debug)]
struct Decided {
    reply: RemoteReply,
    outcome: Outcome,
}

impl Decided {
    fn at_rcpt(reply: RemoteReply) -> Self {
        let outcome = match (reply.code, reply.enhanced) {
            // RFC 5321 §4.5.3.1.10: 552 here means "too many recipients" to old servers, and is temporary.
            (552, None | Some(TOO_MANY_RECIPIENTS)) => Outcome::Temporary,
            _ => outcome(&reply),
        };
        Self { reply, outcome }
    }

    fn of_mail(reply: RemoteReply) -> Self {
        Self {
            outcome: outcome(&reply),
            reply,
        }
    }
}

const TOO_MANY_RECIPIENTS: EnhancedStatus = EnhancedStatus::new(5, 5, 3);

/// A mail on its way.
#[derive(Debug)]
pub(super) struct Sending {
    mail: Mail,
    /// What has been decided, by the order of recipients; accepted ones are open until the final dot.
    decided: Vec<Option<Decided>>,
    accepted: Vec<usize>,
    mail_refused: Option<RemoteReply>,
    /// Commands not yet sent: without PIPELINING one at a time.
    unsent: VecDeque<(Expect, String)>,
    expected: VecDeque<Expect>,
    dsn: bool,
    stuffing: Option<Stuffing>,
}

impl Session {
    pub(super) fn start(&mut self, now: Instant, mail: Mail) {
        self.mails_sent += 1;
        let mut sending = Sending::new(mail, &self.capabilities);
        if let Some(result) = sending.impossible(&self.capabilities) {
            self.push(Output::Done(result));
            return self.ready(now);
        }
        let batch = match self.capabilities.pipelining {
            true => usize::MAX,
            false => 1,
        };
        let lines = sending.next_lines(batch);
        self.push(Output::Send(lines));
        self.wait_for(
            now,
            State::Sending(Box::new(sending)),
            self.config.reply_timeout,
        );
    }

    pub(super) fn sending_answered(
        &mut self,
        now: Instant,
        mut sending: Box<Sending>,
        reply: RemoteReply,
    ) {
        let Some(expect) = sending.expected.pop_front() else {
            self.state = State::Sending(sending);
            // A refusal in the middle of the content is one; a 250 there has accepted nothing.
            return self.fail(match reply.code >= 400 {
                true => SessionFailure::Refused(reply),
                false => SessionFailure::Malformed,
            });
        };
        // RFC 5321 §3.8: 421 to any command; the connection is going.
        if reply.code == 421 {
            self.push(Output::Done(sending.broken_off(&reply)));
            return self.close();
        }
        match expect {
            Expect::Mail if !reply.is_ok() => sending.mail_refused = Some(reply),
            Expect::Mail => {}
            Expect::Rcpt(index) => sending.recipient_answered(index, reply),
            Expect::Data => return self.data_answered(now, sending, reply),
            Expect::Final => {
                sending.settle_accepted(&reply);
                return self.finish(now, &sending, true);
            }
            Expect::EmptyFinal => return self.finish(now, &sending, true),
        }
        self.next_command(now, sending);
    }

    /// Without PIPELINING: the next command, as far as it still makes sense.
    fn next_command(&mut self, now: Instant, mut sending: Box<Sending>) {
        if sending.expected.is_empty() {
            let pointless = sending.mail_refused.is_some()
                || (sending.accepted.is_empty()
                    && matches!(sending.unsent.front(), Some((Expect::Data, _))));
            if pointless {
                return self.finish(now, &sending, false);
            }
            let line = sending.next_lines(1);
            self.push(Output::Send(line));
        }
        let wait = match sending.expected.front() {
            Some(Expect::Data) => self.config.data_timeout,
            _ => self.config.reply_timeout,
        };
        self.wait_for(now, State::Sending(sending), wait);
    }

    fn data_answered(&mut self, now: Instant, mut sending: Box<Sending>, reply: RemoteReply) {
        let go_ahead = (300..400).contains(&reply.code);
        if !go_ahead {
            sending.settle_accepted(&reply);
            return self.finish(now, &sending, false);
        }
        if sending.accepted.is_empty() {
            // RFC 2920 §3.1: the server takes content for nobody; end it without any.
            sending.expected.push_back(Expect::EmptyFinal);
            self.push(Output::Send(b".\r\n".to_vec()));
        } else {
            sending.stuffing = Some(Stuffing::new());
            self.push(Output::NeedContent);
        }
        self.wait_for(now, State::Sending(sending), self.config.final_timeout);
    }

    pub(super) fn content(&mut self, now: Instant, bytes: &[u8]) {
        let State::Sending(sending) = &mut self.state else {
            return;
        };
        let Some(stuffing) = &mut sending.stuffing else {
            return self.fail(SessionFailure::OutOfTurn);
        };
        let mut out = Vec::new();
        stuffing.push(bytes, &mut out);
        self.push(Output::Send(out));
        self.push(Output::NeedContent);
        self.wait_on(now, limits::CLIENT_REPLY_TIMEOUT);
    }

    pub(super) fn content_end(&mut self, now: Instant) {
        let State::Sending(sending) = &mut self.state else {
            return;
        };
        let Some(stuffing) = sending.stuffing.take() else {
            return self.fail(SessionFailure::OutOfTurn);
        };
        sending.expected.push_back(Expect::Final);
        let mut out = Vec::new();
        stuffing.end(&mut out);
        self.push(Output::Send(out));
        self.wait_on(now, self.config.final_timeout);
    }

    /// `clean`: the server has ended the transaction by itself.
    fn finish(&mut self, now: Instant, sending: &Sending, clean: bool) {
        self.push(Output::Done(sending.result()));
        match clean {
            true => self.ready(now),
            false => self.say_reset(now),
        }
    }
}

impl Sending {
    fn new(mail: Mail, capabilities: &Capabilities) -> Self {
        let mut unsent = VecDeque::with_capacity(mail.recipients.len() + 2);
        unsent.push_back((Expect::Mail, mail_line(&mail, capabilities)));
        let recipients_max = capabilities.recipients_max.unwrap_or(usize::MAX);
        let mut decided = vec![None; mail.recipients.len()];
        for (index, recipient) in mail.recipients.iter().enumerate() {
            match index < recipients_max {
                true => {
                    unsent.push_back((Expect::Rcpt(index), rcpt_line(recipient, capabilities.dsn)))
                }
                // RFC 9422 §4.2: the rest goes in another transaction.
                false => decided[index] = Some(Decided::at_rcpt(over_the_limit())),
            }
        }
        unsent.push_back((Expect::Data, "DATA\r\n".to_owned()));
        Self {
            decided,
            accepted: Vec::new(),
            mail_refused: None,
            unsent,
            expected: VecDeque::new(),
            dsn: capabilities.dsn,
            stuffing: None,
            mail,
        }
    }

    /// What can be said before a byte is sent.
    fn impossible(&mut self, capabilities: &Capabilities) -> Option<MailResult> {
        let size_max = capabilities.size.filter(|max| *max > 0).unwrap_or(u64::MAX);
        let reply = if self.mail.needs_smtputf8() && !capabilities.smtputf8 {
            // RFC 6531 §3.5, §3.6
            let text = "the server does not take addresses or headers outside of ASCII (SMTPUTF8)";
            RemoteReply::ours(553, EnhancedStatus::new(5, 6, 7), text)
        } else if self.mail.content_bytes > size_max {
            let text = format!("the server takes at most {size_max} bytes");
            RemoteReply::ours(552, EnhancedStatus::new(5, 3, 4), text) // RFC 1870 §6.1
        } else if self.mail.body == BodyKind::EightBitMime && !capabilities.eight_bit_mime {
            return Some(MailResult::Needs8bit);
        } else if self.mail.recipients.is_empty() {
            return Some(MailResult::Tried(Vec::new()));
        } else {
            return None;
        };
        Some(self.broken_off(&reply))
    }

    fn next_lines(&mut self, count: usize) -> Vec<u8> {
        let mut lines = Vec::new();
        for (expect, line) in self.unsent.drain(..count.min(self.unsent.len())) {
            self.expected.push_back(expect);
            lines.extend_from_slice(line.as_bytes());
        }
        lines
    }

    fn recipient_answered(&mut self, index: usize, reply: RemoteReply) {
        match (reply.is_ok(), &self.mail_refused) {
            (_, Some(_)) => {}
            (true, None) => self.accepted.push(index),
            (false, None) => {
                if let Some(decided) = self.decided.get_mut(index) {
                    *decided = Some(Decided::at_rcpt(reply));
                }
            }
        }
    }

    fn settle_accepted(&mut self, reply: &RemoteReply) {
        for index in std::mem::take(&mut self.accepted) {
            if let Some(decided) = self.decided.get_mut(index) {
                *decided = Some(Decided::of_mail(reply.clone()));
            }
        }
    }

    /// All that is open gets `reply`.
    pub(super) fn broken_off(&self, reply: &RemoteReply) -> MailResult {
        self.results(self.mail_refused.as_ref().unwrap_or(reply))
    }

    fn result(&self) -> MailResult {
        let nothing = RemoteReply::ours(
            451,
            EnhancedStatus::new(4, 5, 0),
            "the server gave no answer for this recipient",
        );
        self.broken_off(&nothing)
    }

    fn results(&self, open: &RemoteReply) -> MailResult {
        let open = Decided::of_mail(open.clone());
        let recipients = self.mail.recipients.iter().zip(&self.decided);
        let results = recipients.map(|(recipient, decided)| {
            let decided = decided.as_ref().unwrap_or(&open);
            RecipientResult {
                forward_path: recipient.forward_path.clone(),
                outcome: decided.outcome,
                reply: decided.reply.clone(),
                dsn_passed_on: self.dsn && recipient.notify.is_some(),
            }
        });
        MailResult::Tried(results.collect())
    }
}

fn outcome(reply: &RemoteReply) -> Outcome {
    match reply.code {
        200..300 => Outcome::Sent,
        500.. => Outcome::Permanent,
        _ => Outcome::Temporary,
    }
}

fn over_the_limit() -> RemoteReply {
    let text = "the server takes fewer recipients in one mail; this one goes in the next";
    RemoteReply::ours(452, EnhancedStatus::new(4, 5, 3), text)
}

fn mail_line(mail: &Mail, capabilities: &Capabilities) -> String {
    let mut line = format!("MAIL FROM:{}", mail.reverse_path);
    if capabilities.size.is_some() {
        line.push_str(&format!(" SIZE={}", mail.content_bytes));
    }
    if mail.body == BodyKind::EightBitMime {
        line.push_str(" BODY=8BITMIME");
    }
    if mail.needs_smtputf8() {
        line.push_str(" SMTPUTF8");
    }
    if capabilities.dsn {
        match mail.ret {
            Some(Ret::Full) => line.push_str(" RET=FULL"),
            Some(Ret::Hdrs) => line.push_str(" RET=HDRS"),
            None => {}
        }
        if let Some(envid) = &mail.envid {
            line.push_str(&format!(" ENVID={}", xtext::encode(envid)));
        }
    }
    line.push_str("\r\n");
    line
}

fn rcpt_line(recipient: &Recipient, dsn: bool) -> String {
    let mut line = format!("RCPT TO:{}", recipient.forward_path);
    if dsn {
        if let Some(notify) = recipient.notify {
            line.push_str(&format!(" NOTIFY={}", notify_words(notify)));
        }
        // RFC 6533 §3 has a 7-bit form for others; an address that does not fit is better left out than broken.
        if let Some(original) = recipient.original.as_ref().filter(|o| o.address.is_ascii()) {
            let address = xtext::encode(&original.address);
            line.push_str(&format!(" ORCPT={};{address}", original.address_type));
        }
    }
    line.push_str("\r\n");
    line
}

fn notify_words(notify: Notify) -> String {
    let words = [
        (notify.success, "SUCCESS"),
        (notify.failure, "FAILURE"),
        (notify.delay, "DELAY"),
    ];
    let wanted: Vec<_> = words
        .iter()
        .filter(|(wanted, _)| *wanted)
        .map(|(_, word)| *word)
        .collect();
    match wanted.is_empty() {
        true => "NEVER".to_owned(),
        false => wanted.join(","),
    }
}
