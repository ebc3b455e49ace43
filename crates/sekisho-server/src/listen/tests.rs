use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::config::{Config, Service};

fn config(limits: &str) -> Config {
    let text = format!(
        "version = \"1\"\nhostname = \"mail.example.jp\"\ndata_dir = \"d\"\ntrusted_networks = [\"192.0.2.9\"]\n\
         [listeners.smtp]\naddress = \"127.0.0.1:0\"\nconnections_max = 12\n[limits]\n{limits}\n"
    );
    Config::parse(&text, Path::new("sekisho.toml")).unwrap()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn each_limit_holds_and_is_given_back() {
    let gate = Arc::new(Gate::new(&config(
        "connections_max = 14\nconnections_per_address_max = 10",
    )));
    let enter = |service, address: &str| gate.enter(service, ip(address));
    let first: Vec<Pass> = (0..10)
        .map(|_| enter(Service::Smtp, "192.0.2.1").ok().unwrap())
        .collect();
    assert_eq!(enter(Service::Smtp, "192.0.2.1").err(), Some(Full::Address));
    let more: Vec<Pass> = (0..2)
        .map(|_| enter(Service::Smtp, "192.0.2.2").ok().unwrap())
        .collect();
    assert_eq!(enter(Service::Smtp, "192.0.2.2").err(), Some(Full::Service));
    let rest: Vec<Pass> = (0..2)
        .map(|_| enter(Service::Imap, "192.0.2.3").ok().unwrap())
        .collect();
    assert_eq!(enter(Service::Imap, "192.0.2.3").err(), Some(Full::Total));
    assert_eq!(gate.open(), 14);
    drop((first, more, rest));
    assert_eq!(gate.open(), 0);
    assert!(enter(Service::Smtp, "192.0.2.1").is_ok());
}

#[test]
fn a_64_counts_as_one_address_and_trusted_ones_are_not_counted() {
    let gate = Arc::new(Gate::new(&config("connections_per_address_max = 1")));
    let _held = gate.enter(Service::Smtp, ip("2001:db8::1")).ok().unwrap();
    assert_eq!(
        gate.enter(Service::Smtp, ip("2001:db8::2")).err(),
        Some(Full::Address)
    );
    let _other = gate
        .enter(Service::Smtp, ip("2001:db8:0:1::2"))
        .ok()
        .unwrap();
    let trusted: Vec<_> = (0..5)
        .map(|_| gate.enter(Service::Smtp, ip("192.0.2.9")).ok().unwrap())
        .collect();
    assert_eq!(trusted.len(), 5);
}

/// Echoes until the peer leaves or the server does.
async fn echo(connection: Connection) {
    let mut wire = Wire::new(Stream::Plain(connection.stream), connection.drain);
    loop {
        match wire.next(Instant::now() + Duration::from_secs(30)).await {
            Event::Bytes => {
                let bytes = wire.bytes().to_vec();
                wire.send(&bytes);
            }
            Event::Draining => wire.send(b"bye"),
            Event::Clock | Event::Gone | Event::Cut => break,
        }
        if wire.flush().await.is_err() {
            break;
        }
    }
    wire.close().await;
    drop(connection.pass);
}

#[tokio::test]
async fn clients_are_served_turned_away_and_drained() {
    let gate = Arc::new(Gate::new(&config("connections_per_address_max = 1")));
    let listener = bind(Service::Smtp, "127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let (control, drain) = DrainControl::new();
    let server = tokio::spawn(serve(
        listener,
        Service::Smtp,
        Arc::clone(&gate),
        drain,
        echo,
    ));

    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(b"hello").await.unwrap();
    let mut buffer = [0; 5];
    first.read_exact(&mut buffer).await.unwrap();
    assert_eq!(&buffer, b"hello");

    let mut second = TcpStream::connect(address).await.unwrap();
    let mut told = String::new();
    second.read_to_string(&mut told).await.unwrap();
    assert!(told.starts_with("421 4.4.5 "), "{told}");

    control.drain();
    server.await.unwrap();
    let mut bye = [0; 3];
    first.read_exact(&mut bye).await.unwrap();
    assert_eq!(&bye, b"bye");
    assert!(TcpStream::connect(address).await.is_err());
    control.cut();
    gate.empty().await;
}
