//! An organisation to ask about.

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_directory::*;
use sekisho_sasl::Secret;
use sekisho_store::*;

pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

pub(crate) fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

pub(crate) fn by() -> Actor {
    Actor::System("test")
}

/// `hanko.example.jp` with people and a group maze, `second.example` of the same organisation with a catch-all,
/// and `other.example` of another organisation.
pub(crate) struct World {
    pub(crate) _dir: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) directory: Directory,
    pub(crate) tenant: Tenant,
}

impl World {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(Options {
            free_bytes_min: 0,
            ..Options::new(dir.path())
        })
        .unwrap();
        let directory = Directory::open(store.clone(), at(0)).unwrap();
        let tenant = directory
            .add_organisation("Hanko", by(), at(0))
            .await
            .unwrap();
        let world = Self {
            _dir: dir,
            store,
            directory,
            tenant,
        };
        world.fill().await;
        world
    }

    async fn fill(&self) {
        let other = self
            .directory
            .add_organisation("Other", by(), at(0))
            .await
            .unwrap();
        self.domain(self.tenant, "hanko.example.jp", None).await;
        self.domain(other, "other.example", None).await;
        let admin = self
            .add("admin@hanko.example.jp", Roles::STAFF.with(Roles::ADMIN))
            .await;
        for name in ["boss", "user1", "user2", "user3"] {
            self.add(&format!("{name}@hanko.example.jp"), Roles::STAFF)
                .await;
        }
        self.person(other, "them@other.example", Roles::STAFF.with(Roles::ADMIN))
            .await;
        self.domain(
            self.tenant,
            "second.example",
            Some("admin@hanko.example.jp"),
        )
        .await;
        let user1 = self.id("user1@hanko.example.jp");
        for alias in ["Tanaka@hanko.example.jp", "tanaka@second.example"] {
            self.directory
                .add_alias(user1, &address(alias), by(), at(0))
                .await
                .unwrap();
        }
        self.group("all", &["user1", "user2", "tanaka", "sales"])
            .await;
        self.group(
            "sales",
            &["user3", "all", "partner@outside.example", "gone", "sales"],
        )
        .await;
        self.group("empty", &["nobody"]).await;
        let _ = admin;
    }

    pub(crate) async fn domain(&self, tenant: Tenant, name: &str, catch_all: Option<&str>) {
        let catch_all = catch_all.map(address);
        let domain = Domain::parse(name).unwrap();
        self.directory
            .put_domain(tenant, &domain, catch_all.as_ref(), by(), at(0))
            .await
            .unwrap();
    }

    pub(crate) async fn add(&self, text: &str, roles: Roles) -> AccountId {
        self.person(self.tenant, text, roles).await
    }

    pub(crate) async fn person(&self, tenant: Tenant, text: &str, roles: Roles) -> AccountId {
        self.directory
            .add_account(person(tenant, text, roles), by(), at(0))
            .await
            .unwrap()
    }

    async fn group(&self, name: &str, members: &[&str]) {
        let full = |name: &str| {
            address(&if name.contains('@') {
                name.to_owned()
            } else {
                format!("{name}@hanko.example.jp")
            })
        };
        let members: Vec<_> = members.iter().map(|member| full(member)).collect();
        self.directory
            .put_group(self.tenant, &full(name), name, &members, by(), at(0))
            .await
            .unwrap();
    }

    pub(crate) fn id(&self, text: &str) -> AccountId {
        self.directory
            .snapshot()
            .account_of(&address(text))
            .unwrap()
            .id
    }

    pub(crate) async fn set(&self, text: &str, change: impl FnOnce(&mut Account)) {
        let mut account = self
            .directory
            .snapshot()
            .account_of(&address(text))
            .unwrap()
            .clone();
        change(&mut account);
        self.directory
            .set_account(account, by(), at(1))
            .await
            .unwrap();
    }
}

pub(crate) fn person(tenant: Tenant, text: &str, roles: Roles) -> NewPerson {
    NewPerson {
        tenant,
        kind: AccountKind::Person,
        address: address(text),
        name: text.into(),
        language: "ja".into(),
        roles,
        manager: None,
        deputy: None,
        plan: Plan::Gb2,
        password: None,
    }
}

pub(crate) fn secret() -> Secret {
    Secret::from(PASSWORD)
}
