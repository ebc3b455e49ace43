use jiff::{SignedDuration, Timestamp};
use sekisho_command::{NextHop, Route, RouteTls};
use sekisho_store::{MailId, RecipientId, Tenant};

use super::attempt::ours;
use super::backoff::Waiting;
use super::destination::{Hop, hop};
use super::down::Down;
use super::lanes::LaneKey;
use crate::limits::{DELAY_NOTICE_S, OUT_DOWN_S_MAX, QUEUE_LIFETIME_S};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// A mail that nobody ever takes: every jitter, to the end.
#[test]
fn attempts_get_rarer_one_falls_on_the_notice_and_one_on_the_end() {
    for random in [0, 7, 20, 40, 41, u64::MAX] {
        let mut waiting = Waiting {
            attempts: 0,
            queued_at: at(0),
            expires_at: at(QUEUE_LIFETIME_S.into()),
            delay_noticed: false,
        };
        let (mut now, mut tried) = (at(0), vec![at(0)]);
        while let Some(next) = waiting.next_at(now, random) {
            assert!(next > now, "never at once");
            waiting.attempts += 1;
            waiting.delay_noticed |= next >= at(DELAY_NOTICE_S);
            now = next;
            tried.push(now);
        }
        let first_s = tried[1].duration_since(tried[0]).as_secs();
        assert!((48..=72).contains(&first_s), "{first_s}");
        assert!(tried.contains(&at(DELAY_NOTICE_S)), "{tried:?}");
        assert_eq!(tried.last(), Some(&waiting.expires_at));
        // RFC 5321 §4.5.4.1: rare enough not to be a burden over five days, often enough to get through.
        assert!((25..=60).contains(&tried.len()), "{}", tried.len());
    }
}

#[test]
fn the_nearest_way_wins() {
    let route = |destination: &str, host: &str| Route {
        destination: destination.to_owned(),
        next_hop: NextHop {
            host: host.to_owned(),
            port: 587,
            tls: RouteTls::Required,
            user: None,
            password: None,
        },
    };
    let both = [
        route("*", "smart.example.net"),
        route("far.example.net", "far-gate.example.net"),
    ];
    let door = Some("127.0.0.1:25".parse().unwrap());
    let host =
        |destination, routes: &[Route], here| match hop(Tenant(1), destination, routes, here).1 {
            Hop::Route(next) => next.host,
            Hop::Here(_) => "here".to_owned(),
            Hop::Mx => "mx".to_owned(),
        };
    for (destination, routes, here, want) in [
        ("far.example.net", &both[..], None, "far-gate.example.net"),
        ("else.example.net", &both[..], None, "smart.example.net"),
        // A smart host for the rest would send it back in a circle.
        ("ours.example.jp", &both[..], door, "here"),
        ("far.example.net", &both[..], door, "far-gate.example.net"),
        ("else.example.net", &both[1..], None, "mx"),
    ] {
        assert_eq!(host(destination, routes, here), want, "{destination}");
    }
    // A sign-in is an organisation's own: its connections are, too.
    let lane = |tenant| hop(Tenant(tenant), "else.example.net", &both, None).0;
    assert_ne!(lane(1), lane(2));
}

#[test]
fn a_silent_destination_is_left_alone_longer_each_time() {
    let (down, why) = (Down::default(), ours(451, (4, 4, 1), "no connection"));
    let lane = LaneKey {
        tenant: None,
        name: "far.example.net".to_owned(),
    };
    let one = |nr| {
        let mail = MailId::from_i64(1).unwrap();
        std::iter::once(RecipientId { mail, nr })
    };
    assert!(down.until(&lane, at(0), one(0)).is_none());
    let (mut now, mut last) = (at(0), SignedDuration::ZERO);
    for _ in 0..20 {
        down.failed(&lane, now, &why, one(0));
        down.failed(&lane, now, &why, one(1));
        let (until, _) = down.until(&lane, now, one(2)).unwrap();
        let rest = until.duration_since(now);
        assert!(rest >= last && rest.as_secs() <= OUT_DOWN_S_MAX, "{rest}");
        // Put off once; due again before the time is over means that a person asked.
        assert!(down.until(&lane, now, one(2)).is_none());
        assert!(down.until(&lane, now, one(0)).is_none());
        assert!(
            down.until(&lane, until, one(3)).is_none(),
            "the time is over"
        );
        (now, last) = (until, rest);
    }
    assert_eq!(last.as_secs(), OUT_DOWN_S_MAX);
    down.answers(&lane);
    assert!(down.until(&lane, now, one(4)).is_none());
}
