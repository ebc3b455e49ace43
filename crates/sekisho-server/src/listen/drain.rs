//! The way out: first no new work, then, after a time, no work at all.

use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Open,
    Draining,
    Cut,
}

/// What every connection and accept loop watches.
#[derive(Clone)]
pub struct Drain(watch::Receiver<Phase>);

/// Who decides.
pub struct DrainControl(watch::Sender<Phase>);

impl DrainControl {
    /// Open at first.
    #[must_use]
    pub fn new() -> (Self, Drain) {
        let (sender, receiver) = watch::channel(Phase::Open);
        (Self(sender), Drain(receiver))
    }

    /// No new connections; sessions end at the next point that suits the peer.
    pub fn drain(&self) {
        self.0.send_replace(Phase::Draining);
    }

    /// Everything ends now.
    pub fn cut(&self) {
        self.0.send_replace(Phase::Cut);
    }
}

impl Drain {
    /// Returns once draining has begun.
    pub async fn draining(&mut self) {
        // An error means that the control is gone, and with it the server.
        let _ = self.0.wait_for(|phase| *phase >= Phase::Draining).await;
    }

    /// Returns once draining has begun, or, for one who knows that, once everything must end.
    pub async fn next_phase(&mut self, knows_draining: bool) {
        let wanted = if knows_draining {
            Phase::Cut
        } else {
            Phase::Draining
        };
        let _ = self.0.wait_for(|phase| *phase >= wanted).await;
    }

    /// Whether draining has begun.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.0.borrow() >= Phase::Draining
    }
}
