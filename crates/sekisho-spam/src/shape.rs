//! The shape of a mail: what it is made of, apart from what it says.

use sekisho_mime::Message;

use crate::sight::Sight;

/// Signs that hold, as words. Their pairs are tokens too, so there are never many.
pub(crate) fn shape(sight: &Sight<'_>) -> Vec<String> {
    let mut signs: Vec<String> = Vec::with_capacity(24);
    let message = sight.message;
    let mut sign = |holds: bool, name: &str| {
        if holds {
            signs.push(name.to_owned());
        }
    };
    let has = |name: &str| message.header(name).is_some();
    let text = |name: &str| {
        message
            .header(name)
            .map(|field| field.text().to_ascii_lowercase())
            .unwrap_or_default()
    };
    sign(is_list(message), "list");
    sign(has("list-unsubscribe"), "list-unsubscribe");
    sign(has("in-reply-to") || has("references"), "reply");
    let subject = sight.subject.trim().to_ascii_lowercase();
    sign(
        subject.starts_with("re:") || subject.starts_with("fw"),
        "re-subject",
    );
    sign(subject.contains('!'), "subject-exclaims");
    sign(subject.is_empty(), "no-subject");
    sign(sight.has_quotes, "quotes");
    sign(sight.is_html, "html");
    sign(
        !has("to") || text("to").contains("undisclosed"),
        "to-nobody",
    );
    sign(has("x-mailer"), "x-mailer");
    sign(has("user-agent"), "user-agent");
    sign(has("reply-to"), "reply-to");
    sign(has("x-priority"), "x-priority");
    sign(
        text("content-transfer-encoding").contains("base64"),
        "base64",
    );
    let from = sight.from.to_ascii_lowercase();
    let address = from.rsplit_once('@').map_or("", |(local, _)| local);
    let domain = from
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain.trim_end_matches('>').trim());
    sign(
        address.bytes().filter(u8::is_ascii_digit).count() >= 3,
        "from-digits",
    );
    sign(
        !domain.is_empty() && text("message-id").contains(domain),
        "own-message-id",
    );
    sign(
        sight
            .links
            .iter()
            .any(|link| link.starts_with(|c: char| c.is_ascii_digit())),
        "link-number",
    );
    sign(sight.folded.contains('$'), "dollar");
    sign(sight.is_cut, "long");
    let own = owner(domain);
    let own_link = sight
        .links
        .iter()
        .any(|link| !own.is_empty() && host(link).ends_with(own));
    sign(own_link, "link-own");
    sign(!own_link && !sight.links.is_empty(), "link-foreign");
    let mut hops = message.headers().filter(|field| field.is("received"));
    sign(
        !own.is_empty() && hops.any(|hop| hop.text().to_ascii_lowercase().contains(own)),
        "hop-own",
    );
    sign(
        has("reply-to") && !text("reply-to").contains(own),
        "reply-to-foreign",
    );
    sign(!from.contains(['<', '"']), "from-bare");
    sign(subject.contains('['), "subject-bracket");
    let steps = [
        ("links", sight.links.len().min(4)),
        ("capitals", ((sight.capitals * 10.0) as usize).min(4)),
        ("exclaims", sight.exclamations.min(3)),
        ("hops", message.header_count("received").min(6)),
        (
            "length",
            (sight.folded.bytes().max(1).ilog2() as usize).clamp(5, 13),
        ),
    ];
    signs.extend(steps.map(|(name, step)| format!("{name}-{step}")));
    let kind = message.root().content_type().essence();
    if kind.len() < 40 {
        signs.push(kind);
    }
    signs
}

/// Sent through a mailing list (RFC 2919, RFC 2369), or in bulk.
pub(crate) fn is_list(message: &Message<'_>) -> bool {
    let precedence = message
        .header("precedence")
        .map(|field| field.text().to_ascii_lowercase());
    message.header("list-id").is_some()
        || message.header("list-post").is_some()
        || precedence.is_some_and(|word| word.starts_with("list") || word.starts_with("bulk"))
}

fn host(link: &str) -> &str {
    link.split(['/', '?', '#', ':']).next().unwrap_or_default()
}

/// The last two or three labels of a domain: roughly whose it is. Only likeness is asked of it.
fn owner(domain: &str) -> &str {
    let mut dots = domain.rmatch_indices('.').map(|(at, _)| at);
    let last = dots.next().unwrap_or(0);
    let second = dots.next();
    // `co.jp`, `com.au`: the label in front of a short one belongs to it.
    let is_short = second.is_some_and(|second| last - second <= 4);
    let start = if is_short { dots.next() } else { second };
    domain
        .get(start.map_or(0, |at| at + 1)..)
        .unwrap_or_default()
}
