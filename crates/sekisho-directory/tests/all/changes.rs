use crate::kit::*;
use sekisho_address::Domain;
use sekisho_directory::*;
use sekisho_sasl::Secret;
use sekisho_store::*;

#[tokio::test]
async fn what_must_not_be_is_refused() {
    let world = World::new().await;
    let directory = &world.directory;
    let add = |new: NewPerson| directory.add_account(new, by(), at(1));
    let staff = |text: &str| person(world.tenant, text, Roles::STAFF);
    assert!(matches!(
        add(staff("a@outside.example")).await,
        Err(DirectoryFailure::NotOurs(_))
    ));
    assert!(
        matches!(
            add(staff("a@other.example")).await,
            Err(DirectoryFailure::NotOurs(_))
        ),
        "another's domain"
    );
    assert!(matches!(
        add(staff("a+b@hanko.example.jp")).await,
        Err(DirectoryFailure::LocalPart)
    ));
    assert!(matches!(
        add(staff("a%b@hanko.example.jp")).await,
        Err(DirectoryFailure::LocalPart)
    ));
    let taken = add(staff("ALL@hanko.example.jp")).await;
    assert!(
        matches!(taken, Err(DirectoryFailure::Store(StoreFailure::Exists(_)))),
        "{taken:?}"
    );
    let short = NewPerson {
        password: Some(Secret::from("short")),
        ..staff("new@hanko.example.jp")
    };
    assert!(matches!(add(short).await, Err(DirectoryFailure::Password)));
    assert!(
        directory
            .snapshot()
            .account_of(&address("new@hanko.example.jp"))
            .is_none()
    );
    let literal = Domain::parse("[192.0.2.1]").unwrap();
    assert!(
        directory
            .put_domain(world.tenant, &literal, None, by(), at(1))
            .await
            .is_err()
    );
    let user1 = world.id("user1@hanko.example.jp");
    let mut account = directory.snapshot().account(user1).unwrap().clone();
    account.manager = Some(user1);
    assert!(directory.set_account(account, by(), at(1)).await.is_err());
    assert!(
        directory
            .share(user1, user1, true, by(), at(1))
            .await
            .is_err(),
        "not a shared mailbox"
    );
}

#[tokio::test]
async fn a_change_is_in_the_snapshot_when_it_returns_and_an_old_snapshot_stays() {
    let world = World::new().await;
    let before = world.directory.snapshot();
    let id = world.add("new@hanko.example.jp", Roles::STAFF).await;
    let new = address("new@hanko.example.jp");
    assert!(before.account_of(&new).is_none());
    assert_eq!(world.directory.snapshot().account_of(&new).unwrap().id, id);
    world
        .directory
        .remove_account(world.tenant, id, by(), at(2))
        .await
        .unwrap();
    assert!(world.directory.snapshot().account_of(&new).is_none());
    let again = Directory::open(world.store.clone(), at(3)).unwrap();
    assert_eq!(again.snapshot().accounts(world.tenant).len(), 5);
    assert_eq!(
        again.snapshot().default_domain().unwrap().as_str(),
        "hanko.example.jp"
    );
}

#[tokio::test]
async fn a_change_made_elsewhere_is_followed() {
    let world = World::new().await;
    let second = Directory::open(world.store.clone(), at(1)).unwrap();
    let mut changes = world.store.changes();
    let follower = tokio::spawn({
        let second = second.clone();
        async move { second.follow().await }
    });
    tokio::task::yield_now().await;
    let id = world.add("new@hanko.example.jp", Roles::STAFF).await;
    while changes.recv().await.unwrap() != Change::Directory {}
    second.refresh().await.unwrap();
    assert!(second.snapshot().account(id).is_some());
    follower.abort();
}
