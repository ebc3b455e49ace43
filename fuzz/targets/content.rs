//! Any bytes are a file, under a name that makes some reader look at them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_content::{File, open};

const NAMES: [&str; 8] = [
    "a.zip", "a.docx", "a.pdf", "a.xls", "a.html", "a.csv", "a.eml", "a.lzh",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else {
        return;
    };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let names = [name.to_owned()];
    let _ = open(&File {
        bytes,
        names: &names,
        declared: None,
        charset: None,
    });
});
