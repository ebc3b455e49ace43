//! Shared mailboxes over IMAP: members see them below `Shared/`, nobody else does.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_directory::{NewPerson, Plan, Roles};
use sekisho_server::config::Service;
use sekisho_store::{AccountId, AccountKind, Actor, AuditQuery, Folder, Tenant};
use sekisho_testkit::Wire;
use support::{PASSWORD, World};

const ACTOR: Actor = Actor::System("test");
const MAIL: &str = "From: Kobayashi <kobayashi@good.example.net>\r\nTo: info@hanko.example.jp\r\n\
                    Subject: question\r\nMessage-ID: <1@good.example.net>\r\n\
                    Date: Tue, 3 Nov 2026 09:12:00 +0900\r\n\r\nHello.\r\n";

/// With the shared mailbox info@hanko.example.jp, opened by user1 and user2.
struct Shared {
    world: World,
    info: AccountId,
}

impl Shared {
    fn new() -> Self {
        let world = World::new();
        let info = make(&world, world.tenant, "info@hanko.example.jp");
        let shared = Self { world, info };
        shared.join(shared.info, "user1", true);
        shared.join(shared.info, "user2", true);
        shared
    }

    fn join(&self, shared: AccountId, user: &str, joined: bool) {
        let (directory, member) = (&self.world.directory, self.world.account(user));
        let change = directory.share(shared, member, joined, ACTOR, Timestamp::now());
        self.world.runtime.block_on(change).unwrap();
    }

    /// A mail from outside to info@.
    fn receive(&self) {
        let mut smtp = self.world.smtp();
        smtp.expect("EHLO mx.good.example.net", "250");
        let to = ["info@hanko.example.jp"];
        let reply = smtp.mail("kobayashi@good.example.net", &to, MAIL);
        assert!(reply.starts_with("250 "), "{reply}");
    }

    fn client(&self, user: &str) -> Client {
        let trust = self.world.trust();
        let wire = Wire::connect_tls(self.world.address(Service::Imaps), &trust);
        let mut client = Client { wire };
        client.wire.line().unwrap();
        client.ok(&format!("LOGIN {user} {PASSWORD}"));
        client
    }

    fn messages(&self, account: AccountId, folder: &Folder) -> usize {
        let reader = self.world.store.reader().unwrap();
        let mailbox = reader.mailbox(account, folder).unwrap();
        mailbox.messages as usize
    }
}

fn make(world: &World, tenant: Tenant, address: &str) -> AccountId {
    let shared = NewPerson {
        tenant,
        kind: AccountKind::Shared,
        address: Address::parse(address).unwrap(),
        name: "Desk".to_owned(),
        language: "ja".to_owned(),
        roles: Roles::default(),
        manager: None,
        deputy: None,
        plan: Plan::Gb2,
        password: None,
    };
    let made = world.directory.add_account(shared, ACTOR, Timestamp::now());
    world.runtime.block_on(made).unwrap()
}

/// A conversation in which NO is an answer too.
struct Client {
    wire: Wire,
}

impl Client {
    /// The lines up to the tagged one, which is the last.
    fn say(&mut self, command: &str) -> Vec<String> {
        self.wire.send(format!("t {command}\r\n").as_bytes());
        let mut lines = Vec::new();
        while let Some(line) = self.wire.line() {
            let last = line.starts_with("t ") || line.starts_with("* BYE");
            lines.push(line);
            if last {
                break;
            }
        }
        lines
    }

    fn ok(&mut self, command: &str) -> String {
        self.answer(command, "t OK")
    }

    fn no(&mut self, command: &str) -> String {
        self.answer(command, "t NO")
    }

    fn answer(&mut self, command: &str, begins: &str) -> String {
        let lines = self.say(command);
        let last = lines.last().unwrap();
        assert!(last.starts_with(begins), "{command} → {lines:?}");
        lines.join("\n")
    }
}

