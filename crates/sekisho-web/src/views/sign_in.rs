//! Signing in and out.

use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use sekisho_directory::{SignInFailure, SignInPlace};
use sekisho_sasl::Secret;
use sekisho_store::NewWebSession;
use serde::Deserialize;

use super::{Frame, internal_error, render, stale_form};
use crate::ClientAddress;
use crate::form::Fields;
use crate::session::{self, Opening, Session};
use crate::state::Site;

/// A browser's name for itself may be long; the list of sessions needs its beginning.
const USER_AGENT_CHARS_MAX: usize = 200;
/// The longest wait before a wrong password is answered.
const ANSWER_AFTER_S_MAX: u64 = 10;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    frame: Frame,
    back: String,
    user: String,
    failure: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    back: String,
}

#[derive(Deserialize)]
pub(crate) struct Credentials {
    user: String,
    password: String,
    #[serde(default)]
    back: String,
}

#[derive(Deserialize)]
pub(crate) struct SignOut {
    #[serde(default)]
    form_token: String,
}

pub(crate) async fn page(headers: HeaderMap, Query(query): Query<Back>) -> Response {
    render(&Page {
        frame: Frame::open(&headers),
        back: inside(&query.back),
        user: String::new(),
        failure: None,
    })
}

pub(crate) async fn submit(
    State(site): State<Site>,
    Extension(client): Extension<ClientAddress>,
    headers: HeaderMap,
    Fields(credentials): Fields<Credentials>,
) -> Response {
    let now = Timestamp::now();
    let place = SignInPlace {
        client_ip: client.ip(),
        service: "web",
    };
    let password = Secret::from(credentials.password.as_str());
    let signed_in = site
        .desk
        .directory
        .verify_password(&credentials.user, password, place, now)
        .await;
    match signed_in {
        Ok(who) => {
            let opening = Opening {
                tenant: who.tenant,
                account: who.account,
            };
            open(
                &site,
                &opening,
                client,
                &headers,
                &inside(&credentials.back),
            )
            .await
        }
        Err(failure) => failed(&headers, credentials, failure).await,
    }
}

async fn failed(headers: &HeaderMap, credentials: Credentials, failure: SignInFailure) -> Response {
    let key = match failure {
        SignInFailure::Refused { answer_after } => {
            let wait = answer_after.min(std::time::Duration::from_secs(ANSWER_AFTER_S_MAX));
            tokio::time::sleep(wait).await;
            "web-sign-in-refused"
        }
        SignInFailure::TryLater { .. } => "web-sign-in-later",
        SignInFailure::Unavailable => "web-sign-in-unavailable",
    };
    let frame = Frame::open(headers);
    let page = Page {
        failure: Some(frame.say(key)),
        frame,
        back: inside(&credentials.back),
        user: credentials.user,
    };
    (StatusCode::UNAUTHORIZED, render(&page)).into_response()
}

async fn open(
    site: &Site,
    opening: &Opening,
    client: ClientAddress,
    headers: &HeaderMap,
    back: &str,
) -> Response {
    let Some(token) = session::new_token() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let now = Timestamp::now();
    let agent = headers
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let opened = site
        .desk
        .store
        .open_web_session(NewWebSession {
            token_hash: session::hash(token.as_bytes()),
            tenant: opening.tenant,
            account: opening.account,
            now,
            expires_at: session::end_of_session(now),
            client_ip: Some(client.ip()),
            user_agent: agent
                .unwrap_or_default()
                .chars()
                .take(USER_AGENT_CHARS_MAX)
                .collect(),
        })
        .await;
    match opened {
        Ok(()) => (
            [(SET_COOKIE, session::cookie(site, Some(&token)))],
            Redirect::to(back),
        )
            .into_response(),
        Err(error) => internal_error(&error),
    }
}

pub(crate) async fn sign_out(
    State(site): State<Site>,
    Extension(session): Extension<Session>,
    Fields(form): Fields<SignOut>,
) -> Response {
    if !session.sent(&form.form_token) {
        return stale_form(session.frame());
    }
    let closed = site
        .desk
        .store
        .close_web_session(session.tenant, session.token_hash, Timestamp::now())
        .await;
    match closed {
        Ok(()) => (
            [(SET_COOKIE, session::cookie(&site, None))],
            Redirect::to("/sign-in"),
        )
            .into_response(),
        Err(error) => internal_error(&error),
    }
}

/// Only a path of ours: `//elsewhere.example` and `/\elsewhere` lead out (open redirect).
fn inside(back: &str) -> String {
    let is_path = back.starts_with('/') && !back.starts_with("//");
    let is_plain = back
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_'));
    if is_path && is_plain {
        back.to_owned()
    } else {
        "/".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn a_way_back_never_leads_out() {
        assert_eq!(inside("/hold/1JK3V6D8T0003"), "/hold/1JK3V6D8T0003");
        for out in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a?b=//c",
            "/%2f/evil",
        ] {
            assert_eq!(inside(out), "/", "{out}");
        }
    }
}
