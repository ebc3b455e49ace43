//! Promise P14: hostile shapes cost bounded work. No clock here: the shapes that once were quadratic would
//! not end within the time of a test run.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use sekisho_mime::Message;

fn read(mail: &str) -> (usize, usize) {
    let message = Message::parse(mail.as_bytes());
    let anomalies = message.anomalies().len();
    let subject = message.subject().map_or(0, |subject| subject.len());
    (
        message.all_parts().count(),
        anomalies + message.to().len() + subject,
    )
}

#[test]
fn a_hundred_thousand_addresses() {
    let to: Vec<String> = (0..100_000)
        .map(|n| format!("N {n} <u{n}@example.jp>"))
        .collect();
    let mail = format!("To: {}\r\n\r\n", to.join(",\r\n "));
    assert_eq!(Message::parse(mail.as_bytes()).to().len(), 100_000);
}

#[test]
fn ten_thousand_parts() {
    let part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n";
    let mail = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
        part.repeat(10_000)
    );
    assert_eq!(Message::parse(mail.as_bytes()).parts().count(), 10_001);
}

#[test]
fn a_thousand_levels() {
    let levels: String = (0..1_000)
        .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
        .collect();
    let mail = format!("{levels}\r\ndeep\r\n");
    let message = Message::parse(mail.as_bytes());
    let deepest = message.parts().last().unwrap();
    assert_eq!(deepest.decoded().as_ref(), b"deep\r\n");
    assert_eq!(deepest.path().split('.').count(), 1_000);
}

#[test]
fn shapes_that_invite_quadratic_work() {
    for mail in [
        format!(
            "Content-Type: {}\r\nTo: {}\r\n\r\n",
            "(".repeat(300_000),
            "(".repeat(300_000)
        ),
        format!(
            "Content-Type: a/b; n={}\r\nTo: {}\r\n\r\n",
            "\"\\".repeat(100_000),
            "\\\"<\"".repeat(100_000)
        ),
        format!(
            "Subject: {}\r\nTo: {}\r\n\r\n",
            "=?utf-8?Q?".repeat(100_000),
            "=?a?b?=<".repeat(100_000)
        ),
        format!(
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
            "--c\r\nContent-A: b\r\n".repeat(50_000)
        ),
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(5_000),
        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n".repeat(5_000),
        format!(
            "Content-Type: text/plain\r\n\r\n{}",
            "begin 644 x\r\n".repeat(100_000)
        ),
        format!(
            "Content-Type: a/b{}\r\n\r\n",
            "; filename*0*=a".repeat(20_000)
        ),
        "a:\r\n".repeat(500_000),
    ] {
        let (parts, _) = read(&mail);
        assert!(parts < 25_000, "{}", &mail[..40]);
    }
}
