//! What a scan of 10 KB costs: `cargo run --release -p sekisho-dlp --example timing`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use std::hint::black_box;
use std::time::Instant;

use sekisho_dlp::{Detectors, fold};

const ROUNDS: u32 = 200;
/// The best of them counts: others share the machine.
const SERIES: u32 = 50;

fn main() {
    let detectors = Detectors::standard().unwrap();
    let english =
        "The quick brown fox jumps over the lazy dog, and 12 others on 2026-05-01 at 10:30.\r\n";
    let japanese = "お世話になっております。関所株式会社の佐藤です。来週の打ち合わせ（5月12日）についてご連絡します。\r\n";
    for (name, line) in [("ASCII", english), ("Japanese", japanese)] {
        let text = line.repeat(10_240 / line.len() + 1);
        let per_call = |work: &dyn Fn() -> usize| {
            let series = (0..SERIES).map(|_| {
                let began = Instant::now();
                for _ in 0..ROUNDS {
                    black_box(work());
                }
                began.elapsed() / ROUNDS
            });
            series.min().unwrap_or_default()
        };
        let folded = per_call(&|| fold(black_box(&text)).as_str().len());
        let scanned = per_call(&|| detectors.scan(black_box(&text)).len());
        println!(
            "{name} {} bytes: fold {folded:?}, scan {scanned:?}",
            text.len()
        );
    }
}
