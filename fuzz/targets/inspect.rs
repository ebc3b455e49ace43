//! Any bytes are a mail: facts, verdict and answer come out.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sekisho_facts::{InspectRequest, Settings, inspect};

static SETTINGS: LazyLock<Settings> = LazyLock::new(|| Settings::standard().expect("built in"));

fuzz_target!(|raw: &[u8]| {
    let request = InspectRequest::mail(raw);
    let _ = inspect(&request, &SETTINGS).expect("a mail without addresses to misread");
});
