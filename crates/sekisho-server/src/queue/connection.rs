//! The driver of one client session: bytes, TLS, time.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use sekisho_smtp::TlsFacts;
use sekisho_smtp::client::{
    Capabilities, Config, Input, Mail, MailResult, Output, Session, SessionFailure, TlsMode,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{timeout, timeout_at};
use tokio_rustls::TlsConnector;

use crate::limits::{
    OUT_CONNECT_TIMEOUT, OUT_MAILS_PER_CONNECTION_MAX, OUT_WRITE_TIMEOUT, TLS_HANDSHAKE_TIMEOUT,
};

/// Content handed to the session at once.
const PIECE_BYTES: usize = sekisho_smtp::limits::CLIENT_CONTENT_CHUNK_BYTES;
/// Bytes read at once; replies are short.
const READ_BYTES: usize = 4 << 10;
/// A server that closes has often said why; this long is waited for its words.
const LAST_WORDS: Duration = Duration::from_secs(1);

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Where to connect, and how.
#[derive(Clone)]
pub(super) struct Target {
    /// Name of the host, for the certificate and for people.
    pub(super) host: String,
    pub(super) address: SocketAddr,
    pub(super) config: Config,
    pub(super) tls: Arc<ClientConfig>,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenFailure {
    /// No TCP connection.
    #[error("no connection: {0}")]
    Connect(io::Error),
    /// The session ended before a mail could be given.
    #[error(transparent)]
    Session(SessionFailure),
    /// The handshake failed, in rustls' words.
    #[error("TLS with the server failed: {0}")]
    Tls(String),
}

/// What became of a mail.
pub(super) struct Sending {
    pub(super) result: MailResult,
    pub(super) broke: Broke,
}

/// Whether the connection broke while a mail was on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broke {
    /// It stands, or ended in order.
    No,
    /// Before all content was out: the far side cannot have the mail.
    Early,
    /// After that: nobody knows.
    Late,
}

/// A connection that takes mails.
pub(super) struct Link {
    io: Option<Box<dyn Io>>,
    session: Session,
    host: String,
    ip: IpAddr,
    tls: Arc<ClientConfig>,
    tls_words: Option<String>,
    ready: bool,
    mails: usize,
    /// `mx.example.jp [192.0.2.1]`
    pub(super) remote: String,
}

/// What a session got to.
enum Milestone {
    Ready,
    Done(MailResult),
    Failed(SessionFailure),
    Closed,
}

/// The content in pieces, never copied as a whole.
struct Pieces<'a> {
    rest: Vec<&'a [u8]>,
    ended: bool,
}

impl<'a> Pieces<'a> {
    fn of(parts: &'a [Bytes]) -> Self {
        Self {
            rest: parts.iter().rev().map(|part| part.as_ref()).collect(),
            ended: false,
        }
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let part = self.rest.pop()?;
            if part.is_empty() {
                continue;
            }
            let (piece, rest) = part.split_at(part.len().min(PIECE_BYTES));
            self.rest.push(rest);
            return Some(piece);
        }
    }
}

impl Link {
    /// Connects and brings the session to where it takes a mail.
    pub(super) async fn open(target: Target) -> Result<Self, OpenFailure> {
        let connect = timeout(OUT_CONNECT_TIMEOUT, TcpStream::connect(target.address)).await;
        let stream = connect
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(OpenFailure::Connect)?;
        // Commands are small and wait for each other.
        let _ = stream.set_nodelay(true);
        let implicit = target.config.tls == TlsMode::Implicit;
        let mut link = Self {
            io: Some(Box::new(stream)),
            session: Session::new(Arc::new(target.config), Instant::now()),
            remote: format!("{} [{}]", target.host, target.address.ip()),
            host: target.host,
            ip: target.address.ip(),
            tls: target.tls,
            tls_words: None,
            ready: false,
            mails: 0,
        };
        if implicit {
            let facts = link.handshake().await.map_err(OpenFailure::Tls)?;
            link.session.handle(Instant::now(), Input::TlsReady(facts));
        }
        match link.run(&mut Pieces::of(&[])).await {
            Milestone::Ready => Ok(link),
            Milestone::Failed(failure) => Err(match (failure, link.tls_words.take()) {
                (SessionFailure::TlsFailed, Some(words)) => OpenFailure::Tls(words),
                (failure, _) => OpenFailure::Session(failure),
            }),
            Milestone::Done(_) | Milestone::Closed => {
                Err(OpenFailure::Session(SessionFailure::PeerGone))
            }
        }
    }

    /// What the server offers.
    pub(super) fn capabilities(&self) -> &Capabilities {
        self.session.capabilities()
    }

    /// `TLSv1.3 TLS13_AES_256_GCM_SHA384`, or `none`.
    pub(super) fn tls(&self) -> String {
        self.session.tls().map_or_else(
            || "none".to_owned(),
            |tls| format!("{} {}", tls.version, tls.cipher),
        )
    }

