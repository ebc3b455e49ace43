//! Recipients on a page: those outside first, because that is where a slip hurts.

use sekisho_address::Address;
use sekisho_command::visible;
use sekisho_store::{RecipientRow, RecipientState, Tenant};

use super::Frame;
use crate::state::Site;

/// A recipient on a page.
pub(crate) struct Shown {
    pub(crate) address: String,
    pub(crate) state: String,
}

/// The recipients of a mail.
pub(crate) struct Recipients {
    pub(crate) outside: Vec<Shown>,
    pub(crate) inside: Vec<Shown>,
}

impl Recipients {
    /// `all_wait`: to say of each that it waits tells nothing.
    pub(crate) fn of(
        site: &Site,
        frame: &Frame,
        tenant: Tenant,
        rows: &[RecipientRow],
        all_wait: bool,
    ) -> Self {
        let (outside, inside): (Vec<_>, Vec<_>) =
            rows.iter().partition(|row| is_outside(site, tenant, row));
        let shown = |rows: Vec<&RecipientRow>| {
            rows.into_iter()
                .map(|row| Shown {
                    address: address(&row.address),
                    state: match row.state {
                        RecipientState::Held if all_wait => String::new(),
                        state => frame.say(&format!("command-state-{state}")),
                    },
                })
                .collect()
        };
        Self {
            outside: shown(outside),
            inside: shown(inside),
        }
    }
}

/// Whether mail to this recipient leaves the organisation.
pub(crate) fn is_outside(site: &Site, tenant: Tenant, row: &RecipientRow) -> bool {
    let snapshot = site.desk.directory.snapshot();
    Address::parse(&row.address)
        .ok()
        .is_none_or(|address| snapshot.tenant_of_domain(address.domain()) != Some(tenant))
}

/// An address as people read it: the domain in its own letters, beside the form on the wire where they differ.
fn address(text: &str) -> String {
    let Ok(address) = Address::parse(text) else {
        return visible(text);
    };
    let domain = address.domain();
    let unicode = domain.to_unicode();
    if unicode == domain.as_str() {
        visible(text)
    } else {
        // A look-alike in other letters must not hide behind its own spelling (UTS #39).
        visible(&format!("{}@{unicode} ({text})", address.local()))
    }
}
