//! Archives: their members, one by one.

mod sevenz;
mod streams;
mod zip;

pub(super) use zip::zip_members;

use sekisho_mime::charset;

use super::{File, judge, member};
use crate::archive::Zip;
use crate::archive::listing::{Held, Listed, Listing};
use crate::archive::{
    Cabinet, LhaFile, Tar, Unpack, ar, arj, codec, cpio, iso, lha_members, rar, rpm, untar,
};
use crate::budget::Budget;
use crate::kind::{self, identify};
use crate::limits::PROGRAM_BYTES_MAX;
use crate::name;
use crate::opened::{Member, Opened, Reason};
use crate::verdict::Verdict;

pub(super) fn read(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let bytes = file.bytes;
    match opened.file_type.name() {
        "zip" => zip_members(file, opened, budget),
        "7z" => sevenz::read(file, opened, budget),
        "tar" => tar(file, opened, budget),
        "lha" => lha(file, opened, budget),
        "rar" => listing(rar::list(bytes), opened, budget),
        "arj" => listing(arj::list(bytes), opened, budget),
        "ar" | "deb" => listing(ar::list(bytes), opened, budget),
        "cpio" => listing(cpio::list(bytes), opened, budget),
        "iso9660" => listing(iso::list(bytes), opened, budget),
        "cab" => cab(file, opened, budget),
        "rpm" => match rpm::payload(bytes) {
            Some(payload) => member(opened, budget, "payload", Vec::new(), None, payload),
            None => opened.stop(Reason::Malformed),
        },
        _ => streams::read(file, opened, budget),
    }
}

/// The archive of a program that unpacks itself: zip by its end, others by a mark and lists that are whole.
pub(super) fn behind_program(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    if Zip::is_behind(file.bytes) {
        zip_members(file, opened, budget);
        return;
    }
    let head = file.bytes.get(..PROGRAM_BYTES_MAX).unwrap_or(file.bytes);
    let from = |mark: &[u8], before: usize| {
        let at = memchr::memmem::find(head, mark)?.checked_sub(before)?;
        file.bytes.get(at..)
    };
    if let Some(bytes) = from(b"Rar!\x1A\x07", 0) {
        let found = rar::list(bytes);
        if !found.is_broken && (!found.files.is_empty() || found.is_locked) {
            listing(found, opened, budget);
            return;
        }
    }
    if let Some(bytes) = from(b"7z\xBC\xAF\x27\x1C", 0)
        && sevenz::is_whole(bytes)
    {
        sevenz::read(&File { bytes, ..*file }, opened, budget);
        return;
    }
    if let Some(bytes) = from(b"-lh5-", 2) {
        let (files, is_whole) = lha_members(bytes);
        if is_whole && !files.is_empty() {
            lha(&File { bytes, ..*file }, opened, budget);
        }
    }
}

fn tar(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let Tar {
        files,
        links,
        is_whole,
    } = untar(file.bytes);
    if !is_whole {
        opened.stop(Reason::Malformed);
    }
    for file in files {
        if goes_through(&file.name, &links) {
            opened.stop(Reason::Malformed);
        }
        let names = readings(&file.name, false);
        named_member(opened, budget, names, file.bytes);
    }
}

fn lha(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let (files, is_whole) = lha_members(file.bytes);
    if !is_whole {
        opened.stop(Reason::Malformed);
    }
    let links: Vec<Vec<u8>> = files.iter().filter_map(LhaFile::link).collect();
    let ns = codec::ns_a_byte("lha");
    for inner in files.iter().filter(|inner| !inner.is_directory()) {
        let (name, unicode) = inner.names();
        if goes_through(&name, &links) {
            opened.stop(Reason::Malformed);
        }
        let mut names: Vec<String> = unicode.into_iter().collect();
        names.extend(readings(&name, false));
        let max = budget.unpack_max_at(inner.packed.len(), ns);
        let Some((bytes, trouble)) = inner.unpacked(max) else {
            unread_member(opened, budget, names, inner.size(), Reason::Unsupported);
            continue;
        };
        budget.take_time(bytes.len(), ns);
        say_unpack(opened, budget, trouble, inner.packed.len(), bytes.len());
        named_member(opened, budget, names, &bytes);
        if opened.verdicts.contains(&Verdict::Bomb) {
            break;
        }
    }
}

