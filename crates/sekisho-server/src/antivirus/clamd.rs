//! ClamAV's daemon over its socket: sessions kept open (`IDSESSION`), content in chunks (`INSTREAM`), as clamd(8) has
//! it. A session that fails is thrown away, and one that had been idle is tried again on a fresh connection: clamd
//! closes idle ones, and a restart closes all.

use std::io;
use std::sync::{Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::{Duration, timeout};

use super::{Answer, Away};
use crate::config::{Clamd as Settings, ClamdAddress};
use crate::limits::{
    ANTIVIRUS_CHUNK_BYTES, ANTIVIRUS_CONNECT_TIMEOUT, ANTIVIRUS_CONNECTIONS_MAX,
    ANTIVIRUS_REPLY_BYTES_MAX,
};

/// A client with its pool of sessions.
pub(super) struct Clamd {
    address: ClamdAddress,
    timeout: Duration,
    bytes_max: u64,
    places: Semaphore,
    idle: Mutex<Vec<Session>>,
}

trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

struct Session {
    socket: Box<dyn Socket>,
    /// Number of the next command; clamd counts from 1 and puts it before its reply.
    next: u32,
}

impl Clamd {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            address: settings.address.clone(),
            timeout: Duration::from_secs(settings.timeout_s.into()),
            bytes_max: settings.bytes_max,
            places: Semaphore::new(ANTIVIRUS_CONNECTIONS_MAX),
            idle: Mutex::default(),
        }
    }

    /// What clamd says of `pieces`, read as one content.
    pub(super) async fn scan(&self, pieces: &[&[u8]]) -> Result<Answer, Away> {
        let bytes: u64 = pieces.iter().map(|piece| piece.len() as u64).sum();
        if bytes > self.bytes_max {
            return Ok(Answer::Unread("over_limit"));
        }
        let reply = self.ask("zINSTREAM\0", Some(pieces)).await?;
        answer(&reply)
    }

    /// Whether it answers at all.
    pub(super) async fn ping(&self) -> Result<(), Away> {
        match self.ask("zPING\0", None).await?.as_str() {
            "PONG" => Ok(()),
            other => Err(Away::garbage(other)),
        }
    }

    async fn ask(&self, command: &str, pieces: Option<&[&[u8]]>) -> Result<String, Away> {
        // Waiting for a place counts too: a mail must not wait behind a hundred that time out.
        let all = async {
            let _place = self.places.acquire().await.map_err(|_| Away::Closed)?;
            if let Some(session) = self.take()
                && let Ok(reply) = self.ask_in(session, command, pieces).await
            {
                return Ok(reply);
            }
            let session = self.connect().await?;
            self.ask_in(session, command, pieces).await
        };
        timeout(self.timeout, all)
            .await
            .unwrap_or(Err(Away::TimedOut))
    }

    fn take(&self) -> Option<Session> {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }

    async fn connect(&self) -> Result<Session, Away> {
        let connecting = async {
            let socket: Box<dyn Socket> = match &self.address {
                ClamdAddress::Unix(path) => Box::new(UnixStream::connect(path).await?),
                ClamdAddress::Tcp(address) => {
                    let socket = TcpStream::connect(address).await?;
                    // The last chunk is small and must not wait.
                    socket.set_nodelay(true)?;
                    Box::new(socket)
                }
            };
            Ok::<_, io::Error>(socket)
        };
        let mut socket = timeout(ANTIVIRUS_CONNECT_TIMEOUT, connecting)
            .await
            .map_err(|_| Away::TimedOut)??;
        socket.write_all(b"zIDSESSION\0").await?;
        Ok(Session { socket, next: 1 })
    }

    /// One command; the session goes back to the pool only when its reply came whole.
    async fn ask_in(
        &self,
        mut session: Session,
        command: &str,
        pieces: Option<&[&[u8]]>,
    ) -> Result<String, Away> {
        let reply = session.exchange(command, pieces).await?;
        let (number, text) = reply
            .split_once(": ")
            .ok_or_else(|| Away::garbage(&reply))?;
        // The reply to another command would call a mail clean that nobody has looked at.
        if number.parse() != Ok(session.next) {
            return Err(Away::garbage(&reply));
        }
        session.next = session.next.saturating_add(1);
        // After an error in a stream clamd ends the session.
        if !text.ends_with("ERROR") {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push(session);
        }
        Ok(text.to_owned())
    }
}

