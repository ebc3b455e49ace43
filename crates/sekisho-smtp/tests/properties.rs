//! What holds for any bytes.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods)] // files of cases are read, and the false clock starts somewhere

mod driver;

use driver::World;
use proptest::prelude::*;
use sekisho_smtp::server::Config;

/// Pieces of conversations, sound and unsound, so that chance gets behind the first command.
const TOKENS: &[&[u8]] = &[
    b"EHLO a\r\n",
    b"HELO a\r\n",
    b"MAIL FROM:<a@soto.example.net>\r\n",
    b"MAIL FROM:<> SIZE=3\r\n",
    b"RCPT TO:<user1@hanko.example.jp>\r\n",
    b"RCPT TO:<ghost@hanko.example.jp>\r\n",
    b"DATA\r\n",
    b"Subject: t\r\n",
    b"Received: x\r\n",
    b"\r\n",
    b".\r\n",
    b"..\r\n",
    b".",
    b"\r",
    b"\n",
    b"\0",
    b"a",
    b"\r\r\n.\r\n",
    b"BDAT 4\r\n",
    b"BDAT 3 LAST\r\n",
    b"BDAT 0 LAST\r\n",
    b"BDAT x\r\n",
    b"RSET\r\n",
    b"NOOP\r\n",
    b"QUIT\r\n",
    b"STARTTLS\r\n",
    b"AUTH PLAIN\r\n",
    b"AUTH LOGIN\r\n",
    b"AHVzZXIxAHBhc3M=\r\n",
    b"*\r\n",
    b"\xff\x80",
    b"GET / HTTP/1.1\r\n",
    b"\x16\x03\x01",
];

fn conversation() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        8 => proptest::sample::select(TOKENS).prop_map(<[u8]>::to_vec),
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ];
    let opening =
        b"EHLO a\r\nMAIL FROM:<a@soto.example.net>\r\nRCPT TO:<user1@hanko.example.jp>\r\n"
            .to_vec();
    let tokens = proptest::collection::vec(token, 0..60);
    (any::<bool>(), tokens).prop_map(move |(open, tokens)| {
        let start = if open { opening.clone() } else { Vec::new() };
        std::iter::once(start).chain(tokens).flatten().collect()
    })
}

fn outcome(config: Config, tls: bool, bytes: &[u8], cuts: &[usize]) -> (String, String, bool) {
    let mut world = World::new(config, tls, usize::MAX);
    let mut rest = bytes;
    for cut in cuts.iter().cycle().take(bytes.len()) {
        let (piece, after) = rest.split_at((*cut).min(rest.len()));
        world.send(piece);
        rest = after;
    }
    world.send(rest);
    (
        world.sent.escape_ascii().to_string(),
        world.stored_lines(),
        world.closed,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_cutting_gives_the_same(bytes in conversation(), cuts in proptest::collection::vec(1_usize..9, 1..6)) {
        let mut config = Config::mx("mx.hanko.example.jp");
        config.message_bytes_max = 40;
        let whole = outcome(config.clone(), false, &bytes, &[usize::MAX]);
        prop_assert_eq!(whole, outcome(config, false, &bytes, &cuts));
    }

    #[test]
    fn any_cutting_gives_the_same_to_users(bytes in conversation(), cuts in proptest::collection::vec(1_usize..9, 1..6)) {
        let config = Config::submission("mx.hanko.example.jp");
        let whole = outcome(config.clone(), true, &bytes, &[usize::MAX]);
        prop_assert_eq!(whole, outcome(config, true, &bytes, &cuts));
    }

    #[test]
    fn what_is_stored_has_sound_line_ends(bytes in conversation()) {
        let mut world = World::new(Config::mx("mx.hanko.example.jp"), false, usize::MAX);
        world.send(&bytes);
        for (envelope, content) in &world.stored {
            let text = String::from_utf8_lossy(content).replace("\r\n", "");
            prop_assert!(!text.contains(['\r', '\n']));
            prop_assert_eq!(envelope.content.content_bytes, content.len() as u64);
            prop_assert_eq!(envelope.content.has_8bit, !content.is_ascii());
            prop_assert_eq!(envelope.content.has_nul, content.contains(&0));
        }
    }
}

/// A pipelining client costs one packet of answers for a batch, not one for each command.
#[test]
fn answers_of_a_batch_go_out_together() {
    let mut world = World::new(Config::mx("mx.hanko.example.jp"), false, usize::MAX);
    world.send(b"EHLO a\r\n");
    let before = world.sends;
    world.send(b"MAIL FROM:<a@soto.example.net>\r\nRCPT TO:<user1@hanko.example.jp>\r\nDATA\r\n");
    assert_eq!(world.sends - before, 1);
    world.send(b"x\r\n.\r\n");
    assert_eq!(world.sends - before, 2);
}

/// `cargo test -p sekisho-smtp --test properties -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn speed() {
    let mut world = World::new(Config::mx("mx.hanko.example.jp"), false, usize::MAX);
    world.send(b"EHLO a\r\n");
    let line =
        b"aGVsbG8gd29ybGQsIHRoaXMgaXMgYSBsaW5lIG9mIGJhc2U2NCB0aGF0IGlzIDc2IGxvbmcgaW4gYWxs\r\n";
    let content = [
        b"Subject: t\r\n\r\n".to_vec(),
        line.repeat(125),
        b".\r\n".to_vec(),
    ]
    .concat();
    let start = std::time::Instant::now();
    let mails = 5000;
    for _ in 0..mails {
        world.send(
            b"MAIL FROM:<a@soto.example.net>\r\nRCPT TO:<user1@hanko.example.jp>\r\nDATA\r\n",
        );
        world.send(&content);
        world.stored.clear();
    }
    let took = start.elapsed();
    println!(
        "{mails} mails of {} bytes: {:.1} µs a mail",
        content.len(),
        took.as_secs_f64() * 1e6 / f64::from(mails)
    );
    assert!(world.sent.ends_with(b"\r\n"));
}
