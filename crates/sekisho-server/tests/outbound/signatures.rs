//! DKIM on what leaves.

use getrandom::SysRng;
use sekisho_auth::{Algorithm, Answers, DkimResult, Request, SigningKey, authenticate};
use sekisho_store::{Actor, Direction, PutSetting, RecipientState};
use serde_json::json;

use crate::sink::{Script, Sink};
use crate::world::{Way, World};

#[tokio::test]
async fn what_we_send_is_signed_with_every_key_and_verifies() {
    let world = World::new().await;
    let mut published = serde_json::Map::new();
    for (selector, algorithm) in [
        ("e1", Algorithm::Ed25519Sha256),
        ("r1", Algorithm::RsaSha256),
    ] {
        let key = SigningKey::generate(algorithm, &mut SysRng).unwrap();
        let name = format!("{selector}._domainkey.hanko.example.jp");
        published.insert(name, json!(key.dns_txt()));
        let put = PutSetting {
            tenant: world.tenant,
            key: format!("dkim/hanko.example.jp/{selector}"),
            value: Some(key.to_pem().into_bytes()),
            actor: Actor::System("test"),
            now: world.now(),
        };
        world.store.put_setting(put).await.unwrap();
    }
    let sink = Sink::open(Script::default()).await;
    let zone = json!({
        "far.example.net": [{"A": "127.0.0.1"}],
        "also.example.net": [{"A": "127.0.0.1"}],
    });
    let _queue = world.queue(&zone, sink.address.port());
    let mail = world
        .mail(&["a@far.example.net", "b@also.example.net"])
        .await;
    world.until_state(mail, RecipientState::Sent).await;
    let received = sink.mails();
    assert_eq!(received.len(), 2);

    let answers = Answers::from_zone_json(&published.into()).unwrap();
    for mail in &received {
        let request = Request {
            ip: None,
            helo: "mail.hanko.example.jp",
            mail_from: "user1@hanko.example.jp",
            raw: mail.content.as_bytes(),
            now: world.now(),
            receiving_host: "mx.far.example.net",
            given: Default::default(),
        };
        let found = authenticate(&request, &answers).unwrap();
        assert_eq!(found.dkim.len(), 2);
        for signature in &found.dkim {
            assert_eq!(signature.result, DkimResult::Pass, "{}", mail.content);
        }
    }

    // A stranger's mail that an alias leads out again does not become ours.
    let forged = world
        .mail_as(&["a@far.example.net"], &Way::Out, |mail| {
            mail.direction = Direction::Inbound;
            mail.signed_in = None;
        })
        .await;
    world.until_state(forged, RecipientState::Sent).await;
    assert!(!sink.mails()[2].content.contains("DKIM-Signature"));
}
