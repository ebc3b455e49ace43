//! A whole server on ports of its own, with a store in a temporary folder and an invented DNS.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_directory::{Directory, NewPerson, Plan, Roles};
use sekisho_sasl::Secret;
use sekisho_server::config::{Config, Service};
use sekisho_server::tls::{self, TlsServer};
use sekisho_server::{Parts, Running, Server, dns};
use sekisho_store::{AccountId, AccountKind, Actor, Options, Store, Tenant};
use sekisho_testkit::{Imap, Trust, Wire};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub(crate) const PASSWORD: &str = "correct-horse";

pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) running: Option<Running>,
    pub(crate) store: Store,
    pub(crate) directory: Directory,
    pub(crate) tls: Arc<TlsServer>,
    pub(crate) tenant: Tenant,
    pub(crate) config: Config,
    pub(crate) folder: tempfile::TempDir,
}

/// Senders that pass: `good.example.net` may send from 127.0.0.1.
pub(crate) fn zone() -> Value {
    json!({
        "good.example.net": [{"TXT": "v=spf1 ip4:127.0.0.0/8 ip6:::1 -all"}, {"MX": [10, "mx.good.example.net"]}],
        "_dmarc.good.example.net": [{"TXT": "v=DMARC1; p=reject; rua=mailto:d@good.example.net!1m,mailto:small@good.example.net!1k"}],
        "forged.example.net": [{"TXT": "v=spf1 ip4:192.0.2.1 -all"}, {"MX": [10, "mx.forged.example.net"]}],
        "_dmarc.forged.example.net": [{"TXT": "v=DMARC1; p=reject; rua=mailto:d@stranger.example"}],
        "forged.example.org": [{"TXT": "v=spf1 -all"}, {"MX": [10, "mx.forged.example.org"]}],
        "_dmarc.forged.example.org": [{"TXT": "v=DMARC1; p=reject; rua=mailto:d@agreed.example"}],
        "forged.example.org._report._dmarc.agreed.example": [{"TXT": "v=DMARC1"}],
        // Behind a gateway of ours.
        "hop.example.net": [{"TXT": "v=spf1 ip4:198.51.100.99 -all"}, {"MX": [10, "mx.hop.example.net"]}],
        "_dmarc.hop.example.net": [{"TXT": "v=DMARC1; p=reject"}],
        // Public lists: one that works, and each way of being faulty.
        "2.0.0.127.bl.example": [{"A": "127.0.0.2"}],
        "99.100.51.198.bl.example": [{"A": "127.0.0.4"}],
        "1.0.0.127.all.example": [{"A": "127.0.0.2"}],
        "2.0.0.127.all.example": [{"A": "127.0.0.2"}],
        "1.0.0.127.sold.example": [{"A": "203.0.113.80"}],
        "2.0.0.127.sold.example": [{"A": "203.0.113.80"}],
        "1.0.0.127.refusing.example": [{"A": "127.255.255.254"}],
        "2.0.0.127.refusing.example": [{"A": "127.255.255.254"}],
    })
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with("")
    }

    /// With further lines of configuration.
    pub(crate) fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("zone.json"), zone().to_string()).unwrap();
        let config = configuration(&folder, more);
        let runtime = Runtime::new().unwrap();
        let tls = tls::open(&config).unwrap().unwrap();
        let store = Store::open(Options::new(&config.data_dir)).unwrap();
        let directory = Directory::open(store.clone(), Timestamp::now()).unwrap();
        let (tenant, running) = runtime.block_on(async {
            let tenant = people(&directory).await;
            let parts = Parts {
                store: store.clone(),
                directory: directory.clone(),
                resolver: dns::resolver(&config.dns).unwrap(),
                tls: Some(Arc::clone(&tls)),
                pages: None,
                cage: None,
            };
            (tenant, Server::start(&config, parts).await.unwrap())
        });
        Self {
            runtime,
            running: Some(running),
            store,
            directory,
            tls,
            tenant,
            config,
            folder,
        }
    }

    pub(crate) fn address(&self, service: Service) -> SocketAddr {
        self.running.as_ref().unwrap().address(service).unwrap()
    }

    pub(crate) fn ca(&self) -> PathBuf {
        self.config.data_dir.join("tls/ca.pem")
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::file(&self.ca(), "mail.hanko.example.jp")
    }

    pub(crate) fn smtp(&self) -> Smtp {
        Smtp::greeted(Wire::connect(self.address(Service::Smtp)))
    }

    /// Signed in on the port for submission in TLS.
    pub(crate) fn submission(&self, user: &str) -> Smtp {
        let wire = Wire::connect_tls(self.address(Service::Submissions), &self.trust());
        let mut smtp = Smtp::greeted(wire);
        smtp.expect("EHLO client.example.jp", "250");
        smtp.sign_in(user, PASSWORD, "235");
        smtp
    }

    pub(crate) fn imap(&self, user: &str) -> Imap {
        Imap::sign_in(self.address(Service::Imaps), &self.trust(), user, PASSWORD)
    }

    pub(crate) fn account(&self, user: &str) -> AccountId {
        self.directory.snapshot().account_of_user(user).unwrap().id
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
        self.store.close();
    }
}

