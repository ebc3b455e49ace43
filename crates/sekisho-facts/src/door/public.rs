//! Public lists: what is asked of them, and what their answers come to.

use sekisho_auth::{Answers, Wanted};
use sekisho_content::{Place, html_pieces};
use sekisho_mime::Message;
use sekisho_policy::{Facts, Finding};
use sekisho_spam::dnsbl::{About, Hit, Subjects};
use sekisho_spam::{JUNK, SPAM};
use sekisho_words::say;

use super::AtDoor;
use crate::Context;
use crate::limits::{LINK_HOSTS_MAX, LINK_TEXT_BYTES_MAX};

pub(super) fn hits(
    raw: &[u8],
    context: &Context<'_>,
    door: &AtDoor<'_>,
    answers: &Answers,
) -> Result<Vec<Hit>, Wanted> {
    let lists = &door.dns_lists.lists;
    if lists.is_empty() {
        return Ok(Vec::new());
    }
    let asks = |about| lists.iter().any(|list| list.about == about);
    let mut subjects = Subjects {
        client: context.envelope.client_ip,
        ..Subjects::default()
    };
    if asks(About::Sender) || asks(About::Link) {
        let message = Message::parse(raw);
        let reverse_path = context.envelope.reverse_path.address();
        subjects.senders = reverse_path
            .map(|address| address.domain().clone())
            .into_iter()
            .collect();
        for mailbox in message.from().into_iter().take(2) {
            let address = mailbox.address.parse::<sekisho_address::Address>();
            subjects
                .senders
                .extend(address.ok().map(|address| address.domain().clone()));
        }
        if asks(About::Link) {
            subjects.links = link_hosts(&message);
        }
    }
    let is_on = |list: &sekisho_spam::dnsbl::DnsList| !door.zones_off.contains(&list.zone);
    door.dns_lists.look(&subjects, is_on, answers)
}

/// Points go to the spam filter where there is one. Alone they stay below its mark (P17).
pub(super) fn add(hits: &[Hit], facts: &mut Facts) {
    for hit in hits {
        let about = match hit.about {
            About::Client => "client",
            About::Sender => "sender",
            About::Link => "link",
        };
        let args = [
            ("list", hit.list.as_str().into()),
            ("subject", hit.subject.as_str().into()),
            ("code", hit.code.to_string().into()),
        ];
        let id = if hit.weight < 0.0 {
            "spam.dnswl"
        } else {
            "spam.dnsbl"
        };
        let why = say(
            if hit.weight < 0.0 {
                "spam-dnswl"
            } else {
                "spam-dnsbl"
            },
            &args,
        );
        let finding = Finding::certain(
            id,
            format!("{} {about} {}", hit.list, hit.subject),
            "envelope",
            why,
        );
        if let Some(spam) = &mut facts.spam {
            spam.score += hit.weight;
            spam.reasons.push(finding.clone());
        }
        facts.findings.push(finding);
    }
    if let Some(spam) = facts.spam.as_mut().filter(|_| !hits.is_empty()) {
        let verdict = match spam.score {
            score if score >= SPAM => "spam",
            score if score >= JUNK => "junk",
            _ => "ham",
        };
        verdict.clone_into(&mut spam.verdict);
    }
}

/// Hosts of links in the texts, each once.
fn link_hosts(message: &Message<'_>) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    for part in message
        .parts()
        .filter(|part| !part.is_multipart() && !part.is_message())
    {
        let content_type = part.content_type();
        if content_type.media != "text" || part.size() > LINK_TEXT_BYTES_MAX {
            continue;
        }
        let text = part.text().unwrap_or_default();
        if content_type.subtype == "html" {
            for piece in html_pieces(&text)
                .into_iter()
                .filter(|piece| piece.place != Place::Text)
            {
                hosts_in(&piece.text, &mut hosts);
            }
        }
        hosts_in(&text, &mut hosts);
    }
    hosts
}

fn hosts_in(text: &str, hosts: &mut Vec<String>) {
    for (at, _) in text.match_indices("://") {
        let rest = text.get(at + 3..).unwrap_or_default();
        let end = rest.find(|c: char| {
            !c.is_alphanumeric() && !matches!(c, '.' | '-' | '_' | '@' | ':' | '%')
        });
        let authority = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        // RFC 3986 §3.2: what stands before the at sign is no host.
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host
            .split(':')
            .next()
            .unwrap_or_default()
            .trim_end_matches('.')
            .to_lowercase();
        if !host.is_empty() && !hosts.contains(&host) {
            hosts.push(host);
        }
        if hosts.len() >= LINK_HOSTS_MAX {
            return;
        }
    }
}
