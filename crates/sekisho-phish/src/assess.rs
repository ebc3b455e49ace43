//! One mail, all signs.

use sekisho_mime::Part;

use crate::impersonation::from::{From, host_of};
use crate::impersonation::{self};
use crate::knowledge::Knowledge;
use crate::limits::{IMAGE_BYTES_MAX, IMAGE_PIXELS_MAX, IMAGES_MAX, LINKS_MAX, TEXT_BYTES_MAX};
use crate::links::html::{self, Asks, Page};
use crate::links::judge::Judge;
use crate::links::{Kind, Link, text};
use crate::mail::Mail;
use crate::sign::{Assessment, MEDIUM, NOTABLE, STRONG, Signs, WEAK};
use crate::{calendar, pressure, qr};

/// Looks at sender, links, forms, invitations and QR codes of a mail.
pub fn assess(mail: &Mail<'_>, knowledge: &Knowledge) -> Assessment {
    let mut signs = Signs::default();
    let from = From::of(mail.message);
    if mail.from_outside {
        impersonation::look(mail, &from, knowledge, &mut signs);
    }
    let mut found = Found::of(mail);
    let author = from.authors.first().map(|author| host_of(&author.address));
    let mut judge = Judge::new(knowledge, author.map(str::to_lowercase), mail.proof);
    judge.base = found.base.take();
    for link in &found.links {
        judge.link(link, &mut signs);
    }
    judge.finish(&mut signs);
    found.say(mail, &mut signs);
    if mail.from_outside {
        pressing(mail, &found, &mut signs);
        if mail.first_contact == Some(true) {
            let address = from.authors.first().map(|author| author.address.as_str());
            signs.add(
                "phish.first_contact",
                0.05,
                address.unwrap_or_default(),
                "header From",
            );
        }
    }
    signs.assess()
}

/// Everything in a mail that can be clicked, filled in or scanned.
#[derive(Default)]
struct Found {
    links: Vec<Link>,
    base: Option<url::Url>,
    /// Where a form asks for a secret, or just for something.
    forms: Vec<(Asks, String)>,
    invitation: Option<String>,
    unseen: Option<String>,
    opening: String,
    images: usize,
    pixels: usize,
}

impl Found {
    fn of(mail: &Mail<'_>) -> Self {
        let mut found = Self {
            pixels: IMAGE_PIXELS_MAX,
            ..Self::default()
        };
        for part in mail.message.all_parts() {
            if !part.is_multipart() && !part.is_message() && found.links.len() < LINKS_MAX {
                found.part(&part);
            }
        }
        found
    }

    fn part(&mut self, part: &Part<'_>) {
        let kind = part.content_type();
        if kind.media == "image" {
            self.image(part);
            return;
        }
        let is_text = kind.media == "text";
        if !is_text && part.size() > TEXT_BYTES_MAX {
            return;
        }
        let name = match is_text && !part.is_attachment() {
            true => String::new(),
            false => part.name().unwrap_or_default().to_ascii_lowercase(),
        };
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let is_html =
            kind.subtype.contains("html") || ends(&[".html", ".htm", ".shtml", ".xhtml", ".svg"]);
        let is_invitation = kind.subtype == "calendar" || ends(&[".ics"]);
        if ends(&[".png", ".jpg", ".jpeg"]) {
            self.image(part);
            return;
        }
        if !(is_text || is_html || is_invitation) {
            return;
        }
        let Some(content) = text_of(part) else {
            return;
        };
        let place = format!("part {}", part.path());
        if is_html {
            let page = html::read(&content, &place);
            self.page(page, &place);
        } else if is_invitation {
            self.links.append(&mut calendar::links(&content, &place));
            self.open(&calendar::unfolded(&content));
            self.invitation = Some(place);
        } else {
            self.open(&content);
            text::links(&content, &place, &mut self.links);
        }
    }

    /// Keeps the beginning of a text for the words that press.
    fn open(&mut self, content: &str) {
        const OPENING_CHARS: usize = 2_000;
        if self.opening.len() < OPENING_CHARS {
            self.opening.extend(content.chars().take(OPENING_CHARS));
        }
    }

    fn page(&mut self, page: Page, place: &str) {
        self.links.extend(page.links);
        self.base = self.base.take().or(page.base);
        for form in page.forms {
            if form.asks > Asks::Nothing {
                self.forms.push((form.asks, place.to_owned()));
            }
        }
        if page.unseen_in_words > 3 {
            self.unseen = Some(place.to_owned());
        }
    }

    fn image(&mut self, part: &Part<'_>) {
        if self.images >= IMAGES_MAX || part.size() > IMAGE_BYTES_MAX * 3 / 2 {
            return;
        }
        self.images += 1;
        let place = format!("part {}", part.path());
        for code in qr::codes(&part.decoded(), &mut self.pixels) {
            self.links
                .push(Link::new(code, String::new(), Kind::Code, &place));
        }
    }

    fn say(&self, mail: &Mail<'_>, signs: &mut Signs) {
        for (asks, place) in &self.forms {
            match asks {
                Asks::Secret => signs.add("phish.form_secret", STRONG, "", place),
                _ if mail.from_outside => signs.add("phish.form", WEAK, "", place),
                _ => {}
            }
        }
        if let Some(place) = &self.unseen {
            signs.add("phish.unseen_characters", NOTABLE, "", place);
        }
    }
}

/// The main reading of a text; of a part that is no text by its type, the first that is one.
fn text_of(part: &Part<'_>) -> Option<String> {
    let opening = part.opening(TEXT_BYTES_MAX);
    let text = opening.or_else(|| part.texts().into_iter().next())?;
    if text.len() <= TEXT_BYTES_MAX {
        return Some(text);
    }
    let mut end = TEXT_BYTES_MAX;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).map(str::to_owned)
}

/// Words that press, and invitations that do.
fn pressing(mail: &Mail<'_>, found: &Found, signs: &mut Signs) {
    let subject = mail.message.subject().unwrap_or_default();
    if crate::links::unseen_in_words(&subject) > 0 {
        signs.add("phish.unseen_characters", NOTABLE, "", "subject");
    }
    let Some(word) = pressure::found(&[&subject, &found.opening]) else {
        return;
    };
    let has_link = found
        .links
        .iter()
        .any(|link| matches!(link.kind, Kind::Text | Kind::Anchor));
    match &found.invitation {
        Some(place) if has_link => {
            let is_stranger = mail.first_contact != Some(false);
            let weight = if is_stranger { MEDIUM } else { WEAK };
            signs.add("phish.invitation", weight, word, place);
        }
        _ => signs.add("phish.pressure", WEAK, word, "subject"),
    }
}
