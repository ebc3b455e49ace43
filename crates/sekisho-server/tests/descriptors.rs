//! Out of file descriptors the server rests, and serves again when there are some (P23). Alone in its process: the
//! limit is the process's.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use sekisho_server::config::Service;
use support::World;

const CLIENTS: usize = 60;
const DESCRIPTORS_LEFT: usize = 20;

/// Tells the user and system time of this process, in hundredths of a second. Its file is open before there are no
/// more descriptors.
struct Cpu(File);

impl Cpu {
    fn ticks(&self) -> u64 {
        let mut stat = [0; 1024];
        let length = self.0.read_at(&mut stat, 0).unwrap();
        let stat = String::from_utf8_lossy(&stat[..length]).into_owned();
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }
}

fn limit_descriptors(to: usize) -> bool {
    let pid = std::process::id().to_string();
    let limit = format!("--nofile={to}:");
    Command::new("prlimit")
        .args(["--pid", &pid, &limit])
        .status()
        .is_ok_and(|status| status.success())
}

#[test]
fn without_descriptors_it_rests_and_recovers() {
    let world = World::new();
    let cpu = Cpu(File::open("/proc/self/stat").unwrap());
    let port = world.address(Service::Smtp).port();
    let script = format!(
        "for i in $(seq {CLIENTS}); do exec {{fd}}<>/dev/tcp/127.0.0.1/$0; done; echo done; read end"
    );
    let mut clients = Command::new("bash");
    clients
        .args(["-c", &script, &port.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let open = std::fs::read_dir("/proc/self/fd").unwrap().count();
    let mut clients = clients.spawn().unwrap();
    if !limit_descriptors(open + DESCRIPTORS_LEFT) {
        let _ = clients.kill();
        let _ = clients.wait();
        sekisho_testkit::skipped("no prlimit (util-linux)");
        return;
    }
    let running = world.running.as_ref().unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    while running.connections() < 10 {
        assert!(
            Instant::now() < until,
            "{} connections",
            running.connections()
        );
        std::thread::yield_now();
    }
    // What is measured is a stretch of time: nothing else can be waited for here.
    let before = cpu.ticks();
    let (_keep, never) = channel::<()>();
    let _ = never.recv_timeout(Duration::from_secs(1));
    let used = cpu.ticks() - before;
    let held = running.connections();
    drop(clients.stdin.take());
    clients.wait().unwrap();
    while running.connections() > 0 {
        assert!(
            Instant::now() < until,
            "{} connections",
            running.connections()
        );
        std::thread::yield_now();
    }
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    assert!(held < CLIENTS as u32, "the limit was not reached: {held}");
    assert!(used < 30, "{used} hundredths of a second in one second");
}
