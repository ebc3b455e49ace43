//! Prints time and memory of parsing: `cargo run --release --example timing -p sekisho-mime -- MAIL...`
//! measures files; without arguments the shapes of promise P14.
#![allow(clippy::unwrap_used, clippy::print_stdout)]
// A measurement reads files and the clock; the crate does neither.
#![allow(clippy::disallowed_methods)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use sekisho_mime::Message;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        for (name, mail) in shapes() {
            measure_shape(&name, &mail);
        }
        return;
    }
    let mails: Vec<Vec<u8>> = files
        .iter()
        .map(|file| std::fs::read(file).unwrap())
        .collect();
    let bytes: usize = mails.iter().map(Vec::len).sum();
    let rounds = 20;
    let before = Instant::now();
    let mut parts = 0;
    for mail in (0..rounds).flat_map(|_| &mails) {
        parts += Message::parse(mail).parts().count();
    }
    let each = before.elapsed() / u32::try_from(rounds * mails.len()).unwrap();
    println!(
        "{} mails, {} bytes each on average, {parts} parts: {each:?} a parse",
        mails.len(),
        bytes / mails.len()
    );
}

fn measure_shape(name: &str, mail: &[u8]) {
    let timed = |work: &mut dyn FnMut() -> usize| -> (Duration, usize) {
        let before = Instant::now();
        let count = work();
        (before.elapsed(), count)
    };
    let (parse, parts) = timed(&mut || Message::parse(mail).all_parts().count());
    let message = Message::parse(mail);
    let (addresses, count) = timed(&mut || message.to().len());
    let (check, anomalies) = timed(&mut || message.anomalies().len());
    println!(
        "{name}: {} KB, parse {parse:?} ({parts} parts), To {addresses:?} ({count}), anomalies {check:?} ({anomalies}), peak {} KB",
        mail.len() / 1024,
        peak_kb()
    );
}

fn peak_kb() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn shapes() -> Vec<(String, Vec<u8>)> {
    let head = "From: a@b.jp\r\nMIME-Version: 1.0\r\n";
    let mut shapes = Vec::new();
    let to: Vec<String> = (0..100_000)
        .map(|n| format!("Name {n} <user{n}@example.jp>"))
        .collect();
    shapes.push((
        "100k addresses".to_owned(),
        format!("{head}To: {}\r\n\r\nhi\r\n", to.join(",\r\n ")),
    ));
    let mut parts = format!("{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    for n in 0..10_000 {
        let _ = write!(
            parts,
            "--b\r\nContent-Type: text/plain; name=f{n}.txt\r\n\r\npart {n}\r\n"
        );
    }
    shapes.push(("10k parts".to_owned(), parts.clone() + "--b--\r\n"));
    shapes.push((
        "10k parts, a stranger's delimiter each".to_owned(),
        parts.replace(
            "\r\n\r\npart",
            "\r\n\r\n--bx\r\nContent-Type: x/y\r\n\r\npart",
        ),
    ));
    let mut nested = head.to_owned();
    for n in 0..1_000 {
        let _ = write!(
            nested,
            "Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"
        );
    }
    shapes.push(("1k nested multiparts".to_owned(), nested + "\r\ndeep\r\n"));
    let messages = "Content-Type: message/rfc822\r\n\r\n".repeat(1_000);
    shapes.push((
        "1k nested messages".to_owned(),
        format!("{messages}Subject: x\r\n\r\nhi"),
    ));
    shapes.push((
        "nested same boundary".to_owned(),
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(5_000),
    ));
    shapes.push((
        "open parentheses".to_owned(),
        format!(
            "Content-Type: {}\r\nTo: {}\r\n\r\n",
            "(".repeat(200_000),
            "(".repeat(200_000)
        ),
    ));
    shapes.push((
        "quotes".to_owned(),
        format!(
            "Content-Type: a/b; n={}\r\nTo: {}\r\n\r\n",
            "\"\\".repeat(100_000),
            "\\\"<\"".repeat(100_000)
        ),
    ));
    shapes.push((
        "encoded words".to_owned(),
        format!(
            "Subject: {}\r\nTo: {}\r\n\r\n",
            "=?utf-8?Q?".repeat(100_000),
            "=?a?b?=".repeat(100_000)
        ),
    ));
    shapes.push((
        "header lines".to_owned(),
        format!("{}\r\n", "a:\r\n".repeat(1_000_000)),
    ));
    shapes.push((
        "junk lines".to_owned(),
        format!("{}\r\n", "junk\r\nX: y\r\n".repeat(100_000)),
    ));
    shapes.push((
        "delimiter lines".to_owned(),
        format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
            "--c\r\nContent-A: b\r\n".repeat(100_000)
        ),
    ));
    shapes.push((
        "base64 of 20 MB".to_owned(),
        format!(
            "Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            format!("{}\r\n", "QUJD".repeat(19)).repeat(270_000)
        ),
    ));
    shapes
        .into_iter()
        .map(|(name, mail)| (name, mail.into_bytes()))
        .collect()
}
