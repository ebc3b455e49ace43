//! What a mail costs: `cargo run --release -p sekisho-phish --example cost [FILE…]`. Without files: a made-up
//! 10 KB newsletter. The best of many series, in microseconds a mail.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used
)]

use std::time::Instant;

use sekisho_mime::Message;
use sekisho_phish::{Knowledge, Mail, assess};

fn newsletter() -> Vec<u8> {
    let mut raw = String::from(
        "From: \"Shop News\" <news@shop.example.com>\r\nTo: user1@hanko.example.jp\r\nSubject: News\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>",
    );
    let mut n = 0;
    while raw.len() < 10_000 {
        n += 1;
        raw.push_str(&format!(
            "<p style=\"margin:0\">今週のお知らせです。ご覧ください。 item {n}</p>\
             <a href=\"https://www{}.shop.example.com/item/{n}?utm=mail\">くわしく見る</a><br>\r\n",
            n % 5
        ));
    }
    raw.into_bytes()
}

fn main() {
    let files: Vec<Vec<u8>> = std::env::args()
        .skip(1)
        .map(|path| std::fs::read(path).expect("a readable file"))
        .collect();
    let mails = if files.is_empty() {
        vec![newsletter()]
    } else {
        files
    };
    let knowledge = Knowledge::of(&["hanko.example.jp".parse().unwrap()]);
    let parsed: Vec<Message<'_>> = mails.iter().map(|raw| Message::parse(raw)).collect();
    let bytes: usize = mails.iter().map(Vec::len).sum();
    let mut best = f64::INFINITY;
    for _ in 0..60 {
        let began = Instant::now();
        for message in &parsed {
            std::hint::black_box(assess(&Mail::of(message), &knowledge));
        }
        best = best.min(began.elapsed().as_secs_f64() * 1e6 / parsed.len() as f64);
    }
    println!("{best:.1} us a mail of {} bytes", bytes / parsed.len());
}
