//! Findings that are neither texts nor follow from other facts: structure, and what was not opened.

use sekisho_content::State;
use sekisho_mime::Anomaly;
use sekisho_policy::Finding;
use sekisho_words::{Words, is_key, say};

use crate::limits::FINDINGS_MAX;
use crate::look::PartLook;

pub(crate) fn of_anomalies(anomalies: &[Anomaly]) -> Vec<Finding> {
    anomalies
        .iter()
        .take(FINDINGS_MAX)
        .map(|anomaly| {
            let id = anomaly.kind.id();
            let place = format!("part {}", anomaly.path);
            let why = anomaly_words(id, &place);
            Finding::certain(id, "", place, why)
        })
        .collect()
}

/// `mime.boundary_twice` is said by `mime-boundary-twice`, where the catalogue has it.
fn anomaly_words(id: &str, place: &str) -> Words {
    let key = id.replace(['.', '_'], "-");
    let key = if is_key(&key) {
        key.as_str()
    } else {
        "facts-structure"
    };
    say(key, &[("what", id.into()), ("where", place.into())])
}

/// Formats that this version cannot open: a fact for the policy, never silently clean.
pub(crate) fn of_unopened(parts: &[PartLook]) -> Vec<Finding> {
    parts
        .iter()
        .filter(|part| part.state == State::Unopened)
        .take(FINDINGS_MAX)
        .map(|part| {
            let place = part.facts.place();
            let kind = part.facts.kind.as_str();
            let why = say(
                "content-unopened",
                &[("type", kind.into()), ("where", (&place).into())],
            );
            Finding::certain("content.unopened", kind, place.clone(), why)
        })
        .collect()
}
