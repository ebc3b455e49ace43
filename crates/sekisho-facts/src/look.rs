//! One look at a mail: everything found out, in one place.

use sekisho_auth::{Authentication, Wanted};
use sekisho_content::State;
use sekisho_mime::{AnomalyKind, Message};
use sekisho_policy::{Facts, PartFacts, Uninspectable};
use sekisho_spam::Score;

use crate::parts::Parts;
use crate::ppap::{self, Told};
use crate::texts::PlacedText;
use crate::words::{self, Bodies};
use crate::{
    Context, authentication, door, findings, language, message, people, phish, scan, spam, texts,
};

/// Everything found out about one mail.
#[derive(Debug, Clone)]
pub struct Look {
    /// What rules are judged by; stored with the mail.
    pub facts: Facts,
    /// Sender authentication in full, for `Authentication-Results`; `None` when not asked for.
    pub authentication: Option<Authentication>,
    /// Every part and member, with what the facts leave out.
    pub parts: Vec<PartLook>,
    /// The spam filter's answer; `None` for what goes out.
    pub spam: Option<Score>,
    /// The engines that ran: `mime`, `content`, `dlp`, `auth`, `spam`, `phish`.
    pub checked: Vec<&'static str>,
}

/// A part or member as it was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct PartLook {
    /// What rules see.
    pub facts: PartFacts,
    /// How far it was read.
    pub state: State,
    /// Every verdict as a word, the gravest first; `unopened` among them.
    pub words: Vec<&'static str>,
}

/// The facts of a mail.
///
/// # Errors
/// [`Wanted`]: DNS questions that must be answered first. Nothing else is done before they are, so
/// that asking again costs little.
pub fn gather(raw: &[u8], context: &Context<'_>) -> Result<Facts, Wanted> {
    look(raw, context).map(|look| look.facts)
}

/// Everything found out about a mail.
///
/// # Errors
/// As [`gather`].
pub fn look(raw: &[u8], context: &Context<'_>) -> Result<Look, Wanted> {
    look_and(raw, context, |_| ()).map(|(look, ())| look)
}

/// [`look`], and what `also` makes of the mail while it is parsed.
///
/// # Errors
/// As [`gather`].
pub fn look_and<T>(
    raw: &[u8],
    context: &Context<'_>,
    also: impl FnOnce(&Message<'_>) -> T,
) -> Result<(Look, T), Wanted> {
    let behind_hops;
    let context = match door::true_client(raw, context) {
        Some(envelope) => {
            behind_hops = Context {
                envelope,
                ..context.clone()
            };
            &behind_hops
        }
        None => context,
    };
    // Both ask DNS at the same time: lists cost no round of their own.
    let (authentication, asked) = match (
        authentication::found(raw, context),
        door::asked(raw, context),
    ) {
        (Ok(authentication), Ok(asked)) => (authentication, asked),
        (authentication, asked) => return Err(door::both(authentication.err(), asked.err())),
    };
    let message = Message::parse(raw);
    Ok((
        look_at(&message, authentication, asked, context),
        also(&message),
    ))
}

fn look_at(
    message: &Message<'_>,
    authentication: Option<Authentication>,
    asked: door::Asked,
    context: &Context<'_>,
) -> Look {
    let anomalies = message.anomalies();
    let told = Told::of(message, context);
    let to_try = told.to_try(context.passwords);
    let mut parts = Parts::of(message, context.passwords, context.opener);
    if !told.is_empty() && parts.looks.iter().any(ppap::is_locked) {
        parts = Parts::of(message, &to_try, context.opener);
    }
    let mut placed = texts::of_structure(message);
    placed.append(&mut parts.texts);

    let mut found = scan::findings(&placed, &parts.large, context.detectors, context.reveal);
    found.extend(findings::of_anomalies(&anomalies));
    found.extend(findings::of_unopened(&parts.looks));
    let (of_ppap, opened_with) = ppap::findings(message, &told, &parts.looks, context);
    found.extend(of_ppap);
    let mut uninspectable = parts.uninspectable;
    uninspectable.extend(
        anomalies
            .iter()
            .filter(|anomaly| anomaly.kind.is_uninspectable())
            .map(|anomaly| Uninspectable {
                place: format!("part {}", anomaly.path),
                reason: anomaly_reason(anomaly.kind).to_owned(),
            }),
    );

    let bodies = Bodies::of(message);
    let words = context
        .vocabulary
        .map(|vocabulary| words::found(vocabulary, &bodies, &placed, &parts.large));
    let mut about = message::facts(message, context);
    about.language = language_of(&bodies, &placed, &about.charsets);

    let sender = people::sender(context, message);
    let recipients = people::recipients(context, message);
    let direction = people::direction(context, &sender, &recipients);
    let spam = spam::is_weighed(direction).then(|| spam::weigh(message, &placed, context));
    let mut facts = Facts {
        direction,
        now: context.now,
        envelope: context.envelope.clone(),
        sender,
        recipients,
        message: about,
        authentication: authentication
            .as_ref()
            .map(authentication::facts)
            .unwrap_or_default(),
        parts: parts.looks.iter().map(|part| part.facts.clone()).collect(),
        findings: found,
        ambiguous: anomalies.iter().any(|anomaly| anomaly.kind.is_ambiguous()),
        uninspectable,
        people: context.people.to_vec(),
        contacts: context.contacts.to_vec(),
        words,
        answers_suspect: context.answers_suspect,
        password_candidates: told.ranked(&opened_with),
        spam: spam.as_ref().map(spam::facts),
        ..Facts::default()
    };
    let mut checked = vec!["mime", "content", "dlp"];
    if authentication.is_some() {
        checked.push("auth");
    }
    if spam.is_some() {
        checked.push("spam");
    }
    if let Some(knowledge) = context.knowledge {
        phish::add(message, context, knowledge, &mut facts);
        checked.push("phish");
    }
    if context.door.is_some() {
        door::add(message, authentication.as_ref(), asked, context, &mut facts);
        checked.push("lists");
    }
    Look {
        facts,
        authentication,
        parts: parts.looks,
        spam,
        checked,
    }
}

/// A file by itself: no envelope, no header.
pub(crate) fn look_at_file(raw: &[u8], name: Option<&str>, context: &Context<'_>) -> Look {
    let parts = Parts::of_file(raw, name, context.passwords);
    let mut found = scan::findings(
        &parts.texts,
        &parts.large,
        context.detectors,
        context.reveal,
    );
    found.extend(findings::of_unopened(&parts.looks));
    let facts = Facts {
        direction: context.direction.unwrap_or_default(),
        now: context.now,
        parts: parts.looks.iter().map(|part| part.facts.clone()).collect(),
        findings: found,
        uninspectable: parts.uninspectable,
        ..Facts::default()
    };
    Look {
        facts,
        authentication: None,
        parts: parts.looks,
        spam: None,
        checked: vec!["content", "dlp"],
    }
}

fn language_of(bodies: &Bodies, texts: &[PlacedText], charsets: &[String]) -> Option<String> {
    let japanese = |charset: &String| {
        ["iso-2022-jp", "shift_jis", "euc-jp", "windows-31j", "cp932"].contains(&charset.as_str())
    };
    let found = language::of(bodies.shown(texts), charsets.iter().any(japanese));
    found.map(str::to_owned)
}

fn anomaly_reason(kind: AnomalyKind) -> &'static str {
    match kind {
        AnomalyKind::LimitReached => "over_limit",
        AnomalyKind::TransferEncodingUnknown => "unknown_format",
        AnomalyKind::PartialMessage | AnomalyKind::ExternalBody => "elsewhere",
        _ => "malformed",
    }
}
