//! What the filter is given of a mail: decoded by others, read here.

use sekisho_mime::Message;

use crate::claim::claim;
use crate::concept::Found;
use crate::fold::{Folded, is_plain};
use crate::limits::{HIDDEN_BYTES_MAX, LINKS_MAX, TEXT_BYTES_MAX};

/// The most that signs against spam take off: a fraud may hold as many kind words as it likes.
pub(crate) const AGAINST_MAX: f32 = -4.0;

/// A body text of a mail, as other inspectors have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body<'a> {
    /// In Unicode.
    pub text: &'a str,
    /// A reader does not see it: addresses of links, comments, hidden elements.
    pub is_hidden: bool,
    /// It was HTML.
    pub is_html: bool,
}

/// How a text is written; what a header or a run of letters is worth differs by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Japanese,
    Other,
}

/// A mail made ready for tokens and rules.
#[derive(Debug)]
pub struct Sight<'a> {
    pub(crate) message: &'a Message<'a>,
    pub(crate) subject: String,
    pub(crate) from: String,
    /// Subject first.
    pub(crate) folded: Folded,
    pub(crate) found: Found,
    pub(crate) script: Script,
    pub(crate) links: Vec<String>,
    pub(crate) is_html: bool,
    pub(crate) has_quotes: bool,
    pub(crate) capitals: f32,
    pub(crate) exclamations: usize,
    pub(crate) hidden_bytes: usize,
    pub(crate) is_cut: bool,
}

impl<'a> Sight<'a> {
    /// Takes in a mail. The work is bounded by [`crate::limits`], whatever the mail holds.
    pub fn of(message: &'a Message<'a>, bodies: &[Body<'_>]) -> Self {
        let subject = message.subject().unwrap_or_default();
        let mut sight = Self {
            message,
            from: message
                .header("from")
                .map(|field| field.text())
                .unwrap_or_default(),
            folded: Folded::default(),
            found: Found::default(),
            script: Script::Other,
            links: Vec::new(),
            is_html: bodies.iter().any(|body| body.is_html),
            has_quotes: false,
            capitals: 0.0,
            exclamations: 0,
            hidden_bytes: 0,
            is_cut: false,
            subject,
        };
        sight.folded.push(cut(&sight.subject, 1_000));
        sight.take(bodies);
        sight.script = script_of(&sight.folded.text);
        sight.found = Found::of(sight.said());
        sight.found.claim(claim(&sight));
        sight
    }

    /// What the mail is for. How notes and signatures look is known of Japanese mail alone.
    pub(crate) fn said(&self) -> impl Iterator<Item = &str> {
        self.folded.said(self.script == Script::Other)
    }

    /// What the built-in rules give, signs against spam bounded.
    pub(crate) fn rule_points(&self) -> f32 {
        let (mut plus, mut minus) = (0.0, 0.0);
        for rule in self.found.rules() {
            if rule.points > 0.0 {
                plus += rule.points;
            } else {
                minus += rule.points;
            }
        }
        plus + f32::max(minus, AGAINST_MAX)
    }

    fn take(&mut self, bodies: &[Body<'_>]) {
        let (mut shown, mut hidden) = (TEXT_BYTES_MAX, HIDDEN_BYTES_MAX);
        // Of two alternatives the plain one says the same in fewer words.
        let has_plain = bodies
            .iter()
            .any(|body| !body.is_html && !body.is_hidden && body.text.trim().len() > 40);
        for body in bodies {
            let left = if body.is_hidden {
                &mut hidden
            } else {
                &mut shown
            };
            let text = cut(body.text, *left);
            *left -= text.len();
            self.links_of(text);
            if body.is_hidden {
                self.hidden_bytes += body.text.len();
                continue;
            }
            self.is_cut |= text.len() < body.text.len();
            if body.is_html && has_plain {
                continue;
            }
            self.letters_of(text);
            self.folded.push(text);
        }
    }

    fn letters_of(&mut self, text: &str) {
        let (mut letters, mut capitals) = (0_u32, 0_u32);
        // In blocks that a byte can count, many at a time.
        for block in text.as_bytes().chunks(usize::from(u8::MAX)) {
            letters += u32::from(count(block, |byte| byte.is_ascii_alphabetic()));
            capitals += u32::from(count(block, |byte| byte.is_ascii_uppercase()));
            self.exclamations += usize::from(count(block, |byte| byte == b'!'));
        }
        if letters > 40 {
            self.capitals = self.capitals.max(capitals as f32 / letters as f32);
        }
        self.has_quotes |= text.lines().any(|line| line.trim_start().starts_with('>'));
    }

    fn links_of(&mut self, text: &str) {
        for (at, _) in text.match_indices("://") {
            if self.links.len() >= LINKS_MAX {
                return;
            }
            let before = text.get(..at).unwrap_or_default();
            if !before.ends_with("http") && !before.ends_with("https") {
                continue;
            }
            let after = text.get(at + 3..).unwrap_or_default();
            let end = after
                .find(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | '\''))
                .unwrap_or(after.len());
            let link = after.get(..end.min(300)).unwrap_or_default();
            if !link.is_empty() {
                self.links.push(link.to_ascii_lowercase());
            }
        }
    }
}

/// How many bytes of a block of at most 255 are so.
fn count(block: &[u8], is: impl Fn(u8) -> bool) -> u8 {
    block.iter().map(|byte| u8::from(is(*byte))).sum()
}

fn script_of(text: &str) -> Script {
    if text.is_ascii() {
        return Script::Other;
    }
    let (mut all, mut japanese) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        all += 1;
        japanese += usize::from(is_plain(c));
    }
    if japanese * 5 > all {
        Script::Japanese
    } else {
        Script::Other
    }
}

/// The beginning of a text, at most so many bytes.
pub(crate) fn cut(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
