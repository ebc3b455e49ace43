//! Delivery reports: what goes out, and that no content of others breaks its form.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods)] // files of cases are read, and the false clock starts somewhere

use jiff::Timestamp;
use proptest::prelude::*;
use sekisho_address::{Address, ReversePath};
use sekisho_smtp::dsn::{self, Action, RecipientReport, Report, compose, is_wanted};
use sekisho_smtp::{EnhancedStatus, Notify, OriginalRecipient, Ret};

const HEAD: &[u8] =
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\
    Content-Type: message/delivery-status\r\n\r\n";

const ORIGINAL: &[u8] = b"From: a@hanko.example.jp\r\nSubject: t\r\nMessage-ID: <m1@hanko.example.jp>\r\n\r\nbody text\r\n";

fn failed(address: &str) -> RecipientReport {
    RecipientReport {
        original: Some(OriginalRecipient {
            address_type: "rfc822".into(),
            address: "first@other.example.org".into(),
        }),
        address: address.parse().unwrap(),
        action: Action::Failed,
        status: EnhancedStatus::new(5, 1, 1),
        remote_mta: Some("mx.other.example.org".into()),
        diagnostic: Some("550 5.1.1 No such user".into()),
        last_attempt: Some(Timestamp::UNIX_EPOCH),
        retry_until: None,
    }
}

fn report(recipients: &[RecipientReport], original: &[u8], ret: Option<Ret>) -> String {
    let to: Address = "a@hanko.example.jp".parse().unwrap();
    let composed = compose(&Report {
        reporting_mta: "mx.hanko.example.jp",
        to: &to,
        unique: "r1-abc",
        now: Timestamp::UNIX_EPOCH,
        arrival: Some(Timestamp::UNIX_EPOCH),
        envid: Some("env 7"),
        ret,
        recipients,
        original,
        original_is_whole: true,
    });
    assert_eq!(composed.has_8bit, !composed.content.is_ascii());
    assert!(!composed.smtputf8);
    String::from_utf8_lossy(&composed.content).into_owned()
}

/// P13: CRLF only, lines of at most 998.
fn assert_sound(mail: &str) {
    assert!(mail.ends_with("\r\n"));
    for line in mail.strip_suffix("\r\n").unwrap().split("\r\n") {
        assert!(!line.contains(['\r', '\n']), "{line:?}");
        assert!(line.len() <= 998, "{} bytes", line.len());
    }
}

#[test]
fn failure_names_recipient_reason_and_brings_the_mail_back() {
    let mail = report(&[failed("ghost@other.example.org")], ORIGINAL, None);
    assert_sound(&mail);
    for wanted in [
        "From: \"Mail Delivery System\" <MAILER-DAEMON@mx.hanko.example.jp>\r\nTo: <a@hanko.example.jp>\r\n",
        "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\nMessage-ID: <r1-abc@mx.hanko.example.jp>\r\n",
        "In-Reply-To: <m1@hanko.example.jp>\r\n",
        "Auto-Submitted: auto-replied\r\n",
        "multipart/report; report-type=delivery-status;\r\n boundary=\"=_r1-abc\"\r\n",
        "Reporting-MTA: dns; mx.hanko.example.jp\r\nOriginal-Envelope-Id: env 7\r\n",
        "Original-Recipient: rfc822; first@other.example.org\r\n\
         Final-Recipient: rfc822; ghost@other.example.org\r\n\
         Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.other.example.org\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n",
        "Content-Type: message/rfc822\r\n\r\nFrom: a@hanko.example.jp\r\n",
        "body text\r\n--=_r1-abc--\r\n",
    ] {
        assert!(mail.contains(wanted), "{wanted:?} not in\n{mail}");
    }
    let text = people_read(&mail);
    assert!(
        text.contains("宛先: ghost@other.example.org") && text.contains("No such user"),
        "{text}"
    );
    assert!(text.contains("There is no such recipient."), "{text}");
}

/// The decoded text part.
fn people_read(mail: &str) -> String {
    let part = mail.split("--=_r1-abc").nth(1).unwrap();
    let body = part.split_once("\r\n\r\n").unwrap().1.replace("\r\n", "");
    String::from_utf8(sekisho_sasl::encoding::decode(body).unwrap()).unwrap()
}

