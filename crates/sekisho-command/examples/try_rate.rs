//! How long `policy try` takes over 100,000 stored mails:
//! `cargo run --release -p sekisho-command --example try_rate`.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use sekisho_command::{Caller, Command, Desk, Request, Trial};
use sekisho_directory::Directory;
use sekisho_policy::{Facts, Finding, HeaderMailbox, PartFacts, Recipient};
use sekisho_store::{
    Actor, BodyKind, Content, Direction, Fate, MailId, MessageView, NewMail, NewRecipient, Notify,
    Options, Store, Summary,
};
use sekisho_words::Words;

const MAILS: usize = 100_000;
const TOGETHER: usize = 1_000;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Options::new(folder.path())).unwrap();
    let now = Timestamp::now();
    let directory = Directory::open(store.clone(), now).unwrap();
    let tenant = directory
        .add_organisation("Bench", Actor::System("bench"), now)
        .await
        .unwrap();
    // As letters of one mail, a thousand come in one transaction.
    let began = Instant::now();
    for first in (0..MAILS).step_by(TOGETHER) {
        let mut together = (first..first + TOGETHER)
            .map(|number| mail(store.new_mail_id(now), tenant, now, number));
        let mut whole = together.next().unwrap();
        whole.notices = together.collect();
        let _proof = store.accept(whole).await.unwrap();
    }
    println!("{MAILS} mails stored in {:?}", began.elapsed());
    let desk = Desk {
        store: store.clone(),
        directory,
        pages: Arc::from("https://mail.example.jp"),
        hostname: Arc::from("mail.example.jp"),
    };
    for (name, text) in [
        ("the standard preset", "preset = \"standard\"\n"),
        ("one rule", RULE),
    ] {
        let began = Instant::now();
        let request = Request {
            organisation: None,
            command: Command::PolicyTry(Trial {
                rule: None,
                text: Some(text.to_owned()),
                since: Timestamp::UNIX_EPOCH,
                samples: 5,
            }),
        };
        let caller = Caller::Console {
            user: "bench".to_owned(),
        };
        let answer = desk.run(&caller, request).await.unwrap();
        let (mails, stopped) = (&answer["mails"], &answer["stopped"]);
        println!(
            "{name}: {mails} mails judged again, {stopped} stopped, in {:?}",
            began.elapsed()
        );
    }
    store.close();
}

const RULE: &str = r#"
[[rule]]
name = "tried"
direction = "outbound"
when = { subject = "見積", recipients = { side = "external", personal = false } }
then = { action = "hold", approver = "manager" }
"#;

/// Facts as large as those of a mail with an attachment are.
fn facts(number: usize, now: Timestamp) -> Facts {
    let mut facts = Facts {
        direction: sekisho_policy::Direction::Outbound,
        now,
        ..Facts::default()
    };
    facts.message.subject = format!("見積{number} のご送付");
    facts.message.from.push(HeaderMailbox {
        name: Some("山田 太郎".to_owned()),
        address: "user1@hanko.example.jp".to_owned(),
        ..HeaderMailbox::default()
    });
    for name in [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
    ] {
        facts.message.headers.insert(name.to_owned(), 1);
    }
    for address in [
        "tanaka@soto.example.net",
        "suzuki@other.example",
        "user2@hanko.example.jp",
    ] {
        facts.recipients.push(Recipient {
            address: address.parse().unwrap(),
            side: Default::default(),
            place: Default::default(),
        });
    }
    for path in ["1", "2", "3"] {
        facts.parts.push(PartFacts {
            path: path.to_owned(),
            name: Some(format!("資料{path}.xlsx")),
            names: vec![format!("資料{path}.xlsx")],
            kind: "xlsx".to_owned(),
            declared: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                .to_owned(),
            size: 20_000,
            ..PartFacts::default()
        });
    }
    if number.is_multiple_of(10) {
        let why = Words {
            ja: "マイナンバーがあります。".to_owned(),
            en: "There is a My Number.".to_owned(),
        };
        facts.findings.push(Finding::certain(
            "dlp.my_number",
            "********2014",
            "part 1",
            why,
        ));
    }
    facts
}

fn mail(id: MailId, tenant: sekisho_store::Tenant, now: Timestamp, number: usize) -> NewMail {
    NewMail {
        id,
        tenant,
        now,
        direction: Direction::Outbound,
        content: Content::from_bytes(b"Subject: x\r\n\r\nx\r\n".to_vec()),
        reverse_path: Some("user1@hanko.example.jp".to_owned()),
        return_full: false,
        envelope_id: None,
        body_kind: BodyKind::SevenBit,
        smtputf8: false,
        helo: None,
        client_ip: None,
        signed_in: None,
        tls: None,
        with_protocol: "ESMTPSA".to_owned(),
        summary: Summary {
            subject: format!("見積{number} のご送付"),
            ..Summary::default()
        },
        view: MessageView::default(),
        facts_json: serde_json::to_string(&facts(number, now)).unwrap(),
        verdict_json: "{}".to_owned(),
        hold: None,
        recipients: vec![NewRecipient {
            address: "tanaka@soto.example.net".to_owned(),
            given: None,
            original: None,
            notify: Notify::default(),
            fate: Fate::Discard,
        }],
        steps: Vec::new(),
        notices: Vec::new(),
    }
}
