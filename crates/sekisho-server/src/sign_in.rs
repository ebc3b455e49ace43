//! Signing in, the same for SMTP, IMAP and POP3.

use std::net::IpAddr;

use jiff::Timestamp;
use sekisho_directory::{Directory, SignInFailure, SignInPlace, SignedIn};
use sekisho_sasl::{ChannelBindings, ScramKeys, Secret};
use sekisho_store::AccountId;

use crate::tls::Binding;

/// One connection's sign-in.
pub(crate) struct SignIn {
    directory: Directory,
    place: SignInPlace,
    who: Option<SignedIn>,
    acting: Option<AccountId>,
}

/// What the client is told.
pub(crate) enum Outcome {
    /// It is them.
    Accepted,
    /// It is not, or may not; the client does not hear which.
    Refused,
    /// Guessed too often, or we cannot tell.
    TryLater,
}

impl SignIn {
    pub(crate) fn new(directory: Directory, client_ip: IpAddr, service: &'static str) -> Self {
        Self {
            directory,
            place: SignInPlace { client_ip, service },
            who: None,
            acting: None,
        }
    }

    /// Who has signed in.
    pub(crate) fn who(&self) -> Option<&SignedIn> {
        self.who.as_ref()
    }

    /// Whose mailbox is used: their own, or a shared one that they asked for.
    pub(crate) fn acting(&self) -> Option<AccountId> {
        self.acting
    }

    pub(crate) fn keys(&self, user: &str) -> Result<ScramKeys, Outcome> {
        self.directory
            .scram_keys(user, self.place, Timestamp::now())
            .map_err(|_| Outcome::TryLater)
    }

    pub(crate) async fn password(
        &mut self,
        user: &str,
        authzid: Option<&str>,
        password: Secret,
    ) -> Outcome {
        let result = self
            .directory
            .verify_password(user, password, self.place, Timestamp::now())
            .await;
        self.settle(result, authzid).await
    }

    pub(crate) async fn proven(&mut self, user: &str, authzid: Option<&str>) -> Outcome {
        let result = self
            .directory
            .scram_proven(user, self.place, Timestamp::now())
            .await;
        self.settle(result, authzid).await
    }

    pub(crate) async fn failed(&mut self, user: Option<&str>) -> Outcome {
        // Without a name there was no guess at an account; the session counts failures of its own.
        let Some(user) = user else {
            return Outcome::Refused;
        };
        let failure = self
            .directory
            .scram_failed(user, self.place, Timestamp::now())
            .await;
        self.settle(Err(failure), None).await
    }

    async fn settle(
        &mut self,
        result: Result<SignedIn, SignInFailure>,
        authzid: Option<&str>,
    ) -> Outcome {
        let outcome = match result {
            Ok(who) => match self.mailbox_of(&who, authzid) {
                Some(acting) => {
                    (self.who, self.acting) = (Some(who), Some(acting));
                    Outcome::Accepted
                }
                None => Outcome::Refused,
            },
            Err(SignInFailure::Refused { answer_after }) => {
                tokio::time::sleep(answer_after).await;
                Outcome::Refused
            }
            Err(SignInFailure::TryLater { .. } | SignInFailure::Unavailable) => Outcome::TryLater,
        };
        self.note(&outcome);
        outcome
    }

    /// RFC 4616 §2: acting as somebody else needs their leave; here, being a member of the shared mailbox.
    fn mailbox_of(&self, who: &SignedIn, authzid: Option<&str>) -> Option<AccountId> {
        let Some(name) = authzid.filter(|name| !name.is_empty()) else {
            return Some(who.account);
        };
        let snapshot = self.directory.snapshot();
        let wanted = snapshot.account_of_user(name)?.id;
        let allowed =
            wanted == who.account || snapshot.shared_mailboxes(who.account).contains(&wanted);
        allowed.then_some(wanted)
    }

    fn note(&self, outcome: &Outcome) {
        let word = match outcome {
            Outcome::Accepted => "accepted",
            Outcome::Refused => "refused",
            Outcome::TryLater => "try_later",
        };
        metrics::counter!("sekisho_sign_ins_total", "service" => self.place.service, "outcome" => word).increment(1);
        let account = self
            .who
            .as_ref()
            .map(|who| tracing::field::display(&who.address));
        tracing::info!(service = self.place.service, ip = %self.place.client_ip, outcome = word, account, "sign-in");
    }
}

/// What SCRAM-SHA-256-PLUS binds to.
pub(crate) fn bindings(binding: &Binding) -> ChannelBindings {
    ChannelBindings {
        tls_exporter: binding.exporter.clone(),
        tls_server_end_point: binding.end_point.clone(),
    }
}
