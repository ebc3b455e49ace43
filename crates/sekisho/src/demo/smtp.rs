//! The hand that sends the samples: a few SMTP commands, over TLS where it signs in.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

/// Who hands a mail in, and for whom.
pub(super) struct HandIn<'a> {
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) content: &'a [u8],
}

/// A sign-in for submission.
pub(super) struct SignIn<'a> {
    pub(super) user: &'a str,
    pub(super) password: &'a str,
    pub(super) ca_file: &'a Path,
}

/// The reply to the end of the content, or to the first command that was refused.
pub(super) async fn hand_in(
    address: SocketAddr,
    mail: &HandIn<'_>,
    sign_in: Option<&SignIn<'_>>,
) -> std::io::Result<String> {
    let stream = TcpStream::connect(address).await?;
    match sign_in {
        None => Talk::new(stream).mail(mail, None).await,
        Some(sign_in) => {
            let name = ServerName::try_from("localhost").map_err(std::io::Error::other)?;
            let stream = connector(sign_in.ca_file)?.connect(name, stream).await?;
            Talk::new(stream).mail(mail, Some(sign_in)).await
        }
    }
}

fn connector(ca_file: &Path) -> std::io::Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(ca_file).map_err(std::io::Error::other)?;
    roots.add(certificate).map_err(std::io::Error::other)?;
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(std::io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

struct Talk<S> {
    stream: BufReader<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    fn new(stream: S) -> Self {
        Self {
            stream: BufReader::new(stream),
        }
    }

    async fn mail(
        &mut self,
        mail: &HandIn<'_>,
        sign_in: Option<&SignIn<'_>>,
    ) -> std::io::Result<String> {
        let mut commands = vec!["EHLO demo.example.net".to_owned()];
        if let Some(SignIn { user, password, .. }) = sign_in {
            commands.push(format!("AUTH PLAIN {}", plain(user, password)));
        }
        commands.push(format!("MAIL FROM:<{}>", mail.from));
        commands.push(format!("RCPT TO:<{}>", mail.to));
        commands.push("DATA".to_owned());
        self.reply().await?;
        for command in commands {
            self.stream
                .write_all(format!("{command}\r\n").as_bytes())
                .await?;
            let reply = self.reply().await?;
            if !reply.starts_with(['2', '3']) {
                return Ok(reply);
            }
        }
        // The samples have no line that begins with a dot.
        self.stream.write_all(mail.content).await?;
        self.stream.write_all(b".\r\n").await?;
        let reply = self.reply().await?;
        self.stream.write_all(b"QUIT\r\n").await?;
        Ok(reply)
    }

    /// The last line of a reply.
    async fn reply(&mut self) -> std::io::Result<String> {
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(line.trim_end().to_owned());
            }
        }
    }
}

/// The initial response of PLAIN (RFC 4616).
fn plain(user: &str, password: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0{password}"))
}
