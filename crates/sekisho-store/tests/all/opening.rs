use crate::kit::*;
use sekisho_store::*;

#[test]
fn two_processes_never_open_one_store() {
    let world = World::new();
    let second = Store::open(options(world.dir.path()));
    assert!(matches!(second, Err(OpenError::InUse(_))), "{second:?}");
    let world = world.reopen();
    drop(world.store);
    Store::open(options(world.dir.path())).unwrap();
}

#[test]
fn what_a_crash_left_behind_goes() {
    let world = World::new();
    let id = world.accept(world.mail(1, vec![Fate::Onward(world.to_user())]));
    world.store.close();
    let dir = world.dir.path().to_owned();
    let place = |name: &str| dir.join(name);
    let log = place("blobs/log-0001");
    let committed = std::fs::metadata(&log).unwrap().len();
    let mut bytes = std::fs::read(&log).unwrap();
    bytes.extend_from_slice(b"SKB1 torn");
    std::fs::write(&log, bytes).unwrap();
    for name in ["spool/0123", "blobs/large/4567"] {
        std::fs::write(place(name), b"left").unwrap();
    }
    let world = world.reopen();
    assert_eq!(std::fs::metadata(&log).unwrap().len(), committed);
    assert!(!place("spool/0123").exists() && !place("blobs/large/4567").exists());
    assert_eq!(world.states(id), [RecipientState::Mailbox]);
    world.accept(world.mail(2, vec![Fate::Onward(world.to_user())]));
    check_invariants(&world.store);
}

#[test]
fn a_closed_store_says_so() {
    let world = World::new();
    assert_eq!(world.store.health(), Ok(()));
    world.store.close();
    assert!(world.store.health().is_err());
    let late = world
        .store
        .accept(world.mail(1, vec![Fate::Onward(world.to_user())]))
        .wait();
    assert!(matches!(late, Err(StoreFailure::Stopped(_))), "{late:?}");
}

#[test]
fn mail_ids_rise_over_a_restart_although_the_clock_went_back() {
    let world = World::new();
    let last = world.accept(world.mail(1_000, vec![Fate::Onward(world.to_user())]));
    let world = world.reopen();
    assert!(world.store.new_mail_id(at(0)) > last);
}

#[test]
fn closing_finishes_what_waits() {
    let world = World::new();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let ids: Vec<_> = runtime.block_on(async {
        let mails = (0..100).map(|second| world.mail(second, vec![Fate::Onward(world.to_user())]));
        let tasks: Vec<_> = mails
            .map(|mail| {
                tokio::spawn(std::future::IntoFuture::into_future(
                    world.store.accept(mail),
                ))
            })
            .collect();
        let mut ids = Vec::new();
        for (n, task) in tasks.into_iter().enumerate() {
            if n == 50 {
                tokio::task::block_in_place(|| world.store.close());
            }
            ids.extend(task.await.unwrap().ok().map(|durable| durable.mail()));
        }
        ids
    });
    let world = world.reopen();
    assert_eq!(
        world.inbox(world.user).messages.len(),
        ids.len(),
        "told 250 or not there"
    );
    check_invariants(&world.store);
}
