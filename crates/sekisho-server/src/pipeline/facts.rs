//! The facts that the server knows: connection, envelope, and how the directory sees sender and recipients.

use sekisho_address::Address;
use sekisho_directory::{Account, Snapshot};
use sekisho_policy::{Direction, Envelope, Facts, HeaderPlace, Person, Recipient, Sender, Side};
use sekisho_store::AccountId;

use super::Mail;

/// Everything that is known before the content is opened.
pub(super) fn known(mail: &Mail, snapshot: &Snapshot) -> Facts {
    let envelope = &mail.envelope;
    Facts {
        direction: match mail.addressed.direction {
            sekisho_store::Direction::Inbound => Direction::Inbound,
            sekisho_store::Direction::Outbound => Direction::Outbound,
            sekisho_store::Direction::Internal => Direction::Internal,
        },
        now: mail.now,
        envelope: Envelope {
            client_ip: Some(envelope.peer_ip),
            helo: Some(envelope.helo.clone()),
            reverse_path: envelope.reverse_path.clone(),
            signed_in: mail.signed_in.as_ref().map(|who| who.address.to_string()),
            tls: envelope.tls.as_ref().map(|tls| tls.version.clone()),
            trusted_network: mail.trusted,
        },
        sender: sender(mail, snapshot),
        recipients: mail.addressed.recipients.iter().map(recipient).collect(),
        ..Facts::default()
    }
}

fn recipient(to: &super::addressed::Addressee) -> Recipient {
    let side = if to.is_external() {
        Side::External
    } else {
        Side::Internal
    };
    Recipient {
        address: to.address.clone(),
        side,
        place: HeaderPlace::default(),
    }
}

fn sender(mail: &Mail, snapshot: &Snapshot) -> Sender {
    let account = match &mail.signed_in {
        Some(who) => snapshot.account(who.account),
        // What a stranger writes into MAIL FROM makes nobody one of ours.
        None if mail.trusted => mail
            .envelope
            .reverse_path
            .address()
            .and_then(|address| snapshot.account_of(address)),
        None => None,
    };
    let address = account.map(|account| account.address.clone());
    let address = address.or_else(|| mail.envelope.reverse_path.address().cloned());
    let (manager, deputy) = account.map_or((None, None), |account| approvers(account.id, snapshot));
    Sender {
        address,
        side: if account.is_some() {
            Side::Internal
        } else {
            Side::External
        },
        display_name: account.map(|account| account.name.clone()),
        manager,
        deputy,
    }
}

fn approvers(sender: AccountId, snapshot: &Snapshot) -> (Option<Person>, Option<Person>) {
    let Some(approvers) = snapshot.approvers(sender) else {
        return (None, None);
    };
    let person = |id: AccountId| {
        snapshot
            .account(id)
            .filter(|account| account.id != sender)
            .map(person)
    };
    (
        person(approvers.approver),
        approvers.deputy.and_then(person),
    )
}

fn person(account: &Account) -> Person {
    let address: Address = account.address.clone();
    Person {
        address,
        name: Some(account.name.clone()).filter(|name| !name.is_empty()),
    }
}

/// With what the content says.
pub(super) fn complete(
    known: Facts,
    message: &sekisho_mime::Message<'_>,
    authentication: Option<&sekisho_auth::Authentication>,
) -> Facts {
    let _ = (message, authentication);
    known
}
