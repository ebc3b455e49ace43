//! `sekisho inspect train`: teaches the spam filter from mail files, into a file of its own.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use sekisho_spam::{Lesson, Model};
use sekisho_words::say;
use serde_json::json;

use super::files;
use crate::cli::Common;
use crate::output::{self, Failure};

/// What to teach, and where it is kept.
#[derive(Debug, Args)]
pub(crate) struct TrainArguments {
    /// The filter's file; made anew, unless `--add`.
    #[arg(long)]
    bayes: PathBuf,
    /// Spam: mail files, mbox files, or directories of them.
    #[arg(long, num_args = 1..)]
    spam: Vec<PathBuf>,
    /// Good mail: mail files, mbox files, or directories of them.
    #[arg(long, num_args = 1..)]
    ham: Vec<PathBuf>,
    /// Learn on top of what the file holds.
    #[arg(long, conflicts_with = "import")]
    add: bool,
    /// Take the text form of a filter from this file first (`-`: standard input).
    #[arg(long)]
    import: Option<PathBuf>,
    /// Write the text form to this file (`-`: standard output).
    #[arg(long)]
    export: Option<PathBuf>,
}

/// Directories in directories: no mail store is deeper.
const DEPTH_MAX: usize = 16;

/// Teaches, and says how much the filter knows now.
pub(crate) fn run(common: &Common, arguments: &TrainArguments) -> Result<(), Failure> {
    let teaches = !arguments.spam.is_empty() || !arguments.ham.is_empty();
    if !teaches && arguments.import.is_none() && arguments.export.is_none() {
        return Err(Failure::new(say("cli-train-what", &[]), 2));
    }
    let mut model = start(arguments, teaches)?;
    if teaches {
        teach(&mut model, arguments)?;
    }
    if teaches || arguments.import.is_some() {
        write_whole(&arguments.bayes, &model.to_bytes())?;
    }
    if let Some(path) = &arguments.export {
        let text = model.to_text();
        if path.as_os_str() == "-" {
            return output::print(&text);
        }
        write_whole(path, text.as_bytes())?;
    }
    let (ham, spam) = model.lessons();
    if common.json {
        return output::print(&format!("{}\n", json!({ "ham": ham, "spam": spam })));
    }
    let words = say(
        "cli-train-done",
        &[("ham", ham.into()), ("spam", spam.into())],
    );
    output::print(&format!("{}\n", words.in_language(output::language())))
}

/// The filter as it is before teaching.
fn start(arguments: &TrainArguments, teaches: bool) -> Result<Model, Failure> {
    if let Some(path) = &arguments.import {
        let bytes = read(path)?;
        let text = String::from_utf8_lossy(&bytes);
        return Model::from_text(&text).map_err(|error| failure(path, &error));
    }
    if arguments.add || !teaches {
        return model(&arguments.bayes);
    }
    Ok(Model::new())
}

/// The filter that a file holds.
pub(super) fn model(path: &Path) -> Result<Model, Failure> {
    Model::from_bytes(&read(path)?).map_err(|error| failure(path, &error))
}

fn teach(model: &mut Model, arguments: &TrainArguments) -> Result<(), Failure> {
    let (mut spam, mut ham) = (Vec::new(), Vec::new());
    for (paths, is_spam, lessons) in [
        (&arguments.spam, true, &mut spam),
        (&arguments.ham, false, &mut ham),
    ] {
        for path in paths {
            take(path, is_spam, 0, lessons)?;
        }
    }
    let lessons = mixed(spam, ham);
    if arguments.add || arguments.import.is_some() {
        lessons.iter().for_each(|lesson| model.learn(lesson));
    } else {
        model.train(&lessons);
    }
    Ok(())
}

/// Both kinds in turn, each in its own order: so every lesson is judged by some of both before.
fn mixed(spam: Vec<Lesson>, ham: Vec<Lesson>) -> Vec<Lesson> {
    let placed = |lessons: Vec<Lesson>| {
        let count = lessons.len().max(1) as f64;
        let place = move |(at, lesson)| (at as f64 / count, lesson);
        lessons.into_iter().enumerate().map(place)
    };
    let mut all: Vec<(f64, Lesson)> = placed(spam).chain(placed(ham)).collect();
    all.sort_by(|one, two| one.0.total_cmp(&two.0));
    all.into_iter().map(|(_, lesson)| lesson).collect()
}

fn take(
    path: &Path,
    is_spam: bool,
    depth: usize,
    lessons: &mut Vec<Lesson>,
) -> Result<(), Failure> {
    if path.is_dir() {
        if depth >= DEPTH_MAX {
            return Ok(());
        }
        let entries = std::fs::read_dir(path).map_err(|error| failure(path, &error))?;
        let mut inner: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        inner.sort();
        for path in inner {
            take(&path, is_spam, depth + 1, lessons)?;
        }
        return Ok(());
    }
    let bytes = read(path)?;
    for mail in mails(&bytes) {
        lessons.push(Lesson {
            tokens: sekisho_facts::tokens(mail),
            is_spam,
            corrects: false,
            teacher: None,
            day: today(),
        });
    }
    Ok(())
}

/// The mails of an mbox file (RFC 4155), or the one mail that the file is.
fn mails(bytes: &[u8]) -> Vec<&[u8]> {
    if !bytes.starts_with(b"From ") {
        return vec![bytes];
    }
    let mut mails = Vec::new();
    let (mut began, mut at) = (None, 0);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"From ") {
            mails.extend(began.and_then(|began| bytes.get(began..at)));
            began = Some(at + line.len());
        }
        at += line.len();
    }
    mails.extend(began.and_then(|began| bytes.get(began..)));
    mails
}

fn today() -> u16 {
    u16::try_from(Timestamp::now().as_second() / 86_400).unwrap_or(u16::MAX)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let name = path.to_str().ok_or_else(|| failure(path, &"not UTF-8"))?;
    files::read(name).map_err(|error| Failure::of_system("inspect train", &error))
}

/// The old file stays until the new one is whole.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    let written = std::fs::File::create(&new).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written
        .and_then(|()| std::fs::rename(&new, path))
        .map_err(|error| failure(path, &error))
}

fn failure(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::of_system(&path.display().to_string(), error)
}
