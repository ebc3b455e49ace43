//! DMARC aggregate reports through real sockets: ours go out once a day, those of others come in.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code, reason = "the outbound tests use all of it")]
#[path = "outbound/sink.rs"]
mod sink;
mod support;

use std::collections::HashSet;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sekisho_auth::dmarc::aggregate::Report;
use sekisho_command::{Caller, Command, Desk, NextHop, Request, RouteTls};
use sekisho_content::plain::unpacked;
use sekisho_mime::Message;
use sekisho_server::{dmarc, dns};
use sekisho_store::{DmarcQuery, DmarcReportRow};
use sekisho_testkit::{skipped, wait_for};
use serde_json::Value;
use sink::{Received, Script, Sink};
use support::World;

const TO: &str = "user1@hanko.example.jp";

fn desk(world: &World) -> Desk {
    Desk {
        store: world.store.clone(),
        directory: world.directory.clone(),
        pages: "https://mail.hanko.example.jp".into(),
        hostname: "mail.hanko.example.jp".into(),
    }
}

fn run(world: &World, command: Command) -> Value {
    let caller = Caller::Console {
        user: "root".into(),
    };
    let request = Request {
        organisation: None,
        command,
    };
    let desk = desk(world);
    world.runtime.block_on(desk.run(&caller, request)).unwrap()
}

/// The reply to a mail whose author is of `domain`.
fn send(world: &World, domain: &str) -> String {
    let mut smtp = world.smtp();
    smtp.expect(&format!("EHLO mx.{domain}"), "250");
    let from = format!("a@{domain}");
    let content = format!(
        "From: <{from}>\r\nTo: {TO}\r\nSubject: x\r\nMessage-ID: <1@{domain}>\r\n\
         Date: Tue, 3 Nov 2026 09:12:00 +0900\r\n\r\nHello.\r\n"
    );
    smtp.mail(&from, &[TO], &content)
}

/// A server whose mail to the places of reports goes to a sink.
fn world_with_sink() -> (World, Sink) {
    let world = World::new();
    let sink = world.runtime.block_on(Sink::open(Script::default()));
    for destination in ["good.example.net", "agreed.example"] {
        let next_hop = NextHop {
            host: "127.0.0.1".to_owned(),
            port: sink.address.port(),
            tls: RouteTls::Never,
            user: None,
            password: None,
        };
        let destination = destination.to_owned();
        run(
            &world,
            Command::RouteSet {
                destination,
                next_hop,
            },
        );
    }
    (world, sink)
}

/// Today's reports.
fn today(world: &World, dry_run: bool) -> Vec<dmarc::Reported> {
    let resolver = dns::resolver(&world.config.dns).unwrap();
    let (desk, now) = (desk(world), Timestamp::now());
    let sending = dmarc::Sending {
        desk: &desk,
        resolver: &resolver,
        tenant: world.tenant,
        day: now.as_second().div_euclid(86_400),
        now,
        dry_run,
    };
    let settings = sekisho_command::DmarcSettings::default();
    world.runtime.block_on(sending.run(&settings)).unwrap()
}

/// One round of the reporter a day after the mail came, as after a restart.
fn report(world: &World, days: i64) {
    let resolver = dns::resolver(&world.config.dns).unwrap();
    let now = Timestamp::now() + SignedDuration::from_hours(24 * days + 20);
    // Whatever the time of day: everybody's start has passed for yesterday.
    let midnight = now.as_second().div_euclid(86_400) * 86_400;
    let now = Timestamp::from_second(midnight + 86_399).unwrap();
    let round = async { dmarc::go_round(&desk(world), &resolver, now, &mut HashSet::new()).await };
    world.runtime.block_on(round).unwrap();
}

fn attached(mail: &Received) -> (String, Report) {
    let message = Message::parse(mail.content.as_bytes());
    let part = message
        .parts()
        .find(|part| part.content_type().subtype == "gzip")
        .unwrap();
    let files = unpacked(&part.decoded(), 1 << 20).unwrap();
    (part.name().unwrap(), Report::parse(&files[0]).unwrap())
}

