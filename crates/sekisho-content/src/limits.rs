//! Every bound of opening a file, and why. Beyond one of them a file is uninspectable.

/// Files inside files inside … A person packs three or four times; a mail in a zip in a mail in a
/// forwarded mail is eight.
pub const DEPTH_MAX: usize = 16;

/// Files in one attachment, all levels together (a zip of 12,000 files is an attack or a backup).
pub const MEMBERS_MAX: usize = 5_000;

/// Bytes unpacked from one attachment, all levels together.
pub const UNPACKED_BYTES_MAX: usize = 128 << 20;

/// Unpacked bytes a packed byte may give before it is a bomb. Deflate reaches 1,032; ordinary
/// files stay under 100, a sheet of zeros under 300.
pub const RATIO_MAX: usize = 300;

/// Below this size the ratio says nothing: a small file of blanks packs very well.
pub const RATIO_FROM_BYTES: usize = 8 << 20;

/// Bytes that may be unpacked from one attachment however small it is; above, all levels together are held to
/// [`RATIO_MAX`], too: zips in zips each stay under the ratio.
pub const TOTAL_FROM_BYTES: usize = 32 << 20;

/// Time for unpacking one attachment, all levels together, in nanoseconds as the methods' usual speed has it. With what
/// reading then costs it stays under two seconds.
pub const UNPACK_NS_MAX: u64 = 1_200_000_000;

/// KiB of dictionary that a decoder may ask for: LZMA at its highest preset takes 64 MiB.
pub const DICTIONARY_KIB_MAX: usize = 66 << 10;

/// Passwords tried on one attachment: those of the mail's text come in tens at most.
pub const PASSWORDS_MAX: usize = 40;

/// Characters of one text in which passwords are looked for: whoever tells one does so at the start, or in the quoted
/// mail below.
pub const PASSWORD_TEXT_CHARS_MAX: usize = 50_000;

/// Characters of a password: Office takes 255, and nobody types more.
pub const PASSWORD_CHARS_MAX: usize = 255;

/// Blocks of a digest computed to derive keys for one attachment: at 0.2 µs a block, 0.8 s. Thirteen tries on an
/// Office file with its usual 100,000 rounds of SHA-512, which count three times.
pub const KEY_BLOCKS_MAX: u64 = 4_000_000;

/// Rounds of an Office key that are computed; Office writes 100,000, the format allows ten million.
pub const OFFICE_SPIN_MAX: u32 = 1_000_000;

/// Bytes at the start of a program in which an archive may begin: stubs that unpack are some 300 KB.
pub const PROGRAM_BYTES_MAX: usize = 2 << 20;

/// Two to this power are the rounds of a 7z key that are computed; 7-Zip writes 19.
pub const SEVENZ_CYCLES_POWER_MAX: u8 = 21;

/// Bytes of text taken from one attachment, all levels together.
pub const TEXT_BYTES_MAX: usize = 32 << 20;

/// Open elements in HTML. Browsers stop at 512, too.
pub const ELEMENT_DEPTH_MAX: usize = 512;

/// HTML inside HTML (srcdoc), and data: URIs in one document.
pub const SRCDOC_DEPTH_MAX: usize = 3;
/// See [`SRCDOC_DEPTH_MAX`].
pub const DATA_URIS_MAX: usize = 200;

/// Bytes at the start of a text that are looked at to tell its kind.
pub const SNIFF_BYTES: usize = 4_096;

/// Bytes at the end of a file in which a zip's end record may lie (its comment is at most 65,535).
pub const ZIP_END_BYTES: usize = 66 << 10;

/// Bytes from each end of a large file that tell its type: a CD's mark lies at 36,869, a zip's end record in the last
/// [`ZIP_END_BYTES`].
pub const END_BYTES: usize = 66 << 10;

const _: () = assert!(END_BYTES >= ZIP_END_BYTES && END_BYTES > 0x9006);
const _: () = assert!(RATIO_FROM_BYTES < TOTAL_FROM_BYTES && TOTAL_FROM_BYTES < UNPACKED_BYTES_MAX);
