use crate::kit::*;
use sekisho_store::*;

/// A store as the first schema made it, filled by SQL: no code of today had a hand in it.
const FIRST: &str = include_str!("../../cases/migrations/0001/rows.sql");
const FIRST_SCHEMA: &str = include_str!("../../migrations/0001_first.sql");

#[test]
fn a_store_of_the_first_schema_opens_with_everything_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(dir.path().join("sekisho.db")).unwrap();
    db.execute_batch(FIRST_SCHEMA).unwrap();
    db.execute_batch(FIRST).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    drop(db);
    let store = Store::open(options(dir.path())).unwrap();
    let reader = store.reader().unwrap();
    let directory = reader.directory().unwrap();
    assert_eq!(directory.accounts[0].address, "user@hanko.example.jp");
    let inbox = reader.mailbox(AccountId(1), &Folder::Inbox).unwrap();
    assert_eq!(
        (inbox.uid_validity, inbox.uid_next, inbox.messages),
        (1_800_000_000, 3, 1)
    );
    let snapshot = reader.snapshot(AccountId(1), inbox.id).unwrap();
    assert_eq!(
        (snapshot.messages[0].uid, snapshot.messages[0].flags),
        (2, Flags::SEEN)
    );
    let rows = reader.messages(AccountId(1), inbox.id, &[2]).unwrap();
    assert_eq!(rows[0].summary.subject, "古い便り");
    let entries = store.claim(claim(0)).wait().unwrap();
    assert_eq!(entries[0].address, "someone@example.com");
    assert_eq!(
        reader
            .setting(ORG, "policy/outbound")
            .unwrap()
            .unwrap()
            .value,
        b"old"
    );
    let old = reader.story(ORG, entries[0].id.mail).unwrap();
    assert_eq!(old.steps[0].key, "store-step-queued");
}

#[test]
fn a_store_from_the_future_is_left_alone() {
    let world = World::new();
    world
        .sql()
        .pragma_update(None, "user_version", 999)
        .unwrap();
    world.store.close();
    let opened = Store::open(options(world.dir.path()));
    assert!(
        matches!(opened, Err(OpenError::TooNew { found: 999, .. })),
        "{opened:?}"
    );
}
