//! Archives: their members, one by one.

use sekisho_mime::charset;

use super::{File, judge, member};
use crate::archive::{Unpack, Zip, gunzip, lha_members, untar};
use crate::budget::Budget;
use crate::kind::{self, identify};
use crate::name;
use crate::opened::{Member, Opened, Reason};
use crate::verdict::Verdict;

pub(super) fn read(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    match opened.file_type.name() {
        "zip" => zip_members(file, opened, budget),
        "gzip" => {
            let max = budget.unpack_max(file.bytes.len());
            let (name, bytes, trouble) = gunzip(file.bytes, max);
            say_unpack(opened, trouble);
            let name = name.map(|name| charset::decode(&name, None).text);
            let name = name.or_else(|| inner_name(file)).unwrap_or_default();
            member(opened, budget, &name, vec![name.clone()], None, &bytes);
        }
        "tar" => {
            let (files, is_whole) = untar(file.bytes);
            if !is_whole {
                opened.stop(Reason::Malformed);
            }
            for file in files {
                let name = charset::decode(&file.name, None).text;
                member(opened, budget, &name, vec![name.clone()], None, file.bytes);
            }
        }
        "lha" => lha(file, opened, budget),
        _ => opened.stop(Reason::Unsupported),
    }
}

fn lha(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let (files, is_whole) = lha_members(file.bytes);
    if !is_whole {
        opened.stop(Reason::Malformed);
    }
    for inner in files {
        let max = budget.unpack_max(file.bytes.len());
        let Some((bytes, trouble)) = inner.unpacked(max) else {
            opened.stop(Reason::Unsupported);
            continue;
        };
        say_unpack(opened, trouble);
        let name = charset::decode(&inner.name, None).text;
        member(opened, budget, &name, vec![name.clone()], None, &bytes);
    }
}

/// `a.csv.gz` → `a.csv`, `a.tgz` → `a.tar`
fn inner_name(file: &File<'_>) -> Option<String> {
    let name = file.names.first()?;
    let (stem, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "tgz" => format!("{stem}.tar"),
        _ => stem.to_owned(),
    })
}

pub(super) fn zip_members(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let zip = Zip::read(file.bytes);
    if zip.trouble.malformed {
        opened.stop(Reason::Malformed);
    }
    if zip.trouble.bomb {
        opened.say(Verdict::Bomb);
        opened.stop(Reason::LimitReached);
    }
    for entry in &zip.entries {
        let names: Vec<String> = entry
            .names
            .iter()
            .flat_map(|name| charset::readings(name, entry.utf8.then_some("utf-8")))
            .map(|reading| reading.text)
            .collect();
        let name = names.first().cloned().unwrap_or_default();
        if name.ends_with('/') && zip.packed(entry).is_empty() {
            continue;
        }
        if entry.encrypted && !entry.lies {
            locked_member(opened, budget, name, names);
            continue;
        }
        let max = budget.unpack_max(zip.packed(entry).len());
        match zip.unpack(entry, max) {
            Some((bytes, trouble)) => {
                say_unpack(opened, trouble);
                member(opened, budget, &name, names, None, &bytes);
            }
            None => opened.stop(Reason::Unsupported),
        }
        if opened.verdicts.contains(&Verdict::Bomb) {
            break;
        }
    }
}

/// A locked member still shows its name.
fn locked_member(opened: &mut Opened, budget: &mut Budget, name: String, names: Vec<String>) {
    if budget.take_member().is_err() {
        opened.stop(Reason::LimitReached);
        opened.say(Verdict::Bomb);
        return;
    }
    let file = File {
        bytes: b"",
        names: &names,
        declared: None,
        charset: None,
    };
    let extension = name::extension(&name);
    let expected = kind::expected_of_extension(&extension);
    let mut inner = Opened::new(expected.unwrap_or_else(|| identify(b"\0", None)));
    judge::name(&file, &mut inner);
    inner.stop(Reason::Encrypted);
    inner.settle();
    opened.stop(Reason::Encrypted);
    opened.members.push(Member {
        name,
        names,
        declared: None,
        size: 0,
        opened: inner,
    });
}

fn say_unpack(opened: &mut Opened, trouble: Option<Unpack>) {
    match trouble {
        Some(Unpack::TooLarge) => {
            opened.say(Verdict::Bomb);
            opened.stop(Reason::LimitReached);
        }
        Some(Unpack::Broken) => opened.stop(Reason::Malformed),
        None => {}
    }
}
