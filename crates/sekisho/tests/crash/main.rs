//! P1: every mail that got its 250 is in exactly one place, whatever happens to the server: `kill -9` at any moment, a
//! full disk, a mailbox over its quota, a policy that cannot be read, a rule that names nobody.
//!
//! `SEKISHO_KILLS` sets how often the server is killed (8 without it); the full form is 200, with some 20,000 mails.
//! What happened is counted and printed; in the full form nothing of it may have been left out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod ledger;
mod load;
mod places;
mod world;

use ledger::{Event, Ledger};
use load::Load;
use sekisho_testkit::{Demo, skipped};
use world::{SmallDisk, World};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sekisho");
/// From so many kills on it is the full form.
const FULL_FORM: u64 = 100;
/// What the disk must have answered before it has room again.
const REFUSED_WHILE_FULL: usize = 20;

fn kills() -> u64 {
    std::env::var("SEKISHO_KILLS")
        .map_or(8, |text| text.parse().expect("SEKISHO_KILLS is a number"))
}

/// Small, and its seed is printed: a run can be repeated as far as timing allows.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, max: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        1 + usize::try_from(self.0 >> 33).unwrap() % max
    }
}

#[test]
fn no_accepted_mail_is_lost_or_doubled() {
    let full_form = kills() >= FULL_FORM;
    let accepted_before_kill = if full_form { 200 } else { 40 };
    let seed = std::process::id().into();
    let mut dice = Dice(seed);
    let ledger = Ledger::new();
    let world = World::new();
    let mut demo = world.begin(Demo::start(PROGRAM, &["--no-samples"]));
    for round in 0..kills() {
        let accepted = dice.up_to(accepted_before_kill);
        let dir = match round % 4 {
            2 => world.break_policy(demo.kill(), &ledger, |dir| {
                let demo = Demo::start_in(PROGRAM, dir, &["--no-samples"]);
                let load = Load::on(&demo, &ledger);
                load.wait_for(Event::Accepted, accepted);
                load.end(demo)
            }),
            3 => full_disk_round(demo.kill(), &ledger, accepted, dice.up_to(2) == 1),
            _ => {
                let load = Load::on(&demo, &ledger);
                load.wait_for(Event::Accepted, accepted);
                load.end(demo)
            }
        };
        demo = Demo::start_in(PROGRAM, dir, &["--no-samples"]);
    }
    println!("{} kills, seed {seed}", kills());
    let account = ledger.settle(&demo, &world);
    assert!(
        account.accepted >= kills(),
        "the kills came too early to prove anything"
    );
    if full_form {
        account.nothing_was_left_out();
    }
}

/// The disk has no room in the middle of the load, and has room again before the kill or not.
fn full_disk_round(
    dir: tempfile::TempDir,
    ledger: &Ledger,
    accepted: usize,
    killed_while_full: bool,
) -> tempfile::TempDir {
    let keep = |space: &'static str| {
        move |text: String| {
            let others = text
                .lines()
                .filter(|line| !line.starts_with("free_space_min"));
            let text: Vec<_> = others.collect();
            let setting = format!("[limits]\nfree_space_min = \"{space}\"");
            text.join("\n").replace("[limits]", &setting) + "\n"
        }
    };
    let demo = Demo::serve_in(PROGRAM, dir, keep("1 MB"));
    let load = Load::on(&demo, ledger);
    load.wait_for(Event::Accepted, accepted.div_ceil(2));
    // More than any disk has: as if it had been filled.
    demo.reconfigure(keep("1000000 GB"));
    load.wait_for(Event::DiskFull, REFUSED_WHILE_FULL);
    if !killed_while_full {
        demo.reconfigure(keep("1 MB"));
        load.wait_for(Event::Accepted, accepted);
    }
    load.end(demo)
}

/// The same with a disk that has not a byte left: the log and the database meet the system's own refusal.
#[test]
fn a_disk_without_a_byte_left_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(&dir.path().join("data"), "64m") else {
        skipped("no right to mount a small disk");
        return;
    };
    let ledger = Ledger::new();
    let world = World::new();
    let everything = |text: String| text.replace("[limits]", "[limits]\nfree_space_min = \"0 B\"");
    let demo = Demo::serve_in(PROGRAM, first_start(dir), everything);
    let demo = world.begin(demo);
    let load = Load::on(&demo, &ledger);
    load.wait_for(Event::Accepted, 20);
    disk.fill();
    load.wait_for(Event::DiskFull, REFUSED_WHILE_FULL);
    disk.make_room();
    load.wait_for(Event::Accepted, 50);
    disk.fill();
    load.wait_for(Event::DiskFull, REFUSED_WHILE_FULL);
    let dir = load.end(demo);
    disk.make_room();
    let demo = Demo::serve_in(PROGRAM, dir, |text| text);
    let account = ledger.settle(&demo, &world);
    assert!(account.accepted >= 70, "{}", account.accepted);
    // The directory goes after what is mounted in it.
    let dir = demo.kill();
    drop(disk);
    drop(dir);
}

/// The organisation is made while there is room.
fn first_start(dir: tempfile::TempDir) -> tempfile::TempDir {
    Demo::start_in(PROGRAM, dir, &["--no-samples"]).kill()
}
