//! One day's reports of one organisation.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use sekisho_address::Address;
use sekisho_auth::dmarc::DmarcRecord;
use sekisho_auth::dmarc::aggregate::{
    DateRange, Observed, PolicyPublished, Record, Report, ReportMetadata, ReportName, file_name,
    records, subject,
};
use sekisho_command::notice::DmarcReport;
use sekisho_command::{Desk, DmarcSettings};
use sekisho_content::plain::gzip;
use sekisho_store::{DmarcSent, MailId, StoreFailure, Tenant};
use serde::Serialize;

use super::asked::{Asked, Nobody, ask};
use super::{DAY_S, received, seen};
use crate::dns::Resolver;
use crate::limits::DMARC_FILE_BYTES_MAX;

/// What to report on.
pub struct Sending<'a> {
    /// Store, directory, names.
    pub desk: &'a Desk,
    /// DNS: who wants reports is looked up when they are sent.
    pub resolver: &'a Arc<dyn Resolver>,
    /// Whose mail.
    pub tenant: Tenant,
    /// Days since 1970, UTC.
    pub day: i64,
    /// When.
    pub now: Timestamp,
    /// Only tells what would be sent.
    pub dry_run: bool,
}

/// What became of the report on one domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reported {
    /// Where the policy stands.
    pub domain: String,
    /// `sent`; `would-send`; `sent-before`; `nobody-asks`; `not-allowed`: who is named has not agreed;
    /// `too-large` for who asks; `dns`: no answer, tried again later.
    pub outcome: &'static str,
    /// How many mails it tells of.
    pub mails: u64,
    /// In how many records.
    pub records: u64,
    /// Whom it goes to.
    pub to: Vec<String>,
    /// The mail that carries it.
    pub mail: Option<String>,
}

impl Reported {
    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.outcome != "dns"
    }
}

type Kinds = HashMap<Observed, u64>;

impl Sending<'_> {
    /// Reports to everybody who asks for it and has not been reported to.
    ///
    /// # Errors
    /// The store failed; what was sent before that is sent.
    pub async fn run(&self, settings: &DmarcSettings) -> Result<Vec<Reported>, StoreFailure> {
        let snapshot = self.desk.directory.snapshot();
        let Some(from) = settings.sender(&snapshot, self.tenant) else {
            return Ok(Vec::new());
        };
        let (tenant, day) = (self.tenant, self.day);
        let before = self
            .desk
            .store
            .read(move |reader| reader.dmarc_sent(tenant, day));
        let before = before.await?;
        let is_done = |domain: &str| before.iter().any(|sent| sent.domain == domain);
        if is_done("") && !self.dry_run {
            return Ok(before.iter().filter_map(sent_before).collect());
        }
        let seen = seen::read(&self.desk.store, tenant, day, from.to_string()).await?;
        let mut all = Vec::with_capacity(seen.domains.len());
        for (domain, kinds) in seen.domains {
            if is_done(&domain) {
                all.extend(
                    before
                        .iter()
                        .filter(|sent| sent.domain == domain)
                        .filter_map(sent_before),
                );
                continue;
            }
            let told = Told {
                from: &from,
                settings,
                left_out: seen.left_out,
            };
            all.push(self.one(&told, domain, kinds).await?);
        }
        if !self.dry_run && all.iter().all(Reported::is_final) {
            let end = self.row("", "day-done", (0, 0), None);
            self.desk.store.put_dmarc_sent(end, None).await?;
        }
        Ok(all)
    }

    async fn one(
        &self,
        told: &Told<'_>,
        domain: String,
        kinds: Kinds,
    ) -> Result<Reported, StoreFailure> {
        let mails = kinds.values().sum();
        let mut reported = Reported {
            domain,
            outcome: "dns",
            mails,
            records: kinds.len() as u64,
            to: Vec::new(),
            mail: None,
        };
        let outcome = match ask(self.resolver, &reported.domain).await {
            Ok(asked) if asked.to.is_empty() => "not-allowed",
            Ok(asked) => return self.to_those(told, asked, kinds, reported).await,
            Err(Nobody::Asks) => "nobody-asks",
            Err(Nobody::Answers) => return Ok(reported),
        };
        reported.outcome = outcome;
        self.note(&reported, None).await?;
        Ok(reported)
    }

    async fn to_those(
        &self,
        told: &Told<'_>,
        asked: Asked,
        kinds: Kinds,
        mut reported: Reported,
    ) -> Result<Reported, StoreFailure> {
        if asked.unwilling {
            tracing::info!(
                domain = reported.domain,
                "an address of rua has not agreed to reports"
            );
        }
        let id = self.desk.store.new_mail_id(self.now);
        let report = told.report(self, id, &reported.domain, &asked.record, records(kinds));
        let (report, file) = packed(report)?;
        let name = ReportName {
            receiver: told.from.domain().as_str(),
            policy_domain: &reported.domain,
            date_range: report.report_metadata.date_range,
            report_id: &report.report_metadata.report_id,
        };
        let mut carrier = DmarcReport {
            tenant: self.tenant,
            id,
            from: told.from,
            to: &[],
            domain: &reported.domain,
            subject: subject(&name),
            file_name: file_name(&name),
            file,
            now: self.now,
        };
        let bytes = carrier.mail_bytes_max();
        let fits = asked
            .to
            .into_iter()
            .filter(|(_, to)| to.bytes_max.is_none_or(|max| bytes <= max));
        let to: Vec<Address> = fits.map(|(address, _)| address).collect();
        reported.to = to.iter().map(ToString::to_string).collect();
        reported.records = report.records.len() as u64;
        reported.outcome = match (to.is_empty(), self.dry_run) {
            (true, _) => "too-large",
            (false, true) => "would-send",
            (false, false) => "sent",
        };
        if reported.outcome != "sent" {
            self.note(&reported, None).await?;
            return Ok(reported);
        }
        carrier.to = &to;
        let mail = carrier.into_mail(self.desk);
        reported.mail = Some(id.to_string());
        if self.note(&reported, Some((id, mail))).await? {
            self.to_ourselves(told, id, &to, report).await?;
        } else {
            reported.outcome = "sent-before";
        }
        Ok(reported)
    }

    /// What others do in the name of our own domains is told to us too, without a way through the net.
    async fn to_ourselves(
        &self,
        told: &Told<'_>,
        id: MailId,
        to: &[Address],
        report: Report,
    ) -> Result<(), StoreFailure> {
        let snapshot = self.desk.directory.snapshot();
        let is_ours = |to: &Address| {
            snapshot.tenant_of_domain(to.domain()) == Some(self.tenant)
                && told.settings.comes_in_at(to)
        };
        if to.iter().any(is_ours) {
            let received = sekisho_store::DmarcReceived {
                tenant: self.tenant,
                mail: id,
                now: self.now,
                sender: told.from.to_string(),
                proved: true,
                reports: vec![received::row(report)],
            };
            self.desk.store.put_dmarc_received(received).await?;
        }
        Ok(())
    }

    /// Whether it is new.
    async fn note(
        &self,
        reported: &Reported,
        carrier: Option<(MailId, sekisho_store::NewMail)>,
    ) -> Result<bool, StoreFailure> {
        if self.dry_run {
            return Ok(true);
        }
        let (id, mail) = carrier.unzip();
        let counts = (reported.mails, reported.records);
        let row = self.row(&reported.domain, reported.outcome, counts, id);
        tracing::info!(
            domain = reported.domain,
            outcome = reported.outcome,
            mails = reported.mails,
            "DMARC report"
        );
        self.desk.store.put_dmarc_sent(row, mail).await
    }

    fn row(
        &self,
        domain: &str,
        outcome: &str,
        (mails, records): (u64, u64),
        mail: Option<MailId>,
    ) -> DmarcSent {
        DmarcSent {
            tenant: self.tenant,
            day: self.day,
            domain: domain.to_owned(),
            outcome: outcome.to_owned(),
            mails,
            records,
            mail,
            at: self.now,
        }
    }
}

