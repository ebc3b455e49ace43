//! Waiting for what tells nobody that it has happened.

use std::time::{Duration, Instant};

/// Long enough for a loaded machine.
const WAIT_S: u64 = 60;

/// Asks again until there is an answer. Only for what has no event to wait for.
///
/// # Panics
/// When there is none in time.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(WAIT_S);
    let (_never, tick) = std::sync::mpsc::channel::<()>();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: not within {WAIT_S} s");
        let _ = tick.recv_timeout(Duration::from_millis(50));
    }
}
