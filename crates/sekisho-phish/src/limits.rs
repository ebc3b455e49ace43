//! Every bound of this crate, and why.

/// Links looked at in one mail. A newsletter has some hundred; a mail made to slow us down has more.
pub const LINKS_MAX: usize = 500;

/// Different hosts asked for look-alikes in one mail.
pub const HOSTS_MAX: usize = 200;

/// Bytes of a link that are read. Browsers take 2 MB, no honest link needs them.
pub const LINK_BYTES_MAX: usize = 8 << 10;

/// Bytes of the visible text of a link that are kept: enough for a host name and its surroundings.
pub const LINK_TEXT_BYTES_MAX: usize = 1 << 10;

/// Bytes of one text or HTML part that links are taken from.
pub const TEXT_BYTES_MAX: usize = 2 << 20;

/// Letters of a label beyond which nobody is deceived by its likeness.
pub const LABEL_CHARS_MAX: usize = 63;

/// Bytes of a host name (RFC 1035 §2.3.4).
pub const HOST_BYTES_MAX: usize = 253;

/// Signs kept of one mail.
pub const SIGNS_MAX: usize = 100;

/// Characters of a value shown to a person.
pub const VALUE_CHARS_MAX: usize = 200;

/// Words of a display name.
pub const NAME_TOKENS_MAX: usize = 16;

/// Characters of a display name that are compared.
pub const NAME_CHARS_MAX: usize = 200;

/// Protected people of one organisation: looked up by a table, so the bound is for memory only.
pub const PEOPLE_MAX: usize = 10_000;

/// Images of one mail that are looked into for QR codes. Fraud shows one; a catalogue has fifty.
pub const IMAGES_MAX: usize = 4;

/// Encoded bytes of an image. A QR code of a screen's size needs a tenth of it.
pub const IMAGE_BYTES_MAX: usize = 2 << 20;

/// Pixels of one side. Larger pictures come from cameras.
pub const IMAGE_SIDE_MAX: usize = 4096;

/// Pixels of all images of a mail together: what bounds time and memory.
pub const IMAGE_PIXELS_MAX: usize = 8 << 20;

/// QR codes read in one image.
pub const CODES_MAX: usize = 8;
