//! `Authentication-Results` (RFC 8601).

use crate::arc::ArcResult;
use crate::authentication::Authentication;
use crate::dkim::DkimSignature;
use crate::spf::{SpfIdentity, SpfResult};

impl Authentication {
    /// The value of an `Authentication-Results` header field, folded with CRLF and a tab, without
    /// the field name and without the last CRLF. `host` is the authserv-id.
    pub fn authentication_results(&self, host: &str) -> String {
        let mut parts = vec![value(host), self.spf_result()];
        if self.spf_identity == SpfIdentity::MailFrom && self.spf_helo != SpfResult::None {
            let domain = property_text("smtp.helo", self.helo.as_deref());
            parts.push(format!("spf={}{domain}", self.spf_helo.as_str()));
        }
        if self.dkim.is_empty() {
            parts.push("dkim=none".to_owned());
        }
        parts.extend(self.dkim.iter().map(dkim_result));
        parts.push(self.dmarc_result());
        if self.arc != ArcResult::None {
            parts.push(format!("arc={}", self.arc.as_str()));
        }
        parts.join(";\r\n\t")
    }

    fn spf_result(&self) -> String {
        let property = match self.spf_identity {
            SpfIdentity::MailFrom => "smtp.mailfrom",
            SpfIdentity::Helo => "smtp.helo",
        };
        let domain = property_text(property, self.spf_domain.as_deref());
        format!("spf={}{domain}", self.spf.as_str())
    }

    fn dmarc_result(&self) -> String {
        let policy = match self.dmarc_policy {
            Some(policy) => format!(" (p={})", policy.as_str()),
            None => String::new(),
        };
        let domain = property_text("header.from", self.from_domain.as_deref());
        format!("dmarc={}{policy}{domain}", self.dmarc.as_str())
    }
}

fn dkim_result(signature: &DkimSignature) -> String {
    let domain = property_text("header.d", Some(&signature.domain));
    let selector = property_text("header.s", Some(&signature.selector));
    // RFC 6008: tells two signatures of one domain apart.
    let start = property_text("header.b", Some(&signature.signature_start));
    let result = signature.result.as_str();
    format!("dkim={result}{domain}{selector}{start}")
}

fn property_text(property: &str, text: Option<&str>) -> String {
    match text {
        None | Some("") => String::new(),
        Some(text) => format!(" {property}={}", value(text)),
    }
}

/// `value` of RFC 2045 §5.1 as RFC 8601 §2.2 takes it: a token, else a quoted string. It comes
/// from a stranger, so nothing that could end the line or the value is let through.
fn value(text: &str) -> String {
    const SPECIALS: &[u8] = b"()<>@,;:\\\"/[]?=";
    const CHARS_MAX: usize = 255;
    let is_token = !text.is_empty()
        && text.len() <= CHARS_MAX
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !SPECIALS.contains(&byte));
    if is_token {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for letter in text.chars().take(CHARS_MAX) {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            _ if letter.is_control() => quoted.push('?'),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
