//! `sekisho route`.

use clap::{Subcommand, ValueEnum};
use sekisho_command::{Command, NextHop, RouteTls, SecretText};

use super::Common;
use super::running::ask;
use crate::output::Failure;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Tls {
    /// When offered; the certificate is not checked.
    Opportunistic,
    /// STARTTLS with a certificate that fits.
    Required,
    /// From the first byte (port 465).
    Implicit,
    /// Never: a server on the same machine.
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RouteCommand {
    /// Sends the mail for a destination through a next server.
    #[command(alias = "add")]
    Set {
        /// A domain, or `*` for all without a route of their own.
        destination: String,
        /// Host name or address.
        #[arg(long)]
        host: String,
        /// Port; 587 with a sign-in where 25 is closed to the outside (OP25B).
        #[arg(long, default_value_t = 25)]
        port: u16,
        /// How far TLS is asked for.
        #[arg(long, value_enum, default_value = "opportunistic")]
        tls: Tls,
        /// User name for the sign-in there.
        #[arg(long)]
        user: Option<String>,
        /// File with the password for the sign-in there.
        #[arg(long)]
        password_file: Option<std::path::PathBuf>,
    },
    /// Removes a route.
    Remove { destination: String },
    /// Lists routes.
    #[command(alias = "show")]
    List,
}

pub(crate) fn run(common: &Common, command: RouteCommand) -> Result<(), Failure> {
    let command = match command {
        RouteCommand::Set {
            destination,
            host,
            port,
            tls,
            user,
            password_file,
        } => {
            let password = password_file.map(|path| read(&path)).transpose()?;
            let tls = match tls {
                Tls::Opportunistic => RouteTls::Opportunistic,
                Tls::Required => RouteTls::Required,
                Tls::Implicit => RouteTls::Implicit,
                Tls::Never => RouteTls::Never,
            };
            let next_hop = NextHop {
                host,
                port,
                tls,
                user,
                password,
            };
            Command::RouteSet {
                destination,
                next_hop,
            }
        }
        RouteCommand::Remove { destination } => Command::RouteRemove { destination },
        RouteCommand::List => Command::RouteList,
    };
    ask(
        common,
        command,
        &["destination", "host", "port", "tls", "user", "password"],
    )
}

fn read(path: &std::path::Path) -> Result<SecretText, Failure> {
    std::fs::read_to_string(path)
        .map(|text| SecretText::new(text.trim_end_matches(['\r', '\n'])))
        .map_err(|error| Failure::of_system(&path.display().to_string(), &error))
}
