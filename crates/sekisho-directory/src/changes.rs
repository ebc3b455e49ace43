//! Changes: each is one transaction with its audit row, and in the snapshot when it returns.

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_sasl::Secret;
use sekisho_store::{
    AccountId, AccountKind, Actor, AliasRow, CredentialRow, DelegationRow, DirectoryChange,
    DirectoryMade, DomainRow, GroupId, GroupRow, NewAccount, SharedMemberRow, Tenant,
};

use crate::account::Account;
use crate::directory::{Directory, DirectoryFailure, NewPerson};
use crate::limits::TARGETS_MAX;
use crate::password;
use crate::snapshot::Owner;

type Done<T> = Result<T, DirectoryFailure>;

impl Directory {
    async fn change(
        &self,
        change: DirectoryChange,
        actor: Actor,
        now: Timestamp,
    ) -> Done<DirectoryMade> {
        let made = self
            .shared
            .store
            .change_directory(change, actor, now)
            .await?;
        self.refresh().await?;
        Ok(made)
    }

    /// A new organisation.
    pub async fn add_organisation(&self, name: &str, actor: Actor, now: Timestamp) -> Done<Tenant> {
        let change = DirectoryChange::AddOrganisation {
            name: name.to_owned(),
        };
        match self.change(change, actor, now).await? {
            DirectoryMade::Organisation(tenant) => Ok(tenant),
            _ => Err(DirectoryFailure::NotFound("organisation")),
        }
    }

    /// A domain, new or with another catch-all.
    pub async fn put_domain(
        &self,
        tenant: Tenant,
        domain: &Domain,
        catch_all: Option<&Address>,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        if domain.is_literal() {
            return Err(DirectoryFailure::Literal);
        }
        let catch_all = catch_all.map(Address::to_string);
        let row = DomainRow {
            tenant,
            name: domain.as_str().to_owned(),
            catch_all,
        };
        self.change(DirectoryChange::PutDomain(row), actor, now)
            .await
            .map(drop)
    }

    /// A domain goes; refused while addresses in it exist.
    pub async fn remove_domain(
        &self,
        tenant: Tenant,
        domain: &Domain,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        let change = DirectoryChange::RemoveDomain {
            tenant,
            name: domain.as_str().to_owned(),
        };
        self.change(change, actor, now).await.map(drop)
    }

    /// A person or shared mailbox, with its folders.
    pub async fn add_account(
        &self,
        person: NewPerson,
        actor: Actor,
        now: Timestamp,
    ) -> Done<AccountId> {
        self.check_ours(person.tenant, &person.address)?;
        if person.kind == AccountKind::Shared && person.password.is_some() {
            return Err(DirectoryFailure::SharedPassword);
        }
        if let Some(password) = &person.password {
            password::check(password)?;
        }
        let new = NewAccount {
            tenant: person.tenant,
            kind: person.kind,
            address: person.address.to_string(),
            address_key: person.address.key(),
            name: person.name,
            language: person.language,
            roles: person.roles.0,
            manager: person.manager,
            deputy: person.deputy,
            quota_bytes: person.plan.quota_bytes(),
        };
        let change = DirectoryChange::AddAccount(new);
        let DirectoryMade::Account(account) = self.change(change, actor.clone(), now).await? else {
            return Err(DirectoryFailure::NotFound("account"));
        };
        if let Some(password) = person.password {
            self.set_password(account, password, actor, now).await?;
        }
        Ok(account)
    }

    /// Name, language, roles, manager, deputy, quota, enabled, attributes; not tenant, kind and address.
    pub async fn set_account(&self, account: Account, actor: Actor, now: Timestamp) -> Done<()> {
        if account.manager == Some(account.id) || account.deputy == Some(account.id) {
            return Err(DirectoryFailure::OwnManager);
        }
        let (id, tenant, disabled) = (account.id, account.tenant, !account.enabled);
        self.change(
            DirectoryChange::SetAccount(account.to_row()),
            actor.clone(),
            now,
        )
        .await?;
        if disabled {
            self.shared
                .store
                .close_web_sessions(tenant, id, actor, now)
                .await?;
        }
        Ok(())
    }

    /// An account with its mail. Refused while mail waits for its decision.
    pub async fn remove_account(
        &self,
        tenant: Tenant,
        account: AccountId,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        self.change(
            DirectoryChange::RemoveAccount { tenant, account },
            actor,
            now,
        )
        .await
        .map(drop)
    }

    /// A new password: argon2id and SCRAM keys together; web sessions of the account end.
    pub async fn set_password(
        &self,
        account: AccountId,
        password: Secret,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        password::check(&password)?;
        self.put_password(account, password, actor, now).await
    }

    /// A password of any length: for the demo and for tests on loopback, where a short one that everybody
    /// knows is the point. Never for an account that a network can reach.
    pub async fn danger_set_any_password(
        &self,
        account: AccountId,
        password: Secret,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        self.put_password(account, password, actor, now).await
    }

