//! The EICAR test file (eicar.org): a harmless string that every scanner must report.

/// Kept in two halves, so that our own program is not taken for the test file.
const HEAD: &[u8] = br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-";
const TAIL: &[u8] = br"ANTIVIRUS-TEST-FILE!$H+H*";
/// The whole file with blanks after it has at most 128 bytes.
const FILE_BYTES_MAX: usize = 128;

/// Whether the file is the test file: the string at its start, and only blanks after it.
pub(crate) fn is_eicar(bytes: &[u8]) -> bool {
    let rest = bytes
        .strip_prefix(HEAD)
        .and_then(|rest| rest.strip_prefix(TAIL));
    bytes.len() <= FILE_BYTES_MAX
        && rest.is_some_and(|rest| {
            rest.iter()
                .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x1a))
        })
}
