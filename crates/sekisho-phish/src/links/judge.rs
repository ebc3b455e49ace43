//! What speaks against a link.

use std::collections::HashMap;

use super::services::{counts_clicks, is_shortener, redirect_target};
use super::target::{Target, Web};
use super::text::shown_host;
use super::{Kind, Link};
use crate::knowledge::Knowledge;
use crate::limits::{HOST_BYTES_MAX, HOSTS_MAX};
use crate::lookalike::fold::latin;
use crate::lookalike::{Lookalike, Owner, Technique};
use crate::mail::Proof;
use crate::sign::{MEDIUM, NOTABLE, STRONG, Signs, WEAK};

/// Links of one mail, judged together.
pub(crate) struct Judge<'k> {
    pub(crate) knowledge: &'k Knowledge,
    /// The domain of From, and whether it is proved.
    pub(crate) from: Option<String>,
    pub(crate) proof: Proof,
    pub(crate) base: Option<url::Url>,
    hosts: HashMap<String, Option<Lookalike>>,
    /// Links to bare IP addresses, and to named hosts.
    bare: Vec<(String, String, bool)>,
    named: usize,
}

impl<'k> Judge<'k> {
    pub(crate) fn new(knowledge: &'k Knowledge, from: Option<String>, proof: Proof) -> Self {
        Self {
            knowledge,
            from,
            proof,
            base: None,
            hosts: HashMap::new(),
            bare: Vec::new(),
            named: 0,
        }
    }

    pub(crate) fn link(&mut self, link: &Link, signs: &mut Signs) {
        let shown = match link.kind {
            Kind::Anchor | Kind::Area => shown_host(&link.text),
            _ => None,
        };
        match Target::of(&link.href, self.base.as_ref()) {
            Target::Harmless => {}
            Target::Local(scheme) => {
                let id = match scheme.as_str() {
                    "file" | "unc" | "smb" => "phish.link_file",
                    _ => "phish.link_script",
                };
                signs.add(id, STRONG, &format!("{scheme}:"), &link.place);
            }
            Target::Invalid(authority) => {
                let hides = authority.contains("%40") || authority.contains('@') || shown.is_some();
                let weight = if hides { STRONG } else { WEAK };
                signs.add("phish.link_invalid", weight, &authority, &link.place);
            }
            Target::Web(web) => {
                self.web(&web, link, shown.as_deref(), signs);
            }
        }
    }

    fn web(&mut self, web: &Web, link: &Link, shown: Option<&str>, signs: &mut Signs) {
        let place = link.place.as_str();
        self.written(web, link, signs);
        if web.is_ip {
            if !web.is_private && self.bare.len() < HOSTS_MAX {
                let shows = shown == Some(web.host.as_str()) || link.kind == Kind::Text;
                self.bare.push((web.host.clone(), place.to_owned(), shows));
            }
        } else {
            self.named += 1;
            self.name(&web.host, place, signs);
        }
        if let Some(shown) = shown {
            self.text(shown, web, link, signs);
        }
        if is_shortener(&web.host) {
            signs.add("phish.link_shortener", WEAK, &web.host, place);
        }
        if let Some(port) = web
            .url
            .port()
            .filter(|port| !matches!(port, 80 | 443 | 8080 | 8443))
        {
            signs.add(
                "phish.link_port",
                WEAK,
                &format!("{}:{port}", web.host),
                place,
            );
        }
        if link.kind == Kind::Refresh {
            signs.add("phish.link_refresh", NOTABLE, &web.host, place);
        }
        if link.kind == Kind::Code {
            signs.add("phish.link_code", NOTABLE, &web.host, place);
        }
        self.path(web, place, signs);
        self.redirect(web, place, signs);
    }

    /// How the host is written, and what stands before it.
    fn written(&self, web: &Web, link: &Link, signs: &mut Signs) {
        let place = link.place.as_str();
        let user = web.url.username();
        if !user.is_empty() && web.url.scheme() != "ftp" {
            let names_host = user.contains('.') || self.knowledge.owner(user).is_some();
            let weight = if names_host { STRONG } else { NOTABLE };
            signs.add(
                "phish.link_userinfo",
                weight,
                &format!("{user}@{}", web.host),
                place,
            );
        }
        let written = web.written;
        if written.escaped || written.odd_ip || written.final_dot && link.kind == Kind::Anchor {
            signs.add("phish.link_disguised", STRONG, &web.host, place);
        } else if written.broken {
            signs.add("phish.link_disguised", MEDIUM, &web.host, place);
        } else if written.slashes {
            signs.add("phish.link_disguised", NOTABLE, &web.host, place);
        }
    }

    /// Whose name the host borrows.
    fn name(&mut self, host: &str, place: &str, signs: &mut Signs) {
        if let Some(found) = self.lookalike(host) {
            let weight = weight_of(&found);
            say_lookalike("phish.link_lookalike", &found, weight, host, place, signs);
        } else if is_mixed(host) {
            signs.add("phish.link_mixed_script", MEDIUM, host, place);
        }
    }

    fn lookalike(&mut self, host: &str) -> Option<Lookalike> {
        if let Some(known) = self.hosts.get(host) {
            return known.clone();
        }
        if self.hosts.len() >= HOSTS_MAX {
            return None;
        }
        let found = self.knowledge.lookalike(host);
        self.hosts.insert(host.to_owned(), found.clone());
        found
    }

