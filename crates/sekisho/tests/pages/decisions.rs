//! What a decision does, and who may not make it.

use sekisho_testkit::{Browser, Page, wait_for};

use crate::world::World;

fn decide(browser: &mut Browser, mail: &str, decision: &str, comment: &str) -> Page {
    let path = format!("/hold/{mail}");
    let page = browser.get(&path);
    let token = page.form_token();
    let fields = [
        ("form_token", token.as_str()),
        ("decision", decision),
        ("comment", comment),
    ];
    browser.post(&path, &fields)
}

#[test]
fn approved_mail_leaves_and_its_sender_is_told() {
    let world = World::new();
    let mail = world.held("user1", "To be approved");
    let told = |subject: &str| {
        let inbox = world.inbox("user1");
        inbox
            .into_iter()
            .find(|(known, _)| known.starts_with(subject))
    };
    assert!(told("【保留】").is_some(), "{:?}", world.inbox("user1"));

    let mut manager = world.browser("manager");
    let page = decide(&mut manager, &mail, "release", "");
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("承認しました"), "{}", page.text);

    wait_for("the mail to leave", || {
        let state = world.state(&mail);
        ["sent", "relayed"].contains(&state.as_str()).then_some(())
    });
    let (_, text) = told("【承認】").expect("the sender is told");
    assert!(text.contains("佐藤 課長"), "{text}");

    let audit = world.command(&["audit", "search", "--action", "hold.", "--subject", &mail]);
    let rows = audit.as_array().unwrap();
    let decided = rows
        .iter()
        .filter(|row| row["actor"].as_str().unwrap().starts_with("account:"))
        .count();
    assert_eq!(decided, 1, "{audit}");

    let second = decide_without_form(&mut manager, &mail, "refuse");
    assert_eq!(second.status, 409, "{}", second.text);
    assert!(second.text.contains("佐藤 課長"), "{}", second.text);
    let page = manager.get(&format!("/hold/{mail}"));
    assert!(!page.text.contains("name=\"decision\""), "{}", page.text);
}

/// The page of a decided mail has no form any more; the token is that of the session.
fn decide_without_form(browser: &mut Browser, mail: &str, decision: &str) -> Page {
    let token = browser.get("/").form_token();
    let fields = [("form_token", token.as_str()), ("decision", decision)];
    browser.post(&format!("/hold/{mail}"), &fields)
}

#[test]
fn refused_mail_stays_and_its_sender_reads_why() {
    let world = World::new();
    let mail = world.held("user1", "To be refused");
    let comment = "宛先が違います <b>\"'&\r\nBcc: evil@example.org\u{202e}";
    let page = decide(&mut world.browser("manager"), &mail, "refuse", comment);
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(world.state(&mail), "returned");

    let inbox = world.inbox("user1");
    let (_, text) = inbox
        .iter()
        .find(|(subject, _)| subject.starts_with("【差戻し】"))
        .unwrap_or_else(|| panic!("{inbox:?}"));
    assert!(text.contains("宛先が違います <b>\"'&"), "{text}");
    assert!(text.contains("[U+202E]"), "{text}");

    let page = world.browser("user1").get(&format!("/sent/{mail}"));
    assert!(
        page.text.contains("宛先が違います &#60;b&#62;"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("<b>"), "{}", page.text);
}

#[test]
fn nobody_decides_on_their_own_mail_or_that_of_others() {
    let world = World::new();
    world.add_other_organisation();
    let of_user = world.held("user1", "Of the user");
    let of_manager = world.held("manager", "Of the manager, longer");
    let of_admin = world.held("admin", "Of the administrator, longest");
    let tries = [
        ("user1", &of_user),
        ("user2", &of_user),
        ("boss@other.example.jp", &of_user),
        ("manager", &of_manager),
        ("user1", &of_manager),
        ("admin", &of_admin),
        ("manager", &of_admin),
    ];
    let before = world.command(&["hold", "list"]);
    assert_eq!(before.as_array().unwrap().len(), 3, "{before}");
    for (who, mail) in tries {
        for decision in ["release", "refuse"] {
            let page = decide_without_form(&mut world.browser(who), mail, decision);
            assert_eq!(page.status, 404, "{who} {decision}: {}", page.text);
        }
    }
    assert_eq!(world.command(&["hold", "list"]), before);
    // Another administrator decides on the administrator's mail.
    let page = decide(&mut world.browser("postmaster"), &of_admin, "refuse", "");
    assert_eq!(page.status, 200, "{}", page.text);
}

#[test]
fn only_the_sender_takes_a_delayed_mail_back() {
    let world = World::new();
    let mail = world.delayed("Too early");
    let path = format!("/sent/{mail}/cancel");
    let cancel = |who: &str| {
        let mut browser = world.browser(who);
        let token = browser.get("/").form_token();
        browser.post(&path, &[("form_token", &token)])
    };
    for who in ["user2", "manager"] {
        assert_eq!(cancel(who).status, 404, "{who}");
        assert_eq!(world.state(&mail), "delayed");
    }
    assert_eq!(world.demo.browser().post(&path, &[]).status, 303);
    let page = cancel("user1");
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(world.state(&mail), "cancelled");
    let again = cancel("user1");
    assert_eq!(again.status, 409, "{}", again.text);
}

#[test]
fn a_sender_takes_a_held_mail_back() {
    let world = World::new();
    let mail = world.held("user1", "Second thoughts");
    let mut browser = world.browser("user1");
    let token = browser.get(&format!("/sent/{mail}")).form_token();
    let page = browser.post(&format!("/sent/{mail}/cancel"), &[("form_token", &token)]);
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(world.state(&mail), "cancelled");
    let late = decide_without_form(&mut world.browser("manager"), &mail, "release");
    assert_eq!(late.status, 409, "{}", late.text);
    assert_eq!(world.state(&mail), "cancelled");
}
