//! A mail server that says to every recipient what the test wants it to say.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

/// Listens on a port of its own until the process ends.
pub struct Sink {
    address: SocketAddr,
}

impl Sink {
    /// One that answers each RCPT with this reply, and takes what is sent to it.
    ///
    /// # Panics
    /// When no port can be opened.
    pub fn answering(reply: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it has an address");
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that goes away in the middle is no concern of the sink.
                std::thread::spawn(move || serve(&stream, reply));
            }
        });
        Self { address }
    }

    /// Where it listens.
    pub fn port(&self) -> String {
        self.address.port().to_string()
    }
}

fn serve(stream: &TcpStream, rcpt: &str) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut out = stream;
    let mut answer = |text: &str| out.write_all(format!("{text}\r\n").as_bytes());
    answer("220 sink.example.net")?;
    while let Some(line) = lines.next().transpose()? {
        match line.get(..4).unwrap_or(&line).to_ascii_uppercase().as_str() {
            "EHLO" => answer("250-sink.example.net\r\n250 8BITMIME")?,
            "RCPT" => answer(rcpt)?,
            "DATA" => {
                answer("354 go on")?;
                while lines.next().transpose()?.is_some_and(|line| line != ".") {}
                answer("250 2.0.0 taken as sink-1")?;
            }
            "QUIT" => return answer("221 bye"),
            _ => answer("250 sink.example.net")?,
        }
    }
    Ok(())
}
