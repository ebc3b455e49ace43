//! Changes to a mail in words: a sentence each.

use sekisho_words::{Language, say_in};

use super::clause::attachment;
use super::said::{together, word};
use crate::text::Word;
use crate::{AddedRule, EditRule, IfSigned};

/// Characters of a banner that a sentence shows.
const TEXT_SHOWN_MAX: usize = 40;

pub(super) fn sentence(language: Language, edit: &EditRule) -> String {
    let say = |key: &str, args: &[(&str, sekisho_words::Arg<'_>)]| say_in(language, key, args);
    match edit {
        EditRule::AddHeader { name, value } => say(
            "policy-explain-header",
            &[("name", name.into()), ("value", value.into())],
        ),
        EditRule::RemoveHeader { name } => {
            say("policy-explain-remove-header", &[("name", name.into())])
        }
        EditRule::TagSubject { tag } => say("policy-explain-tag", &[("tag", tag.into())]),
        EditRule::Banner {
            place,
            text,
            if_signed,
            ..
        } => {
            let place = word(language, "banner", place.word());
            let signed = match if_signed {
                IfSigned::Wrap => "policy-explain-banner-wrap",
                IfSigned::Skip => "policy-explain-banner-skip",
                IfSigned::Refuse => "policy-explain-banner-refuse",
            };
            let said = say(
                "policy-explain-banner",
                &[("place", place.into()), ("text", beginning(text).into())],
            );
            let between = if language == Language::Ja { "" } else { " " };
            format!("{said}{between}{}", say(signed, &[]))
        }
        EditRule::ToBcc { whose } => {
            let whose = word(language, "whose", whose.word());
            say("policy-explain-to-bcc", &[("whose", whose.into())])
        }
        EditRule::OneEach { whose } => {
            let whose = word(language, "whose", whose.word());
            say("policy-explain-one-each", &[("whose", whose.into())])
        }
        EditRule::AddRecipients { header, who } => {
            let names = who.iter().map(|who| match who {
                AddedRule::Manager => say("policy-approver-manager", &[]),
                AddedRule::Address(address) => address.to_string(),
            });
            let names = together(language, names.collect());
            let place = word(language, "place", header.word());
            let args = [("who", names.into()), ("place", place.into())];
            say("policy-explain-add-recipients", &args)
        }
        EditRule::RemoveRecipients { who } => {
            let names = together(language, who.iter().map(ToString::to_string).collect());
            say("policy-explain-remove-recipients", &[("who", names.into())])
        }
        EditRule::Redirect { who } => {
            let names = together(language, who.iter().map(ToString::to_string).collect());
            say("policy-explain-redirect", &[("who", names.into())])
        }
        EditRule::Strip { what, .. } => {
            let what = attachment(language, what);
            say("policy-explain-strip", &[("what", what.into())])
        }
    }
}

/// The first line of it, as far as it needs to be recognised.
fn beginning(text: &str) -> String {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let line = lines.next().unwrap_or_default();
    let cut: String = line.chars().take(TEXT_SHOWN_MAX).collect();
    if cut.len() < line.len() || lines.next().is_some() {
        format!("{cut}…")
    } else {
        cut
    }
}
