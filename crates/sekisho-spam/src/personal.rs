//! What one user taught, on top of the organisation's table.
//!
//! A move to or from Junk must change the next like mail, for that user. So each lesson changes the
//! weights of the mail's tokens by exactly as much as brings this mail to where it belongs
//! ("Online Passive-Aggressive Algorithms", Crammer et al., 2006). The layer is small, since there is
//! one a user, and holds no text.

use crate::limits::USER_SLOTS;
use crate::token::{GROUPS, Tokens};

/// A user's layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Personal {
    pub(crate) weights: Vec<f32>,
    pub(crate) lessons: u32,
}

/// Points beyond zero or beyond the junk mark that a taught mail gets: the next is like it, not equal.
const MARGIN: f32 = 6.0;

/// What headers, words, letters, concepts and shape count in likeness. Words say most of what a mail
/// is; its shape is shared with many.
const LIKENESS: [f32; GROUPS] = [1.0, 0.7, 1.0, 0.5, 0.3];

impl Default for Personal {
    fn default() -> Self {
        Self {
            weights: vec![0.0; USER_SLOTS],
            lessons: 0,
        }
    }
}

impl Personal {
    /// Nothing taught.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lessons so far.
    pub fn lessons(&self) -> u32 {
        self.lessons
    }

    /// Points for this user.
    pub fn points(&self, tokens: &Tokens) -> f32 {
        self.dot(tokens).0
    }

    /// Learns that a mail is spam or not, where all else gives it `others` points.
    pub fn learn(&mut self, tokens: &Tokens, is_spam: bool, others: f32) {
        let (points, square) = self.dot(tokens);
        self.lessons = self.lessons.saturating_add(1);
        let short = if is_spam {
            (crate::JUNK as f32 + MARGIN - others - points).max(0.0)
        } else {
            (1.0 - MARGIN - others - points).min(0.0)
        };
        if square <= 0.0 {
            return;
        }
        let change = short / square;
        for (hashes, likeness) in tokens.groups.iter().zip(LIKENESS) {
            let scale = scale(hashes, likeness);
            for hash in hashes {
                let at = *hash as usize & (USER_SLOTS - 1);
                if let Some(weight) = self.weights.get_mut(at) {
                    *weight = (*weight + change * scale).clamp(-20.0, 20.0);
                }
            }
        }
    }

    /// The sum, and the squared length of the mail.
    fn dot(&self, tokens: &Tokens) -> (f32, f32) {
        let (mut dot, mut square) = (0.0, 0.0);
        for (hashes, likeness) in tokens.groups.iter().zip(LIKENESS) {
            let scale = scale(hashes, likeness);
            square += scale * scale * hashes.len() as f32;
            for hash in hashes {
                let at = *hash as usize & (USER_SLOTS - 1);
                dot += self.weights.get(at).copied().unwrap_or_default() * scale;
            }
        }
        (dot, square)
    }
}

fn scale(hashes: &[u32], likeness: f32) -> f32 {
    likeness / (hashes.len().max(1) as f32).sqrt()
}
