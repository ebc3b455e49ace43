//! Mails as files, and what signatures are wrapped around.

use super::{File, add_pieces, member, member_file};
use crate::budget::Budget;
use crate::der::{Cms, cms};
use crate::message;
use crate::opened::{Opened, Piece, Place, Reason, State};

pub(super) fn read(file: &File<'_>, opened: &mut Opened, budget: &mut Budget) {
    match opened.file_type.name() {
        "eml" => one_mail(file.bytes, opened, budget),
        "emlx" => one_mail(message::emlx_mail(file.bytes), opened, budget),
        "mbox" => {
            for mail in message::mbox_mails(file.bytes) {
                one_mail(mail, opened, budget);
            }
        }
        "p7m" => match cms(file.bytes) {
            Some(Cms::Signed(text)) => {
                member(
                    opened,
                    budget,
                    "smime.p7m",
                    Vec::new(),
                    Some("message/rfc822".to_owned()),
                    &text,
                );
            }
            Some(Cms::Enveloped) => opened.stop(Reason::Encrypted),
            _ => opened.stop(Reason::Unsupported),
        },
        _ => opened.state = State::Unopened,
    }
}

fn one_mail(bytes: &[u8], opened: &mut Opened, budget: &mut Budget) {
    let mail = message::read(bytes);
    if mail.is_uninspectable {
        opened.stop(Reason::Malformed);
    }
    let header = Piece::new(Place::Section("header".to_owned()), mail.header);
    add_pieces(opened, budget, vec![header]);
    for leaf in mail.leaves {
        let name = leaf.names.first().unwrap_or(&leaf.path).clone();
        let file = File {
            bytes: &leaf.bytes,
            names: &leaf.names,
            declared: Some(&leaf.declared),
            charset: leaf.charset.as_deref(),
        };
        member_file(opened, budget, name, &file);
    }
}