#[test]
fn a_day_is_reported_once_to_those_who_asked_and_agreed() {
    let (world, sink) = world_with_sink();
    for (domain, wanted) in [
        ("good.example.net", "250"),
        ("good.example.net", "250"),
        ("forged.example.org", "550"),
        ("forged.example.net", "550"),
    ] {
        let reply = send(&world, domain);
        assert!(reply.starts_with(wanted), "{domain}: {reply}");
    }
    // On the day that is not over yet, so that the queue takes them at once.
    let told = today(&world, false);
    assert_eq!(told.len(), 3, "{told:?}");
    let mails = wait_for("reports", || {
        Some(sink.mails()).filter(|mails| mails.len() == 2)
    });
    for mail in &mails {
        let message = Message::parse(mail.content.as_bytes());
        let (name, report) = attached(mail);
        let (domain, to, count, disposition, spf) = match report.policy_published.domain.as_str() {
            "good.example.net" => ("good.example.net", "d@good.example.net", 2, "none", "pass"),
            _ => (
                "forged.example.org",
                "d@agreed.example",
                1,
                "reject",
                "fail",
            ),
        };
        assert_eq!(report.policy_published.domain, domain);
        let expected = format!("RCPT TO:<{to}>");
        assert!(
            mail.to.len() == 1 && mail.to[0].starts_with(&expected),
            "{:?}",
            mail.to
        );
        assert!(
            mail.from
                .starts_with("MAIL FROM:<postmaster@hanko.example.jp>"),
            "{}",
            mail.from
        );
        // RFC 7489 §7.2.1.1.
        let metadata = &report.report_metadata;
        let range = metadata.date_range;
        let id = &metadata.report_id;
        assert_eq!(
            name,
            format!(
                "hanko.example.jp!{domain}!{}!{}!{id}.xml.gz",
                range.begin, range.end
            )
        );
        assert_eq!(range.end - range.begin, 86_399);
        let subject =
            format!("Report Domain: {domain} Submitter: hanko.example.jp Report-ID: <{id}>");
        assert_eq!(message.subject().unwrap(), subject);
        assert_eq!(message.header_count("auto-submitted"), 1);
        assert_eq!(report.records.len(), 1, "{report:?}");
        let record = &report.records[0];
        assert_eq!(record.row.count, count);
        let evaluated = &record.row.policy_evaluated;
        assert_eq!(
            (evaluated.disposition.as_str(), evaluated.spf.as_str()),
            (disposition, spf)
        );
        assert_eq!(record.identifiers.header_from, domain);
        assert_eq!(record.auth_results.spf[0].result, spf);
        assert!(record.row.source_ip.is_loopback());
        parsed_by_others(&mail.content, domain, count);
    }
    // Nothing twice, also when it is forgotten what was done.
    report(&world, 1);
    report(&world, 2);
    let day = Timestamp::now().as_second().div_euclid(86_400);
    let rows = world
        .store
        .reader()
        .unwrap()
        .dmarc_sent(world.tenant, day)
        .unwrap();
    let mut outcomes: Vec<_> = rows
        .iter()
        .map(|row| (row.domain.as_str(), row.outcome.as_str()))
        .collect();
    outcomes.sort_unstable();
    let wanted = [
        ("", "day-done"),
        ("forged.example.net", "not-allowed"),
        ("forged.example.org", "sent"),
        ("good.example.net", "sent"),
    ];
    assert_eq!(outcomes, wanted);
    assert_eq!(sink.mails().len(), 2);
}

#[test]
fn switched_off_nothing_is_sent() {
    let (world, sink) = world_with_sink();
    send(&world, "good.example.net");
    let text = "[reports]\nsend = false".to_owned();
    run(&world, Command::DmarcSet { text });
    report(&world, 1);
    let day = Timestamp::now().as_second().div_euclid(86_400);
    let rows = world
        .store
        .reader()
        .unwrap()
        .dmarc_sent(world.tenant, day)
        .unwrap();
    assert_eq!((rows.len(), sink.mails().len()), (0, 0));
}

