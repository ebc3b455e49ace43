//! Changes of the directory.

use jiff::Timestamp;
use rusqlite::params;

use super::steps::json;
use super::{audit, folders};
use crate::audit::Actor;
use crate::changes::Change;
use crate::directory::{
    AccountRow, AliasRow, CredentialRow, DelegationRow, DirectoryChange, DirectoryMade, DomainRow,
    GroupRow, NewAccount, SharedMemberRow,
};
use crate::failure::StoreFailure;
use crate::ids::{AccountId, GroupId, MailboxId, Tenant};
use crate::pending::Pending;
use crate::store::Store;
use crate::writer::Tx;

/// Kinds of address.
const PRIMARY: i64 = 1;
const ALIAS: i64 = 2;
const GROUP: i64 = 3;

impl Store {
    /// Changes the directory.
    pub fn change_directory(
        &self,
        change: DirectoryChange,
        actor: Actor,
        now: Timestamp,
    ) -> Pending<DirectoryMade> {
        Pending::new(self.door(), Vec::new(), move |tx, _| {
            let made = apply(tx, &change, now)?;
            let (tenant, action, subject, detail) = describe(&change, made);
            audit::write(tx, tenant, now, &actor, action, &subject, &detail)?;
            let sql = "INSERT INTO counter (name, value) VALUES ('directory', 1)
                ON CONFLICT (name) DO UPDATE SET value = value + 1";
            tx.run(sql, ())?;
            tx.changes.push(Change::Directory);
            Ok(made)
        })
    }
}

fn apply(
    tx: &mut Tx<'_>,
    change: &DirectoryChange,
    now: Timestamp,
) -> Result<DirectoryMade, StoreFailure> {
    use DirectoryChange as C;
    match change {
        C::AddOrganisation { name } => add_organisation(tx, name, now),
        C::PutDomain(domain) => nothing(put_domain(tx, domain)),
        C::RemoveDomain { tenant, name } => nothing(remove_domain(tx, *tenant, name)),
        C::AddAccount(account) => add_account(tx, account, now),
        C::SetAccount(account) => nothing(set_account(tx, account)),
        C::RemoveAccount { tenant, account } => nothing(remove_account(tx, *tenant, *account)),
        C::SetCredential { tenant, credential } => nothing(set_credential(tx, *tenant, credential)),
        C::AddAlias(alias) => nothing(add_alias(tx, alias)),
        C::RemoveAlias {
            tenant,
            address_key,
        } => nothing(remove_alias(tx, *tenant, address_key)),
        C::PutGroup(group) => put_group(tx, group),
        C::RemoveGroup { tenant, group } => nothing(remove_group(tx, *tenant, *group)),
        C::AddDelegation(row) => nothing(add_delegation(tx, row)),
        C::RemoveDelegation(row) => nothing(remove_delegation(tx, row)),
        C::AddSharedMember(row) => nothing(add_shared_member(tx, row)),
        C::RemoveSharedMember(row) => nothing(remove_shared_member(tx, row)),
    }
}

fn nothing(done: Result<(), StoreFailure>) -> Result<DirectoryMade, StoreFailure> {
    done.map(|()| DirectoryMade::Nothing)
}

/// One row, or there is no such thing.
fn exactly_one(rows: usize, what: &'static str) -> Result<(), StoreFailure> {
    if rows == 1 {
        Ok(())
    } else {
        Err(StoreFailure::NotFound(what))
    }
}

fn add_organisation(
    tx: &Tx<'_>,
    name: &str,
    now: Timestamp,
) -> Result<DirectoryMade, StoreFailure> {
    tx.run(
        "INSERT INTO organisation (name, created_at) VALUES (?1, ?2)",
        params![name, crate::at::At(now)],
    )?;
    Ok(DirectoryMade::Organisation(Tenant(
        tx.db.last_insert_rowid(),
    )))
}