    async fn put_password(
        &self,
        account: AccountId,
        password: Secret,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        let (tenant, key) = self.tenant_and_key(account)?;
        let credential = make_credential(account, password).await?;
        let change = DirectoryChange::SetCredential { tenant, credential };
        self.change(change, actor.clone(), now).await?;
        self.shared.sign_in.forget(&key);
        self.shared
            .store
            .close_web_sessions(tenant, account, actor, now)
            .await?;
        Ok(())
    }

    /// A further address.
    pub async fn add_alias(
        &self,
        account: AccountId,
        address: &Address,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        let (tenant, _) = self.tenant_and_key(account)?;
        self.check_ours(tenant, address)?;
        let row = AliasRow {
            tenant,
            address: address.to_string(),
            address_key: address.key(),
            account,
        };
        self.change(DirectoryChange::AddAlias(row), actor, now)
            .await
            .map(drop)
    }

    /// A further address goes.
    pub async fn remove_alias(
        &self,
        tenant: Tenant,
        address: &Address,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        let change = DirectoryChange::RemoveAlias {
            tenant,
            address_key: address.key(),
        };
        self.change(change, actor, now).await.map(drop)
    }

    /// A group, new or with other members (by its address).
    pub async fn put_group(
        &self,
        tenant: Tenant,
        address: &Address,
        name: &str,
        members: &[Address],
        actor: Actor,
        now: Timestamp,
    ) -> Done<GroupId> {
        self.check_ours(tenant, address)?;
        if members.len() > TARGETS_MAX {
            return Err(DirectoryFailure::Members);
        }
        let id = match self.snapshot().owner(address) {
            Some(Owner::Group(id)) => id,
            _ => GroupId(0),
        };
        let row = GroupRow {
            id,
            tenant,
            address: address.to_string(),
            address_key: address.key(),
            name: name.to_owned(),
            members: members.iter().map(Address::to_string).collect(),
        };
        match self
            .change(DirectoryChange::PutGroup(row), actor, now)
            .await?
        {
            DirectoryMade::Group(id) => Ok(id),
            _ => Err(DirectoryFailure::NotFound("group")),
        }
    }

    /// A group goes.
    pub async fn remove_group(
        &self,
        tenant: Tenant,
        group: GroupId,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        self.change(DirectoryChange::RemoveGroup { tenant, group }, actor, now)
            .await
            .map(drop)
    }

    /// Allows (or no longer allows) an account to send as an address.
    pub async fn delegate(
        &self,
        account: AccountId,
        address: &Address,
        allowed: bool,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        let (tenant, _) = self.tenant_and_key(account)?;
        if self
            .snapshot()
            .tenant_of_domain(address.domain())
            .is_some_and(|owner| owner != tenant)
        {
            return Err(DirectoryFailure::NotOurs(address.to_string()));
        }
        let (text, address_key) = (address.to_string(), address.key());
        let row = DelegationRow {
            tenant,
            account,
            address: text,
            address_key,
        };
        let change = if allowed {
            DirectoryChange::AddDelegation(row)
        } else {
            DirectoryChange::RemoveDelegation(row)
        };
        self.change(change, actor, now).await.map(drop)
    }

    /// A person joins or leaves a shared mailbox.
    pub async fn share(
        &self,
        shared: AccountId,
        member: AccountId,
        joined: bool,
        actor: Actor,
        now: Timestamp,
    ) -> Done<()> {
        let kind = self.snapshot().account(shared).map(|account| account.kind);
        if kind != Some(AccountKind::Shared) {
            return Err(DirectoryFailure::NotFound("shared mailbox"));
        }
        let (tenant, _) = self.tenant_and_key(member)?;
        let row = SharedMemberRow {
            tenant,
            shared,
            member,
        };
        let change = if joined {
            DirectoryChange::AddSharedMember(row)
        } else {
            DirectoryChange::RemoveSharedMember(row)
        };
        self.change(change, actor, now).await.map(drop)
    }

    /// An address that the tenant may give out.
    fn check_ours(&self, tenant: Tenant, address: &Address) -> Done<()> {
        if self.snapshot().tenant_of_domain(address.domain()) != Some(tenant) {
            return Err(DirectoryFailure::NotOurs(address.to_string()));
        }
        if address.split_tag('+').1.is_some() || address.hides_a_route() {
            return Err(DirectoryFailure::LocalPart);
        }
        Ok(())
    }

    fn tenant_and_key(&self, account: AccountId) -> Done<(Tenant, String)> {
        let snapshot = self.snapshot();
        let account = snapshot
            .account(account)
            .ok_or(DirectoryFailure::NotFound("account"))?;
        Ok((account.tenant, account.address.key()))
    }
}

async fn make_credential(account: AccountId, password: Secret) -> Done<CredentialRow> {
    let make = move || password::credential(account, &password);
    let made = tokio::task::spawn_blocking(make).await;
    made.map_err(|_| DirectoryFailure::Machine)?
}
