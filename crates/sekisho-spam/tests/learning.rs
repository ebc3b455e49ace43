//! What learning promises: at once, for whom, how far, how long, how large.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use sekisho_mime::Message;
use sekisho_spam::{Body, Filter, FormError, JUNK, Lesson, Model, Personal, Sight, Tokens, score};

fn mail(subject: &str, from: &str) -> Vec<u8> {
    format!("From: {from}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\r\n").into_bytes()
}

/// The tokens of a mail with this text, and its score under a filter.
fn read(subject: &str, text: &str, filter: &Filter<'_>) -> (Tokens, f64) {
    let raw = mail(subject, "news@shop.example");
    let message = Message::parse(&raw);
    let body = Body {
        text,
        is_hidden: false,
        is_html: false,
    };
    let sight = Sight::of(&message, &[body]);
    let tokens = Tokens::of(&sight);
    let found = score(&sight, &tokens, filter);
    (tokens, found.score)
}

fn tokens(subject: &str, text: &str) -> Tokens {
    read(subject, text, &Filter::default()).0
}

fn lesson(text: &str, is_spam: bool, teacher: Option<u64>) -> Lesson {
    Lesson {
        tokens: tokens(text, text),
        is_spam,
        corrects: false,
        teacher,
        day: 20_000,
    }
}

/// A table that knows a little of both kinds.
fn trained() -> Model {
    let lessons: Vec<Lesson> = (0..60)
        .flat_map(|nth| {
            [
                lesson(
                    &format!("cheap pills and casino bonus number {nth} order now"),
                    true,
                    None,
                ),
                lesson(
                    &format!("minutes of the meeting {nth} about the release plan"),
                    false,
                    None,
                ),
            ]
        })
        .collect();
    let mut model = Model::new();
    model.train(&lessons);
    model
}

#[test]
fn what_was_learned_tells_kinds_apart() {
    let model = trained();
    let odds = |text| model.odds(&tokens(text, text)).unwrap();
    assert!(odds("casino bonus and cheap pills for you") > 1.0);
    assert!(odds("the plan of the next meeting, with minutes") < -1.0);
}

#[test]
fn little_learned_says_nothing() {
    let mut model = Model::new();
    model.learn(&lesson("buy now", true, None));
    assert_eq!(model.odds(&tokens("buy", "now")), None);
}

#[test]
fn one_move_changes_the_next_like_mail_for_that_user() {
    let model = trained();
    let whole = Filter {
        organisation: Some(&model),
        personal: None,
    };
    let first = "週刊メルマガ 第41号 今週の特売は洗剤とタオルです。店頭でお待ちしています。";
    let second = "週刊メルマガ 第42号 今週の特売は米とみそです。店頭でお待ちしています。";
    let other = "来週の打ち合わせの資料を添付します。ご確認をお願いします。";
    let mut personal = Personal::new();
    let (taught, points) = read("週刊メルマガ 第41号", first, &whole);
    assert!(points < JUNK);
    personal.learn(&taught, true, points as f32);
    let own = Filter {
        organisation: Some(&model),
        personal: Some(&personal),
    };
    assert!(read("週刊メルマガ 第42号", second, &own).1 >= JUNK);
    assert!(read("打ち合わせ", other, &own).1 < JUNK);
    assert!(read("週刊メルマガ 第42号", second, &whole).1 < JUNK);
    // And back again.
    let (taught, points) = read("週刊メルマガ 第42号", second, &whole);
    personal.learn(&taught, false, points as f32);
    let own = Filter {
        organisation: Some(&model),
        personal: Some(&personal),
    };
    assert!(read("週刊メルマガ 第43号", second, &own).1 < JUNK);
}

#[test]
fn one_user_cannot_turn_the_table_of_all() {
    let good = "minutes of the meeting about the release plan";
    let mut model = trained();
    let before = model.lessons();
    for _ in 0..500 {
        model.learn(&lesson(good, true, Some(7)));
    }
    let (ham, spam) = model.lessons();
    assert_eq!(ham, before.0);
    assert!(spam - before.1 <= 21, "{spam}");
}

#[test]
fn what_is_not_seen_for_long_is_forgotten() {
    let mut model = trained();
    let text = "cheap pills and casino bonus";
    let early = model.odds(&tokens(text, text)).unwrap();
    for year in 1..12 {
        model.age(20_000 + year * 200);
    }
    let late = model.odds(&tokens(text, text)).unwrap();
    assert!(late < early / 2.0, "{early} {late}");
}

#[test]
fn a_correction_takes_the_first_lesson_back() {
    let mut model = trained();
    let before = model.lessons();
    let wrong = lesson("quarterly report of the branch", true, None);
    model.learn(&wrong);
    model.learn(&Lesson {
        is_spam: false,
        corrects: true,
        ..wrong
    });
    assert_eq!(model.lessons(), (before.0 + 1, before.1));
}

#[test]
fn both_forms_give_the_table_back() {
    let model = trained();
    let bytes = model.to_bytes();
    assert_eq!(Model::from_bytes(&bytes).unwrap(), model);
    assert_eq!(Model::from_text(&model.to_text()).unwrap(), model);
    let mut damaged = bytes.clone();
    damaged[100] ^= 1;
    assert_eq!(Model::from_bytes(&damaged), Err(FormError::Damaged));
    assert_eq!(
        Model::from_bytes(b"SQLite format 3\0"),
        Err(FormError::Mark)
    );
    let mut personal = Personal::new();
    personal.learn(&tokens("a", "some words of a mail"), true, 0.0);
    assert_eq!(
        Personal::from_bytes(&personal.to_bytes()).unwrap(),
        personal
    );
}

#[test]
fn hostile_text_is_bounded() {
    let line = "口座が凍結されました。 casino http://a.example/x ".repeat(200_000);
    let (tokens, _) = read("x", &line, &Filter::default());
    let count: usize = tokens.groups.iter().map(Vec::len).sum();
    assert!(count <= sekisho_spam::limits::TOKENS_MAX);
    let no_line_end = "あ".repeat(4_000_000);
    read("x", &no_line_end, &Filter::default());
}

proptest! {
    #[test]
    fn any_bytes_are_no_table_or_one(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Model::from_bytes(&bytes);
        let _ = Personal::from_bytes(&bytes);
        let _ = Model::from_text(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_text_gives_a_score(text in "\\PC{0,300}") {
        let (_, points) = read(&text, &text, &Filter::default());
        prop_assert!(points.is_finite());
    }
}
