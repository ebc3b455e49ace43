//! Everything the policy says can be said in both languages.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_policy::{
    ActionKind, AuthenticationFacts, Condition, Direction, DmarcPolicy, Facts, HeaderMailbox,
    Outcome, PartFacts, PartVerdict, Policy, Predicate, Preset, Recipient, ScoreFacts, Side,
    Uninspectable, explain, judge,
};
use sekisho_words::is_key;

fn every_condition(condition: &Condition, visit: &mut impl FnMut(&Predicate)) {
    match condition {
        Condition::Always => {}
        Condition::All(members) | Condition::Any(members) => {
            members.iter().for_each(|m| every_condition(m, visit))
        }
        Condition::Not(inner) => every_condition(inner, visit),
        Condition::Is(predicate) => visit(predicate),
    }
}

#[test]
fn preset_rules_have_names_and_explain_themselves() {
    for preset in Preset::ALL {
        let policy = Policy::preset(preset);
        assert!(policy.rules().len() > 15, "{preset:?} cannot be read");
        for rule in policy.rules() {
            assert!(
                is_key(&format!("policy-rule-{}", rule.name)),
                "no name for {}",
                rule.name
            );
            let words = explain(rule);
            for text in [&words.ja, &words.en] {
                assert!(
                    !text.contains("policy-") && !text.contains('$'),
                    "{}: {text}",
                    rule.name
                );
            }
            assert_ne!(
                rule.then.action.kind(),
                ActionKind::Discard,
                "{}: no preset discards",
                rule.name
            );
            every_condition(&rule.when, &mut |predicate| {
                let Predicate::Finding(is) = predicate else {
                    return;
                };
                for id in &is.ids {
                    let id = id.to_string();
                    let key = format!(
                        "policy-id-{}",
                        id.trim_end_matches('*').replace(['.', '_'], "-")
                    );
                    assert!(is_key(&key), "{}: no words for {id}", rule.name);
                }
            });
        }
    }
}

#[test]
fn strict_is_standard_and_more() {
    for rule in Preset::Standard.rules() {
        assert!(Preset::Strict.rules().contains(rule), "{}", rule.name);
    }
}

#[test]
fn explained() {
    let policy = Policy::parse(
        r#"
        [[rule]]
        name = "x"
        direction = ["outbound"]
        when = { all = [ { any = [ { subject = ["社外秘", "極秘"] }, { attachment = { encrypted = true } } ] }, { recipients = { side = "external" } } ] }
        unless = { not = { sender = { has_manager = true } } }
        then = { action = "hold", approver = ["legal@hanko.example.jp"], deadline_hours = 24 }
        mode = "watch"
        "#,
    )
    .unwrap();
    let words = explain(&policy.rules()[0]);
    assert_eq!(
        words.ja,
        "送信メールで、（件名に 社外秘 か 極秘 を含む、または次のような添付がある（暗号化されている））、かつ社外の宛先があるとき、\
         メールを保留し、legal@hanko.example.jpの承認を待ちます (24 時間で差戻し)。\
         ただし、「送信者に上長がいる」に当てはまらないときを除きます。記録だけを行い、実際の処理はしません。"
    );
    assert_eq!(
        words.en,
        "Outgoing mail: when (the subject contains 社外秘 or 極秘 or there is an attachment (encrypted)) and a recipient \
         is outside the organisation, hold it until legal@hanko.example.jp approves (back to the sender after 24 \
         hours). Except when it is not so that the sender has a manager. It only records what it would do."
    );
}

/// One mail with everything wrong: each finding that is made from facts has its words.
#[test]
fn every_derived_finding_has_words() {
    let mut ids = Vec::new();
    for policy in [
        DmarcPolicy::None,
        DmarcPolicy::Quarantine,
        DmarcPolicy::Reject,
    ] {
        for (spf, spam, phish) in [
            (Outcome::Fail, "junk", "suspicious"),
            (Outcome::Softfail, "spam", "phishing"),
        ] {
            for direction in [Direction::Inbound, Direction::Outbound] {
                let mut facts = Facts {
                    direction,
                    ambiguous: true,
                    ..Facts::default()
                };
                facts.authentication = AuthenticationFacts {
                    spf,
                    dmarc: Outcome::Fail,
                    dmarc_policy: Some(policy),
                    ..Default::default()
                };
                facts.message.from.push(HeaderMailbox {
                    side: Side::Internal,
                    ..HeaderMailbox::default()
                });
                facts.message.headers.insert("from".to_owned(), 2);
                facts.spam = Some(ScoreFacts {
                    verdict: spam.to_owned(),
                    ..ScoreFacts::default()
                });
                facts.phish = Some(ScoreFacts {
                    verdict: phish.to_owned(),
                    ..ScoreFacts::default()
                });
                facts.uninspectable.push(Uninspectable {
                    place: "part 1".to_owned(),
                    reason: "encrypted".to_owned(),
                });
                facts.recipients.push(Recipient {
                    address: "a@soto.example.net".parse().unwrap(),
                    side: Side::External,
                    place: Default::default(),
                });
                facts.parts.push(PartFacts {
                    verdicts: PartVerdict::ALL.to_vec(),
                    ..PartFacts::default()
                });
                let verdict = judge(&facts, &Policy::default());
                for finding in verdict.findings {
                    assert!(!finding.why.ja.starts_with("policy-"), "{}", finding.why.ja);
                    assert!(
                        is_key(&format!(
                            "policy-id-{}",
                            finding.id.replace(['.', '_'], "-")
                        )),
                        "{}",
                        finding.id
                    );
                    ids.push(finding.id);
                }
            }
        }
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 30, "{ids:?}");
}
