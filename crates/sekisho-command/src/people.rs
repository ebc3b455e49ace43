//! Domains, people, aliases, groups, and who may send as whom.

use sekisho_address::{Address, Domain};
use sekisho_directory::{Account, NewPerson, Plan, Roles};
use sekisho_sasl::Secret;
use sekisho_store::{AccountId, AccountKind, Tenant};
use sekisho_words::say;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk, SecretText};

/// A person or shared mailbox to add.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserDraft {
    /// Primary address.
    pub address: String,
    /// Name on screen; the address when empty.
    pub name: String,
    /// `ja` (default) or `en`.
    pub language: Option<String>,
    /// `staff`, `manager`, `admin`, `auditor`.
    pub roles: Vec<String>,
    /// Address of the manager.
    pub manager: Option<String>,
    /// Address of the deputy.
    pub deputy: Option<String>,
    /// `2GB`, `50GB`, `100GB`, a size, or `unlimited`.
    pub quota: Option<String>,
    /// A mailbox of several people, without a sign-in of its own.
    pub shared: bool,
    /// Password.
    pub password: Option<SecretText>,
}

/// What changes of a person; what is not given stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserChange {
    /// Whose.
    pub address: String,
    /// Name on screen.
    pub name: Option<String>,
    /// `ja` or `en`.
    pub language: Option<String>,
    /// All roles; an empty list leaves them.
    pub roles: Vec<String>,
    /// Address of the manager, `none` for nobody.
    pub manager: Option<String>,
    /// Address of the deputy, `none` for nobody.
    pub deputy: Option<String>,
    /// Room.
    pub quota: Option<String>,
    /// May sign in and send.
    pub enabled: Option<bool>,
    /// `department=営業部`; without a value the attribute goes.
    #[serde(default)]
    pub attributes: Vec<String>,
}

/// The word that takes a manager or deputy away.
const NOBODY: &str = "none";

/// What an organisation notes of one person: Exchange has some thirty names for it.
const ATTRIBUTES_MAX: usize = 40;

/// Bytes of one value.
const ATTRIBUTE_BYTES_MAX: usize = 200;

/// `name=value`, with names as rules write them.
fn attribute_of(text: &str) -> Result<(&str, &str), CommandFailure> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let pair = text
        .split_once('=')
        .map(|(name, value)| (name.trim(), value.trim()));
    pair.filter(|(name, value)| {
        (1..=40).contains(&name.len())
            && name.bytes().all(fits)
            && value.len() <= ATTRIBUTE_BYTES_MAX
            && !value.chars().any(char::is_control)
    })
    .ok_or_else(|| CommandFailure::invalid("attribute", "command-bad-attribute", text))
}

impl Desk {
    pub(crate) async fn add_domain(
        &self,
        tenant: Tenant,
        caller: &Caller,
        domain: &str,
        catch_all: Option<&str>,
    ) -> Result<Value, CommandFailure> {
        let domain = domain_of(domain)?;
        let catch_all = catch_all
            .map(|text| address_of("catch-all", text))
            .transpose()?;
        self.directory
            .put_domain(
                tenant,
                &domain,
                catch_all.as_ref(),
                caller.actor(),
                self.now(),
            )
            .await?;
        Ok(json!({ "domain": domain.as_str() }))
    }

    pub(crate) async fn remove_domain(
        &self,
        tenant: Tenant,
        caller: &Caller,
        domain: &str,
    ) -> Result<Value, CommandFailure> {
        let domain = domain_of(domain)?;
        let used = self.addresses_in(tenant, &domain);
        if used > 0 {
            let count = i64::try_from(used).unwrap_or(i64::MAX);
            let args = [("domain", domain.as_str().into()), ("count", count.into())];
            return Err(CommandFailure::State(say("command-domain-in-use", &args)));
        }
        self.directory
            .remove_domain(tenant, &domain, caller.actor(), self.now())
            .await?;
        Ok(json!({ "removed": domain.as_str() }))
    }

