//! Files packed one by one: gzip, bzip2, xz, lzma, lzip, zstd, lz4, compress.

use sekisho_mime::charset;

use super::say_unpack;
use crate::archive::{codec, gunzip};
use crate::budget::Budget;
use crate::name;
use crate::open::{File, member};
use crate::opened::{Opened, Reason};

pub(super) fn read(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    let method = opened.file_type.name();
    let packed = file.bytes;
    let speed = if method == "gzip" { "deflate" } else { method };
    let ns = codec::ns_a_byte(if matches!(method, "lzip") {
        "lzma"
    } else {
        speed
    });
    let max = budget.unpack_max_at(packed.len(), ns);
    let mut own_name = None;
    let (bytes, trouble) = match method {
        "gzip" => {
            let (name, bytes, trouble) = gunzip(packed, max);
            own_name = name.map(|name| charset::decode(&name, None).text);
            (bytes, trouble)
        }
        "bzip2" => codec::bunzip2(packed, max),
        "xz" => codec::unxz(packed, max),
        "lzma" => codec::unlzma(packed, max),
        "lzip" => codec::unlzip(packed, max),
        "zstd" => codec::unzstd(packed, max),
        "lz4" => codec::unlz4(packed, max),
        "compress" => codec::uncompress(packed, max),
        _ => {
            opened.stop(Reason::Unsupported);
            return;
        }
    };
    budget.take_time(bytes.len(), ns);
    say_unpack(opened, budget, trouble, packed.len(), bytes.len());
    let name = own_name.or_else(|| inner_name(file)).unwrap_or_default();
    member(opened, budget, &name, vec![name.clone()], None, &bytes);
}

/// `a.csv.gz` → `a.csv`, `a.tgz` → `a.tar`
fn inner_name(file: &File<'_>) -> Option<String> {
    const PACKED: &[&str] = &[
        "gz", "z", "bz2", "xz", "lzma", "lz", "zst", "lz4", "gzip", "bz",
    ];
    const TARS: &[&str] = &["tgz", "tbz", "tbz2", "txz", "tlz", "tzst", "taz", "tz2"];
    let name = file.names.first()?;
    let (stem, _) = name.rsplit_once('.')?;
    let extension = name::extension(name);
    if TARS.contains(&extension.as_str()) {
        return Some(format!("{stem}.tar"));
    }
    // Any other extension may be the file's own.
    let is_packed = PACKED.contains(&extension.as_str());
    Some(if is_packed { stem } else { name }.to_owned())
}
