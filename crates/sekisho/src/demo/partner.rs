//! The other side of the demo: a second Sekisho, with a domain and a mailbox of its own.

use std::path::Path;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_directory::{NewPerson, Plan, Roles};
use sekisho_server::config::{Config, Service};
use sekisho_store::{AccountId, AccountKind, Actor, Folder};

use crate::house::{Ground, House};
use crate::output::Failure;
use crate::pages::Links;

/// The partner's domain.
pub(super) const DOMAIN: &str = "partner.example.com";
/// Who gets mail there.
pub(super) const PERSON: &str = "sakura@partner.example.com";

/// The partner's server.
pub(super) struct Partner {
    house: House,
    person: AccountId,
}

/// Starts it in a directory inside the demo's.
pub(super) async fn open(dir: &Path) -> Result<Partner, Failure> {
    let path = dir.join("partner.toml");
    let data = toml::Value::String(dir.join("partner").display().to_string());
    let zone = toml::Value::String(dir.join("zone.json").display().to_string());
    let text = format!(
        "version = \"1\"\nhostname = \"mx.{DOMAIN}\"\ndata_dir = {data}\n[tls]\nself_made_ca = true\n\
         [dns]\nfixture_zone_for_demo_and_tests = {zone}\n\
         [listeners.smtp]\naddress = \"127.0.0.1:0\"\n[listeners.metrics]\naddress = \"127.0.0.1:0\"\n"
    );
    let config = Config::parse(&text, &path).map_err(|errors| {
        Failure::of_system("partner", &errors.report(crate::output::language()))
    })?;
    let ground = Ground::open(&config)?;
    let person = settle(&ground)
        .await
        .map_err(|error| Failure::of_system("partner", &error))?;
    let house = House::start(&config, ground, Links::ByName).await?;
    Ok(Partner { house, person })
}

async fn settle(ground: &Ground) -> Result<AccountId, Box<dyn std::error::Error>> {
    let directory = &ground.directory;
    let address = Address::parse(PERSON)?;
    if let Some(account) = directory.snapshot().account_of(&address) {
        return Ok(account.id);
    }
    let (actor, now) = (|| Actor::System("demo"), Timestamp::now());
    let tenant = directory.add_organisation("Partner", actor(), now).await?;
    directory
        .put_domain(tenant, &Domain::parse(DOMAIN)?, None, actor(), now)
        .await?;
    let person = NewPerson {
        tenant,
        kind: AccountKind::Person,
        address,
        name: "Sakura".to_owned(),
        language: "en".to_owned(),
        roles: Roles::STAFF,
        manager: None,
        deputy: None,
        plan: Plan::Gb2,
        password: None,
    };
    Ok(directory.add_account(person, actor(), now).await?)
}

impl Partner {
    /// Where it takes mail.
    pub(super) fn port(&self) -> u16 {
        self.house
            .running
            .address(Service::Smtp)
            .map_or(0, |address| address.port())
    }

    /// Whether a mail with this subject is in the person's mailbox.
    pub(super) async fn has(&self, subject: &str) -> bool {
        let (person, subject) = (self.person, subject.to_owned());
        let asked = self.house.desk.store.read(move |reader| {
            for folder in [Folder::Inbox, Folder::Junk] {
                let mailbox = reader.mailbox(person, &folder)?;
                let snapshot = reader.snapshot(person, mailbox.id)?;
                let uids: Vec<u32> = snapshot
                    .messages
                    .iter()
                    .map(|message| message.uid)
                    .collect();
                let rows = reader.messages(person, mailbox.id, &uids)?;
                if rows.iter().any(|row| row.summary.subject == subject) {
                    return Ok(true);
                }
            }
            Ok(false)
        });
        asked.await.unwrap_or(false)
    }

    /// Ends it.
    pub(super) async fn shutdown(self) {
        self.house.shutdown().await;
    }
}
