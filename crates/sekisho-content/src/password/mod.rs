//! Passwords that the text of a mail tells: 「パスワード：Kagi2026」, `Password for data.zip: …`.
//!
//! A sender locks a file and tells the key in another mail (PPAP). What is found here is tried on
//! the locked files; what a person alone can know (today's date, a number of the staff) is not made
//! up.

mod label;
mod line;
mod plausible;
mod value;

use line::Line;

use crate::limits::{PASSWORD_TEXT_CHARS_MAX, PASSWORDS_MAX};

/// A word that may be a password, and how much speaks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) password: String,
    /// The higher the likelier.
    pub(crate) weight: u32,
}

/// Weights: what stands right behind the word for password counts more than what stands near it.
pub(crate) mod weight {
    pub(crate) const QUOTED: u32 = 100;
    pub(crate) const DIRECT: u32 = 95;
    pub(crate) const BELOW: u32 = 90;
    pub(crate) const IN_SENTENCE: u32 = 80;
    pub(crate) const OPENS: u32 = 70;
    pub(crate) const ALONE: u32 = 50;
    /// Less for another way to read what was found.
    pub(crate) const VARIANT: u32 = 30;
}

/// The words of a mail's texts that may be passwords, the likeliest first. The first text is the
/// subject.
pub fn password_candidates(texts: &[&str]) -> Vec<String> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut speaks_of_one = false;
    for (nth, text) in texts.iter().enumerate() {
        if !speaks_of_one && !label::may_be_in(text) {
            continue;
        }
        let text: String = text.chars().take(PASSWORD_TEXT_CHARS_MAX).collect();
        let lines: Vec<Line> = text.lines().map(Line::of).collect();
        for at in 0..lines.len() {
            let rest = lines.get(at..).unwrap_or_default();
            let Some((line, below)) = rest.split_first() else {
                continue;
            };
            for end in label::ends(line) {
                speaks_of_one = true;
                value::behind(line, end, below, &mut found);
            }
            value::that_opens(line, &mut found);
        }
        if nth == 0 {
            // 「【PW】打合せ資料」 speaks of the mail, not of the password.
            found.retain(|candidate| plausible::looks_made(&candidate.password));
        } else if speaks_of_one && found.is_empty() {
            value::alone(&lines, &mut found);
        }
    }
    ranked(found)
}

fn ranked(mut found: Vec<Candidate>) -> Vec<String> {
    for at in 0..found.len() {
        let Some(candidate) = found.get(at) else {
            break;
        };
        let narrow: String = candidate.password.chars().map(line::narrow).collect();
        if narrow != candidate.password {
            let weight = candidate.weight.saturating_sub(weight::VARIANT);
            let password = narrow;
            found.push(Candidate { password, weight });
        }
    }
    found.sort_by_key(|candidate| std::cmp::Reverse(candidate.weight));
    let mut passwords: Vec<String> = Vec::new();
    for candidate in found {
        if !passwords.contains(&candidate.password) && passwords.len() < PASSWORDS_MAX / 2 {
            passwords.push(candidate.password);
        }
    }
    passwords
}
