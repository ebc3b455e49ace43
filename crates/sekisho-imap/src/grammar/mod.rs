//! The grammar of commands (RFC 9051 §9).

/// `ATOM-CHAR`
pub(crate) fn is_atom_char(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']')
}
