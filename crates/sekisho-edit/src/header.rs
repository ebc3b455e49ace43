//! Changes to the mail's own header.

use sekisho_address::{Address, Domain};
use sekisho_mime::{EditError, Mailbox, Message, compose};
use sekisho_policy::{Edit, HeaderPlace};

/// What stands in To when nobody is to be named (RFC 5322 §3.4: an empty group).
const NOBODY: &str = "undisclosed-recipients:;";

pub(crate) fn edit(
    message: &Message<'_>,
    edits: &[Edit],
    alone_to: Option<&Address>,
    head: &mut sekisho_mime::Edit,
) -> Result<(), EditError> {
    let mut tags: Vec<&str> = Vec::new();
    for edit in edits {
        match edit {
            Edit::AddHeader { name, value } => {
                head.prepend(name, value)?;
            }
            Edit::RemoveHeader { name } => {
                head.remove(name);
            }
            Edit::TagSubject { tag } => tags.push(tag),
            _ => {}
        }
    }
    subject(message, &tags, head)?;
    recipients(message, edits, alone_to, head)
}

/// The tag in front; the subject's own bytes stay as they are where they can.
fn subject(
    message: &Message<'_>,
    tags: &[&str],
    head: &mut sekisho_mime::Edit,
) -> Result<(), EditError> {
    let shown = message.subject().unwrap_or_default();
    let new: Vec<&str> = tags
        .iter()
        .filter(|tag| !shown.contains(**tag))
        .copied()
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let tag = new.join(" ");
    let raw = message.header("Subject").map(|field| field.raw_value());
    let raw = raw.unwrap_or_default().trim_ascii();
    let value = match std::str::from_utf8(raw) {
        _ if raw.is_empty() => compose::text(&tag),
        // Between two encoded words the blank is not shown (RFC 2047 §6.2): it stands inside ours.
        Ok(raw) if tag.is_ascii() => format!("{tag} {raw}"),
        Ok(raw) if raw.starts_with("=?") => format!("{} {raw}", compose::text(&format!("{tag} "))),
        Ok(raw) => format!("{} {raw}", compose::text(&tag)),
        Err(_) => compose::text(&format!("{tag} {shown}")),
    };
    head.replace("Subject", &value)?;
    Ok(())
}

/// One of To and Cc as it is to be.
struct Field {
    name: &'static str,
    list: Vec<Mailbox>,
    changed: bool,
}

fn recipients(
    message: &Message<'_>,
    edits: &[Edit],
    alone_to: Option<&Address>,
    head: &mut sekisho_mime::Edit,
) -> Result<(), EditError> {
    let mut fields = [
        Field {
            name: "To",
            list: message.to(),
            changed: false,
        },
        Field {
            name: "Cc",
            list: message.cc(),
            changed: false,
        },
    ];
    for edit in edits {
        match edit {
            Edit::ToBcc { keep_domains } => {
                fields
                    .iter_mut()
                    .for_each(|field| field.keep(|address| is_within(address, keep_domains)));
            }
            Edit::RemoveRecipients { addresses, .. } => {
                let gone =
                    |address: &Address| addresses.iter().any(|gone| gone.key() == address.key());
                fields
                    .iter_mut()
                    .for_each(|field| field.keep(|address| !address.is_some_and(gone)));
            }
            Edit::AddRecipients { header, addresses } => {
                let [to, cc] = &mut fields;
                match header {
                    HeaderPlace::To => to.add(addresses),
                    HeaderPlace::Cc => cc.add(addresses),
                    HeaderPlace::Bcc => {}
                }
            }
            _ => {}
        }
    }
    if let Some(alone) = alone_to {
        let [to, cc] = &mut fields;
        to.alone(alone);
        cc.keep(|_| false);
    }
    write(&fields, head)
}

fn is_within(address: Option<&Address>, domains: &[Domain]) -> bool {
    address.is_some_and(|address| domains.iter().any(|domain| address.domain() == domain))
}

impl Field {
    fn keep(&mut self, wanted: impl Fn(Option<&Address>) -> bool) {
        let before = self.list.len();
        self.list
            .retain(|mailbox| wanted(mailbox.address.parse::<Address>().ok().as_ref()));
        self.changed |= self.list.len() != before;
    }

    fn add(&mut self, addresses: &[Address]) {
        for address in addresses {
            let known = |mailbox: &Mailbox| {
                let known = mailbox.address.parse::<Address>();
                known.is_ok_and(|known| known.key() == address.key())
            };
            if !self.list.iter().any(known) {
                self.list.push(Mailbox {
                    name: None,
                    address: address.to_string(),
                });
                self.changed = true;
            }
        }
    }

    /// Only this one, with the name that it had.
    fn alone(&mut self, to: &Address) {
        let is_theirs = |mailbox: &Mailbox| {
            let address = mailbox.address.parse::<Address>();
            address.is_ok_and(|address| address.key() == to.key())
        };
        if self.list.len() == 1 && self.list.iter().all(is_theirs) {
            return;
        }
        let named = self.list.iter().find(|mailbox| is_theirs(mailbox)).cloned();
        let alone = named.unwrap_or_else(|| Mailbox {
            name: None,
            address: to.to_string(),
        });
        self.list = vec![alone];
        self.changed = true;
    }
}

fn write(fields: &[Field; 2], head: &mut sekisho_mime::Edit) -> Result<(), EditError> {
    let nobody_left = fields.iter().all(|field| field.list.is_empty());
    for field in fields.iter().filter(|field| field.changed) {
        if !field.list.is_empty() {
            head.replace(field.name, &compose::mailboxes(&field.list))?;
        } else if nobody_left && field.name == "To" {
            head.replace("To", NOBODY)?;
        } else {
            head.remove(field.name);
        }
    }
    if nobody_left && fields.iter().any(|field| field.changed) && !fields[0].changed {
        head.replace("To", NOBODY)?;
    }
    Ok(())
}