fn put_domain(tx: &Tx<'_>, domain: &DomainRow) -> Result<(), StoreFailure> {
    let sql = "SELECT tenant FROM domain WHERE name = ?1";
    match tx.one(sql, [&domain.name], |row| row.get::<_, Tenant>(0))? {
        Some(owner) if owner != domain.tenant => {
            return Err(StoreFailure::Exists(domain.name.clone()));
        }
        _ => {}
    }
    let sql = "INSERT INTO domain (tenant, name, catch_all) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET catch_all = excluded.catch_all";
    tx.run(sql, params![domain.tenant, domain.name, domain.catch_all])?;
    Ok(())
}

fn remove_domain(tx: &Tx<'_>, tenant: Tenant, name: &str) -> Result<(), StoreFailure> {
    let sql = "SELECT 1 FROM address WHERE domain = ?1 LIMIT 1";
    if tx.one(sql, [name], |_| Ok(()))?.is_some() {
        return Err(StoreFailure::Invalid("the domain still has addresses"));
    }
    let sql = "DELETE FROM domain WHERE name = ?1 AND tenant = ?2";
    exactly_one(tx.run(sql, params![name, tenant])?, "domain")
}

/// An address of ours: unique, and in a domain of the tenant.
fn put_address(
    tx: &Tx<'_>,
    tenant: Tenant,
    (address, key): (&str, &str),
    kind: i64,
    account: Option<AccountId>,
    group: Option<GroupId>,
) -> Result<(), StoreFailure> {
    let domain = key
        .rsplit_once('@')
        .map(|(_, domain)| domain)
        .unwrap_or_default();
    let sql = "SELECT 1 FROM domain WHERE name = ?1 AND tenant = ?2";
    tx.one(sql, params![domain, tenant], |_| Ok(()))?
        .ok_or(StoreFailure::NotFound("domain"))?;
    let sql = "INSERT INTO address (key, tenant, domain, address, kind, account, mail_group)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO NOTHING";
    match tx.run(
        sql,
        params![key, tenant, domain, address, kind, account, group],
    )? {
        1 => Ok(()),
        _ => Err(StoreFailure::Exists(address.to_owned())),
    }
}

fn add_account(
    tx: &Tx<'_>,
    new: &NewAccount,
    now: Timestamp,
) -> Result<DirectoryMade, StoreFailure> {
    for related in [new.manager, new.deputy].into_iter().flatten() {
        check_account(tx, new.tenant, related)?;
    }
    let sql = "INSERT INTO account (tenant, kind, address, name, language, roles, manager, deputy, quota_bytes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let quota = new.quota_bytes.map(super::blobs::signed).transpose()?;
    let NewAccount {
        tenant,
        kind,
        address,
        name,
        language,
        roles,
        manager,
        deputy,
        ..
    } = new;
    tx.run(
        sql,
        params![
            tenant, kind, address, name, language, roles, manager, deputy, quota
        ],
    )?;
    let account = AccountId(tx.db.last_insert_rowid());
    put_address(
        tx,
        *tenant,
        (address, &new.address_key),
        PRIMARY,
        Some(account),
        None,
    )?;
    folders::create_standard(tx, *tenant, account, now)?;
    Ok(DirectoryMade::Account(account))
}

/// An account of this tenant.
fn check_account(tx: &Tx<'_>, tenant: Tenant, account: AccountId) -> Result<(), StoreFailure> {
    let sql = "SELECT 1 FROM account WHERE id = ?1 AND tenant = ?2";
    tx.one(sql, params![account, tenant], |_| Ok(()))?
        .ok_or(StoreFailure::NotFound("account"))
}

