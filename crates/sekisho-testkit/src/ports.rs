//! Ports for servers that must be told theirs before they start.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the range that systems give to clients and to port 0, so that nobody is given one of
/// ours between our look and the server's start.
const FIRST: u16 = 10_240;
const COUNT: u16 = 20_000;

/// Tests that run side by side begin far from each other.
const APART: u32 = 61;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port that nobody listens on, each time another one.
pub fn free_port() -> u16 {
    let start = std::process::id().wrapping_mul(APART);
    for _ in 0..COUNT {
        let nth = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let offset = start.wrapping_add(nth) % u32::from(COUNT);
        let port = FIRST + u16::try_from(offset).expect("less than COUNT");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port");
}

/// Several at once.
pub fn free_ports<const N: usize>() -> [u16; N] {
    [(); N].map(|()| free_port())
}
