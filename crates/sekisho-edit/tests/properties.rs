//! What must hold for any bytes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use sekisho_edit::edit;
use sekisho_mime::Message;
use sekisho_policy::{BannerPlace, Edit};

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let text = "[a-zあ-ん\n<&]{1,30}x";
    (text, any::<bool>(), any::<bool>()).prop_map(|(text, top, tag)| {
        let place = if top {
            BannerPlace::Top
        } else {
            BannerPlace::Bottom
        };
        let banner = Edit::Banner {
            place,
            text,
            html: None,
        };
        let tag = tag.then(|| Edit::TagSubject {
            tag: "[社外]".to_owned(),
        });
        std::iter::once(banner).chain(tag).collect()
    })
}

/// Any bytes that come in by SMTP: only CRLF ends a line, CR and LF stand nowhere else.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => any::<u8>().prop_filter("a bare CR or LF", |b| !matches!(b, b'\r' | b'\n')).prop_map(|b| vec![b]),
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"Content-Type: text/html; charset=iso-2022-jp\r\n".to_vec()),
        1 => Just(b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\n".to_vec()),
    ];
    prop::collection::vec(piece, 0..100).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// Any bytes can be edited, and what is made is a mail with the banner in it.
    #[test]
    fn any_bytes_get_a_banner(raw in bytes(), edits in edits()) {
        let out = edit(&raw, &edits, None).unwrap().apply(&raw);
        let message = Message::parse(&out);
        let shown: String = message.parts().filter_map(|part| part.text()).collect();
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        if let Some(Edit::Banner { text, .. }) = edits.first() {
            let plain = bare(&shown).contains(&bare(text));
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
            let html = escaped.lines().all(|line| bare(&shown).contains(&bare(line)));
            prop_assert!(plain || html, "{:?} not in {:?}", text, shown);
        }
    }

    /// A text body in UTF-8 keeps every byte that it had.
    #[test]
    fn a_body_keeps_its_bytes(body in "([ -~あ-ん]{0,60}\r\n){0,8}", edits in edits()) {
        let raw = format!("Subject: a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}");
        let patch = edit(raw.as_bytes(), &edits, None).unwrap();
        let out = String::from_utf8(patch.apply(raw.as_bytes())).unwrap();
        prop_assert!(out.contains(&body), "{}", out);
    }
}
