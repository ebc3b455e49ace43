//! A scripted SMTP server that keeps what it is sent.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sekisho_server::tls::{Protocol, TlsServer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// A mail as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// The MAIL line.
    pub(crate) from: String,
    /// The RCPT lines.
    pub(crate) to: Vec<String>,
    /// Dots removed.
    pub(crate) content: String,
    pub(crate) tls: bool,
    /// What AUTH PLAIN said.
    pub(crate) sign_in: Option<String>,
}

type Answer = Box<dyn Fn(&str, usize) -> String + Send + Sync>;

/// How the server behaves.
pub(crate) struct Script {
    pub(crate) greeting: String,
    /// Lines of the EHLO reply after the first.
    pub(crate) offers: Vec<&'static str>,
    /// Reply to a RCPT line, and how many there were before on all connections.
    pub(crate) rcpt: Answer,
    /// Reply to the final dot, and how many mails there were before.
    pub(crate) end: Answer,
    pub(crate) tls: Option<Arc<TlsServer>>,
    /// TLS from the first byte.
    pub(crate) implicit: bool,
    /// Breaks the handshake after STARTTLS.
    pub(crate) breaks_tls: bool,
    /// Sends a line of its own behind the answer to STARTTLS.
    pub(crate) injects: bool,
    /// Closes a connection after so many mails, without a word.
    pub(crate) mails_max: Option<usize>,
    /// The reply to the final dot waits for one of these.
    pub(crate) permits: Option<Arc<Semaphore>>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            greeting: "220 sink ESMTP".to_owned(),
            offers: vec!["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10000000"],
            rcpt: Box::new(|_, _| "250 2.1.5 ok".to_owned()),
            end: Box::new(|_, n| format!("250 2.0.0 taken {n}")),
            tls: None,
            implicit: false,
            breaks_tls: false,
            injects: false,
            mails_max: None,
            permits: None,
        }
    }
}

#[derive(Default)]
struct Seen {
    mails: Mutex<Vec<Received>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    open_most: AtomicUsize,
    rcpts: AtomicUsize,
    ends: AtomicUsize,
}

pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
}

impl Sink {
    pub(crate) async fn open(script: Script) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), script).await
    }

    pub(crate) async fn at(address: SocketAddr, script: Script) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, script) = (Arc::new(Seen::default()), Arc::new(script));
        let kept = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, script) = (Arc::clone(&kept), Arc::clone(&script));
                tokio::spawn(async move {
                    seen.connections.fetch_add(1, Ordering::SeqCst);
                    let open = seen.open.fetch_add(1, Ordering::SeqCst) + 1;
                    seen.open_most.fetch_max(open, Ordering::SeqCst);
                    serve(stream, &script, &seen).await;
                    seen.open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, seen }
    }

    pub(crate) fn mails(&self) -> Vec<Received> {
        self.seen.mails.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn open_most(&self) -> usize {
        self.seen.open_most.load(Ordering::SeqCst)
    }

    /// Mails whose final dot was seen, answered or not.
    pub(crate) fn ends(&self) -> usize {
        self.seen.ends.load(Ordering::SeqCst)
    }
}

trait Io: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

async fn serve(stream: TcpStream, script: &Script, seen: &Seen) {
    let mut io: BufReader<Box<dyn Io>> = BufReader::new(Box::new(stream));
    let mut under_tls = false;
    if script.implicit {
        let Some(stream) = secured(io, script).await else {
            return;
        };
        io = stream;
        under_tls = true;
    }
    let (mut sign_in, mut mails) = (None, 0);
    let (mut from, mut to) = (String::new(), Vec::new());
    say(&mut io, &script.greeting).await;
    while let Some(line) = line(&mut io).await {
        let verb = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say(&mut io, &offers(script, under_tls)).await,
            "STAR" => {
                let more = if script.injects { "\r\n250 ok" } else { "" };
                say(&mut io, &format!("220 2.0.0 go ahead{more}")).await;
                if script.breaks_tls {
                    // Not before the handshake has begun: that would be an injection.
                    let _ = io.read_u8().await;
                    say(&mut io, "this is no handshake").await;
                    return;
                }
                let Some(stream) = secured(io, script).await else {
                    return;
                };
                io = stream;
                under_tls = true;
            }
            "AUTH" => {
                sign_in = line.split(' ').nth(2).map(decoded);
                say(&mut io, "235 2.7.0 signed in").await;
            }
            "MAIL" => {
                from = line;
                to.clear();
                say(&mut io, "250 2.1.0 ok").await;
            }
            "RCPT" => {
                let n = seen.rcpts.fetch_add(1, Ordering::SeqCst);
                let reply = (script.rcpt)(&line, n);
                if reply.starts_with('2') {
                    to.push(line);
                }
                say(&mut io, &reply).await;
            }
            "DATA" if to.is_empty() => say(&mut io, "554 5.5.1 nobody wants it").await,
            "DATA" => {
                say(&mut io, "354 go ahead").await;
                let Some(content) = content(&mut io).await else {
                    return;
                };
                let n = seen.ends.fetch_add(1, Ordering::SeqCst);
                if let Some(permits) = &script.permits {
                    permits.acquire().await.unwrap().forget();
                }
                let reply = (script.end)(&content, n);
                if reply.starts_with('2') {
                    seen.mails.lock().unwrap().push(Received {
                        from: from.clone(),
                        to: to.clone(),
                        content,
                        tls: under_tls,
                        sign_in: sign_in.clone(),
                    });
                }
                say(&mut io, &reply).await;
                mails += 1;
                if script.mails_max == Some(mails) {
                    return;
                }
            }
            "RSET" => say(&mut io, "250 2.0.0 ok").await,
            "QUIT" => return say(&mut io, "221 2.0.0 bye").await,
            _ => say(&mut io, "500 5.5.2 what").await,
        }
    }
}

fn offers(script: &Script, under_tls: bool) -> String {
    let mut lines = vec!["250-sink".to_owned()];
    lines.extend(script.offers.iter().map(|offer| format!("250-{offer}")));
    if script.tls.is_some() && !under_tls {
        lines.push("250-STARTTLS".to_owned());
    }
    lines.push("250 ENHANCEDSTATUSCODES".to_owned());
    lines.join("\r\n")
}

async fn secured(io: BufReader<Box<dyn Io>>, script: &Script) -> Option<BufReader<Box<dyn Io>>> {
    let tls = script.tls.as_ref()?;
    let (stream, _) = tls.accept(io.into_inner(), Protocol::Mail).await.ok()?;
    Some(BufReader::new(Box::new(stream)))
}

fn decoded(text: &str) -> String {
    let bytes = sekisho_sasl::encoding::decode(text).unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn say(io: &mut BufReader<Box<dyn Io>>, reply: &str) {
    let _ = io.write_all(format!("{reply}\r\n").as_bytes()).await;
    let _ = io.flush().await;
}

async fn line(io: &mut BufReader<Box<dyn Io>>) -> Option<String> {
    let mut line = String::new();
    let count = io.read_line(&mut line).await.ok()?;
    (count > 0).then(|| line.trim_end().to_owned())
}

async fn content(io: &mut BufReader<Box<dyn Io>>) -> Option<String> {
    let mut content = Vec::new();
    while !content.ends_with(b"\r\n.\r\n") && content != b".\r\n" {
        content.push(io.read_u8().await.ok()?);
    }
    let text = String::from_utf8_lossy(&content).into_owned();
    let text = text.strip_suffix(".\r\n").unwrap_or(&text);
    Some(text.replace("\r\n..", "\r\n."))
}
