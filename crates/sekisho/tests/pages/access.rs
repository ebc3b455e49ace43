//! Which page shows whom what, in both languages.

use crate::world::{World, is_protected};

/// Actors in the order of the columns below.
const ACTORS: [&str; 6] = [
    "nobody",
    "user1",
    "user2",
    "manager",
    "admin",
    "boss@other.example.jp",
];

/// Page, then the status for each actor. `H` and `D` stand for a held and a delayed mail of user1.
const TABLE: [(&str, [u16; 6]); 12] = [
    ("/", [303, 200, 200, 200, 200, 200]),
    ("/hold/H", [303, 404, 404, 200, 200, 404]),
    ("/sent/H", [303, 200, 404, 404, 200, 404]),
    ("/hold/D", [303, 404, 404, 404, 404, 404]),
    ("/sent/D", [303, 200, 404, 404, 200, 404]),
    ("/hold/nonsense", [303, 404, 404, 404, 404, 404]),
    ("/hold/0000000000001", [303, 404, 404, 404, 404, 404]),
    ("/sent/%3Cscript%3E", [303, 404, 404, 404, 404, 404]),
    ("/sent/H/cancel", [303, 405, 405, 405, 405, 405]),
    ("/sign-in", [200, 200, 200, 200, 200, 200]),
    ("/style.css", [200, 200, 200, 200, 200, 200]),
    ("/nowhere", [404, 404, 404, 404, 404, 404]),
];

const SUBJECT: &str = "Payroll secret";

#[test]
fn each_page_for_each_actor_in_both_languages() {
    let world = World::new();
    let (held, delayed) = (world.held("user1", SUBJECT), world.delayed("Estimate"));
    world.add_other_organisation();
    for language in ["ja", "en"] {
        for user in ["user1", "user2", "manager", "admin"] {
            let address = format!("{user}@hanko.example.jp");
            world.command(&["user", "set", &address, "--language", language]);
        }
        let mut seen = 0;
        for (at, who) in ACTORS.iter().enumerate() {
            let mut browser = world.browser(who).reading(language);
            for (path, statuses) in TABLE {
                let path = path.replace("/H", &format!("/{held}"));
                let path = path.replace("/D", &format!("/{delayed}"));
                let what = format!("{who} {path} {language}");
                let page = browser.get(&path);
                assert_eq!(page.status, statuses[at], "{what}: {}", page.text);
                is_protected(&page, &what);
                let head = browser.head(&path);
                assert_eq!(head.status, page.status, "HEAD {what}");
                if page.status == 303 {
                    let location = page.header("location").unwrap();
                    assert!(
                        location.starts_with("/sign-in?back=/"),
                        "{what}: {location}"
                    );
                }
                if page.status != 200 {
                    assert!(!page.text.contains(SUBJECT), "{what} tells of the mail");
                }
                let of_home = *who != "boss@other.example.jp";
                if page.text.starts_with("<!doctype") && of_home {
                    let tag = format!("<html lang=\"{language}\">");
                    assert!(page.text.contains(&tag), "{what}: {}", page.text);
                    seen += 1;
                }
            }
        }
        assert!(seen > 40, "{seen} pages");
    }
}

#[test]
fn what_is_not_mine_looks_like_what_is_not_there() {
    let world = World::new();
    let held = world.held("user1", SUBJECT);
    let none = "0000000000001";
    let mut other = world.browser("user2");
    for place in ["hold", "sent"] {
        let real = other.get(&format!("/{place}/{held}"));
        let made_up = other.get(&format!("/{place}/{none}"));
        assert_eq!(real.status, made_up.status);
        assert_eq!(
            real.text.replace(&held, "ID"),
            made_up.text.replace(none, "ID")
        );
    }
    assert!(!other.get("/").text.contains(SUBJECT));
}

#[test]
fn the_approver_sees_what_matters() {
    let world = World::new();
    let held = world.held("user1", SUBJECT);
    for (language, wanted) in [
        (
            "ja",
            ["社外の宛先 1 件", "マイナンバー", "承認して送信", "差戻し"],
        ),
        (
            "en",
            ["Outside recipients: 1", "My Number", "Approve", "Send back"],
        ),
    ] {
        let manager = "manager@hanko.example.jp";
        world.command(&["user", "set", manager, "--language", language]);
        let page = world.browser("manager").get(&format!("/hold/{held}"));
        let all = [
            SUBJECT,
            "sakura@partner.example.com",
            "********9018",
            "佐々木 花子",
        ];
        for text in wanted.iter().chain(&all) {
            assert!(
                page.text.contains(text),
                "{language}: no {text} in {}",
                page.text
            );
        }
        // Whom it goes to stands before everything that is to be read.
        let at = |text: &str| page.text.find(text).unwrap();
        assert!(at("sakura@partner.example.com") < at("********9018"));
    }
}
