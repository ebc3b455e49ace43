//! Clauses about sender and recipients.

use sekisho_words::{Language, say_in};

use super::clause::text;
use super::said::{Clauses, values, word_list};
use crate::predicate::{PersonIs, RecipientsAre, SenderIs};
use crate::{Side, TextPattern};

fn person(clauses: Clauses, is: &PersonIs) -> Clauses {
    let language = clauses.language;
    let mut clauses = clauses.list("policy-if-group", &is.groups);
    for attribute in &is.attributes {
        let name = super::said::word(language, "attribute", &attribute.name);
        let values = values(language, &attribute.values);
        let args = [("name", name.into()), ("values", values.into())];
        clauses = clauses.say(true, "policy-if-attribute", &args);
    }
    clauses.list("policy-if-managed-by", &is.manager)
}

fn address_text(language: Language, pattern: Option<&TextPattern>) -> Option<String> {
    pattern.map(|pattern| text(language, "policy-if-address", pattern))
}

pub(super) fn recipients(language: Language, are: &RecipientsAre) -> String {
    let key = match (are.side, are.every) {
        (Some(Side::External), false) => "policy-if-external",
        (Some(Side::External), true) => "policy-if-all-external",
        (Some(Side::Internal), false) => "policy-if-internal",
        (Some(Side::Internal), true) => "policy-if-all-internal",
        (None, true) => "policy-if-all-recipients",
        (None, false) => "policy-if-any-recipient",
    };
    let such = match key {
        "policy-if-any-recipient" => "policy-if-any-recipient-such",
        key => key,
    };
    let attributes = |names: &[String]| {
        let names: Vec<String> = names
            .iter()
            .map(|name| super::said::word(language, "attribute", name))
            .collect();
        values(language, &names)
    };
    let clauses = Clauses::new(language)
        .list("policy-if-recipient", &are.address)
        .list("policy-if-listed", &are.list)
        .add(address_text(language, are.address_text.as_ref()))
        .words("policy-if-place", "place", &are.place);
    let relation = word_list(language, "relation", &are.relation);
    person(clauses, &are.person)
        .say(
            !are.relation.is_empty(),
            "policy-if-relation",
            &[("values", relation.into())],
        )
        .say(
            !are.same.is_empty(),
            "policy-if-same",
            &[("values", attributes(&are.same).into())],
        )
        .say(
            !are.other.is_empty(),
            "policy-if-other",
            &[("values", attributes(&are.other).into())],
        )
        .yes_no(are.personal, "policy-if-personal", "policy-if-not-personal")
        .yes_no(
            are.first_contact,
            "policy-if-first-contact",
            "policy-if-not-first-contact",
        )
        .yes_no(
            are.lookalike,
            "policy-if-lookalike",
            "policy-if-not-lookalike",
        )
        .number("policy-if-recipient-count", are.count_min)
        .number("policy-if-recipient-count-max", are.count_max)
        .number("policy-if-domain-count", are.domains_min)
        .number("policy-if-organisation-count", are.organisations_min)
        .behind_one_of(key, such)
}

pub(super) fn sender(language: Language, is: &SenderIs) -> String {
    let clauses = Clauses::new(language)
        .say(
            is.side == Some(Side::External),
            "policy-if-sender-external",
            &[],
        )
        .say(
            is.side == Some(Side::Internal),
            "policy-if-sender-internal",
            &[],
        )
        .list("policy-if-sender", &is.address)
        .list("policy-if-sender-listed", &is.list)
        .add(
            is.address_text
                .as_ref()
                .map(|pattern| text(language, "policy-if-sender-address", pattern)),
        )
        .list("policy-if-from", &is.from);
    let about = person(Clauses::new(language), &is.person);
    let about = (!about.texts.is_empty())
        .then(|| about.behind(say_in(language, "policy-if-sender-is", &[])));
    clauses
        .add(about)
        .yes_no(
            is.has_manager,
            "policy-if-has-manager",
            "policy-if-no-manager",
        )
        .yes_no(
            is.personal,
            "policy-if-sender-personal",
            "policy-if-sender-not-personal",
        )
        .yes_no(
            is.first_contact,
            "policy-if-sender-first-contact",
            "policy-if-sender-not-first-contact",
        )
        .yes_no(
            is.lookalike,
            "policy-if-sender-lookalike",
            "policy-if-sender-not-lookalike",
        )
        .end("policy-if-always")
}
