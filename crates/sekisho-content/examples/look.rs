//! Opens files and prints what was found, with the time it took: for people who write readers.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

use sekisho_content::{File, Opened, open};

fn print(opened: &Opened, name: &str, depth: usize) {
    let words: Vec<_> = opened
        .verdicts
        .iter()
        .map(|verdict| verdict.as_str())
        .collect();
    let kind = opened.file_type.name();
    println!("{:depth$}{name:?} {kind} {words:?} {:?}", "", opened.state);
    for piece in &opened.pieces {
        let text: String = piece.text.chars().take(300).collect();
        println!("{:depth$}  {:?}: {text:?}", "", piece.place);
    }
    for member in &opened.members {
        print(&member.opened, &member.name, depth + 2);
    }
}

fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let start = std::time::Instant::now();
        let opened = open(&File {
            bytes: &bytes,
            names: std::slice::from_ref(&name),
            declared: None,
            charset: None,
        });
        let time = start.elapsed();
        print(&opened, &name, 0);
        println!("{} bytes, {time:?}", bytes.len());
    }
}
