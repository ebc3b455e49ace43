//! Mails as files, and what signatures are wrapped around.

use super::{File, add_pieces, member, member_file};
use crate::budget::Budget;
use crate::der::{Cms, cms};
use crate::opened::{Opened, Piece, Place, Reason, State};
use crate::outlook::{self, OutlookMail};
use crate::{message, ole};

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
        "tnef" => outlook(outlook::tnef(file.bytes), opened, budget),
        "msg" => match ole::streams(file.bytes) {
            Some(streams) => outlook(outlook::msg(&streams), opened, budget),
            None => opened.stop(Reason::Malformed),
        },
        _ => opened.state = State::Unopened,
    }
}

fn outlook(mail: OutlookMail, opened: &mut Opened, budget: &mut Budget) {
    if mail.is_damaged {
        opened.stop(Reason::Malformed);
    }
    let texts = mail.texts.into_iter();
    let pieces = texts.map(|text| Piece::new(Place::Text, text)).collect();
    add_pieces(opened, budget, pieces);
    for html in mail.html {
        member(
            opened,
            budget,
            "body.html",
            Vec::new(),
            Some("text/html".to_owned()),
            &html,
        );
    }
    for (names, bytes) in mail.files {
        let name = names.first().cloned().unwrap_or_default();
        member(opened, budget, &name, names, None, &bytes);
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
