//! How many 10 KB mails a second the store takes, and what each costs the processor.
//!
//! `cargo run --release -p sekisho-store --example accept_rate [DIR] [MAILS] [SUBMITTERS]`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::Timestamp;
use sekisho_store::*;

const ACCOUNTS: usize = 100;

fn main() {
    let mut args = std::env::args().skip(1);
    let dir = args.next().map(std::path::PathBuf::from);
    let mails: i64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let submitters: usize = args.next().and_then(|n| n.parse().ok()).unwrap_or(50);
    let temporary = tempfile::tempdir().unwrap();
    let store = Store::open(Options::new(dir.unwrap_or(temporary.path().to_owned()))).unwrap();
    let accounts = Arc::new(accounts(&store));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    let left = Arc::new(AtomicI64::new(mails));
    let text: bytes::Bytes = b"Subject: a mail\r\n\r\n0123456789abcdef\r\n"
        .repeat(270)
        .into();
    let (began, cpu) = (Instant::now(), cpu_us());
    runtime.block_on(async {
        let submit = |n: usize| {
            let (store, accounts, left, text) =
                (store.clone(), accounts.clone(), left.clone(), text.clone());
            tokio::spawn(async move {
                let mut longest = 0;
                loop {
                    let number = left.fetch_sub(1, Ordering::Relaxed);
                    if number <= 0 {
                        return longest;
                    }
                    let account = accounts[(number as usize + n) % accounts.len()];
                    let sent = Instant::now();
                    let _durable = store
                        .accept(mail(&store, account, number, text.clone()))
                        .await
                        .unwrap();
                    longest = longest.max(sent.elapsed().as_micros());
                }
            })
        };
        let tasks: Vec<_> = (0..submitters).map(submit).collect();
        let mut longest = 0;
        for task in tasks {
            longest = longest.max(task.await.unwrap());
        }
        println!("longest wait {longest} us");
    });
    let seconds = began.elapsed().as_secs_f64();
    let cpu = (cpu_us() - cpu) as f64 / mails as f64;
    println!(
        "{mails} mails, {submitters} submitters: {:.0}/s, {cpu:.0} us CPU each",
        mails as f64 / seconds
    );
    search(&store, mails);
    if std::env::var_os("CPU_BY_THREAD").is_some() {
        by_thread();
    }
}

fn accounts(store: &Store) -> Vec<AccountId> {
    let now = Timestamp::now();
    let change = |change| {
        store
            .change_directory(change, Actor::System("bench"), now)
            .wait()
            .unwrap()
    };
    change(DirectoryChange::AddOrganisation {
        name: "Bench".into(),
    });
    let domain = DomainRow {
        tenant: Tenant(1),
        name: "bench.example".into(),
        catch_all: None,
    };
    change(DirectoryChange::PutDomain(domain));
    let account = |n| NewAccount {
        tenant: Tenant(1),
        kind: AccountKind::Person,
        address: format!("user{n}@bench.example"),
        address_key: format!("user{n}@bench.example"),
        name: String::new(),
        language: "ja".into(),
        roles: 1,
        manager: None,
        deputy: None,
        quota_bytes: None,
    };
    let add = |n| match change(DirectoryChange::AddAccount(account(n))) {
        DirectoryMade::Account(id) => id,
        other => panic!("{other:?}"),
    };
    (0..ACCOUNTS).map(add).collect()
}

fn mail(store: &Store, account: AccountId, number: i64, text: bytes::Bytes) -> NewMail {
    let now = Timestamp::now();
    let id = store.new_mail_id(now);
    let address = format!("user{account}@bench.example");
    NewMail {
        id,
        tenant: Tenant(1),
        now,
        direction: Direction::Inbound,
        content: Content {
            head: format!("Received: from mx.example by bench.example id {id}\r\n").into_bytes(),
            body: Body::Memory(text),
        },
        reverse_path: Some(format!("sender{}@outside.example", number % 5_000)),
        return_full: false,
        envelope_id: None,
        body_kind: BodyKind::EightBitMime,
        smtputf8: false,
        helo: Some("mx.outside.example".into()),
        client_ip: Some([192, 0, 2, 1].into()),
        signed_in: None,
        tls: Some("TLSv1.3 TLS_AES_128_GCM_SHA256".into()),
        with_protocol: "ESMTPS".into(),
        summary: Summary {
            subject: format!("A mail about the matter {number}"),
            from: "Sender <sender@outside.example>".into(),
            to: address.clone(),
            message_id: format!("<{id}.{number}@outside.example>"),
            date: Some(now),
        },
        view: MessageView {
            envelope: r#"("Tue, 24 Nov 2026 10:00:00 +0900" "A mail" (("Sender" NIL "sender" "outside.example")) NIL NIL NIL NIL NIL NIL "<x@outside.example>")"#.into(),
            body_structure: r#"("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "7BIT" 10000 270)"#.into(),
            list_header: Some(b"From: Sender <sender@outside.example>\r\nSubject: A mail\r\nDate: Tue, 24 Nov 2026 10:00:00 +0900\r\n".repeat(3)),
        },
        facts_json: r#"{"direction":"inbound","auth":{"spf":"pass","dmarc":"pass"},"parts":[{"path":"1","type":"text"}]}"#.into(),
        verdict_json: r#"{"findings":[],"disposition":{"action":"deliver"}}"#.into(),
        hold: None,
        recipients: vec![NewRecipient {
            address,
            given: None,
            original: None,
            notify: Notify::default(),
            fate: Fate::Onward(Onward::Mailbox { account, folder: Folder::Inbox }),
        }],
        steps: vec![Step::new(now, "server-step-received").arg("ip", "192.0.2.1")],
        notices: Vec::new(),
    }
}

/// The searches of the trace over all that was taken.
fn search(store: &Store, mails: i64) {
    let text = |text: &str| Some(text.to_owned());
    let queries = [
        (
            "sender",
            TraceQuery {
                from: text("sender77@outside.example"),
                ..TraceQuery::default()
            },
        ),
        (
            "part of sender",
            TraceQuery {
                from: text("nowhere"),
                ..TraceQuery::default()
            },
        ),
        (
            "recipient",
            TraceQuery {
                to: text("user7@bench.example"),
                ..TraceQuery::default()
            },
        ),
        (
            "part of recipient",
            TraceQuery {
                to: text("nobody"),
                ..TraceQuery::default()
            },
        ),
        (
            "subject, none",
            TraceQuery {
                subject: text("見積"),
                ..TraceQuery::default()
            },
        ),
        (
            "message-id, none",
            TraceQuery {
                message_id: text("<no@where>"),
                ..TraceQuery::default()
            },
        ),
    ];
    let reader = store.reader().unwrap();
    for (name, query) in queries {
        let began = Instant::now();
        let found = reader.trace(Tenant(1), &query).unwrap().len();
        println!(
            "trace over {mails} by {name}: {found} found in {} ms",
            began.elapsed().as_millis()
        );
    }
}

/// User and system time of this process (Linux: clock ticks of 10 ms).
fn cpu_us() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()) * 10_000
}

fn by_thread() {
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        let stat = std::fs::read_to_string(task.unwrap().path().join("stat")).unwrap();
        let (name, rest) = stat.rsplit_once(')').unwrap();
        let fields: Vec<_> = rest.split_whitespace().collect();
        println!(
            "{}): user {} system {} (10 ms)",
            name, fields[11], fields[12]
        );
    }
}
