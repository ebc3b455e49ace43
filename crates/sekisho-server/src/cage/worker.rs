//! Inside the cage.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sekisho_content::File;
use sekisho_facts::{InProcess, OpenedFile, Opener};
use serde::{Deserialize, Serialize};

use super::Walls;
use super::frame::{Request, read_bytes, read_json, write_json};
use crate::limits::CAGE_MEMORY_BYTES_MAX;

/// Opens files from the socket at standard input until it closes.
///
/// # Errors
/// The socket fails, or what comes over it is no request.
pub fn work() -> io::Result<()> {
    let socket = io::stdin().as_fd().try_clone_to_owned()?;
    let mut socket = UnixStream::from(socket);
    // A panic costs the file, not the worker; nobody reads what it says.
    std::panic::set_hook(Box::new(|_| {}));
    let walls = Walls::put_up();
    write_json(&mut socket, &walls)?;
    loop {
        let request: Request = match read_json(&mut socket) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            request => request?,
        };
        let bytes = read_bytes(&mut socket)?;
        write_json(&mut socket, &answer(&request, &bytes))?;
        socket.flush()?;
    }
}

fn answer(request: &Request, bytes: &[u8]) -> OpenedFile {
    let file = File {
        bytes,
        names: &request.names,
        declared: request.declared.as_deref(),
        charset: request.charset.as_deref(),
    };
    let opening = AssertUnwindSafe(|| InProcess.open(&file, &request.passwords));
    catch_unwind(opening).unwrap_or_else(|_| OpenedFile::lost("data", "worker_died"))
}

/// What a caged process could do when it tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escapes {
    /// What stood in the way.
    pub walls: Walls,
    /// It read a file of the system.
    pub file_read: bool,
    /// It made a file.
    pub file_made: bool,
    /// It opened a socket.
    pub socket: bool,
    /// It started a program.
    pub program: bool,
    /// It started a thread.
    pub thread: bool,
    /// It got more memory than it may have.
    pub memory: bool,
}

impl Escapes {
    /// Whether there was any.
    #[must_use]
    pub fn any(self) -> bool {
        !self.words().is_empty()
    }

    /// What could be done, a word each.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        let all = [
            (self.file_read, "file_read"),
            (self.file_made, "file_made"),
            (self.socket, "socket"),
            (self.program, "program"),
            (self.thread, "thread"),
            (self.memory, "memory"),
        ];
        let done = all.into_iter().filter(|(was_done, _)| *was_done);
        done.map(|(_, word)| word).collect()
    }
}

/// Locks this process in and tries to get out, so that anybody can see what the cage is worth on a machine.
pub fn probe() -> Escapes {
    let made = std::env::temp_dir().join("sekisho-cage-probe");
    let walls = Walls::put_up();
    let too_much = usize::try_from(CAGE_MEMORY_BYTES_MAX).unwrap_or(usize::MAX);
    Escapes {
        walls,
        file_read: std::fs::read("/etc/passwd").is_ok(),
        file_made: std::fs::write(made, b"x").is_ok(),
        socket: std::net::UdpSocket::bind("127.0.0.1:0").is_ok()
            || UnixStream::pair().is_ok()
            || std::net::TcpListener::bind("127.0.0.1:0").is_ok(),
        program: std::process::Command::new("/bin/true").spawn().is_ok(),
        thread: std::thread::Builder::new().spawn(|| {}).is_ok(),
        memory: Vec::<u8>::new().try_reserve_exact(too_much).is_ok(),
    }
}
