//! Mail clients that people use, against the product as a person starts it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, Weak};

use sekisho_testkit::{Demo, SeenMail, installed};

const PROGRAM: &str = env!("CARGO_BIN_EXE_sekisho");

/// One demo for all clients that run at the same time: they use subjects of their own. The last one that
/// goes ends it.
fn demo() -> Arc<Demo> {
    static SHARED: Mutex<Weak<Demo>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap();
    shared.upgrade().unwrap_or_else(|| {
        let demo = Arc::new(Demo::start(PROGRAM, &["--no-samples"]));
        *shared = Arc::downgrade(&demo);
        demo
    })
}

fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn file(dir: &Path, name: &str, text: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    // Several clients refuse a file with a password that others can read.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn arrived(demo: &Demo, user: &str, subject: &str) -> SeenMail {
    let all = demo.imap(user).everything();
    let found: Vec<_> = all
        .iter()
        .filter(|(_, mail)| mail.header("subject").as_deref() == Some(subject))
        .collect();
    assert_eq!(found.len(), 1, "`{subject}` is there once for {user}");
    found[0].1.clone()
}

fn ports(demo: &Demo, template: &str) -> String {
    let mut text = template.replace("{ca}", &demo.ca_file().display().to_string());
    for (name, port) in demo.ready()["ports"].as_object().unwrap() {
        text = text.replace(&format!("{{{name}}}"), &port.to_string());
    }
    text
}

#[test]
fn swaks_submits_with_starttls_and_plain() {
    if !installed("swaks") {
        return;
    }
    let demo = demo();
    for mechanism in ["PLAIN", "LOGIN"] {
        let subject = format!("swaks {mechanism}");
        run(Command::new("swaks").args([
            "--server",
            &demo.port("submission").to_string(),
            "--tls",
            "--auth",
            mechanism,
            "--auth-user",
            "user1",
            "--auth-password",
            "pass",
            "--from",
            "user1@hanko.example.jp",
            "--to",
            "user2@hanko.example.jp",
            "--header",
            &format!("Subject: {subject}"),
        ]));
        let mail = arrived(&demo, "user2", &subject);
        let received = mail.header("received").unwrap();
        assert!(received.contains("with ESMTPSA"), "{received}");
    }
}

#[test]
fn swaks_cannot_relay() {
    if !installed("swaks") {
        return;
    }
    let demo = demo();
    let output = Command::new("swaks")
        .args(["--server", &demo.port("smtp").to_string()])
        .args([
            "--from",
            "a@soto.example.net",
            "--to",
            "b@other.example.org",
        ])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("550 5.7.1"), "{said}");
}

#[test]
fn msmtp_submits_over_implicit_tls_with_scram() {
    if !installed("msmtp") {
        return;
    }
    let demo = demo();
    let dir = tempfile::tempdir().unwrap();
    let config = file(
        dir.path(),
        "msmtprc",
        &ports(
            &demo,
            "account default\nhost localhost\nport {submissions}\ntls on\ntls_starttls off\n\
             tls_trust_file {ca}\nauth scram-sha-256\nuser user1\npassword pass\n\
             from user1@hanko.example.jp\n",
        ),
    );
    let mail = file(
        dir.path(),
        "mail",
        "From: user1@hanko.example.jp\nTo: user2@hanko.example.jp\nBcc: manager@hanko.example.jp\n\
         Subject: msmtp scram\n\ntext\n",
    );
    run(Command::new("sh").arg("-c").arg(format!(
        "msmtp -C {} user2@hanko.example.jp manager@hanko.example.jp <{}",
        config.display(),
        mail.display()
    )));
    for user in ["user2", "manager"] {
        let mail = arrived(&demo, user, "msmtp scram");
        assert!(mail.header("bcc").is_none(), "Bcc is taken out");
        assert!(
            mail.header("message-id")
                .is_some_and(|id| id.ends_with("hanko.example.jp>"))
        );
        assert!(mail.header("date").is_some());
    }
}

#[test]
fn mutt_sends_by_smtp_and_keeps_a_copy_by_imap() {
    if !installed("mutt") {
        return;
    }
    let demo = demo();
    let dir = tempfile::tempdir().unwrap();
    let config = file(
        dir.path(),
        "muttrc",
        &ports(
            &demo,
            "set certificate_file={ca}\nset ssl_starttls=no\nset ssl_force_tls=yes\n\
             set ssl_ca_certificates_file={ca}\n\
             set smtp_url=\"smtps://user1@localhost:{submissions}/\"\nset smtp_pass=pass\n\
             set smtp_authenticators=\"plain\"\nset from=user1@hanko.example.jp\nset realname=\"User One\"\n\
             set imap_user=user1\nset imap_pass=pass\nset folder=imaps://localhost:{imaps}/\n\
             set record=imaps://user1@localhost:{imaps}/Sent\nset copy=yes\nset confirmappend=no\n",
        ),
    );
    run(Command::new("sh")
        .arg("-c")
        .arg(format!(
            "echo text | mutt -F {} -s 'mutt 件名' user2@hanko.example.jp",
            config.display()
        ))
        .env("HOME", dir.path())
        .env("LANG", "C.UTF-8"));
    // How much of the subject is encoded is mutt's choice: the two kanji are in either.
    let is_it = |mail: &SeenMail| {
        mail.header("subject")
            .is_some_and(|subject| subject.contains("5Lu25ZCN"))
    };
    assert!(demo.imap("user2").mails("INBOX").iter().any(is_it));
    let sent = demo.imap("user1").mails("Sent");
    assert!(sent.iter().any(is_it));
}

