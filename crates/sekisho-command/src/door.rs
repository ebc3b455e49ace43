//! What is asked at the door for mail from outside: public lists, greylisting, rates, trusted hops. A text in the
//! store, checked before it is switched on.

use sekisho_spam::dnsbl::{DnsList, DnsLists};
use sekisho_spam::lists::Network;
use sekisho_store::{PutSetting, Reader, StoreFailure, Tenant};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk};

/// The setting that holds the TOML text.
pub const DOOR_SETTING: &str = "door";

/// The settings of an organisation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Door {
    /// Public lists that are asked by DNS. None by default: each has terms of use.
    #[serde(rename = "list")]
    pub lists: Vec<DnsList>,
    /// Greylisting.
    pub greylist: Greylist,
    /// Gateways of ours that mail comes through: the true client stands in their Received lines.
    #[serde(deserialize_with = "networks", skip_serializing)]
    pub trusted_hops: Vec<Network>,
    /// Mails that one source may send in ten minutes; 0: any number.
    pub mails_per_source_max: u32,
    /// Seconds that the answer to a refused recipient is held back: it costs guessers time.
    pub tarpit_s: u32,
}

/// Greylisting: who is not known is told to come again, and only programs that keep a queue do (RFC 6647).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Greylist {
    /// When.
    pub when: GreylistWhen,
    /// Seconds before coming again counts.
    pub wait_s: u32,
    /// Seconds for which who came again passes.
    pub pass_s: u32,
}

/// Whom greylisting is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GreylistWhen {
    /// Nobody.
    #[default]
    Never,
    /// Clients that are doubtful: without a name, with a name as of a home line, or on a public list.
    Unsure,
    /// Everybody who is not known to be good.
    Always,
}

impl Default for Greylist {
    fn default() -> Self {
        Self {
            when: GreylistWhen::Never,
            // RFC 6647 §5: 1 to 24 hours are too long for people who wait for a code; real queues try again in
            // 5 to 15 minutes.
            wait_s: 120,
            pass_s: 36 * 86_400,
        }
    }
}

impl Door {
    /// The public lists.
    pub fn dns_lists(&self) -> DnsLists {
        DnsLists {
            lists: self.lists.clone(),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let door: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        door.dns_lists()
            .check()
            .map_err(|error| error.to_string())?;
        if door.tarpit_s > TARPIT_S_MAX {
            return Err(format!("tarpit_s: at most {TARPIT_S_MAX}"));
        }
        Ok(door)
    }
}

/// Longer, and clients that are sound give up as well (RFC 5321 §4.5.3.2.3: five minutes for RCPT).
const TARPIT_S_MAX: u32 = 30;

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Network>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let parsed = texts.iter().map(|text| {
        let wrong = || serde::de::Error::custom(format!("`{text}` is no address or network"));
        Network::parse(text).ok_or_else(wrong)
    });
    parsed.collect()
}

/// The settings in force.
///
/// # Errors
/// When the store fails, or holds a text that can no longer be read.
pub fn door_of(reader: &Reader, tenant: Tenant) -> Result<Door, StoreFailure> {
    let Some(row) = reader.setting(tenant, DOOR_SETTING)? else {
        return Ok(Door::default());
    };
    let text = String::from_utf8_lossy(&row.value);
    Door::parse(&text).map_err(|error| StoreFailure::Damaged(format!("the door settings: {error}")))
}

impl Desk {
    /// Puts settings into force at once. A text that cannot be read leaves the old ones on.
    pub(crate) async fn set_door(
        &self,
        tenant: Tenant,
        caller: &Caller,
        text: &str,
    ) -> Result<Value, CommandFailure> {
        let door = Door::parse(text)
            .map_err(|error| CommandFailure::invalid("door", "command-bad-door", &error))?;
        self.store
            .put_setting(PutSetting {
                tenant,
                key: DOOR_SETTING.to_owned(),
                value: Some(text.as_bytes().to_vec()),
                actor: caller.actor(),
                now: self.now(),
            })
            .await?;
        Ok(json!({ "lists": door.lists.len(), "greylist": door.greylist.when }))
    }

    pub(crate) async fn show_door(&self, tenant: Tenant) -> Result<Value, CommandFailure> {
        let row = self
            .store
            .read(move |reader| reader.setting(tenant, DOOR_SETTING))
            .await?;
        let text = row.map(|row| String::from_utf8_lossy(&row.value).into_owned());
        Ok(json!({ "text": text.unwrap_or_default() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said() {
        let door = Door::parse("trusted_hops = [\"192.0.2.0/24\"]\n[greylist]\nwhen = \"unsure\"\n[[list]]\nname = \"a\"\nzone = \"bl.example\"\nabout = \"client\"\nweight = 2.0").unwrap();
        assert_eq!(
            (door.lists.len(), door.greylist.when),
            (1, GreylistWhen::Unsure)
        );
        for (text, want) in [
            ("trusted_hops = [\"x\"]", "`x`"),
            ("tarpit_s = 600", "at most"),
            ("greylsit = 1", "greylsit"),
            (
                "[[list]]\nname = \"a\"\nzone = \"bl.example\"\nabout = \"client\"",
                "weighs nothing",
            ),
        ] {
            let error = Door::parse(text).unwrap_err();
            assert!(error.contains(want), "{error}");
        }
    }
}
