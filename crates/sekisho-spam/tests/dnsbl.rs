//! What is asked, what answers mean, and which lists are faulty: `cases/dnsbl.jsonl`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sekisho_auth::{Answers, Wanted};
use sekisho_spam::dnsbl::limits::FAILURES_MAX;
use sekisho_spam::dnsbl::{DnsLists, Fault, Reading, Subjects, Watch, verdict_on};
use serde_json::{Value, json};

fn subjects(case: &Value) -> Subjects {
    let all = |key: &str| -> Vec<String> {
        let values = case[key].as_array().cloned().unwrap_or_default();
        values
            .iter()
            .map(|value| value.as_str().unwrap().to_owned())
            .collect()
    };
    Subjects {
        client: case["client"].as_str().map(|ip| ip.parse().unwrap()),
        senders: all("senders")
            .iter()
            .map(|name| name.parse().unwrap())
            .collect(),
        links: all("links"),
    }
}

fn check(case: &Value) {
    let name = &case["name"];
    let lists: DnsLists = serde_json::from_value(json!({ "list": case["lists"] })).unwrap();
    match (lists.check(), case["error"].as_str()) {
        (Err(error), Some(want)) => {
            assert!(error.to_string().contains(want), "{name}: {error}");
            return;
        }
        (result, want) => assert!(result.is_ok() && want.is_none(), "{name}: {result:?}"),
    }
    let answers = Answers::from_zone_json(&case["zone"]).unwrap();
    if let Some(fault) = case.get("fault") {
        let found = verdict_on(&lists.lists[0], &answers).unwrap();
        assert_eq!(found.map(Fault::word), fault.as_str(), "{name}");
        return;
    }
    let subjects = subjects(case);
    let asked: Vec<String> = match lists.look(&subjects, |_| true, &Answers::new()) {
        Err(Wanted(queries)) => queries.into_iter().map(|query| query.name).collect(),
        Ok(_) => Vec::new(),
    };
    if let Some(want) = case.get("asked") {
        assert_eq!(json!(asked), *want, "{name}");
    }
    let hits = lists.look(&subjects, |_| true, &answers).unwrap();
    let hits: Vec<Value> = hits
        .iter()
        .map(|hit| json!([hit.list, hit.subject, hit.weight]))
        .collect();
    assert_eq!(json!(hits), case["hits"], "{name}");
    assert!(
        lists
            .look(&subjects, |_| false, &Answers::new())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    for case in sekisho_testkit::manifest(&root, "dnsbl.jsonl") {
        check(&case);
    }
}

#[test]
fn a_faulty_list_goes_off_and_comes_back() {
    let at = |s: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(s);
    let mut watch = Watch::default();
    assert!(watch.is_to_be_probed(at(0)));
    assert_eq!(watch.probed(at(0), None), None);
    assert!(watch.is_on() && !watch.is_to_be_probed(at(60)) && watch.is_to_be_probed(at(3_600)));
    for failure in 1..FAILURES_MAX {
        assert_eq!(watch.note(at(100), Reading::Unanswered), None, "{failure}");
    }
    assert_eq!(
        watch.note(at(100), Reading::Unanswered),
        Some(Fault::Silent)
    );
    // Told once.
    assert_eq!(watch.note(at(101), Reading::Unanswered), None);
    assert!(
        !watch.is_on() && !watch.is_to_be_probed(at(1_000)) && watch.is_to_be_probed(at(1_900))
    );
    assert_eq!(
        watch.probed(at(1_900), Some(Fault::Refused)),
        Some(Some(Fault::Refused))
    );
    assert_eq!(watch.probed(at(3_700), None), Some(None));
    assert!(watch.is_on());
    assert_eq!(
        watch.note(at(3_800), Reading::Faulty(Fault::NotAList)),
        Some(Fault::NotAList)
    );
}

#[test]
fn one_answer_makes_up_for_lost_ones() {
    let mut watch = Watch::default();
    for _ in 0..FAILURES_MAX * 3 {
        watch.note(Timestamp::UNIX_EPOCH, Reading::Unanswered);
        watch.note(Timestamp::UNIX_EPOCH, Reading::NotListed);
    }
    assert!(watch.is_on());
}
