//! Block and allow lists: added, removed, shown, taken in and given out as text.

use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_spam::lists::{Action, Entry, Lists, Verb, What, parse_line, print_line};
use sekisho_store::{
    AccountId, ListEntryRow, NewListEntry, PutListEntries, Reader, RemoveListEntry, StoreFailure,
    Tenant,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk};

/// Mistakes of an import that are told: more than a person repairs in one go.
const MISTAKES_SHOWN_MAX: usize = 20;

/// An entry as it is typed in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ListDraft {
    /// `block` or `allow`.
    pub verb: String,
    /// `192.0.2.0/24`, `example.com`, `a@example.com`, `helo:name`, `recipient:b@example.jp`.
    pub what: String,
    /// `refuse`, `quarantine`, `junk`.
    pub action: Option<String>,
    /// For this person only.
    pub user: Option<String>,
    /// The domain that must have authenticated.
    pub authenticated: Option<String>,
    /// When it ends.
    pub until: Option<Timestamp>,
    /// Why.
    pub comment: Option<String>,
}

/// The snapshot of an organisation's entries.
///
/// # Errors
/// When the store fails. Entries that can no longer be read are left out: one of them must not switch off the rest.
pub fn lists_of(reader: &Reader, tenant: Tenant, now: Timestamp) -> Result<Lists, StoreFailure> {
    let rows = reader.list_entries(tenant, now)?;
    Ok(Lists::new(rows.iter().filter_map(entry_of).collect()))
}

fn entry_of(row: &ListEntryRow) -> Option<Entry> {
    let action = row.action.as_deref().and_then(Action::from_word);
    let authenticated = match &row.authenticated {
        Some(name) => Some(Domain::from_dns(name).ok()?),
        None => None,
    };
    Some(Entry {
        id: row.id,
        owner: row.account.map(|account| account.0),
        verb: match row.verb.as_str() {
            "allow" => Verb::Allow,
            _ => Verb::Block(action.unwrap_or_default()),
        },
        what: What::of(&row.kind, &row.value)?,
        authenticated,
        expires_at: row.expires_at,
        comment: row.comment.clone(),
    })
}

impl Desk {
    pub(crate) async fn add_list_entry(
        &self,
        tenant: Tenant,
        caller: &Caller,
        draft: ListDraft,
    ) -> Result<Value, CommandFailure> {
        let mut entry = read(&draft)?;
        if let Some(user) = &draft.user {
            entry.owner = Some(self.account_at(tenant, user)?.0);
        }
        self.put(tenant, caller, vec![stored(&entry)]).await?;
        let rows = self.rows(tenant).await?;
        let value = entry.what.value();
        let added = rows.iter().rev().find(|row| {
            row.kind == entry.what.kind()
                && row.value == value
                && row.verb == entry.verb.word()
                && row.account.map(|id| id.0) == entry.owner
        });
        Ok(added.map_or(Value::Null, |row| self.shown_entry(tenant, row)))
    }

    pub(crate) async fn remove_list_entry(
        &self,
        tenant: Tenant,
        caller: &Caller,
        entry: &str,
    ) -> Result<Value, CommandFailure> {
        let row = self.entry(tenant, entry).await?;
        self.store
            .remove_list_entry(RemoveListEntry {
                tenant,
                id: row.id,
                actor: caller.actor(),
                now: self.now(),
            })
            .await?;
        Ok(json!({ "removed": row.id }))
    }

    pub(crate) async fn show_list_entry(
        &self,
        tenant: Tenant,
        entry: &str,
    ) -> Result<Value, CommandFailure> {
        let row = self.entry(tenant, entry).await?;
        Ok(self.shown_entry(tenant, &row))
    }

    pub(crate) async fn list_entries(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let rows = self.rows(tenant).await?;
        Ok(rows
            .iter()
            .map(|row| self.shown_entry(tenant, row))
            .collect())
    }

    /// All lines or none: half an import would leave nobody knowing what is in force.
    pub(crate) async fn import_list(
        &self,
        tenant: Tenant,
        caller: &Caller,
        text: &str,
        verb: &str,
    ) -> Result<Value, CommandFailure> {
        let verb = verb_of(verb, None)?;
        let (mut entries, mut mistakes) = (Vec::new(), Vec::new());
        for (at, line) in text.lines().enumerate() {
            match self.line(tenant, line, verb) {
                Ok(entry) => entries.extend(entry.as_ref().map(stored)),
                Err(what) => mistakes.push(format!("{}: {what}", at + 1)),
            }
        }
        if !mistakes.is_empty() {
            mistakes.truncate(MISTAKES_SHOWN_MAX);
            let text = mistakes.join("\n");
            return Err(CommandFailure::invalid(
                "list",
                "command-bad-list-lines",
                &text,
            ));
        }
        let count = entries.len();
        if count > 0 {
            self.put(tenant, caller, entries).await?;
        }
        Ok(json!({ "imported": count }))
    }

