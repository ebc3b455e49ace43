//! One order from account to certificate.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use instant_acme::{
    Account, AccountBuilder, AccountCredentials, AuthorizationStatus, ChallengeType, Identifier,
    NewAccount, NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, DistinguishedName, KeyPair};

use super::http01::Responder;
use crate::config::Acme;
use crate::tls::{TlsError, pem};

/// A CA checks within seconds; beyond this the order is given up and begun anew later.
const ORDER_TIMEOUT: Duration = Duration::from_secs(120);

/// Why there is no new certificate.
#[derive(Debug, thiserror::Error)]
pub enum AcmeError {
    /// The CA's turn, in its words, or the network's.
    #[error("the CA answers: {0}")]
    Ca(#[from] instant_acme::Error),
    /// The CA could not see our answer to its question.
    #[error("the CA could not verify {name}: {why}")]
    NotVerified {
        /// The host name.
        name: String,
        /// In the CA's words.
        why: String,
    },
    /// Only HTTP-01 is spoken here.
    #[error("the CA does not offer the http-01 challenge for {0}")]
    NoHttp01(String),
    /// The port for the CA's question is taken, or needs rights.
    #[error("{address} cannot be opened for the CA's question: {source}")]
    Listen {
        /// As configured.
        address: std::net::SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Account, certificate or key could not be written.
    #[error(transparent)]
    File(#[from] TlsError),
    /// The account file is damaged.
    #[error("{0} does not hold an ACME account; move it away to make a new one")]
    Account(PathBuf),
}

/// Fresh from the CA.
pub(super) struct Issued {
    pub(super) chain_pem: String,
    pub(super) key_pem: String,
}

pub(super) async fn order(settings: &Acme, account_file: &Path) -> Result<Issued, AcmeError> {
    let account = account(settings, account_file).await?;
    let names: Vec<Identifier> = settings
        .names
        .iter()
        .map(|name| Identifier::Dns(name.clone()))
        .collect();
    let mut order = account.new_order(&NewOrder::new(&names)).await?;
    let answers = answers(&mut order).await?;
    let patience = RetryPolicy::default().timeout(ORDER_TIMEOUT);
    if !answers.is_empty() {
        let address = settings.http_address;
        let _responder = Responder::open(address, answers)
            .await
            .map_err(|source| AcmeError::Listen { address, source })?;
        set_ready(&mut order).await?;
        let status = order.poll_ready(&patience).await;
        if !matches!(status, Ok(OrderStatus::Ready)) {
            let refused = refusal(&mut order).await;
            return Err(match (refused, status) {
                (Some(refused), _) => refused,
                (None, Err(error)) => error.into(),
                (None, Ok(_)) => instant_acme::Error::Str("order is invalid").into(),
            });
        }
    }
    let key = KeyPair::generate().map_err(TlsError::from)?;
    let mut params = CertificateParams::new(settings.names.clone()).map_err(TlsError::from)?;
    params.distinguished_name = DistinguishedName::new();
    let request = params.serialize_request(&key).map_err(TlsError::from)?;
    order.finalize_csr(request.der()).await?;
    let chain_pem = order.poll_certificate(&patience).await?;
    Ok(Issued {
        chain_pem,
        key_pem: key.serialize_pem(),
    })
}

async fn account(settings: &Acme, file: &Path) -> Result<Account, AcmeError> {
    if let Ok(text) = tokio::fs::read_to_string(file).await {
        let credentials: AccountCredentials =
            serde_json::from_str(&text).map_err(|_| AcmeError::Account(file.to_path_buf()))?;
        return Ok(builder(settings)?.from_credentials(credentials).await?);
    }
    let contact: Vec<String> = settings
        .contact
        .iter()
        .map(|address| format!("mailto:{address}"))
        .collect();
    let contact: Vec<&str> = contact.iter().map(String::as_str).collect();
    let request = NewAccount {
        contact: &contact,
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let (account, credentials) = builder(settings)?
        .create(&request, settings.directory.clone(), None)
        .await?;
    let text =
        serde_json::to_string(&credentials).map_err(|_| AcmeError::Account(file.to_path_buf()))?;
    pem::write_whole(file, &text, 0o600)?;
    Ok(account)
}

fn builder(settings: &Acme) -> Result<AccountBuilder, instant_acme::Error> {
    match &settings.root_ca {
        Some(root) => Account::builder_with_root(root),
        None => Account::builder(),
    }
}

/// What the CA will ask for, and what to answer; names that were verified lately are not asked for again.
async fn answers(order: &mut Order) -> Result<HashMap<String, String>, AcmeError> {
    let mut answers = HashMap::new();
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status == AuthorizationStatus::Valid {
            continue;
        }
        let name = authorization.identifier().to_string();
        let challenge = authorization
            .challenge(ChallengeType::Http01)
            .ok_or(AcmeError::NoHttp01(name))?;
        answers.insert(
            challenge.token.clone(),
            challenge.key_authorization().as_str().to_owned(),
        );
    }
    Ok(answers)
}

async fn set_ready(order: &mut Order) -> Result<(), AcmeError> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization?;
        if authorization.status != AuthorizationStatus::Valid
            && let Some(mut challenge) = authorization.challenge(ChallengeType::Http01)
        {
            challenge.set_ready().await?;
        }
    }
    Ok(())
}

/// The CA's own words on the name that failed (P21).
async fn refusal(order: &mut Order) -> Option<AcmeError> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization.ok()?;
        let name = authorization.identifier().to_string();
        let state = authorization.refresh().await.ok()?;
        for challenge in &state.challenges {
            if let Some(problem) = &challenge.error {
                return Some(AcmeError::NotVerified {
                    name,
                    why: problem.to_string(),
                });
            }
        }
    }
    None
}
