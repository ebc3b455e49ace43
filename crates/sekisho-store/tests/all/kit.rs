//! A store in a directory of its own, mails to put into it, and what must always hold of it.

use jiff::Timestamp;
use sekisho_store::*;

pub(crate) const ORG: Tenant = Tenant(1);

/// A fixed moment and so many seconds.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// A store with one organisation, `hanko.example.jp`, and three people.
pub(crate) struct World {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) user: AccountId,
    pub(crate) boss: AccountId,
    pub(crate) deputy: AccountId,
}

pub(crate) fn options(dir: &std::path::Path) -> Options {
    Options {
        free_bytes_min: 0,
        ..Options::new(dir)
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(options(dir.path())).unwrap();
        let [user, boss, deputy] = populate(&store);
        Self {
            dir,
            store,
            user,
            boss,
            deputy,
        }
    }

    /// Closes and opens it.
    pub(crate) fn reopen(self) -> Self {
        let Self {
            dir,
            store,
            user,
            boss,
            deputy,
        } = self;
        store.close();
        drop(store);
        let store = Store::open(options(dir.path())).unwrap();
        Self {
            dir,
            store,
            user,
            boss,
            deputy,
        }
    }

    pub(crate) fn reader(&self) -> Reader {
        self.store.reader().unwrap()
    }

    /// A connection for looking at, and for damaging, what the API does not show.
    pub(crate) fn sql(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.dir.path().join("sekisho.db")).unwrap()
    }

    pub(crate) fn inbox(&self, account: AccountId) -> Snapshot {
        self.folder(account, &Folder::Inbox)
    }

    pub(crate) fn folder(&self, account: AccountId, folder: &Folder) -> Snapshot {
        let reader = self.reader();
        let mailbox = reader.mailbox(account, folder).unwrap();
        reader.snapshot(account, mailbox.id).unwrap()
    }

    pub(crate) fn states(&self, mail: MailId) -> Vec<RecipientState> {
        let story = self.reader().story(ORG, mail).unwrap();
        story
            .mail
            .recipients
            .iter()
            .map(|recipient| recipient.state)
            .collect()
    }

    pub(crate) fn accept(&self, mail: NewMail) -> MailId {
        let id = mail.id;
        let durable = self.store.accept(mail).wait().unwrap();
        assert_eq!(durable.mail(), id);
        id
    }

    /// A mail with these fates, at that second.
    pub(crate) fn mail(&self, seconds: i64, fates: Vec<Fate>) -> NewMail {
        new_mail(&self.store, at(seconds), fates)
    }

    pub(crate) fn held(&self, seconds: i64, onward: Vec<Onward>, token: u8) -> NewMail {
        let mut mail = self.mail(seconds, onward.into_iter().map(Fate::Hold).collect());
        mail.hold = Some(self.hold(seconds, token));
        mail
    }

    pub(crate) fn hold(&self, seconds: i64, token: u8) -> NewHold {
        NewHold {
            approver: self.boss,
            deputy: Some(self.deputy),
            deputy_from: Some(at(seconds + 200)),
            remind_at: Some(at(seconds + 100)),
            deadline: at(seconds + 300),
            at_deadline: AtDeadline::Return,
            token_hash: [token; 32],
            reason_json: r#"[{"id":"dlp.my_number"}]"#.into(),
        }
    }

    pub(crate) fn to_user(&self) -> Onward {
        Onward::Mailbox {
            account: self.user,
            folder: Folder::Inbox,
        }
    }

    pub(crate) fn claim(&self, now: i64) -> Vec<QueueEntry> {
        self.store.claim(claim(now)).wait().unwrap()
    }
}

pub(crate) fn claim(now: i64) -> Claim {
    Claim {
        now: at(now),
        lease_until: at(now + 60),
        max: 100,
        destination: None,
        skip: Vec::new(),
    }
}

