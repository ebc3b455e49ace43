use crate::kit::*;

const USER: &str = "user1@hanko.example.jp";
const BOSS: &str = "boss@hanko.example.jp";

#[tokio::test]
async fn there_is_always_someone_to_decide_and_never_the_sender() {
    let world = World::new().await;
    let [user, boss, user2, admin] = [
        USER,
        BOSS,
        "user2@hanko.example.jp",
        "admin@hanko.example.jp",
    ]
    .map(|text| world.id(text));
    let approvers = |of| {
        let found = world.directory.snapshot().approvers(of).unwrap();
        (found.approver, found.deputy)
    };
    assert_eq!(
        approvers(user),
        (admin, None),
        "no manager: an administrator"
    );
    world
        .set(USER, |account| account.manager = Some(boss))
        .await;
    assert_eq!(approvers(user), (boss, Some(admin)));
    world
        .set(BOSS, |account| account.deputy = Some(user2))
        .await;
    assert_eq!(
        approvers(user),
        (boss, Some(user2)),
        "who stands in for the manager"
    );
    world.set(BOSS, |account| account.deputy = Some(user)).await;
    assert_eq!(approvers(user), (boss, Some(admin)), "not the sender");
    world.set(BOSS, |account| account.enabled = false).await;
    assert_eq!(approvers(user), (admin, None), "not someone who has left");
    assert!(
        world.directory.snapshot().approvers(admin).is_none(),
        "the only administrator does not decide alone"
    );
}

#[tokio::test]
async fn nobody_decides_on_their_own_mail() {
    let world = World::new().await;
    let [user, boss, user2, admin, them] = [
        USER,
        BOSS,
        "user2@hanko.example.jp",
        "admin@hanko.example.jp",
        "them@other.example",
    ]
    .map(|text| world.id(text));
    world
        .set(USER, |account| account.manager = Some(boss))
        .await;
    let snapshot = world.directory.snapshot();
    let approvers = snapshot.approvers(user).unwrap();
    let may = |actor| snapshot.may_decide(actor, Some(user), &approvers);
    assert!(may(boss) && may(admin));
    assert!(!may(user) && !may(user2));
    assert!(!may(them), "an administrator of another organisation");
    assert!(!snapshot.may_decide(admin, Some(admin), &approvers));
}
