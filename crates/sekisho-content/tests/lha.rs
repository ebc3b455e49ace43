//! Other people's LHA archives: members come out as their lists say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

use sekisho_content::{File, open};

#[test]
fn archives_of_lhasa() {
    let Some(dir) = sekisho_testkit::corpus("attach") else {
        return;
    };
    let mut passed = 0;
    let mut failed = Vec::new();
    for row in sekisho_testkit::manifest(&dir, "manifest.jsonl") {
        let file = row["file"].as_str().unwrap();
        if !file.starts_with("lhasa/") || row["verdict"].as_str() != Some("clean") {
            continue;
        }
        let bytes = std::fs::read(dir.join(file)).unwrap();
        let opened = open(&File {
            bytes: &bytes,
            names: &[],
            declared: None,
            charset: None,
        });
        if opened.state == sekisho_content::State::Read {
            passed += 1;
        } else {
            failed.push(format!(
                "{file}: {:?} {:?}",
                opened.state,
                opened.file_type.name()
            ));
        }
    }
    println!("lhasa: {passed} of {}\n{failed:#?}", passed + failed.len());
    // What is left: programs with an archive in them.
    assert!(passed >= 93, "{passed} passed, 93 did before");
}
