//! The small web server that answers the CA's question (RFC 8555 §8.3). Open only while an order is under way.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

const REQUEST_BYTES_MAX: usize = 4 << 10;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const PREFIX: &str = "/.well-known/acme-challenge/";

/// Answers until it is dropped.
pub(super) struct Responder {
    task: JoinHandle<()>,
}

impl Responder {
    /// `answers`: token to key authorization.
    pub(super) async fn open(
        address: SocketAddr,
        answers: HashMap<String, String>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let answers = Arc::new(answers);
        let task = tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((stream, _)) => {
                        let answers = Arc::clone(&answers);
                        tokio::spawn(async move {
                            let _ = timeout(REQUEST_TIMEOUT, answer(stream, &answers)).await;
                        });
                    }
                    Err(_) => tokio::time::sleep(crate::limits::ACCEPT_REST).await,
                }
            }
        });
        Ok(Self { task })
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, answers: &HashMap<String, String>) -> io::Result<()> {
    let mut request = Vec::with_capacity(512);
    while !request.windows(4).any(|bytes| bytes == b"\r\n\r\n") && request.len() < REQUEST_BYTES_MAX
    {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    let line = request
        .split(|byte| *byte == b'\r')
        .next()
        .unwrap_or_default();
    let reply = match str::from_utf8(line)
        .ok()
        .and_then(token)
        .and_then(|token| answers.get(token))
    {
        Some(answer) => format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
            answer.len()
        ),
        None => {
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()
        }
    };
    stream.write_all(reply.as_bytes()).await?;
    stream.shutdown().await
}

fn token(request_line: &str) -> Option<&str> {
    request_line
        .strip_prefix("GET ")?
        .split(' ')
        .next()?
        .strip_prefix(PREFIX)
}
