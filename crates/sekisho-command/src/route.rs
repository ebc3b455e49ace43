//! Routes: which next server takes the mail for a destination.

use sekisho_address::Domain;
use sekisho_store::{PutSetting, Reader, StoreFailure, Tenant};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk, SecretText};

/// Name space of routes among the settings.
const ROUTE_SETTINGS: &str = "route/";
/// The destination that stands for every other.
const EVERYWHERE: &str = "*";

/// How far TLS is asked for on the way to the next server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RouteTls {
    /// When the next server offers it; the certificate is not checked (RFC 7435).
    #[default]
    Opportunistic,
    /// Always, with a certificate that fits the host name, by STARTTLS.
    Required,
    /// Always, from the first byte (port 465, RFC 8314).
    Implicit,
    /// Never: for a server on the same machine.
    Never,
}

/// A next server: a smart host with its sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextHop {
    /// Host name or address.
    pub host: String,
    /// TCP port. Many networks close 25 to the outside (OP25B): 587 with a sign-in is the way there.
    pub port: u16,
    /// TLS.
    #[serde(default)]
    pub tls: RouteTls,
    /// User name for AUTH.
    #[serde(default)]
    pub user: Option<String>,
    /// Password for AUTH; only over TLS.
    #[serde(default)]
    pub password: Option<SecretText>,
}

/// Which next server takes the mail for a destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// A domain in A-label form, or `*` for every destination without a route of its own.
    pub destination: String,
    /// Who takes it.
    pub next_hop: NextHop,
}

impl Route {
    /// Whether the route is for mail to this domain by name.
    pub fn is_for(&self, domain: &str) -> bool {
        self.destination == domain
    }

    /// Whether the route is for every other destination.
    pub fn is_for_the_rest(&self) -> bool {
        self.destination == EVERYWHERE
    }

    fn shown(&self) -> Value {
        json!({
            "destination": self.destination,
            "host": self.next_hop.host,
            "port": self.next_hop.port,
            "tls": self.next_hop.tls,
            "user": self.next_hop.user,
            "password": self.next_hop.password.is_some(),
        })
    }
}

/// The routes of an organisation.
///
/// # Errors
/// When the store fails or a stored route cannot be read.
pub fn routes_of(reader: &Reader, tenant: Tenant) -> Result<Vec<Route>, StoreFailure> {
    reader
        .settings(tenant, ROUTE_SETTINGS)?
        .iter()
        .map(|row| {
            serde_json::from_slice(&row.value)
                .map_err(|error| StoreFailure::Damaged(format!("setting {}: {error}", row.key)))
        })
        .collect()
}

impl Desk {
    pub(crate) async fn set_route(
        &self,
        tenant: Tenant,
        caller: &Caller,
        destination: &str,
        next_hop: NextHop,
    ) -> Result<Value, CommandFailure> {
        let destination = destination_of(destination)?;
        if next_hop.host.is_empty() || next_hop.port == 0 {
            return Err(CommandFailure::invalid(
                "host",
                "command-bad-next-hop",
                &next_hop.host,
            ));
        }
        if next_hop.password.is_some() && next_hop.tls == RouteTls::Never {
            return Err(CommandFailure::invalid(
                "tls",
                "command-password-needs-tls",
                &next_hop.host,
            ));
        }
        let route = Route {
            destination,
            next_hop,
        };
        let value =
            serde_json::to_vec(&route).map_err(|error| StoreFailure::Damaged(error.to_string()))?;
        self.put_route(tenant, caller, &route.destination, Some(value))
            .await?;
        Ok(route.shown())
    }

    pub(crate) async fn remove_route(
        &self,
        tenant: Tenant,
        caller: &Caller,
        destination: &str,
    ) -> Result<Value, CommandFailure> {
        let destination = destination_of(destination)?;
        let routes = self
            .store
            .read(move |reader| routes_of(reader, tenant))
            .await?;
        if !routes.iter().any(|route| route.destination == destination) {
            return Err(CommandFailure::NotFound {
                what: "route",
                name: destination,
            });
        }
        self.put_route(tenant, caller, &destination, None).await?;
        Ok(json!({ "removed": destination }))
    }

    pub(crate) async fn list_routes(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let routes = self
            .store
            .read(move |reader| routes_of(reader, tenant))
            .await?;
        Ok(routes.iter().map(Route::shown).collect())
    }

    async fn put_route(
        &self,
        tenant: Tenant,
        caller: &Caller,
        destination: &str,
        value: Option<Vec<u8>>,
    ) -> Result<(), CommandFailure> {
        self.store
            .put_setting(PutSetting {
                tenant,
                key: format!("{ROUTE_SETTINGS}{destination}"),
                value,
                actor: caller.actor(),
                now: self.now(),
            })
            .await?;
        Ok(())
    }
}

fn destination_of(text: &str) -> Result<String, CommandFailure> {
    if text == EVERYWHERE {
        return Ok(text.to_owned());
    }
    Domain::parse(text)
        .map(|domain| domain.as_str().to_owned())
        .map_err(|_| CommandFailure::invalid("destination", "command-bad-domain", text))
}