fn set_account(tx: &Tx<'_>, row: &AccountRow) -> Result<(), StoreFailure> {
    for related in [row.manager, row.deputy].into_iter().flatten() {
        check_account(tx, row.tenant, related)?;
    }
    let sql = "UPDATE account SET name = ?3, language = ?4, roles = ?5, manager = ?6, deputy = ?7,
        quota_bytes = ?8, enabled = ?9, attributes = ?10 WHERE id = ?1 AND tenant = ?2";
    let quota = row.quota_bytes.map(super::blobs::signed).transpose()?;
    let AccountRow {
        id,
        tenant,
        name,
        language,
        roles,
        manager,
        deputy,
        enabled,
        attributes,
        ..
    } = row;
    let attributes = json(&serde_json::json!(attributes));
    let rows = tx.run(
        sql,
        params![
            id, tenant, name, language, roles, manager, deputy, quota, enabled, attributes
        ],
    )?;
    exactly_one(rows, "account")
}

fn remove_account(tx: &mut Tx<'_>, tenant: Tenant, account: AccountId) -> Result<(), StoreFailure> {
    check_account(tx, tenant, account)?;
    let sql = "SELECT 1 FROM hold WHERE approver = ?1 AND state = 1 LIMIT 1";
    if tx.one(sql, [account], |_| Ok(()))?.is_some() {
        // Otherwise the approval would be forgotten (P6).
        return Err(StoreFailure::Invalid(
            "mail waits for this account's decision",
        ));
    }
    let sql = "SELECT id FROM mailbox WHERE account = ?1";
    for mailbox in tx.all(sql, [account], |row| row.get::<_, MailboxId>(0))? {
        folders::erase(tx, account, mailbox)?;
    }
    exactly_one(
        tx.run("DELETE FROM account WHERE id = ?1", [account])?,
        "account",
    )
}

fn set_credential(tx: &Tx<'_>, tenant: Tenant, row: &CredentialRow) -> Result<(), StoreFailure> {
    check_account(tx, tenant, row.account)?;
    let sql = "INSERT INTO credential (account, password_phc, scram) VALUES (?1, ?2, ?3)
        ON CONFLICT (account) DO UPDATE SET password_phc = excluded.password_phc, scram = excluded.scram";
    tx.run(sql, params![row.account, row.password_phc, row.scram])?;
    Ok(())
}

fn add_alias(tx: &Tx<'_>, alias: &AliasRow) -> Result<(), StoreFailure> {
    check_account(tx, alias.tenant, alias.account)?;
    put_address(
        tx,
        alias.tenant,
        (&alias.address, &alias.address_key),
        ALIAS,
        Some(alias.account),
        None,
    )
}

fn remove_alias(tx: &Tx<'_>, tenant: Tenant, key: &str) -> Result<(), StoreFailure> {
    let sql = "DELETE FROM address WHERE key = ?1 AND tenant = ?2 AND kind = ?3";
    exactly_one(tx.run(sql, params![key, tenant, ALIAS])?, "alias")
}

fn put_group(tx: &Tx<'_>, group: &GroupRow) -> Result<DirectoryMade, StoreFailure> {
    let sql = "UPDATE mail_group SET name = ?3 WHERE id = ?1 AND tenant = ?2";
    let id = if group.id == GroupId(0) {
        tx.run(
            "INSERT INTO mail_group (tenant, name) VALUES (?1, ?2)",
            params![group.tenant, group.name],
        )?;
        let id = GroupId(tx.db.last_insert_rowid());
        put_address(
            tx,
            group.tenant,
            (&group.address, &group.address_key),
            GROUP,
            None,
            Some(id),
        )?;
        id
    } else {
        exactly_one(
            tx.run(sql, params![group.id, group.tenant, group.name])?,
            "group",
        )?;
        group.id
    };
    tx.run("DELETE FROM group_member WHERE mail_group = ?1", [id])?;
    for (nr, member) in (0i64..).zip(&group.members) {
        let sql = "INSERT INTO group_member (mail_group, nr, address) VALUES (?1, ?2, ?3)";
        tx.run(sql, params![id, nr, member])?;
    }
    Ok(DirectoryMade::Group(id))
}

fn remove_group(tx: &Tx<'_>, tenant: Tenant, group: GroupId) -> Result<(), StoreFailure> {
    let sql = "DELETE FROM mail_group WHERE id = ?1 AND tenant = ?2";
    exactly_one(tx.run(sql, params![group, tenant])?, "group")
}

