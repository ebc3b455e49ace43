use crate::kit::*;
use sekisho_store::*;

fn append(world: &World, folder: Folder, text: &str, flags: Flags) -> Result<Placed, StoreFailure> {
    let append = Append {
        tenant: ORG,
        account: world.user,
        by: world.user,
        folder,
        content: Content::from_bytes(text.as_bytes().to_vec()),
        flags,
        keywords: vec!["$Forwarded".into()],
        internal_at: at(7),
        summary: Summary {
            subject: text.into(),
            ..Summary::default()
        },
        view: MessageView::default(),
        now: at(8),
    };
    world.store.append(append).wait()
}

fn transfer(
    account: AccountId,
    from: MailboxId,
    uids: Vec<u32>,
    to: MailboxId,
    now: jiff::Timestamp,
) -> Transfer {
    let place = |mailbox| Place { account, mailbox };
    Transfer {
        by: account,
        from: place(from),
        uids,
        to: place(to),
        now,
    }
}

fn inbox_id(world: &World) -> MailboxId {
    world.inbox(world.user).mailbox.id
}

fn fill(world: &World, count: i64) -> MailboxId {
    for second in 0..count {
        world.accept(world.mail(second, vec![Fate::Onward(world.to_user())]));
    }
    inbox_id(world)
}

#[test]
fn standard_folders_come_with_the_account() {
    let world = World::new();
    let folders = world.reader().mailboxes(world.user).unwrap();
    let names: Vec<_> = folders
        .iter()
        .map(|folder| (folder.name.as_str(), folder.special_use.as_str()))
        .collect();
    let want = [
        ("INBOX", ""),
        ("Archive", "Archive"),
        ("Drafts", "Drafts"),
        ("Junk", "Junk"),
        ("Sent", "Sent"),
        ("Trash", "Trash"),
    ];
    assert_eq!(names, want);
    let mut validities: Vec<_> = folders.iter().map(|folder| folder.uid_validity).collect();
    validities.sort_unstable();
    validities.dedup();
    assert_eq!(validities.len(), 6);
}

#[test]
fn append_tells_where_it_went() {
    let world = World::new();
    let placed = append(
        &world,
        Folder::Drafts,
        "a draft",
        Flags::DRAFT.with(Flags::SEEN),
    )
    .unwrap();
    assert_eq!(placed.uids, [(0, 1)]);
    let drafts = world.folder(world.user, &Folder::Drafts);
    assert_eq!((drafts.mailbox.messages, drafts.mailbox.unseen), (1, 0));
    let entry = &drafts.messages[0];
    assert_eq!(
        (entry.internal_at, entry.keywords.as_slice()),
        (at(7), &["$Forwarded".to_string()][..])
    );
    let rows = world
        .reader()
        .messages(world.user, drafts.mailbox.id, &[1, 2])
        .unwrap();
    assert_eq!(
        (rows.len(), rows[0].summary.subject.as_str()),
        (1, "a draft")
    );
    let nowhere = append(
        &world,
        Folder::Named("nowhere".into()),
        "x",
        Flags::default(),
    );
    assert!(matches!(nowhere, Err(StoreFailure::NotFound(_))));
    check_invariants(&world.store);
}

#[test]
fn quota_stops_append_and_copy_but_never_a_delivery() {
    let world = World::new();
    let reader = world.reader();
    let mut row = reader.directory().unwrap().accounts.remove(0);
    row.quota_bytes = Some(200);
    let set = DirectoryChange::SetAccount(row);
    world
        .store
        .change_directory(set, Actor::System("test"), at(0))
        .wait()
        .unwrap();
    let inbox = fill(&world, 3);
    let quota = reader.quota(world.user).unwrap();
    assert!(
        quota.used_bytes > 200,
        "RCPT asked before; what was accepted is delivered"
    );
    assert!(matches!(
        append(&world, Folder::Sent, "x", Flags::default()),
        Err(StoreFailure::OverQuota { .. })
    ));
    let trash = world.folder(world.user, &Folder::Trash).mailbox.id;
    let copy = world
        .store
        .copy(transfer(world.user, inbox, vec![1], trash, at(9)))
        .wait();
    assert!(matches!(copy, Err(StoreFailure::OverQuota { .. })));
    world
        .store
        .move_messages(transfer(world.user, inbox, vec![1], trash, at(9)))
        .wait()
        .unwrap();
    check_invariants(&world.store);
}

