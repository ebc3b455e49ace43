//! One file a page.

pub(crate) mod hold;
pub(crate) mod overview;
mod recipients;
pub(crate) mod sent;
pub(crate) mod sign_in;

use std::borrow::Borrow;

use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use sekisho_command::{CommandFailure, visible};
use sekisho_words::{Arg, Language, say_in};

use crate::texts::{self, language_asked};

/// What stands around a page.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) language: Language,
    pub(crate) name: Option<String>,
    pub(crate) form_token: String,
}

impl Frame {
    /// For a page before anybody signed in.
    pub(crate) fn open(headers: &HeaderMap) -> Self {
        Self {
            language: language_asked(headers),
            name: None,
            form_token: String::new(),
        }
    }

    /// A text of the catalogue.
    pub(crate) fn say(&self, key: &str) -> String {
        texts::word(self.language, key)
    }

    /// A text of the catalogue with values.
    pub(crate) fn say_with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        say_in(self.language, key, args)
    }

    /// A text of the catalogue about a number of things.
    pub(crate) fn count(&self, key: &str, count: impl Borrow<usize>) -> String {
        let count = i64::try_from(*count.borrow()).unwrap_or(i64::MAX);
        self.say_with(key, &[("count", count.into())])
    }

    /// A subject as people see it; a mail without one still needs something to click on.
    pub(crate) fn subject(&self, subject: &str) -> String {
        if subject.trim().is_empty() {
            self.say("web-no-subject")
        } else {
            visible(subject)
        }
    }

    /// For the `lang` of the page, so that a screen reader speaks it right.
    pub(crate) fn tag(&self) -> &'static str {
        match self.language {
            Language::Ja => "ja",
            Language::En => "en",
        }
    }
}

/// A page that only says something.
#[derive(Template)]
#[template(path = "message.html")]
struct Message {
    frame: Frame,
    title: String,
    text: String,
}

/// Renders a template.
pub(crate) fn render(template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => internal_error(&error),
    }
}

/// The one answer to a fault of ours: the browser learns nothing of it, the log does.
pub(crate) fn internal_error(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "a page failed");
    let text = "しばらくしてから、もう一度お試しください。 / Please try again in a while.\n";
    (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
}

/// Why a command was not carried out, as a page.
pub(crate) fn refused(frame: Frame, failure: &CommandFailure) -> Response {
    let status = match failure.exit_code() {
        2 => StatusCode::BAD_REQUEST,
        3 => StatusCode::NOT_FOUND,
        4 => StatusCode::FORBIDDEN,
        _ => StatusCode::CONFLICT,
    };
    let text = failure.words().in_language(frame.language).to_owned();
    let title = frame.say("web-not-done");
    (status, render(&Message { frame, title, text })).into_response()
}

/// A page that says what was done.
pub(crate) fn done(frame: Frame, key: &str) -> Response {
    let (title, text) = (frame.say("web-done"), frame.say(key));
    render(&Message { frame, title, text })
}

/// A page that says why nothing was done.
pub(crate) fn message(status: StatusCode, frame: Frame, title: &str, text: &str) -> Response {
    let (title, text) = (frame.say(title), frame.say(text));
    (status, render(&Message { frame, title, text })).into_response()
}

/// There is no such page.
pub(crate) async fn not_found(headers: HeaderMap) -> Response {
    let frame = Frame::open(&headers);
    message(
        StatusCode::NOT_FOUND,
        frame,
        "web-not-found",
        "web-not-found-text",
    )
}

/// The form did not come from a page of this session.
pub(crate) fn stale_form(frame: Frame) -> Response {
    message(
        StatusCode::FORBIDDEN,
        frame,
        "web-not-done",
        "web-stale-form",
    )
}

/// The style of all pages.
pub(crate) async fn style() -> Response {
    let css = include_str!("../../static/style.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}