    /// Sends a mail. Call [`Link::settle`] before the next.
    pub(super) async fn send(&mut self, mail: Mail, content: &[Bytes]) -> Sending {
        self.ready = false;
        self.mails += 1;
        self.session
            .handle(Instant::now(), Input::Mail(Box::new(mail)));
        let mut pieces = Pieces::of(content);
        let result = match self.run(&mut pieces).await {
            Milestone::Done(result) => result,
            // The session always tells of a mail that it took.
            Milestone::Ready | Milestone::Failed(_) | Milestone::Closed => {
                MailResult::Tried(Vec::new())
            }
        };
        // RSET goes out at once; its answer is read before the next mail.
        while let Some(output) = self.session.poll() {
            let _ = self.carry_out(output, &mut pieces).await;
        }
        let broke = match (&self.io, pieces.ended) {
            (Some(_), _) => Broke::No,
            (None, false) => Broke::Early,
            (None, true) => Broke::Late,
        };
        Sending { result, broke }
    }

    /// Whether the connection takes another mail now.
    pub(super) async fn settle(&mut self) -> bool {
        if self.mails >= OUT_MAILS_PER_CONNECTION_MAX {
            return false;
        }
        if !self.ready {
            let _ = self.run(&mut Pieces::of(&[])).await;
        }
        self.ready && self.io.is_some()
    }

    /// Says goodbye.
    pub(super) async fn quit(mut self) {
        if self.settle_to_quit().await {
            self.session.handle(Instant::now(), Input::Quit);
            let _ = self.run(&mut Pieces::of(&[])).await;
        }
        if let Some(mut io) = self.io.take() {
            let _ = timeout(LAST_WORDS, io.shutdown()).await;
        }
    }

    async fn settle_to_quit(&mut self) -> bool {
        if !self.ready && self.io.is_some() {
            let _ = self.run(&mut Pieces::of(&[])).await;
        }
        self.ready
    }

    async fn run(&mut self, pieces: &mut Pieces<'_>) -> Milestone {
        loop {
            while let Some(output) = self.session.poll() {
                if let Some(milestone) = self.carry_out(output, pieces).await {
                    return milestone;
                }
            }
            self.receive().await;
        }
    }

    async fn carry_out(&mut self, output: Output, pieces: &mut Pieces<'_>) -> Option<Milestone> {
        match output {
            Output::Send(bytes) => {
                if self.write(&bytes).await.is_err() {
                    self.last_words().await;
                }
            }
            Output::StartTls => {
                let input = match self.handshake().await {
                    Ok(facts) => Input::TlsReady(facts),
                    Err(words) => {
                        self.tls_words = Some(words);
                        Input::TlsFailed
                    }
                };
                self.session.handle(Instant::now(), input);
            }
            Output::NeedContent => {
                let input = match pieces.next() {
                    Some(piece) => Input::Content(piece),
                    None => {
                        pieces.ended = true;
                        Input::ContentEnd
                    }
                };
                self.session.handle(Instant::now(), input);
            }
            Output::Ready => {
                self.ready = true;
                return Some(Milestone::Ready);
            }
            Output::Done(result) => return Some(Milestone::Done(result)),
            Output::Failed(failure) => return Some(Milestone::Failed(failure)),
            Output::Close => {
                self.ready = false;
                self.io = None;
                return Some(Milestone::Closed);
            }
        }
        None
    }

    /// Waits for bytes until the session's time is over.
    async fn receive(&mut self) {
        let deadline = self.session.deadline();
        let mut buffer = [0; READ_BYTES];
        let read = match &mut self.io {
            Some(io) => timeout_at(deadline.into(), io.read(&mut buffer)).await,
            None => Ok(Ok(0)),
        };
        let now = Instant::now();
        match read {
            Ok(Ok(0) | Err(_)) => self.session.handle(now, Input::PeerGone),
            Ok(Ok(count)) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                self.session.handle(now, Input::Bytes(bytes));
            }
            Err(_) => self.session.handle(now.max(deadline), Input::Clock),
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(io) = &mut self.io else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let write = async {
            io.write_all(bytes).await?;
            io.flush().await
        };
        timeout(OUT_WRITE_TIMEOUT, write)
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    /// The server has closed: "552 too big" or "421 going down" may stand in what it sent before.
    async fn last_words(&mut self) {
        let mut buffer = [0; READ_BYTES];
        if let Some(io) = &mut self.io
            && let Ok(Ok(count)) = timeout(LAST_WORDS, io.read(&mut buffer)).await
        {
            let bytes = buffer.get(..count).unwrap_or_default();
            self.session.handle(Instant::now(), Input::Bytes(bytes));
        }
        self.io = None;
        self.session.handle(Instant::now(), Input::PeerGone);
    }

    async fn handshake(&mut self) -> Result<TlsFacts, String> {
        let name = self.host.trim_matches(['[', ']']).to_owned();
        // A host name that TLS cannot carry, such as one with an underscore, still gets encryption.
        let name = ServerName::try_from(name).unwrap_or_else(|_| ServerName::from(self.ip));
        let io = self.io.take().ok_or("the connection is gone")?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let stream = timeout(TLS_HANDSHAKE_TIMEOUT, connector.connect(name, io))
            .await
            .map_err(|_| "it took too long".to_owned())?
            .map_err(|error| error.to_string())?;
        let (_, connection) = stream.get_ref();
        let facts = TlsFacts {
            version: connection
                .protocol_version()
                .and_then(|version| version.as_str())
                .unwrap_or_default()
                .replace('_', "."),
            cipher: connection
                .negotiated_cipher_suite()
                .and_then(|suite| suite.suite().as_str())
                .unwrap_or_default()
                // As IANA writes it.
                .replace("TLS13_", "TLS_"),
            ..TlsFacts::default()
        };
        self.io = Some(Box::new(stream));
        Ok(facts)
    }
}
