//! The server's side of a sign-in.

use crate::limits::{MESSAGE_BYTES_MAX, NAME_BYTES_MAX, PASSWORD_BYTES_MAX};
use crate::scram::{Challenged, ClientFirst};
use crate::{ChannelBindings, Mechanism, Nonce, ScramKeys, Secret};

/// What the caller does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this (base64 in SMTP, IMAP and POP3), and give the answer to [`Exchange::respond`].
    Challenge(Vec<u8>),
    /// Look up the keys of `user`, or make [`ScramKeys::fake`] ones, and give them to [`Exchange::keys`].
    NeedKeys {
        /// As the client wrote it, prepared.
        user: String,
    },
    /// Ask the directory whether the password fits. The exchange is over.
    CheckPassword {
        /// Who signs in.
        user: String,
        /// Whom they want to act as, when that is somebody else.
        authzid: Option<String>,
        /// What they typed.
        password: Secret,
    },
    /// The client has proved that it knows the password. Send `final_message` as a challenge, take the
    /// client's empty answer, then tell success: the client checks the server by it.
    Proven {
        /// Who signs in.
        user: String,
        /// Whom they want to act as, when that is somebody else.
        authzid: Option<String>,
        /// `v=…`, the server's own proof.
        final_message: Vec<u8>,
    },
    /// Over, not signed in.
    Failed(Failure),
}

/// Why an exchange failed. The client is told the same for all but `Malformed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The client's message does not follow the mechanism, or is too long.
    #[error("the message does not follow the mechanism")]
    Malformed,
    /// The channel bindings differ: a man in the middle, or a client that saw another offer than ours
    /// (RFC 5802 §6: downgrade).
    #[error("the channel binding does not match")]
    ChannelBinding,
    /// The proof does not fit the keys: wrong password, or no such user.
    #[error("the proof does not fit")]
    WrongProof,
    /// The caller gave something out of turn.
    #[error("out of turn")]
    OutOfTurn,
}

enum State {
    Begin,
    PlainMessage,
    LoginUser,
    LoginPassword { user: String },
    ScramFirst,
    ScramKeys(ClientFirst),
    ScramFinal(Box<Challenged>),
    Over,
}

/// One try to sign in by one mechanism. Messages are raw here; base64 is the protocol's.
pub struct Exchange {
    mechanism: Mechanism,
    bindings: ChannelBindings,
    nonce: Nonce,
    user: Option<String>,
    state: State,
}

impl Exchange {
    /// `bindings`: what the server knows of the channel. When there is any, the caller must have offered
    /// SCRAM-SHA-256-PLUS, because a client's claim that it was not offered is taken for a downgrade.
    pub fn new(mechanism: Mechanism, bindings: ChannelBindings, nonce: Nonce) -> Self {
        Self {
            mechanism,
            bindings,
            nonce,
            user: None,
            state: State::Begin,
        }
    }

    /// Which mechanism was chosen.
    pub fn mechanism(&self) -> Mechanism {
        self.mechanism
    }

    /// The user's name as far as it has been told, for the log and for throttling.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Starts, with the initial response if the client sent one.
    pub fn begin(&mut self, initial: Option<&[u8]>) -> Step {
        self.state = match self.mechanism {
            Mechanism::Plain => State::PlainMessage,
            Mechanism::Login => State::LoginUser,
            Mechanism::ScramSha256 | Mechanism::ScramSha256Plus => State::ScramFirst,
        };
        match (initial, self.mechanism) {
            (Some(message), _) => self.respond(message),
            (None, Mechanism::Login) => Step::Challenge(b"Username:".to_vec()),
            (None, _) => Step::Challenge(Vec::new()), // RFC 4422 §3: the client speaks first
        }
    }

    /// The client's answer to the last challenge.
    pub fn respond(&mut self, message: &[u8]) -> Step {
        if message.len() > MESSAGE_BYTES_MAX {
            return self.fail(Failure::Malformed);
        }
        match std::mem::replace(&mut self.state, State::Over) {
            State::PlainMessage => self.plain(message),
            State::LoginUser => match name(message) {
                Some(user) => {
                    self.user = Some(user.clone());
                    self.state = State::LoginPassword { user };
                    Step::Challenge(b"Password:".to_vec())
                }
                None => self.fail(Failure::Malformed),
            },
            State::LoginPassword { user } => self.check(user, None, message),
            State::ScramFirst => self.scram_first(message),
            State::ScramFinal(challenged) => self.scram_final(&challenged, message),
            State::Begin | State::ScramKeys(_) | State::Over => self.fail(Failure::OutOfTurn),
        }
    }

    /// The keys asked for by [`Step::NeedKeys`].
    pub fn keys(&mut self, keys: ScramKeys) -> Step {
        let State::ScramKeys(first) = std::mem::replace(&mut self.state, State::Over) else {
            return self.fail(Failure::OutOfTurn);
        };
        let challenged = Challenged::new(first, keys, &self.nonce);
        let message = challenged.server_first().as_bytes().to_vec();
        self.state = State::ScramFinal(Box::new(challenged));
        Step::Challenge(message)
    }

    /// `message = [authzid] NUL authcid NUL passwd`, RFC 4616 §2.
    fn plain(&mut self, message: &[u8]) -> Step {
        let mut fields = message.split(|&byte| byte == 0);
        let (Some(authzid), Some(user), Some(password), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return self.fail(Failure::Malformed);
        };
        let Some(user) = name(user) else {
            return self.fail(Failure::Malformed);
        };
        let authzid = match authzid {
            [] => None,
            written => match name(written) {
                Some(authzid) => Some(authzid),
                None => return self.fail(Failure::Malformed),
            },
        };
        self.user = Some(user.clone());
        self.check(user, authzid, password)
    }

    fn check(&mut self, user: String, authzid: Option<String>, password: &[u8]) -> Step {
        let fine = (1..=PASSWORD_BYTES_MAX).contains(&password.len())
            && !password.contains(&0)
            && std::str::from_utf8(password).is_ok();
        if !fine {
            return self.fail(Failure::Malformed);
        }
        let authzid = authzid.filter(|authzid| *authzid != user);
        Step::CheckPassword {
            user,
            authzid,
            password: Secret::new(password),
        }
    }

    fn scram_first(&mut self, message: &[u8]) -> Step {
        let plus = self.mechanism == Mechanism::ScramSha256Plus;
        match ClientFirst::parse(message, plus, &self.bindings) {
            Ok(first) => {
                let user = first.user().to_owned();
                self.user = Some(user.clone());
                self.state = State::ScramKeys(first);
                Step::NeedKeys { user }
            }
            Err(failure) => self.fail(failure),
        }
    }

    fn scram_final(&mut self, challenged: &Challenged, message: &[u8]) -> Step {
        match challenged.verify(message) {
            Ok(final_message) => Step::Proven {
                user: challenged.user().to_owned(),
                authzid: challenged.authzid().map(str::to_owned),
                final_message,
            },
            Err(failure) => self.fail(failure),
        }
    }

    fn fail(&mut self, failure: Failure) -> Step {
        self.state = State::Over;
        Step::Failed(failure)
    }
}

/// A user's name: UTF-8, prepared, not empty, not over the limit.
pub(crate) fn name(bytes: &[u8]) -> Option<String> {
    if bytes.len() > NAME_BYTES_MAX {
        return None;
    }
    crate::prepare(std::str::from_utf8(bytes).ok()?).ok()
}
