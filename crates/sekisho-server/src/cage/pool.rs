//! Outside the cage: workers are started, asked, timed, and replaced.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sekisho_content::{Class, File, identify};
use sekisho_facts::{InProcess, OpenedFile, Opener};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::Walls;
use super::frame::{Request, read_json, write_bytes, write_json};
use crate::limits::{CAGE_FILES_MAX, CAGE_TIMEOUT, INLINE_JUDGE_BYTES};

/// What is started as a worker.
#[derive(Debug, Clone)]
pub struct Program {
    /// This program.
    pub path: PathBuf,
    /// How long one file may take.
    pub timeout: Duration,
}

impl Program {
    /// With the usual time.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            timeout: CAGE_TIMEOUT,
        }
    }
}

/// The workers. Files are opened by one of them, texts of a mail's own where they stand.
#[derive(Debug)]
pub struct Cage {
    program: Program,
    most: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Worker>,
    busy: usize,
    /// Why none can be started; none while they can.
    failure: Option<String>,
}

/// Killed when dropped.
#[derive(Debug)]
struct Worker {
    child: Child,
    socket: UnixStream,
    files: u32,
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Why a file has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    Died,
    TimedOut,
}

impl Loss {
    fn word(self) -> &'static str {
        match self {
            Self::Died => "worker_died",
            Self::TimedOut => "timed_out",
        }
    }
}

impl Cage {
    /// Starts one worker a core.
    #[must_use]
    pub fn start(program: Program) -> Self {
        let most = std::thread::available_parallelism().map_or(2, usize::from);
        let cage = Self {
            program,
            most,
            state: Mutex::default(),
            freed: Condvar::new(),
        };
        for nth in 0..most {
            let Ok((worker, walls)) = cage.begin() else {
                break;
            };
            if nth == 0 {
                tell(walls);
            }
            cage.state().idle.push(worker);
        }
        cage
    }

    /// The workers that wait for a file, by their process ids.
    #[must_use]
    pub fn idle(&self) -> Vec<u32> {
        let state = self.state();
        state.idle.iter().map(|worker| worker.child.id()).collect()
    }

    /// Why no worker can be started, for the health page; none while they can.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.state().failure.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> io::Result<(Worker, Walls)> {
        let begun = Worker::begin(&self.program);
        self.state().failure = begun.as_ref().err().map(ToString::to_string);
        if let Err(error) = &begun {
            tracing::error!(%error, "no worker can be started; attachments stay unopened");
        }
        begun
    }

    fn ask(&self, file: &File<'_>, passwords: &[String]) -> OpenedFile {
        let until = Instant::now() + self.program.timeout;
        let Some(_place) = Place::take(self, until) else {
            return self.lost(Loss::TimedOut);
        };
        let kept = self.state().idle.pop();
        // One that died while it waited, or was killed from outside, says nothing about the file: a second one tries.
        let mut loss = Loss::Died;
        for worker in [kept, None] {
            let worker = worker.map_or_else(|| self.begin().map(|begun| begun.0), Ok);
            let Ok(mut worker) = worker else { break };
            match worker.open(file, passwords, until) {
                Ok(opened) => {
                    if worker.files < CAGE_FILES_MAX {
                        self.state().idle.push(worker);
                    }
                    return opened;
                }
                Err(error) => loss = loss_of(&error),
            }
            if loss == Loss::TimedOut {
                break;
            }
        }
        self.lost(loss)
    }

    fn lost(&self, loss: Loss) -> OpenedFile {
        let why = loss.word();
        metrics::counter!("sekisho_workers_lost_total", "why" => why).increment(1);
        tracing::error!(
            why,
            "a worker was lost over an attachment, which counts as uninspectable"
        );
        OpenedFile::lost("data", why)
    }
}

impl Opener for Cage {
    fn open(&self, file: &File<'_>, passwords: &[String]) -> OpenedFile {
        if is_plain(file) {
            return InProcess.open(file, passwords);
        }
        let may_step_aside = Handle::try_current()
            .is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
        if may_step_aside {
            // Small mails are looked at on the threads that serve sockets: those go on elsewhere meanwhile.
            tokio::task::block_in_place(|| self.ask(file, passwords))
        } else {
            self.ask(file, passwords)
        }
    }
}

/// Plain text without a name of its own: a body, which only readers of ours see.
fn is_plain(file: &File<'_>) -> bool {
    file.bytes.len() <= INLINE_JUDGE_BYTES && file.names.is_empty() && {
        let kind = identify(file.bytes, None);
        matches!(kind.class(), Class::Text | Class::Html)
            && matches!(kind.name(), "txt" | "html")
            // Files may lie in it.
            && memchr::memmem::find(file.bytes, b"base64,").is_none()
    }
}

fn loss_of(error: &io::Error) -> Loss {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Loss::TimedOut,
        _ => Loss::Died,
    }
}

fn tell(walls: Walls) {
    let Walls {
        limits,
        landlock,
        seccomp,
    } = walls;
    for (wall, stands) in [
        ("limits", limits),
        ("landlock", landlock),
        ("seccomp", seccomp),
    ] {
        metrics::gauge!("sekisho_cage", "wall" => wall).set(if stands { 1.0 } else { 0.0 });
    }
    if limits && seccomp {
        tracing::info!(
            limits,
            landlock,
            seccomp,
            "attachments are opened in a cage"
        );
    } else {
        tracing::warn!(
            limits,
            landlock,
            seccomp,
            "the cage for attachments has gaps"
        );
    }
}

/// A right to one worker.
struct Place<'a>(&'a Cage);

impl<'a> Place<'a> {
    fn take(cage: &'a Cage, until: Instant) -> Option<Self> {
        let left = until.saturating_duration_since(Instant::now());
        let full = |state: &mut State| state.busy >= cage.most;
        let waited = cage.freed.wait_timeout_while(cage.state(), left, full);
        let (mut state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return None;
        }
        state.busy += 1;
        Some(Self(cage))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.state().busy -= 1;
        self.0.freed.notify_one();
    }
}

impl Worker {
    fn begin(program: &Program) -> io::Result<(Self, Walls)> {
        let (socket, theirs) = UnixStream::pair()?;
        let child = Command::new(&program.path)
            .arg("worker")
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut worker = Self {
            child,
            socket,
            files: 0,
        };
        worker.socket.set_read_timeout(Some(program.timeout))?;
        let walls = read_json(&mut worker.socket)?;
        Ok((worker, walls))
    }

    fn open(
        &mut self,
        file: &File<'_>,
        passwords: &[String],
        until: Instant,
    ) -> io::Result<OpenedFile> {
        self.files += 1;
        let request = Request {
            names: file.names.to_vec(),
            declared: file.declared.map(str::to_owned),
            charset: file.charset.map(str::to_owned),
            passwords: passwords.to_vec(),
        };
        let mut timed = Timed {
            socket: &self.socket,
            until,
        };
        write_json(&mut timed, &request)?;
        write_bytes(&mut timed, file.bytes)?;
        read_json(&mut timed)
    }
}

/// All reads and writes together end at one time.
struct Timed<'a> {
    socket: &'a UnixStream,
    until: Instant,
}

impl Timed<'_> {
    fn left(&self) -> io::Result<Duration> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(left)
    }
}

impl io::Read for Timed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(self.left()?))?;
        self.socket.read(into)
    }
}

impl io::Write for Timed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(Some(self.left()?))?;
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
