//! What all pages share.

use std::sync::Arc;

use sekisho_command::Desk;

/// Shared by all requests.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) desk: Desk,
    pub(crate) secure: bool,
    /// `__Host-` makes the browser refuse the cookie without TLS, from a subdomain or for a path.
    pub(crate) cookie_name: Arc<str>,
}

impl Site {
    pub(crate) fn new(desk: Desk, secure: bool) -> Self {
        let cookie_name = if secure { "__Host-sekisho" } else { "sekisho" };
        Self {
            desk,
            secure,
            cookie_name: Arc::from(cookie_name),
        }
    }
}
