//! A store with people, an invented DNS, and a queue that can be started and stopped.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sekisho_address::{Address, Domain};
use sekisho_auth::Answers;
use sekisho_command::{Caller, Command, Desk, NextHop, Request};
use sekisho_directory::{Directory, NewPerson, Plan, Roles};
use sekisho_server::Clock;
use sekisho_server::dns::FixtureZone;
use sekisho_server::queue::{Queue, Settings};
use sekisho_server::tls::{SelfMadeCa, TlsServer};
use sekisho_store::{
    AccountId, AccountKind, Actor, AtDeadline, BodyKind, Content, Direction, Fate, Folder, MailId,
    MailStory, MessageView, NewHold, NewMail, NewRecipient, Notify, Onward, Options, Queued,
    RecipientState, Step, Store, Summary, Tenant,
};
use serde_json::{Value, json};

pub(crate) const MESSAGE: &str = "From: user1@hanko.example.jp\r\nTo: a@far.example.net\r\nSubject: hello\r\n\
     Message-ID: <1@hanko.example.jp>\r\n\r\n.dots and all\r\n";

/// What to do with the one recipient.
#[derive(Clone)]
pub(crate) enum Way {
    Out,
    Held(NewHold),
    Delayed(Timestamp),
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) desk: Desk,
    pub(crate) tenant: Tenant,
    pub(crate) ca: SelfMadeCa,
    pub(crate) folder: tempfile::TempDir,
    clock: Arc<Mutex<SignedDuration>>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(Options::new(folder.path().join("data"))).unwrap();
        let directory = Directory::open(store.clone(), Timestamp::now()).unwrap();
        let tenant = people(&directory).await;
        let ca = SelfMadeCa::open(&folder.path().join("ca"), std::time::SystemTime::now()).unwrap();
        let desk = Desk {
            store: store.clone(),
            directory,
            pages: Arc::from("https://mail.hanko.example.jp"),
            hostname: Arc::from("mail.hanko.example.jp"),
        };
        Self {
            store,
            desk,
            tenant,
            ca,
            folder,
            clock: Arc::default(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + *self.clock.lock().unwrap()
    }

    pub(crate) fn later(&self, by: Duration) {
        *self.clock.lock().unwrap() += SignedDuration::try_from(by).unwrap();
    }

    pub(crate) fn clock(&self) -> Clock {
        let ahead = Arc::clone(&self.clock);
        Clock::new(move || Timestamp::now() + *ahead.lock().unwrap())
    }

    /// A certificate of the world's CA.
    pub(crate) fn tls(&self, names: &[&str]) -> Arc<TlsServer> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let files = self.ca.issue(&names, std::time::SystemTime::now()).unwrap();
        Arc::new(TlsServer::load(vec![files]).unwrap())
    }

    pub(crate) fn queue(&self, zone: &Value, mx_port: u16) -> Queue {
        self.queue_with(zone, mx_port, |_| {})
    }

    pub(crate) fn queue_with(
        &self,
        zone: &Value,
        mx_port: u16,
        change: impl FnOnce(&mut Settings),
    ) -> Queue {
        let zone = FixtureZone::new(Answers::from_zone_json(zone).unwrap());
        let mut settings = Settings {
            mx_port,
            loopback_allowed: true,
            ca_file: Some(self.ca.root_file()),
            clock: self.clock(),
            idle: Duration::from_millis(200),
            ..Settings::default()
        };
        change(&mut settings);
        Queue::start(self.desk.clone(), Arc::new(zone), settings).unwrap()
    }

    pub(crate) fn account(&self, user: &str) -> AccountId {
        let snapshot = self.desk.directory.snapshot();
        snapshot.account_of_user(user).unwrap().id
    }

    /// A mail of user1's to the queue.
    pub(crate) async fn mail(&self, to: &[&str]) -> MailId {
        self.mail_as(to, &Way::Out, |_| {}).await
    }

    pub(crate) async fn mail_as(
        &self,
        to: &[&str],
        way: &Way,
        change: impl FnOnce(&mut NewMail),
    ) -> MailId {
        let mut mail = self.new_mail(to, way);
        change(&mut mail);
        let id = mail.id;
        let _proof = self.store.accept(mail).await.unwrap();
        id
    }

    pub(crate) fn new_mail(&self, to: &[&str], way: &Way) -> NewMail {
        let now = self.now();
        NewMail {
            id: self.store.new_mail_id(now),
            tenant: self.tenant,
            now,
            direction: Direction::Outbound,
            content: Content::from_bytes(MESSAGE.as_bytes().to_vec()),
            reverse_path: Some("user1@hanko.example.jp".to_owned()),
            return_full: false,
            envelope_id: None,
            body_kind: BodyKind::SevenBit,
            smtputf8: false,
            helo: None,
            client_ip: None,
            signed_in: Some(self.account("user1")),
            tls: None,
            with_protocol: "ESMTPSA".to_owned(),
            summary: Summary {
                subject: "hello".to_owned(),
                ..Summary::default()
            },
            view: MessageView::default(),
            facts_json: String::new(),
            verdict_json: String::new(),
            hold: match way {
                Way::Held(hold) => Some(hold.clone()),
                _ => None,
            },
            recipients: to.iter().map(|to| recipient(to, way)).collect(),
            steps: vec![Step::new(now, "step-received")],
            notices: Vec::new(),
        }
    }

    pub(crate) fn hold(&self, deadline_s: i64) -> NewHold {
        let at = |seconds| self.now() + SignedDuration::from_secs(seconds);
        NewHold {
            approver: self.account("manager"),
            deputy: Some(self.account("admin")),
            deputy_from: Some(at(deadline_s * 3 / 4)),
            remind_at: Some(at(deadline_s / 2)),
            deadline: at(deadline_s),
            at_deadline: AtDeadline::Return,
            token_hash: [7; 32],
            reason_json: json!({
                "rule": "my-number",
                "why": {"ja": "個人番号があります", "en": "There is a My Number"},
                "findings": [],
            })
            .to_string(),
        }
    }

    pub(crate) fn story(&self, mail: MailId) -> MailStory {
        self.store
            .reader()
            .unwrap()
            .story(self.tenant, mail)
            .unwrap()
    }

    pub(crate) fn state(&self, mail: MailId) -> RecipientState {
        self.story(mail).mail.recipients[0].state
    }

    /// Waits until a recipient of the mail is in that state.
    pub(crate) async fn until_state(&self, mail: MailId, state: RecipientState) {
        self.until(&format!("{state}"), || {
            let story = self.story(mail);
            story.mail.recipients.iter().all(|to| to.state == state)
        })
        .await;
    }

    /// Waits until the mail has been tried so often and failed each time.
    pub(crate) async fn until_attempts(&self, mail: MailId, attempts: u32) -> String {
        let mut reply = String::new();
        self.until("deferred", || {
            let queue = self.store.reader().unwrap().queue(self.tenant, 0).unwrap();
            let row = queue.into_iter().find(|row| row.id.mail == mail);
            row.is_some_and(|row| {
                reply = row.last_reply.unwrap_or_default();
                row.attempts >= attempts && !row.sending
            })
        })
        .await;
        reply
    }

    pub(crate) async fn until(&self, what: &str, mut reached: impl FnMut() -> bool) {
        let mut look = tokio::time::interval(Duration::from_millis(10));
        let until = tokio::time::Instant::now() + Duration::from_secs(30);
        while !reached() {
            assert!(tokio::time::Instant::now() < until, "never: {what}");
            look.tick().await;
        }
    }

    /// The mails in somebody's INBOX, whole.
    pub(crate) fn inbox(&self, user: &str) -> Vec<String> {
        let (reader, account) = (self.store.reader().unwrap(), self.account(user));
        let inbox = reader.mailbox(account, &Folder::Inbox).unwrap();
        let snapshot = reader.snapshot(account, inbox.id).unwrap();
        let contents = snapshot.messages.iter().map(|message| {
            let content = reader.content(message.content).unwrap();
            String::from_utf8_lossy(&content).into_owned()
        });
        contents.collect()
    }

    pub(crate) async fn run(&self, command: Command) -> Value {
        let caller = Caller::Console {
            user: "test".to_owned(),
        };
        let request = Request {
            organisation: None,
            command,
        };
        self.desk.run(&caller, request).await.unwrap()
    }

    pub(crate) async fn route(&self, destination: &str, next_hop: NextHop) {
        let destination = destination.to_owned();
        self.run(Command::RouteSet {
            destination,
            next_hop,
        })
        .await;
    }

    /// Closes the store and opens it again, as a new process would.
    pub(crate) async fn reopened(self) -> Self {
        let Self {
            store,
            desk,
            tenant,
            ca,
            folder,
            clock,
        } = self;
        drop(desk.directory);
        store.close();
        drop((desk.store, store));
        let options = Options::new(folder.path().join("data"));
        let store = loop {
            // Tasks that were cut give their clones back in a moment.
            match Store::open(options.clone()) {
                Ok(store) => break store,
                Err(_) => tokio::task::yield_now().await,
            }
        };
        let directory = Directory::open(store.clone(), Timestamp::now()).unwrap();
        Self {
            desk: Desk {
                store: store.clone(),
                directory,
                pages: desk.pages,
                hostname: desk.hostname,
            },
            store,
            tenant,
            ca,
            folder,
            clock,
        }
    }

    pub(crate) async fn retry(&self) {
        self.store
            .retry_now(
                self.tenant,
                sekisho_store::QueueScope::All,
                Actor::System("test"),
                self.now(),
            )
            .await
            .unwrap();
    }
}