    /// How many people, aliases and groups have an address in a domain.
    fn addresses_in(&self, tenant: Tenant, domain: &Domain) -> usize {
        let snapshot = self.directory.snapshot();
        let people = snapshot
            .accounts(tenant)
            .into_iter()
            .flat_map(|account| snapshot.addresses(account.id));
        let groups = snapshot
            .groups(tenant)
            .into_iter()
            .filter_map(|group| Address::parse(&group.address).ok());
        people
            .chain(groups)
            .filter(|address| address.domain() == domain)
            .count()
    }

    pub(crate) fn list_domains(&self, tenant: Tenant) -> Value {
        let snapshot = self.directory.snapshot();
        snapshot
            .domains(tenant)
            .into_iter()
            .map(|domain| json!({ "domain": domain.name, "catch_all": domain.catch_all }))
            .collect()
    }

    pub(crate) async fn add_user(
        &self,
        tenant: Tenant,
        caller: &Caller,
        draft: UserDraft,
    ) -> Result<Value, CommandFailure> {
        let address = address_of("address", &draft.address)?;
        let roles = if draft.roles.is_empty() {
            Roles::STAFF
        } else {
            roles_of(&draft.roles)?
        };
        let person = NewPerson {
            tenant,
            kind: if draft.shared {
                AccountKind::Shared
            } else {
                AccountKind::Person
            },
            name: if draft.name.is_empty() {
                address.to_string()
            } else {
                draft.name
            },
            language: language_of(draft.language.as_deref().unwrap_or("ja"))?,
            roles,
            manager: self.person(tenant, "manager", draft.manager.as_deref())?,
            deputy: self.person(tenant, "deputy", draft.deputy.as_deref())?,
            plan: plan_of(draft.quota.as_deref().unwrap_or("50GB"))?,
            password: draft
                .password
                .map(|password| Secret::from(password.reveal())),
            address: address.clone(),
        };
        let id = self
            .directory
            .add_account(person, caller.actor(), self.now())
            .await?;
        Ok(json!({ "address": address.to_string(), "id": id }))
    }

    pub(crate) async fn set_user(
        &self,
        tenant: Tenant,
        caller: &Caller,
        change: UserChange,
    ) -> Result<Value, CommandFailure> {
        let mut account = self.user(tenant, &change.address)?;
        if let Some(name) = change.name {
            account.name = name;
        }
        if let Some(language) = change.language {
            account.language = language_of(&language)?;
        }
        if !change.roles.is_empty() {
            account.roles = roles_of(&change.roles)?;
        }
        if change.manager.is_some() {
            account.manager = self.person(tenant, "manager", change.manager.as_deref())?;
        }
        if change.deputy.is_some() {
            account.deputy = self.person(tenant, "deputy", change.deputy.as_deref())?;
        }
        if let Some(quota) = change.quota {
            account.quota_bytes = plan_of(&quota)?.quota_bytes();
        }
        if let Some(enabled) = change.enabled {
            account.enabled = enabled;
        }
        for attribute in &change.attributes {
            let (name, value) = attribute_of(attribute)?;
            if value.is_empty() {
                account.attributes.remove(name);
            } else {
                account.attributes.insert(name.to_owned(), value.to_owned());
            }
        }
        if account.attributes.len() > ATTRIBUTES_MAX {
            return Err(CommandFailure::invalid(
                "attribute",
                "command-bad-attribute",
                "…",
            ));
        }
        let shown = self.shown(&account);
        self.directory
            .set_account(account, caller.actor(), self.now())
            .await?;
        Ok(shown)
    }

    pub(crate) async fn remove_user(
        &self,
        tenant: Tenant,
        caller: &Caller,
        address: &str,
    ) -> Result<Value, CommandFailure> {
        let account = self.user(tenant, address)?;
        self.directory
            .remove_account(tenant, account.id, caller.actor(), self.now())
            .await?;
        Ok(json!({ "removed": account.address.to_string() }))
    }

