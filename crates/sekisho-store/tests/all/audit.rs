use crate::kit::*;
use sekisho_store::*;

fn filled() -> World {
    let world = World::new();
    for second in 0..5 {
        world.accept(world.mail(second, vec![Fate::Onward(world.to_user())]));
    }
    world
}

fn verify(world: &World) -> AuditCheck {
    world.reader().verify_audit(ORG).unwrap()
}

#[test]
fn every_change_has_its_row_and_the_chain_is_whole() {
    let world = filled();
    let AuditCheck::Whole { rows, .. } = verify(&world) else {
        panic!("broken")
    };
    assert_eq!(
        rows,
        5 + 5,
        "organisation, domain, three accounts, five mails"
    );
    let query = AuditQuery {
        action: Some("mail.".into()),
        limit: 2,
        ..AuditQuery::default()
    };
    let found = world.reader().audit(ORG, &query).unwrap();
    assert_eq!(found.iter().map(|row| row.seq).collect::<Vec<_>>(), [10, 9]);
    assert_eq!(found[0].actor, "account:1");
    let world = world.reopen();
    world.accept(world.mail(9, vec![Fate::Onward(world.to_user())]));
    assert!(
        matches!(verify(&world), AuditCheck::Whole { rows: 11, .. }),
        "goes on after a restart"
    );
}

#[test]
fn tampering_is_found_at_its_row() {
    use AuditDamage as D;
    let cases = [
        (
            "UPDATE audit SET actor = 'account:9' WHERE seq = 7",
            7,
            D::Altered,
        ),
        ("UPDATE audit SET at = at + 1 WHERE seq = 7", 7, D::Altered),
        (
            "UPDATE audit SET detail = detail || ' ' WHERE seq = 10",
            10,
            D::Altered,
        ),
        (
            "UPDATE audit SET action = action || subject, subject = '' WHERE seq = 7",
            7,
            D::Altered,
        ),
        ("UPDATE audit SET hash = x'00' WHERE seq = 7", 7, D::Altered),
        ("UPDATE audit SET actor = 5 WHERE seq = 7", 7, D::Altered),
        ("DELETE FROM audit WHERE seq = 7", 7, D::Missing),
        ("DELETE FROM audit WHERE seq = 1", 1, D::Missing),
        ("DELETE FROM audit WHERE seq = 10", 10, D::Cut),
        ("DELETE FROM audit WHERE seq >= 3", 3, D::Cut),
        ("UPDATE audit_head SET hash = zeroblob(32)", 10, D::Altered),
        ("DELETE FROM audit_head", 10, D::Altered),
    ];
    for (sql, seq, how) in cases {
        let world = filled();
        assert!(world.sql().execute(sql, ()).unwrap() > 0, "{sql}");
        assert_eq!(verify(&world), AuditCheck::Broken { seq, how }, "{sql}");
    }
}

#[test]
fn events_are_written_as_given() {
    let world = World::new();
    let event = AuditEvent {
        tenant: ORG,
        now: at(3),
        actor: Actor::Console("root".into()),
        action: "signin.failed".into(),
        subject: "user@hanko.example.jp".into(),
        detail_json: r#"{"ip":"192.0.2.1"}"#.into(),
    };
    world.store.audit(event).wait().unwrap();
    let query = AuditQuery {
        actor: Some("console:root".into()),
        since: Some(at(3)),
        ..AuditQuery::default()
    };
    let found = world.reader().audit(ORG, &query).unwrap();
    assert_eq!(
        (found.len(), found[0].detail_json.as_str()),
        (1, r#"{"ip":"192.0.2.1"}"#)
    );
    assert_eq!(found[0].hash.len(), 64);
}
