//! A running demo with the people of both organisations, and mail that waits.

use sekisho_mime::Message;
use sekisho_testkit::{Browser, Demo, Page, SeenMail, accepted_id, run};
use serde_json::Value;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_sekisho");
/// Whoever needs a password of the other organisation.
pub(crate) const OTHER_PASSWORD: &str = "a long enough password";
pub(crate) const PARTNER: &str = "sakura@partner.example.com";

pub(crate) struct World {
    pub(crate) demo: Demo,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            demo: Demo::start(PROGRAM, &["--no-samples"]),
        }
    }

    /// A command for the demo's organisation.
    pub(crate) fn command(&self, arguments: &[&str]) -> Value {
        let all = [&["--organisation", "Hanko", "--json"], arguments].concat();
        self.demo.command(&all).well().json()
    }

    /// Another organisation, whose `boss` is manager and administrator.
    pub(crate) fn add_other_organisation(&self) {
        let config = self.demo.dir().join("sekisho.toml");
        let other = |input: &str, arguments: &[&str]| {
            let all = [&["--organisation", "Other"], arguments].concat();
            run(PROGRAM, &config, "C", input, &all).well()
        };
        self.demo.command(&["organisation", "add", "Other"]).well();
        other("", &["domain", "add", "other.example.jp"]);
        let add = [
            "user",
            "add",
            "boss@other.example.jp",
            "--role",
            "staff",
            "--role",
            "manager",
            "--role",
            "admin",
            "--password-stdin",
        ];
        other(&format!("{OTHER_PASSWORD}\n"), &add);
    }

    /// Someone's browser, signed in; `nobody`'s is not.
    pub(crate) fn browser(&self, who: &str) -> Browser {
        let mut browser = self.demo.browser();
        let password = match who {
            "nobody" => return browser,
            "boss@other.example.jp" => OTHER_PASSWORD,
            _ => "pass",
        };
        let page = browser.sign_in(who, password, "/");
        assert_eq!(page.status, 200, "{who}: {}", page.text);
        browser
    }

    /// A mail of `user` with a My Number in it, which waits for the manager. Gives its id.
    pub(crate) fn held(&self, user: &str, subject: &str) -> String {
        let mail = format!(
            "From: {user}@hanko.example.jp\nTo: {PARTNER}\nSubject: {subject}\nMessage-ID: <{}@held>\n\
             Content-Type: text/plain; charset=utf-8\n\n個人番号: 1234-5678-9018\n",
            subject.len()
        );
        accepted_id(&self.demo.submit(user, &[PARTNER], &mail))
    }

    /// A mail of `user1` that leaves in some minutes.
    pub(crate) fn delayed(&self, subject: &str) -> String {
        let to = "suzuki@kyaku.example.org";
        let mail = format!("From: user1@hanko.example.jp\nTo: {to}\nSubject: {subject}\n\nhello\n");
        accepted_id(&self.demo.submit("user1", &[to], &mail))
    }

    /// The state of a mail's first recipient.
    pub(crate) fn state(&self, mail: &str) -> String {
        let found = self.command(&["trace", "--id", mail]);
        found[0]["recipients"][0]["state"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Subjects and whole texts in someone's INBOX.
    pub(crate) fn inbox(&self, user: &str) -> Vec<(String, String)> {
        let mails = self.demo.imap(user).mails("INBOX");
        mails.iter().map(read).collect()
    }

    /// All that a decision could change.
    pub(crate) fn everything(&self) -> Vec<Value> {
        vec![
            self.command(&["hold", "list"]),
            self.command(&["delay", "list"]),
            self.command(&["queue", "list"]),
            self.command(&["trace", "--limit", "1000"]),
            self.command(&["audit", "search", "--limit", "1000"]),
        ]
    }
}

fn read(mail: &SeenMail) -> (String, String) {
    let message = Message::parse(&mail.content);
    let text = message.parts().find_map(|part| part.text());
    (
        message.subject().unwrap_or_default(),
        text.unwrap_or_default(),
    )
}

/// What protects every page.
pub(crate) fn is_protected(page: &Page, what: &str) {
    let header = |name: &str| {
        page.header(name)
            .unwrap_or_else(|| panic!("{what}: no {name}"))
    };
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{what}: {policy}");
    assert!(
        policy.contains("frame-ancestors 'none'"),
        "{what}: {policy}"
    );
    assert!(policy.contains("form-action 'self'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(header("x-frame-options"), "DENY", "{what}");
    assert_eq!(header("referrer-policy"), "same-origin", "{what}");
    assert_eq!(header("cache-control"), "no-store", "{what}");
    assert!(!page.text.contains("<script"), "{what}: {}", page.text);
    assert!(!page.text.contains(" style="), "{what}: {}", page.text);
}
