//! What is wrong with a policy's text is told by line, all at once, with what to write.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_policy::{Policy, PolicyError};

fn problems(text: &str) -> Vec<(usize, String, String)> {
    let PolicyError { problems } = Policy::parse(text).unwrap_err();
    problems
        .into_iter()
        .map(|p| (p.line, p.place, p.words.en))
        .collect()
}

#[test]
fn every_mistake_is_told_with_its_line() {
    let text = r#"preset = "standard"
[[change]]
rule = "delay-outsid"
[[rule]]
name = "a"
direction = "sideways"
when = { finding = "my_number", recipient = { side = "external" } }
then = { action = "hold", approver = "the boss" }
[[rule]]
name = "b"
when = { all = [] }
then = { action = "refuse", code = 250, enhanced = "2.0.0" }
applies_to = "external"
oder = 3
[[rule]]
name = "c"
when = { subject = { matches = "(" } }
then = "delay"
[[rule]]
name = "malware"
when = { client = { ip = "192.0.2.0/33" } }
"#;
    let found = problems(text);
    let told = |line: usize, place: &str, part: &str| {
        assert!(
            found
                .iter()
                .any(|(l, p, w)| *l == line && p.starts_with(place) && w.contains(part)),
            "{line} {place} {part} in {found:#?}"
        );
    };
    told(3, "change[1].rule", "delay-outside");
    told(6, "rule a: direction", "inbound, outbound, internal");
    told(7, "rule a: when.finding", "dlp.my_number");
    told(7, "rule a: when.recipient", "recipients");
    told(8, "rule a: then.approver", "manager");
    told(11, "rule b: when.all", "always = true");
    told(12, "rule b: then.code", "550");
    told(12, "rule b: then.enhanced", "5.7.1");
    told(9, "rule b: ", "recipients only");
    told(14, "rule b: ", "oder");
    told(17, "rule c: when.subject.matches", "cannot be used");
    told(18, "rule c: then", "seconds");
    told(19, "rule malware: ", "[[change]]");
    told(19, "rule malware: ", "then");
    told(21, "rule malware: when.client.ip", "192.0.2.0/24");
    assert_eq!(found.len(), 15, "{found:#?}");
}

#[test]
fn not_toml() {
    let found = problems("preset = \"standard\"\n[[rule]\n");
    assert_eq!((found.len(), found[0].0), (1, 2), "{found:?}");
}

#[test]
fn hostile_texts_are_refused_and_nothing_breaks() {
    let deep = format!(
        "[[rule]]\nname = \"x\"\nthen = \"junk\"\nwhen = {}{{ always = true }}{}",
        "{ not = ".repeat(40),
        " }".repeat(40)
    );
    assert!(Policy::parse(&deep).is_err());
    let very_deep = format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Policy::parse(&very_deep).is_err());
    let long = "#".repeat(5 * 1024 * 1024);
    assert!(Policy::parse(&long).is_err());
    let wide = "[[rule]]\nname = \"x\"\nthen = \"junk\"\nwhen = { subject = { matches = \"(a{1000}){1000}\" } }";
    assert!(Policy::parse(wide).is_err());
}

#[test]
fn the_empty_policy_delivers_everything() {
    assert_eq!(Policy::parse("").unwrap().rules().len(), 0);
}