    fn line(&self, tenant: Tenant, line: &str, verb: Verb) -> Result<Option<Entry>, String> {
        let Some((mut entry, owner)) = parse_line(line, verb).map_err(|error| error.to_string())?
        else {
            return Ok(None);
        };
        if let Some(owner) = owner {
            let account = self.account_at(tenant, &owner.to_string());
            entry.owner = Some(account.map_err(|failure| failure.words().en)?.0);
        }
        Ok(Some(entry))
    }

    pub(crate) async fn export_list(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let rows = self.rows(tenant).await?;
        let lines = rows.iter().filter_map(|row| {
            let entry = entry_of(row)?;
            let owner = row.account.and_then(|id| self.address_of(tenant, id));
            Some(print_line(&entry, owner.as_ref()) + "\n")
        });
        Ok(json!({ "text": lines.collect::<String>() }))
    }

    async fn put(
        &self,
        tenant: Tenant,
        caller: &Caller,
        entries: Vec<NewListEntry>,
    ) -> Result<(), CommandFailure> {
        let put = PutListEntries {
            tenant,
            entries,
            actor: caller.actor(),
            now: self.now(),
        };
        self.store.put_list_entries(put).await?;
        Ok(())
    }

    async fn rows(&self, tenant: Tenant) -> Result<Vec<ListEntryRow>, StoreFailure> {
        let now = self.now();
        self.store
            .read(move |reader| reader.list_entries(tenant, now))
            .await
    }

    /// By its number, or by what it fits where only one does.
    async fn entry(&self, tenant: Tenant, named: &str) -> Result<ListEntryRow, CommandFailure> {
        let rows = self.rows(tenant).await?;
        let id = named.parse::<i64>().ok();
        let what = What::parse(named);
        let fits = |row: &&ListEntryRow| {
            Some(row.id) == id
                || what
                    .as_ref()
                    .is_some_and(|what| row.kind == what.kind() && row.value == what.value())
        };
        let mut fitting = rows.iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(row), None) => Ok(row.clone()),
            _ => Err(CommandFailure::NotFound {
                what: "list-entry",
                name: named.to_owned(),
            }),
        }
    }

    fn account_at(&self, tenant: Tenant, address: &str) -> Result<AccountId, CommandFailure> {
        let snapshot = self.directory.snapshot();
        let account = address.parse::<Address>().ok().and_then(|address| {
            snapshot
                .account_of(&address)
                .map(|account| (account.tenant, account.id))
        });
        match account {
            Some((its, id)) if its == tenant => Ok(id),
            _ => Err(CommandFailure::NotFound {
                what: "user",
                name: address.to_owned(),
            }),
        }
    }

    fn address_of(&self, tenant: Tenant, id: AccountId) -> Option<Address> {
        self.account(tenant, id).map(|account| account.address)
    }

    fn shown_entry(&self, tenant: Tenant, row: &ListEntryRow) -> Value {
        json!({
            "id": row.id,
            "verb": row.verb,
            "action": row.action,
            "kind": row.kind,
            "value": row.value,
            "user": row.account.and_then(|id| self.address_of(tenant, id)).map(|address| address.to_string()),
            "authenticated": row.authenticated,
            "until": row.expires_at,
            "comment": row.comment,
            "added_by": row.added_by,
            "added_at": row.added_at,
        })
    }
}

fn verb_of(verb: &str, action: Option<&str>) -> Result<Verb, CommandFailure> {
    let wrong = |value: &str| CommandFailure::invalid("action", "command-bad-list-action", value);
    match (verb, action) {
        ("allow", None) => Ok(Verb::Allow),
        ("allow", Some(action)) => Err(wrong(action)),
        ("block", None) => Ok(Verb::Block(Action::default())),
        ("block", Some(word)) => Action::from_word(word)
            .map(Verb::Block)
            .ok_or_else(|| wrong(word)),
        (verb, _) => Err(wrong(verb)),
    }
}

fn read(draft: &ListDraft) -> Result<Entry, CommandFailure> {
    let authenticated = draft
        .authenticated
        .as_deref()
        .map(Domain::parse)
        .transpose()
        .map_err(|_| {
            let name = draft.authenticated.as_deref().unwrap_or_default();
            CommandFailure::invalid("authenticated", "command-bad-domain", name)
        })?;
    Ok(Entry {
        id: 0,
        owner: None,
        verb: verb_of(&draft.verb, draft.action.as_deref())?,
        what: What::parse(&draft.what).ok_or_else(|| {
            CommandFailure::invalid("what", "command-bad-list-value", &draft.what)
        })?,
        authenticated,
        expires_at: draft.until,
        comment: draft.comment.clone().unwrap_or_default(),
    })
}

fn stored(entry: &Entry) -> NewListEntry {
    NewListEntry {
        account: entry.owner.map(AccountId),
        verb: entry.verb.word(),
        action: entry.verb.action().map(Action::word),
        kind: entry.what.kind(),
        value: entry.what.value(),
        authenticated: entry
            .authenticated
            .as_ref()
            .map(|domain| domain.as_str().to_owned()),
        comment: entry.comment.clone(),
        expires_at: entry.expires_at,
    }
}
