use std::time::Duration;

use crate::kit::*;
use sekisho_directory::*;
use sekisho_sasl::Secret;
use sekisho_store::{AuditQuery, NewWebSession};

const USER: &str = "user1@hanko.example.jp";

fn from(ip: [u8; 4]) -> SignInPlace {
    SignInPlace {
        client_ip: ip.into(),
        service: "imap",
    }
}

const HOME: [u8; 4] = [203, 0, 113, 5];
const ATTACKER: [u8; 4] = [198, 51, 100, 7];

async fn world() -> World {
    let world = World::new().await;
    world
        .directory
        .set_password(world.id(USER), secret(), by(), at(0))
        .await
        .unwrap();
    world
}

async fn try_password(
    world: &World,
    user: &str,
    password: &str,
    ip: [u8; 4],
    now: i64,
) -> Result<SignedIn, SignInFailure> {
    world
        .directory
        .verify_password(user, Secret::from(password), from(ip), at(now))
        .await
}

#[tokio::test]
async fn the_right_password_signs_in_by_each_of_the_names() {
    let world = world().await;
    for name in [
        USER,
        "USER1@HANKO.example.jp",
        "user1",
        "tanaka@second.example",
    ] {
        let signed_in = try_password(&world, name, PASSWORD, HOME, 1).await.unwrap();
        assert_eq!(signed_in.address.to_string(), USER, "{name}");
    }
    let wrong = [
        (USER, "wrong password"),
        (USER, ""),
        ("user1+tag@hanko.example.jp", PASSWORD),
        ("user2", PASSWORD),
        ("all", PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("x\0y", PASSWORD),
    ];
    for (user, password) in wrong {
        let refused = try_password(&world, user, password, HOME, 1).await;
        assert!(
            matches!(refused, Err(SignInFailure::Refused { .. })),
            "{user:?} {password:?}: {refused:?}"
        );
    }
    world.set(USER, |account| account.enabled = false).await;
    assert!(try_password(&world, USER, PASSWORD, HOME, 2).await.is_err());
}

#[tokio::test]
async fn guessing_is_stopped_and_the_owner_goes_on() {
    let world = world().await;
    try_password(&world, USER, PASSWORD, HOME, 0).await.unwrap();
    let mut looked_at = 0;
    for n in 0..60 {
        let guess = try_password(&world, USER, &format!("guess number {n}"), ATTACKER, 1).await;
        match guess.unwrap_err() {
            SignInFailure::Refused { answer_after } => {
                assert!(answer_after >= Duration::from_millis(500));
                looked_at += 1;
            }
            SignInFailure::TryLater { retry_after } => {
                assert!(retry_after >= Duration::from_secs(1))
            }
            SignInFailure::Unavailable => panic!(),
        }
    }
    assert_eq!(looked_at, limits::FAILURES_PER_ADDRESS_MAX);
    let guessed = try_password(&world, USER, PASSWORD, ATTACKER, 1).await;
    assert!(
        matches!(guessed, Err(SignInFailure::TryLater { .. })),
        "even the right one is not looked at"
    );
    assert!(try_password(&world, USER, PASSWORD, HOME, 1).await.is_ok());
    let rows = world.store.reader().unwrap();
    let query = AuditQuery {
        action: Some("signin.".into()),
        limit: 1_000,
        ..AuditQuery::default()
    };
    let rows = rows.audit(world.tenant, &query).unwrap();
    assert_eq!(rows.len(), 2 + looked_at as usize);
    assert!(rows.iter().all(|row| !row.detail_json.contains("guess")));
}

#[tokio::test]
async fn many_connections_at_once_get_no_more_guesses() {
    let world = world().await;
    let tasks: Vec<_> = (0..60)
        .map(|n| {
            let directory = world.directory.clone();
            let password = Secret::from(format!("guess number {n}").as_str());
            tokio::spawn(async move {
                directory
                    .verify_password(USER, password, from(ATTACKER), at(1))
                    .await
            })
        })
        .collect();
    let mut looked_at = 0;
    for task in tasks {
        looked_at += usize::from(matches!(
            task.await.unwrap(),
            Err(SignInFailure::Refused { .. })
        ));
    }
    let most = limits::FAILURES_PER_ADDRESS_MAX as usize + limits::CHECKS_AT_ONCE_MAX;
    assert!(looked_at <= most, "{looked_at}");
}

#[tokio::test]
async fn scram_keys_of_users_who_do_not_exist_look_real_and_stay() {
    let world = world().await;
    let keys =
        |directory: &Directory, user: &str| directory.scram_keys(user, from(HOME), at(1)).unwrap();
    let real = keys(&world.directory, USER);
    assert!(real.fits(PASSWORD));
    let fake = keys(&world.directory, "nobody");
    assert_eq!(
        (fake.salt.len(), fake.iterations),
        (real.salt.len(), real.iterations)
    );
    assert!(
        fake == keys(&world.directory, "NOBODY@hanko.example.jp"),
        "the same by each name"
    );
    assert!(fake != keys(&world.directory, "nobody2"));
    let again = Directory::open(world.store.clone(), at(2)).unwrap();
    assert!(fake == keys(&again, "nobody"), "the same after a restart");
    assert_eq!(
        world
            .directory
            .scram_proven("user1", from(HOME), at(1))
            .await
            .unwrap()
            .address
            .to_string(),
        USER
    );
    assert!(
        world
            .directory
            .scram_proven("nobody", from(HOME), at(1))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn wrong_proofs_count_like_wrong_passwords() {
    let world = world().await;
    for _ in 0..limits::FAILURES_PER_ADDRESS_MAX {
        assert!(
            world
                .directory
                .scram_keys(USER, from(ATTACKER), at(1))
                .is_ok()
        );
        world
            .directory
            .scram_failed(USER, from(ATTACKER), at(1))
            .await;
    }
    let keys = world.directory.scram_keys(USER, from(ATTACKER), at(1));
    assert!(matches!(keys, Err(SignInFailure::TryLater { .. })));
}

#[tokio::test]
async fn a_new_password_ends_the_old_one_and_all_web_sessions() {
    let world = world().await;
    let account = world.id(USER);
    let session = NewWebSession {
        token_hash: [1; 32],
        tenant: world.tenant,
        account,
        now: at(0),
        expires_at: at(1_000),
        client_ip: None,
        user_agent: String::new(),
    };
    world.store.open_web_session(session).await.unwrap();
    world
        .directory
        .set_password(account, Secret::from("a new password"), by(), at(1))
        .await
        .unwrap();
    assert!(try_password(&world, USER, PASSWORD, HOME, 2).await.is_err());
    assert!(
        try_password(&world, USER, "a new password", HOME, 2)
            .await
            .is_ok()
    );
    assert!(
        world
            .store
            .reader()
            .unwrap()
            .web_session(&[1; 32], at(2))
            .unwrap()
            .is_none()
    );
}
