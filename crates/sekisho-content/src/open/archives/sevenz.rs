//! 7z: blocks of members that are packed, and perhaps locked, together.

use std::io::{Cursor, Read};

use sevenz_rust2::{Archive, ArchiveEntry, Block, BlockDecoder, Error, Password};

use super::{named_member, say_unpack, unread_member};
use crate::archive::{codec, u32_at, u64_at};
use crate::budget::Budget;
use crate::limits::{DICTIONARY_KIB_MAX, SEVENZ_CYCLES_POWER_MAX};
use crate::open::File;
use crate::opened::{Opened, Reason};
use crate::verdict::Verdict;

/// The id of the one cipher of 7z: AES-256 with a key from SHA-256.
const AES: &[u8] = b"\x06\xF1\x07\x01";

pub(super) fn read(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    if is_empty(file.bytes) {
        return;
    }
    let (archive, password) = match lists(file.bytes, budget) {
        Ok(found) => found,
        Err(reason) => {
            opened.stop(reason);
            return;
        }
    };
    if let Some(password) = &password {
        opened.unlock(password);
    }
    for nth in 0..archive.blocks.len() {
        block(file.bytes, &archive, nth, opened, budget);
        if opened.verdicts.contains(&Verdict::Bomb) {
            return;
        }
    }
    let of_block = &archive.stream_map.file_block_index;
    for (entry, block) in archive.files.iter().zip(of_block) {
        if block.is_none() && !entry.is_directory() && !entry.is_anti_item() {
            named_member(opened, budget, vec![entry.name().to_owned()], b"");
        }
    }
}

/// The lists of blocks and names, and the password that opened them.
fn lists(bytes: &[u8], budget: &mut Budget) -> Result<(Archive, Option<String>), Reason> {
    match read_lists(bytes, &Password::empty()) {
        Ok(archive) => return Ok((archive, None)),
        Err(Error::PasswordRequired) => {}
        Err(error) => return Err(reason(&error)),
    }
    // The header of headers is never locked; the power of the key's rounds stands in it.
    let power = header(bytes).and_then(power_in).ok_or(Reason::Malformed)?;
    let blocks = key_blocks(power).ok_or(Reason::LimitReached)?;
    let opened = budget.keys.try_each(blocks, |password| {
        read_lists(bytes, &Password::from(password)).ok()
    });
    match opened {
        Some((password, archive)) => Ok((archive, Some(password))),
        None => Err(Reason::Encrypted),
    }
}

fn read_lists(bytes: &[u8], password: &Password) -> Result<Archive, Error> {
    let mut source = Cursor::new(bytes);
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        Archive::read_with_memory_limit(&mut source, password, DICTIONARY_KIB_MAX)
    }));
    read.unwrap_or(Err(Error::Other("broken".into())))
}

/// The next header (7zFormat.txt, "Archive structure"): its offset and size stand at 12 and 20.
fn header(bytes: &[u8]) -> Option<&[u8]> {
    let start = usize::try_from(u64_at(bytes, 12)?).ok()?.checked_add(32)?;
    let size = usize::try_from(u64_at(bytes, 20)?).ok()?;
    bytes.get(start..start.checked_add(size)?)
}

/// An archive of no files has no next header, and a right sum over that.
fn is_empty(bytes: &[u8]) -> bool {
    let start = bytes.get(12..32).unwrap_or_default();
    start.iter().all(|byte| *byte == 0) && u32_at(bytes, 8) == Some(crc32fast::hash(start))
}

/// Whether the first header's sum is right and the next one lies in the file.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let start = bytes.get(12..32).unwrap_or_default();
    u32_at(bytes, 8) == Some(crc32fast::hash(start)) && header(bytes).is_some()
}

fn power_in(header: &[u8]) -> Option<u8> {
    let at = memchr::memmem::find(header, AES)?;
    header.get(at + AES.len() + 1).map(|byte| byte & 0x3F)
}

/// Blocks of SHA-256 for a key: some twenty bytes a round, two to the power rounds.
fn key_blocks(power: u8) -> Option<u64> {
    match power {
        // The password is the key.
        0x3F => Some(1),
        0..=SEVENZ_CYCLES_POWER_MAX => Some((1 << power) / 2),
        _ => None,
    }
}

fn reason(error: &Error) -> Reason {
    match error {
        Error::MaxMemLimited { .. } => Reason::LimitReached,
        Error::UnsupportedCompressionMethod(_)
        | Error::Unsupported(_)
        | Error::ExternalUnsupported
        | Error::UnsupportedVersion { .. } => Reason::Unsupported,
        Error::PasswordRequired => Reason::Encrypted,
        _ => Reason::Malformed,
    }
}

