//! What 200 rules with a list of 100,000 words cost on a mail of 10 KB:
//! `cargo run --release -p sekisho-policy --example rules_rate`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use sekisho_policy::{Direction, Facts, Policy, Recipient, Side, WordField, judge};

const WORDS: usize = 100_000;
const RULES: usize = 200;
const ROUNDS: u32 = 200;
/// The best of them counts: others share the machine.
const SERIES: u32 = 10;

fn main() {
    let text = policy();
    let began = Instant::now();
    let policy = Policy::parse(&text).unwrap();
    let read = began.elapsed();
    println!(
        "{} rules, {} bytes of policy, read in {read:?}",
        policy.rules().len(),
        text.len()
    );
    let line = "お世話になっております。関所株式会社の佐藤です。来週の打ち合わせ（5月12日）についてご連絡します。製品番号 K04242 です。\r\n";
    let body = line.repeat(10_240 / line.len() + 1);
    let look = || {
        let mut search = policy.vocabulary().search();
        search.text(WordField::Body, "part 1", black_box(&body));
        search.finish()
    };
    let mut facts = Facts {
        direction: Direction::Outbound,
        ..Facts::default()
    };
    facts.message.subject = "【見積】製品番号 K00042 の件".to_owned();
    for address in ["tanaka@soto.example.net", "user2@hanko.example.jp"] {
        facts.recipients.push(Recipient {
            address: address.parse().unwrap(),
            side: Side::External,
            place: Default::default(),
        });
    }
    facts.words = Some(look());
    let matched = judge(&facts, &policy).matched.len();
    let (looked, judged) = (
        best(&|| look().hits.len()),
        best(&|| judge(&facts, &policy).matched.len()),
    );
    println!("words found in the text: {looked:?}");
    println!("rules asked: {judged:?} ({matched} match)");
    println!("together: {:?}", looked + judged);
}

fn best(work: &dyn Fn() -> usize) -> Duration {
    let series = (0..SERIES).map(|_| {
        let began = Instant::now();
        for _ in 0..ROUNDS {
            black_box(work());
        }
        began.elapsed() / ROUNDS
    });
    series.min().unwrap_or_default()
}

fn policy() -> String {
    let mut text = "preset = \"standard\"\n\n[[list]]\nname = \"products\"\nwords = [".to_owned();
    for number in 0..WORDS {
        let _ = write!(text, "\"製品番号K{number:05}\", ");
    }
    text.push_str("]\n");
    for number in 0..RULES {
        let when = match number % 8 {
            0 => format!("{{ anywhere = {{ list = \"products\" }}, size_min = {number} }}"),
            1 => format!("{{ subject = [\"契約{number}\", \"見積{number}\"], recipients = {{ side = \"external\" }} }}"),
            2 => format!("{{ body = \"打ち合わせ{number}\" }}"),
            3 => format!("{{ body = {{ matches = \"[A-Z]{{2}}-{number}[0-9]{{4}}\" }} }}"),
            4 => format!("{{ recipients = {{ address = [\"@a{number}.example\", \"@*.b{number}.example\"] }} }}"),
            5 => format!("{{ attachment = {{ name = \"名簿{number}\" }} }}"),
            6 => format!("{{ any = [{{ text = \"社外秘{number}\" }}, {{ finding = {{ id = \"dlp.*\", count_min = 3 }} }}] }}"),
            _ => "{ recipients = { side = \"external\", organisations_min = 3 }, time = { from = \"22:00\", to = \"05:00\" } }".to_owned(),
        };
        let _ = write!(
            text,
            "\n[[rule]]\nname = \"rule-{number}\"\ndirection = \"outbound\"\nwhen = {when}\nthen = {{ action = \"hold\", approver = \"manager\" }}\n"
        );
    }
    text
}