#[test]
fn curl_sends_lists_and_fetches() {
    if !installed("curl") {
        return;
    }
    let demo = demo();
    let dir = tempfile::tempdir().unwrap();
    let mail = file(
        dir.path(),
        "mail",
        "From: user1@hanko.example.jp\r\nTo: user2@hanko.example.jp\r\nSubject: curl\r\n\r\ncurl text\r\n",
    );
    let curl = |arguments: &str| {
        run(Command::new("sh").arg("-c").arg(ports(
            &demo,
            &format!("curl -sS --ssl-reqd --cacert {{ca}} --user {arguments}"),
        )))
    };
    curl(&format!(
        "user1:pass smtps://localhost:{{submissions}} --mail-from user1@hanko.example.jp \
         --mail-rcpt user2@hanko.example.jp --upload-file {}",
        mail.display()
    ));
    arrived(&demo, "user2", "curl");
    let folders = curl("user2:pass imaps://localhost:{imaps}/");
    assert!(String::from_utf8_lossy(&folders.stdout).contains("INBOX"));
    let found = curl("user2:pass 'imaps://localhost:{imaps}/INBOX?SUBJECT%20curl'");
    assert!(String::from_utf8_lossy(&found.stdout).starts_with("* SEARCH "));
    let list = curl("user2:pass pop3s://localhost:{pop3s}/");
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let last = list
        .lines()
        .last()
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_owned();
    let mail = curl(&format!("user2:pass pop3s://localhost:{{pop3s}}/{last}"));
    assert!(String::from_utf8_lossy(&mail.stdout).contains("Subject: "));
}

#[test]
fn fetchmail_takes_mail_by_pop3_and_imap() {
    if !installed("fetchmail") {
        return;
    }
    let demo = demo();
    for (protocol, port, user) in [("pop3", "pop3s", "manager"), ("imap", "imaps", "admin")] {
        let subject = format!("fetchmail {protocol}");
        let mut imap = demo.imap(user);
        imap.append(
            "INBOX",
            &format!("From: a@b.example\r\nSubject: {subject}\r\n\r\ntext\r\n"),
        );
        let dir = tempfile::tempdir().unwrap();
        let taken = dir.path().join("taken");
        let config = file(
            dir.path(),
            "fetchmailrc",
            &ports(
                &demo,
                &format!(
                    "poll localhost service {{{port}}} protocol {protocol} username \"{user}\" password \"pass\" \
                 ssl sslcertfile {{ca}} sslcertck fetchall keep mda \"cat >>{}\"\n",
                    taken.display()
                ),
            ),
        );
        run(Command::new("fetchmail")
            .arg("--fetchmailrc")
            .arg(&config)
            .args([
                "--pidfile",
                dir.path().join("pid").to_str().unwrap(),
                "--nodetach",
            ])
            .env("FETCHMAILHOME", dir.path()));
        let text = std::fs::read_to_string(&taken).unwrap();
        assert!(text.contains(&format!("Subject: {subject}")), "{text}");
    }
}

#[test]
fn mbsync_keeps_a_maildir_in_step_both_ways() {
    if !installed("mbsync") {
        return;
    }
    let demo = demo();
    let mut imap = demo.imap("postmaster");
    imap.append(
        "INBOX",
        "From: a@b.example\r\nSubject: mbsync down\r\n\r\ntext\r\n",
    );
    let dir = tempfile::tempdir().unwrap();
    let maildir = dir.path().join("mail");
    std::fs::create_dir(&maildir).unwrap();
    let config = file(
        dir.path(),
        "mbsyncrc",
        &ports(
            &demo,
            &format!(
                "IMAPAccount demo\nHost localhost\nPort {{imaps}}\nUser postmaster\nPass pass\n\
             SSLType IMAPS\nCertificateFile {{ca}}\nSystemCertificates no\n\n\
             IMAPStore far\nAccount demo\n\nMaildirStore near\nPath {0}/\nInbox {0}/INBOX\nSubFolders Verbatim\n\n\
             Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Both\nExpunge Both\nSyncState *\n",
                maildir.display()
            ),
        ),
    );
    let sync = || run(Command::new("mbsync").arg("-c").arg(&config).arg("-a"));
    sync();
    let near: Vec<_> = std::fs::read_dir(maildir.join("INBOX/new"))
        .unwrap()
        .collect();
    assert_eq!(near.len(), 1);
    std::fs::write(
        maildir.join("INBOX/new/1.up.local"),
        "From: a@b.example\nSubject: mbsync up\n\ntext\n",
    )
    .unwrap();
    sync();
    let subjects: Vec<_> = imap
        .mails("INBOX")
        .iter()
        .filter_map(|mail| mail.header("subject"))
        .collect();
    assert!(subjects.contains(&"mbsync up".to_owned()), "{subjects:?}");
    sync();
    assert_eq!(
        imap.mails("INBOX").len(),
        subjects.len(),
        "a third run changes nothing"
    );
}