fn add_delegation(tx: &Tx<'_>, row: &DelegationRow) -> Result<(), StoreFailure> {
    check_account(tx, row.tenant, row.account)?;
    let sql =
        "INSERT OR IGNORE INTO delegation (account, key, tenant, address) VALUES (?1, ?2, ?3, ?4)";
    tx.run(
        sql,
        params![row.account, row.address_key, row.tenant, row.address],
    )?;
    Ok(())
}

fn remove_delegation(tx: &Tx<'_>, row: &DelegationRow) -> Result<(), StoreFailure> {
    let sql = "DELETE FROM delegation WHERE account = ?1 AND key = ?2 AND tenant = ?3";
    exactly_one(
        tx.run(sql, params![row.account, row.address_key, row.tenant])?,
        "delegation",
    )
}

fn add_shared_member(tx: &Tx<'_>, row: &SharedMemberRow) -> Result<(), StoreFailure> {
    check_account(tx, row.tenant, row.shared)?;
    check_account(tx, row.tenant, row.member)?;
    let sql = "INSERT OR IGNORE INTO shared_member (shared, member, tenant) VALUES (?1, ?2, ?3)";
    tx.run(sql, params![row.shared, row.member, row.tenant])?;
    Ok(())
}

fn remove_shared_member(tx: &Tx<'_>, row: &SharedMemberRow) -> Result<(), StoreFailure> {
    let sql = "DELETE FROM shared_member WHERE shared = ?1 AND member = ?2 AND tenant = ?3";
    exactly_one(
        tx.run(sql, params![row.shared, row.member, row.tenant])?,
        "member",
    )
}

/// The audit row: whose, what, on what, and the change itself without its secrets.
fn describe(
    change: &DirectoryChange,
    made: DirectoryMade,
) -> (Tenant, &'static str, String, String) {
    use DirectoryChange as C;
    match change {
        C::AddOrganisation { name } => {
            let tenant = match made {
                DirectoryMade::Organisation(tenant) => tenant,
                _ => Tenant(0),
            };
            (tenant, "organisation.added", name.clone(), "{}".into())
        }
        C::PutDomain(row) => (row.tenant, "domain.set", row.name.clone(), json(row)),
        C::RemoveDomain { tenant, name } => (*tenant, "domain.removed", name.clone(), "{}".into()),
        C::AddAccount(row) => (row.tenant, "account.added", row.address.clone(), json(row)),
        C::SetAccount(row) => (row.tenant, "account.set", row.address.clone(), json(row)),
        C::RemoveAccount { tenant, account } => {
            (*tenant, "account.removed", account.to_string(), "{}".into())
        }
        C::SetCredential { tenant, credential } => (
            *tenant,
            "account.password",
            credential.account.to_string(),
            "{}".into(),
        ),
        C::AddAlias(row) => (row.tenant, "alias.added", row.address.clone(), json(row)),
        C::RemoveAlias {
            tenant,
            address_key,
        } => (*tenant, "alias.removed", address_key.clone(), "{}".into()),
        C::PutGroup(row) => (row.tenant, "group.set", row.address.clone(), json(row)),
        C::RemoveGroup { tenant, group } => {
            (*tenant, "group.removed", group.to_string(), "{}".into())
        }
        C::AddDelegation(row) => (
            row.tenant,
            "delegation.added",
            row.address.clone(),
            json(row),
        ),
        C::RemoveDelegation(row) => (
            row.tenant,
            "delegation.removed",
            row.address.clone(),
            json(row),
        ),
        C::AddSharedMember(row) => (
            row.tenant,
            "member.added",
            row.shared.to_string(),
            json(row),
        ),
        C::RemoveSharedMember(row) => (
            row.tenant,
            "member.removed",
            row.shared.to_string(),
            json(row),
        ),
    }
}
