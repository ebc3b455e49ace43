//! The messages of SCRAM (RFC 5802 §7) as the server reads and writes them.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::exchange::{Failure, name};
use crate::keys::hmac;
use crate::{ChannelBindings, Nonce, ScramKeys, encoding};

/// `client-first-message = gs2-header client-first-message-bare`
pub(crate) struct ClientFirst {
    user: String,
    authzid: Option<String>,
    client_nonce: String,
    bare: String,
    /// What `c=` of the last message must hold: gs2-header and, for "p=", the channel's data.
    binding: Vec<u8>,
}

impl ClientFirst {
    /// `plus`: the mechanism is the -PLUS one.
    pub(crate) fn parse(
        message: &[u8],
        plus: bool,
        bindings: &ChannelBindings,
    ) -> Result<Self, Failure> {
        let text = std::str::from_utf8(message).map_err(|_| Failure::Malformed)?;
        let (flag, rest) = text.split_once(',').ok_or(Failure::Malformed)?;
        let (authzid, bare) = rest.split_once(',').ok_or(Failure::Malformed)?;
        let channel = channel_data(flag, plus, bindings)?;
        let authzid = match authzid {
            "" => None,
            named => Some(saslname(
                named.strip_prefix("a=").ok_or(Failure::Malformed)?,
            )?),
        };
        let gs2_bytes = text.len().saturating_sub(bare.len());
        let mut binding = message.get(..gs2_bytes).unwrap_or_default().to_vec();
        binding.extend_from_slice(channel);

        let mut attributes = bare.split(',');
        // An `m=` here is a mandatory extension that we do not know: fail (RFC 5802 §5.1).
        let user = attribute(attributes.next(), "n=")?;
        let client_nonce = attribute(attributes.next(), "r=")?;
        Nonce::fixed(client_nonce).ok_or(Failure::Malformed)?;
        let user = saslname(user)?;
        Ok(Self {
            authzid: authzid.filter(|authzid| *authzid != user),
            user,
            client_nonce: client_nonce.to_owned(),
            bare: bare.to_owned(),
            binding,
        })
    }

    pub(crate) fn user(&self) -> &str {
        &self.user
    }
}

/// RFC 5802 §6 and §7: what the flag of the gs2-header allows.
fn channel_data<'a>(
    flag: &str,
    plus: bool,
    bindings: &'a ChannelBindings,
) -> Result<&'a [u8], Failure> {
    match (flag, plus) {
        ("n", false) => Ok(&[]),
        // The client could bind but believes that we cannot. We offered it: someone changed the offer.
        ("y", false) if bindings.any() => Err(Failure::ChannelBinding),
        ("y", false) => Ok(&[]),
        ("n" | "y", true) => Err(Failure::ChannelBinding),
        (named, true) => {
            let name = named.strip_prefix("p=").ok_or(Failure::Malformed)?;
            bindings.named(name).ok_or(Failure::ChannelBinding)
        }
        (named, false) if named.starts_with("p=") => Err(Failure::ChannelBinding),
        _ => Err(Failure::Malformed),
    }
}

/// After `server-first-message` has been made.
pub(crate) struct Challenged {
    first: ClientFirst,
    keys: ScramKeys,
    nonce: String,
    server_first: String,
}

impl Challenged {
    pub(crate) fn new(first: ClientFirst, keys: ScramKeys, nonce: &Nonce) -> Self {
        let nonce = format!("{}{}", first.client_nonce, nonce.as_str());
        let salt = encoding::encode(&keys.salt);
        let server_first = format!("r={nonce},s={salt},i={}", keys.iterations);
        Self {
            first,
            keys,
            nonce,
            server_first,
        }
    }

    pub(crate) fn server_first(&self) -> &str {
        &self.server_first
    }

    pub(crate) fn user(&self) -> &str {
        &self.first.user
    }

    pub(crate) fn authzid(&self) -> Option<&str> {
        self.first.authzid.as_deref()
    }

    /// `client-final-message = channel-binding "," nonce ["," extensions] "," proof`.
    /// Gives `server-final-message`.
    pub(crate) fn verify(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let text = std::str::from_utf8(message).map_err(|_| Failure::Malformed)?;
        let (without_proof, proof) = text.rsplit_once(",p=").ok_or(Failure::Malformed)?;
        let mut attributes = without_proof.split(',');
        let binding = encoding::decode(attribute(attributes.next(), "c=")?);
        let nonce = attribute(attributes.next(), "r=")?;
        if binding.ok_or(Failure::Malformed)? != self.first.binding {
            return Err(Failure::ChannelBinding);
        }
        if nonce != self.nonce {
            return Err(Failure::WrongProof);
        }
        let proof = encoding::decode(proof).ok_or(Failure::Malformed)?;
        let proof: [u8; 32] = proof.try_into().map_err(|_| Failure::Malformed)?;
        let auth_message = format!("{},{},{without_proof}", self.first.bare, self.server_first);
        self.check_proof(&proof, auth_message.as_bytes())?;
        let signature = hmac(&self.keys.server_key, auth_message.as_bytes());
        Ok(format!("v={}", encoding::encode(signature)).into_bytes())
    }

    /// `ClientKey = ClientProof XOR ClientSignature`; its hash must be the stored key (RFC 5802 §3).
    fn check_proof(&self, proof: &[u8; 32], auth_message: &[u8]) -> Result<(), Failure> {
        let signature = hmac(&self.keys.stored_key, auth_message);
        let client_key = xor(proof, &signature);
        let stored_key: [u8; 32] = Sha256::digest(client_key).into();
        match bool::from(stored_key.ct_eq(&self.keys.stored_key)) {
            true => Ok(()),
            false => Err(Failure::WrongProof),
        }
    }
}

pub(crate) fn xor(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    let mut out = *a;
    for (left, right) in out.iter_mut().zip(b) {
        *left ^= right;
    }
    out
}

pub(crate) fn attribute<'a>(field: Option<&'a str>, name: &str) -> Result<&'a str, Failure> {
    field
        .and_then(|field| field.strip_prefix(name))
        .ok_or(Failure::Malformed)
}

/// RFC 5802 §5.1: `=2C` is a comma, `=3D` an equals sign, any other `=` an error.
fn saslname(written: &str) -> Result<String, Failure> {
    let mut out = String::with_capacity(written.len());
    let mut pieces = written.split('=');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (c, rest) = match (piece.strip_prefix("2C"), piece.strip_prefix("3D")) {
            (Some(rest), _) => (',', rest),
            (_, Some(rest)) => ('=', rest),
            _ => return Err(Failure::Malformed),
        };
        out.push(c);
        out.push_str(rest);
    }
    name(out.as_bytes()).ok_or(Failure::Malformed)
}

/// The inverse, for our client.
pub(crate) fn to_saslname(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}
