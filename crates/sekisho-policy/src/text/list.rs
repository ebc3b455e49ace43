//! `[[list]]`: addresses or words with a name.

use super::condition::ADDRESSES;
use super::fields::{Problems, Value};
use crate::limits::{LIST_WORDS_MAX, VALUES_MAX};
use crate::{AddressPattern, List, ListValues};

pub(super) fn read(value: &Value<'_>, problems: &mut Problems<'_>) -> Option<List> {
    let mut fields = value.fields(problems)?;
    let name = fields
        .required("name", problems)?
        .parsed(super::rule::name, "rivals", problems)?;
    let value = value.placed(format!("list {name}: "));
    let mut fields = value.fields(problems)?;
    let _already_read = fields.value("name");
    let comment = fields
        .value("comment")
        .and_then(|value| value.text(problems))
        .unwrap_or_default()
        .to_owned();
    let addresses = fields.value("addresses");
    let words = fields.value("words");
    fields.finish(problems);
    let values = match (addresses, words) {
        (Some(addresses), None) => {
            let members = addresses.list(VALUES_MAX, problems);
            let read = |value: &Value<'_>| value.parsed(AddressPattern::parse, ADDRESSES, problems);
            ListValues::Addresses(members.iter().filter_map(read).collect())
        }
        (None, Some(words)) => {
            let members = words.list(LIST_WORDS_MAX, problems);
            let word = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
            let read = |value: &Value<'_>| value.parsed(word, "\"社外秘\"", problems);
            ListValues::Words(members.iter().filter_map(read).collect())
        }
        _ => {
            problems.add(value.at, &value.place, "policy-error-list-of-what", &[]);
            ListValues::Words(Vec::new())
        }
    };
    if problems.lists.iter().any(|list| list.name == name) {
        let args = [("name", (&name).into())];
        problems.add(value.at, &value.place, "policy-error-list-twice", &args);
    }
    Some(List {
        name,
        comment,
        values,
    })
}
