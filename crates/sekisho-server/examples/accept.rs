//! A server in a temporary folder with a few mailboxes, for load: prints its SMTP address and runs until it is ended.
//!
//! `cargo run --release -p sekisho-server --example accept -- [FOLDER]`; recipients are `user0@hanko.example.jp` to
//! `user9@hanko.example.jp`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_directory::{Directory, NewPerson, Plan, Roles};
use sekisho_server::config::{Config, Service};
use sekisho_server::{Parts, Server, dns};
use sekisho_store::{AccountKind, Actor, Options, Store};

fn main() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::args()
        .nth(1)
        .map_or_else(|| temporary.path().to_path_buf(), Into::into);
    std::fs::create_dir_all(&folder).unwrap();
    let zone = r#"{"soto.example.net": [{"TXT": "v=spf1 ip4:127.0.0.0/8 -all"}]}"#;
    std::fs::write(folder.join("zone.json"), zone).unwrap();
    let text = "version = \"1\"\nhostname = \"mail.hanko.example.jp\"\ndata_dir = \"data\"\n\
                [listeners.smtp]\naddress = \"127.0.0.1:0\"\n[listeners.metrics]\naddress = \"127.0.0.1:0\"\n\
                [dns]\nfixture_zone_for_demo_and_tests = \"zone.json\"\n\
                [limits]\nconnections_per_address_max = 1000\n";
    let config = Config::parse(text, &folder.join("sekisho.toml")).unwrap();
    let store = Store::open(Options::new(&config.data_dir)).unwrap();
    let directory = Directory::open(store.clone(), Timestamp::now()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        people(&directory).await;
        let resolver = dns::resolver(&config.dns).unwrap();
        let parts = Parts {
            store,
            directory,
            resolver,
            tls: None,
            pages: None,
            cage: None,
        };
        let running = Server::start(&config, parts).await.unwrap();
        println!(
            "{} pid {}",
            running.address(Service::Smtp).unwrap(),
            std::process::id()
        );
        std::future::pending::<()>().await;
    });
}

async fn people(directory: &Directory) {
    let (actor, now) = (Actor::System("example"), Timestamp::now());
    let tenant = directory
        .add_organisation("Hanko", actor.clone(), now)
        .await
        .unwrap();
    let domain = Domain::parse("hanko.example.jp").unwrap();
    directory
        .put_domain(tenant, &domain, None, actor.clone(), now)
        .await
        .unwrap();
    for number in 0..10 {
        let person = NewPerson {
            tenant,
            kind: AccountKind::Person,
            address: Address::parse(&format!("user{number}@hanko.example.jp")).unwrap(),
            name: String::new(),
            language: "ja".to_owned(),
            roles: Roles::STAFF,
            manager: None,
            deputy: None,
            plan: Plan::Gb100,
            password: None,
        };
        directory
            .add_account(person, actor.clone(), now)
            .await
            .unwrap();
    }
}
