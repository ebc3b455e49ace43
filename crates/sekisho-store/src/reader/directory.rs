//! The whole directory in one snapshot.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{Reader, all, one};
use crate::at::At;
use crate::directory::{
    AccountRow, AliasRow, CredentialRow, DelegationRow, DirectoryRows, DomainRow, GroupRow,
    OrganisationRow, SharedMemberRow,
};
use crate::failure::StoreFailure;
use crate::ids::GroupId;

impl Reader {
    /// The whole directory.
    pub fn directory(&self) -> Result<DirectoryRows, StoreFailure> {
        self.at_once(|db| {
            let sql = "SELECT value FROM counter WHERE name = 'directory'";
            let version = one(db, sql, (), |row| row.get::<_, i64>(0))?
                .unwrap_or(0)
                .unsigned_abs();
            Ok(DirectoryRows {
                version,
                organisations: organisations(db)?,
                domains: domains(db)?,
                accounts: accounts(db)?,
                aliases: aliases(db)?,
                groups: groups(db)?,
                delegations: delegations(db)?,
                shared_members: shared_members(db)?,
                credentials: credentials(db)?,
            })
        })
    }
}

fn organisations(db: &Connection) -> Result<Vec<OrganisationRow>, StoreFailure> {
    all(
        db,
        "SELECT id, name, created_at FROM organisation ORDER BY id",
        (),
        |row| {
            Ok(OrganisationRow {
                id: row.get(0)?,
                name: row.get(1)?,
                created_at: row.get::<_, At>(2)?.0,
            })
        },
    )
}

fn domains(db: &Connection) -> Result<Vec<DomainRow>, StoreFailure> {
    all(
        db,
        "SELECT tenant, name, catch_all FROM domain ORDER BY id",
        (),
        |row| {
            Ok(DomainRow {
                tenant: row.get(0)?,
                name: row.get(1)?,
                catch_all: row.get(2)?,
            })
        },
    )
}

fn accounts(db: &Connection) -> Result<Vec<AccountRow>, StoreFailure> {
    let sql = "SELECT id, tenant, kind, address, name, language, roles, manager, deputy, quota_bytes, enabled,
            attributes FROM account ORDER BY id";
    all(db, sql, (), |row| {
        Ok(AccountRow {
            id: row.get(0)?,
            tenant: row.get(1)?,
            kind: row.get(2)?,
            address: row.get(3)?,
            name: row.get(4)?,
            language: row.get(5)?,
            roles: row.get(6)?,
            manager: row.get(7)?,
            deputy: row.get(8)?,
            quota_bytes: row.get::<_, Option<i64>>(9)?.map(i64::unsigned_abs),
            enabled: row.get(10)?,
            // Written by us; what cannot be read is none.
            attributes: serde_json::from_str(&row.get::<_, String>(11)?).unwrap_or_default(),
        })
    })
}

fn aliases(db: &Connection) -> Result<Vec<AliasRow>, StoreFailure> {
    let sql = "SELECT tenant, address, key, account FROM address WHERE kind = 2 ORDER BY key";
    all(db, sql, (), |row| {
        let (tenant, address, address_key) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(AliasRow {
            tenant,
            address,
            address_key,
            account: row.get(3)?,
        })
    })
}

fn groups(db: &Connection) -> Result<Vec<GroupRow>, StoreFailure> {
    let mut members: HashMap<GroupId, Vec<String>> = HashMap::new();
    let sql = "SELECT mail_group, address FROM group_member ORDER BY mail_group, nr";
    for (group, address) in all(db, sql, (), |row| Ok((row.get(0)?, row.get(1)?)))? {
        members.entry(group).or_default().push(address);
    }
    let sql = "SELECT g.id, g.tenant, a.address, a.key, g.name
        FROM mail_group g JOIN address a ON a.mail_group = g.id ORDER BY a.key";
    all(db, sql, (), |row| {
        let id = row.get(0)?;
        let (tenant, address, address_key) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let members = members.remove(&id).unwrap_or_default();
        Ok(GroupRow {
            id,
            tenant,
            address,
            address_key,
            name: row.get(4)?,
            members,
        })
    })
}

fn delegations(db: &Connection) -> Result<Vec<DelegationRow>, StoreFailure> {
    let sql = "SELECT tenant, account, address, key FROM delegation ORDER BY account, key";
    all(db, sql, (), |row| {
        let (tenant, account, address) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(DelegationRow {
            tenant,
            account,
            address,
            address_key: row.get(3)?,
        })
    })
}

fn shared_members(db: &Connection) -> Result<Vec<SharedMemberRow>, StoreFailure> {
    all(
        db,
        "SELECT tenant, shared, member FROM shared_member ORDER BY shared, member",
        (),
        |row| {
            Ok(SharedMemberRow {
                tenant: row.get(0)?,
                shared: row.get(1)?,
                member: row.get(2)?,
            })
        },
    )
}

fn credentials(db: &Connection) -> Result<Vec<CredentialRow>, StoreFailure> {
    all(
        db,
        "SELECT account, password_phc, scram FROM credential ORDER BY account",
        (),
        |row| {
            Ok(CredentialRow {
                account: row.get(0)?,
                password_phc: row.get(1)?,
                scram: row.get(2)?,
            })
        },
    )
}