/// What another implementation reads in our mail (`scripts/install-test-needs` installs it).
fn parsed_by_others(mail: &str, domain: &str, count: u64) {
    let home = std::env::var("HOME").unwrap_or_default();
    let python = std::env::var("SEKISHO_PYTHON")
        .unwrap_or_else(|_| format!("{home}/.cache/sekisho/python/bin/python"));
    let has = std::process::Command::new(&python)
        .args(["-c", "import parsedmarc"])
        .output();
    if !has.is_ok_and(|has| has.status.success()) {
        skipped("parsedmarc is not installed");
        return;
    }
    let script = "import json, sys, parsedmarc\n\
        mail = sys.stdin.buffer.read()\n\
        read = parsedmarc.parse_report_email(mail, offline=True)\n\
        print(json.dumps([read['report_type'], read['report']], default=str))\n";
    let mut child = std::process::Command::new(&python)
        .args(["-c", script])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, mail.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read[0], "aggregate");
    let report = &read[1];
    assert_eq!(report["policy_published"]["domain"], domain);
    // It cuts org_name down to the organisational domain.
    assert_eq!(
        report["report_metadata"]["org_email"],
        "postmaster@hanko.example.jp"
    );
    assert_eq!(report["records"][0]["count"], count);
    assert_eq!(report["records"][0]["identifiers"]["header_from"], domain);
}

/// The reports that one mail brought.
fn brought(world: &World, mail: &str) -> Vec<DmarcReportRow> {
    let all = DmarcQuery {
        domain: None,
        since_s: i64::MIN,
    };
    let rows = world
        .store
        .reader()
        .unwrap()
        .dmarc_reports(world.tenant, &all, 0)
        .unwrap();
    rows.into_iter()
        .filter(|row| row.mail.to_string() == mail)
        .collect()
}

fn deliver(world: &World, content: &str) -> Vec<DmarcReportRow> {
    let mut smtp = world.smtp();
    smtp.expect("EHLO mx.good.example.net", "250");
    let reply = smtp.mail(
        "kobayashi@good.example.net",
        &["postmaster@hanko.example.jp"],
        content,
    );
    assert!(reply.starts_with("250"), "{reply}");
    brought(world, &sekisho_testkit::accepted_id(&reply))
}

#[test]
fn reports_of_others_are_stored_and_bad_ones_told() {
    let world = World::new();
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/dmarc");
    let (mut seen, mut mails) = (0, 0);
    for case in std::fs::read_dir(cases).unwrap() {
        let folder = case.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let mail = std::fs::read_to_string(folder.join("mail.eml")).unwrap();
        let want: Value =
            serde_json::from_slice(&std::fs::read(folder.join("want.json")).unwrap()).unwrap();
        let rows = deliver(&world, &mail);
        let (faulty, good): (Vec<_>, Vec<_>) =
            rows.iter().partition(|row| row.report.fault.is_some());
        let wanted = want["reports"].as_array().unwrap();
        assert_eq!(good.len(), wanted.len(), "{name}: {rows:?}");
        for want in wanted {
            let fits = good.iter().any(|row| {
                row.proved
                    && row.report.org == want["org"]
                    && row.report.domain == want["domain"]
                    && row.mails == want["mails"]
            });
            assert!(fits, "{name}: {want} in {rows:?}");
            mails += want["mails"].as_u64().unwrap();
        }
        let wanted = want["faults"].as_array().unwrap();
        assert_eq!(faulty.len(), wanted.len(), "{name}: {rows:?}");
        for want in wanted {
            let text = want.as_str().unwrap();
            let has = |row: &&&DmarcReportRow| row.report.fault.as_deref().unwrap().contains(text);
            assert!(
                faulty.iter().find(has).is_some(),
                "{name}: {text} in {rows:?}"
            );
        }
        // Sent again it counts once.
        let again = deliver(&world, &mail);
        assert!(again.iter().all(|row| row.report.fault.is_some()), "{name}");
        seen += 1;
    }
    assert!(seen >= 10, "no cases");
    let show = |domain: Option<&str>| {
        let domain = domain.map(str::to_owned);
        run(
            &world,
            Command::DmarcShow {
                domain,
                since: None,
            },
        )
    };
    let shown = show(None);
    assert_eq!(shown["mails"], mails);
    let sources = shown["sources"].as_array().unwrap();
    let failed: u64 = sources
        .iter()
        .filter(|row| row["result"] == "fail")
        .map(|row| row["mails"].as_u64().unwrap())
        .sum();
    assert_eq!(shown["passed"], mails - failed);
    assert!(!shown["unreadable"].as_array().unwrap().is_empty());
    assert_eq!(show(Some("shop.hanko.example.jp"))["mails"], 5);

    // They are no mail to report on: two reporters would go on for ever. An invoice and a bomb
    // are none, and came twice.
    let told = today(&world, true);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].outcome, told[0].mails),
        ("would-send", 4),
        "{told:?}"
    );
}
