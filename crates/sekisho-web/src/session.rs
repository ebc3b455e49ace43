//! Sessions: a random token in a cookie, its hash in the store.

use std::fmt::Write;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use sekisho_command::{Caller, language_of};
use sekisho_directory::Account;
use sekisho_store::{AccountId, Tenant};

use crate::state::Site;
use crate::views::{Frame, internal_error};

/// A working day with its lunch break.
pub(crate) const SESSION_H: i64 = 12;

/// Who is signed in, for the pages behind [`require`].
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) tenant: Tenant,
    pub(crate) account: Account,
    /// What every form of this session carries.
    pub(crate) form_token: String,
    pub(crate) token_hash: [u8; 32],
}

impl Session {
    /// As commands know the person.
    pub(crate) fn caller(&self) -> Caller {
        Caller::Account {
            id: self.account.id,
            roles: self.account.roles,
        }
    }

    /// Whether a form came from a page of this session.
    pub(crate) fn sent(&self, form_token: &str) -> bool {
        // Both are hashes of a secret: comparing their hashes leaks nothing of use by its timing.
        hash(form_token.as_bytes()) == hash(self.form_token.as_bytes())
    }

    /// What stands around the pages of this session.
    pub(crate) fn frame(&self) -> Frame {
        Frame {
            language: language_of(&self.account),
            name: Some(self.account.name.clone()),
            form_token: self.form_token.clone(),
        }
    }
}

/// Lets only sessions pass; others are sent to sign in and come back after it.
pub(crate) async fn require(
    State(site): State<Site>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(token) = token_in(request.headers(), &site.cookie_name) else {
        return to_sign_in(&request);
    };
    match session_of(&site, &token).await {
        Ok(Some(session)) => {
            request.extensions_mut().insert(session);
            next.run(request).await
        }
        Ok(None) => to_sign_in(&request),
        Err(error) => internal_error(&error),
    }
}

fn to_sign_in(request: &Request) -> Response {
    let back = request.uri().path();
    Redirect::to(&format!("/sign-in?back={back}")).into_response()
}

async fn session_of(
    site: &Site,
    token: &str,
) -> Result<Option<Session>, sekisho_store::StoreFailure> {
    let token_hash = hash(token.as_bytes());
    let now = Timestamp::now();
    let row = site
        .desk
        .store
        .read(move |reader| reader.web_session(&token_hash, now))
        .await?;
    Ok(row.and_then(|row| {
        let snapshot = site.desk.directory.snapshot();
        let account = snapshot.account(row.account)?;
        // An account that was disabled has no session any more, whatever the cookie says.
        (account.enabled && account.tenant == row.tenant).then(|| Session {
            tenant: row.tenant,
            account: account.clone(),
            form_token: form_token_of(token),
            token_hash,
        })
    }))
}

/// A new session's token; `None` when the system has no randomness.
pub(crate) fn new_token() -> Option<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// When a session that begins now ends.
pub(crate) fn end_of_session(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(SESSION_H))
        .unwrap_or(now)
}

/// Whose session to open.
pub(crate) struct Opening {
    pub(crate) tenant: Tenant,
    pub(crate) account: AccountId,
}

/// The cookie that carries a token; without one, the cookie that takes it away.
pub(crate) fn cookie(site: &Site, token: Option<&str>) -> String {
    let secure = if site.secure { "; Secure" } else { "" };
    // Lax, not Strict: a link in a letter must find the session.
    let (value, age) = token.map_or(("", 0), |token| (token, SESSION_H * 3_600));
    format!(
        "{}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}",
        site.cookie_name
    )
}

fn token_in(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, token)| token.to_owned())
}

/// Known to the session's own pages and to nobody else: it follows from the cookie's token, which no script
/// and no other site can read.
fn form_token_of(token: &str) -> String {
    hex(&hash(format!("form {token}").as_bytes()))
}

pub(crate) fn hash(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