#[test]
fn header_only_when_asked_or_when_not_a_failure() {
    let header_only = report(&[failed("x@other.example.org")], ORIGINAL, Some(Ret::Hdrs));
    assert!(header_only.contains("Content-Type: text/rfc822-headers\r\n\r\nFrom:"));
    assert!(!header_only.contains("body text"));
    let mut delayed = failed("x@other.example.org");
    delayed.action = Action::Delayed;
    delayed.status = EnhancedStatus::new(4, 4, 1);
    delayed.retry_until = Some(Timestamp::UNIX_EPOCH);
    let mail = report(&[delayed], ORIGINAL, Some(Ret::Full));
    assert!(!mail.contains("body text"));
    assert!(mail.contains("Will-Retry-Until: Thu, 01 Jan 1970 00:00:00 +0000\r\n"));
}

#[test]
fn an_address_outside_of_ascii_has_its_seven_bit_form() {
    let mail = report(&[failed("田中@other.example.org")], ORIGINAL, None);
    assert!(
        mail.contains("Final-Recipient: utf-8; \\x{7530}\\x{4E2D}@other.example.org\r\n"),
        "{mail}"
    );
    assert!(people_read(&mail).contains("宛先: 田中@other.example.org"));
}

/// What we write, others can read; and so can we.
#[test]
fn a_report_is_recognised() {
    let mail = report(
        &[
            failed("ghost@other.example.org"),
            failed("b@other.example.org"),
        ],
        ORIGINAL,
        None,
    );
    let read = dsn::read(mail.as_bytes()).unwrap();
    assert_eq!(read.envid.as_deref(), Some("env 7"));
    assert_eq!(read.recipients.len(), 2);
    let first = &read.recipients[0];
    assert_eq!(first.address, "ghost@other.example.org");
    assert_eq!(first.original.as_deref(), Some("first@other.example.org"));
    assert_eq!(
        (first.action.as_str(), first.status),
        ("failed", Some(EnhancedStatus::new(5, 1, 1)))
    );
    assert_eq!(first.diagnostic.as_deref(), Some("550 5.1.1 No such user"));
    assert_eq!(dsn::read(ORIGINAL), None);
}

#[test]
fn no_bounce_to_a_bounce() {
    let sender = ReversePath::from("a@hanko.example.jp".parse::<Address>().unwrap());
    assert!(is_wanted(&sender, Notify::DEFAULT, Action::Failed));
    assert!(!is_wanted(&sender, Notify::DEFAULT, Action::Delivered));
    assert!(!is_wanted(&sender, Notify::NEVER, Action::Failed));
    assert!(!is_wanted(
        &ReversePath::Null,
        Notify::DEFAULT,
        Action::Failed
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_from_outside_breaks_the_form(
        original in proptest::collection::vec(any::<u8>(), 0..3000),
        long in "[a-z\r\n]{0,3000}",
        diagnostic in any::<String>(),
    ) {
        let mut recipient = failed("x@other.example.org");
        recipient.diagnostic = Some(diagnostic.clone());
        recipient.remote_mta = Some(diagnostic);
        dsn::read(&original);
        dsn::read(&[HEAD, &original, HEAD].concat());
        for original in [original.as_slice(), long.as_bytes(), b"--=_r1-abc--\r\n"] {
            let to: Address = "a@hanko.example.jp".parse().unwrap();
            let content = compose(&Report {
                reporting_mta: "mx.hanko.example.jp", to: &to, unique: "r1-abc", now: Timestamp::UNIX_EPOCH,
                arrival: None, envid: None, ret: None, recipients: &[recipient.clone()], original,
                original_is_whole: true,
            }).content;
            let lines = content.split_inclusive(|&b| b == b'\n');
            for line in lines {
                let text = line.strip_suffix(b"\r\n").expect("CRLF");
                prop_assert!(text.len() <= 998 && !text.contains(&b'\r'));
            }
            let text = String::from_utf8_lossy(&content).into_owned();
            let boundary = text.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
            prop_assert_eq!(text.matches(&format!("--{boundary}")).count(), 4);
        }
    }
}
