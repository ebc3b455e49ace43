//! Locked files: ciphers, and the passwords that are tried on them within a bound of work.

mod aes;
mod digest;
mod keys;
pub(crate) mod office;
pub(crate) mod pdf;
mod zip_aes;
mod zip_crypto;

pub(crate) use keys::{Keys, encodings};
pub(crate) use zip_aes::ZipAes;
pub(crate) use zip_crypto::zip_crypto;
