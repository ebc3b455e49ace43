//! What a request says of the organisation, as the phishing filter takes it.

use sekisho_address::Domain;
use sekisho_phish::{Knowledge, Person};

use super::request::{InspectError, Organisation};
use super::{domain, parse};

pub(super) fn knowledge(
    organisation: &Organisation,
    own: &[Domain],
) -> Result<Knowledge, InspectError> {
    let mut knowledge = Knowledge::of(own);
    for partner in &organisation.partners {
        knowledge.add_partner(&domain(partner, "org.partners")?);
    }
    for address in &organisation.known_personal {
        knowledge.add_personal(&parse(address, "org.known_personal")?);
    }
    for vip in &organisation.vips {
        let address = vip.address.as_deref();
        knowledge.add_person(Person {
            name: vip.name.clone(),
            name_en: vip.name_en.clone(),
            address: address
                .map(|address| parse(address, "org.vips"))
                .transpose()?,
            title: vip.title.clone(),
        });
    }
    Ok(knowledge)
}
