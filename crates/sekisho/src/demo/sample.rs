//! The sample mails: what each shows, and where it should end.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use sekisho_auth::sign;
use sekisho_server::config::Service;

use super::DOMAIN;
use super::judged::{self, Ended};
use super::partner::{self, Partner};
use super::people::People;
use super::smtp::{HandIn, SignIn, hand_in};
use super::zone::{BANK, GENUINE, SELECTOR, SHOP, Zone};
use crate::house::House;
use crate::output::Failure;

/// One sample mail.
pub(super) struct Sample {
    /// Short name.
    pub(super) id: &'static str,
    /// Where it should end: `inbox`, `junk`, `quarantine`, `hold`, `delay`, `sent`, `refused`.
    pub(super) expected: &'static str,
    from: String,
    to: String,
    /// Local part of who signs in; none for mail from outside.
    sender: Option<&'static str>,
    subject: String,
    content: Vec<u8>,
}

/// What a sample is made of, before its date and id are written.
struct Draft<'a> {
    id: &'static str,
    expected: &'static str,
    from: String,
    to: String,
    sender: Option<&'static str>,
    text: &'a str,
}

/// All samples, in the order in which they are sent.
pub(super) fn all(people: &People, zone: &Zone) -> Result<Vec<Sample>, Failure> {
    let ours = |local: &str| format!("{local}@{DOMAIN}");
    let _ = people;
    let inbound = |id, expected, from, text| Draft {
        id,
        expected,
        from,
        to: ours("user1"),
        sender: None,
        text,
    };
    let outbound = |id, expected, to: &str, text| Draft {
        id,
        expected,
        from: ours("user1"),
        to: to.to_owned(),
        sender: Some("user1"),
        text,
    };
    let drafts = [
        inbound(
            "genuine",
            "inbox",
            format!("news@{GENUINE}"),
            include_str!("samples/genuine.eml"),
        ),
        inbound(
            "forged",
            "refused",
            format!("alert@{BANK}"),
            include_str!("samples/forged.eml"),
        ),
        inbound(
            "wrong-server",
            "junk",
            format!("sale@{SHOP}"),
            include_str!("samples/wrong-server.eml"),
        ),
        inbound(
            "program",
            "quarantine",
            format!("news@{GENUINE}"),
            include_str!("samples/program.eml"),
        ),
        outbound(
            "colleague",
            "inbox",
            &ours("user2"),
            include_str!("samples/colleague.eml"),
        ),
        outbound(
            "my-number",
            "hold",
            partner::PERSON,
            include_str!("samples/my-number.eml"),
        ),
        outbound(
            "delayed",
            "delay",
            "suzuki@kyaku.example.org",
            include_str!("samples/delayed.eml"),
        ),
        outbound(
            "to-partner",
            "sent",
            partner::PERSON,
            include_str!("samples/to-partner.eml"),
        ),
    ];
    drafts.into_iter().map(|draft| made(draft, zone)).collect()
}

/// Writes date and Message-ID, and signs for the genuine sender.
fn made(draft: Draft<'_>, zone: &Zone) -> Result<Sample, Failure> {
    let now = Timestamp::now();
    let failed = |error: &dyn std::fmt::Display| Failure::of_system(draft.id, error);
    let date = rfc2822::to_string(&now.in_tz("Asia/Tokyo").map_err(|error| failed(&error))?)
        .map_err(|error| failed(&error))?;
    let domain = draft.from.rsplit('@').next().unwrap_or_default();
    let message_id = format!("<demo.{}.{}@{domain}>", draft.id, now.as_microsecond());
    let text = draft
        .text
        .replace("{from}", &draft.from)
        .replace("{to}", &draft.to)
        .replace("{date}", &date)
        .replace("{message_id}", &message_id)
        .replace('\n', "\r\n");
    let subject = text
        .lines()
        .find_map(|line| line.strip_prefix("Subject: "))
        .unwrap_or_default()
        .to_owned();
    let mut content = text.into_bytes();
    if domain == GENUINE {
        let signature =
            sign(&content, &zone.key, GENUINE, SELECTOR, now).map_err(|error| failed(&error))?;
        content.splice(0..0, signature.into_bytes());
    }
    Ok(Sample {
        id: draft.id,
        expected: draft.expected,
        from: draft.from,
        to: draft.to,
        sender: draft.sender,
        subject,
        content,
    })
}

impl Sample {
    /// Sends it over a real socket and waits until it has settled.
    pub(super) async fn run(
        &self,
        house: &House,
        partner: &Partner,
        people: &People,
    ) -> Result<Ended, Failure> {
        let reply = self
            .send(house, people)
            .await
            .map_err(|error| Failure::of_system(self.id, &error))?;
        Ok(judged::wait(self, &reply, house, partner).await)
    }

    /// The subject, by which the mailbox at the other end knows it.
    pub(super) fn subject(&self) -> &str {
        &self.subject
    }

    async fn send(&self, house: &House, people: &People) -> std::io::Result<String> {
        let service = if self.sender.is_some() {
            Service::Submissions
        } else {
            Service::Smtp
        };
        let address = house
            .running
            .address(service)
            .ok_or(std::io::ErrorKind::NotFound)?;
        let ca_file = house.ca_file.clone().unwrap_or_default();
        let sign_in = self.sender.map(|user| SignIn {
            user,
            password: people.password(user),
            ca_file: &ca_file,
        });
        let mail = HandIn {
            from: &self.from,
            to: &self.to,
            content: &self.content,
        };
        hand_in(address, &mail, sign_in.as_ref()).await
    }
}
