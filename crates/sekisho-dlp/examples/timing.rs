//! What a scan of 10 KB costs: `cargo run --release -p sekisho-dlp --example timing`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use std::hint::black_box;
use std::time::Duration;

use sekisho_dlp::{Detectors, fold};

const ROUNDS: u32 = 1_000;
/// The best of them counts, and only time on the processor: others share the machine.
const SERIES: u32 = 10;

fn main() {
    let detectors = Detectors::standard().unwrap();
    let english =
        "The quick brown fox jumps over the lazy dog, and 12 others on 2026-05-01 at 10:30.\r\n";
    let japanese = "お世話になっております。関所株式会社の佐藤です。来週の打ち合わせ（5月12日）についてご連絡します。\r\n";
    for (name, line) in [("ASCII", english), ("Japanese", japanese)] {
        let text = line.repeat(10_240 / line.len() + 1);
        let per_call = |work: &dyn Fn() -> usize| {
            let series = (0..SERIES).map(|_| {
                let began = on_processor();
                for _ in 0..ROUNDS {
                    black_box(work());
                }
                (on_processor() - began) / ROUNDS
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

/// Time that this thread has run (Linux).
fn on_processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let ran_ns = stat.split(' ').next().unwrap().parse().unwrap();
    Duration::from_nanos(ran_ns)
}
