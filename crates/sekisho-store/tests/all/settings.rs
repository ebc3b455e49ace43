use crate::kit::*;
use sekisho_store::*;

fn put(world: &World, key: &str, value: Option<&[u8]>) {
    let actor = Actor::System("test");
    let put = PutSetting {
        tenant: ORG,
        key: key.into(),
        value: value.map(<[u8]>::to_vec),
        actor,
        now: at(1),
    };
    world.store.put_setting(put).wait().unwrap();
}

#[test]
fn settings_are_written_listed_and_deleted_and_never_logged() {
    let world = World::new();
    put(&world, "dkim/hanko.example.jp/s1", Some(b"PRIVATE KEY"));
    put(&world, "dkim/hanko.example.jp/s2", Some(b"x"));
    put(&world, "dkim%", Some(b"x"));
    put(&world, "policy/outbound", Some("規則".as_bytes()));
    put(&world, "policy/outbound", Some(b"newer"));
    let reader = world.reader();
    assert_eq!(
        reader
            .setting(ORG, "policy/outbound")
            .unwrap()
            .unwrap()
            .value,
        b"newer"
    );
    let keys: Vec<_> = reader
        .settings(ORG, "dkim/")
        .unwrap()
        .into_iter()
        .map(|row| row.key)
        .collect();
    assert_eq!(
        keys,
        ["dkim/hanko.example.jp/s1", "dkim/hanko.example.jp/s2"]
    );
    assert!(
        reader
            .setting(Tenant(2), "policy/outbound")
            .unwrap()
            .is_none()
    );
    put(&world, "policy/outbound", None);
    assert!(reader.setting(ORG, "policy/outbound").unwrap().is_none());
    let rows = reader
        .audit(
            ORG,
            &AuditQuery {
                action: Some("setting.".into()),
                ..AuditQuery::default()
            },
        )
        .unwrap();
    assert_eq!(rows.len(), 6);
    assert!(rows.iter().all(|row| !row.detail_json.contains("PRIVATE")));
}

#[test]
fn web_sessions_end_by_time_by_hand_and_all_at_once() {
    let world = World::new();
    let open = |token: u8, ends: i64| {
        let session = NewWebSession {
            token_hash: [token; 32],
            tenant: ORG,
            account: world.user,
            now: at(1),
            expires_at: at(ends),
            client_ip: Some([192, 0, 2, 1].into()),
            user_agent: "Firefox".into(),
        };
        world.store.open_web_session(session).wait().unwrap();
    };
    for (token, ends) in [(1, 100), (2, 200), (3, 300)] {
        open(token, ends);
    }
    let there = |token: u8, now| {
        world
            .reader()
            .web_session(&[token; 32], at(now))
            .unwrap()
            .is_some()
    };
    assert!(there(1, 99) && !there(1, 100));
    world
        .store
        .close_web_session(ORG, [2; 32], at(50))
        .wait()
        .unwrap();
    assert!(!there(2, 50));
    assert_eq!(
        world
            .reader()
            .web_sessions(world.user, at(50))
            .unwrap()
            .len(),
        2
    );
    assert_eq!(world.store.clear_web_sessions(at(100)).wait().unwrap(), 1);
    let close = world
        .store
        .close_web_sessions(ORG, world.user, Actor::Account(world.user), at(60));
    assert_eq!(close.wait().unwrap(), 1);
    assert!(!there(3, 60));
}
