//! ENVELOPE and BODYSTRUCTURE of every mail of the corpus follow the grammar, and each part they
//! tell of can be fetched with the size they tell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

use proptest::prelude::*;
use sekisho_imap::{body, body_structure, envelope};
use sekisho_mime::{Message, SectionText};

#[derive(Debug, PartialEq)]
enum Value {
    Nil,
    Number(usize),
    String(Vec<u8>),
    List(Vec<Value>),
}

/// `None` when it is no value of the grammar.
fn value(rest: &mut &[u8]) -> Option<Value> {
    match rest.first()? {
        b'(' => {
            *rest = &rest[1..];
            let mut list = Vec::new();
            while rest.first()? != &b')' {
                list.push(value(rest)?);
                // Bodies of a multipart and addresses stand without a space between.
                if rest.first()? == &b' ' {
                    *rest = &rest[1..];
                }
            }
            *rest = &rest[1..];
            Some(Value::List(list))
        }
        b'"' => {
            let mut out = Vec::new();
            let mut at = 1;
            loop {
                match rest.get(at)? {
                    b'"' => break,
                    b'\\' => {
                        at += 1;
                        out.push(*rest.get(at)?);
                    }
                    b'\r' | b'\n' | 0 | 0x80.. => return None,
                    byte => out.push(*byte),
                }
                at += 1;
            }
            *rest = &rest[at + 1..];
            Some(Value::String(out))
        }
        b'{' => {
            let end = rest.iter().position(|byte| *byte == b'}')?;
            let len: usize = std::str::from_utf8(&rest[1..end]).ok()?.parse().ok()?;
            let start = end + 3;
            let text = rest.get(start..start + len)?.to_vec();
            *rest = &rest[start + len..];
            (!text.contains(&0)).then_some(Value::String(text))
        }
        b'N' => {
            *rest = rest.strip_prefix(b"NIL")?;
            Some(Value::Nil)
        }
        _ => {
            let end = rest.iter().position(|byte| !byte.is_ascii_digit())?;
            let number = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
            *rest = &rest[end..];
            Some(Value::Number(number))
        }
    }
}

fn whole(text: &[u8]) -> Result<Value, String> {
    let mut rest = text;
    std::str::from_utf8(text).map_err(|error| error.to_string())?;
    match value(&mut rest) {
        Some(value) if rest.is_empty() => Ok(value),
        _ => Err(format!("no value: {}", String::from_utf8_lossy(text))),
    }
}

fn list(value: &Value) -> Result<&[Value], String> {
    match value {
        Value::List(list) => Ok(list),
        other => Err(format!("no list: {other:?}")),
    }
}

fn is_envelope(value: &Value) -> Result<(), String> {
    let fields = list(value)?;
    if fields.len() != 10 {
        return Err(format!("envelope of {}", fields.len()));
    }
    for addresses in &fields[2..8] {
        if addresses == &Value::Nil {
            continue;
        }
        for address in list(addresses)? {
            if list(address)?.len() != 4 {
                return Err(format!("address {address:?}"));
            }
        }
    }
    Ok(())
}

/// `path` is the number of this body, or of the message that it is the body of.
fn is_body(message: &Message<'_>, value: &Value, path: &str, own: bool) -> Result<(), String> {
    let fields = list(value)?;
    let join = |number: usize| match path {
        "" => number.to_string(),
        path => format!("{path}.{number}"),
    };
    if matches!(fields.first(), Some(Value::List(_))) {
        let children = fields
            .iter()
            .take_while(|field| matches!(field, Value::List(_)));
        for (at, child) in children.enumerate() {
            is_body(message, child, &join(at + 1), true)?;
        }
        return Ok(());
    }
    let number = if own { path.to_owned() } else { join(1) };
    let [media, subtype, _, _, _, _, Value::Number(octets), rest @ ..] = fields else {
        return Err(format!("body {value:?}"));
    };
    let fetched = message
        .section(&number, SectionText::Body)
        .map(|range| range.len());
    if fetched.unwrap_or(0) != *octets {
        return Err(format!(
            "BODY[{number}] has {fetched:?} octets, told {octets}"
        ));
    }
    let is =
        |value: &Value, text: &str| matches!(value, Value::String(have) if have == text.as_bytes());
    match rest {
        [inner_envelope, inner_body, Value::Number(_), ..]
            if is(media, "message") && is(subtype, "rfc822") =>
        {
            is_envelope(inner_envelope)?;
            is_body(message, inner_body, &number, false)
        }
        [Value::Number(_), ..] if is(media, "text") => Ok(()),
        _ if is(media, "text") || (is(media, "message") && is(subtype, "rfc822")) => {
            Err(format!("short: {value:?}"))
        }
        _ => Ok(()),
    }
}

