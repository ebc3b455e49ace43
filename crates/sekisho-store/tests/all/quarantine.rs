use crate::kit::*;
use sekisho_store::*;

fn decision(recipients: Vec<RecipientId>, release: bool) -> QuarantineDecision {
    let actor = Actor::System("test");
    QuarantineDecision {
        recipients,
        tenant: ORG,
        release,
        actor,
        now: at(5),
        notices: vec![],
    }
}

#[test]
fn release_delivers_and_delete_forgets() {
    let world = World::new();
    let fates = vec![
        Fate::Quarantine(world.to_user()),
        Fate::Quarantine(out("example.com")),
    ];
    let id = world.accept(world.mail(1, fates));
    let listed = world
        .reader()
        .quarantined(ORG, &QuarantineQuery::default())
        .unwrap();
    assert_eq!(listed.len(), 2);
    let mine = QuarantineQuery {
        account: Some(world.user),
        ..QuarantineQuery::default()
    };
    assert_eq!(world.reader().quarantined(ORG, &mine).unwrap().len(), 1);
    let nr = |nr| RecipientId { mail: id, nr };
    world
        .store
        .decide_quarantine(decision(vec![nr(0)], true))
        .wait()
        .unwrap();
    assert_eq!(world.inbox(world.user).messages.len(), 1);
    let twice = world
        .store
        .decide_quarantine(decision(vec![nr(1), nr(0)], false))
        .wait();
    assert!(
        matches!(twice, Err(StoreFailure::State(RecipientState::Mailbox))),
        "{twice:?}"
    );
    assert_eq!(
        world.states(id)[1],
        RecipientState::Quarantined,
        "all or none"
    );
    world
        .store
        .decide_quarantine(decision(vec![nr(1)], false))
        .wait()
        .unwrap();
    assert_eq!(
        world.states(id),
        [RecipientState::Mailbox, RecipientState::Discarded]
    );
    check_invariants(&world.store);
}
