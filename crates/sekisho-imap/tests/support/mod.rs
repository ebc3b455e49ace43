//! A small account in memory, and a driver that lets a session talk to it.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use sekisho_imap::{
    Answer, Appended, AuthAnswer, AuthQuestion, Changes, Columns, Config, Copied, Flags, FlagsNow,
    Folder, Input, Mail, MailboxName, MailboxStatus, Output, Peer, Question, Quota, Refusal,
    Session, Snapshot, SpecialUse, StoreHow,
};
use sekisho_mime::Message;
use sekisho_sasl::{ChannelBindings, ScramKeys};

#[derive(Clone)]
struct Stored {
    mail: Mail,
    raw: Bytes,
    columns: Columns,
}

struct Mailbox {
    uid_validity: u32,
    uid_next: u32,
    modseq: u64,
    mails: Vec<Stored>,
    vanished: Vec<(u64, u32)>,
    special_use: Option<SpecialUse>,
    subscribed: bool,
}

/// The account `user1` with the password `pass`.
pub struct Account {
    mailboxes: BTreeMap<String, Mailbox>,
    selected: Option<String>,
    body: Vec<u8>,
    validities: u32,
    /// How often each kind of question was asked.
    pub asked: BTreeMap<&'static str, usize>,
}

impl Account {
    pub fn new() -> Self {
        let mut account = Self {
            mailboxes: BTreeMap::new(),
            selected: None,
            body: Vec::new(),
            validities: 1000,
            asked: BTreeMap::new(),
        };
        account.make("INBOX", None);
        account.make("Sent", Some(SpecialUse::Sent));
        account.make("Junk", Some(SpecialUse::Junk));
        account
    }

    fn make(&mut self, name: &str, special_use: Option<SpecialUse>) {
        self.validities += 1;
        let mailbox = Mailbox {
            uid_validity: self.validities,
            uid_next: 1,
            modseq: 1,
            mails: Vec::new(),
            vanished: Vec::new(),
            special_use,
            subscribed: true,
        };
        self.mailboxes.insert(name.to_owned(), mailbox);
    }

    pub fn deliver(&mut self, mailbox: &str, raw: &[u8], flags: Flags, date: i64) -> u32 {
        let raw = Bytes::copy_from_slice(raw);
        let columns = Columns::of(&Message::parse(&raw));
        let mailbox = self.mailboxes.get_mut(mailbox).unwrap();
        mailbox.add(Stored {
            mail: Mail {
                uid: 0,
                size_bytes: raw.len() as u64,
                internal_date_s: date,
                modseq: 0,
                flags,
            },
            raw,
            columns,
        })
    }

    pub fn raw(&self, mailbox: &str, uid: u32) -> Option<Bytes> {
        let mails = &self.mailboxes.get(mailbox)?.mails;
        Some(mails.iter().find(|mail| mail.mail.uid == uid)?.raw.clone())
    }

    /// What another session does: `deliver BOX`, `flag BOX UID FLAG`, `remove BOX UID`, `drop BOX`.
    pub fn event(&mut self, words: &[&str]) {
        match words {
            ["deliver", mailbox] => {
                let raw = b"From: s@other.example.org\r\nSubject: new\r\n\r\nnew\r\n";
                self.deliver(mailbox, raw, Flags::default(), 1_795_482_000);
            }
            ["flag", mailbox, uid, flag] => {
                let uid = uid.parse().unwrap();
                let flags = flags_of(flag);
                let mailbox = self.mailboxes.get_mut(*mailbox).unwrap();
                mailbox.store(&[uid], StoreHow::Add, &flags);
            }
            ["remove", mailbox, uid] => {
                let uid = uid.parse().unwrap();
                self.mailboxes.get_mut(*mailbox).unwrap().remove(&[uid]);
            }
            ["drop", mailbox] => {
                self.mailboxes.remove(*mailbox);
            }
            other => panic!("unknown event {other:?}"),
        }
    }

    fn named(&mut self, name: &MailboxName) -> Result<&mut Mailbox, Refusal> {
        self.mailboxes
            .get_mut(name.as_str())
            .ok_or(Refusal::NoSuchMailbox)
    }

    fn open(&mut self) -> Result<&mut Mailbox, Refusal> {
        let name = self.selected.clone().unwrap_or_default();
        self.mailboxes.get_mut(&name).ok_or(Refusal::TryLater)
    }

