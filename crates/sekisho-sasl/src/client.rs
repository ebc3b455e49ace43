//! The client's side, for smart hosts that want a sign-in.

use subtle::ConstantTimeEq;

use crate::keys::{hmac, salted_password};
use crate::limits::{ITERATIONS_MAX, ITERATIONS_MIN, MESSAGE_BYTES_MAX};
use crate::scram::{attribute, to_saslname, xor};
use crate::{Mechanism, Nonce, Secret, encoding, prepare};
use sha2::{Digest, Sha256};

/// Name and password at the far side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Who signs in.
    pub user: String,
    /// Their password there.
    pub password: Secret,
}

/// Why a sign-in of ours cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// Ours: the stored credentials cannot be used (RFC 4013 refuses them).
    #[error("the user name or password has a character that is not allowed")]
    Credentials,
    /// Theirs: a message that does not follow the mechanism.
    #[error("the server's challenge does not follow the mechanism")]
    Malformed,
    /// Theirs: too few or too many PBKDF2 rounds.
    #[error("the server asks for {0} iterations, outside of what is safe")]
    Iterations(u32),
    /// Theirs: it does not know our keys, so it is not the server that it says it is.
    #[error("the server could not prove that it knows the account")]
    ServerNotProven,
    /// The mechanism has no client side here.
    #[error("this mechanism is not offered as a client")]
    Unsupported,
}

enum State {
    Plain,
    LoginUser,
    LoginPassword,
    ScramFirst,
    ScramFinal { bare: String },
    ScramServer { signature: [u8; 32] },
    Done,
}

/// One sign-in of ours.
pub struct Exchange {
    mechanism: Mechanism,
    credentials: Credentials,
    nonce: Nonce,
    state: State,
}

impl Exchange {
    /// The mechanisms of our client, the one to prefer first.
    pub const PREFERRED: [Mechanism; 3] =
        [Mechanism::ScramSha256, Mechanism::Plain, Mechanism::Login];

    /// `nonce` is used by SCRAM only.
    pub fn new(
        mechanism: Mechanism,
        credentials: Credentials,
        nonce: Nonce,
    ) -> Result<Self, ClientError> {
        let state = match mechanism {
            Mechanism::Plain => State::Plain,
            Mechanism::Login => State::LoginUser,
            Mechanism::ScramSha256 => State::ScramFirst,
            Mechanism::ScramSha256Plus => return Err(ClientError::Unsupported),
        };
        Ok(Self {
            mechanism,
            credentials,
            nonce,
            state,
        })
    }

    /// Which mechanism this is.
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// What goes beside the mechanism's name, raw. `None` for LOGIN, where the server speaks first.
    pub fn initial(&mut self) -> Result<Option<Vec<u8>>, ClientError> {
        match self.state {
            State::Plain => {
                let mut message = vec![0];
                message.extend_from_slice(self.credentials.user.as_bytes());
                message.push(0);
                message.extend_from_slice(self.credentials.password.expose());
                self.state = State::Done;
                Ok(Some(message))
            }
            State::ScramFirst => {
                let user = prepare(&self.credentials.user).map_err(|_| ClientError::Credentials)?;
                let bare = format!("n={},r={}", to_saslname(&user), self.nonce.as_str());
                let message = format!("n,,{bare}").into_bytes();
                self.state = State::ScramFinal { bare };
                Ok(Some(message))
            }
            _ => Ok(None),
        }
    }

    /// The answer to a challenge, both raw.
    pub fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>, ClientError> {
        if challenge.len() > MESSAGE_BYTES_MAX {
            return Err(ClientError::Malformed);
        }
        match std::mem::replace(&mut self.state, State::Done) {
            State::LoginUser => {
                self.state = State::LoginPassword;
                Ok(self.credentials.user.as_bytes().to_vec())
            }
            State::LoginPassword => Ok(self.credentials.password.expose().to_vec()),
            State::ScramFinal { bare } => self.scram_final(&bare, challenge),
            State::ScramServer { signature } => {
                check_server(&signature, challenge)?;
                Ok(Vec::new())
            }
            State::Plain | State::ScramFirst | State::Done => Err(ClientError::Malformed),
        }
    }

    /// The server says that we are signed in; `additional` is what it sent with that, if the protocol can.
    /// A SCRAM server that has not proved itself by now is not the one that knows us (RFC 5802 §5).
    pub fn finish(mut self, additional: Option<&[u8]>) -> Result<(), ClientError> {
        match (std::mem::replace(&mut self.state, State::Done), additional) {
            (State::Done, _) => Ok(()),
            (State::ScramServer { signature }, Some(message)) => check_server(&signature, message),
            (State::ScramServer { .. } | State::ScramFinal { .. } | State::ScramFirst, _) => {
                Err(ClientError::ServerNotProven)
            }
            (State::Plain | State::LoginUser | State::LoginPassword, _) => Ok(()),
        }
    }

    fn scram_final(&mut self, bare: &str, challenge: &[u8]) -> Result<Vec<u8>, ClientError> {
        let malformed = |_| ClientError::Malformed;
        let server_first = std::str::from_utf8(challenge).map_err(|_| ClientError::Malformed)?;
        let mut attributes = server_first.split(',');
        let nonce = attribute(attributes.next(), "r=").map_err(malformed)?;
        let salt = attribute(attributes.next(), "s=").map_err(malformed)?;
        let salt = encoding::decode(salt).ok_or(ClientError::Malformed)?;
        let iterations = attribute(attributes.next(), "i=").map_err(malformed)?;
        let iterations: u32 = iterations.parse().map_err(|_| ClientError::Malformed)?;
        // RFC 5802 §5.1: the nonce must begin with ours, and the server must have added to it.
        if !nonce.starts_with(self.nonce.as_str()) || nonce.len() == self.nonce.as_str().len() {
            return Err(ClientError::Malformed);
        }
        if !(ITERATIONS_MIN..=ITERATIONS_MAX).contains(&iterations) {
            return Err(ClientError::Iterations(iterations));
        }
        let without_proof = format!("c=biws,r={nonce}"); // "biws" is base64 of "n,,"
        let auth_message = format!("{bare},{server_first},{without_proof}");
        let (proof, signature) = self.prove(&salt, iterations, auth_message.as_bytes())?;
        self.state = State::ScramServer { signature };
        Ok(format!("{without_proof},p={}", encoding::encode(proof)).into_bytes())
    }

    /// Our proof, and the signature that the server must show.
    fn prove(
        &self,
        salt: &[u8],
        iterations: u32,
        auth_message: &[u8],
    ) -> Result<([u8; 32], [u8; 32]), ClientError> {
        let password = self.credentials.password.expose_str();
        let password = password.ok_or(ClientError::Credentials)?;
        let password = prepare(password).map_err(|_| ClientError::Credentials)?;
        let salted = salted_password(&password, salt, iterations);
        let client_key = hmac(salted.expose(), b"Client Key");
        let stored_key: [u8; 32] = Sha256::digest(client_key).into();
        let proof = xor(&client_key, &hmac(&stored_key, auth_message));
        let server_key = hmac(salted.expose(), b"Server Key");
        Ok((proof, hmac(&server_key, auth_message)))
    }
}

fn check_server(signature: &[u8; 32], message: &[u8]) -> Result<(), ClientError> {
    let shown = message
        .strip_prefix(b"v=")
        .and_then(encoding::decode)
        .ok_or(ClientError::ServerNotProven)?;
    match bool::from(shown.ct_eq(signature)) {
        true => Ok(()),
        false => Err(ClientError::ServerNotProven),
    }
}
