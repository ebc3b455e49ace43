//! Workers as the server starts them: what they cannot do, and what their end costs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;
use std::time::Duration;

use sekisho_content::File;
use sekisho_facts::{InProcess, Opener};
use sekisho_server::cage::{Cage, Escapes, Program};
use sekisho_testkit::wait_for;

fn cage(timeout: Duration) -> Cage {
    Cage::start(Program {
        timeout,
        ..Program::new(env!("CARGO_BIN_EXE_sekisho").into())
    })
}

/// One file of 10 bytes, as tar has it.
fn archive() -> Vec<u8> {
    let mut head = vec![0; 512];
    head[..9].copy_from_slice(b"plan.html");
    head[100..107].copy_from_slice(b"0000644");
    head[124..135].copy_from_slice(b"00000000012");
    head[148..156].fill(b' ');
    head[156] = b'0';
    head[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    head.extend_from_slice("<p>秘</p>".as_bytes());
    head.resize(2_048, 0);
    head
}

fn file<'a>(bytes: &'a [u8], names: &'a [String]) -> File<'a> {
    File {
        bytes,
        names,
        declared: Some("application/octet-stream"),
        charset: None,
    }
}

fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args([name, &pid.to_string()]).status();
    assert!(sent.unwrap().success());
}

#[test]
fn nothing_gets_out() {
    let output = Command::new(env!("CARGO_BIN_EXE_sekisho"))
        .args(["worker", "--probe"])
        .output()
        .unwrap();
    let found: Escapes = serde_json::from_slice(&output.stdout).unwrap();
    assert!(found.walls.limits && found.walls.seccomp, "{found:?}");
    let Escapes {
        file_read,
        file_made,
        socket,
        program,
        thread,
        memory,
        ..
    } = found;
    assert!(
        !(file_read || file_made || socket || program || thread || memory),
        "{found:?}"
    );
}

#[test]
fn the_cage_finds_what_is_found_without_it() {
    let cage = cage(Duration::from_secs(60));
    let names = ["a.tar".to_owned()];
    let whole = archive();
    let broken = b"PK\x03\x04 is no archive".to_vec();
    let text = "一二三\n".repeat(100_000).into_bytes();
    for bytes in [&whole, &broken, &text] {
        let file = file(bytes, &names);
        let found = cage.open(&file, &[]);
        assert_eq!(found, InProcess.open(&file, &[]));
        assert_eq!(found.lost, None);
    }
    assert_eq!(cage.open(&file(&whole, &names), &[]).members.len(), 1);
    assert_eq!(cage.failure(), None);
}

#[test]
fn a_killed_worker_costs_nothing_and_a_hanging_one_its_file() {
    let cage = cage(Duration::from_secs(2));
    let names = ["a.tar".to_owned()];
    let bytes = archive();
    let file = file(&bytes, &names);
    for pid in cage.idle() {
        signal("-KILL", pid);
    }
    assert_eq!(cage.open(&file, &[]).lost, None);

    for pid in cage.idle() {
        signal("-STOP", pid);
    }
    let first = cage.open(&file, &[]);
    assert_eq!(first.lost.as_deref(), Some("timed_out"));
    wait_for("the pool is whole again", || {
        cage.open(&file, &[]).lost.is_none().then_some(())
    });
}

#[test]
fn without_workers_nothing_counts_as_clean() {
    let cage = Cage::start(Program::new("/nonexistent/sekisho".into()));
    let names = ["a.tar".to_owned()];
    let bytes = archive();
    let found = cage.open(&file(&bytes, &names), &[]);
    assert_eq!(found.lost.as_deref(), Some("worker_died"));
    assert!(cage.failure().is_some());
}
