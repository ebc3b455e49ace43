//! Everything that the command line can ask of a running server, in JSON form.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::lists::ListDraft;
use crate::people::{UserChange, UserDraft};
use crate::records::TraceRequest;
use crate::{Caller, CommandFailure, Desk, NextHop, SecretText, Trial};

/// A command with the organisation that it is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// Name of the organisation; needed only where there are several.
    #[serde(default)]
    pub organisation: Option<String>,
    /// What is asked.
    #[serde(flatten)]
    pub command: Command,
}

/// A command. Mails are named by their 13-character id.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "the names are the command line's, whose help says it"
)]
pub enum Command {
    OrganisationAdd {
        name: String,
    },
    OrganisationList,
    DomainAdd {
        domain: String,
        catch_all: Option<String>,
    },
    DomainRemove {
        domain: String,
    },
    DomainList,
    UserAdd(UserDraft),
    UserSet(UserChange),
    UserRemove {
        address: String,
    },
    UserShow {
        address: String,
    },
    UserList,
    UserPassword {
        address: String,
        password: SecretText,
    },
    AliasAdd {
        alias: String,
        address: String,
    },
    AliasRemove {
        alias: String,
    },
    AliasList,
    GroupSet {
        address: String,
        name: String,
        members: Vec<String>,
    },
    GroupRemove {
        address: String,
    },
    GroupList,
    Delegate {
        address: String,
        sender: String,
        allowed: bool,
    },
    Share {
        shared: String,
        member: String,
        joined: bool,
    },
    RouteSet {
        destination: String,
        next_hop: NextHop,
    },
    RouteRemove {
        destination: String,
    },
    RouteList,
    ListAdd(ListDraft),
    ListRemove {
        entry: String,
    },
    ListShow {
        entry: String,
    },
    ListList,
    ListImport {
        text: String,
        verb: String,
    },
    ListExport,
    DoorSet {
        text: String,
    },
    DoorShow,
    DmarcSet {
        text: String,
    },
    DmarcSettings,
    DmarcShow {
        domain: Option<String>,
        since: Option<Timestamp>,
    },
    PolicySet {
        text: String,
    },
    PolicyShow {
        #[serde(default)]
        rule: Option<String>,
    },
    PolicyList,
    PolicyCheck {
        text: Option<String>,
    },
    PolicyTry(Trial),
    QueueList,
    QueueRetry {
        mail: Option<String>,
        destination: Option<String>,
    },
    QueueDelete {
        mail: String,
    },
    HoldList,
    HoldShow {
        mail: String,
    },
    HoldRelease {
        mail: String,
        comment: Option<String>,
    },
    HoldRefuse {
        mail: String,
        comment: Option<String>,
    },
    HoldDeadline {
        mail: String,
        until: Timestamp,
    },
    DelayList,
    DelayCancel {
        mail: String,
    },
    QuarantineList,
    QuarantineShow {
        mail: String,
    },
    QuarantineRelease {
        mail: String,
    },
    QuarantineDelete {
        mail: String,
    },
    DnsRecords {
        domain: Option<String>,
    },
    Trace(TraceRequest),
    AuditSearch {
        action: Option<String>,
        subject: Option<String>,
        actor: Option<String>,
        limit: usize,
    },
    AuditVerify,
}

