//! Links and forms of an HTML text.

use sekisho_content::markup::{Tag, Token, Tokens, decode};
use url::Url;

use super::{Kind, Link, text};
use crate::limits::{LINK_TEXT_BYTES_MAX, LINKS_MAX};

/// What a page offers to click and to fill in.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) links: Vec<Link>,
    pub(crate) base: Option<Url>,
    pub(crate) forms: Vec<Form>,
    /// Characters that nobody sees inside words.
    pub(crate) unseen_in_words: usize,
}

/// A form, or fields that stand outside of one.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) asks: Asks,
    is_written: bool,
}

/// What a form asks for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asks {
    /// Nothing to type.
    #[default]
    Nothing,
    /// Something.
    Text,
    /// A password, a card, a PIN.
    Secret,
}

pub(crate) fn read(html: &str, place: &str) -> Page {
    let mut reader = Reader {
        page: Page::default(),
        place,
        open: None,
    };
    let mut tokens = Tokens::of(html);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(text) => reader.text(text),
            Token::Open(tag) => {
                reader.open_tag(&tag);
                let name = tag.name;
                if !tag.is_closed && is_raw(name) {
                    tokens.raw_until(name);
                }
            }
            Token::Close(name) if name.eq_ignore_ascii_case("a") => reader.close_link(),
            Token::Close(name) if name.eq_ignore_ascii_case("form") => reader.close_form(),
            _ => {}
        }
        if reader.page.links.len() >= LINKS_MAX {
            break;
        }
    }
    reader.close_link();
    reader.page
}

fn is_raw(name: &str) -> bool {
    ["script", "style", "title", "textarea", "xmp"]
        .iter()
        .any(|raw| name.eq_ignore_ascii_case(raw))
}

struct Reader<'p> {
    page: Page,
    place: &'p str,
    open: Option<Link>,
}

impl Reader<'_> {
    fn text(&mut self, raw: &str) {
        let needs = raw.contains('&');
        let decoded;
        let text = if needs {
            decoded = decode(raw);
            decoded.as_str()
        } else {
            raw
        };
        if !text.is_ascii() {
            self.page.unseen_in_words += super::unseen_in_words(text);
        }
        match &mut self.open {
            Some(link) => {
                let room = LINK_TEXT_BYTES_MAX.saturating_sub(link.text.len());
                link.text.extend(text.chars().take(room));
            }
            // Mail programs make links of addresses that stand in the text.
            None if memchr::memmem::find(text.as_bytes(), b"://").is_some() => {
                text::links(text, self.place, &mut self.page.links);
            }
            None => {}
        }
    }

    fn open_tag(&mut self, tag: &Tag<'_>) {
        let name = tag.name;
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        if is("a") {
            self.close_link();
            let href = tag
                .attribute("href")
                .or_else(|| tag.attribute("xlink:href"));
            if let Some(href) = href {
                self.open = Some(Link::new(href, String::new(), Kind::Anchor, self.place));
            }
        } else if is("img") {
            self.image(tag);
        } else if is("area") {
            self.push(tag, "href", Kind::Area);
        } else if is("base") {
            let href = tag.attribute("href").unwrap_or_default();
            self.page.base = self
                .page
                .base
                .take()
                .or_else(|| Url::parse(href.trim()).ok());
        } else if is("meta") {
            self.refresh(tag);
        } else if is("form") {
            self.close_form();
            let action = tag.attribute("action").unwrap_or_default();
            self.page.forms.push(Form {
                action: action.clone(),
                asks: Asks::Nothing,
                is_written: true,
            });
        } else if is("input") || is("textarea") || is("button") {
            self.field(tag);
        }
    }

    /// The words of a picture are what its link shows.
    fn image(&mut self, tag: &Tag<'_>) {
        if let Some(link) = &mut self.open {
            link.has_image = true;
            if let Some(alt) = tag.attribute("alt") {
                link.text.extend(alt.chars().take(LINK_TEXT_BYTES_MAX));
            }
        }
    }

    fn push(&mut self, tag: &Tag<'_>, attribute: &str, kind: Kind) {
        if let Some(href) = tag.attribute(attribute) {
            let alt = tag.attribute("alt").unwrap_or_default();
            self.page.links.push(Link::new(href, alt, kind, self.place));
        }
    }

    /// `<meta http-equiv="refresh" content="0; url=…">`
    fn refresh(&mut self, tag: &Tag<'_>) {
        let is_refresh = tag
            .attribute("http-equiv")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("refresh"));
        let Some(content) = tag.attribute("content").filter(|_| is_refresh) else {
            return;
        };
        let target = content.split_once([';', ',']).and_then(|(_, rest)| {
            let (name, target) = rest.split_once('=')?;
            name.trim().eq_ignore_ascii_case("url").then_some(target)
        });
        if let Some(target) = target {
            let target = target.trim().trim_matches(['"', '\'']);
            let link = Link::new(target.to_owned(), String::new(), Kind::Refresh, self.place);
            self.page.links.push(link);
        }
    }

    fn field(&mut self, tag: &Tag<'_>) {
        let kind = tag
            .attribute("type")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if let Some(action) = tag.attribute("formaction") {
            self.page
                .links
                .push(Link::new(action, String::new(), Kind::Form, self.place));
        }
        let names: String = ["name", "id", "placeholder", "autocomplete"]
            .iter()
            .filter_map(|attribute| tag.attribute(attribute))
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase();
        let asks = match kind.trim() {
            "password" => Asks::Secret,
            "hidden" | "submit" | "image" | "button" | "reset" | "checkbox" | "radio" => return,
            _ if tag.name.eq_ignore_ascii_case("button") => return,
            _ if is_secret(&names) => Asks::Secret,
            _ => Asks::Text,
        };
        if self.page.forms.is_empty() {
            self.page.forms.push(Form::default());
        }
        if let Some(form) = self.page.forms.last_mut() {
            form.asks = form.asks.max(asks);
        }
    }

    fn close_link(&mut self) {
        if let Some(link) = self.open.take() {
            self.page.links.push(link);
        }
    }

    fn close_form(&mut self) {
        if let Some(form) = self.page.forms.last()
            && form.is_written
            && !form.action.is_empty()
        {
            let link = Link::new(form.action.clone(), String::new(), Kind::Form, self.place);
            self.page.links.push(link);
        }
    }
}

/// Names of fields for what is never sent by mail.
fn is_secret(names: &str) -> bool {
    const SECRETS: &[&str] = &[
        "passw",
        "passwd",
        "pwd",
        "pass_",
        "userpass",
        "cardnum",
        "card_num",
        "card-num",
        "ccnum",
        "cc-num",
        "cc_num",
        "cvv",
        "cvc",
        "securitycode",
        "security_code",
        "pincode",
        "cc-csc",
        "one-time-code",
        "otp",
        "ssn",
        "暗証番号",
        "パスワード",
        "カード番号",
        "セキュリティコード",
        "口座番号",
        "ワンタイム",
    ];
    SECRETS.iter().any(|secret| names.contains(secret))
}
