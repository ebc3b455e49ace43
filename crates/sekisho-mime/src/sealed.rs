//! Whether a mail as a whole is signed or encrypted: then its bytes are counted by somebody.

use crate::{Message, Part};

impl Message<'_> {
    /// Whether S/MIME or OpenPGP signs the whole mail (RFC 1847, RFC 8551 §3.5, RFC 3156 §5).
    pub fn is_signed(&self) -> bool {
        self.root().content_type().essence() == "multipart/signed"
            || is_smime(&self.root(), &["signed-data"])
            || is_armoured(self, b"-----BEGIN PGP SIGNED MESSAGE-----")
    }

    /// Whether S/MIME or OpenPGP encrypts the whole mail (RFC 8551 §3.3, RFC 3156 §4).
    pub fn is_encrypted(&self) -> bool {
        self.root().content_type().essence() == "multipart/encrypted"
            || is_smime(&self.root(), &["enveloped-data", "authenveloped-data"])
            || is_armoured(self, b"-----BEGIN PGP MESSAGE-----")
    }
}

fn is_smime(part: &Part<'_>, kinds: &[&str]) -> bool {
    let found = part.content_type();
    let is_smime = matches!(
        found.essence().as_str(),
        "application/pkcs7-mime" | "application/x-pkcs7-mime"
    );
    let said = found.params.value("smime-type");
    let said = said.map(|said| said.to_ascii_lowercase());
    // Without the word it is taken to be encrypted: it cannot be read.
    is_smime && kinds.contains(&said.as_deref().unwrap_or("enveloped-data"))
}

/// The text itself is armoured, as users of OpenPGP did before MIME.
fn is_armoured(message: &Message<'_>, begins: &[u8]) -> bool {
    let leaf = message.parts().find(|part| !part.is_multipart());
    leaf.is_some_and(|part| {
        part.content_type().media == "text" && part.body().trim_ascii_start().starts_with(begins)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_mails_are_told() {
        for (header, body, signed, encrypted) in [
            (
                "multipart/signed; boundary=b",
                "--b\r\n\r\nx\r\n--b--\r\n",
                true,
                false,
            ),
            (
                "multipart/encrypted; boundary=b",
                "--b\r\n\r\nx\r\n--b--\r\n",
                false,
                true,
            ),
            (
                "application/pkcs7-mime; smime-type=signed-data",
                "x",
                true,
                false,
            ),
            (
                "application/pkcs7-mime; smime-type=enveloped-data",
                "x",
                false,
                true,
            ),
            ("application/x-pkcs7-mime", "x", false, true),
            (
                "text/plain",
                "-----BEGIN PGP SIGNED MESSAGE-----\r\n",
                true,
                false,
            ),
            ("text/plain", "-----BEGIN PGP MESSAGE-----\r\n", false, true),
            (
                "text/plain",
                "> -----BEGIN PGP MESSAGE-----\r\n",
                false,
                false,
            ),
        ] {
            let raw = format!("Content-Type: {header}\r\n\r\n{body}");
            let message = Message::parse(raw.as_bytes());
            assert_eq!(
                (message.is_signed(), message.is_encrypted()),
                (signed, encrypted),
                "{raw}"
            );
        }
    }
}