pub(crate) fn populate(store: &Store) -> [AccountId; 3] {
    let change = |change| {
        store
            .change_directory(change, Actor::System("test"), at(0))
            .wait()
            .unwrap()
    };
    let made = change(DirectoryChange::AddOrganisation {
        name: "Hanko".into(),
    });
    assert_eq!(made, DirectoryMade::Organisation(ORG));
    let domain = DomainRow {
        tenant: ORG,
        name: "hanko.example.jp".into(),
        catch_all: None,
    };
    change(DirectoryChange::PutDomain(domain));
    ["user", "boss", "deputy"].map(|name| {
        match change(DirectoryChange::AddAccount(account(name))) {
            DirectoryMade::Account(id) => id,
            other => panic!("{other:?}"),
        }
    })
}

pub(crate) fn account(name: &str) -> NewAccount {
    NewAccount {
        tenant: ORG,
        kind: AccountKind::Person,
        address: format!("{name}@hanko.example.jp"),
        address_key: format!("{name}@hanko.example.jp"),
        name: name.into(),
        language: "ja".into(),
        roles: 1,
        manager: None,
        deputy: None,
        quota_bytes: None,
    }
}

/// The mail with two letters that tell of it, to that account.
pub(crate) fn told(store: &Store, mut mail: NewMail, to: AccountId) -> NewMail {
    let letter = |_| {
        let to = Onward::Mailbox {
            account: to,
            folder: Folder::Inbox,
        };
        let mut letter = new_mail(store, mail.now, vec![Fate::Onward(to)]);
        letter.summary.message_id = format!("about {}", mail.summary.message_id);
        letter
    };
    mail.notices = (0..2).map(letter).collect();
    mail.envelope_id = Some("told".into());
    mail
}

pub(crate) fn out(destination: &str) -> Onward {
    Onward::Queue(Queued {
        destination: destination.into(),
        lifetime_s: 1_000,
    })
}

pub(crate) fn body(id: MailId) -> Vec<u8> {
    format!("Subject: {id}\r\n\r\nこんにちは {id}\r\n").into_bytes()
}

pub(crate) fn new_mail(store: &Store, now: Timestamp, fates: Vec<Fate>) -> NewMail {
    let id = store.new_mail_id(now);
    let recipient = |(nr, fate)| NewRecipient {
        address: format!("to{nr}@Example.COM"),
        given: None,
        original: None,
        notify: Notify::default(),
        fate,
    };
    NewMail {
        id,
        tenant: ORG,
        now,
        direction: Direction::Outbound,
        content: Content {
            head: b"Received: by hanko\r\n".to_vec(),
            body: Body::Memory(body(id).into()),
        },
        reverse_path: Some("User@hanko.example.jp".into()),
        return_full: true,
        envelope_id: Some("E1".into()),
        body_kind: BodyKind::EightBitMime,
        smtputf8: false,
        helo: Some("client.example".into()),
        client_ip: Some([192, 0, 2, 1].into()),
        signed_in: Some(AccountId(1)),
        tls: Some("TLSv1.3".into()),
        with_protocol: "ESMTPSA".into(),
        summary: Summary {
            subject: "見積書 Ｎｏ．１".into(),
            from: "User <user@hanko.example.jp>".into(),
            to: "to0@example.com".into(),
            message_id: format!("<{id}@hanko.example.jp>"),
            date: Some(now),
        },
        view: MessageView {
            envelope: "(env)".into(),
            body_structure: "(bs)".into(),
            list_header: Some(b"Subject: \xE9\r\n".to_vec()),
        },
        facts_json: r#"{"direction":"outbound"}"#.into(),
        verdict_json: String::new(),
        hold: None,
        recipients: fates.into_iter().enumerate().map(recipient).collect(),
        steps: vec![Step::new(now, "server-step-received").arg("ip", "192.0.2.1")],
        notices: Vec::new(),
    }
}

/// The stored bytes of a mail from `new_mail`.
pub(crate) fn stored(id: MailId) -> Vec<u8> {
    [b"Received: by hanko\r\n".as_slice(), &body(id)].concat()
}

