//! Pages: signing in, mail that waits for one's decision, one's own mail that waits.
//!
//! Rendered on the server, without script. Fetching a page never changes anything (a link scanner fetches
//! every link in a letter); what changes something is a POST with a token that only the session's own pages
//! carry. Who may do what is decided in `sekisho-command`, not here.
//!
//! `views` has one file a page with one struct a template; [`router`] lists every route in one screen.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod client;
mod content;
mod form;
mod protection;
mod session;
mod state;
mod texts;
mod views;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};
use sekisho_command::Desk;

pub use client::ClientAddress;

use crate::state::Site;

/// A form holds a comment at most; nothing here takes files.
const FORM_BYTES_MAX: usize = 64 << 10;

/// All pages. `secure` says that browsers reach them over TLS: cookies are then never sent without it.
pub fn router(desk: Desk, secure: bool) -> Router {
    let site = Site::new(desk, secure);

    // Open to everybody.
    let open = Router::new()
        .route(
            "/sign-in",
            get(views::sign_in::page).post(views::sign_in::submit),
        )
        .route("/style.css", get(views::style));

    // Only with a session; every POST also needs its token.
    let signed_in = Router::new()
        .route("/", get(views::overview::page))
        .route(
            "/hold/{mail}",
            get(views::hold::page).post(views::hold::decide),
        )
        .route("/sent/{mail}", get(views::sent::page))
        .route("/sent/{mail}/cancel", post(views::sent::cancel))
        .route("/sign-out", post(views::sign_in::sign_out))
        .route_layer(middleware::from_fn_with_state(
            site.clone(),
            session::require,
        ));

    open.merge(signed_in)
        .fallback(views::not_found)
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(middleware::from_fn(protection::same_origin))
        .layer(middleware::from_fn_with_state(
            site.clone(),
            protection::headers,
        ))
        .with_state(site)
}
