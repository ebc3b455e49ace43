use crate::kit::*;
use sekisho_store::*;

fn change(world: &World, change: DirectoryChange) -> Result<DirectoryMade, StoreFailure> {
    world
        .store
        .change_directory(change, Actor::System("test"), at(1))
        .wait()
}

fn alias(world: &World, address: &str) -> AliasRow {
    AliasRow {
        tenant: ORG,
        address: address.into(),
        address_key: address.to_lowercase(),
        account: world.user,
    }
}

#[test]
fn an_address_exists_once_and_only_in_our_domains() {
    let world = World::new();
    change(
        &world,
        DirectoryChange::AddAlias(alias(&world, "Sales@hanko.example.jp")),
    )
    .unwrap();
    let taken = [
        DirectoryChange::AddAlias(alias(&world, "sales@hanko.example.jp")),
        DirectoryChange::AddAlias(alias(&world, "boss@hanko.example.jp")),
        DirectoryChange::AddAccount(account("sales")),
    ];
    for change_ in taken {
        assert!(matches!(
            change(&world, change_),
            Err(StoreFailure::Exists(_))
        ));
    }
    let foreign = DirectoryChange::AddAlias(alias(&world, "a@other.example"));
    assert!(matches!(
        change(&world, foreign),
        Err(StoreFailure::NotFound("domain"))
    ));
    let before = world.reader().directory().unwrap();
    assert_eq!(before.accounts.len(), 3, "a refused account leaves nothing");
    let domain = DirectoryChange::RemoveDomain {
        tenant: ORG,
        name: "hanko.example.jp".into(),
    };
    assert!(matches!(
        change(&world, domain),
        Err(StoreFailure::Invalid(_))
    ));
}

#[test]
fn what_is_written_is_read() {
    let world = World::new();
    let group = |id, members: &[&str]| GroupRow {
        id: GroupId(id),
        tenant: ORG,
        address: "all@hanko.example.jp".into(),
        address_key: "all@hanko.example.jp".into(),
        name: "全員".into(),
        members: members.iter().map(|member| member.to_string()).collect(),
    };
    let made = change(&world, DirectoryChange::PutGroup(group(0, &["b@x", "a@x"]))).unwrap();
    let DirectoryMade::Group(id) = made else {
        panic!("{made:?}")
    };
    change(&world, DirectoryChange::PutGroup(group(id.0, &["c@x"]))).unwrap();
    let delegation = DelegationRow {
        tenant: ORG,
        account: world.user,
        address: "boss@hanko.example.jp".into(),
        address_key: "boss@hanko.example.jp".into(),
    };
    change(&world, DirectoryChange::AddDelegation(delegation.clone())).unwrap();
    let member = SharedMemberRow {
        tenant: ORG,
        shared: world.boss,
        member: world.user,
    };
    change(&world, DirectoryChange::AddSharedMember(member)).unwrap();
    let credential = CredentialRow {
        account: world.user,
        password_phc: "$argon2id$…".into(),
        scram: "S".into(),
    };
    change(
        &world,
        DirectoryChange::SetCredential {
            tenant: ORG,
            credential: credential.clone(),
        },
    )
    .unwrap();
    let rows = world.reader().directory().unwrap();
    assert_eq!(rows.groups, [group(id.0, &["c@x"])]);
    assert!(rows.delegations.iter().eq([&delegation]));
    assert_eq!(rows.shared_members, [member]);
    assert!(rows.credentials == [credential]);
    assert!(
        !format!("{rows:?}").contains("argon2id"),
        "credentials print nothing"
    );
    assert_eq!(rows.version, 5 + 5);
    change(&world, DirectoryChange::RemoveDelegation(delegation)).unwrap();
    change(&world, DirectoryChange::RemoveSharedMember(member)).unwrap();
    change(
        &world,
        DirectoryChange::RemoveGroup {
            tenant: ORG,
            group: id,
        },
    )
    .unwrap();
    let rows = world.reader().directory().unwrap();
    assert!(
        rows.groups.is_empty() && rows.delegations.is_empty() && rows.shared_members.is_empty()
    );
    let secrets = world
        .reader()
        .audit(
            ORG,
            &AuditQuery {
                limit: 1_000,
                ..AuditQuery::default()
            },
        )
        .unwrap();
    assert!(
        secrets
            .iter()
            .all(|row| !row.detail_json.contains("argon2id"))
    );
}

#[test]
fn a_removed_account_takes_its_mail_and_addresses_along() {
    let world = World::new();
    change(
        &world,
        DirectoryChange::AddAlias(alias(&world, "sales@hanko.example.jp")),
    )
    .unwrap();
    world.accept(world.mail(1, vec![Fate::Onward(world.to_user())]));
    let both = Onward::Mailbox {
        account: world.boss,
        folder: Folder::Inbox,
    };
    let shared =
        world.accept(world.mail(2, vec![Fate::Onward(world.to_user()), Fate::Onward(both)]));
    let remove = DirectoryChange::RemoveAccount {
        tenant: ORG,
        account: world.user,
    };
    assert!(
        change(
            &world,
            DirectoryChange::RemoveAccount {
                tenant: Tenant(2),
                account: world.user
            }
        )
        .is_err()
    );
    change(&world, remove).unwrap();
    assert!(world.reader().mailboxes(world.user).unwrap().is_empty());
    let left = world.inbox(world.boss);
    assert_eq!(
        world.reader().content(left.messages[0].content).unwrap(),
        stored(shared)
    );
    let DirectoryMade::Account(new) =
        change(&world, DirectoryChange::AddAccount(account("user"))).unwrap()
    else {
        panic!()
    };
    assert_ne!(new, world.user, "numbers are never used again");
    check_invariants(&world.store);
}
