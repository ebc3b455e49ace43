//! The built-in rules on short texts.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_mime::Message;
use sekisho_spam::{Body, Filter, Sight, Tokens, score};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    #[serde(default = "someone")]
    from: String,
    text: String,
    #[serde(default)]
    want: Vec<String>,
    #[serde(default)]
    never: Vec<String>,
}

fn someone() -> String {
    "Someone <someone@firm.example>".to_owned()
}

#[test]
fn cases() {
    let mut count = 0;
    for line in include_str!("../cases/rules.jsonl").lines() {
        let case: Case = serde_json::from_str(line).expect(line);
        let raw = format!("From: {}\r\nTo: us@hanko.example\r\n\r\n", case.from);
        let message = Message::parse(raw.as_bytes());
        let body = Body {
            text: &case.text,
            is_hidden: false,
            is_html: false,
        };
        let sight = Sight::of(&message, &[body]);
        let found = score(&sight, &Tokens::of(&sight), &Filter::default());
        let ids: Vec<&str> = found
            .reasons
            .iter()
            .map(|reason| reason.id.as_str())
            .collect();
        for id in &case.want {
            assert!(
                ids.contains(&id.as_str()),
                "{}: {id} is not in {ids:?}",
                case.name
            );
        }
        for id in &case.never {
            assert!(
                !ids.contains(&id.as_str()),
                "{}: {id} is in {ids:?}",
                case.name
            );
        }
        let sum: f64 = found.reasons.iter().map(|reason| reason.points).sum();
        assert!(
            (sum - found.score).abs() < 1e-6,
            "{}: every point has its reason",
            case.name
        );
        count += 1;
    }
    assert!(count > 10);
}