    pub fn answer(&mut self, question: Question) -> Answer {
        let kind = kind_of(&question);
        *self.asked.entry(kind).or_default() += 1;
        match question {
            Question::Auth(question) => Answer::Auth(auth(question)),
            Question::Folders => Answer::Folders(Ok(self.folders())),
            Question::Status { mailbox } => {
                Answer::Status(self.named(&mailbox).map(|m| m.status()))
            }
            Question::Select { mailbox, read_only } => {
                let snapshot = self.named(&mailbox).map(|m| m.snapshot(read_only));
                self.selected = snapshot.is_ok().then(|| mailbox.to_string());
                Answer::Selected(snapshot)
            }
            Question::Create {
                mailbox,
                special_use,
            } => Answer::Done(self.create(&mailbox, special_use)),
            Question::Delete { mailbox } => Answer::Done(self.delete(&mailbox)),
            Question::Rename { from, to } => Answer::Done(self.rename(&from, &to)),
            Question::Subscribe {
                mailbox,
                subscribed,
            } => Answer::Done(self.named(&mailbox).map(|m| m.subscribed = subscribed)),
            Question::AppendOpen { mailbox, .. } => {
                self.body.clear();
                Answer::AppendOpened(self.named(&mailbox).map(drop))
            }
            Question::AppendCommit {
                mailbox,
                flags,
                internal_date_s,
            } => {
                let raw = std::mem::take(&mut self.body);
                let uid = self.deliver(mailbox.as_str(), &raw, flags, internal_date_s.unwrap_or(0));
                let uid_validity = self.mailboxes[mailbox.as_str()].uid_validity;
                Answer::Appended(Ok(Appended { uid_validity, uid }))
            }
            other => self.answer_selected(other),
        }
    }

    fn answer_selected(&mut self, question: Question) -> Answer {
        match question {
            Question::Columns { uids } => Answer::Columns(self.open().map(|m| {
                let found = m.mails.iter().filter(|s| uids.contains(&s.mail.uid));
                found.map(|s| (s.mail.uid, s.columns.clone())).collect()
            })),
            Question::Content { uid } => Answer::Content(self.open().map(|m| {
                let found = m.mails.iter().find(|s| s.mail.uid == uid);
                found.map(|s| s.raw.clone())
            })),
            Question::Store { uids, how, flags } => {
                Answer::Stored(self.open().map(|m| m.store(&uids, how, &flags)))
            }
            Question::Copy { uids, to } => Answer::Copied(self.copy(&uids, &to)),
            Question::Move { uids, to } => {
                let copied = self.copy(&uids, &to);
                if let Ok(copied) = &copied {
                    let old: Vec<u32> = copied.pairs.iter().map(|(old, _)| *old).collect();
                    self.open().unwrap().remove(&old);
                }
                Answer::Copied(copied)
            }
            Question::Expunge { uids } => Answer::Expunged(self.open().map(|m| {
                let deleted =
                    |s: &&Stored| uids.contains(&s.mail.uid) && s.mail.flags.has(Flags::DELETED);
                let gone: Vec<u32> = m.mails.iter().filter(deleted).map(|s| s.mail.uid).collect();
                m.remove(&gone);
                gone
            })),
            Question::Changes { since_modseq } => Answer::Changes(Ok(match self.open() {
                Ok(mailbox) => mailbox.changes(since_modseq),
                Err(_) => Changes::MailboxGone,
            })),
            Question::Quota { .. } => Answer::Quota(Ok(Quota {
                used_bytes: 10_000,
                limit_bytes: Some(2 << 30),
            })),
            other => panic!("{other:?}"),
        }
    }

    fn folders(&self) -> Vec<Folder> {
        let folder = |(name, mailbox): (&String, &Mailbox)| Folder {
            name: MailboxName::new(name).unwrap(),
            special_use: mailbox.special_use,
            subscribed: mailbox.subscribed,
            selectable: true,
        };
        self.mailboxes.iter().map(folder).collect()
    }

    fn create(&mut self, name: &MailboxName, use_: Option<SpecialUse>) -> Result<(), Refusal> {
        if self.mailboxes.contains_key(name.as_str()) {
            return Err(Refusal::AlreadyExists);
        }
        if let Some(parent) = name.parent()
            && !self.mailboxes.contains_key(parent.as_str())
        {
            self.create(&parent, None)?;
        }
        self.make(name.as_str(), use_);
        Ok(())
    }

