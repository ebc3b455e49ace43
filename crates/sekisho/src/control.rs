//! The line between the command line and a running server: a socket in the data directory, one JSON object
//! a line each way. Only the system's user who owns the data directory, and root, can open it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sekisho_command::{Caller, Desk, Request};
use sekisho_server::dmarc::{self, Order};
use sekisho_server::dns::Resolver;
use sekisho_words::Words;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

use crate::output::Failure;

/// A policy text may be large; nothing else comes near this.
const REQUEST_BYTES_MAX: u64 = 16 << 20;
/// A command that takes longer has a fault.
const ANSWER_WAIT_S: u64 = 120;

/// The socket of a data directory.
pub(crate) fn socket_in(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// The answer to one request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Done(Value),
    Failed { words: Words, exit_code: u8 },
}

/// Opens the socket: in a runtime, which then wakes who waits for it.
pub(crate) fn open(data: &Path) -> std::io::Result<UnixListener> {
    let path = socket_in(data);
    // A socket that a killed server left behind refuses a new one its name.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers requests until the task is dropped.
pub(crate) async fn listen(
    listener: UnixListener,
    desk: Desk,
    resolver: Arc<dyn Resolver>,
) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let (desk, resolver) = (desk.clone(), Arc::clone(&resolver));
        tokio::spawn(async move {
            if let Err(error) = serve(&desk, &resolver, stream).await {
                tracing::debug!(%error, "a command line went away");
            }
        });
    }
}

async fn serve(
    desk: &Desk,
    resolver: &Arc<dyn Resolver>,
    stream: tokio::net::UnixStream,
) -> std::io::Result<()> {
    let user = stream.peer_cred()?.uid();
    let caller = Caller::Console {
        user: format!("uid {user}"),
    };
    let (read, mut write) = stream.into_split();
    let mut lines = tokio::io::BufReader::new(read.take(REQUEST_BYTES_MAX)).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = answer(desk, resolver, &caller, &line).await;
        let mut text = serde_json::to_vec(&answer)?;
        text.push(b'\n');
        write.write_all(&text).await?;
    }
    Ok(())
}

async fn answer(desk: &Desk, resolver: &Arc<dyn Resolver>, caller: &Caller, line: &str) -> Answer {
    // What needs DNS is no command of the desk.
    let result = if let Ok(order) = serde_json::from_str::<Order>(line) {
        let reported = dmarc::report_on(desk, resolver, &order).await;
        reported.map(|reported| serde_json::json!(reported))
    } else {
        match serde_json::from_str::<Request>(line) {
            Ok(request) => desk.run(caller, request).await,
            Err(error) => {
                let words = Words {
                    ja: error.to_string(),
                    en: error.to_string(),
                };
                return Answer::Failed {
                    words,
                    exit_code: 2,
                };
            }
        }
    };
    match result {
        Ok(value) => Answer::Done(value),
        Err(failure) => Answer::Failed {
            words: failure.words(),
            exit_code: failure.exit_code(),
        },
    }
}

/// Asks the running server; `None` when none runs.
pub(crate) fn ask(data: &Path, request: &impl Serialize) -> Result<Option<Value>, Failure> {
    let path = socket_in(data);
    let Ok(mut stream) = UnixStream::connect(&path) else {
        return Ok(None);
    };
    let answer = exchange(&mut stream, request)
        .map_err(|error| Failure::of_system(&path.display().to_string(), &error))?;
    match answer {
        Answer::Done(value) => Ok(Some(value)),
        Answer::Failed { words, exit_code } => Err(Failure::new(words, exit_code)),
    }
}

fn exchange(stream: &mut UnixStream, request: &impl Serialize) -> std::io::Result<Answer> {
    stream.set_read_timeout(Some(Duration::from_secs(ANSWER_WAIT_S)))?;
    let mut text = serde_json::to_vec(request)?;
    text.push(b'\n');
    stream.write_all(&text)?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}