    /// The text promises one place, the link goes to another.
    fn text(&self, shown: &str, web: &Web, link: &Link, signs: &mut Signs) {
        let knowledge = self.knowledge;
        let target = redirect_target(&web.url).and_then(|to| host_of(&to));
        let say = |weight: f64, signs: &mut Signs| {
            let value = format!("{shown} → {}", web.host);
            signs.add("phish.link_text", weight, &value, &link.place);
        };
        if knowledge.is_same_site(shown, &web.host) {
            // The place that the text shows sends on to another.
            let leaves = target.filter(|to| !knowledge.is_same_site(shown, to));
            if let Some(to) = leaves {
                let value = format!("{} → {to}", web.host);
                signs.add("phish.link_redirect", MEDIUM, &value, &link.place);
            }
            return;
        }
        let from = |host: &str| {
            let from = self.from.as_deref();
            from.is_some_and(|from| knowledge.is_same_site(from, host))
                && self.proof != Proof::Refuted
        };
        let arrives = target.is_some_and(|to| knowledge.is_same_site(shown, &to));
        let counts = counts_clicks(&web.url, &web.host);
        let is_protected = knowledge.owner(shown).is_some();
        let proved = self.proof == Proof::Proved;
        let weight = if is_protected {
            match (from(shown), proved) {
                (true, true) => WEAK,
                (true, false) if counts || arrives => NOTABLE,
                // `Walmart.com` in a sentence of the sender's about it: a name rather than an address.
                _ if from(&web.host) && is_spoken(&link.text) => NOTABLE,
                _ if counts || arrives => MEDIUM,
                _ => STRONG,
            }
        } else {
            match () {
                () if from(shown) || from(&web.host) => WEAK,
                () if arrives => MEDIUM,
                () if counts => WEAK,
                () => STRONG,
            }
        };
        say(weight, signs);
    }

    /// A protected name as a folder of somebody else's: `evil.example/bank.co.jp/login`.
    fn path(&self, web: &Web, place: &str, signs: &mut Signs) {
        let Some(mut folders) = web.url.path_segments() else {
            return;
        };
        let named = folders.by_ref().take(4).find(|folder| {
            let bare = folder.strip_prefix("www.").unwrap_or(folder);
            bare.contains('.')
                && self.knowledge.owner(bare).is_some()
                && self.knowledge.owner(&web.host).is_none()
        });
        if let Some(name) = named {
            let value = format!("{}/{name}", web.host);
            signs.add("phish.link_path", NOTABLE, &value, place);
        }
        let path = web.url.path();
        let escaped = match path.contains('%') {
            true => path.matches("%6").count() + path.matches("%7").count(),
            false => 0,
        };
        if escaped > 8 {
            signs.add("phish.link_escaped", WEAK, &web.host, place);
        }
    }

    /// A parameter with a place that looks like another.
    fn redirect(&mut self, web: &Web, place: &str, signs: &mut Signs) {
        let Some(to) = redirect_target(&web.url) else {
            return;
        };
        let Target::Web(target) = Target::of(&to, None) else {
            return;
        };
        if target.is_ip && !target.is_private {
            let value = format!("{} → {}", web.host, target.host);
            signs.add("phish.link_redirect", NOTABLE, &value, place);
        } else if let Some(found) = self.lookalike(&target.host) {
            say_lookalike(
                "phish.link_lookalike",
                &found,
                weight_of(&found),
                &target.host,
                place,
                signs,
            );
        }
    }

    /// Bare addresses, once all links are known: where they are the only way out, nobody is meant to
    /// see whose they are.
    pub(crate) fn finish(&mut self, signs: &mut Signs) {
        for (host, place, shows) in &self.bare {
            let weight = match (self.named, shows) {
                (0, false) => STRONG,
                (0, true) => MEDIUM,
                _ => NOTABLE,
            };
            signs.add("phish.link_ip", weight, host, place);
        }
    }
}

/// A name with a capital, without a scheme or a path: `Booking.com`.
fn is_spoken(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().skip(1).any(|c| c.is_ascii_lowercase())
        && !text.contains('/')
        && !text.starts_with("Http")
}

pub(crate) fn host_of(address: &str) -> Option<String> {
    match Target::of(address, None) {
        Target::Web(web) => Some(web.host),
        _ => None,
    }
}

/// What a look-alike says by itself.
pub(crate) fn weight_of(found: &Lookalike) -> f64 {
    let label = found.target.split('.').next().unwrap_or_default();
    let is_short = label.chars().count() < 5 && matches!(found.owner, Owner::Brand(_));
    match found.technique {
        Technique::SubDomain => STRONG,
        technique if technique.is_deliberate() && !is_short => STRONG,
        _ => MEDIUM,
    }
}

pub(crate) fn say_lookalike(
    id: &'static str,
    found: &Lookalike,
    weight: f64,
    host: &str,
    place: &str,
    signs: &mut Signs,
) {
    let unicode = crate::lookalike::host::Host::of(host)
        .map_or_else(|| host.to_owned(), |host| host.unicode.into_owned());
    let args = [("target", (&found.target).into())];
    signs.add_with(id, weight, &unicode, place, &args);
}

/// Latin letters beside letters of a script that resembles them, in one label (UTS 39 §5.1).
pub(crate) fn is_mixed(host: &str) -> bool {
    if !host.contains("xn--") || host.len() > HOST_BYTES_MAX {
        return false;
    }
    let Some(host) = crate::lookalike::host::Host::of(host) else {
        return false;
    };
    host.unicode.split('.').any(|label| {
        let has = |range: std::ops::RangeInclusive<char>| label.chars().any(|c| range.contains(&c));
        let other =
            has('\u{370}'..='\u{3FF}') || has('\u{400}'..='\u{52F}') || has('\u{530}'..='\u{58F}');
        let latin_too = label.chars().any(|c| c.is_ascii_alphabetic());
        // Or all of it in letters that are read as Latin ones.
        other && (latin_too || latin(label).is_ascii())
    })
}
