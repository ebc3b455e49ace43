//! USER, PASS and AUTH (RFC 1939 §7, RFC 5034).

use sekisho_sasl::{Exchange, Failure, Mechanism, Secret, Step, encoding};

use super::State;
use super::core::Core;
use crate::{Answer, AuthAnswer, AuthQuestion, Question, Refusal};

const TLS_FIRST: &str = "use TLS first";

/// Where a sign-in stands.
#[derive(Debug)]
pub(super) enum SignIn {
    /// The driver decides.
    Verdict,
    /// The driver looks the keys up.
    Keys(Box<Sasl>),
    /// The driver has been told of a failure.
    Failed,
    /// The driver locks the maildrop.
    Opening,
}

/// One SASL exchange.
pub(super) struct Sasl {
    exchange: Exchange,
    /// Proven; the client must say with an empty line that it has the server's proof.
    proven: Option<(String, Option<String>)>,
}

impl std::fmt::Debug for Sasl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sasl").finish_non_exhaustive()
    }
}

/// USER: the same answer whoever it names.
pub(super) fn user(core: &mut Core, name: String) -> State {
    if !core.may_sign_in() {
        core.bad(TLS_FIRST);
        return State::Greeted { user: None };
    }
    core.ok("now the password");
    State::Greeted { user: Some(name) }
}

pub(super) fn pass(core: &mut Core, user: Option<String>, password: Secret) -> State {
    let Some(user) = user else {
        core.bad("USER first");
        return State::Greeted { user: None };
    };
    ask(
        core,
        SignIn::Verdict,
        AuthQuestion::Password {
            user,
            authzid: None,
            password,
        },
    )
}

fn ask(core: &mut Core, sign_in: SignIn, question: AuthQuestion) -> State {
    core.push(super::Output::Ask(Question::Auth(question)));
    State::SigningIn(sign_in)
}

pub(super) fn auth(core: &mut Core, start: Option<(String, Option<String>)>) -> State {
    let Some((name, initial)) = start else {
        core.ok("mechanisms");
        for mechanism in core.mechanisms().collect::<Vec<_>>() {
            core.line(mechanism.name());
        }
        core.line(".");
        return State::Greeted { user: None };
    };
    let mechanism = Mechanism::parse(&name)
        .filter(|mechanism| core.mechanisms().any(|offered| offered == *mechanism));
    let Some(mechanism) = mechanism else {
        core.bad(if core.may_sign_in() {
            "this mechanism is not offered"
        } else {
            TLS_FIRST
        });
        return State::Greeted { user: None };
    };
    let initial = match initial.as_deref() {
        None => None,
        Some("=") => Some(Vec::new()), // RFC 5034 §4: an empty response
        Some(base64) => match encoding::decode(base64) {
            Some(bytes) => Some(bytes),
            None => return not_sasl(core),
        },
    };
    let bindings = core.tls.clone().unwrap_or_default();
    let mut exchange = Exchange::new(mechanism, bindings, core.next_nonce());
    let step = exchange.begin(initial.as_deref());
    go_on(
        core,
        Sasl {
            exchange,
            proven: None,
        }
        .into(),
        step,
    )
}

fn not_sasl(core: &mut Core) -> State {
    core.bad("the SASL message makes no sense");
    State::Greeted { user: None }
}

/// The client's answer to a challenge.
pub(super) fn sasl_line(core: &mut Core, mut sasl: Box<Sasl>, line: &[u8]) -> State {
    if line == b"*" {
        core.err("cancelled"); // RFC 5034 §4
        return State::Greeted { user: None };
    }
    let Some(message) = encoding::decode(line) else {
        return not_sasl(core);
    };
    if let Some((user, authzid)) = sasl.proven {
        return ask(
            core,
            SignIn::Verdict,
            AuthQuestion::Proven { user, authzid },
        );
    }
    let step = sasl.exchange.respond(&message);
    go_on(core, sasl, step)
}

fn go_on(core: &mut Core, mut sasl: Box<Sasl>, step: Step) -> State {
    match step {
        Step::Challenge(challenge) => {
            core.line(&format!("+ {}", encoding::encode(challenge)));
            State::Sasl(sasl)
        }
        Step::NeedKeys { user } => ask(core, SignIn::Keys(sasl), AuthQuestion::Keys { user }),
        Step::CheckPassword {
            user,
            authzid,
            password,
        } => ask(
            core,
            SignIn::Verdict,
            AuthQuestion::Password {
                user,
                authzid,
                password,
            },
        ),
        Step::Proven {
            user,
            authzid,
            final_message,
        } => {
            core.line(&format!("+ {}", encoding::encode(final_message)));
            sasl.proven = Some((user, authzid));
            State::Sasl(sasl)
        }
        Step::Failed(Failure::Malformed | Failure::OutOfTurn) => not_sasl(core),
        Step::Failed(_) => match sasl.exchange.user().map(str::to_owned) {
            Some(user) => ask(core, SignIn::Failed, AuthQuestion::Failed { user }),
            None => {
                core.sign_in_failed();
                State::Greeted { user: None }
            }
        },
    }
}

/// The driver's word.
pub(super) fn answered(core: &mut Core, sign_in: SignIn, answer: Answer) -> State {
    match (sign_in, answer) {
        (SignIn::Verdict, Answer::Auth(AuthAnswer::Accepted)) => {
            core.push(super::Output::Ask(Question::OpenMaildrop));
            return State::SigningIn(SignIn::Opening);
        }
        (SignIn::Keys(mut sasl), Answer::Auth(AuthAnswer::Keys(keys))) => {
            let step = sasl.exchange.keys(keys);
            return go_on(core, sasl, step);
        }
        (SignIn::Opening, Answer::Maildrop(Ok(maildrop))) => {
            core.ok(&format!("{} messages", maildrop.mails.len()));
            return State::SignedIn(super::transaction::Drop::new(maildrop));
        }
        (SignIn::Opening, Answer::Maildrop(Err(refusal))) => {
            core.err(&format!("[{}] {refusal}", refusal.code()));
        }
        (SignIn::Verdict, Answer::Auth(AuthAnswer::Refused)) | (SignIn::Failed, _) => {
            core.sign_in_failed();
        }
        _ => {
            let refusal = Refusal::TryLater;
            core.err(&format!("[{}] {refusal}", refusal.code()));
        }
    }
    State::Greeted { user: None }
}
