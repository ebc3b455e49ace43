//! The command line, against an installation made by `sekisho init` and against the demo.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod fates;
mod inspecting;
mod installation;
mod rules;
mod serving;
mod usage;
mod waiting;

const PROGRAM: &str = env!("CARGO_BIN_EXE_sekisho");
