//! A blocking connection for scripted peers: plain or TLS, read line by line, bounded in time.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Longest wait for one read. Long enough for a loaded machine, short enough to fail.
const READ_WAIT_S: u64 = 20;

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
    Gone,
}

/// One connection of a scripted peer.
pub struct Wire {
    stream: Stream,
    unread: Vec<u8>,
}

/// What a client trusts, and the name that it expects.
#[derive(Clone)]
pub struct Trust {
    config: Arc<ClientConfig>,
    name: String,
}

impl Trust {
    /// Trusts the certificates of a PEM file for the host `name`.
    ///
    /// # Panics
    /// When the file holds no certificate.
    pub fn file(path: &Path, name: &str) -> Self {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).expect("the CA file can be read") {
            roots
                .add(certificate.expect("the CA file is PEM"))
                .expect("the CA is a certificate");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring offers TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            config: Arc::new(config),
            name: name.to_owned(),
        }
    }

    /// The same, with a whole handshake each time: a session that is taken up again shows the certificate of its
    /// beginning in TLS 1.3, not the one that the server has now.
    #[must_use]
    pub fn without_resumption(&self) -> Self {
        let mut config = ClientConfig::clone(&self.config);
        config.resumption = Resumption::disabled();
        Self {
            config: Arc::new(config),
            name: self.name.clone(),
        }
    }
}

impl Wire {
    /// Connects in the clear.
    ///
    /// # Panics
    /// When nothing listens there.
    pub fn connect(address: SocketAddr) -> Self {
        Self::try_connect(address).unwrap_or_else(|| panic!("nothing listens at {address}"))
    }

    /// Connects in the clear, or not, when nothing listens there.
    ///
    /// # Panics
    /// When the system refuses a time limit.
    pub fn try_connect(address: SocketAddr) -> Option<Self> {
        let wait = Duration::from_secs(READ_WAIT_S);
        let stream = TcpStream::connect_timeout(&address, wait).ok()?;
        stream
            .set_read_timeout(Some(wait))
            .expect("a time limit can be set");
        stream.set_nodelay(true).expect("no delay can be set");
        Some(Self {
            stream: Stream::Plain(stream),
            unread: Vec::new(),
        })
    }

    /// As `try_connect`, with TLS from the first byte.
    pub fn try_connect_tls(address: SocketAddr, trust: &Trust) -> Option<Self> {
        let mut wire = Self::try_connect(address)?;
        wire.start_tls(trust);
        Some(wire)
    }

    /// Connects and does the TLS handshake at once (ports 465, 993, 995).
    pub fn connect_tls(address: SocketAddr, trust: &Trust) -> Self {
        let mut wire = Self::connect(address);
        wire.start_tls(trust);
        wire
    }

    /// Does the TLS handshake on a plain connection, after STARTTLS was agreed.
    ///
    /// # Panics
    /// When the connection is not plain any more.
    pub fn start_tls(&mut self, trust: &Trust) {
        let Stream::Plain(tcp) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            panic!("TLS is started once, on a plain connection");
        };
        let name = ServerName::try_from(trust.name.clone()).expect("the name is a host name");
        let tls = ClientConnection::new(Arc::clone(&trust.config), name).expect("TLS client");
        self.stream = Stream::Tls(Box::new(StreamOwned::new(tls, tcp)));
    }

    /// The certificate that the peer showed, once something was read over TLS.
    pub fn certificate(&self) -> Option<Vec<u8>> {
        match &self.stream {
            Stream::Tls(tls) => Some(tls.conn.peer_certificates()?.first()?.to_vec()),
            _ => None,
        }
    }

    /// Sends bytes. A peer that has closed is no error here: the next read tells.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = match &mut self.stream {
            Stream::Plain(tcp) => tcp.write_all(bytes),
            Stream::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
            Stream::Gone => Ok(()),
        };
    }

    /// The next line without its line end, or `None` when the peer has closed.
    ///
    /// # Panics
    /// When nothing comes within the time limit.
    pub fn line(&mut self) -> Option<String> {
        loop {
            if let Some(at) = self.unread.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.unread.drain(..=at).collect();
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Some(latin1(&line));
            }
            if !self.fill() {
                return (!self.unread.is_empty())
                    .then(|| latin1(&std::mem::take(&mut self.unread)));
            }
        }
    }

    /// Exactly `count` bytes, or fewer when the peer has closed.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        while self.unread.len() < count && self.fill() {}
        let end = count.min(self.unread.len());
        self.unread.drain(..end).collect()
    }

    /// Closes without a word.
    pub fn close(&mut self) {
        self.stream = Stream::Gone;
    }

    fn fill(&mut self) -> bool {
        let mut chunk = [0; 16 * 1024];
        let read = match &mut self.stream {
            Stream::Plain(tcp) => tcp.read(&mut chunk),
            Stream::Tls(tls) => tls.read(&mut chunk),
            Stream::Gone => Ok(0),
        };
        match read {
            Ok(0) => false,
            Ok(count) => {
                self.unread.extend_from_slice(&chunk[..count]);
                true
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("nothing came for {READ_WAIT_S} s")
            }
            Err(_) => false,
        }
    }
}

/// The corpora write one byte as one character.
pub(crate) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