impl Session {
    /// Writes and reads at once: clamd may answer (too large) before it has everything.
    async fn exchange(&mut self, command: &str, pieces: Option<&[&[u8]]>) -> Result<String, Away> {
        let (mut from, mut to) = tokio::io::split(&mut self.socket);
        let reading = read_reply(&mut from);
        let writing = async {
            to.write_all(command.as_bytes()).await?;
            if let Some(pieces) = pieces {
                write_stream(&mut to, pieces).await?;
            }
            to.flush().await
        };
        tokio::pin!(reading, writing);
        tokio::select! {
            reply = &mut reading => {
                // An early reply can only be a complaint: "clean" before the end is about something else.
                let reply = reply?;
                return if reply.ends_with("ERROR") { Ok(reply) } else { Err(Away::garbage(&reply)) };
            }
            // A broken pipe here often has its reason waiting to be read.
            written = &mut writing => if let Err(error) = written {
                return reading.await.map_err(|_| Away::from(error));
            },
        }
        reading.await
    }
}

async fn write_stream(to: &mut (impl AsyncWrite + Unpin), pieces: &[&[u8]]) -> io::Result<()> {
    for piece in pieces {
        for chunk in piece.chunks(ANTIVIRUS_CHUNK_BYTES) {
            let length = u32::try_from(chunk.len()).map_err(io::Error::other)?;
            to.write_all(&length.to_be_bytes()).await?;
            to.write_all(chunk).await?;
        }
    }
    to.write_all(&[0; 4]).await
}

async fn read_reply(from: &mut (impl AsyncRead + Unpin)) -> Result<String, Away> {
    let mut reply = Vec::with_capacity(128);
    let mut some = [0; 512];
    while reply.len() < ANTIVIRUS_REPLY_BYTES_MAX {
        let read = from.read(&mut some).await?;
        let Some(new) = some.get(..read).filter(|new| !new.is_empty()) else {
            return Err(Away::Closed);
        };
        reply.extend_from_slice(new);
        if let Some(end) = reply.iter().position(|byte| *byte == 0) {
            // What comes behind the end belongs to nothing that was asked.
            if end + 1 != reply.len() {
                break;
            }
            reply.truncate(end);
            return Ok(String::from_utf8_lossy(&reply).into_owned());
        }
    }
    Err(Away::garbage(&String::from_utf8_lossy(&reply)))
}

/// Only what is understood counts; everything else is no answer.
fn answer(reply: &str) -> Result<Answer, Away> {
    if reply == "INSTREAM size limit exceeded. ERROR" {
        return Ok(Answer::Unread("over_limit"));
    }
    let said = reply
        .strip_prefix("stream: ")
        .ok_or_else(|| Away::garbage(reply))?;
    if said == "OK" {
        return Ok(Answer::Clean);
    }
    match said.strip_suffix(" FOUND") {
        // AlertExceedsMax: not malware, but not looked through either.
        Some(name) if name.starts_with("Heuristics.Limits.Exceeded") => {
            Ok(Answer::Unread("over_limit"))
        }
        Some(name) if name.starts_with("Heuristics.Encrypted.") => Ok(Answer::Unread("encrypted")),
        Some(name) if !name.is_empty() => Ok(Answer::Malware(name.to_owned())),
        _ => Err(Away::garbage(reply)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_understood_is_an_answer() {
        let malware = |name: &str| Some(Answer::Malware(name.to_owned()));
        for (reply, want) in [
            ("stream: OK", Some(Answer::Clean)),
            (
                "stream: Eicar-Test-Signature FOUND",
                malware("Eicar-Test-Signature"),
            ),
            ("stream: Win.Test(0a:68) FOUND", malware("Win.Test(0a:68)")),
            (
                "INSTREAM size limit exceeded. ERROR",
                Some(Answer::Unread("over_limit")),
            ),
            (
                "stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND",
                Some(Answer::Unread("over_limit")),
            ),
            (
                "stream: Heuristics.Encrypted.Zip FOUND",
                Some(Answer::Unread("encrypted")),
            ),
            ("stream: Can't allocate memory ERROR", None),
            ("stream:  FOUND", None),
            ("stream: ", None),
            ("OK", None),
            ("", None),
            ("stream: OK FOUN", None),
        ] {
            assert_eq!(answer(reply).ok(), want, "{reply}");
        }
    }
}
