//! Forms that do not come from our own pages.

use crate::world::{World, is_protected};

#[test]
fn a_form_without_the_token_of_its_session_changes_nothing() {
    let world = World::new();
    let (held, delayed) = (world.held("user1", "Held"), world.delayed("Delayed"));
    let mut manager = world.browser("manager");
    let mut sender = world.browser("user1");
    let others = sender.get("/").form_token();
    let before = world.everything();
    for token in [None, Some(""), Some("0"), Some(others.as_str())] {
        let mut fields = vec![("decision", "release")];
        fields.extend(token.map(|token| ("form_token", token)));
        let page = manager.post(&format!("/hold/{held}"), &fields);
        assert_eq!(page.status, 403, "{token:?}: {}", page.text);
        is_protected(&page, "stale form");
        assert_eq!(manager.post("/sign-out", &fields).status, 403);
    }
    let token = manager.get("/").form_token();
    for token in ["", token.as_str()] {
        let path = format!("/sent/{delayed}/cancel");
        let page = sender.post(&path, &[("form_token", token)]);
        assert_eq!(page.status, 403, "{}", page.text);
    }
    assert_eq!(world.everything(), before);
    assert_eq!(manager.get("/").status, 200, "still signed in");
}

#[test]
fn another_site_cannot_decide() {
    let world = World::new();
    let held = world.held("user1", "Held");
    let mut manager = world.browser("manager");
    let token = manager.get("/").form_token();
    let fields = [("form_token", token.as_str()), ("decision", "release")];
    let before = world.everything();
    let sites: [&[(&str, &str)]; 5] = [
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[
            ("Origin", "https://evil.example"),
            ("Sec-Fetch-Site", "cross-site"),
        ],
    ];
    for site in sites {
        let page = manager.post_with(&format!("/hold/{held}"), &fields, site);
        assert_eq!(page.status, 403, "{site:?}: {}", page.text);
        is_protected(&page, "other site");
        let credentials = [("user", "user1"), ("password", "pass")];
        let page = manager.post_with("/sign-in", &credentials, site);
        assert_eq!(page.status, 403, "{site:?}");
    }
    assert_eq!(world.everything(), before);
}

#[test]
fn a_form_that_is_too_large_or_no_form_is_refused_in_words() {
    let world = World::new();
    let held = world.held("user1", "Held");
    let mut manager = world.browser("manager");
    let token = manager.get("/").form_token();
    let path = format!("/hold/{held}");
    let comment = "長".repeat(100_000);
    let fields = [
        ("form_token", token.as_str()),
        ("decision", "release"),
        ("comment", comment.as_str()),
    ];
    let before = world.everything();
    let page = manager.post(&path, &fields);
    assert_eq!(page.status, 413);
    assert!(page.text.contains("長すぎます"), "{}", page.text);
    is_protected(&page, "too large");
    let strange = [("form_token", token.as_str()), ("decision", "maybe")];
    assert_eq!(manager.post(&path, &strange).status, 403);
    let twice = format!("form_token={token}&decision=release&decision=refuse");
    assert_eq!(manager.request("POST", &path, &[], &twice).status, 400);
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        assert_eq!(
            manager.request(method, &path, &[], "").status,
            405,
            "{method}"
        );
    }
    assert_eq!(world.everything(), before);
}