fn cab(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let Some(cabinet) = Cabinet::read(file.bytes) else {
        opened.stop(Reason::Malformed);
        return;
    };
    if cabinet.is_volume {
        opened.stop(Reason::OtherVolume);
    }
    if cabinet.is_broken {
        opened.stop(Reason::Malformed);
    }
    let ns = codec::ns_a_byte("cab");
    for nth in 0..cabinet.folders() {
        let max = budget.unpack_max_at(file.bytes.len(), ns);
        let folder = cabinet.folder(nth, max);
        if let Some((bytes, trouble)) = &folder {
            budget.take_time(bytes.len(), ns);
            say_unpack(opened, budget, *trouble, file.bytes.len(), bytes.len());
        }
        for inner in cabinet.files.iter().filter(|inner| inner.folder == nth) {
            let names = readings(&inner.name, inner.utf8);
            let size = inner.size as u64;
            let end = inner.offset.saturating_add(inner.size);
            let bytes = folder
                .as_ref()
                .map(|(bytes, _)| bytes.get(inner.offset..end));
            match bytes {
                _ if inner.elsewhere => {
                    unread_member(opened, budget, names, size, Reason::OtherVolume);
                }
                None => unread_member(opened, budget, names, size, Reason::Unsupported),
                Some(None) => unread_member(opened, budget, names, size, Reason::Malformed),
                Some(Some(bytes)) => named_member(opened, budget, names, bytes),
            }
        }
    }
}

fn listing(listing: Listing<'_>, opened: &mut Opened, budget: &mut Budget) {
    for (found, reason) in [
        (listing.is_locked, Reason::Encrypted),
        (listing.is_volume, Reason::OtherVolume),
        (listing.is_unknown, Reason::Unsupported),
        (listing.is_broken, Reason::Malformed),
    ] {
        if found {
            opened.stop(reason);
        }
    }
    for Listed {
        name,
        unicode,
        size,
        held,
    } in listing.files
    {
        let mut names: Vec<String> = unicode.into_iter().collect();
        if names.is_empty() {
            names = readings(&name, false);
        }
        let reason = match held {
            Held::Plain(bytes) => {
                named_member(opened, budget, names, bytes);
                continue;
            }
            Held::Locked => Reason::Encrypted,
            Held::Packed => Reason::Unsupported,
            Held::Elsewhere => Reason::OtherVolume,
            Held::Broken => Reason::Malformed,
        };
        unread_member(opened, budget, names, size, reason);
    }
}

/// Whether a member would be written through a link that the archive makes first: that is how one
/// writes outside the place it is unpacked to (CVE-2001-1267 and its many kin).
fn goes_through(name: &[u8], links: &[Vec<u8>]) -> bool {
    links.iter().any(|link| {
        let rest = name.strip_prefix(link.as_slice());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/") || link.ends_with(b"/"))
    })
}

/// Every reading of a member's name.
fn readings(name: &[u8], utf8: bool) -> Vec<String> {
    let label = utf8.then_some("utf-8");
    let mut names = Vec::new();
    for reading in charset::readings(name, label) {
        if !names.contains(&reading.text) {
            names.push(reading.text);
        }
    }
    names
}

fn named_member(opened: &mut Opened, budget: &mut Budget, names: Vec<String>, bytes: &[u8]) {
    let name = names.first().cloned().unwrap_or_default();
    member(opened, budget, &name, names, None, bytes);
}

/// A member that cannot be read still shows its name and its size.
fn unread_member(
    opened: &mut Opened,
    budget: &mut Budget,
    names: Vec<String>,
    size: u64,
    reason: Reason,
) {
    opened.stop(reason);
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
    let name = names.first().cloned().unwrap_or_default();
    let expected = kind::expected_of_extension(&name::extension(&name));
    let mut inner = Opened::new(expected.unwrap_or_else(|| identify(b"\0", None)));
    judge::name(&file, &mut inner);
    inner.stop(reason);
    inner.settle();
    opened.members.push(Member {
        name,
        names,
        declared: None,
        size,
        opened: inner,
    });
}

/// What went wrong while `packed` bytes gave `unpacked` ones.
fn say_unpack(
    opened: &mut Opened,
    budget: &Budget,
    trouble: Option<Unpack>,
    packed: usize,
    unpacked: usize,
) {
    match trouble {
        Some(Unpack::TooLarge) => {
            if budget.is_bomb(packed, unpacked) {
                opened.say(Verdict::Bomb);
            }
            opened.stop(Reason::LimitReached);
        }
        Some(Unpack::Dictionary) => opened.stop(Reason::LimitReached),
        Some(Unpack::Broken) => opened.stop(Reason::Malformed),
        None => {}
    }
}
