//! Where a part stands, in the numbers of IMAP (RFC 9051 §6.4.5.1).

use crate::Part;
use crate::tree::NONE;

/// The path of a part. A message's only part is `1`; so is the only part of a nested message: `2.1`.
pub(crate) fn of(part: &Part<'_>) -> String {
    let mut steps: Vec<String> = Vec::new();
    let mut at = *part;
    if part.is_multipart() && at.parent().is_none_or(|parent| parent.is_message()) {
        steps.push("TEXT".to_owned());
    }
    loop {
        let node = at.node();
        match at.parent() {
            Some(parent) if parent.is_multipart() => steps.push(node.ordinal.to_string()),
            // The root of a message counts only when it is no multipart.
            _ if !at.is_multipart() => steps.push("1".to_owned()),
            _ => {}
        }
        match at.parent() {
            Some(parent) => at = parent,
            None => break,
        }
    }
    steps.reverse();
    let path = steps.join(".");
    let root = at.node();
    if root.reading == 0 {
        return path;
    }
    let origin = match root.origin {
        NONE => "TEXT".to_owned(),
        origin => of_main(&Part::new(part.message, origin)),
    };
    format!("{origin}~{}.{path}", root.reading)
}

/// Another reading is found in a part of the main one, or of an embedded other one: one step up only.
fn of_main(part: &Part<'_>) -> String {
    match part.node().reading {
        0 => of(part),
        reading => format!("~{reading}"),
    }
}
