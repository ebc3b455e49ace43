//! What was wrong: the notes of the reading, and what only the content shows.

use crate::limits::ANOMALIES_MAX;
use crate::transfer::{base64, quoted_printable, uuencode, yenc};
use crate::tree::Kind;
use crate::{Anomaly, AnomalyKind, Message, Part, TransferEncoding};

pub(crate) fn anomalies(message: &Message<'_>) -> Vec<Anomaly> {
    let mut found: Vec<Anomaly> = Vec::new();
    for &(kind, node) in &message.tree.seen {
        push(&mut found, kind, &Part::new(message, node));
    }
    duplicate_fields(&message.root(), &mut found);
    for part in message.parts() {
        if found.len() >= ANOMALIES_MAX {
            break;
        }
        if part.node().kind == Kind::Leaf {
            content(&part, &mut found);
        }
        types(&part, &mut found);
        name(&part, &mut found);
    }
    found
}

fn push(found: &mut Vec<Anomaly>, kind: AnomalyKind, part: &Part<'_>) {
    let path = part.path();
    let anomaly = Anomaly { kind, path };
    if found.len() < ANOMALIES_MAX && !found.contains(&anomaly) {
        found.push(anomaly);
    }
}

/// RFC 5322 §3.6: at most one of each. Programs show the first, the last, or all.
fn duplicate_fields(root: &Part<'_>, found: &mut Vec<Anomaly>) {
    const ONCE: [&str; 8] = [
        "From",
        "Sender",
        "Reply-To",
        "To",
        "Cc",
        "Subject",
        "Date",
        "Message-ID",
    ];
    let twice = ONCE.iter().any(|name| {
        let mut values = root
            .headers()
            .filter(|header| header.is(name))
            .map(|header| header.unfolded());
        values
            .next()
            .is_some_and(|first| values.any(|value| value != first))
    });
    if twice {
        push(found, AnomalyKind::DuplicateField, root);
    }
}

fn types(part: &Part<'_>, found: &mut Vec<Anomaly>) {
    if part
        .disposition()
        .is_some_and(|disposition| disposition.odd)
    {
        push(found, AnomalyKind::MalformedDisposition, part);
    }
    let content_type = part.content_type();
    if content_type.is("message", "partial") {
        push(found, AnomalyKind::PartialMessage, part);
    }
    if content_type.is("message", "external-body") {
        push(found, AnomalyKind::ExternalBody, part);
    }
    if content_type
        .params
        .raw
        .iter()
        .filter(|param| param.name.starts_with("charset"))
        .count()
        < 2
    {
        return;
    }
    let mut charsets = content_type.params.values("charset");
    charsets
        .iter_mut()
        .for_each(|charset| charset.make_ascii_lowercase());
    charsets.dedup();
    if charsets.len() > 1 {
        push(found, AnomalyKind::DuplicateParameter, part);
    }
}

/// Programs may take the file for different kinds: the readings of its name differ in their extension.
fn name(part: &Part<'_>, found: &mut Vec<Anomaly>) {
    let names = part.names();
    let extensions = names.iter().map(|name| extension(name));
    // A reading without an extension hides nothing that the other readings do not show.
    let mut extensions: Vec<String> = extensions
        .filter(|extension| !extension.is_empty())
        .collect();
    extensions.sort();
    extensions.dedup();
    if extensions.len() > 1 {
        push(found, AnomalyKind::NameAmbiguous, part);
    }
}

fn extension(name: &str) -> String {
    let name = name.trim().trim_matches(['"', '\'', '.', ' ']);
    name.rsplit_once('.')
        .map_or("", |(_, extension)| extension)
        .to_lowercase()
}

fn content(part: &Part<'_>, found: &mut Vec<Anomaly>) {
    let body = part.body();
    // A text that is shown and not saved differs by a few characters at most.
    let is_shown = !part.is_attachment();
    match part.transfer_encoding() {
        TransferEncoding::Base64 => {
            let seen = base64::look(body);
            let differs = |rules: &[base64::Rule]| {
                let usual = base64::decode(body, base64::Rule::Segments);
                rules
                    .iter()
                    .any(|&rule| base64::decode(body, rule) != usual)
            };
            if seen.odd_padding
                && !is_shown
                && differs(&[base64::Rule::StopAtPadding, base64::Rule::IgnorePadding])
            {
                push(found, AnomalyKind::Base64AfterPadding, part);
            }
            let rules = [
                base64::Rule::StopAtJunk,
                base64::Rule::SkipJunkLines,
                base64::Rule::UrlAlphabet,
            ];
            if seen.junk && !is_shown && differs(&rules) {
                push(found, AnomalyKind::Base64Junk, part);
            }
        }
        TransferEncoding::QuotedPrintable if !is_shown && quoted_printable::is_malformed(body) => {
            push(found, AnomalyKind::QuotedPrintableMalformed, part);
        }
        TransferEncoding::Identity
            if part.content_type().media == "text"
                && (!uuencode::files(body).is_empty() || !yenc::files(body).is_empty()) =>
        {
            push(found, AnomalyKind::InlineEncoded, part);
        }
        _ => {}
    }
}
