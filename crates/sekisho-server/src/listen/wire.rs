//! What a protocol driver needs of a connection: bytes, time, the end, and replies gathered into few writes.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::time::{Sleep, sleep_until, timeout};

use super::{Drain, Stream};
use crate::limits::{READ_BYTES, WRITE_BYTES_BEFORE_FLUSH, WRITE_TIMEOUT};
use crate::tls::{Binding, Protocol, TlsServer};

/// What happened on a wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// [`Wire::bytes`] has some.
    Bytes,
    /// The deadline has passed.
    Clock,
    /// The peer has closed, or the connection broke.
    Gone,
    /// The server is going down: told once.
    Draining,
    /// The server is gone: leave.
    Cut,
}

/// A connection as a driver sees it.
pub struct Wire {
    stream: Option<Stream>,
    drain: Drain,
    told_draining: bool,
    bytes: Vec<u8>,
    out: Vec<u8>,
    sleep: Pin<Box<Sleep>>,
    sleeps_until: Instant,
}

thread_local! {
    /// One read buffer a thread, not a connection: 10,000 idle clients cost nothing here (P23).
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into_boxed_slice());
}

impl Wire {
    /// Around an accepted connection.
    #[must_use]
    pub fn new(stream: Stream, drain: Drain) -> Self {
        let now = Instant::now();
        Self {
            stream: Some(stream),
            drain,
            told_draining: false,
            bytes: Vec::new(),
            out: Vec::new(),
            sleep: Box::pin(sleep_until(now.into())),
            sleeps_until: now,
        }
    }

    /// What the last [`Event::Bytes`] brought.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Waits for the next event, until `deadline`.
    pub async fn next(&mut self, deadline: Instant) -> Event {
        if deadline != self.sleeps_until {
            self.sleeps_until = deadline;
            self.sleep.as_mut().reset(deadline.into());
        }
        let Some(stream) = self.stream.as_mut() else {
            return Event::Gone;
        };
        self.bytes.clear();
        let bytes = &mut self.bytes;
        tokio::select! {
            biased;
            () = self.drain.next_phase(self.told_draining) => {
                if std::mem::replace(&mut self.told_draining, true) { Event::Cut } else { Event::Draining }
            }
            result = read(stream, bytes) => match result {
                Ok(0) | Err(_) => Event::Gone,
                Ok(_) => Event::Bytes,
            },
            () = self.sleep.as_mut() => Event::Clock,
        }
    }

    /// Puts a reply behind those that wait.
    pub fn send(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Writes what waits and then these bytes, which are not copied: a message of 50 MB stays where it is mapped.
    ///
    /// # Errors
    /// The peer is gone or does not read.
    pub async fn send_shared(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() < WRITE_BYTES_BEFORE_FLUSH {
            self.send(bytes);
            return Ok(());
        }
        self.flush().await?;
        let Some(stream) = self.stream.as_mut() else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        for chunk in bytes.chunks(WRITE_BYTES_BEFORE_FLUSH) {
            write(stream, chunk).await?;
        }
        Ok(())
    }

    /// Whether so much waits that it should be written before more is made.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.out.len() >= WRITE_BYTES_BEFORE_FLUSH
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// The peer is gone or does not read.
    pub async fn flush(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let Some(stream) = self.stream.as_mut() else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let result = write(stream, &self.out).await;
        if self.out.capacity() > WRITE_BYTES_BEFORE_FLUSH {
            self.out = Vec::new();
        } else {
            self.out.clear();
        }
        result
    }

    /// Starts TLS. What waits is written before; what the peer sent before TLS has been dropped by the session
    /// (CVE-2011-0411, CVE-2021-33515: commands injected before the handshake must not be read after it).
    ///
    /// # Errors
    /// The peer does not speak TLS, or is gone.
    pub async fn start_tls(&mut self, tls: &TlsServer) -> io::Result<Binding> {
        self.flush().await?;
        let Some(Stream::Plain(stream)) = self.stream.take() else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let (stream, binding) = tls.accept(stream, Protocol::Mail).await?;
        self.stream = Some(Stream::Tls(Box::new(stream)));
        Ok(binding)
    }

    /// Writes what waits and closes, with TLS's own goodbye.
    pub async fn close(mut self) {
        let _ = self.flush().await;
        if let Some(mut stream) = self.stream.take() {
            let _ = timeout(WRITE_TIMEOUT, stream.shutdown()).await;
        }
    }
}

async fn write(stream: &mut Stream, bytes: &[u8]) -> io::Result<()> {
    let write = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    match timeout(WRITE_TIMEOUT, write).await {
        Ok(result) => result,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// Reads once into the thread's buffer and copies what came; memory is held only for what is there.
async fn read(stream: &mut Stream, bytes: &mut Vec<u8>) -> io::Result<usize> {
    poll_fn(|cx| {
        SCRATCH.with_borrow_mut(|scratch| {
            let mut buffer = ReadBuf::new(scratch);
            match Pin::new(&mut *stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) => {
                    bytes.extend_from_slice(buffer.filled());
                    Poll::Ready(Ok(buffer.filled().len()))
                }
                Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                Poll::Pending => {
                    *bytes = Vec::new();
                    Poll::Pending
                }
            }
        })
    })
    .await
}