#[test]
fn two_members_share_mail_and_flags() {
    let shared = Shared::new();
    let [mut one, mut two] = ["user1", "user2"].map(|user| shared.client(user));
    let namespace = one.ok("NAMESPACE");
    assert!(
        namespace.starts_with(r#"* NAMESPACE (("" "/")) NIL (("Shared/" "/"))"#),
        "{namespace}"
    );
    let list = one.ok(r#"LIST "" "Shared*""#);
    for line in [
        r#"* LIST (\Noselect \HasChildren) "/" "Shared""#,
        r#"* LIST (\HasChildren) "/" "Shared/info""#,
        r#"* LIST (\HasNoChildren) "/" "Shared/info/Sent""#,
    ] {
        assert!(list.lines().any(|other| other == line), "{line} in {list}");
    }
    let subscribed = one.ok(r#"LSUB "" "Shared/*""#);
    assert!(subscribed.contains(r#""Shared/info""#), "{subscribed}");

    two.ok("SELECT Shared/info");
    shared.receive();
    let status = one.ok("STATUS Shared/info (MESSAGES UNSEEN DELETED)");
    assert!(
        status.contains("(MESSAGES 1 UNSEEN 1 DELETED 0)"),
        "{status}"
    );
    one.ok("SELECT Shared/info");
    let fetched = one.ok("FETCH 1 (BODY[HEADER.FIELDS (SUBJECT)])");
    assert!(fetched.contains("Subject: question"), "{fetched}");
    one.ok(r"STORE 1 +FLAGS (\Flagged $Forwarded)");
    let told = two.ok("NOOP");
    assert!(told.contains("* 1 EXISTS"), "{told}");
    let flags = two.ok("FETCH 1 FLAGS");
    for flag in ["\\Seen", "\\Flagged", "$Forwarded"] {
        assert!(flags.contains(flag), "{flag} in {flags}");
    }
    two.ok(r"STORE 1 +FLAGS.SILENT (\Deleted)");
    let gone = two.ok("EXPUNGE");
    assert!(gone.contains("* 1 EXPUNGE"), "{gone}");
    assert!(one.ok("NOOP").contains("* 1 EXPUNGE"));
    assert_eq!(shared.messages(shared.info, &Folder::Inbox), 0);
}

#[test]
fn mail_goes_between_own_and_shared_folders() {
    let shared = Shared::new();
    let user1 = shared.world.account("user1");
    shared.receive();
    let mut one = shared.client("user1");
    one.ok("SELECT Shared/info");
    assert!(one.ok("COPY 1 INBOX").contains("COPYUID"));
    one.ok("CREATE Shared/info/2026/done");
    one.ok("MOVE 1 Shared/info/2026/done");
    let done = Folder::Named("2026/done".to_owned());
    assert_eq!(shared.messages(shared.info, &Folder::Inbox), 0);
    assert_eq!(shared.messages(shared.info, &done), 1);
    assert_eq!(shared.messages(user1, &Folder::Inbox), 1);
    let appended = one.ok("APPEND Shared/info/Sent {5+}\r\na: b\n");
    assert!(appended.contains("APPENDUID"), "{appended}");
    assert_eq!(shared.messages(shared.info, &Folder::Sent), 1);
    one.ok("RENAME Shared/info/2026/done Shared/info/over");
    one.ok("SELECT INBOX");
    one.ok("MOVE 1 Shared/info/over");
    assert_eq!(shared.messages(user1, &Folder::Inbox), 0);

    one.no("RENAME Shared/info/over over");
    one.no("RENAME Shared/info elsewhere");
    one.no("DELETE Shared/info");
    one.no("CREATE Shared/info");
    one.no("UNSUBSCRIBE Shared/info");
    one.ok("SUBSCRIBE Shared/info");
    one.no("SELECT Shared/info/INBOX");
    let root = one.ok("GETQUOTAROOT Shared/info/Sent");
    assert!(
        root.contains(r#"* QUOTAROOT "Shared/info/Sent" "Shared/info""#),
        "{root}"
    );
    assert!(
        one.ok("GETQUOTA Shared/info")
            .contains(r#"* QUOTA "Shared/info" (STORAGE "#)
    );
    one.no("GETQUOTA Shared/other");

    let query = AuditQuery::default();
    let reader = shared.world.store.reader().unwrap();
    let audit = reader.audit(shared.world.tenant, &query).unwrap();
    let by = |action: &str| {
        let mut found = audit.iter().filter(|row| row.action == action);
        found.next().map(|row| row.actor.clone())
    };
    for action in ["mailbox.created", "mailbox.moved", "mailbox.appended"] {
        let who = by(action).unwrap();
        assert_eq!(who, format!("account:{user1}"), "{action}");
    }
}

#[test]
fn nobody_else_sees_it() {
    let shared = Shared::new();
    shared.receive();
    let mut other = shared.client("manager");
    let list = other.ok(r#"LIST "" "*""#);
    assert!(!list.contains("Shared"), "{list}");
    let namespace = other.ok("NAMESPACE");
    assert!(namespace.contains(r#"(("" "/")) NIL NIL"#), "{namespace}");
    for name in ["Shared", "Shared/info", "Shared/info/Sent", "Shared/nobody"] {
        for command in [
            format!("SELECT {name}"),
            format!("EXAMINE {name}"),
            format!("STATUS {name} (MESSAGES)"),
            format!("CREATE {name}"),
            format!("DELETE {name}"),
            format!("RENAME INBOX {name}"),
            format!("RENAME {name} mine"),
            format!("SUBSCRIBE {name}"),
            format!("GETQUOTAROOT {name}"),
            format!("APPEND {name} {{5+}}\r\na: b\n"),
        ] {
            other.no(&command);
        }
    }
    other.ok("APPEND INBOX {5+}\r\na: b\n");
    other.ok("SELECT INBOX");
    other.no("COPY 1 Shared/info");
    other.no("MOVE 1 Shared/info");
    assert_eq!(shared.messages(shared.info, &Folder::Inbox), 1);
}

#[test]
fn a_membership_that_ends_ends_at_the_next_command() {
    let shared = Shared::new();
    shared.receive();
    let mut one = shared.client("user1");
    one.ok("SELECT Shared/info");
    shared.join(shared.info, "user1", false);
    one.no("FETCH 1 (BODY.PEEK[])");
    one.no(r"STORE 1 +FLAGS (\Deleted)");
    one.no("COPY 1 INBOX");
    one.no("SELECT Shared/info");
    one.ok("SELECT INBOX");
    let list = one.ok(r#"LIST "" "*""#);
    assert!(!list.contains("Shared"), "{list}");

    // One who waits for changes is told that it has gone, and nothing of the change.
    let mut two = shared.client("user2");
    two.ok("SELECT Shared/info");
    shared.join(shared.info, "user2", false);
    let gone = two.say("NOOP");
    assert!(gone.last().unwrap().starts_with("* BYE"), "{gone:?}");
}

#[test]
fn equal_local_parts_are_told_apart_by_their_domains() {
    let shared = Shared::new();
    let (world, now) = (&shared.world, Timestamp::now());
    let domain = Domain::parse("soto.example.jp").unwrap();
    let put = world
        .directory
        .put_domain(world.tenant, &domain, None, ACTOR, now);
    world.runtime.block_on(put).unwrap();
    let other = make(world, world.tenant, "info@soto.example.jp");
    shared.join(other, "user1", true);
    shared.receive();
    let mut one = shared.client("user1");
    one.no("SELECT Shared/info");
    let here = one.ok("STATUS Shared/info@hanko.example.jp (MESSAGES)");
    assert!(here.contains("MESSAGES 1"), "{here}");
    let there = one.ok("STATUS Shared/info@soto.example.jp (MESSAGES)");
    assert!(there.contains("MESSAGES 0"), "{there}");
    // The other member sees one only, under its short name.
    shared.client("user2").ok("SELECT Shared/info");
}
