//! Whose name a sender borrows.

mod brand;
pub(crate) mod from;
mod kana;
pub(crate) mod name;
pub(crate) mod people;
mod roles;

use sekisho_address::Address;
use sekisho_mime::Mailbox;

use from::From;
use name::{Name, clean};
use people::Likeness;

use crate::knowledge::Knowledge;
use crate::links::judge::{is_mixed, say_lookalike, weight_of};
use crate::links::services::is_free_mail;
use crate::lookalike::Owner;
use crate::mail::{Mail, Proof};
use crate::sign::{MEDIUM, NOTABLE, STRONG, Signs, WEAK};

const FROM: &str = "header From";

/// Everything that header and envelope say of the sender.
pub(crate) fn look(mail: &Mail<'_>, from: &From, knowledge: &Knowledge, signs: &mut Signs) {
    for author in &from.authors {
        let author = Author {
            mail,
            knowledge,
            mailbox: author,
            address: author.address.parse::<Address>().ok(),
        };
        author.look(signs);
    }
    borrowed_address(mail, from, knowledge, signs);
    reply_to(mail, from, knowledge, signs);
}

/// One mailbox of From.
struct Author<'a> {
    mail: &'a Mail<'a>,
    knowledge: &'a Knowledge,
    mailbox: &'a Mailbox,
    address: Option<Address>,
}

impl Author<'_> {
    fn host(&self) -> &str {
        self.address
            .as_ref()
            .map(|address| address.domain().as_str())
            .unwrap_or_default()
    }

    fn look(&self, signs: &mut Signs) {
        let host = self.host();
        if self.knowledge.is_own(host) {
            self.own_domain(signs);
            return;
        }
        if let Some(found) = self.knowledge.lookalike(host) {
            let weight = weight_of(&found);
            say_lookalike("phish.from_lookalike", &found, weight, host, FROM, signs);
        } else if is_mixed(host) {
            signs.add("phish.from_mixed_script", MEDIUM, host, FROM);
        }
        let Some(display) = self.mailbox.name.as_deref() else {
            return;
        };
        let is_known = self
            .address
            .as_ref()
            .is_some_and(|address| self.knowledge.is_personal(address));
        if is_known && self.mail.proof != Proof::Refuted {
            return;
        }
        if !self.person(display, signs) {
            let local = self.address.as_ref().map_or("", Address::local);
            roles::look(display, local, host, signs);
        }
        brand::look(display, host, self.mail, self.knowledge, signs);
        if crate::links::unseen_in_words(display) > 0 {
            signs.add("phish.unseen_characters", NOTABLE, display, FROM);
        }
    }

    /// From says that it is one of us, and it comes from outside.
    fn own_domain(&self, signs: &mut Signs) {
        let weight = match self.mail.proof {
            Proof::Proved => return,
            Proof::Refuted => STRONG,
            Proof::Unknown => MEDIUM,
        };
        signs.add("phish.own_domain", weight, &self.mailbox.address, FROM);
    }

    /// A protected person's name at an address that is not theirs.
    fn person(&self, display: &str, signs: &mut Signs) -> bool {
        let name = Name::of(display);
        let Some((person, likeness)) = self.knowledge.people.named(&name) else {
            return false;
        };
        let is_theirs = person.address.is_some() && person.address == self.address;
        if is_theirs {
            return false;
        }
        let host = self.host();
        let proved = self.mail.proof == Proof::Proved;
        let is_partner = self.knowledge.owner(host) == Some(Owner::Partner);
        let weight = match likeness {
            Likeness::Part if is_partner && proved => WEAK,
            Likeness::Part => MEDIUM,
            Likeness::Full
                if proved && (name.is_via || is_partner || self.may_be_namesake(person)) =>
            {
                MEDIUM
            }
            Likeness::Full => STRONG,
        };
        let value = format!("{display} <{}>", self.mailbox.address);
        let args = [("name", (&person.name).into())];
        signs.add_with("phish.vip_name", weight, &value, FROM, &args);
        true
    }

    /// Somebody of the same name writes from a firm of their own: the address is made of the name,
    /// and the firm's domain looks like nobody else's.
    fn may_be_namesake(&self, person: &people::Person) -> bool {
        let host = self.host();
        let Some(address) = &self.address else {
            return false;
        };
        let local = clean(address.local());
        let words = person
            .name_en
            .as_deref()
            .map(|latin| Name::of(latin).words)
            .unwrap_or_default();
        let carries = words
            .iter()
            .any(|word| word.len() > 2 && local.contains(word.as_str()));
        carries && !is_free_mail(host) && self.knowledge.lookalike(host).is_none()
    }
}

/// An address or a domain of somebody else's in the display name.
fn borrowed_address(mail: &Mail<'_>, from: &From, knowledge: &Knowledge, signs: &mut Signs) {
    let outside = from
        .authors
        .iter()
        .find(|author| !knowledge.is_own(from::host_of(&author.address)));
    let Some(outside) = outside else {
        return;
    };
    let host = from::host_of(&outside.address);
    for name in &from.names {
        if knowledge.is_same_site(&name.host, host) {
            continue;
        }
        let weight = match knowledge.owner(&name.host) {
            Some(Owner::Own) => STRONG,
            Some(Owner::Partner) => MEDIUM,
            // Shops name the market that they sell in; lists name their author.
            Some(Owner::Brand(_)) if mail.proof == Proof::Proved => WEAK,
            Some(Owner::Brand(_)) => NOTABLE,
            None if name.is_address => WEAK,
            None => continue,
        };
        signs.add("phish.address_in_name", weight, &name.text, FROM);
    }
}

/// Answers go to somebody else.
fn reply_to(mail: &Mail<'_>, from: &From, knowledge: &Knowledge, signs: &mut Signs) {
    let Some(author) = from.authors.first() else {
        return;
    };
    let host = from::host_of(&author.address);
    for reply in mail.message.reply_to() {
        let to = from::host_of(&reply.address);
        if to.is_empty() || knowledge.is_same_site(host, to) {
            continue;
        }
        let is_personal = reply
            .address
            .parse::<Address>()
            .is_ok_and(|address| knowledge.is_personal(&address));
        let leaves = knowledge.is_own(host) && !knowledge.is_own(to) && !is_personal;
        if leaves {
            signs.add("phish.reply_to", MEDIUM, &reply.address, "header Reply-To");
        } else if let Some(found) = knowledge.lookalike(to) {
            let weight = weight_of(&found);
            say_lookalike(
                "phish.reply_lookalike",
                &found,
                weight,
                to,
                "header Reply-To",
                signs,
            );
        } else if is_free_mail(to) && !is_free_mail(host) {
            signs.add("phish.reply_to", WEAK, &reply.address, "header Reply-To");
        }
    }
}
