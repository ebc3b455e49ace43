//! `sekisho worker`: what the server starts to open attachments; nobody types it, but for `--probe`.

use clap::Args;
use sekisho_server::cage;

use crate::output::{self, Failure};

/// What is started. By the path of this program another version may stand one day; this one goes on as long as it runs.
pub(crate) const PROGRAM: &str = "/proc/self/exe";

/// How it is started.
#[derive(Debug, Args)]
pub(crate) struct WorkerArguments {
    /// Open nothing: try to get out of the cage, and tell what could be done.
    #[arg(long)]
    probe: bool,
}

/// Works until the server closes the socket.
pub(crate) fn run(arguments: &WorkerArguments) -> Result<(), Failure> {
    if arguments.probe {
        let answer = serde_json::to_value(cage::probe())
            .map_err(|error| Failure::of_system("worker", &error))?;
        return output::print(&format!("{answer}\n"));
    }
    cage::work().map_err(|error| Failure::of_system("worker", &error))
}
