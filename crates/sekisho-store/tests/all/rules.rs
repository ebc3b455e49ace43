use crate::kit::*;
use sekisho_store::*;

const OTHER: Tenant = Tenant(99);

#[test]
fn the_use_of_rules_is_counted() {
    let world = World::new();
    let count = |second, rules: &[&str]| {
        let matched = RulesMatched {
            tenant: ORG,
            rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
            now: at(second),
        };
        world.store.count_rules(matched).wait().unwrap();
    };
    count(5, &["b", "a"]);
    count(9, &["a"]);
    let uses = world.reader().rule_uses(ORG).unwrap();
    let uses: Vec<_> = uses
        .iter()
        .map(|row| (row.rule.as_str(), row.hits, row.first_at, row.last_at))
        .collect();
    assert_eq!(uses, [("a", 2, at(5), at(9)), ("b", 1, at(5), at(5))]);
    assert!(world.reader().rule_uses(OTHER).unwrap().is_empty());
}

#[test]
fn facts_come_back_in_batches_and_history_answers() {
    let world = World::new();
    let mut ids = Vec::new();
    for second in 1..=5 {
        let mut mail = new_mail(&world.store, at(second * 10), vec![Fate::Discard]);
        mail.verdict_json = format!("{{\"nr\":{second}}}");
        if second == 3 {
            mail.facts_json.clear();
        }
        ids.push(mail.id);
        drop(world.store.accept(mail).wait().unwrap());
    }
    let reader = world.reader();
    let judged = |since, after, limit| {
        let rows = reader.judged(ORG, at(since), after, limit).unwrap();
        rows.iter().map(|row| row.mail).collect::<Vec<_>>()
    };
    // One has no facts, and those before the time do not count.
    assert_eq!(judged(0, None, 10), [ids[0], ids[1], ids[3], ids[4]]);
    assert_eq!(judged(20, None, 2), [ids[1], ids[3]]);
    assert_eq!(judged(20, Some(ids[3]), 2), [ids[4]]);
    assert!(reader.judged(OTHER, at(0), None, 10).unwrap().is_empty());

    let written =
        |one: &str, other: &str, before| reader.has_written(ORG, one, other, before).unwrap();
    let (user, to) = ("user@hanko.example.jp", "to0@example.com");
    assert!(written(user, to, ids[4]) && written(to, user, ids[4]));
    assert!(!written(user, to, ids[0]), "nothing came before the first");
    assert!(!written("boss@hanko.example.jp", to, ids[4]));

    let message_id = format!("<{}@hanko.example.jp>", ids[1]);
    let found = reader.verdicts_of(ORG, &message_id, ids[4]).unwrap();
    assert_eq!(found, ["{\"nr\":2}"]);
    assert!(
        reader
            .verdicts_of(OTHER, &message_id, ids[4])
            .unwrap()
            .is_empty()
    );
}
