//! What stands around every page: headers that tell the browser to trust nothing but us, and the refusal of
//! forms that come from elsewhere.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::Site;
use crate::views::{Frame, message};

/// No script, no frame, no request to elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// Adds the headers to every answer.
pub(crate) async fn headers(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    // A link in a letter must not tell other sites where it led.
    set(REFERRER_POLICY, "same-origin");
    // Pages show mail: nothing of them stays in a cache of a shared machine.
    set(CACHE_CONTROL, "no-store");
    if site.secure {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// Refuses changes that a page of another site asks for (CSRF), also before there is a session.
pub(crate) async fn same_origin(request: Request, next: Next) -> Response {
    if *request.method() == Method::POST && !is_ours(request.headers()) {
        let frame = Frame::open(request.headers());
        return message(
            StatusCode::FORBIDDEN,
            frame,
            "web-not-done",
            "web-elsewhere",
        );
    }
    next.run(request).await
}

fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let fetch_site = headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok());
    if let Some(site) = fetch_site {
        return site == "same-origin";
    }
    match (text(&ORIGIN), text(&HOST)) {
        // A client that is no browser sends neither; it has no session of somebody else to misuse.
        (None, _) => true,
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, authority)| authority == host),
        (Some(_), None) => false,
    }
}
