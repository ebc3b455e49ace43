//! zip: both readings of its headers, every method, passwords tried.

use super::{named_member, readings, say_unpack, unread_member};
use crate::archive::{Content, Entry, Zip};
use crate::budget::Budget;
use crate::open::File;
use crate::opened::{Opened, Reason};
use crate::verdict::Verdict;

pub(in crate::open) fn zip_members(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let zip = Zip::read(file.bytes);
    if zip.trouble.volume {
        opened.stop(Reason::OtherVolume);
    }
    if zip.trouble.malformed {
        opened.stop(Reason::Malformed);
    }
    if zip.trouble.bomb {
        opened.say(Verdict::Bomb);
        opened.stop(Reason::LimitReached);
    }
    for entry in &zip.entries {
        let mut names = Vec::new();
        for name in &entry.names {
            let more = readings(name, entry.utf8);
            names.extend(more.into_iter().filter(|name| !name.is_empty()));
        }
        let is_directory = names.first().is_some_and(|name| name.ends_with('/'));
        if is_directory && zip.packed(entry).is_empty() {
            continue;
        }
        one(&zip, entry, names, opened, budget);
        if opened.verdicts.contains(&Verdict::Bomb) {
            break;
        }
    }
}

fn one(zip: &Zip<'_>, entry: &Entry, names: Vec<String>, opened: &mut Opened, budget: &mut Budget) {
    match zip.content(entry, budget) {
        Content::Bytes(bytes, password, trouble) => {
            say_unpack(
                opened,
                budget,
                trouble,
                zip.packed(entry).len(),
                bytes.len(),
            );
            let before = opened.members.len();
            named_member(opened, budget, names, &bytes);
            if let Some(password) = password {
                opened.unlock(&password);
                if let Some(member) = opened.members.get_mut(before) {
                    member.opened.unlock(&password);
                    member.opened.settle();
                }
            }
        }
        Content::Locked => unread_member(opened, budget, names, entry.size, Reason::Encrypted),
        Content::UnknownMethod => {
            unread_member(opened, budget, names, entry.size, Reason::Unsupported);
        }
    }
}