fn power_of(block: &Block) -> Option<u8> {
    let coder = block
        .coders
        .iter()
        .find(|coder| coder.encoder_method_id() == AES)?;
    Some(coder.properties().first().copied().unwrap_or(0) & 0x3F)
}

/// A block's members.
fn block(bytes: &[u8], archive: &Archive, nth: usize, opened: &mut Opened, budget: &mut Budget) {
    let Some(block) = archive.blocks.get(nth) else {
        return;
    };
    let mut password = None;
    if let Some(power) = power_of(block) {
        password = match key_blocks(power) {
            Some(blocks) => budget
                .keys
                .try_each(blocks, |password| {
                    first_comes_out(bytes, archive, nth, password)
                })
                .map(|(password, ())| password),
            None => {
                opened.stop(Reason::LimitReached);
                None
            }
        };
        if password.is_none() {
            locked_members(archive, nth, opened, budget);
            return;
        }
    }
    members(bytes, archive, nth, password, opened, budget);
}

fn entries(archive: &Archive, nth: usize) -> impl Iterator<Item = &ArchiveEntry> {
    let of_block = archive.stream_map.file_block_index.iter();
    let files = archive.files.iter().zip(of_block);
    files
        .filter(move |(entry, block)| **block == Some(nth) && !entry.is_directory())
        .map(|(entry, _)| entry)
}

fn locked_members(archive: &Archive, nth: usize, opened: &mut Opened, budget: &mut Budget) {
    opened.stop(Reason::Encrypted);
    for entry in entries(archive, nth) {
        let names = vec![entry.name().to_owned()];
        unread_member(opened, budget, names, entry.size(), Reason::Encrypted);
    }
}

/// Whether the first member of a locked block comes out right.
fn first_comes_out(bytes: &[u8], archive: &Archive, nth: usize, password: &str) -> Option<()> {
    let mut is_right = false;
    let password = Password::from(password);
    let mut each = |entry: &ArchiveEntry, reader: &mut dyn Read| {
        if !entry.has_stream() {
            return Ok(true);
        }
        let (first, trouble) = codec::read_up_to(reader, 1 << 20);
        let is_whole = first.len() as u64 == entry.size();
        // Without a sum only a decoder that knows its own end can tell.
        is_right = trouble.is_none() && is_whole
            || trouble == Some(crate::archive::Unpack::TooLarge) && entry.size() > 1 << 20;
        Ok(false)
    };
    let _ = decode(bytes, archive, nth, &password, &mut each);
    is_right.then_some(())
}

fn decode(
    bytes: &[u8],
    archive: &Archive,
    nth: usize,
    password: &Password,
    each: &mut dyn FnMut(&ArchiveEntry, &mut dyn Read) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let mut source = Cursor::new(bytes);
    let kib = DICTIONARY_KIB_MAX;
    let decoded = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let decoder =
            BlockDecoder::new_with_memory_limit(1, kib, nth, archive, password, &mut source);
        decoder.for_each_entries(&mut |entry, reader| each(entry, reader))
    }));
    decoded.unwrap_or(Err(Error::Other("broken".into())))
}

fn members(
    bytes: &[u8],
    archive: &Archive,
    nth: usize,
    password: Option<String>,
    opened: &mut Opened,
    budget: &mut Budget,
) {
    let key = password
        .as_deref()
        .map_or(Password::empty(), Password::from);
    let ns = codec::ns_a_byte("7z");
    let mut done = 0usize;
    let first = opened.members.len();
    let mut each = |entry: &ArchiveEntry, reader: &mut dyn Read| {
        if entry.is_directory() || entry.is_anti_item() {
            return Ok(true);
        }
        done += 1;
        let max = budget.unpack_max_at(bytes.len(), ns);
        let (content, trouble) = codec::read_up_to(reader, max);
        budget.take_time(content.len(), ns);
        say_unpack(opened, budget, trouble, bytes.len(), content.len());
        named_member(opened, budget, vec![entry.name().to_owned()], &content);
        Ok(trouble.is_none() && !opened.verdicts.contains(&Verdict::Bomb))
    };
    if let Err(error) = decode(bytes, archive, nth, &key, &mut each) {
        opened.stop(reason(&error));
        // Those that the decoder never came to.
        for entry in entries(archive, nth).skip(done) {
            let names = vec![entry.name().to_owned()];
            unread_member(opened, budget, names, entry.size(), reason(&error));
        }
    }
    if let Some(password) = password {
        opened.unlock(&password);
        for member in opened.members.iter_mut().skip(first) {
            member.opened.unlock(&password);
            member.opened.settle();
        }
    }
}
