//! A small HTTP/1.1 client with a cookie jar, apart from the product's own code: a browser without a screen.

use std::net::SocketAddr;

use crate::wire::{Trust, Wire};

/// An answer.
#[derive(Debug, Clone)]
pub struct Page {
    /// Status code.
    pub status: u16,
    /// Header fields in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The text.
    pub text: String,
}

impl Page {
    /// The first header field of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// The token that every form of a session carries.
    ///
    /// # Panics
    /// When the page has no form.
    pub fn form_token(&self) -> String {
        let (_, rest) = self
            .text
            .split_once(r#"name="form_token" value=""#)
            .expect("a page with a form");
        rest.split('"').next().expect("a quoted value").to_owned()
    }

    /// The links to our own pages.
    pub fn links(&self) -> Vec<String> {
        let parts = self.text.split(r#"href=""#).skip(1);
        parts
            .filter_map(|rest| rest.split('"').next())
            .filter(|link| link.starts_with('/'))
            .map(str::to_owned)
            .collect()
    }
}

/// One browser: its cookies and the languages that it asks for.
#[derive(Clone)]
pub struct Browser {
    address: SocketAddr,
    cookies: Vec<(String, String)>,
    language: &'static str,
    trust: Option<Trust>,
}

impl Browser {
    /// A fresh browser at a server.
    pub fn at(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: Vec::new(),
            language: "ja",
            trust: None,
        }
    }

    /// One whose user reads another language.
    #[must_use]
    pub fn reading(mut self, language: &'static str) -> Self {
        self.language = language;
        self
    }

    /// One that speaks HTTPS.
    #[must_use]
    pub fn over_tls(mut self, trust: Trust) -> Self {
        self.trust = Some(trust);
        self
    }

    /// The value of a cookie, as a thief would take it.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Fetches a page.
    pub fn get(&mut self, path: &str) -> Page {
        self.request("GET", path, &[], "")
    }

    /// Asks for the header only.
    pub fn head(&mut self, path: &str) -> Page {
        self.request("HEAD", path, &[], "")
    }

    /// Sends a form as a page of the same site would.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let scheme = if self.trust.is_some() {
            "https"
        } else {
            "http"
        };
        let origin = format!("{scheme}://{}", self.address);
        let headers = [
            ("Origin", origin.as_str()),
            ("Sec-Fetch-Site", "same-origin"),
        ];
        self.post_with(path, fields, &headers)
    }

    /// Sends a form with these header fields.
    pub fn post_with(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", escaped(value)))
            .collect();
        self.request("POST", path, headers, &body.join("&"))
    }

    /// Signs in, and follows to where that leads.
    pub fn sign_in(&mut self, user: &str, password: &str, back: &str) -> Page {
        let fields = [("user", user), ("password", password), ("back", back)];
        let page = self.post("/sign-in", &fields);
        match page.header("location") {
            Some(to) if page.status == 303 => self.get(to),
            _ => page,
        }
    }

    /// One request on a connection of its own.
    ///
    /// # Panics
    /// When what comes back is not HTTP.
    pub fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Page {
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAccept-Language: {}\r\n",
            self.address, self.language
        );
        if !self.cookies.is_empty() {
            let pairs: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            text += &format!("Cookie: {}\r\n", pairs.join("; "));
        }
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        if method == "POST" {
            text += "Content-Type: application/x-www-form-urlencoded\r\n";
            text += &format!("Content-Length: {}\r\n", body.len());
        }
        let mut wire = match &self.trust {
            None => Wire::connect(self.address),
            Some(trust) => Wire::connect_tls(self.address, trust),
        };
        wire.send(format!("{text}\r\n{body}").as_bytes());
        let page = answer(&mut wire, method == "HEAD");
        self.keep_cookies(&page);
        page
    }

    fn keep_cookies(&mut self, page: &Page) {
        let set = page.headers.iter().filter(|(name, _)| name == "set-cookie");
        for (_, cookie) in set {
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie has a value");
            self.cookies.retain(|(known, _)| known != name);
            if !cookie.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

fn answer(wire: &mut Wire, head_only: bool) -> Page {
    let first = wire.line().expect("a status line");
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
    let mut headers = Vec::new();
    loop {
        let line = wire.line().expect("a header");
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok());
    let body = if head_only {
        Vec::new()
    } else {
        wire.bytes(length.unwrap_or(usize::MAX))
    };
    Page {
        status: status.unwrap_or_else(|| panic!("no status in {first}")),
        headers,
        text: String::from_utf8(body).expect("pages are UTF-8"),
    }
}

/// `application/x-www-form-urlencoded`.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
