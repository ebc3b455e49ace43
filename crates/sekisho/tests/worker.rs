//! Workers as the server starts them: what they cannot do, and what their end costs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;
use std::time::Duration;

use sekisho_content::File;
use sekisho_facts::{InProcess, Opener};
use sekisho_mime::compose::base64_body;
use sekisho_server::cage::{Cage, Escapes, Program};
use sekisho_testkit::{Demo, Sender, eicar, wait_for};
use serde_json::Value;

fn cage(timeout: Duration) -> Cage {
    Cage::start(Program {
        timeout,
        ..Program::new(env!("CARGO_BIN_EXE_sekisho").into())
    })
}

/// One file, as tar has it.
fn archive(content: &str) -> Vec<u8> {
    let mut head = vec![0; 512];
    head[..9].copy_from_slice(b"plan.html");
    head[100..107].copy_from_slice(b"0000644");
    head[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    head[148..156].fill(b' ');
    head[156] = b'0';
    head[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    head.extend_from_slice(content.as_bytes());
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
    assert_eq!(found.words(), Vec::<&str>::new());
}

#[test]
fn the_cage_finds_what_is_found_without_it() {
    let cage = cage(Duration::from_secs(60));
    let names = ["a.tar".to_owned()];
    let whole = archive("<p>秘</p>");
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
    let bytes = archive("<p>秘</p>");
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
    let bytes = archive("<p>秘</p>");
    let found = cage.open(&file(&bytes, &names), &[]);
    assert_eq!(found.lost.as_deref(), Some("worker_died"));
    assert!(cage.failure().is_some());
}

/// Workers of a running server.
fn workers_of(server: u32) -> Vec<u32> {
    let children = format!("/proc/{server}/task");
    let tasks = std::fs::read_dir(children).unwrap().flatten();
    let of_task = |task: std::fs::DirEntry| {
        std::fs::read_to_string(task.path().join("children")).unwrap_or_default()
    };
    let all: String = tasks.map(of_task).collect();
    let pids = all.split_whitespace().map(|pid| pid.parse().unwrap());
    pids.collect()
}

#[test]
fn workers_are_killed_and_stopped_under_load() {
    const MAILS: usize = 40;
    let demo = Demo::start(env!("CARGO_BIN_EXE_sekisho"), &["--no-samples"]);
    let address = demo.port("submissions");
    let mut sender = Sender::person(address, &demo.trust(), "user1", "pass");
    let mail = format!(
        "From: user1@hanko.example.jp\nTo: a@soto.example.com\nSubject: caged\nMIME-Version: 1.0\n\
         Content-Type: application/x-tar; name=a.tar\nContent-Transfer-Encoding: base64\n\n{}",
        base64_body(&archive(&eicar()))
    );
    let mut signalled = 0;
    for nth in 0..MAILS {
        let workers = workers_of(demo.pid());
        // Nobody waits for a stopped one for long but the mail that meets it.
        let how = if nth == MAILS / 2 { "-STOP" } else { "-KILL" };
        for pid in workers.iter().skip(nth % 2) {
            // It may be gone already.
            let sent = Command::new("kill").args([how, &pid.to_string()]).status();
            signalled += usize::from(sent.unwrap().success());
        }
        let reply = sender.send("user1@hanko.example.jp", &["a@soto.example.com"], &mail);
        assert!(reply.starts_with("250 "), "{reply}");
    }
    let found = demo
        .command(&[
            "trace",
            "--json",
            "--to",
            "a@soto.example.com",
            "--limit",
            "100",
        ])
        .json();
    let mails = found.as_array().unwrap();
    assert_eq!(mails.len(), MAILS);
    // The test file found, or told as unread and held: none goes on its way as if it were clean.
    let state = |mail: &Value| mail["recipients"][0]["state"].as_str().unwrap().to_owned();
    let unread: Vec<&Value> = mails
        .iter()
        .filter(|mail| state(mail) != "quarantined")
        .collect();
    for mail in &unread {
        assert_eq!(state(mail), "held", "{mail}");
        let findings = mail["verdict"]["findings"].to_string();
        assert!(findings.contains("attach.uninspectable"), "{mail}");
    }
    assert!(
        (1..MAILS / 2).contains(&unread.len()),
        "{} of {MAILS}, {signalled} signals",
        unread.len()
    );
    assert!(signalled >= MAILS / 2, "{signalled}");
}
