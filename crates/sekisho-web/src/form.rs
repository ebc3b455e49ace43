//! A submitted form. What cannot be read as one is refused in words, in the browser's language.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde::de::DeserializeOwned;

use crate::views::{Frame, message};

/// The fields of a form.
pub(crate) struct Fields<T>(pub(crate) T);

impl<S, T> FromRequest<S> for Fields<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let frame = Frame::open(request.headers());
        match Form::<T>::from_request(request, state).await {
            Ok(Form(fields)) => Ok(Self(fields)),
            Err(rejection) => Err(refusal(frame, &rejection)),
        }
    }
}

fn refusal(frame: Frame, rejection: &FormRejection) -> Response {
    let (status, key) = match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => (StatusCode::PAYLOAD_TOO_LARGE, "web-form-too-large"),
        _ => (StatusCode::BAD_REQUEST, "web-stale-form"),
    };
    message(status, frame, "web-not-done", key)
}
