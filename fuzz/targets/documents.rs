//! Any bytes are a document, and its safe forms are made.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sekisho_content::{File, open, safe};

const NAMES: [&str; 16] = [
    "a.docm", "a.doc", "a.xls", "a.ppt", "a.xlsb", "a.rtf", "a.slk", "a.one", "a.lnk", "a.xml", "a.svg", "a.ics",
    "a.mso", "a.pdf", "a.html", "a.msg",
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
    let _ = safe::without_macros(bytes);
    let _ = safe::without_actions(bytes);
    let _ = safe::clean_html(&String::from_utf8_lossy(bytes), false);
});