fn check(raw: &[u8]) -> Result<(), String> {
    let message = Message::parse(raw);
    is_envelope(&whole(&envelope(&message))?)?;
    is_body(&message, &whole(&body(&message))?, "", false)?;
    is_body(&message, &whole(&body_structure(&message))?, "", false)
}

#[test]
fn every_mail_of_the_corpus() {
    let Some(dir) = sekisho_testkit::corpus("mime") else {
        return;
    };
    let mut failed = Vec::new();
    let mut count = 0;
    for row in sekisho_testkit::manifest(&dir, "manifest.jsonl") {
        let Some(path) = row["file"].as_str().map(|file| dir.join(file)) else {
            continue;
        };
        let Ok(raw) = std::fs::read(&path) else {
            continue;
        };
        count += 1;
        if let Err(why) = check(&raw) {
            failed.push(format!("{}: {why:.300}", path.display()));
        }
    }
    eprintln!("{} of {count} pass", count - failed.len());
    assert!(count > 100 && failed.is_empty(), "{count} {failed:#?}");
}

/// Scraps that make trees, and what breaks them.
fn scrap() -> impl Strategy<Value = Vec<u8>> {
    let text = prop_oneof![
        Just("Content-Type: multipart/mixed; boundary=q\r\n\r\n"),
        Just("Content-Type: multipart/digest; boundary=\"r\"\r\n\r\n"),
        Just("Content-Type: message/rfc822; name=\"a\\\"b\"\r\n\r\n"),
        Just("Content-Type: text/html; charset*0*=x\r\n"),
        Just("Content-Type: multipart/mixed\r\n\r\n"),
        Just("Content-Transfer-Encoding: base64\r\n"),
        Just("Content-Disposition: attachment; filename=\"\u{3042}.txt\"\r\n\r\n"),
        Just("From: a: \"b\" <@r:c@d>, e;, f g\r\n"),
        Just("To: (x) y <\r\n"),
        Just("--q\r\n"),
        Just("--q--\r\n"),
        Just("--r\r\n"),
        Just("text\r\n"),
        Just("\r\n"),
        Just("\n"),
    ];
    prop_oneof![
        8 => text.prop_map(|text| text.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..20),
    ]
}

proptest! {
    #[test]
    fn any_mail_can_be_told(scraps in proptest::collection::vec(scrap(), 0..40)) {
        let raw = scraps.concat();
        prop_assert_eq!(check(&raw), Ok(()), "{:?}", String::from_utf8_lossy(&raw));
    }
}

#[test]
fn hostile_mails_stay_small() {
    let addresses = "a@x.example, ".repeat(100_000);
    let raw = format!(
        "From: a@x.example\r\nTo: {addresses}\r\nSubject: {}\r\n\r\n",
        "x".repeat(1 << 20)
    );
    let message = Message::parse(raw.as_bytes());
    let told = envelope(&message);
    whole(&told).unwrap();
    assert!(told.len() < 256 * 1024, "{}", told.len());

    let parts = "--q\r\n\r\nx\r\n".repeat(10_000);
    let raw = format!("Content-Type: multipart/mixed; boundary=q\r\n\r\n{parts}--q--\r\n");
    let told = body_structure(&Message::parse(raw.as_bytes()));
    whole(&told).unwrap();
    assert!(told.len() < 256 * 1024, "{}", told.len());

    let mut deep = String::new();
    for level in 0..1000 {
        deep.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"
        ));
    }
    check(deep.as_bytes()).unwrap();
    check(
        "Content-Type: message/rfc822\r\n\r\n"
            .repeat(1000)
            .as_bytes(),
    )
    .unwrap();
}
