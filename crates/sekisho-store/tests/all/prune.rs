//! Old trace and audit rows go in small batches; what waits stays, and the chain still holds.

use crate::kit::*;
use sekisho_store::limits::{PRUNE_AUDIT_ROWS_MAX, PRUNE_MAILS_MAX};
use sekisho_store::*;

/// Batches until nothing is left to go; how many there were, and what they took together.
fn prune(world: &World, trace_before: i64, audit_before: i64) -> (u32, Pruned) {
    let prune = Prune {
        trace_before: at(trace_before),
        audit_before: at(audit_before),
        now: at(1_000_000),
    };
    let (mut batches, mut all) = (0, Pruned::default());
    loop {
        let batch = world.store.prune(prune).wait().unwrap();
        if batch.is_nothing() {
            return (batches, all);
        }
        assert!(batch.mails <= PRUNE_MAILS_MAX as u64);
        assert!(batch.audit_rows <= PRUNE_AUDIT_ROWS_MAX as u64);
        batches += 1;
        all.mails += batch.mails;
        all.audit_rows += batch.audit_rows;
    }
}

fn rows(world: &World, table: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {table}");
    world.sql().query_row(&sql, (), |row| row.get(0)).unwrap()
}

fn verified(world: &World) -> AuditCheck {
    world.reader().verify_audit(ORG).unwrap()
}

/// Settled mail of the first ten seconds, one that waits, and one that is young.
fn aged() -> (World, MailId, MailId) {
    let world = World::new();
    for second in 0..10 {
        world.accept(world.mail(second, vec![Fate::Onward(world.to_user())]));
    }
    let waits = world.accept(world.mail(3, vec![Fate::Quarantine(world.to_user())]));
    let young = world.accept(world.mail(500, vec![Fate::Onward(world.to_user())]));
    (world, waits, young)
}

#[test]
fn the_trace_of_settled_mail_goes_and_its_messages_stay() {
    let (world, waits, young) = aged();
    let before = world.inbox(world.user).messages.len();
    let (_, gone) = prune(&world, 100, 0);
    assert_eq!((gone.mails, gone.audit_rows), (10, 0));
    assert_eq!(rows(&world, "mail"), 2);
    let reader = world.reader();
    let found = reader.trace(ORG, &TraceQuery::default()).unwrap();
    let ids: Vec<_> = found.iter().map(|traced| traced.mail.id).collect();
    assert_eq!(ids, [young, waits]);
    for table in ["recipient", "story"] {
        assert_eq!(rows(&world, table), 2, "{table}");
    }
    let inbox = world.inbox(world.user).messages;
    assert_eq!(inbox.len(), before, "mailboxes are their owners'");
    for message in &inbox {
        reader.content(message.content).unwrap();
    }
    check_invariants(&world.store);
    assert_eq!(prune(&world, 100, 0).0, 0, "nothing is left to go");
    let told = AuditQuery {
        action: Some("trace.pruned".into()),
        ..AuditQuery::default()
    };
    assert_eq!(reader.audit(ORG, &told).unwrap().len(), 1);
}

#[test]
fn the_chain_holds_without_its_beginning_and_goes_on() {
    let (world, ..) = aged();
    let all = rows(&world, "audit");
    let (batches, gone) = prune(&world, 0, 100);
    assert_eq!(batches, 1);
    assert_eq!(rows(&world, "audit"), all - gone.audit_rows as i64 + 1);
    let first: i64 = world
        .sql()
        .query_row("SELECT min(seq) FROM audit", (), |row| row.get(0))
        .unwrap();
    assert_eq!(first, gone.audit_rows as i64 + 1, "numbers go on");
    assert!(matches!(
        verified(&world),
        AuditCheck::Whole { rows: 2, .. }
    ));
    let world = world.reopen();
    world.accept(world.mail(501, vec![Fate::Onward(world.to_user())]));
    assert!(matches!(
        verified(&world),
        AuditCheck::Whole { rows: 3, .. }
    ));
    // Once more: the row that told of the first time may go with the others.
    let (_, gone) = prune(&world, 0, 500);
    assert_eq!(gone.audit_rows, 0, "young rows keep theirs");
    let (_, gone) = prune(&world, 0, 501);
    assert_eq!(
        gone.audit_rows, 1,
        "up to the first that is young, though older ones stand behind it"
    );
    assert!(matches!(verified(&world), AuditCheck::Whole { .. }));
    check_invariants(&world.store);
}

#[test]
fn a_cut_by_another_hand_is_no_pruning() {
    use AuditDamage as D;
    let cut = "DELETE FROM audit WHERE seq <= (SELECT min(seq) FROM audit)";
    let forged = "UPDATE audit_anchor SET (seq, hash) =
        (SELECT seq, hash FROM audit ORDER BY seq LIMIT 1)";
    let first = "SELECT min(seq) FROM audit";
    for (sql, how, later) in [
        (cut.to_owned(), D::Missing, 0),
        (format!("{forged}; {cut}"), D::Missing, 1),
        ("DELETE FROM audit_anchor".to_owned(), D::Missing, 0),
        (
            "UPDATE audit_anchor SET hash = zeroblob(32)".to_owned(),
            D::Altered,
            0,
        ),
    ] {
        let (world, ..) = aged();
        prune(&world, 0, 3);
        let seq: u32 = world.sql().query_row(first, (), |row| row.get(0)).unwrap();
        let seq = u64::from(seq);
        world.sql().execute_batch(&sql).unwrap();
        let want = match sql.as_str() {
            "DELETE FROM audit_anchor" => 1,
            _ => seq + later,
        };
        assert_eq!(
            verified(&world),
            AuditCheck::Broken { seq: want, how },
            "{sql}"
        );
    }
    // Never pruned, and yet without a beginning.
    let (world, ..) = aged();
    let sql = "INSERT INTO audit_anchor SELECT tenant, seq, hash FROM audit WHERE seq = 4;
        DELETE FROM audit WHERE seq <= 4";
    world.sql().execute_batch(sql).unwrap();
    let want = AuditCheck::Broken {
        seq: 5,
        how: D::Missing,
    };
    assert_eq!(verified(&world), want);
}

#[test]
fn many_old_rows_go_batch_by_batch() {
    let world = World::new();
    let mails = PRUNE_MAILS_MAX + 50;
    for second in 0..mails {
        world.accept(world.mail(second, vec![Fate::Discard]));
    }
    let (batches, gone) = prune(&world, mails + 1, mails + 1);
    assert_eq!((batches, gone.mails), (2, mails as u64));
    assert!(matches!(verified(&world), AuditCheck::Whole { .. }));
    assert_eq!(rows(&world, "step"), 0);
}
