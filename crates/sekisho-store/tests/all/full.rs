use crate::kit::*;
use sekisho_store::*;

/// A disk of its own, where one may be mounted.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mut mount = std::process::Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(dir.path());
        let done = mount.stderr(std::process::Stdio::null()).status();
        done.is_ok_and(|status| status.success())
            .then_some(Self(dir))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        std::process::Command::new("umount")
            .arg("-l")
            .arg(self.0.path())
            .status()
            .ok();
    }
}

fn fill(store: &Store, to: &Onward) -> (usize, StoreFailure) {
    for n in 0..10_000 {
        let mut mail = new_mail(store, at(n), vec![Fate::Onward(to.clone())]);
        mail.content.body = Body::Memory(vec![b'x'; 50_000 + n as usize].into());
        if let Err(failure) = store.accept(mail).wait() {
            return (n as usize, failure);
        }
    }
    panic!("the disk is not small");
}

/// Fills the disk, makes room by deleting, and goes on.
fn full_and_back(dir: &std::path::Path, options: Options) {
    let store = Store::open(options).unwrap();
    let [user, ..] = populate(&store);
    let to = Onward::Mailbox {
        account: user,
        folder: Folder::Inbox,
    };
    let filler = dir.join("filler");
    std::fs::write(&filler, vec![0; 4 << 20]).unwrap();
    let (accepted, failure) = fill(&store, &to);
    assert!(matches!(failure, StoreFailure::Full), "{failure:?}");
    assert!(accepted > 10, "{accepted}");
    let large = {
        let written = store.spool().and_then(|mut writer| {
            (0..400).try_for_each(|_| writer.write(&[b'y'; 50_000]))?;
            Ok(writer.finish())
        });
        match written {
            Err(_) => StoreFailure::Full,
            Ok(file) => {
                let mut mail = new_mail(&store, at(1), vec![Fate::Onward(to.clone())]);
                mail.content.body = Body::Spool(file);
                store.accept(mail).wait().map(|_| ()).unwrap_err()
            }
        }
    };
    assert!(matches!(large, StoreFailure::Full), "{large:?}");
    let count = || {
        let reader = store.reader().unwrap();
        reader.mailbox(user, &Folder::Inbox).unwrap().messages as usize
    };
    assert_eq!(count(), accepted, "nothing half-written");
    assert_eq!(store.health(), Ok(()), "full is no reason to stop");
    std::fs::remove_file(&filler).unwrap();
    let again = store
        .accept(new_mail(&store, at(20_000), vec![Fate::Onward(to)]))
        .wait();
    assert!(again.is_ok(), "{again:?}");
    assert_eq!(count(), accepted + 1);
    check_invariants(&store);
}

#[test]
fn a_full_disk_is_told_and_left_behind() {
    let Some(disk) = SmallDisk::mount("24m") else {
        eprintln!("skipped: no right to mount a small disk");
        return;
    };
    full_and_back(disk.0.path(), options(disk.0.path()));
}

#[test]
fn the_reserve_stops_new_mail_before_the_disk_is_full() {
    let Some(disk) = SmallDisk::mount("24m") else {
        eprintln!("skipped: no right to mount a small disk");
        return;
    };
    let options = Options {
        free_bytes_min: 3 << 20,
        ..Options::new(disk.0.path())
    };
    full_and_back(disk.0.path(), options);
}

#[test]
fn without_the_reserve_free_nothing_comes_in_but_mail_can_go() {
    let world = World::new();
    let id = world.accept(world.mail(1, vec![Fate::Onward(out("example.com"))]));
    world.store.close();
    let options = Options {
        free_bytes_min: u64::MAX,
        ..Options::new(world.dir.path())
    };
    drop(world.store);
    let store = Store::open(options).unwrap();
    let refused = store
        .accept(new_mail(
            &store,
            at(2),
            vec![Fate::Onward(out("example.com"))],
        ))
        .wait();
    assert!(matches!(refused, Err(StoreFailure::Full)), "{refused:?}");
    // Asked for anew while it works: no restart is needed.
    store.keep_free(0);
    let again = new_mail(&store, at(2), vec![Fate::Onward(out("example.com"))]);
    let _taken = store.accept(again).wait().unwrap();
    store.keep_free(u64::MAX);
    let entry = store.claim(claim(2)).wait().unwrap().remove(0);
    assert_eq!(entry.id.mail, id);
    let report = AttemptReport {
        id: entry.id,
        lease: entry.lease,
        remote: String::new(),
        attempt: Attempt::Sent {
            reply: "250".into(),
            relayed: false,
        },
    };
    let report = QueueReport {
        reports: vec![report],
        tenant: ORG,
        now: at(3),
        notices: vec![],
    };
    assert_eq!(
        store.report(report).wait().unwrap(),
        [EntryOutcome::Written(RecipientState::Sent)]
    );
}
