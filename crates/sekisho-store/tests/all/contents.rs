use crate::kit::*;
use bytes::Bytes;
use sekisho_store::*;

fn spooled(world: &World, size: usize) -> SpoolFile {
    let mut writer = world.store.spool().unwrap();
    let chunk: Vec<u8> = (0..10_000u32).map(|n| (n % 251) as u8).collect();
    let mut left = size;
    while left > 0 {
        let part = left.min(chunk.len());
        writer.write(&chunk[..part]).unwrap();
        left -= part;
    }
    writer.finish()
}

fn files(world: &World, sub: &str) -> usize {
    std::fs::read_dir(world.dir.path().join(sub))
        .unwrap()
        .count()
}

fn accept_body(world: &World, second: i64, body: Body) -> MailId {
    let mut mail = world.mail(second, vec![Fate::Onward(world.to_user())]);
    mail.content.body = body;
    world.accept(mail)
}

#[test]
fn large_contents_are_renamed_into_place_and_mapped() {
    let world = World::new();
    let (small, large) = (600_000, 3_000_000);
    let in_memory = Bytes::from(vec![b'x'; large]);
    accept_body(&world, 1, Body::Spool(spooled(&world, small)));
    accept_body(&world, 2, Body::Spool(spooled(&world, large)));
    accept_body(&world, 3, Body::Memory(in_memory.clone()));
    assert_eq!(
        (files(&world, "spool"), files(&world, "blobs/large")),
        (0, 2)
    );
    let world = world.reopen();
    let reader = world.reader();
    let inbox = world.inbox(world.user);
    let contents: Vec<_> = inbox
        .messages
        .iter()
        .map(|entry| reader.content(entry.content).unwrap())
        .collect();
    let head = b"Received: by hanko\r\n";
    for (content, size) in contents.iter().zip([small, large, large]) {
        assert_eq!(content.len(), head.len() + size);
        assert!(content.starts_with(head));
    }
    for (entry, content) in inbox.messages.iter().zip(&contents) {
        assert_eq!(
            reader.content_len(entry.content).unwrap(),
            content.len() as u64
        );
        let mut pieces = Vec::new();
        loop {
            let part = reader
                .content_part(entry.content, pieces.len() as u64, 700_001)
                .unwrap();
            if part.is_empty() {
                break;
            }
            pieces.extend_from_slice(&part);
        }
        assert!(pieces == content[..], "in pieces");
    }
    assert_eq!(&contents[2][head.len()..], &in_memory[..]);
    let body = &contents[1][head.len()..];
    assert!(
        body.iter()
            .enumerate()
            .all(|(n, byte)| *byte == (n % 10_000 % 251) as u8)
    );
    check_invariants(&world.store);
}

#[test]
fn the_same_large_content_is_kept_once() {
    let world = World::new();
    for second in 1..4 {
        accept_body(&world, second, Body::Spool(spooled(&world, 2_000_000)));
    }
    assert_eq!(files(&world, "blobs/large"), 1);
    assert_eq!(world.inbox(world.user).messages.len(), 3);
    check_invariants(&world.store);
}

#[test]
fn a_refused_large_mail_leaves_no_file() {
    let world = World::new();
    let mut mail = world.mail(1, vec![]);
    mail.content.body = Body::Spool(spooled(&world, 2_000_000));
    assert!(world.store.accept(mail).wait().is_err());
    drop(spooled(&world, 10));
    assert_eq!(
        (files(&world, "spool"), files(&world, "blobs/large")),
        (0, 0)
    );
}

#[test]
fn compaction_gives_space_back_and_keeps_every_live_byte() {
    let world = World::new();
    let body = |n: usize| Body::Memory(Bytes::from(vec![(n % 256) as u8; 900_000]));
    // Two segments and a bit.
    for n in 0..160 {
        accept_body(&world, n as i64, body(n));
    }
    accept_body(&world, 500, Body::Spool(spooled(&world, 2_000_000)));
    let inbox = world.inbox(world.user);
    let uids: Vec<u32> = inbox
        .messages
        .iter()
        .map(|entry| entry.uid)
        .filter(|uid| uid % 4 != 0 || *uid > 160)
        .collect();
    let delete = SetFlags {
        account: world.user,
        mailbox: inbox.mailbox.id,
        uids,
        mode: FlagMode::Add,
        flags: Flags::DELETED,
        keywords: vec![],
        unchanged_since: None,
    };
    world.store.set_flags(delete).wait().unwrap();
    world
        .store
        .expunge(world.user, inbox.mailbox.id, None, at(1_000))
        .wait()
        .unwrap();
    let before: Vec<_> = {
        let (left, reader) = (world.inbox(world.user), world.reader());
        left.messages
            .iter()
            .map(|entry| (entry.content, reader.content(entry.content).unwrap()))
            .collect()
    };
    assert_eq!(before.len(), 40);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let done = runtime.block_on(world.store.compact(10)).unwrap();
    assert_eq!((done.segments, done.files), (2, 1), "{done:?}");
    assert!(done.freed_bytes > 90_000_000, "{done:?}");
    assert_eq!(files(&world, "blobs/large"), 0);
    let again = runtime.block_on(world.store.compact(10)).unwrap();
    assert_eq!(again, Compacted::default());
    let reader = world.reader();
    for (content, bytes) in &before {
        assert_eq!(
            &reader.content(*content).unwrap(),
            bytes,
            "an old reference finds the new place"
        );
    }
    check_invariants(&world.store);
    drop(reader);
    let world = world.reopen();
    check_invariants(&world.store);
    assert_eq!(world.inbox(world.user).messages.len(), 40);
}

#[test]
fn damage_is_named_and_stays_where_it_is() {
    let world = World::new();
    let good = accept_body(&world, 1, Body::Memory(Bytes::from_static(b"good")));
    accept_body(&world, 2, Body::Memory(Bytes::from_static(b"will be hurt")));
    accept_body(&world, 3, Body::Memory(Bytes::from_static(b"good as well")));
    let path = world.dir.path().join("blobs/log-0001");
    let mut log = std::fs::read(&path).unwrap();
    let place = log
        .windows(12)
        .position(|window| window == b"will be hurt")
        .unwrap();
    log[place] ^= 1;
    std::fs::write(&path, log).unwrap();
    let world = world.reopen();
    let inbox = world.inbox(world.user);
    let reader = world.reader();
    let read: Vec<_> = inbox
        .messages
        .iter()
        .map(|entry| reader.content(entry.content))
        .collect();
    assert!(read[0].is_ok() && read[2].is_ok());
    assert!(matches!(read[1], Err(StoreFailure::Damaged(_))));
    let mut words = Vec::new();
    assert_eq!(
        reader.check_contents(&mut |hurt| words.push(hurt)).unwrap(),
        3
    );
    assert_eq!(words.len(), 1);
    assert!(words[0].contains("INBOX UID 2"), "{words:?}");
    assert_eq!(world.states(good), [RecipientState::Mailbox]);
}
