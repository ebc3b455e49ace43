//! `sekisho domain|user|alias|group`.

use std::io::BufRead;

use clap::{Args, Subcommand};
use sekisho_command::{Command, SecretText, UserChange, UserDraft};
use sekisho_words::say;

use super::Common;
use super::running::ask;
use crate::output::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum DomainCommand {
    /// Adds a domain, or changes its catch-all.
    #[command(alias = "set")]
    Add {
        domain: String,
        /// Who gets mail to addresses that do not exist; without it they are refused.
        #[arg(long)]
        catch_all: Option<String>,
    },
    /// Removes a domain without addresses.
    Remove { domain: String },
    /// Lists the domains.
    #[command(alias = "show")]
    List,
}

pub(crate) fn domain(common: &Common, command: DomainCommand) -> Result<(), Failure> {
    let command = match command {
        DomainCommand::Add { domain, catch_all } => Command::DomainAdd { domain, catch_all },
        DomainCommand::Remove { domain } => Command::DomainRemove { domain },
        DomainCommand::List => Command::DomainList,
    };
    ask(common, command, &["domain", "catch_all"])
}

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Adds a person or a shared mailbox.
    Add(UserAdd),
    /// Changes a person; what is not given stays.
    Set(UserSet),
    /// Sets a password, read from the standard input.
    Password { address: String },
    /// Lets a person send as another address (or no longer, with `--off`).
    Delegate {
        address: String,
        sender: String,
        #[arg(long)]
        off: bool,
    },
    /// Lets a person open a shared mailbox (or no longer, with `--off`).
    Share {
        shared: String,
        member: String,
        #[arg(long)]
        off: bool,
    },
    /// Removes a person with their mail.
    Remove { address: String },
    /// Shows a person.
    Show { address: String },
    /// Lists people.
    List,
}

#[derive(Debug, Args)]
pub(crate) struct UserAdd {
    address: String,
    /// Name on screen.
    #[arg(long, default_value = "")]
    name: String,
    /// Language of notices: ja or en.
    #[arg(long)]
    language: Option<String>,
    /// staff, manager, admin, auditor; may be given several times.
    #[arg(long = "role")]
    roles: Vec<String>,
    /// Who approves their held mail.
    #[arg(long)]
    manager: Option<String>,
    /// Who decides when they cannot.
    #[arg(long)]
    deputy: Option<String>,
    /// 2GB, 50GB, 100GB, a size, or unlimited.
    #[arg(long)]
    quota: Option<String>,
    /// A mailbox of several people, without a sign-in of its own.
    #[arg(long)]
    shared: bool,
    /// Read the password from the standard input.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UserSet {
    address: String,
    /// Name on screen.
    #[arg(long)]
    name: Option<String>,
    /// ja or en.
    #[arg(long)]
    language: Option<String>,
    /// All roles of the person; may be given several times.
    #[arg(long = "role")]
    roles: Vec<String>,
    /// Address, or `none`.
    #[arg(long)]
    manager: Option<String>,
    /// Address, or `none`.
    #[arg(long)]
    deputy: Option<String>,
    /// 2GB, 50GB, 100GB, a size, or unlimited.
    #[arg(long)]
    quota: Option<String>,
    /// Whether they may sign in and send.
    #[arg(long)]
    enabled: Option<bool>,
    /// What rules may ask of them, as `department=営業部`; `department=` takes it away. Several times.
    #[arg(long = "attribute")]
    attributes: Vec<String>,
}

pub(crate) fn user(common: &Common, command: UserCommand) -> Result<(), Failure> {
    let command = match command {
        UserCommand::Add(add) => Command::UserAdd(UserDraft {
            password: add.password_stdin.then(password).transpose()?,
            address: add.address,
            name: add.name,
            language: add.language,
            roles: add.roles,
            manager: add.manager,
            deputy: add.deputy,
            quota: add.quota,
            shared: add.shared,
        }),
        UserCommand::Set(set) => Command::UserSet(UserChange {
            address: set.address,
            name: set.name,
            language: set.language,
            roles: set.roles,
            manager: set.manager,
            deputy: set.deputy,
            quota: set.quota,
            enabled: set.enabled,
            attributes: set.attributes,
        }),
        UserCommand::Password { address } => Command::UserPassword {
            address,
            password: password()?,
        },
        UserCommand::Delegate {
            address,
            sender,
            off,
        } => Command::Delegate {
            address,
            sender,
            allowed: !off,
        },
        UserCommand::Share {
            shared,
            member,
            off,
        } => Command::Share {
            shared,
            member,
            joined: !off,
        },
        UserCommand::Remove { address } => Command::UserRemove { address },
        UserCommand::Show { address } => Command::UserShow { address },
        UserCommand::List => Command::UserList,
    };
    ask(
        common,
        command,
        &[
            "address",
            "name",
            "roles",
            "manager",
            "quota_bytes",
            "enabled",
        ],
    )
}

/// A password is read, never an argument: arguments can be seen by everybody on the machine.
fn password() -> Result<SecretText, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::of_system("stdin", &error))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Failure::new(say("cli-no-password", &[]), 2));
    }
    Ok(SecretText::new(password))
}

#[derive(Debug, Subcommand)]
pub(crate) enum AliasCommand {
    /// Adds a further address.
    Add { alias: String, address: String },
    /// Removes it.
    Remove { alias: String },
    /// Lists them.
    #[command(alias = "show")]
    List,
}

pub(crate) fn alias(common: &Common, command: AliasCommand) -> Result<(), Failure> {
    let command = match command {
        AliasCommand::Add { alias, address } => Command::AliasAdd { alias, address },
        AliasCommand::Remove { alias } => Command::AliasRemove { alias },
        AliasCommand::List => Command::AliasList,
    };
    ask(common, command, &["alias", "address"])
}

#[derive(Debug, Subcommand)]
pub(crate) enum GroupCommand {
    /// Makes a group, or changes its members.
    #[command(alias = "add")]
    Set {
        address: String,
        /// Name on screen.
        #[arg(long, default_value = "")]
        name: String,
        /// Members, inside or outside; may be given several times.
        #[arg(long = "member", required = true)]
        members: Vec<String>,
    },
    /// Removes a group.
    Remove { address: String },
    /// Lists groups.
    #[command(alias = "show")]
    List,
}

pub(crate) fn group(common: &Common, command: GroupCommand) -> Result<(), Failure> {
    let command = match command {
        GroupCommand::Set {
            address,
            name,
            members,
        } => Command::GroupSet {
            address,
            name,
            members,
        },
        GroupCommand::Remove { address } => Command::GroupRemove { address },
        GroupCommand::List => Command::GroupList,
    };
    ask(common, command, &["address", "name", "members"])
}
