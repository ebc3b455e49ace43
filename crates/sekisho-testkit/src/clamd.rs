//! clamd: a scripted one for every way of failing, and Debian's with one signature of the test's own.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use crate::skipped::installed;
use crate::wait::wait_for;

/// The test file of the anti-virus trade, in two pieces: scanners of the machine must leave this source alone.
pub fn eicar() -> String {
    let (first, second) = (
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-",
        "ANTIVIRUS-TEST-FILE!$H+H*",
    );
    format!("{first}{second}")
}

/// How the scripted clamd behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClamdScript {
    /// Finds the test file where it stands unencoded.
    Honest,
    /// Closes each connection at once.
    Dead,
    /// Reads everything and never answers.
    Silent,
    /// Answers with what is no answer.
    Garbage,
    /// Says "OK" of another command than the one asked.
    OtherNumber,
    /// Ends in the middle of its answer.
    Partial,
    /// Says that the content is too large, and closes, after the first bytes.
    TooLarge,
    /// Answers once, then closes, as after its idle time.
    Once,
}

/// A scripted clamd on a port of its own until the process ends.
pub struct ScriptedClamd {
    address: SocketAddr,
    script: Arc<Mutex<ClamdScript>>,
}

impl ScriptedClamd {
    /// Starts it.
    ///
    /// # Panics
    /// When no port can be opened.
    pub fn start(script: ClamdScript) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        let script = Arc::new(Mutex::new(script));
        let current = Arc::clone(&script);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let current = Arc::clone(&current);
                // A client that goes away in the middle is no concern of clamd.
                std::thread::spawn(move || serve(stream, &current));
            }
        });
        Self { address, script }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From the next command on.
    ///
    /// # Panics
    /// Never while its threads do not.
    pub fn becomes(&self, script: ClamdScript) {
        *self.script.lock().expect("no thread panics with it") = script;
    }
}

fn serve(mut stream: TcpStream, current: &Mutex<ClamdScript>) -> std::io::Result<()> {
    let script = || *current.lock().expect("no thread panics with it");
    if script() == ClamdScript::Dead {
        return Ok(());
    }
    if word(&mut stream)? != "zIDSESSION" {
        return Ok(());
    }
    for number in 1.. {
        let command = word(&mut stream)?;
        let script = script();
        match script {
            ClamdScript::Dead => return Ok(()),
            ClamdScript::TooLarge if command == "zINSTREAM" => {
                let text = format!("{number}: INSTREAM size limit exceeded. ERROR\0");
                return stream.write_all(text.as_bytes());
            }
            _ => {}
        }
        let answer = if command == "zPING" {
            "PONG"
        } else if content(&mut stream)?.contains("EICAR-STANDARD-ANTIVIRUS-TEST-FILE") {
            "stream: Eicar-Test-Signature FOUND"
        } else {
            "stream: OK"
        };
        let text = match script {
            ClamdScript::Silent => {
                // Until the client has had enough.
                return stream.read(&mut [0]).map(drop);
            }
            ClamdScript::Garbage => "\u{1}\u{2} 250 ok".to_owned() + "\0",
            ClamdScript::OtherNumber => format!("{}: {answer}\0", number + 1),
            ClamdScript::Partial => return stream.write_all(format!("{number}: stre").as_bytes()),
            _ => format!("{number}: {answer}\0"),
        };
        stream.write_all(text.as_bytes())?;
        if script == ClamdScript::Once {
            return Ok(());
        }
    }
    Ok(())
}

fn word(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut word = Vec::new();
    loop {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        if byte == [0] {
            return Ok(String::from_utf8_lossy(&word).into_owned());
        }
        word.push(byte[0]);
    }
}

fn content(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut all = Vec::new();
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length == 0 {
            return Ok(String::from_utf8_lossy(&all).into_owned());
        }
        let start = all.len();
        all.resize(start + length, 0);
        stream.read_exact(&mut all[start..])?;
    }
}

/// Debian's clamd with one signature: that of the test file, as `Sekisho.Test`. Killed when dropped.
pub struct DebianClamd {
    folder: PathBuf,
    child: Option<Child>,
}

impl DebianClamd {
    /// Starts it with files in `folder`; none where it is not installed, and the calling test is told as skipped.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(folder: &Path) -> Option<Self> {
        if !installed("clamd") {
            return None;
        }
        let database = folder.join("signatures");
        std::fs::create_dir_all(&database).expect("a folder of the test's own");
        let hex: String = eicar().bytes().map(|byte| format!("{byte:02x}")).collect();
        // Name, any type of file, anywhere in it, the bytes.
        std::fs::write(
            database.join("test.ndb"),
            format!("Sekisho.Test:0:*:{hex}\n"),
        )
        .expect("a signature");
        let settings = format!(
            "Foreground yes\nDatabaseDirectory {}\nLocalSocket {}\nFixStaleSocket yes\nUser {}\nTemporaryDirectory {}\n",
            database.display(),
            folder.join("clamd.ctl").display(),
            user(),
            folder.display(),
        );
        std::fs::write(folder.join("clamd.conf"), settings).expect("its settings");
        let mut clamd = Self {
            folder: folder.to_path_buf(),
            child: None,
        };
        clamd.restart();
        Some(clamd)
    }

    /// Its socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("clamd.ctl")
    }

    /// Kills it, as the system does when memory is short.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again; when it returns, it answers.
    ///
    /// # Panics
    /// When it does not start.
    pub fn restart(&mut self) {
        self.kill();
        let child = Command::new("/usr/sbin/clamd")
            .arg("-c")
            .arg(self.folder.join("clamd.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("clamd starts");
        self.child = Some(child);
        wait_for("clamd", || {
            std::os::unix::net::UnixStream::connect(self.socket()).ok()
        });
    }
}

impl Drop for DebianClamd {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whom this process runs as: clamd would else become a user that may not enter the folder.
fn user() -> String {
    let said = Command::new("id")
        .arg("-un")
        .output()
        .expect("`id` is everywhere");
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}
