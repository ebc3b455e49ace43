//! Aggregate reports of others are read, ours are written.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::IpAddr;
use std::path::PathBuf;

use proptest::prelude::*;
use sekisho_auth::dmarc::aggregate::{
    DateRange, Handling, Observed, PolicyPublished, Report, ReportMetadata, records,
};
use sekisho_auth::{Answers, DmarcPolicy, Request, authenticate};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    file: String,
    org: String,
    id: String,
    records: usize,
    mails: u64,
    first: Option<First>,
}

#[derive(Deserialize)]
struct First {
    ip: IpAddr,
    disposition: String,
    dkim: String,
    spf: String,
    reason: Option<String>,
    signatures: usize,
}

fn cases() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases")
}

#[test]
fn reports_of_others_are_read() {
    let lines = std::fs::read_to_string(cases().join("aggregate.jsonl")).unwrap();
    let mut seen = 0;
    for line in lines.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let xml = std::fs::read_to_string(cases().join("aggregate").join(&case.file)).unwrap();
        let report =
            Report::parse(xml.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", case.file));
        assert_eq!(report.report_metadata.org_name, case.org);
        assert_eq!(report.report_metadata.report_id, case.id);
        assert_eq!(
            (report.records.len(), report.mails()),
            (case.records, case.mails)
        );
        if let Some(first) = case.first {
            let record = &report.records[0];
            let evaluated = &record.row.policy_evaluated;
            assert_eq!(record.row.source_ip, first.ip);
            assert_eq!(evaluated.disposition, first.disposition);
            assert_eq!((&evaluated.dkim, &evaluated.spf), (&first.dkim, &first.spf));
            let reason = evaluated.reasons.first().map(|reason| reason.kind.clone());
            assert_eq!(reason, first.reason);
            assert_eq!(record.auth_results.dkim.len(), first.signatures);
        }
        // What is read can be written, and says the same.
        let again = Report::parse(report.to_xml().unwrap().as_bytes()).unwrap();
        assert_eq!(again, report, "{}", case.file);
        seen += 1;
    }
    assert!(seen >= 3, "no cases");
}

#[test]
fn what_is_no_report_says_so() {
    for xml in [
        "",
        "hello",
        "<feedback>",
        "<feedback><report_metadata/></feedback>",
        "<!DOCTYPE f [<!ENTITY a 'aaaa'>]><feedback>&a;</feedback>",
        "<html><body>404</body></html>",
    ] {
        assert!(Report::parse(xml.as_bytes()).is_err(), "{xml}");
    }
}

#[test]
fn mails_alike_are_counted_together() {
    let zone = serde_json::json!({
        "hanko.example.jp": "v=spf1 ip4:192.0.2.0/24 -all",
        "_dmarc.hanko.example.jp": "v=DMARC1; p=reject; rua=mailto:d@hanko.example.jp",
    });
    let answers = Answers::from_zone_json(&zone).unwrap();
    let see = |ip: &str| {
        let request = Request {
            ip: Some(ip.parse().unwrap()),
            helo: "mx.hanko.example.jp",
            mail_from: "tanaka@hanko.example.jp",
            raw: b"From: tanaka@hanko.example.jp\r\n\r\nKonnichiwa.\r\n",
            now: jiff::Timestamp::UNIX_EPOCH,
            receiving_host: "mx.uke.example",
            given: sekisho_auth::Given::default(),
        };
        let found = authenticate(&request, &answers).unwrap();
        let handling = Handling {
            disposition: found.dmarc_disposition,
            reason: None,
        };
        let observed = Observed::of(&found, ip.parse().unwrap(), "hanko.example.jp", handling);
        (observed.unwrap(), 1)
    };
    let seen = ["192.0.2.1", "198.51.100.1", "192.0.2.1", "::ffff:192.0.2.1"];
    let counted = records(seen.map(see));
    assert_eq!(counted.len(), 2);
    assert_eq!(counted[0].row.count, 3);
    assert_eq!(counted[0].row.policy_evaluated.spf, "pass");
    assert_eq!(counted[0].row.policy_evaluated.disposition, "none");
    assert_eq!(counted[1].row.policy_evaluated.spf, "fail");
    assert_eq!(counted[1].row.policy_evaluated.disposition, "reject");
    assert_eq!(counted[1].auth_results.spf[0].result, "fail");
}

proptest! {
    #[test]
    fn whatever_a_name_holds_the_report_can_be_read(
        name in "\\PC{0,40}", domain in "\\PC{0,40}", count in 1..u64::MAX, ip in any::<[u8; 4]>(),
    ) {
        // Blanks at the ends are not kept by XML readers.
        let name = name.trim().to_owned();
        let domain = domain.trim().to_owned();
        let report = Report {
            version: Some("1.0".into()),
            report_metadata: ReportMetadata {
                org_name: name.clone(),
                date_range: DateRange { begin: 1, end: 2 },
                ..ReportMetadata::default()
            },
            policy_published: PolicyPublished { domain: domain.clone(), ..PolicyPublished::default() },
            records: records([(Observed {
                source_ip: IpAddr::from(ip),
                handling: Handling { disposition: DmarcPolicy::None, reason: None },
                dkim_aligned: true,
                spf_aligned: false,
                header_from: domain.clone(),
                envelope_from: name.clone(),
                dkim: vec![(domain, name, "pass".into())],
                spf: None,
            }, count)]),
        };
        let again = Report::parse(report.to_xml().unwrap().as_bytes()).unwrap();
        prop_assert_eq!(again.mails(), count);
        prop_assert_eq!(again.report_metadata.org_name, report.report_metadata.org_name);
        prop_assert_eq!(again.policy_published.domain, report.policy_published.domain);
    }

    #[test]
    fn rubbish_is_never_fatal(xml in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Report::parse(&xml);
    }
}