/// What must hold whatever happened. Each query finds what breaks a rule.
pub(crate) fn check_invariants(store: &Store) {
    let db = rusqlite::Connection::open(store.dir().join("sekisho.db")).unwrap();
    let rules = [
        ("references of contents", "SELECT b.id FROM blob b
            LEFT JOIN (SELECT blob, count(*) AS refs FROM message GROUP BY blob) m ON m.blob = b.id
            LEFT JOIN (SELECT blob, count(*) AS refs FROM mail GROUP BY blob) w ON w.blob = b.id
            WHERE b.refs <> coalesce(m.refs, 0) + coalesce(w.refs, 0)"),
        ("messages have contents", "SELECT blob FROM message WHERE blob NOT IN (SELECT id FROM blob)"),
        ("messages have views", "SELECT blob FROM message WHERE blob IN (SELECT id FROM blob WHERE subject IS NULL)"),
        ("open recipients have a content", "SELECT mail FROM recipient WHERE state <= 4
            AND mail NOT IN (SELECT id FROM mail WHERE blob IS NOT NULL)"),
        ("settled mails have none", "SELECT id FROM mail WHERE blob IS NOT NULL
            AND id NOT IN (SELECT mail FROM recipient WHERE state <= 4)"),
        ("queued means in the queue", "SELECT mail FROM recipient r WHERE
            (state = 1) <> EXISTS (SELECT 1 FROM queue q WHERE q.mail = r.mail AND q.nr = r.nr)"),
        ("delayed means in the delay", "SELECT mail FROM recipient r WHERE
            (state = 3) <> EXISTS (SELECT 1 FROM delay d WHERE d.mail = r.mail AND d.nr = r.nr)"),
        ("held means an open hold", "SELECT mail FROM recipient r WHERE state = 2
            AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.mail = r.mail AND h.state = 1)"),
        ("an open hold holds someone", "SELECT mail FROM hold h WHERE state = 1
            AND NOT EXISTS (SELECT 1 FROM recipient r WHERE r.mail = h.mail AND r.state = 2)"),
        ("mailbox means delivered", "SELECT mail FROM recipient r WHERE state IN (5, 6)
            AND NOT EXISTS (SELECT 1 FROM recipient d WHERE d.mail = r.mail AND d.account = r.account AND d.uid IS NOT NULL)"),
        ("counters of folders", "SELECT id FROM mailbox b WHERE messages <> (SELECT count(*) FROM message WHERE mailbox = b.id)
            OR unseen <> (SELECT count(*) FROM message WHERE mailbox = b.id AND flags & 1 = 0)
            OR deleted <> (SELECT count(*) FROM message WHERE mailbox = b.id AND flags & 8 <> 0)
            OR bytes <> (SELECT coalesce(sum(size), 0) FROM message WHERE mailbox = b.id)
            OR uid_next <= (SELECT coalesce(max(uid), 0) FROM message WHERE mailbox = b.id)"),
        ("letters come with what they tell of", "SELECT m.id FROM mail m WHERE m.envelope_id = 'told'
            AND (SELECT count(*) FROM mail n WHERE n.message_id = 'about ' || m.message_id) <> 2
            UNION ALL SELECT n.id FROM mail n WHERE n.message_id LIKE 'about %'
            AND NOT EXISTS (SELECT 1 FROM mail m WHERE m.message_id = substr(n.message_id, 7))"),
        ("every mail has steps", "SELECT id FROM mail
            WHERE id NOT IN (SELECT mail FROM story WHERE json_array_length(steps) > 0)"),
    ];
    for (rule, sql) in rules {
        let broken: Vec<i64> = db
            .prepare(sql)
            .unwrap()
            .query_map((), |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(broken.is_empty(), "{rule}: {broken:?}");
    }
    let reader = store.reader().unwrap();
    let audit = reader.verify_audit(ORG).unwrap();
    assert!(matches!(audit, AuditCheck::Whole { .. }), "{audit:?}");
    reader
        .check_contents(&mut |words| panic!("{words}"))
        .unwrap();
}
