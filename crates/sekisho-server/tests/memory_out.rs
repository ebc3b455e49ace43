//! A mail of 50 MB costs less than 20 MB of memory while it is signed and sent. Alone in its process, so that nothing
//! else is measured.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "outbound/sink.rs"]
#[allow(dead_code)]
mod sink;
#[path = "outbound/world.rs"]
#[allow(dead_code)]
mod world;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use getrandom::SysRng;
use sekisho_auth::{Algorithm, SigningKey};
use sekisho_store::{Actor, Body, Content, PutSetting, RecipientState};
use world::{Way, World, one_mx};

const MB: usize = 1 << 20;
const SIZE_MB: usize = 50;

/// `RssAnon` in bytes: what mapped files hold can be given back and does not count.
fn anonymous_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("RssAnon:"))
        .unwrap();
    let kb: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kb << 10
}

/// Takes mail and forgets it; counts its bytes.
fn forgetful(listener: TcpListener, taken: Arc<AtomicUsize>) {
    for stream in listener.incoming() {
        let mut io = BufReader::new(stream.unwrap());
        let mut line = Vec::new();
        io.get_mut().write_all(b"220 sink\r\n").unwrap();
        let mut in_data = false;
        loop {
            line.clear();
            if io.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
                break;
            }
            let reply: &[u8] = match (in_data, line.get(..4).unwrap_or_default()) {
                (true, _) if line == b".\r\n" => {
                    in_data = false;
                    b"250 taken\r\n"
                }
                (true, _) => {
                    taken.fetch_add(line.len(), Ordering::SeqCst);
                    continue;
                }
                (false, b"DATA") => {
                    in_data = true;
                    b"354 go ahead\r\n"
                }
                (false, _) => b"250 ok\r\n",
            };
            io.get_mut().write_all(reply).unwrap();
        }
    }
}

fn spooled(world: &World) -> Content {
    let mut spool = world.store.spool().unwrap();
    let header = b"From: user1@hanko.example.jp\r\nTo: a@far.example.net\r\nSubject: large\r\n\r\n";
    spool.write(header).unwrap();
    let block = [&[b'A'; 76][..], b"\r\n"].concat().repeat(MB / 78);
    for _ in 0..SIZE_MB {
        spool.write(&block).unwrap();
    }
    Content {
        head: Vec::new(),
        body: Body::Spool(spool.finish()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_mail_is_sent_out_of_the_file() {
    let world = World::new().await;
    let key = SigningKey::generate(Algorithm::Ed25519Sha256, &mut SysRng).unwrap();
    let put = PutSetting {
        tenant: world.tenant,
        key: "dkim/hanko.example.jp/e1".to_owned(),
        value: Some(key.to_pem().into_bytes()),
        actor: Actor::System("test"),
        now: world.now(),
    };
    world.store.put_setting(put).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    std::thread::spawn(move || forgetful(listener, counted));
    let _queue = world.queue(&one_mx("far.example.net"), port);
    let warm = world.mail(&["a@far.example.net"]).await;
    world.until_state(warm, RecipientState::Sent).await;

    let content = spooled(&world);
    let before = anonymous_bytes();
    let mail = world
        .mail_as(&["a@far.example.net"], &Way::Out, |mail| {
            mail.content = content;
        })
        .await;
    let mut most = 0;
    while world.state(mail) != RecipientState::Sent {
        most = most.max(anonymous_bytes());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let growth = most.saturating_sub(before);
    println!("growth while it is sent {} KB", growth >> 10);
    assert!(taken.load(Ordering::SeqCst) > (SIZE_MB - 1) * MB);
    assert!(growth < 20 * MB, "{growth}");
}
