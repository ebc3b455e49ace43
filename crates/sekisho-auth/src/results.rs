//! `Authentication-Results` (RFC 8601).

use crate::authentication::Authentication;

impl Authentication {
    /// The value of an `Authentication-Results` header field, folded with CRLF and a tab, without
    /// the field name and without the last CRLF. `host` is the authserv-id.
    pub fn authentication_results(&self, host: &str) -> String {
        let _ = host;
        todo!()
    }
}