    fn delete(&mut self, name: &MailboxName) -> Result<(), Refusal> {
        let below = format!("{name}/");
        if self.mailboxes.keys().any(|other| other.starts_with(&below)) {
            return Err(Refusal::HasChildren);
        }
        let gone = self.mailboxes.remove(name.as_str());
        gone.map(drop).ok_or(Refusal::NoSuchMailbox)
    }

    fn rename(&mut self, from: &MailboxName, to: &MailboxName) -> Result<(), Refusal> {
        if self.mailboxes.contains_key(to.as_str()) {
            return Err(Refusal::AlreadyExists);
        }
        self.named(from)?;
        if from.is_inbox() {
            self.create(to, None)?;
            let mails = self.mailboxes.get_mut("INBOX").unwrap().take_all();
            let target = self.named(to)?;
            for mail in mails {
                target.add(mail);
            }
            return Ok(());
        }
        let below = format!("{from}/");
        let names: Vec<String> = self.mailboxes.keys().cloned().collect();
        for name in names {
            if name == from.as_str() || name.starts_with(&below) {
                let mailbox = self.mailboxes.remove(&name).unwrap();
                let new = format!("{to}{}", &name[from.as_str().len()..]);
                self.mailboxes.insert(new, mailbox);
            }
        }
        Ok(())
    }

    fn copy(&mut self, uids: &[u32], to: &MailboxName) -> Result<Copied, Refusal> {
        let from = self.open()?;
        let wanted = |s: &&Stored| uids.contains(&s.mail.uid);
        let mails: Vec<Stored> = from.mails.iter().filter(wanted).cloned().collect();
        let target = self.named(to)?;
        let pairs = mails
            .into_iter()
            .map(|mail| (mail.mail.uid, target.add(mail)));
        Ok(Copied {
            pairs: pairs.collect(),
            uid_validity: target.uid_validity,
        })
    }
}

impl Mailbox {
    fn add(&mut self, mut stored: Stored) -> u32 {
        self.modseq += 1;
        stored.mail.uid = self.uid_next;
        stored.mail.modseq = self.modseq;
        self.uid_next += 1;
        self.mails.push(stored);
        self.uid_next - 1
    }

    fn store(&mut self, uids: &[u32], how: StoreHow, flags: &Flags) -> Vec<FlagsNow> {
        self.modseq += 1;
        let mut out = Vec::new();
        for stored in self.mails.iter_mut().filter(|s| uids.contains(&s.mail.uid)) {
            let mail = &mut stored.mail;
            match how {
                StoreHow::Add => mail.flags.add(flags),
                StoreHow::Remove => mail.flags.remove(flags),
                StoreHow::Replace => mail.flags = flags.clone(),
            }
            mail.modseq = self.modseq;
            out.push(FlagsNow {
                uid: mail.uid,
                flags: mail.flags.clone(),
                modseq: mail.modseq,
            });
        }
        out
    }

    fn remove(&mut self, uids: &[u32]) {
        self.modseq += 1;
        self.mails.retain(|s| !uids.contains(&s.mail.uid));
        self.vanished
            .extend(uids.iter().map(|uid| (self.modseq, *uid)));
    }

    fn take_all(&mut self) -> Vec<Stored> {
        let mails = std::mem::take(&mut self.mails);
        self.modseq += 1;
        self.vanished
            .extend(mails.iter().map(|s| (self.modseq, s.mail.uid)));
        mails
    }

    fn snapshot(&self, read_only: bool) -> Snapshot {
        Snapshot {
            uid_validity: self.uid_validity,
            uid_next: self.uid_next,
            highest_modseq: self.modseq,
            recent_from_uid: self.uid_next,
            read_only,
            mails: self.mails.iter().map(|s| s.mail.clone()).collect(),
        }
    }

    fn changes(&self, since: u64) -> Changes {
        // A delivery is told by its UID; here by its modseq and place, which is the same.
        let fresh = self.mails.iter().filter(|s| s.mail.modseq > since);
        Changes::Since {
            new: fresh.clone().map(|s| s.mail.clone()).collect(),
            flags: fresh
                .map(|s| FlagsNow {
                    uid: s.mail.uid,
                    flags: s.mail.flags.clone(),
                    modseq: s.mail.modseq,
                })
                .collect(),
            vanished: self
                .vanished
                .iter()
                .filter(|(modseq, _)| *modseq > since)
                .map(|(_, uid)| *uid)
                .collect(),
            highest_modseq: self.modseq,
            uid_next: self.uid_next,
        }
    }

