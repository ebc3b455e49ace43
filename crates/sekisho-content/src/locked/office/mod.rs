//! Locked Office documents ([MS-OFFCRYPTO]): packages in an OLE file, and the old binary formats.

mod agile;
mod binary;
mod standard;
mod xls;

use super::Keys;
use crate::archive::{u16_at, u64_at};
use crate::ole::{self, Stream};

/// What Excel locks a workbook with when only its structure is protected; it opens it unasked
/// ([MS-OFFCRYPTO] §2.1.3, and a favourite of those who hide macros).
const DEFAULT: &str = "VelvetSweatshop";

/// How much a package may be short of what it says before it counts as cut off.
const PACKAGE_HEADER: usize = 8;

/// The document without its lock.
#[derive(Debug)]
pub(crate) struct Unlocked {
    pub(crate) bytes: Vec<u8>,
    pub(crate) password: String,
}

/// Tries the default and the given passwords.
pub(crate) fn open(bytes: &[u8], kind: &str, keys: &mut Keys) -> Option<Unlocked> {
    let streams = ole::streams(bytes)?;
    let package = stream(&streams, "EncryptedPackage");
    let (password, bytes) = match (package, kind) {
        (Some(package), _) => {
            let info = stream(&streams, "EncryptionInfo")?;
            open_package(&info.bytes, &package.bytes, keys)?
        }
        (None, "doc") => binary::open_doc(bytes, &streams, keys)?,
        (None, "xls") => xls::open(bytes, &streams, keys)?,
        _ => return None,
    };
    Some(Unlocked { bytes, password })
}

fn stream<'s>(streams: &'s [Stream], name: &str) -> Option<&'s Stream> {
    streams.iter().find(|stream| stream.name == name)
}

/// The default first: it costs one derivation and needs no mail to name it.
fn try_all<T>(
    keys: &mut Keys,
    blocks: u64,
    opens: impl Fn(&str) -> Option<T>,
) -> Option<(String, T)> {
    keys.spend(blocks)?;
    if let Some(opened) = opens(DEFAULT) {
        return Some((DEFAULT.to_owned(), opened));
    }
    keys.try_each(blocks, opens)
}

fn open_package(info: &[u8], package: &[u8], keys: &mut Keys) -> Option<(String, Vec<u8>)> {
    let size = usize::try_from(u64_at(package, 0)?).ok()?;
    let locked = package.get(PACKAGE_HEADER..)?;
    let (password, mut plain) = match (u16_at(info, 0)?, u16_at(info, 2)?) {
        (4, 4) => {
            let lock = agile::Lock::read(info.get(8..)?)?;
            let (password, key) = try_all(keys, lock.blocks(), |password| lock.key(password))?;
            (password, lock.package(&key, locked)?)
        }
        (2..=4, 2) => {
            let lock = standard::Lock::read(info.get(4..)?)?;
            let (password, key) = try_all(keys, lock.blocks(), |password| lock.aes_key(password))?;
            (password, super::aes::Aes::new(&key)?.ecb_decrypt(locked))
        }
        _ => return None,
    };
    plain.truncate(size);
    Some((password, plain))
}
