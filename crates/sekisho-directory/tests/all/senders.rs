use crate::kit::*;
use sekisho_directory::*;
use sekisho_store::*;

#[tokio::test]
async fn a_sender_uses_only_what_is_theirs_or_delegated() {
    let world = World::new().await;
    let user1 = world.id("user1@hanko.example.jp");
    let shared = NewPerson {
        kind: AccountKind::Shared,
        ..person(world.tenant, "info@hanko.example.jp", Roles::default())
    };
    let shared = world
        .directory
        .add_account(shared, by(), at(0))
        .await
        .unwrap();
    world
        .directory
        .share(shared, user1, true, by(), at(0))
        .await
        .unwrap();
    for allowed in ["user2@hanko.example.jp", "me@old.example"] {
        world
            .directory
            .delegate(user1, &address(allowed), true, by(), at(0))
            .await
            .unwrap();
    }
    let may = |text: &str| {
        world
            .directory
            .snapshot()
            .may_send_as(user1, &address(text))
    };
    for own in [
        "user1@hanko.example.jp",
        "USER1@hanko.example.jp",
        "user1+shop@hanko.example.jp",
        "tanaka@second.example",
        "info@hanko.example.jp",
        "user2@hanko.example.jp",
        "me@old.example",
    ] {
        assert!(may(own), "{own}");
    }
    for other in [
        "user2+x@hanko.example.jp",
        "user3@hanko.example.jp",
        "all@hanko.example.jp",
        "postmaster@hanko.example.jp",
        "user1@second.example",
        "user1@hanko.example",
        "x@old.example",
    ] {
        assert!(!may(other), "{other}");
    }
    world
        .directory
        .delegate(user1, &address("me@old.example"), false, by(), at(1))
        .await
        .unwrap();
    world
        .directory
        .share(shared, user1, false, by(), at(1))
        .await
        .unwrap();
    assert!(!may("me@old.example") && !may("info@hanko.example.jp"));
    world
        .set("user1@hanko.example.jp", |account| account.enabled = false)
        .await;
    assert!(!may("user1@hanko.example.jp"));
    let theirs = world
        .directory
        .delegate(user1, &address("them@other.example"), true, by(), at(1))
        .await;
    assert!(
        matches!(theirs, Err(DirectoryFailure::NotOurs(_))),
        "another organisation's address"
    );
}