impl Desk {
    /// Carries out a command for an administrator and gives its answer as JSON.
    ///
    /// # Errors
    /// Why it was not carried out.
    pub async fn run(&self, caller: &Caller, request: Request) -> Result<Value, CommandFailure> {
        if !caller.is_administrator() {
            return Err(CommandFailure::Forbidden);
        }
        use Command as C;
        let tenant = match &request.command {
            C::OrganisationAdd { name } => return self.add_organisation(caller, name).await,
            C::OrganisationList => return self.list_organisations(caller),
            _ => self.tenant(request.organisation.as_deref())?,
        };
        if !self.is_at_home(caller, tenant) {
            return Err(CommandFailure::Forbidden);
        }
        match request.command {
            C::OrganisationAdd { .. } | C::OrganisationList => Err(CommandFailure::Forbidden),
            C::DomainAdd { domain, catch_all } => {
                self.add_domain(tenant, caller, &domain, catch_all.as_deref())
                    .await
            }
            C::DomainRemove { domain } => self.remove_domain(tenant, caller, &domain).await,
            C::DomainList => Ok(self.list_domains(tenant)),
            C::UserAdd(draft) => self.add_user(tenant, caller, draft).await,
            C::UserSet(change) => self.set_user(tenant, caller, change).await,
            C::UserRemove { address } => self.remove_user(tenant, caller, &address).await,
            C::UserShow { address } => self.show_user(tenant, &address).await,
            C::UserList => Ok(self.list_users(tenant)),
            C::UserPassword { address, password } => {
                self.set_user_password(tenant, caller, &address, &password)
                    .await
            }
            C::AliasAdd { alias, address } => {
                self.add_alias(tenant, caller, &alias, &address).await
            }
            C::AliasRemove { alias } => self.remove_alias(tenant, caller, &alias).await,
            C::AliasList => Ok(self.list_aliases(tenant)),
            C::GroupSet {
                address,
                name,
                members,
            } => {
                self.set_group(tenant, caller, &address, &name, &members)
                    .await
            }
            C::GroupRemove { address } => self.remove_group(tenant, caller, &address).await,
            C::GroupList => Ok(self.list_groups(tenant)),
            C::Delegate {
                address,
                sender,
                allowed,
            } => {
                self.delegate(tenant, caller, &address, &sender, allowed)
                    .await
            }
            C::Share {
                shared,
                member,
                joined,
            } => self.share(tenant, caller, &shared, &member, joined).await,
            C::RouteSet {
                destination,
                next_hop,
            } => self.set_route(tenant, caller, &destination, next_hop).await,
            C::RouteRemove { destination } => self.remove_route(tenant, caller, &destination).await,
            C::RouteList => self.list_routes(tenant).await,
            C::ListAdd(draft) => self.add_list_entry(tenant, caller, draft).await,
            C::ListRemove { entry } => self.remove_list_entry(tenant, caller, &entry).await,
            C::ListShow { entry } => self.show_list_entry(tenant, &entry).await,
            C::ListList => self.list_entries(tenant).await,
            C::ListImport { text, verb } => self.import_list(tenant, caller, &text, &verb).await,
            C::ListExport => self.export_list(tenant).await,
            C::DoorSet { text } => self.set_door(tenant, caller, &text).await,
            C::DoorShow => self.show_door(tenant).await,
            C::DmarcSet { text } => self.set_dmarc(tenant, caller, &text).await,
            C::DmarcSettings => self.show_dmarc_settings(tenant).await,
            C::DmarcShow { domain, since } => self.show_dmarc(tenant, domain, since).await,
            C::PolicySet { text } => self.set_policy(tenant, caller, &text).await,
            C::PolicyShow { rule } => self.show_policy(tenant, rule.as_deref()).await,
            C::PolicyList => self.list_rules(tenant).await,
            C::PolicyCheck { text } => self.check_policy(tenant, text.as_deref()).await,
            C::PolicyTry(trial) => self.try_policy(tenant, trial).await,
            C::QueueList => self.list_queue(tenant).await,
            C::QueueRetry { mail, destination } => {
                self.retry_queue(tenant, caller, mail.as_deref(), destination)
                    .await
            }
            C::QueueDelete { mail } => self.delete_queued(tenant, caller, &mail).await,
            C::HoldList => self.list_holds(tenant).await,
            C::HoldShow { mail } => self.show_hold(tenant, &mail).await,
            C::HoldRelease { mail, comment } => {
                self.decide_by_mail(tenant, caller, &mail, true, comment)
                    .await
            }
            C::HoldRefuse { mail, comment } => {
                self.decide_by_mail(tenant, caller, &mail, false, comment)
                    .await
            }
            C::HoldDeadline { mail, until } => {
                self.move_deadline(tenant, caller, &mail, until).await
            }
            C::DelayList => self.list_delayed(tenant).await,
            C::DelayCancel { mail } => self.cancel_by_mail(tenant, caller, &mail).await,
            C::QuarantineList => self.list_quarantine(tenant).await,
            C::QuarantineShow { mail } => self.story(tenant, &mail).await,
            C::QuarantineRelease { mail } => {
                self.quarantine_by_mail(tenant, caller, &mail, true).await
            }
            C::QuarantineDelete { mail } => {
                self.quarantine_by_mail(tenant, caller, &mail, false).await
            }
            C::DnsRecords { domain } => self.dns_records(tenant, domain.as_deref()).await,
            C::Trace(trace) => self.trace(tenant, trace).await,
            C::AuditSearch {
                action,
                subject,
                actor,
                limit,
            } => {
                self.search_audit(tenant, action, subject, actor, limit)
                    .await
            }
            C::AuditVerify => self.verify_audit(tenant).await,
        }
    }
}
