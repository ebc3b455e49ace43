//! DMARC reports: whether ours are sent and by whom, where those of others come in, and what they say.

use jiff::Timestamp;
use sekisho_address::Address;
use sekisho_auth::dmarc::organisational_domain;
use sekisho_directory::Snapshot;
use sekisho_store::{
    DmarcQuery, DmarcReportRow, DmarcTotal, PutSetting, Reader, StoreFailure, Tenant,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Caller, CommandFailure, Desk};

/// The setting that holds the TOML text.
pub const DMARC_SETTING: &str = "dmarc";

/// Rows of one answer: more is for a program that reads the store.
const SHOWN_MAX: usize = 1_000;

/// The settings of an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DmarcSettings {
    /// Ours.
    pub reports: ReportSettings,
    /// Those of others.
    pub received: ReceivedSettings,
}

/// The reports that we send to the owners of other domains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportSettings {
    /// Whether they are sent.
    pub send: bool,
    /// Who sends them; none: postmaster of the first domain.
    pub from: Option<Address>,
    /// The name that stands in them; none: the domain of `from`.
    pub organisation: Option<String>,
    /// A page, or another address, for questions.
    pub contact: Option<String>,
}

/// The reports that others send on our domains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReceivedSettings {
    /// Where they come in; none: postmaster of each domain.
    pub address: Option<Address>,
    /// How long what they say is kept.
    pub keep_days: u32,
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self {
            send: true,
            from: None,
            organisation: None,
            contact: None,
        }
    }
}

impl Default for ReceivedSettings {
    fn default() -> Self {
        Self {
            address: None,
            // As the trace: the same month of last year can be looked at.
            keep_days: 400,
        }
    }
}

impl DmarcSettings {
    fn parse(text: &str) -> Result<Self, String> {
        let settings: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if !(1..=36_500).contains(&settings.received.keep_days) {
            return Err("received.keep_days: 1 to 36500".to_owned());
        }
        Ok(settings)
    }

    /// Who sends our reports; none for an organisation without a domain.
    pub fn sender(&self, snapshot: &Snapshot, tenant: Tenant) -> Option<Address> {
        if let Some(from) = &self.reports.from {
            return Some(from.clone());
        }
        let domains = snapshot.domains(tenant);
        let first = domains.iter().map(|row| row.name.as_str()).min()?;
        Address::parse(&format!("postmaster@{first}")).ok()
    }

    /// Where reports on `domain` are to be sent.
    pub fn address_for(&self, domain: &str) -> String {
        match &self.received.address {
            Some(address) => address.to_string(),
            None => format!("postmaster@{domain}"),
        }
    }

    /// Whether reports come in at `address`, one of the organisation's own.
    pub fn comes_in_at(&self, address: &Address) -> bool {
        match &self.received.address {
            Some(wanted) => wanted.domain() == address.domain() && wanted.key() == address.key(),
            None => address.key().starts_with("postmaster@"),
        }
    }
}

/// The settings in force.
///
/// # Errors
/// When the store fails, or holds a text that can no longer be read.
pub fn dmarc_of(reader: &Reader, tenant: Tenant) -> Result<DmarcSettings, StoreFailure> {
    let Some(row) = reader.setting(tenant, DMARC_SETTING)? else {
        return Ok(DmarcSettings::default());
    };
    let text = String::from_utf8_lossy(&row.value);
    DmarcSettings::parse(&text)
        .map_err(|error| StoreFailure::Damaged(format!("the DMARC settings: {error}")))
}

/// The name at which an address of another organisation says that it takes reports on `domain`
/// (RFC 7489 §7.1); none where nothing has to be said.
pub(crate) fn consent_name(domain: &str, address: &str) -> Option<String> {
    let (_, at) = address.rsplit_once('@')?;
    let is_one = organisational_domain(domain) == organisational_domain(at);
    (!is_one).then(|| format!("{domain}._report._dmarc.{at}"))
}

impl Desk {
    /// Puts settings into force at once. A text that cannot be read leaves the old ones on.
    pub(crate) async fn set_dmarc(
        &self,
        tenant: Tenant,
        caller: &Caller,
        text: &str,
    ) -> Result<Value, CommandFailure> {
        let bad = |why: &str| CommandFailure::invalid("dmarc", "command-bad-dmarc", why);
        let settings = DmarcSettings::parse(text).map_err(|error| bad(&error))?;
        let snapshot = self.directory.snapshot();
        if let Some(from) = &settings.reports.from
            && snapshot.tenant_of_domain(from.domain()) != Some(tenant)
        {
            return Err(bad(&format!("reports.from: {from}")));
        }
        self.store
            .put_setting(PutSetting {
                tenant,
                key: DMARC_SETTING.to_owned(),
                value: Some(text.as_bytes().to_vec()),
                actor: caller.actor(),
                now: self.now(),
            })
            .await?;
        Ok(json!({
            "send": settings.reports.send,
            "from": settings.sender(&snapshot, tenant),
            "address": settings.received.address,
        }))
    }

