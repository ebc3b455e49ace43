//! The RFCs' examples, and both sides against each other.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use proptest::prelude::*;
use sekisho_sasl::client::{self, ClientError, Credentials};
use sekisho_sasl::{
    ChannelBindings, Exchange, Failure, Mechanism, Nonce, ScramKeys, Secret, Step, encoding,
};

const SALT: &str = "W22ZaJ0SNY7soEsUEjb6gQ==";
const SERVER_NONCE: &str = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

fn pencil() -> ScramKeys {
    ScramKeys::derive("pencil", &encoding::decode(SALT).unwrap(), 4096).unwrap()
}

fn bindings() -> ChannelBindings {
    ChannelBindings {
        tls_exporter: Some(b"exported".to_vec()),
        tls_server_end_point: Some(b"certificate".to_vec()),
    }
}

fn exchange(mechanism: Mechanism, bindings: ChannelBindings) -> Exchange {
    Exchange::new(mechanism, bindings, Nonce::fixed(SERVER_NONCE).unwrap())
}

fn text(step: &Step) -> &str {
    match step {
        Step::Challenge(bytes) => std::str::from_utf8(bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

/// RFC 7677 §3
#[test]
fn scram_sha_256_example() {
    let mut server = exchange(Mechanism::ScramSha256, ChannelBindings::default());
    let step = server.begin(Some(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
    assert_eq!(
        step,
        Step::NeedKeys {
            user: "user".into()
        }
    );
    let step = server.keys(pencil());
    assert_eq!(
        text(&step),
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    );
    let step = server.respond(
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
          p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    );
    let final_message = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".to_vec();
    let proven = Step::Proven {
        user: "user".into(),
        authzid: None,
        final_message,
    };
    assert_eq!(step, proven);
}

/// The same from our client's side.
#[test]
fn scram_sha_256_example_of_the_client() {
    let nonce = Nonce::fixed("rOprNGfwEbeRWgbNEkqO").unwrap();
    let mut client = client(Mechanism::ScramSha256, "user", "pencil", nonce);
    assert_eq!(
        client.initial().unwrap().unwrap(),
        b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    );
    let answer = client
        .respond(b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
        .unwrap();
    assert!(answer.ends_with(b",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
    client
        .respond(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
        .unwrap();
    client.finish(None).unwrap();
}

fn client(mechanism: Mechanism, user: &str, password: &str, nonce: Nonce) -> client::Exchange {
    let credentials = Credentials {
        user: user.into(),
        password: Secret::from(password),
    };
    client::Exchange::new(mechanism, credentials, nonce).unwrap()
}

/// RFC 4616 §4 and its mistakes.
#[test]
fn plain_messages() {
    let password = |text: &str| Secret::from(text);
    let check = |user: &str, authzid: Option<&str>, word: &str| Step::CheckPassword {
        user: user.into(),
        authzid: authzid.map(Into::into),
        password: password(word),
    };
    let malformed = || Step::Failed(Failure::Malformed);
    for (message, want) in [
        (
            "\0tim\0tanstaaftanstaaf",
            check("tim", None, "tanstaaftanstaaf"),
        ),
        (
            "Ursel\0Kurt\0xipj3plmq",
            check("Kurt", Some("Ursel"), "xipj3plmq"),
        ),
        ("tim\0tim\0x", check("tim", None, "x")),
        ("\0ｔｉｍ\0ｘ", check("tim", None, "ｘ")),
        ("", malformed()),
        ("\0tim", malformed()),
        ("\0tim\0", malformed()),
        ("\0\0x", malformed()),
        ("\0tim\0a\0b", malformed()),
        ("\0ti\u{7}m\0a", malformed()),
    ] {
        let got = exchange(Mechanism::Plain, bindings()).begin(Some(message.as_bytes()));
        assert_eq!(got, want, "{message:?}");
    }
    let mut two_steps = exchange(Mechanism::Plain, bindings());
    assert_eq!(text(&two_steps.begin(None)), "");
    assert_eq!(two_steps.respond(b"\0tim\0x"), check("tim", None, "x"));
    assert_eq!(
        two_steps.respond(b"\0tim\0x"),
        Step::Failed(Failure::OutOfTurn)
    );
}

#[test]
fn login_both_ways() {
    let mut server = exchange(Mechanism::Login, bindings());
    let mut client = client(Mechanism::Login, "tim", "x", Nonce::derive(&[0; 32], 1));
    assert_eq!(client.initial().unwrap(), None);
    let Step::Challenge(first) = server.begin(None) else {
        panic!()
    };
    let Step::Challenge(second) = server.respond(&client.respond(&first).unwrap()) else {
        panic!()
    };
    let step = server.respond(&client.respond(&second).unwrap());
    assert!(matches!(step, Step::CheckPassword { user, .. } if user == "tim"));
    client.finish(None).unwrap();
}

/// RFC 5802 §6: each flag against each offer.
#[test]
fn channel_bindings() {
    let none = ChannelBindings::default;
    let first = |flag: &str| format!("{flag},,n=user,r=abc");
    let plus = Mechanism::ScramSha256Plus;
    let without = Mechanism::ScramSha256;
    for (mechanism, bindings, flag, taken) in [
        (without, none(), "n", true),
        (without, none(), "y", true),
        (without, bindings(), "n", true),
        (without, bindings(), "y", false), // somebody took -PLUS out of our offer
        (without, bindings(), "p=tls-exporter", false),
        (plus, bindings(), "p=tls-exporter", true),
        (plus, bindings(), "p=tls-server-end-point", true),
        (plus, bindings(), "p=tls-unique", false),
        (plus, bindings(), "n", false),
        (plus, bindings(), "y", false),
    ] {
        let step = exchange(mechanism, bindings).begin(Some(first(flag).as_bytes()));
        let want = match taken {
            true => Step::NeedKeys {
                user: "user".into(),
            },
            false => Step::Failed(Failure::ChannelBinding),
        };
        assert_eq!(step, want, "{mechanism:?} {flag}");
    }
}

/// Proves the password over a binding; `seen` is what the client saw of the channel.
fn bound_sign_in(seen: &[u8]) -> Step {
    let mut server = exchange(Mechanism::ScramSha256Plus, bindings());
    let header = "p=tls-exporter,,";
    server.begin(Some(format!("{header}n=user,r=abc").as_bytes()));
    let server_first = text(&server.keys(pencil())).to_owned();
    let channel = encoding::encode([header.as_bytes(), seen].concat());
    let without_proof = format!("c={channel},r=abc{SERVER_NONCE}");
    let auth_message = format!("n=user,r=abc,{server_first},{without_proof}");
    let proof = encoding::encode(prove("pencil", auth_message.as_bytes()));
    server.respond(format!("{without_proof},p={proof}").as_bytes())
}

/// By another road than the crate's: straight from RFC 5802 §3.
fn prove(password: &str, auth_message: &[u8]) -> Vec<u8> {
    use hmac::{Hmac, KeyInit, Mac};
    use sha2::{Digest, Sha256};
    let hmac = |key: &[u8], message: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(message);
        mac.finalize().into_bytes().to_vec()
    };
    let mut salted = [0; 32];
    let salt = encoding::decode(SALT).unwrap();
    pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), &salt, 4096, &mut salted);
    let client_key = hmac(&salted, b"Client Key");
    let signature = hmac(&Sha256::digest(&client_key), auth_message);
    client_key
        .iter()
        .zip(&signature)
        .map(|(a, b)| a ^ b)
        .collect()
}

#[test]
fn a_man_in_the_middle_is_noticed() {
    assert!(matches!(bound_sign_in(b"exported"), Step::Proven { .. }));
    assert_eq!(
        bound_sign_in(b"another channel"),
        Step::Failed(Failure::ChannelBinding)
    );
}

#[test]
fn scram_messages_that_are_none() {
    for message in [
        "",
        "n",
        "n,,",
        "n,,n=user",
        "n,,r=abc,n=user",
        "n,,m=x,n=user,r=abc",
        "n,x,n=user,r=abc",
        "n,,n=,r=abc",
        "n,,n=us=er,r=abc",
        "n,,n=user,r=",
        "n,,n=user,r=a b",
        "z,,n=user,r=abc",
        "n,,n=\u{7},r=a",
    ] {
        let step = exchange(Mechanism::ScramSha256, ChannelBindings::default())
            .begin(Some(message.as_bytes()));
        assert_eq!(step, Step::Failed(Failure::Malformed), "{message:?}");
    }
    let begin = |message: &str| {
        let mut server = exchange(Mechanism::ScramSha256, ChannelBindings::default());
        server.begin(Some(message.as_bytes()))
    };
    // `=2C` and `=3D` in names (RFC 5802 §5.1)
    assert_eq!(
        begin("n,,n=a=2Cb=3Dc,r=x"),
        Step::NeedKeys {
            user: "a,b=c".into()
        }
    );
}

#[test]
fn unknown_users_look_like_known_ones() {
    let fake = ScramKeys::fake("ghost", b"secret", 4096);
    assert_eq!(fake, ScramKeys::fake("ghost", b"secret", 4096));
    assert_ne!(fake.salt, ScramKeys::fake("ghosu", b"secret", 4096).salt);
    assert_ne!(fake.salt, ScramKeys::fake("ghost", b"Secret", 4096).salt);
    assert_eq!((fake.salt.len(), fake.iterations), (16, 4096));
    assert!(!fake.fits("") && !fake.fits("pencil"));
    assert!(pencil().fits("pencil"));
}

#[test]
fn nothing_secret_is_printed() {
    let step = exchange(Mechanism::Plain, bindings()).begin(Some(b"\0tim\0hiraku"));
    assert!(!format!("{step:?}").contains("hiraku"));
    assert_eq!(
        format!("{:?}", pencil()),
        "ScramKeys { iterations: 4096, .. }"
    );
}

#[test]
fn our_client_is_not_worn_out_or_fooled() {
    let start = || {
        let mut client = client(
            Mechanism::ScramSha256,
            "user",
            "pencil",
            Nonce::fixed("abc").unwrap(),
        );
        client.initial().unwrap();
        client
    };
    let respond = |message: &str| start().respond(message.as_bytes()).unwrap_err();
    assert_eq!(
        respond("r=abcd,s=AAAA,i=100000000"),
        ClientError::Iterations(100_000_000)
    );
    assert_eq!(respond("r=abcd,s=AAAA,i=1"), ClientError::Iterations(1));
    assert_eq!(respond("r=abc,s=AAAA,i=4096"), ClientError::Malformed);
    assert_eq!(respond("r=xyz,s=AAAA,i=4096"), ClientError::Malformed);
    // "Signed in" without the server's proof.
    assert_eq!(start().finish(None), Err(ClientError::ServerNotProven));
    let mut answered = start();
    answered.respond(b"r=abcd,s=AAAA,i=4096").unwrap();
    assert_eq!(answered.finish(None), Err(ClientError::ServerNotProven));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn client_and_server_agree(password in "[^\\p{C}]{1,20}", other in "[ -~]{1,20}", user in "[a-zあ-ん=,]{1,20}") {
        let keys = ScramKeys::derive(&password, b"0123456789abcdef", 4096);
        prop_assume!(keys.is_ok() && sekisho_sasl::prepare(&password) != sekisho_sasl::prepare(&other));
        let keys = keys.unwrap();
        prop_assert_eq!(ScramKeys::from_store(&keys.to_store()).unwrap(), keys.clone());
        for (tried, right) in [(&password, true), (&other, false)] {
            let mut server = Exchange::new(Mechanism::ScramSha256, bindings(), Nonce::derive(&[1; 32], 1));
            let mut client = client(Mechanism::ScramSha256, &user, tried, Nonce::derive(&[2; 32], 1));
            server.begin(client.initial().unwrap().as_deref());
            let Step::Challenge(challenge) = server.keys(keys.clone()) else { panic!() };
            match (server.respond(&client.respond(&challenge).unwrap()), right) {
                (Step::Proven { final_message, user: proven, .. }, true) => {
                    prop_assert_eq!(Ok(proven), sekisho_sasl::prepare(&user));
                    client.respond(&final_message).unwrap();
                    client.finish(None).unwrap();
                }
                (Step::Failed(Failure::WrongProof), false) => {}
                (step, _) => panic!("{step:?}"),
            }
        }
    }

    #[test]
    fn no_message_breaks_the_machine(messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 1..5)) {
        for mechanism in Mechanism::ALL {
            let mut server = exchange(mechanism, bindings());
            server.begin(None);
            for message in &messages {
                server.respond(message);
            }
        }
    }
}
