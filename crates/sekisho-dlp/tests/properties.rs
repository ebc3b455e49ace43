//! What holds for any text.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

use std::sync::LazyLock;

use proptest::prelude::*;
use sekisho_dlp::{Detector, Detectors, Windows, fold, mask};

/// What may stand between the characters of a phrase without changing what is read.
const BETWEEN: &[&str] = &[
    "", " ", "\u{3000}", "\n", "\r\n", "\r\n> ", "\u{200B}", "\u{FE00}", "\u{AD}", "\t", "\u{A0}",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9０-９ \\-－.ー()+\\n\t,a-zA-Z極秘社外個人番号マイナンバーﾊﾟﾞ\u{200B}\u{3099}]{0,200}",
    ]
}

/// Built once: the automaton takes longer than a scan.
fn detectors() -> &'static Detectors {
    static DETECTORS: LazyLock<Detectors> = LazyLock::new(|| {
        Detectors::with_keywords(["見積書", "M&A", "ｻｰﾊﾞ", "秘密保持契約書"]).unwrap()
    });
    &DETECTORS
}

proptest! {
    #[test]
    fn a_fold_leads_back_in_order(text in text()) {
        let folded = fold(&text);
        let mut last = 0;
        for (at, c) in folded.as_str().char_indices() {
            let range = folded.range(at..at + c.len_utf8());
            prop_assert!(range.start >= last && range.start <= range.end);
            prop_assert!(text.get(range.clone()).is_some());
            last = range.start;
        }
    }

    #[test]
    fn folding_twice_changes_nothing(text in "[a-zA-Zぁ-んァ-ヶ一-龠ｦ-ﾟ０-９Ａ-ｚ ]{0,60}") {
        let once = fold(&text).as_str().to_owned();
        let twice = fold(&once).as_str().to_owned();
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn a_mask_opens_four_at_most(value in any::<String>()) {
        let masked = mask(&value);
        prop_assert_eq!(masked.chars().count(), value.chars().count());
        let open = masked.chars().zip(value.chars()).filter(|(m, v)| *m != '*' && m == v).count();
        prop_assert!(open <= 4 && open * 2 <= value.chars().count());
    }

    #[test]
    fn any_text_is_scanned(text in text()) {
        for hit in detectors().scan(&text) {
            prop_assert!(text.get(hit.range.clone()).is_some());
            prop_assert!((0.0..=1.0).contains(&hit.confidence));
        }
    }

    #[test]
    fn a_phrase_is_found_however_it_is_parted(
        parts in proptest::collection::vec(0..BETWEEN.len(), 6),
        before in "[ぁ-ん]{0,5}",
    ) {
        let mut text = format!("{before}、");
        for (c, part) in "秘密保持契約書".chars().zip(parts.iter().chain(&[0])) {
            text.push(c);
            text.push_str(BETWEEN[*part]);
        }
        let found = detectors().scan(&text).into_iter().any(|hit| hit.detector == Detector::Keyword);
        prop_assert!(found, "{:?}", text);
    }
}

/// A hit at the edge of a window is found once, wherever the edge falls.
#[test]
fn windows_hide_and_double_nothing() {
    let detectors = Detectors::with_keywords(["見積書"]).unwrap();
    let window = sekisho_dlp::limits::WINDOW_BYTES;
    let overlap = sekisho_dlp::limits::WINDOW_OVERLAP_BYTES;
    for edge in [window - overlap, window - overlap / 2, window] {
        for shift in 0..16 {
            let mut text = ".".repeat(edge - shift);
            text.push_str("見積書");
            text.push_str(&".".repeat(window));
            assert_eq!(detectors.scan(&text).len(), 1, "edge {edge}, shift {shift}");
        }
    }
}

/// Nothing is lost or made up where windows are cut, wherever that is.
#[test]
fn windows_find_what_the_whole_has() {
    use sekisho_dlp::limits::{WINDOW_EDGE_BYTES, WINDOW_OVERLAP_BYTES};
    let filler = "関所の text. ".repeat(WINDOW_OVERLAP_BYTES / 16);
    for shift in (0..2 * WINDOW_OVERLAP_BYTES).step_by(601) {
        let needle = " カード番号 4111-1111-1111-1111 見積書 ";
        let text = format!("{filler}{filler}{needle}{filler}{filler}");
        let cut = text.floor_char_boundary(WINDOW_OVERLAP_BYTES + shift);
        let next = text.floor_char_boundary(cut - WINDOW_OVERLAP_BYTES);
        let mut windows = Windows::new(detectors(), false);
        let mut found: Vec<String> = [(&text[..cut], true), (&text[next..], false)]
            .into_iter()
            .flat_map(|(window, is_first)| windows.scan(window, is_first, !is_first))
            .map(|hit| hit.value)
            .collect();
        found.sort();
        found.dedup();
        assert_eq!(
            found,
            ["4111111111111111", "見積書"],
            "cut at {cut}, edge {WINDOW_EDGE_BYTES}"
        );
    }
}