    pub(crate) async fn show_dmarc_settings(
        &self,
        tenant: Tenant,
    ) -> Result<Value, CommandFailure> {
        let row = self
            .store
            .read(move |reader| reader.setting(tenant, DMARC_SETTING))
            .await?;
        let text = row.map(|row| String::from_utf8_lossy(&row.value).into_owned());
        Ok(json!({ "text": text.unwrap_or_default() }))
    }

    /// What others report on our domains: by source and result, and report by report.
    pub(crate) async fn show_dmarc(
        &self,
        tenant: Tenant,
        domain: Option<String>,
        since: Option<Timestamp>,
    ) -> Result<Value, CommandFailure> {
        let query = DmarcQuery {
            domain: domain.map(|domain| domain.to_lowercase()),
            since_s: since.map_or(i64::MIN, Timestamp::as_second),
        };
        let (totals, reports) = self
            .store
            .read(move |reader| {
                let totals = reader.dmarc_totals(tenant, &query, SHOWN_MAX)?;
                Ok((totals, reader.dmarc_reports(tenant, &query, SHOWN_MAX)?))
            })
            .await?;
        let (faulty, reports): (Vec<_>, Vec<_>) =
            reports.iter().partition(|row| row.report.fault.is_some());
        let passed = totals.iter().filter(|total| passes(total));
        Ok(json!({
            "mails": totals.iter().map(|total| total.mails).sum::<u64>(),
            "passed": passed.map(|total| total.mails).sum::<u64>(),
            "sources": totals.iter().map(source).collect::<Vec<_>>(),
            "reports": reports.into_iter().map(report).collect::<Vec<_>>(),
            "unreadable": faulty.into_iter().map(report).collect::<Vec<_>>(),
        }))
    }
}

/// RFC 7489 §4.2: one aligned pass is enough.
fn passes(total: &DmarcTotal) -> bool {
    total.dkim == "pass" || total.spf == "pass"
}

fn source(total: &DmarcTotal) -> Value {
    json!({
        "source": total.source_ip,
        "from": total.header_from,
        "result": if passes(total) { "pass" } else { "fail" },
        "dkim": total.dkim,
        "spf": total.spf,
        "disposition": total.disposition,
        "mails": total.mails,
        "reports": total.reports,
    })
}

fn report(row: &DmarcReportRow) -> Value {
    let at = |second| Timestamp::from_second(second).ok();
    let report = &row.report;
    json!({
        "mail": row.mail.to_string(),
        "received": row.received_at,
        "sender": row.sender,
        "proved": row.proved,
        "organisation": report.org,
        "id": report.report_id,
        "domain": report.domain,
        "policy": report.policy,
        "begin": at(report.begin_s),
        "end": at(report.end_s),
        "mails": row.mails,
        "fault": report.fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said() {
        let text =
            "[reports]\nsend = false\nfrom = \"d@hanko.example.jp\"\n[received]\nkeep_days = 9";
        let settings = DmarcSettings::parse(text).unwrap();
        assert_eq!(
            (settings.reports.send, settings.received.keep_days),
            (false, 9)
        );
        for (text, want) in [
            ("[received]\nkeep_days = 0", "keep_days"),
            ("[reports]\nsned = true", "sned"),
            ("[received]\naddress = \"nobody\"", "address"),
        ] {
            let error = DmarcSettings::parse(text).unwrap_err();
            assert!(error.contains(want), "{error}");
        }
    }

    #[test]
    fn another_organisation_says_that_it_takes_reports() {
        for (domain, address, want) in [
            ("hanko.example.jp", "postmaster@hanko.example.jp", None),
            ("a.hanko.example.jp", "d@b.hanko.example.jp", None),
            (
                "hanko.example.com",
                "d@reports.example.net",
                Some("hanko.example.com._report._dmarc.reports.example.net"),
            ),
        ] {
            assert_eq!(consent_name(domain, address).as_deref(), want);
        }
    }
}
