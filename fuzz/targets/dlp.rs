//! Any text is scanned and what is found is masked.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sekisho_dlp::Detectors;

static DETECTORS: LazyLock<Detectors> = LazyLock::new(|| Detectors::standard().expect("built in"));

fuzz_target!(|text: &str| {
    for hit in DETECTORS.scan(text) {
        assert!(
            text.get(hit.range.clone()).is_some(),
            "a range outside the text"
        );
    }
});