#[test]
fn flags_change_with_one_modseq_and_are_seen_by_others() {
    let world = World::new();
    let inbox = fill(&world, 3);
    let before = world.inbox(world.user).mailbox.highest_modseq;
    let set = |mode, flags, keywords: &[&str], unchanged_since| SetFlags {
        account: world.user,
        mailbox: inbox,
        uids: vec![1, 2, 9],
        mode,
        flags,
        keywords: keywords.iter().map(|keyword| keyword.to_string()).collect(),
        unchanged_since,
    };
    let done = world
        .store
        .set_flags(set(FlagMode::Add, Flags::SEEN, &["b", "a"], None))
        .wait()
        .unwrap();
    assert_eq!(
        done.entries
            .iter()
            .map(|entry| entry.uid)
            .collect::<Vec<_>>(),
        [1, 2]
    );
    assert!(
        done.entries
            .iter()
            .all(|entry| entry.modseq == before + 1 && entry.keywords == ["a", "b"])
    );
    let changes = world
        .reader()
        .changes_since(world.user, inbox, before)
        .unwrap();
    assert_eq!(
        (changes.changed.len(), changes.highest_modseq),
        (2, before + 1)
    );
    assert_eq!(world.inbox(world.user).mailbox.unseen, 1);
    let same = world
        .store
        .set_flags(set(FlagMode::Add, Flags::SEEN, &["a"], None))
        .wait()
        .unwrap();
    assert_eq!(
        same.entries[0].modseq,
        before + 1,
        "no change, no new modseq"
    );
    let stale = world
        .store
        .set_flags(set(FlagMode::Replace, Flags::default(), &[], Some(before)))
        .wait()
        .unwrap();
    assert_eq!(
        (stale.modified.as_slice(), stale.entries.len()),
        (&[1, 2][..], 0)
    );
    let removed = world
        .store
        .set_flags(set(FlagMode::Remove, Flags::SEEN, &["a"], None))
        .wait()
        .unwrap();
    assert_eq!(removed.entries[0].keywords, ["b"]);
    assert_eq!(world.inbox(world.user).mailbox.unseen, 3);
    let bad = set(FlagMode::Add, Flags::default(), &["two words"], None);
    assert!(world.store.set_flags(bad).wait().is_err());
    check_invariants(&world.store);
}

#[test]
fn copy_move_and_expunge_keep_uids_and_counters_right() {
    let world = World::new();
    let inbox = fill(&world, 4);
    let archive = world.folder(world.user, &Folder::Archive).mailbox.id;
    let copied = world
        .store
        .copy(transfer(world.user, inbox, vec![3, 1, 99], archive, at(9)))
        .wait()
        .unwrap();
    assert_eq!(copied.uids, [(1, 1), (3, 2)]);
    let before = world.inbox(world.user).mailbox.highest_modseq;
    let moved = world
        .store
        .move_messages(transfer(world.user, inbox, vec![2], archive, at(9)))
        .wait()
        .unwrap();
    assert_eq!(moved.uids, [(2, 3)]);
    let changes = world
        .reader()
        .changes_since(world.user, inbox, before)
        .unwrap();
    assert_eq!(
        (changes.changed.len(), changes.vanished.as_slice()),
        (0, &[2][..])
    );
    let flags = SetFlags {
        account: world.user,
        mailbox: inbox,
        uids: vec![1, 4],
        mode: FlagMode::Add,
        flags: Flags::DELETED,
        keywords: vec![],
        unchanged_since: None,
    };
    world.store.set_flags(flags).wait().unwrap();
    let expunge = |uids| {
        world
            .store
            .expunge(world.user, inbox, uids, at(10))
            .wait()
            .unwrap()
    };
    assert_eq!(expunge(Some(vec![3, 4])), [4]);
    assert_eq!(expunge(None), [1]);
    assert_eq!(expunge(None), [0u32; 0]);
    let left = world.inbox(world.user);
    assert_eq!(
        left.messages
            .iter()
            .map(|entry| entry.uid)
            .collect::<Vec<_>>(),
        [3]
    );
    let kept = &world.folder(world.user, &Folder::Archive).messages[0];
    assert!(
        world.reader().content(kept.content).is_ok(),
        "the copy lives on"
    );
    world.accept(world.mail(20, vec![Fate::Onward(world.to_user())]));
    assert_eq!(
        world.inbox(world.user).messages[1].uid,
        5,
        "UIDs are never used again"
    );
    check_invariants(&world.store);
}

#[test]
fn another_accounts_folders_are_not_found() {
    let world = World::new();
    let inbox = fill(&world, 1);
    let other = world.boss;
    let reader = world.reader();
    assert!(reader.snapshot(other, inbox).is_err());
    assert!(reader.messages(other, inbox, &[1]).is_err());
    assert!(
        world
            .store
            .expunge(other, inbox, None, at(1))
            .wait()
            .is_err()
    );
    let theirs = world.inbox(other).mailbox.id;
    assert!(
        world
            .store
            .copy(transfer(world.user, inbox, vec![1], theirs, at(1)))
            .wait()
            .is_err()
    );
    assert!(
        world
            .store
            .copy(transfer(other, inbox, vec![1], theirs, at(1)))
            .wait()
            .is_err()
    );
    assert!(
        world
            .store
            .delete_mailbox(other, inbox, at(1))
            .wait()
            .is_err()
    );
    check_invariants(&world.store);
}

