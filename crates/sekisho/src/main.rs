//! `sekisho`: the command line. It reads what was typed, hands it on, prints the answer, and gives the
//! exit code: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused by policy.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod check;
mod cli;
mod control;
mod demo;
mod dns;
mod house;
mod init;
mod inspect;
mod output;
mod pages;
mod passwords;
mod serve;
mod worker;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    match cli::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}