fn configuration(folder: &tempfile::TempDir, more: &str) -> Config {
    let mut text =
        "version = \"1\"\nhostname = \"mail.hanko.example.jp\"\ndata_dir = \"data\"\n".to_owned();
    for service in [
        "smtp",
        "submission",
        "submissions",
        "imap",
        "imaps",
        "pop3",
        "pop3s",
        "metrics",
    ] {
        text.push_str(&format!(
            "[listeners.{service}]\naddress = \"127.0.0.1:0\"\n"
        ));
    }
    text.push_str(
        "[tls]\nself_made_ca = true\n[dns]\nfixture_zone_for_demo_and_tests = \"zone.json\"\n",
    );
    text.push_str(more);
    Config::parse(&text, &folder.path().join("sekisho.toml"))
        .unwrap_or_else(|errors| panic!("{errors}"))
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
        ("user2", Roles::STAFF),
    ] {
        let person = NewPerson {
            tenant,
            kind: AccountKind::Person,
            address: Address::parse(&format!("{user}@hanko.example.jp")).unwrap(),
            name: user.to_owned(),
            language: "ja".to_owned(),
            roles,
            manager,
            deputy: None,
            plan: Plan::Gb2,
            password: Some(Secret::new(PASSWORD)),
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

/// A conversation with an SMTP server.
pub(crate) struct Smtp {
    pub(crate) wire: Wire,
}

impl Smtp {
    pub(crate) fn greeted(wire: Wire) -> Self {
        let mut smtp = Self { wire };
        let greeting = smtp.reply();
        assert!(greeting.starts_with("220 "), "{greeting}");
        smtp
    }

    /// All lines of one reply.
    pub(crate) fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let line = self
                .wire
                .line()
                .unwrap_or_else(|| panic!("closed after: {reply}"));
            let more = line.as_bytes().get(3) == Some(&b'-');
            reply.push_str(&line);
            if !more {
                return reply;
            }
            reply.push('\n');
        }
    }

    pub(crate) fn say(&mut self, line: &str) -> String {
        self.wire.send(format!("{line}\r\n").as_bytes());
        self.reply()
    }

    pub(crate) fn expect(&mut self, line: &str, code: &str) -> String {
        let reply = self.say(line);
        assert!(reply.starts_with(code), "{line} → {reply}, not {code}");
        reply
    }

    pub(crate) fn sign_in(&mut self, user: &str, password: &str, code: &str) {
        let plain = sekisho_sasl::encoding::encode(format!("\0{user}\0{password}"));
        self.expect(&format!("AUTH PLAIN {plain}"), code);
    }

    /// One mail; the reply to its content.
    pub(crate) fn mail(&mut self, from: &str, to: &[&str], content: &str) -> String {
        self.expect(&format!("MAIL FROM:<{from}>"), "250");
        for to in to {
            self.expect(&format!("RCPT TO:<{to}>"), "250");
        }
        self.expect("DATA", "354");
        self.say(&format!("{}\r\n.", content.trim_end()))
    }
}
