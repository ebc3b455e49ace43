//! Reports of others that come in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_auth::dmarc::aggregate::Report;
use sekisho_auth::limits::REPORT_BYTES_MAX;
use sekisho_command::{DmarcSettings, dmarc_of};
use sekisho_content::plain::unpacked;
use sekisho_mime::{Message, Part};
use sekisho_store::{
    DmarcReceived, DmarcRecordRow, MailId, NewDmarcReport, Store, StoreFailure, Tenant,
};
use tokio::sync::Semaphore;

use crate::limits::DMARC_FILES_MAX;

/// Takes reports out of mails.
pub(crate) struct Inbox {
    store: Store,
    settings: Mutex<HashMap<Tenant, Arc<DmarcSettings>>>,
    /// A large report takes 200 MB while it is read: one at a time.
    turn: Semaphore,
}

/// A mail that may bring reports.
pub(crate) struct Delivery<'a> {
    pub(crate) tenant: Tenant,
    pub(crate) mail: MailId,
    pub(crate) now: Timestamp,
    /// The recipients as the sender wrote them.
    pub(crate) to: Vec<Address>,
    /// Reverse-path; none for `<>`.
    pub(crate) sender: Option<&'a Address>,
    pub(crate) proved: bool,
    pub(crate) own_domains: Vec<Domain>,
    pub(crate) raw: Bytes,
}

impl Inbox {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            settings: Mutex::default(),
            turn: Semaphore::new(1),
        }
    }

    /// The settings have changed.
    pub(crate) fn forget(&self, tenant: Tenant) {
        let mut known = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&tenant);
    }

    async fn settings(&self, tenant: Tenant) -> Result<Arc<DmarcSettings>, StoreFailure> {
        let known = {
            let known = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
            known.get(&tenant).cloned()
        };
        if let Some(settings) = known {
            return Ok(settings);
        }
        let read = self
            .store
            .read(move |reader| dmarc_of(reader, tenant))
            .await?;
        let settings = Arc::new(read);
        let mut known = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(tenant, Arc::clone(&settings));
        Ok(settings)
    }

    /// Writes what the mail reports, if that is what it is for. The mail itself is kept in any case.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) async fn take(&self, delivery: Delivery<'_>) -> Result<(), StoreFailure> {
        let settings = self.settings(delivery.tenant).await?;
        if !delivery.to.iter().any(|to| settings.comes_in_at(to)) {
            return Ok(());
        }
        // An address for nothing else: what cannot be read there is told. Postmaster gets all sorts of mail.
        let is_for_reports = settings.received.address.is_some() && delivery.sender.is_some();
        let Ok(_turn) = self.turn.acquire().await else {
            return Ok(());
        };
        let (raw, own) = (delivery.raw, delivery.own_domains);
        let work = move || reports(&raw, &own, is_for_reports);
        let read = tokio::task::spawn_blocking(work).await;
        let (author, found) = read.unwrap_or_else(|_| {
            let fault = vec![unusable("the reader stopped".to_owned())];
            (None, fault)
        });
        if found.is_empty() {
            return Ok(());
        }
        for fault in found.iter().filter_map(|report| report.fault.as_deref()) {
            tracing::warn!(mail = %delivery.mail, fault, "a DMARC report cannot be used");
        }
        let sender = author.or(delivery.sender.map(ToString::to_string));
        let received = DmarcReceived {
            tenant: delivery.tenant,
            mail: delivery.mail,
            now: delivery.now,
            sender: sender.unwrap_or_default(),
            proved: delivery.proved,
            reports: found,
        };
        self.store.put_dmarc_received(received).await.map(|_| ())
    }
}

/// Author and reports of a mail.
fn reports(raw: &[u8], own: &[Domain], all: bool) -> (Option<String>, Vec<NewDmarcReport>) {
    let message = Message::parse(raw);
    let author = message.from().into_iter().next().map(|from| from.address);
    // RFC 7489 §7.2.1.1.
    let subject = message.subject().unwrap_or_default().to_lowercase();
    let is_titled = subject.contains("report domain:");
    let files = message.parts().filter(|part| !part.is_multipart());
    let files: Vec<Part<'_>> = files.filter(may_be_report).take(DMARC_FILES_MAX).collect();
    if files.is_empty() && (all || is_titled) {
        let fault = "there is no report in the mail: no XML, gzip or zip file".to_owned();
        return (author, vec![unusable(fault)]);
    }
    let mut found = Vec::new();
    for part in files {
        let names = part.names();
        let is_named = names.iter().any(|name| name.matches('!').count() >= 3);
        let read = file(&part.decoded(), own);
        found.extend(
            read.into_iter()
                .filter(|report| report.fault.is_none() || all || is_titled || is_named),
        );
    }
    (author, found)
}

/// By type or by name: many senders have one of them wrong.
fn may_be_report(part: &Part<'_>) -> bool {
    let subtype = part.content_type().subtype;
    let by_type = ["zip", "xml"].iter().any(|word| subtype.contains(word));
    by_type
        || part.names().iter().any(|name| {
            let name = name.to_lowercase();
            [".xml", ".gz", ".zip"]
                .iter()
                .any(|end| name.ends_with(end))
        })
}

fn file(bytes: &[u8], own: &[Domain]) -> Vec<NewDmarcReport> {
    let files = match unpacked(bytes, REPORT_BYTES_MAX) {
        Ok(files) => files,
        Err(error) => return vec![unusable(error.to_string())],
    };
    let files = files.into_iter().take(DMARC_FILES_MAX);
    let reports = files.map(|xml| match Report::parse(&xml) {
        Ok(report) => checked(report, own),
        Err(error) => unusable(error.to_string()),
    });
    reports.collect()
}

/// Whoever knows the address can send reports; those on other domains say nothing to us.
fn checked(report: Report, own: &[Domain]) -> NewDmarcReport {
    let about = Domain::parse(report.policy_published.domain.trim()).ok();
    let is_ours = about.is_some_and(|about| {
        own.iter().any(|own| {
            let (about, own) = (about.as_str(), own.as_str());
            about == own
                || about.ends_with(&format!(".{own}"))
                || own.ends_with(&format!(".{about}"))
        })
    });
    let mut row = row(report);
    if !is_ours {
        row.records.clear();
        row.fault = Some("it is not about a domain of ours".to_owned());
    }
    row
}

fn unusable(fault: String) -> NewDmarcReport {
    NewDmarcReport {
        fault: Some(fault),
        ..NewDmarcReport::default()
    }
}

/// A report as it is stored.
pub(super) fn row(report: Report) -> NewDmarcReport {
    let metadata = report.report_metadata;
    let records = report.records.into_iter().map(|record| DmarcRecordRow {
        source_ip: record.row.source_ip,
        count: record.row.count,
        disposition: record.row.policy_evaluated.disposition.to_lowercase(),
        dkim: record.row.policy_evaluated.dkim.to_lowercase(),
        spf: record.row.policy_evaluated.spf.to_lowercase(),
        header_from: record.identifiers.header_from.to_lowercase(),
        envelope_from: record.identifiers.envelope_from.unwrap_or_default(),
    });
    NewDmarcReport {
        org: metadata.org_name,
        report_id: metadata.report_id,
        domain: report.policy_published.domain.trim().to_lowercase(),
        policy: report.policy_published.p,
        begin_s: metadata.date_range.begin,
        end_s: metadata.date_range.end,
        fault: None,
        records: records.collect(),
    }
}
