use std::net::Ipv4Addr;
use std::time::Duration;

use sekisho_auth::{Answers, Kind, Record};
use tokio::net::UdpSocket;
use tokio::time::Instant;

use super::*;

/// A name server that answers every A question with 192.0.2.1, `gone.*` with NXDOMAIN, `broken.*` with SERVFAIL,
/// and `silent.*` never.
async fn name_server() -> std::net::SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut question = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut question).await {
            let query = &question[..length];
            let label =
                String::from_utf8_lossy(&query[13..13 + usize::from(query[12])]).to_lowercase();
            let end = 12 + query[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
            let (code, count) = match label.as_str() {
                "gone" => (3, 0),
                "broken" => (2, 0),
                "silent" => continue,
                "empty" => (0, 0),
                _ => (0, 1),
            };
            let mut reply = vec![
                query[0],
                query[1],
                0x81,
                0x80 | code,
                0,
                1,
                0,
                count,
                0,
                0,
                0,
                0,
            ];
            reply.extend_from_slice(&query[12..end]);
            if count == 1 {
                reply.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
            }
            socket.send_to(&reply, from).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn real_questions_get_their_kind_of_answer() {
    let server = name_server().await;
    let resolver = NetworkResolver::with_servers(&[server], 400).unwrap();
    for (name, want) in [
        (
            "mx.example.jp",
            Reply::Records(vec![Record::A(Ipv4Addr::new(192, 0, 2, 1))]),
        ),
        ("gone.example.jp", Reply::NoSuchName),
        ("empty.example.jp", Reply::NoData),
        ("broken.example.jp", Reply::Failed),
        ("silent.example.jp", Reply::Failed),
        ("a..b", Reply::NoSuchName),
        (&format!("{}.example.jp", "x".repeat(64)), Reply::NoSuchName),
    ] {
        assert_eq!(
            resolver.lookup(&Query::new(name, Kind::A)).await,
            want,
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_has_no_answer_in_time_has_failed() {
    struct Never;
    impl Resolver for Never {
        fn lookup<'a>(&'a self, _: &'a Query) -> Pending<'a> {
            Box::pin(std::future::pending())
        }
    }
    let resolver: Arc<dyn Resolver> = Arc::new(Never);
    for count in [1, 3] {
        let queries: Vec<Query> = (0..count)
            .map(|at| Query::new(&format!("{at}.example.jp"), Kind::Txt))
            .collect();
        let replies = resolve_all(
            &resolver,
            queries,
            Instant::now() + Duration::from_millis(5),
        )
        .await;
        assert_eq!(replies.len(), count);
        assert!(replies.iter().all(|(_, reply)| *reply == Reply::Failed));
    }
}

#[tokio::test]
async fn a_fixture_zone_is_a_closed_world() {
    let zone = FixtureZone::new(Answers::closed());
    assert_eq!(
        zone.lookup(&Query::new("example.jp", Kind::Mx)).await,
        Reply::NoSuchName
    );
}
