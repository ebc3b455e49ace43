//! What goes over the socket: a length of four bytes in network order, then JSON; behind a request the file's bytes.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::limits::CAGE_FRAME_BYTES_MAX;

/// A file to open.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) names: Vec<String>,
    pub(super) declared: Option<String>,
    pub(super) charset: Option<String>,
    pub(super) passwords: Vec<String>,
}

pub(super) fn write_json(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    write_bytes(to, &serde_json::to_vec(value)?)
}

pub(super) fn write_bytes(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(bytes)
}

pub(super) fn read_json<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<T> {
    Ok(serde_json::from_slice(&read_bytes(from)?)?)
}

pub(super) fn read_bytes(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u64::from(u32::from_be_bytes(length));
    if length > CAGE_FRAME_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // Grows with what comes, not with what is promised.
    let mut bytes = Vec::new();
    if from.take(length).read_to_end(&mut bytes)? as u64 == length {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