    fn status(&self) -> MailboxStatus {
        let with = |bit: u8| self.mails.iter().filter(|s| s.mail.flags.has(bit)).count() as u32;
        MailboxStatus {
            messages: self.mails.len() as u32,
            recent: 0,
            unseen: self.mails.len() as u32 - with(Flags::SEEN),
            deleted: with(Flags::DELETED),
            uid_next: self.uid_next,
            uid_validity: self.uid_validity,
            size_bytes: self.mails.iter().map(|s| s.mail.size_bytes).sum(),
            highest_modseq: self.modseq,
        }
    }
}

fn flags_of(flag: &str) -> Flags {
    let mut flags = Flags::default();
    flags.insert(&sekisho_imap::Flag::parse(flag).unwrap());
    flags
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

fn kind_of(question: &Question) -> &'static str {
    match question {
        Question::Auth(_) => "auth",
        Question::Folders => "folders",
        Question::Status { .. } => "status",
        Question::Select { .. } => "select",
        Question::AppendOpen { .. } | Question::AppendCommit { .. } => "append",
        Question::Columns { .. } => "columns",
        Question::Content { .. } => "content",
        Question::Store { .. } => "store",
        Question::Copy { .. } | Question::Move { .. } => "copy",
        Question::Expunge { .. } => "expunge",
        Question::Changes { .. } => "changes",
        _ => "other",
    }
}

/// A session with its account, and what it has said so far.
pub struct Connection {
    pub session: Session,
    pub account: Account,
    pub now: Instant,
    pub said: Vec<u8>,
    pub closed: bool,
    pub tls_started: bool,
    pub aborted: usize,
}

/// How the client has connected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Tls,
    Plain,
}

#[allow(clippy::disallowed_methods)] // tests have a clock; the session is told of it
pub fn start() -> Instant {
    Instant::now()
}

impl Connection {
    /// TLS, but nothing to bind a sign-in to.
    pub fn without_bindings() -> Self {
        Self::bound(Some(ChannelBindings::default()))
    }

    pub fn new(line: Line) -> Self {
        Self::bound((line == Line::Tls).then(|| ChannelBindings {
            tls_exporter: Some(vec![7; 32]),
            tls_server_end_point: None,
        }))
    }

    fn bound(tls: Option<ChannelBindings>) -> Self {
        let mut config = Config::new("mail.hanko.example.jp");
        config.message_bytes_max = 100_000;
        let now = start();
        let peer = Peer {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            tls,
            nonce_seed: [3; 32],
        };
        let mut connection = Self {
            session: Session::new(Arc::new(config), peer, now),
            account: Account::new(),
            now,
            said: Vec::new(),
            closed: false,
            tls_started: false,
            aborted: 0,
        };
        connection.drain();
        connection
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.session.handle(self.now, Input::Bytes(bytes));
        self.drain();
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
                Output::SendShared(bytes) => self.said.extend_from_slice(&bytes),
                Output::StartTls => self.tls_started = true,
                Output::Ask(question) => {
                    let answer = self.account.answer(question);
                    self.session.handle(self.now, Input::Answer(answer));
                }
                Output::Body(bytes) => self.account.body.extend_from_slice(&bytes),
                Output::BodyAborted => {
                    self.aborted += 1;
                    self.account.body.clear();
                }
                Output::Unselected => self.account.selected = None,
                Output::Close => self.closed = true,
            }
        }
    }
}

/// `\r`, `\n`, `\t`, `\\` and `\x00` in a case file.
pub fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            (_, true) => match chars.next() {
                Some('r') => out.push(b'\r'),
                Some('n') => out.push(b'\n'),
                Some('t') => out.push(b'\t'),
                Some('x') => {
                    let hex: String = chars.by_ref().take(2).collect();
                    out.push(u8::from_str_radix(&hex, 16).unwrap());
                }
                Some('\\') => out.push(b'\\'),
                // `\Seen` stays what it is.
                Some(other) => out.extend_from_slice(format!("\\{other}").as_bytes()),
                None => out.push(b'\\'),
            },
        }
    }
    out
}