fn sent_before(sent: &DmarcSent) -> Option<Reported> {
    (!sent.domain.is_empty()).then(|| Reported {
        domain: sent.domain.clone(),
        outcome: "sent-before",
        mails: sent.mails,
        records: sent.records,
        to: Vec::new(),
        mail: sent.mail.map(|id| id.to_string()),
    })
}

/// Who tells it.
struct Told<'a> {
    from: &'a Address,
    settings: &'a DmarcSettings,
    left_out: u64,
}

impl Told<'_> {
    fn report(
        &self,
        sending: &Sending<'_>,
        id: MailId,
        domain: &str,
        record: &DmarcRecord,
        records: Vec<Record>,
    ) -> Report {
        let mode = |strict| Some(if strict { "s" } else { "r" }.to_owned());
        let policy = |policy: sekisho_auth::DmarcPolicy| policy.as_str().to_owned();
        let begin = sending.day.saturating_mul(DAY_S);
        let organisation = self.settings.reports.organisation.clone();
        let mut errors = Vec::new();
        if self.left_out > 0 {
            errors.push(format!(
                "{} mails of this day are in no report",
                self.left_out
            ));
        }
        Report {
            version: Some("1.0".to_owned()),
            report_metadata: ReportMetadata {
                org_name: organisation.unwrap_or_else(|| self.from.domain().as_str().to_owned()),
                email: self.from.to_string(),
                extra_contact_info: self.settings.reports.contact.clone(),
                report_id: id.to_string(),
                date_range: DateRange {
                    begin,
                    end: begin.saturating_add(DAY_S - 1),
                },
                errors,
            },
            policy_published: PolicyPublished {
                domain: domain.to_owned(),
                adkim: mode(record.strict_dkim),
                aspf: mode(record.strict_spf),
                p: policy(record.policy),
                sp: Some(policy(record.subdomain_policy.unwrap_or(record.policy))),
                np: record.missing_subdomain_policy.map(policy),
                pct: Some(record.pct.to_string()),
                fo: None,
            },
            records,
        }
    }
}

/// The report in gzip. Of one that no mail server would take the rarest records are left out.
fn packed(mut report: Report) -> Result<(Report, Vec<u8>), StoreFailure> {
    loop {
        let xml = report
            .to_xml()
            .map_err(|error| StoreFailure::Damaged(error.to_string()))?;
        let file = gzip(xml.as_bytes());
        if file.len() <= DMARC_FILE_BYTES_MAX || report.records.len() < 2 {
            return Ok((report, file));
        }
        let half = report.records.len() / 2;
        report.records.truncate(half);
        report.report_metadata.errors = vec![format!("cut to {half} records")];
    }
}