fn recipient(to: &str, way: &Way) -> NewRecipient {
    let destination = to.rsplit('@').next().unwrap().to_owned();
    let onward = Onward::Queue(Queued {
        destination,
        lifetime_s: 5 * 86_400,
    });
    NewRecipient {
        address: to.to_owned(),
        given: None,
        original: None,
        notify: Notify::default(),
        fate: match way {
            Way::Out => Fate::Onward(onward),
            Way::Held(_) => Fate::Hold(onward),
            Way::Delayed(until) => Fate::Delay {
                until: *until,
                then: onward,
            },
        },
    }
}

async fn people(directory: &Directory) -> Tenant {
    let (actor, now) = (Actor::System("test"), Timestamp::now());
    let tenant = directory
        .add_organisation("Hanko", actor.clone(), now)
        .await
        .unwrap();
    let domain = Domain::parse("hanko.example.jp").unwrap();
    directory
        .put_domain(tenant, &domain, None, actor.clone(), now)
        .await
        .unwrap();
    let mut manager = None;
    for (user, roles) in [
        ("admin", Roles::STAFF.with(Roles::ADMIN)),
        ("manager", Roles::STAFF.with(Roles::MANAGER)),
        ("user1", Roles::STAFF),
    ] {
        let person = NewPerson {
            tenant,
            kind: AccountKind::Person,
            address: Address::parse(&format!("{user}@hanko.example.jp")).unwrap(),
            name: user.to_owned(),
            language: "en".to_owned(),
            roles,
            manager,
            deputy: None,
            plan: Plan::Gb2,
            password: None,
        };
        let id = directory
            .add_account(person, actor.clone(), now)
            .await
            .unwrap();
        if user == "manager" {
            manager = Some(id);
        }
    }
    tenant
}

/// A text that a report carries in base64 or not: its machine-readable part is never encoded.
pub(crate) fn reports<'a>(inbox: &'a [String], action: &str) -> Vec<&'a String> {
    let action = format!("Action: {action}");
    inbox.iter().filter(|mail| mail.contains(&action)).collect()
}

/// A zone in which `domain` has one MX that is `127.0.0.1`.
pub(crate) fn one_mx(domain: &str) -> Value {
    json!({
        domain: [{"MX": [10, "mx.far.example.net"]}],
        "mx.far.example.net": [{"A": "127.0.0.1"}],
    })
}
