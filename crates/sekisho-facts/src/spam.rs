//! The spam filter's view of a mail, from the texts that the other inspectors read.

use sekisho_mime::Message;
use sekisho_policy::{Direction, Finding, ScoreFacts};
use sekisho_spam::{Body, Score, Sight, Tokens, score};
use sekisho_words::{is_key, say};

use crate::parts::Parts;
use crate::texts::PlacedText;
use crate::{Context, InProcess};

/// Who could send spam: the outside, and an account of ours that was taken over. What we send out is
/// not weighed.
pub(crate) fn is_weighed(direction: Direction) -> bool {
    matches!(direction, Direction::Inbound | Direction::Internal)
}

pub(crate) fn weigh(message: &Message<'_>, texts: &[PlacedText], context: &Context<'_>) -> Score {
    let bodies = bodies(message, texts);
    let sight = Sight::of(message, &bodies);
    let filter = context.filter.unwrap_or_default();
    // Only what was learned speaks of tokens, and reading them is most of the work.
    let tokens = if filter.is_empty() {
        Tokens::default()
    } else {
        Tokens::of(&sight)
    };
    score(&sight, &tokens, &filter)
}

/// The tokens of a mail, to teach the filter with.
pub fn tokens(raw: &[u8]) -> Tokens {
    let message = Message::parse(raw);
    let parts = Parts::of(&message, &[], &InProcess);
    let bodies = bodies(&message, &parts.texts);
    Tokens::of(&Sight::of(&message, &bodies))
}

/// The texts of the parts that a mail program shows; attachments speak for themselves elsewhere.
fn bodies<'t>(message: &Message<'_>, texts: &'t [PlacedText]) -> Vec<Body<'t>> {
    let mut bodies = Vec::new();
    for part in message.parts() {
        if part.is_multipart() || part.is_message() || part.is_attachment() {
            continue;
        }
        let content_type = part.content_type();
        if content_type.media != "text" {
            continue;
        }
        let is_html = content_type.subtype == "html";
        let place = format!("part {}", part.path());
        let hidden = format!("{place}, hidden");
        // Only the main reading: others stand behind it under the same place.
        for (place, is_hidden) in [(&place, false), (&hidden, true)] {
            if let Some(found) = texts.iter().find(|text| text.place == *place) {
                let text = found.text.as_str();
                bodies.push(Body {
                    text,
                    is_hidden,
                    is_html,
                });
            }
        }
    }
    bodies
}

/// The answer as facts that rules are judged by.
pub(crate) fn facts(score: &Score) -> ScoreFacts {
    ScoreFacts {
        score: score.score,
        verdict: score.verdict().to_owned(),
        reasons: score.reasons.iter().map(reason).collect(),
    }
}

fn reason(reason: &sekisho_spam::Reason) -> Finding {
    let points = format!("{:+.1}", reason.points);
    let key = reason.id.replace(['.', '_'], "-");
    let key = if is_key(&key) {
        key.as_str()
    } else {
        "spam-sign"
    };
    let args = [
        ("points", (&points).into()),
        ("what", (&reason.detail).into()),
    ];
    Finding::certain(&reason.id, &points, "message", say(key, &args))
}
