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
const _: () = assert!(RATIO_FROM_BYTES < UNPACKED_BYTES_MAX);
