//! What is kept of a password: argon2id for passwords that come in, SCRAM keys for proofs.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use sekisho_sasl::{ScramKeys, Secret, prepare};
use sekisho_store::{AccountId, CredentialRow};

use crate::directory::DirectoryFailure;
use crate::limits::{
    ARGON2_KIB, ARGON2_LANES, ARGON2_PASSES, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN,
    SCRAM_ITERATIONS,
};

/// Bytes of a salt.
const SALT_BYTES: usize = 16;

/// Whether a new password will do.
pub(crate) fn check(password: &Secret) -> Result<&str, DirectoryFailure> {
    let text = password.expose_str().ok_or(DirectoryFailure::Password)?;
    let long_enough = text.chars().count() >= PASSWORD_CHARS_MIN;
    if !long_enough || text.len() > PASSWORD_BYTES_MAX || prepare(text).is_err() {
        return Err(DirectoryFailure::Password);
    }
    Ok(text)
}

/// Makes both from a password that was checked. Slow on purpose: not on a thread of the runtime.
pub(crate) fn credential(
    account: AccountId,
    password: &Secret,
) -> Result<CredentialRow, DirectoryFailure> {
    let text = password.expose_str().ok_or(DirectoryFailure::Password)?;
    let prepared = prepare(text).map_err(|_| DirectoryFailure::Password)?;
    let mut salts = [0; 2 * SALT_BYTES];
    getrandom::fill(&mut salts).map_err(|_| DirectoryFailure::Machine)?;
    let (for_argon2, for_scram) = salts.split_at(SALT_BYTES);
    let hash = hasher()
        .and_then(|argon2| {
            argon2
                .hash_password_with_salt(prepared.as_bytes(), for_argon2)
                .ok()
        })
        .ok_or(DirectoryFailure::Password)?;
    let keys = ScramKeys::derive(text, for_scram, SCRAM_ITERATIONS)
        .map_err(|_| DirectoryFailure::Password)?;
    Ok(CredentialRow {
        account,
        password_phc: hash.to_string(),
        scram: keys.to_store(),
    })
}

/// Whether the password fits. Equally slow whether there is a credential or not.
pub(crate) fn fits(password: &Secret, phc: Option<&str>) -> bool {
    let text = password
        .expose_str()
        .filter(|text| text.len() <= PASSWORD_BYTES_MAX);
    let prepared = text.and_then(|text| prepare(text).ok());
    let bytes = prepared.as_deref().unwrap_or_default().as_bytes();
    match phc.and_then(|phc| PasswordHash::new(phc).ok()) {
        Some(hash) => {
            let right = hasher().is_some_and(|argon2| argon2.verify_password(bytes, &hash).is_ok());
            right && prepared.is_some()
        }
        None => {
            // The work without the hope: what it takes must not tell who exists.
            let work = hasher()
                .and_then(|argon2| argon2.hash_password_with_salt(bytes, &[7; SALT_BYTES]).ok());
            std::hint::black_box(work);
            false
        }
    }
}

fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(ARGON2_KIB, ARGON2_PASSES, ARGON2_LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_of_the_same_password() {
        let password = Secret::from("正しい馬の電池と画鋲");
        let row = credential(AccountId(1), &password).unwrap();
        assert!(
            row.password_phc
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{}",
            row.password_phc
        );
        assert!(fits(&password, Some(&row.password_phc)));
        assert!(!fits(
            &Secret::from("正しい馬の電気と画鋲"),
            Some(&row.password_phc)
        ));
        assert!(!fits(&password, None));
        assert!(!fits(&Secret::new(vec![0xff; 4]), Some(&row.password_phc)));
        assert!(
            ScramKeys::from_store(&row.scram)
                .unwrap()
                .fits("正しい馬の電池と画鋲")
        );
        let again = credential(AccountId(1), &password).unwrap();
        assert!(
            row.password_phc != again.password_phc && row.scram != again.scram,
            "fresh salts"
        );
    }

    #[test]
    fn compatible_writings_are_one_password() {
        // RFC 4013 §2.2: the same letters in another width.
        let row = credential(AccountId(1), &Secret::from("ＰＡＳＳｗｏｒｄ")).unwrap();
        assert!(fits(&Secret::from("PASSword"), Some(&row.password_phc)));
    }

    #[test]
    fn bad_passwords_are_refused() {
        for text in ["short", "", "with\u{7}bell123", &"x".repeat(1_001)] {
            assert!(check(&Secret::from(text)).is_err(), "{text:?}");
        }
    }
}
