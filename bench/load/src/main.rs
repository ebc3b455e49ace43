//! Sends a number of mails over a number of connections and prints one JSON object: mails, seconds,
//! mails a second, the driver's own CPU, and the CPU that the servers named by `--pid` (with their
//! children) have used in the meantime.
//!
//! It pipelines as real senders do (RFC 2920): MAIL, RCPT and DATA in one write, then the content in
//! one write; two round trips a mail. Every server gets the same bytes.

mod cpu;
mod sender;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

/// Load driver for an SMTP server.
#[derive(Parser)]
struct Arguments {
    /// Where the server listens.
    #[arg(long)]
    address: SocketAddr,
    /// How many mails in all.
    #[arg(long, default_value_t = 10_000)]
    mails: u64,
    /// How many connections at once.
    #[arg(long, default_value_t = 50)]
    connections: u64,
    /// Size of one mail in bytes.
    #[arg(long, default_value_t = 10_240)]
    bytes: usize,
    /// The sender.
    #[arg(long, default_value = "load@soto.example.net")]
    from: String,
    /// The recipients, taken in turn.
    #[arg(long, required = true)]
    to: Vec<String>,
    /// A server process; with its children its CPU is counted.
    #[arg(long)]
    pid: Vec<u32>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    let before = cpu::of_trees(&arguments.pid);
    let own_before = cpu::own();
    let began = Instant::now();
    if let Err(error) = runtime.block_on(sender::send_all(&arguments)) {
        return failed(&error);
    }
    let seconds = began.elapsed().as_secs_f64();
    let server_cpu = cpu::of_trees(&arguments.pid) - before;
    let mails = arguments.mails as f64;
    let report = serde_json::json!({
        "mails": arguments.mails,
        "seconds": seconds,
        "mails_per_s": mails / seconds,
        "server_cpu_us_per_mail": server_cpu * 1e6 / mails,
        "driver_cpu_us_per_mail": (cpu::own() - own_before) * 1e6 / mails,
    });
    #[expect(clippy::print_stdout, reason = "the report is the program's output")]
    {
        println!("{report}");
    }
    ExitCode::SUCCESS
}

fn failed(why: &str) -> ExitCode {
    eprintln!("sekisho-bench-load: {why}");
    ExitCode::FAILURE
}
