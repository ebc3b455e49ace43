//! Values that mail sets, written to do harm, are shown as text.

use sekisho_testkit::accepted_id;

use crate::world::{PARTNER, World, is_protected};

#[test]
fn nothing_of_a_mail_is_obeyed() {
    let world = World::new();
    let payload = "\"><script>alert(1)</script><img src=x onerror=alert(2)>' \u{202e}fdp";
    // CRLF inside an encoded word would forge a header where it is decoded carelessly.
    let folded = "=?utf-8?B?YQ0KQmNjOiBldmlsQGV4YW1wbGUub3JnDQoNCmZvcmdlZA==?=";
    let quoted = payload.replace('"', "\\\"");
    let mail = format!(
        "From: \"{quoted}\" <user1@hanko.example.jp>\nTo: {PARTNER}\nSubject: {payload} {folded}\n\
         MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\nContent-Type: text/html; charset=utf-8\n\n<p onclick=x>個人番号: 1234-5678-9018</p><script>alert(3)</script>\n\
         --b\nContent-Type: text/plain; charset=utf-8\nContent-Disposition: attachment; filename=\"a{quoted}.txt\"\n\n個人番号: 1234-5678-9018\n--b--\n"
    );
    let id = accepted_id(&world.demo.submit("user1", &[PARTNER], &mail));
    for (who, paths) in [
        ("manager", vec!["/".to_owned(), format!("/hold/{id}")]),
        ("user1", vec!["/".to_owned(), format!("/sent/{id}")]),
        (
            "admin",
            vec!["/".to_owned(), format!("/hold/{id}"), format!("/sent/{id}")],
        ),
    ] {
        let mut browser = world.browser(who);
        for path in paths {
            let page = browser.get(&path);
            let what = format!("{who} {path}");
            assert_eq!(page.status, 200, "{what}: {}", page.text);
            is_protected(&page, &what);
            for harm in ["<img", "<script", "onclick=x>", "\u{202e}"] {
                assert!(!page.text.contains(harm), "{what}: {harm} in {}", page.text);
            }
            assert!(
                page.text.contains("&#60;script&#62;alert(1)"),
                "{what}: {}",
                page.text
            );
            assert!(page.text.contains("[U+202E]fdp"), "{what}: {}", page.text);
        }
    }
    for user in ["manager", "user1"] {
        for mail in world.demo.imap(user).mails("INBOX") {
            assert_eq!(mail.header("bcc"), None);
            let from = mail.header("from").unwrap();
            assert!(!from.contains("script"), "{from}");
        }
        let inbox = world.inbox(user);
        assert_eq!(inbox.len(), 1, "{inbox:?}");
        assert!(inbox[0].0.contains("[U+202E]fdp"), "{inbox:?}");
    }
}

#[test]
fn a_user_name_typed_in_is_shown_as_text() {
    let world = World::new();
    let mut browser = world.demo.browser();
    let page = browser.sign_in("\"><script>alert(1)</script>", "x", "/");
    assert_eq!(page.status, 401);
    is_protected(&page, "wrong name");
    assert!(
        page.text.contains("&#34;&#62;&#60;script&#62;"),
        "{}",
        page.text
    );
}
