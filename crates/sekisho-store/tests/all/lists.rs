//! Lists that people keep, and greylisting.

use jiff::Timestamp;
use sekisho_store::{
    Actor, GreylistTry, Greylisted, NewListEntry, PutListEntries, RemoveListEntry, StoreFailure,
};

use crate::kit::*;

fn entry(verb: &'static str, value: &str, expires_at: Option<Timestamp>) -> NewListEntry {
    NewListEntry {
        account: None,
        verb,
        action: (verb == "block").then_some("refuse"),
        kind: "domain",
        value: value.to_owned(),
        authenticated: None,
        comment: "why".to_owned(),
        expires_at,
    }
}

#[test]
fn entries_are_written_replaced_ended_and_removed() {
    let world = World::new();
    let tenant = ORG;
    let put = |entries: Vec<NewListEntry>| {
        let put = PutListEntries {
            tenant,
            entries,
            actor: Actor::Console("root".into()),
            now: at(0),
        };
        world.store.put_list_entries(put).wait()
    };
    let list = |now| {
        world
            .store
            .reader()
            .unwrap()
            .list_entries(tenant, now)
            .unwrap()
    };
    let ends = at(3_600);
    assert_eq!(
        put(vec![
            entry("block", "a.example", None),
            entry("block", "b.example", Some(ends))
        ])
        .unwrap(),
        2
    );
    put(vec![NewListEntry {
        comment: "other".into(),
        ..entry("block", "a.example", None)
    }])
    .unwrap();
    let rows = list(at(0));
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(
        rows.iter()
            .any(|row| row.value == "a.example" && row.comment == "other")
    );
    assert_eq!(rows[0].added_by, "console:root");
    assert_eq!(list(at(3_601)).len(), 1);
    let remove = |tenant| {
        let remove = RemoveListEntry {
            tenant,
            id: rows[0].id,
            actor: Actor::Console("root".into()),
            now: at(0),
        };
        world.store.remove_list_entry(remove).wait()
    };
    assert!(matches!(
        remove(sekisho_store::Tenant(99)),
        Err(StoreFailure::NotFound(_))
    ));
    remove(tenant).unwrap();
    assert!(matches!(remove(tenant), Err(StoreFailure::NotFound(_))));
    assert_eq!(list(at(0)).len(), 1);
}

#[test]
fn greylisting_lets_in_who_comes_again() {
    let world = World::new();
    let come = |client: &str, s: i64| {
        let try_ = GreylistTry {
            tenant: ORG,
            client: client.to_owned(),
            sender: "a@example.com".into(),
            recipient: "user1@hanko.example.jp".into(),
            now: at(s),
            wait_s: 300,
            again_within_s: 14_400,
            pass_s: 86_400,
        };
        world.store.greylist(try_).wait().unwrap()
    };
    let wait = |first| Greylisted::Wait { first };
    assert_eq!(come("192.0.2.0/24", 0), wait(true));
    assert_eq!(come("192.0.2.0/24", 60), wait(false));
    assert_eq!(come("198.51.100.0/24", 60), wait(true));
    assert_eq!(come("192.0.2.0/24", 301), Greylisted::Pass);
    assert_eq!(come("192.0.2.0/24", 80_000), Greylisted::Pass);
    // Each mail begins the time anew, and it ends.
    assert_eq!(come("192.0.2.0/24", 160_000), Greylisted::Pass);
    assert_eq!(come("192.0.2.0/24", 300_000), wait(true));
    // Who comes again too late begins anew.
    assert_eq!(come("198.51.100.0/24", 60 + 14_401), wait(true));
}