#[test]
fn folders_are_made_renamed_and_deleted() {
    let world = World::new();
    let names = || -> Vec<String> {
        let standard = ["INBOX", "Archive", "Drafts", "Junk", "Sent", "Trash"];
        let all = world
            .reader()
            .mailboxes(world.user)
            .unwrap()
            .into_iter()
            .map(|folder| folder.name);
        all.filter(|name| !standard.contains(&name.as_str()))
            .collect()
    };
    let create = |name: &str| {
        world
            .store
            .create_mailbox(world.user, name.into(), None, at(5))
            .wait()
    };
    let deep = create("案件/2026/見積").unwrap();
    assert_eq!(names(), ["案件", "案件/2026", "案件/2026/見積"]);
    for bad in [
        "inbox", "a//b", "/a", "a/", "", "a\nb", "案件", "Shared", "shared/a",
    ] {
        assert!(create(bad).is_err(), "{bad:?}");
    }
    create("案件_2").unwrap();
    let top = world
        .reader()
        .mailbox(world.user, &Folder::Named("案件".into()))
        .unwrap()
        .id;
    let rename = |id, name: &str| {
        world
            .store
            .rename_mailbox(world.user, id, name.into(), at(6))
            .wait()
    };
    assert!(rename(top, "案件/x").is_err());
    rename(top, "old/案件").unwrap();
    assert_eq!(
        names(),
        [
            "old",
            "old/案件",
            "old/案件/2026",
            "old/案件/2026/見積",
            "案件_2"
        ]
    );
    assert!(
        world
            .store
            .delete_mailbox(world.user, top, at(7))
            .wait()
            .is_err(),
        "it has folders below"
    );
    world
        .store
        .delete_mailbox(world.user, deep.id, at(7))
        .wait()
        .unwrap();
    let again = create("old/案件/2026/見積").unwrap();
    assert!(again.uid_validity > deep.uid_validity);
    let inbox = fill(&world, 2);
    rename(inbox, "was inbox").unwrap();
    assert!(world.inbox(world.user).messages.is_empty());
    let moved = world.folder(world.user, &Folder::Named("was inbox".into()));
    assert_eq!(moved.messages.len(), 2);
    assert!(
        world
            .store
            .delete_mailbox(world.user, inbox, at(8))
            .wait()
            .is_err()
    );
    world
        .store
        .delete_mailbox(world.user, moved.mailbox.id, at(8))
        .wait()
        .unwrap();
    world
        .store
        .subscribe(world.user, again.id, false)
        .wait()
        .unwrap();
    assert!(
        !world
            .reader()
            .mailbox(world.user, &Folder::Named(again.name))
            .unwrap()
            .subscribed
    );
    check_invariants(&world.store);
}

#[test]
fn a_delivery_to_a_folder_that_is_gone_goes_to_inbox() {
    let world = World::new();
    let folder = Folder::Named("gone".into());
    let onward = Onward::Mailbox {
        account: world.user,
        folder,
    };
    world.accept(world.mail(1, vec![Fate::Onward(onward)]));
    assert_eq!(world.inbox(world.user).messages.len(), 1);
}

#[test]
fn a_special_use_has_one_folder() {
    let world = World::new();
    let create = |name: &str, special_use| {
        world
            .store
            .create_mailbox(world.user, name.into(), Some(special_use), at(5))
            .wait()
    };
    let second = create("送信済み", Folder::Sent);
    assert!(matches!(second, Err(StoreFailure::Exists(what)) if what == "\\Sent"));
    let sent = world.folder(world.user, &Folder::Sent).mailbox.id;
    let deleted = world.store.delete_mailbox(world.user, sent, at(6)).wait();
    deleted.unwrap();
    assert_eq!(
        create("送信済み", Folder::Sent).unwrap().special_use,
        "Sent"
    );
    let found = world.reader().mailbox(world.user, &Folder::Sent).unwrap();
    assert_eq!(found.name, "送信済み");
    check_invariants(&world.store);
}

#[test]
fn messages_go_between_accounts_of_one_organisation_only() {
    let world = World::new();
    let inbox = fill(&world, 3);
    let theirs = Place {
        account: world.boss,
        mailbox: world.inbox(world.boss).mailbox.id,
    };
    let mut across = transfer(world.user, inbox, vec![1, 3], inbox, at(9));
    across.to = theirs;
    let copied = world.store.copy(across.clone()).wait().unwrap();
    assert_eq!(copied.uids, [(1, 1), (3, 2)]);
    let moved = world.store.move_messages(across.clone()).wait().unwrap();
    assert_eq!(moved.uids, [(1, 3), (3, 4)]);
    assert_eq!(world.inbox(world.boss).messages.len(), 4);
    assert_eq!(world.inbox(world.user).messages.len(), 1);
    check_invariants(&world.store);

    let sql = "UPDATE mailbox SET tenant = 2 WHERE id = ?1";
    world.sql().execute(sql, [theirs.mailbox.0]).unwrap();
    across.uids = vec![2];
    for failed in [
        world.store.copy(across.clone()).wait(),
        world.store.move_messages(across.clone()).wait(),
    ] {
        assert!(
            matches!(failed, Err(StoreFailure::NotFound(_))),
            "{failed:?}"
        );
    }
    assert_eq!(world.inbox(world.user).messages.len(), 1);
}
