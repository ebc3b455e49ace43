//! Every bound of this crate, with its reason.

/// Octets of a local part (RFC 5321 §4.5.3.1.1), counted without quotes.
pub const LOCAL_BYTES_MAX: usize = 64;

/// Octets of a domain in A-label form (RFC 5321 §4.5.3.1.2).
pub const DOMAIN_BYTES_MAX: usize = 255;

/// Octets of one label (RFC 1035 §2.3.4).
pub const LABEL_BYTES_MAX: usize = 63;

/// Octets of a path with its brackets (RFC 5321 §4.5.3.1.3).
pub const PATH_BYTES_MAX: usize = 256;

/// Octets looked at before a path is given up: a source route that will be dropped may stand in
/// front, and U-labels are longer than the A-labels they become.
pub const INPUT_BYTES_MAX: usize = 1024;

/// Octets of a domain as it was typed; keeps the mapping of a hostile name cheap.
pub const DOMAIN_INPUT_BYTES_MAX: usize = 768;

const _: () = assert!(LOCAL_BYTES_MAX < PATH_BYTES_MAX && DOMAIN_BYTES_MAX < PATH_BYTES_MAX);
const _: () = assert!(DOMAIN_INPUT_BYTES_MAX + PATH_BYTES_MAX <= INPUT_BYTES_MAX);
