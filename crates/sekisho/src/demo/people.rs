//! The people of the demo, and how they sign in.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_command::{Caller, Command, Desk, Request};
use sekisho_directory::{NewPerson, Plan, Roles};
use sekisho_sasl::Secret;
use sekisho_store::{AccountKind, Actor};

use super::DOMAIN;
use crate::house::Ground;
use crate::output::Failure;
use crate::passwords::made_up;

/// Local part, name, roles, whether the manager is `manager`.
const PEOPLE: [(&str, &str, Roles, bool); 5] = [
    (
        "admin",
        "管理 太郎",
        Roles(Roles::STAFF.0 | Roles::ADMIN.0 | Roles::AUDITOR.0),
        false,
    ),
    (
        "postmaster",
        "メール管理",
        Roles(Roles::STAFF.0 | Roles::ADMIN.0),
        false,
    ),
    (
        "manager",
        "佐藤 課長",
        Roles(Roles::STAFF.0 | Roles::MANAGER.0),
        false,
    ),
    ("user1", "佐々木 花子", Roles::STAFF, true),
    ("user2", "田中 一郎", Roles::STAFF, true),
];

/// Rules of the demo: as the preset, but mail to the partner leaves at once, so that one sees it arrive.
const POLICY: &str = include_str!("policy.toml");

/// The people with their passwords, by local part.
pub(crate) struct People {
    passwords: BTreeMap<String, String>,
}

impl People {
    /// Each with address, password and roles, in the order in which they are shown.
    pub(super) fn shown(&self) -> impl Iterator<Item = (String, &str, Vec<&'static str>)> {
        PEOPLE.iter().rev().filter_map(|(local, _, roles, _)| {
            let password = self.passwords.get(*local)?;
            Some((
                format!("{local}@{DOMAIN}"),
                password.as_str(),
                roles.names(),
            ))
        })
    }

    /// The password of one of them; empty for nobody.
    pub(super) fn password(&self, local: &str) -> &str {
        self.passwords.get(local).map_or("", String::as_str)
    }
}

/// Makes the organisation at the first start; later starts find it.
pub(super) async fn settle(
    ground: &Ground,
    dir: &Path,
    password: Option<&str>,
) -> Result<People, Failure> {
    let people = People {
        passwords: passwords(dir, password)?,
    };
    if ground.directory.snapshot().organisations().is_empty() {
        found(ground, &people)
            .await
            .map_err(|error| Failure::of_system("demo", &error))?;
    }
    Ok(people)
}

async fn found(ground: &Ground, people: &People) -> Result<(), Box<dyn std::error::Error>> {
    let directory = &ground.directory;
    let (actor, now) = (|| Actor::System("demo"), Timestamp::now());
    let tenant = directory.add_organisation("Hanko", actor(), now).await?;
    let domain = Domain::parse(DOMAIN)?;
    directory
        .put_domain(tenant, &domain, None, actor(), now)
        .await?;
    let mut manager = None;
    for (local, name, roles, has_manager) in PEOPLE {
        let person = NewPerson {
            tenant,
            kind: AccountKind::Person,
            address: Address::parse(&format!("{local}@{DOMAIN}"))?,
            name: name.to_owned(),
            language: "ja".to_owned(),
            roles,
            manager: manager.filter(|_| has_manager),
            deputy: None,
            plan: Plan::Gb2,
            password: None,
        };
        let account = directory.add_account(person, actor(), now).await?;
        let password = Secret::from(people.password(local));
        directory
            .danger_set_any_password(account, password, actor(), now)
            .await?;
        if local == "manager" {
            manager = Some(account);
        }
    }
    let desk = Desk {
        store: ground.store.clone(),
        directory: directory.clone(),
        pages: "".into(),
        hostname: DOMAIN.into(),
    };
    let caller = Caller::Console {
        user: "demo".to_owned(),
    };
    let command = Command::PolicySet {
        text: POLICY.to_owned(),
    };
    let request = Request {
        organisation: None,
        command,
    };
    desk.run(&caller, request).await?;
    Ok(())
}

/// The given password for all; else those of an earlier start; else new ones.
fn passwords(dir: &Path, given: Option<&str>) -> Result<BTreeMap<String, String>, Failure> {
    let path = dir.join("passwords.json");
    let failed =
        |error: &dyn std::fmt::Display| Failure::of_system(&path.display().to_string(), error);
    if let Ok(text) = std::fs::read(&path) {
        return serde_json::from_slice(&text).map_err(|error| failed(&error));
    }
    let mut passwords = BTreeMap::new();
    for (local, ..) in PEOPLE {
        let password = match given {
            Some(password) => password.to_owned(),
            None => made_up().ok_or_else(|| failed(&"the system gives no random bytes"))?,
        };
        passwords.insert(local.to_owned(), password);
    }
    let text = serde_json::to_vec_pretty(&passwords).map_err(|error| failed(&error))?;
    std::fs::write(&path, text).map_err(|error| failed(&error))?;
    Ok(passwords)
}