    pub(crate) async fn show_user(
        &self,
        tenant: Tenant,
        address: &str,
    ) -> Result<Value, CommandFailure> {
        let account = self.user(tenant, address)?;
        let id = account.id;
        let quota = self.store.read(move |reader| reader.quota(id)).await?;
        let mut shown = self.shown(&account);
        shown["used_bytes"] = json!(quota.used_bytes);
        Ok(shown)
    }

    pub(crate) fn list_users(&self, tenant: Tenant) -> Value {
        let snapshot = self.directory.snapshot();
        snapshot
            .accounts(tenant)
            .into_iter()
            .map(|account| self.shown(account))
            .collect()
    }

    pub(crate) async fn set_user_password(
        &self,
        tenant: Tenant,
        caller: &Caller,
        address: &str,
        password: &SecretText,
    ) -> Result<Value, CommandFailure> {
        let account = self.user(tenant, address)?;
        let secret = Secret::from(password.reveal());
        self.directory
            .set_password(account.id, secret, caller.actor(), self.now())
            .await?;
        Ok(json!({ "address": account.address.to_string() }))
    }

    pub(crate) async fn add_alias(
        &self,
        tenant: Tenant,
        caller: &Caller,
        alias: &str,
        address: &str,
    ) -> Result<Value, CommandFailure> {
        let alias = address_of("alias", alias)?;
        let account = self.user(tenant, address)?;
        self.directory
            .add_alias(account.id, &alias, caller.actor(), self.now())
            .await?;
        Ok(json!({ "alias": alias.to_string(), "address": account.address.to_string() }))
    }

    pub(crate) async fn remove_alias(
        &self,
        tenant: Tenant,
        caller: &Caller,
        alias: &str,
    ) -> Result<Value, CommandFailure> {
        let alias = address_of("alias", alias)?;
        self.directory
            .remove_alias(tenant, &alias, caller.actor(), self.now())
            .await?;
        Ok(json!({ "removed": alias.to_string() }))
    }

    pub(crate) fn list_aliases(&self, tenant: Tenant) -> Value {
        let snapshot = self.directory.snapshot();
        let of_account = |account: &Account| {
            let primary = account.address.to_string();
            let others = snapshot.addresses(account.id).into_iter().skip(1);
            others
                .map(|alias| json!({ "alias": alias.to_string(), "address": primary }))
                .collect::<Vec<_>>()
        };
        snapshot
            .accounts(tenant)
            .into_iter()
            .flat_map(of_account)
            .collect()
    }

    pub(crate) async fn set_group(
        &self,
        tenant: Tenant,
        caller: &Caller,
        address: &str,
        name: &str,
        members: &[String],
    ) -> Result<Value, CommandFailure> {
        let address = address_of("address", address)?;
        let members = members
            .iter()
            .map(|member| address_of("member", member))
            .collect::<Result<Vec<_>, _>>()?;
        self.directory
            .put_group(tenant, &address, name, &members, caller.actor(), self.now())
            .await?;
        Ok(json!({ "address": address.to_string(), "members": members.len() }))
    }

    pub(crate) async fn remove_group(
        &self,
        tenant: Tenant,
        caller: &Caller,
        address: &str,
    ) -> Result<Value, CommandFailure> {
        let key = address_of("address", address)?.key();
        let snapshot = self.directory.snapshot();
        let group = snapshot
            .groups(tenant)
            .into_iter()
            .find(|group| group.address_key == key)
            .map(|group| group.id)
            .ok_or_else(|| CommandFailure::NotFound {
                what: "group",
                name: address.to_owned(),
            })?;
        self.directory
            .remove_group(tenant, group, caller.actor(), self.now())
            .await?;
        Ok(json!({ "removed": address }))
    }

