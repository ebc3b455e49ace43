//! How a session begins and ends.

use sekisho_testkit::run;

use crate::world::{PROGRAM, World};

#[test]
fn who_is_not_signed_in_signs_in_and_comes_back() {
    let world = World::new();
    let held = world.held("user1", "Held");
    let path = format!("/hold/{held}");
    let mut browser = world.demo.browser();
    let page = browser.get(&path);
    assert_eq!(page.status, 303);
    let sign_in = page.header("location").unwrap().to_owned();
    let form = browser.get(&sign_in);
    assert!(
        form.text
            .contains(&format!("name=\"back\" value=\"{path}\"")),
        "{}",
        form.text
    );

    let wrong = browser.sign_in("manager", "wrong", &path);
    assert_eq!(wrong.status, 401);
    assert!(wrong.text.contains("role=\"alert\""), "{}", wrong.text);
    assert!(
        !wrong.text.contains("wrong"),
        "the password is not shown again"
    );
    assert_eq!(browser.get("/").status, 303, "no session");
    let english = world
        .demo
        .browser()
        .reading("en")
        .sign_in("nobody-here", "x", "/");
    assert!(
        english.text.contains("Wrong user name or password")
            || english.text.contains("user name or the password"),
        "{}",
        english.text
    );

    let page = browser.sign_in("manager", "pass", &path);
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("name=\"decision\""),
        "back at the mail: {}",
        page.text
    );
}

#[test]
fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let world = World::new();
    let mut browser = world.demo.browser();
    let fields = [
        ("user", "user1"),
        ("password", "pass"),
        ("back", "//evil.example"),
    ];
    let page = browser.post("/sign-in", &fields);
    assert_eq!(page.header("location"), Some("/"), "no way out");
    let cookie = page.header("set-cookie").unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain="), "{cookie}");
    let token = browser.cookie("sekisho").unwrap();
    assert_eq!(token.len(), 64, "256 bits");
    let other = world.browser("user1");
    assert_ne!(other.cookie("sekisho").unwrap(), token);
}

#[test]
fn a_session_ends_when_it_should() {
    let world = World::new();
    let config = world.demo.dir().join("sekisho.toml");
    let ended = |mut browser: sekisho_testkit::Browser| browser.get("/").status == 303;

    // Signing out ends this one, also for who has copied its cookie, and no other.
    let mut browser = world.browser("user1");
    let (thief, elsewhere) = (browser.clone(), world.browser("user1"));
    let token = browser.get("/").form_token();
    let page = browser.post("/sign-out", &[("form_token", &token)]);
    assert_eq!(page.header("location"), Some("/sign-in"));
    assert!(browser.cookie("sekisho").is_none());
    assert!(ended(thief));
    assert!(!ended(elsewhere.clone()));

    let password = "another long password\n";
    let change = ["user", "password", "user1@hanko.example.jp"];
    run(PROGRAM, &config, "C", password, &change).well();
    assert!(ended(elsewhere), "the password was changed");
    let mut again = world.demo.browser();
    assert_eq!(again.sign_in("user1", "pass", "/").status, 401);
    assert_eq!(again.sign_in("user1", password.trim_end(), "/").status, 200);

    world.command(&[
        "user",
        "set",
        "user1@hanko.example.jp",
        "--enabled",
        "false",
    ]);
    assert!(ended(again.clone()), "the account was switched off");
    assert_eq!(again.sign_in("user1", password.trim_end(), "/").status, 401);
}