    pub(crate) fn list_groups(&self, tenant: Tenant) -> Value {
        let snapshot = self.directory.snapshot();
        snapshot
            .groups(tenant)
            .into_iter()
            .map(|group| json!({ "address": group.address, "name": group.name, "members": group.members }))
            .collect()
    }

    pub(crate) async fn delegate(
        &self,
        tenant: Tenant,
        caller: &Caller,
        address: &str,
        sender: &str,
        allowed: bool,
    ) -> Result<Value, CommandFailure> {
        let account = self.user(tenant, address)?;
        let sender = address_of("sender", sender)?;
        self.directory
            .delegate(account.id, &sender, allowed, caller.actor(), self.now())
            .await?;
        Ok(json!({ "address": address, "sender": sender.to_string(), "allowed": allowed }))
    }

    pub(crate) async fn share(
        &self,
        tenant: Tenant,
        caller: &Caller,
        shared: &str,
        member: &str,
        joined: bool,
    ) -> Result<Value, CommandFailure> {
        let shared_account = self.user(tenant, shared)?;
        let member_account = self.user(tenant, member)?;
        self.directory
            .share(
                shared_account.id,
                member_account.id,
                joined,
                caller.actor(),
                self.now(),
            )
            .await?;
        Ok(json!({ "shared": shared, "member": member, "joined": joined }))
    }

    /// The account with this primary address.
    pub(crate) fn user(&self, tenant: Tenant, address: &str) -> Result<Account, CommandFailure> {
        let key = address_of("address", address)?.key();
        let snapshot = self.directory.snapshot();
        snapshot
            .accounts(tenant)
            .into_iter()
            .find(|account| account.address.key() == key)
            .cloned()
            .ok_or_else(|| CommandFailure::NotFound {
                what: "user",
                name: address.to_owned(),
            })
    }

    fn person(
        &self,
        tenant: Tenant,
        place: &str,
        address: Option<&str>,
    ) -> Result<Option<AccountId>, CommandFailure> {
        match address {
            None | Some(NOBODY) => Ok(None),
            Some(address) => {
                address_of(place, address)?;
                self.user(tenant, address).map(|account| Some(account.id))
            }
        }
    }

    fn shown(&self, account: &Account) -> Value {
        let snapshot = self.directory.snapshot();
        let address_of = |id: Option<AccountId>| {
            id.and_then(|id| snapshot.account(id))
                .map(|account| account.address.to_string())
        };
        json!({
            "address": account.address.to_string(),
            "name": account.name,
            "kind": account.kind,
            "language": account.language,
            "roles": account.roles.names(),
            "manager": address_of(account.manager),
            "deputy": address_of(account.deputy),
            "quota_bytes": account.quota_bytes,
            "enabled": account.enabled,
            "attributes": account.attributes,
        })
    }
}

fn domain_of(text: &str) -> Result<Domain, CommandFailure> {
    Domain::parse(text).map_err(|_| CommandFailure::invalid("domain", "command-bad-domain", text))
}

fn address_of(place: &str, text: &str) -> Result<Address, CommandFailure> {
    Address::parse(text).map_err(|_| CommandFailure::invalid(place, "command-bad-address", text))
}

fn roles_of(names: &[String]) -> Result<Roles, CommandFailure> {
    Roles::from_names(names.iter().map(String::as_str))
        .ok_or_else(|| CommandFailure::invalid("roles", "command-bad-role", &names.join(", ")))
}

fn language_of(text: &str) -> Result<String, CommandFailure> {
    match text {
        "ja" | "en" => Ok(text.to_owned()),
        _ => Err(CommandFailure::invalid(
            "language",
            "command-bad-language",
            text,
        )),
    }
}

fn plan_of(text: &str) -> Result<Plan, CommandFailure> {
    Plan::parse(text).ok_or_else(|| CommandFailure::invalid("quota", "command-bad-quota", text))
}
